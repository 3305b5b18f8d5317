"""The way of a bad number as rows: the line it went through, the entry there, and what made nan of ∞."""

from __future__ import annotations

from unmagic.core.finding import Finding

AND_THEN = "and then"


def way(finding: Finding) -> list[tuple[str, str]]:
    """One row a stop: where it stands, and the entry there with its arithmetic."""
    rows = []
    for stop in finding.path:
        place = ""
        if stop.span is not None and "\n" in stop.span.source.text.strip("\n"):
            here = finding.span is not None and finding.span.source.label == stop.span.source.label
            place = f"line {stop.span.line}" if here else f"{stop.span.source.label}:{stop.span.line}"
        rows.append((place, stop.where if stop.line is None else f"{stop.line.text}, {stop.where}"))
    return rows
