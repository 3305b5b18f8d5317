"""Scalar trees evaluated and differentiated in multiple precision, sharing no code with `unmagic.core.scalar_eval`.

The derivative of an elementary function is a difference quotient at 40 digits, so no table of derivatives is trusted.
A fold is worked term by term.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath.ctx_mp import MPContext

from unmagic.core import scalar as s

mp = MPContext()  # a context of its own: other tests set the precision of the common one
mp.dps = 40
_H = mp.mpf(10) ** -13
_NAN, _INF = mp.mpf("nan"), mp.mpf("inf")

Slopes = dict[tuple[int, tuple[int, ...]], Any]


def _log_gamma(x: Any) -> Any:
    return mp.log(abs(mp.gamma(x)))


def _rint(x: Any) -> Any:
    low = mp.floor(x)
    if x - low == mp.mpf("0.5"):
        return low if low % 2 == 0 else low + 1
    return mp.floor(x + mp.mpf("0.5"))


def _bits(sign: str) -> Callable[[Any, Any], Any]:
    table = {"&": lambda a, b: a & b, "|": lambda a, b: a | b, "^": lambda a, b: a ^ b}
    return lambda a, b: mp.mpf(table[sign](int(a), int(b)))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": mp.exp,
    "expm1": lambda x: mp.exp(x) - 1,
    "exp2": lambda x: mp.mpf(2) ** x,
    "log": mp.log,
    "log1p": lambda x: mp.log(1 + x),
    "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": lambda x: mp.log(x) / mp.log(10),
    "sqrt": mp.sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arcsinh": mp.asinh,
    "arccosh": mp.acosh,
    "arctanh": mp.atanh,
    "arctan2": mp.atan2,
    "erf": mp.erf,
    "erfc": mp.erfc,
    "normal_cdf": mp.ncdf,
    "gammaln": _log_gamma,
    "digamma": mp.digamma,
    "polygamma": lambda n, x: mp.psi(int(n), x),
    "factorial": lambda x: mp.gamma(x + 1),
    "abs": abs,
}
_FLAT: dict[str, Callable[..., Any]] = {
    "sign": mp.sign,
    "floor": mp.floor,
    "ceil": mp.ceil,
    "trunc": lambda x: mp.floor(x) if x >= 0 else mp.ceil(x),
    "rint": _rint,
    "bitwise_and": _bits("&"),
    "bitwise_or": _bits("|"),
    "bitwise_xor": _bits("^"),
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _called(function: str, args: list[Any]) -> Any:
    rule = _FUNCTIONS.get(function) or _FLAT[function]
    try:
        value = rule(*args)
    except (ZeroDivisionError, ValueError):  # a pole
        return _NAN
    return _NAN if isinstance(value, mp.mpc) else value


def _quotient(a: Any, b: Any) -> Any:
    if b != 0:
        return a / b
    return _NAN if a == 0 or mp.isnan(a) else mp.sign(a) * _INF


class Worked:
    """Value and slopes of every node of one tree, each shared node worked once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Slopes]] = {}
        self._keep: list[s.Expr] = []  # ids stay taken

    def work(self, node: s.Expr, slots: dict[int, s.Entry] | None = None) -> tuple[Any, Slopes]:
        """The node's value and its derivative with respect to every entry below it."""
        if slots is not None and _moves(node):
            return self._rule(node, slots)
        if id(node) not in self._known:
            self._keep.append(node)
            self._known[id(node)] = self._rule(node, slots)
        return self._known[id(node)]

    def _rule(self, node: s.Expr, slots: dict[int, s.Entry] | None) -> tuple[Any, Slopes]:
        if isinstance(node, s.Slot):
            assert slots is not None, "a slot outside a fold"
            node = slots[node.column]
        if isinstance(node, s.Entry):
            return mp.mpf(float(node.value)), {(node.operand, tuple(map(int, node.at))): mp.mpf(1)}
        if isinstance(node, s.Number):
            return mp.mpf(str(float(node.value))), {}  # exact as its shortest decimal
        if isinstance(node, s.Constant):
            return {"pi": +mp.pi, "e": +mp.e}[node.name], {}
        if isinstance(node, s.Fold):
            terms = []
            for k in range(len(node)):
                terms.append(self.work(node.body, {c: column.entry(k) for c, column in enumerate(node.columns)}))
            return _added(terms) if node.kind == "sum" else _multiplied(terms)
        parts = [self.work(arg, slots) for arg in node.args]
        values = [value for value, _ in parts]
        if isinstance(node, s.Sum):
            return _added(parts)
        if isinstance(node, s.Product):
            return _multiplied(parts)
        if isinstance(node, s.Negative):
            return -values[0], _chain([(mp.mpf(-1), parts[0][1])])
        if isinstance(node, s.Quotient):
            a, b = values
            value = _quotient(a, b)
            return value, _chain([(_quotient(mp.mpf(1), b), parts[0][1]), (_quotient(-value, b), parts[1][1])])
        if isinstance(node, s.Power):
            return _power(values, [slopes for _, slopes in parts])
        if isinstance(node, s.Call):
            value = _called(node.function, values)
            pairs = []
            for k, (_, slopes) in enumerate(parts):
                if slopes:
                    pairs.append((_partial(node.function, values, k), slopes))
            return value, _chain(pairs)
        if isinstance(node, s.Choose):
            best = (max if node.kind == "max" else min)(values)
            assert any(mp.isnan(v) for v in values) or values[node.chosen] == best, "Choose names the wrong operand"
            return parts[node.chosen]
        if isinstance(node, s.Where):
            signed_zero = values[0] == 0 and isinstance(node.args[0], s.Compare)  # −0.0 < 0 is decided by its sign
            assert bool(values[0]) == node.truth or signed_zero, "Where says that its test came out the other way"
            return parts[1 if node.truth else 2]
        if isinstance(node, s.Compare):
            return mp.mpf(int(_COMPARE[node.sign](*values))), {}
        raise TypeError(f"no rule for {type(node).__name__}")


def _moves(node: s.Expr) -> bool:
    return isinstance(node, s.Slot) or any(_moves(arg) for arg in node.args)


def _chain(pairs: list[tuple[Any, Slopes]]) -> Slopes:
    out: Slopes = {}
    for factor, slopes in pairs:
        for leaf, slope in slopes.items():
            out[leaf] = out.get(leaf, mp.mpf(0)) + (factor * slope if slope else mp.mpf(0))
    return out


def _added(parts: list[tuple[Any, Slopes]]) -> tuple[Any, Slopes]:
    return mp.fsum(value for value, _ in parts), _chain([(mp.mpf(1), slopes) for _, slopes in parts])


def _multiplied(parts: list[tuple[Any, Slopes]]) -> tuple[Any, Slopes]:
    value, slopes = mp.mpf(1), dict[tuple[int, tuple[int, ...]], Any]()
    for factor, own in parts:
        slopes = _chain([(factor, slopes), (value, own)])
        value = value * factor
    return value, slopes


def _power(values: list[Any], slopes: list[Slopes]) -> tuple[Any, Slopes]:
    a, b = values
    value = _NAN if a < 0 and b != mp.floor(b) else (_INF if a == 0 and b < 0 else a**b)
    pairs = []
    if slopes[0]:
        pairs.append((mp.mpf(0) if b == 0 else (_INF if a == 0 and b < 1 else b * a ** (b - 1)), slopes[0]))
    if slopes[1]:
        pairs.append((mp.mpf(0) if a == 0 else (value * mp.log(a) if a > 0 else _NAN), slopes[1]))
    return value, _chain(pairs)


def _partial(function: str, values: list[Any], k: int) -> Any:
    if function in _FLAT:
        return mp.mpf(0)
    up, down = list(values), list(values)
    up[k] += _H
    down[k] -= _H
    return (_called(function, up) - _called(function, down)) / (2 * _H)


def value_of(tree: s.Expr) -> float:
    """The tree's value, rounded to float64 once, at the end."""
    return float(Worked().work(tree)[0])


def slopes_of(tree: s.Expr) -> dict[tuple[int, tuple[int, ...]], float]:
    """The tree's derivative with respect to each entry that it names, by operand number and index."""
    return {leaf: float(slope) for leaf, slope in Worked().work(tree)[1].items()}


def both_of(tree: s.Expr) -> tuple[float, dict[tuple[int, tuple[int, ...]], float]]:
    """Value and slopes in one walk."""
    value, slopes = Worked().work(tree)
    return float(value), {leaf: float(slope) for leaf, slope in slopes.items()}


__all__ = ["both_of", "slopes_of", "value_of"]
