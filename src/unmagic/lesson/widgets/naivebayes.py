"""``::: naivebayes topics``: a typed text, the part of Python's library that it sounds like, open word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar, NamedTuple

import numpy as np

from unmagic.core.digits import LESSON, shown
from unmagic.core.document import StepBlock
from unmagic.core.errors import UnmagicError
from unmagic.lesson.bounds import MESSAGE_CHARACTERS, MESSAGE_WORDS
from unmagic.lesson.markdown import Widget
from unmagic.lesson.text.naive_bayes import CLASSES, POSTERIOR, Accuracy, Posterior, accuracy, classify
from unmagic.render.svg.heat import heat
from unmagic.render.svg.row_bar import row_bar

from .fields import given, kept, whole
from .kind import Kind, Pairs
from .worked import block, column, entries

TEXT = "wait until the thread releases the lock"

_classify = lru_cache(maxsize=128)(classify)


class State(NamedTuple):
    """What a URL says."""

    t: str = TEXT
    word: str = ""
    class_: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class NaiveBayesShown:
    """A text's posterior; the arithmetic of a word, of a class, and the test on held-out documents where open."""

    id: str
    state: State
    posterior: Posterior | None = None
    shares: tuple[tuple[str, str, str], ...] = ()  # of each class: name, probability, bar
    columns: tuple[tuple[str, ...], ...] = ()  # of the table: one per class, a row per word, then prior and sum
    steps: tuple[StepBlock, ...] = ()
    accuracy: Accuracy | None = None
    error: UnmagicError | None = None

    classes = CLASSES
    formula = POSTERIOR
    hues: ClassVar[Mapping[str, int]] = {"L": 4, "s": 4, "z": 4, "P": 7, "π": 8, "C": 1, "T": 2, "n": 1, "α": 6, "V": 2}
    limit = f"up to {MESSAGE_WORDS} words and {MESSAGE_CHARACTERS:,} characters"

    @property
    def rows(self) -> Sequence[tuple[str, str, list[str]]]:
        """Of the table: the word, how often the text has it, and its log-probability in each class."""
        if self.posterior is None:
            return []
        times = map(shown, self.posterior.reading["n"])
        heads = [*zip(self.posterior.known, times, strict=True), ("log prior", ""), ("sum", "")]
        return [(word, n, [col[k] for col in self.columns]) for k, (word, n) in enumerate(heads)]

    @property
    def confusion(self) -> str:
        """The held-out documents, true class by said class, as HTML."""
        if self.accuracy is None:
            return ""
        return heat(self.accuracy.confusion, CLASSES, CLASSES, caption="true class in rows, said in columns", hue=7)

    def link(self, **changes: str) -> Pairs:
        """The state with some fields changed."""
        return _pairs(self.id, self.state._replace(**changes))


class NaiveBayesKind(Kind):
    """``ID.t`` is the text, ``ID.word`` and ``ID.class`` what is open, counted from 1; ``ID.held`` opens the test."""

    kind = "naivebayes"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        return _pairs(widget.id, _state(widget, own))

    def shown(self, widget: Widget, own: Pairs) -> NaiveBayesShown:
        page = NaiveBayesShown(widget.id, _state(widget, own))
        try:
            page = replace(page, accuracy=accuracy())
            return _add_text(page)
        except UnmagicError as error:
            return replace(page, error=error)


def _add_text(page: NaiveBayesShown) -> NaiveBayesShown:
    found = _classify(page.state.t)
    reading = found.reading
    logs, priors, sums = reading["L"], np.log(reading["π"]), reading["s"]
    columns = tuple(
        tuple(column([*logs[k], priors[k], sums[k]], LESSON)) for k in range(len(CLASSES))
    )
    shares = column(reading["P"], LESSON)
    of_class = zip(CLASSES, shares, (row_bar(float(p), 7) for p in reading["P"]), strict=True)
    page = replace(page, posterior=found, shares=tuple(of_class), columns=columns)
    word, class_ = whole(page.state.word), whole(page.state.class_)
    if word and word <= len(found.known):
        parts = entries(reading, [("L", (k, word - 1)) for k in range(len(CLASSES))])
        named = [block(name, part) for name, part in zip(CLASSES, parts, strict=True)]
        return replace(page, steps=tuple(named))
    if class_ and class_ <= len(CLASSES):
        of_s, of_p = entries(reading, [("s", (class_ - 1,)), ("P", (class_ - 1,))])
        name = CLASSES[class_ - 1]
        opened = (block("s", of_s, f"what all words and the prior say for {name}"), block("P", of_p, "its share"))
        return replace(page, steps=opened)
    return page


def _state(widget: Widget, own: Pairs) -> State:
    fields = given(widget, own)
    word, class_ = whole(fields.get("word")), whole(fields.get("class"))
    word = word if word and word <= MESSAGE_WORDS else None
    class_ = class_ if class_ and class_ <= len(CLASSES) and not word else None
    return State(
        fields.get("t", TEXT),
        str(word) if word else "",
        str(class_) if class_ else "",
        "1" if fields.get("held") else "",
    )


def _pairs(id: str, state: State) -> Pairs:
    fields = (("t", state.t, TEXT), ("word", state.word, ""), ("class", state.class_, ""), ("held", state.held, ""))
    return kept(Widget("naivebayes", id, "", 0), *fields)
