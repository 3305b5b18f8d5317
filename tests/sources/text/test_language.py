"""Programs read by the walker print, and end, as the interpreter has them."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any

import numpy as np
import pytest

from tests.sources.text.programs import FAILING, LONGER, PROGRAMS
from unmagic.core.errors import Raised
from unmagic.sources.text import read_text

ALL = [*PROGRAMS, *LONGER]


def really(text: str) -> tuple[str, dict[str, Any]]:
    """What the interpreter prints, and its names at the end."""
    out = io.StringIO()
    names: dict[str, Any] = {"__name__": "__main__"}
    options = np.get_printoptions()
    try:
        with contextlib.redirect_stdout(out), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(text, "<program>", "exec"), names)
    finally:
        np.set_printoptions(**options)
    return out.getvalue(), names


@pytest.mark.parametrize("text", ALL, ids=[f"{i}: {text[:40]}" for i, text in enumerate(ALL)])
def test_it_prints_and_ends_as_the_interpreter_has_it(text: str) -> None:
    if "math.inf if False" in text:
        text = "import math\n" + text
    printed, names = really(text)
    program = read_text(text, {})
    assert program.failure is None, program.failure
    assert program.printed == printed
    for name, id in program.graph.names.items():
        if name in names and isinstance(names[name], (int, float, np.ndarray, np.generic)):
            np.testing.assert_array_equal(np.asarray(program.values[id]), np.asarray(names[name]))
            if isinstance(names[name], (np.ndarray, np.generic)):
                assert np.asarray(program.values[id]).dtype == names[name].dtype


@pytest.mark.parametrize(("text", "kind", "message"), FAILING)
def test_what_the_program_raises_is_its_own(text: str, kind: str, message: str | None) -> None:
    with pytest.raises(Exception) as real, np.errstate(all="ignore"):  # noqa: PT011
        really(text)
    assert type(real.value).__name__ == kind
    program = read_text(text, {})
    assert program.failure is not None
    assert program.failure.span is not None
    if isinstance(program.failure, Raised):
        assert program.failure.exception == kind
        if message is not None:
            assert program.failure.message == message == str(real.value)
    else:
        assert message is None


def test_there_are_enough_programs() -> None:
    assert len(PROGRAMS) + len(FAILING) >= 120
