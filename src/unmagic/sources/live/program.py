"""A whole run as a `Program`: what was recorded of it, and the part that one line stands for."""

from __future__ import annotations

from dataclasses import replace

from unmagic.core.errors import Unbound, Unsupported
from unmagic.core.graph import Graph, Step
from unmagic.core.limits import DEFAULT
from unmagic.core.program import Decision, Program
from unmagic.record.log import Log

from . import hooks
from .failure import failure
from .function import program_of
from .script import Script
from .sites import Source, called

READ = replace(DEFAULT, steps=5_000)
"""What is read of a run: the first of the steps that were recorded; findings look at each."""


def read_run(script: Script, log: Log, error: BaseException | None = None) -> Program | None:
    """What was recorded of a run; None if there is nothing."""
    source = script.files.sources.get(script.absolute) or Source(script.absolute, "")
    try:
        program = program_of(log, source.text, READ)
    except Unsupported:
        if error is None and not log.keeper.passed:
            return None
        program = Program(source.text, "python", Graph(), [])
    if log.dropped:
        many = "1 stretch of iterations was" if log.dropped == 1 else f"{log.dropped:,} stretches of iterations were"
        words = f"{many} let go: memory for values is bounded; a run of fewer is read whole"
        program.decisions.append(Decision(words))
    program.decisions += [Decision(words, span) for words, span in log.words]
    if hooks.line.pauses:
        words = "one statement took all the room for steps: what it did after is not read; with less data it would be"
        program.decisions.append(Decision(words))
    if log.keeper.passed:
        many = "1 value was" if log.keeper.passed == 1 else f"{log.keeper.passed:,} values were"
        words = f"{many} too large to keep, and what came of them is not read; with smaller arrays it would be"
        program.decisions.append(Decision(words))
    if error is not None:
        program.failure = failure(error, script.files.sources, log)
    return program


def of_line(program: Program, path: str, line: int) -> Program:
    """The last step that ``line`` came to, with all it depends on. Raises `Unbound` if the line has none."""
    last, label = None, called(path)
    for step in program.graph.steps:
        span = step.span
        if span is None or span.source.label != label or step.implicit:
            continue
        if span.line <= line <= span.source.line_of(span.end):
            last = step
    if last is None:
        raise Unbound(f"line {line} came to no step", hint="a line that computes on numbers, and was reached")
    return part(program, last.id)


def part(program: Program, result: int) -> Program:
    """The steps that ``result`` depends on, numbered anew."""
    wanted = sorted(program.graph.ancestors(result))
    number = {id: i for i, id in enumerate(wanted)}
    steps = []
    for id in wanted:
        old = program.graph[id]
        inputs = tuple(number[i] for i in old.inputs)
        kept = (old.attrs, old.shape, old.dtype, old.name, old.span, old.implicit, old.note)
        steps.append(Step(number[id], old.op, inputs, *kept))
    graph = Graph(steps, {name: number[id] for name, id in program.graph.names.items() if id in number}, number[result])
    graph.branches = [replace(b, step=number[b.step]) for b in program.graph.branches if b.step in number]
    return replace(
        program, graph=graph, carried=[], oversized=[], values=[program.values[id] for id in wanted],
        statements=[replace(s, step=number[s.step], sides=()) for s in program.statements if s.step in number],
    )  # fmt: skip


__all__ = ["of_line", "part", "read_run"]
