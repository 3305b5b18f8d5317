"""Whatever a program holds, the rules look at it without stumbling, and in time that grows with its length."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

import unmagic as um
from unmagic.core.errors import UnmagicError
from unmagic.core.finding import Finding
from unmagic.reading.findings import RULES, check
from unmagic.reading.findings.case import Case

START: dict[str, Any] = {
    "a": np.array([1.0, -2.0, 0.0]),
    "b": np.array([np.inf, 0.5, np.nan]),
    "c": np.array([3, 0, 2]),
    "d": np.arange(9.0).reshape(3, 3) - 4,
    "e": np.zeros((3, 1)),
    "f": np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [1e-300, 0.5, 0.5]]),
    "g": np.array([0.1, 700.0, -700.0], np.float32),
    "h": np.array([2.0, 60000.0, 1e-7], np.float16),
    "i": np.array([200, 100, 7], np.uint8),
    "j": np.zeros((0, 3)),
    "k": 2.5,
    "m": np.eye(3, dtype=int),
    "n": np.array([True, False, True]),
    "o": -np.inf,
    "w": np.array([0.5, 0.25, -1.0]),
}

LINES = [
    "{x} * {y}", "{x} + {y}", "{x} - {y}", "{x} / {y}", "{x} @ {y}", "{x} ** 2", "np.exp({x})", "np.log({x})",
    "np.sqrt(np.abs({x}))", "{x}.sum()", "{x}.mean()", "np.sum({x}, axis=-1)", "np.sum({x}, axis=0, keepdims=True)",
    "np.maximum({x}, 0)", "np.where({x} > 0, np.log({x}), {y})", "np.exp({x}) / np.exp({x}).sum()",
    "np.exp({x} - np.max({x})) / np.sum(np.exp({x} - np.max({x})))", "1 / (1 + np.exp(-{x}))", "np.tanh({x})",
    "-np.log({x}[0])", "{x}[c]", "np.argmax({x}, axis=-1)", "{x} == {y}", "{x}.astype(np.int64)", "{x}.std()",
    "np.mean({x} ** 2) - np.mean({x}) ** 2", "np.prod({x})", "np.linalg.norm({x})", "-({x} * np.log({y})).sum()",
    "{x}.T", "np.cumsum({x})", "np.clip({x}, -1, 1)", "np.arccos({x})", "{x}[:, None]", "w - 0.1 * {x}", "w + {x}",
]  # fmt: skip

TARGETS = ["loss", "p", "posterior", "perplexity", "cos", "grad", "w", "dw", "dot", "z", "total", "b", "acc", "v"]


def program(seed: int) -> str:
    """A text of random lines; where one clashes the program ends there, which the rules have to bear too."""
    rng = np.random.default_rng(seed)
    lines = ["import numpy as np"]
    names = list(START)
    for _ in range(14):
        text = str(rng.choice(LINES)).format(x=rng.choice(names), y=rng.choice(names))
        target = str(rng.choice(TARGETS)) + ("" if rng.random() < 0.6 else str(rng.integers(4)))
        lines.append(f"try:\n    {target} = {text}\nexcept Exception:\n    {target} = {rng.choice(list(START))}")
        names.append(target)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(0, 240, 20))
def test_no_rule_stumbles_over_random_programs(seed: int) -> None:
    read = 0
    for one in range(seed, seed + 20):
        try:
            reading = um.read(program(one), lang="python", **START)
        except UnmagicError:
            continue
        read += 1
        case = Case(reading.program, reading.matches, reading.view.names)
        with np.errstate(all="ignore"):
            for finding in (finding for rule in RULES for finding in rule(case)):  # without the net that `check` has
                assert finding.title
                assert finding.meaning
        assert reading.findings is not None
    assert read > 10


def test_an_empty_graph_has_no_findings() -> None:
    reading = um.read("print('hello')", lang="python")
    assert check(reading.program) == []


def test_rules_work_without_names_and_without_matches() -> None:
    reading = um.read("p = exp(z) / Σ exp(z); q = softmax(p)", z=[1.0, 2.0])
    assert {finding.code for finding in check(reading.program)} == {"softmax-twice"}


def test_values_that_a_long_run_did_not_keep_are_passed_over() -> None:
    text = "import numpy as np\na = np.log(x * 2)\nb = np.log(x)\nloss = b.sum()"
    reading = um.read(text, x=np.zeros(2))
    values = list(reading.program.values)
    first = reading.graph.names["a"]
    values[first] = None  # type: ignore[call-overload]
    reading.program.values = values
    assert [f.span.line for f in check(reading.program) if f.code == "log-of-zero" and f.span] == [3]


def test_a_rule_that_stumbles_does_not_take_the_others_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(case: Case) -> list[Finding]:
        raise AssertionError("never thought of")

    module = importlib.import_module("unmagic.reading.findings.check")  # the package has a function of that name
    monkeypatch.setattr(module, "RULES", (stumbles, *RULES))
    reading = um.read("y = log x", x=0.0)
    assert reading.findings[0].code == "log-of-zero"
    assert "the rule test-robust could not look at this" in reading.program.decisions[-1].words
