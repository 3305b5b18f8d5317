"""Random Workings of the kinds that people look at, as Problems ready to solve; seeded, no solver code of their own.

Half float64, a quarter each float32 and float16; one in ten with magnitudes from 1e-30 to 1e30.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.digits import LESSON, READING, Problem, Quantity
from unmagic.core.scalar import Constant, Expr, Number, Product, Sum, call

Random = np.random.Generator
DTYPES = ("float64", "float64", "float32", "float16")


class Desk:
    """Arithmetic in a dtype that writes down each step as a line."""

    def __init__(self, rng: Random, dtype: str | None = None) -> None:
        self.rng = rng
        self.dtype = np.dtype(dtype or DTYPES[int(rng.integers(4))])
        self.wide = self.dtype == np.float64 and rng.random() < 0.1
        self.problem = Problem(LESSON if rng.random() < 0.5 else READING)
        self.columns = 0

    def number(self, value: Any) -> Any:
        return self.dtype.type(value)

    def typed(self, low: float = -3, high: float = 3, digits: int | None = None) -> Quantity:
        x = self.rng.uniform(low, high) * (10.0 ** self.rng.uniform(-30, 30) if self.wide else 1)
        if digits is None:
            digits = int(self.rng.integers(1, 18))
        return Quantity(self.number(float(f"{x:.{digits}g}")), given=bool(self.rng.random() < 0.8), column="x")

    def many(self, n: int, low: float = -3, high: float = 3) -> list[Quantity]:
        digits = int(self.rng.integers(1, 18))
        return [self.typed(low, high, digits) for _ in range(n)]

    def add(self, left: Expr, value: Any, column: str | None = None) -> Quantity:
        result = Quantity(self.number(value), column=column)
        self.problem.line(left, result)
        return result

    def exp(self, x: Quantity, column: str = "exp") -> Quantity:
        return self.add(call("exp", x), np.exp(x.value), column)

    def sum(self, terms: list[Quantity]) -> Quantity:
        total = terms[0].value
        for term in terms[1:]:
            total = self.number(total + term.value)
        return self.add(Sum(terms), total)

    def dot(self, a: list[Quantity], b: list[Quantity], column: str | None = None) -> Quantity:
        total = self.number(0)
        for x, y in zip(a, b, strict=True):
            total = self.number(total + self.number(x.value * y.value))
        return self.add(Sum([x * y for x, y in zip(a, b, strict=True)]), total, column)

    def over(self, a: Quantity, b: Quantity, column: str | None = None) -> Quantity:
        return self.add(a / b, a.value / b.value, column)

    def softmax(self, z: list[Quantity], column: str = "p") -> list[Quantity]:
        if self.rng.random() < 0.5:
            top = max(z, key=lambda q: float(q.value))
            z = [self.add(q - top, q.value - top.value, "shifted") for q in z]
        exps = [self.exp(q, "exp" + column) for q in z]
        total = self.sum(exps)
        return [self.over(e, total, column) for e in exps]


def softmax(desk: Desk) -> None:
    desk.softmax(desk.many(int(desk.rng.integers(2, 9))))


def layer_norm(desk: Desk) -> None:
    x = desk.many(int(desk.rng.integers(3, 13)))
    n = len(x)
    mean = desk.over(desk.sum(x), Quantity(desk.number(n), given=True))
    parts = [desk.add(q - mean, q.value - mean.value, "centred") for q in x]
    total = desk.number(0)
    for part in parts:
        total = desk.number(total + part.value * part.value)
    squares = desk.add(Sum([part ** Number(2) for part in parts]), total)
    variance = desk.over(squares, Quantity(desk.number(n), given=True))
    eps = desk.number(1e-5)
    spread = desk.add(call("sqrt", variance + Number(eps)), np.sqrt(desk.number(variance.value + eps)))
    for part in parts:
        desk.over(part, spread, "y")


def cosine(desk: Desk) -> None:
    n = int(desk.rng.integers(2, 9))
    a, b = desk.many(n), desk.many(n)
    top = desk.dot(a, b)
    norms = []
    for side in (a, b):
        square = desk.dot(side, side)
        norms.append(desk.add(call("sqrt", square), np.sqrt(square.value)))
    below = desk.number(norms[0].value * norms[1].value)
    desk.add(top / Product(norms), top.value / below)


def cross_entropy(desk: Desk) -> None:
    p = desk.softmax(desk.many(int(desk.rng.integers(2, 9)), -6, 6))
    right = p[int(desk.rng.integers(len(p)))]
    desk.add(-call("log", right), -np.log(right.value))


def classifier(desk: Desk) -> None:
    n, classes = int(desk.rng.integers(2, 5)), int(desk.rng.integers(2, 5))
    x = desk.many(n)
    z = [desk.dot(desk.many(n), x, "z") for _ in range(classes)]
    p = desk.softmax(z)
    loss = desk.add(-call("log", p[0]), -np.log(p[0].value))
    for k, share in enumerate(p):
        slope = desk.add(share - Number(int(k == 0)), share.value - desk.number(k == 0), "slope")
        desk.add(slope * x[0], slope.value * x[0].value, "grad")
    del loss


def attention(desk: Desk) -> None:
    d, keys = int(desk.rng.integers(2, 5)), int(desk.rng.integers(2, 6))
    q = desk.many(d)
    root = desk.add(call("sqrt", Number(d)), np.sqrt(desk.number(d)))
    scores = []
    for _ in range(keys):
        scores.append(desk.over(desk.dot(q, desk.many(d), "qk"), root, "s"))
    p = desk.softmax(scores)
    desk.dot(p, desk.many(keys), "out")


def dot(desk: Desk) -> None:
    n = int(desk.rng.integers(2, 13))
    desk.dot(desk.many(n), desk.many(n))


def cancelling(desk: Desk) -> None:
    x = desk.many(int(desk.rng.integers(2, 6)))
    near = [
        Quantity(desk.number(q.value * (1 + desk.rng.uniform(-1, 1) * 10.0 ** desk.rng.integers(-16, -2)))) for q in x
    ]
    total = desk.number(0)
    for a, b in zip(x, near, strict=True):
        total = desk.number(desk.number(total + a.value) - b.value)
    gap = desk.add(Sum([t for a, b in zip(x, near, strict=True) for t in (a, -b)]), total)
    if gap.value != 0:
        desk.add(gap / Number(desk.number(0.01)), gap.value / desk.number(0.01))


def functions(desk: Desk) -> None:
    names = (
        "exp",
        "expm1",
        "tanh",
        "sin",
        "cos",
        "arctan",
        "erf",
        "normal_cdf",
        "sinh",
        "exp2",
        "abs",
        "cbrt",
        "arcsinh",
    )
    positive = ("log", "log1p", "sqrt", "log2", "log10", "gammaln")
    from unmagic.core.scalar_functions import FUNCTIONS

    for _ in range(6):
        name = str(desk.rng.choice(names + positive))
        x = desk.typed(0.01 if name in positive else -6, 6)
        with np.errstate(all="ignore"):
            y = desk.add(call(name, x), FUNCTIONS[name].numpy(x.value))
        if np.isfinite(y.value) and desk.rng.random() < 0.5:
            desk.add(y * Constant("pi") + x, desk.number(desk.number(y.value * desk.number(np.pi)) + x.value))


def powers(desk: Desk) -> None:
    for _ in range(4):
        base = desk.typed(0.1, 4)
        exponent = Number(int(desk.rng.integers(-4, 6))) if desk.rng.random() < 0.7 else Number(0.75)
        y = desk.add(base**exponent, desk.number(np.power(base.value, desk.number(exponent.value))))
        other = desk.typed()
        if other.value:
            desk.add((y - other) / other, desk.number(desk.number(y.value - other.value) / other.value))


def orders(desk: Desk) -> None:
    a = desk.typed()
    b = Quantity(desk.number(a.value * (1 + 10.0 ** desk.rng.integers(-17, 0))))
    c = desk.typed()
    for left, right in ((a, b), (b, c), (a, c)):
        x, y = float(left.value), float(right.value)
        desk.problem.order(left, "<" if x < y else ">" if x > y else "==", right)


def integers(desk: Desk) -> None:
    kind = np.dtype(str(desk.rng.choice(["int8", "int16", "int32", "int64", "uint8"])))
    info = np.iinfo(kind)
    values = [kind.type(desk.rng.integers(info.min, info.max, endpoint=True, dtype=kind)) for _ in range(3)]
    a, b, c = (Quantity(v, given=True) for v in values)
    with np.errstate(all="ignore"):
        desk.problem.line(a + b - c, Quantity(kind.type(values[0] + values[1] - values[2])))
        desk.problem.line(a * b, Quantity(kind.type(values[0] * values[1])))


FAMILIES: dict[str, Callable[[Desk], None]] = {
    f.__name__: f
    for f in (
        softmax, layer_norm, cosine, cross_entropy, classifier, attention, dot, cancelling, functions, powers, orders,
        integers,
    )
}  # fmt: skip


def made(family: str, seed: int) -> Problem:
    """The problem of a family and a seed, not solved yet."""
    rng = np.random.default_rng([seed, *family.encode()])
    desk = Desk(rng)
    with np.errstate(all="ignore"):
        FAMILIES[family](desk)
    return desk.problem
