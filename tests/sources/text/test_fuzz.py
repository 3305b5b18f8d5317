"""Generated programs: the walker and the interpreter hold the same values, bit for bit."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unmagic.core.errors import Raised, UnmagicError
from unmagic.sources.text import read_text

numbers = st.sampled_from(["0.5", "2", "3.0", "-1.25", "7", "0", "1e-3", "100", "-4"])
scalar_names = st.sampled_from(["s", "t", "u"])
vector_names = st.sampled_from(["a", "b", "c"])
matrix_names = st.sampled_from(["M", "N"])
signs = st.sampled_from(["+", "-", "*", "/", "//", "%", "**"])
FUNCTIONS = ["np.abs", "np.sqrt", "np.tanh", "np.exp", "np.sign", "np.cumsum", "np.sort", "np.square"]
whole = st.integers(-3, 3).map(str)


def scalars(depth: int = 2) -> st.SearchStrategy[str]:
    if depth == 0:
        return st.one_of(numbers, scalar_names)
    inner = scalars(depth - 1)
    return st.one_of(
        inner,
        st.tuples(inner, signs, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda x: f"abs({x})"),
        inner.map(lambda x: f"(-{x})"),
        st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} < {p[2]} else {p[0]} + 1)"),
        inner.map(lambda x: f"round({x}, 2)"),
        inner.map(lambda x: f"float({x})"),
        st.tuples(inner, inner).map(lambda p: f"sum([{p[0]}, {p[1]}, 1.5])"),
    )


def slices() -> st.SearchStrategy[str]:
    part = st.one_of(st.just(""), whole)
    step = st.sampled_from(["", ":2", ":-1", ":1"])
    return st.tuples(part, part, step).map(lambda p: f"{p[0]}:{p[1]}{p[2]}")


def vectors(depth: int = 2) -> st.SearchStrategy[str]:
    """Expressions of vectors of 4."""
    if depth == 0:
        return vector_names
    inner = vectors(depth - 1)
    return st.one_of(
        inner,
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), st.one_of(inner, numbers, scalar_names)).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"np.where({p[0]} > {p[1]}, {p[0]}, 0.5)"),
        inner.map(lambda x: f"{x}[::-1]"),
        inner.map(lambda x: f"({x})[np.array([0, 0, 3, 1])]"),
        st.tuples(inner, inner).map(lambda p: f"np.maximum({p[0]}, {p[1]})"),
        matrix_names.map(lambda m: f"{m}.sum(axis=0)"),
        matrix_names.map(lambda m: f"{m}[1]"),
        st.tuples(matrix_names, inner).map(lambda p: f"({p[0]}.mean(axis=0) * {p[1]})"),
        inner.map(lambda x: f"({x} - {x}.mean())"),
        inner.map(lambda x: f"({x} ** 2)"),
    )  # fmt: skip


statements = st.one_of(
    st.tuples(scalar_names, scalars()).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(scalar_names, st.sampled_from(["+", "-", "*", "/"]), scalars(1)).map(lambda p: f"{p[0]} {p[1]}= {p[2]}"),
    st.tuples(vector_names, vectors()).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(vector_names, st.sampled_from(["+", "-", "*"]), vectors(1)).map(lambda p: f"{p[0]} {p[1]}= {p[2]}"),
    st.tuples(vector_names, slices(), st.one_of(numbers, scalar_names)).map(lambda p: f"{p[0]}[{p[1]}] = {p[2]}"),
    st.tuples(vector_names, whole, scalars(1)).map(lambda p: f"{p[0]}[{p[1]}] = {p[2]}"),
    st.tuples(vector_names, slices()).map(lambda p: f"{p[0]}[{p[1]}] *= 2"),
    st.tuples(vector_names, vector_names).map(lambda p: f"{p[0]}[{p[1]} > 0.5] = -1"),
    st.tuples(vector_names, vector_names).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(vector_names, vector_names).map(lambda p: f"{p[0]} = {p[1]}[::-1]"),
    st.tuples(vector_names, vector_names).map(lambda p: f"{p[0]} = {p[1]}.copy()"),
    st.tuples(vector_names, matrix_names, whole).map(lambda p: f"{p[0]} = {p[1]}[{p[2]}]"),
    st.tuples(matrix_names, slices(), numbers).map(lambda p: f"{p[0]}[:, {p[1]}] += {p[2]}"),
    st.tuples(matrix_names, vector_names).map(lambda p: f"{p[0]} = {p[0]} + {p[1]}"),
    st.tuples(matrix_names, whole, vectors(1)).map(lambda p: f"{p[0]}[{p[1]}] = {p[2]}"),
    st.tuples(matrix_names, matrix_names).map(lambda p: f"{p[0]} = {p[1]}.T.reshape(4, 3).T"),
    st.tuples(matrix_names, matrix_names).map(lambda p: f"{p[0]} = {p[1]}.T.ravel().reshape(3, 4)"),
    matrix_names.map(lambda m: f"{m}.ravel()[1] = 50"),
    matrix_names.map(lambda m: f"{m}.T[2, 1] -= 3"),
    matrix_names.map(lambda m: f"{m}.reshape(-1)[::5] = 0"),
    st.tuples(vector_names, vector_names).map(lambda p: f"a, b = {p[0]}, {p[1]}"),
    st.tuples(scalar_names, scalars(1)).map(lambda p: f"for i in range(3):\n    {p[0]} = {p[0]} * 0.5 + {p[1]} * i"),
    st.tuples(vector_names, numbers).map(lambda p: f"for i in range(4):\n    {p[0]}[i] += i * {p[1]}"),
)

START = """import numpy as np
s, t, u = 1.5, -2.0, 3
a = np.array([1.0, -2.0, 0.5, 3.0])
b = np.arange(4.0)
c = np.array([0.25, 4.0, -1.0, 1e-3])
M = np.arange(12.0).reshape(3, 4)
N = np.linspace(-1, 1, 12).reshape(4, 3).T
"""
NAMES = ("s", "t", "u", "a", "b", "c", "M", "N")


@given(st.lists(statements, min_size=1, max_size=8))
def test_it_holds_what_the_interpreter_holds(lines: list[str]) -> None:
    text = START + "\n".join(lines) + "\n" + "".join(f"{name} = {name}\n" for name in NAMES)
    names: dict[str, Any] = {}
    failure: Exception | None = None
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(text, names)
        except Exception as error:
            failure = error
    try:
        program = read_text(text, {})
    except UnmagicError as error:
        if any(word in error.report() for word in ("complex", "10^308")):
            return  # honestly refused
        raise
    if failure is not None:
        assert program.failure is not None, f"{text}\n{failure!r}"
        if isinstance(program.failure, Raised):
            assert program.failure.exception == type(failure).__name__, text
        return
    assert program.failure is None, f"{text}\n{program.failure.report()}"
    for name in NAMES:
        real = np.asarray(names[name])
        if real.dtype.kind not in "biuf":
            continue
        read = np.asarray(program.values[program.graph.names[name]])
        assert read.shape == real.shape, (text, name)
        assert read.tobytes() == real.tobytes() or np.array_equal(read, real, equal_nan=True), (text, name, read, real)


@given(st.text(alphabet="abnp.()[]+-*/=:,'\"0123456789 \n\t_@<>{}%~!&|^#\\", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_text(text, {"a": 1.5, "b": [1.0, 2.0]})
    except UnmagicError as error:
        error.report()
