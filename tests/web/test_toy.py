"""The toy as the server gives it: addresses, forms, frames, tables."""

from __future__ import annotations

import csv
import re

import pytest
from starlette.testclient import TestClient

from unmagic.lesson.lesson import parse
from unmagic.web.pages.lesson import canonical, part

FORM = {"at": "rate", "rate.was": "0.18(x − 3)²|-1.6|1|1", "rate.f": "0.18(x − 3)²", "rate.x": "-1.6", "rate.y": "1",
        "rate.eta": "1", "rate.k": "0", "rate.guess": "", "rate.slide": "1.00"}  # fmt: skip


def test_equal_states_have_one_address(client: TestClient) -> None:
    sent = {**FORM, "rate.eta": "5", "rate.guess": "4", "rate.do": "step"}
    answer = client.get("/toy", params=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/toy?rate.eta=5&rate.k=1&rate.guess=4#rate")
    assert client.get("/toy?rate.eta=5&rate.k=1&rate.guess=4", follow_redirects=False).status_code == 200
    assert client.get("/toy?x=1&rate.eta=1", follow_redirects=False).headers["location"] == "/toy"


def test_one_address_one_page(client: TestClient) -> None:
    path = "/toy?rate.f=x%C2%B2%20%2B%20y%C2%B2&rate.x=3&rate.y=4&rate.eta=0.1&rate.k=1"
    page = client.get(path).text
    assert page == client.get(path).text
    assert "(2.4, 3.2)" in page
    assert client.get(path.replace("/toy?", "/toy/part?")).text in page


def test_the_part_tells_its_canonical_state(client: TestClient) -> None:
    answer = client.get("/toy/part", params={**FORM, "rate.do": "ten"})
    assert answer.headers["x-state"] == "?rate.k=10"
    assert answer.text.lstrip().startswith("<section")


def test_what_a_script_draws_is_what_the_page_shows(client: TestClient) -> None:
    frames = client.get("/toy/frames?over=rate.eta&low=20&high=24&rate.k=4").json()["frames"]
    assert [text for text, _ in frames] == ["1", "1.05", "1.1", "1.15", "1.2"]
    for text, html in frames:
        part = client.get(f"/toy/part?rate.eta={text}&rate.k=4").text
        pieces = re.split(r"(?=<div[^>]*data-live=)", html.strip())
        assert len([piece for piece in pieces if piece]) == 5
        for piece in filter(None, pieces):
            assert piece.strip() in part


@pytest.mark.parametrize("query", ["", "over=rate.eta", "over=rate.eta&low=0&high=500", "over=rate.z&low=0&high=1",
                                   "over=rate.eta&low=0&high=1&rate.f=%2B"])  # fmt: skip
def test_frames_of_nothing_are_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/toy/frames?{query}").status_code == 422


def test_the_table_is_csv_that_adds_up(client: TestClient) -> None:
    answer = client.get("/toy/run.csv?rate.eta=5&rate.k=4")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [row["x"] for row in rows] == ["-1.6", "6.68", "0.056", "5.3552", "1.11584"]
    assert client.get("/toy/run.csv?rate.f=%2B").status_code == 422


def test_what_is_typed_is_text(client: TestClient) -> None:
    page = client.get("/toy", params={"rate.f": "<script>alert(1)</script>", "rate.x": '"><b>'}).text
    assert "<script>alert" not in page
    assert "<b>\"" not in page
    assert "&lt;script&gt;" in page
    assert 'role="alert"' in page


def test_a_lesson_puts_it_in_and_keeps_the_rest_of_its_state() -> None:
    lesson = parse("some", "---\ntitle: t\n---\n## A {#a}\n\n::: panel dot\n:::\n\n::: toy bowl\nf: x²\nx: 3\n:::\n")
    pairs = canonical(lesson, [("dot.a", "4,2,3"), ("bowl.x", "3"), ("bowl.k", "2")])
    assert pairs == [("dot.a", "4,2,3"), ("bowl.k", "2")]
    html = part(lesson, lesson.widgets[1], pairs)
    assert 'data-part="/learn/some/part/bowl"' in html
    assert '<input type="hidden" name="dot.a" value="4,2,3">' in html
    assert 'href="/toy?rate.f=x%C2%B2&amp;rate.x=3&amp;rate.k=2"' in html
    assert "\x02" not in html
