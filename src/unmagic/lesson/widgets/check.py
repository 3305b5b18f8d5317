"""``::: check``: a question to answer while reading. The engine computes the answer, and where known slips lead."""

from __future__ import annotations

from typing import NamedTuple

from unmagic.lesson import typed
from unmagic.lesson.clean import clean_line
from unmagic.lesson.inline import answer
from unmagic.lesson.markdown import Widget, sentence
from unmagic.lesson.verdict import Question, Slip, Verdict

from .body import Body, parts
from .kind import Kind, Pairs

TRIES = 5
"""Tries that stay listed."""


class Try(NamedTuple):
    """What was typed, and what there is to say of it (``words`` is HTML)."""

    text: str
    verdict: Verdict
    words: str


class Check(NamedTuple):
    """What the widget shows. ``answer`` is HTML where the visitor skipped."""

    ask: str
    label: str
    tries: list[Try]
    answer: str
    why: str

    @property
    def done(self) -> bool:
        """Nothing is left to ask."""
        return bool(self.answer) or any(one.verdict.state == "right" for one in self.tries)


class CheckKind(Kind):
    """``question``, ``answer`` (a formula), ``with`` (its numbers), ``digits`` (decimals, or exact), ``right`` (what to
    say to a right answer), ``hint``, and ``wrong: formula -> words`` for every slip that is known."""

    kind = "check"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        texts = [clean_line(text, typed.LONGEST + 1) for key, text in own if key == widget.id]
        skipped = any(key == f"{widget.id}.do" and text == "skip" for key, text in own)
        skipped |= any(key == f"{widget.id}.skipped" for key, _ in own)
        tries = [text for i, text in enumerate(texts) if text not in texts[i + 1 : i + 2]]  # sent twice, tried once
        tries = [text for i, text in enumerate(tries) if text or (i == len(tries) - 1 and not skipped)]
        pairs = [(widget.id, text) for text in tries[-TRIES:]]
        return [*pairs, (f"{widget.id}.skipped", "1")] if skipped else pairs

    def shown(self, widget: Widget, own: Pairs) -> Check:
        body = Body(widget)
        question = question_of(widget)
        texts = [text for key, text in own if key == widget.id]
        tries = [_tried(question, text) for text in texts]
        solved = any(key.endswith(".skipped") for key, _ in own)
        return Check(
            sentence(body.one("question")),
            question.asks,
            tries,
            answer(f"{question.formula} | {question.numbers} | {_options(question)}") if solved else "",
            sentence(question.praise),
        )


def question_of(widget: Widget) -> Question:
    """The question of a directive. Raises `UnmagicError` where a line is missing."""
    body = Body(widget)
    digits = body.one("digits", "exact")
    return Question(
        body.one("answer"),
        body.one("with", ""),
        None if digits == "exact" else int(digits),
        tuple(Slip(*parts(line)) for line in body.all("wrong")),
        body.one("right"),
        body.one("hint", ""),
    )


def _tried(question: Question, text: str) -> Try:
    verdict = question.judge(text)
    return Try(text, verdict, sentence(verdict.words))


def _options(question: Question) -> str:
    return "" if question.decimals is None else f"digits={question.decimals}"
