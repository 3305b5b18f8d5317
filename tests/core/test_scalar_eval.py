"""Values and derivatives of trees, each against another way to the same number."""

import math
from decimal import Decimal

import numpy as np
import pytest

from unmagic.core.graph import Array
from unmagic.core.scalar import (
    Call,
    Choose,
    Column,
    Compare,
    Constant,
    Entry,
    Expr,
    Fold,
    Negative,
    Number,
    Product,
    Slot,
    Sum,
    Where,
    call,
    total,
    unfolded,
)
from unmagic.core.scalar_eval import decimal_value, derivative, derivatives, value
from unmagic.core.scalar_functions import FUNCTIONS

POINTS: dict[str, tuple[float, ...]] = {
    "log": (0.3, 2.5), "log2": (0.3, 8.0), "log10": (0.3, 100.0), "sqrt": (0.3, 4.0), "log1p": (-0.4, 2.0),
    "arcsin": (-0.4, 0.7), "arccos": (-0.4, 0.7), "arctanh": (-0.4, 0.7), "arccosh": (1.3, 4.0),
    "gammaln": (0.4, 3.7), "digamma": (0.4, 3.7), "factorial": (0.4, 3.0),
}  # fmt: skip
PAIRS = ((1.3, 2.6), (-1.3, 0.7), (3.9, -1.1))
UNARY = [n for n, f in FUNCTIONS.items() if "{1}" not in f.text and not n.startswith("logical")]
BINARY = [n for n, f in FUNCTIONS.items() if "{1}" in f.text and not n.startswith(("logical", "bitwise", "polygamma"))]


@pytest.mark.parametrize("name", UNARY)
def test_value_decimal_and_ascii_agree(name: str) -> None:
    for x in POINTS.get(name, (-1.3, 0.4, 2.0)):
        tree = call(name, x)
        want = value(tree)
        assert float(decimal_value(tree)) == pytest.approx(want, rel=1e-14)
        if name not in ("digamma", "factorial"):
            evaluated = eval(FUNCTIONS[name].ascii.format(repr(x)), dict(vars(math)))
            assert float(evaluated) == pytest.approx(want, rel=1e-14)


@pytest.mark.parametrize("name", UNARY + BINARY)
def test_derivative_is_the_slope(name: str) -> None:
    for point in PAIRS if name in BINARY else [(x,) for x in POINTS.get(name, (-1.3, 0.4, 2.1))]:
        entries = [Entry(k, (), x) for k, x in enumerate(point)]
        if name == "factorial" and point == (3.0,):
            continue
        for k, x in enumerate(point):
            h = 1e-6

            def moved(by: float, k: int = k, x: float = x, point: tuple[float, ...] = point) -> float:
                return value(call(name, *point[:k], x + by, *point[k + 1 :]))

            assert derivative(Call(name, *entries), entries[k]) == pytest.approx(
                (moved(h) - moved(-h)) / (2 * h), 1e-7, 1e-7
            )


@pytest.mark.parametrize("name", BINARY)
def test_two_operands(name: str) -> None:
    for a, b in PAIRS:
        tree = call(name, a, b)
        assert float(decimal_value(tree)) == pytest.approx(value(tree), rel=1e-13)


def test_float64_edges_are_values() -> None:
    with np.errstate(all="raise"):
        assert value(Number(1.0) / Number(0.0)) == math.inf
        assert math.isnan(value(call("log", -1.0)))
        assert value(call("exp", 712.3)) == math.inf
        assert value(Number(10.0) ** Number(400.0)) == math.inf


def _fold(n: int) -> tuple[Fold, Array, Array]:
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(2, n))
    columns = Column(0, (1, slice(None)), a), Column(1, (slice(None),), b)
    return Fold("sum", Slot(0) * Slot(1), columns), a, b


def test_a_fold_is_its_unfolded_sum() -> None:
    fold, a, b = _fold(40)
    assert value(fold) == pytest.approx(float(a @ b), rel=1e-13)
    assert decimal_value(fold) == decimal_value(unfolded(fold))
    slow, fast = derivatives(unfolded(fold)), derivatives(fold)
    assert slow == fast
    assert fast[0, (1, 3)] == b[3]


@pytest.mark.parametrize("kind", ["sum", "product"])
def test_a_fold_shares_what_is_outside_it(kind: str) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=15)
    column = Column(0, (slice(None),), x)
    mean = total(Slot(0), column) / 15
    fold = Fold(kind, (Slot(0) - mean) ** 2 + call("exp", Entry(1, (), 0.3)), (column,))
    plain = unfolded(fold)
    assert value(fold) == pytest.approx(value(plain), rel=1e-12)
    want = derivatives(plain)
    for key, amount in derivatives(fold).items():
        assert amount == pytest.approx(want[key], rel=1e-10, abs=1e-12)
    assert decimal_value(fold) == pytest.approx(decimal_value(plain), rel=Decimal("1e-55"))


def test_choices_pass_their_derivative_on() -> None:
    a, b = Entry(0, (), 2.0), Entry(1, (), 5.0)
    chosen: Expr = Choose("max", (a, b), 1)
    test = Where(Compare("<", a, b), a * 3, b, True)
    assert value(chosen + test) == 11.0
    assert derivatives(chosen + test) == {(0, ()): 3.0, (1, ()): 1.0}


def test_products_with_zeros_have_derivatives() -> None:
    entries = [Entry(0, (k,), v) for k, v in enumerate([2.0, 0.0, 5.0])]
    assert derivatives(Product(entries)) == {(0, (0,)): 0.0, (0, (1,)): 10.0, (0, (2,)): 0.0}


def test_decimals_are_the_shortest_ones() -> None:
    assert decimal_value(Entry(0, (), np.float32(0.1)) + Negative(Number(0.1))) == 0
    assert str(decimal_value(Constant("pi"))).startswith("3.14159265358979323846264338327950288419716939937510")


def test_depth_is_no_limit() -> None:
    tree: Expr = Entry(0, (), 1.0)
    for _ in range(20_000):
        tree = Sum((tree, Number(1)))
    assert value(tree) == 20_001
    assert derivatives(tree) == {(0, ()): 1.0}
