"""NumPy's random numbers from a seed that stands in the text, and its finfo and errstate.

Only NumPy's own generators run, with sizes checked first; an unseeded draw is refused, since nobody could check it.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.recorder import Num
from unmagic.record.spell.table import nearest

from . import arrays
from .values import Builtin, DTypeValue, NDArray, Raise, Scalar
from .walk import Walk

_MODERN = [
    "normal",
    "standard_normal",
    "uniform",
    "random",
    "integers",
    "choice",
    "permutation",
    "shuffle",
    "exponential",
    "poisson",
    "binomial",
    "beta",
    "gamma",
    "laplace",
    "multivariate_normal",
]
_LEGACY = [
    "rand",
    "randn",
    "randint",
    "random",
    "random_sample",
    "normal",
    "standard_normal",
    "uniform",
    "choice",
    "permutation",
    "shuffle",
    "exponential",
    "poisson",
    "binomial",
    "beta",
    "gamma",
    "laplace",
    "multivariate_normal",
]


class Generator:
    """A seeded generator: `np.random.default_rng` or `np.random.RandomState`."""

    __slots__ = ("legacy", "real")

    def __init__(self, real: Any, legacy: bool) -> None:
        self.real = real
        self.legacy = legacy

    def method(self, w: Walk, name: str, span: Span | None) -> Builtin:
        known = _LEGACY if self.legacy else _MODERN
        if name not in known:
            raise Unsupported(f"no reading for .{name} of a generator", span=span, hint=nearest(name, known, "."))
        return Builtin(name, functools.partial(_draw, w, self, name))


def _draw(w: Walk, generator: Generator, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    w.builder.span = span
    if name in ("rand", "randn"):
        sizes = [arrays.static(w, arg, span) for arg in args]
        _room(w, sizes, span)
        return _made(w, _drawn(generator, name, sizes, {}, span))
    if name == "shuffle":
        return _shuffle(w, generator, args, span)
    if name in ("permutation", "choice") and args and isinstance(args[0], (NDArray, list)):
        return _picked(w, generator, name, args, given, span)
    plain = [arrays.static(w, arg, span) for arg in args]
    keywords = {key: arrays.static(w, arg, span) for key, arg in given.items()}
    size = keywords.get("size")
    if name in ("random", "random_sample", "standard_normal") and plain:
        size = plain[0]
    if name == "permutation" and plain:
        size = plain[0]
    positional_size = {"normal": 2, "uniform": 2, "integers": 2, "randint": 2, "choice": 1, "binomial": 2, "beta": 2,
                       "gamma": 2, "laplace": 2, "exponential": 1, "poisson": 1, "multivariate_normal": 2}  # fmt: skip
    at = positional_size.get(name)
    if at is not None and len(plain) > at:
        size = plain[at]
    if size is not None:
        _room(w, size if isinstance(size, (tuple, list)) else [size], span)
    if name == "choice" and plain and isinstance(plain[0], (int, np.integer)):
        _room(w, [plain[0]], span)
    for part in plain:
        if isinstance(part, np.ndarray):
            _room(w, part.shape, span)
    return _made(w, _drawn(generator, name, plain, keywords, span))


def _drawn(generator: Generator, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    try:
        return getattr(generator.real, name)(*args, **given)
    except (TypeError, ValueError) as error:
        raise Raise(type(error), str(error), span) from None


def _room(w: Walk, sizes: Any, span: Span | None) -> None:
    for size in sizes:
        if not isinstance(size, (int, np.integer)) or size < 0:
            raise Raise(ValueError, "negative dimensions are not allowed", span)
    w.limits.need("entries of one array", math.prod(int(size) for size in sizes), w.limits.entries)


def _made(w: Walk, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return arrays.own(w, w.builder.leaf(value))
    if isinstance(value, np.generic):
        node = w.builder.leaf(np.asarray(value))
        return Scalar(w.recorder.values[node.id], node.id)
    return w.recorder.number(value, w.builder.span)


def _picked(w: Walk, generator: Generator, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    """A choice or permutation of an array: drawn as positions, so that the entries stay steps."""
    node = arrays.operand(w, args[0], span)
    if not node.shape:
        raise Raise(ValueError, "a must be a sequence or an integer, not a number of rank 0", span)
    rest = [arrays.static(w, arg, span) for arg in args[1:]]
    keywords = {key: arrays.static(w, arg, span) for key, arg in given.items()}
    if name == "choice":
        size = keywords.get("size", rest[0] if rest else None)
        if size is not None:
            _room(w, size if isinstance(size, (tuple, list)) else [size], span)
    if name == "permutation":  # the same draws as for positions: both shuffle an index
        at = np.arange(node.shape[0])
        at = _drawn(generator, "permutation", [at], {}, span)
    else:
        at = _drawn(generator, "choice", [node.shape[0], *rest], keywords, span)
    where = np.asarray(at)
    picked = node.apply("index", key=(where if where.ndim else int(where),))
    return arrays.wrap(w, picked)


def _shuffle(w: Walk, generator: Generator, args: list[Any], span: Span | None) -> None:
    target = args[0]
    if isinstance(target, list):
        order = list(range(len(target)))
        generator.real.shuffle(order)
        target[:] = [target[i] for i in order]
        return
    if not isinstance(target, NDArray):
        raise Unsupported("shuffle is read on arrays and lists", span=span)
    node = arrays.node_of(w, target)
    order_of = np.arange(node.shape[0])
    if node.ndim > 1:  # rows are swapped one by one, with other draws than a vector's entries
        rows = np.repeat(order_of[:, None], 2, axis=1)
        generator.real.shuffle(rows)
        order_of = rows[:, 0].copy()
    else:
        generator.real.shuffle(order_of)
    arrays.write(w, target, node.apply("index", key=(order_of,)), span)


class Info:
    """``np.finfo(dtype)``, ``np.iinfo(dtype)``: read-only facts."""

    __slots__ = ("real",)

    def __init__(self, real: Any) -> None:
        self.real = real

    def member(self, name: str, span: Span | None) -> Any:
        if name not in ("eps", "max", "min", "tiny", "smallest_normal", "bits"):
            raise Unsupported(f"no reading for .{name} of finfo", span=span)
        value = getattr(self.real, name)
        return value.item() if isinstance(value, np.generic) else value


class NoContext:
    """A context that changes no number: ``np.errstate``."""

    __slots__ = ()


class PrintOptions:
    """``np.printoptions(…)`` as a context."""

    __slots__ = ("given",)

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given


def numpy_member(w: Walk, name: str, span: Span | None) -> Any:
    """Names of NumPy that are no array functions; None for all others."""
    if name == "random.default_rng":
        return Builtin("np.random.default_rng", functools.partial(_seeded, w, False))
    if name == "random.RandomState":
        return Builtin("np.random.RandomState", functools.partial(_seeded, w, True))
    if name == "random.seed":
        return Builtin("np.random.seed", functools.partial(_seed, w))
    if name.startswith("random.") and name.partition(".")[2] in _LEGACY:
        if w.random is None:
            raise Unsupported(
                "a draw without a seed differs each run",
                span=span,
                hint="np.random.seed(0), or np.random.default_rng(0)",
            )
        return w.random.method(w, name.partition(".")[2], span)
    if name in ("finfo", "iinfo"):
        return Builtin(f"np.{name}", functools.partial(_info, w, name))
    if name in ("errstate", "seterr"):
        return Builtin(f"np.{name}", lambda args, given, span: NoContext())
    if name in ("printoptions", "set_printoptions"):
        return Builtin(f"np.{name}", functools.partial(_options, w, name))
    if name == "dtype":
        return Builtin("np.dtype", lambda args, given, span: DTypeValue(_dtype(w, args, span), False))
    if name == "random":
        from unmagic.record.spell.numpy import TABLE

        from .values import Module

        return Module(TABLE, "random.")
    if name in ("add.at", "subtract.at"):
        return Builtin(f"np.{name}", functools.partial(_at, w, name))
    if name in ("c_", "r_"):
        return Builtin(f"np.{name}", None)
    return None


def _dtype(w: Walk, args: list[Any], span: Span | None) -> Any:
    from unmagic.record.spell.numpy.base import dtype_of

    return dtype_of(arrays.static(w, args[0], span), np.float64)


def _seeded(w: Walk, legacy: bool, args: list[Any], given: dict[str, Any], span: Span | None) -> Generator:
    seed = _seed_of(w, args, given, span)
    return Generator(np.random.RandomState(seed) if legacy else np.random.default_rng(seed), legacy)


def _seed(w: Walk, args: list[Any], given: dict[str, Any], span: Span | None) -> None:
    w.random = Generator(np.random.RandomState(_seed_of(w, args, given, span)), True)


def _seed_of(w: Walk, args: list[Any], given: dict[str, Any], span: Span | None) -> int:
    seed = args[0] if args else given.get("seed")
    seed = seed.value if isinstance(seed, Num) else seed
    if seed is None:
        raise Unsupported("a draw without a seed differs each run", span=span, hint="give it a whole number")
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise Raise(ValueError, "Seed must be between 0 and 2**32 - 1", span)
    return int(seed)


def _info(w: Walk, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> Info:
    dtype = np.dtype(arrays.static(w, args[0], span))
    try:
        return Info(np.finfo(dtype) if name == "finfo" else np.iinfo(dtype))
    except ValueError as error:
        raise Raise(ValueError, str(error), span) from None


def _options(w: Walk, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> PrintOptions | None:
    known = ("precision", "suppress", "linewidth", "threshold", "edgeitems", "floatmode", "sign")
    plain = {key: arrays.static(w, value, span) for key, value in given.items()}
    for key, value in plain.items():
        if key not in known or (isinstance(value, int) and abs(value) > 10_000):
            raise Unsupported(f"np.{name}: no reading for {key}=", span=span)
    if args:
        plain["precision"] = arrays.static(w, args[0], span)
    if name == "set_printoptions":
        w.print_options.update(plain)
        return None
    return PrintOptions(plain)


def _at(w: Walk, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> None:
    """``np.add.at(a, key, v)``: repeated places add up."""
    from . import indexing

    target, key, value = args
    if not isinstance(target, NDArray):
        raise Raise(TypeError, "first operand must be array", span)
    w.builder.span = span
    node = arrays.node_of(w, target)
    found = indexing.array_key(w, node.ndim, key, span)
    content = arrays.operand(w, value, span)
    content = w.recorder.operand(content, node.dtype)
    content = indexing._fitted(w, content, node, np.shape(target.memory.layout[found.plain]), span)
    if name == "subtract.at":
        content = content.apply("negative")
    new = node.apply("add_at", content, *found.at, key=found.key, **indexing._counted(found))
    arrays.write(w, target, new, span)
