"""``::: bigram words``: what follows a word, a continuation drawn, a sentence's perplexity, a product that vanishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar, NamedTuple

from unmagic.core.digits import shown
from unmagic.core.document import StepBlock
from unmagic.core.errors import UnmagicError
from unmagic.core.lines import Line
from unmagic.lesson.bounds import PASSAGE_CHARACTERS, PASSAGE_WORDS, SEED, SENTENCE_CHARACTERS, SENTENCE_WORDS
from unmagic.lesson.markdown import Widget
from unmagic.lesson.text.bigram import END, START, NextWords, next_words
from unmagic.lesson.text.continuation import Continuation, continuation
from unmagic.lesson.text.perplexity import Perplexity, perplexity
from unmagic.lesson.text.underflow import LOG_SUM, PRODUCT, LongText, long_text
from unmagic.render.svg.row_bar import row_bar

from .fields import given, kept, whole
from .kind import Kind, Pairs
from .worked import block, column, entries, relation, result, step_of, worked

WORD = "the"
SENTENCE = "the file is closed"
FOLLOWERS = 7
DRAWN = 16


class State(NamedTuple):
    """What a URL says."""

    w: str = WORD
    s: str = SENTENCE
    seed: str = ""
    draws: str = ""
    factor: str = ""
    text: str = ""
    long: str = ""


@dataclass(frozen=True, slots=True)
class After:
    """A row of the next-word table: the word, its worked share and a bar; ``known``: it has a table of its own."""

    word: str
    line: Line
    bar: str
    known: bool

    @property
    def relation(self) -> str:
        return relation(self.line)


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A factor of a sentence's probability: what comes after what, counts and share."""

    after: str
    word: str
    count: str
    total: str
    p: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class BigramShown:
    """All parts of the widget, each with its own error."""

    id: str
    state: State
    next: NextWords | None = None
    after: tuple[After, ...] = ()
    next_error: UnmagicError | None = None
    continued: Continuation | None = None
    sentence: Perplexity | None = None
    factors: tuple[FactorRow, ...] = ()
    opened: StepBlock | None = None  # a factor's arithmetic
    steps: tuple[StepBlock, ...] = ()
    sentence_error: UnmagicError | None = None
    passage: LongText | None = None
    product: tuple[StepBlock, ...] = ()
    log_sum: tuple[StepBlock, ...] = ()
    passage_error: UnmagicError | None = None

    start, end = START, END
    hues: ClassVar[Mapping[str, int]] = {"P": 7, "p": 7, "c": 1, "n": 2, "m": 2, "perplexity": 5, "k": 6, "V": 8}
    product_formula, log_formula = PRODUCT, LOG_SUM
    sentence_limit = f"up to {SENTENCE_WORDS} words and {SENTENCE_CHARACTERS} characters"
    passage_limit = f"up to {PASSAGE_WORDS} words and {PASSAGE_CHARACTERS:,} characters"

    @property
    def draws(self) -> Sequence[tuple[str, ...]]:
        """Each draw: after, the number drawn, from, to, the word."""
        made = self.continued.draws if self.continued else ()
        columns = (column([getattr(d, name) for d in made]) for name in ("u", "low", "high"))
        return [
            (d.previous, u, low, high, d.word) for d, u, low, high in zip(made, *columns, strict=True)
        ]

    @property
    def product_said(self) -> str:
        return result(self.product[-1].lines[-1]) if self.product else ""

    @property
    def log_said(self) -> str:
        return result(self.log_sum[-1].lines[-1]) if self.log_sum else ""

    def link(self, **changes: str) -> Pairs:
        """The state with some fields changed."""
        return _pairs(self.id, self.state._replace(**changes))

    def another(self) -> Pairs:
        """The state with the next continuation."""
        return self.link(seed=str(((whole(self.state.seed) or 0) + 1) % 1_000_000))


class BigramKind(Kind):
    """``ID.w`` word, ``ID.s`` sentence, ``ID.text`` long text, ``ID.seed`` of the continuation; the others open."""

    kind = "bigram"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        return _pairs(widget.id, _state(widget, own))

    def shown(self, widget: Widget, own: Pairs) -> BigramShown:
        page = BigramShown(widget.id, _state(widget, own))
        for add in (_add_next, _add_sentence, _add_passage):
            page = add(page)
        return page


def _add_next(page: BigramShown) -> BigramShown:
    try:
        found, after = _next(page.state.w)
        seed = whole(page.state.seed) or 0
        made = continuation("" if found.word == START else found.word, seed, DRAWN)
    except UnmagicError as error:
        return replace(page, next_error=error)
    return replace(page, next=found, after=after, continued=made)


def _add_sentence(page: BigramShown) -> BigramShown:
    try:
        found, rows, opened, final = _sentence(page.state.s, whole(page.state.factor))
    except UnmagicError as error:
        return replace(page, sentence_error=error)
    return replace(page, sentence=found, factors=rows, opened=opened, steps=(final,))


def _add_passage(page: BigramShown) -> BigramShown:
    try:
        found, product, log_sum = _passage(page.state.text)
    except UnmagicError as error:
        return replace(page, passage_error=error)
    return replace(page, passage=found, product=product, log_sum=log_sum)


# Each part is laid out once for what it depends on, whatever the visitor changes in the others.


@lru_cache(maxsize=128)
def _next(word: str) -> tuple[NextWords, tuple[After, ...]]:
    found = next_words(word, FOLLOWERS)
    shares = worked(found.reading, everything=True)[0].lines
    names = [(follower, True) for follower, _ in found.followers]
    if found.rest:
        names.append(("1 other word" if found.rest_words == 1 else f"{found.rest_words:,} other words", False))
    largest = found.followers[0][1]
    counts = [count for _, count in found.followers] + [0]
    after = (
        After(name, line, row_bar(count / largest, 7) if known else "", known and name != END)
        for (name, known), line, count in zip(names, shares, counts, strict=False)
    )
    return found, tuple(after)


@lru_cache(maxsize=128)
def _sentence(
    sentence: str, opened: int | None
) -> tuple[Perplexity, tuple[FactorRow, ...], StepBlock | None, StepBlock]:
    """The factors, the one that is open (counted from 1), and the way from them to the perplexity."""
    found = perplexity(sentence)
    factors = found.factors
    order = list(range(len(factors)))
    if opened is not None and opened - 1 in order:  # first, so that what it shares with others stands with it
        order.remove(opened - 1)
        order.insert(0, opened - 1)
    *of_p, last = entries(found.reading, [*(("p", (k,)) for k in order), ("perplexity", ())])
    lines = dict(zip(order, of_p, strict=True))
    rows = tuple(
        FactorRow(f.previous, f.word, shown(f.count), shown(f.total), lines[k][-1].value, k + 1 == opened)
        for k, f in enumerate(factors)
    )
    shown_factor = None
    if opened is not None and opened - 1 in lines:
        factor = factors[opened - 1]
        shown_factor = block("p", of_p[0], f"P({factor.word} | {factor.previous}), with k added to each count")
    return found, rows, shown_factor, step_of(found.reading, "perplexity", last)


@lru_cache(maxsize=32)
def _passage(text: str) -> tuple[LongText, tuple[StepBlock, ...], tuple[StepBlock, ...]]:
    found = long_text(text)
    return found, worked(found.product), worked(found.log_sum)


def _state(widget: Widget, own: Pairs) -> State:
    fields = given(widget, own)
    seed, factor = whole(fields.get("seed")), whole(fields.get("factor"))
    return State(
        fields.get("w", WORD),
        fields.get("s", SENTENCE),
        str(seed) if seed and seed <= SEED[1] else "",
        "1" if fields.get("draws") else "",
        str(factor) if factor and factor <= SENTENCE_WORDS + 1 else "",
        fields.get("text", ""),
        "1" if fields.get("long") else "",
    )


def _pairs(id: str, state: State) -> Pairs:
    fields = zip(State._fields, state, State(), strict=True)
    return kept(Widget("bigram", id, "", 0), *fields)
