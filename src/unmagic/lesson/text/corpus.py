"""A real text collection that ships with Python: the language reference by topic, and documentation strings.

Strings are read from the modules' source files by their syntax tree; nothing is imported but what every Python has
loaded already. The collection is the same for the same Python, is built when first asked for, and is never stored.
"""

from __future__ import annotations

import ast
import platform
import types
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from unmagic.core.errors import UnmagicError
from unmagic.lesson.once import once

from .words import sentences

FAMILIES: dict[str, tuple[str, ...]] = {
    "text": (
        "string", "re", "textwrap", "difflib", "json.decoder", "json.encoder", "csv", "configparser", "html.parser",
    ),
    "dates and numbers": (
        "datetime", "_pydatetime", "calendar", "fractions", "statistics", "random", "numbers", "heapq", "math", "time",
    ),
    "files": (
        "pathlib", "pathlib._local", "os", "shutil", "tempfile", "fileinput", "filecmp", "glob", "fnmatch", "gzip",
        "bz2", "lzma", "zipfile",
    ),
    "networking": (
        "urllib.parse", "smtplib", "ftplib", "poplib", "ipaddress", "socket", "socketserver", "http.server",
    ),
    "concurrency": (
        "threading", "queue", "sched", "concurrent.futures._base", "asyncio.locks", "asyncio.tasks", "asyncio.events",
        "asyncio.streams", "multiprocessing.pool",
    ),
    "debugging": ("bdb", "pdb", "traceback", "timeit", "trace", "doctest"),
    "": ("builtins", "itertools", "functools", "collections", "copy", "contextlib"),
}  # fmt: skip
"""Modules by what they are about. Some names exist in some Pythons only; those that don't are passed over."""

LOADED = frozenset({"builtins", "itertools", "math", "time"})
"""Modules in C, whose strings stand in no source file; every Python has them in memory."""

PUBLIC_NAMES = {
    "_pydatetime": "datetime",
    "pathlib._local": "pathlib",
    "concurrent.futures._base": "concurrent.futures",
}

REPEATING = frozenset({"compound", "specialnames", "execmodel"})
"""Topics that are put together of others."""

FEWEST_WORDS = 8
"""A shorter string says too little to be found by."""


@dataclass(frozen=True)
class Passage:
    """One document: a documentation string, or a topic of the language reference."""

    name: str  # textwrap.fill, or topic: for
    family: str  # a key of FAMILIES, "language" for topics
    module: str  # "" for topics
    text: str
    sentences: tuple[tuple[str, ...], ...] = field(repr=False)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often it has each word."""
        return Counter(chain.from_iterable(self.sentences))

    @property
    def headline(self) -> str:
        """Its first paragraph that is no heading's underline, on one line."""
        return next((" ".join(part.split()) for part in self.text.split("\n\n") if part.strip("-=*~ \n")), "")


@dataclass(frozen=True)
class Collection:
    """All passages, in a fixed order."""

    passages: tuple[Passage, ...]
    python: str

    @cached_property
    def by_name(self) -> dict[str, int]:
        return {passage.name: k for k, passage in enumerate(self.passages)}

    @cached_property
    def size(self) -> int:
        """How many words there are in all."""
        return sum(passage.counts.total() for passage in self.passages)


@once
def collection() -> Collection:
    """The collection of the running Python. Raises `UnmagicError` where Python came without its sources."""
    found: dict[str, Passage] = {}  # by text: what is said word for word in several places counts once
    for name, family, module, text in _strings():
        parts = tuple(sentences(text))
        if sum(map(len, parts)) >= FEWEST_WORDS:
            found.setdefault(" ".join(text.split()), Passage(name, family, module, text, parts))
    taken: dict[str, Passage] = {}
    for passage in found.values():
        taken.setdefault(passage.name, passage)
    if len(taken) < 500:
        raise UnmagicError(
            "this Python came without the sources of its library, whose documentation is the text collection",
            notes=(f"documents found: {len(taken):,}",),
        )
    return Collection(tuple(taken.values()), platform.python_version())


def _strings() -> Iterator[tuple[str, str, str, str]]:
    """Name, family, module and text of every documentation string and topic."""
    for family, modules in FAMILIES.items():
        for module in modules:
            public = PUBLIC_NAMES.get(module, module)
            strings = _loaded_strings(module) if module in LOADED else _source_strings(module)
            for name, text in strings:
                yield ".".join(filter(None, (public, name))), family, public, text
    topics: dict[str, str] = import_module("pydoc_data.topics").topics  # a module that is one dictionary
    for name in sorted(topics.keys() - REPEATING):
        yield f"topic: {name}", "language", "", topics[name]


def _source_strings(module: str) -> Iterator[tuple[str, str]]:
    """Qualified names and documentation strings of a module's public classes and functions, from its source."""
    path = source_of(module)
    if path is None:
        return
    todo: list[tuple[str, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]
    todo = [("", ast.parse(path.read_bytes()))]
    while todo:
        name, node = todo.pop(0)
        if text := ast.get_docstring(node):
            yield name, text
        if isinstance(node, (ast.Module, ast.ClassDef)):
            for inner in node.body:
                if isinstance(inner, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and inner.name[0] != "_":
                    todo.append((f"{name}.{inner.name}" if name else inner.name, inner))


def source_of(module: str) -> Path | None:
    """A module's source file, found without importing the module or the package it is in."""
    top, *inner = module.split(".")
    spec = find_spec(top)
    # the few modules that are frozen into the interpreter keep their file's name elsewhere
    origin = getattr(spec.loader_state, "filename", None) or spec.origin if spec is not None else None
    if origin is None:
        return None
    path = Path(origin)
    if inner:
        path = path.parent.joinpath(*inner)
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return path if path.suffix == ".py" and path.is_file() else None


def _loaded_strings(module: str) -> Iterator[tuple[str, str]]:
    """The same of a module in C, whose public names are its own: what a program put into it is left out."""
    inside = import_module(module)
    for name, thing in sorted(vars(inside).items()):
        if name[0] == "_" or not isinstance(thing, (type, types.BuiltinFunctionType)):
            continue
        if getattr(thing, "__module__", None) != module:
            continue
        if thing.__doc__:
            yield name, thing.__doc__
        if isinstance(thing, type):
            for method, inner in sorted(vars(thing).items()):
                if method[0] != "_" and isinstance(inner, types.MethodDescriptorType) and inner.__doc__:
                    yield f"{name}.{method}", inner.__doc__
