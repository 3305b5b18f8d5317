"""``um.read(function, …)``: called once, its own code computing, every question answered on what it computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import unmagic as um
from unmagic.core.errors import UnmagicError, Unsupported

W = np.array([[1.0, -1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, -1.0]])
X = np.array([2.0, 1.0, 1.0])


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max())
    return e / e.sum()


def loss(W: Any, x: Any, c: int = 1) -> Any:
    z = W @ x
    p = softmax(z)
    return -np.log(p[c])


calls: list[int] = []


def counted(x: Any) -> Any:
    calls.append(1)
    return (x * x).sum()


class Layer:
    def __init__(self, W: Any) -> None:
        self.__W = W

    def __call__(self, x: Any) -> Any:
        return np.tanh(self.scores(x))

    def scores(self, x: Any) -> Any:
        return self.__W @ x


def through_a_layer(W: Any, x: Any) -> Any:
    return Layer(W)(x).sum()


def test_the_lessons_classifier_with_its_value_why_gradient_and_idioms() -> None:
    r = um.read(loss, W, X)
    assert r.value == loss(W, X) == pytest.approx(0.23954477, abs=1e-8)
    assert r["p"].tobytes() == softmax(W @ X).tobytes()
    p = np.asarray(softmax(W @ X))
    np.testing.assert_allclose(r.gradient("W")["W"], np.outer(p - np.eye(3)[1], X), rtol=1e-12)
    assert [step.title for step in r.steps] == ["linear layer", "", "softmax", "cross-entropy"]
    assert any(line.value for line in r.why("p", 1).lines)
    assert r.verdict.replayed
    assert r.verdict.gap is not None
    assert r.verdict.gap < 1e-9


def test_it_stands_in_the_users_file() -> None:
    r = um.read(loss, W, X)
    span = r.graph[r.graph.names["z"]].span
    assert span is not None
    assert span.text == "W @ x"
    assert __file__.endswith(span.source.label)
    assert Path(__file__).read_text().splitlines()[span.line - 1].strip() == "z = W @ x"


def test_a_function_is_called_once_and_again_only_where_that_is_asked() -> None:
    calls.clear()
    r = um.read(counted, np.array([1, 2, 3]))
    assert r.gradient("x")["x"].tolist() == [2.0, 4.0, 6.0]
    assert r.findings == []
    assert len(calls) == 1
    assert r.change(x=np.array([2.0, 0.0, 1.0])).value == 5.0
    assert len(calls) == 2


def test_methods_and_callable_objects_are_entered_their_mangled_names_too() -> None:
    r = um.read(through_a_layer, W, X)
    assert "tanh" in [step.op.name for step in r.graph.steps]
    assert "matvec" in [step.op.name for step in r.graph.steps]
    slope = (1 - np.tanh(W @ X) ** 2)[:, None] * X
    np.testing.assert_allclose(r.gradient("W")["W"], slope, rtol=1e-12)
    assert um.read(Layer(W).scores, X).value.tolist() == (W @ X).tolist()


class Scaled:
    def __init__(self, W: Any) -> None:
        self.W = W * 0.5


class Net(Scaled):
    def scores(self, x: Any) -> Any:
        return self.W @ x


def test_what_a_class_computes_as_it_is_made_is_read() -> None:
    def f(W: Any, x: Any) -> Any:
        return Net(W).scores(x).sum()

    r = um.read(f, W, X)
    assert r["W"].tolist() == W.tolist()
    np.testing.assert_allclose(r.gradient("W")["W"], 0.5 * np.ones((3, 1)) * X)


def test_arrays_inside_a_dict_are_inputs() -> None:
    def model(params: dict[str, Any], x: Any) -> Any:
        return (params["W"] @ x + params["b"]).sum()

    r = um.read(model, {"W": W, "b": np.ones(3)}, X)
    assert "params['W']" in r.names


def test_what_it_writes_it_writes_and_the_reading_has_the_value_from_before() -> None:
    def step(W: Any, g: Any, lr: float = 0.5) -> Any:
        W -= lr * g
        return (W**2).sum()

    mine = W.copy()
    r = um.read(step, mine, np.ones((3, 3)))
    np.testing.assert_array_equal(mine, W - 0.5)
    np.testing.assert_array_equal(r["W"], mine)
    np.testing.assert_allclose(r.gradient("W")["W"], 2 * mine)
    assert r.change(g=np.zeros((3, 3))).value == (W**2).sum()


def test_closures_defaults_generators_and_recursion() -> None:
    scale = 3.0

    def power(x: Any, n: int) -> Any:
        return x if n == 1 else x * power(x, n - 1)

    def f(x: Any, *, n: int = 3) -> Any:
        parts = (power(x, k) * scale for k in range(1, n + 1))
        return sum(part.sum() for part in parts)

    x = np.array([1.0, 2.0])
    r = um.read(f, x)
    assert r.value == f(x)
    np.testing.assert_allclose(r.gradient("x")["x"], 3 * (1 + 2 * x + 3 * x**2))


def test_what_it_raises_stands_behind_what_came_before_with_the_operands() -> None:
    def f(a: Any, b: Any) -> Any:
        c = a * 2
        return np.exp(c) @ (b + 1)

    r = um.read(f, np.ones(5), np.ones(4))
    assert r.program.failure is not None
    report = r.program.failure.report()
    assert report.startswith("ValueError: matmul")
    assert "np.exp(c) @ (b + 1)" in report
    assert "np.exp(c): [5] float64" in report
    assert "b + 1: [4] float64" in report
    assert r["c"].tolist() == [2.0] * 5


def test_an_index_outside_is_shown_with_its_array() -> None:
    def f(a: Any) -> Any:
        i = 7
        return a[i] * 2

    failure = um.read(f, np.arange(3.0)).program.failure
    assert failure is not None
    assert "a: 3 float64" in failure.report()
    assert "i: 7" in failure.report()


def test_what_has_no_source_is_refused_in_words() -> None:
    space: dict[str, Any] = {}
    exec("def nowhere(x): return x * 2", space)
    with pytest.raises(Unsupported, match="source"):
        um.read(space["nowhere"], X)
    with pytest.raises(Unsupported, match="no Python function"):
        um.read(np.exp, X)


def test_wrong_arguments_are_what_the_call_would_say() -> None:
    with pytest.raises(TypeError, match="missing a required argument"):
        um.read(loss, W)


def test_interrupts_pass() -> None:
    def f(x: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        um.read(f, X)


def test_findings_of_a_function() -> None:
    def surprise(p: Any) -> Any:
        return -np.log(p).mean()

    with pytest.warns(RuntimeWarning, match="divide by zero"):
        (finding,) = um.check(surprise, np.array([0.5, 0.0]))
    assert finding.code == "log-of-zero"
    assert finding.span is not None
    assert finding.span.text == "np.log(p)"


def test_a_function_of_a_file_that_can_only_be_run(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(
        "import numpy as np\n\ndef top(W, x):\n    s = np.linalg.svd(W)[1]\n    h = np.maximum(W @ x, 0)\n"
        "    h[0] = 5\n    return (h ** 2).sum() + s[0]\n"
    )
    r = um.read(f"{file}:top", W=[[1.0, 2.0], [3.0, 4.0]], x=[1.0, 1.0])
    assert r["h"].tolist() == [5.0, 7.0]
    assert "numpy.linalg.svd is taken as it came, 1 time" in [d.words for d in r.program.decisions]


def test_a_text_takes_no_positions() -> None:
    with pytest.raises(UnmagicError, match="by name"):
        um.read("y = W x", W, X)
