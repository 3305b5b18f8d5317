"""A formula's tree as the notation that text, LaTeX and MathML are printed from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unmagic.core import notation as n

from .planned import Planned
from .tree import (
    At,
    Bars,
    Big,
    Binomial,
    Call,
    Cases,
    Compare,
    Const,
    Derivative,
    Ellipsis,
    Factorial,
    Frac,
    Grid,
    Group,
    Infix,
    Iverson,
    Nabla,
    Name,
    Neg,
    Not,
    Num,
    Power,
    Range,
    Root,
    Sub,
    Transpose,
    Tree,
    Tuple,
    fields,
)  # fmt: skip

_SIGNS = {"-": "−", "": "", "%": "mod"}
_FUNCTIONS = {
    "absolute": "abs", "trace": "tr", "kl": "KL", "entropy": "H", "expectation": "E", "variance": "Var",
    "normal_cdf": "Φ",
    "sigmoid": "σ", "cosine": "cos", "jsd": "JSD", "cross_entropy": "H", "binom": "binom",
}  # fmt: skip


def of(tree: Tree) -> n.Notation:
    """The notation of a tree."""
    if isinstance(tree, Infix):
        return _chain(tree)
    return _RULES[type(tree)](tree)


def of_statement(plan: Planned) -> tuple[n.Notation, n.Notation]:
    """A statement as written, and its right side alone."""
    right = of(plan.trees[-1])
    sides = [of(tree) for tree in plan.trees]
    left = plan.left
    if plan.kind == "value":
        return (n.Infix("=", tuple(sides)) if len(sides) > 1 else right), right
    if plan.kind == "function":
        head: n.Notation = n.Apply(_symbol(left.name), tuple(n.Name(param) for param in left.params))
    else:
        head = n.Name(left.name)
    if left.labels:
        head = n.Subscript(head, _row([n.Name(letter) for letter in left.labels]))
    if plan.kind == "update":
        return n.Infix("←", (head, right)), right
    return n.Infix("=", (head, *sides)), right


def _symbol(name: str) -> n.Notation:
    return n.Name(name)


def _row(parts: list[n.Notation]) -> n.Notation:
    return parts[0] if len(parts) == 1 else n.Row(tuple(parts))


def _chain(tree: Infix) -> n.Notation:
    """A run of one sign as one node; long chains are walked."""
    spine = []
    left: Tree = tree
    while isinstance(left, Infix):
        spine.append(left)
        left = left.left
    made = of(left)
    for infix in reversed(spine):
        right = of(infix.right)
        sign = _SIGNS.get(infix.sign, infix.sign)
        if not sign:
            parts = (*made.parts, right) if isinstance(made, n.Row) else (made, right)
            made = n.Row(parts)
        elif isinstance(made, n.Infix) and made.sign == sign and sign in ("+", "·", "×", "⊙"):
            made = n.Infix(sign, (*made.args, right))
        else:
            made = n.Infix(sign, (made, right))
    return made


def _num(tree: Num) -> n.Notation:
    return n.Numeral(tree.text)


def _name(tree: Name) -> n.Notation:
    return n.Operator("…") if tree.text == "…" else n.Name(tree.text)


def _const(tree: Const) -> n.Notation:
    return n.Operator("∞") if tree.name == "inf" else n.Name(tree.name)


def _sub(tree: Sub) -> n.Notation:
    base = of(tree.base)
    if tree.front:
        return n.Power(base, n.Fence("(", _commas(tree.indices), ")"))
    plain = all(isinstance(item, Name | Num) for item in tree.indices)
    inner = _row([of(item) for item in tree.indices]) if plain else _commas(tree.indices)
    return n.Subscript(base, inner)


def _commas(items: tuple[Tree, ...]) -> n.Notation:
    parts = [of(item) for item in items]
    return parts[0] if len(parts) == 1 else n.Infix(",", tuple(parts))


def _range(tree: Range) -> n.Notation:
    parts: list[n.Notation] = [n.Operator(":")]
    if tree.low is not None:
        parts.insert(0, of(tree.low))
    if tree.high is not None:
        parts.append(of(tree.high))
    return _row(parts)


def _at(tree: At) -> n.Notation:
    return n.Indexed(of(tree.base), tuple(of(item) for item in tree.indices))


def _call(tree: Call) -> n.Notation:
    if tree.function == "sqrt" and len(tree.args) == 1:
        return n.Root(of(tree.args[0]))
    name = _FUNCTIONS.get(tree.function, tree.function)
    word: n.Notation = n.Name("sigma") if name == "σ" else n.Word(name)
    if tree.primes:
        word = n.Postfix(word, "′" * tree.primes)
    args = tuple(of(arg) for arg in tree.args)
    if tree.sep == "‖" and len(args) == 2:
        args = (n.Infix("‖", args),)
    for key, option in tree.options:
        args = (*args, n.Infix("=", (n.Word(key), of(option))))
    sub = None if tree.sub is None else of(tree.sub)
    return n.Apply(word, args, sub, tree.bare)


def _neg(tree: Neg) -> n.Notation:
    return n.Prefix("−", of(tree.body))


def _frac(tree: Frac) -> n.Notation:
    return n.Fraction(of(tree.top), of(tree.bottom))


def _power(tree: Power) -> n.Notation:
    return n.Power(of(tree.base), of(tree.exponent))


def _transpose(tree: Transpose) -> n.Notation:
    return n.Power(of(tree.body), n.Word("T"))


def _root(tree: Root) -> n.Notation:
    body = tree.body.body if isinstance(tree.body, Group) else tree.body
    return n.Root(of(body), None if tree.degree is None else of(tree.degree))


def _group(tree: Group) -> n.Notation:
    right = {"(": ")", "[": "]", "{": "}"}[tree.left]
    return n.Fence(tree.left, of(tree.body), right)


def _bars(tree: Bars) -> n.Notation:
    right = {"⌊": "⌋", "⌈": "⌉"}.get(tree.sign, tree.sign)
    made: n.Notation = n.Fence(tree.sign, of(tree.body), right)
    return made if tree.order is None else n.Subscript(made, of(tree.order))


def _big(tree: Big) -> n.Notation:
    below: n.Notation | None = None
    if tree.letters and tree.written:
        below = (
            _row([n.Name(letter) for letter in tree.letters])
            if len(tree.letters) == 1
            else n.Infix(",", tuple(n.Name(letter) for letter in tree.letters))
        )
        if tree.sign == "lim" and tree.low is not None:
            below = n.Infix("→", (below, of(tree.low)))
        elif tree.low is not None:
            below = n.Infix("=", (below, of(tree.low)))
        elif tree.over is not None:
            below = n.Infix("~" if tree.sign == "E" else "∈", (below, of(tree.over)))
        elif tree.tests:
            below = _commas(tree.tests)
    return n.Big(tree.sign, below, None if tree.high is None else of(tree.high), of(tree.body))


def _compare(tree: Compare) -> n.Notation:
    args = [of(arg) for arg in tree.args]
    if len(set(tree.signs)) == 1:
        return n.Infix(tree.signs[0], tuple(args))
    made = args[0]
    for sign, arg in zip(tree.signs, args[1:], strict=True):
        made = n.Infix(sign, (made, arg))
    return made


def _iverson(tree: Iverson) -> n.Notation:
    return n.Row((n.Operator("𝟙"), n.Fence("[", of(tree.body), "]")))


def _not(tree: Not) -> n.Notation:
    return n.Prefix("¬", of(tree.body))


def _factorial(tree: Factorial) -> n.Notation:
    return n.Postfix(of(tree.body), "!")


def _binomial(tree: Binomial) -> n.Notation:
    return n.Apply(n.Word("binom"), (of(tree.top), of(tree.bottom)))


def _grid(tree: Grid) -> n.Notation:
    if tree.vector:
        return n.Fence("[", _commas(tree.rows[0]), "]")
    return n.Grid(tuple(tuple(of(cell) for cell in row) for row in tree.rows))


def _cases(tree: Cases) -> n.Notation:
    rows = []
    tests = (*tree.tests, *[None] * (len(tree.values) - len(tree.tests)))
    for value, test in zip(tree.values, tests, strict=True):
        condition = n.Word("otherwise") if test is None else n.Row((n.Word("if"), of(test)))
        rows.append((of(value), condition))
    return n.Grid(tuple(rows), "{")


def _tuple(tree: Tuple) -> n.Notation:
    return n.Fence("(", _commas(tree.items), ")")


def _derivative(tree: Derivative) -> n.Notation:
    order = len(tree.wrt)
    d: n.Notation = n.Operator(tree.sign)
    top = n.Power(d, n.Numeral(str(order))) if order > 1 else d
    same = order > 1 and all(fields(item)[:1] == fields(tree.wrt[0])[:1] for item in tree.wrt)
    if same:
        bottom: n.Notation = n.Prefix(tree.sign, n.Power(of(tree.wrt[0]), n.Numeral(str(order))))
    else:
        bottom = _row([n.Prefix(tree.sign, of(item)) for item in tree.wrt])
    if tree.operator:
        return n.Row((n.Fraction(top, bottom), of(tree.of)))
    first = n.Prefix(tree.sign, of(tree.of)) if order == 1 else n.Row((top, of(tree.of)))
    return n.Fraction(first, bottom)


def _nabla(tree: Nabla) -> n.Notation:
    if not tree.wrt:
        return n.Prefix("∇", of(tree.of))
    return n.Row((n.Subscript(n.Operator("∇"), _commas(tree.wrt)), of(tree.of)))


def _ellipsis(tree: Ellipsis) -> n.Notation:
    sign = "+" if isinstance(tree.big, Big) and tree.big.sign == "Σ" else "·"
    terms = [of(term) for term in tree.terms]
    return n.Infix(sign, (*terms[:-1], n.Operator("…"), terms[-1]))


_RULES: dict[type, Callable[[Any], n.Notation]] = {
    Num: _num, Name: _name, Const: _const, Sub: _sub, Range: _range, At: _at, Call: _call, Neg: _neg, Frac: _frac,
    Power: _power, Transpose: _transpose, Root: _root, Group: _group, Bars: _bars, Big: _big, Compare: _compare,
    Iverson: _iverson, Not: _not, Factorial: _factorial, Binomial: _binomial, Grid: _grid, Cases: _cases, Tuple: _tuple,
    Derivative: _derivative, Nabla: _nabla, Ellipsis: _ellipsis,
}  # fmt: skip
