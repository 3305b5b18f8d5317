"""What a reading may cost; each limit is named when it is hit, before anything is allocated."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import LimitReached


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one reading (FORMULAS.md, "Limits")."""

    characters: int = 4_000  # of one formula
    program_characters: int = 100_000  # of one Python text
    depth: int = 60  # of nesting
    steps: int = 100_000  # of the graph, forward
    entries: int = 10_000_000  # of one array
    exponent: int = 308  # of ten, in an integer power's result
    seconds: float = 20.0  # of walking a program

    def need(self, what: str, size: int, most: int) -> None:
        """Raise `LimitReached` if ``size`` passes ``most``."""
        if size > most:
            raise LimitReached(f"{what}: {size:,} is over the limit of {most:,}", notes=(f"limit: {what} ≤ {most:,}",))


DEFAULT = Limits()
WEB = Limits(entries=100_000, seconds=2.0)
