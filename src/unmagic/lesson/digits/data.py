"""scikit-learn's bundled digits: 1,797 pictures of 8×8 pixels, read from its own file without importing it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array
from unmagic.lesson.once import once

INK = 16
"""Pixels run from 0 to 16; a picture's numbers are divided by that, so that they run from 0 to 1."""

HELD_OUT = 360
"""Test pictures: the last ones of the file, which is not shuffled: pictures that stand near each other are alike, and a
shuffled split would flatter the model (tests/lesson/test_digits.py measures by how much)."""

SIDE = 8


@dataclass(frozen=True)
class Digits:
    """Pictures as rows of 64 numbers in [0, 1] with what they show; training first, the held-out ones last."""

    X: Array
    y: Array

    @property
    def training(self) -> tuple[Array, Array]:
        return self.X[:-HELD_OUT], self.y[:-HELD_OUT]

    @property
    def test(self) -> tuple[Array, Array]:
        return self.X[-HELD_OUT:], self.y[-HELD_OUT:]


@once
def digits() -> Digits:
    """The data, read once. Raises `UnmagicError` where scikit-learn is not installed."""
    rows = np.loadtxt(_file(), delimiter=",", dtype=np.int64)
    X, y = rows[:, :-1] / INK, rows[:, -1]
    X.flags.writeable = y.flags.writeable = False  # every run shares them
    return Digits(X, y)


def _file() -> Path:
    spec = find_spec("sklearn")  # finds the folder; a top-level package is not imported by that
    path = Path(spec.origin).parent / "datasets" / "data" / "digits.csv.gz" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise UnmagicError(
            "the digits come with scikit-learn, which is not installed",
            hint='install the extra site:  pip install "unmagic[site]"',
        )
    return path
