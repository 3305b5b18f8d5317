"""A spelling table: a library's names, each with the function that builds its steps, and how its arguments bind.

A building function has the library's own signature. Annotations say what a front end hands it:
``Node`` a node (numbers made weak constants), ``Weak`` a node or a plain Python number as it is, ``Nodes`` a sequence
of nodes, anything else the plain Python value. A first parameter ``r`` is the Recorder. What comes back is one of:

==============  ===================================================================
`Node`          a new array; of rank 0 a library scalar
`Held`          a new array, of rank 0 too
`Plain`         a Python number with that step
`View`          a view on the first operand, where its memory allows
`Wrote`         the first operand's memory now holds this
tuple, list     several of these
anything else   a plain Python value
==============  ===================================================================
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported


class Held(NamedTuple):
    """A new array, even at rank 0 (`np.array(3.0)`, where a reduction would give a scalar)."""

    node: Node


class Plain(NamedTuple):
    """A Python number that a step computed (``x.item()``)."""

    node: Node


class Wrote(NamedTuple):
    """An in-place operation: ``node`` is the new content; ``back`` says whether the array itself comes back."""

    node: Node
    back: bool = False


class Spelling:
    """One name of a library. ``grad`` is what the library calls its backward node, where it has one."""

    __slots__ = ("build", "defaults", "grad", "keyword", "kinds", "library", "name", "positional", "recorder", "star")

    def __init__(self, library: str, name: str, build: Callable[..., Any], grad: str = "") -> None:
        code = build.__code__
        names = code.co_varnames
        self.library = library
        self.name = name
        self.build = build
        self.grad = grad
        self.recorder = bool(code.co_argcount) and names[0] == "r"
        self.positional: tuple[str, ...] = names[int(self.recorder) : code.co_argcount]
        self.keyword: tuple[str, ...] = names[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        self.star = names[code.co_argcount + code.co_kwonlyargcount] if code.co_flags & 4 else ""
        given = build.__defaults__ or ()
        self.defaults = set(self.positional[len(self.positional) - len(given) :]) | set(build.__kwdefaults__ or ())
        annotations: dict[str, Any] = build.__annotations__
        self.kinds = {name: str(annotations.get(name, "")).partition(" |")[0] for name in names}

    @property
    def full(self) -> str:
        return f"{self.library}.{self.name}"

    def bind(self, args: list[Any], given: dict[str, Any]) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
        """Positional (name, value) pairs and keywords for ``build``; raises `Unsupported` where they don't fit."""
        room = len(self.positional)
        if len(args) > room and not self.star:
            raise Unsupported(f"{self.full} takes at most {room} arguments by position here, not {len(args)}",
                              hint=f"it takes {self.takes()}")  # fmt: skip
        known = self.positional[len(args) :] if len(args) < room else ()
        for name in given:
            if name not in known and name not in self.keyword:
                twice = name in self.positional
                raise Unsupported(
                    f"{self.full}: argument {name} is given twice" if twice else f"{self.full}: no reading for {name}=",
                    hint=f"it takes {self.takes()}",
                )
        for name in (*known, *self.keyword):
            if name not in given and name not in self.defaults:
                raise Unsupported(f"{self.full} needs {name}", hint=f"it takes {self.takes()}")
        pairs = list(zip(self.positional, args, strict=False)) + [(self.star, value) for value in args[room:]]
        return pairs, given

    def takes(self) -> str:
        star = (f"*{self.star}",) if self.star else ()
        return ", ".join((*self.positional, *star, *(f"{name}=" for name in self.keyword))) or "no arguments"


class Table:
    """The names of one library: functions by dotted name, methods of its arrays, plain values."""

    def __init__(self, library: str) -> None:
        self.library = library
        self.functions: dict[str, Spelling] = {}
        self.methods: dict[str, Spelling] = {}
        self.plain: dict[str, Any] = {}
        self.refused: dict[str, str] = {}  # name -> why

    def function(self, *names: str, method: str | bool = False, grad: str = "") -> Callable[..., Any]:
        """Decorator: ``build`` is spelled so; with ``method`` also as a method of arrays."""

        def register(build: Callable[..., Any]) -> Callable[..., Any]:
            for name in names:
                self.functions[name] = Spelling(self.library, name, build, grad)
            if method:
                name = names[0] if method is True else method
                self.methods[name] = Spelling("array", name, build, grad)
            return build

        return register

    def method(self, *names: str, grad: str = "") -> Callable[..., Any]:
        """Decorator: a method of arrays only."""

        def register(build: Callable[..., Any]) -> Callable[..., Any]:
            for name in names:
                self.methods[name] = Spelling("array", name, build, grad)
            return build

        return register

    def known(self, name: str) -> bool:
        """Whether ``name`` is a function, a value, or a module with such in it."""
        return name in self.functions or name in self.plain or name in self.refused or self.module(name)

    def module(self, name: str) -> bool:
        dotted = name + "."
        return any(key.startswith(dotted) for key in (*self.functions, *self.plain, *self.refused))

    def unknown(self, name: str) -> Unsupported:
        """The refusal of a name, with the nearest known."""
        if name in self.refused:
            return Unsupported(f"{self.library}.{name}: {self.refused[name]}")
        names = (*self.functions, *self.plain)
        return Unsupported(f"no reading for {self.library}.{name}", hint=nearest(name, names, f"{self.library}."))

    def unknown_method(self, name: str, extra: Iterable[str] = ()) -> Unsupported:
        return Unsupported(f"no reading for .{name} of an array", hint=nearest(name, (*self.methods, *extra), "."))


def nearest(name: str, known: Iterable[str], before: str = "") -> str:
    """``the nearest that is read: np.exp``, or nothing."""
    found = difflib.get_close_matches(name, list(known), n=2, cutoff=0.6)
    return f"the nearest that is read: {' or '.join(before + name for name in found)}" if found else ""


__all__ = ["Held", "Plain", "Spelling", "Table", "Wrote", "nearest"]
