"""Vectors: dot products, lengths, directions, angles."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..record import Back, Idiom, Seen
from .probability import kept


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

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return (seen.rank("a"), seen.rank("b")) == (1, 1)

    backward = (
        Back("a", "g b", lambda g, b, **_: g * b, "each entry moves the sum by what it was multiplied with"),
        Back("b", "g a", lambda g, a, **_: g * a, "each entry moves the sum by what it was multiplied with"),
    )


class Norm(Idiom):
    """The length of a vector."""

    title = "norm"
    patterns = ("√(Σ x²)", "√(x · x)")
    roles = ("x",)
    op = "norm"
    formula = "‖x‖"
    sentence = "the length of {x}: the root of its squares added up"
    prose = "The norm of {x} is its length: square the entries, add up, take the root."
    own = staticmethod(lambda x, axis=None, **_: np.sqrt(np.einsum("...,...->...", x, x).sum(axis=axis)))
    backward = (
        Back("x", "g x / ‖x‖", lambda g, x, y, axis=None, **_: kept(g / y, x, axis) * x,
             "along the vector itself, with length 1"),
    )  # fmt: skip


class UnitVector(Idiom):
    """A vector with its length divided out."""

    title = "unit vector"
    letter = "u"
    patterns = ("x / (norm(x){ + ε})", "x / maximum(norm(x), ε)")
    roles = ("x", "ε")
    numbers = ("ε",)
    formula = "x / ‖x‖"
    sentence = "the direction of {x} alone: its length divided out"
    prose = "Dividing {x} by its length leaves its direction alone."
    own = staticmethod(
        lambda x, axis, ε=0.0, **_: x / (np.sqrt((x * x).sum(axis=axis, keepdims=True)) + (ε if ε < 1e-3 else 0))
    )
    backward = (
        Back(
            "x",
            "(g − u (u · g)) / ‖x‖",
            lambda g, x, y, axis, **_: (
                (g - y * (g * y).sum(axis=axis, keepdims=True)) / np.sqrt((x * x).sum(axis=axis, keepdims=True))
            ),
            "only what turns the vector counts, not what stretches it",
        ),
    )


class CosineSimilarity(Idiom):
    """The dot product with both lengths divided out."""

    title = "cosine similarity"
    patterns = (
        "(a · b) / ((norm_m(a) ⊙ norm_n(b)){ + ε})",
        "(Σ a ⊙ b) / ((norm(a) ⊙ norm(b)){ + ε})",
        "(a / norm_m(a)) · (b / norm_n(b))ᵀ",
    )
    roles = ("a", "b", "ε")
    numbers = ("ε",)
    letter = "cos"
    formula = "a · b / (‖a‖ ‖b‖)"
    sentence = "the dot product with the lengths divided out: −1 to 1"
    prose = (
        "The dot product of {a} and {b} grows with how well they align, but also with their lengths; dividing by both "
        "lengths leaves direction alone: 1 where they point the same way, 0 where they are perpendicular, −1 where "
        "they are opposed. It is the cosine of the angle between them."
    )
    specific = 1

    @staticmethod
    def own(a: Any, b: Any, ε: float = 0.0, axis: Any = None, **_: Any) -> Any:
        top, lengths = _pairs(np.asarray(a), np.asarray(b), axis)
        return top / (lengths + ε)

    backward = (
        Back(
            "a",
            "g (hat_b − cos · hat_a) / ‖a‖",
            lambda g, a, b, y, **_: _turn(g, a, b, y),
            "towards the other's direction",
        ),
        Back(
            "b",
            "g (hat_a − cos · hat_b) / ‖b‖",
            lambda g, a, b, y, **_: _turn(g, b, a, y),
            "towards the other's direction",
        ),
    )


def _length(x: Any, keepdims: bool = False) -> Any:
    return np.sqrt((x * x).sum(axis=-1, keepdims=keepdims))


def _pairs(a: Any, b: Any, axis: Any) -> tuple[Any, Any]:
    """Dot products and products of lengths: of two vectors, row by row, a table against a vector, or all pairs."""
    if axis is not None:
        return (a * b).sum(axis=axis), np.sqrt((a * a).sum(axis=axis) * (b * b).sum(axis=axis))
    if a.ndim == 2 and b.ndim == 2:
        return a @ b.T, np.outer(_length(a), _length(b))
    return a @ b, _length(a) * _length(b)


def _turn(g: Any, a: Any, b: Any, cos: Any) -> Any:
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError("for two vectors")
    return g * (b / _length(b) - cos * a / _length(a)) / _length(a)


class QuadraticForm(Idiom):
    """A vector met by itself through a matrix."""

    title = "quadratic form"
    patterns = ("x · (A x)", "(x A) · x")
    roles = ("x", "A")
    formula = "xᵀ A x"
    sentence = "{x} against itself, through {A}"
    prose = (
        "{A} acts on {x}, and the result meets {x} again in a dot product: a bowl, saddle or hill over {x}, shaped by "
        "{A}."
    )
    specific = 1
    own = staticmethod(lambda x, A, **_: np.einsum("i,ij,j->", x, A, x))
    backward = (
        Back("x", "g (A + Aᵀ) x", lambda g, x, A, **_: g * (A + A.T) @ x, "from the left and from the right"),
        Back("A", "g x xᵀ", lambda g, x, **_: g * np.outer(x, x), "each pair of entries moves it by their product"),
    )

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return (seen.rank("x"), seen.rank("A")) == (1, 2)


class Projection(Idiom):
    """The part of one vector that lies along another."""

    title = "projection"
    patterns = ("((a · b) / (b · b)) ⊙ b", "((a · b) / norm(b)²) ⊙ b", "((a · b) / Σ b²) ⊙ b")
    roles = ("a", "b")
    formula = "(a · b / (b · b)) b"
    sentence = "the part of {a} that lies along {b}"
    prose = (
        "The dot product of {a} and {b}, over that of {b} with itself, says how many times {b} goes into {a}; that "
        "many times {b} is the shadow of {a} on the line along {b}."
    )
    specific = 1
    own = staticmethod(lambda a, b, **_: np.outer(b, b) @ a / np.einsum("i,i->", b, b))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return (seen.rank("a"), seen.rank("b")) == (1, 1)
