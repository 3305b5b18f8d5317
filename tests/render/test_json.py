"""JSON: strict, in one order, and as the published schema says."""

from __future__ import annotations

import json as decoder
from typing import Any

import numpy as np
import pytest

from tests.golden.compare import assert_golden
from unmagic.core.lines import Working
from unmagic.core.span import SourceText, Span
from unmagic.render.json import json

from .documents import ACKNOWLEDGED, EVERYTHING, OVERFLOW, SCRIPT
from .readings import CLASSIFIER
from .schema_check import SCHEMA, problems

LINES = [line for document in (CLASSIFIER, EVERYTHING) for b in document.blocks for line in getattr(b, "lines", ())]


def facts() -> dict[str, Any]:
    source = SourceText("y = W x", "formula")
    step = {
        "id": 2,
        "name": "y",
        "op": "matvec",
        "idiom": None,
        "inputs": (0, 1),
        "attrs": {"key": (slice(1, None), ..., None, np.int64(3)), "to": np.dtype("float16")},
        "shape": (2,),
        "dtype": "float16",
        "span": Span(source, 0, 7),
        "value": np.array([1.5, np.inf], "float16"),
        "implicit": False,
    }
    return {
        "failure": {"words": "KeyError: 'W'", "span": Span(source, 4, 5), "notes": ["there is 'w'"]},
        "printed": "a\n",
        "source": SCRIPT,
        "language": "formula",
        "value": np.array([[np.nan, -np.inf], [1.0, 2.0]]),
        "steps": [step],
        "gradients": {"W": np.zeros((1, 2)), "c": np.float32(0.5)},
        "findings": [OVERFLOW, ACKNOWLEDGED],
        "workings": [Working("y", (0,), tuple(LINES), "words")],
        "decisions": [{"words": "juxtaposition: matrix times vector", "span": Span(source, 4, 7)}],
    }


def test_facts_are_as_the_schema_says() -> None:
    page = json(facts(), indent=1)
    assert problems(decoder.loads(page)) == []
    assert_golden(page, "json/facts.json")


def test_every_relation_is_in_the_sample() -> None:
    assert {line.relation for line in LINES} | {line.relation for line in OVERFLOW.evidence} >= set(
        SCHEMA["$defs"]["line"]["properties"]["relation"]["enum"]
    )


def test_no_literal_that_json_lacks() -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    read = decoder.loads(json(facts()), parse_constant=refuse)
    assert read["value"] == [["nan", "-inf"], [1.0, 2.0]]


def test_keys_stand_in_the_schemas_order() -> None:
    shuffled = dict(reversed(list(facts().items())))
    assert json(shuffled) == json(facts())
    assert list(decoder.loads(json(facts()))) == list(SCHEMA["properties"])


def test_numbers_keep_their_precision() -> None:
    value = np.random.default_rng(7).normal(size=20)
    assert np.array_equal(np.array(decoder.loads(json({"value": value}))["value"]), value)
    assert decoder.loads(json({"value": 2**70}))["value"] == 2**70


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema": "unmagic/2"}, "$.schema: not 'unmagic/1'"),
        ({"language": "prose"}, "$.language"),
        ({"extra": 1}, "$: extra is not in the schema"),
        ({"value": "many"}, "$.value"),
        ({"steps": [{}]}, "$.steps[0]: no id"),
        ({"gradients": {"W": "x"}}, "$.gradients.W"),
        ({"decisions": [{"words": 1, "span": None}]}, "$.decisions[0].words"),
        ({"failure": {"words": "KeyError"}}, "$.failure"),
    ],
)
def test_the_schema_refuses_what_is_wrong(change: dict[str, Any], problem: str) -> None:
    found = problems(decoder.loads(json(facts() | change)))
    assert any(p.startswith(problem) for p in found), found


def test_the_schema_asks_for_all_that_it_names() -> None:
    assert set(SCHEMA["required"]) == set(SCHEMA["properties"])
    missing = {name: value for name, value in decoder.loads(json(facts())).items() if name != "printed"}
    assert problems(missing) == ["$: no printed"]
