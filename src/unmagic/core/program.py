"""What a front end makes of a Source: a Graph with its values, and every decision it had to take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import UnmagicError
from .graph import Array, Fixed, Graph
from .span import SourceText, Span


@dataclass(frozen=True, slots=True)
class Decision:
    """A reading that had to be chosen, in words: "juxtaposition: matrix times vector"."""

    words: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the source: what it names, the step it came to, and its notation tree."""

    name: str  # "" if it names nothing
    step: int  # −1: it defines a function, and is worked where that is applied
    span: Span
    notation: Any = None  # the formula as the user wrote it (core.notation.Notation)
    right: Any = None  # notation of the right side alone
    sides: tuple[int, ...] = ()  # an identity: the step of every side that was computed


@dataclass(slots=True)
class Oversized:
    """Two operands met, and the result was too large to be computed again when a long run was read."""

    op: str
    operands: tuple[int, int]  # their steps
    shape: tuple[int, ...]
    name: str
    span: Span
    into: str = ""  # the function that made one number of it, with nothing but steps entry by entry between


@dataclass(slots=True)
class Program:
    """A Source read: Graph, values (one a step), and what was decided on the way."""

    source: SourceText
    language: str  # "formula", "latex", "python"
    graph: Graph
    values: list[Array]
    bindings: dict[str, Any] = field(default_factory=dict)  # what the user handed in, untouched
    statements: list[Statement] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    passed_over: list[Span] = field(default_factory=list)  # prose that was not read
    printed: str = ""  # what the program's own prints would have shown
    ours: tuple[str, ...] = ()  # names whose example numbers are ours
    letters: dict[int, str] = field(default_factory=dict)  # without numbers: axis sizes that stand for letters
    gradients: dict[int, int] = field(default_factory=dict)  # step -> step of its gradient, where the text asked
    failure: UnmagicError | None = None  # the program raised here; the graph holds all that came before
    read_out: list[int] = field(default_factory=list)  # steps whose numbers went into attributes and constants
    fixed: list[Fixed] = field(default_factory=list)  # of those, the ones that went in as values
    written: int = 0  # writes into arrays
    carried: list[int] = field(default_factory=list)  # bad numbers that the program went on with, unread
    oversized: list[Oversized] = field(default_factory=list)
    sides: Sequence[tuple[int, ...]] = ()


__all__ = ["Decision", "Oversized", "Program", "Statement", "UnmagicError"]
