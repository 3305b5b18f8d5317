"""Numbers that leave an array on their own, by a loop, a name, a list, ``flat``: the gradient knows the way back."""

from __future__ import annotations

import linecache
import zlib
from typing import Any

import numpy as np
import pytest

import unmagic as um

X = np.array([0.5, -1.2, 2.0])
BODIES = [
    "return x.flat[1] * x.flat[0]",
    "return (x.flat[::2] * 3).sum()",
    "return sum(v * v for v in x.flat)",
    "x.flat[1] = 0.0\nreturn (x * x).sum()",
    "x.flat[[0, 2]] = x[1]\nreturn (x * x).sum()",
    "x.flat[1] *= 3.0\nreturn (x * x).sum()",
    "x.flat[1:] *= x[0]\nreturn (x * x).sum()",
    "every = x.flat\nevery[0] = 3.0\nreturn (x * x).sum()",
    "every = x.flat\nevery[0] = x[1]\nreturn every[0] * every[2]",
    "p, q, r = x\nreturn p * q * r",
    "p, *q = x\nreturn p * q[0] * q[1]",
    "p, q = x[1:]\nreturn p * q",
    "[p, q, r] = x * 2.0\nreturn p * q * r",
    "v = list(x)\nreturn v[0] * v[1]",
    "v = tuple(x * x)\nreturn v[0] * v[1]",
    "s = 0.0\nfor v in x:\n    s = s * 0.5 + v * v\nreturn s",
    "s = 0.0\nfor v in reversed(x):\n    s = s * 0.5 + v * v\nreturn s",
    "s = 0.0\nfor i, v in enumerate(x):\n    s = s + i * v * v\nreturn s",
    "s = 0.0\nfor v, w in zip(x, x[::-1]):\n    s = s + v * w\nreturn s",
    "s = 0.0\nfor i, (v, w) in enumerate(zip(x, x[1:])):\n    s = s + i * v * w\nreturn s",
    "s = 0.0\nfor v in x.flat:\n    s = s + v * v\nreturn s",
    "s = 0.0\nfor v in x:\n    x[2] = 7.0\n    s = s + v * v\nreturn s",
    "return sum(v * w for v, w in zip(x, x[::-1]))",
    "return sum([i * v for i, v in enumerate(x)])",
    "return sum(v * w for v in x for w in x)",
    "y = np.array([v * v for v in reversed(x)])\nreturn y[0] * y[1]",
    "d = {i: v for i, v in enumerate(x)}\nreturn d[0] * d[2]",
    "x.shape = (3, 1)\nx[0] *= 2.0\nreturn (x * x).sum()",
    "y = np.einsum('i->i', x)\ny[0] = y[1]\nreturn (x * x).sum()",
    "A = np.outer(x, x)\nnp.einsum('ii->i', A)[:] = x\nreturn (A * A).sum()",
]


def function(body: str) -> Any:
    text = "def f(x):\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    name = f"<origins {zlib.crc32(text.encode())}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space: dict[str, Any] = {"np": np}
    exec(compile(text, name, "exec"), space)
    return space["f"]


@pytest.mark.parametrize("body", BODIES)
def test_a_number_on_its_own_is_known(body: str) -> None:
    f = function(body)
    wanted = []
    for i in range(3):
        moved = X.astype(complex)
        moved[i] += 1e-30j
        wanted.append(f(moved).imag / 1e-30)
    reading = um.read(f, X.copy())
    assert not reading.program.decisions
    np.testing.assert_allclose(np.ravel(reading.gradient("x")["x"]), wanted, rtol=1e-14, atol=1e-14)
