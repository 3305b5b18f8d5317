"""A derivative as sensitivity: what f does, against what its slope foretells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmagic.core.notation import Apply, Name, Postfix, Prefix
from unmagic.reading.reading import Reading

from .panel import Choice, CodeRow, Field, Option, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import finite, nought, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture

_STEPS = "y = f(x); m = f′(x); g_i = f(x + Δ_i) − y; t_i = m Δ_i; r_i = g_i − t_i"
_SAY = "f prime of x times delta x foretells how far f moves; the smaller the step, the better."
_CURVES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], str, str]] = {
    "square": (lambda x: x**2, "x**2", "2 * x"),
    "exp": (np.exp, "np.exp(x)", "np.exp(x)"),
    "abs": (np.abs, "np.abs(x)", "np.sign(x)"),
    "inverse": (lambda x: 1 / x, "1 / x", "-1 / x * (1 / x)"),
}


def _of(letter: str) -> Apply:
    return Apply(Name("f"), (Name(letter),))


class Derivative(Panel):
    """f(x + Δx) − f(x) beside f′(x)·Δx, for several Δx at once."""

    id = "derivative"
    title = "A derivative, as sensitivity"
    choice = Choice(
        "f",
        "The function",
        (
            Option("square", "f(x) = x²", "f(x) = x²; " + _STEPS, "", "f of x is x squared: " + _SAY),
            Option("exp", "f(x) = eˣ", "f(x) = eˣ; " + _STEPS, "", "f of x is e to the x: " + _SAY),
            Option("abs", "f(x) = |x|", "f(x) = |x|; " + _STEPS, "", "f of x is the size of x: " + _SAY),
            Option("inverse", "f(x) = 1/x", "f(x) = 1/x; " + _STEPS, "", "f of x is one over x: " + _SAY),
        ),
    )
    formula = "f(x + Δ) − f(x) = f′(x)·Δ + r"
    fields = (
        Field("x", 3, step=0.5),
        Field("Δ", (1, 0.1, 0.01), ("n",), key="dx", step=0.1),
    )
    sizes = (Size("n", words="Δ", most=5, fill=0.001),)
    symbols = (
        Symbol("x", "where we stand", 1),
        Symbol("Δ", "how far we step, {shape}", 6),
        Symbol("y", "f(x), its height there", 3),
        Symbol("m", "f′(x), the slope there", 5),
        Symbol("t", "what the slope foretells", 4),
        Symbol("r", "what the slope gets wrong", 8),
    )
    spelled = {
        "y": _of("x"),
        "m": Apply(Postfix(Name("f"), "′"), (Name("x"),)),
        "g": Prefix("Δ", Name("f")),
    }
    presets = (
        Preset("What if we stand on flat ground?", "The slope foretells nothing at all.", {"x": 0}),
        Preset("What if we step the other way?", "The slope's sign turns round.", {"dx": (-1, -0.1, -0.01)}),
        Preset("What if f is its own slope?", "eˣ: the higher, the steeper.", {"f": "exp", "x": 1}),
        Preset("What if there is a kink?", "No slope fits both sides.", {"f": "abs", "x": 0}),
        Preset("What if f has no value there?", "1/0, and all that follows.", {"f": "inverse", "x": 0}),
    )

    def happened(self, reading: Reading) -> str:
        x, slope, steps, rest = reading["x"], reading["m"], reading["Δ"], reading["r"]
        if not finite(reading["y"], slope):
            return "f has no finite value here, so there is no slope either."
        if not finite(rest):
            return "One of the steps lands where f has no finite value."
        if self.picked(reading) == "abs" and x == 0:
            return "A kink: from the left the slope is −1, from the right 1. Libraries settle for 0."
        if not steps.any():
            return "Without a step nothing moves: 0 on both sides."
        if all(nought(part, reading["g"][k] or 1) for k, part in enumerate(rest)):
            return "A straight stretch: the slope foretells every step exactly."
        if slope == 0:
            return "Flat ground: the slope is 0, so to first order f does not react to a nudge."
        small = int(np.argmin(np.where(steps == 0, np.inf, np.abs(steps))))
        missed = number(abs(rest[small]))
        way = "up" if slope * steps[small] > 0 else "down"
        return f"The slope says {way}; for the smallest step it misses by only {missed}. The miss shrinks faster than the step."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.tangent import tangent

        f = _CURVES[self.picked(reading)][0]
        x, step = float(reading["x"]), float(reading["Δ"][0])
        reach = min(max(1.6 * abs(step), 1.0), 1e6)
        low, high = min(x, x + step) - reach, max(x, x + step) + reach
        if self.picked(reading) == "inverse" and x > 0:
            low = max(low, 0.3 * min(x, x + step) if x + step > 0 else low)
        xs = np.linspace(low, high, 81)
        with np.errstate(all="ignore"):
            heights = f(xs)
        point = (x, float(reading["y"]))
        return tangent(xs.tolist(), heights.tolist(), point, float(reading["m"]), (x + step, point[1] + float(reading["g"][0])))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        _, f, slope = _CURVES[self.picked(reading)]
        twin = Twin(reading).given(x="x", d="Δ").line(f"f = lambda x: {f}")
        twin.step("f(x)", "y").step(f"slope = {slope}", "m").step("f(x + d) - f(x)", "g")
        return twin.step("slope * d", "t").step("f(x + d) - f(x) - slope * d", "r").rows
