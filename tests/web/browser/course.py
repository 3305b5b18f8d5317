"""The lesson's widgets as tests go through them: what to type into each, and what is then to be seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.lesson.lesson import lessons
from unmagic.lesson.markdown import Widget
from unmagic.lesson.widgets.check import question_of

WIDGETS: tuple[Widget, ...] = tuple(lessons()["math-for-ml"].widgets)


def ids(kind: str) -> list[str]:
    """The lesson's widgets of a kind, in the order of the page."""
    return [widget.id for widget in WIDGETS if widget.kind == kind]


TYPED = {"docs": "wrap a long text", "words": "file", "sentence": "read the open file"}
"""What to ask the widgets that look something up."""


def _written(values: np.ndarray) -> str:
    texts = [repr(float(x)) for x in np.atleast_1d(values)]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def tries(id: str) -> tuple[str, str]:
    """For a check: what someone types who makes its first known slip, and what is right."""
    question = question_of(next(widget for widget in WIDGETS if widget.id == id))
    return _written(question.slip_value(question.slips[0])), _written(question.exact)


def snapshot(page: Any) -> dict[str, str]:
    """Every widget's words, numbers and fields."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('[data-part]')].map((part) => [part.id,
        [part.textContent.replace(/\\s+/g, ' '), ...[...part.querySelectorAll('input:not([type=hidden]), textarea')]
            .map((field) => field.type === 'radio' ? field.checked : field.value)].join('|')]))"""
    )
