"""Over all formulas and programs of the other suites: no rule stumbles, and no sure alarm that is not true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import unmagic as um
from tests.corpus.formulas import ROWS
from tests.corpus.python_rows import NUMPY_ROWS, TORCH_ROWS, has_torch
from tests.sources.text.programs import LONGER, PROGRAMS
from unmagic.core.errors import UnmagicError
from unmagic.reading.reading import Reading

TRUE = {
    ("program 54", "non-finite"): "it prints what lies past 1e308",
    ("program 114", "integer-wrap"): "it shows what int8 does past 127",
}
"""Sure findings that are so."""


def readings() -> Iterator[tuple[str, Reading]]:
    sources: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        (row.id, row.text, row.values, {"lang": "latex" if "\\" in row.text else "formula", "times": row.rounds})
        for row in ROWS
    ]
    rows = [*NUMPY_ROWS, *(TORCH_ROWS if has_torch() else [])]
    sources += [(row.id, row.text, row.values, {"lang": "python"}) for row in rows]
    sources += [(f"program {k}", text, {}, {"lang": "python"}) for k, text in enumerate(PROGRAMS)]
    sources += [(f"longer {k}", text, {}, {"lang": "python"}) for k, text in enumerate(LONGER)]
    for id, text, values, options in sources:
        try:
            yield id, um.read(text, **options, **values)
        except UnmagicError:
            continue  # refused, or without numbers of its own


def test_no_sure_alarm_in_the_corpora() -> None:
    seen, alarms = 0, {}
    for id, reading in readings():
        seen += 1
        for finding in reading.findings:
            if finding.confidence == "high":
                alarms[id, finding.code] = finding.where
    assert seen > 550
    assert set(alarms) == set(TRUE), alarms
