"""Products of any rank against NumPy, and their gradients' shapes."""

from collections.abc import Callable

import numpy as np
import pytest

from unmagic.core.build import Builder, Node
from unmagic.core.errors import ShapeClash
from unmagic.core.graph import Shape
from unmagic.engine.differentiate import differentiate
from unmagic.ops.rank import numpy_dot, numpy_matmul

LEFT: list[Shape] = [(), (3,), (2, 3), (4, 2, 3), (5, 1, 2, 3)]
RIGHT: list[Shape] = [(), (3,), (3, 2), (4, 3, 2), (1, 4, 3, 2)]


def _both(take: Callable[[Node, Node], Node], left: Shape, right: Shape) -> tuple[Builder, list[Node], Node]:
    rng = np.random.default_rng(1)
    builder = Builder(values=[])
    a, b = (builder.input(name, rng.standard_normal(shape)) for name, shape in (("a", left), ("b", right)))
    return builder, [a, b], take(a, b)


@pytest.mark.parametrize("right", RIGHT)
@pytest.mark.parametrize("left", LEFT)
def test_matmul_of_every_rank_is_numpys(left: Shape, right: Shape) -> None:
    """Values as NumPy's; numbers refused as NumPy refuses them; gradients in the operands' shapes."""
    if not left or not right:
        with pytest.raises(ShapeClash, match="number"):
            _both(numpy_matmul, left, right)
        return
    builder, (a, b), y = _both(numpy_matmul, left, right)
    np.testing.assert_allclose(y.value, a.value @ b.value, rtol=1e-13, atol=1e-14)
    assert y.shape == (a.value @ b.value).shape
    _assert_slopes(builder, [a, b], y, np.matmul)


@pytest.mark.parametrize("right", RIGHT)
@pytest.mark.parametrize("left", LEFT)
def test_dot_of_every_rank_is_numpys(left: Shape, right: Shape) -> None:
    """Values as NumPy's; gradients in the operands' shapes."""
    builder, (a, b), y = _both(numpy_dot, left, right)
    assert y.shape == np.dot(a.value, b.value).shape
    np.testing.assert_allclose(y.value, np.dot(a.value, b.value), rtol=1e-13, atol=1e-14)
    _assert_slopes(builder, [a, b], y, np.dot)


def _assert_slopes(builder: Builder, nodes: list[Node], y: Node, take: Callable[..., object]) -> None:
    """Both products are linear in each operand, so ⟨g, f(v)⟩ = ⟨gradient, v⟩ exactly."""
    rng = np.random.default_rng(2)
    g = builder.input("g", rng.standard_normal(y.shape))
    for k, part in enumerate(differentiate(builder, y, nodes, g)):
        v = rng.standard_normal(nodes[k].shape)
        along = take(v, nodes[1].value) if k == 0 else take(nodes[0].value, v)
        np.testing.assert_allclose(np.sum(part.value * v), np.sum(g.value * along), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        ((3, 3), (2,), r"each row wants 3 numbers, the vector has 2"),
        ((2, 4, 3), (2, 3), r"2×4×\[3\]"),
        ((2, 4, 3), (3, 3, 2), r"\[2\]×4×3"),
        ((4,), (3, 2), r"\[3\]×2"),
    ],
)
def test_a_clash_shows_the_shapes_as_they_were_written(left: Shape, right: Shape, says: str) -> None:
    """Not the lifted or folded ones."""
    with pytest.raises(ShapeClash, match=says):
        _both(numpy_matmul, left, right)
