"""What the runs came to: one line a program, one a repository, one for all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MODES = ("silent", "twins", "all", "run")


@dataclass
class Tally:
    """One repository's figures, or everybody's."""

    same: int = 0
    broken: int = 0
    steps: list[int] = field(default_factory=lambda: [0] * 5)
    opaque: Counter[str] = field(default_factory=Counter)
    sure: int = 0

    def add(self, other: Tally) -> None:
        self.same += other.same
        self.broken += other.broken
        self.steps = [a + b for a, b in zip(self.steps, other.steps, strict=True)]
        self.opaque += other.opaque
        self.sure += other.sure

    def row(self, name: str) -> str:
        equal, close, wrong, opaque, unseen = self.steps
        every = max(1, sum(self.steps))
        common = ", ".join(f"{name} {times}" for name, times in self.opaque.most_common(6))
        counts = f"{self.same + self.broken:4} {self.same:4} {equal:9} {close:7} {wrong:5}"
        shares = f"{(equal + close + wrong) / every:7.1%} {opaque / every:6.1%} {unseen / every:7.1%}"
        return f"{name:40} {counts} {shares} {self.sure:4}  {common}"


HEAD = f"{'':40} runs same {'equal':>9} {'close':>7} {'wrong':>5} checked opaque unkept sure  most often opaque"


def table(tallies: dict[str, Tally]) -> list[str]:
    """All repositories, and all together."""
    whole = Tally()
    for one in tallies.values():
        whole.add(one)
    equal, close, wrong, opaque, _ = whole.steps
    checkable, every = equal + close + wrong, max(1, sum(whole.steps))
    right = f"right {1 - wrong / max(1, checkable):.5%} of {checkable / every:.1%} checkable"
    return [
        HEAD,
        *(one.row(name) for name, one in tallies.items()),
        whole.row("all"),
        f"{right}; as given {opaque / every:.1%}",
    ]


def tallied(program: dict[str, Any]) -> tuple[Tally, list[str]]:
    """One program's runs, by mode, and what to print of them."""
    plain = program["plain"]
    again = program.get("again", plain)
    one = Tally()
    words: list[str] = []
    more: list[str] = []
    for mode in MODES:
        live = program.get(mode)
        if live is None:
            continue
        if live["status"] == "timeout":
            words.append(f"{mode} timeout")
            continue
        if found := differences(plain, again, live):
            more.append(f"DIFFERS {mode}: {', '.join(found[:5])}")
        if live.get("errors"):
            more.append(f"DIFFERS {mode}: {live['errors']} errors of the recorder, {live['first']}")
        words.append(f"{mode} {live.get('seconds', 0) / max(plain['seconds'], 1e-3):.2f}×")
        if "checked" in live:
            words.append(str(live["checked"]))
            one.steps = [a + b for a, b in zip(one.steps, live["checked"], strict=True)]
            one.opaque += Counter(live["opaque"])
            more += [f"MISTAKEN {mode}: {line}" for line in live["mistakes"]]
        for finding in live.get("findings", ()):
            if finding["confidence"] == "high":
                one.sure += 1
                more.append("SURE {code}: {place}: {line}  ({title})".format(**finding))
    one.broken = int(any(line.startswith("DIFFERS") for line in more))
    one.same = 1 - one.broken
    common = ", ".join(f"{name} {times}" for name, times in one.opaque.most_common(4))
    return one, [f"{plain['seconds']:.1f} s: {'; '.join(words)}; opaque {common or 'none'}", *more]


def differences(plain: dict[str, Any], again: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """What parts a run from the plain one; what two plain runs differ in is chance."""
    found = [key for key in ("status", "out", "err") if plain[key] == again[key] and plain[key] != live.get(key)]
    for name, value in plain.get("arrays", {}).items():
        if again["arrays"].get(name) == value and live.get("arrays", {}).get(name) != value:
            found.append(name)
    return found


__all__ = ["MODES", "Tally", "differences", "table", "tallied"]
