"""Whole numbers of every width beside Python's, and where results are put: as NumPy itself has it, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unmagic.sources.text import read_text

DTYPES = ["int8", "uint8", "int32", "uint32", "uint64", "bool", "float16", "float32"]
BESIDE = [
    "x / 2**32", "2**40 / x", "x / 300", "np.divide(x, 300)", "np.true_divide(2**40, x)", "x / 3", "x > 300",
    "-300 < x", "x == 2**40", "np.less(x, 300)", "x // 3", "x * 3", "x + 1 > 300",
]  # fmt: skip
WIDTHS = [
    "np.cumsum(x, dtype=np.int8)", "np.cumprod(x, dtype=np.int16)", "x.cumsum(dtype=np.uint8)", "np.cumsum(x)",
    "np.sum(x, dtype=np.int8)", "np.prod(x, dtype=np.int8)", "x.sum(dtype=np.uint8)", "np.cumsum(x, 0, np.int8)",
    "np.mean(x, dtype=np.float32)", "np.cumsum(x, dtype=bool)", "np.sum(x)",
]  # fmt: skip
PUT = [
    "np.subtract(1.0, x, y)", "np.exp(x, y)", "np.clip(x, 0.2, 0.7, y)", "np.cumsum(x, 0, None, y)",
    "np.sum(x, 0, None, y[0])", "x.clip(0.2, 0.7, y)", "np.round(x, 1, y)", "np.multiply(x[0], 2.0, y)",
    "np.dot(x, x, y)", "np.add(x, 1, out=(y,))", "np.max(x, 0, y[1])", "x.cumsum(0, None, y)",
]  # fmt: skip


def both(text: str, **given: Any) -> tuple[Any, Any]:
    """The value of z in a program, as the walker has it and as NumPy has."""
    read = read_text(f"import numpy as np\n{text}\n", {name: value.copy() for name, value in given.items()})
    assert read.failure is None, read.failure
    space: dict[str, Any] = {"np": np, **{name: value.copy() for name, value in given.items()}}
    with np.errstate(all="ignore"):
        exec(text, space)
    return read.values[read.graph.names["z"]], space["z"]


def same(ours: Any, theirs: Any) -> None:
    assert np.asarray(ours).dtype == np.asarray(theirs).dtype
    assert np.asarray(ours).tobytes() == np.asarray(theirs).tobytes(), (ours, theirs)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("expression", [*BESIDE, *WIDTHS])
def test_numbers_take_the_dtype_that_numpy_gives_them(expression: str, dtype: str) -> None:
    x = np.array([1, 100, 27, 1]).astype(dtype)
    same(*both(f"z = {expression}", x=x))


@pytest.mark.parametrize("dtype", ["int8", "uint32"])
def test_a_number_that_has_a_name_is_none_other(dtype: str) -> None:
    x = np.array([1, 100], dtype)
    for text in ("k = 2**32\nz = x / k", "k = 300\nz = x > k", "k = 2**40\nz = np.divide(x, k)"):
        same(*both(text, x=x))


@pytest.mark.parametrize("call", PUT)
def test_a_result_is_put_where_a_position_says(call: str) -> None:
    x = np.array([[0.11, 0.52], [0.93, 0.24]])
    same(*both(f"y = np.zeros((2, 2))\n{call}\nz = y + 0", x=x))
