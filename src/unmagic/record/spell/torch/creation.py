"""PyTorch's ways to make tensors; float32 unless told otherwise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue
from unmagic.record.recorder import Recorder

from .base import F4, I8, TABLE, sizes_of, torch_dtype


def _room(r: Recorder, shape: tuple[int, ...]) -> tuple[int, ...]:
    if any(n < 0 for n in shape):
        raise BadValue(f"Trying to create tensor with negative dimension {min(shape)}")
    r.limits.need("entries of one array", math.prod(shape), r.limits.entries)
    return shape


def _filled(fill: float) -> Any:
    def build(r: Recorder, *size: Any, dtype: Any = None, device: Any = None) -> Node:
        return r.builder.leaf(np.full(_room(r, sizes_of(*size)), fill, torch_dtype(dtype, F4)))

    return build


def _filled_like(fill: float) -> Any:
    def build(r: Recorder, input: Node, *, dtype: Any = None) -> Node:
        return r.builder.leaf(np.full(input.shape, fill, torch_dtype(dtype, input.dtype)))

    return build


for _name, _fill in (("zeros", 0), ("ones", 1)):
    TABLE.function(_name)(_filled(_fill))
    TABLE.function(f"{_name}_like")(_filled_like(_fill))
for _name in ("empty", "empty_like"):
    TABLE.refused[_name] = "what it holds is chance; use torch.zeros"
for _name in ("rand", "randn", "randint", "randperm", "rand_like", "randn_like", "normal", "bernoulli", "multinomial"):
    TABLE.refused[_name] = (
        "PyTorch's own random numbers can't be drawn without running it: bind the tensor, or write its numbers out"
    )


@TABLE.function("full")
def full(r: Recorder, size: Any, fill_value: Any, *, dtype: Any = None) -> Node:
    kind = np.dtype(np.bool_) if isinstance(fill_value, bool) else I8 if isinstance(fill_value, int) else F4
    return r.builder.leaf(np.full(_room(r, sizes_of(size)), fill_value, torch_dtype(dtype, kind)))


@TABLE.function("full_like")
def full_like(r: Recorder, input: Node, fill_value: Any, *, dtype: Any = None) -> Node:
    return r.builder.leaf(np.full(input.shape, fill_value, torch_dtype(dtype, input.dtype)))


@TABLE.function("eye")
def eye(r: Recorder, n: int, m: int | None = None, *, dtype: Any = None) -> Node:
    rows, columns = _room(r, sizes_of(n, n if m is None else m))
    return r.builder.leaf(np.eye(rows, columns, dtype=torch_dtype(dtype, F4)))


@TABLE.function("arange")
def arange(r: Recorder, start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None) -> Node:
    low, high = (0, start) if end is None else (start, end)
    kind = F4 if any(isinstance(value, float) for value in (low, high, step)) else I8
    size = (high - low) / step if step else math.inf
    if not math.isfinite(size):
        raise BadValue("step must be nonzero")
    if size < 0:
        raise BadValue("upper bound and lower bound inconsistent with step sign")
    _room(r, (math.ceil(size),))
    return r.builder.leaf(np.arange(low, high, step).astype(torch_dtype(dtype, kind)))


@TABLE.function("linspace")
def linspace(r: Recorder, start: float, end: float, steps: int, *, dtype: Any = None) -> Node:
    _room(r, (int(steps),))
    return r.builder.leaf(np.linspace(start, end, int(steps), dtype=torch_dtype(dtype, F4)))
