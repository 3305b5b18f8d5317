"""The order that a shuffle left: found by the bytes of the rows, since the draw itself was not told."""

from __future__ import annotations

import numpy as np

from unmagic.core.graph import Array


def permutation(before: Array, after: Array) -> Array | None:
    """For each row of ``after`` the number of a row of ``before`` with its bytes, each once; None if there is none."""
    places: dict[bytes, list[int]] = {}
    for i in range(len(before) - 1, -1, -1):
        places.setdefault(before[i].tobytes(), []).append(i)
    order = np.empty(len(after), np.int64)
    for i, row in enumerate(after):
        left = places.get(row.tobytes())
        if not left:
            return None
        order[i] = left.pop()
    return order


__all__ = ["permutation"]
