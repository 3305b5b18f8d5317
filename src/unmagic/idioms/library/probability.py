"""Scores and probabilities: softmax and its kin."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..record import Back, Idiom


def shares(z: Any, axis: Any) -> Any:
    """Softmax, the maximum taken out."""
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_total(z: Any, axis: Any) -> Any:
    """The log of the sum of eᶻ, its axes kept."""
    top = np.max(z, axis=axis, keepdims=True)
    return top + np.log(np.exp(z - top).sum(axis=axis, keepdims=True))


def kept(g: Any, z: Any, axis: Any) -> Any:
    """``g`` with the reduced axes put back at size 1."""
    return np.reshape(g, [1 if axis is None or a in axis else n for a, n in enumerate(np.shape(z))])


class Softmax(Idiom):
    """Scores become shares: eᶻ over the sum of all eᶻ."""

    title = "softmax"
    patterns = (
        "exp(z{ − max_m(z)}) / Σ exp(z{ − max_m(z)})",
        "exp(logsoftmax(z))",
        "softmax(z − max_m(z))",
    )
    roles = ("z",)
    op = "softmax"
    letter = "p"
    formula = "softmax(z)"
    sentence = "scores become shares that add up to 1"
    prose = (
        "Softmax turns {z} into shares: exp makes every score positive, dividing by their sum makes them add up to 1; "
        "the largest score gets the largest share."
    )

    own = staticmethod(lambda z, axis=None, **_: shares(z, axis))

    backward = (
        Back(
            "z",
            "p ⊙ (g − g · p)",
            lambda g, y, axis, **_: y * (g - (g * y).sum(axis=axis, keepdims=True)),
            "a share grows only at the cost of the others, so what all would gain is taken off",
        ),
    )


class LogSoftmax(Idiom):
    """The logs of the shares, without ever making the shares."""

    title = "log-softmax"
    patterns = ("z − logsumexp(z)", "z − max_m(z) − logsumexp(z − max_m(z))")
    roles = ("z",)
    op = "log_softmax"
    letter = "ℓ"
    formula = "log softmax(z)"
    sentence = "the log of each score's share"
    prose = (
        "The log of the softmax of {z} gives log-probabilities, the closer to 0 the larger the share; taken together "
        "the two need no exp that could overflow."
    )

    own = staticmethod(lambda z, axis=None, **_: z - log_total(z, axis))

    backward = (
        Back(
            "z",
            "g − softmax(z) Σ g",
            lambda g, y, axis, **_: g - np.exp(y) * g.sum(axis=axis, keepdims=True),
            "what each is given, less its share of all that was given",
        ),
    )


class Logsumexp(Idiom):
    """A smooth maximum: the log of the sum of all eᶻ."""

    title = "log-sum-exp"
    patterns = ("log(Σ exp(z))", "max_m(z) + logsumexp(z − max_m(z))")
    roles = ("z",)
    op = "logsumexp"
    formula = "log Σ exp(z)"
    sentence = "a smooth maximum: a little above the largest score"
    prose = "The log of the sum of the exponentials of {z} is a smooth maximum: a little above the largest score."

    own = staticmethod(lambda z, axis=None, **_: np.squeeze(log_total(z, axis), axis=axis))

    backward = (
        Back(
            "z",
            "g softmax(z)",
            lambda g, z, axis, **_: kept(g, z, axis) * shares(z, axis),
            "each score moves it by its share",
        ),
    )
