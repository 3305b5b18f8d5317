"""From the steps of a Graph to terms: casts, copies along axes and kept dimensions looked through, each op told apart.

Looking through is safe only where the copy lies where the math puts it: a row's sum that is divided into the columns
gives another term than one divided into its row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unmagic.core.graph import Array, Graph, Region, Shape, Step

from .terms import Call, Leaf, Product, Terms

REDUCTIONS = frozenset(
    "sum mean prod max min any all logsumexp count_nonzero var std norm argmax argmin softmax log_softmax".split()  # noqa: SIM905
)
LINEAR = frozenset({"sum", "mean", "@", "T", "pick", "pick_rows", "rows", "outer", "transpose"})
"""Ops that a factor may be taken out of: Σ c·x is c·Σ x."""
NATURAL = {"log2": math.log(2), "log10": math.log(10)}


class Normal:
    """The terms of ``graph``, filled step by step with `add`."""

    def __init__(self, graph: Graph, values: Sequence[Array] | None) -> None:
        self.graph = graph
        self.values = values
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
            rule = RULES.get(step.op.name)
            term = rule(self, step) if rule else self._default(step)
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

    def _default(self, step: Step) -> int:
        attrs = {key: hashable(value) for key, value in step.attrs.items()}
        return self.terms.call(step.op.name, *(self.seen(i, step) for i in step.inputs), **attrs)

    def seen(self, id: int, by: Step) -> int:
        """The term of input ``id`` as an elementwise step sees it: the copy along axes looked through."""
        step = self.graph[id]
        if step.op.name != "broadcast":
            return self.of[id]
        inner = step.inputs[0]
        source = self.graph[inner]
        reduced = self._reduced(inner)
        if reduced and len(source.shape) < len(step.shape):
            axes, rank, kept = reduced
            # without kept dimensions the entries slide to the last axes: right only if the first ones were reduced
            if not kept and axes != tuple(range(len(axes))) and rank == len(step.shape):
                return self.terms.call("misplaced", self.of[inner], shape=step.shape)
        return self.of[inner]

    def _reduced(self, id: int) -> tuple[tuple[int, ...], int, bool] | None:
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


Rule = Callable[[Normal, Step], int]
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    def enter(function: Rule) -> Rule:
        for name in names:
            RULES[name] = function
        return function

    return enter


@rule("input", "constant")
def _leaf(n: Normal, step: Step) -> int:
    return n.terms.put(Leaf(step.id))


@rule("add", "subtract")
def _add(n: Normal, step: Step) -> int:
    a, b = (n.seen(i, step) for i in step.inputs)
    return n.terms.total(0.0, ((a, 1.0), (b, 1.0 if step.op.name == "add" else -1.0)))


@rule("negative")
def _negative(n: Normal, step: Step) -> int:
    return n.product(-1.0, ((n.of[step.inputs[0]], 1.0),))


@rule("multiply", "divide")
def _multiply(n: Normal, step: Step) -> int:
    a, b = (n.seen(i, step) for i in step.inputs)
    return n.product(1.0, ((a, 1.0), (b, 1.0 if step.op.name == "multiply" else -1.0)))


@rule("reciprocal", "square", "sqrt")
def _fixed_power(n: Normal, step: Step) -> int:
    power = {"reciprocal": -1.0, "square": 2.0, "sqrt": 0.5}[step.op.name]
    return n.product(1.0, ((n.of[step.inputs[0]], power),))


@rule("power")
def _power(n: Normal, step: Step) -> int:
    base, exponent = (n.seen(i, step) for i in step.inputs)
    power, number = n.terms.value(exponent), n.terms.value(base)
    if power is not None:
        return n.product(1.0, ((base, power),))
    if number is not None and math.isclose(number, math.e):
        return n.terms.call("exp", exponent)
    return n.terms.call("power", base, exponent)


@rule("less", "less_equal", "greater", "greater_equal")
def _order(n: Normal, step: Step) -> int:
    """All orders as ``<``: at a tie idioms don't tell them apart, and if the numbers do, the match is refused."""
    a, b = (n.seen(i, step) for i in step.inputs)
    return n.terms.call("less", a, b) if step.op.name.startswith("less") else n.terms.call("less", b, a)


@rule("log2", "log10")
def _other_log(n: Normal, step: Step) -> int:
    inner = n.terms.call("log", n.of[step.inputs[0]])
    return n.product(1.0 / NATURAL[step.op.name], ((inner, 1.0),))


@rule("log1p")
def _log1p(n: Normal, step: Step) -> int:
    return n.terms.call("log", n.terms.total(1.0, ((n.of[step.inputs[0]], 1.0),)))


@rule("expm1")
def _expm1(n: Normal, step: Step) -> int:
    return n.terms.total(-1.0, ((n.terms.call("exp", n.of[step.inputs[0]]), 1.0),))


@rule("xlogy")
def _xlogy(n: Normal, step: Step) -> int:
    a, b = (n.seen(i, step) for i in step.inputs)
    return n.product(1.0, ((a, 1.0), (n.terms.call("log", b), 1.0)))


@rule("softplus")
def _softplus(n: Normal, step: Step) -> int:
    if step.attrs.get("beta", 1) == 1:
        return n.terms.call("softplus", n.of[step.inputs[0]])
    return n._default(step)


@rule("gelu")
def _gelu(n: Normal, step: Step) -> int:
    name = "gelu" if step.attrs.get("approximate", "none") == "none" else "gelu_tanh"
    return n.terms.call(name, n.of[step.inputs[0]])


@rule("clip")
def _clip(n: Normal, step: Step) -> int:
    low, high = step.attrs.get("low"), step.attrs.get("high")
    if high is None and low is not None:
        return n.terms.call("maximum", n.of[step.inputs[0]], n.terms.number(float(low)))
    return n._default(step)


@rule("cast")
def _cast(n: Normal, step: Step) -> int:
    inner = n.graph[step.inputs[0]]
    if step.dtype.kind in "iub" and inner.dtype.kind == "f":  # cuts the fraction off: another value
        return n.terms.call("cast", n.of[inner.id], to=str(step.dtype))
    return n.of[inner.id]


@rule("broadcast")
def _broadcast(n: Normal, step: Step) -> int:
    """As others than elementwise steps see it; those use `Normal.seen`."""
    inner = n.of[step.inputs[0]]
    if n.terms.value(inner) is not None:
        return inner
    return n.terms.call("broadcast", inner, shape=step.shape)


@rule("reshape")
def _reshape(n: Normal, step: Step) -> int:
    return regrouped(n, step, step.inputs[0], step.shape)


def regrouped(n: Normal, step: Step, id: int, shape: Shape) -> int:
    """A reshape; one that puts reduced axes back at size 1 (or drops the kept ones) is looked through."""
    inner = n.graph[id]
    if shape == inner.shape:
        return n.of[id]
    found = n._reduced(id)
    if found and [s for s in shape if s != 1] == [s for s in inner.shape if s != 1]:
        axes, rank, kept = found
        if kept or (len(shape) == rank and all(shape[axis] == 1 for axis in axes)):
            return n.of[id]
    return n.terms.call("reshape", n.of[id], shape=shape)


@rule("transpose")
def _transpose(n: Normal, step: Step) -> int:
    axes = tuple(step.attrs["axes"])
    rank = len(axes)
    inner = n.of[step.inputs[0]]
    if axes == tuple(range(rank)):
        return inner
    if axes != (*range(rank - 2), rank - 1, rank - 2):
        return n.linear("transpose", [inner], axes=axes)
    return transposed(n, inner)


def transposed(n: Normal, inner: int) -> int:
    node = n.terms.nodes[inner]
    if isinstance(node, Call) and node.name == "T":
        return node.args[0]
    return n.linear("T", [inner])


@rule("matmul", "matvec", "vecmat", "dot")
def _matmul(n: Normal, step: Step) -> int:
    return n.linear("@", [lifted(n, i) for i in step.inputs])


def lifted(n: Normal, id: int) -> int:
    """An operand of a matrix product, with what the reader put in to lift its rank looked through."""
    step = n.graph[id]
    while step.implicit and step.op.name in {"broadcast", "reshape"}:
        step = n.graph[step.inputs[0]]
    return n.of[step.id]


@rule("outer")
def _outer(n: Normal, step: Step) -> int:
    return n.linear("outer", [n.of[i] for i in step.inputs])


@rule("einsum")
def _einsum(n: Normal, step: Step) -> int:
    """A matrix product if one index is summed that both operands have and the other axes stand in order."""
    text = str(step.attrs["subscripts"]).replace(" ", "")
    left, _, out = text.partition("->")
    sides = left.split(",")
    args = [n.of[i] for i in step.inputs]
    if len(sides) == 2:
        a, b = sides
        summed = [c for c in a if c in b and c not in out]
        batch = [c for c in a if c in b and c in out]
        if len(summed) == 1 and len(a) == len(set(a)) and len(b) == len(set(b)):
            k, first = summed[0], "".join(batch)
            rows, columns = a.replace(k, ""), b.replace(k, "")
            only_a, only_b = rows[len(first) :], columns[len(first) :]
            if rows.startswith(first) and columns.startswith(first) and max(len(only_a), len(only_b)) <= 1:
                if out == first + only_b + only_a and only_a and only_b:
                    args, (only_a, only_b), (a, b) = args[::-1], (only_b, only_a), (b, a)
                if out == first + only_a + only_b:
                    x = args[0] if not only_a or a.endswith(k) else transposed(n, args[0])
                    y = transposed(n, args[1]) if only_b and b.endswith(k) else args[1]
                    return n.linear("@", [x, y])
    return n.terms.call("einsum", *args, subscripts=text)


@rule("index")
def _index(n: Normal, step: Step) -> int:
    """``p[c]`` is a pick, ``p[arange(n), c]`` one a row, ``E[ids]`` rows; what only adds axes is a reshape."""
    source = n.graph[step.inputs[0]]
    key = tuple(step.attrs["key"])
    x = n.of[source.id]
    if all(part is None or part == slice(None) for part in key if not isinstance(part, np.ndarray)) and not any(
        isinstance(part, np.ndarray) for part in key
    ):
        return regrouped(n, step, source.id, step.shape)
    rank = len(source.shape)
    if rank == 1 and len(key) == 1 and not isinstance(key[0], slice) and step.attrs.get("count") is None:
        return n.linear("pick", [x, _at(n, step, key[0])])
    if rank == 2 and len(key) == 2 and step.attrs.get("count") is None and len(step.shape) == 1:
        rows, classes = key
        if _counts_up(n, step, rows, source.shape[0]) and not isinstance(classes, slice):
            return n.linear("pick_rows", [x, _at(n, step, classes)])
    whole = isinstance(key[0], np.ndarray) or hasattr(key[0], "k") or isinstance(key[0], int | np.integer)
    if rank == 2 and whole and all(isinstance(part, slice) and part == slice(None) for part in key[1:]):
        return n.linear("rows", [x, _at(n, step, key[0])])
    others = [n.of[i] for i in step.inputs[1:]]
    return n.terms.call("index", x, *others, key=hashable(key))


def _at(n: Normal, step: Step, part: Any) -> int:
    if hasattr(part, "k"):  # a Ref: the position is computed
        return n.of[step.inputs[1 + part.k]]
    if isinstance(part, np.ndarray):
        return n.terms.call("array", at=hashable(part))
    return n.terms.number(float(part))


def _counts_up(n: Normal, step: Step, part: Any, count: int) -> bool:
    if hasattr(part, "k"):
        if n.values is None:
            return True
        part = n.values[step.inputs[1 + part.k]]
    return isinstance(part, np.ndarray) and part.shape == (count,) and bool((part == np.arange(count)).all())


@rule("take_along")
def _take_along(n: Normal, step: Step) -> int:
    x, at = step.inputs
    rank = len(n.graph[x].shape)
    if rank == 2 and step.attrs["axis"] in (1, -1) and n.graph[at].shape[1:] == (1,):
        inner = n.graph[at]
        ids = inner.inputs[0] if inner.op.name in {"reshape", "index"} else at
        return n.linear("pick_rows", [n.of[x], n.of[ids]])
    return n._default(step)


@rule("embedding")
def _embedding(n: Normal, step: Step) -> int:
    return n.linear("rows", [n.of[i] for i in step.inputs])


@rule("sum", "mean")
def _sum(n: Normal, step: Step) -> int:
    source = n.graph[step.inputs[0]]
    axis = axes_of(step.attrs.get("axis"), len(source.shape))
    name = step.op.name
    if name == "sum":
        before = len(n.terms.nodes)
        plain = n.linear("sum", [n.of[source.id]], axis=axis)
        count = math.prod(source.shape[a] for a in axis)
        for _, (term, _power) in enumerate(n.terms.factors(plain)[1]):
            node = n.terms.nodes[term]
            if isinstance(node, Call) and node.name == "sum" and (term >= before or term not in n.counts):
                n.counts[term] = count
                if not step.shape:
                    n.terms.scalars.add(term)
        return plain
    term = n.linear("mean", [n.of[source.id]], axis=axis)
    if not step.shape:
        for inner, _ in n.terms.factors(term)[1]:
            n.terms.scalars.add(inner)
    return term


@rule("prod", "max", "min", "logsumexp", "var", "std", "softmax", "log_softmax", "argmax", "argmin")
def _reduction(n: Normal, step: Step) -> int:
    source = n.graph[step.inputs[0]]
    attrs = {key: hashable(value) for key, value in step.attrs.items() if key not in {"keepdims", "axis"} and value}
    return n.terms.call(step.op.name, n.of[source.id], axis=axes_of(step.attrs.get("axis"), len(source.shape)), **attrs)


@rule("norm")
def _norm(n: Normal, step: Step) -> int:
    source = n.graph[step.inputs[0]]
    order = step.attrs.get("order", 2)
    name = "norm" if order == 2 else "norm_of_order"
    extra = {} if order == 2 else {"order": float(order)}
    return n.terms.call(name, n.of[source.id], axis=axes_of(step.attrs.get("axis"), len(source.shape)), **extra)


@rule("layer_norm", "rms_norm")
def _normalise(n: Normal, step: Step) -> int:
    source = n.graph[step.inputs[0]]
    name = "standardise" if step.op.name == "layer_norm" else "rms_norm"
    return n.terms.call(
        name, n.of[source.id], n.terms.number(float(step.attrs["eps"])),
        axis=axes_of(step.attrs["axes"], len(source.shape)),
    )  # fmt: skip


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """Axes counted from the front, in order; None is all."""
    if axis is None:
        return tuple(range(rank))
    given = axis if isinstance(axis, tuple | list) else (axis,)
    return tuple(sorted(int(a) % rank if rank else int(a) for a in given))


def hashable(value: Any) -> Any:
    """An attribute as something that can be compared and hashed."""
    if isinstance(value, np.ndarray):
        return (value.shape, str(value.dtype), value.tobytes())
    if isinstance(value, slice):
        return ("slice", value.start, value.stop, value.step)
    if isinstance(value, list | tuple):
        return tuple(hashable(part) for part in value)
    return value
