"""The lesson's listings: texts that are read beside their running numbers, and questions that change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Change:
    """A question that other code answers: what is replaced by what."""

    ask: str
    look: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A program that a lesson shows: its text, what it is derived by, of what, and what may be asked of it."""

    id: str
    title: str
    of: str
    by: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def code(self) -> str:
        """The text as it is shipped."""
        return (files(__name__) / f"{self.id}.py.txt").read_text(encoding="utf-8").rstrip()

    def changed(self, change: Change) -> str:
        """The text with a question's change in it."""
        assert change.old in self.code, f"{self.id} has no {change.old!r}"
        return self.code.replace(change.old, change.new)


_ALL = (
    Listing(
        "classifier",
        "A classifier, line by line",
        "loss",
        ("W",),
        (
            Change("What if the right class had only 0.1?", "The loss is its surprise: −log 0.1.", "p[c])", "0.1)"),
            Change("What if class 0 were right?", "Only the loss feels it, and its gradient.", "c = 1", "c = 0"),
            Change("What if the scores were 1000 higher?", "exp passes float64.", "W @ x ", "W @ x + 1000 "),
            Change("With the maximum taken out first?", "The same shares, safe.", "exp(z)", "exp(z - z.max())"),
        ),
    ),
    Listing(
        "autograd",
        "Autograd, in four lines",
        "z",
        ("x",),
        (
            Change("What if x were −1?", "The inner slope stays, the outer turns.", "tensor(1.0", "tensor(-1.0"),
            Change("What if the power were 3?", "The outer rule changes: 3u².", "u ** 2", "u ** 3"),
            Change("What if x went in twice?", "Both paths add up.", "3 * x + 1", "3 * x + x ** 2"),
        ),
    ),
)

listings: Mapping[str, Listing] = MappingProxyType({listing.id: listing for listing in _ALL})
"""The listings by id."""
