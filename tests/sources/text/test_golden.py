# ruff: noqa: E501
"""The golden rows in Python's spelling, bindings, views, decisions, regions, branches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unmagic.core.errors import BadValue, Unsupported
from unmagic.core.limits import Limits
from unmagic.core.program import Program
from unmagic.engine.differentiate import differentiate
from unmagic.sources.text import read_text


def result(program: Program) -> Any:
    return program.values[program.graph.result]


LOGITS = [1.0, 3.0, 1.0]
CLASSIFIER = """
x = np.array([2.0, 1.0, 1.0])
W = np.array([[1.0, -1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, -1.0]])
c = 1
z = W @ x
p = np.exp(z) / np.exp(z).sum()
loss = -np.log(p[c])
"""

ROWS: list[tuple[str, dict[str, Any], Any]] = [
    ("np.dot(a, b)", {"a": [1, 2, 3], "b": [2, 0, 1]}, 5),
    ("sum(p * q for p, q in zip(a, b))", {"a": [1, 2, 3], "b": [2, 0, 1]}, 5),
    ("np.sqrt((a ** 2).sum())", {"a": [3, 4]}, 5),
    ("np.linalg.norm(a)", {"a": [3, 4]}, 5),
    ("a @ b / (np.linalg.norm(a) * np.linalg.norm(b))", {"a": [1, 2, 3], "b": [2, 0, 1]}, 0.5976143046671968),
    ("W @ x", {"W": [[1, 0], [2, 3], [0, 1]], "x": [1, 2]}, [1, 8, 2]),
    ("A @ B", {"A": [[1, 2], [3, 4]], "B": [[5, 6], [7, 8]]}, [[19, 22], [43, 50]]),
    ("f = lambda x: 2 * x\nfor _ in range(2):\n    x = x - eta * f(x)\nx", {"x": 3.0, "eta": 0.1}, 1.92),
    ("z = (3 * x + 1) ** 2", {"x": 1.0}, 16),
    ("p = np.exp(z) / np.exp(z).sum()", {"z": [1, 3, 1]}, [0.10650698, 0.78698604, 0.10650698]),
    (CLASSIFIER, {}, 0.23954478),
    ("E = (x * p).sum()", {"x": [1, 2, 3], "p": [0.2, 0.5, 0.3]}, 2.1),
    ("posterior = likelihood * prior / evidence", {"likelihood": 0.9, "prior": 0.2, "evidence": 0.3}, 0.6),
    ("np.log(np.prod(p))", {"p": [0.5, 0.25]}, -2.0794415416798357),
    ("np.exp(-np.log(p).mean())", {"p": [0.5, 0.25]}, 2.8284271247461903),
]


@pytest.mark.parametrize(("text", "values", "expected"), ROWS, ids=[text[:40] for text, _, _ in ROWS])
def test_a_golden_row(text: str, values: dict[str, Any], expected: Any) -> None:
    np.testing.assert_allclose(result(read_text(text, values)), expected, rtol=1e-7)


def test_a_library_under_its_usual_name_needs_no_import_and_is_said() -> None:
    program = read_text("np.exp(z)", {"z": LOGITS})
    words = [decision.words for decision in program.decisions]
    assert any("np" in word for word in words)
    assert any("list is taken as an array" in word for word in words)


def test_python_numbers_are_steps_that_can_be_differentiated() -> None:
    program = read_text("x = 1.0\nu = 3 * x + 1\nz = u ** 2", {})
    names = program.graph.names
    from unmagic.core.build import Builder

    builder = Builder(program.graph, values=program.values)
    from unmagic.core.build import Node

    [gradient] = differentiate(builder, Node(builder, names["z"]), [Node(builder, names["x"])])
    assert gradient.value == 24.0


def test_a_counter_and_an_index_make_no_steps() -> None:
    program = read_text("import numpy as np\na = np.arange(4.0)\nfor i in range(3):\n    j = a[i + 1]", {})
    assert {step.op.name for step in program.graph.steps} == {"constant", "index"}


def test_a_bound_index_stays_an_operand() -> None:
    program = read_text("p[c]", {"p": LOGITS, "c": 1})
    step = program.graph.steps[program.graph.result]
    assert step.inputs == (program.graph.names["p"], program.graph.names["c"])


def test_a_write_through_a_view_reaches_its_owner_and_its_gradient() -> None:
    text = "import numpy as np\na = x * 1.0\nb = a[1:3]\nb[0] = s * 10\nc = a.reshape(2, 2).T\nc[0, 1] += 1\ntotal = (a * a).sum()"
    program = read_text(text, {"x": [1.0, 2.0, 3.0, 4.0], "s": 2.0})
    names = program.graph.names
    a = np.array([1.0, 20.0, 4.0, 4.0])
    assert program.values[names["a"]].tolist() == a.tolist()
    from unmagic.core.build import Builder, Node

    builder = Builder(program.graph, values=program.values)
    dx, ds = differentiate(builder, Node(builder, names["total"]), [Node(builder, names[n]) for n in "xs"])
    assert dx.value.tolist() == [2.0, 0.0, 8.0, 8.0]
    assert ds.value == 2 * 20.0 * 10


def test_a_read_only_view_can_not_be_written() -> None:
    program = read_text("import numpy as np\na = np.broadcast_to(x, (2, 3))\na[0] = 1", {"x": LOGITS})
    assert program.failure is not None
    assert "read-only" in program.failure.what


def test_what_was_bound_is_left_alone() -> None:
    x = np.array([1.0, 2.0])
    read_text("x += 1\nx[0] = 100", {"x": x})
    assert x.tolist() == [1.0, 2.0]


def test_iterations_and_calls_are_regions_and_decisions_are_branches() -> None:
    text = "def f(u):\n    return u * u\nx = y\nfor i in range(3):\n    x = f(x)\n    if x > 10:\n        break"
    program = read_text(text, {"y": 2.0})
    regions = [(region.kind, region.label) for region in program.graph.regions]
    assert regions == [("call", "f(…)"), ("iteration", "i = 0"), ("call", "f(…)"), ("iteration", "i = 1")]
    assert [branch.taken for branch in program.graph.branches] == [False, True]
    for branch in program.graph.branches:
        assert program.graph.steps[branch.step].op.name == "greater"
        assert bool(program.values[branch.step]) is branch.taken


def test_what_was_computed_before_the_failure_is_kept() -> None:
    program = read_text("import numpy as np\ny = np.exp(x)\nz = y @ np.ones(4)\nw = 1", {"x": LOGITS})
    assert program.failure is not None
    assert program.failure.span is not None
    assert program.failure.span.text == "y @ np.ones(4)"
    assert "y" in program.graph.names
    assert "w" not in program.graph.names


def test_spans_are_those_of_the_text_beyond_ascii_too() -> None:
    program = read_text("# größe ∂\nη = 0.5\nλ = η * 3  # ñ\n", {})
    step = program.graph.steps[program.graph.names["λ"]]
    assert step.span is not None
    assert step.span.text == "η * 3"


def test_the_same_text_reads_the_same_twice() -> None:
    first, second = read_text(CLASSIFIER, {}), read_text(CLASSIFIER, {})
    assert [repr(step) for step in first.graph.steps] == [repr(step) for step in second.graph.steps]


def test_every_value_has_the_shape_and_dtype_of_its_step() -> None:
    program = read_text(CLASSIFIER, {})
    for step, value in zip(program.graph.steps, program.values, strict=True):
        assert np.shape(value) == step.shape
        assert np.asarray(value).dtype == step.dtype


def test_bindings_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(BadValue):
        read_text("x", {"x": ["a"]})
    with pytest.raises(BadValue):
        read_text("x", {"x": [[1], [2, 3]]})
    with pytest.raises(BadValue):
        read_text("x", {"not a name": 1})


def test_nothing_to_read_is_said() -> None:
    with pytest.raises(Unsupported):
        read_text("# nothing\n", {})


def test_a_large_loop_stays_lean() -> None:
    """At most 400 bytes a step beside its value, however long the loop."""
    import tracemalloc

    text = "x = 1.0\nfor i in range(4000):\n    y = 0.9 * x + 0.1\n    x = y - 0.5 * y * y\n"
    read_text(text, {})
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    program = read_text(text, {}, limits=Limits())
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(program.graph.steps) > 16_000
    assert used / len(program.graph.steps) < 400
