"""The dot product: how much two lists agree."""

from __future__ import annotations

from collections.abc import Sequence

from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Size, Symbol


class Dot(Panel):
    """Two vectors multiplied entry by entry and added up."""

    id = "dot"
    title = "The dot product, on your numbers"
    formula = "a·b = Σᵢ aᵢ bᵢ"
    source = "m_i = a_i b_i; s = Σᵢ m_i"
    say = "a dot b: multiply entry by entry, then add it all up. The ∑ is a for loop."
    fields = (Field("a", (1, 2, 3), ("n",)), Field("b", (2, 0, 1), ("n",)))
    sizes = (Size("n"),)
    symbols = (Symbol("a", "first vector, {shape}", 1), Symbol("b", "second vector, {shape}", 2))
    presets = (Preset("What if they stand at right angles?", "Watch the shadow.", {"b": (3, 0, -1)}),)

    def happened(self, reading: Reading) -> str:
        return "They lean the same way, so the sum comes out positive."

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        a, b = reading["a"], reading["b"]
        return (
            CodeRow("", f"a = np.array({a.tolist()}); b = np.array({b.tolist()})"),
            CodeRow("1", "m = a * b", str((a * b).tolist())),
            CodeRow("2", "m.sum()", str((a * b).sum())),
        )
