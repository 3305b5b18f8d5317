"""Casts, copies along axes, reshapes and transposes: looked through where the values stay what they are."""

from __future__ import annotations

from unmagic.core.graph import Shape, Step

from ..terms import Call
from .normal import Normal


def cast(n: Normal, step: Step) -> int:
    inner = n.graph[step.inputs[0]]
    if step.dtype.kind in "iub" and inner.dtype.kind == "f":  # cuts the fraction off: another value
        return n.terms.call("cast", n.of[inner.id], to=str(step.dtype))
    return n.of[inner.id]


def broadcast(n: Normal, step: Step) -> int:
    """As others than elementwise steps see it; those use `Normal.seen`."""
    inner = n.of[step.inputs[0]]
    if n.terms.value(inner) is not None:
        return inner
    return n.terms.call("broadcast", inner, shape=step.shape)


def reshaped(n: Normal, step: Step) -> int:
    return regrouped(n, step, step.inputs[0], step.shape)


def regrouped(n: Normal, step: Step, id: int, shape: Shape) -> int:
    """A reshape; one that puts reduced axes back at size 1 (or drops the kept ones) is looked through."""
    inner = n.graph[id]
    if shape == inner.shape:
        return n.of[id]
    found = n.reduced(id)
    if found and [s for s in shape if s != 1] == [s for s in inner.shape if s != 1]:
        axes, rank, kept = found
        if kept or (len(shape) == rank and all(shape[axis] == 1 for axis in axes)):
            return n.of[id]
    return n.terms.call("reshape", n.of[id], shape=shape)


def permuted(n: Normal, step: Step) -> int:
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
