"""Stand-ins for libraries that programs draw and report with, where they are not installed: objects that do nothing."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import itertools
from collections.abc import Iterator
from types import ModuleType
from typing import Any, ClassVar

SHOWN = (
    "matplotlib", "mpl_toolkits", "seaborn", "plotly", "progressbar", "tqdm", "terminaltables", "cvxopt", "pylab",
    "imageio", "IPython",
)  # fmt: skip
"""What is drawn, told and solved elsewhere. Nothing stands in for what a program takes its numbers from."""


class Idle(type):
    """The type of stand-in classes: what is asked of one, ``Path.MOVETO``, does nothing either."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class Nothing(metaclass=Idle):
    """Anything that is asked of it is itself again."""

    def __init__(self, *args: Any, **given: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return {"plot": One, "show": Show}[name]() if name in ("plot", "show") else self

    def __call__(self, *args: Any, **given: Any) -> Any:
        return self

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __iter__(self) -> Any:
        return iter((self, self))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        return None


class One(Nothing):
    """``line, = ax.plot(…)``."""

    def __call__(self, *args: Any, **given: Any) -> Any:
        return [Nothing()]


class Passing(Nothing):
    """``tqdm(x)`` is x."""

    def __call__(self, *args: Any, **given: Any) -> Any:
        return args[0] if args and not isinstance(args[0], str) else self


class FuncAnimation(Nothing):
    """A program that draws frame after frame computes them when the window is shown."""

    waiting: ClassVar[list[Iterator[Any]]] = []

    def __init__(self, figure: Any, func: Any, frames: Any = None, init_func: Any = None, fargs: Any = (), **more: Any):
        def drawn() -> Iterator[Any]:
            if init_func is not None:
                yield init_func()
            many = range(frames) if isinstance(frames, int) else itertools.count() if frames is None else frames
            for frame in itertools.islice(many() if callable(many) else many, FRAMES):
                yield func(frame, *(fargs or ()))

        self.waiting.append(drawn())


class Show(Nothing):
    def __call__(self, *args: Any, **given: Any) -> Any:
        while FuncAnimation.waiting:
            for _ in FuncAnimation.waiting.pop(0):
                pass


FRAMES = 30


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last finder that is asked."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.partition(".")[0] in SHOWN:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> Any:
        module = ModuleType(spec.name)
        kind = Passing if spec.name.startswith(("tqdm", "progressbar")) else Nothing
        if spec.name == "matplotlib.animation":
            module.__dict__["FuncAnimation"] = FuncAnimation
        if spec.name == "matplotlib.pyplot":
            module.__dict__["show"] = Show()
        module.__dict__["__getattr__"] = lambda name: Idle(name, (kind,), {}) if name[:1].isupper() else kind()
        module.__dict__["__path__"] = []
        return module

    def exec_module(self, module: Any) -> None:
        return None


__all__ = ["SHOWN", "StandIns"]
