"""The field run tells what it must: a run that differs, a step that is wrong, what was taken as given."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np

from tests.record.recorded import recorded
from tools.field.__main__ import chosen, left_out
from tools.field.recheck import CheckedLog
from tools.field.tally import Tally, table, tallied

ROOT = Path(__file__).resolve().parents[2]
PLAIN: dict[str, Any] = {"status": 0, "out": "31", "err": "", "arrays": {"x": "1.0", "t": "5.0"}, "seconds": 1.0}


def test_a_run_that_differs_is_told_and_chance_is_not() -> None:
    again = {**PLAIN, "arrays": {"x": "1.0", "t": "6.0"}}
    other = {**PLAIN, "arrays": {"x": "1.5", "t": "7.0"}, "out": "32"}
    one, lines = tallied({"plain": PLAIN, "again": again, "silent": PLAIN, "twins": other})
    assert (one.same, one.broken) == (0, 1)
    assert "DIFFERS twins: out, x" in lines
    assert tallied({"plain": PLAIN, "silent": PLAIN})[0].same == 1


def test_the_table_has_a_line_for_each_repository() -> None:
    one = Tally(same=2, steps=[90, 5, 0, 3, 2], sure=1)
    one.opaque["eig"] = 3
    lines = table({"a": one, "b": Tally(broken=1)})
    assert lines[1].split()[:9] == ["a", "2", "2", "90", "5", "0", "95.0%", "3.0%", "2.0%"]
    assert lines[-2].split()[:3] == ["all", "3", "2"]
    assert lines[-1] == "right 100.00000% of 95.0% checkable; as given 3.0%"


def test_a_content_too_large_to_keep_is_checked_by_its_digest() -> None:
    text = "import numpy as np\na = np.zeros((40, 50))\na[3, 4:9] = 2.5\na[1] += 1.0\n"
    log = CheckedLog()
    recorded(text, log=log)
    assert log.digests
    assert log.result()["checked"][:3] == [3, 0, 0]
    log = CheckedLog()
    recorded(text, log=log)
    log.digests = dict.fromkeys(log.digests, b"another")
    assert log.result()["checked"][2] == 2


def test_programs_come_from_a_list_with_their_arguments(tmp_path: Path) -> None:
    file = tmp_path / "entries"
    file.write_text("# some\na/b.py\n\na/c.py 3 --fast\n")
    options = Namespace(list=file, folder=tmp_path, words=[])
    assert chosen(options) == [("a/b.py", []), ("a/c.py", ["3", "--fast"])]


def forked(path: Path, arguments: list[str], *modes: str, seconds: int = 60) -> dict[str, Any]:
    """One program's runs, off a process that has no threads, as this one may have."""
    text = (
        "import json, pathlib, sys; from tools.field.__main__ import run; "
        "path, given, modes, seconds = json.loads(sys.argv[1]); "
        "seen = {mode: run(mode, pathlib.Path(path), given, seconds) for mode in modes}; print(json.dumps(seen))"
    )
    told = json.dumps([str(path), arguments, modes, seconds])
    done = subprocess.run([sys.executable, "-c", text, told], cwd=ROOT, capture_output=True, text=True, check=True)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def test_one_program_is_run_in_every_mode(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import sys\nimport numpy as np\nx = np.exp(np.arange(3.0))\nprint(x.sum(), sys.argv[1:])\n")
    modes = forked(path, ["a"], "plain", "silent", "twins", "all", "run")
    assert {mode: one["status"] for mode, one in modes.items()} == dict.fromkeys(modes, 0)
    assert bytes.fromhex(modes["run"]["out"]).decode() == f"{np.exp(np.arange(3.0)).sum()} ['a']\n"
    assert not left_out(modes)
    assert tallied(modes)[0] == Tally(same=1, steps=[6, 0, 0, 0, 0])


def test_a_program_that_fails_by_itself_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("raise SystemExit('no data')\n")
    assert left_out(forked(path, [], "plain")) == "it fails by itself: no data"


def test_a_program_that_takes_too_long_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("while True:\n    pass\n")
    assert left_out(forked(path, [], "plain", seconds=1)) == "timeout"
