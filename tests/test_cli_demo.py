"""``unmagic demo``: six broken programs, each with its finding at its line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from unmagic.cli import main
from unmagic.cli_demo import DEMOS, names

ROOT = Path(__file__).resolve().parents[1]

EXPECTED = {  # the finding's title, the place it names, and the code that stands on that line
    "ascent": ("the step goes up loss", "ascent.py:14", "w += 0.05 * gradient"),
    "broadcast": ("X @ W + b (100×1) meets y (100): 10000 pairs, not 100", "broadcast.py:12", "X @ W + b - y"),
    "labels": ("labels starts at 0 already: entry −1 is the last class", "labels.py:16", "p[np.arange(len(y)), y]"),
    "nan": ("log of 0", "nan.py:13", "np.log(1 - p)"),
    "softmax-twice": ("softmax of a softmax: the scores are shares already", "softmax_twice.py:8", "return e / e.sum("),
    "wrong-axis": ("softmax along axis 0, not the last", "wrong_axis.py:13", "weights = e / e.sum(axis=0)"),
}


def shown(name: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "unmagic", "demo", name]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


def test_every_demo_is_expected_to_give_something() -> None:
    assert names() == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_demo_shows_its_lines_its_output_and_its_finding_at_its_line(name: str) -> None:
    title, place, code = EXPECTED[name]
    file = DEMOS / f"{name.replace('-', '_')}.py"
    lines = file.read_text(encoding="utf-8").splitlines()
    done = shown(name)
    assert done.returncode == 0
    assert code in lines[int(place.partition(":")[2]) - 1]
    listing, output = done.stdout.split(f"$ unmagic run {file.name}\n")
    assert [line[4:].strip() for line in listing.splitlines()] == [*(line.strip() for line in lines), ""]
    plain = subprocess.run([sys.executable, "-W", "ignore", str(file)], capture_output=True, text=True, check=True)
    assert output == plain.stdout
    assert plain.stdout
    [head] = [line for line in done.stderr.splitlines() if line.startswith(title)]
    assert head.endswith(f" {place}"), head


def test_without_a_name_they_are_listed_with_what_their_author_saw(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()[: len(names())]] == names()
    assert "ascent          A loss that climbs, a little more with every step." in said


def test_a_name_that_is_none_is_told_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "softmaxtwice"]) == 2
    assert "did you mean  unmagic demo softmax-twice?" in capsys.readouterr().err
    assert main(["demo", "../cli"]) == 2
    assert "there are: ascent, broadcast, labels, nan, softmax-twice, wrong-axis" in capsys.readouterr().err
