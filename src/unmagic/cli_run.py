"""``unmagic run SCRIPT``: the program with its own results and output; at the end what is wrong with its math."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from unmagic.core.errors import UnmagicError

FOUND, UNREAD = 1, 2
USAGE = "unmagic run [--read LINE] [--format F] SCRIPT [ARG ...]"


def run(words: Sequence[str]) -> int:
    """Run one script; returns the program's own status, 1 if it ended well and there are findings."""
    options = _options(words)
    from unmagic.record.callees import functions
    from unmagic.record.log import Log
    from unmagic.sources.live import hooks
    from unmagic.sources.live.script import Script, end
    from unmagic.sources.live.sentinel import Sentinel

    if not os.path.isfile(options.script):
        print(f"can't open {options.script}: there is no such file", file=sys.stderr)
        return UNREAD
    functions()  # all that recording needs is loaded before the program starts, not in its first loop
    log = Log(most=100_000, windows=True)
    script = Script(options.script, options.arguments)
    hooks.connect(log, twins=not options.all)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=hooks.disconnect)
    sentinel = Sentinel(script.files.sources)
    sentinel.start()
    ended = script.run()
    sentinel.stop()
    listening = hooks.line.listener is log  # no forked child
    hooks.disconnect()
    found = False
    if listening and not script.interrupted:
        sys.stdout.flush()
        try:
            found = _report(script, log, sentinel.trips, ended.error, options)
        except UnmagicError as error:
            print(f"\nunmagic: {error.report()}", file=sys.stderr)
    status = end(script, ended)
    return status or (FOUND if found else 0)


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="unmagic run", usage=USAGE, allow_abbrev=False,
        description="run a Python program, and say at the end what is wrong with its math",
    )  # fmt: skip
    parser.add_argument("--read", type=int, metavar="LINE", help="show the steps of this line of the script")
    parser.add_argument("--format", choices=("text", "markdown", "latex", "html", "json"), default="text")
    parser.add_argument("--all", action="store_true", help="record every iteration of every loop, not 1, 2, 4, 8, …")
    parser.add_argument("script", metavar="SCRIPT", help="a Python file")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG", help="what the program is handed")
    return parser.parse_args(words)


def _report(
    script: Any, log: Any, trips: Sequence[Any], error: BaseException | None, options: argparse.Namespace
) -> bool:
    """Print what was found, on standard error; returns whether anything was that nobody acknowledged."""
    from unmagic.sources.live.program import read_run

    program = read_run(script, log, error)
    if program is None:
        _say("there was nothing to read: no step was computed on numbers")
        return False
    from unmagic.reading.reading import Reading
    from unmagic.reading.warned import told
    from unmagic.render import render

    Reading.printer = staticmethod(render)
    if options.read is not None:
        return _line(program, script, options)
    reading = Reading(program)
    reading.__dict__["findings"] = told(_once(reading.findings), trips)
    open_ones = [finding for finding in reading.findings if not finding.acknowledged]
    if options.format != "text":  # for a machine, or to be pasted: nothing beside it
        print(reading.to(options.format, only="findings"), file=sys.stderr)
        return bool(open_ones)
    if program.failure is not None:
        _say("the program raised here")
        print(program.failure.report(), file=sys.stderr)
    if open_ones:
        _say(f"{len(open_ones)} finding{'s' * (len(open_ones) > 1)} in {len(program.graph)} steps")
        print(reading.to(options.format, only="findings"), file=sys.stderr)
    elif program.failure is None:
        _say(f"nothing found in {len(program.graph)} steps")
    for decision in program.decisions:
        print(f"  {decision.words}", file=sys.stderr)
    return bool(open_ones)


def _once(findings: Sequence[Any]) -> list[Any]:
    """One finding a place: an iteration that does it again adds nothing."""
    once: dict[Any, Any] = {}
    for finding in findings:
        once.setdefault((finding.code, finding.span), finding)
    return list(once.values())


def _line(program: Any, script: Any, options: argparse.Namespace) -> bool:
    """``--read LINE``: the last steps of a line, with all they depend on."""
    from unmagic.reading.reading import Reading
    from unmagic.sources.live.program import of_line

    reading = Reading(of_line(program, script.absolute, options.read))
    print(reading.to(options.format), file=sys.stderr)
    return False


def _say(words: str) -> None:
    print(f"\nunmagic: {words}", file=sys.stderr)


__all__ = ["run"]
