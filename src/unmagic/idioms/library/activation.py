"""Activations: the bends between the layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..record import Back, Idiom

GATE = "passes the gradient where {x} was above 0, stops it elsewhere"


def logistic(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), by tanh."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(x)))


def normal_cdf(x: Any) -> Any:
    """Φ, entry by entry."""
    flat = [0.5 * math.erfc(-float(v) / math.sqrt(2.0)) for v in np.ravel(x)]
    return np.reshape(np.array(flat, dtype=float), np.shape(x))


class Sigmoid(Idiom):
    """A score becomes a probability."""

    title = "sigmoid"
    patterns = ("1 / (1 + exp(−x))", "exp(x) / (1 + exp(x))", "(1 + tanh(x / 2)) / 2", "where(t, σ(x), σ(x))")
    roles = ("x",)
    turns = True
    op = "sigmoid"
    letter = "p"
    formula = "σ(x)"
    sentence = "squeezes each score into 0 to 1: at 0 it is one half"
    prose = (
        "The sigmoid squeezes {x} into the range from 0 to 1, so that it can be read as a probability: 0 becomes one "
        "half, large scores come near 1, very negative ones near 0."
    )
    own = staticmethod(lambda x, **_: logistic(x))
    backward = (
        Back("x", "g ⊙ p ⊙ (1 − p)", lambda g, y, **_: g * y * (1 - y), "steepest at one half, flat where it is sure"),
    )


class Relu(Idiom):
    """What is negative becomes 0."""

    title = "ReLU"
    patterns = ("maximum(x, 0)", "where(0 < x, x, 0)", "where(x < 0, 0, x)", "x ⊙ (0 < x)", "(x + absolute(x)) / 2")
    roles = ("x",)
    op = "relu"
    letter = "h"
    formula = "max(0, x)"
    sentence = "keeps what is positive, cuts the rest to 0"
    prose = (
        "ReLU keeps what is positive in {x} and cuts the rest to 0: a detector that says nothing unless it fires. It "
        "is the bend without which layers on layers would be one layer."
    )
    own = staticmethod(lambda x, **_: (np.abs(x) + x) / 2)
    backward = (Back("x", "g ⊙ 1[x > 0]", lambda g, x, **_: g * (np.asarray(x) > 0), GATE),)


class Tanh(Idiom):
    """A score between −1 and 1."""

    title = "tanh"
    patterns = ("(exp(x) − exp(−x)) / (exp(x) + exp(−x))", "2 σ(2 x) − 1")
    roles = ("x",)
    op = "tanh"
    letter = "h"
    formula = "tanh(x)"
    sentence = "squeezes each score into −1 to 1"
    prose = "tanh squeezes {x} into the range from −1 to 1: nearly linear around 0, flat far out."
    own = staticmethod(lambda x, **_: np.tanh(x))
    backward = (Back("x", "g ⊙ (1 − h²)", lambda g, y, **_: g * (1 - y * y), "full slope at 0, none far out"),)


class Softplus(Idiom):
    """A smooth ReLU."""

    title = "softplus"
    patterns = ("log(1 + exp(x))", "relu(x) + softplus(−absolute(x))")
    roles = ("x",)
    op = "softplus"
    formula = "log(1 + exp(x))"
    sentence = "a smooth ReLU"
    prose = "Softplus is a smooth ReLU of {x}: near 0 where it is very negative, near {x} itself where it is large."
    own = staticmethod(lambda x, beta=1.0, **_: np.logaddexp(0, np.asarray(x) * beta) / beta)
    backward = (
        Back(
            "x", "g ⊙ σ(x)", lambda g, x, beta=1.0, **_: g * logistic(np.asarray(x) * beta), "its slope is the sigmoid"
        ),
    )


class LogSigmoid(Idiom):
    """The log of the probability that a score stands for."""

    title = "log-sigmoid"
    patterns = ("−softplus(−x)",)
    roles = ("x",)
    op = "log_sigmoid"
    formula = "log σ(x)"
    sentence = "the log of the probability that a score stands for"
    prose = "The log of the sigmoid of {x} is the log of the probability that the score stands for."
    own = staticmethod(lambda x, **_: -np.logaddexp(0, -np.asarray(x)))
    backward = (
        Back("x", "g ⊙ σ(−x)", lambda g, x, **_: g * logistic(-np.asarray(x)), "what it still lacks of certainty"),
    )


class Silu(Idiom):
    """A score let through by its own sigmoid."""

    title = "SiLU"
    patterns = ("x ⊙ σ(x)", "x / (1 + exp(−x))")
    roles = ("x",)
    op = "silu"
    letter = "h"
    formula = "x ⊙ σ(x)"
    sentence = "each score, let through in proportion to its own sigmoid"
    prose = (
        "SiLU multiplies {x} by its own sigmoid: large scores pass, very negative ones are shut off, and the change "
        "between the two is smooth."
    )
    own = staticmethod(lambda x, **_: x * logistic(x))
    backward = (
        Back(
            "x",
            "g ⊙ σ(x) ⊙ (1 + x ⊙ (1 − σ(x)))",
            lambda g, x, **_: g * logistic(x) * (1 + x * (1 - logistic(x))),
            "the gate itself, and how it opens",
        ),
    )


class Gelu(Idiom):
    """A score let through by the share of a bell curve below it."""

    title = "GELU"
    patterns = ("0.5 x ⊙ (1 + erf(x / √2))", "x ⊙ Φ(x)")
    roles = ("x",)
    op = "gelu"
    letter = "h"
    formula = "x ⊙ Φ(x)"
    sentence = "each score, let through by the share of a bell curve that lies below it"
    prose = (
        "GELU multiplies {x} by Φ of {x}, the share of a standard bell curve that lies below it: large scores pass "
        "whole, very negative ones are shut off, and around 0 the gate opens smoothly."
    )
    own = staticmethod(lambda x, **_: x * normal_cdf(x))
    backward = (
        Back(
            "x",
            "g ⊙ (Φ(x) + x ⊙ φ(x))",
            lambda g, x, **_: g * (normal_cdf(x) + x * np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi)),
            "the gate itself, and how it opens",
        ),
    )


class GeluTanh(Idiom):
    """GELU with tanh in place of the bell curve's integral."""

    title = "GELU (tanh)"
    patterns = (
        "0.5 x ⊙ (1 + tanh(0.7978846 (x + 0.044715 x³)))",
        "0.5 x ⊙ (1 + tanh(0.7978846 x ⊙ (1 + 0.044715 x²)))",
    )
    roles = ("x",)
    op = "gelu_tanh"
    letter = "h"
    formula = "x ⊙ Φ(x)"
    sentence = "each score, let through by (nearly) the share of a bell curve that lies below it"
    prose = (
        "GELU multiplies {x} by a gate between 0 and 1: the share of a standard bell curve that lies below it, which "
        "tanh comes close to here. Large scores pass whole, very negative ones are shut off, and around 0 the gate "
        "opens smoothly."
    )
    own = staticmethod(lambda x, **_: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * np.power(x, 3)))))
