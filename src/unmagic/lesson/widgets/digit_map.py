"""A picture of a digit as a map of pixels to point at, and beside it what each of them says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from unmagic.core.digits import shown
from unmagic.lesson.digits.data import SIDE
from unmagic.lesson.digits.one_digit import OneDigit
from unmagic.render.svg.heat import shade
from unmagic.render.svg.picture import several
from unmagic.render.svg.thumbnail import shades_of

SPEAKERS = 3
"""Pixels that are named on either side."""


class Pixel(NamedTuple):
    """A pixel: the address of its weight, its shade, its name, whether its weight is the one blamed."""

    address: str
    ink: int
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class DigitMap:
    """64 pixels in rows, and the classes of shade of what they say; ``says`` is the same in words.

    Rows and columns count from 0, as the indices of W do.
    """

    pixels: tuple[tuple[Pixel, ...], ...]
    evidence: tuple[tuple[str, ...], ...]
    says: str


def digit_map(one: OneDigit) -> DigitMap:
    """The maps of one picture; its pixels lead to the weights of the class that is looked at."""
    k, blamed = one.weight
    shades = shades_of(one.picture)
    pixels = tuple(
        tuple(
            Pixel(
                f"{k}.{SIDE * i + j}",
                int(shades[i, j]),
                f"row {i}, column {j}: ink {shown(one.picture[i, j])}",
                SIDE * i + j == blamed,
            )
            for j in range(SIDE)
        )
        for i in range(SIDE)
    )
    top = float(np.abs(one.evidence).max())
    evidence = tuple(tuple(_class(float(value), top) for value in row) for row in one.evidence)
    return DigitMap(pixels, evidence, _said(one))


def _class(value: float, top: float) -> str:
    return f"w{shade(value, top)}{' neg' if value < 0 else ''}" if value else ""


def _said(one: OneDigit) -> str:
    """The pixels that say most, either way."""
    flat = one.evidence.ravel()
    order = [int(k) for k in np.argsort(-flat, kind="stable")]
    pro = [k for k in order[:SPEAKERS] if flat[k] > 0]
    con = [k for k in order[: -SPEAKERS - 1 : -1] if flat[k] < 0]
    return f"For {one.said} rather than {one.against}: {_named(flat, pro)}. Against: {_named(flat, con)}."


def _named(flat: np.ndarray, places: list[int]) -> str:
    named = (f"row {k // SIDE}, column {k % SIDE} ({shown(flat[k])})" for k in places)
    return several(named) if places else "no pixel"
