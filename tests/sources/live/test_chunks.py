"""Which iterations are recorded is a matter of their number alone."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from unmagic.sources.live import line as module
from unmagic.sources.live.ahead import ahead
from unmagic.sources.live.chunks import MANY, WHOLE, loop, rounds
from unmagic.sources.live.line import connect, disconnect, switch


class Ear:
    """A recorder that notes which iterations begin."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, int]] = []

    def iterate(self, site: Any, number: int, stale: bool) -> None:
        self.heard.append((site, number + 1))

    windows = False

    def __getattr__(self, name: str) -> Any:
        return lambda *told: None


class Place:
    """A loop's site."""

    def __init__(self, scope: str) -> None:
        self.scope = scope


@pytest.fixture
def ear() -> Iterator[Ear]:
    found = Ear()
    connect(found)
    yield found
    disconnect()


def through(iterable: Any, site: Any = "loop") -> list[Any]:
    """Its items, each with whether it was recorded, as the rewritten loop takes them."""
    return [(item, switch.on) for chunk in loop(site, iter(iterable)) for item in chunk]


def numbers(ear: Ear, site: str = "loop") -> list[int]:
    return [number for one, number in ear.heard if one == site]


DOUBLES = [1, 2, 4, 8, 16, 32, 64]


@pytest.mark.parametrize(
    "iterable",
    [range(100), list(range(100)), np.arange(100), (i for i in range(100)), zip(range(100), range(200), strict=False),
     {i: i for i in range(100)}],
)  # fmt: skip
def test_the_first_and_its_doubles(ear: Ear, iterable: Any) -> None:
    seen = through(iterable)
    assert len(seen) == 100
    assert numbers(ear) == DOUBLES
    assert [k + 1 for k, (_, recorded) in enumerate(seen) if recorded] == DOUBLES


def test_rounds_of_a_while(ear: Ear) -> None:
    count = 0
    for chunk in rounds("while"):
        for _ in chunk:
            count += 1
            if count == 100:
                break
        else:
            continue
        break
    assert numbers(ear, "while") == DOUBLES


@pytest.mark.parametrize("kind", [range, lambda n: list(range(n)), lambda n: enumerate(range(n))])
def test_all_of_a_short_loop_whose_length_is_known(ear: Ear, kind: Any) -> None:
    through(kind(WHOLE))
    assert numbers(ear) == list(range(1, WHOLE + 1))
    ear.heard.clear()
    through(kind(WHOLE + 1))
    assert numbers(ear) == DOUBLES[:6]


def test_loops_inside_one_another_are_short_together(ear: Ear) -> None:
    for _ in through(range(4), "outer"):
        pass
    ear.heard.clear()
    for outer, inner in ((4, 8), (8, 5)):
        for chunk in loop("outer", iter(range(outer))):
            for _ in chunk:
                through(range(inner), "inner")
    assert numbers(ear, "inner") == [*range(1, 9)] * 4 + [1, 2, 4] * 8


@pytest.mark.parametrize("many", [400, 2000])
def test_a_short_loop_that_comes_to_very_much_is_not_recorded_whole(ear: Ear, many: int) -> None:
    log = SimpleNamespace(made=0)
    module.line.watcher = SimpleNamespace(log=log, loop=lambda site, known: None)
    for chunk in loop("loop", iter(range(WHOLE))):
        for _ in chunk:
            log.made += many * switch.on
    whole = MANY // many + 1  # iterations, with that in which it is seen
    assert numbers(ear) == [k for k in range(1, WHOLE + 1) if k <= whole or k in DOUBLES]


def test_a_list_that_grows_is_gone_through_to_its_end(ear: Ear) -> None:
    items = list(range(3))
    seen = []
    for chunk in loop("loop", iter(items)):
        for item in chunk:
            seen.append(item)
            if len(items) < 100:
                items.append(len(items))
    assert seen == list(range(100))
    assert numbers(ear) == [1, 2, 3, 4, 8, 16, 32, 64]


def test_what_comes_is_known_of_pythons_own_iterators_without_asking() -> None:
    given = iter([5, 6, 7])
    next(given)
    for iterator, items in (
        (given, [6, 7]), (iter(range(2, 5)), [2, 3, 4]), (zip([1, 2, 3], (4, 5), strict=False), [(1, 4), (2, 5)]),
        (enumerate([7, 8], 3), [(3, 7), (4, 8)]), (iter(np.arange(2)), [0, 1]),
    ):  # fmt: skip
        known = ahead(iterator)
        assert known is not None
        assert [known.item(k) for k in range(len(known))] == items == list(iterator)
    twice = iter([1, 2, 3, 4])
    for unknown in (zip(twice, twice, strict=False), map(abs, [1]), (i for i in range(3)), iter({1: 2}),
                    zip([1], [2], strict=True)):  # fmt: skip
        assert ahead(unknown) is None


def test_a_loop_that_begins_again_and_again_is_not_heard_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a function that a comprehension calls: in each iteration around it the first times are heard."""
    monkeypatch.setattr(module, "PAUSE", 1e-9)  # it wakes no more by itself
    found = Ear()
    found.windows = True
    inner, outer = Place("f"), Place("")
    connect(found)
    try:
        for chunk in loop(outer, iter([1, 2])):
            for _ in chunk:
                for _ in range(100):
                    through((k for k in range(1)), inner)
    finally:
        disconnect()
    assert [number for site, number in found.heard if site is outer] == [1, 2]
    assert [number for site, number in found.heard if site is inner].count(1) == 2 * module.OFTEN
