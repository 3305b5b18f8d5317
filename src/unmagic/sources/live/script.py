"""Running a program as ``python SCRIPT`` does, or ``python -m MODULE``: its own ``__main__``, arguments and path."""

from __future__ import annotations

import importlib.machinery
import os
import runpy
import subprocess
import sys
import types
from collections.abc import Sequence
from importlib.machinery import BuiltinImporter, SourceFileLoader
from types import CodeType

from .ending import Ended, ended, finish
from .finder import Files, Finder, mentions_frames
from .loading import Loading
from .world import shadowed


class Script:
    """One run. ``files`` holds what was instrumented of it.

    ``path`` is a file, a folder or an archive with a ``__main__.py``, or with ``module`` the name of a module.
    """

    def __init__(self, path: str, arguments: Sequence[str], module: bool = False) -> None:
        self.path = path
        self.module = module
        here = os.getcwd()
        self.absolute = located(path, module)
        self.arguments = list(arguments)
        self.packed = not module and _packed(path)
        self.folder = here if module else _absolute(path) if self.packed else os.path.dirname(os.path.realpath(path))
        self.files = Files([self.folder, here, *project(self.folder)])

    def run(self) -> Ended:
        """Run it: what it prints, how it ends and what it leaves are its own. Raises `OSError` if there is none."""
        code: CodeType | None = None
        found = self.module or self.packed  # by Python's own way to them
        text = _text(self.absolute) if found else _read(self.absolute)
        self.files.frames = mentions_frames(text)
        if not found:
            try:
                code = self.files.code(self.absolute, text)
            except Exception:  # it does not compile, or not for us
                return self._by_python()
        self._become(self._main(code is None))
        error: BaseException
        try:
            if code is not None:
                exec(code, sys.modules["__main__"].__dict__)  # the program itself
            else:
                runpy._run_module_as_main(self.path if self.module else "__main__", self.module)  # type: ignore[attr-defined]
            return Ended(0)
        except BaseException as raised:
            error = raised
        return ended(error)  # no longer handled: it is no context of what its excepthook raises

    def _become(self, main: types.ModuleType) -> None:
        sys.argv = ["-m" if self.module else self.path, *self.arguments]
        sys.orig_argv = [*python(), *(["-m"] if self.module else []), self.path, *self.arguments]
        if not sys.flags.safe_path:
            sys.path[0] = self.folder
        elif self.packed:
            sys.path.insert(0, self.folder)
        sys.modules["__main__"] = main
        for name in shadowed(sys.path[0], python()):
            del sys.modules[name]
        Finder(self.files).install()
        Loading(self.files).install()

    def _main(self, packed: bool) -> types.ModuleType:
        module = types.ModuleType("__main__")
        module.__dict__.update(__builtins__=sys.modules["builtins"], __annotations__={})
        if packed:
            module.__dict__.update(__loader__=BuiltinImporter)
        else:
            loader = SourceFileLoader("__main__", self.absolute)
            module.__dict__.update(__loader__=loader, __file__=self.absolute, __cached__=None)
        return module

    def _by_python(self) -> Ended:
        """Python runs it and says what it has to say: nothing of it has run here."""
        with subprocess.Popen([*python(), self.path, *self.arguments]) as child:
            try:
                status = child.wait()
            except KeyboardInterrupt:
                child.wait()
                return Ended(130, None, True)
        return Ended(status if status >= 0 else 128 - status)


def end(script: Script, ended: Ended) -> int:
    """What the process does last. Raises `KeyboardInterrupt` where Ctrl-C ended the program."""
    return finish(ended)


def python() -> list[str]:
    """The command that this interpreter was started by, with its own options, up to what it was told to run."""
    words = list(getattr(sys, "orig_argv", []))
    given = len(sys.argv) - 1
    before = words[: len(words) - given]
    if words[len(before) :] != sys.argv[1:] or len(before) < 2:
        return [sys.executable]
    return before[:-2] if before[-2] == "-m" else before[:-1]


def located(path: str, module: bool = False) -> str:
    """The file that will be ``__main__``, named as Python names it. Nothing is imported; "" if it is not found."""
    if not module:
        return _absolute(os.path.join(path, "__main__.py") if _packed(path) else path)
    *parents, last = path.split(".")
    places = [os.getcwd(), *sys.path[1:]]
    for name in parents:
        spec = importlib.machinery.PathFinder.find_spec(name, places)
        places = list(spec.submodule_search_locations or ()) if spec is not None else []
    spec = importlib.machinery.PathFinder.find_spec(last, places)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.machinery.PathFinder.find_spec("__main__", list(spec.submodule_search_locations))
    return (spec.origin or "") if spec is not None else ""


MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""What stands at the top of a project."""


def project(folder: str) -> list[str]:
    """The folder of the project that ``folder`` belongs to: a program in ``scripts/`` imports what lies in ``src/``."""
    at, home = os.path.realpath(folder), os.path.realpath(os.path.expanduser("~"))
    while (above := os.path.dirname(at)) != at:
        if at != home and any(os.path.exists(os.path.join(at, mark)) for mark in MARKS):
            return [at]
        at = above
    return []


def _absolute(path: str) -> str:
    """As Python makes it: nothing is put in order."""
    return path if os.path.isabs(path) else os.path.join(os.getcwd(), path)


def _packed(path: str) -> bool:
    """Whether Python would look into it for a ``__main__``: a folder, or an archive."""
    if os.path.isdir(path):
        return True
    try:
        return sys.path_importer_cache.get(path) is not None or any(_opens(hook, path) for hook in sys.path_hooks)
    except OSError:
        return False


def _opens(hook: object, path: str) -> bool:
    try:
        return callable(hook) and hook(path) is not None
    except ImportError:
        return False


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _text(path: str) -> bytes:
    """The text of a file, if it is one."""
    try:
        return _read(path)
    except OSError:
        return b""


__all__ = ["Ended", "Script", "end", "located", "python"]
