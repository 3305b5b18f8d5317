"""The chain rule: a value on its way forward, its slope on the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from unmagic.core.notation import Fraction, Name, Prefix
from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Option, Panel, Preset, Symbol
from .twin import Twin
from .words import finite, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


def _slope(of: str, by: str) -> Fraction:
    return Fraction(Prefix("d", Name(of)), Prefix("d", Name(by)))


class Chain(Panel):
    """z = (ax + b)² forward, then from dz/dz = 1 back to dz/dx."""

    id = "chain"
    title = "The chain rule, there and back"
    formula = "z = (a x + b)²"
    # r is dz/dz, where every walk back starts; each step back is what came, times the local slope
    source = "u = a x + b; z = u²; s = r·dz/du; t = s·du/dx"
    say = "z is u squared, u is a x plus b. Back: what came in from above, times the local slope, step by step."
    fields = (Field("x", 1), Field("a", 3), Field("b", 1))
    symbols = (
        Symbol("x", "what comes in", 1),
        Symbol("a", "how fast u moves with x: du/dx", 2),
        Symbol("b", "a shift; no slope passes through it to x", 6),
        Symbol("u", "the inner value", 4),
        Symbol("z", "the outer value", 3),
        Symbol("r", "dz/dz = 1, where the way back begins", 5),
    )
    spelled = {"r": _slope("z", "z"), "s": _slope("z", "u"), "t": _slope("z", "x")}
    presets = (
        Preset("What if the inner value is 0?", "The outer slope is 0 there, and stops everything.", {"x": -1, "a": 1}),
        Preset("What if the inner function is flat?", "a = 0: x makes no difference.", {"a": 0}),
        Preset("What if the inner one turns round?", "One negative factor, one change of sign.", {"a": -3}),
        Preset("What if both slopes are small?", "Factors below 1 multiply to less: gradients vanish.",
               {"x": 1, "a": 0.1, "b": 0.1}),
        Preset("What if x is large?", "Slopes multiply, and grow as fast.", {"x": 100}),
    )  # fmt: skip

    def read(self, values: Mapping[str, Any], option: Option | None = None) -> Reading:
        return self.reading_of(self.source, {**values, "r": 1.0})

    def happened(self, reading: Reading) -> str:
        outer, inner, whole = reading["s"], reading["a"], reading["t"]
        if not finite(reading["z"], whole):
            return "A value leaves what a float64 holds, and its slope with it."
        if outer == 0 and inner == 0:
            return "Both slopes are 0: nothing that x does reaches z."
        if outer == 0:
            return "u is 0, at the bottom of the square: the outer slope is 0, so nothing passes back to x."
        if inner == 0:
            return "a is 0: u does not move with x, so dz/dx is 0 however steep the square is."
        product = f"{number(outer)} times {number(inner)} is {number(whole)}"
        if abs(outer) < 1 and abs(inner) < 1:
            return f"{product}: two factors below 1, and what is left is smaller than either. So gradients vanish."
        if whole < 0:
            return f"{product}: negative, so a little more x means less z."
        return f"{product}: nudge x by a little, and z moves about {number(whole)} times as far."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.network import Node, network

        x, u, z = (float(reading[name]) for name in "xuz")
        if not finite(x, u, z, reading["t"]):
            return None
        nodes = (
            Node("x", "", x, float(reading["t"]), 1),
            Node("u", "ax + b", u, float(reading["s"]), 4),
            Node("z", "u²", z, 1.0, 3),
        )
        return network(nodes, (("x", "u"), ("u", "z")), direction="backward", at=0)

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(x="x", a="a", b="b").step("u = a * x + b", "u").step("z = u**2", "z")
        twin.line("dz_dz = 1.0").step("dz_du = dz_dz * 2 * u", "s")
        return twin.step("dz_dx = dz_du * a", "t").rows
