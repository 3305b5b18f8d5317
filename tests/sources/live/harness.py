"""Runs programs plain and instrumented, each in a forked process, and gives back all that could be seen of it.

``python harness.py MODE FILE…``: MODE is ``plain``, ``silent`` (hooks that tell nobody), ``twins``, ``all``, or
``run``: as ``unmagic run`` does it, with what it says at the end.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

MODES = ("silent", "twins", "all")
SECONDS = 20


class Seen(NamedTuple):
    """What a run showed: both streams, and the status that a shell would get."""

    out: str
    err: str
    status: int


def runs(programs: dict[str, str], mode: str, folder: Path) -> dict[str, Seen]:
    """Every program, run in one mode."""
    paths = []
    for name, text in programs.items():
        path = folder / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "UNMAGIC_CACHE": "off", "PYTHONHASHSEED": "0"}
    command = [sys.executable, __file__, mode, *paths]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {name: Seen(*json.loads(done.stdout)[str(folder / f"{name}.py")]) for name in programs}


def _child(mode: str, path: str) -> None:
    """The forked process: becomes the program."""
    from unmagic.sources.live import hooks
    from unmagic.sources.live.script import Script, end
    from unmagic.sources.live.sentinel import Sentinel
    from unmagic.sources.live.stretch import Watcher

    sys.path.insert(0, "")  # what `python -m` has there
    os.chdir(os.path.dirname(path))
    if mode == "run":
        from unmagic.cli_run import run

        sys.exit(run([path, "one", "two"], at_once=True))
    script = Script(path, ["one", "two"])
    if mode == "plain":
        script.files.code = _compiled  # type: ignore[method-assign]
        script.files.mine = lambda path: False  # type: ignore[method-assign]
    elif mode == "silent":
        hooks.connect(Deaf(), twins=True)
    else:
        from unmagic.record.log import Log

        hooks.connect(Log(), twins=mode == "twins")
    sentinel = Sentinel(script.files.sources)
    if mode == "twins":
        hooks.line.watcher = Watcher(script.files.sources, hooks.line.listener)
        sentinel.heard = hooks.line.watcher.alarmed
    if mode in ("twins", "all"):
        sentinel.start()
    ended = script.run()
    sentinel.stop()
    hooks.disconnect()
    if hooks.line.errors:
        import traceback

        print(f"RECORDER {hooks.line.errors}", file=sys.stderr)
        traceback.print_exception(hooks.line.first)
    sys.exit(end(script, ended))


def _compiled(path: str, text: bytes) -> Any:
    return compile(text, path, "exec", dont_inherit=True)


class Deaf:
    """A listener that hears nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *told: None


def _forked(mode: str, path: str) -> Seen:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                signal.alarm(SECONDS)
                _child(mode, path)
            except SystemExit as error:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(error.code if isinstance(error.code, int) else 1)
            except KeyboardInterrupt:  # as Python ends where nobody catches it
                sys.stdout.flush()
                sys.stderr.flush()
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.kill(os.getpid(), signal.SIGINT)
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(99)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return Seen(
            out.read().decode(errors="replace"), err.read().decode(errors="replace"), os.waitstatus_to_exitcode(status)
        )


if __name__ == "__main__":
    for name in ("numpy.random", "unmagic.record.spell.numpy", "unmagic.sources.live.script"):
        importlib.import_module(name)
    sys.stdout.flush()
    print(json.dumps({path: _forked(sys.argv[1], path) for path in sys.argv[2:]}))
