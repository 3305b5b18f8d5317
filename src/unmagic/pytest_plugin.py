"""The pytest plugin: a failing test marked ``unmagic``, or with the fixture ``unmagic_watch``, shows its bad Line.

Only pytest loads it, and it loads the rest when a test asks for it.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from unmagic.reading.watch import Watch

WATCH: pytest.StashKey[Any] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "unmagic: if the test fails, show the first bad number that it met")


@pytest.fixture
def unmagic_watch(request: pytest.FixtureRequest) -> Watch:
    """`um.watch()` around the test; ``unmagic_watch.findings`` is what it met so far."""
    return _watch(request.node)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    if item.get_closest_marker("unmagic") is None and WATCH not in item.stash:
        return (yield)
    with _watch(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed and WATCH in item.stash:
        found = item.stash[WATCH].findings[:1]
        if found:
            from unmagic.render.findings import findings_text

            report.sections.append(("unmagic: the first bad number", findings_text(found)))
    return report


def _watch(item: pytest.Item) -> Watch:
    if WATCH not in item.stash:
        import unmagic as um

        item.stash[WATCH] = um.watch(show=False)
    watch: Watch = item.stash[WATCH]
    return watch
