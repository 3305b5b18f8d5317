"""One symbol, one hue: which of the eight each symbol of a document gets, by the role that its letter usually has."""

from __future__ import annotations

from unmagic.core.brackets import walk
from unmagic.core.document import Document, Given, StepBlock, Title
from unmagic.core.notation import Name, Notation
from unmagic.core.symbols import symbol

_ROLES = {
    1: "xaQuvX",  # what comes in
    2: "WbKwMN",  # what is learned
    3: "yzhVfo",  # what comes out
    4: "SAsθφ",  # a score, an angle
    5: "LgℓJ",  # loss and gradient
    6: "ηTαΔτ",  # a rate, a step
    7: "pqPπ",  # a probability
    8: "ctHr",  # a target, a prior
}
_WORDS = {"loss": 5, "lr": 6, "logits": 4, "scores": 4, "probs": 7, "target": 8, "labels": 8, "input": 1, "out": 3}
_BY_LETTER = {letter: hue for hue, letters in _ROLES.items() for letter in letters}


def hue_of(name: str) -> int | None:
    """The hue that a symbol's role gives it, whatever stands beside it."""
    base = symbol(name).base
    return _WORDS.get(base) or _BY_LETTER.get(base)


def usual(formula: Notation) -> dict[str, int]:
    """The hue of each symbol of a formula that stands by itself: its role's."""
    names = dict.fromkeys(part.text for part in walk(formula) if isinstance(part, Name))
    return {name: hue for name in names if (hue := hue_of(name)) is not None}


def hues(document: Document) -> dict[str, int]:
    """Hues by name. Two symbols of one role: the second takes the nearest free hue; with all eight taken, none."""
    names: dict[str, None] = {}
    for block in document.blocks:
        match block:
            case Title(formula, _) | StepBlock(_, formula):
                names |= dict.fromkeys(part.text for part in walk(formula) if isinstance(part, Name))
            case Given(items):
                names |= {part.text: None for item in items for part in walk(item.name) if isinstance(part, Name)}
    found: dict[str, int] = {}
    second: list[tuple[str, int]] = []
    for name in names:
        wanted = hue_of(name)
        if wanted is not None and wanted not in found.values():
            found[name] = wanted
        elif wanted is not None:
            second.append((name, wanted))
    for name, wanted in second:
        free = [hue for hue in range(1, 9) if hue not in found.values()]
        if free:
            found[name] = min(free, key=lambda hue: (abs(hue - wanted), hue))
    return found
