"""NumPy's names in steps. Importing this package fills `TABLE`."""

from . import creation, elementwise, linear, movement, reductions
from .base import TABLE

__all__ = ["TABLE", "creation", "elementwise", "linear", "movement", "reductions"]
