"""Attention: each query's scores with all keys, as shares, mix the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Option, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import alike, finite, listed, number, winners

_SURE = 0.99


class Attention(Panel):
    """softmax(QKᵀ/√d)V, on small Q, K and V."""

    id = "attention"
    title = "Attention, on a few tokens"
    formula = "softmax(QKᵀ/√d)V"
    source = "S = QKᵀ; Z = S/√d; A = softmax(Z); O = AV"
    say = "Score every query with every key, divide by the root of d, make each row shares, mix the values by them."
    fields = (
        Field("Q", ((1, 0), (0, 1)), ("q", "d")),
        Field("K", ((1, 0), (0, 1), (1, 1)), ("k", "d")),
        Field("V", ((1, 0), (0, 1), (2, 2)), ("k", "v")),
    )
    sizes = (
        Size("q", words="query", most=4),
        Size("k", words="key and value", most=4),
        Size("d", words="number in each query and key", most=4),
        Size("v", words="number in each value", most=4),
    )
    symbols = (
        Symbol("Q", "queries, {shape}: what each token looks for", 1),
        Symbol("K", "keys, {shape}: what each offers", 2),
        Symbol("V", "values, {shape}: what each hands over", 3),
        Symbol("S", "how well they match", 4),
        Symbol("d", "numbers in a key", 6),
        Symbol("A", "shares, a row a query", 7),
        Symbol("O", "what each query leaves with", 8),
    )
    written = frozenset({"A", "O"})
    presets = (
        Preset("What if a query matches nothing?", "Even shares: it takes the plain mean of the values.",
               {"Q": ((0, 0), (0, 1))}),
        Preset("What if a query is long?", "Large scores saturate: it copies one value.", {"Q": ((20, -20), (-20, 20))}),
        Preset("What if all keys are the same?", "Nothing to choose by.", {"K": ((1, 1), (1, 1), (1, 1))}),
        Preset("What if there is one key only?", "Its share is 1, whatever the score.", {"K": ((1, 0),), "V": ((3, 4),)}),
        Preset("What if the values are all the same?", "Wherever it looks, it finds this.",
               {"V": ((1, 2), (1, 2), (1, 2))}),
    )  # fmt: skip

    def read(self, values: Mapping[str, Any], option: Option | None = None) -> Reading:
        return self.reading_of(self.source, {**values, "d": float(values["K"].shape[1])})

    def happened(self, reading: Reading) -> str:
        A, V, O = reading["A"], reading["V"], reading["O"]  # noqa: E741
        if not finite(O):
            return "A score or a sum leaves what a float64 holds."
        if A.shape[1] == 1:
            return "One key only: every query gives it share 1 and leaves with its value."
        if np.all(V == V[0]):
            return "All values are the same: wherever a query looks, it leaves with this one."
        even = [i for i, row in enumerate(A, 1) if all(alike(x, row[0]) for x in row)]
        if len(even) == len(A):
            return "Every query scores all keys alike, so each leaves with the plain mean of the values."
        if even:
            who = f"Query {even[0]} finds" if len(even) == 1 else f"Queries {listed(even)} find"
            return f"{who} no key better than another, so all values count alike; the rest choose."
        sure = [i for i, row in enumerate(A, 1) if row.max() > _SURE]
        if len(sure) == len(A):
            return "Saturated: each query gives one key nearly all and copies its value. Hardly any slope is left."
        if sure:
            who = f"Query {sure[0]} has" if len(sure) == 1 else f"Queries {listed(sure)} have"
            return f"{who} settled on one key; the rest still mix."
        best = winners(A[0])
        if len(best) > 1:
            return f"Query 1 is torn between keys {listed(best)}: {number(A[0, best[0] - 1])} each, so it mixes their values."
        return f"Query 1 looks most at key {best[0]}, with {number(A[0].max())}, and leaves with a mixture that leans there."

    def table(self, reading: Reading) -> str:
        from unmagic.render.svg.heat import heat

        A = reading["A"]
        rows = [f"query {i}" for i in range(1, len(A) + 1)]
        return heat(A, rows, [f"key {j}" for j in range(1, A.shape[1] + 1)], caption="A: who looks at whom", hue=7)

    def ribbon(self, reading: Reading) -> tuple[tuple[str, str, int], ...]:
        (q, d), (k, v) = reading["Q"].shape, reading["V"].shape
        return ((f"{q}×", str(d), 1), ("", f"{d}×{k}", 2), (f"{k}×{v}", "", 3), (f"{q}×{v}", "", 8))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(Q="Q").given(K="K").given(V="V").line("d = K.shape[1]")
        twin.step("S = Q @ K.T", "S").step("Z = S / np.sqrt(d)", "Z")
        twin.line("E = np.exp(Z - Z.max(axis=1, keepdims=True))")
        return twin.step("A = E / E.sum(axis=1, keepdims=True)", "A").step("A @ V", "O").rows
