"""The state of a loop between two iterations: what its body reads, copied, so that it can be walked again.

Nothing of the program's is asked for anything: objects are looked into by their own ``__dict__``, no reference is held
to what the program may drop, and what can't be copied is named and not guessed.
"""

from __future__ import annotations

import weakref
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from unmagic.record.geometry import address, owner_of
from unmagic.record.off_heap import all_finite, copied

from .frames import locals_of
from .plan import Plan, fields_of

ND = np.ndarray
ROOM = 8 << 20
"""Bytes that one snapshot copies."""

SMALL = 16 << 10
"""Bytes of an array that is copied whether or not anybody was seen to write to it."""

DEEP = 8
MOST_ITEMS = 4096
MOST_LEAVES = 2000
_PLAIN = frozenset({int, bool, str, float, type(None), range, bytes, complex, type(...), slice})
_FLAT = frozenset({int, bool, str, float, type(None)})


class Kept:
    """An array. ``value`` is the program's own until `State.freeze`, then a copy; None if it is only known by ``weak``:
    too large, or never written to. A few of its entries are kept to tell whether that is so."""

    __slots__ = ("base", "sample", "shape", "value", "weak")

    def __init__(self, value: Any) -> None:
        self.base: tuple[Kept, int] | None = None  # it looks into another, from that entry on
        self.value = value
        self.shape = value.shape
        self.weak: Any = None
        self.sample: Any = None


class Items:
    """A list, tuple, set or dict: its items are in here as the snapshot has them."""

    __slots__ = ("items", "kind")

    def __init__(self, kind: type) -> None:
        self.kind = kind
        self.items: Any = ()


class Fields:
    """An object of a class of the program."""

    __slots__ = ("fields", "kind")

    def __init__(self, kind: Any) -> None:
        self.kind = kind  # a weak reference
        self.fields: dict[str, Any] = {}


class Random:
    """A generator of random numbers, by its state."""

    __slots__ = ("bits", "legacy", "state")

    def __init__(self, bits: Any, state: Any, legacy: bool) -> None:
        self.bits = bits
        self.state = state
        self.legacy = legacy


class Code:
    """A function, class or module; ``bound`` is what a method is bound to."""

    __slots__ = ("bound", "cells", "of")

    def __init__(self, of: Any, bound: Any = None) -> None:
        self.of = of
        self.bound = bound
        self.cells: dict[str, Any] = {}  # what a function has from around it


class Other:
    """What no snapshot holds: a file, an iterator, an object of a library's."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class TooMuch(Exception):
    """More than a snapshot takes."""


class State:
    """What the names of a loop stand for now. ``finite`` says of each float and array by its path whether it is."""

    def __init__(self, frame: FrameType, plan: Plan, before: State | None, log: Any) -> None:
        self.plan = plan
        self.arrays: dict[str, Kept] = {}
        self.loose: list[Kept] = []  # of `fresh`
        self.finite: dict[str, bool] = {}
        self.locals: dict[str, Any] | None = None
        self.globals: dict[str, dict[str, Any]] = {}
        self.fresh: dict[str, Any] = {}  # bound anew in each iteration: looked at, never copied
        self.legacy: Random | None = None
        self._before = before
        self._log = log
        self._checked = 0  # bytes
        self._loose = False
        self._inside = f"{frame.f_code.co_qualname}.<locals>."
        self._met: dict[int, Any] = {}
        self._holding: list[Any] = []  # what was met lives as long as its number is looked up
        self._leaves = 0
        self._flat = 0  # items of long lists
        self._take(frame)
        self._met_count = len(self._met)
        self._met, self._holding, self._before, self._log = {}, [], None, None

    @property
    def weight(self) -> float:
        """About how many seconds it takes to make."""
        return 2e-5 + 1e-6 * (self._leaves + self._met_count) + 1e-7 * self._flat + 3e-10 * self._checked

    # what there is ----------------------------------------------------------------------------------------

    def _take(self, frame: FrameType) -> None:
        plan = self.plan
        path = frame.f_code.co_filename
        top: dict[str, Any] = frame.f_globals
        names: dict[str, Any] = top
        if frame.f_locals is not top:
            found = locals_of(frame)
            if found is None:
                raise TooMuch
            names, self.locals = found, {}
        needs = plan.needs
        for name in dict.fromkeys((*needs.reads, *needs.binds)):
            if name in names:
                into = self.locals if self.locals is not None else self.globals.setdefault(path, {})
                self._loose = name not in plan.reads and name not in plan.free
                if self._loose:
                    into = self.fresh
                into[name] = self._value(names[name], name, 0)
            elif name in top and name in plan.reads:
                self.globals.setdefault(path, {})[name] = self._value(top[name], name, 0)
        self._loose = False
        if self.locals is not None:
            for name in [one for one in frame.f_code.co_cellvars if one in plan.free]:
                if name in names and name not in self.locals:
                    self.locals[name] = self._value(names[name], name, 0)
        for file, (held, wanted) in [*plan.globals.items()]:
            into = self.globals.setdefault(file, {})
            for name in sorted(wanted):
                if name not in into and name in held:
                    into[name] = self._value(held[name], name, 0)
        if plan.legacy:
            self.legacy = Random(None, np.random.get_state(legacy=False), True)

    def _value(self, value: Any, path: str, depth: int) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            if kind is float:
                self._leaf(path, value - value == 0.0)
            return value
        if issubclass(kind, np.generic):
            if issubclass(kind, np.floating):
                self._leaf(path, bool(np.isfinite(value)))
            return value
        if id(value) in self._met:
            return self._met[id(value)]
        return self._object(value, kind, path, depth)

    def _object(self, value: Any, kind: Any, path: str, depth: int) -> Any:
        made: Any
        if kind is ND:
            if value.dtype.kind not in "biuf":
                return Other(f"an array of {value.dtype}")
            made = self._known(value, Kept(value))
            if value.base is not None:
                self._view(made, path, value)
            if self._loose:
                self.loose.append(made)
            else:
                self.arrays[path] = made
                self._steady(made, path, value)
            if value.dtype.kind == "f":
                self._check(made, path, value)
            return made
        if kind in (list, tuple, dict, set, frozenset):
            return self._items(value, kind, path, depth)
        if kind is np.random.Generator:
            bits = value.bit_generator
            if not type(bits).__module__.startswith("numpy.random."):
                return Other("a generator of its own kind")
            return self._known(value, Random(type(bits), bits.state, False))
        if kind is np.random.RandomState:
            return self._known(value, Random(None, value.get_state(legacy=False), True))
        if kind is FunctionType:
            self.plan.function(value)
            made = Code(weakref.ref(value))
            if value.__closure__ and not value.__qualname__.startswith(self._inside):
                self._known(value, made)
                made.cells = self._cells(value, path, depth)
            return made
        if kind is MethodType:
            function = value.__func__
            if type(function) is not FunctionType:
                return Other("a method")
            self.plan.function(function)
            return Code(weakref.ref(function), self._value(value.__self__, f"{path}.__self__", depth + 1))
        if kind is ModuleType:
            self.plan.module(value)
            return Code(value)
        if kind is np.ufunc or (kind is BuiltinFunctionType and type(value.__self__) is ModuleType):
            return Code(value)
        if kind.__module__ == "numpy" and kind.__name__ == "_ArrayFunctionDispatcher":
            return Code(value)
        if issubclass(kind, type):
            if kind is type:
                self.plan.kind(value)
            return Code(weakref.ref(value))
        if depth < DEEP and self.plan.kind(kind):
            held = fields_of(value)
            if held is not None:
                made = self._known(value, Fields(weakref.ref(kind)))
                wanted = self.plan.attributes
                for name in [one for one in held if one in wanted]:
                    made.fields[name] = self._value(held[name], f"{path}.{name}", depth + 1)
                return made
        return Other(kind.__name__)

    def _view(self, made: Kept, path: str, array: Any) -> None:
        """Where it lies in the array that owns its memory; one that lies there otherwise is taken for itself."""
        root = owner_of(array)
        if type(root) is not ND or root is array or root.dtype != array.dtype or root.nbytes > ROOM:
            return
        if root.flags.c_contiguous and array.flags.c_contiguous and array.size:
            first = (address(array) - address(root)) // array.itemsize
            made.base = self._value(root, f"{path}.base", 0), first

    def _steady(self, made: Kept, path: str, array: Any) -> None:
        """Whether it is the array that stood there before, nobody being seen to write to it."""
        was = self._before.arrays.get(path) if self._before is not None else None
        if was is not None and was.weak is not None and was.weak() is array and not _written(array, self._log):
            made.weak, made.sample = was.weak, was.sample or sample(array)

    def _check(self, made: Kept, path: str, array: Any) -> None:
        if made.sample is not None and self._before is not None:
            self.finite[path] = self._before.finite.get(path, True)
            return
        self._checked += array.nbytes
        if self._checked <= 4 * ROOM:
            self._leaf(path, all_finite(array))

    def _cells(self, function: FunctionType, path: str, depth: int) -> dict[str, Any]:
        held: dict[str, Any] = {}
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            try:
                held[name] = self._value(cell.cell_contents, f"{path}.{name}", depth + 1)
            except ValueError:  # it is bound later
                continue
        return held

    def _items(self, value: Any, kind: Any, path: str, depth: int) -> Any:
        if depth >= DEEP:
            return Other(f"a {kind.__name__} inside of many others")
        made = self._known(value, Items(kind))
        if kind in (set, frozenset):
            if not {*map(type, value)} <= _FLAT:
                return Other(f"a {kind.__name__} of objects")
            made.items = [*value]
        elif kind is dict:
            if len(value) > MOST_ITEMS or not {*map(type, value)} <= {*_FLAT, tuple}:
                return Other("a large dict" if len(value) > MOST_ITEMS else "a dict whose keys are objects")
            made.items = {key: self._value(one, f"{path}[{key!r}]", depth + 1) for key, one in [*value.items()]}
        elif len(value) > 64 and {*map(type, value)} <= _FLAT:
            made.items = [*value]
            self._flat += len(value)
            last = made.items[-1]
            if type(last) is float:
                self._leaf(f"{path}[-1]", last - last == 0.0)
        elif len(value) > MOST_ITEMS:
            return Other(f"a long {kind.__name__}")
        else:
            made.items = [self._value(one, f"{path}[{k}]", depth + 1) for k, one in enumerate([*value])]
        return made

    def _known(self, value: Any, made: Any) -> Any:
        self._met[id(value)] = made
        self._holding.append(value)
        return made

    def _leaf(self, path: str, finite: bool) -> None:
        self._leaves += 1
        if self._leaves > MOST_LEAVES:
            raise TooMuch
        self.finite[path] = finite

    # keeping it -------------------------------------------------------------------------------------------

    def turned(self, before: State) -> str | None:
        """The first path that is not finite any more, or new and not finite."""
        for path, finite in self.finite.items():
            if not finite and before.finite.get(path, True):
                return path
        return None

    def freeze(self) -> None:
        """Copy what may change, and let go of the program's own arrays."""
        self.fresh.clear()
        for one in self.loose:
            one.value = None
        room = ROOM
        for one in self.arrays.values():
            array, one.value = one.value, None
            if array is None or one.sample is not None or one.base is not None:
                continue
            if array.nbytes > SMALL:
                one.weak = weakref.ref(array)
            if array.nbytes <= room:
                room -= array.nbytes + 128
                one.value = copied(array)
            else:
                one.weak, one.sample = weakref.ref(array), sample(array)


def _written(array: Any, log: Any) -> bool:
    """Whether the recorder saw a write to it, or does not know it."""
    root = owner_of(array)
    owner = getattr(log, "owners", {}).get(id(root))
    return owner is None or owner.ref() is not root or bool(owner.written)


def sample(array: Any) -> bytes:
    """Some of its entries, spread over it."""
    flat = array.reshape(-1) if array.flags.c_contiguous else array.T.reshape(-1)
    step = max(1, flat.size // 1024)
    return bytes(flat[::step][:1100].tobytes())


__all__ = ["Code", "Fields", "Items", "Kept", "Other", "Random", "State", "TooMuch", "sample"]
