"""A reading as plain data, what the JSON schema ``unmagic/1`` holds; Lines, findings and arrays stand as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Constant
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array, Step
from unmagic.core.lines import Working

from .laid_out import worked_entries
from .reading import Gradient, Reading

MOST_VALUES = 4_096
"""The entries of a larger array are left out; its shape is there."""

MOST_WORKED = 64
"""Steps whose first entries are worked."""


def facts(reading: Reading) -> dict[str, Any]:
    """Source, value, steps, gradients, findings, workings, decisions, what was printed, what it raised."""
    program = reading.program
    roots = {match.root: match.idiom.name for match in reading.matches if not match.idiom.joined}
    return {
        "language": program.language,
        "source": program.source,
        "value": _kept(reading.value) if reading.graph.result >= 0 and not reading.numberless else None,
        "steps": [_step(step, _value(reading, step), roots.get(step.id)) for step in reading.graph.steps],
        "gradients": _gradients(reading),
        "workings": _workings(reading),
        "findings": list(reading.findings),
        "decisions": [{"words": decision.words, "span": decision.span} for decision in program.decisions],
        "printed": program.printed,
        "failure": _failure(program.failure),
    }


def _failure(error: UnmagicError | None) -> dict[str, Any] | None:
    return None if error is None else {"words": error.what, "span": error.span, "notes": list(error.notes)}


def _value(reading: Reading, step: Step) -> Array | None:
    return None if reading.numberless else reading.values[step.id]


def _kept(value: Array) -> Array | None:
    return value if np.size(value) <= MOST_VALUES else None


def _step(step: Step, value: Array | None, idiom: str | None) -> dict[str, Any]:
    return {
        "id": step.id,
        "name": step.name,
        "op": step.op.name,
        "idiom": idiom,
        "inputs": step.inputs,
        "attrs": {} if step.op is Constant else step.attrs,
        "shape": step.shape,
        "dtype": str(step.dtype),
        "span": step.span,
        "implicit": step.implicit,
        "value": None if value is None else _kept(value),
    }


def _gradients(reading: Reading) -> dict[str, Any]:
    try:
        gradient = reading if isinstance(reading, Gradient) else reading.full_gradient
    except UnmagicError:  # the result is no scalar, or nothing leads to it
        return {}
    graph, back = gradient.reading.graph, gradient.backward
    return {graph[id].name or str(id): _kept(gradient.values[back.cotangents[id]]) for id in back.wrt}


def _workings(reading: Reading) -> list[Working]:
    if reading.numberless:
        return []
    view = reading.view
    book = view.book(reading.digits)
    put = []
    for id in sorted(view.shown_ids)[:MOST_WORKED]:
        for at in worked_entries(view.graph[id].shape, everything=False)[0]:
            put.extend(view.put(book, id, at))
    workings = book.solve()
    return [workings[number] for number in put]
