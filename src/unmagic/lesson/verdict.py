"""What is to be said of an answer: right, close, or wrong, and where a known slip gives the same number, which.

A question is a formula and a slip is one too, computed on the same numbers, so that no number is written down twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from unmagic.core.build import Constant, Input
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array
from unmagic.reading.read import read
from unmagic.reading.reading import Reading

from .inline import bindings
from .typed import Typed, typed_answer

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``state`` is right, close, wrong, unread or empty; ``words`` (Markdown of ours) go on where its own word ends.

    Of what can't be read ``trouble`` says why, plainly, as it quotes the visitor; ``place`` is the text with a caret.
    """

    state: str
    words: str = ""
    trouble: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong rule that people follow: its formula, and what to say to who did."""

    formula: str
    words: str


@dataclass(frozen=True)
class Question:
    """What is asked for: a formula on numbers, to so many decimals (None: exactly)."""

    formula: str
    numbers: str
    decimals: int | None
    slips: tuple[Slip, ...]
    praise: str
    hint: str = ""

    def judge(self, text: str) -> Verdict:
        """The verdict on a typed text. Never raises."""
        if not text.strip():
            return Verdict("empty", "Type an answer, or skip; an empty field costs nothing.")
        try:
            typed = typed_answer(text)
        except UnmagicError as error:
            trouble = "; ".join(part for part in (error.what, error.hint) if part)
            return Verdict("unread", trouble=f"{trouble}.", place=error.span.caret("") if error.span else "")
        given = np.array(typed.numbers)
        exact = self.exact
        if self.within(given, exact):
            return Verdict("right", self.praise)
        return self._near(given, typed, exact) or self._slipped(given) or self._off(given, exact)

    @property
    def exact(self) -> Array:
        """The right numbers, in a row."""
        return np.atleast_1d(self._reading.value).astype(float)

    @property
    def asks(self) -> str:
        """What the field takes, in words."""
        n = self.exact.size
        numbers = f"{_COUNTS[n]} number{'s' if n > 1 else ''}"
        if self.decimals is None:
            return f"{numbers}, exact"
        digits = f"{_COUNTS[self.decimals]} decimal{'s' if self.decimals > 1 else ''}"
        return f"{digits}, or exact" if n == 1 else f"{numbers}, {digits.lower()} or exact"

    def slip_value(self, slip: Slip) -> Array:
        """What a wrong rule gives on the question's numbers, in a row."""
        return np.atleast_1d(_read(slip.formula, self.numbers).value).astype(float).ravel()

    def within(self, given: Array, exact: Array, halves: float = 1.0) -> bool:
        """Is it the same to the decimals asked for? Half a unit of the last one is rounding."""
        if given.shape != exact.shape:
            return False
        unit = 0.0 if self.decimals is None else 0.5 * 10.0**-self.decimals
        return bool(np.all(np.abs(given - exact) <= halves * unit + 1e-9 * np.maximum(1, np.abs(exact))))

    @property
    def _reading(self) -> Reading:
        return _read(self.formula, self.numbers)

    def _near(self, given: Array, typed: Typed, exact: Array) -> Verdict | None:
        """Right number, wrong digits: too few, cut off, or rounded on the way."""
        if given.shape != exact.shape:
            return None
        decimals = self.decimals
        got = typed.decimals
        short = got is not None and (decimals is None or got < decimals) and bool(np.any(given))
        if short and np.all(np.abs(given - exact) <= 0.5 * 10.0 ** -(got or 0) + 1e-9):
            wanted = "the exact number" if decimals is None else f"{_COUNTS[decimals].lower()} decimals"
            return Verdict("close", f"You are on the right number; {wanted}, please. This one costs nothing.")
        if decimals is None:
            return None
        if np.all(np.abs(given - np.trunc(exact * 10**decimals) / 10**decimals) < 1e-9):
            return Verdict("close", "Right number, cut off where it should be rounded: the next digit is five or more.")
        if self.within(given, exact, halves=3) and any(
            self.within(given, _rounded_on_the_way(self._reading, decimals + more)) for more in (0, 1)
        ):
            return Verdict("right", f"You rounded on the way, so the last digit moved. {self.praise}")
        return None

    def _slipped(self, given: Array) -> Verdict | None:
        """The rule that gives this number, where one of ours does."""
        for slip in self.slips:
            if self.within(given, self.slip_value(slip)):
                return Verdict("wrong", slip.words)
        return None

    def _off(self, given: Array, exact: Array) -> Verdict:
        """What can be said of a number that no rule gives."""
        if given.shape != exact.shape:
            n = exact.size
            return Verdict("wrong", f"{_COUNTS[n]} number{'s are' if n > 1 else ' is'} asked for here. {self.hint}")
        if np.any(exact) and self.within(given, -exact):
            return Verdict("wrong", "The size is right. Check the sign.")
        if np.any(given) and any(self.within(given * 10.0**places, exact) for places in (-3, -2, -1, 1, 2, 3)):
            return Verdict("wrong", "The digits are right. Check where the decimal point stands.")
        if exact.size > 1:
            right = [self.within(given[i : i + 1], exact[i : i + 1]) for i in range(exact.size)]
            if any(right):
                off = [_ORDINALS[i] for i, good in enumerate(right) if not good]
                return Verdict("wrong", f"Look at the {' and the '.join(off)} again; the rest is right. {self.hint}")
            if self.within(np.sort(given), np.sort(exact)):
                return Verdict("wrong", "The right numbers in another order.")
        return Verdict("wrong", self.hint or "Work it through in the panel above, with your own numbers.")


def _rounded_on_the_way(reading: Reading, decimals: int) -> Array:
    """The result where every step is rounded before the next one goes on with it."""
    values: list[Array] = []
    graph = reading.graph
    with np.errstate(all="ignore"):
        for step in graph.steps:
            if step.op is Input or step.op is Constant:
                values.append(reading.values[step.id])
            else:
                value = step.op.forward(np, *[values[i] for i in step.inputs], **step.attrs)
                values.append(np.round(value, decimals) if np.asarray(value).dtype.kind == "f" else value)
    return np.atleast_1d(values[graph.result]).astype(float)


@lru_cache(maxsize=512)
def _read(formula: str, numbers: str) -> Reading:
    return read(formula, lang="formula", **bindings(numbers))


def coinciding(question: Question) -> Sequence[Slip]:
    """The slips whose number is the right one too: on such numbers the question tells nobody apart."""
    return [slip for slip in question.slips if question.within(question.slip_value(slip), question.exact)]
