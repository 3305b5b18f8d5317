"""Files of the user's that are loaded by their path: `spec_from_file_location` and `runpy.run_path` ask no finder.

Both are left as they are. The first asks an inner function of `importlib` which loaders there are, the second
`pkgutil.read_code` for code that was compiled before: those two answer for the user's files. Where Python has none of
these any more, such a file is left plain, and named at the end.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import Any

from .finder import Files, Loader

external: Any = importlib.import_module("importlib._bootstrap_external")


class Loading:
    """What is asked instead, for one program's files."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._loaders: Callable[[], list[Any]] | None = getattr(external, "_get_supported_file_loaders", None)
        self._code: Callable[[Any], CodeType | None] | None = getattr(pkgutil, "read_code", None)

    def install(self) -> None:
        if self._loaders is not None:
            external._get_supported_file_loaders = self.loaders
        if self._code is not None:
            pkgutil.read_code = self.code

    def loaders(self) -> list[Any]:
        """As Python's own list, but for what loads a file of Python text."""
        assert self._loaders is not None
        return [(self.loader if kind is SourceFileLoader else kind, ends) for kind, ends in self._loaders()]

    def loader(self, name: str, path: str) -> SourceFileLoader:
        return Loader(name, path, self.files) if self.files.mine(path) else SourceFileLoader(name, path)

    def code(self, stream: Any) -> CodeType | None:
        """The code of a file that is about to be run by its path; where we can't, what Python would say."""
        assert self._code is not None
        name = sys._getframe(1).f_locals.get("fname")  # called what the program calls it
        if isinstance(name, str) and os.path.exists(name) and self.files.mine(name):
            try:
                return self.files.code(name, stream.read())
            except Exception:
                stream.seek(0)  # Python compiles it, and says what is wrong with it
        return self._code(stream)


__all__ = ["Loading"]
