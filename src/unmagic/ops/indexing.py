"""Reading an index: which entries ``x[key]`` picks, worked out without touching the other entries."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import marked
from unmagic.core.emit import Term, Writer
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Name, Notation, Numeral, Operator, Row

Key = tuple[Any, ...]


class Ref(NamedTuple):
    """Inside a key: operand ``at[k]``, whole numbers or (with the attribute ``count``) a mask."""

    k: int


class Plan:
    """A key laid out over the axes of ``shape``.

    ``items`` holds a part an axis of the operand (an integer, a `range`, or the number of an index array) and None for
    a new axis; ``lines`` are the index arrays, ``joint`` their common shape, ``place`` where that stands in the result.
    """

    __slots__ = ("items", "joint", "lines", "out", "place", "shape")

    def __init__(self, shape: Shape, key: Key, shapes: tuple[Shape, ...], count: int | None = None) -> None:
        self.shape = shape
        self.items: list[Any] = []
        self.lines: list[Any] = []  # a shape (of a `Ref`), or the array itself
        axis = 0
        basic: list[int] = []  # sizes of the result's axes from slices and new axes
        spots: list[tuple[int, int]] = []  # (position in key, axes of the result before it) of each advanced part
        width = sum(self._takes(part, shapes, count) for part in key)
        if width > len(shape):
            raise BadValue(f"{width} indices into {marked(shape)}", notes=(f"it has {len(shape)} axes",))
        for position, part in enumerate((*key, *[slice(None)] * (len(shape) - width))):
            if part is None:
                self.items.append(None)
                basic.append(1)
                continue
            if isinstance(part, slice):
                run = range(*part.indices(shape[axis]))
                self.items.append(run)
                basic.append(len(run))
                axis += 1
                continue
            if isinstance(part, Ref) or (isinstance(part, np.ndarray) and part.ndim):
                self._covers(part, axis, shapes, count)
                for line in self._lines(part, shapes, count):
                    if isinstance(line, np.ndarray):
                        self._inside(line, axis)
                    self.items.append(("line", len(self.lines)))
                    self.lines.append(line)
                    axis += 1
            else:
                i = int(part)
                self._inside(np.array([i]), axis)
                self.items.append(i % shape[axis])
                axis += 1
            spots.append((position, len(basic)))
        sizes = [line.shape if isinstance(line, np.ndarray) else line for line in self.lines]
        try:
            self.joint: Shape = np.broadcast_shapes(*sizes)
        except ValueError:
            raise BadValue("the index arrays don't meet", notes=tuple(marked(size) for size in sizes)) from None
        # NumPy: axes of the index arrays stand where the arrays stood if those were side by side, else in front;
        # a whole number counts as one of them, unless no array has an axis
        together = all(b[0] - a[0] == 1 for a, b in pairwise(spots))
        self.place = spots[0][1] if spots and together else 0
        self.out: Shape = (*basic[: self.place], *self.joint, *basic[self.place :])

    @staticmethod
    def _takes(part: Any, shapes: tuple[Shape, ...], count: int | None) -> int:
        if part is None:
            return 0
        if isinstance(part, Ref):
            return len(shapes[part.k]) if _is_mask(part, shapes, count) else 1
        if isinstance(part, np.ndarray) and part.dtype == bool:
            return part.ndim
        return 1

    def _covers(self, part: Any, axis: int, shapes: tuple[Shape, ...], count: int | None) -> None:
        """Raise `BadValue` for a mask of another shape than the axes it stands for."""
        if isinstance(part, Ref):
            mask = shapes[part.k] if _is_mask(part, shapes, count) else None
        else:
            mask = part.shape if part.dtype == bool else None
        if mask is not None and mask != self.shape[axis : axis + len(mask)]:
            raise BadValue(
                "the mask has another shape than what it picks from",
                notes=(f"picked from: {marked(self.shape)}", f"mask: {marked(mask)}"),
            )

    def _lines(self, part: Any, shapes: tuple[Shape, ...], count: int | None) -> list[Any]:
        if isinstance(part, Ref):
            mask = _is_mask(part, shapes, count)
            return [(count,)] * len(shapes[part.k]) if mask else [shapes[part.k]]
        return list(part.nonzero()) if part.dtype == bool else [part]

    def _inside(self, line: Array, axis: int) -> None:
        n = self.shape[axis]
        bad = line[(line < -n) | (line >= n)]
        if bad.size:
            raise outside(int(bad.flat[0]), axis, self.shape)

    def filled(self, values: tuple[Array, ...], key: Key) -> Plan:
        """The same plan with the index arrays' values in place of their shapes, counted from 0."""
        numbers = [line for part in key for line in _arrays(part, values)]
        axes = [a for a, item in enumerate(i for i in self.items if i is not None) if isinstance(item, tuple)]
        filled = object.__new__(Plan)
        for slot in Plan.__slots__:
            setattr(filled, slot, getattr(self, slot))
        for line, axis in zip(numbers, axes, strict=True):
            self._inside(np.atleast_1d(line), axis)
        filled.lines = [line % self.shape[axis] for line, axis in zip(numbers, axes, strict=True)]
        return filled

    def source(self, at: Index) -> Index:
        """The operand's entry that stands at ``at`` of the result."""
        rank = len(self.joint)
        picked, rest = at[self.place : self.place + rank], iter((*at[: self.place], *at[self.place + rank :]))
        own: list[int] = []
        for item in self.items:
            if item is None:
                next(rest)
            elif isinstance(item, range):
                own.append(item[next(rest)])
            elif isinstance(item, tuple):
                line = self.lines[item[1]]
                lead = picked[rank - line.ndim :]
                own.append(int(line[tuple(0 if n == 1 else i for i, n in zip(lead, line.shape, strict=True))]))
            else:
                own.append(item)
        return tuple(own)

    def sources(self, at: tuple[np.ndarray[Any, Any], ...]) -> tuple[np.ndarray[Any, Any], ...]:
        """The operand's entries at many places of the result at once: index arrays in, index arrays out."""
        rank = len(self.joint)
        picked, rest = at[self.place : self.place + rank], iter((*at[: self.place], *at[self.place + rank :]))
        many = len(at[0]) if at else 1
        own: list[np.ndarray[Any, Any]] = []
        for item in self.items:
            if item is None:
                next(rest)
            elif isinstance(item, range):
                own.append(item.start + item.step * next(rest))
            elif isinstance(item, tuple):
                own.append(np.broadcast_to(self.lines[item[1]], self.joint)[picked].reshape(-1))
            else:
                own.append(np.full(many, item))
        return tuple(own)

    def last(self) -> np.ndarray[Any, Any]:
        """Of index arrays that name one entry several times: which place is the last to name it."""
        if not self.joint:
            return np.ones((), dtype=bool)
        cells = np.zeros(self.joint, dtype=np.int64)
        axes = [a for a, item in enumerate(i for i in self.items if i is not None) if isinstance(item, tuple)]
        for line, axis in zip(self.lines, axes, strict=True):
            cells = cells * self.shape[axis] + line
        flat = cells.reshape(-1)
        _, from_end = np.unique(flat[::-1], return_index=True)
        last = np.zeros(flat.size, dtype=bool)
        last[flat.size - 1 - from_end] = True
        return last.reshape(self.joint)

    def targets(self, at: Index) -> tuple[tuple[np.ndarray[Any, Any], ...], int]:
        """All places of the result where the operand's entry ``at`` stands, as index arrays, and their number."""
        before: list[int] = []
        meets = np.ones(self.joint, dtype=bool)
        axis = 0
        here = True
        for item in self.items:
            if item is None:
                before.append(0)
                continue
            if isinstance(item, range):
                here = here and at[axis] in item
                before.append(item.index(at[axis]) if at[axis] in item else 0)
            elif isinstance(item, tuple):
                meets &= self.lines[item[1]] == at[axis]
            else:
                here = here and item == at[axis]
            axis += 1
        found = np.nonzero(meets) if meets.ndim else ()
        many = (len(found[0]) if found else int(meets)) if here else 0
        fixed = [np.full(many, i) for i in before]
        return (*fixed[: self.place], *(line[:many] for line in found), *fixed[self.place :]), many


def _is_mask(part: Ref, shapes: tuple[Shape, ...], count: int | None) -> bool:
    return count is not None and len(shapes[part.k]) > 0


def _arrays(part: Any, values: tuple[Array, ...]) -> list[Array]:
    """The index arrays that a part of a key stands for."""
    array = values[part.k] if isinstance(part, Ref) else part
    if not isinstance(part, Ref) and not (isinstance(part, np.ndarray) and part.ndim):
        return []
    array = np.asarray(array)
    return list(array.nonzero()) if array.dtype == bool else [array]


def outside(i: int, axis: int, shape: Shape) -> BadValue:
    """The error for an index beyond its axis."""
    n = shape[axis]
    there = f"it goes from 0 to {n - 1}" if n else "it is empty"
    return BadValue(f"there is no entry {i} along axis {axis}", notes=(f"{marked(shape, axis)}: {there}",))


def plan(x: Array, key: Key, values: tuple[Array, ...], count: int | None = None) -> Plan:
    """The plan of a key whose index arrays are at hand."""
    shapes = tuple(np.shape(value) for value in values)
    return Plan(x.shape, key, shapes, count).filled(values, key)


def numpy_key(key: Key, values: tuple[Array, ...]) -> Key:
    """The key as NumPy takes it."""
    return tuple(values[part.k] if isinstance(part, Ref) else part for part in key)


def written_key(w: Writer, key: Key, at: tuple[Term, ...]) -> str:
    """The key between brackets, in written source."""
    parts = []
    for part in key:
        if isinstance(part, Ref):
            parts.append(at[part.k].name)
        elif part is None:
            parts.append("None")
        elif isinstance(part, (slice, np.ndarray)) and not (isinstance(part, np.ndarray) and not part.ndim):
            parts.append(w.bind(part))
        else:
            parts.append(str(int(part)))
    return f"[{', '.join(parts) or '()'}]"


def is_basic(key: Key, at: tuple[Term, ...]) -> bool:
    """Whether only whole numbers, slices and new axes stand in the key: NumPy gives a view then."""
    plain = not any(isinstance(part, np.ndarray) and part.ndim for part in key)
    return plain and not any(term.shape or term.dtype == bool for term in at)


def is_distinct(shape: Shape, key: Key, at: tuple[Term, ...], count: int | None) -> bool:
    """Whether no entry can be named twice: by a basic key, by a mask, or as one index array has no number twice."""
    if count is not None or is_basic(key, at):
        return True
    joint = np.broadcast_shapes(*[np.shape(one) for one in _index_arrays(key, at)])
    axis = 0
    for part in key:
        line = at[part.k].value if isinstance(part, Ref) else part
        known = isinstance(line, np.ndarray) and line.shape == joint and line.dtype.kind in "iu"
        if known and len(np.unique(line % shape[axis])) == line.size:
            return True
        axis += part is not None
    return False


def _index_arrays(key: Key, at: tuple[Term, ...]) -> list[Any]:
    shapes = [np.broadcast_to(0, at[part.k].shape) for part in key if isinstance(part, Ref)]
    return [*shapes, *(part for part in key if isinstance(part, np.ndarray))]


def key_notation(key: Key, at: tuple[Notation, ...]) -> tuple[Notation, ...]:
    """Each part of a key as people write it between brackets."""
    return tuple(_part(part, at) for part in key)


def _part(part: Any, at: tuple[Notation, ...]) -> Notation:
    if isinstance(part, Ref):
        return at[part.k]
    if part is None:
        return Name("None")
    if isinstance(part, slice):
        ends = [Numeral(str(end).replace("-", "−")) if end is not None else None for end in (part.start, part.stop)]
        parts: list[Notation] = [ends[0]] if ends[0] else []
        parts.append(Operator(":"))
        parts += [ends[1]] if ends[1] else []
        if part.step not in (None, 1):
            parts += [Operator(":"), Numeral(str(part.step).replace("-", "−"))]
        return parts[0] if len(parts) == 1 else Row(tuple(parts))
    if isinstance(part, np.ndarray) and part.ndim:
        shown = ", ".join(map(str, part.reshape(-1)[:4].tolist()))
        return Numeral(f"[{shown}{', …' if part.size > 4 else ''}]".replace("-", "−"))
    return Numeral(str(int(part)).replace("-", "−"))
