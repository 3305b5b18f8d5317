"""A training run looked at: its loss curve, what it gets right and wrong, and one weight's blame on one digit."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Heading, Listing, Note, Table
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array
from unmagic.lesson.bounds import BATCH, EPOCHS, LEARNING_RATE, SEED, whole_within, within
from unmagic.reading.blame import Blame
from unmagic.reading.read import read
from unmagic.reading.reading import Gradient, Reading

from . import train as training
from .data import HELD_OUT, SIDE, digits

LOSS = "loss = −log softmax(W x + b)[c]"
CLASSES = 10


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a visitor may turn."""

    eta: float = 0.5  # the learning rate
    epochs: int = 20
    batch: int = 32
    seed: int = 0  # of the order in which the pictures come

    def checked(self) -> Knobs:
        """The same knobs, within their bounds. Raises `BadValue`."""
        return Knobs(
            float(within("η", self.eta, LEARNING_RATE)),
            whole_within("epochs", self.epochs, EPOCHS),
            whole_within("batch", self.batch, BATCH),
            whole_within("seed", self.seed, SEED),
        )


@dataclass(frozen=True, slots=True)
class Epoch:
    """How the model does after an epoch; 0 is before the first."""

    number: int
    training_loss: float
    test_loss: float
    training_accuracy: float
    test_accuracy: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """A test picture that the model gets wrong."""

    index: int  # in the file, and in `digits().X`
    true: int
    said: int
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A trained classifier and how it got there."""

    knobs: Knobs
    W: Array
    b: Array
    curve: tuple[Epoch, ...]
    confusion: Array  # true × said, test pictures
    mistakes: tuple[Mistake, ...]
    words: str

    @property
    def accuracy(self) -> float:
        """The share of test pictures that it gets right."""
        return self.curve[-1].test_accuracy

    def blocks(self) -> tuple[Block, ...]:
        """Curve, confusion matrix and mistakes, as tables."""
        curve = tuple(
            tuple(map(shown, (e.number, e.training_loss, e.test_loss, e.training_accuracy, e.test_accuracy)))
            for e in self.curve
        )
        numbers = tuple(map(str, range(CLASSES)))
        confusion = tuple((str(k), *map(shown, row)) for k, row in enumerate(self.confusion))
        wrong = tuple(
            (str(m.index), str(m.true), str(m.said), shown(m.probabilities[m.true]), shown(m.probabilities[m.said]))
            for m in self.mistakes
        )
        return (
            Table(("epoch", "loss, training", "loss, test", "right, training", "right, test"), curve, "the loss curve"),
            Table(("true \\ said", *numbers), confusion, "the test pictures"),
            Table(("picture", "is", "said", "P(is)", "P(said)"), wrong, "the ones it gets wrong"),
            Note(self.words),
        )


def run(knobs: Knobs | None = None) -> Run:
    """A training run with these knobs; the latest ones are kept. Raises `UnmagicError`."""
    return _run((knobs or Knobs()).checked())


@lru_cache(maxsize=16)
def _run(knobs: Knobs) -> Run:
    X, y = digits().training
    X_test, y_test = digits().test
    states = training.train(X, y, knobs.eta, knobs.epochs, knobs.batch, knobs.seed)
    curve = []
    with np.errstate(divide="ignore"):  # a share of 0 for the right class costs inf, and is shown as that
        for number, (W, b) in enumerate(states):
            P, P_test = training.probabilities(X, W, b), training.probabilities(X_test, W, b)
            losses = float(training.cross_entropy(P, y)), float(training.cross_entropy(P_test, y_test))
            curve.append(Epoch(number, *losses, _right(P, y), _right(P_test, y_test)))
    said = P_test.argmax(axis=1)
    confusion = np.zeros((CLASSES, CLASSES), dtype=np.int64)
    np.add.at(confusion, (y_test, said), 1)
    first = len(digits().y) - HELD_OUT
    mistakes = tuple(
        Mistake(first + int(k), int(y_test[k]), int(said[k]), tuple(map(float, P_test[k])))
        for k in np.flatnonzero(said != y_test)
    )
    for array in (W, b, confusion):
        array.flags.writeable = False  # the run is shared
    return Run(knobs, W, b, tuple(curve), confusion, mistakes, _told(curve, len(mistakes)))


def _right(P: Array, y: Array) -> float:
    return float((P.argmax(axis=1) == y).mean())


def _told(curve: Sequence[Epoch], mistakes: int) -> str:
    """What the run shows, from its trace."""
    last, best = curve[-1], min(curve, key=lambda epoch: epoch.test_loss)
    said = [
        f"{mistakes:,} of {HELD_OUT:,} test pictures are wrong: accuracy {shown(last.test_accuracy)} on pictures it never"
        f" saw, {shown(last.training_accuracy)} on those it learned from"
    ]
    lowest = min(epoch.training_loss for epoch in curve)
    if last.training_loss > 2 * lowest:
        said.append(f"the training loss was down at {shown(lowest)} and ends at {shown(last.training_loss)}: with this η"
                    " the steps overshoot")  # fmt: skip
    elif best.number == last.number:
        said.append(f"the test loss is lowest at the end: {shown(last.test_loss)}, after {shown(curve[0].test_loss)} for"
                    " a guess among ten")  # fmt: skip
    else:
        said.append(f"the test loss was lowest after epoch {shown(best.number)}, at {shown(best.test_loss)}, and ends at"
                    f" {shown(last.test_loss)}")  # fmt: skip
        if last.training_loss < best.training_loss:
            said.append(f"the training loss fell on, from {shown(best.training_loss)} to {shown(last.training_loss)}:"
                        " in between it learned those pictures by heart")  # fmt: skip
    return "; ".join(said) + "."


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


def code() -> Listing:
    """The training code, as it runs."""
    return Listing(tuple(inspect.getsource(training).rstrip("\n").split("\n")), "train.py")
