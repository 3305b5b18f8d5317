"""Likelihood: a product that underflows, and its log, a sum that does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmagic.core.notation import Apply, Name, Word
from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class Likelihood(Panel):
    """All probabilities multiplied, and all their logs added up."""

    id = "likelihood"
    title = "Likelihood, and why its log"
    formula = "log ∏ᵢ pᵢ = Σᵢ log pᵢ"
    source = "L = Πᵢ pᵢ; ℓ_i = log pᵢ; s = Σᵢ ℓ_i; n = −s"
    say = "The log of all probabilities multiplied is the sum of their logs. The base is e, the unit nats."
    fields = (Field("p", (0.5, 0.25, 0.8), ("n",), step=0.05, low=0, high=1),)
    sizes = (Size("n", most=12, words="observation", fill=0.5),)
    symbols = (
        Symbol("p", "what the model gave to each thing that happened, {shape}", 7),
        Symbol("L", "the likelihood", 3),
        Symbol("ℓ", "the logs", 4),
        Symbol("s", "the log-likelihood", 2),
        Symbol("n", "the negative log-likelihood, a loss", 5),
    )
    spelled = {"s": Apply(Word("log"), (Name("L"),), bare=True), "n": Word("NLL")}
    written = frozenset({"L", "ℓ", "s", "n"})
    presets = (
        Preset("What if there are many small ones?", "The product underflows to 0; the sum does not.", {"p": (1e-40,) * 10}),
        Preset("What if the model was sure, and right?", "Nothing lost.", {"p": (1, 1, 1)}),
        Preset("What if one thing was held impossible?", "One 0 outweighs everything else.", {"p": (0.9, 0, 0.9)}),
        Preset("What if every guess is a coin toss?", "Each costs log 2.", {"p": (0.5,) * 4}),
    )

    def happened(self, reading: Reading) -> str:
        p, product, log = reading["p"], reading["L"], reading["s"]
        if not p.all():
            return "Something happened that the model held impossible: the likelihood is 0, its log minus infinity."
        if product == 0:
            return f"The product underflows to 0 though no factor is 0; its log is a harmless {number(log)}."
        if log == 0:
            return "The model was certain of all that happened: likelihood 1, loss 0."
        if len(p) > 1 and np.all(p == p[0]):
            return f"Equal factors: the loss is {number(len(p))} times {number(-reading['ℓ'][0])} nats."
        worst = int(np.argmin(p))
        if len(p) > 1 and -reading["ℓ"][worst] > 0.5 * reading["n"]:
            return f"p[{worst}] = {number(p[worst])} alone makes more than half of the loss: surprise is what costs."
        return f"The product is {number(product)}, its log {number(log)}: whatever makes the one larger makes the other larger."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.bars import bars

        losses = [abs(float(x)) for x in reading["ℓ"]]
        labels = [f"p[{k}] = {number(x)}" for k, x in enumerate(reading["p"])]
        return bars(losses, labels, names=("−log p", ""), hues=(5, 8))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(p="p").step("np.prod(p)", "L").step("np.log(p)", "ℓ")
        return twin.step("np.log(p).sum()", "s").step("-np.log(p).sum()", "n").rows
