"""A function of one or two numbers that a visitor typed: read once by the engine, derived by it, replayed on many.

The graphs of the value, its gradient and its second derivatives are replayed step by step. Where all steps work entry
by entry, one replay answers for a whole grid; else (a sum over k, a softmax) places are taken one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from unmagic.core.build import Builder, Constant, Input, Node
from unmagic.core.errors import BadValue, Unbound, UnmagicError
from unmagic.core.graph import Array, Graph
from unmagic.core.limits import Limits
from unmagic.core.notation import Apply, Infix, Name, Notation
from unmagic.core.program import Program
from unmagic.core.span import Span
from unmagic.engine.differentiate import differentiate
from unmagic.reading.read import read

LIMITS = Limits(characters=200, depth=30, steps=300, entries=200, seconds=1.0)
"""Of the text, and of what it comes to: it is replayed thousands of times for one picture."""

AXES = ("x", "y")
_ANYWHERE = {"x": np.float64(0.5), "y": np.float64(0.25)}  # a reading needs numbers; the steps are the same for all


class Function:
    """f, its gradient and its second derivatives; ``axes`` are the names it depends on, ``x`` or ``x`` and ``y``."""

    def __init__(self, text: str, axes: tuple[str, ...], program: Program) -> None:
        self.text = text
        self.axes = axes
        self.notation = _notation(program, axes)
        graph, places = program.graph, _places(program.graph, axes)
        builder = Builder(graph.copy(), values=list(program.values), limits=Limits(entries=LIMITS.entries))
        with np.errstate(all="ignore"):
            inputs = [Node(builder, id) for id in places]
            slopes = differentiate(builder, Node(builder, graph.result), inputs)
            self._first = Replay(builder.graph, places, [graph.result, *(node.id for node in slopes)])
            self._value = Replay(graph, places, [graph.result])
            bends = [node.id for slope in slopes for node in differentiate(builder, slope, inputs)]
        self._second = Replay(builder.graph, places, bends)

    @property
    def batched(self) -> bool:
        """Whether one replay answers for many places; else each costs one."""
        return self._first.together

    def value(self, *at: Array) -> Array:
        """f at places: an array for each axis."""
        return self._value(at)[0]

    def slopes(self, *at: Array) -> tuple[Array, list[Array]]:
        """f at places, and its partial derivatives there."""
        value, *slopes = self._first(at)
        return value, slopes

    def bends(self, *at: Array) -> list[Array]:
        """The second derivatives at places, row by row of the Hessian."""
        return self._second(at)


class Replay:
    """The steps of a graph that ``outputs`` need, in order, those that depend on no input computed already."""

    def __init__(self, graph: Graph, inputs: Sequence[int], outputs: Sequence[int]) -> None:
        needed = set[int]().union(*(graph.ancestors(id) for id in outputs))
        self._start: list[Any] = [None] * len(graph)
        self._inputs, self._outputs = tuple(inputs), tuple(outputs)
        self._steps: list[tuple[int, Callable[..., Any], tuple[int, ...], Mapping[str, Any]]] = []
        self.together = True
        moving = set(inputs)
        with np.errstate(all="ignore"):
            for step in graph.steps:
                if step.id not in needed or step.op is Input:
                    continue
                if step.op is Constant:
                    self._start[step.id] = step.attrs["value"]
                elif moving.isdisjoint(step.inputs):
                    self._start[step.id] = step.op.forward(np, *(self._start[i] for i in step.inputs), **step.attrs)
                else:
                    moving.add(step.id)
                    self._steps.append((step.id, step.op.forward, step.inputs, step.attrs))
                    self.together &= step.op.elementwise and step.shape == ()

    def __call__(self, at: Sequence[Array]) -> list[Array]:
        """The outputs as float64, each of the shape of the places."""
        places = np.broadcast_arrays(*at)
        shape = places[0].shape
        with np.errstate(all="ignore"):
            if self.together:
                return [_wide(found, shape) for found in self._run(places)]
            rows = [self._run(one) for one in zip(*(place.reshape(-1) for place in places), strict=True)]
        return [np.array([row[k] for row in rows], np.float64).reshape(shape) for k in range(len(self._outputs))]

    def _run(self, at: Sequence[Any]) -> list[Any]:
        values = self._start.copy()
        for id, place in zip(self._inputs, at, strict=True):
            values[id] = place
        for id, forward, inputs, attrs in self._steps:
            values[id] = forward(np, *[values[i] for i in inputs], **attrs)
        return [values[id] for id in self._outputs]


@lru_cache(maxsize=128)
def function_of(text: str) -> Function:
    """The function that a text stands for: ``0.18(x − 3)²``, ``f(x, y) = x² + y²``. Raises `UnmagicError`."""
    if not text.strip():
        raise BadValue("nothing stands here", hint="a formula in x, or in x and y: x² + y²")
    LIMITS.need("characters", len(text), LIMITS.characters)
    axes: tuple[str, ...] = AXES[:1]
    try:
        program = _read(text, axes)
    except Unbound:
        axes = AXES
        try:
            program = _read(text, axes)
        except Unbound as error:
            raise Unbound(error.what, span=error.span, hint="x, or x and y, are the names to use") from None
    LIMITS.need("steps of the formula", len(program.graph), LIMITS.steps)
    result = program.graph[program.graph.result] if program.graph.result >= 0 else None
    if result is None or result.shape != () or result.dtype.kind not in "fiub":
        raise BadValue("f has to come to one real number", span=_last(program), hint="for example x² + 3 sin x")
    return Function(text, axes, program)


def _read(text: str, axes: tuple[str, ...]) -> Program:
    language = "latex" if "\\" in text else "formula"
    return read(text, lang=language, limits=LIMITS, **{axis: _ANYWHERE[axis] for axis in axes}).program  # type: ignore[arg-type]


def _places(graph: Graph, axes: tuple[str, ...]) -> list[int]:
    found = {step.name: step.id for step in graph.steps if step.op is Input}
    return [found[axis] for axis in axes]


def _wide(value: Any, shape: tuple[int, ...]) -> Array:
    """An output that depends on no place stands for all of them."""
    return np.broadcast_to(np.asarray(value, np.float64), shape)


def _notation(program: Program, axes: tuple[str, ...]) -> Notation:
    """f(x) = …, whether the visitor wrote the left side or not."""
    *before, last = program.statements
    left = Apply(Name("f"), tuple(Name(axis) for axis in axes))
    whole = Infix("=", (left, last.right if last.right is not None else last.notation))
    return Infix(";", (*(one.notation for one in before), whole)) if before else whole


def _last(program: Program) -> Span | None:
    return program.statements[-1].span if program.statements else None


__all__ = ["AXES", "LIMITS", "Function", "Replay", "UnmagicError", "function_of"]
