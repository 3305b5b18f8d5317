"""A panel is one class: a formula that a visitor's numbers go into, and all that is said and drawn of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from unmagic.reading.reading import Reading

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


NO_FLOORS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Field:
    """Numbers that the visitor edits: one, a vector or a matrix, by the form of ``default``.

    ``axes`` names its sizes; fields that name the same axis grow and shrink together. ``key`` is the field's name in
    URLs where ``name`` (as the engine knows it) would not do. ``whole`` fields hold class numbers or counts.
    """

    name: str
    default: Any
    axes: tuple[str, ...] = ()
    key: str = ""
    step: float = 1.0
    low: float = -1e12
    high: float = 1e12
    whole: bool = False

    @property
    def slot(self) -> str:
        """What it is called in URLs and forms."""
        return self.key or self.name


@dataclass(frozen=True, slots=True)
class Size:
    """An axis that the visitor makes longer or shorter: its bounds, what one more of it is called, what fills it."""

    axis: str
    least: int = 1
    most: int = 6
    words: str = "entry"
    fill: float = 0.0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A row of the legend: the symbol (as formulas spell it), what it is, and its hue (LOOK.md, "One symbol, one hue").

    ``words`` may hold ``{shape}``, filled in with the shape at hand ("3×2", "3 numbers").
    """

    name: str
    words: str
    hue: int


@dataclass(frozen=True, slots=True)
class Preset:
    """A question that numbers answer: what to ask, what to look at, and the fields that change."""

    ask: str
    look: str
    values: Mapping[str, Any]


class CodeRow(NamedTuple):
    """A line of the code twin: the number of the step it makes ("" for none), the code, and its result as a comment."""

    step: str
    code: str
    result: str = ""


class Panel:
    """Base of all panels. A subclass states the class variables; the methods it overrides answer for one Reading.

    ``source`` is what the engine reads on the fields' values: its statements are the panel's steps. ``formula`` is what
    stands large at the top, where that is not the source itself. ``gradient`` names what the panel derives by.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    formula: ClassVar[str] = ""
    lang: ClassVar[str | None] = "formula"
    say: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    sizes: ClassVar[tuple[Size, ...]] = ()
    symbols: ClassVar[tuple[Symbol, ...]]
    presets: ClassVar[tuple[Preset, ...]]
    gradient: ClassVar[tuple[str, ...]] = ()
    times: ClassVar[int | None] = None
    digits: ClassVar[tuple[tuple[str, int], ...]] = ()  # floors of decimals, by name

    def read(self, values: Mapping[str, Any], digits: Mapping[str, int] = NO_FLOORS) -> Reading:
        """The Reading of these values; ``digits`` are further floors of decimals. Raises `UnmagicError`."""
        from unmagic.core.limits import WEB
        from unmagic.reading.read import read

        floors = {**dict(self.digits), **digits}
        return read(self.source, lang=self.lang, times=self.times, digits=floors, limits=WEB, **values)

    def happened(self, reading: Reading) -> str:
        """One sentence, chosen by what the numbers did: at most 25 words."""
        raise NotImplementedError

    def picture(self, reading: Reading) -> Picture | None:
        """The drawing for these numbers."""
        return None

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        """The same in NumPy, runnable from top to bottom after ``import numpy as np``; results in full precision."""
        raise NotImplementedError

    def ribbon(self, reading: Reading) -> tuple[tuple[str, str, int], ...]:
        """The shapes that meet, as (text, the size that is used up, hue); empty where shapes are no matter."""
        return ()
