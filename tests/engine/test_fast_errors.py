"""What a traced function raises and warns of, and what has no trace at all."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special

import unmagic as um
from tests.engine.traced import batch, replays, ridge


def test_what_it_raises_is_its_own() -> None:
    class Strict:
        def loss(self, x: Any) -> Any:
            if x.shape[0] > 2:
                raise KeyError("too long")
            return x.sum()

    gradient = um.grad(Strict().loss)
    gradient(np.ones(2))
    for _ in range(2):
        with pytest.raises(KeyError, match="too long"):
            gradient(np.ones(3))


def test_warnings_of_a_traced_call_come_once_and_of_a_replay_as_numpys() -> None:
    class Logs:
        def loss(self, x: Any) -> Any:
            return np.log(x).sum()

        def quiet(self, x: Any) -> Any:
            with np.errstate(divide="ignore"):
                return np.log(x).sum()

    gradient = um.value_and_grad(Logs().loss)
    with pytest.warns(RuntimeWarning, match="divide by zero") as caught:
        assert gradient(np.zeros(1))[0] == -np.inf
    assert len(caught) == 1
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert gradient(np.zeros(1))[0] == -np.inf
    quiet = um.value_and_grad(Logs().quiet)
    for _ in range(2):
        assert quiet(np.zeros(1))[0] == -np.inf
    assert len(replays(quiet)) == 1


def test_a_function_that_was_never_in_a_file_is_refused() -> None:
    there: dict[str, Any] = {"np": np}
    exec("class A:\n    def f(self, x):\n        return x.sum()\n", there)
    with pytest.raises(um.UnmagicError, match="its text is not there to read"):
        um.grad(there["A"]().f)(np.ones(2))


def test_two_of_one_place_are_not_told_apart() -> None:
    one, two = (lambda x: np.tanh(x).sum()), (lambda x: np.sin(x).sum())  # fmt: skip
    for fn in (functools.partial(one), functools.partial(two)):
        with pytest.raises(um.UnmagicError, match="can't be told from another"):
            um.grad(fn)(np.ones(2))


def test_a_gradient_is_not_derived_again() -> None:
    with pytest.raises(um.UnmagicError, match="not derived once more"):
        um.grad(um.grad(ridge))(np.ones(4), *batch())


def test_both_reasons_are_given() -> None:
    def loss(x: Any) -> Any:
        with np.errstate(all="ignore"):
            return special.j0(x).sum()

    with pytest.raises(um.UnmagicError, match="j0") as caught:
        um.grad(loss)(np.ones(2))
    assert "as a text it is not read either" in str(caught.value)


def test_who_listens_goes_on_listening() -> None:
    """A gradient traced inside of what is read leaves the reading whole."""

    def inner(x: Any) -> Any:
        return (x * x).sum()

    gradient = um.grad(functools.partial(inner))

    def outer(x: Any) -> Any:
        g = gradient(x)
        return (x - 0.1 * g).sum()

    r = um.read(outer, np.array([1.0, 2.0]))
    assert r.value == pytest.approx(2.4)
    assert [step.op.name for step in r.graph.steps].count("subtract") == 1


KEPT: list[Any] = []


def keeps(fn: Any) -> Any:
    KEPT.append(fn)
    return lambda kind: kind


@keeps(lambda x: (x * 2.0).sum() if x.sum() > 0 else x.sum())
class Kept:
    pass


def test_code_that_is_not_instrumented_is_not_taken_for_told() -> None:
    """What stands in a decorator is left as it is: called by another, it is a step that was not seen."""
    with pytest.raises(um.UnmagicError, match="where nothing is told"):
        um.grad(functools.partial(KEPT[0]))(np.ones(2))

    def loss(x: Any) -> Any:
        return KEPT[0](x)

    with pytest.raises(um.UnmagicError, match="where a number comes from that it uses was not seen"):
        um.grad(functools.partial(loss))(np.ones(2))


def identity(x: Any) -> Any:
    return x


def test_a_function_in_which_nothing_happens() -> None:
    gradient = um.value_and_grad(functools.partial(identity))
    assert gradient(2.0) == (2.0, 1.0)
    assert gradient(3.0) == (3.0, 1.0)


class Grows:
    def __init__(self) -> None:
        self.W = np.ones(2)

    def resizes(self, x: Any) -> Any:
        self.W.resize(self.W.size + 1, refcheck=False)
        return x.sum() * self.W.size

    def reshapes(self, x: Any) -> Any:
        self.W.shape = (1, *self.W.shape)
        return x.sum() * self.W.ndim


@pytest.mark.parametrize(("name", "said"), [("resizes", "resized"), ("reshapes", "shape is set in place")])
def test_an_array_that_changes_its_form_is_refused(name: str, said: str) -> None:
    with pytest.raises(um.UnmagicError, match=said):
        um.grad(getattr(Grows(), name))(np.ones(2))


def test_a_text_that_was_changed_since_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "class A:\n    def f(self, x):\n        return (x * 2.0).sum()\n"
    file = tmp_path / "changing_class.py"
    file.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    one = importlib.import_module("changing_class").A()
    np.testing.assert_array_equal(um.grad(one.f)(np.ones(1)), [2.0])
    file.write_text(text.replace("2.0", "3.00"))
    with pytest.raises(um.UnmagicError, match="not what it was made from"):
        um.grad(one.f)(np.ones(1))
