"""One picture through the trained model: its loss worked, and one weight's blame on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Heading, Note
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array
from unmagic.reading.blame import Blame
from unmagic.reading.read import read
from unmagic.reading.reading import Gradient, Reading

from .data import HELD_OUT, SIDE, digits
from .study import CLASSES, Knobs, run

LOSS = "loss = −log softmax(W x + b)[c]"


@dataclass(frozen=True, slots=True)
class OneDigit:
    """One picture through the trained model, and one weight's part in its loss."""

    index: int
    true: int
    said: int
    picture: Array  # 8×8, in [0, 1]
    evidence: Array  # 8×8: what each pixel adds to the score of `said` over that of `true` (of the runner-up if right)
    against: int  # the class that `evidence` is measured against
    weight: tuple[int, int]  # k and pixel: the weight blamed
    reading: Reading  # of LOSS, with the trained W and b and this picture
    gradient: Gradient
    blame: Blame
    words: str

    def blocks(self) -> tuple[Block, ...]:
        """The forward pass, then the blame."""
        return (
            *self.reading.document().blocks,
            Heading("one weight's blame"),
            *self.blame.document().blocks,
            Note(self.words),
        )


def one_digit(index: int, weight: tuple[int, int] | None = None, knobs: Knobs | None = None) -> OneDigit:
    """A picture of the file under a trained model, and the blame of ``W[k, pixel]``. Raises `BadValue`.

    Where no weight is named, it is the one that this picture's gradient would move most.
    """
    data, trained = digits(), run(knobs)
    if not 0 <= index < len(data.y):
        raise BadValue(f"there is no picture {index}", hint=f"pictures run from 0 to {len(data.y) - 1:,}")
    x, c = data.X[index], int(data.y[index])
    reading = read(LOSS, W=trained.W, b=trained.b, x=x, c=c)
    gradient = reading.gradient("W")
    k, pixel = weight if weight is not None else _heaviest(gradient["W"])
    if not (0 <= k < CLASSES and 0 <= pixel < SIDE * SIDE):
        raise BadValue(
            f"there is no weight W[{k}, {pixel}]", hint=f"classes 0 to {CLASSES - 1}, pixels 0 to {SIDE * SIDE - 1}"
        )
    scores = trained.W @ x + trained.b
    ranked = np.argsort(-scores, kind="stable")
    said = int(ranked[0])
    against = c if c != said else int(ranked[1])
    row, column = divmod(pixel, SIDE)
    seen = "in the training" if index < len(data.y) - HELD_OUT else "held out"
    return OneDigit(
        index,
        c,
        said,
        x.reshape(SIDE, SIDE),
        ((trained.W[said] - trained.W[against]) * x).reshape(SIDE, SIDE),
        against,
        (k, pixel),
        reading,
        gradient,
        reading.blame("W", k, pixel),
        f"picture {shown(index)} of the file, {seen}; W[{k},{pixel}] weighs the pixel in row {row}, column {column}"
        f" (counted from 0) for class {k}",
    )


def _heaviest(gradient: Array) -> tuple[int, int]:
    k, pixel = np.unravel_index(np.argmax(np.abs(gradient)), gradient.shape)
    return int(k), int(pixel)
