"""A Trip: the expression in which a floating-point trap was sprung, and copies of what it was computed from."""

from __future__ import annotations

import ast
import builtins
import inspect
import os
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.errors import UnmagicError
from unmagic.core.limits import DEFAULT
from unmagic.core.program import Program
from unmagic.core.span import Span
from unmagic.sources.written import text_of

from .failure import operands, place_at
from .frames import names_of
from .sites import Source, called

MOST = 1_000_000
"""Entries copied for one trip, all arrays together."""

LITTLE = replace(DEFAULT, seconds=1.0, steps=2_000, entries=MOST)

DOT = "‿"  # stands for the dot of ``self.W``: a letter to Python, as wide as the dot, and in nobody's names

NUMPY = os.path.dirname(np.__file__) + os.sep


class Piece(NamedTuple):
    """A stretch of the text that is walked, and where in the user's file it comes from."""

    start: int
    span: Span


@dataclass
class Trip:
    """One sprung trap. ``message`` is NumPy's: ``divide by zero encountered in log``.

    ``names`` holds copies of the numbers that the expression reads, and the functions and modules behind its names;
    None where they no longer are what was computed from: written in place, or drawn at random.
    """

    message: str
    span: Span | None  # None where the program has no text
    operands: tuple[str, ...] = ()
    text: str = ""  # of the expression, its own width
    names: dict[str, Any] | None = None
    size: int = 0  # entries copied
    pieces: list[Piece] = field(default_factory=list)

    def program(self) -> Program | None:
        """The expression walked on those copies, none of the user's code run; None where it has no reading."""
        if self.names is None or self.span is None:
            return None
        from unmagic.sources.text import read_text  # the walker is loaded when something went wrong

        made = self._prelude()
        if made is None:
            return None
        text, bound = made
        start = len(text) + 1
        self.pieces.append(Piece(start, self.span))
        try:
            program = read_text(f"{text}({self.text}\n)\n", bound, limits=LITTLE, label=self.span.source.label)
        except (UnmagicError, RecursionError):
            return None
        # what a function of theirs wrote in place is, in our copies, already written
        return program if program.failure is None and not program.written else None

    def _prelude(self) -> tuple[str, dict[str, Any]] | None:
        """Imports and functions behind the names, as text, and the numbers."""
        text = ""
        bound: dict[str, Any] = {}
        done: dict[str, Any] = {}
        todo = list((self.names or {}).items())
        while todo:
            name, value = todo.pop()
            if name in done:
                if done[name] is not value and not _same(done[name], value):
                    return None  # two modules mean two things by one name
                continue
            done[name] = value
            if isinstance(value, ModuleType):
                text += f"import {value.__name__} as {name}\n"
            elif (home := numpy_home(value)) is not None:
                text += f"from {home} import {value.__name__} as {name}\n"
            elif isinstance(value, FunctionCopy):
                self.pieces.append(Piece(len(text), value.span))
                text += f"{value.span.text}\n"
                todo += value.names.items()
            else:
                bound[name] = value
        return text, bound

    def place(self, span: Span | None) -> Span | None:
        """Where in the user's file a place of the walked text is."""
        if span is not None:
            for piece in self.pieces:
                shift = piece.span.start - piece.start
                if piece.start <= span.start and span.end + shift <= piece.span.end:
                    return Span(piece.span.source, span.start + shift, span.end + shift)
        return self.span


class FunctionCopy(NamedTuple):
    """A function of the user's, by its text, and the values of the names it reads."""

    span: Span
    names: dict[str, Any]


class Left(Exception):
    """The expression reads something that no copy stands for."""


def in_numpy(frame: FrameType) -> bool:
    """Whether it is one of NumPy's own Python functions, such as `numpy.mean`."""
    return frame.f_code.co_filename.startswith(NUMPY)


def trip(message: str, frame: FrameType, last: int, source: Source | None = None, most: int = MOST) -> Trip:
    """The expression that ``frame`` computes in its instruction ``last``; at most so many entries are copied."""
    path = frame.f_code.co_filename
    text = source.text.text if source is not None else text_of(path, frame.f_globals)
    place = place_at(frame.f_code, last)
    if not text or place is None:
        return Trip(message, None, (f"{called(path)}:{frame.f_lineno}",))
    source = source or Source(path, text)
    span = source.span(place)
    names = names_of(frame)
    if names is None:
        return Trip(message, span)
    found = Trip(message, span, tuple(operands(source, place, names, None, walk=False)))
    budget = [most]
    try:
        words = span.text if set(span.text) & {"'", '"'} else _one_line(span.text)
        found.text, found.names = _copies(ast.parse(f"({words}\n)", mode="eval"), words, names, budget)
        found.size = most - budget[0]
    except (SyntaxError, ValueError, Left):  # an ``x /= s`` is no expression: x is written by now
        found.names = None
    return found


def _one_line(words: str) -> str:
    """The same width on one line, comments blank."""
    return re.sub(r"#[^\n]*|\\?\n", lambda found: " " * len(found[0]), words)


def _copies(tree: ast.AST, text: str, names: Mapping[str, Any], budget: list[int]) -> tuple[str, dict[str, Any]]:
    """The expression with ``self.W`` as one name, and what its names stand for."""
    copies: dict[str, Any] = {}
    dotted = dict(_dotted(tree, names))
    inside = {id(part) for node in dotted for part in ast.walk(node)}
    for node, value in dotted.items():
        written = ast.unparse(node)
        name = written.replace(".", DOT)
        text, times = re.subn(rf"(?<![\w.]){re.escape(written)}(?!\w)", name, text)
        if not times and name not in copies:
            raise Left
        copies[name] = _copied(value, budget)
    own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for part in ast.walk(tree):
        if isinstance(part, ast.keyword) and part.arg == "out":
            raise Left
        if isinstance(part, ast.Attribute) and part.attr == "random":
            raise Left
        if isinstance(part, ast.Name) and id(part) not in inside and part.id not in own and part.id not in copies:
            if part.id in names:
                copies[part.id] = _copied(names[part.id], budget)
            elif not hasattr(builtins, part.id):
                raise Left
    return text, copies


def _dotted(tree: ast.AST, names: Mapping[str, Any]) -> Iterator[tuple[ast.Attribute, Any]]:
    """``self.W`` and its like: attributes of the user's objects that hold numbers. No code of theirs is asked."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        links: list[str] = []
        at: ast.expr = node
        while isinstance(at, ast.Attribute):
            links.append(at.attr)
            at = at.value
        if not isinstance(at, ast.Name) or at.id not in names:
            continue
        value = names[at.id]
        for link in reversed(links):
            held = None if issubclass(type(value), (ModuleType, type)) else _own(value)
            if held is None or link not in held:
                value = None
                break
            value = held[link]
        if _numeric(value):
            yield node, value


def _own(value: Any) -> dict[str, Any] | None:
    """What an object holds itself."""
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None
    return held if type(held) is dict else None


def _numeric(value: Any) -> bool:
    if type(value) is np.ndarray:
        return value.dtype.kind in "biuf"
    return issubclass(type(value), (bool, int, float, np.bool_, np.integer, np.floating))


def _copied(value: Any, budget: list[int]) -> Any:
    """A copy that nobody writes into. Raises `Left` for what the walker can't be handed."""
    if _numeric(value):
        budget[0] -= int(np.size(value))
        if budget[0] < 0:
            raise Left
        return value.copy() if type(value) is np.ndarray else value
    if value is None or type(value) in (str, ModuleType) or numpy_home(value) is not None:
        return value
    if type(value) is dict and all(isinstance(key, str) for key in value):
        return {key: _copied(part, budget) for key, part in value.items()}
    if type(value) in (list, tuple) and value and all(_numeric(part) and not np.ndim(part) for part in value):
        return [_copied(part, budget) for part in value]
    if type(value) is FunctionType:
        return _function(value, budget)
    raise Left


def _function(function: FunctionType, budget: list[int]) -> FunctionCopy:
    """A plain function at the top of its module, and what it reads there."""
    budget[0] -= 1000  # that functions call each other ends too
    if budget[0] < 0 or function.__closure__ or function.__qualname__ != function.__name__:
        raise Left
    path = function.__code__.co_filename
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        raise Left from None
    source = Source(path, text_of(path, function.__globals__))
    text = "".join(lines)
    if not source.text.text:
        raise Left
    if textwrap.dedent(text) != text or not text.startswith("def "):
        raise Left
    start = source.offset(first, 0)
    names: dict[str, Any] = {}
    copy = FunctionCopy(Span(source.text, start, start + len(text)), names)
    todo = [function.__code__]  # what the code reads, which leaves out annotations
    while todo:
        code = todo.pop()
        todo += [const for const in code.co_consts if isinstance(const, CodeType)]
        if "random" in code.co_names:
            raise Left
        for name in {*code.co_names} & {*function.__globals__} - {function.__name__, *names}:
            names[name] = _copied(function.__globals__[name], budget)
    return copy


def numpy_home(value: Any) -> str | None:
    """The module that a function of NumPy's or of `math` is imported from."""
    if type(value) is np.ufunc:
        return "numpy" if getattr(np, value.__name__, None) is value else None
    if type(value) not in (FunctionType, BuiltinFunctionType, type, type(np.mean)):
        return None
    home = value.__module__
    return home if isinstance(home, str) and home.partition(".")[0] in ("numpy", "math") else None


def _same(a: Any, b: Any) -> bool:
    """Two copies of one thing."""
    if isinstance(a, FunctionCopy) and isinstance(b, FunctionCopy):
        return a.span.source.label == b.span.source.label and a.span.start == b.span.start
    if type(a) is np.ndarray and type(b) is np.ndarray:
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return type(a) is type(b) and not isinstance(a, dict) and bool(a == b)


__all__ = ["DOT", "Trip", "in_numpy", "trip"]
