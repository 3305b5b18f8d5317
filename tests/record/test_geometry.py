"""Where an array lies in its owner's memory, against what NumPy shows when the owner holds its own numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmagic.record.geometry import Place, address, content, dense, entries, owner_of, place

OWNERS = {
    "C": np.arange(24.0).reshape(2, 3, 4),
    "F": np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)).copy(order="F"),
    "turned": np.arange(24.0).reshape(4, 3, 2).copy().transpose(1, 0, 2),
}


def numbered(name: str) -> Any:
    """An owner whose entries are their own flat numbers, in its memory order."""
    like = OWNERS[name]
    owner = np.empty_like(like, order="K")
    owner[...] = np.arange(24.0).reshape(like.shape)
    return owner


@st.composite
def looks(draw: st.DrawFn) -> list[Any]:
    """A few steps that turn, cut and reshape."""
    steps: list[Any] = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["transpose", "slice", "pick", "reverse", "axis", "ravel"]))
        steps.append((kind, draw(st.integers(0, 3)), draw(st.integers(0, 3)), draw(st.sampled_from([1, 2, -1]))))
    return steps


def looked(array: Any, steps: list[Any]) -> Any:
    for kind, axis, start, step in steps:
        if not array.ndim:
            return array
        at = axis % array.ndim
        before = (slice(None),) * at
        if kind == "transpose":
            array = np.moveaxis(array, at, 0)
        elif kind == "slice":
            array = array[(*before, slice(start, None, abs(step)))]
        elif kind == "pick" and array.shape[at] > start:
            array = array[(*before, slice(start, start + 1))].squeeze(at)
        elif kind == "reverse":
            array = array[(*before, slice(None, None, -1))]
        elif kind == "axis":
            array = np.expand_dims(array, at)
        elif kind == "ravel":
            array = array.reshape(-1)
    return array


@pytest.mark.parametrize("name", OWNERS)
@given(steps=looks())
def test_the_entries_of_a_view_are_what_it_shows(name: str, steps: list[Any]) -> None:
    owner = numbered(name)
    view = looked(owner, steps)
    root = owner_of(view)
    if root is not owner:  # a reshape that had to copy
        return
    whole = Place(0, owner.shape, owner.strides, owner.dtype)
    found = entries(whole, place(view, address(owner)))
    assert found is not None
    np.testing.assert_array_equal(found, view)


@given(steps=looks())
def test_the_content_of_a_place_is_the_view_itself(steps: list[Any]) -> None:
    owner = numbered("C")
    view = looked(owner, steps)
    if owner_of(view) is owner and view.size:
        np.testing.assert_array_equal(content(owner, place(view, address(owner))), view)


def test_bytes_of_another_dtype_are_no_entries() -> None:
    owner = np.arange(4.0)
    other = owner.view(np.int64)
    assert entries(Place(0, (4,), (8,), owner.dtype), place(other, address(owner))) is None


def test_what_is_dense() -> None:
    assert dense((2, 3), (24, 8), 8)
    assert dense((2, 3), (8, 16), 8)
    assert dense((1, 3), (999, 8), 8)
    assert not dense((2, 3), (48, 16), 8)
    assert not dense((2, 2), (8, 8), 8)


def test_owners_are_found_through_any_number_of_looks() -> None:
    a = np.arange(10.0)
    assert owner_of(np.lib.stride_tricks.as_strided(a[2:][::-1], (2,), (8,))) is a
    assert owner_of(np.lib.stride_tricks.sliding_window_view(a, 3)[1:]) is a
    buffer = np.frombuffer(bytearray(16), np.float64)
    assert owner_of(buffer[1:]) is buffer
