"""The record of one op: all that is known of it stands in one class, complete at import or it does not import."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .emit import Emit
from .graph import Array, DType, Index, Shape
from .scalar import Column, Entry, Expr

OPS: dict[str, type[Op]] = {}
"""Every op by its name: the registry that tests, reference and coverage table walk."""


class Operand:
    """One operand of an op as `Op.entry` sees it: its shape and its entries as leaves of a scalar tree.

    ``values`` is the whole array, wherever it lives; only the entries asked for are pulled.
    """

    __slots__ = ("number", "shape", "values")

    def __init__(self, number: int, values: Array) -> None:
        self.number = number
        self.values = values
        self.shape: Shape = values.shape

    def __getitem__(self, at: Index) -> Entry:
        return Entry(self.number, at, self.values[at])

    def column(self, at: tuple[Any, ...]) -> Column:
        """A line of entries, as in ``a.column((i, slice(None)))``; what ``at`` may hold, `Column` says."""
        bounds = tuple(slice(*i.indices(n)) if isinstance(i, slice) else i for i, n in zip(at, self.shape, strict=True))
        return Column(self.number, bounds, np.asarray(self.values[at]).reshape(-1))


class Readers(NamedTuple):
    """Which entries of the result read one entry of an operand, and their local derivatives."""

    at: tuple[np.ndarray[Any, Any], ...]  # one index array a result axis, all of one length
    partial: np.ndarray[Any, Any]  # ∂result[at] / ∂operand[entry], same length


class Sample(NamedTuple):
    """Inputs that the tests start from: shapes or whole arrays, attributes, and where the values may lie."""

    inputs: tuple[Any, ...]  # a shape tuple draws values; an array is taken as it is
    attrs: dict[str, Any] = {}  # noqa: RUF012  (a NamedTuple default, never written to)
    low: float = -2.0
    high: float = 2.0
    smooth: bool = True  # False: an input lies on a kink or a jump, where a difference quotient means nothing


_RULES = ("shape", "dtype", "forward", "vjp", "entry", "readers", "flops")
_FACTS = ("words", "notation", "samples", "source")


class Op:
    """Base of all ops. A subclass is never instantiated: its rules are static methods.

    Arrays are positional, metadata keyword-only, in every rule, named as in ``shape``.

    ==================================== =================================================================
    ``shape(a, b, *, axis)``             shape of the result from the operands' shapes; raises `ShapeClash`
    ``dtype(a, b, *, axis)``             dtype of the result from the operands' dtypes
    ``forward(xp, a, b, *, axis)``       the number rule, in Array API functions of the namespace ``xp``
    ``vjp(g, y, a, b, *, axis)``         vector–Jacobian product: nodes in, one node (or None) an operand out
    ``entry(at, a, b, *, axis)``         one entry as a scalar tree over the `Operand`s' entries
    ``readers(operand, at, y, a, b, …)`` `Readers` of one entry of operand number ``operand``; arrays in
    ``flops(y, a, b, *, axis)``          floating-point operations, from shapes
    ==================================== =================================================================

    ``emit(y, a, b, *, axis)`` may stand beside ``forward``: the step as a line of NumPy (`core.emit`).

    Where no calculator gets to an entry (an inverse, a position), ``entry`` raises `Unsupported` and there is
    ``check(at, y, a, b, *, axis)`` in its place: two trees that are equal if the entry is right, the second a leaf.
    ``y`` is the result as `Operand` number −1.
    """

    name: ClassVar[str]
    operands: ClassVar[tuple[str, ...]]  # names of the array parameters; the last is a tuple if `variadic`
    attributes: ClassVar[tuple[str, ...]]
    variadic: ClassVar[bool]  # `shape(*parts, …)`: any number of operands

    words: ClassVar[str]  # "multiply {a} by {b}: each row of {a} meets each column of {b}"
    notation: ClassVar[Callable[..., Any]]  # (operands' notations…, **attrs) -> notation tree; a static method
    samples: ClassVar[Sequence[Sample]]
    source: ClassVar[str]  # where the formula stands
    convention: ClassVar[str] = ""  # kinks and holes, in words; tests use it
    linear_in: ClassVar[tuple[str, ...]] = ()
    elementwise: ClassVar[bool] = False
    movement: ClassVar[bool] = False  # entries are only moved or copied: hops step through it unseen
    differentiable: ClassVar[bool] = True  # False: `vjp` gives None for all, by design (comparisons, argmax)
    letter: ClassVar[str] = ""  # what the field calls the result where the user gave no name

    shape: ClassVar[Callable[..., Shape]]
    dtype: ClassVar[Callable[..., DType]]
    forward: ClassVar[Callable[..., Any]]
    emit: ClassVar[Emit | Callable[..., Emit | None] | None] = None
    vjp: ClassVar[Callable[..., Any]]
    entry: ClassVar[Callable[..., Expr]]
    check: ClassVar[Callable[..., tuple[Expr, Expr]] | None] = None
    readers: ClassVar[Callable[..., Readers]]
    flops: ClassVar[Callable[..., int]]

    def __init_subclass__(cls, abstract: bool = False) -> None:
        """Check that the record is complete and put it in the registry under its name."""
        if abstract:
            return
        if "name" not in cls.__dict__:
            cls.name = _snake(cls.__name__)
        missing = [rule for rule in (*_RULES, *_FACTS) if not hasattr(cls, rule)]
        if missing:
            raise TypeError(f"op {cls.name} is not complete: no {', '.join(missing)}")
        if cls.name in OPS:
            raise TypeError(f"op {cls.name} is defined twice")
        code, flags = cls.shape.__code__, inspect.CO_VARARGS
        positional = code.co_varnames[: code.co_argcount]
        keyword = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        cls.variadic = bool(code.co_flags & flags)
        rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if cls.variadic else None
        cls.operands = (*positional, rest) if rest else positional
        cls.attributes = keyword
        OPS[cls.name] = cls


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


@lru_cache(maxsize=4096)
def _promoted(dtypes: tuple[DType, ...]) -> DType:
    return np.result_type(*dtypes)


def promoted(*dtypes: DType, **_: Any) -> DType:
    """Dtype rule: NumPy's promotion of the operands' dtypes."""
    return dtypes[0] if len(dtypes) == 1 else _promoted(dtypes)


def floating(*dtypes: DType, **_: Any) -> DType:
    """Dtype rule: NumPy's promotion, whole numbers and truth values becoming float64."""
    dtype = promoted(*dtypes)
    return dtype if dtype.kind in "fc" else np.dtype(np.float64)


def truth(*_dtypes: DType, **_: Any) -> DType:
    """Dtype rule: a truth value."""
    return np.dtype(np.bool_)


def counting(*_dtypes: DType, **_: Any) -> DType:
    """Dtype rule: an index or a count (int64)."""
    return np.dtype(np.int64)


def namespace(values: Array) -> ModuleType:
    """The array namespace that ``values`` come from: NumPy, or what they name themselves."""
    found: ModuleType = values.__array_namespace__() if hasattr(values, "__array_namespace__") else np
    return found
