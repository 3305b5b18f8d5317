"""PyTorch's views and rearrangements."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue
from unmagic.record.alias import View, broadcast_view, index_view, reshape_view, transpose_view
from unmagic.record.spell.table import Held, Wrote

from .base import TABLE, Graded, Nodes, Operand, dim_of, promote, sizes_of


def _fitted(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    known = math.prod(n for n in shape if n != -1)
    holes = shape.count(-1)
    if holes > 1:
        raise BadValue("only one dimension can be inferred")
    if (holes and (not known or size % known)) or (not holes and known != size):
        raise BadValue(f"shape '{list(shape)}' is invalid for input of size {size}")
    return tuple(size // known if n == -1 else n for n in shape)


@TABLE.method("view", grad="ViewBackward0")
def view(input: Node, *shape: Any) -> View:
    return reshape_view(_fitted(sizes_of(*shape), math.prod(input.shape)))


@TABLE.method("reshape", grad="ViewBackward0")
def reshape_method(input: Node, *shape: Any) -> View:
    return reshape_view(_fitted(sizes_of(*shape), math.prod(input.shape)))


@TABLE.function("reshape", grad="ViewBackward0")
def reshape(input: Node, shape: Any) -> View:
    return reshape_view(_fitted(sizes_of(shape), math.prod(input.shape)))


@TABLE.function("flatten", method=True)
def flatten(input: Node, start_dim: int = 0, end_dim: int = -1) -> Graded:
    if not input.ndim:
        return Graded(reshape_view((1,)), "ViewBackward0")
    first, last = dim_of(start_dim, input.ndim), dim_of(end_dim, input.ndim)
    shape = (*input.shape[:first], math.prod(input.shape[first : last + 1]), *input.shape[last + 1 :])
    return Graded(reshape_view(shape), "ViewBackward0")


@TABLE.function("ravel", method=True, grad="ViewBackward0")
def ravel(input: Node) -> View:
    return reshape_view((math.prod(input.shape),))


@TABLE.function("transpose", "swapaxes", method=True, grad="TransposeBackward0")
def transpose(input: Node, dim0: int, dim1: int) -> View:
    axes = list(range(input.ndim))
    i, j = dim_of(dim0, input.ndim), dim_of(dim1, input.ndim)
    axes[i], axes[j] = axes[j], axes[i]
    return transpose_view(tuple(axes))


@TABLE.function("t", method=True, grad="TBackward0")
def t(input: Node) -> View:
    if input.ndim > 2:
        raise BadValue(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return transpose_view(tuple(reversed(range(input.ndim))))


@TABLE.method("permute", grad="PermuteBackward0")
def permute_method(input: Node, *dims: Any) -> View:
    found = tuple(dim_of(i, input.ndim) for i in sizes_of_dims(*dims))
    if sorted(found) != list(range(input.ndim)):
        raise BadValue("permute(sparse_coo): number of dimensions in the tensor input does not match")
    return transpose_view(found)


@TABLE.function("permute", grad="PermuteBackward0")
def permute(input: Node, dims: Any) -> View:
    return permute_method(input, *dims)


def sizes_of_dims(*dims: Any) -> tuple[int, ...]:
    only = dims[0] if len(dims) == 1 and isinstance(dims[0], (tuple, list)) else dims
    return tuple(int(i) for i in only)


@TABLE.function("unsqueeze", method=True, grad="UnsqueezeBackward0")
def unsqueeze(input: Node, dim: int) -> View:
    at = dim_of(dim, input.ndim + 1)
    return reshape_view((*input.shape[:at], 1, *input.shape[at:]))


@TABLE.function("squeeze", method=True)
def squeeze(input: Node, dim: Any = None) -> Graded:
    if dim is None:
        return Graded(reshape_view(tuple(n for n in input.shape if n != 1)), "SqueezeBackward0")
    at = {dim_of(one, input.ndim) for one in (dim if isinstance(dim, (tuple, list)) else (dim,))}
    shape = tuple(n for i, n in enumerate(input.shape) if i not in at or n != 1)
    return Graded(reshape_view(shape), "SqueezeBackward1")


@TABLE.method("expand", grad="ExpandBackward0")
def expand(input: Node, *sizes: Any) -> View:
    wanted = sizes_of(*sizes)
    shape = (1,) * (len(wanted) - input.ndim) + input.shape
    full = tuple(have if n == -1 else n for have, n in zip(shape, wanted, strict=True))
    input.builder.limits.need("entries of one array", math.prod(full), input.builder.limits.entries)
    return broadcast_view(full)


@TABLE.method("expand_as", grad="ExpandBackward0")
def expand_as(input: Node, other: Node) -> View:
    return broadcast_view(other.shape)


@TABLE.function("broadcast_to", grad="ExpandBackward0")
def broadcast_to(input: Node, size: Any) -> View:
    return broadcast_view(sizes_of(size))


@TABLE.method("repeat", grad="RepeatBackward0")
def repeat(input: Node, *sizes: Any) -> Node:
    times = sizes_of(*sizes)
    node = input.reshape((1,) * (len(times) - input.ndim) + input.shape)
    input.builder.limits.need("entries of one array", math.prod(input.shape) * math.prod(times),
                              input.builder.limits.entries)  # fmt: skip
    return node.apply("tile", reps=times)


@TABLE.function("stack", grad="StackBackward0")
def stack(tensors: Nodes, dim: int = 0) -> Node:
    if not tensors:
        raise BadValue("stack expects a non-empty TensorList")
    dtype = promote(tensors)
    return tensors[0].builder.apply(
        "stack", *[part.cast(dtype) for part in tensors], axis=dim_of(dim, tensors[0].ndim + 1)
    )


@TABLE.function("cat", "concat", "concatenate", grad="CatBackward0")
def cat(tensors: Nodes, dim: int = 0) -> Node:
    if not tensors:
        raise BadValue("torch.cat(): expected a non-empty list of Tensors")
    dtype = promote(tensors)
    return tensors[0].builder.apply(
        "concatenate", *[part.cast(dtype) for part in tensors], axis=dim_of(dim, tensors[0].ndim)
    )


@TABLE.function("split", method=True, grad="SplitBackward0")
def split(tensor: Node, split_size_or_sections: Any, dim: int = 0) -> tuple[View, ...]:
    axis = dim_of(dim, tensor.ndim)
    n = tensor.shape[axis]
    if isinstance(split_size_or_sections, int):
        ends = [*range(0, n, max(1, split_size_or_sections)), n]
    else:
        ends = np.cumsum([0, *split_size_or_sections]).tolist()
    return tuple(index_view((*[slice(None)] * axis, slice(i, j))) for i, j in itertools.pairwise(ends))


@TABLE.function("chunk", method=True, grad="SplitBackward0")
def chunk(input: Node, chunks: int, dim: int = 0) -> tuple[View, ...]:
    return split(input, -(-input.shape[dim_of(dim, input.ndim)] // int(chunks)), dim)


@TABLE.function("flip", method=True, grad="FlipBackward0")
def flip(input: Node, *dims: Any) -> Node:
    out = input
    for dim in sizes_of_dims(*dims):
        out = out.apply("flip", axis=dim_of(dim, input.ndim))
    return out


@TABLE.function("roll", method=True, grad="RollBackward0")
def roll(input: Node, shifts: int, dims: Any = None) -> Node:
    if dims is None:
        return input.reshape((math.prod(input.shape),)).apply("roll", shift=int(shifts), axis=0).reshape(input.shape)
    return input.apply("roll", shift=int(shifts), axis=dim_of(dims, input.ndim))


@TABLE.function("gather", method=True, grad="GatherBackward0")
def gather(input: Node, dim: int, index: Node) -> Node:
    return input.apply("take_along", index, axis=dim_of(dim, input.ndim))


@TABLE.function("index_select", method=True, grad="IndexSelectBackward0")
def index_select(input: Node, dim: int, index: Node) -> Node:
    from unmagic.ops.movement import Ref

    return input.apply("index", index, key=(*[slice(None)] * dim_of(dim, input.ndim), Ref(0)))


@TABLE.function("clone", method=True, grad="CloneBackward0")
def clone(input: Node) -> Held:
    return Held(input)


@TABLE.method("contiguous")
def contiguous(input: Node) -> Held:
    return Held(input)


# in place -------------------------------------------------------------------------------------------------


def _onto(input: Node, value: Node) -> Wrote:
    return Wrote(value.cast(input.dtype).broadcast(input.shape), True)


@TABLE.method("copy_", grad="CopyBackwards")
def copy_(input: Node, src: Node) -> Wrote:
    return _onto(input, src)


@TABLE.method("fill_", grad="FillBackward0")
def fill_(input: Node, value: Any) -> Wrote:
    return _onto(input, input.builder.constant(value, input.dtype))


@TABLE.method("zero_", grad="ZeroBackward0")
def zero_(input: Node) -> Wrote:
    return fill_(input, 0)


def _in_place(op: str) -> Any:
    def build(input: Node, other: Operand, *, alpha: float = 1) -> Wrote:
        value = other if isinstance(other, Node) else input.builder.constant(other, input.dtype)
        return _onto(input, input.apply(op, value if alpha == 1 else value * alpha))

    return build


for _name, _op in (("add_", "add"), ("sub_", "subtract"), ("mul_", "multiply"), ("div_", "divide")):
    TABLE.method(_name, grad=f"{_name[:-1].capitalize()}Backward0")(_in_place(_op))


def _in_place_one(op: str) -> Any:
    def build(input: Node) -> Wrote:
        return Wrote(input.apply(op), True)

    return build


for _name, _op in (("relu_", "relu"), ("exp_", "exp"), ("sqrt_", "sqrt"), ("neg_", "negative"), ("abs_", "absolute"),
                   ("sigmoid_", "sigmoid"), ("tanh_", "tanh")):  # fmt: skip
    TABLE.method(_name, grad=f"{_name[:-1].capitalize()}Backward0")(_in_place_one(_op))


@TABLE.method("clamp_", grad="ClampBackward1")
def clamp_(input: Node, min: float | None = None, max: float | None = None) -> Wrote:
    return Wrote(input.apply("clip", low=min, high=max), True)


@TABLE.method("masked_fill_", grad="MaskedFillBackward0")
def masked_fill_(input: Node, mask: Node, value: Any) -> Wrote:
    number = input.builder.constant(value, input.dtype)
    return Wrote(input.builder.apply("where", mask, number, input), True)
