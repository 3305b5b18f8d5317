"""Softmax with a temperature: scores become shares, as the formula says it and as libraries compute it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmagic.reading.reading import Reading

from .panel import Choice, CodeRow, Field, Option, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import alike, entries, finite, number, winners

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture

_SURE = 0.99


class Softmax(Panel):
    """Exponentials, divided by their sum; the largest score taken out first, or not."""

    id = "softmax"
    title = "Softmax: scores become shares"
    choice = Choice(
        "how",
        "How it is computed",
        (
            Option("plain", "as the formula says",
                   "s_i = z_i/T; e_i = exp(s_i); S = Σᵢ e_i; p_i = e_i/S", "p_i = exp(z_i/T)/Σⱼ exp(z_j/T)",
                   "p, entry i: e to the z i over T, as a share of all of them added up."),
            Option("stable", "largest score out first, as libraries do",
                   "s_i = z_i/T; m = max(s); e_i = exp(s_i − m); S = Σᵢ e_i; p_i = e_i/S", "p_i = exp(z_i/T − m)/Σⱼ exp(z_j/T − m)",
                   "p, entry i: the same shares. Taking m out of every score divides top and bottom alike."),
        ),
    )  # fmt: skip
    fields = (Field("z", (1, 3, 1), ("n",)), Field("T", 1, step=0.25, low=0))
    sizes = (Size("n", least=2, words="score"),)
    symbols = (
        Symbol("z", "scores, also called logits, {shape}", 4),
        Symbol("T", "temperature", 6),
        Symbol("s", "the scores over the temperature", 1),
        Symbol("m", "the largest of them", 8),
        Symbol("e", "all positive now, and far apart", 2),
        Symbol("S", "their sum", 3),
        Symbol("p", "shares: none negative, adding up to 1", 7),
    )
    written = frozenset({"s", "e", "S", "p"})
    presets = (
        Preset("What if every score rises by 1000?", "The shares should stay. exp overflows, and inf/inf is no number.",
               {"z": (1001, 1003, 1001)}),
        Preset("What if the largest is taken out first?", "The same scores, and shares again.",
               {"z": (1001, 1003, 1001), "how": "stable"}),
        Preset("What if the temperature is high?", "Nearly even shares.", {"T": 10}),
        Preset("What if it is low?", "The winner takes nearly all.", {"T": 0.25}),
        Preset("What if all scores are equal?", "Nothing to choose by.", {"z": (2, 2, 2)}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        p, e, T = reading["p"], reading["e"], reading["T"]
        if T == 0:
            return "T = 0 divides by zero. As T comes near 0 the winner takes all, but at 0 there is no number."
        if not finite(p):
            if self.picked(reading) == "plain" and np.isposinf(e).any():
                return "exp overflows to inf, and inf/inf is nan. Take the largest score out first and it can't happen."
            if not np.any(e):
                return "Every exp underflows to 0, and 0/0 is nan. Take the largest score out first."
            return "The scores leave what a float64 holds."
        if not finite(reading["S"]):
            return "The sum overflows to inf, so every share comes out 0: silently wrong. Take the largest score out first."
        top = winners(p)
        if len(top) == len(p):
            return f"Equal scores, equal shares: {number(p[0])} each."
        if len(top) > 1:
            return f"{entries('p', top)} tie for the lead with {number(p[top[0] - 1])} each."
        lead, first = float(p[top[0] - 1]), entries("p", top)
        if lead == 1:
            return f"{first} takes all: in float64 its share is exactly 1, and no slope is left."
        if lead > _SURE:
            return f"{first} takes nearly all: {number(lead)}. A small T or far-apart scores do that."
        if lead < 1.5 / len(p):
            return f"Nearly even shares: {first} leads with only {number(lead)}."
        if alike(T, 1) and len(p) == 3 and not alike(sum(float(f"{x:.3f}") for x in p), 1):
            return f"{first} leads with {number(lead)}. Printed shares are rounded, so they may miss 1 by a little."
        return f"{first} leads with {number(lead)}; the others share the rest."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.bars import bars

        p = reading["p"].tolist()
        names = [f"z[{k}] = {number(z)}" for k, z in enumerate(reading["z"])]
        return bars(p, names, total=1.0)

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(z="z", T="T").step("s = z / T", "s")
        if self.picked(reading) == "stable":
            twin.step("m = s.max()", "m").step("e = np.exp(s - m)", "e")
        else:
            twin.step("e = np.exp(s)", "e")
        return twin.step("e.sum()", "S").step("p = e / e.sum()", "p").rows
