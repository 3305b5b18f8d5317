"""Known functions as steps of the op catalogue."""

from __future__ import annotations

from collections.abc import Callable

from unmagic.core.build import marked
from unmagic.core.errors import Ambiguous, BadValue, SyntaxUnread, Unsupported

from ..names import ELEMENTWISE
from ..tree import Call, Name, Num, bare
from .bars import norm
from .checks import meet, square, vectorial
from .lists import joined
from .lowerer import Lowerer
from .numbers import constant, integer
from .products import dot, outer, transposed
from .values import Value, elementwise, node_of

_RECIPROCALS = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh"}
_USUAL: dict[str, dict[str, object]] = {
    "leaky_relu": {"slope": 0.01}, "elu": {"alpha": 1.0}, "celu": {"alpha": 1.0}, "gelu": {"approximate": "none"},
    "softplus": {"beta": 1.0}, "hardtanh": {"low": -1.0, "high": 1.0}, "rint": {"decimals": 0},
}  # fmt: skip
_PAIRS = {"arctan2": "arctan2", "hypot": "hypot", "mod": "remainder", "logaddexp": "logaddexp", "binom": "binomial"}
_REDUCTIONS = {"sum": "sum", "prod": "prod", "mean": "mean", "expectation": "mean", "var": "var", "variance": "var",
               "std": "std", "logsumexp": "logsumexp", "max": "max", "min": "min"}  # fmt: skip


def called(low: Lowerer, tree: Call) -> Value:
    """A known function of its arguments."""
    name = tree.function
    if name == "log" and tree.sub is not None:
        return _log_to_base(low, tree)
    if name in ("max", "min", "argmax", "argmin") and tree.sub is not None:
        raise SyntaxUnread(f"{name} over an index takes what it runs over", span=low.over(tree))
    args = [low.lower(arg) for arg in tree.args]
    with low.builder.at(low.over(tree)):
        return applied(low, name, args, tree)


def applied(low: Lowerer, name: str, args: list[Value], tree: Call) -> Value:
    """``name`` on values that are there already."""
    if name == "cos" and len(args) == 2:
        return _cosine(low, args, tree)
    if name in ELEMENTWISE:
        _count(low, name, args, tree, 1)
        return elementwise(low.builder, name, args[0], **_USUAL.get(name, {}))
    if name in _RECIPROCALS:
        _count(low, name, args, tree, 1)
        return elementwise(low.builder, "reciprocal", elementwise(low.builder, _RECIPROCALS[name], args[0]))
    if name in _PAIRS:
        _count(low, name, args, tree, 2)
        return elementwise(low.builder, _PAIRS[name], *args)
    if name in ("max", "min") and len(args) > 1:
        made = args[0]
        for arg in args[1:]:
            made = elementwise(low.builder, f"{name}imum", made, arg)
        return made
    if name in _REDUCTIONS and len(args) == 1:
        return reduction(low, name, args[0], tree)
    rule = _RULES.get(name)
    if rule is None:
        raise Unsupported(f"{name} is known by name only: there is no rule for it yet", span=low.over(tree))
    return rule(low, args, tree)


def _count(low: Lowerer, name: str, args: list[Value], tree: Call, *counts: int) -> None:
    if len(args) not in counts:
        wants = " or ".join(map(str, counts))
        raise SyntaxUnread(
            f"{name} takes {wants} argument{'s' if counts[-1] > 1 else ''}, here it has {len(args)}",
            span=low.over(tree),
        )


def _log_to_base(low: Lowerer, tree: Call) -> Value:
    assert tree.sub is not None
    base = bare(tree.sub)
    arg = low.lower(tree.args[0])
    with low.builder.at(low.over(tree)):
        if isinstance(base, Num) and base.value in (2, 10):
            return elementwise(low.builder, f"log{base.value}", arg)
        if isinstance(base, Name) and base.text == "e" and low.scope.get("e") is None:
            return elementwise(low.builder, "log", arg)
        bottom = elementwise(low.builder, "log", low.lower(tree.sub))
        return elementwise(low.builder, "divide", elementwise(low.builder, "log", arg), bottom)


def axis_of(low: Lowerer, x: Value, tree: Call, name: str) -> int | tuple[int, ...] | None:
    """The axes that a reduction runs over: ``axis=…`` if given, else all that carry no index."""
    count = len(x.labels)
    for key, option in tree.options:
        if key == "axis":
            axis = integer(low, option)
            if not -x.rank <= axis < x.rank:
                raise BadValue(f"there is no axis {axis}: {marked(x.shape)} has {x.rank}", span=low.over(option))
            return count + axis % x.rank
    if count == 0:
        return None
    return tuple(range(count, count + x.rank))


def reduction(low: Lowerer, name: str, x: Value, tree: Call) -> Value:
    """Sum, mean, variance … over the axes without index."""
    op = _REDUCTIONS[name]
    if x.plain:
        x = Value(node_of(low.builder, x))
    if x.rank == 0 and len(x.labels) == 1 and name not in ("expectation", "variance"):
        low.decide(f"{name} of {low.text(tree.args[0])}: over the index {x.labels[0]}", tree)
        return Value(x.node.apply(op, axis=0))
    if x.rank == 0:
        if name in ("expectation", "variance", "var", "std"):
            raise Unsupported(
                f"{low.text(tree)} needs the values and their probabilities, and here is one number",
                span=low.over(tree),
            )
        return x
    if x.rank >= 2 and not tree.options and name in ("mean", "var", "std", "expectation", "variance", "logsumexp"):
        low.decide(f"{name} of a matrix: along the last axis, a value a row", tree)
        return Value(x.node.apply(op, axis=x.node.ndim - 1), x.labels)
    if name in ("expectation", "variance"):
        low.decide(
            f"{low.text(tree)}: the {'mean' if name == 'expectation' else 'biased variance'} of the entries", tree
        )
    return Value(x.node.apply(op, axis=axis_of(low, x, tree, name)), x.labels)


def _softmax(op: str, sign: int = 1) -> Callable[[Lowerer, list[Value], Call], Value]:
    def rule(low: Lowerer, args: list[Value], tree: Call) -> Value:
        _count(low, op, args, tree, 1)
        x = args[0]
        if x.plain or (x.rank == 0 and not x.labels):
            raise BadValue(f"{op} of one number is 1 whatever it is", span=low.over(tree))
        if sign < 0:
            x = elementwise(low.builder, "negative", x)
        if tree.sub is not None and isinstance(bare(tree.sub), Name):
            letter = low.text(tree.sub)
            if letter in x.labels:
                return Value(x.node.apply(op, axis=x.labels.index(letter)), x.labels)
        if x.rank == 0:
            low.decide(f"{op} of {low.text(tree.args[0])}: over the index {x.labels[-1]}", tree)
            return Value(x.node.apply(op, axis=len(x.labels) - 1), x.labels)
        axis = axis_of(low, x, tree, op)
        if x.rank > 1 and not tree.options:
            low.decide(f"{op} of a matrix: along the last axis, each row adds up to 1", tree)
        chosen = axis if isinstance(axis, int) else x.node.ndim - 1
        if not tree.options and not x.labels and x.rank == 1:
            chosen = -1
        return Value(x.node.apply(op, axis=chosen), x.labels, row=x.row)

    return rule


def _norm(low: Lowerer, args: list[Value], tree: Call) -> Value:
    return norm(low, args[0], None, tree)


def _matrix(op: str) -> Callable[[Lowerer, list[Value], Call], Value]:
    def rule(low: Lowerer, args: list[Value], tree: Call) -> Value:
        _count(low, op, args, tree, 1)
        x = args[0]
        square(low, x, op, tree)
        if x.labels:
            raise Unsupported(f"{op} of a matrix with an index is not read", span=low.over(tree))
        return Value(x.node.apply(op))

    return rule


def _diag(low: Lowerer, args: list[Value], tree: Call) -> Value:
    x = args[0]
    if x.labels or x.rank not in (1, 2):
        raise Unsupported("diag is read of a vector or a matrix", span=low.over(tree))
    return Value(x.node.apply("diag" if x.rank == 1 else "diagonal", offset=0))


def _dot(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "a dot product", args, tree, 2)
    a, b = args
    if a.rank != 1 or b.rank != 1:
        if a.rank == b.rank == 0:
            return elementwise(low.builder, "multiply", a, b)
        raise Unsupported("⟨ , ⟩ and dot are read between vectors", span=low.over(tree))
    meet(low, a, b, tree)
    return dot(low.builder, a, b)


def _outer(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "outer", args, tree, 2)
    if any(arg.rank != 1 for arg in args):
        raise Unsupported("outer is read between two vectors", span=low.over(tree))
    return outer(low.builder, args[0], args[1])


def _cosine(low: Lowerer, args: list[Value], tree: Call) -> Value:
    """a · b / (|a| |b|)."""
    _count(low, "cos of an angle", args, tree, 2)
    a, b = args
    if a.rank != 1 or b.rank != 1:
        raise SyntaxUnread("cos(a, b) is the cosine of the angle between two vectors", span=low.over(tree))
    meet(low, a, b, tree)
    low.decide("cos(a, b): the cosine of the angle between two vectors", tree)
    top = dot(low.builder, a, b)
    lengths = [Value(v.node.apply("norm", order=2, axis=v.node.ndim - 1), v.labels) for v in (a, b)]
    return elementwise(low.builder, "divide", top, elementwise(low.builder, "multiply", *lengths))


def _kl(low: Lowerer, args: list[Value], tree: Call) -> Value:
    """Σ p log(p / q)."""
    _count(low, "a divergence", args, tree, 2)
    p, q = args
    meet(low, p, q, tree)
    terms = elementwise(low.builder, "xlogy", p, elementwise(low.builder, "divide", p, q))
    return _total(terms)


def _total(terms: Value) -> Value:
    count = len(terms.labels)
    axis = None if count == 0 else tuple(range(count, terms.node.ndim))
    return Value(terms.node.apply("sum", axis=axis), terms.labels)


def _jsd(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "a divergence", args, tree, 2)
    p, q = args
    half = Value(number=0.5)
    middle = elementwise(low.builder, "multiply", half, elementwise(low.builder, "add", p, q))
    both = elementwise(low.builder, "add", _kl(low, [p, middle], tree), _kl(low, [q, middle], tree))
    return elementwise(low.builder, "multiply", half, both)


def _entropy(low: Lowerer, args: list[Value], tree: Call) -> Value:
    """H(p) = −Σ p log p, H(p, q) = −Σ p log q."""
    _count(low, "H", args, tree, 1, 2)
    if len(args) == 2:
        return _cross_entropy(low, args, tree)
    p = args[0]
    if p.rank == 0:
        raise Ambiguous(
            f"{low.text(tree)} of one number",
            span=low.over(tree),
            notes=("−p log p, one term of the entropy", "−p log p − (1−p) log(1−p), of a coin"),
        )
    return elementwise(low.builder, "negative", _total(elementwise(low.builder, "xlogy", p, p)))


def _cross_entropy(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "cross-entropy", args, tree, 2)
    p, q = args
    meet(low, p, q, tree)
    return elementwise(low.builder, "negative", _total(elementwise(low.builder, "xlogy", p, q)))


def _clip(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "clip", args, tree, 3)
    ends = [constant(low, arg) for arg in tree.args[1:]]
    if None not in ends:
        return elementwise(low.builder, "clip", args[0], low=ends[0], high=ends[1])
    made = elementwise(low.builder, "maximum", args[0], args[1])
    return elementwise(low.builder, "minimum", made, args[2])


def _layer_norm(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "layer norm", args, tree, 1, 3)
    x = vectorial(low, args[0], tree)
    op = "rms_norm" if tree.function == "rms_norm" else "layer_norm"
    low.decide(f"{op.replace('_', ' ')}: over the last axis, with ε = 1e-5", tree)
    made = Value(x.node.apply(op, axes=(x.node.ndim - 1,), eps=1e-5), x.labels)
    if len(args) == 3:
        made = elementwise(low.builder, "add", elementwise(low.builder, "multiply", made, args[1]), args[2])
    return made


def _cov(low: Lowerer, args: list[Value], tree: Call) -> Value:
    """The mean of the product of the deviations (biased)."""
    _count(low, "cov", args, tree, 2)
    meet(low, args[0], args[1], tree)
    low.decide("cov: the mean of the products of the deviations (divided by n)", tree)
    parts = []
    for x in args:
        x = vectorial(low, x, tree)
        mean = Value(x.node.apply("mean", axis=None))
        parts.append(elementwise(low.builder, "subtract", x, mean))
    return Value(elementwise(low.builder, "multiply", *parts).node.apply("mean", axis=None))


def _logit(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "logit", args, tree, 1)
    rest = elementwise(low.builder, "subtract", Value(number=1), args[0])
    return elementwise(low.builder, "log", elementwise(low.builder, "divide", args[0], rest))


def _rms(low: Lowerer, args: list[Value], tree: Call) -> Value:
    x = vectorial(low, args[0], tree)
    squares = elementwise(low.builder, "square", x)
    axis = axis_of(low, squares, tree, "rms")
    return elementwise(low.builder, "sqrt", Value(squares.node.apply("mean", axis=axis), x.labels))


def _arg(op: str) -> Callable[[Lowerer, list[Value], Call], Value]:
    def rule(low: Lowerer, args: list[Value], tree: Call) -> Value:
        x = vectorial(low, args[0], tree)
        low.decide(f"{op} counts from 0", tree)
        axis = axis_of(low, x, tree, op)
        if isinstance(axis, tuple):
            if len(axis) != 1:
                raise Unsupported(f"{op} of a matrix needs an axis", span=low.over(tree))
            axis = axis[0]
        return Value(x.node.apply(op, axis=axis), x.labels)

    return rule


def _concat(low: Lowerer, args: list[Value], tree: Call) -> Value:
    return joined(low, args, tree)


def _transpose(low: Lowerer, args: list[Value], tree: Call) -> Value:
    return transposed(low.builder, args[0])


def _gamma(low: Lowerer, args: list[Value], tree: Call) -> Value:
    return elementwise(low.builder, "exp", elementwise(low.builder, "gammaln", args[0]))


def _where(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "where", args, tree, 3)
    return elementwise(low.builder, "where", *args)


def _along(op: str, **attrs: object) -> Callable[[Lowerer, list[Value], Call], Value]:
    def rule(low: Lowerer, args: list[Value], tree: Call) -> Value:
        x = vectorial(low, args[0], tree)
        return Value(x.node.apply(op, axis=x.node.ndim - 1, **attrs), x.labels)

    return rule


def _triangle(op: str) -> Callable[[Lowerer, list[Value], Call], Value]:
    def rule(low: Lowerer, args: list[Value], tree: Call) -> Value:
        return Value(args[0].node.apply(op, k=0), args[0].labels)

    return rule


def _mse(low: Lowerer, args: list[Value], tree: Call) -> Value:
    _count(low, "mse", args, tree, 2)
    meet(low, args[0], args[1], tree)
    squares = elementwise(low.builder, "square", elementwise(low.builder, "subtract", *args))
    return Value(squares.node.apply("mean", axis=None)) if squares.node.ndim else squares


_RULES: dict[str, Callable[[Lowerer, list[Value], Call], Value]] = {
    "softmax": _softmax("softmax"), "log_softmax": _softmax("log_softmax"), "softmin": _softmax("softmax", -1),
    "norm": _norm, "trace": _matrix("trace"), "det": _matrix("det"), "inv": _matrix("inv"), "diag": _diag, "dot": _dot,
    "outer": _outer, "cosine": _cosine, "kl": _kl, "jsd": _jsd, "entropy": _entropy,
    "cross_entropy": _cross_entropy, "clip": _clip, "layer_norm": _layer_norm, "rms_norm": _layer_norm, "cov": _cov,
    "logit": _logit, "rms": _rms, "argmax": _arg("argmax"), "argmin": _arg("argmin"), "concat": _concat,
    "transpose": _transpose, "gamma": _gamma, "where": _where, "cumsum": _along("cumsum"), "sort": _along("sort"),
    "tril": _triangle("tril"), "triu": _triangle("triu"), "mse": _mse,
}  # fmt: skip
