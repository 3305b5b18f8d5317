"""One program as a whole process: its processor time and its peak of memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).parent / "programs"

# A process of its own in between, and a small one: a child's peak counts what its parent had before it was replaced.
WRAPPER = """
import json, os, sys
child = os.fork()
if not child:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    os.execv(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]))
"""

PLAIN: tuple[str, ...] = ()
RUN = ("-m", "unmagic", "run")
OFF = ("-c", "from benchmarks.run.off import main; main()")
"""Three ways to run a program; the last is instrumented, and nobody listens."""


class Used(NamedTuple):
    seconds: float  # of processor time, the system's part included
    peak: float  # MB


def environment(cache: str) -> dict[str, str]:
    """One thread, compiled modules in place, and a cache of instrumented code that is this benchmark's own."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    pools = {f"{pool}_NUM_THREADS": "1" for pool in ("OPENBLAS", "OMP", "MKL")}
    here = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (here, env.get("PYTHONPATH", ""))))
    return env | pools | {"UNMAGIC_CACHE": cache, "PYTHONPATH": path}


class Machine:
    """Runs programs on one processor, one after the other."""

    def __init__(self) -> None:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)

    def script(self, text: str) -> str:
        """A file with this text."""
        path = self.folder / f"script{len(list(self.folder.glob('*.py')))}.py"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, way: tuple[str, ...], script: str, *arguments: str, cache: str = "cache") -> Used:
        """Raises `RuntimeError` if the program fails, or `unmagic run` says nothing; its status 1 is for a finding."""
        errors = self.folder / "errors"
        command = [sys.executable, "-I", "-S", "-c", WRAPPER, str(errors), sys.executable, *way, script, *arguments]
        env = environment(str(self.folder / cache))
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=env, text=True).stdout
        seconds, peak, status = json.loads(said)
        said = errors.read_text(encoding="utf-8")
        if "Traceback" in said or (("unmagic: " not in said or status > 1) if way == RUN else status):
            raise RuntimeError(f"{script} ended with status {status}\n{said}")
        return Used(seconds, peak)


__all__ = ["OFF", "PLAIN", "PROGRAMS", "RUN", "Machine", "Used"]
