"""Perplexity: among how many equally likely outcomes the model seems to guess."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmagic.core.notation import Word
from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import alike, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class Perplexity(Panel):
    """exp of the mean surprise."""

    id = "perplexity"
    title = "Perplexity: how many doors it seems to choose from"
    formula = "PPL = exp(−(1/n) Σᵢ log pᵢ)"
    source = "ℓ_i = −log p_i; H = mean(ℓ); P = exp(H)"
    say = "Perplexity: e to the mean surprise. Each p is what the model gave to the token that came."
    fields = (Field("p", (0.5, 0.25, 0.125), ("n",), step=0.05, low=0, high=1),)
    sizes = (Size("n", words="token", fill=0.5, most=8),)
    symbols = (
        Symbol("p", "what each token that came was given, {shape}", 7),
        Symbol("ℓ", "its surprise, in nats", 5),
        Symbol("H", "the mean surprise", 4),
        Symbol("P", "perplexity", 3),
    )
    spelled = {"P": Word("PPL")}
    written = frozenset({"ℓ", "P"})
    presets = (
        Preset("What if it always chooses between two?", "Perplexity counts the doors.", {"p": (0.5, 0.5, 0.5)}),
        Preset("What if it knew every token?", "One door.", {"p": (1, 1, 1)}),
        Preset("What if one token came as a shock?", "One surprise outweighs many good guesses.", {"p": (0.9, 0.9, 0.9, 0.0001)}),
        Preset("What if a token was held impossible?", "No finite perplexity.", {"p": (0.9, 0, 0.9)}),
        Preset("What if it guesses among a vocabulary of fifty thousand?", "As bad as knowing nothing.",
               {"p": (0.00002, 0.00002)}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        p, surprise, perplexity = reading["p"], reading["ℓ"], float(reading["P"])
        if not p.all():
            return "A token came that the model held impossible: infinite surprise, and perplexity inf."
        if perplexity == 1:
            return "It knew every token: perplexity 1, one door, no choice."
        if np.all(p == p[0]):
            doors = number(perplexity)
            return f"Equal odds at every token: it guesses as if among {doors} equally likely ones."
        worst = int(np.argmax(surprise))
        if surprise[worst] > 0.5 * surprise.sum() and len(p) > 2:
            return f"One shock, p[{worst}] = {number(p[worst])}, makes most of it: perplexity {number(perplexity)}."
        if perplexity < 2 and not alike(perplexity, 2):
            return f"Better than a coin toss at each token: perplexity {number(perplexity)}."
        return f"On average it seems to choose among {number(perplexity)} equally likely tokens."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.surprise import surprise

        return surprise(float(np.exp(-reading["H"])))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(p="p").step("-np.log(p)", "ℓ").step("H = np.mean(-np.log(p))", "H")
        return twin.step("np.exp(H)", "P").rows
