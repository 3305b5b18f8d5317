"""A text run for real under the recorder, and what was recorded of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from unmagic.record.log import Log
from unmagic.record.rebuild import Rebuild
from unmagic.sources.live import hooks
from unmagic.sources.live.instrument import connected, instrument
from unmagic.sources.live.sites import Source


class Recorded(NamedTuple):
    log: Log
    names: dict[str, Any]  # the program's own
    read: Rebuild

    def value(self, name: str) -> Any:
        """What the Graph says a name holds at the end."""
        return self.read.r.values[self.read.graph.names[name]]

    def ops(self) -> list[str]:
        return [step.op.name for step in self.read.graph.steps]


def recorded(text: str, twins: bool = False, log: Log | None = None, **names: Any) -> Recorded:
    """Run ``text``; no error of the recorder is passed over."""
    source = Source("<program>", text)
    code = connected(instrument(text, "<program>"), source)
    log = log or Log()
    space: dict[str, Any] = {"__name__": "program", **names}
    hooks.connect(log, twins=twins)
    try:
        exec(code, space)
    finally:
        hooks.disconnect()
    if hooks.line.first is not None:
        raise hooks.line.first
    return Recorded(log, space, Rebuild(log).read())


def holds(run: Recorded, *names: str, taken: int = 0) -> None:
    """The Graph's names are the program's, bit for bit, every step is right, and nothing was taken as given."""
    import numpy as np

    for name in names:
        ours, theirs = np.asarray(run.value(name)), np.asarray(run.names[name])
        assert ours.dtype == theirs.dtype, name
        assert ours.shape == theirs.shape, name
        assert ours.tobytes() == theirs.tobytes(), f"{name}: {ours}, not {theirs}"
    assert not run.read.checked.wrong, run.read.mistakes
    assert run.read.checked.opaque == taken, (run.read.notes, run.read.mistakes)
