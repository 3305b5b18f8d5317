"""A small grey image as squares of ink, as in the handwritten digits; for rows of many."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .marks import drawing, hued, rect, text
from .picture import Picture, not_finite, refused

_CELL, _SHADES = 10.0, 16
MOST = 64


def digit(image: ArrayLike, label: str = "", *, top: float | None = None, hue: int | None = None) -> Picture:
    """The darkest ink stands for ``top``, by default the largest value. No twin: pixels say nothing one by one."""
    pixels = np.asarray(image, dtype=np.float64)
    if pixels.ndim != 2 or not pixels.size or max(pixels.shape) > MOST:
        return refused(f"an image is a table of at most {MOST}×{MOST} numbers.")
    if (reason := not_finite("the image", pixels)) is not None:
        return refused(reason)
    full = float(pixels.max()) if top is None else top
    rows, columns = pixels.shape
    parts = [rect(0, 0, _CELL * columns, _CELL * rows, "axis")]
    inked = 0
    for i in range(rows):
        for j in range(columns):
            shade = _shade(float(pixels[i, j]), full)
            if shade:
                inked += 1
                parts.append(rect(_CELL * j, _CELL * i, _CELL, _CELL, class_="pixel", fill_opacity=_OPACITY[shade]))
    below = text(label, (_CELL * columns / 2, _CELL * rows + 19), anchor="middle") if label else ""
    says = f"A grey image of {rows} by {columns} squares, {inked} of them inked" + (f": {label}." if label else ".")
    drawn = drawing(
        _CELL * columns, _CELL * rows + (26 if label else 0), says, hued(hue, *parts), below, class_="sheet digit"
    )
    return Picture(drawn, says, None)


def _shade(value: float, top: float) -> int:
    """0 to 16 sixteenths of ink."""
    if top <= 0 or value <= 0:
        return 0
    return min(_SHADES, int(value / top * _SHADES + 0.5))


# sixteenths as text: an opacity needs more than the tenths of a coordinate
_OPACITY = (
    "0",
    ".06",
    ".12",
    ".19",
    ".25",
    ".31",
    ".38",
    ".44",
    ".5",
    ".56",
    ".62",
    ".69",
    ".75",
    ".81",
    ".88",
    ".94",
    "1",
)
