"""Deliberately broken twins of ops: what the laws are worth is what they catch."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from unmagic.core.op import Op, Readers

from .cases import Case, derived, pulled_back, result

OFF = 1.001


def twin(op: type[Op], **rules: Callable[..., Any]) -> type[Op]:
    """``op`` with other rules, under its name and outside the registry."""
    copy = types.new_class(op.__name__, (op,), {"abstract": True})
    for name, rule in rules.items():
        setattr(copy, name, staticmethod(rule))
    return copy


def faults(case: Case) -> Iterator[tuple[str, type[Op]]]:
    """Every fault that can be planted in the op at this case, by name."""
    op, y = case.op, result(case)
    flat = np.asarray(y)

    def shape(*shapes: Any, **kw: Any) -> Any:
        return (*op.shape(*shapes, **kw), 1)

    def dtype(*dtypes: Any, **kw: Any) -> Any:
        real = op.dtype(*dtypes, **kw)
        return np.dtype(np.float32 if real == np.float64 else np.float64)

    yield "shape with an axis too many", twin(op, shape=shape)
    yield "dtype of another size", twin(op, dtype=dtype)
    if flat.dtype.kind == "f" and np.any(flat):

        def forward(xp: Any, *values: Any, **kw: Any) -> Any:
            return op.forward(xp, *values, **kw) * OFF

        yield "forward off by a thousandth", twin(op, forward=forward)
    if flat.dtype.kind == "b":

        def turned(xp: Any, *values: Any, **kw: Any) -> Any:
            return ~op.forward(xp, *values, **kw)

        yield "forward turned round", twin(op, forward=turned)
    if flat.size > 1:

        def moved(at: Any) -> Any:
            place = (np.ravel_multi_index(at, flat.shape) + 1) % flat.size
            return tuple(map(int, np.unravel_index(place, flat.shape)))

        def entry(at: Any, *operands: Any, **kw: Any) -> Any:
            return op.entry(moved(at), *operands, **kw)

        def check(at: Any, y: Any, *operands: Any, **kw: Any) -> Any:
            assert op.check is not None
            left, _ = op.check(at, y, *operands, **kw)
            return left, op.check(moved(at), y, *operands, **kw)[1]

        if op.check is None:
            yield "entry of the next index", twin(op, entry=entry)
        else:
            yield "check against the next index", twin(op, check=check)
    if op.check is None and np.any(flat):

        def scaled(at: Any, *operands: Any, **kw: Any) -> Any:
            return op.entry(at, *operands, **kw) * OFF

        yield "entry off by a thousandth", twin(op, entry=scaled)
    moving = derived(case)
    if not moving or not flat.size:
        return
    parts = pulled_back(case)
    for k in moving:
        if parts[k] is None or not np.any(parts[k]):
            continue
        yield f"vjp {k} off by a thousandth", twin(op, vjp=_each(op, k, lambda part: part * OFF))
        yield f"vjp {k} left out", twin(op, vjp=_each(op, k, lambda part: None))
        yield f"vjp {k} turned round", twin(op, vjp=_each(op, k, lambda part: -part))
        yield f"reader of {k} dropped", twin(op, readers=_readers(op, k, _dropped))
        yield f"partial of {k} off by a thousandth", twin(op, readers=_readers(op, k, _scaled))
        if flat.size > 1:
            yield f"readers of {k} one entry on", twin(op, readers=_readers(op, k, lambda r: _moved(r, flat.shape)))
    if len(moving) > 1 and len({np.shape(case.values[k]) for k in moving}) == 1:

        def swapped(g: Any, y: Any, *nodes: Any, **kw: Any) -> Any:
            out = list(op.vjp(g, y, *nodes, **kw))
            order = [out[k] for k in moving]
            for k, part in zip(moving, [*order[1:], order[0]], strict=True):
                out[k] = part
            return tuple(out)

        yield "vjp swapped", twin(op, vjp=swapped)

    def deaf(g: Any, y: Any, *nodes: Any, **kw: Any) -> Any:
        ones = g.builder.constant(np.ones(g.shape, g.dtype)[()])
        return op.vjp(ones, y, *nodes, **kw)

    yield "vjp deaf to the cotangent", twin(op, vjp=deaf)


def _each(op: type[Op], k: int, change: Callable[[Any], Any]) -> Callable[..., Any]:
    def vjp(g: Any, y: Any, *nodes: Any, **kw: Any) -> Any:
        return tuple(change(part) if i == k else part for i, part in enumerate(op.vjp(g, y, *nodes, **kw)))

    return vjp


def _readers(op: type[Op], k: int, change: Callable[[Readers], Readers]) -> Callable[..., Any]:
    def readers(operand: int, at: Any, y: Any, *values: Any, **kw: Any) -> Readers:
        found = op.readers(operand, at, y, *values, **kw)
        return change(found) if operand == k else found

    return readers


def _dropped(found: Readers) -> Readers:
    return Readers(tuple(axis[:-1] for axis in found.at), found.partial[:-1])


def _scaled(found: Readers) -> Readers:
    return Readers(found.at, found.partial * OFF)


def _moved(found: Readers, shape: tuple[int, ...]) -> Readers:
    place = (np.ravel_multi_index(found.at, shape) + 1) % np.prod(shape) if len(found.partial) else found.at
    return Readers(tuple(np.unravel_index(place, shape)) if len(found.partial) else found.at, found.partial)
