"""A tree to steps: each node by its rule, names by the scope, products and indices by the shapes.

Values are computed as the steps are added, so that bounds, indices and shapes are known where they are needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unmagic.core.build import Builder, Node, marked
from unmagic.core.errors import (
    Ambiguous,
    BadValue,
    LimitReached,
    ShapeClash,
    SyntaxUnread,
    UnmagicError,
    Unsupported,
)  # fmt: skip
from unmagic.core.op import OPS
from unmagic.core.program import Decision
from unmagic.core.span import SourceText, Span

from ..names import ELEMENTWISE, shown
from ..tokens.plain import tokenize
from ..tree import (
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
    bare,
    transformed,
)  # fmt: skip
from . import bars, calculus, functions, indexing, sums
from .products import product, transposed
from .scope import Label, Scope
from .values import Value, elementwise, materialised, node_of

Differentiate = Callable[..., list[Node]]
_COMPARES = {"<": "less", ">": "greater", "≤": "less_equal", "≥": "greater_equal", "=": "equal", "≠": "not_equal"}
_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}
CALLS = 20  # of functions inside functions


class Lowerer:
    """Lowers trees into one builder, with one scope."""

    def __init__(
        self,
        builder: Builder,
        scope: Scope,
        source: SourceText,
        decisions: list[Decision],
        differentiate: Differentiate,
    ) -> None:
        self.builder = builder
        self.scope = scope
        self.source = source
        self.decisions = decisions
        self._differentiate = differentiate
        self.limits = builder.limits
        self.free: list[str] = []  # letters that nothing opened: the result's axes
        self.updated: tuple[str, ...] = ()  # names that the statement at hand updates
        self.ops = OPS
        self._letters: dict[str, tuple[str, ...]] = {}
        self._fresh = 0
        self.depth = 0  # of definitions needed by definitions
        self.start: dict[str, Value] = {}  # names as they stood when the round began: gradients are taken there
        self.gradients: dict[int, int] = {}

    # places and words -------------------------------------------------------------------------------------

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, max(start, end))

    def over(self, tree: Tree) -> Span:
        return self.span(tree.start, tree.end)

    def text(self, tree: Tree) -> str:
        return " ".join(self.source.text[tree.start : tree.end].split())

    def decide(self, words: str, tree: Tree | Span) -> None:
        span = tree if isinstance(tree, Span) else self.over(tree)
        decision = Decision(words, span)
        if decision not in self.decisions:
            self.decisions.append(decision)

    def differentiate(
        self, builder: Builder, output: Node, wrt: Sequence[Node], seed: Node | None = None
    ) -> list[Node]:
        return self._differentiate(builder, output, wrt, seed)

    # the walk ---------------------------------------------------------------------------------------------

    def lower(self, tree: Tree) -> Value:
        """The value of a tree; long chains of signs are walked, not descended."""
        if isinstance(tree, Infix):
            return self._chain(tree)
        rule = _RULES[type(tree)]
        try:
            with self.builder.at(self.over(tree)):
                made: Value = rule(self, tree)
                return made
        except UnmagicError as error:
            raise error.at(self.over(tree)) from error.__cause__

    def _chain(self, tree: Infix) -> Value:
        spine: list[Infix] = []
        left: Tree = tree
        while isinstance(left, Infix):
            spine.append(left)
            left = left.left
        made = self.lower(left)
        for infix in reversed(spine):
            right = self.lower(infix.right)
            with self.builder.at(self.over(infix)):
                made = self._infix(infix, made, right)
        return made

    def _infix(self, tree: Infix, a: Value, b: Value) -> Value:
        sign = tree.sign
        if sign in ("+", "-"):
            return self._sum(tree, a, b)
        if sign == "/":
            return self._quotient(tree.left, tree.right, tree, a, b)
        if sign == "%":
            return elementwise(self.builder, "remainder", a, b)
        if sign in ("∧", "∨"):
            return elementwise(self.builder, "logical_and" if sign == "∧" else "logical_or", a, b)
        return self.multiplied(tree, a, b)

    def multiplied(self, tree: Infix, a: Value, b: Value) -> Value:
        names = (self.text(tree.left), self.text(tree.right))
        span = self.over(tree)
        return product(self.builder, tree.sign, a, b, span, self.decide, names, self.scope.entrywise)

    def _sum(self, tree: Infix, a: Value, b: Value) -> Value:
        op = "add" if tree.sign == "+" else "subtract"
        a, b = self._sized(tree, a, b)
        self.broadcastable(a, b, "add" if op == "add" else "subtract", tree)
        if {a.rank, b.rank} == {1, 2} and not a.labels and not b.labels:
            self.decide(f"{self.text(tree)}: the vector goes to every row of the matrix", tree)
        return elementwise(self.builder, op, a, b)

    def _sized(self, tree: Tree, a: Value, b: Value) -> tuple[Value, Value]:
        """An identity or a vector of ones takes its size from its neighbour."""
        for one, other in ((a, b), (b, a)):
            if one.lazy and not other.lazy:
                if other.rank < (2 if one.lazy == "I" else 1):
                    raise Unsupported("the size of the identity is not to be found here", span=self.over(tree))
                if one.lazy == "I":
                    self.square(other, "a sum with I", tree)
                made = materialised(self.builder, one, other.shape[-1])
                return (made, b) if one is a else (a, made)
        if a.lazy:
            raise Unsupported("the size of the identity is not to be found here", span=self.over(tree))
        return a, b

    def broadcastable(self, a: Value, b: Value, doing: str, tree: Infix) -> None:
        try:
            np.broadcast_shapes(a.shape, b.shape)
        except ValueError:
            names = self.text(tree.left), self.text(tree.right)
            notes = []
            for name, mine, other in ((names[0], a.shape, b.shape), (names[1], b.shape, a.shape)):
                axis = next(
                    -k
                    for k in range(1, len(mine) + 1)
                    if k <= len(other) and mine[-k] != other[-k] and 1 not in (mine[-k], other[-k])
                )
                notes.append(f"{name} is {marked(mine, axis)}")
            joint = {"add": "to", "subtract": "and"}[doing]
            raise ShapeClash(
                f"can't {doing} {names[0]} {joint} {names[1]}", span=self.over(tree), notes=tuple(notes)
            ) from None

    def _quotient(self, top: Tree, bottom: Tree, tree: Tree, a: Value, b: Value) -> Value:
        a, b = self._sized(tree, a, b) if (a.lazy or b.lazy) and a.rank and b.rank else (a, b)
        if b.rank == 2 and a.rank >= 1:
            self.decide(f"{self.text(tree)}: divided entry by entry", tree)
        return elementwise(self.builder, "divide", a, b)

    # numbers without steps --------------------------------------------------------------------------------

    def constant(self, tree: Tree) -> int | float | None:
        """The number a tree is, if it is a number with signs and brackets only."""
        tree = bare(tree)
        if isinstance(tree, Num):
            return tree.value
        if isinstance(tree, Neg):
            inner = self.constant(tree.body)
            return None if inner is None else -inner
        if isinstance(tree, Const) and self.scope.get(tree.name) is None:
            return _CONSTANTS[tree.name]
        return None

    def concrete(self, tree: Tree) -> float:
        """The number a tree comes to: bounds, axes, orders."""
        value = self.positions(tree)[0]
        if np.ndim(value):
            raise SyntaxUnread("one number is wanted here", span=self.over(tree))
        return float(value)

    def integer(self, tree: Tree) -> int:
        number = self.concrete(tree)
        if not math.isfinite(number) or number != int(number):
            raise BadValue(f"{self.text(tree)} has to be a whole number here, and is {number:g}", span=self.over(tree))
        return int(number)

    def positions(self, tree: Tree) -> tuple[Any, tuple[str, ...], int | None]:
        """What an index or a bound comes to, over the letters in it; and the first value of those."""
        if isinstance(tree, Infix):
            parts = []
            left: Tree = tree
            while isinstance(left, Infix):
                parts.append((left.sign, left.right))
                left = left.left
            value, labels, first = self.positions(left)
            for sign, right in reversed(parts):
                other, more, start = self.positions(right)
                value, other, labels = _spread(value, labels, other, more)
                first = start if first is None else first
                value = self._calculated(sign, value, other, tree)
            return value, labels, first
        tree = bare(tree)
        number = self.constant(tree)
        if number is not None:
            return np.asarray(number), (), None
        if isinstance(tree, Infix):
            return self.positions(tree)
        if isinstance(tree, Neg):
            value, labels, first = self.positions(tree.body)
            return -value, labels, first
        if isinstance(tree, Name) and tree.text in self.scope.labels and self.scope.get(tree.text) is None:
            label = self.scope.labels[tree.text]
            if label.size is None:
                raise SyntaxUnread(f"the range of {tree.text} is not known here", span=self.over(tree))
            return np.arange(label.first, label.first + label.size), (tree.text,), label.first
        value_ = self.lower(tree)
        if value_.plain:
            assert value_.number is not None
            return np.asarray(value_.number), (), None
        if value_.rank:
            raise SyntaxUnread(
                "one number is wanted here", span=self.over(tree), hint=f"{self.text(tree)} is {marked(value_.shape)}"
            )
        first = next((self.scope.labels[label].first for label in value_.labels if label in self.scope.labels), None)
        return np.asarray(value_.node.value), value_.labels, first

    def _calculated(self, sign: str, a: Any, b: Any, tree: Tree) -> Any:
        if sign == "+":
            return a + b
        if sign == "-":
            return a - b
        if sign in ("", "·", "×", "*"):
            return a * b
        if sign == "/" and np.all(b != 0):
            return a / b
        raise SyntaxUnread("this is no index", span=self.over(tree))

    # checks that rules share ------------------------------------------------------------------------------

    def node(self, value: Value) -> Node:
        return node_of(self.builder, value)

    def elementwise(self, op: str, *values: Value) -> Value:
        return elementwise(self.builder, op, *values)

    def square(self, x: Value, doing: str, tree: Tree) -> None:
        if x.rank != 2:
            raise Unsupported(f"{doing} needs a matrix, and this is {marked(x.shape)}", span=self.over(tree))
        if x.shape[0] != x.shape[1]:
            raise ShapeClash(
                f"{doing} needs a square matrix",
                span=self.over(tree),
                notes=(f"it is [{x.shape[0]}]×[{x.shape[1]}]",),
            )

    def meet(self, a: Value, b: Value, tree: Tree) -> None:
        if a.shape != b.shape:
            raise ShapeClash(
                "the two differ in shape",
                span=self.over(tree),
                notes=(marked(a.shape, -1 if a.rank else None), marked(b.shape, -1 if b.rank else None)),
            )

    def vectorial(self, x: Value, tree: Tree) -> Value:
        if x.plain or x.rank == 0:
            raise BadValue(f"{self.text(tree)} wants a vector, and this is one number", span=self.over(tree))
        return x

    def table_letters(self, name: str) -> tuple[str, ...]:
        """The letters in a bound table's name: i for ``P(A_i)``, x and y for ``p(x,y)``."""
        if "(" not in name and "|" not in name:
            return ()
        if name not in self._letters:
            texts = [token.text for token in tokenize(SourceText(name)) if token.kind == "name"]
            self._letters[name] = tuple(dict.fromkeys(texts[0 if name[0] == "|" else 1 :]))
        return tuple(text for text in self._letters[name] if text in self.scope.labels)

    # functions --------------------------------------------------------------------------------------------

    def apply_function(self, tree: Call, args: list[Value]) -> Value:
        """A function of the text or a known one, on values."""
        function = self.scope.functions.get(tree.function)
        if function is None:
            if tree.function not in ELEMENTWISE and tree.primes:
                raise Unsupported(f"{tree.function}′ is not read", span=self.over(tree))
            return functions.applied(self, tree.function, args, tree)
        if len(args) != len(function.params):
            raise SyntaxUnread(
                f"{shown(function.name)} takes {len(function.params)} argument{'s' * (len(function.params) != 1)}, "
                f"here it has {len(args)}",
                span=self.over(tree),
            )
        scope = self.scope
        if scope.calls >= CALLS:
            raise LimitReached(
                f"{shown(function.name)} calls itself, or functions nest deeper than {CALLS}", span=self.over(tree)
            )
        saved = scope.local, scope.labels, self.free, scope.entrywise
        renamed: dict[str, str] = {}
        inner: list[Value] = []
        for arg in args:  # the letters of the arguments are not those of the body
            for label in arg.labels:
                self._fresh += 1
                renamed.setdefault(label, f"{label}#{self._fresh}")
            inner.append(arg.with_labels(tuple(renamed[label] for label in arg.labels)))
        scope.local = dict(zip(function.params, inner, strict=True))
        scope.labels, self.free, scope.entrywise = {}, [], False
        scope.calls += 1
        try:
            made = self.lower(function.body)
            if function.labels:
                made = self.lettered(made, function.labels, tree)
        finally:
            scope.calls -= 1
            scope.local, scope.labels, self.free, scope.entrywise = saved
        back = {new: old for old, new in renamed.items()}
        kept = tuple(label for label in made.labels if label in back)
        loose = tuple(label for label in made.labels if label not in back)
        if loose:  # free letters of the body are axes of the function's value
            from .values import ordered

            made = Value(ordered(self.builder, made, (*kept, *loose)).node, kept)
        return Value(
            None if made.plain else made.node,
            tuple(back[label] for label in made.labels),
            number=made.number,
            row=made.row,
            lazy=made.lazy,
        )

    def lettered(self, value: Value, letters: tuple[str, ...], tree: Tree) -> Value:
        """The value with exactly these letters as its axes, in this order."""
        from .values import ordered

        extra = [label for label in value.labels if label not in letters and "#" not in label]
        missing = [label for label in letters if label not in value.labels]
        if extra:
            raise SyntaxUnread(
                f"the index {extra[0]} stands on the right only",
                span=self.over(tree),
                hint=f"sum over it, or write it on the left: _{''.join(letters)}{extra[0]}",
            )
        if missing:
            label = self.scope.labels.get(missing[0])
            if label is None or label.size is None:
                raise SyntaxUnread(f"the index {missing[0]} stands on the left only", span=self.over(tree))
            sizes_ = [self.scope.labels[m].size or 1 for m in missing]
            node = self.builder.broadcast(self.node(value), (*sizes_, *(() if value.plain else value.node.shape)))
            value = Value(node, (*missing, *value.labels))
        hashed = tuple(label for label in value.labels if "#" in label)
        made = ordered(self.builder, value, (*hashed, *letters))
        return Value(made.node, hashed)

    def joined(self, args: list[Value], tree: Tree) -> Value:
        """Numbers as a vector; vectors one after the other."""
        if all(arg.rank == 0 and not arg.labels for arg in args):
            return Value(self.builder.apply("stack", *[self.node(arg) for arg in args], axis=0))
        if any(arg.labels for arg in args):
            raise Unsupported("a list of indexed entries is not read", span=self.over(tree))
        if any(arg.rank > 1 for arg in args):
            if len({arg.shape[:-1] for arg in args}) > 1:
                raise ShapeClash("these do not go side by side", span=self.over(tree))
            self.decide(f"{self.text(tree)}: put side by side", tree)
            return Value(self.builder.apply("concatenate", *[arg.node for arg in args], axis=args[0].rank - 1))
        self.decide(f"{self.text(tree)}: put one after the other", tree)
        nodes = [self.node(arg) if arg.rank else self.node(arg).reshape((1,)) for arg in args]
        return Value(self.builder.apply("concatenate", *nodes, axis=0))


def _spread(a: Any, mine: tuple[str, ...], b: Any, more: tuple[str, ...]) -> tuple[Any, Any, tuple[str, ...]]:
    """Two arrays over letters, lined up."""
    labels = tuple(dict.fromkeys((*mine, *more)))

    def lined(array: Any, own: tuple[str, ...]) -> Any:
        array = np.asarray(array)
        order = [own.index(label) for label in labels if label in own]
        array = array.transpose(order) if own else array
        shape = iter(array.shape)
        return array.reshape([next(shape) if label in own else 1 for label in labels])

    return lined(a, mine), lined(b, more), labels


# rules, one a kind of tree ----------------------------------------------------------------------------------


def _num(low: Lowerer, tree: Num) -> Value:
    return Value(number=tree.value)


def _const(low: Lowerer, tree: Const) -> Value:
    return Value(number=_CONSTANTS[tree.name])


def _name(low: Lowerer, tree: Name) -> Value:
    scope = low.scope
    value = scope.get(tree.text)
    if value is not None:
        letters = low.table_letters(tree.text)
        if letters and not value.plain and not value.labels and value.rank >= len(letters):
            return Value(value.node, letters)
        return value
    label = scope.labels.get(tree.text)
    if label is not None:
        if label.size is None:
            raise SyntaxUnread(f"the range of {tree.text} is not known here", span=low.over(tree))
        numbers = np.arange(label.first, label.first + label.size, dtype=np.float64)
        return Value(low.builder.constant(numbers), (tree.text,))
    if tree.text in ("I", "𝟙"):
        return Value(number=1, lazy="I" if tree.text == "I" else "1")
    if tree.text in scope.functions:
        raise SyntaxUnread(
            f"{shown(tree.text)} is a function: what is it applied to?",
            span=low.over(tree),
            hint=f"{shown(tree.text)}({', '.join(shown(p) for p in scope.functions[tree.text].params)})",
        )
    raise scope.unbound(tree.text, low.over(tree))


def _neg(low: Lowerer, tree: Neg) -> Value:
    number = low.constant(tree.body) if isinstance(tree.body, Num | Const) else None
    if number is not None:
        return Value(number=-number)
    body = low.lower(tree.body)
    if body.lazy:
        factor = elementwise(low.builder, "negative", Value(None if body.plain else body.node, number=body.number))
        return Value(factor.node, lazy=body.lazy, row=body.row)
    return elementwise(low.builder, "negative", body)


def _group(low: Lowerer, tree: Group) -> Value:
    return low.lower(tree.body)


def _frac(low: Lowerer, tree: Frac) -> Value:
    return low._quotient(tree.top, tree.bottom, tree, low.lower(tree.top), low.lower(tree.bottom))


def _power(low: Lowerer, tree: Power) -> Value:
    builder = low.builder
    exponent = low.constant(tree.exponent)
    base_tree = bare(tree.base)
    if isinstance(base_tree, Const) and base_tree.name == "e" and low.scope.get("e") is None:
        return elementwise(builder, "exp", low.lower(tree.exponent))
    base = low.lower(tree.base)
    if base.rank == 2:
        made = _matrix_power(low, tree, base, exponent)
        if made is not None:
            return made
    if base.lazy:
        return base
    if exponent == 2:
        return elementwise(builder, "square", base) if not base.plain else _numbers(low, base, Value(number=2), tree)
    if exponent == -1 and not base.plain:
        return elementwise(builder, "reciprocal", base)
    raised = low.lower(tree.exponent)
    if raised.lazy:
        raise Unsupported("a matrix as an exponent is not read", span=low.over(tree))
    return _numbers(low, base, raised, tree)


def _numbers(low: Lowerer, base: Value, raised: Value, tree: Power) -> Value:
    """A power entry by entry; whole numbers beyond the limit are named before they are computed."""
    parts = [
        value.number if value.plain else (value.node.value if value.node.ndim == 0 else None)
        for value in (base, raised)
    ]
    if None not in parts:
        b, n = (float(part) for part in parts)  # type: ignore[arg-type]
        if b == int(b) if math.isfinite(b) else False:
            digits = n * math.log10(abs(b)) if b else 0.0
            if math.isfinite(n) and n == int(n) and digits > low.limits.exponent:
                raise LimitReached(
                    f"{low.text(tree)} has {digits:,.0f} digits"
                    if digits < 1e15
                    else f"{low.text(tree)} has more digits than can be counted here",
                    span=low.over(tree),
                    notes=(f"limit: an integer power's result ≤ 10^{low.limits.exponent}",),
                )
    if not base.plain and base.node.dtype.kind in "iub":
        base = Value(low.builder.cast(base.node, np.dtype(np.float64)), base.labels, row=base.row)
    return elementwise(low.builder, "power", base, raised)


def _matrix_power(low: Lowerer, tree: Power, base: Value, exponent: int | float | None) -> Value | None:
    """A⁻¹, A² of a square matrix; None where the power goes entry by entry."""
    square = base.shape[0] == base.shape[1]
    if exponent == -1:
        low.square(base, "an inverse", tree)
        if base.labels:
            raise Unsupported("the inverse of a matrix with an index is not read", span=low.over(tree))
        return Value(low.builder.apply("inv", base.node))
    if not square:
        low.decide(f"{low.text(tree)}: the power of each entry, for the matrix is not square", tree)
        return None
    if base.labels:
        return None
    if exponent is None:
        power = low.lower(tree.exponent)
        if power.rank or power.labels:
            return None
        exponent = power.number if power.plain else float(power.node.value)
    if exponent is None or exponent != int(exponent):
        raise Ambiguous(
            f"{low.text(tree)} of a matrix has two meanings",
            span=low.over(tree),
            notes=("the power of each entry", "the power of the matrix, which has to be a whole number"),
        )
    low.limits.need("the power of a matrix", abs(int(exponent)), 10_000)
    low.decide(f"{low.text(tree)}: the power of the matrix, not of its entries", tree)
    node = base.node if exponent >= 0 else low.builder.apply("inv", base.node)
    return Value(low.builder.apply("matrix_power", node, n=abs(int(exponent))))


def _root(low: Lowerer, tree: Root) -> Value:
    body = low.lower(tree.body)
    if body.rank == 2:
        low.decide(f"{low.text(tree)}: the root of each entry", tree)
    if tree.degree is None:
        return elementwise(low.builder, "sqrt", body)
    degree = low.constant(tree.degree)
    if degree == 3:
        return elementwise(low.builder, "cbrt", body)
    if degree == 2:
        return elementwise(low.builder, "sqrt", body)
    part = elementwise(low.builder, "divide", Value(number=1), low.lower(tree.degree))
    return elementwise(low.builder, "power", body, part)


def _call(low: Lowerer, tree: Call) -> Value:
    if tree.primes:
        return calculus.primed(low, tree)
    if tree.function in low.scope.functions:
        return low.apply_function(tree, [low.lower(arg) for arg in tree.args])
    return functions.called(low, tree)


def _compare(low: Lowerer, tree: Compare) -> Value:
    values = [low.lower(arg) for arg in tree.args]
    if len(values) == 2 and tree.signs[0] in ("=", "≠"):
        values = _class_numbers(low, tree, values)
    made: Value | None = None
    for sign, a, b in zip(tree.signs, values, values[1:], strict=False):
        test = elementwise(low.builder, _COMPARES[sign], a, b)
        made = test if made is None else elementwise(low.builder, "logical_and", made, test)
    assert made is not None
    return made


def _class_numbers(low: Lowerer, tree: Compare, values: list[Value]) -> list[Value]:
    """An index that is compared with a class number counts from 0, as class numbers do."""
    for k, arg in enumerate(tree.args):
        letter, other = bare(arg), bare(tree.args[1 - k])
        base = bare(other.base) if isinstance(other, Sub | At) else other
        if not isinstance(letter, Name) or not isinstance(base, Name) or low.scope.get(letter.text) is not None:
            continue
        label = low.scope.labels.get(letter.text)
        bound = low.scope.get(base.text)
        if label is None or label.size is None or label.first != 1 or bound is None or bound.plain:
            continue
        low.decide(f"{low.text(tree)}: class numbers count from 0", tree)
        values[k] = Value(low.builder.constant(np.arange(label.size, dtype=np.float64)), (letter.text,))
        break
    return values


def _iverson(low: Lowerer, tree: Iverson) -> Value:
    test = low.lower(tree.body)
    if test.plain:
        return test
    if test.node.dtype.kind != "b":
        raise SyntaxUnread("1[…] wants a condition", span=low.over(tree), hint="1[y = c]")
    return Value(test.node.apply("cast", to=np.dtype(np.float64)), test.labels)


def _not(low: Lowerer, tree: Not) -> Value:
    return elementwise(low.builder, "logical_not", low.lower(tree.body))


def _factorial(low: Lowerer, tree: Factorial) -> Value:
    return elementwise(low.builder, "factorial", low.lower(tree.body))


def _binomial(low: Lowerer, tree: Binomial) -> Value:
    return elementwise(low.builder, "binomial", low.lower(tree.top), low.lower(tree.bottom))


def _grid(low: Lowerer, tree: Grid) -> Value:
    """Numbers that stand in the text, as one constant; with names in it, put together from steps."""
    cells = [low.constant(cell) for row in tree.rows for cell in row]
    shape = (len(tree.rows[0]),) if tree.vector else (len(tree.rows), len(tree.rows[0]))
    if None not in cells:
        return Value(low.builder.constant(np.array(cells, dtype=np.float64).reshape(shape)))
    values = [low.lower(cell) for row in tree.rows for cell in row]
    if any(value.rank or value.labels for value in values):
        if tree.vector or len(tree.rows) == 1:
            return low.joined(values, tree)
        raise Unsupported("a matrix of matrices is not read", span=low.over(tree))
    stacked = low.builder.apply("stack", *[low.node(value) for value in values], axis=0)
    return Value(stacked if tree.vector else low.builder.apply("reshape", stacked, shape=shape))


def _cases(low: Lowerer, tree: Cases) -> Value:
    """Nested choices; where every case has a condition, one of them has to hold."""
    values = [low.lower(value) for value in tree.values]
    tests = [None if test is None else low.lower(test) for test in tree.tests]
    tests += [None] * (len(values) - len(tests))
    if tests[-1] is not None:
        held = tests[0].node.value if tests[0] is not None else True
        for test in tests[1:]:
            if test is not None:
                held = _either(held, test.node.value)
        if not np.all(held):
            raise BadValue("no case holds for these numbers", span=low.over(tree))
    made = values[-1]
    for test, value in zip(reversed(tests[:-1]), reversed(values[:-1]), strict=True):
        if test is None:
            raise SyntaxUnread("only the last case may be without a condition", span=low.over(tree))
        if test.node.dtype.kind != "b":
            raise SyntaxUnread("a case wants a condition", span=low.over(tree))
        made = elementwise(low.builder, "where", test, value, made)
    return made


def _either(a: Any, b: Any) -> Any:
    return np.logical_or(a, b) if np.shape(a) == np.shape(b) else True


def _tuple(low: Lowerer, tree: Tuple) -> Value:
    dots = [k for k, item in enumerate(tree.items) if isinstance(item, Name) and item.text == "…"]
    if dots:
        from ..ellipsis import listed

        body, letter = listed(tree.items)
        low.scope.labels[letter] = Label(letter)
        try:
            made = low.lower(body)
        finally:
            low.scope.labels.pop(letter, None)
        rest = tuple(label for label in made.labels if label != letter)
        from .values import ordered

        return Value(ordered(low.builder, made, (*rest, letter)).node, rest)
    return low.joined([low.lower(item) for item in tree.items], tree)


def _range(low: Lowerer, tree: Range) -> Value:
    raise SyntaxUnread("a range stands only in brackets", span=low.over(tree))


def _transpose(low: Lowerer, tree: Transpose) -> Value:
    return transposed(low.builder, low.lower(tree.body))


def _ellipsis(low: Lowerer, tree: Ellipsis) -> Value:
    assert isinstance(tree.big, Big)
    first = low.text(tree.big.low) if tree.big.low is not None and not tree.guessed else "1"
    low.decide(
        f"the dots: {tree.big.sign} over an index from {first}",
        tree,
    )
    made = low.lower(tree.big)
    if tree.guessed:
        _check_pattern(low, tree, tree.big)
    return made


def _check_pattern(low: Lowerer, tree: Ellipsis, big: Big) -> None:
    """The terms before the dots, against the pattern of the last one: computed aside, nothing is kept."""
    scope, builder = low.scope, low.builder
    kept = len(builder.graph.steps)
    saved = dict(scope.local)
    try:
        for k, term in enumerate(tree.terms[:-1], 1):
            scope.local[big.letters[0]] = Value(number=k)
            swapped = transformed(big.body, {big.letters[0]: Num(k, str(k), term.start, term.end)})
            pattern, written = (low.node(low.lower(part)).value for part in (swapped, term))
            if np.shape(pattern) != np.shape(written) or not np.allclose(pattern, written, rtol=1e-9):
                raise Unsupported(
                    "the pattern behind the dots is not clear",
                    span=low.over(tree),
                    notes=(f"{low.text(tree.terms[-1])} does not give {low.text(term)} for {k}",),
                )
    finally:
        scope.local = saved
        builder.forget(kept)


_RULES: dict[type, Callable[[Lowerer, Any], Value]] = {
    Num: _num, Const: _const, Name: _name, Neg: _neg, Group: _group, Frac: _frac, Power: _power, Root: _root,
    Call: _call, Compare: _compare, Iverson: _iverson, Not: _not, Factorial: _factorial, Binomial: _binomial,
    Grid: _grid, Cases: _cases, Tuple: _tuple, Range: _range, Transpose: _transpose, Ellipsis: _ellipsis,
    Sub: indexing.subscripted, At: indexing.bracketed, Bars: bars.barred, Big: sums.big,
    Derivative: calculus.derivative, Nabla: calculus.nabla,
}  # fmt: skip
