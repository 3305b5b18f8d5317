"""``::: train digits``: a classifier trained on handwritten digits, its knobs, its mistakes, one weight's blame."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar, NamedTuple

from unmagic.core.digits import shown
from unmagic.core.document import Listing, StepBlock
from unmagic.core.errors import LimitReached, UnmagicError
from unmagic.lesson.bounds import BATCH, EPOCHS, LEARNING_RATE, SEED
from unmagic.lesson.digits.data import SIDE, digits
from unmagic.lesson.digits.one_digit import OneDigit, one_digit
from unmagic.lesson.digits.study import CLASSES, Knobs, Run, code, run
from unmagic.lesson.markdown import Widget
from unmagic.lesson.numbers import typed
from unmagic.reading.read import read
from unmagic.render.svg import Picture
from unmagic.render.svg.bars import bars
from unmagic.render.svg.heat import heat
from unmagic.render.svg.lines import Series, lines
from unmagic.render.svg.thumbnail import thumbnail

from .digit_map import DigitMap, digit_map
from .fields import given, kept, whole
from .kind import Kind, Pairs
from .worked import worked

FEW = 12
"""Mistakes that are drawn before more are asked for."""

MOST_UPDATES = 6_000
"""Updates of one run: visitors share the machine."""


class Knob(NamedTuple):
    """A field of the form: its name in the URL, its symbol, what it is, its bounds as words, its default as typed."""

    name: str
    symbol: str
    words: str
    bounds: str
    default: str


_FIRST = Knobs()

_WEIGHT = re.compile(r"[0-9]\.[0-9]{1,2}")

KNOBS = (
    Knob("eta", "η", "learning rate", f"{shown(LEARNING_RATE[0])} to {shown(LEARNING_RATE[1])}", str(_FIRST.eta)),
    Knob("epochs", "epochs", "passes over the data", f"{EPOCHS[0]} to {EPOCHS[1]}", str(_FIRST.epochs)),
    Knob("batch", "batch", "pictures a step", f"{BATCH[0]} to {BATCH[1]:,}", str(_FIRST.batch)),
    Knob("seed", "seed", "of their order", f"{SEED[0]} or more", str(_FIRST.seed)),
)

BLAME = "g = (p − y)·x"

_digit = lru_cache(maxsize=32)(one_digit)


class State(NamedTuple):
    """What a URL says."""

    eta: str = KNOBS[0].default
    epochs: str = KNOBS[1].default
    batch: str = KNOBS[2].default
    seed: str = KNOBS[3].default
    pic: str = ""
    w: str = ""
    all: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class OpenDigit:
    """One picture through the model, and one weight's blame."""

    one: OneDigit
    map: DigitMap
    bars: Picture
    steps: tuple[StepBlock, ...]
    blame: tuple[StepBlock, ...]
    share: str
    ink: bool  # the pixel of the weight has some

    @property
    def right(self) -> bool:
        return self.one.said == self.one.true


@dataclass(frozen=True, slots=True)
class TrainShown:
    """A run: its curve, what it gets wrong; one digit and the code where open."""

    id: str
    state: State
    run: Run | None = None
    curve: Picture | None = None
    confusion: str = ""  # the test pictures, true class by said class, as HTML
    digit: OpenDigit | None = None
    code: Listing | None = None
    errors: tuple[tuple[str, UnmagicError], ...] = ()  # by the name of the knob; "" for what is no knob's

    knobs = KNOBS
    hues: ClassVar[Mapping[str, int]] = {"g": 5, "p": 7, "y": 8, "x": 1, "W": 2, "b": 2, "loss": 5, "z": 4, "c": 8}
    classes = range(CLASSES)

    @property
    def wrong(self) -> set[str]:
        """The knobs that can't be used as they stand."""
        return {name for name, _ in self.errors}

    @property
    def mistakes(self) -> Sequence[tuple[int, str, str, bool]]:
        """Of each picture that it gets wrong: its number, itself, what it is and was taken for, whether it is open."""
        if self.run is None:
            return []
        few = self.run.mistakes if self.state.all else self.run.mistakes[:FEW]
        X = digits().X
        return [
            (m.index, thumbnail(X[m.index].reshape(SIDE, SIDE), f"picture {m.index}"), f"{m.true}, said {m.said}",
             str(m.index) == self.state.pic)
            for m in few
        ]  # fmt: skip

    @property
    def symbols(self) -> dict[str, str]:
        """What each knob is called."""
        return {knob.name: knob.symbol for knob in KNOBS}

    def value(self, knob: Knob) -> str:
        """What stands in a knob's field."""
        return str(getattr(self.state, knob.name))

    def link(self, **changes: str) -> Pairs:
        """The state with some fields changed."""
        return _pairs(self.id, self.state._replace(**changes))


class TrainKind(Kind):
    """``ID.eta`` … ``ID.seed`` are the knobs, ``ID.pic`` the open digit, ``ID.w`` its weight: class and pixel."""

    kind = "train"
    slow = True

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        return _pairs(widget.id, _state(widget, own))

    def shown(self, widget: Widget, own: Pairs) -> TrainShown:
        page = TrainShown(widget.id, _state(widget, own))
        page = replace(page, code=code() if page.state.code else None)
        try:
            knobs, errors = _knobs(page.state)
            if knobs is None:
                return replace(page, errors=errors)
            done, curve, confusion = _drawn(knobs)
            page = replace(page, run=done, curve=curve, confusion=confusion)
            return replace(page, digit=_open(page.state, knobs)) if page.state.pic else page
        except UnmagicError as error:
            return replace(page, errors=(("", error),))


def _knobs(state: State) -> tuple[Knobs | None, tuple[tuple[str, UnmagicError], ...]]:
    """The knobs as numbers, or what is wrong with each."""
    values: dict[str, float] = {}
    errors: list[tuple[str, UnmagicError]] = []
    for knob in KNOBS:
        try:
            value = typed(getattr(state, knob.name))
            replace(_FIRST, **{knob.name: value}).checked()  # type: ignore[arg-type]  # a float is what it checks
            values[knob.name] = value
        except UnmagicError as error:
            errors.append((knob.name, error))
    if errors:
        return None, tuple(errors)
    knobs = Knobs(values["eta"], int(values["epochs"]), int(values["batch"]), int(values["seed"]))
    updates = knobs.epochs * -(-len(digits().training[1]) // knobs.batch)
    if updates > MOST_UPDATES:
        hint = "fewer epochs, or a larger batch"
        return None, (("epochs", LimitReached(f"{updates:,} steps are over the limit of {MOST_UPDATES:,}", hint=hint)),)
    return knobs, ()


@lru_cache(maxsize=16)
def _drawn(knobs: Knobs) -> tuple[Run, Picture, str]:
    """A run, its loss as a curve, its confusions as a map."""
    done = run(knobs)
    training = Series("training", [epoch.training_loss for epoch in done.curve])
    test = Series("test", [epoch.test_loss for epoch in done.curve], hue=1)
    curve = lines([training, test], names=("epoch", "loss"))
    numbers = [str(k) for k in range(CLASSES)]
    caption = "test pictures: true in rows, said in columns"
    return done, curve, heat(done.confusion, numbers, numbers, caption=caption, hue=7)


def _open(state: State, knobs: Knobs) -> OpenDigit:
    weight = None
    if state.w:
        class_, place = state.w.split(".")
        weight = int(class_), int(place)
    one = _digit(int(state.pic), weight, knobs)
    k, pixel = one.weight
    p = one.reading["p"]
    x = float(one.picture.ravel()[pixel])
    (share,) = worked(read(BLAME, p=float(p[k]), y=float(k == one.true), x=x))
    blame = replace(share, number="", words="what it said of the class, less what is true, times the pixel’s ink")
    names = [str(c) for c in range(CLASSES)]
    picture = bars([float(share) for share in p], names, names=("p", ""), total=1)
    return OpenDigit(one, digit_map(one), picture, worked(one.reading), (blame,), one.blame.words, x > 0)


def _state(widget: Widget, own: Pairs) -> State:
    fields = given(widget, own)
    pic = whole(fields.get("pic"))
    weight = _WEIGHT.fullmatch(fields.get("w", "")) if pic is not None else None
    eta, epochs, batch, seed = (_knob(knob, fields.get(knob.name)) for knob in KNOBS)
    return State(
        eta,
        epochs,
        batch,
        seed,
        "" if pic is None else str(pic),
        weight[0] if weight else "",
        "1" if fields.get("all") else "",
        "1" if fields.get("code") else "",
    )


def _knob(knob: Knob, text: str | None) -> str:
    """A knob's text; what says the same as the default is the default."""
    if text is None:
        return knob.default
    try:
        return knob.default if typed(text) == typed(knob.default) else text
    except UnmagicError:
        return text


def _pairs(id: str, state: State) -> Pairs:
    fields = zip(State._fields, state, State(), strict=True)
    return kept(Widget("train", id, "", 0), *fields)
