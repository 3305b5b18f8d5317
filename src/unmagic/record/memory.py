"""Values by the identity of their objects, arrays by the memory they lie in; nothing is held that anybody could miss.

Arrays are known by weak reference, so that they die when the program lets go of them; Python floats and NumPy's scalars
by holding them, since nothing can notice. No object is asked anything but its type: it may be the user's.
"""

from __future__ import annotations

import weakref
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np

from unmagic.core.graph import Array

from .entries import Entry, Look, Owner, Range, Ref, Several, Thing
from .geometry import Place, dense, owner_of, place
from .keep import ITEM, LOOK, OWNER, PLACED, SCALAR, Keeper
from .stretches import Stretches, new

MOST_ITEMS = 4096
MOST_CHARACTERS = 256
WIDE = 1 << 256
ND = np.ndarray
READ = frozenset("biuf")
SCALARS = frozenset(kind for kind in np.sctypeDict.values() if np.dtype(kind).kind in READ)
"""NumPy's scalars that are real numbers: its texts, dates and complex numbers are scalars too."""
_STATIC = frozenset({bool, type(None), type(...), range, complex})
_NAMED = frozenset({FunctionType, BuiltinFunctionType, ModuleType, type, np.ufunc})


class Memory(Stretches):
    """What the program's objects are in the log."""

    def __init__(self, keeper: Keeper, most: int, windows: bool) -> None:
        super().__init__(keeper, most, windows)
        self.made = 0
        self.owners: dict[int, Owner] = {}
        self.owners_made = 0
        self.scalars: dict[int, tuple[Any, Ref]] = {}

    def _unseen(self) -> None:
        """The program ran without telling: nothing that was known is known to be so still."""
        self.owners.clear()
        self.scalars.clear()
        super()._unseen()

    def ref(self, value: Any) -> Any:
        """What ``value`` is in the log; an array that is not known is taken as given, with its content now."""
        kind = type(value)
        if kind is ND:
            return self._array(value)
        if kind is int:
            return value if -WIDE < value < WIDE else Thing("int")
        if kind in _STATIC:
            return value
        if kind is float or issubclass(kind, np.generic):
            known = self.scalars.get(id(value))
            return known[1] if known is not None else value
        if kind in (list, tuple):
            if not self._few(value):
                return Thing(kind.__name__)
            return Several(tuple([self.ref(one) for one in value]), kind is list)
        if kind is str or kind is bytes:
            return value if len(value) <= MOST_CHARACTERS else Thing(kind.__name__)
        if kind is slice:
            return Range(self.ref(value.start), self.ref(value.stop), self.ref(value.step))
        if kind is type or issubclass(kind, np.dtype):
            return value
        return Thing(value.__name__ if kind in _NAMED else kind.__name__)

    def _few(self, value: Any) -> bool:
        """Whether a list has few enough items, those of lists inside it too."""
        todo, count = [value], 0
        while todo and count <= MOST_ITEMS:
            one = todo.pop()
            count += len(one)
            if count <= MOST_ITEMS:
                todo += [item for item in one if type(item) in (list, tuple)]
        if count > MOST_ITEMS:
            return False
        self.keeper.bytes += ITEM * (len(value) + 2)
        return True

    def _array(self, array: Array) -> Any:
        if array.dtype.kind not in READ:
            return Thing(f"array of {array.dtype}")
        if array.base is None:
            owner = self.owners.get(id(array))
            if owner is not None and owner.ref() is array:
                if owner.at.shape == array.shape:
                    return owner.version
                return self._look(owner, place(array, owner.first(array)))
            return self._given(array).version
        root = owner_of(array)
        if root.dtype != array.dtype:  # part of a complex or structured array, or the bytes of another dtype
            ref = self._entry(self.keeper.copy(array), array)
            self._add(None, ref, (), "leaf")
            return ref
        owner = self.owners.get(id(root))
        if owner is None or owner.ref() is not root:
            owner = self._given(root)
        at = place(array, owner.first(root))
        return owner.version if at == owner.at else self._look(owner, at)

    def _look(self, owner: Owner, at: Place) -> Look:
        self.keeper.bytes += LOOK
        return Look(owner.version.number, owner.number, at)

    def given(self, name: str, value: Any) -> None:
        """An input: what the user handed in under ``name``."""
        if type(value) is ND:
            owner = self._given(value) if value.base is None else self._given_view(value)
            ref: Any = owner.version
        else:
            ref = self._new(value)
        self._add(None, ref, (), "input", name)

    def _given(self, array: Array) -> Owner:
        """An array nobody told of: from here on it is a value that was given."""
        kept = self.keeper.copy(array) if array.dtype.kind in READ else None
        ref = self._entry(kept, array)
        self._add(None, ref, (), "leaf")
        return self._own(array, array, ref)

    def _given_view(self, array: Array) -> Owner:
        """An input that looks into other memory: it is given in its own layout, if it is all of it."""
        root = owner_of(array)
        if array.nbytes == root.nbytes and dense(array.shape, array.strides, array.dtype.itemsize):
            ref = self._entry(self.keeper.copy(array), array)
            return self._own(root, array, ref)
        return self._given(root)

    def _own(self, root: Array, array: Array, ref: Ref) -> Owner:
        at = self.entries[ref.number].place
        assert at is not None
        self.owners_made += 1
        self.keeper.bytes += OWNER
        owner = Owner(self.owners_made, weakref.ref(root), at, ref)
        if len(self.owners) > 50_000:
            self.owners = {key: one for key, one in self.owners.items() if one.ref() is not None}
        self.owners[id(root)] = owner
        return owner

    def _entry(self, kept: Any, value: Any) -> Ref:
        at = None
        self.keeper.bytes += SCALAR
        if issubclass(type(value), ND):
            self.keeper.bytes += PLACED - SCALAR
            at = new(Place, (0, value.shape, value.strides, value.dtype))
        self.made += 1
        self.entries[self.made] = new(Entry, (kept, at))
        return new(Ref, (self.made,))

    def _new(self, out: Any) -> Any:
        """The entry of a value that was just computed; a `Look` where it lies in memory that is known."""
        if type(out) is not ND:
            ref = self._entry(out, out)
            self.scalars[id(out)] = (out, ref)
            return ref
        root = owner_of(out) if out.base is not None else out
        owner = self.owners.get(id(root))
        if owner is not None and owner.ref() is root:
            return self._array(out)
        if root is not out and not (
            out.nbytes == root.nbytes and dense(out.shape, out.strides, out.dtype.itemsize)
        ):
            owner = self._given(root)
            return self._array(out)
        ref = self._entry(self.keeper.copy(out), out)
        self._own(root, out, ref)
        return ref

    def release(self, array: Any) -> None:
        """Forget an array: somebody counts its references."""
        if type(array) is ND:
            self.owners.pop(id(owner_of(array)), None)


def numeric(value: Any) -> bool:
    """Whether a value is recorded: a float, an array of real numbers, such a scalar of NumPy's."""
    kind = type(value)
    return kind is float or (kind is ND and value.dtype.kind in READ) or kind in SCALARS


__all__ = ["ND", "READ", "SCALARS", "Memory", "numeric"]
