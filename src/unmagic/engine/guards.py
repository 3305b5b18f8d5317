"""What must be as it was when a function was traced, written as the first lines of its replay: each line that does not
hold leaves it with None.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from .fast import Attribute, Captured, Place
from .objects import MAPS, SEQUENCES, fields

IDENTICAL = (FunctionType, BuiltinFunctionType, ModuleType, type, property, bool, type(None), np.ufunc, np.dtype)
LEAVE = "return None"


class Guards:
    """Lines that check arguments and captured values, and name what lies in them.

    ``names`` are the local names of arrays and scalars by place; ``bound`` the objects that the lines speak of.
    """

    def __init__(self, arguments: int) -> None:
        self.arguments = arguments  # how many roots are arguments
        self.lines: list[str] = []
        self.names: dict[Place, str] = {}
        self.bound: dict[str, Any] = {}
        self._known: dict[int, str] = {}
        self._locals: dict[Place, str] = {}  # what is in a local name

    def bind(self, value: Any) -> str:
        name = self._known.get(id(value))
        if name is None:
            name = self._known[id(value)] = f"g{len(self.bound)}"
            self.bound[name] = value
        return name

    def argument(self, root: int, value: Any) -> str:
        """Check argument number ``root``; its parameter's name."""
        name = f"a{root}"
        self._value(name, value, Place(root))
        return name

    def captured(self, root: int, one: Captured) -> None:
        name = f"a{root}"
        if one.holder is None:
            self.lines.append(f"{name} = {self.bind(one.value)}")
            self._value(name, one.value, Place(root))
            return
        holder = self.bind(one.holder)
        if isinstance(one.holder, dict):
            self.lines.append(f"{name} = {holder}.get({one.name!r})")
        else:
            self.lines.append(f"{name} = {holder}.cell_contents")
        self._value(name, one.value, Place(root))

    def inside(self, place: Place, value: Any) -> None:
        """Check what lies at ``place``, in something that was checked before."""
        if place not in self._locals:
            self._value(self._local(place), value, place)

    def _local(self, place: Place) -> str:
        """A local name for what lies at ``place``."""
        found = self._locals.get(place)
        if found is None:
            outer = self._local(Place(place.root, place.path[:-1]))
            found, step = f"{outer}k{len(self.lines)}", place.path[-1]
            if isinstance(step, Attribute):
                self.lines.append(f"{found} = {self.bind(getattr)}({outer}, {step.name!r}, {self.bind(Guards)})")
            else:
                self.lines.append(f"{found} = {outer}[{self.bind(step)}]")
            self._locals[place] = found
        return found

    def _value(self, name: str, value: Any, place: Place) -> None:
        kind = type(value)
        self._locals[place] = name
        if kind is np.ndarray:
            shape, dtype = self.bind(value.shape), self.bind(value.dtype)
            self._check(f"{name}.__class__ is not {self.bind(kind)} or {name}.shape != {shape} or "
                        f"{name}.dtype is not {dtype}")  # fmt: skip
            self.names[place] = name
        elif isinstance(value, np.generic):
            same = f" or {name} != {self.bind(value)}" if kind is np.bool_ else ""  # it has no identity to be known by
            self._check(f"{name}.__class__ is not {self.bind(kind)}{same}")
            self.names[place] = name
        elif kind in SEQUENCES:
            self._check(f"{name}.__class__ is not {self.bind(kind)} or {name}.__len__() != {len(value)}")
            for k, part in enumerate(value):
                self._part(name, k, str(k), part, place)
        elif kind in MAPS:
            self._check(f"{name}.__class__ is not {self.bind(kind)} or tuple({name}) != {self.bind(tuple(value))}")
            for key, part in value.items():
                self._part(name, key, self.bind(key), part, place)
        elif kind in (int, str, bytes):
            self._check(f"{name}.__class__ is not {kind.__name__} or {name} != {self.bind(value)}")
        elif kind is float:
            sign = f" or {self.bind(math.copysign)}(1, {name}) != {math.copysign(1, value)}" if value == 0 else ""
            differs = f"{name} == {name}" if math.isnan(value) else f"{name} != {self.bind(value)}"
            self._check(f"{name}.__class__ is not float or {differs}{sign}")
            self.names[place] = name
        elif kind in (set, frozenset):
            self._check(f"{name}.__class__ is not {self.bind(kind)} or {name} != {self.bind(frozenset(value))}")
        elif kind is MethodType:  # another object each time
            self._check(f"{self.bind(getattr)}({name}, '__func__', None) is not {self.bind(value.__func__)}")
            owner = value.__self__
            same = "" if place.root >= self.arguments or isinstance(owner, IDENTICAL) else ".__class__"
            self._check(f"{name}.__self__{same} is not {self.bind(type(owner) if same else owner)}")
        elif place.root < self.arguments and not isinstance(value, IDENTICAL):  # nothing is kept of an argument
            self._check(f"{name}.__class__ is not {self.bind(kind)}")
        else:
            self._check(f"{name} is not {self.bind(value)}")

    def _part(self, name: str, key: Any, written: str, value: Any, place: Place) -> None:
        inner = f"{name}k{len(self.lines)}"
        self.lines.append(f"{inner} = {name}[{written}]")
        self._value(inner, value, place.into(key))

    def _check(self, differs: str) -> None:
        self.lines.append(f"if {differs}: {LEAVE}")

    def apart(self, arrays: dict[Place, Any], written: set[Place]) -> None:
        """A function that writes into what it is given: no array shares memory with one that is written."""
        shared = self.bind(np.may_share_memory)
        for a, b in itertools.combinations(arrays, 2):
            if a in written or b in written:
                self._check(f"{shared}({self.names[a]}, {self.names[b]})")

    def laid_out(self, arrays: dict[Place, Any]) -> None:
        """And arrays lie in memory as they did: whether a reshape is a view, and takes a write along, hangs on that."""
        for place, array in arrays.items():
            self._check(f"{self.names[place]}.strides != {self.bind(array.strides)}")


    def one(self, first: Place, second: Place) -> None:
        """Two places hold one array: it was read from the first for both."""
        self._check(f"{self._local(first)} is not {self._local(second)}")

    def writable(self, written: Iterable[Place]) -> None:
        for place in written:
            self._check(f"not {self.names[place]}.flags.writeable")

    def fields(self, place: Place, names: list[str]) -> None:
        """An object whose gradient is a dict still has these attributes, and no other ones of such a kind."""
        self._check(f"{self.bind(fields)}({self._local(place)}) != {self.bind(names)}")


__all__ = ["LEAVE", "Guards"]
