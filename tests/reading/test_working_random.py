"""Random entries as people ask for them: long sums, rows of a softmax, programs of several steps; all Lines re-read."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.conftest import needs
from tests.reading.test_working import matvec, op, softmax
from unmagic.core.errors import Unsupported
from unmagic.core.graph import Array, Index
from unmagic.core.lines import Relation
from unmagic.core.op import Operand
from unmagic.core.scalar import Choose, Expr, Fold, Slot, call, total
from unmagic.reading.working import Book, worked

DTYPES = ["float64", "float32", "float16", "int8"]


def drawn(rng: np.random.Generator, n: int, dtype: str, wide: bool) -> Array:
    if dtype == "int8":
        return rng.integers(-128, 128, n).astype(np.int8)
    x = rng.normal(size=n)
    return (x * 10.0 ** rng.uniform(-30, 30, n) if wide and dtype == "float64" else x).astype(dtype)


def dot(at: Index, a: Operand, b: Operand) -> Expr:
    return total(Slot(0) * Slot(1), a.column((slice(None),)), b.column((slice(None),)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [13, 100, 4096])
def test_long_dots(n: int, dtype: str) -> None:
    for seed in range(6 if n == 4096 else 25):
        rng = np.random.default_rng([seed, n])
        a, b = (drawn(rng, n, dtype, seed % 5 == 0) for _ in range(2))
        with np.errstate(all="ignore"):
            y = np.dot(a, b)
        given = [seed % 2 == 0] * 2
        line = worked(op(dot), (), [Operand(0, a), Operand(1, b)], y, given=given).lines[-1]
        assert line.note.endswith(f"adds up the other {n - 8:,} terms")
        if dtype == "int8":
            assert line.relation in (Relation.EXACT, Relation.MACHINE)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_the_exact_rest(dtype: str) -> None:
    """The shown terms and the rest add up to the exact sum, whatever the machine got."""
    for seed in range(10):
        a = drawn(np.random.default_rng(seed), 50, dtype, False)
        [line] = worked(op(lambda at, x: total(Slot(0), x.column((slice(None),)))), (), [Operand(0, a)], a.sum()).lines
        exact = sum(Decimal(repr(float(v))) if dtype == "float64" else Decimal(str(v)) for v in a)
        claimed = Decimal((line.real or line.value).replace("−", "-"))
        digits = -claimed.as_tuple().exponent  # type: ignore[operator]
        assert abs(claimed - exact) <= Decimal(10) ** -digits


def test_long_sums_of_powers_products_and_functions() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=40)
    column = slice(None)
    bodies: list[Any] = [Slot(0) ** 2, Slot(0) ** 3, call("exp", Slot(0)), (Slot(0) - 0.25) ** 2, call("abs", Slot(0))]
    for body in bodies:

        def summed(at: Index, a: Operand, body: Expr = body) -> Expr:
            return total(body, a.column((column,)))

        value = {0: np.sum(x**2), 1: np.sum(x**3), 2: np.sum(np.exp(x)), 3: np.sum((x - 0.25) ** 2), 4: np.abs(x).sum()}
        assert worked(op(summed), (), [Operand(0, x)], value[bodies.index(body)]).lines[-1].note

    def multiplied(at: Index, a: Operand) -> Expr:
        return Fold("product", Slot(0), (a.column((column,)),))

    assert worked(op(multiplied), (), [Operand(0, x)], np.prod(x)).lines[-1].note.endswith("the other 32 factors")


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_a_net_of_several_steps_prints_each_number_alike(dtype: str) -> None:
    for seed in range(25):
        rng = np.random.default_rng(seed)
        n, classes = (int(k) for k in rng.integers(2, 6, size=2))
        w, x = rng.normal(size=(classes, n)).astype(dtype), rng.normal(size=n).astype(dtype)
        z = w @ x
        p = np.exp(z) / np.exp(z).sum()
        book = Book(given={"w", "x"} if seed % 2 else set())
        for i in range(classes):
            book.add(op(matvec), (i,), [w, x], z, step="z", sources=("w", "x"), name="z")
        for i in range(classes):
            book.add(op(softmax), (i,), [z], p, step="p", sources=("z",), name="p")
        book.add(op(lambda at, q: -call("log", q[(0,)])), (), [p], -np.log(p[0]), step="l", sources=("p",), name="l")

        def top(at: Index, q: Operand) -> Expr:
            return Choose("max", [q[(k,)] for k in range(q.shape[0])], int(np.argmax(q.values)))

        book.add(op(top), (), [p], p.max(), step="top", sources=("p",), name="top")
        book.solve()
        row = book.printed("p", (0,))
        assert row is not None
        assert book.printed("top", ()) == book.printed("p", (int(np.argmax(p)),))


def test_special_values_flow_through() -> None:
    for bad in (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e308, 5e-324):
        a, b = np.array([bad, 1.0, 2.0]), np.array([0.0, 3.0, -1.0])
        with np.errstate(all="ignore"):
            y = np.sum(a * b)
            p = np.exp(a) / np.exp(a).sum()
        worked(op(lambda at, u, v: total(Slot(0) * Slot(1), u.column((slice(None),)), v.column((slice(None),)))), (),
               [Operand(0, a), Operand(1, b)], y)  # fmt: skip
        for k in range(3):
            worked(op(softmax), (k,), [Operand(0, a)], p)


def test_an_overflow_in_float16_is_named() -> None:
    x = np.full(30, 5000, np.float16)
    with np.errstate(all="ignore"):
        y = x.sum()
    [line] = worked(op(lambda at, a: total(Slot(0), a.column((slice(None),)))), (), [Operand(0, x)], y).lines
    assert line.text.endswith("+ 110000 ⇒ inf")
    assert line.rule == "the sum passes the largest float16"


def test_bfloat16_as_the_frameworks_have_it() -> None:
    kind = np.dtype(needs("ml_dtypes").bfloat16)
    rng = np.random.default_rng(2)
    z = rng.normal(size=6).astype(kind)
    p = (np.exp(z) / np.exp(z).sum()).astype(kind)
    for k in range(6):
        lines = worked(op(softmax), (k,), [Operand(0, z)], p).lines
        assert {line.dtype for line in lines} == {"bfloat16"}
    [line] = worked(op(dot), (), [Operand(0, z), Operand(1, z)], np.dot(z, z)).lines
    assert line.dtype == "bfloat16"


def test_what_is_no_number_is_said() -> None:
    for values in (np.array([1 + 2j]), np.array(["a"]), np.array([object()])):
        with pytest.raises(Unsupported):
            worked(op(lambda at, x: x[(0,)] + x[(0,)]), (), [Operand(0, values)], np.float64(1))
