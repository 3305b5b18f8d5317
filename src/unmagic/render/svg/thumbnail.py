"""A grey image as small as it can be written, for many in a row: a path for each of eight shades."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .marks import tag

SHADES = 8
_OPACITY = ("", ".12", ".25", ".38", ".5", ".62", ".75", ".88", "1")


def thumbnail(image: ArrayLike, says: str) -> str:
    """``image`` runs from 0 to 1, the darkest ink; anything beyond is cut. ``says`` is its accessible name."""
    shades = shades_of(image)
    rows, columns = shades.shape
    parts = []
    for shade in range(1, SHADES + 1):
        runs = "".join(f"M{x} {y}h1" for y, x in np.argwhere(shades == shade))
        if runs:
            parts.append(tag("path", stroke_opacity=_OPACITY[shade], d=runs))
    # a path is stroked one unit wide, half of it above its line
    box = f"0 -.5 {columns} {rows}"
    return tag("svg", "".join(parts), viewBox=box, class_="thumb", role="img", aria_label=says)


def shades_of(image: ArrayLike) -> np.ndarray:
    """0 to 8 eighths of ink."""
    pixels = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=1.0, neginf=0.0)
    return np.floor(np.clip(pixels, 0, 1) * SHADES + 0.5).astype(int)
