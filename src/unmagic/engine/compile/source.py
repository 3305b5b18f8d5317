"""Straight-line NumPy: one line a step, into memory that is there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Constant, Input
from unmagic.core.emit import Term, plain
from unmagic.core.graph import DType, Shape, Step

from .places import Memory, Written, bytes_of, chosen, last_reads

After = Callable[["SourceWriter", int], None]

LARGE = 1 << 16
"""Bytes from which an array of the call's own is let go as soon as nobody reads it."""

DENSE = 1 << 20
"""Entries up to which a number is held as a whole array where that is quicker."""


class Source(NamedTuple):
    """Text of a function's body and of what is made before its first call; the objects that both name."""

    setup: list[str]
    body: list[str]
    bound: dict[str, Any]
    results: list[str]  # an expression for every output: new arrays, or numbers
    memory: int  # bytes of the buffers


class SourceWriter:
    """Writes steps in order. It is the `core.emit.Writer` that ops speak to."""

    def __init__(self, steps: Sequence[Step], outputs: Sequence[int], inputs: Mapping[int, str], after: After) -> None:
        self.steps, self.terms = chosen(steps)
        self.outputs = outputs
        self.inputs = inputs  # input step -> the name its value has in the function
        self.after = after  # called when a step is written: it may add lines that look at its value
        self.last = last_reads(self.steps, outputs)
        self.fresh = self._handed_out()
        self.memory = Memory()
        self.setup: list[str] = []
        self.body: list[str] = []
        self.bound: dict[str, Any] = {"empty": np.empty}
        self.loose = False
        self._names: dict[Any, str] = {}
        self._views: dict[tuple[str, str], Term] = {}
        self._holds: dict[int, tuple[str, int]] = {}  # step -> its buffer and that buffer's size
        self._scratch: list[tuple[str, int]] = []
        self._own: set[str] = set()
        self._ends: dict[int, list[int]] = {}
        for id, end in enumerate(self.last):
            self._ends.setdefault(end, []).append(id)

    def _handed_out(self) -> set[int]:
        """Outputs that are computed into new arrays; the others (views, inputs, twice the same) are copied."""
        return {i for i in self.outputs if self.steps[i].emit is not None and self.steps[i].roots == {i}}

    # what ops may ask for ---------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.body.append(text)

    def bind(self, value: object) -> str:
        simple = isinstance(value, (slice, np.dtype, np.generic))
        key = (type(value), repr(value), getattr(value, "dtype", None)) if simple else id(value)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"{_called(value)}{len(self._names)}"
            self.bound[name] = value
        return name

    def local(self) -> str:
        name = f"t{len(self._own)}"
        self._own.add(name)
        return name

    def scratch(self, shape: Shape, dtype: DType) -> Term:
        size = bytes_of(shape, dtype)
        buffer = self.memory.take(size)
        self._scratch.append((buffer, size))
        return self._in(buffer, shape, dtype)

    def view(self, x: Term, suffix: str, shape: Shape, dtype: DType) -> Term:
        found = self._views.get((x.name, suffix))
        if found is None:
            name, kept = f"{x.name}_{len(self._views)}", x.kept or x.value is not None
            (self.setup if kept else self.body).append(f"{name} = {x.name}{suffix}")
            found = Term(shape, dtype, name, kept=kept)
            self._views[x.name, suffix] = found
        return found

    def _in(self, buffer: str, shape: Shape, dtype: DType) -> Term:
        """A buffer seen as an array of ``shape`` and ``dtype``."""
        found = self._views.get((buffer, f"{shape}{dtype.str}"))
        if found is None:
            name = f"{buffer}_{len(self._views)}"
            self.setup.append(f"{name} = {buffer}.view({self.bind(dtype)}).reshape({plain(shape)})")
            found = Term(shape, dtype, name, kept=True, whole=True)
            self._views[buffer, f"{shape}{dtype.str}"] = found
        return found

    # steps ------------------------------------------------------------------------------------------------

    def write(self) -> Source:
        for step in self.steps:
            if step.op is Input:
                self.terms[step.id].name = self.inputs[step.attrs["of"]]
            elif step.op is not Constant and not (step.emit is not None and step.emit.views):
                self._step(step)
                self._release(step.id)
            self.after(self, step.id)
        results = self._results()
        made = [f"{name} = empty({size}, 'i1')" for name, size in self.memory.made]
        memory = sum(size for _, size in self.memory.made)
        return Source(made + self.setup, self.body, self.bound, results, memory)

    def _step(self, step: Written) -> None:
        self.loose = step.note == "loose"
        y = self.terms[step.id]
        operands = [self._operand(step, i) for i in step.operands]
        if step.emit is None:
            y.name = self.local()
            call = self.bind(partial(step.op.forward, np, **step.attrs))
            self.line(f"{y.name} = {call}({', '.join(x.name for x in operands)})")
            return
        if not step.shape or not step.emit.fills:
            y.name = self.local()
            text = step.emit.write(self, None, *operands, **step.attrs)
            self.line(f"{y.name} = {text}")
        elif step.id in self.fresh:
            self._new(step, y, operands)
        else:
            place = self._place(step)
            y.name, y.kept, y.whole = place.name, True, True
            self._fill(step, place, operands)
        for name, size in self._scratch:
            self.memory.give(name, size)
        self._scratch.clear()

    def _new(self, step: Written, y: Term, operands: list[Term]) -> None:
        """Into an array that is handed out: of the call's own."""
        assert step.emit is not None
        y.name = self.local()
        whole = not step.emit.lifts or np.broadcast_shapes(*[x.shape for x in operands]) == step.shape
        if step.emit.makes and whole:
            text = step.emit.write(self, None, *operands, **step.attrs)
            self.line(f"{y.name} = {text}")
        else:
            self.line(f"{y.name} = empty({plain(step.shape)}, {self.bind(step.dtype)})")
            self._fill(step, y, operands)

    def _fill(self, step: Written, y: Term, operands: list[Term]) -> None:
        assert step.emit is not None
        text = step.emit.write(self, y, *operands, **step.attrs)
        if text != y.name:
            self.line(text)

    def _place(self, step: Written) -> Term:
        """Memory for the result: an operand's that is read here for the last time, or another."""
        assert step.emit is not None
        size = bytes_of(step.shape, step.dtype)
        for k in step.emit.over:
            i = step.operands[k]
            held = self._holds.get(i)
            x = self.terms[i]
            if held is None or self.last[i] != step.id or x.shape != step.shape or x.dtype != step.dtype:
                continue
            others = [j for n, j in enumerate(step.operands) if n != k and i in self.steps[j].roots]
            if others and not (step.emit.overlaps and all(j == i for j in others)):
                continue
            del self._holds[i]
            self._holds[step.id] = held
            return self._in(held[0], step.shape, step.dtype)
        buffer = self.memory.take(size)
        self._holds[step.id] = (buffer, size)
        return self._in(buffer, step.shape, step.dtype)

    def _release(self, id: int) -> None:
        """What nobody reads any more: buffers to the next steps, arrays of the call's own to the system."""
        for root in self._ends.get(id, ()):
            held, term = self._holds.pop(root, None), self.terms[root]
            if held is not None:
                self.memory.give(*held)
            elif term.name in self._own and bytes_of(term.shape, term.dtype) >= LARGE:
                self.line(f"{term.name} = None")

    def _operand(self, step: Written, i: int) -> Term:
        term = self.term(i)
        if term.value is None or term.shape or not step.shape or step.emit is None:
            return term
        value = np.asarray(term.value)
        size = self.terms[step.id].size
        if step.emit.dense and size <= DENSE and any(self.terms[j].shape == step.shape for j in step.operands):
            value = self._full(value, step.shape)
        return Term(value.shape, term.dtype, self.bind(self._array(value)), term.value)

    def _full(self, value: Any, shape: Shape) -> Any:
        key = ("full", value.dtype, value.tobytes(), shape)
        if key not in self._names:
            self._names[key] = self.bind(np.full(shape, value))
        return self.bound[self._names[key]]

    def _array(self, value: Any) -> Any:
        """One array for equal numbers: a number would be made an array at each call."""
        if value.ndim:
            return value
        key = ("array", value.dtype, value.tobytes())
        if key not in self._names:
            self._names[key] = self.bind(value)
        return self.bound[self._names[key]]

    def term(self, i: int) -> Term:
        """The term of a step with its name; constants and views get theirs when first read."""
        term, step = self.terms[i], self.steps[i]
        if term.name:
            return term
        if term.value is not None:
            term.name, term.kept = self.bind(term.value), True
            return term
        assert step.emit is not None
        x = self.term(step.operands[0])
        if x.value is not None and step.op.name == "broadcast":
            term.name, term.kept = self.bind(np.broadcast_to(x.value, step.shape)), True
            return term
        rest = [self.term(j) for j in step.operands[1:]]
        term.name = f"v{i}"
        stays = x.value is not None or x.whole or step.op.name != "reshape"  # else it may be a copy, and go stale
        term.kept = x.kept and stays and all(one.kept for one in rest)
        term.whole = x.whole and step.op.name == "reshape"
        text = step.emit.write(self, None, x, *rest, **step.attrs)
        (self.setup if term.kept else self.body).append(f"{term.name} = {text}")
        return term

    # results ----------------------------------------------------------------------------------------------

    def _results(self) -> list[str]:
        taken: set[int] = set()
        names = []
        for i in self.outputs:
            term = self.term(i)
            if not term.shape:
                number = self.steps[i].emit is not None or term.value is not None
                names.append(term.name if number else f"{term.name}[()]")
            elif i in self.fresh and i not in taken:
                names.append(term.name)
            else:
                names.append(f"{self.bind(np.array)}({term.name}, order='C')")
            taken.add(i)
        return names


def _called(value: object) -> str:
    name = getattr(value, "__name__", "")
    return f"{name}_" if name.isidentifier() else "c"


__all__ = ["Source", "SourceWriter"]
