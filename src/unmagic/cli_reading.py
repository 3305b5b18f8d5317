"""A run that has ended, as a Reading: what was recorded of it, what warnings told, and what nobody heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from unmagic.core.finding import Finding
    from unmagic.core.program import Program
    from unmagic.reading.reading import Reading


class Run(NamedTuple):
    """One program's run: its script, the log that heard it, and the error that nobody caught."""

    script: Any
    log: Any
    trips: Sequence[Any]
    error: BaseException | None
    forks: Any
    interrupted: bool = False  # by Ctrl-C: what was read until then

    def program(self) -> Program:
        """All that was recorded; no steps if none was computed on numbers."""
        from unmagic.core.program import Decision
        from unmagic.sources.live.left import left_out
        from unmagic.sources.live.program import read_run

        program = read_run(self.script, self.log, self.error) or self.empty()
        if self.interrupted:
            program.decisions.append(Decision("it was interrupted: this is what was read until then"))
        program.decisions += left_out(self.script, self.forks)
        return program

    def empty(self, *decisions: str) -> Program:
        """A reading of no steps."""
        from unmagic.core.graph import Graph
        from unmagic.core.program import Decision, Program
        from unmagic.sources.live.sites import Source

        source = self.script.files.sources.get(self.script.absolute) or Source(self.script.absolute, "")
        return Program(source.text, "python", Graph(), [], decisions=[Decision(words) for words in decisions])

    def reading(self, program: Program) -> Reading:
        """Its Reading, each finding once, with what warnings told."""
        from unmagic.reading.reading import Reading
        from unmagic.reading.warned import told

        reading = Reading(program)
        reading.__dict__["findings"] = told(_once(reading.findings), self.trips)
        return reading


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """One finding a place: an iteration that does it again adds nothing."""
    first: dict[Any, Finding] = {}
    for finding in findings:
        first.setdefault((finding.code, finding.span), finding)
    return list(first.values())


__all__ = ["Run"]
