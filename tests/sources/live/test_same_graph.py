"""A program that both can read gives the same Graph both ways: walked without running, and run for real."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.record.generated import MIXED, generate
from tests.record.test_gradients import REFUSED
from unmagic.core.graph import Graph, Step
from unmagic.ops.indexing import Ref
from unmagic.sources.text import read_text

BLOCK = 25
WIDE = {**MIXED, "loops": 4, "calls": 4, "shrunk": 4, "chosen": 2, "held": 2}


def plain(value: Any) -> Any:
    """An attribute as something that compares."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, (tuple, list)):
        return tuple(plain(part) for part in value)
    if isinstance(value, slice):
        return "slice", value.start, value.stop, value.step
    return repr(value)


def settled(graph: Graph, values: Sequence[Any]) -> tuple[Graph, list[bool]]:
    """With numbers for what gives them in keys; and which steps are on numbers of the text alone.

    Python's whole numbers are steps where the text is walked, and no values that are told where it runs. Where a
    program looks at one place by a number it computed and by another way too, running knows the first of them.
    """
    plain: list[bool] = []
    steps = []
    for step in graph.steps:
        plain.append(step.op.name == "constant" or (bool(step.inputs) and all(plain[i] for i in step.inputs)))
        steps.append(with_key(step, plain, values))
    return Graph(steps, result=graph.result), plain


def with_key(step: Step, plain: list[bool], values: Sequence[Any]) -> Step:
    key = step.attrs.get("key")
    if key is None or "count" in step.attrs or not any(isinstance(part, Ref) for part in key):
        return step
    first = 2 if step.op.name in ("set_index", "add_at") else 1
    at = step.inputs[first:]
    if not all(plain[i] or not np.ndim(values[i]) for i in at):
        return step
    numbers = [int(values[i]) if np.ndim(values[i]) == 0 else np.asarray(values[i]) for i in at]
    written = tuple(numbers[part.k] if isinstance(part, Ref) else part for part in key)
    return Step(step.id, step.op, step.inputs[:first], {**step.attrs, "key": written}, step.shape, step.dtype)


def fingerprints(graph: Graph, values: Sequence[Any]) -> list[int]:
    """A number a step, the same for the same computation.

    What only moves entries about, a view or a write, is no more than where each entry comes from: ways to say the same
    are one. So are arithmetic on numbers of the text and what it gives.
    """
    graph, fixed = settled(graph, values)
    origins: list[Any] = []  # for each step where its entries come from
    marks: list[int] = []
    for step in graph.steps:
        moved = None if fixed[step.id] else entries(step, [origins[i] for i in step.inputs])
        if moved is None:
            attrs = tuple(sorted((key, plain(value)) for key, value in step.attrs.items() if key != "value"))
            name = step.name if step.op.name == "input" else ""
            made = hash((step.op.name, name, attrs, *[marks[i] for i in step.inputs]))
            size = int(np.prod(step.shape, dtype=np.int64))
            flat = [hash((made, k)) for k in range(size)]
            if fixed[step.id]:
                flat = [hash(plain(one)) for one in np.asarray(values[step.id]).reshape(-1)]
            moved = np.array(flat, np.int64).reshape(step.shape)
        origins.append(moved)
        marks.append(hash((step.dtype.str, moved.shape, moved.tobytes())))
    return marks


def entries(step: Step, given: list[Any]) -> Any:
    """Where the entries come from that a step only moves; None if it computes."""
    match step.op.name:
        case "index" if len(given) == 1:
            return given[0][step.attrs["key"]]
        case "set_index" if len(given) == 2:
            out = given[0].copy()
            out[step.attrs["key"]] = given[1]
            return out
        case "transpose":
            return given[0].transpose(step.attrs["axes"])
        case "reshape":
            return given[0].reshape(step.attrs["shape"])
        case "einsum" if len(given) == 1 and set.__eq__(*map(set, step.attrs["subscripts"].split("->"))):
            return np.einsum(step.attrs["subscripts"], given[0])
        case "broadcast":
            return np.broadcast_to(given[0], step.attrs["shape"])
    return None


def compared(seed: int) -> bool:
    """Whether a program can be read both ways; if so it gives the same Graph."""
    program = generate(seed, 6, WIDE)
    if any(form in program.text for form in REFUSED):
        return False
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        live = um.read(program.function(), *program.copies())
    given = dict(zip("abc", program.copies(), strict=True))
    text = read_text(f"import numpy as np\n{program.text}f(a, b, c)\n", given)
    assert text.failure is None, f"{text.failure}\n{program.text}"
    assert live.value.tobytes() == text.values[text.graph.result].tobytes(), program.text
    ours, theirs = fingerprints(live.graph, live.program.values), fingerprints(text.graph, text.values)
    assert ours[live.graph.result] == theirs[text.graph.result], program.text
    return True


def test_a_computed_index_stays_computed() -> None:
    def f(a):  # type: ignore[no-untyped-def]
        return a[np.argmax(a)] * 2.0

    graph = um.read(f, np.array([1.0, 3.0, 2.0])).graph
    (index,) = [step for step in graph.steps if step.op.name == "index"]
    assert [graph[i].op.name for i in index.inputs] == ["input", "argmax"]


@pytest.mark.parametrize("start", range(0, 200, BLOCK))
def test_walked_and_run_for_real_give_the_same_graph(start: int) -> None:
    assert sum(map(compared, range(start, start + BLOCK))) > BLOCK // 2


@pytest.mark.soak
@pytest.mark.parametrize("start", range(200, 4000, 100))
def test_more_give_the_same_graph(start: int) -> None:
    assert sum(map(compared, range(start, start + 100))) > 50
