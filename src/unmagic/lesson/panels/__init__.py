"""Panels by id. A panel is a class in a file of this folder; it is found by itself."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .panel import Panel


@cache
def panels() -> Mapping[str, Panel]:
    """Every panel, by id."""
    from .panel import Panel

    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    found: dict[str, Panel] = {}
    for cls in Panel.__subclasses__():
        if cls.id in found:
            raise TypeError(f"two panels are called {cls.id!r}")
        found[cls.id] = cls()
    return MappingProxyType(found)
