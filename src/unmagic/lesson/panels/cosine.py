"""Length, and cosine similarity: the dot product with the lengths divided out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from unmagic.core.notation import Apply, Fence, Name, Word
from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import alike, finite, nought, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class Cosine(Panel):
    """Both vectors brought to length 1, then multiplied entry by entry and added up."""

    id = "cosine"
    title = "Cosine similarity: lengths divided out"
    formula = "cos θ = a·b/(|a||b|)"
    source = "n_a = √(Σᵢ aᵢ²); n_b = √(Σᵢ bᵢ²); u_i = a_i/n_a; v_i = b_i/n_b; c = Σᵢ u_i v_i"
    say = "Cosine of theta: a dot b over the length of a times the length of b. Direction alone is left."
    fields = (Field("a", (3, 4), ("n",)), Field("b", (4, 3), ("n",)))
    sizes = (Size("n"),)
    symbols = (
        Symbol("a", "first vector, {shape}", 1),
        Symbol("b", "second vector, {shape}", 2),
        Symbol("u", "a at length 1", 3),
        Symbol("v", "b at length 1", 6),
        Symbol("θ", "the angle between them", 4),
    )
    spelled = {
        "n_a": Fence("|", Name("a"), "|"),
        "n_b": Fence("|", Name("b"), "|"),
        "c": Apply(Word("cos"), (Name("theta"),), bare=True),
    }
    written = frozenset({"n_a", "n_b", "u", "v", "c"})
    presets = (
        Preset("What if b is ten times as long?", "Its length changes; cos θ does not.", {"b": (40, 30)}),
        Preset("What if a long text meets a short one on the same topic?", "All the length goes.", {"b": (0.3, 0.4)}),
        Preset("What if they have nothing in common?", "No entry in which both are alive.", {"a": (3, 0), "b": (0, 4)}),
        Preset("What if b says the opposite?", "As far apart as directions get.", {"b": (-3, -4)}),
        Preset("What if b is empty?", "A length of 0 can't be divided out.", {"b": (0, 0)}),
    )

    def happened(self, reading: Reading) -> str:
        c = reading["c"]
        if reading["n_a"] == 0 or reading["n_b"] == 0:
            return "A vector of length 0 has no direction: 0/0 in every entry, and search code must expect it."
        if not finite(c):
            return "These lengths leave what a float64 holds, so the cosine can't be had this way."
        if alike(c, 1):
            same = alike(reading["n_a"], reading["n_b"])
            ratio = "of one length" if same else f"{number(reading['n_b'] / reading['n_a'])} times the length"
            return f"The same direction, {ratio}: cosine similarity is 1."
        if alike(c, -1):
            return "Opposite directions: cosine similarity is −1, as low as it goes."
        if nought(c):
            return "At right angles: cosine similarity is 0, nothing in common."
        if c > 0:
            return f"They lean the same way: {number(c)} of 1, whatever their lengths."
        return f"They lean away from each other: {number(c)}, where −1 is opposite."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.vectors import vectors

        return vectors(reading["a"], reading["b"])

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(a="a", b="b")
        twin.step("np.linalg.norm(a)", "n_a").step("np.linalg.norm(b)", "n_b")
        twin.step("u = a / np.linalg.norm(a)", "u").step("v = b / np.linalg.norm(b)", "v")
        return twin.step("u @ v", "c").rows
