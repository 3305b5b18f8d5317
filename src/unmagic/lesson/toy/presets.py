"""Questions that a function, a start and a rate answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .state import DEFAULTS, Pairs, ToyState


@dataclass(frozen=True, slots=True)
class Preset:
    """What to ask, what to look at, and the texts that change against the toy's own."""

    ask: str
    look: str
    texts: Mapping[str, str] = field(hash=False)

    def pairs(self, id: str, defaults: Mapping[str, str]) -> Pairs:
        """The state that answers it, in the toy called ``id``, whose texts are ``defaults`` when it is opened."""
        query = [(f"{id}.{name}", text) for name, text in {**DEFAULTS, **self.texts}.items()]
        return ToyState.of(id, query, defaults).query()


PRESETS = (
    Preset("What if a step passes the minimum?", "It comes back, from side to side.", {"eta": "5", "k": "4"}),
    Preset("Is a bigger rate always faster?", "Each leap longer than the one before.", {"eta": "6", "k": "8"}),
    Preset(
        "Can a leap leave the valley?",
        "A ridge lies between two minima.",
        {"f": "x⁴ − 2x² + 0.3x", "x": "1.5", "eta": "0.2", "k": "6"},
    ),
    Preset(
        "What if there is hardly a slope?",
        "Downhill is there; the steps are too small to see.",
        {"f": "1 − e^(−x²)", "x": "3.2", "eta": "1", "k": "5"},
    ),
    Preset(
        "Why do valleys make it zigzag?",
        "One rate for two bends: too large across, too small along.",
        {"f": "x² + 10y²", "x": "4", "y": "1", "eta": "0.09", "k": "12"},
    ),
)
