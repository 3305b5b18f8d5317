"""Where what a function computes on comes from: arguments, what it captures, and what lies in those.

A value is known by its object's identity; all that is known is held while a function is traced, so that no other object
gets its number. What was followed once is checked at each replay, and must be at the end of the trace what it was.
"""

from __future__ import annotations

import dis
from collections.abc import Iterable, Iterator
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MemberDescriptorType, MethodType, ModuleType
from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.graph import Array
from unmagic.engine.fast import Attribute, Captured, Place
from unmagic.engine.objects import MAPS, SEQUENCES
from unmagic.record.callees import LIBRARIES

ND = np.ndarray
CONTAINERS = (*SEQUENCES, *MAPS)
SETS = (set, frozenset)
PLAIN = frozenset({int, float, str, bytes, bool, complex, type(None), type(...), slice, range})
_NEVER = object()
MOST_NEAR = 10_000
MOST_CHECKED = 4_096
"""Entries of one container that are looked at before each replay."""


class Origins:
    """Places by object. ``checks`` are the places that were followed, in order, with what was found there."""

    def __init__(self, args: tuple[Any, ...]) -> None:
        self.args = args
        self.captured: list[Captured] = []
        self.checks: list[tuple[Place, Any]] = []
        self._places: dict[int, Place] = {}
        self._near: dict[int, Place] = {}  # numbers and arrays in objects that were followed, nobody asked for yet
        self._held: list[Any] = []
        self._twice: list[tuple[Place, Place, Any]] = []  # numbers and arrays that are found at two places
        self._seen: set[Place] = set()
        self.unchecked = ""  # what is too large to be looked at before each replay
        self._states: dict[int, dict[str, Any]] = {}
        self._were: list[tuple[Place, Any, Any]] = []  # what may change, and its content from before
        self._roots: set[tuple[int, str]] = set()
        self._read: set[CodeType] = set()
        for k, value in enumerate(args):
            self._follow(Place(k), value)

    # what is reached --------------------------------------------------------------------------------------

    def root(self, one: Captured) -> None:
        """Something that a function captures."""
        key = id(one.holder if one.holder is not None else one.value), one.name
        if key not in self._roots:
            self._roots.add(key)
            self.captured.append(one)
            self._follow(Place(len(self.args) + len(self.captured) - 1), one.value)

    def enters(self, function: FunctionType) -> None:
        """A function is called: the names that it takes from outside."""
        code = function.__code__
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            try:
                self.root(Captured(cell, name, cell.cell_contents))
            except ValueError:  # nothing is in there yet
                continue
        for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            if type(value) not in PLAIN or type(value) is float:
                self.root(Captured(None, f"a default of {function.__name__}", value))
        if code not in self._read:
            self._read.add(code)
            names = function.__globals__
            for name, stored in _globals(code).items():
                if name in names or stored:
                    self.root(Captured(names, name, names.get(name)))

    def reach(self, place: Place, value: Any) -> None:
        """``value`` was read at ``place``."""
        if place not in self._seen:
            self._seen.add(place)
            self.checks.append((place, value))
            self._follow(place, value)

    def wants(self, place: Place, value: Any) -> None:
        """A number or an array that a gradient is asked for."""
        self._along(place)
        self._places.setdefault(id(value), place)

    def _along(self, place: Place) -> None:
        """Reach a place through what it lies in."""
        count = len(self.args)
        inner = self.args[place.root] if place.root < count else self.captured[place.root - count].value
        at = Place(place.root)
        for step in place.path:
            at = at.into(step)
            inner = getattr(inner, step.name) if isinstance(step, Attribute) else inner[step]
            if isinstance(step, Attribute):
                self.reach(at, inner)

    def _follow(self, place: Place, value: Any) -> None:
        todo = [(place, value)]
        while todo:
            place, value = todo.pop()
            kind = type(value)
            number = kind is ND or kind is float or isinstance(value, np.generic)
            if kind is np.bool_:  # one object for all that is true
                continue
            if kind in PLAIN and not number:
                continue
            if (first := self._places.get(id(value))) is not None:
                if number and first != place:
                    self._twice.append((first, place, value))
                continue
            self._places[id(value)] = place
            self._held.append(value)
            if kind in CONTAINERS:
                self._were.append((place, value, _content(value)))
                todo += [(place.into(key), part) for key, part in _items(value)]
                if len(value) > MOST_CHECKED:
                    self.unchecked = f"{self.words(place)} has {len(value)} entries"
            elif kind in SETS:
                self._were.append((place, value, _content(value)))
                if any(type(part) not in PLAIN for part in value):
                    self.unchecked = f"{self.words(place)} is a set of objects"
            elif kind is MethodType:
                todo.append((place.into(Attribute("__self__")), value.__self__))
            elif not number:
                self._object(place, value)

    def _object(self, place: Place, value: Any) -> None:
        if isinstance(value, ModuleType) and library(value):
            return
        state = _state(value)
        if state is None:
            return
        self._states[id(value)] = state
        self._were.append((place, value, state))
        near = [(place.into(Attribute(name)), part) for name, part in state.items()]
        while near and len(self._near) < MOST_NEAR:
            at, part = near.pop()
            kind = type(part)
            if kind is ND or kind is float or isinstance(part, np.generic):
                self._near.setdefault(id(part), at)
                self._held.append(part)
            elif kind in CONTAINERS and len(at.path) < len(place.path) + 3:
                near += [(at.into(key), one) for key, one in _items(part)]

    # what is asked ----------------------------------------------------------------------------------------

    def known(self, value: Any) -> bool:
        return id(value) in self._places

    def place(self, value: Any) -> Place | None:
        """Where a number or an array is found at each call, if it is known to be found anywhere."""
        found = self._places.get(id(value))
        if found is None and (near := self._near.get(id(value))) is not None:
            self._along(near)
            return near
        return found

    def words(self, place: Place) -> str:
        """A place as one writes it: ``argument 0['W']``, ``model.W``."""
        count = len(self.args)
        first = f"argument {place.root}" if place.root < count else self.captured[place.root - count].name
        return first + place.words

    def got(self, owner: Any, name: str, out: Any) -> bool:
        """``owner.name`` was read and gave ``out``: False if that is not a look-up alone, as every call does it."""
        place = self._places.get(id(owner))
        if place is None:
            return False
        state = self._states.get(id(owner))
        if state is not None and name in state:
            raw = state[name]
            if raw is out or (isinstance(raw, staticmethod) and raw.__func__ is out):
                self.reach(place.into(Attribute(name)), out)
                return True
            if not isinstance(raw, (classmethod, property)):
                return True  # it was set since: that is seen at the end
        if isinstance(owner, ModuleType):
            return library(owner) or isinstance(out, ModuleType)
        if name == "__class__" or isinstance(out, BuiltinFunctionType):
            return True
        if isinstance(out, MethodType) and (out.__self__ is owner or out.__self__ is type(owner)):
            self.reach(place.into(Attribute(name)), out)
            return True
        raw = in_class(owner if isinstance(owner, type) else type(owner), name)
        if raw is out or (isinstance(raw, staticmethod) and raw.__func__ is out):
            self.reach(place.into(Attribute(name)), out)
            return True
        if name == "__dict__" and state is not None and type(out) is dict:
            self.reach(place.into(Attribute(name)), out)
            return True
        return False

    def by_class(self, owner: Any, name: str) -> None:
        """What the class of ``owner`` has under ``name`` was used."""
        kind = type(owner)
        found = in_class(kind, name)
        place = self._places.get(id(owner))
        if place is not None:
            self.reach(place.into(Attribute("__class__")).into(Attribute(name)), found)
        elif (place := self._places.get(id(kind))) is not None:
            self.reach(place.into(Attribute(name)), found)

    def of_class(self, kind: type, name: str, out: Any) -> None:
        """``out`` was found in the class ``kind``, not in an object that is known."""
        if id(kind) in self._places:
            self.got(kind, name, out.__func__ if isinstance(out, MethodType) and out.__self__ is not kind else out)

    def twice(self, used: set[Place], wanted: tuple[int, ...]) -> list[tuple[Place, Place]]:
        """Places that must hold one array at a replay too. Raises where one of them is derived and the other is not."""
        pairs = []
        for first, second, value in self._twice:
            if first not in used:
                continue
            if first.root in wanted or second.root in wanted:
                what = f"{self.words(first)} and {self.words(second)} are one object"
                raise Unsupported(what, hint="hand in a copy of it")
            if type(value) is not float:
                pairs.append((first, second))
        return pairs

    def changed(self) -> str:
        """What is not as it was: a replay would not do that."""
        for one in self.captured:
            try:
                if one.found() is not one.value:
                    return one.name
            except ValueError:
                return one.name
        for place, value, was in self._were:
            if isinstance(was, tuple):
                if not _same(_content(value), was):
                    return self.words(place)
                continue
            now = _state(value) or {}
            for name in [*was, *(name for name in now if name not in was)]:
                if was.get(name, _NEVER) is not now.get(name, _NEVER):
                    return f"{self.words(place)}.{name}"
        return ""


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if type(value) in MAPS else enumerate(value)


def _content(value: Any) -> tuple[Any, ...]:
    if type(value) in SETS:
        return (frozenset(value),)
    return tuple(value.items()) if type(value) in MAPS else tuple(value)


def _same(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    """The same objects, in pairs too; sets that are equal."""
    if len(a) != len(b):
        return False
    if len(a) == 1 and type(a[0]) is frozenset and type(b[0]) is frozenset:
        return a[0] == b[0]
    return all(x is y or (type(x) is tuple and type(y) is tuple and len(x) == len(y) == 2
                          and x[0] is y[0] and x[1] is y[1]) for x, y in zip(a, b, strict=True))  # fmt: skip


def _state(value: Any) -> dict[str, Any] | None:
    """An object's own attributes, nobody's code asked; None if it has none that can be told."""
    try:
        own = object.__getattribute__(value, "__dict__") if not isinstance(value, type) else vars(value)
    except AttributeError:
        own = None
    if type(value) is partial:
        return {"func": value.func, "args": value.args, "keywords": value.keywords}
    if isinstance(value, tuple):
        names = getattr(type(value), "_fields", ())
        return dict(zip(names, tuple(value), strict=True)) if names else None
    found: dict[str, Any] = dict(own) if own is not None else {}
    slots = False
    for base in type(value).__mro__:
        for name, raw in vars(base).items():
            if type(raw) is MemberDescriptorType and base.__module__ != "builtins":
                slots = True
                try:
                    found[name] = raw.__get__(value)
                except AttributeError:
                    continue
    return found if own is not None or slots else None


def in_class(kind: type, name: str) -> Any:
    """What a class has under ``name``, its bases included."""
    return next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), None)


def library(module: ModuleType) -> bool:
    """Whether a module is nobody's own program."""
    path = getattr(module, "__file__", None)
    return path is None or path.startswith(LIBRARIES)


def users(kind: type) -> bool:
    """Whether a class is the user's own."""
    module = kind.__module__.partition(".")[0]
    return not (module in ("builtins", "numpy", "scipy", "functools", "collections", "random", "types")
                or _path_of(kind).startswith(LIBRARIES))  # fmt: skip


def _path_of(kind: type) -> str:
    import sys

    return getattr(sys.modules.get(kind.__module__), "__file__", None) or ""


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code and all that is defined in it."""
    todo = [code]
    while todo:
        one = todo.pop()
        yield one
        todo += [const for const in one.co_consts if isinstance(const, CodeType)]


def _globals(code: CodeType) -> dict[str, bool]:
    """The names that a code takes from its module, and whether it binds them there."""
    found: dict[str, bool] = {}
    for one in codes(code):
        for step in dis.get_instructions(one):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                found.setdefault(step.argval, False)
            elif step.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
                found[step.argval] = True
    return found


def literals_in(code: CodeType) -> Iterator[Any]:
    """The floats and strings that stand in a text."""
    for one in codes(code):
        todo = list(one.co_consts)
        while todo:
            value = todo.pop()
            if type(value) in (float, str, bytes):
                yield value
            elif type(value) in (tuple, frozenset):
                todo += value


def overlap(a: Array, b: Array) -> bool:
    return bool(np.may_share_memory(a, b))


__all__ = [
    "CONTAINERS", "ND", "PLAIN", "SETS", "Origins", "codes", "in_class", "library", "literals_in", "overlap", "users",
]  # fmt: skip
