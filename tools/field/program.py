"""One program, run once in one mode in this process.

A mode is ``plain``, ``silent`` (hooks that tell nobody), ``twins`` (iterations 1, 2, 4, 8 … recorded), ``all``
(everything recorded) or ``run`` (as ``unmagic run``, its findings told). The report gets, as JSON, what the program's
globals held at the end, and what was recorded.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from tools.field.recheck import CheckedLog
from tools.field.standins import StandIns


def main(mode: str, path: str, report: str, arguments: list[str]) -> int:
    """Become the program; leave in ``report`` what was seen of it."""
    import numpy as np

    for name in [name for name in sys.modules if name.partition(".")[0] == "tools"]:
        del sys.modules[name]  # a program may have tools of its own

    from unmagic.record.callees import functions
    from unmagic.sources.live import hooks
    from unmagic.sources.live.progress import Heard
    from unmagic.sources.live.script import Script, end
    from unmagic.sources.live.sentinel import Sentinel
    from unmagic.sources.live.world import World

    functions()
    sys.meta_path.append(StandIns())
    random.seed(0)
    np.random.seed(0)
    root = root_of(Path(path))
    sys.path.insert(1, str(root))
    script = Script(path, arguments)
    script.files.roots = (*script.files.roots, os.path.join(os.path.realpath(root), ""))
    log = Heard(most=100_000, windows=True) if mode == "run" else CheckedLog()
    sentinel, world = Sentinel(script.files.sources), World()
    if mode == "plain":
        script.files.code = lambda path, text, main=False: compile(text, path, "exec", dont_inherit=True)  # type: ignore[method-assign, misc]
        script.files.mine = lambda path: False  # type: ignore[method-assign]
    elif mode == "silent":
        hooks.connect(Deaf())
    else:
        hooks.connect(log, twins=mode != "all")
    if mode == "run":
        sentinel.start()
    started = time.process_time()
    ended = script.run()
    seconds = time.process_time() - started
    sentinel.stop()
    hooks.disconnect()
    sys.stdout.flush()
    seen: dict[str, Any] = {
        "seconds": seconds,
        "arrays": digests(vars(sys.modules["__main__"])),
        "errors": hooks.line.errors,
        "first": repr(hooks.line.first) if hooks.line.first else "",
        "lines": sum(source.text.text.count("\n") for source in script.files.sources.values()),
    }
    if isinstance(log, CheckedLog) and mode in ("twins", "all"):
        seen.update(log.result())
    elif mode == "run":
        with world.restored():
            seen["findings"] = findings(script, log, sentinel.trips, ended.error)
    Path(report).write_text(json.dumps(seen))
    return end(script, ended)


def root_of(path: Path) -> Path:
    """The checkout that a file is in: the nearest folder with a ``.git``, or its own."""
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


def findings(script: Any, log: Any, trips: list[Any], error: BaseException | None) -> list[dict[str, str]]:
    """What ``unmagic run`` would say at the end."""
    from unmagic.cli_reading import Run
    from unmagic.sources.live.left import Forks

    told = []
    run = Run(script, log, trips, error, Forks())
    for one in run.reading(run.program()).findings:
        if one.acknowledged:
            continue
        span = one.span
        place = f"{span.source.label}:{span.line}" if span is not None else "?"
        text = span.source.text.splitlines()[span.line - 1].strip() if span is not None else ""
        told.append({"code": one.code, "confidence": one.confidence, "place": place, "line": text, "title": one.title})
    return told


__all__ = ["main"]
