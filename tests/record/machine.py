"""Straight-line functional programs on JAX, differentiated by JAX: a program is data for a machine compiled once.

Every register is a vector of `WIDTH` numbers; an instruction makes a new one and changes none. Traced one by one, such
programs cost JAX half a second each in compiling; as rows of a table that one function scans they cost milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.conftest import needs

WIDTH = 48
LONGEST = 256
OUTSIDE = 1 << 20
"""A place that nothing is read from, or written to."""


class Row(NamedTuple):
    op: str
    a: int = 0
    b: int = 0
    c: int = 0
    index: Any = None  # places in a register
    constant: Any = None


class Tape:
    """The rows of one program. Registers 0, 1, … are its arguments, and then what each row makes."""

    def __init__(self, arguments: Sequence[Any]) -> None:
        self.first = np.zeros((len(arguments), WIDTH))
        for row, argument in zip(self.first, arguments, strict=True):
            row[: argument.size] = argument.reshape(-1)
        self.rows: list[Row] = []

    def emit(self, op: str, a: int = 0, b: int = 0, c: int = 0, *, index: Any = None, constant: Any = None) -> int:
        """The register that the row makes."""
        self.rows.append(Row(op, a, b, c, index, constant))
        return len(self.first) + len(self.rows) - 1

    def table(self, result: int) -> tuple[Any, Any, Any]:
        """The rows as arrays, of one length for all programs; the last one has the result."""
        rows = [*self.rows, *[Row("gather", index=[])] * (LONGEST - len(self.rows) - 1), Row("plus", result, 0)]
        assert len(rows) == LONGEST, f"{len(self.rows)} rows are too many"
        heads = np.array([(NAMES.index(row.op), row.a, row.b, row.c) for row in rows])
        places = np.full((LONGEST, WIDTH), OUTSIDE)
        constants = np.zeros((LONGEST, WIDTH))
        for k, row in enumerate(rows):
            if row.index is not None:
                places[k, : len(row.index)] = row.index
            if row.constant is not None:
                constants[k, : len(row.constant)] = row.constant
        return heads, places, constants

    def gradient(self, result: int) -> tuple[float, Any]:
        """By JAX: the first number of a register, and its slope in every argument's entries."""
        value, slopes = compiled()(self.first, self.table(result))
        return float(value), np.asarray(slopes)


NAMES = [
    "constant", "gather", "scatter", "gathered_back", "where", "plus", "add", "subtract", "multiply", "divide",
    "maximum", "minimum", "negative", "absolute", "sqrt", "exp", "log", "sin", "tanh",
]  # fmt: skip


def branches(jnp: Any) -> list[Any]:
    """In JAX, what each name makes of three registers, places and constants."""
    own = {
        "constant": lambda a, b, c, at, k: k,
        "gather": lambda a, b, c, at, k: a.at[at].get(mode="fill", fill_value=0.0),
        "scatter": lambda a, b, c, at, k: a.at[at].set(b, mode="drop"),
        "gathered_back": lambda a, b, c, at, k: jnp.zeros(WIDTH).at[at].add(a, mode="drop"),
        "where": lambda a, b, c, at, k: jnp.where(a > 0, b, c),
        "plus": lambda a, b, c, at, k: +a,
    }
    two = ("add", "subtract", "multiply", "divide", "maximum", "minimum")

    def of(name: str) -> Any:
        function = getattr(jnp, name)
        if name in two:
            return lambda a, b, c, at, k: function(a, b)
        return lambda a, b, c, at, k: function(a)

    return [own.get(name) or of(name) for name in NAMES]


@functools.cache
def compiled() -> Any:
    jax = needs("jax")
    jax.config.update("jax_enable_x64", True)
    made = branches(jax.numpy)

    def run(first: Any, table: Any) -> Any:
        count = len(first)
        registers = jax.numpy.zeros((count + LONGEST, WIDTH)).at[:count].set(first)

        def step(registers: Any, row: Any) -> Any:
            to, (op, a, b, c), at, k = row
            out = jax.lax.switch(op, made, registers[a], registers[b], registers[c], at, k)
            return registers.at[to].set(out), None

        registers, _ = jax.lax.scan(step, registers, (jax.numpy.arange(count, count + LONGEST), *table))
        return registers[-1, 0]

    return jax.jit(jax.value_and_grad(run))
