"""`read_cell`: a notebook's cell, run once in the notebook's names by its own code, as a `Program`."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Mapping, MutableMapping
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.errors import Raised, Unsupported
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.program import Program, Statement
from unmagic.record.keep import Keeper
from unmagic.record.log import Log

from . import hooks
from .failure import failure
from .function import named, program_of, statements_of
from .instrument import connected, instrument
from .sites import Source
from .traces import plain_trace
from .twin import Twins


class Cell(NamedTuple):
    """What a cell came to: its reading, None if no number was computed, and the error that it raised."""

    program: Program | None
    error: BaseException | None = None


def read_cell(text: str, names: MutableMapping[str, Any], path: str, *, limits: Limits = DEFAULT) -> Cell:
    """Run ``text`` in ``names``, once, and read what it computed. Raises `SyntaxError` as `compile` does.

    ``path`` is what the cell is called; tracebacks find its lines under it.
    """
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    source = Source(path, text)
    code = connected(instrument(text, path, deep=True), source)
    tree = ast.parse(text)
    given = _given(tree, names)
    before_it = {name: value.copy() if type(value) is np.ndarray else value for name, value in given.items()}
    log = Log(Keeper(8 * limits.entries, 40 * limits.entries), most=4 * limits.steps)
    twins = Twins()
    twins.sources[path] = source
    raised: BaseException | None = None
    before = hooks.line.deep
    hooks.line.deep = twins.called
    hooks.connect(log, twins=False)
    try:
        for name, value in named(given):
            log.given(name, value)
        exec(code, names)  # type: ignore[arg-type]  # the user's cell
    except BaseException as error:
        raised = error
    finally:
        hooks.disconnect()
        hooks.line.deep = before
    _plain_again(text, path, names)
    failed = None
    if raised is not None:
        failed = failure(raised, twins.sources, log)
        trace = raised.__traceback__
        raised.__traceback__ = plain_trace(trace.tb_next if trace is not None else None)  # the first frame is this one
    return Cell(_program(log, source, tree, before_it, failed, limits), raised)


def _plain_again(text: str, path: str, names: Mapping[str, Any]) -> None:
    """What the cell defined is the notebook's from now on: with the code it would have had."""
    plain: dict[tuple[str, int], CodeType] = {}
    todo = [compile(text, path, "exec", dont_inherit=True)]
    while todo:
        code = todo.pop()
        plain[code.co_qualname, code.co_firstlineno] = code
        todo += [const for const in code.co_consts if isinstance(const, CodeType)]
    for value in list(names.values()):
        for one in [value, *vars(value).values()] if isinstance(value, type) else [value]:
            function = getattr(one, "__func__", one) if isinstance(one, (classmethod, staticmethod)) else one
            if isinstance(function, FunctionType) and function.__code__.co_filename == path:
                code = plain.get((function.__code__.co_qualname, function.__code__.co_firstlineno), function.__code__)
                if code.co_freevars == function.__code__.co_freevars:
                    function.__code__ = code


def _program(
    log: Log, source: Source, tree: ast.Module, given: Mapping[str, Any], failed: Raised | None, limits: Limits
) -> Program | None:
    try:
        program = program_of(log, source.text, limits)
    except Unsupported:  # no step was computed
        return None
    program.bindings = dict(given)
    program.failure = failed
    program.statements = statements_of(program, source, tree)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        shown = ast.Return(last.value, lineno=last.lineno, col_offset=last.col_offset)
        shown.end_lineno, shown.end_col_offset = last.end_lineno, last.end_col_offset
        ends: list[Statement] = statements_of(program, source, shown)
        program.statements += ends
        if ends:
            program.graph.result = ends[-1].step
    return program


def _given(tree: ast.AST, names: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook's own arrays and numbers that the cell reads."""
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    kinds = (np.ndarray, float, int, np.number, dict, list, tuple)
    return {name: value for name, value in names.items() if name in read and isinstance(value, kinds)}


__all__ = ["Cell", "read_cell"]
