"""A server process computes what its pages need beside the first visitors."""

from __future__ import annotations

import threading

import pytest

from unmagic.core.errors import UnmagicError
from unmagic.web import serve


def test_the_application_is_there_before_its_data(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    asked: list[str] = []

    def slow() -> None:
        goes_on.wait(10)
        asked.append("data")

    monkeypatch.setattr(serve, "warm", slow)
    monkeypatch.setattr(serve, "part", lambda lesson, widget, pairs: asked.append(widget.id))
    assert serve.application() is not None
    assert asked == []
    goes_on.set()
    for thread in [one for one in threading.enumerate() if one.name == "warm"]:
        thread.join(10)
    assert asked[0] == "data"
    assert "dot" in asked


def test_data_that_is_missing_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def missing() -> None:
        raise UnmagicError("no sources")

    monkeypatch.setattr(serve, "warm", missing)
    monkeypatch.setattr(serve, "part", lambda lesson, widget, pairs: asked.append(widget.id))
    serve.application()
    for thread in [one for one in threading.enumerate() if one.name == "warm"]:
        thread.join(10)
    assert "dot" in asked
