"""Losses on probabilities: how surprised the model is by what was true."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..record import Back, Idiom, Seen
from .probability import shares


def distribution(p: Any, axis: int = -1) -> bool:
    """Is it none negative, and adding up to 1 along ``axis``?"""
    p = np.asarray(p)
    return bool(p.ndim) and not (p < 0).any() and bool(np.allclose(p.sum(axis=axis), 1.0, atol=1e-3))


def one_hot(c: Any, classes: int) -> Any:
    """1 at the class, 0 elsewhere."""
    return (np.asarray(c)[..., None] == np.arange(classes)).astype(float)


class CrossEntropyAt(Idiom):
    """−log of the probability that the right class got."""

    title = "cross-entropy"
    patterns = ("−log(p[c]{ + ε})", "−log(p{ + ε})[c]")
    roles = ("p", "c", "ε")
    numbers = ("ε",)
    letter = "loss"
    formula = "−log p[c]"
    sentence = "how surprised the model is by the right class"
    prose = (
        "The cross-entropy looks only at the probability that {p} gives to the right class, and −log makes it a "
        "surprise: 0 if the model was sure, larger and larger the less it expected it."
    )

    own = staticmethod(lambda p, c, ε=0.0, **_: -np.log(np.asarray(p)[int(c)] + ε))

    @staticmethod
    def guard(seen: Seen) -> bool:
        return seen.rank("p") == 1 and ("p" not in seen.values or distribution(seen.values["p"]))

    backward = (
        Back(
            "p",
            "−g y / p",
            lambda g, p, c, ε=0.0, **_: -g * one_hot(int(c), len(p)) / (p + ε),
            "only the right class's probability moves the loss, and the more the smaller it is",
        ),
    )


class SoftmaxCrossEntropyAt(Idiom):
    """The same from scores: softmax, and −log of the right class's share."""

    title = "softmax with cross-entropy"
    patterns = ("−log(softmax(z)[c])", "−log(softmax(z))[c]", "−logsoftmax(z)[c]", "logsumexp(z) − z[c]")
    roles = ("z", "c")
    letter = "loss"
    formula = "−log softmax(z)[c]"
    sentence = "how surprised the model is by the right class"
    prose = (
        "Softmax with cross-entropy turns the scores {z} into shares and takes −log of the share that the right class "
        "got: 0 if it got all, larger and larger the less it got."
    )
    joined = True

    own = staticmethod(lambda z, c, **_: -np.log(shares(np.asarray(z, dtype=float), None)[int(c)]))

    @staticmethod
    def guard(seen: Seen) -> bool:
        return seen.rank("z") == 1

    backward = (
        Back(
            "z",
            "p − y",
            lambda g, z, c, **_: g * (shares(z, None) - one_hot(int(c), len(z))),
            "what it said, less what was true",
        ),
    )
