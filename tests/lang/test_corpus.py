"""The corpus of formulas from public documents: nearly all read right, none read wrong."""

from __future__ import annotations

import numpy as np
import pytest

from tests.corpus.formulas import ROWS, Row
from unmagic.core.errors import UnmagicError
from unmagic.core.program import Program
from unmagic.lang.names import canonical
from unmagic.sources.formula import read_formula


def outcome(row: Row) -> str:
    """``right``, ``refused`` (with why), or ``wrong``."""
    language = "latex" if "\\" in row.text else "formula"
    try:
        program = read_formula(row.text, row.values, language=language, times=row.rounds)
    except UnmagicError as error:
        return "right" if row.refused else f"refused: {error.what}"
    if row.refused or row.expect is None:
        return "wrong: it has to be refused"
    got = result(program, row)
    want = np.asarray(row.expect(row.values), dtype=float)
    if got is None:
        return f"refused: no result {row.result}"
    if got.shape == want.shape and np.allclose(got, want, rtol=1e-9, atol=1e-12):
        return "right"
    return f"wrong: {got.tolist()} for {want.tolist()}"


def result(program: Program, row: Row) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None:
    """The value that the row names: its left side, or the text's last value."""
    step = program.graph.result
    if row.result is not None:
        name = canonical(row.result)
        names = program.graph.names
        if name not in names:
            name = name.partition("(")[0]
        if name not in names:
            return None
        step = names[name]
    return np.asarray(program.values[step], dtype=float)


def test_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = {row.id: outcome(row) for row in ROWS}
    wrong = {id: said for id, said in outcomes.items() if said.startswith("wrong")}
    refused = {id: said for id, said in outcomes.items() if said.startswith("refused")}
    right = len(outcomes) - len(wrong) - len(refused)
    with capsys.disabled():
        print(f"\ncorpus: {right} of {len(outcomes)} read right, {len(refused)} refused, {len(wrong)} wrong")
    assert len(outcomes) >= 160
    assert not wrong
    assert right >= 0.95 * len(outcomes), refused
