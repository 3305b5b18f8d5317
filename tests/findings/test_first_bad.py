"""The first bad entry behind a nan or ∞: step, entry, operands, line, and the way it took, forward and backward."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.render.schema_check import problems
from unmagic.core.finding import Finding

NUMPY = "import numpy as np\n"


def one(text: str, code: str, **values: Any) -> Finding:
    found = [finding for finding in um.check(NUMPY + text, lang="python", **values) if finding.code == code]
    assert len(found) == 1, found
    return found[0]


def way(finding: Finding) -> list[tuple[int, str, str]]:
    """Line, entry, and the arithmetic where ∞ turned into nan."""
    return [(s.span.line if s.span else 0, s.where, s.line.text if s.line else "") for s in finding.path]


def test_an_overflow_in_the_middle_of_a_batch_names_example_and_class() -> None:
    z = np.random.default_rng(0).normal(size=(6, 4))
    z[3, 2] = 712.5
    text = "e = np.exp(z)\np = e / e.sum(axis=1, keepdims=True)\nloss = -np.log(p[np.arange(6), y] + 1e-9).mean()\n"
    found = one(text, "exp-overflow", z=z, y=np.array([0, 1, 2, 2, 0, 1]))
    assert found.where == "z[3,2] = 712.5"
    assert found.span is not None
    assert (found.span.line, found.span.text) == (2, "np.exp(z)")
    assert way(found) == [(3, "p[3,2] = nan", "inf / inf ⇒ nan"), (4, "loss = nan", "")]


def test_the_entry_that_is_told_is_the_one_that_reaches_the_loss() -> None:
    z = np.zeros((4, 3))
    z[1, 0], z[2, 1] = 800.0, 900.0
    text = "e = np.exp(z)\nloss = (e[2] / e[2].sum()).max()\n"
    assert one(text, "exp-overflow", z=z).where == "z[2,1] = 900"


def test_infinity_less_infinity_goes_back_to_what_made_it_infinite() -> None:
    text = "a = np.exp(x)\nb = a * 2\ngap = b - a\nloss = gap.mean()\n"
    found = one(text, "exp-overflow", x=np.array([1.0, 710.0]))
    assert found.where == "x[1] = 710"
    assert way(found) == [(4, "gap[1] = nan", "inf − inf ⇒ nan"), (5, "loss = nan", "")]


def test_a_row_of_masked_scores_is_where_nan_begins() -> None:
    text = (
        "s = np.where(mask, z, -np.inf)\ne = np.exp(s - s.max(axis=1, keepdims=True))\n"
        "p = e / e.sum(axis=1, keepdims=True)\nloss = (p @ v).sum()\n"
    )
    mask = np.array([[True, False], [True, True], [False, False]])
    found = one(text, "masked-row", z=np.ones((3, 2)), mask=mask, v=np.array([1.0, 2.0]))
    assert found.where == "s[2,0] = −inf"
    assert found.confidence == "high"
    assert [line for line, _, _ in way(found)] == [3, 4, 5]


def test_what_only_follows_is_folded_into_the_origin() -> None:
    text = "log_p = np.log(p)\nweighted = keep * log_p\nloss = -weighted.sum()\n"
    found = um.check(NUMPY + text, p=np.array([1.0, 0.0]), keep=np.array([1.0, 0.0]))
    assert [finding.code for finding in found] == ["log-of-zero"]
    assert way(found[0]) == [(3, "weighted[1] = nan", "0·(−inf) ⇒ nan"), (4, "loss = nan", "")]


def test_an_infinite_factor_that_was_handed_in_is_its_own_finding() -> None:
    found = one("loss = (w * d).sum()\n", "zero-times-infinity", w=np.array([0.0, 1.0]), d=np.array([np.inf, 1.0]))
    assert found.where == "d[0] = inf"


def test_a_hand_written_backward_pass_that_goes_bad_is_followed_to_the_weights() -> None:
    text = (
        "W = np.ones((2, 2))\nfor step in range(2):\n    d = x @ W - t\n    r = np.sqrt((d ** 2).sum(axis=1))\n"
        "    loss = r.mean()\n    dd = d / r[:, None]\n    W = W - 0.1 * x.T @ dd\nprint(loss)\n"
    )
    x = np.array([[1.0, 2.0], [0.5, 1.0]])
    target = x @ np.ones((2, 2))
    target[0] += 1
    found = one(text, "division-by-zero", x=x, t=target)
    assert found.span is not None
    assert found.span.line == 7
    assert way(found)[0][0] in (7, 8)
    assert way(found)[-1][1] == "loss = nan"


@pytest.mark.parametrize(
    ("text", "x", "code", "place"),
    [
        ("y = np.where(x > 0, np.sqrt(x), 0)\nloss = (y * w).sum()", [4.0, 0.0, 1.0], "where-nan-gradient", "x[1] = 0"),
        ("loss = np.sqrt((x * w * 0).sum())\n", [1.0, 2.0, 3.0], "infinite-slope", "(x * w * 0).sum() = 0"),
    ],
)  # fmt: skip
def test_a_gradient_that_is_bad_where_the_loss_is_not(text: str, x: list[float], code: str, place: str) -> None:
    reading = um.read(NUMPY + text, x=np.array(x), w=np.array([1.0, 2.0, 3.0]))
    gradient = reading.gradient("x", "w")
    (found,) = [finding for finding in gradient.findings if finding.code == code]
    assert place in found.where
    assert found.confidence == "high"
    assert found.evidence
    assert found.evidence[-1].relation.name == "NONFINITE"
    at = found.path[-1] if found.path else None
    if at is not None:
        assert at.where.startswith("∂loss/∂x[")
    assert [f.code for f in gradient.findings if f.confidence == "high"] == [code]  # none about steps of the engine


def test_the_length_of_a_zero_vector_on_the_way_to_a_loss() -> None:
    found = one("loss = np.linalg.norm(v - t)\n", "norm-at-zero", v=np.ones(3), t=np.ones(3))
    assert found.edit is not None
    assert found.edit.text == "np.sqrt(np.sum((v - t) ** 2) + 1e-12)"


def test_json_holds_the_way_and_the_edit() -> None:
    reading = um.read(NUMPY + "a = np.log(x)\nb = a - a\nloss = b.sum()\n", x=np.array([1.0, 0.0]))
    page = json.loads(reading.to("json"))
    assert problems(page) == []
    (found,) = page["findings"]
    assert [stop["where"] for stop in found["path"]][-2:] == ["b[1] = nan", "loss = nan"]
    assert [stop["span"][2] for stop in found["path"]][-2:] == [3, 4]
    assert found["path"][-2]["line"]["text"] == "−inf − (−inf) ⇒ nan"
    assert found["apart"] is False
    assert found["edit"]["text"] == "np.log(np.maximum(x, 1e-12))"
    assert found["file"] == "python"


def test_a_number_that_is_printed_reaches_something() -> None:
    text = "aside = np.log(x)\n{}loss = (x ** 2).sum()\n"
    quiet = one(text.format(""), "log-of-zero", x=np.array([0.0, 1.0]))
    told = one(text.format("print(aside)\n"), "log-of-zero", x=np.array([0.0, 1.0]))
    assert (quiet.apart, told.apart) == (True, False)
