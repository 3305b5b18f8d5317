"""Steps of learning: how parameters move against the gradient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..record import Idiom, Seen

RATES = ("η", "eta", "lr", "learning_rate", "rate", "step", "alpha", "α")
SLOPES = ("g", "grad", "∇", "∂", "d", "nabla")


def follows(new: str, old: str) -> bool:
    """Is ``new`` the name of ``old`` after a step: the same, with a mark or a number, or ``new_``?"""
    if not old or not new:
        return False
    return new == old or new.rstrip("′'0123456789_₀₁₂₃₄₅₆₇₈₉").removesuffix("_new").removeprefix("new_") == old.rstrip(
        "0₀_"
    )


def learns(seen: Seen) -> bool:
    """Do at least two of three say that this is a step of descent: the result's, the rate's and the slope's name?"""
    slope = seen.names.get("g", "")
    sloped = slope.startswith(SLOPES) or slope.endswith(("grad", "_g"))
    rate = seen.named("η", *RATES) or 0 < float(seen.attrs.get("η", 0.0)) < 1
    return follows(seen.name, seen.names.get("θ", "")) + sloped + rate >= 2 and (
        sloped or follows(seen.name, seen.names.get("θ", ""))
    )


class GradientDescent(Idiom):
    """One step against the gradient."""

    by_name = True
    title = "gradient descent step"
    patterns = ("θ − η ⊙ g",)
    roles = ("θ", "η", "g")
    numbers = ("η",)
    rate = "η"
    formula = "θ − η g"
    sentence = "one step downhill: against the gradient, {η} times its length"
    prose = (
        "{g} points to where {L} grows fastest; one step goes the other way, {η} times its length, and gives the "
        "new {θ}."
    )
    own = staticmethod(lambda θ, η, g, **_: np.add(θ, -np.multiply(η, g)))

    @classmethod
    def extras(cls, seen: Seen) -> Mapping[str, str]:
        of = re.match(r"(?:∇|∂)(?:_?\{?θ\}?|_\w)?\s*([A-Za-zℒ]\w*)", seen.names.get("g", ""))
        return {"L": of[1] if of else "the loss"}

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return "g" in seen.shapes and "θ" in seen.shapes and seen.rank("g") == seen.rank("θ") and learns(seen)


class Momentum(Idiom):
    """A step along a running sum of gradients."""

    by_name = True
    title = "momentum step"
    patterns = ("θ − η ⊙ (β ⊙ v + g)", "θ − η ⊙ (β ⊙ v + κ ⊙ g)")
    roles = ("θ", "η", "β", "v", "g", "κ")
    numbers = ("η", "β", "κ")
    formula = "θ − η (β v + g)"
    sentence = "a step along the gradients so far: what they agree on builds up"
    prose = (
        "The velocity keeps {β} times of its old self {v} and adds the new gradient {g}, so directions that gradients "
        "agree on build up and those they argue about cancel; {θ} then moves against it, {η} times its length."
    )
    own = staticmethod(lambda θ, η, β, v, g, κ=1.0, **_: θ - (η * β * v + η * κ * g))
    specific = 1

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        arrays = all(role in seen.shapes for role in ("θ", "v", "g"))
        return arrays and (seen.named("v", "v", "m", "vel", "mom") or seen.named("β", "β", "beta", "mu", "μ", "mom"))


class MomentumBuffer(Idiom):
    """The running sum by itself."""

    by_name = True
    title = "momentum"
    patterns = ("β ⊙ v + g", "β ⊙ v + κ ⊙ g")
    roles = ("β", "v", "g", "κ")
    numbers = ("β", "κ")
    letter = "v"
    formula = "β v + g"
    sentence = "the old velocity fades by {β}, the new gradient is added"
    prose = "The velocity keeps {β} times of its old self {v} and adds the new gradient {g}."
    own = staticmethod(lambda β, v, g, κ=1.0, **_: β * v + κ * g)

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        if "v" not in seen.shapes or "g" not in seen.shapes or seen.rank("v") != seen.rank("g"):
            return False
        old = follows(seen.name, seen.names.get("v", ""))
        return old and seen.names.get("g", "").startswith(SLOPES) and seen.named("v", "v", "m", "vel", "mom", "buf")


class AdamStep(Idiom):
    """The last line of Adam, on averages that are known."""

    title = "Adam step"
    patterns = ("θ − η ⊙ (m / (√v + ε))", "θ − η ⊙ (m / √(v + ε))")
    roles = ("θ", "η", "m", "v", "ε")
    numbers = ("η", "ε")
    formula = "θ − η m / (√v + ε)"
    sentence = "a step of about {η} in every parameter, whatever its gradient's size"
    prose = (
        "{m} is the average gradient, √{v} its typical size: their quotient is near ±1 where gradients agree and near "
        "0 where they don't, so every parameter of {θ} takes a step of at most about {η}, whatever the size of its "
        "gradient. The small {ε} keeps the division safe."
    )
    own = staticmethod(
        lambda θ, η, m, v, ε, **_: θ - η * m / (np.sqrt(v) + ε)  # the other place of ε is told apart by `guard`
    )

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        sized = 0 < float(seen.attrs["η"]) <= 10 if "η" in seen.attrs else seen.named("η", *RATES)
        return sized and all(role in seen.shapes for role in ("θ", "m", "v"))


class Adam(Idiom):
    """All of Adam: both running averages, their corrections, the step."""

    title = "Adam update"
    patterns = ("θ − η ⊙ ((β ⊙ m + κ ⊙ g) / (√(s ⊙ (δ ⊙ v + λ ⊙ g²)) + ε))",)
    roles = ("θ", "η", "β", "m", "κ", "g", "s", "δ", "v", "λ", "ε")
    numbers = ("η", "β", "κ", "s", "δ", "λ", "ε")
    # written out: the factors before the averages, η's among them, hold the corrections
    formula = "θ − η (β m + κ g) / (√(s (δ v + λ g²)) + ε)"
    sentence = "a step of about the learning rate in every parameter, whatever its gradient's size"
    prose = (
        "Adam keeps two running averages of the gradient {g}: of itself ({m}, where it points) and of its square ({v}, "
        "how large it typically is). Both start at 0, so early on they are scaled up to make good for it. Their "
        "quotient, average over typical size, is near ±1 where gradients agree and near 0 where they don't: every "
        "parameter of {θ} takes a step of at most about the learning rate, whatever the size of its gradient. The "
        "small {ε} keeps the division safe."
    )
    specific = 2

    @staticmethod
    def own(**r: Any) -> Any:
        average, square = r["β"] * r["m"] + r["κ"] * r["g"], r["δ"] * r["v"] + r["λ"] * r["g"] * r["g"]
        return r["θ"] - r["η"] * average / (np.sqrt(r["s"] * square) + r["ε"])

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return all(role in seen.shapes for role in ("θ", "m", "v", "g"))


class MovingAverage(Idiom):
    """A running average that forgets."""

    by_name = True
    title = "moving average"
    patterns = ("β ⊙ m + (1 − β) ⊙ g",)
    roles = ("β", "m", "g")
    numbers = ("β",)
    formula = "β m + (1 − β) g"
    sentence = "a running average: {β} of the old, the rest of the new"
    prose = "A running average: {β} of the old {m}, the rest of the new {g}, so that what is long past fades."
    own = staticmethod(lambda β, m, g, **_: g + β * (m - g))
    specific = 1

    @classmethod
    def tell(cls, seen: Seen, called: Mapping[str, str]) -> str:
        return cls.prose.format_map(called)

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return "m" in seen.shapes and "g" in seen.shapes and follows(seen.name, seen.names.get("m", ""))
