"""``unmagic run SCRIPT``: the program with its own results and output; at the end what is wrong with its math."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from unmagic.cli_options import UNREAD, Options, options, program_missing
from unmagic.cli_reading import Run
from unmagic.core.errors import UnmagicError

FOUND = 1


def run(words: Sequence[str], at_once: bool = False) -> int:
    """Run one program; returns its own status, 1 if it ended well and there are findings.

    What there is to say comes when the process ends, or with ``at_once`` before this returns.
    """
    given = options(words)
    if program_missing(given):
        return UNREAD
    from unmagic.record.callees import functions
    from unmagic.sources.live import hooks
    from unmagic.sources.live.last import Last
    from unmagic.sources.live.left import Forks
    from unmagic.sources.live.progress import Heard
    from unmagic.sources.live.script import Script, end
    from unmagic.sources.live.sentinel import Sentinel
    from unmagic.sources.live.stretch import Watcher
    from unmagic.sources.live.world import World

    functions()  # all that recording needs is loaded before the program starts, not in its first loop
    last = Last()
    world, forks = World(), Forks()
    log = Heard(most=100_000, windows=True)
    script = Script(given.script, given.arguments, given.module)
    hooks.connect(log, twins=not given.all)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=hooks.disconnect)
    sentinel = Sentinel(script.files.sources)
    if not given.all:
        hooks.line.watcher = watcher = Watcher(script.files.sources, log)
        sentinel.heard = watcher.alarmed
    sentinel.start()
    ended = script.run()
    sentinel.stop()
    listening = hooks.line.listener is log  # no forked child
    log.words = hooks.line.watcher.words if hooks.line.watcher is not None else []
    hooks.disconnect()
    log.progress.clear()
    status = ended.status
    if listening:
        error = None if ended.interrupted else ended.error
        said, found = _read(world, Run(script, log, sentinel.trips, error, forks, ended.interrupted), given)
        last.say(said)
        status = status or found
    if at_once:
        last.now()
    return end(script, ended._replace(status=status))


def _read(world: Any, run: Run, given: Options) -> tuple[str, int]:
    """What there is to say, and the status it comes to. Whatever goes wrong in here is no fault of the program's."""
    try:
        with world.restored():
            return _said(run, given)
    except UnmagicError as problem:  # no steps there
        return f"\nunmagic: {problem.report()}\n", UNREAD
    except KeyboardInterrupt:
        return "\nunmagic: interrupted before this run was read\n", UNREAD
    except Exception as problem:  # ours, not the program's
        words = " ".join(f"{type(problem).__name__}: {problem}".split())
        return f"\nunmagic: the program ended as it does; reading its run failed ({words})\n", UNREAD


def _said(run: Run, given: Options) -> tuple[str, int]:
    program = run.program()
    if not program.graph.steps and not run.trips and given.format == "text" and given.read is None:
        return _text(program, None, 0, given), 0  # what reads and prints readings need not be loaded
    from unmagic.reading.reading import Reading
    from unmagic.render import render

    Reading.printer = staticmethod(render)
    if given.read is not None:
        try:
            return _line(program, run.script, given.read, given.format), 0
        except UnmagicError as problem:
            if given.format != "json":
                raise
            return Reading(run.empty(problem.what)).to("json"), UNREAD
    reading = run.reading(program)
    open_ones = [finding for finding in reading.findings if not finding.acknowledged]
    status = FOUND if open_ones else 0
    if given.format != "text":  # for a machine, or to be pasted: nothing beside it
        return _ended(reading.to(given.format, only="findings")), status
    return _text(program, reading, len(open_ones), given), status


def _text(program: Any, reading: Any, found: int, given: Options) -> str:
    """For a person: how it ended, what was found, what was not read."""
    out, steps = "", len(program.graph)
    counted = f"{steps:,} step{'s' * (steps != 1)}"
    if program.failure is not None:
        span = program.failure.span
        place = f" ({span.source.label}:{span.line})" if span is not None else ""
        out += f"\nunmagic: the program raised here{place}\n{program.failure.report()}\n"
    if found:
        reading.__dict__["findings"] = reading.findings[::-1]  # as stack traces read: what matters most stands last
        last = ", the surest last" * (found > 1)
        out += f"\nunmagic: {found} finding{'s' * (found > 1)} in {counted}{last}\n"
        out += _ended(reading.to("text", only="findings"))
    elif program.failure is None:
        nothing = "there was nothing to read" + ": no step was computed on numbers" * (not program.decisions)
        out += f"\nunmagic: {f'nothing found in {counted}' if steps else nothing}\n"
    for decision in program.decisions:
        span = decision.span
        out += f"  {decision.words}{f' ({span.source.label}:{span.line})' if span is not None else ''}\n"
    for name in dict.fromkeys(given.unsure):
        out += f"  {name} went to the program, whose options it may be; before SCRIPT it is unmagic's\n"
    return out


def _line(program: Any, script: Any, line: int, form: str) -> str:
    """``--read LINE``: the last steps of a line, with all they depend on."""
    from unmagic.reading.reading import Reading
    from unmagic.sources.live.program import of_line

    reading = Reading(of_line(program, script.absolute, line))
    return _ended(reading.to(form))


def _ended(text: str) -> str:
    return f"{text.rstrip()}\n"


__all__ = ["run"]
