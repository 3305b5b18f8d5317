"""Hand-written rows for writing by a key: the last write counts, copies add up, masks, errors."""

from __future__ import annotations

import numpy as np
import pytest

from unmagic.core.errors import BadValue, ShapeClash
from unmagic.core.op import OPS
from unmagic.core.scalar import Entry
from unmagic.ops.indexing import Ref

from .edges import slopes, tree, value

TWICE = np.array([0, 0])


def test_of_two_writes_to_one_entry_the_last_counts() -> None:
    """``a[[0, 0]] = v``: the first of the two has no effect, so no gradient."""
    x, v = np.zeros(2), np.array([1.0, 2.0])
    np.testing.assert_array_equal(value("set_index", x, v, TWICE, key=(Ref(0),)), [2, 0])
    x_bar, v_bar = slopes("set_index", x, v, TWICE, g=[5.0, 7.0], key=(Ref(0),))
    np.testing.assert_array_equal(x_bar, [0, 7])
    np.testing.assert_array_equal(v_bar, [0, 5])
    entry = tree("set_index", (0,), x, v, TWICE, key=(Ref(0),))
    assert isinstance(entry, Entry)
    assert (entry.operand, entry.at) == (1, (1,))


def test_what_is_added_twice_counts_twice() -> None:
    """``np.add.at``: both addends arrive, both get the gradient."""
    x, v = np.zeros(2), np.array([1.0, 2.0])
    np.testing.assert_array_equal(value("add_at", x, v, TWICE, key=(Ref(0),)), [3, 0])
    x_bar, v_bar = slopes("add_at", x, v, TWICE, g=[5.0, 7.0], key=(Ref(0),))
    np.testing.assert_array_equal(x_bar, [5, 7])
    np.testing.assert_array_equal(v_bar, [5, 5])


def test_what_is_picked_twice_is_added_up() -> None:
    """The gradient of ``x[[2, 0, 2]]``."""
    np.testing.assert_array_equal(slopes("index", np.zeros(3), g=[1.0, 2, 4], key=(np.array([2, 0, 2]),))[0], [2, 0, 5])


def test_a_number_written_to_many_entries_gets_all_their_gradients() -> None:
    """A scalar is copied to the part written to."""
    _, v_bar = slopes("set_index", np.zeros((2, 3)), np.array(1.0), g=np.arange(6.0).reshape(2, 3), key=(1,))
    assert v_bar == 3 + 4 + 5


def test_writing_leaves_the_operand_alone() -> None:
    """Functional: the array before the write is unchanged."""
    x = np.zeros(3)
    value("set_index", x, np.array(1.0), key=(slice(None),))
    value("add_at", x, np.array(1.0), key=(0,))
    np.testing.assert_array_equal(x, np.zeros(3))


def test_writing_keeps_the_dtype() -> None:
    """A float written into whole numbers is cut off, as NumPy does."""
    y = value("set_index", np.array([1, 2]), np.array(2.9), key=(0,))
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, [2, 2])


def test_what_does_not_fit_is_said() -> None:
    """Both shapes; a mask of another shape; an entry that is not there, by its number."""
    with pytest.raises(ShapeClash, match="what is written: 3"):
        OPS["set_index"].shape((2, 2), (3,), key=(0,))
    with pytest.raises(BadValue, match="mask"):
        OPS["index"].shape((3,), (2,), key=(Ref(0),), count=1)
    with pytest.raises(BadValue, match="no entry 5 along axis 0"):
        value("index", np.zeros(3), np.array([0, 5]), key=(Ref(0),))
    with pytest.raises(BadValue, match="no entry -4 along axis 1"):
        value("take_along", np.zeros((1, 3)), np.array([[-4]]), axis=1)
    with pytest.raises(BadValue, match="no class 3"):
        value("one_hot", np.array([3]), classes=3)
    with pytest.raises(BadValue, match=r"\[4\]×2"):
        value("embedding", np.zeros((4, 2)), np.array([4]))
