"""A Python function traced by one real call: its strict twin runs on the real arguments, and what it computed is read.

For what has no reading as a text: methods, objects, callables, `functools.partial`, libraries that only compute when
they are called. What it does, it does: the call's effects are the program's own, and its errors too.
"""

from __future__ import annotations

import functools
from threading import RLock
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.graph import Array
from unmagic.core.limits import Limits
from unmagic.engine.fast import Captured, Given, Place, Traced
from unmagic.engine.objects import leaves
from unmagic.record.entries import Look, Ref, Thing
from unmagic.record.operands import Gone

from .line import apart, line
from .origins import ND, Origins, in_class, overlap
from .strict_twin import StrictTwins
from .tracer import Tracer
from .traces import plain_trace
from .whole import Whole

WIDE = Limits(program_characters=1_000_000, steps=10_000_000, entries=1 << 40, seconds=3_600.0)
_LOCK = RLock()
_TWINS = StrictTwins()


def trace(fn: Any, given: Given, wanted: tuple[int, ...]) -> Traced:
    """What ``fn`` computes on the arguments ``given``, as a graph; it is called once.

    ``wanted`` are the numbers of the arguments that gradients are asked for.
    """
    with _LOCK:
        return _traced(fn, given, wanted)


def _traced(fn: Any, given: Given, wanted: tuple[int, ...]) -> Traced:
    function, leading, keywords = opened(fn)
    _TWINS.fresh()
    twin = _TWINS.called(function)
    if twin is function:
        why = _TWINS.refused.get(function.__code__, "it has no text: it was not written in a file or a cell")
        raise Unsupported(f"{function.__name__} can't be traced: {why}", hint="derive a function of your own files")
    args, back = _apart(given.values, wanted)
    origins = Origins(args)
    tracer = Tracer(origins, _TWINS)
    for one in leading:
        origins.root(one)
    raised: Exception | None = None
    name = function.__name__
    with apart(tracer):
        _wanted(tracer, args, wanted)
        tracer.enters(function)
        try:
            result = twin(*[one.value for one in leading], *given.positional(args), **keywords, **given.keywords(args))
            end = tracer.ref(result)
        except Exception as error:
            raised = error
        finally:
            written = [copied for copied in back if copied.written]
            for copied in written:
                copied.real[...] = copied.own
        told = line.first
    if raised is not None:
        _reraise(raised, args, given.values)
    if told is not None:
        raise Unsupported(f"{name} can't be traced: {type(told).__name__} in the recorder", notes=(str(told),))
    for copied in written:
        tracer.apart_from(copied.number, copied.real)
    return _read(tracer, end, name, wanted)


def _reraise(error: Exception, args: tuple[Any, ...], given: tuple[Any, ...]) -> None:
    refused = isinstance(error, ValueError) and "read-only" in str(error)
    for k, (mine, theirs) in enumerate(zip(args, given, strict=True)):
        locked = mine is not theirs and type(mine) is ND and not mine.flags.writeable and theirs.flags.writeable
        if refused and locked:
            what = f"the function writes into argument {k}, which shares memory with another one or lies with gaps"
            raise Unsupported(what, hint="hand in copies") from error
    raise error.with_traceback(plain_trace(error.__traceback__))


def opened(fn: Any) -> tuple[FunctionType, list[Captured], dict[str, Any]]:
    """The function behind methods, partials and callable objects, and what stands before its arguments."""
    leading: list[Captured] = []
    keywords: dict[str, Any] = {}
    while True:
        if hasattr(fn, "differentiated"):
            raise Unsupported("a gradient is not derived once more", hint="derive the function itself")
        if type(fn) is FunctionType:
            return fn, leading, keywords
        if type(fn) is MethodType:
            owner = "self" if not isinstance(fn.__self__, type) else "cls"
            leading.insert(0, Captured(None, owner, fn.__self__))
            fn = fn.__func__
        elif type(fn) is functools.partial:
            leading[:0] = [Captured(None, f"an argument of the partial {_called(fn.func)}", one) for one in fn.args]
            fn = fn.func
        elif hasattr(fn, "cache_info"):
            raise Unsupported(f"{_called(fn)} remembers what it gave", hint="derive its __wrapped__")
        else:
            call = in_class(type(fn), "__call__")
            if type(call) is not FunctionType:
                what = f"what is derived is of type {type(fn).__name__}, not a function with a text"
                raise Unsupported(what, hint="wrap it in a def")
            leading.insert(0, Captured(None, "self", fn))
            fn = call


def _called(fn: Any) -> str:
    return getattr(fn, "__name__", type(fn).__name__)


class Back(NamedTuple):
    """An argument that was handed in as a copy, whose content goes back."""

    number: int
    real: Array
    own: Array

    @property
    def written(self) -> bool:
        return self.own.flags.writeable and self.own.tobytes() != self.real.tobytes()


def _apart(values: tuple[Any, ...], wanted: tuple[int, ...]) -> tuple[tuple[Any, ...], list[Back]]:
    """The arguments so that each number and array is an object of its own, and what is to be written back.

    An array that a gradient is asked for, or that looks into a larger one, is handed in as a copy that lies as it does;
    one that shares memory with another argument, or lies with gaps, as a copy that can't be written.
    """
    arrays = [(k, one) for k, value in enumerate(values) for _, one in leaves(value, Place(k)) if type(one) is ND]
    out: list[Any] = []
    back: list[Back] = []
    for k, value in enumerate(values):
        if type(value) is float or (isinstance(value, np.generic) and type(value) is not np.bool_):
            out.append(value * 1.0 if type(value) is float else np.array(value)[()])
        elif type(value) is ND and value.dtype.kind in "biuf":
            shared = any(overlap(value, other) for root, other in arrays if root != k)
            own = np.array(value, order="K") if shared or k in wanted or value.base is not None else value
            if shared or own.strides != value.strides or not value.flags.writeable:
                own.flags.writeable = False
            elif own is not value:
                back.append(Back(k, value, own))
            out.append(own)
        else:
            out.append(value)
    return tuple(out), back


def _wanted(tracer: Tracer, args: tuple[Any, ...], wanted: tuple[int, ...]) -> None:
    """What gradients are asked for is an input, whether it is read or not."""
    known: dict[int, Place] = {}
    for k in wanted:
        for place, value in leaves(args[k], Place(k)):
            if type(value) is ND or type(value) is float or isinstance(value, np.generic):
                other = known.setdefault(id(value), place)
                if other != place:
                    words = tracer.origins.words
                    what = f"{words(place)} and {words(other)} are one object"
                    raise Unsupported(what, hint="hand in arrays of their own")
                tracer.origins.wants(place, value)
                tracer.ref(value)


def _read(tracer: Tracer, end: Any, name: str, wanted: tuple[int, ...]) -> Traced:
    """The graph of what was told, if all of it can be vouched for."""
    if tracer.refused is not None:
        what, hint, site = tracer.refused
        raise Unsupported(f"{name}: {what}", span=site.span if site is not None else None, hint=hint)
    whole = Whole(tracer, WIDE)
    whole.read()
    if whole.stopped is not None:
        raise whole.stopped
    try:
        if not isinstance(end, (Ref, Look)) and type(end) is not float:
            what = f"a {end.name}" if isinstance(end, Thing) else "no number"
            raise Unsupported(f"{name} returns {what}", hint="it must return one float: the loss")
        result = whole.array(end).id
    except Gone:
        raise Unsupported(f"{name}: what it returns was not kept") from None
    graph = whole.graph
    inputs = {step.id: tracer.inputs[str(step.name)] for step in graph.steps if step.op.name == "input"}
    whole.vouch(result, {id for id, place in inputs.items() if place.root in wanted}, name)
    same = tracer.origins.twice(set(inputs.values()), wanted)
    writes = whole.writes(set(inputs))
    unheard = tracer.unheard({place: whole.r.values[writes.get(place, id)] for id, place in inputs.items()})
    changed = tracer.origins.changed() or unheard
    if changed:
        tracer.no_replay(f"it changes {changed}")
    if tracer.origins.unchecked:
        tracer.no_replay(f"{tracer.origins.unchecked}: too much to look at each time")
    whole.guards(result, set(inputs))
    once = ""
    if tracer.once is not None:
        why, site = tracer.once
        once = f"{why}, in line {site.place[0]}" if site is not None and not changed else why
    return Traced(
        graph, whole.r.values, result, inputs, tracer.origins.captured, writes,
        whole.r.builder.read_out, wrote=whole.written or whole.laid, checks=tracer.origins.checks,
        decided=whole.decided, same=same, once=once, ran=True, fixed=whole.r.builder.fixed, silent=tracer.silent,
    )  # fmt: skip


__all__ = ["opened", "trace"]
