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
from unmagic.core.graph import Array, Graph

if TYPE_CHECKING:
    from .compile.function import Function

KEPT = 16
"""Traces of one function that are kept; the one that was used longest ago goes."""


HELD = 1 << 28
"""Bytes that the traces of one function hold between calls, beside the one that was used last."""


class Place(NamedTuple):
    """Where a value is found at each call: in an argument or a captured value, by keys into lists, tuples, dicts."""

    root: int  # number of an argument; from the number of arguments on, of a captured value
    path: tuple[Any, ...] = ()


class Captured(NamedTuple):
    """A value that the function takes from outside: the closure cell or the names that hold it, read at each call."""

    holder: Any  # a cell, or the globals
    name: str
    value: Any

    def found(self) -> Any:
        """What it is now."""
        return self.holder.get(self.name) if isinstance(self.holder, dict) else self.holder.cell_contents


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


Tracer = Callable[[Callable[..., Any], tuple[Any, ...]], Traced]


class Differentiated:
    """A function's gradient, traced by ``trace`` when it is called with what no trace holds for."""

    def __init__(
        self, fn: Callable[..., Any], argnums: int | tuple[int, ...], with_value: bool, trace: Tracer
    ) -> None:
        self.fn = fn
        self.argnums = argnums
        self.with_value = with_value
        self.trace = trace
        self.replays: list[Function] = []  # the one that was used last stands first
        self.signature = _signature(fn)
        self.arity = _arity(self.signature)

    def __call__(self, args: tuple[Any, ...]) -> Any:
        """The slow way: other traces, then a new one."""
        for replay in self.replays:
            out = replay(*args)
            if out is not None:
                self._used(replay)
                return out
        from .replay import replay_of

        replay = replay_of(self.trace(self.fn, args), args, self.argnums, self.with_value)
        out = replay(*args)
        if out is None:
            raise Unsupported(
                f"{_name(self.fn)} can't be replayed: what it decides on is different at each call",
                hint="call the function itself, or take the decision out of it",
            )
        self._used(replay)
        return out

    def _used(self, replay: Function) -> None:
        self.replays = [replay, *(other for other in self.replays if other is not replay)][:KEPT]
        held = 0
        for other in self.replays[1:]:
            if held + other.memory > HELD:
                other.let_go()
            else:
                held += other.memory

    def complete(self, args: tuple[Any, ...], given: Mapping[str, Any]) -> tuple[Any, ...]:
        """All arguments by position, defaults filled in."""
        if self.signature is None:
            if given:
                raise Unsupported(f"{_name(self.fn)} has no signature to bind keywords by")
            return args
        bound = self.signature.bind(*args, **given)
        if bound.kwargs:
            named = ", ".join(bound.kwargs)
            raise Unsupported(f"{_name(self.fn)} takes {named} by keyword alone", hint="take it by position")
        bound.apply_defaults()
        return bound.args


def differentiated(
    fn: Callable[..., Any], argnums: int | Sequence[int], with_value: bool, trace: Tracer
) -> Callable[..., Any]:
    """The function that `um.grad` and `um.value_and_grad` give."""
    if not callable(fn):
        raise UnmagicError(f"what is derived is a function, not {type(fn).__name__}")
    wanted = argnums if isinstance(argnums, int) else tuple(argnums)
    made = Differentiated(fn, wanted, with_value, trace)
    arity = made.arity

    @functools.wraps(fn)
    def call(*args: Any, **given: Any) -> Any:
        if given or len(args) != arity:
            args = made.complete(args, given)
        replays = made.replays
        if replays:
            out = replays[0](*args)
            if out is not None:
                return out
        return made(args)

    call.differentiated = made  # type: ignore[attr-defined]
    return call


def _signature(fn: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(fn)
    except (TypeError, ValueError):
        return None


def _arity(signature: inspect.Signature | None) -> int:
    """How many arguments stand by position; −1 if any number may."""
    kinds = [one.kind for one in signature.parameters.values()] if signature else [inspect.Parameter.VAR_POSITIONAL]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return -1
    return sum(kind is not inspect.Parameter.KEYWORD_ONLY for kind in kinds)


def _name(fn: Callable[..., Any]) -> str:
    return getattr(fn, "__name__", None) or type(fn).__name__


def same_array(a: Any, b: Any) -> bool:
    """Whether two values are equal, not-a-numbers too."""
    return bool(np.array_equal(a, b, equal_nan=np.asarray(b).dtype.kind == "f"))


__all__ = ["Captured", "Differentiated", "Place", "Traced", "Tracer", "differentiated", "same_array"]
