"""The interpreter as it was before the program: what a program did to it must not reach what reads the run."""

from __future__ import annotations

import builtins
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import PathFinder

import numpy as np


class World:
    """Modules, path and builtins as they stand when this is made."""

    def __init__(self) -> None:
        self.modules = dict(sys.modules)
        self.modules.pop("__main__", None)
        self.builtins = dict(vars(builtins))
        self.path = list(sys.path)
        self.finders = list(sys.meta_path)
        self.hooks = list(sys.path_hooks)

    @contextmanager
    def restored(self) -> Iterator[None]:
        """As it was, for a while; then as the program left it."""
        theirs = {name: sys.modules.get(name) for name, one in self.modules.items() if sys.modules.get(name) is not one}
        names = dict(vars(builtins))
        held = sys.path, sys.meta_path, sys.path_hooks, sys.getrecursionlimit(), sys.gettrace(), sys.getprofile()
        timer = _timer((0.0, 0.0))
        sys.settrace(None)
        sys.setprofile(None)
        sys.modules.update(self.modules)
        vars(builtins).update(self.builtins)
        sys.path, sys.meta_path, sys.path_hooks = list(self.path), list(self.finders), list(self.hooks)
        sys.setrecursionlimit(max(held[3], 1000))
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            sys.path, sys.meta_path, sys.path_hooks = held[:3]
            sys.setrecursionlimit(held[3])
            vars(builtins).update(names)
            for name, module in theirs.items():
                if module is None:
                    sys.modules.pop(name, None)
                else:
                    sys.modules[name] = module
            if callable(held[5]):
                sys.setprofile(held[5])
            elif held[5] is not None:  # cProfile's: its own hook is no function of Python's
                held[5].enable()
            sys.settrace(held[4])
            _timer(timer)


def _timer(to: tuple[float, float]) -> tuple[float, float]:
    """An alarm that the program set waits while the run is read."""
    if not hasattr(signal, "setitimer"):
        return 0.0, 0.0
    before: tuple[float, float] = signal.setitimer(signal.ITIMER_REAL, *to)
    return before


def shadowed(folder: str, python: Sequence[str]) -> list[str]:
    """Modules that we have loaded and that the program's ``import`` would find in ``folder``: it is to find them there.

    What Python itself has loaded when it starts comes first in the plain run too; NumPy can be loaded only once.
    """
    try:
        inside = {name.partition(".")[0] for name in os.listdir(folder)}
    except OSError:
        return []
    found = [name for name in sys.modules if name.partition(".")[0] in inside and _from_elsewhere(name, folder)]
    if found:  # rare
        listed = subprocess.run([*python, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True)
        found = [name for name in found if name not in listed.stdout.split()]
    return found


def _from_elsewhere(name: str, folder: str) -> bool:
    top = name.partition(".")[0]
    if top in ("__main__", "numpy", "unmagic"):
        return False
    spec = PathFinder.find_spec(top, [folder])
    loaded = getattr(sys.modules[name], "__file__", None)
    return spec is not None and spec.loader is not None and loaded is not None and not loaded.startswith(folder)


__all__ = ["World", "shadowed"]
