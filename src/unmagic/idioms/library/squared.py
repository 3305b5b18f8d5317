"""Losses on numbers: how far a prediction is off."""

from __future__ import annotations

import math

import numpy as np

from ..record import Back, Idiom, Seen
from .statistics import count


def halved(seen: Seen) -> bool:
    """Is the factor in front 1 or one half?"""
    c = float(seen.attrs.get("c", 1.0))
    return math.isclose(c, 1.0, rel_tol=1e-6) or math.isclose(c, 0.5, rel_tol=1e-6)


class MeanSquaredError(Idiom):
    """The mean of the squared differences."""

    title = "mean squared error"
    patterns = ("c mean((a − b)²)",)
    roles = ("a", "b", "c")
    numbers = ("c",)
    letter = "loss"
    formula = "mean((a − b)²)"
    sentence = "how far {a} is from {b}, squared, on average"
    descended = "it brings {a} and {b} ever closer together: least squares by gradient descent"
    prose = (
        "The mean squared error takes how far {a} is from {b}, entry by entry, squares it, so that both directions "
        "count and large misses count most, and averages."
    )
    own = staticmethod(lambda a, b, axis, c=1.0, **_: c * np.square(np.subtract(a, b)).mean(axis=axis))
    backward = (
        Back("a", "2 (a − b) / n", lambda g, a, b, axis, c=1.0, **_: 2 * c * g * (a - b) / count(a - b, axis),
             "twice the error, shared by all"),
        Back("b", "2 (b − a) / n", lambda g, a, b, axis, c=1.0, **_: 2 * c * g * (b - a) / count(a - b, axis),
             "twice the error, shared by all"),
    )  # fmt: skip

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return halved(seen)


class SumOfSquares(Idiom):
    """The squared differences, added up."""

    title = "sum of squared errors"
    patterns = ("c Σ (a − b)²", "c (norm(a − b))²", "c ((a − b) · (a − b))")
    roles = ("a", "b", "c")
    numbers = ("c",)
    letter = "loss"
    formula = "Σ (a − b)²"
    sentence = "how far {a} is from {b}, squared, added up"
    prose = (
        "How far {a} is from {b}, entry by entry, squared, so that both directions count and large misses count most, "
        "and added up."
    )
    own = staticmethod(lambda a, b, c=1.0, axis=None, **_: c * np.square(np.subtract(a, b)).sum(axis=axis))
    backward = (
        Back("a", "2 (a − b)", lambda g, a, b, c=1.0, **_: 2 * c * g * (a - b), "twice the error"),
        Back("b", "2 (b − a)", lambda g, a, b, c=1.0, **_: 2 * c * g * (b - a), "twice the error"),
    )

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return halved(seen)


class MeanAbsoluteError(Idiom):
    """The mean of the absolute differences."""

    title = "mean absolute error"
    patterns = ("mean(absolute(a − b))",)
    roles = ("a", "b")
    letter = "loss"
    formula = "mean |a − b|"
    sentence = "how far {a} is from {b}, on average"
    prose = "The mean absolute error is how far {a} is from {b}, on average, in either direction."
    own = staticmethod(lambda a, b, axis, **_: np.maximum(np.subtract(a, b), np.subtract(b, a)).mean(axis=axis))
    backward = (
        Back("a", "sign(a − b) / n", lambda g, a, b, axis, **_: g * np.sign(a - b) / count(a - b, axis),
             "every entry pulls alike, however far off it is"),
    )  # fmt: skip


class RootMeanSquaredError(Idiom):
    """The root of the mean squared error: in the prediction's own unit."""

    title = "root mean squared error"
    patterns = ("√mean((a − b)²)",)
    roles = ("a", "b")
    letter = "loss"
    formula = "√(mean((a − b)²))"
    sentence = "how far {a} typically is from {b}, in their own unit"
    prose = "The root of the mean squared error says how far {a} typically is from {b}, in their own unit."
    specific = 1
    own = staticmethod(lambda a, b, axis, **_: np.sqrt(np.square(np.subtract(a, b)).mean(axis=axis)))


class Accuracy(Idiom):
    """The share of examples whose largest score is the right class."""

    title = "accuracy"
    patterns = ("mean_b(equal(argmax(z), y))",)
    roles = ("z", "y")
    formula = "mean(argmax(z) = y)"
    sentence = "the share of examples whose largest score is the right class"
    prose = (
        "The accuracy is the share of examples whose largest score in {z} is at the right class. It is flat almost "
        "everywhere, so it has no slope to learn from."
    )
    own = staticmethod(lambda z, y, axis, **_: np.mean(np.argmax(z, axis=axis[0]) == y))
