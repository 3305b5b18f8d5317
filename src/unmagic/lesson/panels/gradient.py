"""The gradient: all partial derivatives, and one small step against them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from unmagic.core.notation import Apply, Fence, Name, Notation
from unmagic.reading.reading import Reading

from .panel import Choice, CodeRow, Field, Option, Panel, Preset, Symbol
from .twin import Twin
from .words import alike, finite, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture

_STEPS = "w = f(x,y); g = ∇f; s = √(g[0]² + g[1]²); p = x − η g[0]; q = y − η g[1]; v = f(p,q)"
_FORMULA = "; ∇f = (∂f/∂x, ∂f/∂y)"
_SAY = "nabla f: how f reacts to x alone, and to y alone. It points uphill; we step the other way."
_SURFACES: dict[str, tuple[Callable[[Any, Any], Any], str, str]] = {
    "bowl": (lambda x, y: x**2 + y**2, "x**2 + y**2", "[2 * x, 2 * y]"),
    "valley": (lambda x, y: x**2 + 4 * y**2, "x**2 + 4 * y**2", "[2 * x, 8 * y]"),
    "saddle": (lambda x, y: x * y, "x * y", "[y, x]"),
}


class Gradient(Panel):
    """∇f at a point, its length, and what a step against it does."""

    id = "gradient"
    title = "The gradient, and one step against it"
    choice = Choice(
        "f",
        "The function",
        (
            Option("bowl", "a bowl: x² + y²", "f(x,y) = x² + y²; " + _STEPS, "∇f = (2x, 2y)",
                   "f is x squared plus y squared. " + _SAY),
            Option("valley", "a valley: x² + 4y²", "f(x,y) = x² + 4y²; " + _STEPS, "∇f = (2x, 8y)",
                   "f is x squared plus four y squared. " + _SAY),
            Option("saddle", "a saddle: x y", "f(x,y) = x y; " + _STEPS, "∇f = (y, x)", "f is x times y. " + _SAY),
        ),
    )  # fmt: skip
    fields = (Field("x", 3, step=0.5), Field("y", 4, step=0.5), Field("η", 0.1, key="eta", step=0.05, low=0, high=100))
    symbols = (
        Symbol("x", "the first coordinate; x₁ after the step", 1),
        Symbol("y", "the second", 2),
        Symbol("η", "how far we step", 6),
        Symbol("∇f", "which way is up, and how steeply", 5),
        Symbol("f", "how high we stand", 3),
    )
    spelled: ClassVar[Mapping[str, Notation]] = {
        "w": Apply(Name("f"), (Name("x"), Name("y"))),
        "g": Name("∇f"),
        "s": Fence("‖", Name("∇f"), "‖"),
        "p": Name("x_1"),
        "q": Name("y_1"),
        "v": Apply(Name("f"), (Name("x_1"), Name("y_1"))),
    }
    written = frozenset({"s"})
    presets = (
        Preset("What if we stand at the bottom?", "No way is up.", {"x": 0, "y": 0}),
        Preset("What if the step is too long?", "Past the bottom, and up the other side.", {"eta": 1.1}),
        Preset("What if η is exactly one half?", "On this bowl that lands on the minimum.", {"eta": 0.5}),
        Preset("What if the valley is narrow?", "Steepest is not the way to the minimum.", {"f": "valley", "eta": 0.2}),
        Preset("What if there is no bottom?", "On a saddle, down goes on for ever.", {"f": "saddle", "x": 2, "y": -2}),
    )

    def happened(self, reading: Reading) -> str:
        before, after, steepness, eta = (reading[name] for name in ("w", "v", "s", "η"))
        if not finite(before, after, steepness):
            return "f or its gradient leaves what a float64 holds."
        if steepness == 0:
            if self.picked(reading) == "saddle":
                return (
                    "The gradient is 0, yet this is no minimum: along one diagonal f rises, along the other "
                    "it falls."
                )
            return "The gradient is 0: the bottom. Whatever η is, descent stays here."
        if eta == 0:
            return "A step of no length: the gradient is there, and nothing moves."
        told = f"f goes from {number(before)} to {number(after)}"
        if alike(before, after):
            return f"f stays at {number(before)}: the step went straight across, to the same height."
        if after > before:
            return f"{told}: up. The way was right and the step too long."
        if after == 0 and self.picked(reading) != "saddle":
            return f"{told}: this one step lands on the minimum."
        if before * after < 0 or (self.picked(reading) == "saddle" and after < 0):
            return f"{told}, below 0: a saddle has no bottom, and the way down does not end."
        if self.picked(reading) == "valley" and reading["y"] * reading["q"] < 0 < reading["x"] * reading["p"]:
            return f"{told}, and across the valley floor: steepest is not the way to the minimum."
        return f"{told}: down, as a small step against the gradient always goes."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.contours import chosen, contours

        run = [(float(reading["x"]), float(reading["y"])), (float(reading["p"]), float(reading["q"]))]
        if not finite(run):
            return None
        kind = self.picked(reading)
        reach = 1.2 * max(1.0, float(np.abs(run).max()))
        places = np.linspace(-reach, reach, 21)
        with np.errstate(all="ignore"):
            grid = _SURFACES[kind][0](places[None, :], places[:, None])
        ticks = places.tolist()
        bottom = None if kind == "saddle" else (0.0, 0.0)
        return contours(grid, ticks, ticks, run=run, minimum=bottom, levels=chosen(grid, 5))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        _, f, slopes = _SURFACES[self.picked(reading)]
        twin = Twin(reading).given(x="x", y="y", eta="η").line(f"f = lambda x, y: {f}")
        twin.step("f(x, y)", "w").step(f"g = np.array({slopes})", "g").step("np.linalg.norm(g)", "s")
        return twin.step("p = x - eta * g[0]", "p").step("q = y - eta * g[1]", "q").step("f(p, q)", "v").rows
