"""Beliefs: how evidence changes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from ..record import Idiom, Seen
from .loss import distribution


def conditional(name: str) -> tuple[str, str] | None:
    """The two sides of ``P(A|B)``, if the name is one."""
    found = re.fullmatch(r"[Pp]r?\((.+)[|∣](.+)\)", name.replace(" ", ""))
    return (found[1], found[2]) if found else None


def plain(name: str) -> str:
    """The event in ``P(A)``, if the name is one."""
    found = re.fullmatch(r"[Pp]r?\(([^|∣]+)\)", name.replace(" ", ""))
    return found[1] if found else ""


class Bayes(Idiom):
    """Posterior = likelihood · prior / evidence, told by the names."""

    by_name = True
    title = "Bayes' rule"
    patterns: ClassVar[tuple[str, ...]] = ("l ⊙ h / d",)
    roles: ClassVar[tuple[str, ...]] = ("l", "h", "d")
    letter = "posterior"
    formula = "l h / d"
    sentence = "how well {H} explains {D}, times how likely {H} was, over how likely {D} is"
    prose = (
        "How much to believe {H} after seeing {D}: how well {H} explains {D}, times how likely {H} was before, over "
        "how likely {D} is under everything. The division makes the beliefs add up to 1."
    )
    specific = 1
    own: ClassVar[Callable[..., Any]] = staticmethod(lambda l, h, d, **_: np.multiply(l, np.divide(h, d)))  # noqa: E741

    @classmethod
    def extras(cls, seen: Seen) -> Mapping[str, str]:
        data, hypothesis = conditional(seen.names.get("l", "")) or ("the data", "a hypothesis")
        return {"H": hypothesis, "D": data}

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        sides = conditional(seen.names.get("l", ""))
        events = plain(seen.names.get("h", "")), plain(seen.names.get("d", ""))
        return sides is not None and events == (sides[1], sides[0])


class BayesOverHypotheses(Bayes):
    """Likelihood times prior, over their sum: a posterior for every hypothesis at once."""

    name = "bayes_over_hypotheses"
    by_name = False
    patterns = ("l ⊙ h / Σ l ⊙ h", "l ⊙ h / (l · h)")
    roles = ("l", "h")
    formula = "l ⊙ h / Σ l ⊙ h"
    sentence = "how well each hypothesis explains the data, times how likely it was, made to add up to 1"
    prose = (
        "How much to believe each hypothesis after seeing the data: {l} says how well it explains them, {h} how likely "
        "it was before; their products, divided by their sum, add up to 1."
    )
    own = staticmethod(lambda l, h, **_: np.exp(np.log(l) + np.log(h) - np.log((l * h).sum())))  # noqa: E741

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("l") == seen.rank("h") == 1 and ("h" not in seen.values or distribution(seen.values["h"]))


class BayesOfTwo(Bayes):
    """The same for a yes-or-no hypothesis, the evidence spelled out."""

    name = "bayes_of_two"
    by_name = False
    patterns = ("l ⊙ h / (l ⊙ h + m ⊙ (1 − h))", "l ⊙ h / (l ⊙ h + m ⊙ k)")
    roles = ("l", "h", "m", "k")
    formula = "l h / (l h + m (1 − h))"
    sentence = "the way over {H} to the evidence, as a share of all ways"
    prose = (
        "How much to believe {H} after seeing {D}: the chance of {H} and of {D} with it, {l} times {h}, as a share of "
        "all ways that {D} can come about: with {H}, or without it. The division makes the two beliefs add up to 1."
    )
    own = staticmethod(lambda l, h, m, k=None, **_: 1 / (1 + m * (1 - h if k is None else k) / (l * h)))  # noqa: E741

    @classmethod
    def extras(cls, seen: Seen) -> Mapping[str, str]:
        data, hypothesis = conditional(seen.names.get("l", "")) or ("the evidence", "the hypothesis")
        return {"H": hypothesis, "D": data}

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        if not all(((v >= 0) & (v <= 1)).all() for v in seen.values.values()):
            return False
        k = seen.values.get("k")
        return k is None or bool(np.allclose(seen.values["h"] + k, 1.0))


class TotalProbability(Idiom):
    """How likely something is under everything."""

    by_name = True
    title = "total probability"
    patterns = ("l ⊙ h + m ⊙ (1 − h)", "l ⊙ h + m ⊙ k")
    roles = ("l", "h", "m", "k")
    letter = "P"
    formula = "l h + m (1 − h)"
    sentence = "how likely {D} is under everything: by each way, weighted by how likely the way is"
    prose = (
        "How likely {D} is under everything: how likely it is where {H} holds, weighted by how likely that is, and how "
        "likely where it does not, weighted by the rest."
    )
    own = staticmethod(lambda l, h, m, k=None, **_: m * (1 - h if k is None else k) + l * h)  # noqa: E741

    @classmethod
    def extras(cls, seen: Seen) -> Mapping[str, str]:
        data, hypothesis = conditional(seen.names.get("l", "")) or ("it", "the hypothesis")
        return {"H": hypothesis, "D": data}

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        first, second = conditional(seen.names.get("l", "")), conditional(seen.names.get("m", ""))
        if not first or not second or first[0] != second[0] or plain(seen.names.get("h", "")) != first[1]:
            return False
        k = seen.values.get("k")
        return k is None or bool(np.allclose(seen.values["h"] + k, 1.0))


class ConditionalProbability(Idiom):
    """The joint probability over that of the condition."""

    by_name = True
    title = "conditional probability"
    patterns = ("j / d",)
    roles = ("j", "d")
    formula = "j / d"
    sentence = "how often both, among all that have {B}"
    prose = "Of all that have {B}, the share that also has {A}: how likely both are, over how likely {B} is."
    own = staticmethod(lambda j, d, **_: np.multiply(j, np.power(np.asarray(d, dtype=float), -1)))

    @classmethod
    def extras(cls, seen: Seen) -> Mapping[str, str]:
        a, _, b = plain(seen.names["j"]).replace("∩", ",").partition(",")
        condition = plain(seen.names["d"])
        return {"A": a if b == condition else b, "B": condition}

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        events = set(plain(seen.names.get("j", "")).replace("∩", ",").split(","))
        return len(events) == 2 and plain(seen.names.get("d", "")) in events
