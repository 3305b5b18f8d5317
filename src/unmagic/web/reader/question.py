"""What a visitor asks of the Reader: the state of the page, which is its address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from .arrays import canonical

Pairs = Sequence[tuple[str, str]]

LANGUAGES = ("formula", "latex", "python")
DTYPES = ("float16", "float32", "float64")
MOST_NAMES = 40
"""Names that may carry numbers."""


@dataclass(frozen=True, slots=True)
class Side:
    """A source with its numbers, and how it is to be computed."""

    src: str = ""
    lang: str = ""  # told by its looks
    dtype: str = "float64"
    numbers: tuple[tuple[str, str], ...] = ()  # a name and its numbers as typed


@dataclass(frozen=True, slots=True)
class Question:
    """``pairs`` are the canonical address: what is as it would be anyway is not said."""

    side: Side = Side()
    example: bool = False  # small numbers of ours for what has none
    times: str = ""  # rounds of an update
    grad: bool = True
    why: str = ""
    blame: str = ""
    second: Side | None = None  # read beside the first

    @property
    def pairs(self) -> list[tuple[str, str]]:
        first, second = self.side, self.second
        said = [("src", first.src), ("lang", first.lang), *((f"n.{name}", text) for name, text in first.numbers)]
        said += [("dtype", "" if first.dtype == "float64" else first.dtype), ("example", "1" if self.example else "")]
        said += [("times", self.times), ("grad", "" if self.grad else "off")]
        if second is not None:
            said.append(("vs", "1"))
            known = dict(first.numbers)
            said += [("vs.src", "" if second.src == first.src else second.src)]
            said += [("vs.dtype", "" if second.dtype == first.dtype else second.dtype)]
            said += [(f"vs.n.{name}", text) for name, text in second.numbers if known.get(name) != text]
        said += [("why", self.why), ("blame", self.blame)]
        return [(key, text) for key, text in said if text]

    @property
    def link_pairs(self) -> list[tuple[str, str]]:
        """The pairs without those of the second reading, which has a form of its own."""
        return [pair for pair in self.pairs if not pair[0].startswith("vs.")]

    def link(self, path: str = "/read", place: str = "", **changes: Any) -> str:
        """The address of this page with something changed."""
        query = urlencode(replace(self, **changes).pairs, quote_via=quote, safe=",;[]")
        return f"{path}?{query}{place}" if query else f"{path}{place}"


def asked(pairs: Pairs) -> Question:
    """The question of an address, or of a form as a browser sends it."""
    said = dict(pairs)
    first = Side(
        _plain(said.get("src", "")),
        _one_of(said.get("lang", ""), LANGUAGES),
        _one_of(said.get("dtype", ""), DTYPES) or "float64",
        _numbers("n.", pairs),
    )
    second = None
    if said.get("vs"):
        numbers = dict(first.numbers) | dict(_numbers("vs.n.", pairs))
        source = _plain(said.get("vs.src", "")) or first.src
        dtype = _one_of(said.get("vs.dtype", ""), DTYPES) or first.dtype
        second = Side(source, first.lang if source == first.src else "", dtype, tuple(sorted(numbers.items())))
    times = said.get("times", "").strip()
    if entry := said.get("entry", "").strip():  # a field with two buttons
        asks = ("blame", "why") if said.get("ask") == "blame" else ("why", "blame")
        said[asks[0]], said[asks[1]] = entry, ""
    return Question(
        first,
        bool(said.get("example")),
        times[:12],
        said.get("grad", "") != "off",
        said.get("why", "").strip()[:200],
        said.get("blame", "").strip()[:200],
        second,
    )


def _plain(text: str) -> str:
    """Line ends as one sign, no blank lines around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _one_of(text: str, known: Iterable[str]) -> str:
    return text if text in known else ""


def _numbers(start: str, pairs: Pairs) -> tuple[tuple[str, str], ...]:
    """Names and what was typed for them, in the order of the names; empty fields are not said."""
    found = {key.removeprefix(start).strip(): text for key, text in pairs if key.startswith(start) and text.strip()}
    kept = sorted((name, canonical(text)) for name, text in found.items() if name)
    return tuple(kept[:MOST_NAMES])
