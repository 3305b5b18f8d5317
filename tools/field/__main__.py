"""Programs that nobody here wrote, run plain and under the hooks: output, arrays and status must not differ by a bit.

``python -m tools.field FOLDER [WORD …]`` runs every Python file under FOLDER (checkouts of public repositories, never
committed) that has a ``__main__`` part, those whose path holds one of the words, or the paths that ``--list FILE`` has,
one a line, with their arguments. Each runs plain, with hooks that tell nobody, with twins recorded, with everything
recorded, and as ``unmagic run`` runs it; where something differs, plain again until that differs too, which is chance,
or has been the same often enough.

Of the twins' and the whole record every step is computed again from its kept operands:

- *equal*, *close* (to one in a million: another order of adding) and *wrong* are checkable;
- *opaque* is what something computed that nobody spells: it is taken as it came, and counted;
- *unkept* are steps whose operands or result were not kept;
- draws of random numbers, readings of a clock, and what empty memory happens to hold, are leaves, as inputs are.

*sure* are findings of high confidence that ``unmagic run`` would print. A program that fails when run plain, or
computes on no numbers, is left out.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from tools.field import program
from tools.field.tally import MODES, Tally, differences, table, tallied

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "UNMAGIC_CACHE": "off", "PYTHONDONTWRITEBYTECODE": "1"}
PRELOADED = (
    "numpy.random", "scipy.special", "scipy.stats", "scipy.spatial", "scipy.interpolate", "scipy.optimize",
    "sklearn.datasets", "sklearn.model_selection", "sklearn.metrics", "sklearn.tree", "unmagic.reading.reading",
    "unmagic.cli_run", "unmagic.sources.live.program",
)  # fmt: skip
"""What many programs import is imported once, before they fork off; those that are not installed are no matter."""


MOST, PATIENCE = 30, 60.0
"""So many plain runs, and seconds for all of them, to see whether what differs is chance."""

WAIT = 20
"""How much longer than its time on a processor a program may take: the machine may be busy."""


def run(mode: str, path: Path, arguments: Sequence[str], seconds: int) -> dict[str, Any]:
    """One run in a process of its own."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.NamedTemporaryFile() as report:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
            become(mode, path, arguments, out.fileno(), err.fileno(), report.name)
        until = time.monotonic() + WAIT * seconds
        while (ended := os.waitpid(child, os.WNOHANG))[0] != child:
            if time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return {"status": "timeout"}
            time.sleep(0.02)
        status = os.waitstatus_to_exitcode(ended[1])
        if status == -signal.SIGXCPU:
            return {"status": "timeout"}
        told = report.read()
        seen = json.loads(told) if told else {}
        for name, file in (("out", out), ("err", err)):
            file.seek(0)
            seen[name] = file.read().hex()
        return {**seen, "status": status}


def once_more(plain: dict[str, Any], path: Path, arguments: Sequence[str], seconds: int) -> dict[str, Any]:
    """A plain run that differs from the first one; after so many that do not, one that does not."""
    until = time.monotonic() + PATIENCE
    for _ in range(MOST):
        again = run("plain", path, arguments, seconds)
        if differences(plain, plain, again) or time.monotonic() > until:
            break
    return again


def become(mode: str, path: Path, arguments: Sequence[str], out: int, err: int, report: str) -> NoReturn:
    """The forked process is the program, to its end."""
    status = 99
    try:
        for number, stream in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
            os.dup2(stream, number)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
        os.chdir(path.parent)
        sys.path[:] = ["", *(one for one in sys.path[1:] if Path(one or ".").resolve() != ROOT)]
        status = program.main(mode, str(path), report, list(arguments))
        atexit._run_exitfuncs()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def chosen(options: argparse.Namespace) -> list[tuple[str, list[str]]]:
    """The programs, by their path under the folder, with their arguments."""
    if options.list is not None:
        lines = [line.split() for line in options.list.read_text().splitlines()]
        return [(words[0], words[1:]) for words in lines if words and not words[0].startswith("#")]
    return [
        (str(path.relative_to(options.folder)), [])
        for path in sorted(options.folder.rglob("*.py"))
        if "__main__" in path.read_text(errors="ignore")
        and (not options.words or any(word in str(path) for word in options.words))
    ]


def left_out(modes: dict[str, Any]) -> str:
    """Why a program is not counted, or nothing."""
    for plain in (modes["plain"], modes.get("again", modes["plain"])):
        if plain["status"] == "timeout" or "arrays" not in plain:
            return str(plain["status"])
        if plain["status"]:
            last = bytes.fromhex(plain["err"]).decode(errors="replace").strip().splitlines()[-1:]
            return f"it fails by itself: {''.join(last)}"
    recorded = [modes[mode]["checked"] for mode in ("twins", "all") if "checked" in modes.get(mode, ())]
    return "" if not recorded or any(sum(one) for one in recorded) else "it computes on no numbers"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="field", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--list", type=Path, metavar="FILE", help="the programs to run, one a line")
    parser.add_argument("--modes", default=",".join(MODES), help="which to run beside the plain ones: %(default)s")
    parser.add_argument("--save", type=Path, metavar="FILE", help="add a line of JSON a program")
    parser.add_argument(
        "--seconds", type=int, default=60, help="of a processor for one plain run; the others get ten times as much"
    )
    options = parser.parse_args(argv)
    if any(os.environ.get(name) != value for name, value in SETTINGS.items()):
        os.execve(sys.executable, [sys.executable, "-m", "tools.field", *argv], {**os.environ, **SETTINGS})
    sys.path += filter(None, os.environ.get("FIELD_PATH", "").split(os.pathsep))
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    tallies: dict[str, Tally] = {}
    for name, arguments in chosen(options):
        path = (options.folder / name).resolve()
        modes = {"plain": run("plain", path, arguments, options.seconds)}
        if not left_out(modes):
            for mode in options.modes.split(","):
                modes[mode] = run(mode, path, arguments, 10 * options.seconds)
                if "again" not in modes and differences(modes["plain"], modes["plain"], modes[mode]):
                    modes["again"] = once_more(modes["plain"], path, arguments, options.seconds)
        if why := left_out(modes):
            print(f"{name}: left out, {why}", flush=True)
            continue
        one, lines = tallied(modes)
        if options.save is not None:
            with options.save.open("a") as file:
                file.write(json.dumps({"name": name, **vars(one), "lines": lines}) + "\n")
        tallies.setdefault(name.partition("/")[0], Tally()).add(one)
        print(f"{name} ({lines[0]})", *lines[1:], sep="\n    ", flush=True)
    print(*table(tallies), sep="\n")
    return int(any(one.broken for one in tallies.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
