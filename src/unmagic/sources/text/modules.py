"""Torch modules of the program: layers in layers, their parameters by dotted names."""

from __future__ import annotations

from typing import Any

from .values import Instance
from .walk import Walk


def prepare(w: Walk, made: Instance) -> None:
    """A module starts in training mode."""
    made.fields["training"] = True


def layer_item(value: Any, key: Any) -> Any:
    """``model[0]`` of a Sequential; None if there is no such layer."""
    layers = getattr(value, "layers", None)
    if layers is None or not isinstance(key, int):
        return None
    found = list(layers.values())
    return found[key] if -len(found) <= key < len(found) else None


def layer_list(value: Any) -> list[Any] | None:
    return None
