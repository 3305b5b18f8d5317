"""Strict twins: of functions whose text is certain to be the one they were made from."""

from __future__ import annotations

import dis
import linecache
import os
from pathlib import Path
from types import CodeType

from unmagic.record.callees import LIBRARIES
from unmagic.sources.made_from import facts
from unmagic.sources.written import text_of

from .instrument import syntax_warnings
from .origins import codes
from .strict import StrictStatements
from .twin import Twins, instrumented

OURS = os.path.join(Path(__file__).parents[2], "")


class StrictTwins(Twins):
    """They outlive a trace; a file that was loaded anew is read anew."""

    make = StrictStatements

    def __init__(self) -> None:
        super().__init__()
        self._plain: dict[tuple[str, str, int], list[CodeType]] = {}
        self.refused: dict[CodeType, str] = {}

    def fresh(self) -> None:
        """Before a trace: texts that have changed since are forgotten."""
        for path, source in self.sources.items():
            linecache.checkcache(path)
            if text_of(path) != source.text.text:
                self.__init__()  # type: ignore[misc]
                return

    def _make(self, code: CodeType) -> CodeType | None:
        path = code.co_filename
        if path.startswith((*LIBRARIES, "<frozen", OURS)):
            return None
        if path not in self._read:
            self._file(path)
            self._compiled(path)
        place = (path, code.co_qualname, code.co_firstlineno)
        twin, plain = self._found.get(place), self._plain.get(place, [])
        if twin is None or not plain:
            self.refused[code] = "its text is not there to read"
        elif not instrumented(twin) and not _tells_nothing(twin):
            self.refused[code] = "it stands where nothing is told: in a decorator, a default, or compiled elsewhere"
        elif len(plain) > 1:
            self.refused[code] = "its text can't be told from another one's on its line"
        elif twin.co_freevars != code.co_freevars or (not instrumented(code) and facts(plain[0]) != facts(code)):
            self.refused[code] = "its text is not what it was made from"
        else:
            return twin
        return None

    def _compiled(self, path: str) -> None:
        source = self.sources.get(path)
        if source is None:
            return
        try:
            with syntax_warnings("ignore"):
                todo = [compile(source.text.text, path, "exec", dont_inherit=True)]
        except SyntaxError:
            return
        while todo:
            one = todo.pop()
            self._plain.setdefault((path, one.co_qualname, one.co_firstlineno), []).append(one)
            todo += [const for const in one.co_consts if isinstance(const, CodeType)]


def _tells_nothing(code: CodeType) -> bool:
    """Whether there is nothing to tell in it: values are handed on, no more."""
    return all(step.opname in PASSES for one in codes(code) for step in dis.get_instructions(one))


PASSES = frozenset({
    "RESUME", "NOP", "CACHE", "EXTENDED_ARG", "LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_LOAD_FAST", "LOAD_CONST",
    "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_CLOSURE", "COPY_FREE_VARS", "MAKE_CELL", "STORE_FAST", "STORE_DEREF",
    "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "PUSH_NULL", "BUILD_TUPLE", "BUILD_LIST", "COPY", "SWAP",
    "MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE", "RETURN_GENERATOR", "YIELD_VALUE", "RAISE_VARARGS",
    "LOAD_ASSERTION_ERROR",
})  # fmt: skip

__all__ = ["StrictTwins"]
