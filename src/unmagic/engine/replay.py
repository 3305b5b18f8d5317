"""A trace to a function: the backward pass appended, compiled with the guards in front of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unmagic.core.build import Builder, Constant, Node
from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.limits import Limits

from .compile.function import Function
from .compile.rewrite import rewritten
from .compile.shares import with_shares
from .compile.shift import without_shifts
from .compile.source import SourceWriter
from .differentiate import differentiate
from .fast import Place, Traced, same_array
from .guards import LEAVE, Guards

UNLIMITED = Limits(steps=100_000_000, entries=1 << 62)
"""What was traced has been computed already: its gradient is of the same order."""


def replay_of(traced: Traced, args: Sequence[Any], argnums: int | tuple[int, ...], with_value: bool) -> Function:
    """The gradient with respect to the arguments ``argnums``, and the value before it if asked for.

    Called with the arguments it returns the result, or None where the trace does not hold.
    """
    roots = [*args, *(one.value for one in traced.captured)]
    given = {place: at(roots, place) for place in traced.inputs.values()}
    guards = Guards()
    parameters = [guards.argument(k, value) for k, value in enumerate(args)]
    for k, one in enumerate(traced.captured):
        guards.captured(len(args) + k, one)
    if traced.wrote:
        arrays = {place: value for place, value in given.items() if isinstance(value, np.ndarray)}
        _apart(arrays, set(traced.writes))
        guards.apart(arrays, set(traced.writes))
        guards.laid_out(arrays)

    constants = {
        step: traced.values[step]
        for step, place in traced.inputs.items()
        if not isinstance(given[place], (np.ndarray, np.generic))
    }
    names = {step: guards.names[place] for step, place in traced.inputs.items() if step not in constants}
    varies = _varying(traced, set(names))
    wanted = Wanted(traced, args, argnums)
    graph = without_shifts(traced.graph, traced.result, traced.values, varies)
    graph = with_shares(graph, traced.result)
    builder = Builder(graph.copy(), limits=UNLIMITED)
    gradients = differentiate(
        builder, Node(builder, traced.result), [Node(builder, step) for step in wanted.steps.values()]
    )
    forward = len(traced.graph)
    ends = [node.id for node in gradients] + list(traced.writes.values()) + ([traced.result] if with_value else [])
    watched = _watched(traced, varies)
    steps, new = rewritten(builder.graph, [*ends, *watched], constants, forward)
    looks: dict[int, list[str]] = {}
    for id, line in zip(new[len(ends) :], watched.values(), strict=True):
        if steps[id].op is not Constant:
            looks.setdefault(id, []).append(_bound(line, guards))

    def after(writer: SourceWriter, id: int) -> None:
        for line in looks.get(id, ()):
            writer.line(f"if {line.format(writer.term(id).name)}: {LEAVE}")

    source = SourceWriter(steps, new[: len(ends)], names, after).write()
    for name, value in guards.bound.items():
        source.bound[name] = value
    results = dict(zip(wanted.steps, source.results, strict=False))
    source.body.extend(_written_back(traced, source.results[len(gradients) :], guards))
    tree = wanted.tree(results, guards)
    return Function(source, parameters, guards.lines, f"({source.results[-1]}, {tree})" if with_value else tree)


def at(roots: Sequence[Any], place: Place) -> Any:
    """What lies at ``place``."""
    value = roots[place.root]
    for key in place.path:
        value = value[key]
    return value


class Wanted:
    """The arguments that gradients are asked for: their steps by place, and the result in their shape."""

    def __init__(self, traced: Traced, args: Sequence[Any], argnums: int | tuple[int, ...]) -> None:
        self.args = args
        self.one = isinstance(argnums, int)
        numbers = (argnums,) if isinstance(argnums, int) else argnums
        for k in numbers:
            if not -len(args) <= k < len(args):
                raise UnmagicError(f"there is no argument {k}", notes=(f"the function takes {len(args)}",))
        self.roots = [k % len(args) for k in numbers]
        _scalar(traced)
        by_place = {place: step for step, place in traced.inputs.items()}
        self.steps: dict[Place, int] = {}
        for root in self.roots:
            for place, value in leaves(args[root], Place(root)):
                kind = np.asarray(value).dtype.kind if isinstance(value, (float, np.ndarray, np.generic)) else "?"
                if kind != "f":
                    raise UnmagicError(
                        f"no gradient can be taken with respect to argument {root}{_keys(place)}",
                        notes=(f"it is {_kind(value)}",),
                        hint="give it as a float, or leave it out of argnums",
                    )
                self.steps[place] = by_place[place]

    def tree(self, results: dict[Place, str], guards: Guards) -> str:
        """The gradients as the arguments are built."""
        trees = [self._tree(self.args[root], Place(root), results, guards) for root in self.roots]
        return trees[0] if self.one else f"({', '.join(trees)},)"

    def _tree(self, value: Any, place: Place, results: dict[Place, str], guards: Guards) -> str:
        kind = value.__class__
        if kind in (list, tuple):
            parts = [self._tree(part, _into(place, k), results, guards) for k, part in enumerate(value)]
            return f"[{', '.join(parts)}]" if kind is list else f"({''.join(part + ', ' for part in parts)})"
        if kind is dict:
            pairs = [
                f"{guards.bind(key)}: {self._tree(part, _into(place, key), results, guards)}"
                for key, part in value.items()
            ]
            return f"{{{', '.join(pairs)}}}"
        return results[place]


def leaves(value: Any, place: Place) -> list[tuple[Place, Any]]:
    """What lies in nested lists, tuples and dicts, with its place."""
    if value.__class__ in (list, tuple):
        return [leaf for k, part in enumerate(value) for leaf in leaves(part, _into(place, k))]
    if value.__class__ is dict:
        return [leaf for key, part in value.items() for leaf in leaves(part, _into(place, key))]
    return [(place, value)]


def _into(place: Place, key: Any) -> Place:
    return Place(place.root, (*place.path, key))


def _keys(place: Place) -> str:
    return "".join(f"[{key!r}]" for key in place.path)


def _kind(value: Any) -> str:
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"{type(value).__name__}"


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
                    notes=(f"argument {place.root}{_keys(place)} and {other.root}{_keys(other)}",),
                    hint="hand in copies",
                )


def _written_back(traced: Traced, contents: Sequence[str], guards: Guards) -> list[str]:
    """At the end, once nothing reads the old contents any more: what the function wrote into its arguments."""
    pairs = [(guards.names[place], content) for place, content in zip(traced.writes, contents, strict=False)]
    held = [f"w{k} = {content}" for k, (_, content) in enumerate(pairs)]  # all are worked out before one is written
    return [*held, *(f"{name}[...] = w{k}" for k, (name, _) in enumerate(pairs))]


__all__ = ["replay_of"]
