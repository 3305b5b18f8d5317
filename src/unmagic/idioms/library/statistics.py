"""Averages, spreads, lengths, and what is divided by them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..record import Back, Idiom, Seen
from .probability import kept


def count(x: Any, axis: Any) -> int:
    """How many entries a reduction runs over."""
    return math.prod(np.shape(x)[a] for a in axis)


def last(seen: Seen, role: str) -> bool:
    """Does the reduction run along the role's last axis alone?"""
    axis = seen.attrs.get("axis")
    return axis is None or tuple(axis) == (seen.rank(role) - 1,)  # None: a formula without numbers, one vector


class Mean(Idiom):
    """Added up and shared out equally."""

    title = "mean"
    patterns = ("mean(x)",)
    roles = ("x",)
    op = "mean"
    letter = "μ"
    formula = "mean(x)"
    sentence = "added up and divided by how many there are"
    prose = "The mean of {x} adds the entries up and divides by how many there are."
    own = staticmethod(lambda x, axis, **_: np.sum(x, axis=axis) / count(x, axis))
    backward = (
        Back("x", "g / n", lambda g, x, axis, **_: np.broadcast_to(kept(g, x, axis), x.shape) / count(x, axis),
             "shared equally by all that were averaged"),
    )  # fmt: skip


class Variance(Idiom):
    """The mean squared distance from the mean."""

    title = "variance"
    patterns = ("mean((x − mean(x))²)", "mean(x²) − mean(x)²")
    roles = ("x",)
    op = "var"
    letter = "σ²"
    formula = "var(x)"
    sentence = "how far the entries lie from their mean, squared, on average"
    prose = "The variance of {x} is how far the entries lie from their mean, squared, on average."
    specific = 2
    own = staticmethod(lambda x, axis, correction=0, **_: np.var(x, axis=axis, ddof=correction))
    backward = (
        Back(
            "x",
            "2 g (x − μ) / n",
            lambda g, x, axis, correction=0, **_: (
                2 * kept(g, x, axis) * (x - x.mean(axis=axis, keepdims=True)) / (count(x, axis) - correction)
            ),
            "entries far from the mean move it most; moving away raises it",
        ),
    )


class SampleVariance(Idiom):
    """The variance with n − 1 below."""

    title = "sample variance"
    patterns = ("c Σ (x − mean(x))²",)
    roles = ("x", "c")
    numbers = ("c",)
    letter = "s²"
    formula = "var(x)"
    sentence = "how far the entries lie from their mean, squared, over n − 1"
    prose = (
        "The sample variance of {x} is how far the entries lie from their mean, squared, added up and divided by n − "
        "1: one less than there are, because the mean was taken from the same entries."
    )
    specific = 2
    own = staticmethod(lambda x, c, axis, **_: np.var(x, axis=axis, ddof=1))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        axis, shape = seen.attrs.get("axis"), seen.shapes.get("x", ())
        n = math.prod(shape[a] for a in axis) if axis else 0
        return n > 1 and ("c" not in seen.attrs or math.isclose(seen.attrs["c"] * (n - 1), 1.0, rel_tol=1e-6))


class StandardDeviation(Idiom):
    """The root of the variance: a spread in the entries' own unit."""

    title = "standard deviation"
    patterns = ("√var(x)",)
    roles = ("x",)
    op = "std"
    letter = "σ"
    formula = "std(x)"
    sentence = "how far the entries typically lie from their mean"
    prose = "The standard deviation of {x} says how far the entries typically lie from their mean, in their own unit."
    own = staticmethod(lambda x, axis, correction=0, **_: np.std(x, axis=axis, ddof=correction))
    backward = (
        Back(
            "x",
            "g (x − μ) / (n σ)",
            lambda g, x, y, axis, correction=0, **_: (
                kept(g / y, x, axis) * (x - x.mean(axis=axis, keepdims=True)) / (count(x, axis) - correction)
            ),
            "entries far from the mean move it most; moving away raises it",
        ),
    )


def _standard(x: Any, axis: Any, ε: float = 0.0, δ: float = 0.0, correction: float = 0, **_: Any) -> Any:
    spread = np.sqrt(np.var(x, axis=axis, ddof=correction, keepdims=True) + ε) + δ
    return (x - np.mean(x, axis=axis, keepdims=True)) / spread


def _standard_back(g: Any, x: Any, axis: Any, γ: Any = 1.0, ε: float = 0.0, **_: Any) -> Any:
    h = _standard(x, axis, ε)
    g = g * γ
    inside = g - g.mean(axis=axis, keepdims=True) - h * (g * h).mean(axis=axis, keepdims=True)
    return inside / np.sqrt(np.var(x, axis=axis, keepdims=True) + ε)


THREE = "the gradient, less its mean, less what lies along the result itself: shift and scale can't be moved"


class Standardise(Idiom):
    """Mean 0 and spread 1."""

    title = "standardise"
    letter = "h"
    patterns = (
        "(x − mean(x)) / std(x)",
        "(x − mean(x)) / √(var(x) + ε)",
        "(x − mean(x)) / (std(x) + δ)",
    )
    roles = ("x", "ε", "δ")
    numbers = ("ε", "δ")
    op = "standardise"
    operands = ("x", "ε")
    formula = "(x − mean(x)) / √(var(x) + ε)"
    sentence = "the average out, the spread to 1"
    prose = (
        "Take out the average of {x}, so that the entries lie around 0; divide by their spread, so that it becomes 1."
    )
    own = staticmethod(_standard)
    backward = (Back("x", "(g − mean(g) − h ⊙ mean(g ⊙ h)) / √(var(x) + ε)", _standard_back, THREE),)

    @classmethod
    def tell(cls, seen: Seen, called: Any) -> str:
        text = super().tell(seen, called)
        small = next((called[role] for role in ("ε", "δ") if role in called), None)
        if small:
            text += f" The small {small} keeps the division safe where all entries are equal."
        if seen.rank("x") > 1 and "axis" in seen.attrs:
            text += " Each row by itself." if last(seen, "x") else ""
        return text


class LayerNorm(Idiom):
    """Each example standardised over its own features, then scaled and shifted by what was learned."""

    title = "layer norm"
    patterns = (
        "γ ⊙ standardise(x){ + β}",
        "γ ⊙ standardise(x, ε){ + β}",
        "γ ⊙ (x − mean(x)) / √(var(x) + ε){ + β}",
        "γ ⊙ (x − mean(x)) / std(x){ + β}",
    )
    roles = ("γ", "x", "ε", "β")
    numbers = ("ε",)
    letter = "h"
    formula = "γ ⊙ (x − mean(x)) / √(var(x) + ε) + β"
    sentence = "each example by itself: mean 0, spread 1, then {γ} times"
    prose = (
        "Each example is standardised over its own features: their average out of {x}, their spread divided to 1. The "
        "learned {γ} then gives every feature its own scale"
    )
    specific = 1

    @staticmethod
    def own(γ: Any, x: Any, axis: Any, β: Any = 0.0, ε: float = 0.0, **rest: Any) -> Any:
        return γ * _standard(x, axis, ε, **{k: v for k, v in rest.items() if k in {"δ", "correction"}}) + β

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return last(seen, "x") and seen.rank("γ") <= 1

    @classmethod
    def tell(cls, seen: Seen, called: Any) -> str:
        text = super().tell(seen, called) + (f", and {called['β']} its own centre." if "β" in called else ".")
        if "ε" in called:
            text += f" The small {called['ε']} keeps the division safe where all features are equal."
        return text

    backward = (
        Back("x", "(g ⊙ γ − mean(g ⊙ γ) − h ⊙ mean(g ⊙ γ ⊙ h)) / √(var(x) + ε)", _standard_back, THREE),
        Back("β", "Σ g", lambda g, β, **_: g.reshape(-1, *np.shape(β)).sum(axis=0), "added up, because it was copied"),
    )


class BatchNorm(Idiom):
    """Each feature standardised over the batch."""

    title = "batch norm"
    patterns = LayerNorm.patterns
    roles = LayerNorm.roles
    numbers = ("ε",)
    letter = "h"
    formula = LayerNorm.formula
    sentence = "each feature over the batch: mean 0, spread 1, then {γ} times"
    prose = (
        "Each feature is standardised over the examples of the batch: its average out of {x}, its spread divided to 1; "
        "{γ} then gives it a learned scale."
    )
    specific = 1
    own = staticmethod(LayerNorm.own)

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("x") == 2 and tuple(seen.attrs.get("axis", ())) == (0,)


class RmsNorm(Idiom):
    """Divided by the root of the mean square."""

    title = "RMS norm"
    letter = "h"
    patterns = ("x / √(mean(x²){ + ε})",)
    roles = ("x", "ε")
    numbers = ("ε",)
    op = "rms_norm"
    formula = "x / √(mean(x²) + ε)"
    sentence = "the typical size of an entry becomes 1"
    prose = (
        "{x} is divided by the root of its mean square, the typical size of an entry, so that this becomes 1; unlike "
        "layer norm it leaves the average where it is."
    )
    own = staticmethod(lambda x, axis, ε=0.0, **_: x / np.sqrt((x * x).mean(axis=axis, keepdims=True) + ε))
    backward = (
        Back(
            "x",
            "(g − h ⊙ mean(g ⊙ h)) / √(mean(x²) + ε)",
            lambda g, x, y, axis, ε=0.0, **_: (
                (g - y * (g * y).mean(axis=axis, keepdims=True)) / np.sqrt((x * x).mean(axis=axis, keepdims=True) + ε)
            ),
            "the gradient, less what lies along the result itself: scale can't be moved",
        ),
    )


class ScaledRmsNorm(Idiom):
    """RMS norm with a learned scale a feature."""

    title = "RMS norm"
    patterns = ("γ ⊙ rms(x)", "γ ⊙ rms(x, ε)", "γ ⊙ x / √(mean(x²){ + ε})")
    roles = ("γ", "x", "ε")
    numbers = ("ε",)
    formula = "γ ⊙ x / √(mean(x²) + ε)"
    sentence = "the typical size of an entry becomes 1, then {γ} times"
    prose = RmsNorm.prose + " The learned {γ} then gives every feature its own scale."
    own = staticmethod(lambda γ, x, axis, ε=0.0, **_: γ * RmsNorm.own(x, axis, ε))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return last(seen, "x") and seen.rank("γ") <= 1
