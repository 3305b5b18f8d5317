"""A matrix times a matrix: every row with every column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from unmagic.core.notation import Fence, Name, Notation
from unmagic.core.notation import Row as Beside
from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import finite, met


class MatMul(Panel):
    """Row i of A in a dot product with column j of B."""

    id = "matmul"
    title = "A matrix times a matrix, entry by entry"
    formula = "(AB)_ij = Σₖ A_ik B_kj"
    source = "C_ij = Σₖ A_ik B_kj"
    say = "A B, entry i j: row i of A and column j of B in a dot product."
    fields = (
        Field("A", ((1, 2), (3, 4)), ("m", "k")),
        Field("B", ((5, 6), (7, 8)), ("k", "n")),
    )
    sizes = (
        Size("m", words="row of A", most=4),
        Size("k", words="column of A and row of B", most=4),
        Size("n", words="column of B", most=4),
    )
    symbols = (Symbol("A", "rows that ask, {shape}", 1), Symbol("B", "columns that are asked, {shape}", 2))
    spelled: ClassVar[Mapping[str, Notation]] = {"C": Fence("(", Beside((Name("A"), Name("B"))), ")")}
    written = frozenset({"C"})
    presets = (
        Preset("What if B is the identity?", "A comes back.", {"B": ((1, 0), (0, 1))}),
        Preset("What if A and B trade places?", "Another product: order matters.",
               {"A": ((5, 6), (7, 8)), "B": ((1, 2), (3, 4))}),
        Preset("What if B undoes A?", "The identity is left.", {"A": ((1, 2), (3, 5)), "B": ((-5, 2), (3, -1))}),
        Preset("What if two that are not zero give zero?", "No number does that.",
               {"A": ((1, -1), (2, -2)), "B": ((1, 2), (1, 2))}),
        Preset("What does a row do to columns?", "1×3 times 3×2 leaves 1×2.",
               {"A": ((1, 2, 3),), "B": ((1, 0), (0, 1), (1, 1))}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        A, B, C = reading["A"], reading["B"], reading["C"]
        if not finite(C):
            return "A sum leaves what a float64 holds, and stands as inf."
        if not C.any():
            if A.any() and B.any():
                return (
                    "Neither is zero, yet their product is: every row of A stands at right angles to every "
                    "column of B."
                )
            return "One of them is all zeros, so the product is."
        if A.shape == B.shape and C.shape == A.shape and np.array_equal(C, np.eye(len(C))):
            return "The identity is left: B undoes what A does."
        if C.shape == A.shape and np.array_equal(C, A):
            return "A comes back unchanged: B is an identity for it."
        if C.shape == B.shape and np.array_equal(C, B):
            return "B comes back unchanged: A is an identity for it."
        m, k = A.shape
        n = B.shape[1]
        if m == n == 1:
            return "A row meets a column: one number, a plain dot product."
        if A.shape == B.shape and m == k:
            turned = np.array_equal(C, B @ A)
            return (
                "These two may trade places: AB and BA are the same, which is rare."
                if turned
                else "Order matters: BA would be another matrix. Each entry is one row of A with one column of B."
            )
        return f"{m * n} dot products of length {k}: {m * k * n} multiplications, which is what FLOPs mostly count."

    def table(self, reading: Reading) -> str:
        from unmagic.render.svg.heat import heat

        C = reading["C"]
        rows = [f"row {i} of A" for i in range(1, len(C) + 1)]
        return heat(C, rows, [f"column {j} of B" for j in range(1, C.shape[1] + 1)], caption="AB, shaded by size")

    def ribbon(self, reading: Reading) -> tuple[tuple[str, str, int], ...]:
        m, k = reading["A"].shape
        n = reading["B"].shape[1]
        return met((m, k, 1), (k, n, 2), (m, n, 3))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(A="A").given(B="B")
        twin.part("A[0] @ B[:, 0]", twin.number("C"), reading["C"][0, 0])
        return twin.step("A @ B", "C").rows
