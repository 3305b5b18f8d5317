"""From the steps of a Graph to terms: casts, copies along axes and kept dimensions looked through, each op told apart.

Looking through is safe only where the copy lies where the math puts it: a row's sum that is divided into the columns
gives another term than one divided into its row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from unmagic.core.graph import Array, Graph, Region, Step

from ..terms import Call, Leaf, Product, Terms
from .attributes import axes_of, hashable

Rule = Callable[["Normal", Step], int]

REDUCTIONS = frozenset(
    "sum mean prod max min any all logsumexp count_nonzero var std norm argmax argmin softmax log_softmax".split()  # noqa: SIM905
)


class Normal:
    """The terms of ``graph``, filled step by step with `add`."""

    def __init__(self, graph: Graph, values: Sequence[Array] | None, rules: Mapping[str, Rule]) -> None:
        self.graph = graph
        self.values = values
        self.rules = rules
        self.terms = Terms()
        self.of: list[int] = []  # step -> its term
        self.first: dict[int, int] = {}  # term -> the first step that is it
        self.scaled: dict[tuple[tuple[int, float], ...], list[tuple[float, int]]] = {}  # factors -> number, step
        self.counts: dict[int, int] = {}  # a sum -> how many entries each of its sums runs over

    # steps ------------------------------------------------------------------------------------------------

    def add(self, step: Step) -> int:
        """The term of ``step``; its inputs' terms are known."""
        term = self._number(step)
        if term is None:
            rule = self.rules.get(step.op.name)
            term = rule(self, step) if rule else self.default(step)
        self.of.append(term)
        self.settle(step, term)
        return term

    def settle(self, step: Step, term: int) -> None:
        """Note that ``step`` is ``term``."""
        self.of[step.id] = term
        if not step.shape:
            self.terms.scalars.add(term)
        self.first.setdefault(term, step.id)
        node = self.terms.nodes[term]
        if isinstance(node, Product) and node.factors and node.coefficient:
            self.scaled.setdefault(node.factors, []).append((node.coefficient, step.id))

    def close(self, region: Region) -> None:
        """From here on the named steps of a region are values that are not looked into."""
        for step in self.graph.steps[region.start : region.stop]:
            if step.name is not None:
                self.settle(step, self.terms.put(Leaf(step.id)))

    def _number(self, step: Step) -> int | None:
        """A step that is one number however the inputs are set: a literal, or arithmetic on literals."""
        if step.shape or step.dtype.kind not in "fiub" or not (step.inputs or step.op.name == "constant"):
            return None
        if any(self.terms.value(self.of[i]) is None for i in step.inputs):
            return None
        if step.op.name == "constant":
            value = step.attrs["value"]
        elif self.values is not None:
            value = self.values[step.id]
        else:
            return None
        return self.terms.number(float(value)) if np.isfinite(value) else None

    def default(self, step: Step) -> int:
        attrs = {key: hashable(value) for key, value in step.attrs.items()}
        return self.terms.call(step.op.name, *(self.seen(i, step) for i in step.inputs), **attrs)

    def seen(self, id: int, by: Step) -> int:
        """The term of input ``id`` as an elementwise step sees it: the copy along axes looked through."""
        step = self.graph[id]
        if step.op.name != "broadcast":
            return self.of[id]
        inner = step.inputs[0]
        source = self.graph[inner]
        reduced = self.reduced(inner)
        if reduced and len(source.shape) < len(step.shape):
            axes, rank, kept = reduced
            # without kept dimensions the entries slide to the last axes: right only if the first ones were reduced
            if not kept and axes != tuple(range(len(axes))) and rank == len(step.shape):
                return self.terms.call("misplaced", self.of[inner], shape=step.shape)
        return self.of[inner]

    def reduced(self, id: int) -> tuple[tuple[int, ...], int, bool] | None:
        """The axes that a step reduced, of what rank, and whether it kept them at size 1."""
        step = self.graph[id]
        while step.op.name == "cast" or (step.op.elementwise and len(step.inputs) == 1):
            step = self.graph[step.inputs[0]]
        if step.op.name not in REDUCTIONS or "axis" not in step.attrs:
            return None
        rank = len(self.graph[step.inputs[0]].shape)
        return axes_of(step.attrs["axis"], rank), rank, bool(step.attrs.get("keepdims"))

    # arithmetic -------------------------------------------------------------------------------------------

    def product(self, coefficient: float, factors: Sequence[tuple[int, float]]) -> int:
        """A product, in which a sum over n entries divided by n is a mean."""
        terms = self.terms
        term = terms.product(coefficient, factors)
        node = terms.nodes[term]
        if not isinstance(node, Product):
            return term
        for inner, power in node.factors:
            count = self.counts.get(inner, 0)
            call = terms.nodes[inner]
            if power != 1.0 or count < 1 or not isinstance(call, Call):
                continue
            rest = [(other, exponent) for other, exponent in node.factors if other != inner]
            n = next((o for o, e in rest if e == -1.0 and self._is(o, count)), None)
            left = node.coefficient
            if n is not None:
                rest.remove((n, -1.0))
            elif count > 2 and any(math.isclose(abs(left) * count, nice) for nice in (1.0, 0.5)):
                left *= count
                left = round(left * 2) / 2
            else:
                continue
            mean = terms.put(Call("mean", call.args, call.attrs))
            if inner in terms.scalars:
                terms.scalars.add(mean)
            return terms.product(left, [*rest, (mean, 1.0)])
        return term

    def _is(self, term: int, count: int) -> bool:
        """Is a term the whole number ``count``, by its value?"""
        step = self.first.get(term)
        if step is None or self.values is None or self.graph[step].shape:
            return False
        return bool(self.values[step] == count)

    def linear(self, name: str, args: Sequence[int], **attrs: Any) -> int:
        """A call that is linear in its first arguments: their numbers and scalar factors are taken out."""
        terms = self.terms
        coefficient, outside, inside = 1.0, [], []
        for place, arg in enumerate(args):
            if place > 1 or (place == 1 and name not in {"@", "outer"}):
                inside.append(arg)
                continue
            by, factors = terms.factors(arg)
            scalar = [(t, p) for t, p in factors if terms.scalar(t)]
            rest = [(t, p) for t, p in factors if not terms.scalar(t)]
            if not rest:  # all of it is one number: nothing to take out of
                inside.append(arg)
                continue
            coefficient *= by
            outside += scalar
            inside.append(terms.product(1.0, rest))
        term = terms.call(name, *inside, **attrs)
        if coefficient == 1.0 and not outside:
            return term
        return self.product(coefficient, [*outside, (term, 1.0)])
