"""What must be as it was when a function was traced, written as the first lines of its replay: each line that does not
hold leaves it with None.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from .fast import Captured, Place

LEAVES = (np.ndarray, np.generic)
LEAVE = "return None"


class Guards:
    """Lines that check arguments and captured values, and name what lies in them.

    ``names`` are the local names of arrays and scalars by place; ``bound`` the objects that the lines speak of.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[Place, str] = {}
        self.bound: dict[str, Any] = {}
        self._known: dict[int, str] = {}

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
        holder = self.bind(one.holder)
        if isinstance(one.holder, dict):
            self.lines.append(f"{name} = {holder}.get({one.name!r})")
        else:
            self.lines.append(f"{name} = {holder}.cell_contents")
        self._value(name, one.value, Place(root))

    def _value(self, name: str, value: Any, place: Place) -> None:
        kind = value.__class__
        if kind is np.ndarray:
            shape, dtype = self.bind(value.shape), self.bind(value.dtype)
            self._check(f"{name}.__class__ is not {self.bind(kind)} or {name}.shape != {shape} or "
                        f"{name}.dtype is not {dtype}")  # fmt: skip
            self.names[place] = name
        elif isinstance(value, np.generic):
            self._check(f"{name}.__class__ is not {self.bind(kind)}")
            self.names[place] = name
        elif kind in (list, tuple):
            self._check(f"{name}.__class__ is not {kind.__name__} or {name}.__len__() != {len(value)}")
            for k, part in enumerate(value):
                self._part(name, k, str(k), part, place)
        elif kind is dict:
            self._check(f"{name}.__class__ is not dict or tuple({name}) != {self.bind(tuple(value))}")
            for key, part in value.items():
                self._part(name, key, self.bind(key), part, place)
        elif kind in (int, str, bytes):
            self._check(f"{name}.__class__ is not {kind.__name__} or {name} != {self.bind(value)}")
        elif kind is float:
            sign = f" or {self.bind(math.copysign)}(1, {name}) != {math.copysign(1, value)}" if value == 0 else ""
            differs = f"{name} == {name}" if math.isnan(value) else f"{name} != {self.bind(value)}"
            self._check(f"{name}.__class__ is not float or {differs}{sign}")
            self.names[place] = name
        else:
            self._check(f"{name} is not {self.bind(value)}")

    def _part(self, name: str, key: Any, written: str, value: Any, place: Place) -> None:
        inner = f"{name}k{len(self.lines)}"
        self.lines.append(f"{inner} = {name}[{written}]")
        self._value(inner, value, Place(place.root, (*place.path, key)))

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


__all__ = ["LEAVE", "Guards"]
