"""Linear algebra: layers, matrix products, dot products."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..record import Back, Idiom, Seen

WEIGHTS = ("w", "θ", "theta", "weight", "kernel")


def weightlike(name: str) -> bool:
    """Is it a name that people give to what is learned?"""
    return name.lower().rpartition(".")[2].startswith(WEIGHTS)


def rows(x: Any) -> Any:
    """All leading axes as one: a table of rows."""
    return x.reshape(-1, x.shape[-1])


def along(g: Any, b: Any) -> Any:
    """``g`` added up over the axes along which ``b`` was copied."""
    lead = np.ndim(g) - np.ndim(b)
    g = g.sum(axis=tuple(range(lead))) if lead else g
    ones = tuple(axis for axis, size in enumerate(np.shape(b)) if size == 1 and g.shape[axis] != 1)
    return g.sum(axis=ones, keepdims=True) if ones else g


SPREAD = "each output's share, spread over the inputs that made it"
COLLECT = "each input collects from all outputs, by its weights"
SHIFT = Back("b", "g", lambda g, b, **_: along(g, b), "a shift passes the gradient on as it is")


class Layer(Idiom, abstract=True):
    """What the spellings of a linear layer share."""

    title = "linear layer"
    roles: ClassVar[tuple[str, ...]] = ("W", "x")
    letter = "z"

    @staticmethod
    def guard(seen: Seen) -> bool:
        rank = seen.rank("x")
        return seen.rank("W") == 2 and (rank == 1 or (rank > 1 and weightlike(seen.names.get("W", ""))))


class Affine(Layer, abstract=True):
    """What the spellings of a layer with a bias share."""

    title = "affine layer"
    roles = ("W", "x", "b")

    @staticmethod
    def guard(seen: Seen) -> bool:
        return seen.rank("W") == 2 and seen.rank("x") >= 1 and seen.rank("b") <= 1


class LinearLayer(Layer):
    """A matrix on a vector: ``y = W x``."""

    patterns = ("W x",)
    formula = "W x"
    sentence = "each row of {W} meets {x} in a dot product"
    prose = "Every row of {W} meets {x} in a dot product and gives one number, large where {x} looks like that row."

    own = staticmethod(lambda W, x, **_: np.einsum("ij,j->i", W, x))

    @staticmethod
    def guard(seen: Seen) -> bool:
        return (seen.rank("W"), seen.rank("x")) == (2, 1)

    backward = (
        Back("W", "g xᵀ", lambda g, x, **_: np.outer(g, x), SPREAD),
        Back("x", "Wᵀ g", lambda g, W, **_: W.T @ g, COLLECT),
    )


class LinearLayerOfRow(Layer):
    """The same with what comes in at the left: ``y = x W``."""

    patterns = ("x W",)
    formula = "x W"
    sentence = "{x} meets each column of {W} in a dot product"
    prose = "{x} meets every column of {W} in a dot product, which is large where it looks like that column."

    own = staticmethod(lambda W, x, **_: np.einsum("...j,jk->...k", x, W))

    backward = (
        Back("W", "xᵀ g", lambda g, x, **_: rows(x).T @ rows(g), SPREAD),
        Back("x", "g Wᵀ", lambda g, W, **_: g @ W.T, COLLECT),
    )


class LinearLayerTransposed(Layer):
    """The same on rows of examples, as frameworks keep the weights: ``y = x Wᵀ``."""

    patterns = ("x Wᵀ",)
    formula = "x Wᵀ"
    sentence = "{x} meets each row of {W} in a dot product"
    prose = "{x} meets every row of {W} in a dot product, which is large where it looks like that row."

    own = staticmethod(lambda W, x, **_: np.einsum("...j,kj->...k", x, W))

    backward = (
        Back("W", "gᵀ x", lambda g, x, **_: rows(g).T @ rows(x), SPREAD),
        Back("x", "g W", lambda g, W, **_: g @ W, COLLECT),
    )


class AffineLayer(Affine):
    """``y = W x + b``."""

    patterns = ("W x + b",)
    formula = "W x + b"
    sentence = "each row of {W} meets {x}; {b} shifts the result"
    prose = (
        "Every row of {W} meets {x} in a dot product and gives one number, large where {x} looks like that row; {b} "
        "then shifts each of them, like an intercept."
    )

    own = staticmethod(lambda W, x, b, **_: np.einsum("ij,j->i", W, x) + b)

    @staticmethod
    def guard(seen: Seen) -> bool:
        return (seen.rank("W"), seen.rank("x")) == (2, 1) and seen.rank("b") <= 1

    backward = (*LinearLayer.backward, SHIFT)


class AffineLayerOfRow(Affine):
    """``y = x W + b``."""

    patterns = ("x W + b",)
    formula = "x W + b"
    sentence = "{x} meets each column of {W}; {b} shifts the result"
    prose = (
        "{x} meets every column of {W} in a dot product, which is large where it looks like that column; {b} then "
        "shifts each result, like an intercept."
    )

    own = staticmethod(lambda W, x, b, **_: np.einsum("...j,jk->...k", x, W) + b)

    backward = (*LinearLayerOfRow.backward, SHIFT)


class AffineLayerTransposed(Affine):
    """``y = x Wᵀ + b``."""

    patterns = ("x Wᵀ + b",)
    formula = "x Wᵀ + b"
    sentence = "{x} meets each row of {W}; {b} shifts the result"
    prose = (
        "{x} meets every row of {W} in a dot product, which is large where it looks like that row; {b} then shifts "
        "each result, like an intercept."
    )

    own = staticmethod(lambda W, x, b, **_: np.einsum("...j,kj->...k", x, W) + b)

    backward = (*LinearLayerTransposed.backward, SHIFT)


class MatrixProduct(Idiom):
    """Two matrices, neither of them known to be weights."""

    title = "matrix product"
    patterns = ("A B",)
    roles = ("A", "B")
    formula = "A B"
    sentence = "each row of {A} meets each column of {B}"
    prose = "Every row of {A} meets every column of {B} in a dot product."
    inner = True

    own = staticmethod(lambda A, B, **_: np.einsum("...ij,...jk->...ik", A, B))

    @staticmethod
    def guard(seen: Seen) -> bool:
        return seen.rank("A") >= 2 and seen.rank("B") >= 2

    backward = (
        Back("A", "g Bᵀ", lambda g, B, **_: g @ np.swapaxes(B, -1, -2), "each row collects by the columns it met"),
        Back("B", "Aᵀ g", lambda g, A, **_: np.swapaxes(A, -1, -2) @ g, "each column collects by the rows it met"),
    )


class DotProduct(Idiom):
    """Two vectors multiplied entry by entry and added up."""

    title = "dot product"
    patterns = ("a · b", "Σ a ⊙ b")
    roles = ("a", "b")
    op = "@"
    formula = "a · b"
    letter = "s"
    sentence = "entry times entry, added up: how well {a} and {b} align"
    prose = (
        "The dot product of {a} and {b} multiplies entry by entry and adds up: large where both point the same way, 0 "
        "where they are perpendicular, negative where they are opposed."
    )

    own = staticmethod(lambda a, b, **_: np.einsum("i,i->", a, b))

    @staticmethod
    def guard(seen: Seen) -> bool:
        return (seen.rank("a"), seen.rank("b")) == (1, 1)

    backward = (
        Back("a", "g b", lambda g, b, **_: g * b, "each entry moves the sum by what it was multiplied with"),
        Back("b", "g a", lambda g, a, **_: g * a, "each entry moves the sum by what it was multiplied with"),
    )
