"""A compiled function: its text, and the memory it runs in.

Each run needs memory of its own, so that calls from several threads, or from inside each other, do not meet: a function
object with its buffers among its globals is taken from a stack for a call and put back after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any

from unmagic.core.graph import Graph, Step

from .rewrite import rewritten
from .source import Source, SourceWriter

NAME = "replay"


class Function:
    """``parameters`` to the value of the expression ``result``; ``lines`` stand in front of the source's own."""

    def __init__(
        self, source: Source, parameters: Sequence[str], lines: Sequence[str], result: str,
        around: Sequence[str] = (), last: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """``around`` are lines that open blocks around it, the first of which ends in ``last``."""
        body = [*lines, *source.body, f"return {result}"]
        for opening in reversed(around):
            body = [opening, *(f"    {one}" for one in body)]
        body += last
        self.arity = len(parameters)
        self.text = f"def {NAME}({', '.join(parameters)}):\n    " + "\n    ".join(body) + "\n"
        self.setup_text = "\n".join(source.setup)
        self.bound = source.bound
        self.memory = source.memory
        self._code = _code_of(self.text)
        self._setup = compile(self.setup_text, "<unmagic memory>", "exec")
        self._idle: list[FunctionType] = []

    def __call__(self, *args: Any) -> Any:
        try:
            run = self._idle.pop()
        except IndexError:
            run = self._made()
        try:
            return run(*args)
        finally:
            self._idle.append(run)

    def let_go(self) -> None:
        """Give the memory back; the next call takes some anew."""
        self._idle.clear()

    def _made(self) -> FunctionType:
        """The function with memory of its own."""
        there = dict(self.bound)
        exec(self._setup, there)
        return FunctionType(self._code, there, NAME)


def _code_of(text: str) -> CodeType:
    code = compile(text, "<unmagic replay>", "exec")
    return next(part for part in code.co_consts if isinstance(part, CodeType))


def compiled(
    graph: Graph, outputs: Sequence[int], constants: Mapping[int, Any] | None = None, forward: int | None = None
) -> Function:
    """The values of ``outputs`` from those of the inputs, in their order: a tuple of new arrays.

    ``constants`` are inputs whose values stay; steps from number ``forward`` on belong to a gradient, where sums may be
    added up in another order.
    """
    constants = constants or {}
    steps, ends = rewritten(graph, outputs, constants, len(graph) if forward is None else forward)
    inputs = {step.id: f"a{step.id}" for step in graph.steps if step.op.name == "input" and step.id not in constants}
    source = SourceWriter(steps, ends, inputs, _nothing).write()
    return Function(source, list(inputs.values()), (), f"({', '.join(source.results)},)")


def _nothing(writer: SourceWriter, id: int) -> None:
    pass


__all__ = ["Function", "Step", "compiled"]
