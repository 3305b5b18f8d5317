"""Formulas that were read before: the same text on other numbers of the same shapes takes the same steps.

What a formula comes to depends on its text, its language, the names bound and their shapes and dtypes, the number of
rounds and the limits: these are the key. A few formulas look at numbers too (which case holds, a power of a matrix):
those numbers are kept beside the steps, and other ones are read afresh. So is whatever raises, for its words and place.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import NamedTuple

from unmagic.core.build import Input
from unmagic.core.graph import Array
from unmagic.core.limits import Limits
from unmagic.core.program import Program
from unmagic.core.watched import unchanged
from unmagic.engine.evaluate import evaluate
from unmagic.lang.bindings import as_index
from unmagic.lang.statements import Reader

MOST_TEXTS = 512
MOST_WAYS = 4  # of one text, by the numbers that were looked at
MOST_STEPS = 1_000  # of one reading: longer ones are rare, and take their time elsewhere


class Way(NamedTuple):
    """One way that a text was read."""

    program: Program  # without values
    counted: frozenset[str]  # names that stand in an index
    seen: Mapping[int, Array]  # the values that decided something


class Kept:
    """Readings by their key, the least recently used ones forgotten. Threads share it."""

    def __init__(self) -> None:
        self._ways: OrderedDict[Hashable, list[Way]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, arrays: Mapping[str, Array]) -> Program | None:
        """The Program on these numbers, if one with the same steps was read before."""
        with self._lock:
            ways = list(self._ways.get(key, ()))
            if ways:
                self._ways.move_to_end(key)
        return next((program for way in ways if (program := replayed(way, arrays)) is not None), None)

    def put(self, key: Hashable, reader: Reader, program: Program) -> None:
        """Keep the steps of a reading for the next one."""
        seen = reader.builder.seen
        if seen is None or len(program.graph) > MOST_STEPS:
            return
        program.graph.memo = {}
        way = Way(_copy(program, []), frozenset(reader.counted), seen)
        with self._lock:
            self._ways[key] = [way, *self._ways.get(key, ())][:MOST_WAYS]
            self._ways.move_to_end(key)
            while len(self._ways) > MOST_TEXTS:
                self._ways.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._ways.clear()


KEPT = Kept()


def key_of(text: str, language: str, arrays: Mapping[str, Array], times: int | None, limits: Limits) -> Hashable:
    """All that the steps depend on but for the numbers that are looked at."""
    return text, language, tuple((name, a.shape, a.dtype) for name, a in arrays.items()), times, limits


def replayed(way: Way, arrays: Mapping[str, Array]) -> Program | None:
    """The same steps on other numbers; None where the numbers would have been read another way."""
    graph = way.program.graph
    inputs: dict[int, Array] = {}
    for step in graph.steps[: len(arrays)]:
        assert step.op is Input and step.name is not None
        array = arrays[step.name]
        inputs[step.id] = array = as_index(array) if step.name in way.counted else array
        if array.dtype != step.dtype:  # whole numbers count, others don't
            return None
    try:
        values = evaluate(graph, inputs)
    except Exception:  # whatever it is, reading afresh says it with its place
        return None
    return _copy(way.program, values) if unchanged(way.seen, values) else None


def _copy(program: Program, values: list[Array]) -> Program:
    """The same steps with other values; what is said of them can be changed without changing this one."""
    return Program(
        program.source,
        program.language,
        program.graph,
        values,
        statements=list(program.statements),
        decisions=list(program.decisions),
        passed_over=list(program.passed_over),
        gradients=dict(program.gradients),
    )
