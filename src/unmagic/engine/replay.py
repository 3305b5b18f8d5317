"""A trace to a function: the backward pass appended, compiled with the guards in front of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Builder, Constant, Node
from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.limits import Limits

from .compile.function import Function
from .compile.rewrite import rewritten
from .compile.shares import with_shares
from .compile.shift import without_shifts
from .compile.source import SourceWriter
from .differentiate import differentiate, reached
from .fast import Attribute, Given, Place, Traced, same_array
from .guards import LEAVE, Guards
from .objects import fields, is_object, leaves

UNLIMITED = Limits(steps=100_000_000, entries=1 << 62)
"""What was traced has been computed already: its gradient is of the same order."""


def replay_of(traced: Traced, args: Sequence[Any], wanted: Wanted, with_value: bool) -> Function:
    """The gradient of what was traced on ``args``, and the value before it if asked for.

    Called with the arguments it returns the result, or None where the trace does not hold.
    """
    roots = [*args, *(one.value for one in traced.captured)]
    guards = Guards(len(args))
    parameters = [guards.argument(k, value) for k, value in enumerate(args)]
    for k, one in enumerate(traced.captured):
        guards.captured(len(args) + k, one)
    for place, value in traced.checks:
        guards.inside(place, value)
    for first, second in traced.same:
        guards.one(first, second)
    given = {place: at(roots, place) for place in traced.inputs.values()}
    if traced.wrote:
        arrays = {place: value for place, value in given.items() if isinstance(value, np.ndarray)}
        _apart(arrays, set(traced.writes))
        guards.apart(arrays, set(traced.writes))
        guards.laid_out(arrays)
        if traced.ran:
            guards.writable(traced.writes)

    constants = {
        step: traced.values[step]
        for step, place in traced.inputs.items()
        if not isinstance(given[place], (np.ndarray, np.generic))
    }
    names = {step: guards.names[place] for step, place in traced.inputs.items() if step not in constants}
    varies = _varying(traced, set(names))
    graph = without_shifts(traced.graph, traced.result, traced.values, varies)
    graph = with_shares(graph, traced.result)
    builder = Builder(graph.copy(), limits=UNLIMITED)
    gradients = differentiate(
        builder, Node(builder, traced.result), [Node(builder, step) for step in wanted.steps.values()]
    )
    forward = len(traced.graph)
    ends = [node.id for node in gradients] + list(traced.writes.values()) + ([traced.result] if with_value else [])
    watched = _watched(traced, varies)
    decided = [one for one in traced.decided if any(id in varies for id in one[1])]
    moving = [id for _, ids, _ in decided for id in ids]
    steps, new = rewritten(builder.graph, [*ends, *watched, *moving], constants, forward)
    looks: dict[int, list[tuple[str, tuple[int, ...]]]] = {}
    for id, line in zip(new[len(ends) :], watched.values(), strict=False):
        if steps[id].op is not Constant:
            looks.setdefault(id, []).append((_bound(line, guards), (id,)))
    rest = iter(new[len(ends) + len(watched) :])
    for function, ids, value in decided:
        mine = tuple(next(rest) for _ in ids)
        if any(steps[id].op is not Constant for id in mine):
            text = f"{guards.bind(function)}({', '.join('{}' for _ in ids)}) != {guards.bind(value)}"
            looks.setdefault(max(mine), []).append((text, mine))

    def after(writer: SourceWriter, id: int) -> None:
        for text, ids in looks.get(id, ()):
            writer.line(f"if {text.format(*[writer.term(one).name for one in ids])}: {LEAVE}")

    source = SourceWriter(steps, new[: len(ends)], names, after).write()
    results = dict(zip(wanted.steps, source.results, strict=False))
    source.body.extend(_written_back(traced, source.results[len(gradients) :], guards))
    tree = wanted.tree(results, guards)
    around, last = [], []
    if traced.ran:  # what an error would be is the function's own to say
        around, last = ["try:"], [f"except {guards.bind(Exception)}: {LEAVE}"]
    if traced.silent:
        around.append(f"with {guards.bind(np.errstate)}(all='ignore'):")
    source.bound.update(guards.bound)
    result = f"({source.results[-1]}, {tree})" if with_value else tree
    return Function(source, parameters, guards.lines, result, around, last)


def at_once(traced: Traced, wanted: Wanted, with_value: bool) -> Any:
    """The gradient at the values that were traced: nothing is run again."""
    with np.errstate(all="ignore"):
        builder = Builder(traced.graph.copy(), values=list(traced.values), limits=UNLIMITED)
        nodes = [Node(builder, step) for step in wanted.steps.values()]
        found = differentiate(builder, Node(builder, traced.result), nodes)
    values = {place: np.array(node.value)[()] for place, node in zip(wanted.steps, found, strict=True)}
    tree = wanted.values(values)
    return (np.array(traced.values[traced.result])[()], tree) if with_value else tree


def at(roots: Sequence[Any], place: Place) -> Any:
    """What lies at ``place``."""
    value = roots[place.root]
    for key in place.path:
        value = getattr(value, key.name) if isinstance(key, Attribute) else value[key]
    return value


class Wanted:
    """The arguments that gradients are asked for: their steps by place, and the result in their shape."""

    def __init__(self, given: Given, argnums: int | tuple[int, ...]) -> None:
        args, count = given.values, given.many
        self.one = isinstance(argnums, int)
        numbers = (argnums,) if isinstance(argnums, int) else argnums
        for k in numbers:
            if not -count <= k < count:
                raise UnmagicError(f"there is no argument {k}", notes=(f"the function takes {count} by position",))
        self.roots = [k % count for k in numbers]
        self.shapes = [_shape(args[root]) for root in self.roots]
        self.steps: dict[Place, int] = {}
        found = [(root, place, value) for root in self.roots for place, value in leaves(args[root], Place(root))]
        for root, place, value in found:
            if not _floats(value):
                raise UnmagicError(
                    f"no gradient can be taken with respect to argument {root}{place.words}",
                    notes=(f"it is {_kind(value)}",),
                    hint="give it as a float, or leave it out of argnums",
                )
        self.places = [place for _, place, _ in found]

    def steps_in(self, traced: Traced) -> None:
        """The steps of what a gradient is asked for. Raises where the function returns no float."""
        _scalar(traced)
        by_place = {place: step for step, place in traced.inputs.items()}
        self.steps = {place: by_place[place] for place in self.places}
        moves = reached(traced.graph.steps, list(self.steps.values()))
        for id, _ in traced.fixed:
            if id in moves:
                raise Unsupported(
                    "a plain argument of a call depends on what is derived, and no derivative comes through it",
                    span=traced.graph[id].span,
                    hint="write out what is computed of it: a + k * (b - a) for a linspace",
                )

    def tree(self, results: dict[Place, str], guards: Guards) -> str:
        """The gradients as the arguments are built."""
        for root, shape in zip(self.roots, self.shapes, strict=True):
            _guard_fields(shape, Place(root), guards)
        trees = [_written(shape, Place(root), results, guards)
                 for root, shape in zip(self.roots, self.shapes, strict=True)]  # fmt: skip
        return trees[0] if self.one else f"({', '.join(trees)},)"

    def values(self, found: dict[Place, Any]) -> Any:
        """The same of values."""
        trees = [_built(shape, Place(root), found) for root, shape in zip(self.roots, self.shapes, strict=True)]
        return trees[0] if self.one else tuple(trees)


class Shape(NamedTuple):
    """How an argument is built: what it is, and what lies in it. A leaf has no parts."""

    kind: type
    parts: tuple[tuple[Any, Any], ...] | None = None


def _shape(value: Any) -> Shape:
    kind = value.__class__
    if kind in (list, tuple):
        return Shape(kind, tuple((k, _shape(part)) for k, part in enumerate(value)))
    if kind is dict:
        return Shape(dict, tuple((key, _shape(part)) for key, part in value.items()))
    if is_object(value) and (names := fields(value)):
        own = vars(value)
        return Shape(object, tuple((Attribute(name), _shape(own[name])) for name in names))
    return Shape(kind)


def _written(shape: Shape, place: Place, results: dict[Place, str], guards: Guards) -> str:
    if shape.parts is None:
        return results[place]
    parts = [(step, _written(part, place.into(step), results, guards)) for step, part in shape.parts]
    if shape.kind in (list, tuple):
        text = "".join(f"{part}, " for _, part in parts)
        return f"[{text}]" if shape.kind is list else f"({text})"
    keys = [guards.bind(step.name if isinstance(step, Attribute) else step) for step, _ in parts]
    return f"{{{', '.join(f'{key}: {part}' for key, (_, part) in zip(keys, parts, strict=True))}}}"


def _guard_fields(shape: Shape, place: Place, guards: Guards) -> None:
    """Objects whose gradient is a dict have the attributes that they had."""
    for step, part in shape.parts or ():
        _guard_fields(part, place.into(step), guards)
    if shape.kind is object and shape.parts:
        guards.fields(place, [step.name for step, _ in shape.parts])


def _built(shape: Shape, place: Place, found: dict[Place, Any]) -> Any:
    if shape.parts is None:
        return found[place]
    parts = [(step, _built(part, place.into(step), found)) for step, part in shape.parts]
    if shape.kind in (list, tuple):
        return shape.kind(part for _, part in parts)
    return {step.name if isinstance(step, Attribute) else step: part for step, part in parts}


def _floats(value: Any) -> bool:
    known = isinstance(value, (float, np.generic)) or type(value) is np.ndarray
    return known and np.asarray(value).dtype.kind == "f"


def _kind(value: Any) -> str:
    return f"an array of {value.dtype}" if type(value) is np.ndarray else f"{type(value).__name__}"


def _scalar(traced: Traced) -> None:
    step = traced.graph[traced.result]
    if step.shape != () or step.dtype.kind != "f":
        shown = "×".join(map(str, step.shape)) or "scalar"
        raise UnmagicError(
            "a gradient needs a function that returns one float",
            notes=(f"what it returns is {shown} of {step.dtype}",),
            hint="sum it, take its mean, or pick the entry that is meant",
        )


def _varying(traced: Traced, inputs: set[int]) -> set[int]:
    """Steps that may come out differently the next time."""
    varies = set(inputs)
    for step in traced.graph.steps:
        if any(i in varies for i in step.inputs):
            varies.add(step.id)
    return varies


def _watched(traced: Traced, varies: set[int]) -> dict[int, tuple[str, Any]]:
    """Steps that a later call must find as they were, and the condition under which they are not.

    Whole numbers and truth values of rank 0 may have gone into branches, loop counts and shapes; masks into shapes.
    """
    watched: dict[int, tuple[str, Any]] = {}
    for step in traced.graph.steps:
        if step.id in varies and step.shape == () and step.dtype.kind in "biu":
            watched[step.id] = ("{} != {}", traced.values[step.id])
        if step.attrs.get("count") is not None and any(i in varies for i in step.inputs[1:]):
            for i in step.inputs[1:]:
                if traced.graph[i].dtype.kind == "b" and i in varies:
                    watched[i] = ("{2}({0}) != {1}", np.count_nonzero(traced.values[i]))
    for id in traced.read_out:
        if id in varies:
            watched[id] = ("not {3}({0}, {1})", traced.values[id])
    return watched


def _bound(condition: tuple[str, Any], guards: Guards) -> str:
    text, value = condition
    return text.format("{}", guards.bind(value), guards.bind(np.count_nonzero), guards.bind(same_array))


def _apart(arrays: dict[Place, Any], written: set[Place]) -> None:
    for place in written:
        for other, array in arrays.items():
            if other != place and np.may_share_memory(arrays[place], array):
                raise Unsupported(
                    "the function writes into an array that shares memory with another one it reads",
                    notes=(f"argument {place.root}{place.words} and {other.root}{other.words}",),
                    hint="hand in copies",
                )


def _written_back(traced: Traced, contents: Sequence[str], guards: Guards) -> list[str]:
    """At the end, once nothing reads the old contents any more: what the function wrote into its arguments."""
    pairs = [(guards.names[place], content) for place, content in zip(traced.writes, contents, strict=False)]
    held = [f"w{k} = {content}" for k, (_, content) in enumerate(pairs)]  # all are worked out before one is written
    return [*held, *(f"{name}[...] = w{k}" for k, (name, _) in enumerate(pairs))]


__all__ = ["Wanted", "at_once", "replay_of"]
