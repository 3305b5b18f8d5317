"""A value computed once, however many ask for it at the same time."""

from __future__ import annotations

import threading
import time

import pytest

from unmagic.lesson.once import once


def test_threads_wait_for_the_first() -> None:
    made: list[int] = []

    @once
    def slow() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(slow())) for _ in range(4)]
    assert not slow.ready
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1, 1, 1, 1]
    assert slow.ready


def test_an_error_is_not_kept() -> None:
    answers = [ValueError("not yet"), None]

    @once
    def late() -> str:
        error = answers.pop(0)
        if error is not None:
            raise error
        return "there"

    with pytest.raises(ValueError, match="not yet"):
        late()
    assert late() == "there"
