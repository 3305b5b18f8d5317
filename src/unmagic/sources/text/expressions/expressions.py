"""Expressions, compiled once to closures of one argument: the environment they are walked in."""

from __future__ import annotations

from .access import Access
from .displays import Displays
from .names import Names
from .operators import Operators


class Expressions(Names, Operators, Displays, Access):
    """Compiles expressions; `Statements` adds the rest."""
