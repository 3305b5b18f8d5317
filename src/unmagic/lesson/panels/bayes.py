"""Bayes' rule: from how the evidence comes about, back to what brought it about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from unmagic.reading.reading import Reading

from .panel import CodeRow, Field, Panel, Preset, Symbol
from .twin import Twin
from .words import alike, number

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class Bayes(Panel):
    """Prior times likelihood over the evidence, whose probability is the sum over both ways."""

    id = "bayes"
    title = "Bayes: is it spam, now that the word is there?"
    formula = "P(H|D) = P(D|H)·P(H)/P(D)"
    source = (
        "P(D,H) = P(D|H)·P(H); P(D,¬H) = P(D|¬H)·(1 − P(H)); "
        "P(D) = P(D,H) + P(D,¬H); P(H|D) = P(D,H)/P(D)"
    )  # fmt: skip
    say = "P of H given D: the way over H to the evidence, as a share of all ways to it. H: spam. D: the word is there."
    fields = (
        Field("P(H)", 0.2, key="prior", step=0.05, low=0, high=1),
        Field("P(D|H)", 0.6, key="hit", step=0.05, low=0, high=1),
        Field("P(D|¬H)", 0.05, key="alarm", step=0.05, low=0, high=1),
    )
    symbols = (
        Symbol("P(H)", "prior: spam, before looking", 8),
        Symbol("P(D|H)", "likelihood: the word, in spam", 7),
        Symbol("P(D|¬H)", "the word, in other mail", 6),
        Symbol("P(D)", "evidence: the word, in any mail", 4),
        Symbol("P(H|D)", "posterior: spam, now that the word is there", 3),
    )
    written = frozenset({"P(H|D)"})
    presets = (
        Preset("What if spam is rare?", "A good test, and still mostly false alarms.", {"prior": 0.01}),
        Preset("What if the word is as common in other mail?", "Then it tells nothing.", {"alarm": 0.6}),
        Preset("What if the word never stands in other mail?", "One sight of it settles the matter.", {"alarm": 0}),
        Preset("What if the word speaks against spam?", "The posterior falls below the prior.",
               {"hit": 0.05, "alarm": 0.6}),
        Preset("What if the word is never seen?", "P(D) = 0: no evidence, 0/0.", {"hit": 0, "alarm": 0}),
    )  # fmt: skip

    def happened(self, reading: Reading) -> str:
        prior, hit, alarm = (float(reading[name]) for name in ("P(H)", "P(D|H)", "P(D|¬H)"))
        evidence, posterior = float(reading["P(D)"]), float(reading["P(H|D)"])
        if evidence == 0:
            return "This evidence never comes up, so there is nothing to conclude from it: 0/0."
        if prior in (0, 1):
            return "A prior of 0 or 1 is beyond argument: no evidence moves it."
        if alike(hit, alarm):
            return f"The word is as common either way, so it tells nothing: the posterior is the prior, {number(prior)}."
        if alarm == 0:
            return "The word comes from spam alone, so one sight of it makes spam certain."
        if hit == 0:
            return "Spam never has this word, so one sight of it rules spam out."
        moved = f"from {number(prior)} to {number(posterior)}"
        if posterior < prior:
            return f"The word speaks against spam: {moved}."
        if posterior < 0.5:
            return f"The word speaks for spam, {moved}, yet most mail with it is fine: spam is rare."
        return f"The word speaks for spam: {moved}."

    def picture(self, reading: Reading) -> Picture | None:
        from unmagic.render.svg.areas import areas

        values = (float(reading[name]) for name in ("P(H)", "P(D|H)", "P(D|¬H)"))
        return areas(*values, names=("spam", "other", "word"))

    def code(self, reading: Reading) -> Sequence[CodeRow]:
        twin = Twin(reading).given(prior="P(H)", hit="P(D|H)", alarm="P(D|¬H)")
        twin.step("spam = hit * prior", "P(D,H)").step("other = alarm * (1 - prior)", "P(D,¬H)")
        return twin.step("word = spam + other", "P(D)").step("spam / word", "P(H|D)").rows
