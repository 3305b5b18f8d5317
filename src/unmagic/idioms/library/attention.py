"""Attention: a weighted average of values, weighted by how well queries match keys."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..record import Back, Idiom, Seen
from .probability import shares


def _scores(Q: Any, K: Any, c: Any) -> Any:
    return c * (Q @ np.swapaxes(K, -1, -2))


def _masked(s: Any, M: Any, t: Any, m: Any, keep: bool) -> Any:
    if M is not None:
        s = s + M
    if t is not None:
        hidden = np.broadcast_to(np.asarray(t, bool) ^ keep, s.shape)
        s = np.where(hidden, m, s)
    return s


def weights(
    Q: Any, K: Any, c: Any = 1.0, M: Any = None, t: Any = None, m: Any = 0.0, keep: bool = True, **_: Any
) -> Any:
    """Who attends to whom: shares over the keys for every query."""
    return shares(_masked(_scores(Q, K, c), M, t, m, keep), -1)


def causal(hidden: Any) -> bool:
    """Is exactly what lies ahead (above the diagonal) hidden?"""
    hidden = np.asarray(hidden)
    if hidden.ndim < 2 or hidden.shape[-1] != hidden.shape[-2] or hidden.shape[-1] < 2:
        return False
    return bool((hidden == np.triu(np.ones(hidden.shape[-2:], bool), 1)).all())


class Attention(Idiom):
    """softmax(QKᵀ/√d) V, with or without scale and mask."""

    title = "attention"
    patterns: ClassVar[tuple[str, ...]] = (
        "softmax(c (Q Kᵀ){ + M}) V",
        "softmax(where(t, c (Q Kᵀ), m)) V",
        "softmax(c (K Q){ + M}) V",
    )
    roles = ("Q", "K", "V", "c", "M", "t", "m")
    numbers = ("c", "m")
    formula = "softmax(Q Kᵀ / √d) V"
    sentence = "each query leaves with a weighted average of the values"
    prose = ""
    specific = 2
    keep = True  # a true entry of the mask is one that may be looked at

    @classmethod
    def own(cls, Q: Any, K: Any, V: Any, **rest: Any) -> Any:
        return weights(Q, K, keep=True, **rest) @ V

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("K") >= 2 and seen.rank("V") >= 2

    @classmethod
    def tell(cls, seen: Seen, called: Mapping[str, str]) -> str:
        Q, K, V = called["Q"], called["K"], called["V"]
        table = called.get("scores", f"{Q}{K}ᵀ")
        if seen.rank("Q") == 1:
            text = [f"{Q} meets every key of {K} in a dot product: how well it matches each of them."]
        else:
            text = [
                f"Every query meets every key in a dot product, so {table} is a table of how well each query "
                "matches each key."
            ]
        c = seen.attrs.get("c")
        d = seen.shapes.get("K", (1,))[-1]
        if "c" in called and not (isinstance(c, float | int) and c == 1):
            rooted = c is None or math.isclose(float(c), d**-0.5, rel_tol=1e-4)
            if rooted:
                text.append(
                    f"Dividing by {called['c']} keeps those scores from growing with the length of the vectors, where "
                    "softmax would put everything on one key."
                )
            else:
                text.append(f"The scale {called['c']} says how sharply softmax will tell the scores apart.")
        text += cls.mask_words(seen, called)
        each = "the scores" if seen.rank("Q") == 1 else "each row"
        sums = "none negative, adding up to 1" if seen.rank("Q") == 1 else "none negative, each row adding up to 1"
        text.append(f"Softmax turns {each} into shares: {sums}.")
        text.append(
            f"Multiplying by {V} then mixes the values by those shares: "
            + (f"{Q} leaves" if seen.rank("Q") == 1 else "each query leaves")
            + " with a weighted average of the values, mostly of those whose keys matched it."
        )
        return " ".join(text)

    @classmethod
    def formula_of(cls, attrs: Mapping[str, Any]) -> str:
        return "softmax(Q Kᵀ) V" if attrs.get("c") == 1 else cls.formula

    @classmethod
    def mask_words(cls, seen: Seen, called: Mapping[str, str]) -> list[str]:
        """What the mask does, if there is one."""
        role = next((role for role in ("M", "t") if role in called), None)
        if role is None:
            return []
        value = seen.values.get(role, seen.attrs.get(role))
        hidden = (
            None if value is None else (np.asarray(value) < -1e3 if role == "M" else np.asarray(value, bool) ^ cls.keep)
        )
        if hidden is not None and causal(hidden):
            return [
                f"{called[role]} hides what lies ahead: a position may look at itself and those before it, since the "
                "scores of later ones become −∞ and their share 0."
            ]
        if role == "M" and (hidden is None or not hidden.any()):
            return [f"{called[role]} is added to the scores: it favours some pairs and disfavours others."]
        return [f"{called[role]} hides some pairs: their scores become −∞, so that their share is 0."]

    backward: ClassVar[tuple[Back, ...]] = (
        Back(
            "V",
            "Aᵀ g",
            lambda g, Q, K, V, **rest: np.swapaxes(weights(Q, K, **rest), -1, -2) @ g,
            "each value collects from the queries that looked at it, by their shares",
        ),
        Back(
            "Q",
            "(A ⊙ (g Vᵀ − rowsum)) K / √d",
            lambda g, Q, K, V, c=1.0, **rest: c * _score_gradient(g, Q, K, V, c=c, **rest) @ K,
            "towards the keys whose values would help, away from the others",
        ),
        Back(
            "K",
            "(A ⊙ (g Vᵀ − rowsum))ᵀ Q / √d",
            lambda g, Q, K, V, c=1.0, **rest: np.swapaxes(c * _score_gradient(g, Q, K, V, c=c, **rest), -1, -2) @ Q,
            "towards the queries that its value would help, away from the others",
        ),
    )


def _score_gradient(g: Any, Q: Any, K: Any, V: Any, **rest: Any) -> Any:
    A = weights(Q, K, **rest)
    dA = g @ np.swapaxes(V, -1, -2)
    return A * (dA - (A * dA).sum(axis=-1, keepdims=True))


class AttentionHiding(Attention):
    """The same with a mask that is true where nothing may be looked at."""

    name = "attention_hiding"
    patterns = ("softmax(where(t, m, c (Q Kᵀ))) V",)
    keep = False

    @classmethod
    def own(cls, Q: Any, K: Any, V: Any, **rest: Any) -> Any:
        return weights(Q, K, keep=False, **rest) @ V

    backward = (
        Back(
            "V",
            "Aᵀ g",
            lambda g, Q, K, V, **rest: np.swapaxes(weights(Q, K, keep=False, **rest), -1, -2) @ g,
            "each value collects from the queries that looked at it, by their shares",
        ),
    )


class AttentionWeights(Idiom):
    """The shares by themselves, where the values come later or elsewhere."""

    title = "attention weights"
    patterns = ("softmax(c (Q Kᵀ))",)
    roles = ("Q", "K", "c")
    numbers = ("c",)
    letter = "A"
    formula = "softmax(Q Kᵀ / √d)"
    sentence = "how much each query looks at each key"
    prose = (
        "Every row of {Q} meets every row of {K} in a dot product, and softmax turns each row of those scores into "
        "shares that add up to 1: how much each query looks at each key."
    )
    own = staticmethod(lambda Q, K, c=1.0, **_: weights(Q, K, c))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        named = seen.named("Q", "q") and seen.named("K", "k")
        return seen.rank("Q") >= 2 and seen.rank("K") >= 2 and named
