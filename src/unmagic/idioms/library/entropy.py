"""How uncertain a distribution is, how far two are apart, what is expected."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..record import Back, Idiom, Seen
from .loss import distribution, whole

BASES = (1.0, math.log(2), math.log(10))


def base(c: float) -> bool:
    """Is −1/c the log of a base that people use?"""
    return any(math.isclose(c * log, -1.0, rel_tol=1e-6) for log in BASES)


class Entropy(Idiom):
    """The average surprise of a distribution at itself."""

    title = "entropy"
    patterns = ("c Σ p ⊙ log(p{ + ε})", "c (p · log(p{ + ε}))")
    roles = ("p", "c", "ε")
    numbers = ("c", "ε")
    letter = "H"
    formula = "−Σ p log p"
    sentence = "how uncertain {p} is: 0 if one outcome is sure, largest if all are alike"
    prose = (
        "The entropy of {p} is its own average surprise: −log of each probability, weighted by that probability. It is "
        "0 where one outcome is sure, and largest where all are equally likely."
    )
    specific = 2

    @staticmethod
    def own(p: Any, c: float, axis: Any = None, ε: float = 0.0, **_: Any) -> Any:
        p = np.asarray(p)
        inside = np.where(p > 0, p, 1.0)
        return -(p * np.log(inside + ε)).sum(axis=axis) * -c

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return ("c" not in seen.attrs or base(float(seen.attrs["c"]))) and whole(seen, "p")

    backward = (
        Back("p", "−g (log p + 1)", lambda g, p, c, **_: c * g * (np.log(p) + 1), "rarer outcomes raise it more"),
    )


class KullbackLeibler(Idiom):
    """How many nats are lost by taking q for p."""

    title = "KL divergence"
    patterns = ("c Σ p ⊙ log(p / q)", "c Σ p ⊙ (log(p) − log(q))", "c (p · log(p / q))", "c (p · (log(p) − log(q)))")
    roles = ("p", "q", "c")
    numbers = ("c",)
    letter = "D"
    formula = "Σ p log(p / q)"
    sentence = "how much {q} misjudges {p}: 0 if they are equal, never negative"
    prose = (
        "The log of {p} over {q} says how much more likely each outcome is under {p} than {q} believes; weighted by "
        "{p} and added up, it is the extra surprise of someone who expects {q} where {p} is true. It is 0 only where "
        "the two are equal, and not the same the other way round."
    )
    specific = 2

    @staticmethod
    def own(p: Any, q: Any, c: float, axis: Any = None, **_: Any) -> Any:
        return c * (np.sum(p * np.log(p), axis=axis) - np.sum(p * np.log(q), axis=axis))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        known = "c" not in seen.attrs or base(-float(seen.attrs["c"])) or seen.attrs["c"] == 1
        return known and whole(seen, "p") and whole(seen, "q")

    backward = (
        Back("q", "−g p / q", lambda g, p, q, c, **_: -c * g * p / q, "where {q} gives too little, it pulls hardest"),
        Back(
            "p",
            "g (log(p / q) + 1)",
            lambda g, p, q, c, **_: c * g * (np.log(p / q) + 1),
            "where {p} gives more than {q}",
        ),
    )


class Perplexity(Idiom):
    """The exponential of the mean surprise."""

    title = "perplexity"
    patterns = ("exp(−mean(log(p)))", "exp(−mean(log(at(p, c))))", "exp(−mean(logp))")
    roles = ("p", "c", "logp")
    letter = "PP"
    formula = "exp(−mean log p)"
    sentence = "among how many equally likely outcomes the model seems to guess"
    specific = 1
    prose = (
        "The exponential of the mean negative log-likelihood is the perplexity: the model is as unsure as if it "
        "guessed, each time, among that many equally likely outcomes."
    )

    @staticmethod
    def own(p: Any = None, c: Any = None, logp: Any = None, **_: Any) -> Any:
        if p is None:
            return np.exp(-np.mean(logp))
        right = p if c is None else p[np.arange(len(p)), np.asarray(c).astype(int)]
        return np.prod(np.power(right, -1.0 / np.size(right)))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        if "logp" in seen.shapes:
            return seen.rank("logp") == 1 and "logp" in seen.values and bool((seen.values["logp"] <= 0).all())
        return "p" not in seen.values or bool(((seen.values["p"] >= 0) & (seen.values["p"] <= 1)).all())


class Expectation(Idiom):
    """Values weighted by their probabilities."""

    title = "expectation"
    patterns = ("x · p", "Σ x ⊙ p")
    roles = ("x", "p")
    letter = "E"
    formula = "Σ x p"
    sentence = "each value of {x}, weighted by how likely it is"
    prose = (
        "The expectation weighs every value of {x} by how likely {p} says it is and adds up: the average in the long "
        "run."
    )
    specific = 1
    own = staticmethod(lambda x, p, axis=None, **_: np.einsum("i,i->", x, p))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        named = seen.named("p", "p", "q", "π", "prob")
        return (
            named
            and seen.rank("x") == seen.rank("p") == 1
            and ("p" not in seen.values or distribution(seen.values["p"]))
        )

    backward = (
        Back("x", "g p", lambda g, p, **_: g * p, "each value counts by how likely it is"),
        Back("p", "g x", lambda g, x, **_: g * x, "more weight on a value moves it by that value"),
    )
