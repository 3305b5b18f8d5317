"""One case a sample of every registered op: the same numbers in every run."""

from __future__ import annotations

import zlib
from typing import Any, NamedTuple

import numpy as np

import unmagic.ops  # noqa: F401  (fills the registry)
from unmagic.core.build import Builder, Node
from unmagic.core.op import OPS, Op, Operand


class Case(NamedTuple):
    """An op on numbers."""

    op: type[Op]
    values: tuple[Any, ...]
    attrs: dict[str, Any]
    smooth: bool
    label: str

    @property
    def whole(self) -> bool:
        """Whether the result has entries at all."""
        return bool(result(self).size)


def drawn(op: type[Op], number: int) -> Case:
    """The ``number``-th sample of ``op`` with values drawn; arrays are frozen, so that writing to one raises."""
    sample = op.samples[number]
    rng = np.random.default_rng(zlib.crc32(f"{op.name} {number}".encode()))
    values = []
    for given in sample.inputs:
        value = rng.uniform(sample.low, sample.high, given) if isinstance(given, tuple) else np.array(given)
        values.append(frozen(value))
    return Case(op, tuple(values), dict(sample.attrs), sample.smooth, f"{op.name}-{number}")


def frozen(value: Any) -> Any:
    """``value`` as an array nobody can write to; rank 0 as the NumPy scalar that programs have there."""
    value = np.asarray(value)
    value.flags.writeable = False
    return value[()]


CASES = [drawn(op, k) for op in OPS.values() for k in range(len(op.samples))]


def result(case: Case, op: type[Op] | None = None) -> Any:
    """The forward value."""
    return (op or case.op).forward(np, *case.values, **case.attrs)


def built(case: Case, op: type[Op] | None = None) -> tuple[Builder, list[Node], Node]:
    """The op as a step of a graph, with its operands as inputs."""
    builder = Builder(values=[])
    nodes = [builder.input(f"x{k}", value) for k, value in enumerate(case.values)]
    return builder, nodes, builder.apply(op or case.op, *nodes, **case.attrs)


def cotangent(case: Case, y: Any) -> Any:
    """A random cotangent: ones would hide what adds up to nothing."""
    rng = np.random.default_rng(zlib.crc32(f"cotangent {case.label}".encode()))
    return frozen(rng.standard_normal(np.shape(y)).astype(y.dtype))


def pulled_back(case: Case, op: type[Op] | None = None) -> list[Any]:
    """`Op.vjp` of a random cotangent: an array, or None, an operand."""
    builder, nodes, y = built(case, op)
    g = builder.input("g", cotangent(case, y.value))
    parts = (op or case.op).vjp(g, y, *nodes, **case.attrs)
    assert len(parts) == len(nodes), f"{len(parts)} cotangents for {len(nodes)} operands"
    return [None if part is None else part.value for part in parts]


def derived(case: Case) -> list[int]:
    """The operands that a derivative exists for: floating point, of an op that lets gradients through."""
    if not case.op.differentiable or result(case).dtype.kind != "f":
        return []
    return [k for k, value in enumerate(case.values) if value.dtype.kind == "f"]


def operands(case: Case) -> list[Operand]:
    """The operands as `Op.entry` sees them."""
    return [Operand(k, value) for k, value in enumerate(case.values)]
