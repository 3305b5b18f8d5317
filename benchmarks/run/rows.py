"""The programs, and the bar that each must meet."""

from __future__ import annotations

from typing import NamedTuple

ARRAYS, SMALL, SCALARS = 1.1, 1.2, 1.25
"""Loops on arrays of 10⁴ entries and more; small arrays, programs of 2 s and more; loops on Python's own numbers."""


class Row(NamedTuple):
    title: str
    bar: float | None  # None: shown beside others
    program: str
    arguments: str  # {} stands for a count, which is chosen so that the program takes its time on this machine
    first: int  # that count, at first
    seconds: float = 2.5


TIMES = (
    Row("tanh(ax + b), 10⁴ entries, fresh arrays", ARRAYS, "elementwise", "10000 {} fresh", 15_000),
    Row("tanh(ax + b), 10⁵ entries, fresh arrays", ARRAYS, "elementwise", "100000 {} fresh", 1_500),
    Row("tanh(ax + b), 10⁶ entries, fresh arrays", ARRAYS, "elementwise", "1000000 {} fresh", 150),
    Row("tanh(ax + b), 10⁴ entries, in place", ARRAYS, "elementwise", "10000 {} place", 15_000),
    Row("tanh(ax + b), 10⁵ entries, in place", ARRAYS, "elementwise", "100000 {} place", 1_500),
    Row("tanh(ax + b), 10⁶ entries, in place", ARRAYS, "elementwise", "1000000 {} place", 150),
    Row("MLP, batch 1797", ARRAYS, "mlp", "1797 {}", 200),
    Row("MLP, batch 64, for half a second", None, "mlp", "64 {}", 5_000, 0.5),
    Row("MLP, batch 64", SMALL, "mlp", "64 {}", 5_000),
    Row("character RNN, H = 100, 25 characters a step", SMALL, "rnn", "100 {}", 500),
    Row("classes: layers, Adam, prints, batch 32", SMALL, "trainer", "{}", 300),
    Row("200,000 arrays of 8 entries at once", SMALL, "alive", "200000 8 {}", 2),
    Row("8 arrays of 8 MB at once", ARRAYS, "alive", "8 1000000 {}", 60),
    Row("Python floats alone", SCALARS, "floats", "{}", 1_500_000),
    Row("a[i][j]·w[j] on lists", SCALARS, "nested", "200 {}", 150),
    Row("many small functions and methods", SCALARS, "calls", "{}", 400_000),
    Row("TF-IDF and naive Bayes on dicts", SCALARS, "bayes", "400 {}", 20),
    Row("comprehensions and generators alone", SCALARS, "comprehensions", "20 {}", 1_000),
)

__all__ = ["TIMES", "Row"]
