"""Confusions and numeric hazards, one rule a file."""

from .check import RULES, check

__all__ = ["RULES", "check"]
