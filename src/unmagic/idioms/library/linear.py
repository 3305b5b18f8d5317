"""Linear algebra: layers, matrix products, dot products."""

from __future__ import annotations

from collections.abc import Mapping
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

    @classmethod
    def tell(cls, seen: Seen, called: Mapping[str, str]) -> str:
        """A table of examples goes through row by row."""
        text = cls.prose.format_map(called)
        if seen.rank("x") > 1:
            text = text.replace(f"{called['x']} meets", f"Every row of {called['x']} meets", 1)
        return text

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        rank = seen.rank("x")
        return seen.rank("W") == 2 and (rank == 1 or (rank > 1 and weightlike(seen.names.get("W", ""))))


class Affine(Layer, abstract=True):
    """What the spellings of a layer with a bias share."""

    title = "affine layer"
    roles = ("W", "x", "b")

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("W") == 2 and seen.rank("x") >= 1 and seen.rank("b") <= 1


class LinearLayer(Layer):
    """A matrix on a vector: ``y = W x``."""

    patterns = ("W x",)
    formula = "W x"
    sentence = "each row of {W} meets {x} in a dot product"
    prose = "Every row of {W} meets {x} in a dot product and gives one number, large where {x} looks like that row."

    own = staticmethod(lambda W, x, **_: np.einsum("ij,j->i", W, x))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
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

    @classmethod
    def guard(cls, seen: Seen) -> bool:
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

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("A") >= 2 and seen.rank("B") >= 2

    backward = (
        Back("A", "g Bᵀ", lambda g, B, **_: g @ np.swapaxes(B, -1, -2), "each row collects by the columns it met"),
        Back("B", "Aᵀ g", lambda g, A, **_: np.swapaxes(A, -1, -2) @ g, "each column collects by the rows it met"),
    )


class LinearModel(Idiom):
    """A table of examples on a vector of weights."""

    title = "linear model"
    patterns = ("X w{ + b}", "w · X{ + b}")
    roles = ("X", "w", "b")
    letter = "ŷ"
    formula = "X w + b"
    sentence = "{w} weighs the features, one number an example"
    prose = "{w} weighs the features of {X} and adds them up: one number for each example."
    specific = 1
    own = staticmethod(lambda X, w, b=0.0, **_: np.einsum("...j,j->...", X, w) + b)
    backward = (
        Back("w", "Xᵀ g", lambda g, X, **_: (X.T @ g) if X.ndim == 2 else g * X, "each feature's part in the error"),
        Back("b", "Σ g", lambda g, b, **_: along(np.asarray(g), b), "a shift passes the gradient on as it is"),
    )

    @classmethod
    def tell(cls, seen: Seen, called: Any) -> str:
        if seen.rank("X") == 1:
            text = f"{called['w']} weighs the entries of {called['X']} and adds them up in a dot product"
        else:
            text = f"{called['w']} weighs the features of {called['X']} and adds them up, one number for each example"
        return text + (f"; {called['b']} shifts the result, like an intercept." if "b" in called else ".")

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        learned = weightlike(seen.names.get("w", "")) and not weightlike(seen.names.get("X", ""))
        biased = "b" in seen.shapes or "b" in seen.attrs
        shaped = (
            seen.rank("w") == 1 and seen.rank("b") == 0 and (seen.rank("X") == 2 or (seen.rank("X") == 1 and biased))
        )
        return learned and shaped


class Embedding(Idiom):
    """Rows of a table, by number."""

    title = "embedding"
    patterns = ("rows(E, i)",)
    roles = ("E", "i")
    formula = "E[i]"
    sentence = "each number picks its row of {E}"
    prose = "{i} picks rows of {E}: each token, known by its number, becomes the list of numbers learned for it."
    own = staticmethod(lambda E, i, **_: np.take(E, np.asarray(i).astype(int), axis=0))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("E") == 2 and (seen.rank("i") >= 1 or seen.named("E", "e", "w"))


class OneHot(Idiom):
    """A class as a list: 1 at its place, 0 elsewhere."""

    title = "one-hot"
    patterns = ("rows(E, i)", "one_hot(i)")
    roles = ("i", "E")
    op = "one_hot"
    operands = ("i",)
    letter = "y"
    formula = "one_hot(i)"
    sentence = "1 at the class, 0 elsewhere"
    prose = "One-hot writes the class {i} as a list with 1 at its place and 0 elsewhere."
    specific = 1

    @staticmethod
    def own(i: Any, E: Any = None, classes: int = 0, **_: Any) -> Any:
        size = classes or len(E)
        return (np.asarray(i)[..., None] == np.arange(size)).astype(float)
