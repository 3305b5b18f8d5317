"""Values and derivatives of scalar trees, in float64 and in 60-digit decimals. Loops, no recursion."""

from __future__ import annotations

from decimal import Decimal

from .scalar import Entry, Expr, Fold


def value(root: Expr) -> float:
    """The tree's value in float64 (shared sub-trees once, folds vectorised)."""
    raise NotImplementedError


def decimal_value(root: Expr) -> Decimal:
    """The tree's value to 60 digits, each leaf being its shortest decimal."""
    raise NotImplementedError


def derivatives(root: Expr) -> dict[tuple[int, tuple[int, ...]], float]:
    """∂root/∂entry for every entry, by ``(operand, index)``, in one reverse sweep; a fold's columns included."""
    raise NotImplementedError


def derivative(root: Expr, entry: Entry) -> float:
    """∂root/∂entry for one entry."""
    raise NotImplementedError


__all__ = ["Fold", "decimal_value", "derivative", "derivatives", "value"]
