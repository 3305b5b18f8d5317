"""Where each value lies: memory is given to a step when it is computed and to the next one when nobody reads it more.

A view lies in its operand's memory, so that memory lives as long as its last view is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unmagic.core.build import LEAVES, Constant
from unmagic.core.emit import Emit, Term
from unmagic.core.graph import DType, Shape, Step
from unmagic.ops.movement import Ref  # noqa: F401  (importing any op fills the registry)


class Written(Step):
    """A step with the way it is written (None: its op's ``forward`` is called) and the operands as that takes them."""

    __slots__ = ("emit", "operands", "roots")

    def __init__(self, step: Step) -> None:
        super().__init__(step.id, step.op, step.inputs, step.attrs, step.shape, step.dtype, note=step.note)
        self.emit: Emit | None = None
        self.operands: tuple[int, ...] = step.inputs
        self.roots: frozenset[int] = frozenset((step.id,))  # the steps whose memory the result may lie in


def chosen(steps: Sequence[Step]) -> tuple[list[Written], list[Term]]:
    """How every step is written, and a term for each, without a name yet."""
    written = [Written(step) for step in steps]
    terms = [
        Term(step.shape, step.dtype, value=step.attrs["value"] if step.op is Constant else None) for step in steps
    ]
    for step in written:
        if step.op in LEAVES:
            continue
        lifted = tuple(_source(written, i) for i in step.inputs) if step.op.elementwise else step.inputs
        step.emit = _asked(step, terms, lifted)
        step.operands = lifted if (step.emit.lifts if step.emit else _lifts(step, terms, lifted)) else step.inputs
        if step.emit is not None and not step.emit.lifts and lifted != step.inputs:
            step.emit = _asked(step, terms, step.inputs)
        if step.emit is None:  # an op that hands its operand on as it is, or a view on it, is not known from outside
            step.roots = step.roots.union(*(written[i].roots for i in step.operands))
        elif step.emit.views:
            step.roots = written[step.operands[0]].roots
    return written, terms


def _asked(step: Written, terms: list[Term], operands: tuple[int, ...]) -> Emit | None:
    if step.op.emit is None:
        return None
    return step.op.emit(terms[step.id], *[terms[i] for i in operands], **step.attrs)


def _source(written: list[Written], id: int) -> int:
    while written[id].op.name == "broadcast":
        id = written[id].inputs[0]
    return id


def _lifts(step: Written, terms: list[Term], operands: tuple[int, ...]) -> bool:
    """Whether an op's own number rule may get operands before they are broadcast: one of them has the shape already."""
    return step.op.elementwise and any(terms[i].shape == step.shape for i in operands)


def last_reads(written: Sequence[Written], outputs: Sequence[int]) -> list[int]:
    """For each step the last one that reads its memory; past the end for what is handed out."""
    last = [step.id for step in written]
    for step in written:
        if step.emit is not None and step.emit.views:
            continue  # a view is taken where it is read first
        for i in step.operands:
            for root in written[i].roots:
                last[root] = step.id
    for i in outputs:
        for root in written[i].roots:
            last[root] = len(written)
    return last


class Memory:
    """Buffers by size; the one that was freed last is given first, as it is still near the processor."""

    def __init__(self) -> None:
        self.made: list[tuple[str, int]] = []  # name and bytes
        self._free: dict[int, list[str]] = {}

    def take(self, size: int) -> str:
        free = self._free.get(size)
        if free:
            return free.pop()
        name = f"m{len(self.made)}"
        self.made.append((name, size))
        return name

    def give(self, name: str, size: int) -> None:
        self._free.setdefault(size, []).append(name)


def bytes_of(shape: Shape, dtype: DType) -> int:
    size: Any = dtype.itemsize
    for n in shape:
        size *= n
    return int(size)


__all__ = ["Memory", "Written", "bytes_of", "chosen", "last_reads"]
