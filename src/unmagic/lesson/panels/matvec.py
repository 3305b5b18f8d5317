"""A matrix times a vector: every row asks its own question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import finite, listed, number, ordinal, winners

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class MatVec(Panel):
    """Each row of W in a dot product with x."""

    id = "matvec"
    title = "A matrix times a vector, row by row"
    formula = "y_i = Σⱼ W_ij x_j"
    source = "y_i = Σⱼ W_ij x_j"
    say = "y, entry i: run along row i of W and down x together; multiply, add."
    fields = (Field("W", ((1, 0), (2, 3), (0, 1)), ("m", "n")), Field("x", (1, 2), ("n",)))
    sizes = (Size("m", words="row", most=5), Size("n", words="column", most=5))
    symbols = (
        Symbol("W", "weights, {shape}, learned", 2),
        Symbol("x", "what comes in, {shape}", 1),
        Symbol("y", "what comes out, one number a row", 3),
    )
    written = frozenset({"y"})
    presets = (
        Preset("What if W has ones on its diagonal only?", "y is x again.", {"W": ((1, 0), (0, 1)), "x": (1, 2)}),
        Preset("What if it swaps the axes?", "Each row copies the other entry.", {"W": ((0, 1), (1, 0)), "x": (1, 2)}),
        Preset("What if a row is the difference of two?", "It falls silent where they agree.",
               {"W": ((1, -1), (2, 3), (0, 1)), "x": (2, 2)}),
        Preset("What if every row says the same?", "Three detectors, one fact.",
               {"W": ((1, 2), (2, 4), (3, 6)), "x": (1, 2)}),
        Preset("What if x is nothing but zeros?", "A matrix can't make something of nothing.", {"x": (0, 0)}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        W, x, y = reading["W"], reading["x"], reading["y"]
        if not finite(y):
            return "A sum leaves what a float64 holds, and stands as inf."
        if not x.any():
            return "Zeros in, zeros out: a matrix can't make something of nothing. That takes a bias."
        if not W.any():
            return "A matrix of zeros hears nothing: every answer is 0."
        if y.shape == x.shape and np.array_equal(y, x):
            return "What went in came out: on this x, the matrix does nothing."
        silent = [k for k, value in enumerate(y, 1) if value == 0]
        if len(silent) == len(y):
            return "Every row is silent: this x is one that the matrix sends to 0."
        if silent:
            rows = "Row" if len(silent) == 1 else "Rows"
            stay = "stays" if len(silent) == 1 else "stay"
            return f"{rows} {listed(silent)} {stay} silent on this x: what one entry gives, another takes, or no weight is there."
        return self._loudest(W, x, y)

    def _loudest(self, W: np.ndarray, x: np.ndarray, y: np.ndarray) -> str:
        loudest = winners(np.abs(y))
        if len(y) == 1:
            return f"One row, one answer: {number(y[0])}."
        if len(loudest) > 1:
            return f"Rows {listed(loudest)} are equally loud: {number(abs(y[loudest[0] - 1]))} in size."
        k = loudest[0]
        if y[k - 1] < 0:
            return f"Row {k} is the loudest, with {number(y[k - 1])}: it finds the opposite of what it looks for."
        shares = W[k - 1] * x
        j = int(np.argmax(shares)) + 1
        if (W[k - 1] != 0).sum() == 1:
            return f"Row {k} shouts: it hears the {ordinal(j)} entry alone, and makes {number(y[k - 1])} of it."
        if shares[j - 1] > y[k - 1]:
            return f"Row {k} shouts, on the strength of the {ordinal(j)} entry; another one holds it back to {number(y[k - 1])}."
        return f"Row {k} shouts: {number(shares[j - 1])} of its {number(y[k - 1])} come from the {ordinal(j)} entry."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.plane import plane

        return plane(reading["W"], reading["x"])

    def table(self, reading: Reading) -> str:
        from unmagic.render.svg.detectors import detectors

        return detectors(reading["W"], reading["x"])

    def ribbon(self, reading: Reading) -> tuple[tuple[str, str, int], ...]:
        m, n = reading["W"].shape
        return ((f"{m}×", str(n), 2), ("", str(n), 1), (str(m), "", 3))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(W="W").given(x="x")
        number_of = twin.number("y")
        for k, value in enumerate(reading["y"]):
            twin.part(f"W[{k}] @ x", number_of, value)
        return twin.step("W @ x", "y").rows
