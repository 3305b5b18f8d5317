"""Files of the user's, wherever they are imported from: a finder before Python's own, for paths under given roots."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType

from unmagic.record.callees import LIBRARIES

from .cache import instrumented
from .instrument import connected, warn
from .sites import Source


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
        return real.startswith(self.roots) and not real.startswith(LIBRARIES)

    def code(self, path: str, text: bytes) -> CodeType:
        """The instrumented code of a file. Raises `SyntaxError` as `compile` does."""
        decoded = importlib.util.decode_source(text)
        source = self.sources[path] = Source(path, decoded)
        made = instrumented(text, path, frames=self.frames)
        if made.warns:
            warn(text, path)
        return connected(made, source)


class Loader(importlib.machinery.SourceFileLoader):
    """As Python's own, but for the code."""

    def __init__(self, name: str, path: str, files: Files) -> None:
        super().__init__(name, path)
        self._files = files

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        return self._files.code(path, self.get_data(path))


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
        sys.meta_path.insert(0, self)

    def remove(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)


def mentions_frames(text: bytes) -> bool:
    """Whether a program may look into frames other than its own: then no frame of it holds a temporary of ours."""
    words = (b"_getframe", b"currentframe", b"f_locals", b"inspect.stack", b"inspect.trace")
    return any(word in text for word in words)


__all__ = ["Files", "Finder", "Loader", "mentions_frames"]
