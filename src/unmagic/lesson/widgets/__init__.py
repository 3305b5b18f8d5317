"""Kinds of widgets by name. A kind is a class in a file of this folder; it is found by itself."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .kind import Kind


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind, by the word that opens its directive."""
    from .kind import Kind

    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return MappingProxyType({cls.kind: cls() for cls in Kind.__subclasses__()})
