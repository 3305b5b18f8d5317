"""The record of one idiom: all that is known of it stands in one class, complete at import or it does not import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

IDIOMS: dict[str, type[Idiom]] = {}
"""Every idiom by its name, in the order of the library: the registry that tests and reference walk."""


class Back(NamedTuple):
    """The gradient that people teach, for one role.

    ``formula`` is in terms of the roles, of the idiom's letter (its result) and of ``g`` (∂loss/∂result).
    ``value(g, y, roles…, axes)`` computes it; it is shown only where that equals the raw gradient.
    """

    role: str
    formula: str
    value: Callable[..., Any]
    sentence: str


class Seen(NamedTuple):
    """What a guard may look at: of the roles that are steps the shapes, names and (if there are any) values."""

    shapes: Mapping[str, tuple[int, ...]]
    names: Mapping[str, str]
    values: Mapping[str, Any]
    attrs: Mapping[str, Any]
    shape: tuple[int, ...]  # of the result
    name: str

    def named(self, role: str, *starts: str) -> bool:
        """Does a role's name (its last part, in small letters) begin with one of ``starts``?"""
        return self.names.get(role, "").lower().rpartition(".")[2].startswith(starts)

    def rank(self, role: str) -> int:
        """The rank of a role; a number in the text has rank 0."""
        return len(self.shapes.get(role, np.shape(self.attrs.get(role, 0.0))))


class Yardstick(NamedTuple):
    """Words with ``{value}`` in them, and the number that goes there: what to hold an idiom's result against."""

    words: str
    value: float


class Idiom:
    """Base of all idioms. A subclass is never instantiated.

    ``own`` computes the idiom from the values of its roles, by another way than the patterns: what is recognised must
    be it in numbers too. It takes roles and axes by keyword, as the patterns name them; optional ones have defaults.
    """

    name: ClassVar[str]
    title: ClassVar[str]  # as shown at the right of a step
    patterns: ClassVar[tuple[str, ...]]  # spellings as formulas (see formula.py)
    roles: ClassVar[tuple[str, ...]]
    numbers: ClassVar[tuple[str, ...]] = ()  # roles that stand for one number
    op: ClassVar[str] = ""  # the op (or name) that larger patterns know it by; "" if they look inside
    operands: ClassVar[tuple[str, ...]] = ()  # the roles that are that op's operands; all of them if empty
    rate: ClassVar[str] = ""  # the role that takes a number which stands in the program with another role
    turns: ClassVar[bool] = False  # a role may stand in the program with its sign turned: exp(−W x − b)
    inner: ClassVar[bool] = False  # a spelling only: found so that others can build on it, not shown by itself
    specific: ClassVar[int] = 0  # of idioms over the same steps the one with most of this is shown
    by_name: ClassVar[bool] = False  # the structure alone says little: only looked for where the user gave names
    joined: ClassVar[bool] = False  # spans idioms that are shown one by one forwards; shown backwards
    letter: ClassVar[str] = ""  # what the field calls the result
    formula: ClassVar[str]  # the step at the idiom's level, over roles
    sentence: ClassVar[str]  # one line under the step
    prose: ClassVar[str]  # narration, with roles in braces
    descended: ClassVar[str] = ""  # of a loss: what going down it, step after step, comes to
    backward: ClassVar[tuple[Back, ...]] = ()
    own: ClassVar[Callable[..., Any]]
    yardstick: ClassVar[Callable[..., Yardstick] | None] = None  # of the roles' values: what the result is measured by

    def __init_subclass__(cls, abstract: bool = False) -> None:
        """Check that the record is complete and put it in the registry under its name."""
        if abstract:
            return
        if "name" not in cls.__dict__:
            cls.name = "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(cls.__name__))
        missing = [
            fact for fact in ("title", "patterns", "roles", "formula", "sentence", "prose", "own")
            if not hasattr(cls, fact)
        ]  # fmt: skip
        if missing:
            raise TypeError(f"idiom {cls.name} is not complete: no {', '.join(missing)}")
        if cls.name in IDIOMS:
            raise TypeError(f"idiom {cls.name} is defined twice")
        IDIOMS[cls.name] = cls

    @classmethod
    def formula_of(cls, attrs: Mapping[str, Any]) -> str:
        """The formula of one match; ``attrs`` are its axes, and the roles that are numbers."""
        return cls.formula

    @classmethod
    def extras(cls, seen: Seen) -> Mapping[str, str]:
        """Further names for the templates, beside the roles."""
        return {}

    @classmethod
    def tell(cls, seen: Seen, called: Mapping[str, str]) -> str:
        """The narration; ``called`` gives what the user calls each role."""
        return cls.prose.format_map(called)

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        """A last look at a filled pattern, for what numbers alone don't decide: ranks, names, the size of a scale."""
        return True


class Match(NamedTuple):
    """An idiom found: its root step, the steps that belong to it, what plays which role.

    ``roles`` are steps; a role that is a number in the text stands in ``attrs`` instead, beside the axes. ``visible``
    are steps inside that are named by the user or read outside. ``parts`` are the idioms inside it.
    """

    idiom: type[Idiom]
    root: int
    members: frozenset[int]
    roles: Mapping[str, int]
    attrs: Mapping[str, Any]
    visible: frozenset[int] = frozenset()
    parts: tuple[Match, ...] = ()
    joined: bool = False

    @property
    def name(self) -> str:
        return self.idiom.name
