"""Gradient descent: the update, a few rounds of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unmagic.core.notation import Apply, Name
from unmagic.reading.reading import Reading

from .panel import Choice, CodeRow, Field, Option, Panel, Preset, Symbol
from .twin import Twin
from .words import alike, finite, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture

ROUNDS = 3
_STEPS = "L_0 = f(x); " + "; ".join(
    f"g_{k} = f′({here}); x_{k + 1} = {here} − η g_{k}; L_{k + 1} = f(x_{k + 1})"
    for k, here in enumerate(["x", *(f"x_{k}" for k in range(1, ROUNDS))])
)
_SAY = "x becomes x minus eta times the gradient: uphill is that way, so go the other."
_CURVES: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "square": (lambda x: x**2, "x**2", "2 * x"),
    "quartic": (lambda x: x**4, "x**4", "4 * x**3"),
    "size": (np.abs, "np.abs(x)", "np.sign(x)"),
}


def _place(k: int) -> Name:
    return Name(f"x_{k}" if k else "x")


class Descent(Panel):
    """x ← x − η∇f, three rounds."""

    id = "descent"
    title = "Gradient descent, three rounds"
    formula = "x ← x − η ∇f"
    choice = Choice(
        "f",
        "The function",
        (
            Option("square", "f(x) = x²", "f(x) = x²; " + _STEPS, "", _SAY),
            Option("quartic", "f(x) = x⁴", "f(x) = x⁴; " + _STEPS, "", _SAY),
            Option("size", "f(x) = |x|", "f(x) = |x|; " + _STEPS, "", _SAY),
        ),
    )
    fields = (
        Field("x", 3, step=0.5, low=-1e6, high=1e6),
        Field("η", 0.1, key="eta", step=0.05, low=0, high=100),
    )
    symbols = (
        Symbol("x", "where we stand; x₁, x₂, x₃ after each round", 1),
        Symbol("η", "the learning rate", 6),
        Symbol("f", "what we want small", 3),
        Symbol("∇f", "the gradient, which way is up", 5),
    )
    spelled = {
        **{f"L_{k}": Apply(Name("f"), (_place(k),)) for k in range(ROUNDS + 1)},
        **{f"g_{k}": Apply(Name("∇f"), (_place(k),)) for k in range(ROUNDS)},
    }
    presets = (
        Preset("What if η is one half?", "On x² one round is enough.", {"eta": 0.5}),
        Preset("What if η is 1?", "There and back, for ever.", {"eta": 1}),
        Preset("What if η is 1.1?", "Each step lands further out.", {"eta": 1.1}),
        Preset("What if the bottom is flat?", "x⁴: fast at first, then hardly at all.",
               {"f": "quartic", "x": 1, "eta": 0.1}),
        Preset("What if the slope never gets smaller?", "|x|: steps of one length can't settle.",
               {"f": "size", "x": 1, "eta": 0.75}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        xs, losses = self._run(reading)
        if not finite(xs, losses):
            return "Diverging: within three rounds the numbers leave what a float64 holds."
        first, last = losses[0], losses[-1]
        if reading["g_0"] == 0:
            return "The gradient is 0 here, so no round moves: this is the minimum."
        if reading["η"] == 0:
            return "With η = 0 nothing moves, however steep it is."
        if last == 0:
            rounds = int(np.argmin(losses))
            return f"At the minimum after {'one round' if rounds == 1 else f'{number(rounds)} rounds'}: η fits this curve exactly."
        told = f"f goes from {number(first)} to {number(last)}"
        if alike(first, last):
            return f"f is back at {number(last)}: each step crosses the valley to the same height."
        if last > first:
            return f"Diverging: {told}. Each step overshoots by more than the one before."
        if any(a * b < 0 for a, b in zip(xs, xs[1:], strict=False)):
            return f"Overshooting, but falling: {told}, from one side to the other."
        if first > 0 and last > 0.99 * first:
            return f"Hardly moving: {told}. Small η or small slope makes small steps."
        return f"Descending: {told}, and each step is shorter as the slope eases."

    def _run(self, reading: Reading) -> tuple[list[float], list[float]]:
        xs = [float(reading["x"]), *(float(reading[f"x_{k}"]) for k in range(1, ROUNDS + 1))]
        return xs, [float(reading[f"L_{k}"]) for k in range(ROUNDS + 1)]

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.descent import descent

        xs, losses = self._run(reading)
        reach = 1.25 * max([1.0, *(abs(x) for x in xs if abs(x) < 1e8)])
        places = np.linspace(-reach, reach, 81)
        with np.errstate(all="ignore"):
            heights = _CURVES[self.picked(reading)][0](places)
        run = list(zip(xs, losses, strict=True))
        return descent(places.tolist(), heights.tolist(), run, minimum=0.0)

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        _, f, slope = _CURVES[self.picked(reading)]
        twin = Twin(reading).given(x="x", eta="η").line(f"f = lambda x: {f}").line(f"slope = lambda x: {slope}")
        twin.step("f(x)", "L_0")
        for k in range(ROUNDS):
            twin.step("x = x - eta * slope(x)", f"x_{k + 1}").step("f(x)", f"L_{k + 1}")
        return twin.rows
