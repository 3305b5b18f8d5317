"""The instrumented twin of one function: its whole file is instrumented and compiled, and its code found in there.

So name mangling, ``__class__``, ``__future__`` imports and free variables are right by construction. While a function
is read, the functions of the user's that it calls are handed their twins too; nothing in any module is changed.
"""

from __future__ import annotations

import inspect
import linecache
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

from unmagic.core.errors import Unsupported
from unmagic.record.callees import LIBRARIES
from unmagic.sources.written import text_of

from .hooks import OBJECTS
from .instrument import connected, instrument
from .sites import Source
from .statements import Statements


class Twins:
    """Twins by code object, and the sources they are from."""

    make: type[Statements] = Statements  # who instruments

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self._found: dict[tuple[str, str, int], CodeType] = {}
        self._read: set[str] = set()
        self._made: dict[CodeType, CodeType | None] = {}

    def of(self, function: FunctionType) -> FunctionType:
        """The twin of ``function``. Raises `Unsupported` where there is no source, or it is not the function's."""
        code = self._twin_code(function.__code__)
        if code is None:
            raise Unsupported(f"the source of {function.__qualname__} is not there to read")
        made = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
        made.__kwdefaults__ = function.__kwdefaults__
        made.__qualname__ = function.__qualname__
        made.__module__ = function.__module__
        made.__dict__.update(function.__dict__)
        return made

    def called(self, callee: Any) -> Any:
        """What is called in place of ``callee``: its twin if it is a function or method of the user's, else itself."""
        try:
            if type(callee) is FunctionType:
                return self.of(callee) if self._twin_code(callee.__code__) is not None else callee
            if type(callee) is MethodType and type(callee.__func__) is FunctionType:
                if self._twin_code(callee.__func__.__code__) is not None:
                    return MethodType(self.of(callee.__func__), callee.__self__)
                return callee
            if type(callee) is type and _in_class(callee, "__new__") is vars(object)["__new__"]:
                init = _in_class(callee, "__init__")
                if type(init) is FunctionType and self._twin_code(init.__code__) is not None:
                    return partial(_made, callee, self.of(init))
                return callee
            call = _in_class(type(callee), "__call__")
            if type(call) is FunctionType and self._twin_code(call.__code__) is not None:
                return MethodType(self.of(call), callee)
        except Exception:
            return callee  # whatever it was, the program calls what it wrote
        return callee

    def source(self, code: CodeType) -> Source | None:
        return self.sources.get(code.co_filename)

    def _twin_code(self, code: CodeType) -> CodeType | None:
        if code not in self._made:
            self._made[code] = self._make(code)
        return self._made[code]

    def _make(self, code: CodeType) -> CodeType | None:
        if instrumented(code):
            return None  # it tells already
        path = code.co_filename
        if path.startswith((*LIBRARIES, "<frozen")):
            return None
        self._file(path)
        twin = self._found.get((path, code.co_qualname, code.co_firstlineno))
        if twin is None or twin.co_freevars != code.co_freevars or _arguments(twin) != _arguments(code):
            return None
        return twin

    def _file(self, path: str) -> None:
        if path in self._read:
            return
        self._read.add(path)
        linecache.checkcache(path)
        text = text_of(path)
        if not text:
            return
        source = self.sources[path] = Source(path, text)
        try:
            made = connected(instrument(text, path, deep=True, make=self.make), source)
        except SyntaxError:
            return
        todo = [made]
        while todo:
            one = todo.pop()
            place = (path, one.co_qualname, one.co_firstlineno)
            if place not in self._found or instrumented(one):  # inside a plain twin it stands plain
                self._found[place] = one
            todo += [const for const in one.co_consts if isinstance(const, CodeType)]


def _in_class(kind: type, name: str) -> Any:
    """What a class has under ``name``, its bases included; nobody's ``__getattr__`` is asked."""
    return next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), None)


def _made(kind: type, init: FunctionType, /, *args: Any, **given: Any) -> Any:
    """An instance of a plain class, as calling it makes one."""
    made: Any = object.__new__(kind)
    init(made, *args, **given)
    return made


def instrumented(code: CodeType) -> bool:
    """Whether code has our hooks in it."""
    return any(const is OBJECTS["switch"] for const in code.co_consts)


def _arguments(code: CodeType) -> tuple[Any, ...]:
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_argcount, code.co_posonlyargcount, code.co_varnames[:count], code.co_flags & (
        inspect.CO_VARARGS | inspect.CO_VARKEYWORDS | inspect.CO_GENERATOR | inspect.CO_COROUTINE
    )


__all__ = ["Twins", "instrumented"]
