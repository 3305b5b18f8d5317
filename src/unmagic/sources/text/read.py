"""From text to `Program`: parsed, checked, compiled to closures, walked within limits."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from unmagic.core.errors import (
    BadValue,
    LimitReached,
    Raised,
    ShapeClash,
    SyntaxUnread,
    UnmagicError,
    Unsupported,
)
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.program import Program, Statement
from unmagic.core.span import SourceText, Span

from . import bind, builtins
from .arithmetic import is_number, lift
from .scopes import Scope, of_body
from .statements import Statements
from .values import Raise
from .walk import Walk

DEPTH = 80
"""How deep expressions and blocks may nest; a long sum or chain of calls counts its links a tenth."""


def read_text(
    text: str, bindings: Mapping[str, Any] | None = None, *, limits: Limits = DEFAULT, label: str = "python"
) -> Program:
    """Walk Python ``text`` with ``bindings`` for its free names. Nothing of it is executed.

    What the program raises itself ends up in `Program.failure`, with all that was computed before; what has no reading,
    or passes a limit, is raised here.
    """
    bindings = dict(bindings or {})
    source = SourceText(text, label)
    limits.need("characters", len(text), limits.program_characters)
    tree = parse(source, limits)
    w = Walk(source, limits)
    w.bindings = bindings
    module: dict[Any, Any] = {"__name__": "__main__"}
    compiler = Statements(w, builtins.names(w), module)
    compiler.scope = Scope(None)
    of_body(tree.body, compiler.scope)
    found: dict[int, Statement] = {}
    order: list[int] = []

    def note(node: ast.stmt, name: str, value: Any) -> None:
        """A statement of the module came to ``value``."""
        from .notation import statement_notation

        id, span = compiler.step_of(value), w.span(node)
        if id < 0:
            id = _shown(compiler, node, module)
            if id < 0:
                return
        key = span.start
        if key in found:
            order.remove(key)
            held = found[key]
            found[key] = Statement(name, id, span, held.notation, held.right)
        else:
            whole, right = statement_notation(node)
            found[key] = Statement(name, id, span, whole, right)
        order.append(key)

    compiler.note = note
    bind.into(w, module, bindings, tree)
    failure: UnmagicError | None = None
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = compiler.block(tree.body) if tree.body else (lambda env: None)
            left = body(module)
            if left is not None:
                raise SyntaxUnread(f"{left if isinstance(left, str) else 'return'} outside its block")
    except Raise as error:
        failure = Raised(error.kind.__name__, str(error.message), span=error.span)
    except (ShapeClash, BadValue) as error:
        failure = error.at(w.builder.span)
    except RecursionError:
        raise LimitReached("the program nests too deep", span=w.builder.span, notes=("limit: depth",)) from None
    except MemoryError:
        raise LimitReached("the program asks for more memory than there is", span=w.builder.span) from None
    except UnmagicError as error:
        raise error.at(w.builder.span) from None
    if not w.recorder.graph.steps and failure is None and not w.printed:
        raise Unsupported("there is nothing to read: no statement has a value")
    graph = w.recorder.graph
    for name in [name for name in graph.names if name in module]:
        value = module[name]  # it may have been written in place since it was named, or count a loop
        id = compiler.step_of(lift(w, value, None) if is_number(value) else value)
        if id >= 0:
            graph.names[name] = id
        else:
            del graph.names[name]
    graph.result = found[order[-1]].step if order else len(graph.steps) - 1
    return Program(
        source,
        "python",
        graph,
        w.recorder.values,
        bindings=bindings,
        statements=[found[key] for key in sorted(found)],
        decisions=list(w.decisions.values()),
        printed="".join(w.printed),
        gradients=dict(w.torch.gradients) if w.torch is not None else {},
        failure=failure,
        read_out=w.builder.read_out,
        fixed=w.builder.fixed,
        written=w.recorder.written,
    )


def _shown(compiler: Statements, node: ast.stmt, module: dict[Any, Any]) -> int:
    """``print(f(x))``: the value computed for the print, if it is more than a name; else −1."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print" and call.args):
        return -1
    if not isinstance(call.args[-1], (ast.BinOp, ast.Call, ast.UnaryOp)):
        return -1
    graph = compiler.w.recorder.graph
    span = compiler.w.span(call.args[-1])
    for step in reversed(graph.steps):
        if step.span is not None and step.span.start == span.start and step.span.end == span.end:
            return step.id
        if step.span is not None and not span.start <= step.span.start <= span.end:
            break
    return -1


def parse(source: SourceText, limits: Limits) -> ast.Module:
    """The syntax tree; what does not parse is shown with a caret, what nests too deep is refused."""
    text = source.text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        raise SyntaxUnread(error.msg, span=_place(source, error)) from None
    except (RecursionError, MemoryError):
        raise LimitReached("the text nests too deep", notes=(f"limit: depth ≤ {DEPTH}",)) from None
    except ValueError as error:
        raise SyntaxUnread(str(error)) from None
    check_depth(tree, source)
    return tree


def check_depth(tree: ast.Module, source: SourceText) -> None:
    todo: list[tuple[ast.AST, float]] = [(tree, 0.0)]
    while todo:
        node, depth = todo.pop()
        if depth > DEPTH:
            line = getattr(node, "lineno", 1)
            raise LimitReached(f"line {line} nests too deep", notes=(f"limit: depth ≤ {DEPTH}",))
        for child in ast.iter_child_nodes(node):
            link = isinstance(node, ast.BinOp) and child is node.left and isinstance(child, ast.BinOp)
            todo.append((child, depth + (0.0 if link else 1.0)))


def _place(source: SourceText, error: SyntaxError) -> Span | None:
    if not error.lineno:
        return None
    lines = source.text.splitlines(keepends=True)
    start = sum(map(len, lines[: error.lineno - 1])) + max(0, (error.offset or 1) - 1)
    end = start + 1
    if error.end_lineno == error.lineno and error.end_offset and error.end_offset > (error.offset or 0):
        end = start + error.end_offset - (error.offset or 0)
    return Span(source, min(start, len(source.text)), min(end, max(len(source.text), 1)))
