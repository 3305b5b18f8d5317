"""A panel is one class: a formula that a visitor's numbers go into, and all that is said and drawn of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from math import prod, sqrt
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from unmagic.core.notation import Notation
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
    """A question that numbers answer: what to ask, what to look at, and the fields that change, by slot.

    A choice that changes stands among them with its key.
    """

    ask: str
    look: str
    values: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Option:
    """One way of a choice: its key in URLs, its words, and what the panel reads, shows and says when it is picked."""

    key: str
    words: str
    source: str
    formula: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A question of kind, not of number (which nonlinearity, which f), picked from a few; the first is the default."""

    slot: str
    words: str
    options: tuple[Option, ...]

    def option(self, key: str) -> Option:
        """The option of a key; the default for an unknown one."""
        return next((option for option in self.options if option.key == key), self.options[0])


class CodeRow(NamedTuple):
    """A line of the code twin: the number of the step it makes ("" for none), the code, and its result as a comment."""

    step: str
    code: str
    result: str = ""


class Panel:
    """Base of all panels. A subclass states the class variables; the methods it overrides answer for one Reading.

    ``source`` is what the engine reads on the fields' values: its statements are the panel's steps. ``formula`` is what
    stands large at the top, where that is not the source itself. ``gradient`` names what the panel derives by.
    ``spelled`` is how names of the source are written in steps, where they are only stand-ins: ``n_a`` as ``|a|``.
    Steps called by a name in ``written`` stand as the source writes them, Σᵢ and all, where the engine would name the
    idiom: ``|a| = √(Σᵢ aᵢ²)``, not ``‖a‖``. With a ``choice`` its option's source is read.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str] = ""
    formula: ClassVar[str] = ""
    lang: ClassVar[str | None] = "formula"
    say: ClassVar[str] = ""
    fields: ClassVar[tuple[Field, ...]]
    sizes: ClassVar[tuple[Size, ...]] = ()
    symbols: ClassVar[tuple[Symbol, ...]]
    presets: ClassVar[tuple[Preset, ...]]
    choice: ClassVar[Choice | None] = None
    spelled: ClassVar[Mapping[str, Notation]] = MappingProxyType({})
    written: ClassVar[frozenset[str]] = frozenset()
    gradient: ClassVar[tuple[str, ...]] = ()
    times: ClassVar[int | None] = None
    digits: ClassVar[tuple[tuple[str, int], ...]] = ()  # floors of decimals, by name

    def read(
        self, values: Mapping[str, Any], option: Option | None = None, digits: Mapping[str, int] = NO_FLOORS
    ) -> Reading:
        """The Reading of these values; ``digits`` are further floors of decimals. Raises `UnmagicError`."""
        return self.reading_of(option.source if option is not None else self.source, values, digits)

    def beside(self, values: Mapping[str, Any]) -> Mapping[str, float]:
        """What the source needs that is no field: a number that follows from the fields' shapes, or stands for good."""
        return {}

    def reading_of(self, source: str, values: Mapping[str, Any], digits: Mapping[str, int] = NO_FLOORS) -> Reading:
        """A source on these values, within what a page may ask for.

        The text is read once for each set of shapes, on numbers that have nothing to do with each other, so that what
        is recognised in it never hangs on what a visitor typed before; then its steps are replayed. Class numbers, and
        what is no field at all, decide how a source is read, and stay as they are.
        """
        free = {f.name: np.shape(values[f.name]) for f in self.fields if not f.whole}
        shares = frozenset(f.name for f in self.fields if (f.low, f.high) == (0, 1) and f.axes)
        fixed = {f.name: int(values[f.name]) for f in self.fields if f.whole}
        fixed_too = tuple({**fixed, **self.beside(values)}.items())
        steps = _read_once(source, self.lang or "formula", self.times, tuple(free.items()), shares, fixed_too)
        reading = steps.replay(**{name: values[name] for name in free})
        reading.digits.update({**dict(self.digits), **digits})
        return reading

    def picked(self, reading: Reading) -> str:
        """The key of the option that was read."""
        options = self.choice.options if self.choice is not None else ()
        return next((option.key for option in options if option.source == reading.program.source.text), "")

    def happened(self, reading: Reading) -> str:
        """One sentence, chosen by what the numbers did: at most 25 words."""
        raise NotImplementedError

    def picture(self, reading: Reading) -> Picture | None:
        """The drawing for these numbers."""
        return None

    def table(self, reading: Reading) -> str:
        """A table as HTML, made by `render.svg`: the detectors of a matrix, the weights of attention."""
        return ""

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        """The same in NumPy, runnable from top to bottom after ``import numpy as np``; results in full precision."""
        raise NotImplementedError

    def ribbon(self, reading: Reading) -> tuple[tuple[str, str, int], ...]:
        """The shapes that meet, as (text, the part of it that is used up, hue); empty where shapes are no matter.

        Signs between them have no hue: 0.
        """
        return ()


@lru_cache(maxsize=1024)
def _read_once(
    source: str,
    lang: str,
    times: int | None,
    shapes: tuple[tuple[str, tuple[int, ...]], ...],
    shares: frozenset[str],
    fixed: tuple[tuple[str, float], ...],
) -> Reading:
    """A source on numbers of these shapes that have nothing to do with each other; ``shares`` add up to 1."""
    from unmagic.core.limits import WEB
    from unmagic.reading.read import read

    numbers: dict[str, Any] = dict(fixed)
    apart = count(1)
    for name, shape in shapes:
        entries = np.array([0.5 + 0.1 * sqrt(next(apart)) for _ in range(prod(shape))])
        numbers[name] = np.reshape(entries / entries.sum() if name in shares else entries, shape)[()]
    reading = read(source, lang=lang, times=times, limits=WEB, **numbers)
    reading.matches  # noqa: B018  # found once, for all replays
    return reading
