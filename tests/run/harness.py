"""A command line run as ``python …`` and as ``unmagic run …``, each in a folder of its own: all that could be seen.

``python harness.py JOBS`` is the server: unmagic is loaded once, every job is a fork of it that ends as Python ends.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
OURS = b"\nunmagic: "
"""What all that we say begins with."""


class Row(NamedTuple):
    """Files, the words of the command line behind ``python``, and what standard input gives."""

    files: Mapping[str, str | bytes]
    words: Sequence[str] = ("main.py",)
    stdin: bytes = b""
    env: Mapping[str, str] = {}
    fresh: bool = False  # live in an interpreter of its own: it is started with other settings


class Seen(NamedTuple):
    """What a run showed and left."""

    out: bytes
    err: bytes
    status: int
    left: dict[str, bytes]

    def without_addresses(self) -> Seen:
        out, err = (re.sub(rb"\b0x[0-9a-f]+", b"0x", stream) for stream in (self.out, self.err))
        return self._replace(out=out, err=err)


def environment(more: Mapping[str, str] = {}) -> dict[str, str]:
    """The same wherever the suite runs: what a machine says about Python's streams and hooks is left out."""
    own = {"PYTHONPATH": str(ROOT / "src"), "UNMAGIC_CACHE": "off", "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"}
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**outer, **own, "PYTHONDONTWRITEBYTECODE": "1", **more}


def both(rows: Mapping[str, Row], folder: Path) -> dict[str, tuple[Seen, Seen]]:
    """Every row, run plain and run live, in the same folder one after the other."""
    plain = {name: _plain(row, _filled(folder / name, row)) for name, row in rows.items()}
    seen = live(rows, folder)
    return {name: (plain[name], seen[name]) for name in rows}


def live(rows: Mapping[str, Row], folder: Path) -> dict[str, Seen]:
    """Every row under ``unmagic run``."""
    jobs = []
    served = {name: row for name, row in rows.items() if not row.fresh}
    for name, row in served.items():
        place = _filled(folder / name, row)
        jobs.append([str(place), list(row.words), base64.b64encode(row.stdin).decode(), dict(row.env)])
    (folder / "jobs").write_text(json.dumps(jobs), encoding="utf-8")
    command = [sys.executable, __file__, str(folder / "jobs")]
    done = subprocess.run(command, capture_output=True, env=environment(), timeout=900, check=False)
    assert done.returncode == 0, done.stderr.decode()
    seen = {}
    for (name, _), (out, err, status) in zip(served.items(), json.loads(done.stdout), strict=True):
        seen[name] = Seen(base64.b64decode(out), base64.b64decode(err), status, _left(folder / name))
    for name, row in rows.items():
        if row.fresh:
            seen[name] = _plain(row, _filled(folder / name, row), "-m", "unmagic", "run")
    return seen


def _filled(place: Path, row: Row) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for path, text in row.files.items():
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.lstrip("\n").encode())
    return place


def _left(place: Path) -> dict[str, bytes]:
    """Every file below ``place``."""
    return {str(file.relative_to(place)): file.read_bytes() for file in sorted(place.rglob("*")) if file.is_file()}


def _plain(row: Row, place: Path, *first: str) -> Seen:
    done = subprocess.run(
        [sys.executable, *first, *row.words], capture_output=True, cwd=place, input=row.stdin, env=environment(row.env),
        timeout=SECONDS, check=False,
    )  # fmt: skip
    return Seen(done.stdout, done.stderr, done.returncode, _left(place))


def _served(place: str, words: list[str], stdin: str, env: dict[str, str]) -> Any:
    """One job: forked, ended, and its streams; None in the child, which goes on to become the program."""
    streams = [open(os.path.join(os.path.dirname(place), f"stream{number}"), "w+b") for number in range(3)]  # noqa: SIM115
    streams[0].write(base64.b64decode(stdin))
    streams[0].seek(0)
    child = os.fork()
    if not child:
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
            stream.close()
        os.chdir(place)
        os.environ.update(env)
        signal.alarm(SECONDS)
        return None
    _, status = os.waitpid(child, 0)
    shown = []
    for stream in streams[1:]:
        stream.seek(0)
        shown.append(base64.b64encode(stream.read()).decode())
        stream.close()
    return [*shown, os.waitstatus_to_exitcode(status)]


def _main() -> list[str] | None:
    """The words of a job, in its own process; None in the server, when all are done."""
    from unmagic.record.callees import functions

    importlib.import_module("unmagic.cli_run")
    for name in ("reading.reading", "reading.findings", "sources.live.script", "sources.live.program", "render"):
        importlib.import_module(f"unmagic.{name}")
    functions()
    with open(sys.argv[1], encoding="utf-8") as file:
        jobs = json.load(file)
    ends = []
    for job in jobs:
        end = _served(*job)
        if end is None:
            return list(job[1])
        ends.append(end)
    json.dump(ends, sys.stdout)
    return None


if __name__ == "__main__":
    words = _main()
    if words is not None:
        from unmagic.cli import main

        sys.exit(main(["run", *words]))
