"""Cross-entropy: a classifier forward, and its gradient back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import applied, finite, listed, number, winners

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class CrossEntropy(Panel):
    """Logits, softmax, −log of the right class's share; then p − y, spread over the inputs."""

    id = "cross-entropy"
    title = "Cross-entropy: a classifier, there and back"
    formula = "L = −log softmax(Wx)[c]"
    source = "z = Wx; p = softmax(z); L = −log p[c]"
    gradient = ("W",)
    digits = (("L", 4),)
    say = "L is minus the log of the share that softmax of W x gives to the right class c."
    fields = (
        Field("W", ((1, -1, 0), (0, 2, 1), (1, 0, -1)), ("k", "n")),
        Field("x", (2, 1, 1), ("n",)),
        Field("c", 1, whole=True, low=0, high=4),
    )
    sizes = (Size("k", least=2, most=5, words="class"), Size("n", most=5, words="input"))
    symbols = (
        Symbol("W", "weights, {shape}, a row a class", 2),
        Symbol("x", "what comes in, {shape}", 1),
        Symbol("c", "the right class, counted from 0", 8),
        Symbol("z", "logits: scores without bounds", 4),
        Symbol("p", "shares that add up to 1", 7),
        Symbol("L", "the loss, in nats", 5),
    )
    presets = (
        Preset("What if another class is the right one?", "The same shares, a far larger loss.", {"c": 0}),
        Preset("What if the model is sure, and right?", "Hardly any loss, hardly any gradient.",
               {"W": ((1, -1, 0), (2, 4, 2), (1, 0, -1))}),
        Preset("What if it is sure, and wrong?", "The loss is large, and so is the gradient.",
               {"W": ((1, -1, 0), (2, 4, 2), (1, 0, -1)), "c": 0}),
        Preset("What if it knows nothing?", "Even shares: the loss is the log of how many classes there are.",
               {"W": ((0, 0, 0), (0, 0, 0), (0, 0, 0))}),
        Preset("What if it is so sure that p underflows?", "−log 0 is inf: compute it from logits instead.",
               {"W": ((500, 0, 0), (0, 2, 1), (1, 0, -1))}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        p, loss, c = reading["p"], reading["L"], int(reading["c"])
        if not finite(p):
            return "The logits leave what a float64 holds, so there are no shares and no loss."
        if not finite(loss):
            return (
                "The right class's share underflows to 0: −log gives inf, and the way back nan. Losses from "
                "logits avoid that."
            )
        top = [k - 1 for k in winners(p)]
        share = number(p[c])
        if len(top) == len(p):
            return f"Even shares: the loss is log {number(len(p))}, what a guess costs."
        if c not in top:
            if p[c] < 0.01:
                return f"Sure and wrong: class {c} got only {share}, and the loss is {number(loss)}."
            return f"Class {listed(top)} leads, but {c} is right: its share {share} costs {number(loss)}."
        if len(top) > 1:
            return f"Classes {listed(top)} tie, one of them right: its share {share} costs {number(loss)}."
        if p[c] > 0.99:
            return f"Sure and right: share {share}, hardly any loss, and hardly any gradient left."
        return (
            f"Right, and fairly sure: class {c} has {share}. The gradient asks for more, in proportion to what "
            "is missing."
        )

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.bars import bars

        p, c = reading["p"], int(reading["c"])
        target = np.eye(len(p))[c].tolist()
        return bars(p.tolist(), [f"class {k}" for k in range(len(p))], other=target, total=1.0)

    def table(self, reading: Reading) -> str:
        from unmagic.render.svg.heat import heat

        slopes = reading.gradient("W")["W"]
        rows = [f"class {k}" for k in range(len(slopes))]
        columns = [f"x[{j}]" for j in range(slopes.shape[1])]
        return heat(slopes, rows, columns, caption="∂L/∂W: hatched is negative, and rises in training", hue=5)

    def ribbon(self, reading: Reading) -> tuple[tuple[str, str, int], ...]:
        k, n = reading["W"].shape
        return applied((k, n), (2, 1, 4))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(W="W").given(x="x", c="c").step("z = W @ x", "z")
        twin.line("e = np.exp(z - z.max())").step("p = e / e.sum()", "p").step("loss = -np.log(p[c])", "L")
        if finite(reading["L"]):  # else p − y, taken by itself, would hide that this loss has no gradient
            taught = reading["p"] - np.eye(len(reading["p"]))[int(reading["c"])]
            twin.part("g = p - np.eye(len(p))[c]", f"↑{twin.number('L')}·{twin.number('p')}", taught)
            twin.part("np.outer(g, x)", f"↑{twin.number('z')}", reading.gradient("W")["W"])
        return twin.rows
