"""How far a loop's state reaches: through the functions and classes of the program that its body comes to."""

from __future__ import annotations

import abc
import weakref
from collections.abc import Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .needs import Needs
from .scopes import FRAME_READERS

UNSEEN = FRAME_READERS | {"resize", "getrefcount", "getweakrefcount", "getweakrefs", "get_referrers", "__dict__"}
"""Who mentions these could notice a snapshot, or changes what it does not see."""


class Plan:
    """The names and attributes of one loop's state; grows while functions are met that read more."""

    def __init__(self, needs: Needs, sources: Mapping[str, Any]) -> None:
        self.needs = needs
        self.reads = frozenset(needs.reads)
        self.attributes: set[str] = {*needs.attributes}
        self.globals: dict[str, tuple[dict[str, Any], set[str]]] = {}  # by file: its names, and which of them are read
        self.sources = sources
        self.legacy = "random" in self.attributes or "random" in self.reads
        self.refused = not UNSEEN.isdisjoint((*needs.attributes, *needs.reads))
        self.size = 0  # how much of the program it covers
        self.rest = 0  # how many times nothing is tried, since there was too much
        self._large = 0
        self.free: set[str] = set()  # names that inner functions read of the one around them
        self._codes: dict[int, CodeType] = {}
        self._kinds: dict[int, tuple[Any, bool]] = {}

    def too_much(self) -> None:
        """The state is more than a snapshot takes, seen only after a good part of it: it is tried ever less often."""
        self._large += 1
        self.rest = 1 << min(self._large, 30)

    def function(self, function: FunctionType) -> None:
        """A function that may be called: what it reads is needed too."""
        code = function.__code__
        if id(code) in self._codes or code.co_filename not in self.sources:
            return
        self.size += 1
        held, wanted = self.globals.setdefault(code.co_filename, (function.__globals__, set()))
        todo = [code]
        while todo:
            one = todo.pop()
            self._codes[id(one)] = one
            todo += [const for const in one.co_consts if type(const) is CodeType]
            self.attributes.update(one.co_names)
            self.free.update(one.co_freevars)
            wanted.update(name for name in one.co_names if name in held)
            self.legacy = self.legacy or "random" in one.co_names
            self.refused = self.refused or not UNSEEN.isdisjoint(one.co_names)

    def module(self, module: ModuleType) -> None:
        """A module of the program: what is mentioned of it."""
        path = module.__dict__.get("__file__")
        if type(path) is str and path in self.sources:
            held, wanted = self.globals.setdefault(path, (module.__dict__, set()))
            more = {name for name in self.attributes if name in held} - wanted
            self.size += len(more)
            wanted |= more

    def kind(self, kind: Any) -> bool:
        """Whether a class is the program's own, and nothing of a library's but a plain object: its functions count."""
        known = self._kinds.get(id(kind))
        if known is not None and known[0]() is kind:
            return known[1]
        mine = type(kind) in (type, abc.ABCMeta)
        if mine:
            for one in kind.__mro__[:-1]:
                functions = [_plain(part) for part in vars(one).values()]
                own = any(f is not None and f.__code__.co_filename in self.sources for f in functions)
                if not own and one not in (abc.ABC,) and one.__module__ != "__main__":
                    mine = False
                for function in functions:
                    if function is not None:
                        self.function(function)
        self._kinds[id(kind)] = weakref.ref(kind), mine
        return mine


def _plain(part: Any) -> FunctionType | None:
    """The function behind what a class holds."""
    if type(part) in (staticmethod, classmethod):
        part = part.__func__
    elif type(part) is property:
        part = part.fget
    return part if type(part) is FunctionType else None


def fields_of(value: Any) -> dict[str, Any] | None:
    """What an object holds itself."""
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None
    return held if type(held) is dict else None


__all__ = ["Plan", "fields_of"]
