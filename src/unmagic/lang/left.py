"""What stands left of the first sign of a statement: a name that is defined, a function, or a side that is computed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from .names import Known, applied_function, index_letters, known_function
from .split import top_level
from .tokens.token import Token, joined, matching

# functions whose usual parameters a text may set otherwise: its own formula defines them
DEFINED_ANEW = frozenset(
    [
        "elu",
        "celu",
        "selu",
        "leaky_relu",
        "softplus",
        "hardtanh",
        "gelu",
        "layer_norm",
        "rms_norm",
        "rms",
        "entropy",
        "cross_entropy",
        "kl",
        "jsd",
        "cosine",
        "mse",
        "bce",
        "expectation",
        "distance",
        "normalize",
        "indicator",
        "probability",
        "gamma",
    ]
)


class Left(NamedTuple):
    """``kind`` is ``name``, ``function`` or ``side``; ``labels`` are the letters that index the result."""

    kind: str
    name: str = ""
    labels: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    base: str = ""  # the name without its index letters


def left_of(tokens: Sequence[Token], right: Sequence[Token], known: Known) -> Left:
    """What the left side of a statement is, given what stands at its right."""
    whole = joined(tokens)
    if whole in known and (len(tokens) == 1 or known.match(tokens, 0) == (whole, len(tokens))):
        return Left("side", whole)
    if not tokens or tokens[0].kind != "name":
        if whole in known:
            return Left("side", whole)
        return Left("name", whole) if not _readable(tokens, known) else Left("side")
    matched = known.match(tokens, 0)
    at = matched[1] if matched else 1
    base = matched[0] if matched else tokens[0].text
    bound = base in known
    fresh = False  # a script that is neither an index nor a power makes a name of its own
    labels: list[str] = []
    kept = base
    powered = False
    free = free_letters(right, known)
    while at < len(tokens) and tokens[at].kind == "sign" and tokens[at].text in ("_", "^", "′"):
        if tokens[at].text == "′":
            kept += "′"
            bound = kept in known
            at += 1
            continue
        end = _script_end(tokens, at + 1)
        script = tokens[at + 1 : end]
        letters = result_letters(script, tokens[at].text, free, known)
        if letters is None:
            powered = True
            fresh = (
                fresh or (known.ranks.get(base) == 0 and tokens[at].text == "_") or not _entry_or_power(script, known)
            )
            kept += joined(tokens[at:end])
        else:
            labels += letters
        at = end
    if fresh:
        bound = False
    if at >= len(tokens):
        if bound and (powered or not labels):
            return Left("side")
        if bound:
            return Left("side", base, tuple(labels), base=base)
        return Left("name", kept, tuple(labels), base=base)
    if tokens[at].text not in ("(", "[", "⦃") or matching_end(tokens, at) != len(tokens) - 1:
        return Left("side") if _readable(tokens, known) else Left("name", whole)
    return _applied(tokens, at, kept, tuple(labels), right, known, bound)


def _entry_or_power(script: Sequence[Token], known: Known) -> bool:
    """Whether a script is a number, a transpose, or made of known names: an entry or a power of what is bound."""
    inner = [token for token in script if token.text not in ("{", "}", "(", ")", ",")]
    return all(
        token.kind == "number"
        or token.kind == "sign"
        or token.text == "T"
        or token.text in known
        or known.match(inner, k)
        for k, token in enumerate(inner)
    )


def matching_end(tokens: Sequence[Token], at: int) -> int:
    """The position of the bracket that closes the one at ``at``."""
    if tokens[at].text == "⦃":
        return next((k for k in range(len(tokens) - 1, at, -1) if tokens[k].text == "⦄"), -1)
    return matching(tokens, at)


def _applied(
    tokens: Sequence[Token],
    at: int,
    base: str,
    labels: tuple[str, ...],
    right: Sequence[Token],
    known: Known,
    bound: bool,
) -> Left:
    """``f(x) = …``: a function, a name like ``P(H|D)``, or a known function of what is bound."""
    inside = list(tokens[at + 1 : -1])
    function = known_function(base) or applied_function(base, True)
    whole = joined(tokens)
    if bound:
        return Left("side")
    if function is not None and function not in DEFINED_ANEW and _readable(inside, known, free_letters(right, known)):
        return Left("side")
    groups = _arguments(inside)
    params = []
    for group in groups:
        name = joined(group)
        simple = len(group) == 1 and group[0].kind == "name"
        compound = known.match(group, 0) == (name, len(group)) if group else False
        scripted = len(group) in (2, 3) and group[0].kind == "name" and group[1].text in ("_", "′", "^")
        own = scripted and len(group) > 1 and (group[0].text not in known or group[1].text == "′")
        params.append(name if simple or compound or own else "")
    texts = names_of(right, known)
    if all(params) and len(set(params)) == len(params) and params:
        conditioned = any(token.text in ("|", ";", "‖") for token in inside)
        if not conditioned and any(param in texts for param in params):
            return Left("function", base, labels, tuple(params))
    return Left("name", whole, labels, base=base)


def names_of(tokens: Sequence[Token], known: Known) -> set[str]:
    """All names of a right side, runs in letters too."""
    out: set[str] = set()
    k = 0
    while k < len(tokens):
        found = known.match(tokens, k)
        if found:
            out.add(found[0])
            k = found[1]
            continue
        if tokens[k].text == "∈":  # a set only says over what
            k = _script_end(tokens, k + 1)
            continue
        if tokens[k].kind == "name":
            out.add(tokens[k].text)
            if len(tokens[k].text) > 1 and not known_function(tokens[k].text):
                out.update(tokens[k].text)
            if k + 2 < len(tokens) and tokens[k + 1].text == "_":
                out.add(joined(tokens[k : k + 3]))
            if k + 1 < len(tokens) and tokens[k + 1].text == "′":
                out.add(tokens[k].text + "′")
        k += 1
    return out


def _arguments(tokens: Sequence[Token]) -> list[list[Token]]:
    cuts = [-1, *top_level(tokens, frozenset([",", ";", "|", "‖"])), len(tokens)]
    return [list(tokens[a + 1 : b]) for a, b in itertools.pairwise(cuts)]


def _script_end(tokens: Sequence[Token], at: int) -> int:
    if at < len(tokens) and tokens[at].text in ("{", "("):
        return matching(tokens, at) + 1
    return at + 1


def free_letters(right: Sequence[Token], known: Known) -> set[str]:
    """Letters that stand in subscripts of a right side outside of bound names."""
    out: set[str] = set()
    k = 0
    while k < len(right):
        found = known.match(right, k)
        if found:
            k = found[1]
            continue
        if right[k].text == "_" or (right[k].text == "^" and _in_brackets(right, k + 1)):
            end = _script_end(right, k + 1)
            at = k + 1
            while at < end:
                inner = known.match(right, at)
                if inner:
                    at = inner[1]
                    continue
                if right[at].kind == "name":
                    out.update(_letters(right[at], known))
                at += 1
        elif right[k].text == "[" and k and right[k - 1].text in known and right[k - 2].text not in ("_", "^"):
            out.update(t.text for t in right[k + 1 : matching(right, k)] if t.kind == "name")
        k += 1
    return out


def _letters(token: Token, known: Known) -> list[str]:
    return [token.text] if token.look == "whole" else index_letters(token.text, known)


def _in_brackets(tokens: Sequence[Token], at: int) -> bool:
    """Whether a script is ``{(i)}``."""
    end = _script_end(tokens, at)
    inner = [token for token in tokens[at:end] if token.text not in ("{", "}", "(", ")", ",")]
    return any(t.text == "(" for t in tokens[at:end]) and all(t.kind == "name" for t in inner)


def result_letters(script: Sequence[Token], sign: str, free: set[str], known: Known) -> list[str] | None:
    """The letters of a script if it is an index of the result: each is free at the right and not bound."""
    inner = [token for token in script if token.text not in ("{", "}", "(", ")", ",")]
    if sign == "^" and not (len(script) > 2 and any(token.text == "(" for token in script)):
        return None
    if not inner or any(token.kind != "name" for token in inner):
        return None
    letters: list[str] = []
    for token in inner:
        letters += _letters(token, known)
    if all(letter in free and letter not in known for letter in letters):
        return letters
    return None


def _readable(tokens: Sequence[Token], known: Known, free: set[str] | None = None) -> bool:
    """Whether all names of an expression are known, so that it can be computed."""
    k = 0
    while k < len(tokens):
        found = known.match(tokens, k)
        if found:
            k = found[1]
            continue
        token = tokens[k]
        if token.kind == "name" and not (k and tokens[k - 1].text in ("_", "^")):
            text = token.text
            applied = (k + 1 < len(tokens) and tokens[k + 1].text in ("(", "[", "_", "{", "^", "⦃")) or k + 1 < len(
                tokens
            )
            fine = (
                text in known
                or text in known.functions
                or (free is not None and text in free)
                or known_function(text) is not None
                or (applied and applied_function(text, True) is not None)
                or text in ("e", "pi", "T", "I", "d")
                or (len(text) > 1 and text.isascii() and all(c in known or c in "d" for c in text))
                or (text.startswith("d") and (text[1:] in known or text[1:] in known.functions))
                or (
                    len(text) > 1
                    and text[:-1]
                    and all(c in known for c in text[:-1])
                    and known.match(tokens, k, text[-1])
                )
                or _bound_by_sum(tokens, k)
            )
            if not fine and not known.letters:
                return False
        k += 1
    return True


def _bound_by_sum(tokens: Sequence[Token], k: int) -> bool:
    """Whether a letter is the index of a Σ in the same expression."""
    text = tokens[k].text
    for j, token in enumerate(tokens):
        if (
            token.text in ("Σ", "Π", "sum", "prod", "lim", "max", "min")
            and j + 1 < len(tokens)
            and tokens[j + 1].text == "_"
        ):
            end = _script_end(tokens, j + 2)
            if any(text in (t.text, *t.text) for t in tokens[j + 2 : end]):
                return True
        if token.text == "^" and j + 1 < len(tokens) and tokens[j - 1].text in ("Σ", "Π"):
            end = _script_end(tokens, j + 1)
            if end < len(tokens) and tokens[end].text == "_":
                stop = _script_end(tokens, end + 1)
                if any(text in (t.text, *t.text) for t in tokens[end:stop]):
                    return True
    return False
