"""Hand-written rows for ops that move entries: shapes, keys, errors."""

from typing import Any

import numpy as np
import pytest

import unmagic.ops  # noqa: F401  (fills the registry)
from unmagic.core.errors import BadValue, ShapeClash
from unmagic.core.graph import Array, Shape
from unmagic.core.op import OPS
from unmagic.ops.indexing import Key, Plan, Ref, plan

KEYS = [
    ((3, 2), (1,), ()),
    ((3, 2), (slice(None, None, -1), 0), ()),
    ((3, 4, 2), (np.array([0, 2]), slice(1, 3), np.array([1, 0])), ()),
    ((3, 4, 2), (slice(None), np.array([[0], [2]]), np.array([1, 0])), ()),
    ((3, 4, 2), (0, slice(None), np.array([1, 0, 0])), ()),
    ((3, 4, 2), (0, np.array([1, 0, 0]), slice(None)), ()),
    ((3, 4, 2), (None, 1, None, np.array([3])), ()),
    ((3, 4, 2), (Ref(0), slice(0, 0)), (np.array([2, 2]),)),
    ((3, 4, 2), (slice(None), Ref(0)), (np.array([True, False, False, True]),)),
    ((3, 4, 2), (Ref(0), 1), (np.eye(3, 4, dtype=bool),)),
    ((3, 4, 2), (Ref(0), Ref(1)), (np.array(1), np.array([[0, 3]]))),
    ((3, 4, 2), (np.array([True, False, True]), 0), ()),
    ((4,), (np.array([], dtype=int),), ()),
]


@pytest.mark.parametrize(("shape", "key", "at"), KEYS)
def test_a_key_is_laid_out_as_numpy_lays_it_out(shape: Shape, key: Key, at: tuple[Array, ...]) -> None:
    """Shape, and the source of every entry, equal what NumPy picks."""
    x = np.arange(np.prod(shape)).reshape(shape)
    count = next((int(a.sum()) for a in at if a.dtype == bool), None)
    picked = x[tuple(at[part.k] if isinstance(part, Ref) else part for part in key)]
    assert Plan(shape, key, tuple(a.shape for a in at), count).out == picked.shape
    worked = plan(x, key, at, count)
    for place in np.ndindex(picked.shape):
        assert x[worked.source(place)] == picked[place]
    for place in np.ndindex(shape):
        where, many = worked.targets(place)
        assert many == np.count_nonzero(picked == x[place])
        assert (picked[where] == x[place]).all()


@pytest.mark.parametrize(
    ("op", "shapes", "attrs", "says"),
    [
        ("broadcast", [(2,)], {"shape": (3,)}, r"\[2\]"),
        ("broadcast", [(2, 3)], {"shape": (3,)}, "rank 2"),
        ("reshape", [(2, 3)], {"shape": (4,)}, "6 entries"),
        ("reshape", [(2, 3)], {"shape": (-1, 4)}, "6 entries"),
        ("transpose", [(2, 3)], {"axes": (0, 0)}, "twice"),
        ("sum", [(2, 3)], {"axis": 2}, "no axis 2"),
        ("max", [(2, 0)], {"axis": 1}, "maximum"),
        ("matvec", [(3, 3), (2,)], {}, r"3×\[3\]"),
        ("matmul", [(2, 3), (2, 3)], {}, r"\[2\]×3"),
        ("matmul", [(2, 2, 3), (3, 3, 2)], {}, r"\[3\]×3×2"),
        ("dot", [(2,), (3,)], {}, r"\[3\]"),
        ("index", [(2, 3)], {"key": (2,)}, r"\[2\]×3"),
        ("index", [(2,)], {"key": (0, 0)}, "2 indices"),
    ],
)
def test_shapes_that_do_not_meet_are_said(op: str, shapes: list[Shape], attrs: dict[str, Any], says: str) -> None:
    """The error is ours, and names what clashes."""
    with pytest.raises((ShapeClash, BadValue), match=says):
        OPS[op].shape(*shapes, **attrs)
