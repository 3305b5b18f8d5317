"""Scripts in functions and classes: found at their line, as text and when they run; their twins are sound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import unmagic as um
from tests.findings.cases import number_scripts, training_scripts
from tests.findings.cases.script import Script
from unmagic.core.finding import Finding
from unmagic.reading.findings.acknowledged import CODES

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS: list[Script] = [*training_scripts.SCRIPTS, *number_scripts.SCRIPTS]

NOT_RECORDED = {
    "the-spread-of-large-numbers": "the totals come from rounds that are not recorded",
}
"""What a run can't see, for it records some rounds of a loop: held to, so that the list is no longer than it must."""

EACH = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)


@cache
def read(text: str) -> tuple[Finding, ...]:
    reading = um.read(text, lang="python")
    assert reading.program.failure is None, reading.program.failure
    return tuple(reading.findings)


def place(finding: Finding) -> tuple[str, int]:
    return finding.code, finding.span.line if finding.span is not None else 0


@EACH
def test_the_fault_is_found_at_its_line(script: Script) -> None:
    found = read(script.broken)
    hits = [finding for finding in found if place(finding) == (script.code, script.line)]
    assert len(hits) == 1, [(*place(finding), finding.confidence) for finding in found]
    assert hits[0].confidence in ("high", "medium")
    assert hits[0].code in CODES


@EACH
def test_its_twin_is_sound(script: Script) -> None:
    assert [(*place(finding), finding.confidence) for finding in read(script.sound)] == []


@EACH
def test_the_mend_that_is_an_expression_mends_it(script: Script) -> None:
    assert still_there(script.broken, read(script.broken), script.code) == []


def still_there(text: str, found: tuple[Finding, ...], code: str, **values: Any) -> list[Any]:
    """What is left of the findings of a code once their edits are made: one place after the other."""
    for _ in range(3):  # log p and log(1 − p) each have an edit
        edits = [f.edit for f in found if f.code == code and f.confidence != "low" and f.edit is not None]
        if not edits:
            return []
        span = edits[0].span
        assert span.source.text == text
        text = text[: span.start] + edits[0].text + text[span.end :]
        reading = um.read(text, lang="python", **values)
        assert reading.program.failure is None, (text, reading.program.failure)
        found = tuple(reading.findings)
    return [(*place(f), f.mend) for f in found if f.code == code]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """What is found in each script when it runs, all in one process of its own."""
    folder = tmp_path_factory.mktemp("scripts")
    keys, files = [], []
    for script in SCRIPTS:
        for kind, text in (("broken", script.broken), ("sound", script.sound)):
            path = folder / f"{script.id}-{kind}.py"
            path.write_text(text, encoding="utf-8")
            keys.append((script.id, kind))
            files.append(str(path))
    for name, text in training_scripts.SOUND.items():
        path = folder / f"{name}.py"
        path.write_text(text.lstrip(), encoding="utf-8")
        keys.append((name, "sound"))
        files.append(str(path))
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "findings" / "live.py"), *files],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "UNMAGIC_CACHE": "off"},
    )  # fmt: skip
    return dict(zip(keys, map(json.loads, done.stdout.splitlines()), strict=True))


@EACH
def test_it_is_found_in_a_run(script: Script, runs: dict[tuple[str, str], list[dict[str, Any]]]) -> None:
    found = runs[script.id, "broken"]
    hits = [f for f in found if (f["code"], f["line"]) == (script.code, script.line) and f["confidence"] != "low"]
    assert len(hits) == (script.id not in NOT_RECORDED), found


@EACH
def test_a_run_of_its_twin_raises_no_alarm(script: Script, runs: dict[tuple[str, str], list[dict[str, Any]]]) -> None:
    assert runs[script.id, "sound"] == []


@pytest.mark.parametrize("name", training_scripts.SOUND)
def test_a_sound_script_raises_no_alarm(name: str, runs: dict[tuple[str, str], list[dict[str, Any]]]) -> None:
    assert read(training_scripts.SOUND[name].lstrip()) == ()
    assert runs[name, "sound"] == []
