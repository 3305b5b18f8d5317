"""What every test may lean on: Hypothesis profiles, and optional parts that are skipped or required."""

import importlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import checker
from unmagic.core.lines import Line

# No deadlines anywhere: they measure how busy the machine is, not the code.
_COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", _COMMON, max_examples=50)
# The same examples in every CI run: a change is judged by what it changed.
settings.register_profile("ci", _COMMON, max_examples=100, derandomize=True)
settings.register_profile("soak", _COMMON, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def required() -> frozenset[str]:
    """The optional parts that this run may not skip, from UNMAGIC_REQUIRE (comma-separated)."""
    names = os.environ.get("UNMAGIC_REQUIRE", "").split(",")
    return frozenset(name.strip() for name in names if name.strip())


def needs(name: str) -> ModuleType:
    """Import an optional module for a test; skip if it is not there, unless UNMAGIC_REQUIRE names it.

    At the top of a test file or inside a test: ``torch = needs("torch")``.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # A module that is installed and broken inside is no reason to skip.
        if error.name is None or error.name.partition(".")[0] != name.partition(".")[0]:
            raise
        if name.partition(".")[0] in required():
            pytest.fail(f"UNMAGIC_REQUIRE asks for {name}, which is not installed", pytrace=False)
        pytest.skip(f"{name} is not installed", allow_module_level=True)


def needs_program(name: str) -> str:
    """The path of a program that a test runs; skip if it is not there, unless UNMAGIC_REQUIRE names it."""
    path = shutil.which(name)
    if path is None:
        if name in required():
            pytest.fail(f"UNMAGIC_REQUIRE asks for {name}, which is not installed", pytrace=False)
        pytest.skip(f"{name} is not installed")
    return path


def pytest_configure() -> None:
    """A suite that was started in the background ignores Ctrl-C, and so would every program that it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# Every Line that the engine makes anywhere in the suite is re-read from its text, by code that shares nothing with the
# solver. Lines that a test writes by hand are the test's own.

_made: list[Line] = []
_make = Line.__init__


def _observed(self: Line, *args: Any, **kwargs: Any) -> None:
    _make(self, *args, **kwargs)
    if str(sys._getframe(1).f_globals.get("__name__", "")).startswith("unmagic"):
        _made.append(self)


setattr(Line, "__init__", _observed)  # noqa: B010


@pytest.fixture(autouse=True)
def lines_are_true() -> Iterator[None]:
    """After each test: whatever Lines it made hold as printed."""
    yield
    made, _made[:] = _made[:], []
    for line in made:
        checker.assert_true(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)  # on a worker of pytest-xdist
    if output is not None:
        output["lines checked"] = checker.checked


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    checker.checked += getattr(node, "workeroutput", {}).get("lines checked", 0)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if checker.checked:
        terminalreporter.write_line(f"Lines checked: {checker.checked:,}")
