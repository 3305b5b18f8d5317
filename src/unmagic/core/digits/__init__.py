"""Digits: every number that is printed, and every Line, is made here. The law is DESIGN.md, "Digits"."""

from .problem import Problem
from .quantity import LESSON, READING, Quantity, Style
from .shown import exactly, shown, shown_array, shown_cells

__all__ = ["LESSON", "READING", "Problem", "Quantity", "Style", "exactly", "shown", "shown_array", "shown_cells"]
