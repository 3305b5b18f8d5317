"""A program rewritten without views and writes in place: run on stand-ins for arrays, it leaves a functional `Tape`.

A stand-in is a set of places in a memory, and a memory is a register that a write replaces. Whether an operation gives
a view, and of which entries, is asked of NumPy itself: it is done to an array that lies as the program's does, and to
the numbers of its entries.
"""

from __future__ import annotations

import inspect
import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .generated import Program
from .machine import OUTSIDE, Tape

MOVES = ("reshape", "ravel", "flatten", "copy", "transpose", "squeeze", "diagonal", "take", "view", "astype")


class Memory:
    """What an owner holds now: a register of the tape."""

    def __init__(self, tape: Tape, register: int, size: int) -> None:
        self.tape = tape
        self.register = register
        self.size = size


class Standin(NDArrayOperatorsMixin):
    """Stands for an array: ``held`` is that array, and its entries are at ``places`` of ``memory``."""

    def __init__(self, memory: Memory, held: Any, places: Any = None) -> None:
        self.memory = memory
        self.scalar = isinstance(held, np.generic)  # one that `op=` replaces
        self.held = np.asarray(held)
        self.places = np.arange(self.held.size).reshape(self.held.shape) if places is None else places

    shape = property(lambda self: self.held.shape)
    size = property(lambda self: self.held.size)
    ndim = property(lambda self: self.held.ndim)
    T = property(lambda self: self.transpose())
    flat = property(lambda self: Flat(self))
    real = property(lambda self: self.moved(lambda x: x.real))

    def __len__(self) -> int:
        return len(self.held)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.held)

    # reading and writing ----------------------------------------------------------------------------------

    @property
    def tape(self) -> Tape:
        return self.memory.tape

    def read(self, shape: Any = None) -> int:
        """A register with its entries in order, broadcast to a shape."""
        places = (self.places if shape is None else np.broadcast_to(self.places, shape)).reshape(-1)
        if places.size == self.memory.size and (places == np.arange(places.size)).all():
            return self.memory.register
        return self.tape.emit("gather", self.memory.register, index=places)

    def write(self, places: Any, register: int) -> None:
        """Entries of a register to places of the memory; of two for one place the last stays."""
        flat = places.reshape(-1)
        last = {place: k for k, place in enumerate(flat.tolist())}
        to = [place if last[place] == k else OUTSIDE for k, place in enumerate(flat.tolist())]
        self.memory.register = self.tape.emit("scatter", self.memory.register, register, index=to)

    def new(self, register: int, real: Any) -> Standin:
        return Standin(Memory(self.tape, register, np.size(real)), real)

    def lifted(self, value: Any, shape: Any) -> int:
        """A register with ``value``, a stand-in or numbers, broadcast to a shape."""
        if isinstance(value, Standin):
            while value.ndim > len(shape):
                value = value[0]
            return value.read(shape)
        return self.tape.emit("constant", constant=np.broadcast_to(value, shape).reshape(-1))

    def __getitem__(self, key: Any) -> Any:
        return self.moved(lambda x: x[key])

    def __setitem__(self, key: Any, value: Any) -> None:
        places = np.asarray(self.places[key])
        self.write(places, self.lifted(value, places.shape))
        self.held[key] = real(value)

    def moved(self, function: Any) -> Any:
        """What ``function`` does to where entries are, done."""
        return rearranged(function, self)

    # NumPy's own ------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, where: Any = True) -> Any:
        if method == "at":
            return _at(ufunc, *inputs)
        assert method == "__call__", method
        kept = real(inputs)
        if ufunc is np.matmul:
            return _matmul(*inputs)
        shape = np.broadcast_shapes(*(np.shape(one) for one in (*kept, *real(out or ()))))
        made = ufunc(*kept)
        if made.dtype == bool:
            return made
        register = self.calculated(ufunc.__name__, inputs, shape)
        if out is None or out[0].scalar:
            return self.new(register, made)
        (target,) = out
        if where is not True:
            mask = self.tape.emit("constant", constant=np.broadcast_to(where, shape).reshape(-1))
            register = self.tape.emit("where", mask, register, target.read())
        target.write(target.places, register)
        np.copyto(target.held, made, where=where)
        return target

    def calculated(self, name: str, inputs: Any, shape: Any) -> int:
        if name == "power":
            assert inputs[1] == 2
            name, inputs = "multiply", (inputs[0], inputs[0])
        return self.tape.emit(name, *[self.lifted(one, shape) for one in inputs])

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        own = OWN.get(function)
        if own is not None:
            return _into(function, own, args, kwargs)
        sources = standins((args, list(kwargs.values())))
        if function in ORDERS:
            return ordered(function, *args, **kwargs)
        return rearranged(lambda *given: _with(function, args, kwargs, sources, given), *sources)

    def __getattr__(self, name: str) -> Any:
        if name in MOVES:
            return lambda *args, **kwargs: self.moved(lambda x: getattr(x, name)(*args, **kwargs))
        if name.startswith("arg"):
            return lambda *args, **kwargs: getattr(self.held, name)(*args, **kwargs)
        if name == "sort":
            return self.put_in_order
        if name in ("sum", "mean", "max", "min", "clip", "cumsum"):
            return lambda *args, **kwargs: getattr(np, name)(self, *args, **kwargs)
        raise AttributeError(name)

    def put_in_order(self, *args: Any, **kwargs: Any) -> None:
        self.write(self.places, ordered(np.sort, self, *args, **kwargs).read())
        self.held.sort(*args, **kwargs)

    def fill(self, value: Any) -> None:
        self[...] = value


class Flat:
    def __init__(self, of: Standin) -> None:
        self.of = of

    def __setitem__(self, key: Any, value: Any) -> None:
        places = np.asarray(self.of.places.reshape(-1)[key])
        self.of.write(places, self.of.lifted(value, places.shape))
        self.of.held.flat[key] = value


def real(value: Any) -> Any:
    """With arrays for their stand-ins."""
    if isinstance(value, (list, tuple)):
        return type(value)(real(one) for one in value)
    return value.held if isinstance(value, Standin) else value


def standins(value: Any) -> list[Standin]:
    if isinstance(value, (list, tuple)):
        return [one for part in value for one in standins(part)]
    return [value] if isinstance(value, Standin) else []


def _with(function: Any, args: Any, kwargs: Any, sources: list[Standin], given: Any) -> Any:
    """Call with arrays in the places of stand-ins, in order."""
    left = iter(given)

    def put(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(put(one) for one in value)
        return next(left) if isinstance(value, Standin) else value

    args = put(args)
    return function(*args, **{name: put(value) for name, value in kwargs.items()})


def _into(function: Any, own: Any, args: Any, kwargs: Any) -> Any:
    """What ``own`` makes, put where ``out`` says."""
    if len(args) + len(kwargs) < 3:
        return own(*args, **kwargs)
    given = inspect.signature(function).bind(*args, **kwargs).arguments
    out = given.pop("out", None)
    given.pop("dtype", None)
    named = {name: given.pop(name) for name in ("axis", "keepdims", "where") if name in given}
    made = own(*given.values(), **named)
    if out is None:
        return made
    out[...] = made
    return out


def rearranged(function: Any, *sources: Standin) -> Any:
    """What only moves entries about: a view if NumPy gives one, else entries gathered from all sources."""
    kept = function(*[one.held for one in sources])
    numbers, count = [], 1  # nought stands where no entry is
    for one in sources:
        numbers.append(np.arange(count, count + one.size).reshape(one.shape))
        count += one.size
    found = function(*numbers)
    if isinstance(kept, (list, tuple)):
        return [_moved(sources, *pair) for pair in zip(kept, found, strict=True)]
    return _moved(sources, kept, found)


def _moved(sources: Any, kept: Any, found: Any) -> Standin:
    first = sources[0]
    found = np.asarray(found).astype(int)
    if len(sources) == 1 and isinstance(kept, np.ndarray) and np.shares_memory(kept, first.held):
        return Standin(first.memory, kept, first.places.reshape(-1)[found - 1])
    joined, start = first.read(), first.size
    for one in sources[1:]:
        joined = first.tape.emit("scatter", joined, one.read(), index=np.arange(start, start + one.size))
        start += one.size
    at = np.where(found == 0, OUTSIDE, found - 1).reshape(-1)
    return first.new(first.tape.emit("gather", joined, index=at), kept)


def ordered(function: Any, x: Standin, *args: Any, **kwargs: Any) -> Standin:
    """Sorted: entries are all different, so that the values say where each came from."""
    kept = function(x.held, *args, **kwargs)
    rank = np.argsort(x.held, axis=None)
    at = rank[np.searchsorted(x.held.reshape(-1)[rank], kept.reshape(-1))]
    return x.new(x.tape.emit("gather", x.read(), index=at), kept)


def _at(ufunc: Any, x: Standin, key: Any, value: Any) -> None:
    places = np.asarray(x.places[real(key)])
    added = x.lifted(value, places.shape)
    added = x.tape.emit("gathered_back", added, index=places.reshape(-1))
    x.memory.register = x.tape.emit(ufunc.__name__, x.memory.register, added)
    ufunc.at(x.held, key, real(value))


def _summed(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if not isinstance(x, Standin):
        return sum(x)
    kept = x.held.sum(axis=axis, keepdims=True)
    to = np.broadcast_to(np.arange(kept.size).reshape(kept.shape), x.shape).reshape(-1)
    register = x.tape.emit("gathered_back", x.read(), index=to)
    return x.new(register, x.held.sum(axis=axis, keepdims=keepdims))


def _mean(x: Standin, axis: Any = None, keepdims: bool = False) -> Any:
    total = _summed(x, axis, keepdims)
    return total * (total.size / x.size)


def _extreme(name: str) -> Any:
    def extreme(x: Standin, axis: Any = None, keepdims: bool = False) -> Any:
        kept = getattr(x.held, name)(axis=axis, keepdims=keepdims)
        at = [int(np.flatnonzero(x.held == one)[0]) for one in np.ravel(kept)]
        return x.new(x.tape.emit("gather", x.read(), index=at), kept)

    return extreme


def _matmul(x: Standin, y: Standin) -> Any:
    """Outer products, added up."""
    kept = x.held @ y.held
    left, right = np.atleast_2d(x.places), y.places.reshape(len(y.places), -1)
    shape = (len(left), right.shape[1])
    total = x.tape.emit("constant")
    for column, row in zip(left.T, right, strict=True):
        a = x.tape.emit("gather", x.memory.register, index=np.broadcast_to(column[:, None], shape).reshape(-1))
        b = x.tape.emit("gather", y.memory.register, index=np.broadcast_to(row, shape).reshape(-1))
        total = x.tape.emit("add", total, x.tape.emit("multiply", a, b))
    return x.new(total, kept)


def _cumulated(x: Standin, axis: int | None = None) -> Any:
    kept = np.cumsum(x.held, axis=axis)
    lines = np.arange(x.size).reshape(x.shape) if axis is not None else np.arange(x.size)
    lines = np.moveaxis(lines, axis or 0, 0)
    out = x.read()
    for before, here in itertools.pairwise(lines):
        before, here = before.reshape(-1), here.reshape(-1)
        added = x.tape.emit("gathered_back", x.tape.emit("gather", out, index=before), index=here)
        out = x.tape.emit("add", out, added)
    return x.new(out, kept)


def _where(mask: Any, x: Any, y: Any) -> Any:
    (first, *_) = standins([x, y])
    kept = np.where(mask, real(x), real(y))
    chosen = first.tape.emit("constant", constant=np.broadcast_to(mask, kept.shape).reshape(-1))
    return first.new(first.tape.emit("where", chosen, first.lifted(x, kept.shape), first.lifted(y, kept.shape)), kept)


def _copied(x: Standin, value: Any) -> None:
    x[...] = value


def _diagonal_filled(x: Standin, value: Any) -> None:
    n = range(min(x.shape))
    x[n, n] = value


OWN: dict[Any, Any] = {
    np.sum: _summed,
    np.mean: _mean,
    np.max: _extreme("max"),
    np.min: _extreme("min"),
    np.cumsum: _cumulated,
    np.where: _where,
    np.copyto: _copied,
    np.fill_diagonal: _diagonal_filled,
    np.dot: lambda x, y: x * y if not (np.ndim(x) and np.ndim(y)) else _matmul(x, y),
    np.outer: lambda x, y: x.reshape(-1, 1) * y.reshape(-1),
    np.clip: lambda x, low, high: np.minimum(np.maximum(x, low), high),
    np.zeros_like: lambda x: x.new(x.tape.emit("constant"), np.zeros_like(x.held)),
    np.ones_like: lambda x: x.new(x.lifted(1.0, x.shape), np.ones_like(x.held)),
    np.argsort: lambda x, *args, **kwargs: np.argsort(x.held, *args, **kwargs),
    np.argmax: lambda x, *args, **kwargs: np.argmax(x.held, *args, **kwargs),
}
ORDERS = (np.sort,)
MADE: dict[str, Any] = {  # NumPy asks no one about these
    "asarray": lambda x: x if isinstance(x, Standin) else np.stack(x),
    "array": lambda x: x.copy() if isinstance(x, Standin) else np.stack(x) if standins(x) else np.array(x),
    "ascontiguousarray": lambda x: x.moved(np.ascontiguousarray),
}


def rewritten(program: Program) -> tuple[Tape, int]:
    """The tape of a program, and the register of its result."""
    tape = Tape(program.arguments)
    given = [Standin(Memory(tape, k, one.size), one) for k, one in enumerate(program.copies())]
    result = program.function(SimpleNamespace(**{**vars(np), **MADE}))(*given)
    return tape, result.read()
