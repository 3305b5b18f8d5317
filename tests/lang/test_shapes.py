"""No numbers given: ranks and sizes are inferred, the values are ours."""

from __future__ import annotations

import numpy as np
import pytest

from unmagic.core.errors import Unbound
from unmagic.core.program import Program
from unmagic.sources.formula import read_formula


def read(text: str) -> Program:
    return read_formula(text, {}, language="latex" if "\\" in text else "formula")


def shapes(program: Program) -> dict[str, tuple[str, ...]]:
    graph = program.graph
    return {name: tuple(program.letters[size] for size in graph.steps[id].shape) for name, id in graph.names.items()}


def test_attention() -> None:
    found = shapes(read("softmax(QKᵀ/√d)·V"))
    assert (len(found["Q"]), len(found["K"]), len(found["V"]), found["d"]) == (2, 2, 2, ())
    assert found["Q"][1] == found["K"][1]
    assert found["K"][0] == found["V"][0]
    assert len({*found["Q"], *found["K"], *found["V"]}) == 4


def test_a_layer() -> None:
    found = shapes(read("y = σ(Wx + b)"))
    assert found["W"] == (*found["b"], *found["x"])
    assert found["y"] == found["b"]


def test_a_sum_runs_to_the_letter_of_its_bound() -> None:
    assert shapes(read(r"\sum_{i=1}^{n} a_i b_i")) == {"a": ("n",), "b": ("n",), "n": ()}


def test_a_step_of_descent_needs_no_function() -> None:
    program = read("x ← x − η∇f")
    assert set(program.ours) == {"x", "eta", "∇f"}


def test_probabilities_are_probabilities() -> None:
    program = read("H(p) = −Σᵢ pᵢ log pᵢ")
    p = np.asarray(program.values[program.graph.names["p"]])
    assert np.all(p > 0)
    np.testing.assert_allclose(p.sum(), 1)


def test_the_same_numbers_each_time() -> None:
    one, other = read("softmax(QKᵀ/√d)·V"), read("softmax(QKᵀ/√d)·V")
    np.testing.assert_array_equal(one.values[one.graph.result], other.values[other.graph.result])


def test_some_numbers_given_and_the_rest_asked_for() -> None:
    program = read_formula("y = Wx", {"W": [[1, 0], [2, 3], [0, 1]]}, example=True)
    assert program.ours == ("x",)
    assert program.graph.steps[program.graph.names["x"]].shape == (2,)


def test_a_missing_number_is_an_error_where_others_are_given() -> None:
    with pytest.raises(Unbound) as caught:
        read_formula("y = Wx + bias", {"W": [[1, 0]], "x": [1, 2], "biais": [1]})
    assert caught.value.report() == "bias is not bound\n  y = Wx + bias\n           ^^^^\n  did you mean biais?"
