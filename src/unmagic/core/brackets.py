"""Where a formula needs brackets: a pass over a notation tree that puts them in as `Fence` nodes.

After it the printers set each node by itself and know no precedence. ``flat`` is for one line of text, where a
fraction is a ``/`` and a root ends nowhere; formats with two dimensions need fewer brackets. Brackets go in where the
tree would read back as another tree, and nowhere else.
"""

from __future__ import annotations

from .notation import (
    Apply,
    Big,
    Fence,
    Fraction,
    Grid,
    Indexed,
    Infix,
    Name,
    Notation,
    Numeral,
    Operator,
    Postfix,
    Power,
    Prefix,
    Root,
    Row,
    Subscript,
    Word,
)
from .symbols import symbol

# How tightly a node holds together, loosest first.
STATEMENTS, BAR, COMMA, LOGIC, RELATION, SUM, NEGATED, PRODUCT, BIG, BARE, UNARY, POWER, ATOM = range(13)

SIGN_LEVELS = {
    ";": STATEMENTS, "|": BAR, "‖": BAR, "∣": BAR, ",": COMMA, "and": LOGIC, "or": LOGIC, "∧": LOGIC, "∨": LOGIC,
    "+": SUM, "−": SUM, "-": SUM, "±": SUM, "∓": SUM,
    "·": PRODUCT, "×": PRODUCT, "⊙": PRODUCT, "⊗": PRODUCT, "∘": PRODUCT, "/": PRODUCT, "*": PRODUCT, "@": PRODUCT,
    "÷": PRODUCT, "//": PRODUCT, "%": PRODUCT, "mod": PRODUCT, "": PRODUCT, " ": PRODUCT,
    "&": PRODUCT, "^": SUM, "⊕": SUM,
}  # fmt: skip
"""Every sign not listed is a relation."""

MINUS = ("−", "-")
_TIGHT_PREFIXES = ("∂", "∇", "d", "Δ", "𝟙")


def derivative(node: Notation) -> Fraction | None:
    """The name of a gradient, ``∂loss/∂W``, as the fraction that it spells."""
    if not isinstance(node, Name) or not node.text.startswith("∂"):
        return None
    top, slash, bottom = node.text[1:].partition("/∂")
    return Fraction(Prefix("∂", Name(top)), Prefix("∂", Name(bottom))) if slash and top and bottom else None


def is_slope(node: Notation) -> bool:
    """Whether a fraction is a derivative, ``∂L/∂W``: it reads as one symbol and needs no brackets beside a sign."""
    if isinstance(node, Name):
        return derivative(node) is not None
    return isinstance(node, Fraction) and all(_differential(part) for part in (node.top, node.bottom))


def _differential(node: Notation) -> bool:
    match node:
        case Prefix(sign, _):
            return sign in ("∂", "d")
        case Operator("∂" | "d"):
            return True
        case Row((Operator("∂") | Name("d") | Word("d"), *_)):
            return True
        case Power(base, _):
            return _differential(base)
    return False


def _differentiates(node: Notation) -> bool:
    """Whether a derivative is an operator on what follows it, ``d/dx``."""
    return isinstance(node, Fraction) and isinstance(
        node.top.base if isinstance(node.top, Power) else node.top, Operator
    )


def level(node: Notation, flat: bool) -> int:
    """How tightly ``node`` holds together when printed without brackets of its own."""
    match node:
        case Infix(sign, args):
            return SIGN_LEVELS.get(sign, RELATION) if len(args) > 1 else level(args[0], flat)
        case Row(parts):
            return _row_level(parts, flat)
        case Prefix(sign, _):
            return NEGATED if sign in MINUS or sign == "±" else UNARY if sign in _TIGHT_PREFIXES else NEGATED
        case Numeral(text):
            return NEGATED if text[:1] in MINUS else PRODUCT if "·" in text else ATOM
        case Fraction():
            return (UNARY if is_slope(node) else PRODUCT) if flat else POWER
        case Name() if is_slope(node):
            return UNARY if flat else POWER
        case Big():
            return BIG
        case Apply(bare=True):
            return BARE
        case Power(_, Fence("(")) | Subscript(Power(_, Fence("(")), _):
            return ATOM  # the i-th example: more marks may follow
        case Power() | Postfix():
            return POWER
        case Root():
            return POWER if flat else ATOM
        case Grid(fence="{"):
            return ATOM if flat else RELATION  # set on several rows the brace is never closed
    return ATOM


def _row_level(parts: tuple[Notation, ...], flat: bool) -> int:
    if len(parts) < 2:
        return level(parts[0], flat) if parts else ATOM
    match parts[0]:
        case Subscript(Operator(sign), _) if sign in _TIGHT_PREFIXES:
            return UNARY
    signs = [part.text for part in parts if isinstance(part, Operator)]
    if not signs:
        return PRODUCT if not any(isinstance(part, Word) for part in parts) else LOGIC
    if all(sign in _TIGHT_PREFIXES for sign in signs):
        return UNARY
    return min(SIGN_LEVELS.get(sign, RELATION) for sign in signs)


def open_right(node: Notation, flat: bool) -> int:
    """The loosest thing that an unbracketed ``node`` ends in and that would swallow a factor after it: BIG, BARE or
    ATOM for nothing."""
    match node:
        case Big(body=body):
            return min(BIG, open_right(body, flat))
        case Apply(bare=True):
            return BARE
        case Infix(_, args):
            return open_right(args[-1], flat)
        case Row((*_, last)):
            return open_right(last, flat)
        case Prefix(_, arg):
            return open_right(arg, flat)
        case Fraction(bottom=bottom) if flat and not is_slope(node):
            return open_right(bottom, flat)
    return ATOM


def bracketed(node: Notation, flat: bool = True) -> Notation:
    """The same formula with every bracket that its printed form needs."""
    match node:
        case Name():
            return derivative(node) or node
        case Infix(sign, args) if len(args) == 1:
            return bracketed(args[0], flat)
        case Infix(sign, args):
            return Infix(sign, _infix(sign, args, flat))
        case Row(parts):
            return Row(_factors(parts, flat))
        case Prefix(sign, arg):
            tight = sign in _TIGHT_PREFIXES
            holds = level(arg, flat) >= (ATOM if tight else PRODUCT) or (tight and isinstance(arg, Power))
            return Prefix(sign, bracketed(arg, flat) if holds else fenced(arg, flat))
        case Postfix(arg, sign):
            return Postfix(_at_least(arg, ATOM, flat), sign)
        case Fraction(top, bottom) if flat and not is_slope(node):
            return Fraction(_numerator(top, flat), _denominator(bottom, flat))
        case Fraction(top, bottom):
            return Fraction(bracketed(top, flat), bracketed(bottom, flat))
        case Power(base, exponent):
            marked = isinstance(base, Power) or (isinstance(base, Name) and symbol(base.text).sup != "")
            return Power(fenced(base, flat) if marked else _at_least(base, ATOM, flat), bracketed(exponent, flat))
        case Subscript(base, index):
            return Subscript(_at_least(base, ATOM, flat), bracketed(index, flat))
        case Indexed(base, index):
            return Indexed(_at_least(base, ATOM, flat), tuple(bracketed(part, flat) for part in index))
        case Big(sign, below, above, body):
            holds = level(body, flat) >= PRODUCT
            return Big(
                sign,
                below and bracketed(below, flat),
                above and bracketed(above, flat),
                bracketed(body, flat) if holds else fenced(body, flat),
            )
        case Apply():
            return _applied(node, flat)
        case Fence(left, body, right):
            return Fence(left, bracketed(body, flat), right)
        case Root(body, degree):
            simple = isinstance(body, Name | Numeral | Subscript | Fence) and level(body, flat) == ATOM
            inside = bracketed(body, flat) if simple or not flat else fenced(body, flat)
            return Root(inside, degree and bracketed(degree, flat))
        case Grid(rows, fence):
            return Grid(tuple(tuple(bracketed(cell, flat) for cell in row) for row in rows), fence)
    return node


def fenced(node: Notation, flat: bool) -> Fence:
    """``node`` in round brackets."""
    return Fence("(", bracketed(node, flat), ")")


def _at_least(node: Notation, wanted: int, flat: bool) -> Notation:
    return bracketed(node, flat) if level(node, flat) >= wanted else fenced(node, flat)


def _infix(sign: str, args: tuple[Notation, ...], flat: bool) -> tuple[Notation, ...]:
    own = SIGN_LEVELS.get(sign, RELATION)
    out: list[Notation] = []
    for i, arg in enumerate(args):
        first, last = i == 0, i == len(args) - 1
        if own == PRODUCT and sign in ("/", "÷"):
            out.append(_numerator(arg, flat) if first else _denominator(arg, flat))
            continue
        holds = level(arg, flat)
        if own == SUM:
            fits = holds > NEGATED or (first and holds >= SUM)
            if not last and open_right(arg, flat) == BIG and _carried_on(arg, args[i + 1 :]):
                fits = False
        elif own == PRODUCT:
            fits = holds > PRODUCT or (holds == PRODUCT and first and _same_line(arg, sign, flat))
            fits = fits and (last or open_right(arg, flat) == ATOM)
        else:
            chained = own == RELATION and ((last and isinstance(arg, Grid)) or (first and isinstance(arg, Infix)))
            fits = holds > own or (holds == own and chained)
        out.append(bracketed(arg, flat) if fits else fenced(arg, flat))
    return tuple(out)


def _same_line(arg: Notation, sign: str, flat: bool) -> bool:
    """Whether a product may stand first in another one without brackets: ``a · b · c``, ``a b · c``, ``a / b · c``."""
    match arg:
        case Infix(other, _):
            return other in (sign, "/", "·", "", " ") and sign != ""
        case Fraction():
            return flat
    return isinstance(arg, Row | Numeral)


def _factors(parts: tuple[Notation, ...], flat: bool) -> tuple[Notation, ...]:
    if len(parts) < 2:
        return tuple(bracketed(part, flat) for part in parts)
    if _row_level(parts, flat) == UNARY:
        return (*(bracketed(part, flat) for part in parts[:-1]), _at_least(parts[-1], POWER, flat))
    if any(isinstance(part, Operator | Word) for part in parts):
        return tuple(
            bracketed(part, flat) if level(part, flat) >= RELATION or isinstance(part, Word) else fenced(part, flat)
            for part in parts
        )
    out: list[Notation] = []
    for i, part in enumerate(parts):
        holds = level(part, flat)
        last = i == len(parts) - 1
        fits = holds > PRODUCT or (i == 0 and isinstance(part, Row) and holds == PRODUCT)
        if not last and (open_right(part, flat) != ATOM or (flat and is_slope(part) and not _differentiates(part))):
            fits = False
        if i and isinstance(part, Fence) and part.left == "[" and not isinstance(parts[i - 1], Numeral):
            part = part.body  # x [a + b] would read as an entry of x
            fits = False
        out.append(bracketed(part, flat) if fits else fenced(part, flat))
    return tuple(out)


def _numerator(node: Notation, flat: bool) -> Notation:
    holds = level(node, flat)
    quotient = (isinstance(node, Fraction) and flat) or (isinstance(node, Infix) and node.sign in ("/", "÷"))
    fits = holds >= PRODUCT and not quotient and open_right(node, flat) == ATOM
    return bracketed(node, flat) if fits else fenced(node, flat)


def _denominator(node: Notation, flat: bool) -> Notation:
    fits = level(node, flat) > PRODUCT and not (flat and is_slope(node))
    return bracketed(node, flat) if fits else fenced(node, flat)


def _applied(node: Apply, flat: bool) -> Apply:
    sub = node.sub and bracketed(node.sub, flat)
    if node.bare and len(node.args) == 1:
        arg = node.args[0]
        simple = level(arg, flat) > PRODUCT and not (flat and is_slope(arg)) and not isinstance(arg, Fence)
        if simple or (not flat and isinstance(arg, Fraction)):
            return Apply(node.function, (bracketed(arg, flat),), sub, bare=True)
    several = len(node.args) > 1
    args = tuple(
        fenced(arg, flat)
        if (holds := level(arg, flat)) == COMMA or (several and holds < COMMA)
        else bracketed(arg, flat)
        for arg in node.args
    )
    if len(args) == 1 and isinstance(args[0], Fence) and args[0].left == "(" and isinstance(node.args[0], Fence):
        args = (args[0].body,)  # brackets that the user wrote are the function's own
    return Apply(bracketed(node.function, flat), args, sub)


def _carried_on(total: Notation, rest: tuple[Notation, ...]) -> bool:
    """Whether a big sign's index stands in the terms after it, so that unbracketed it would reach over them."""
    while isinstance(total, Infix | Row | Prefix):
        total = children(total)[-1]
    if not isinstance(total, Big):
        return True
    labels = names_in(total.below) if total.below is not None else frozenset()
    for term in rest:
        if total.below is None:
            if any(isinstance(node, Subscript) for node in walk(term)):
                return True
        elif labels & names_in(term):
            return True
    return False


def names_in(node: Notation) -> frozenset[str]:
    """The names that stand in a formula."""
    return frozenset(part.text for part in walk(node) if isinstance(part, Name))


def walk(node: Notation) -> list[Notation]:
    """Every node of a formula, from the left."""
    out: list[Notation] = []
    todo: list[Notation] = [node]
    while todo:
        node = todo.pop()
        out.append(node)
        todo.extend(reversed(children(node)))
    return out


def children(node: Notation) -> list[Notation]:
    """The parts of a node in reading order."""
    match node:
        case Infix(_, args):
            return list(args)
        case Row(parts):
            return list(parts)
        case Prefix(_, arg) | Postfix(arg, _):
            return [arg]
        case Fraction(a, b) | Power(a, b) | Subscript(a, b):
            return [a, b]
        case Indexed(base, index):
            return [base, *index]
        case Big(_, below, above, body):
            return [part for part in (below, above, body) if part is not None]
        case Apply(function, args, sub):
            return [function, *([sub] if sub is not None else []), *args]
        case Fence(_, body, _):
            return [body]
        case Root(body, degree):
            return [body] if degree is None else [degree, body]
        case Grid(rows, _):
            return [cell for row in rows for cell in row]
    return []
