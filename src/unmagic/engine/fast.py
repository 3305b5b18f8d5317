"""`grad` and `value_and_grad`: a function traced once, its gradient compiled, replayed while everything is as it was.

A trace holds for arguments of the same structure, types, dtypes and shapes, the same numbers, and the same outcome of
whatever the function decided on values. The compiled function checks all of that itself and gives None where something
differs; then another trace is tried, or a new one made.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.graph import Array, Fixed, Graph

if TYPE_CHECKING:
    from .compile.function import Function

KEPT = 16
"""Traces of one function that are kept; the one that was used longest ago goes."""


HELD = 1 << 28
"""Bytes that the traces of one function hold between calls, beside the one that was used last."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A step of a path: an attribute of an object, where a key would be of a container."""

    name: str


class Place(NamedTuple):
    """Where a value is found at each call: in an argument or a captured value, by keys into lists, tuples, dicts, and
    by attributes of objects."""

    root: int  # number of an argument; from the number of arguments on, of a captured value
    path: tuple[Any, ...] = ()

    def into(self, step: Any) -> Place:
        """What lies in there."""
        return Place(self.root, (*self.path, step))

    @property
    def words(self) -> str:
        """The path as one writes it: ``.layers[0].W``."""
        return "".join(f".{step.name}" if isinstance(step, Attribute) else f"[{step!r}]" for step in self.path)


class Captured(NamedTuple):
    """A value that the function takes from outside: the closure cell or the names that hold it, read at each call.

    A holder of None holds it for good: what a method is bound to.
    """

    holder: Any  # a cell, the globals, or None
    name: str
    value: Any

    def found(self) -> Any:
        """What it is now."""
        if self.holder is None:
            return self.value
        return self.holder.get(self.name) if isinstance(self.holder, dict) else self.holder.cell_contents


class Given(NamedTuple):
    """The arguments of one call, in the order of the parameters: those by position, then those by keyword alone."""

    values: tuple[Any, ...]
    many: int  # by position
    names: tuple[str, ...] = ()  # of those by keyword alone
    rest: bool = False  # the last value is a dict of more keywords

    def positional(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return values[: self.many]

    def keywords(self, values: tuple[Any, ...]) -> dict[str, Any]:
        given = dict(zip(self.names, values[self.many :], strict=False))
        return {**given, **values[-1]} if self.rest else given


@dataclass(slots=True)
class Traced:
    """What a tracer makes of a function and its arguments."""

    graph: Graph
    values: Sequence[Array]  # of every step
    result: int
    inputs: dict[int, Place]  # input steps that are arrays, NumPy scalars or numbers
    captured: list[Captured] = field(default_factory=list)
    writes: dict[Place, int] = field(default_factory=dict)  # arrays written into: the step of what they hold at the end
    read_out: list[int] = field(default_factory=list)  # steps whose numbers the graph was made by
    wrote: bool = False  # into any array: then it matters how those given lie in memory
    fixed: list[Fixed] = field(default_factory=list)  # of `read_out`, the ones that went in as values
    checks: list[tuple[Place, Any]] = field(default_factory=list)  # what was found inside of objects
    decided: list[tuple[Any, tuple[int, ...], Any]] = field(default_factory=list)  # a function, steps, what it gave
    same: list[tuple[Place, Place]] = field(default_factory=list)  # places that hold one array
    once: str = ""  # why no replay does what the function does: then it is traced at each call
    ran: bool = False  # the function was called: what it writes is written, what it raises it raised
    silent: bool = False  # it computes in an error state of its own, without warnings


Tracer = Callable[[Callable[..., Any], Given, tuple[int, ...]], Traced]


class Differentiated:
    """A function's gradient, traced by ``trace`` when it is called with what no trace holds for.

    ``slow`` says why the last call was traced, and the next one will be again; empty where a replay holds.
    """

    def __init__(
        self, fn: Callable[..., Any], argnums: int | tuple[int, ...], with_value: bool, trace: Tracer
    ) -> None:
        self.fn = fn
        self.argnums = argnums
        self.with_value = with_value
        self.trace = trace
        self.slow = ""
        self.replays: list[Function] = []  # the one that was used last stands first
        self.signature = _signature(fn)
        kinds = [one.kind for one in self.signature.parameters.values()] if self.signature else []
        self.names = tuple(
            name for name, one in self.signature.parameters.items() if one.kind is one.KEYWORD_ONLY
        ) if self.signature else ()  # fmt: skip
        self.rest = inspect.Parameter.VAR_KEYWORD in kinds
        free = self.signature is None or inspect.Parameter.VAR_POSITIONAL in kinds
        self.arity = -1 if free or self.rest else len(kinds)

    def __call__(self, args: tuple[Any, ...]) -> Any:
        """The slow way: other traces, then a new one."""
        for replay in self.replays:
            out = replay(*args) if replay.arity == len(args) else None
            if out is not None:
                self._used(replay)
                return out
        from .replay import Wanted, at_once, replay_of

        given = Given(args, len(args) - len(self.names) - self.rest, self.names, self.rest)
        wanted = Wanted(given, self.argnums)  # what can't be derived is said before anything runs
        traced = self.trace(self.fn, given, tuple(wanted.roots))
        wanted.steps_in(traced)
        self.slow = traced.once
        if traced.ran:
            if not traced.once:
                self._used(replay_of(traced, args, wanted, self.with_value))
            return at_once(traced, wanted, self.with_value)
        replay = replay_of(traced, args, wanted, self.with_value)
        out = replay(*args)
        if out is None:
            raise Unsupported(
                f"{_name(self.fn)} can't be replayed: what it decides on is different at each call",
                hint="call the function itself, or take the decision out of it",
            )
        self._used(replay)
        return out

    def _used(self, replay: Function) -> None:
        self.slow = ""
        self.replays = [replay, *(other for other in self.replays if other is not replay)][:KEPT]
        held = 0
        for other in self.replays[1:]:
            if held + other.memory > HELD:
                other.let_go()
            else:
                held += other.memory

    def complete(self, args: tuple[Any, ...], given: Mapping[str, Any]) -> tuple[Any, ...]:
        """All arguments in the order of the parameters, defaults filled in."""
        if self.signature is None:
            if given:
                raise Unsupported(f"{_name(self.fn)} has no signature to bind keywords by")
            return args
        bound = self.signature.bind(*args, **given)
        bound.apply_defaults()
        values = (*bound.args, *(bound.arguments[name] for name in self.names))
        if not self.rest:
            return values
        last = list(self.signature.parameters)[-1]
        return (*values, bound.arguments[last])


def differentiated(
    fn: Callable[..., Any], argnums: int | Sequence[int], with_value: bool, trace: Tracer
) -> Callable[..., Any]:
    """The function that `um.grad` and `um.value_and_grad` give."""
    if not callable(fn):
        raise UnmagicError(f"what is derived is a function, not {type(fn).__name__}")
    wanted = argnums if isinstance(argnums, int) else tuple(argnums)
    made = Differentiated(fn, wanted, with_value, trace)
    arity = made.arity

    def call(*args: Any, **given: Any) -> Any:
        if given or len(args) != arity:
            args = made.complete(args, given)
        replays = made.replays
        if replays and (arity >= 0 or replays[0].arity == len(args)):
            out = replays[0](*args)
            if out is not None:
                return out
        return made(args)

    functools.update_wrapper(call, fn, updated=("__dict__",) if inspect.isroutine(fn) else ())
    call.__dict__.update(differentiated=made)
    return call


def _signature(fn: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(fn)
    except (TypeError, ValueError):
        return None


def _name(fn: Callable[..., Any]) -> str:
    return getattr(fn, "__name__", None) or type(fn).__name__


def same_array(a: Any, b: Any) -> bool:
    """Whether two values are equal, not-a-numbers too."""
    return bool(np.array_equal(a, b, equal_nan=np.asarray(b).dtype.kind == "f"))


__all__ = [
    "Attribute", "Captured", "Differentiated", "Given", "Place", "Traced", "Tracer", "differentiated", "same_array",
]  # fmt: skip
