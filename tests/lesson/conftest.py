"""The lesson with stand-ins for what other parts of the site bring."""

import pytest

from . import stubs
from .site import get

LESSON = "/learn/math-for-ml"


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    stubs.install(monkeypatch)


@pytest.fixture
def page() -> str:
    """The lesson in its first state."""
    answer = get(LESSON)
    assert answer.status == 200
    return answer.text
