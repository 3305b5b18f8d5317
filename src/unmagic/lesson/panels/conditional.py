"""Conditional probability: how often both, among all that have B."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Symbol
from .twin import Twin
from .words import alike, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class Conditional(Panel):
    """P(A,B) as a share of P(B)."""

    id = "conditional"
    title = "Given B, how likely is A?"
    formula = "P(A|B) = P(A,B)/P(B)"
    source = "P(A|B) = P(A,B)/P(B); P(¬A|B) = 1 − P(A|B)"
    say = "P of A given B: of all the cases that have B, the share that has A as well."
    fields = (
        Field("P(A,B)", 0.12, key="both", step=0.02, low=0, high=1),
        Field("P(B)", 0.4, key="b", step=0.1, low=0, high=1),
    )
    symbols = (
        Symbol("P(A,B)", "both happen", 4),
        Symbol("P(B)", "B happens, with A or without", 8),
        Symbol("P(A|B)", "A, once B is known", 7),
        Symbol("P(¬A|B)", "not A, once B is known", 3),
    )
    presets = (
        Preset("What if B never comes without A?", "Knowing B, A is certain.", {"both": 0.4, "b": 0.4}),
        Preset("What if they never come together?", "B rules A out.", {"both": 0}),
        Preset("What if B is rare, but nearly always with A?", "A small joint, a large conditional.",
               {"both": 0.009, "b": 0.01}),
        Preset("What if B never happens?", "0/0: there is nothing to take a share of.", {"both": 0, "b": 0}),
        Preset("What if both are likelier than B alone?", "No such world: every case of both has B.",
               {"both": 0.5, "b": 0.4}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        both, b, share = reading["P(A,B)"], reading["P(B)"], reading["P(A|B)"]
        if b == 0 and both == 0:
            return "B never happens, so there is nothing to take a share of: 0/0."
        if both > b:
            return "No such world: every case of both has B, so P(A,B) can't be above P(B)."
        if both == 0:
            return "They never come together: once B is known, A is ruled out."
        if alike(both, b):
            return "B never comes without A: once B is known, A is certain."
        if b == 1:
            return f"B always happens, so knowing it tells nothing: A stays at {number(share)}."
        if share > 0.5:
            return f"Both happen in {number(both)} of all cases, but in {number(share)} of those with B: A is likely there."
        if alike(share, 0.5):
            return "Among the cases with B, A is a coin toss."
        return f"Of all cases with B, {number(share)} have A too; in the others A stays away."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.bars import bars

        return bars([float(reading["P(B)"]), float(reading["P(A,B)"])], ["P(B)", "P(A,B)"], names=("P", ""), total=1.0)

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(both="P(A,B)", b="P(B)")
        return twin.step("both / b", "P(A|B)").step("1 - both / b", "P(¬A|B)").rows
