"""A walk's values beside the program's own, name by name: whether they are the same numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unmagic.record.recorder import Num
from unmagic.sources.text import arrays
from unmagic.sources.text.randoms import Generator
from unmagic.sources.text.values import Instance, NDArray, Outside

from .scene import Scene
from .snapshot import Fields, Items, Kept, Random, State

CLOSE = 1e-6


@dataclass
class Found:
    """``parted``: the paths whose values differ; ``bad``: the steps of those that are not finite, by path."""

    parted: list[str] = field(default_factory=list)
    close: bool = False
    bad: dict[str | None, int] = field(default_factory=dict)


def parts(scene: Scene, env: Any, then: State) -> Found:
    """Compare what the walk bound with what the program has ``then``."""
    found = Found()
    done: set[int] = set()
    for names, here in ((then.locals or {}, env), (then.fresh, env)):
        for name, held in names.items():
            if name in here:
                _one(scene, held, dict.__getitem__(here, name), name, found, done)
    for file, names in then.globals.items():
        module = scene.compiler(file).module
        for name, held in names.items():
            if name in module:
                _one(scene, held, dict.__getitem__(module, name), name, found, done)
    return found


def _one(scene: Scene, held: Any, value: Any, path: str, found: Found, done: set[int]) -> None:
    if type(value) is Outside or id(held) in done:
        return
    kind = type(held)
    if kind is Kept:
        done.add(id(held))
        array = held.value if held.value is not None else held.weak() if held.weak is not None else None
        if array is None:
            return
        if type(value) is not NDArray:
            found.parted.append(path)
            return
        node = arrays.node_of(scene.walk, value)
        _numbers(np.asarray(node.value), array, node.id, path, found)
    elif kind is Items:
        done.add(id(held))
        _items(scene, held, value, path, found, done)
    elif kind is Fields:
        done.add(id(held))
        if not isinstance(value, Instance):
            found.parted.append(path)
            return
        for name, part in held.fields.items():
            if name in value.fields:
                _one(scene, part, value.fields[name], f"{path}.{name}", found, done)
    elif kind is Random:
        done.add(id(held))
        if isinstance(value, Generator) and not _same_state(held, value):
            found.parted.append(path)
    elif kind in (int, bool, str, float) or issubclass(kind, np.generic):
        if isinstance(value, Num):
            _numbers(np.asarray(value.value), np.asarray(held), value.id, path, found)
        elif type(value) in (int, bool, str, float) and value != held and not (value != value and held != held):
            found.parted.append(path)


def _items(scene: Scene, held: Items, value: Any, path: str, found: Found, done: set[int]) -> None:
    if held.kind in (set, frozenset):
        return
    if type(value) not in (list, tuple, dict) or len(value) != len(held.items):
        found.parted.append(path)
        return
    pairs = held.items.items() if held.kind is dict else enumerate(held.items)
    for key, part in pairs:
        if held.kind is dict and key not in value:
            found.parted.append(f"{path}[{key!r}]")
            return
        _one(scene, part, value[key], f"{path}[{key!r}]", found, done)


def _numbers(mine: Any, theirs: Any, step: int, path: str, found: Found) -> None:
    if theirs.dtype.kind == "f" and not np.isfinite(theirs).all():
        found.bad[path] = step
    if mine.shape != theirs.shape or mine.dtype != theirs.dtype:
        found.parted.append(path)
    elif np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f"):
        return
    elif mine.dtype.kind == "f" and np.allclose(mine, theirs, CLOSE, 1e-30, equal_nan=True):
        found.close = True
    else:
        found.parted.append(path)


def _same_state(held: Random, value: Generator) -> bool:
    if held.legacy:
        return bool(np.array_equal(held.state["state"]["key"], value.real.get_state(legacy=False)["state"]["key"]))
    state = value.real.bit_generator.state
    return repr(state) == repr(held.state)


__all__ = ["Found", "parts"]
