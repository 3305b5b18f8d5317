"""Files of the user's, wherever they are imported from: a finder before Python's own, for paths under given roots."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import NoReturn

import numpy

from unmagic.core import version
from unmagic.record.callees import LIBRARIES

from .cache import instrumented
from .instrument import Instrumented, connected, warn
from .sites import Source

PACKAGES = tuple(os.path.join(os.path.sep, name, "") for name in ("site-packages", "dist-packages"))
"""Where installed packages lie, of this Python or of another."""

OURS = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(version.__file__))), "")
NUMPY = os.path.join(os.path.dirname(os.path.realpath(numpy.__file__)), "")


class Files:
    """The user's files that were instrumented, by path."""

    def __init__(self, roots: Sequence[str], frames: bool = False) -> None:
        self.roots = tuple(os.path.join(os.path.realpath(root), "") for root in roots)
        self.frames = frames
        self.sources: dict[str, Source] = {}
        self.left: dict[str, str] = {}  # files left plain, and why

    def mine(self, path: str) -> bool:
        """Whether a file is the user's: under a root, and not a library's."""
        real = os.path.realpath(path)
        if not real.startswith(self.roots) or real.startswith((*LIBRARIES, OURS, NUMPY)):
            return False
        return not any(folder in real for folder in PACKAGES)

    def _instrumented(self, path: str, text: bytes) -> Instrumented | None:
        """None for a file that we can't rewrite: twins nest deeper than what they are made of."""
        try:
            return instrumented(text, path, frames=self.frames)
        except Exception as error:
            self.left[path] = f"{type(error).__name__}: {error}"
            return None

    def code(self, path: str, text: bytes) -> CodeType:
        """The instrumented code of a file. Raises `SyntaxError` as `compile` does."""
        source = Source(path, importlib.util.decode_source(text))
        made = self._instrumented(path, text)
        if made is None:  # it runs as it stands; or it does not compile, which is for Python to say
            return compile(text, path, "exec", dont_inherit=True)
        self.sources[path] = source
        if made.warns:
            warn(text, path)
        return connected(made, source)


class Loader(importlib.machinery.SourceFileLoader):
    """As Python's own, but for the code."""

    def __init__(self, name: str, path: str, files: Files) -> None:
        super().__init__(name, path)
        self._files = files

    def get_data(self, path: str) -> bytes:
        """The text; compiled already, so that no frame of ours stands where Python's own compiling raises."""
        data = super().get_data(path)
        self.__dict__.pop("source_to_code", None)
        try:
            code = self._files.code(path, data)
        except Exception:
            return data  # Python says what is wrong with it
        self.source_to_code = lambda *_, **__: code  # type: ignore[method-assign]
        return data

    def path_stats(self, path: str) -> NoReturn:
        """Python's own cache holds no instrumented code, and plain code is not taken from it."""
        raise OSError


for _name in ("__name__", "__qualname__", "__module__"):  # a program that prints its specs sees what it knows
    setattr(Loader, _name, getattr(importlib.machinery.SourceFileLoader, _name))


class Finder:
    """Asks Python's own path finder; what it finds among the user's files gets our loader."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        if not self.files.mine(spec.origin):
            return None
        spec.loader = Loader(name, spec.origin, self.files)
        return spec

    def install(self) -> None:
        """Right before Python's own, so that built-in modules and the program's finders come first as ever."""
        own = importlib.machinery.PathFinder
        sys.meta_path.insert(sys.meta_path.index(own) if own in sys.meta_path else len(sys.meta_path), self)

    def remove(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)


def mentions_frames(text: bytes) -> bool:
    """Whether a program may look into frames other than its own: then no frame of it holds a temporary of ours."""
    words = (b"_getframe", b"currentframe", b"f_locals", b"inspect.stack", b"inspect.trace")
    return any(word in text for word in words)


__all__ = ["Files", "Finder", "Loader", "mentions_frames"]
