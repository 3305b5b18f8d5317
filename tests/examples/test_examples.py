"""Every program in examples/: by itself and under ``unmagic run`` alike, and what is found in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import needs

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"

SOUND = {  # and a pattern of what it prints
    "character_model.py": "∂loss/∂W: by hand and by um.grad alike: True",
    "digits.py": r"epoch 15  loss 0\.\d+  held out 9\d",
    "naive_bayes.py": r"held out: 9\d\.\d% right",
    "search.py": "shift bits left: shifting ",
    "transformer.py": r"rows never seen: (9\d|100)% right",
}
BROKEN = {  # and what is found: code, and the text of the line
    "broken/column_of_targets.py": ("silent-broadcast", "error = X @ w + b - y"),
    "broken/loss_of_nan.py": ("log-of-zero", "loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))"),
    "broken/step_too_long.py": ("step-too-long", "w -= rate * gradient"),
}
SCIKIT = {"digits.py", *BROKEN}
"""Those that read scikit-learn's bundled data."""


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "UNMAGIC_CACHE": "off"}
    command = [sys.executable, *words]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=EXAMPLES, env=environment, timeout=120, check=False
    )


def findings(name: str) -> list[dict[str, Any]]:
    """What ``unmagic run`` finds, after a check that the program printed and warned as it does by itself."""
    if name in SCIKIT:
        needs("sklearn")  # which brings the data
    plain, live = ran(name), ran("-m", "unmagic", "run", "--format", "json", name)
    assert plain.returncode == 0, plain.stderr
    assert live.stdout == plain.stdout
    assert live.stderr.startswith(plain.stderr)
    found: list[dict[str, Any]] = json.loads(live.stderr[live.stderr.index('{"schema"') :])["findings"]
    assert live.returncode == (1 if found else 0)
    if name in SOUND:
        assert re.search(SOUND[name], plain.stdout)
    return found


def test_every_example_is_here() -> None:
    assert {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*.py")} == {*SOUND, *BROKEN}
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in EXAMPLES.rglob("*.py")) <= 120


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_program_raises_no_sure_alarm(name: str) -> None:
    assert [one for one in findings(name) if one["confidence"] == "high"] == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_program_is_found_at_its_line(name: str) -> None:
    code, line = BROKEN[name]
    found = {(one["code"], line_of(name, one)) for one in findings(name)}
    assert (code, line) in found


def line_of(name: str, finding: dict[str, Any]) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8").splitlines()[finding["span"][2] - 1].strip()
