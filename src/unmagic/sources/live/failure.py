"""Where the user's program raised: the sub-expression, and the operands that met there, with shapes and values."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from types import CodeType, ModuleType, TracebackType
from typing import Any

import numpy as np

from unmagic.core.build import marked
from unmagic.core.digits import shown
from unmagic.core.errors import Raised, UnmagicError
from unmagic.core.limits import DEFAULT
from unmagic.core.span import Span
from unmagic.record.entries import Look, Ref
from unmagic.record.log import Log

from .sites import Place, Source

MOST_OPERANDS = 4
LITTLE = replace(DEFAULT, seconds=1.0, steps=1000)


def failure(error: BaseException, sources: Mapping[str, Source], log: Log | None) -> Raised:
    """The program's own error, at the innermost place in the user's files."""
    found = _innermost(error.__traceback__, sources)
    raised = Raised(type(error).__name__, " ".join(str(error).split()))
    if found is None:
        return raised
    trace, source = found
    place = place_at(trace.tb_frame.f_code, trace.tb_lasti)
    if place is None:
        return raised
    raised.span = source.span(place)
    names = {**trace.tb_frame.f_globals, **trace.tb_frame.f_locals}
    raised.notes = tuple(operands(source, place, names, log))
    return raised


def _innermost(trace: TracebackType | None, sources: Mapping[str, Source]) -> tuple[TracebackType, Source] | None:
    found = None
    while trace is not None:
        source = sources.get(trace.tb_frame.f_code.co_filename)
        if source is not None:
            found = trace, source
        trace = trace.tb_next
    return found


def place_at(code: CodeType, last: int) -> Place | None:
    """The characters that the instruction stands for."""
    if last < 0:
        return None
    for i, (line, end_line, column, end_column) in enumerate(code.co_positions()):
        if i == last // 2:
            if line is None or end_line is None or column is None or end_column is None:
                return None
            return line, column, end_line, end_column
    return None


def operands(
    source: Source, place: Place, names: Mapping[str, Any], log: Log | None, *, walk: bool = True
) -> list[str]:
    """A line for each operand of the expression at ``place``; without ``walk``, for those that are names."""
    try:
        tree = ast.parse(source.text.text)
    except (SyntaxError, ValueError):
        return []
    node = _node_at(tree, place)
    if node is None:
        return []
    lines = []
    for part in _parts(node)[:MOST_OPERANDS]:
        value = _value(part, source, names, log, walk)
        if value is not None:
            lines.append(f"{_text(source, part)}: {value}")
    return lines


def _node_at(tree: ast.AST, place: Place) -> ast.AST | None:
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.AugAssign)) and _place_of(node) == place:
            return node
    return None


def _place_of(node: ast.AST) -> Place:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]


def _parts(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=a, right=b) | ast.AugAssign(target=a, value=b):
            return [a, b]
        case ast.Compare(left=a, comparators=others):
            return [a, *others]
        case ast.UnaryOp(operand=a):
            return [a]
        case ast.Subscript(value=a, slice=b):
            return [a, b]
        case ast.Call(func=f, args=args, keywords=keywords):
            receiver = [f.value] if isinstance(f, ast.Attribute) else []
            return [*receiver, *args, *[k.value for k in keywords]]
    return []


def _text(source: Source, node: ast.expr) -> str:
    span: Span = source.span(_place_of(node))
    return " ".join(span.text.split())


def _value(node: ast.expr, source: Source, names: Mapping[str, Any], log: Log | None, walk: bool) -> str | None:
    """What an operand was: a name's value, or what the log has of the sub-expression."""
    if isinstance(node, ast.Name) and node.id in names:
        return described(names[node.id])
    found = _logged(node, source, log) if log is not None else None
    return found or (_walked(node, names) if walk else None)


def _walked(node: ast.expr, names: Mapping[str, Any]) -> str | None:
    """What a sub-expression comes to, walked without running it: where nobody listened, only names are left."""
    from unmagic.sources.text import read_text  # the walker is loaded when something failed

    bound: dict[str, Any] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in names and not isinstance(names[part.id], ModuleType):
            value = names[part.id]
            if type(value) not in (np.ndarray, int, float, bool) and not issubclass(type(value), np.generic):
                return None
            bound[part.id] = value
    try:
        program = read_text(ast.unparse(node), bound, limits=LITTLE)
    except (UnmagicError, RecursionError):
        return None
    if program.failure is not None or program.graph.result < 0:
        return None
    return described(program.values[program.graph.result])


def _logged(node: ast.expr, source: Source, log: Log) -> str | None:
    """What the log has of a sub-expression."""
    place = _place_of(node)
    for event in reversed(log.segments[-1].events):
        if event.kind in ("value", "view") and event.site is not None and event.site.place == place:
            if event.site.source is source and isinstance(event.out, (Ref, Look)):
                entry = log.entries[event.out.number]
                if isinstance(event.out, Look):
                    return f"{marked(event.out.at.shape)} {event.out.at.dtype}"
                if entry.kept is not None:
                    return described(entry.kept)
                if entry.place is not None:
                    return f"{marked(entry.place.shape)} {entry.place.dtype}"
            return None
    return None


def described(value: Any) -> str | None:
    """Shape and dtype of an array, the value of a number; None for anything else."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"{marked(value.shape)} {value.dtype}"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, float, np.integer, np.floating)):
        return shown(np.asarray(value)[()])
    return None


__all__ = ["described", "failure", "operands", "place_at"]
