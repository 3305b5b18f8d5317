"""PyTorch's names in steps. Importing this package fills `TABLE`; it never imports torch."""

from . import creation, elementwise, functional, movement, reductions
from .base import TABLE

__all__ = ["TABLE", "creation", "elementwise", "functional", "movement", "reductions"]
