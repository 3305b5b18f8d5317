"""What a visitor made of the toy: every text in it, from a URL and back into one.

Canonical keys, defaults left out: ``rate.f``, ``rate.x``, ``rate.y``, ``rate.eta``, ``rate.k`` (steps taken),
``rate.guess``, ``rate.keep`` (kept runs, ``eta,k,x[,y];…``), ``rate.rows=all``. A form without script sends its fields,
the button that was pressed (``rate.do``), the slider (``rate.slide``), and under ``rate.was`` the run that its page
showed: a prediction for one run is not handed on to another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.lesson.numbers import typed

from .function import AXES, LIMITS, Function, function_of
from .landscape import Landscape, landscape
from .slider import Slider, slider
from .trace import MOST, Place, Trace, number, trace

Pairs = Sequence[tuple[str, str]]

KEPT = 2
"""Runs that are kept beside the one at hand."""

LARGEST_RATE = Decimal(10) ** 6
LARGEST_START = Decimal(10) ** 6

DEFAULTS = {"f": "0.18(x − 3)²", "x": "-1.6", "y": "1", "eta": "1"}
_LONGEST = {"f": LIMITS.characters + 1, "x": 41, "y": 41, "eta": 41, "guess": 41}


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that stays for comparison: its rate, its start, and how many steps of it."""

    eta: Decimal
    start: Place
    count: int

    def text(self) -> str:
        return ",".join((plain(self.eta), str(self.count), *map(plain, self.start)))


@dataclass(frozen=True, slots=True)
class Run:
    """A state that can be run: everything read."""

    function: Function
    start: Place
    eta: Decimal
    land: Landscape
    trace: Trace

    @property
    def slider(self) -> Slider:
        return slider(self.land, float(self.eta))


@dataclass(frozen=True)
class ToyState:
    """The toy called ``id`` with the visitor's texts in it; equal states have equal URLs."""

    id: str
    defaults: Mapping[str, str]
    f: str
    x: str
    y: str
    eta: str
    count: int = 0
    guess: str = ""
    kept: tuple[KeptRun, ...] = ()
    all_rows: bool = False

    @staticmethod
    def of(id: str, query: Pairs, defaults: Mapping[str, str] | None = None) -> ToyState:
        """The state that a query asks for; what is not the toy's is passed over."""
        base = {**DEFAULTS, **(defaults or {})}
        own = {key.removeprefix(f"{id}."): text for key, text in query if key.startswith(f"{id}.")}
        texts = {name: _text(name, own[name]) if name in own else base[name] for name in DEFAULTS}
        state = ToyState(
            id,
            base,
            **texts,
            count=_count(own.get("k", "")),
            guess=_text("guess", own.get("guess", "")),
            kept=_kept(own.get("keep", "")),
            all_rows=own.get("rows") == "all",
        )
        return state._since(own.get("was"), own.get("slide"))._bounded().after(own.get("do", ""))

    # numbers ----------------------------------------------------------------------------------------------

    def run(self) -> Run:
        """The state, read and run. Raises `UnmagicError` for the first text that can't be read."""
        function = function_of(self.f)
        start = tuple(number_of(getattr(self, axis), LARGEST_START) for axis in function.axes)
        eta = number_of(self.eta, LARGEST_RATE)
        if eta < 0:
            raise BadValue(f"η = {self.eta} would climb", hint="0 or more: the minus stands in the update already")
        land = landscape(function, tuple(map(float, start)))
        return Run(function, start, eta, land, traced(function, start, eta, max(1, self.count)))

    def troubles(self) -> dict[str, UnmagicError]:
        """What can't be read, by the name of its field."""
        found: dict[str, UnmagicError] = {}
        axes: tuple[str, ...] = AXES[:1]
        try:
            axes = function_of(self.f).axes
        except UnmagicError as error:
            found["f"] = error
        for name, most in (*((axis, LARGEST_START) for axis in axes), ("eta", LARGEST_RATE)):
            try:
                if number_of(getattr(self, name), most) < 0 and name == "eta":
                    raise BadValue("this η would climb", hint="0 or more: the minus stands in the update already")
            except UnmagicError as error:
                found[name] = error
        return found

    # changes ----------------------------------------------------------------------------------------------

    def after(self, action: str) -> ToyState:
        """The state after a button; what is no button does nothing."""
        match action:
            case "step":
                return self.at(self.count + 1)
            case "ten":
                return self.at(self.count + 10)
            case "run":
                return self.at(MOST)
            case "back":
                return self.at(self.count - 1)
            case "reset":
                return replace(self, count=0, guess="")
            case "keep":
                return self._keeping()
            case "drop0" | "drop1":
                k = int(action[-1])
                return replace(self, kept=(*self.kept[:k], *self.kept[k + 1 :]))
            case "all":
                return replace(self, all_rows=not self.all_rows)
        return self

    def at(self, count: int) -> ToyState:
        """The same run, so many steps in."""
        return replace(self, count=min(max(count, 0), MOST))._bounded()

    def rated(self, eta: str, trace: Trace) -> ToyState:
        """The same with another rate, whose run is known. Once steps are taken, no prediction was made for it."""
        return replace(self, eta=eta, count=min(self.count, trace.length), guess="" if self.count else self.guess)

    def query(self) -> list[tuple[str, str]]:
        """The pairs of its canonical URL."""
        pairs = [(name, getattr(self, name)) for name in DEFAULTS if getattr(self, name) != self.defaults[name]]
        pairs += [("k", str(self.count))] if self.count else []
        pairs += [("guess", self.guess)] if self.guess else []
        pairs += [("keep", ";".join(run.text() for run in self.kept))] if self.kept else []
        pairs += [("rows", "all")] if self.all_rows else []
        return [(f"{self.id}.{name}", text) for name, text in pairs]

    @property
    def handed_on(self) -> list[tuple[str, str]]:
        """What the form carries beside its fields: the guess once it is no field any more, kept runs, the rows."""
        pairs = [(key.removeprefix(f"{self.id}."), text) for key, text in self.query()]
        return [(key, text) for key, text in pairs if key in ("keep", "rows") or (key == "guess" and self.count)]

    @property
    def was(self) -> str:
        """Which run this is, for the form to say what it was sent from."""
        return "|".join((self.f, self.x, self.y, self.eta))

    # inside -----------------------------------------------------------------------------------------------

    def _since(self, was: str | None, slide: str | None) -> ToyState:
        """What a form's change of f, start or η does to the rest of it."""
        if was is None:
            return self
        f, x, y, eta = (*(_line(part) for part in was.rsplit("|", 3)), "", "", "")[:4]
        state = self
        if slide is not None and self.eta == eta:
            state = replace(state, eta=_slid(replace(self, f=f, x=x, y=y), slide))
        if (state.f, state.x, state.y) != (f, x, y):
            fresh = state.f != f
            guess = state.guess if state.count == 0 else ""
            return replace(state, count=0, kept=() if fresh else state.kept, guess=guess, all_rows=False)
        if state.eta != eta and state.count:
            return replace(state, guess="")
        return state

    def _bounded(self) -> ToyState:
        """No more steps than the run has."""
        if not self.count:
            return self
        try:
            return replace(self, count=min(self.count, self.run().trace.length))
        except UnmagicError:
            return self

    def _keeping(self) -> ToyState:
        try:
            run = self.run()
        except UnmagicError:
            return self
        one = KeptRun(run.eta, run.start, self.count)
        return replace(self, kept=(*(kept for kept in self.kept if kept != one), one)[-KEPT:])


def number_of(text: str, most: Decimal) -> Decimal:
    """A typed number as the run's decimal. Raises `BadValue`."""
    found = number(typed(text))
    if abs(found) > most:
        raise BadValue(f"{text} is out of range", hint=f"up to {plain(most)} either way")
    return found


def plain(x: Decimal) -> str:
    """A decimal as fields and URLs have it: ASCII, no zeros at its end."""
    text = f"{x:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=512)
def traced(function: Function, start: Place, eta: Decimal, most: int) -> Trace:
    """The first steps of a run, once."""
    return trace(function, start, eta, most)


def _slid(was: ToyState, slide: str) -> str:
    """η after the slider was moved; where it stands as it stood, η keeps the text it has."""
    try:
        bar = was.run().slider
        place = min(max(number_of(slide, LARGEST_RATE), Decimal(0)), bar.high)
    except UnmagicError:
        return was.eta
    return was.eta if place == bar.place else plain(place)


def _text(name: str, text: str) -> str:
    """A field's text as it is kept: one line, of bounded length; numbers with a plain minus."""
    kept = _line(text)[: _LONGEST[name]]
    return kept if name == "f" else kept.replace("−", "-")


def _line(text: str) -> str:
    return " ".join(text.split())


def _count(text: str) -> int:
    return min(int(text), MOST) if text.isdecimal() and len(text) < 5 else 0


def _kept(text: str) -> tuple[KeptRun, ...]:
    """Kept runs from a URL; what is none is dropped."""
    found: list[KeptRun] = []
    for part in text.split(";")[:KEPT]:
        eta, _, rest = part.partition(",")
        count, _, places = rest.partition(",")
        try:
            start = tuple(number_of(one, LARGEST_START) for one in places.split(",")[:2])
            rate = number_of(eta, LARGEST_RATE)
        except UnmagicError:
            continue
        if rate >= 0:
            found.append(KeptRun(rate, start, _count(count)))
    return tuple(found)
