"""The expectation: each value, weighted by how likely it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from unmagic.core.notation import Name, Word
from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import alike, listed, nought, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class Expectation(Panel):
    """Values times probabilities, added up."""

    id = "expectation"
    title = "The expectation: an average with weights"
    formula = "E[X] = Σ x·p(x)"
    source = "P = Σᵢ pᵢ; m_i = x_i p_i; E = Σᵢ m_i"
    say = "E of X: each value times how likely it is, added up. What you get on average, in the long run."
    fields = (
        Field("x", (1, 2, 3), ("n",)),
        Field("p", (0.2, 0.5, 0.3), ("n",), step=0.1, low=0, high=1),
    )
    sizes = (Size("n", words="value"),)
    symbols = (
        Symbol("x", "the values, {shape}", 1),
        Symbol("p", "how likely each is", 7),
        Symbol("E[X]", "what to expect of X", 3),
    )
    spelled = {"P": Word("total"), "E": Name("E[X]")}
    written = frozenset({"P", "m", "E"})
    presets = (
        Preset("What does a fair die show on average?", "A number that no face has.",
               {"x": (1, 2, 3, 4, 5, 6), "p": (1 / 6,) * 6}),
        Preset("What if one value is certain?", "Then it is what you expect.", {"p": (0, 1, 0)}),
        Preset("What if a rare value is huge?", "One in a hundred can outweigh all the rest.",
               {"x": (0, 1, 1000), "p": (0.5, 0.49, 0.01)}),
        Preset("What if the game is fair?", "Wins and losses cancel.", {"x": (-1, 1), "p": (0.5, 0.5)}),
        Preset("What if p adds up to more than 1?", "Then it is no distribution.", {"p": (0.5, 0.5, 0.5)}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        x, p, total, E = reading["x"], reading["p"], reading["P"], reading["E"]
        if not alike(total, 1):
            return f"p adds up to {number(total)}, not 1: no distribution, so this sum is no expectation."
        sure = [k for k, chance in enumerate(p) if alike(chance, 1)]
        if sure:
            return f"One value is certain, so the expectation is that value: {number(E)}."
        scale = max(map(abs, x))
        if nought(E, scale):
            return "It comes to 0: what the positive values bring, the negative take." if scale else "Every value is 0."
        if all(alike(chance, p[0]) for chance in p):
            return f"All equally likely: the expectation is the plain mean, {number(E)}."
        shares = [abs(float(v * q)) for v, q in zip(x, p, strict=True)]
        heavy = max(range(len(shares)), key=shares.__getitem__)
        if p[heavy] < 0.1 and shares[heavy] > 0.5 * sum(shares):
            return f"The value {number(x[heavy])} is rare, and still makes most of {number(E)}."
        if not any(alike(E, value) for value in x):
            return f"{number(E)} is expected, though X itself never takes that value: it is an average."
        return f"{number(E)} is expected, and it is one of the values: number {listed(self._places(x, E))}."

    def _places(self, x: Sequence[float], E: float) -> list[int]:
        return [k for k, value in enumerate(x, 1) if alike(E, value)]

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.bars import bars

        return bars(reading["p"].tolist(), [f"x = {number(x)}" for x in reading["x"]], total=1.0)

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(x="x", p="p").step("p.sum()", "P")
        return twin.step("x * p", "m").step("x @ p", "E").rows
