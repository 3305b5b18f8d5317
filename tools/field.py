"""Programs that nobody here wrote, run plain and under the hooks: output, arrays and status must not differ by a bit.

``python tools/field.py FOLDER [WORD …]`` runs every Python file under FOLDER (checkouts of public repositories, never
committed) that has a ``__main__`` part, or those whose path holds one of the words. Each runs plain twice (what differs
there is chance, and left out), then in three modes: hooks that tell nobody, twins recorded, everything recorded. In the
last two every recorded step is computed again from its kept operands.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.abc
import importlib.machinery
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

MODES = ("silent", "twins", "all")
SHOWN = ("matplotlib", "mpl_toolkits", "seaborn", "progressbar", "tqdm", "terminaltables", "cvxopt")
"""What programs draw and report with, where it is not installed: an object that does nothing stands in."""


class Nothing:
    """Anything that is asked of it is itself again."""

    def __init__(self, *args: Any, **given: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **given: Any) -> Any:
        return args[0] if len(args) == 1 and not isinstance(args[0], str) else self  # tqdm(x) is x

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __iter__(self) -> Any:
        return iter((self, self))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        return None


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.partition(".")[0] in SHOWN:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> Any:
        module = ModuleType(spec.name)
        module.__dict__["__getattr__"] = lambda name: type(name, (Nothing,), {}) if name[:1].isupper() else Nothing()
        module.__dict__["__path__"] = []
        return module

    def exec_module(self, module: Any) -> None:
        return None


# one run ----------------------------------------------------------------------------------------------------


def child(mode: str, path: str, report: str, arguments: list[str]) -> int:
    """Become the program; leave in ``report`` what its globals held at the end."""
    import numpy as np

    from unmagic.record.callees import functions
    from unmagic.record.keep import Keeper
    from unmagic.record.log import Log
    from unmagic.sources.live import hooks
    from unmagic.sources.live.script import Script, end

    functions()
    sys.meta_path.append(StandIns())
    random.seed(0)
    np.random.seed(0)
    root = root_of(Path(path))
    sys.path.insert(1, str(root))
    script = Script(path, arguments)
    script.files.roots = (*script.files.roots, os.path.join(os.path.realpath(root), ""))
    log = Log(Keeper(64 << 10, 256 << 20), most=300_000)
    if mode == "plain":
        script.files.code = lambda path, text, main=False: compile(text, path, "exec", dont_inherit=True)  # type: ignore[method-assign, misc]
        script.files.mine = lambda path: False  # type: ignore[method-assign]
    elif mode == "silent":
        hooks.connect(Deaf())
    else:
        hooks.connect(log, twins=mode == "twins")
    started = time.process_time()
    ended = script.run()
    seconds = time.process_time() - started
    hooks.disconnect()
    sys.stdout.flush()
    seen: dict[str, Any] = {
        "seconds": seconds,
        "arrays": digests(vars(sys.modules["__main__"])),
        "errors": hooks.line.errors,
        "first": repr(hooks.line.first) if hooks.line.first else "",
        "lines": sum(source.text.text.count("\n") for source in script.files.sources.values()),
    }
    if mode in ("twins", "all"):
        seen.update(check(log))
    Path(report).write_text(json.dumps(seen))
    return end(script, ended)


def root_of(path: Path) -> Path:
    """The checkout that a file is in: the highest folder below the one with all of them, or what has a ``.git``."""
    for parent in path.parents:
        if (parent / ".git").exists():
            return parent
    return path.parent


class Deaf:
    def __getattr__(self, name: str) -> Any:
        return lambda *told: None


def digests(space: dict[str, Any]) -> dict[str, str]:
    """What the arrays and numbers of a namespace are, bit for bit."""
    import numpy as np

    found = {}
    for name, value in sorted(space.items()):
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
            found[name] = f"{value.dtype}{value.shape}{hashlib.blake2b(value.tobytes(), digest_size=8).hexdigest()}"
        elif isinstance(value, (int, float)):
            found[name] = repr(value)
    return found


def check(log: Any) -> dict[str, Any]:
    """Every recorded step computed again from its kept operands."""
    from dataclasses import replace

    from unmagic.core.limits import DEFAULT
    from unmagic.record.rebuild import Rebuild

    total = [0] * 5
    mistakes: list[str] = []
    notes: dict[str, int] = {}
    steps = 0
    for segment in log.segments:
        rebuilt = Rebuild(log, replace(DEFAULT, steps=500_000)).read([segment])
        total = [a + b for a, b in zip(total, rebuilt.checked, strict=True)]
        steps += len(rebuilt.graph)
        mistakes += [f"{event.site} {event.more if event.kind != 'write' else event.more[0]}: {why}"
                     for event, why in rebuilt.mistakes[:10]]  # fmt: skip
        for name, times in rebuilt.notes.items():
            notes[name] = notes.get(name, 0) + times
    common = sorted(notes.items(), key=lambda pair: -pair[1])[:6]
    return {"checked": total, "mistakes": mistakes[:10], "opaque": common, "events": log.count}


# all of them ------------------------------------------------------------------------------------------------


def run(mode: str, path: Path, seconds: int) -> dict[str, Any]:
    here = Path(__file__).resolve()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        paths = [str(here.parents[1] / "src"), *os.environ.get("FIELD_PATH", "").split(os.pathsep)]
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1",
            "UNMAGIC_CACHE": "off", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        try:
            done = subprocess.run(
                [sys.executable, str(here), "--child", mode, str(path), str(report)],
                capture_output=True, timeout=seconds, env=environment, cwd=path.parent, check=False,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"status": "timeout"}
        seen = json.loads(report.read_text()) if report.exists() else {}
        return {**seen, "status": done.returncode, "out": done.stdout.hex(), "err": done.stderr.hex()}


def differences(plain: dict[str, Any], again: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """What parts a run from the plain one; what two plain runs differ in is chance."""
    found = [key for key in ("status", "out", "err") if plain[key] == again[key] and plain[key] != live.get(key)]
    for name, value in plain.get("arrays", {}).items():
        if again["arrays"].get(name) == value and live.get("arrays", {}).get(name) != value:
            found.append(f"{name}")
    return found


def main(argv: list[str]) -> int:
    if argv[:1] == ["--child"]:
        return child(argv[1], argv[2], argv[3], argv[4:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--seconds", type=int, default=60, help="for one plain run; the others get ten times as long")
    options = parser.parse_args(argv)
    files = [
        path
        for path in sorted(options.folder.rglob("*.py"))
        if "__main__" in path.read_text(errors="ignore")
        and (not options.words or any(word in str(path) for word in options.words))
    ]
    same = broken = 0
    total = [0] * 5
    for path in files:
        name = str(path.relative_to(options.folder))
        plain, again = run("plain", path, options.seconds), run("plain", path, options.seconds)
        if plain["status"] == "timeout" or again["status"] == "timeout" or "arrays" not in plain:
            print(f"{name}: left out, {plain['status']}")
            continue
        words = []
        parted = []
        for mode in MODES:
            live = run(mode, path, 10 * options.seconds)
            if live["status"] == "timeout":
                words.append(f"{mode} timeout")
                continue
            found = differences(plain, again, live)
            parted += [f"{mode}: {', '.join(found[:5])}"] * bool(found)
            words.append(f"{mode} {live.get('seconds', 0) / max(plain['seconds'], 1e-3):.2f}×")
            if live.get("errors"):
                parted.append(f"{mode}: {live['errors']} errors of the recorder, {live['first']}")
            if "checked" in live:
                words.append(str(live["checked"]))
                total = [a + b for a, b in zip(total, live["checked"], strict=True)]
                for line in live["mistakes"]:
                    print(f"    {line}")
                if mode == "all":
                    words.append(f"opaque {live['opaque'][:4]}")
        same += not parted
        broken += bool(parted)
        print(f"{name} ({plain['seconds']:.1f} s, status {plain['status']}): {'; '.join(words)}")
        for line in parted:
            print(f"  DIFFERS {line}")
        sys.stdout.flush()
    equal, close, wrong, opaque, unseen = total
    checkable = equal + close + wrong
    every = max(1, checkable + opaque + unseen)
    print(f"{same} the same bit for bit, {broken} not")
    print(f"steps: {equal} equal, {close} close, {wrong} wrong, {opaque} taken as given, {unseen} not kept")
    right = 1 - wrong / max(1, checkable)
    print(f"right {right:.5%} of {checkable / every:.1%} checkable; as given {opaque / every:.1%}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
