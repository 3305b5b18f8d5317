"""A training run looked at: its loss curve, and what it gets right and wrong."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Listing, Note, Table
from unmagic.core.graph import Array
from unmagic.lesson.bounds import BATCH, EPOCHS, LEARNING_RATE, SEED, whole_within, within

from . import train as training
from .data import HELD_OUT, digits

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
    first, last = curve[0], curve[-1]
    best = min(curve, key=lambda epoch: epoch.test_loss)
    lowest = min(epoch.training_loss for epoch in curve)
    said = [
        f"{mistakes:,} of {HELD_OUT:,} test pictures are wrong: accuracy {shown(last.test_accuracy)} on pictures"
        f" that it never saw, {shown(last.training_accuracy)} on those it learned from"
    ]
    if last.training_loss > 2 * lowest:
        said.append(
            f"the training loss was down at {shown(lowest)} and ends at {shown(last.training_loss)}: with this η"
            " the steps overshoot"
        )
    elif best is last:
        said.append(
            f"the test loss is lowest at the end, {shown(last.test_loss)}, after {shown(first.test_loss)} for a guess"
            " among ten"
        )
    else:
        said.append(
            f"the test loss was lowest after epoch {shown(best.number)}, at {shown(best.test_loss)}, and ends at"
            f" {shown(last.test_loss)}"
        )
        if last.training_loss < best.training_loss:
            said.append(
                f"the training loss fell on, from {shown(best.training_loss)} to {shown(last.training_loss)}: in"
                " between it learned those pictures by heart"
            )
    return "; ".join(said) + "."


def code() -> Listing:
    """The training code, as it runs."""
    return Listing(tuple(inspect.getsource(training).rstrip("\n").split("\n")), "train.py")
