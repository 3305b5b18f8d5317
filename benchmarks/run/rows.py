"""The programs, and the bar that each must meet."""

from __future__ import annotations

from typing import NamedTuple

ARRAYS, SMALL, SCALARS = 1.1, 1.2, 1.25
"""Loops on arrays of 10⁴ entries and more; small arrays, programs of 2 s and more; loops on Python's own numbers."""


class Row(NamedTuple):
    title: str
    bar: float | None  # None: shown beside others
    program: str
    arguments: str


TIMES = (
    Row("tanh(ax + b), 10⁴ entries, fresh arrays", ARRAYS, "elementwise", "10000 15000 fresh"),
    Row("tanh(ax + b), 10⁵ entries, fresh arrays", ARRAYS, "elementwise", "100000 1500 fresh"),
    Row("tanh(ax + b), 10⁶ entries, fresh arrays", ARRAYS, "elementwise", "1000000 150 fresh"),
    Row("tanh(ax + b), 10⁴ entries, in place", ARRAYS, "elementwise", "10000 15000 place"),
    Row("tanh(ax + b), 10⁵ entries, in place", ARRAYS, "elementwise", "100000 1500 place"),
    Row("tanh(ax + b), 10⁶ entries, in place", ARRAYS, "elementwise", "1000000 150 place"),
    Row("MLP, batch 1797, 400 steps", ARRAYS, "mlp", "1797 400"),
    Row("MLP, batch 64, 3,000 steps (under 2 s)", None, "mlp", "64 3000"),
    Row("MLP, batch 64, 10,000 steps", SMALL, "mlp", "64 10000"),
    Row("character RNN, H = 100, 1,000 × 25 characters", SMALL, "rnn", "100 1000"),
    Row("classes: layers, Adam, prints, batch 32", SMALL, "trainer", "600"),
    Row("200,000 arrays of 8 entries at once", SMALL, "alive", "200000 8 2"),
    Row("8 arrays of 8 MB at once", ARRAYS, "alive", "8 1000000 100"),
    Row("Python floats alone", SCALARS, "floats", "3000000"),
    Row("a[i][j]·w[j] on lists", SCALARS, "nested", "200 300"),
    Row("many small functions and methods", SCALARS, "calls", "800000"),
    Row("TF-IDF and naive Bayes on dicts", SCALARS, "bayes", "400 25"),
    Row("comprehensions and generators alone", SCALARS, "comprehensions", "20 2000"),
)

__all__ = ["TIMES", "Row"]
