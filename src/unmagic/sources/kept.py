"""Formulas that were read before: the same text on other numbers of the same shapes takes the same steps.

What a formula comes to depends on its text, its language, the names bound and their shapes and dtypes, the number of
rounds and the limits: these are the key. A few formulas look at numbers too (which case holds, a power of a matrix):
those numbers are kept beside the steps, and other ones are read afresh. So is whatever raises, for its words and place.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from unmagic.core.build import Constant, Input
from unmagic.core.graph import Array
from unmagic.core.kept import Kept
from unmagic.core.limits import Limits
from unmagic.core.program import Program
from unmagic.core.watched import unchanged
from unmagic.engine.evaluate import evaluate
from unmagic.lang.bindings import as_index
from unmagic.lang.statements import Reader

MOST_WAYS = 4
"""Ways to read one text that are kept, by the numbers that were looked at."""


class Way(NamedTuple):
    """One way that a text was read."""

    program: Program  # without values
    counted: frozenset[str]  # names that stand in an index
    seen: Mapping[int, Array]  # the values that decided something

    @property
    def weight(self) -> int:
        """Steps, and the numbers that are held with them."""
        constants = (step.attrs["value"] for step in self.program.graph.steps if step.op is Constant)
        return len(self.program.graph) + sum(array.size for array in (*constants, *self.seen.values()))


KEPT: Kept[tuple[Way, ...]] = Kept(50_000)
"""Texts by all that their steps depend on. A step takes about a kilobyte, with all that is found out about it."""


def read_before(key: Hashable, arrays: Mapping[str, Array]) -> Program | None:
    """The Program on these numbers, if one with the same steps was read before."""
    ways = KEPT.get(key) or ()
    return next((program for way in ways if (program := replayed(way, arrays)) is not None), None)


def keep(key: Hashable, reader: Reader, program: Program) -> None:
    """Keep the steps of a reading for the next one."""
    seen = reader.builder.seen
    if seen is None:
        return
    program.graph.memo = {}
    way = Way(_copy(program, []), frozenset(reader.counted), seen)
    ways = (way, *(KEPT.get(key) or ()))[:MOST_WAYS]
    KEPT.put(key, ways, sum(way.weight for way in ways))


def key_of(text: str, language: str, arrays: Mapping[str, Array], times: int | None, limits: Limits) -> Hashable:
    """All that the steps depend on but for the numbers that are looked at."""
    return text, language, tuple((name, a.shape, a.dtype) for name, a in arrays.items()), times, limits


def replayed(way: Way, arrays: Mapping[str, Array]) -> Program | None:
    """The same steps on other numbers; None where the numbers would have been read another way."""
    graph = way.program.graph
    inputs: dict[int, Array] = {}
    for step in graph.steps[: len(arrays)]:
        assert step.op is Input
        assert step.name is not None
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
        read_out=list(program.read_out),
        fixed=list(program.fixed),
    )
