"""The dot product: how much two lists agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unmagic.core.notation import Apply, Fence, Infix, Name, Row, Word
from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Option, Panel, Preset, Size, Symbol
from .twin import Twin
from .words import alike, degrees, finite, nought, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture

_LENGTH_A, _LENGTH_B = (Fence("|", Name(name), "|") for name in "ab")
_START = "m_i = a_i b_i; s = Σᵢ m_i; n_a = √(Σᵢ aᵢ²); n_b = √(Σᵢ bᵢ²); n = √((Σᵢ aᵢ²)(Σᵢ bᵢ²)); "


class Dot(Panel):
    """Two vectors multiplied entry by entry and added up; their lengths, angle and shadow."""

    id = "dot"
    title = "The dot product, on your numbers"
    formula = "a·b = Σᵢ aᵢ bᵢ"
    # the lengths are multiplied under one root: parallel vectors then come to 1 exactly, where √2·√2 passes 2
    source = _START + "c = s/n; θ = degrees(arccos(c)); h = s/n_a"
    clipped = _START + "r = s/n; c = clip(r, -1, 1); θ = degrees(arccos(c)); h = s/n_a"
    say = "a dot b: multiply entry by entry, then add it all up. The ∑ is a for loop."
    fields = (Field("a", (1, 2, 3), ("n",)), Field("b", (2, 0, 1), ("n",)))
    sizes = (Size("n"),)
    symbols = (
        Symbol("a", "first vector, {shape}", 1),
        Symbol("b", "second vector, {shape}", 2),
        Symbol("θ", "the angle between them, in degrees", 4),
    )
    spelled = {
        "s": Infix("·", (Name("a"), Name("b"))),
        "n_a": _LENGTH_A,
        "n_b": _LENGTH_B,
        "n": Row((_LENGTH_A, _LENGTH_B)),
        "c": Apply(Word("cos"), (Name("theta"),), bare=True),
        "r": Word("quotient"),
        "h": Word("shadow"),
    }
    written = frozenset({"m", "s", "n_a", "n_b", "n", "c"})
    presets = (
        Preset("What if they stand at right angles?", "Watch the shadow.", {"b": (3, 0, -1)}),
        Preset("What if one is the other, backwards?", "Watch the sign, and cos θ.", {"b": (-1, -2, -3)}),
        Preset("What if b grows twice as long?", "One number doubles, one stays.", {"b": (4, 0, 2)}),
        Preset("What if b is a itself?", "The shadow is as long as a.", {"b": (1, 2, 3)}),
        Preset("What if b is nothing but zeros?", "Then it has no direction: 0/0.", {"b": (0, 0, 0)}),
    )

    def read(self, values: Mapping[str, Any], option: Option | None = None) -> Reading:
        reading = self.reading_of(self.source, values)
        if abs(reading["c"]) > 1:  # rounding went past what a cosine can be
            reading = self.reading_of(self.clipped, values)
        return reading

    def happened(self, reading: Reading) -> str:
        product, lengths = float(reading["s"]), float(reading["n"])
        none = [name for name, length in (("a", reading["n_a"]), ("b", reading["n_b"])) if length == 0]
        if len(none) == 2:
            return "Two points at the origin: no length, no direction, so no angle between them."
        if none:
            return f"{none[0]} has length 0, so no direction: the sum is 0, and cos θ would be 0/0."
        if not finite(product, lengths) or lengths == 0:
            return "These lengths leave what a float64 holds, so the angle can't be had this way."
        if nought(product, lengths):
            return "At right angles: what some entries give, others take away. The shadow is 0."
        if alike(product, lengths):
            same = np.array_equal(reading["a"], reading["b"])
            extra = "and the shadow is as long as a" if same else "and the sum is as large as these lengths allow"
            return f"They point the same way: cos θ is 1, {extra}."
        if alike(product, -lengths):
            return "They point opposite ways: cos θ is −1, and the sum is as negative as these lengths allow."
        angle = degrees(reading["θ"])
        if product > 0:
            return f"They lean the same way, {angle} apart, so the sum comes out positive."
        return f"They lean away from each other, {angle} apart, so the sum comes out negative."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.vectors import vectors

        return vectors(reading["a"], reading["b"])

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(a="a", b="b")
        twin.step("a * b", "m").step("a @ b", "s")
        twin.step("np.linalg.norm(a)", "n_a").step("np.linalg.norm(b)", "n_b")
        twin.step("lengths = np.sqrt((a @ a) * (b @ b))", "n")
        clipped = "np.clip(a @ b / lengths, -1, 1)" if "r" in reading else "a @ b / lengths"
        twin.step(f"cos = {clipped}", "c").step("np.degrees(np.arccos(cos))", "θ")
        return twin.step("a @ b / np.linalg.norm(a)", "h").rows
