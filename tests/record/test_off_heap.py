"""Copies on pages of their own are NumPy's own copies; what is looked at in parts is looked at whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unmagic.record.off_heap import CHUNK, LARGE, all_finite, copied

WIDE = np.random.default_rng(0).normal(size=(40, 30, 50))
LAYOUTS: dict[str, Any] = {
    "rows": WIDE,
    "columns": np.asfortranarray(WIDE),
    "turned": WIDE.transpose(2, 0, 1),
    "every other": WIDE[::2, :, ::-1],
    "copied along": np.broadcast_to(WIDE[:, :1], WIDE.shape),
    "small": WIDE[0],
    "whole numbers": np.arange(CHUNK, dtype=np.int32),
    "truths": WIDE.repeat(3) > 0,
    "nothing": WIDE[:, :0],
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_copy_is_numpys(name: str) -> None:
    array = LAYOUTS[name]
    copy, expected = copied(array), np.array(array, order="K")
    assert np.array_equal(copy, expected)
    assert copy.dtype == expected.dtype
    if name != "copied along":  # sums of what was copied along depend on no order
        assert copy.strides == expected.strides
    assert copy.flags.writeable
    assert not np.shares_memory(copy, array)
    assert (copy.base is not None) == (array.nbytes >= LARGE)


@pytest.mark.parametrize("at", [0, CHUNK - 1, CHUNK, 2 * CHUNK, 3 * CHUNK - 17])
@pytest.mark.parametrize("turn", [False, True])
def test_one_bad_entry_is_seen_wherever_it_is(at: int, turn: bool) -> None:
    array = np.ones(3 * CHUNK)
    grid = array.reshape(16, -1).T if turn else array
    assert all_finite(grid)
    array[at] = np.inf
    assert not all_finite(grid)
    assert not all_finite(array[::-1])
