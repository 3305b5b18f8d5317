"""A program that both can read gives the same Graph both ways: walked without running, and run for real."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.record.generated import generate
from tests.record.test_gradients import function_of
from unmagic.core.graph import Graph, Step
from unmagic.sources.text import read_text

BLOCK = 25


def plain(value: Any) -> Any:
    """An attribute as something that compares."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, (tuple, list)):
        return tuple(plain(part) for part in value)
    if isinstance(value, slice):
        return "slice", value.start, value.stop, value.step
    return repr(value)


def basic(step: Step) -> bool:
    return all(part is None or isinstance(part, (int, slice)) for part in step.attrs["key"])


def everything(step: Step) -> bool:
    return basic(step) and all(isinstance(part, slice) and part == slice(None) for part in step.attrs["key"])


def looked(step: Step, looks: list[tuple[int, Any]]) -> tuple[int, Any]:
    """Which step a view picks entries of, and the number of each."""
    if step.op.name in ("index", "transpose", "reshape") and (step.op.name != "index" or basic(step)):
        root, places = looks[step.inputs[0]]
        if step.op.name == "index":
            return root, np.asarray(places[step.attrs["key"]])
        if step.op.name == "transpose":
            return root, places.transpose(step.attrs["axes"])
        return root, places.reshape(step.attrs["shape"])
    size = int(np.prod(step.shape, dtype=np.int64))
    return step.id, np.arange(size).reshape(step.shape)


def fingerprints(graph: Graph) -> list[int]:
    """A number a step, the same for the same computation.

    Three ways to say the same are one: views that pick the same entries, what was just written at a place and what
    stands there, and writing it there again.
    """
    marks: list[int] = []
    looks: list[tuple[int, Any]] = []  # for each step the step whose entries it picks, and which
    for step in graph.steps:
        looks.append(looked(step, looks))
        name = step.op.name
        source = graph[step.inputs[0]] if step.inputs else step
        again = source.op.name == "set_index" and name in ("index", "set_index") and basic(step) and basic(source)
        again = again and plain(source.attrs["key"]) == plain(step.attrs["key"])
        if name == "input":
            marks.append(hash(("input", step.name)))
        elif name == "constant":
            marks.append(hash(("constant", plain(np.asarray(step.attrs["value"])))))
        elif name == "set_index" and everything(step) and graph[step.inputs[1]].shape == step.shape:
            marks.append(marks[step.inputs[1]])
        elif name == "index" and again and graph[source.inputs[1]].shape == step.shape:
            marks.append(marks[source.inputs[1]])
        elif name == "set_index" and again and marks[step.inputs[1]] == marks[source.inputs[1]]:
            marks.append(marks[source.id])
        elif looks[step.id][0] != step.id:
            root, places = looks[step.id]
            same = places.shape == graph[root].shape and bool((places.reshape(-1) == np.arange(places.size)).all())
            marks.append(marks[root] if same else hash(("view", marks[root], places.shape, places.tobytes())))
        else:
            attrs = tuple(sorted((key, plain(value)) for key, value in step.attrs.items()))
            marks.append(hash((name, attrs, tuple(marks[i] for i in step.inputs))))
    return marks


@pytest.mark.parametrize("start", range(0, 200, BLOCK))
def test_walked_and_run_for_real_give_the_same_graph(start: int) -> None:
    compared = 0
    for seed in range(start, start + BLOCK):
        program = generate(seed, 5)
        if "np.subtract" in program.text:  # a result's place given by position: not walked
            continue
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            live = um.read(function_of(program, f"<same {seed}>"), *[one.copy() for one in program.arguments])
        given = dict(zip("abc", (one.copy() for one in program.arguments), strict=True))
        text = read_text(f"import numpy as np\n{program.text}f(a, b, c)\n", given)
        assert text.failure is None, f"{text.failure}\n{program.text}"
        assert live.value.tobytes() == text.values[text.graph.result].tobytes()
        ours, theirs = fingerprints(live.graph), fingerprints(text.graph)
        assert ours[live.graph.result] == theirs[text.graph.result], program.text
        compared += 1
    assert compared > BLOCK // 2
