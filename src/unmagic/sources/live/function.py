"""`read_function`: a function of the user's, called once on real arrays, as a `Program`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.program import Decision, Program, Statement
from unmagic.core.span import SourceText
from unmagic.record.entries import Look, Ref, Several
from unmagic.record.keep import Keeper
from unmagic.record.log import Log
from unmagic.record.rebuild import Rebuild

from . import hooks
from .failure import failure
from .sites import Source
from .twin import Twins


def read_function(
    function: Any, args: tuple[Any, ...] = (), given: Mapping[str, Any] | None = None, *, limits: Limits = DEFAULT
) -> Program:
    """Call ``function`` once, its own code computing, and read what it computed.

    What it raises stands in `Program.failure`, behind all that came before. Raises `Unsupported` where there is no
    source, `TypeError` where the arguments don't fit, as the call would.
    """
    inner, bound = _opened(function)
    try:
        arguments = inspect.signature(function).bind(*args, **(given or {}))
    except ValueError as error:
        raise Unsupported(f"{function!r} has no signature to read by") from error
    twins = Twins()
    twin = twins.of(inner)
    log = Log(Keeper(8 * limits.entries, 40 * limits.entries), most=4 * limits.steps)
    bindings = _bindings(arguments.arguments)
    raised: Exception | None = None
    result: Any = None
    before = hooks.line.deep
    hooks.line.deep = twins.called
    hooks.connect(log, twins=False)
    try:
        for name, value in named(arguments.arguments):
            log.given(name, value)
        result = twin(*bound, *arguments.args, **arguments.kwargs)
        end = log.ref(result)
    except Exception as error:
        raised, end = error, None
    finally:
        hooks.disconnect()
        hooks.line.deep = before
    source = twins.source(inner.__code__) or Source(inner.__code__.co_filename, "")
    program = program_of(log, source.text, limits, end, inner.__code__.co_qualname.replace(".<locals>", ""))
    program.bindings = bindings
    program.statements = statements_of(program, source, _tree(source, inner))
    if raised is not None:
        program.failure = failure(raised, twins.sources, log)
        raised.__traceback__ = None
    return program


def _opened(function: Any) -> tuple[FunctionType, tuple[Any, ...]]:
    """The function behind a method or a callable object, and what it is bound to."""
    if isinstance(function, MethodType) and isinstance(function.__func__, FunctionType):
        return function.__func__, (function.__self__,)
    if isinstance(function, FunctionType):
        wrapped = inspect.unwrap(function)
        return (wrapped if isinstance(wrapped, FunctionType) else function), ()
    call = next((vars(kind)["__call__"] for kind in type(function).__mro__ if "__call__" in vars(kind)), None)
    if isinstance(call, FunctionType):
        return call, (function,)
    raise Unsupported(f"{function!r} is no Python function", hint="hand in a function written in Python, or its text")


def named(arguments: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The numbers among the arguments, and inside of dicts and lists of them, with what to call them."""
    found: list[tuple[str, Any]] = []
    seen: set[int] = set()
    todo = [(name, value, 0) for name, value in reversed(list(arguments.items()))]
    while todo:
        name, value, depth = todo.pop()
        if isinstance(value, dict) and depth < 3:
            todo += [(f"{name}[{key!r}]", one, depth + 1) for key, one in reversed(list(value.items()))]
        elif isinstance(value, (list, tuple)) and depth < 3 and len(value) <= 1000:
            todo += [(f"{name}[{i}]", one, depth + 1) for i, one in reversed(list(enumerate(value)))]
        elif id(value) not in seen and (
            (type(value) is np.ndarray and value.dtype.kind in "biuf") or isinstance(value, (float, np.floating))
        ):
            seen.add(id(value))
            found.append((name, value))
    return found


def _bindings(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What was handed in, as it was: the function may write into it."""
    return {name: value.copy() if type(value) is np.ndarray else value for name, value in arguments.items()}


def program_of(log: Log, source: SourceText, limits: Limits, end: Any = None, scope: str | None = None) -> Program:
    """What a log came to; ``end`` is what the result was in it, ``scope`` the function whose names are told."""
    rebuilt = Rebuild(log, limits, scope).read(log.chosen(limits.steps) if log.windows else None)
    graph = rebuilt.graph
    program = Program(source, "python", graph, rebuilt.r.values, carried=rebuilt.carried, fixed=rebuilt.r.builder.fixed)
    program.oversized = rebuilt.sizes.found
    graph.result = -1
    if isinstance(end, Several):
        end = next((one for one in end.items if isinstance(one, (Ref, Look, float))), None)
    if isinstance(end, (Ref, Look, float, int, np.generic)):
        try:
            graph.result = rebuilt.array(end).id
        except (UnmagicError, LookupError):
            graph.result = -1
    elif end is None and rebuilt.last is not None and log is not None:
        graph.result = rebuilt.last.id
    if not graph.steps:
        raise Unsupported("there is nothing to read: no step was computed on numbers")
    for name, times in rebuilt.notes.items():
        words = f"{name or 'a call'} is taken as it came, {times} time{'s' * (times > 1)}"
        program.decisions.append(Decision(words, rebuilt.noted.get(name)))
    if rebuilt.stopped is not None or hooks.line.full:
        words = f"the first {len(graph):,} steps only: a limit was reached, the program went on"
        program.decisions.append(Decision(f"{words}; a smaller run is read whole"))
    return program


def statements_of(program: Program, source: Source, tree: ast.AST | None) -> list[Statement]:
    """The assignments and returns under ``tree``, each with its formula and the last step it came to."""
    from unmagic.sources.text.notation import statement_notation  # of the walker, which a run need not load

    if tree is None:
        return []
    ends: dict[tuple[int, int], int] = {}
    for step in program.graph.steps:
        if step.span is not None and step.span.source is source.text and not step.implicit:
            ends[step.span.start, step.span.end] = step.id
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Assign, ast.AugAssign, ast.Return)) or node.value is None:
            continue
        value = node.value if not isinstance(node, ast.AugAssign) else node
        span = source.span((value.lineno, value.col_offset, value.end_lineno or 0, value.end_col_offset or 0))
        id = ends.get((span.start, span.end))
        if id is None:
            continue
        whole, right = statement_notation(node)
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        name = target.id if isinstance(target, ast.Name) else ""
        place = source.span((node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0))
        found.append(Statement(name, id, place, whole, right))
    return sorted(found, key=lambda one: one.span.start)


def _tree(source: Source, function: FunctionType) -> ast.AST | None:
    code = function.__code__
    for node in ast.walk(ast.parse(source.text.text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == code.co_name:
            first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
            if first == code.co_firstlineno:
                return node
    return None


__all__ = ["named", "program_of", "read_function", "statements_of"]
