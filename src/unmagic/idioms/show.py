"""An idiom's formulas as notation, with the user's names in the roles' places."""

from __future__ import annotations

from collections.abc import Mapping

from unmagic.core.notation import (
    Apply,
    Big,
    Fence,
    Fraction,
    Indexed,
    Infix,
    Name,
    Notation,
    Numeral,
    Power,
    Prefix,
    Root,
    Row,
    Word,
)

from .formula import Part, parse
from .record import Match

SHOWN = {"maximum": "max", "minimum": "min", "logsoftmax": "log softmax", "at": "pick"}


def notation(formula: str, called: Mapping[str, Notation]) -> Notation:
    """``formula`` (of an idiom, or of a taught gradient) with ``called`` in place of its names.

    A role that has no name there stands as it is in the formula.
    """
    return _show(parse(formula), called)


def formula(match: Match, called: Mapping[str, Notation]) -> Notation:
    """The step at the idiom's level: its formula without the optional parts that this match does not have."""
    tree = parse(match.idiom.formula_of(match.attrs))
    absent = {role for role in match.idiom.roles if role not in match.roles and role not in match.attrs}
    return _show(_without(tree, absent), called)


def _without(part: Part, absent: set[str]) -> Part:
    """The tree with names that are not there left out of sums and products."""
    kept = [_without(arg, absent) for arg in part.args if not _is_absent(arg, absent)]
    if part.kind in {"add", "times"} and len(kept) == 1:
        return kept[0]
    return part._replace(args=tuple(kept)) if len(kept) == len(part.args) or part.kind == "add" else part


def _is_absent(part: Part, absent: set[str]) -> bool:
    if part.kind == "negative":
        return _is_absent(part.args[0], absent)
    return part.kind == "name" and part.text in absent


def _show(part: Part, called: Mapping[str, Notation]) -> Notation:
    args = tuple(_show(arg, called) for arg in part.args)
    match part.kind:
        case "name":
            return called.get(part.text, Name(part.text))
        case "number":
            return Numeral(part.text)
        case "negative":
            return Prefix("−", args[0])
        case "add":
            return _sum(part, args, called)
        case "over":
            return Fraction(*args)
        case "times":
            return Row(args) if part.text == "" else Infix(part.text, args)
        case "power":
            return Power(args[0], Numeral(part.text))
        case "transpose":
            return Power(args[0], Word("T"))
        case "root":
            return Root(args[0])
        case "sum":
            return Big("Σ", None, None, args[0])
        case "norm":
            return Fence("‖", args[0], "‖")
        case "absolute":
            return Fence("|", args[0], "|")
        case "index":
            return Indexed(args[0], (args[1],))
        case "less":
            return Infix(">", args[::-1]) if part.text == ">" else Infix("<", args)
        case "equal":
            return Infix("=", args)
        case "bare":
            return Apply(Word(SHOWN.get(part.text, part.text)), args, bare=True)
    return Apply(Word(SHOWN.get(part.text, part.text)), args)


def _sum(part: Part, args: tuple[Notation, ...], called: Mapping[str, Notation]) -> Notation:
    out = args[0]
    for term, shown in zip(part.args[1:], args[1:], strict=True):
        minus = term.kind == "negative"
        out = Infix("−", (out, _show(term.args[0], called))) if minus else Infix("+", (out, shown))
    return out
