"""Entries and rows picked: by a number, by an index array, by a table of embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.graph import Step

from .attributes import hashable
from .movement import regrouped
from .normal import Normal


def indexed(n: Normal, step: Step) -> int:
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


def taken_along(n: Normal, step: Step) -> int:
    x, at = step.inputs
    rank = len(n.graph[x].shape)
    if rank == 2 and step.attrs["axis"] in (1, -1) and n.graph[at].shape[1:] == (1,):
        inner = n.graph[at]
        ids = inner.inputs[0] if inner.op.name in {"reshape", "index"} else at
        return n.linear("pick_rows", [n.of[x], n.of[ids]])
    return n.default(step)


def embedded(n: Normal, step: Step) -> int:
    return n.linear("rows", [n.of[i] for i in step.inputs])
