"""Every program of the corpus: what it prints and what its names hold is what the interpreter says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.conftest import needs
from tests.corpus.python_rows import NUMPY_ROWS, TORCH_ROWS, PythonRow, run
from unmagic.core.program import Program
from unmagic.sources.text import read_text


def held(program: Program, name: str) -> Any:
    """The value a name has at the end."""
    return program.values[program.graph.names[name]]


@pytest.mark.parametrize("row", NUMPY_ROWS, ids=lambda row: row.id)
def test_a_numpy_program_is_read_as_it_runs(row: PythonRow) -> None:
    real = run(row)
    program = read_text(row.text, row.values)
    assert program.failure is None, program.failure
    assert program.printed == real.stdout
    for name in row.final:
        if isinstance(real.names[name], list):
            more = read_text(f"{row.text}\nimport numpy\nheld_list = numpy.array({name})\n", row.values)
            np.testing.assert_array_equal(np.asarray(held(more, "held_list")), np.asarray(real.names[name]))
        elif isinstance(real.names[name], (int, float, np.ndarray, np.generic)):
            np.testing.assert_array_equal(np.asarray(held(program, name)), np.asarray(real.names[name]), strict=False)


@pytest.mark.parametrize("row", TORCH_ROWS, ids=lambda row: row.id)
def test_a_torch_program_is_read_as_it_runs(row: PythonRow) -> None:
    needs("torch")
    real = run(row)
    program = read_text(row.text, row.values)
    assert program.failure is None, program.failure
    assert program.printed == real.stdout
    for name in row.final:
        value = real.names[name]
        if isinstance(value, list):  # a list is no step: its array is
            more = read_text(f"{row.text}\nimport numpy\nheld_list = numpy.array({name})\n", row.values)
            got = np.asarray(held(more, "held_list"))
        else:
            got = np.asarray(held(program, name))
        assert got.shape == np.shape(value)
        np.testing.assert_allclose(got, np.asarray(value), rtol=2e-6, atol=2e-7)
