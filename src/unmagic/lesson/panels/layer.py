"""A layer: a matrix, a shift and a nonlinearity."""

from __future__ import annotations

from collections.abc import Sequence

from unmagic.reading.reading import Reading

from .panel import Choice, CodeRow, Field, Option, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import alike, finite, listed, number

_SATURATED = 0.01  # a sigmoid nearer than this to 0 or 1 has hardly any slope left


class Layer(Panel):
    """Wx + b, then relu or sigmoid entry by entry."""

    id = "layer"
    title = "A layer: matrix, shift, bend"
    choice = Choice(
        "f",
        "The bend at the end",
        (
            Option("relu", "relu: keep what is positive", "y = Wx; z = y + b; h = relu(z)", "h = relu(Wx + b)",
                   "h: send x through W, shift by b, and cut whatever is negative to 0."),
            Option("sigmoid", "sigmoid: squeeze into 0 to 1", "y = Wx; z = y + b; h = sigmoid(z)", "h = σ(Wx + b)",
                   "h: send x through W, shift by b, and squeeze each score into 0 to 1."),
        ),
    )  # fmt: skip
    fields = (
        Field("W", ((1, 0), (2, 3), (0, 1)), ("m", "n")),
        Field("x", (1, 2), ("n",)),
        Field("b", (0, -8, -3), ("m",)),
    )
    sizes = (Size("m", words="unit", most=5), Size("n", words="input", most=5))
    symbols = (
        Symbol("W", "weights, {shape}, learned", 2),
        Symbol("x", "what comes in, {shape}", 1),
        Symbol("b", "the shift, {shape}, learned", 5),
        Symbol("y", "what the rows of W answer", 7),
        Symbol("z", "the scores before the bend", 4),
        Symbol("h", "what comes out", 3),
    )
    written = frozenset({"z"})
    presets = (
        Preset("What if b is zero?", "Then it is a plain matrix, bent.", {"b": (0, 0, 0)}),
        Preset("What if b is very negative?", "The whole layer goes dead, and nothing below it learns.", {"b": (-20, -20, -20)}),
        Preset("What if x is zero?", "Only the shift is left.", {"x": (0, 0), "b": (1, -1, 2)}),
        Preset("What does sigmoid make of these scores?", "All between 0 and 1.", {"f": "sigmoid", "b": (0, -8, -3)}),
        Preset("What if the scores are large?", "Sigmoid presses them flat against 0 and 1.",
               {"f": "sigmoid", "W": ((20, 0), (2, -30), (0, 10)), "b": (0, 0, 0)}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        z, h, x = reading["z"], reading["h"], reading["x"]
        if not finite(h):
            return "A score leaves what a float64 holds, and goes on as inf or nan."
        if not x.any():
            return "Nothing came in, so only the shift speaks: the scores are b itself, then the bend."
        return self._bent(z, h) if self.picked(reading) == "relu" else self._squeezed(z, h)

    def _bent(self, z: Sequence[float], h: Sequence[float]) -> str:
        cut = [k for k, score in enumerate(z, 1) if score < 0]
        if len(cut) == len(z):
            return "All scores are negative, so relu silences every unit: nothing goes on, and no gradient returns."
        if cut:
            units = "Unit" if len(cut) == 1 else "Units"
            off = "is" if len(cut) == 1 else "are"
            return f"{units} {listed(cut)} {off} cut to 0; what is positive passes as it is."
        if all(score == 0 for score in z):
            return "All scores are 0, right at the bend: relu gives 0."
        return "No score is negative, so relu changes nothing: on this x the layer is affine."

    def _squeezed(self, z: Sequence[float], h: Sequence[float]) -> str:
        pressed = [k for k, share in enumerate(h, 1) if min(share, 1 - share) < _SATURATED]
        if len(pressed) == len(z):
            return "Every unit is pressed flat against 0 or 1: hardly any slope is left to learn by."
        if pressed:
            units = "Unit" if len(pressed) == 1 else "Units"
            have = "has" if len(pressed) == 1 else "have"
            return f"{units} {listed(pressed)} {have} gone flat, within {number(_SATURATED)} of 0 or 1; the rest still react."
        if all(alike(share, 0.5) for share in h):
            return "All scores are 0, and sigmoid of 0 is one half: undecided everywhere."
        return "Every score lands well inside 0 to 1, where sigmoid still has slope."

    def table(self, reading: Reading) -> str:
        from unmagic.render.svg.detectors import detectors

        return detectors(reading["W"], reading["x"], names=("W", "x", "y"))

    def ribbon(self, reading: Reading) -> tuple[tuple[str, str, int], ...]:
        m, n = reading["W"].shape
        return ((f"{m}×", str(n), 2), ("", str(n), 1), (str(m), "", 3))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(W="W").given(x="x", b="b").step("y = W @ x", "y").step("z = y + b", "z")
        bend = "np.maximum(0, z)" if self.picked(reading) == "relu" else "1 / (1 + np.exp(-z))"
        return twin.step(bend, "h").rows
