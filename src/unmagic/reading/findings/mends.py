"""Mends in the user's own text: an expression taken apart by its syntax, and what to put in its place."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TypedDict

from unmagic.core.finding import Edit
from unmagic.core.graph import Step
from unmagic.core.span import SourceText, Span

from .case import Case

LONGEST = 100
"""Characters of an expression that is shown as it stands; a longer one is mended in words."""


class Mend(TypedDict, total=False):
    """What a finding says of its mend."""

    mend: tuple[str, ...]
    edit: Edit | None


class Written:
    """The expression that a step stands for, as the user wrote it."""

    def __init__(self, span: Span, tree: ast.expr, text: str) -> None:
        self.span = span
        self.tree = tree
        self.text = text

    def part(self, node: ast.AST) -> str:
        """The text of a part of it, in brackets where it is a sum or a product of its own."""
        text = ast.get_source_segment(self.text, node) or ast.unparse(node)
        simple = isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant, ast.List, ast.Tuple))
        return text if simple or (text.startswith("(") and text.endswith(")")) else f"({text})"

    def bare(self, node: ast.AST) -> str:
        """The text of a part as it stands between commas."""
        return ast.get_source_segment(self.text, node) or ast.unparse(node)

    def sides(self, kind: type[ast.operator]) -> tuple[ast.expr, ast.expr] | None:
        """Left and right of a sum, a product …; None if it is none."""
        tree = self.tree
        return (tree.left, tree.right) if isinstance(tree, ast.BinOp) and isinstance(tree.op, kind) else None

    def called(self, *names: str) -> ast.Call | None:
        """The call that it is, if of one of these functions (or methods)."""
        return self.tree if isinstance(self.tree, ast.Call) and function(self.tree) in names else None


def function(call: ast.Call) -> str:
    """``log`` of ``np.log(x)`` and of ``x.log()``."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def argument(call: ast.Call) -> ast.expr | None:
    """What a function is applied to: its first argument, or the object whose method it is."""
    if call.args:
        return call.args[0]
    if isinstance(call.func, ast.Attribute) and not (
        isinstance(call.func.value, ast.Name) and call.func.value.id in NP
    ):
        return call.func.value
    return None


NP = ("np", "numpy", "math", "torch", "F")


def numpy(call: ast.Call) -> str:
    """What NumPy is called in front of a function: ``np.``."""
    value = call.func.value if isinstance(call.func, ast.Attribute) else None
    return f"{value.id}." if isinstance(value, ast.Name) and value.id in NP else "np."


def written(case: Case, step: Step) -> Written | None:
    """The expression of a step in a Python text; None where its span is none, or goes over several lines."""
    span = step.span
    if span is None or case.program.language != "python" or "\n" in span.text or len(span.text) > LONGEST:
        return None
    try:
        return Written(span, ast.parse(span.text.strip(), mode="eval").body, span.text.strip())
    except (SyntaxError, ValueError, RecursionError):
        return None


def is_update(case: Case, step: Step) -> bool:
    """Whether the line of a sum or difference moves something by it: ``self.W -= …``, ``p["W"] = p["W"] - …``."""
    span = step.span
    return span is not None and case.program.language == "python" and _moves(span.source, span.line)


@lru_cache(maxsize=1024)
def _moves(source: SourceText, line: int) -> bool:
    try:
        body = ast.parse(source.text.split("\n")[line - 1].strip()).body
    except (SyntaxError, ValueError, RecursionError):
        return False
    match body:
        case [ast.AugAssign(op=ast.Add() | ast.Sub())]:
            return True
        case [ast.Assign(targets=[target], value=ast.BinOp(left=left, op=ast.Add() | ast.Sub()))]:
            return ast.unparse(target) == ast.unparse(left)
    return False


def instead(one: Written, text: str, why: str = "") -> Mend:
    """``text`` in place of the whole expression; in brackets where it would mix with what stands around it."""
    return Mend(
        mend=(f"- {one.text}", f"+ {text}" + (f"    # {why}" if why else "")),
        edit=Edit(one.span, text if _closed(text) or _alone(one.span) else f"({text})"),
    )


def _alone(span: Span) -> bool:
    """Whether an expression stands by itself: between brackets or commas, or as all of a right side."""
    before = span.source.text[: span.start].rstrip(" ")
    after = span.source.text[span.end :].lstrip(" ")
    return before.endswith(("=", "return", "(", ",", "[")) and (not after or after[0] in "\n),]#;")


def _closed(text: str) -> bool:
    """Whether a text can stand for a call inside of a larger expression."""
    try:
        return isinstance(ast.parse(text, mode="eval").body, (ast.Call, ast.Name, ast.Subscript, ast.Attribute))
    except SyntaxError:
        return True


__all__ = ["Mend", "Written", "argument", "function", "instead", "is_update", "numpy", "written"]
