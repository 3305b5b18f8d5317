"""``unmagic demo [NAME]``: small broken programs, each run as ``unmagic run`` runs a person's own."""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from unmagic.core.errors import UnmagicError

DEMOS = Path(__file__).parent / "demos"
"""Programs, not modules: none is ever imported."""


def demo(words: Sequence[str]) -> int:
    """List the demos, or show one: its lines, its output, and what is found. Raises `UnmagicError` if there is none."""
    options = _options(words)
    if options.name is None:
        print("\n".join([*_listed(), "", "unmagic demo NAME runs one."]))
        return 0
    print("\n".join(_shown(_file(options.name))), flush=True)  # before what goes to standard error
    return _run(_file(options.name))


def names() -> list[str]:
    """What demos there are."""
    return sorted(file.stem.replace("_", "-") for file in DEMOS.glob("*.py"))


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="unmagic demo", allow_abbrev=False, description="small broken programs, and what is found in them"
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the demo to run; without it they are listed")
    return parser.parse_args(words)


def _file(name: str) -> Path:
    if name in names():
        return DEMOS / f"{name.replace('-', '_')}.py"
    near = difflib.get_close_matches(name, names(), n=1)
    hint = f"did you mean  unmagic demo {near[0]}?" if near else f"there are: {', '.join(names())}"
    raise UnmagicError(f"no demo is called {name!r}", hint=hint)


def _listed() -> list[str]:
    """Each demo and what its author saw, one a line."""
    width = max(map(len, names()))
    return [f"  {name:<{width}}   {_symptom(_file(name))}" for name in names()]


def _symptom(file: Path) -> str:
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""


def _shown(file: Path) -> list[str]:
    """The program, its lines numbered as findings number them, and the command that would run it."""
    lines = file.read_text(encoding="utf-8").splitlines()
    width = len(str(len(lines)))
    numbered = [f"  {number:>{width}}  {line}".rstrip() for number, line in enumerate(lines, 1)]
    return [*numbered, "", f"$ unmagic run {file.name}"]


def _run(file: Path) -> int:
    """Run a copy, as a file of the user's: what lies among installed packages counts as a library, not read into."""
    from unmagic.cli_run import run

    os.environ.setdefault("UNMAGIC_CACHE", "off")  # the copy's path is another each time: nothing to find again
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(file, folder)
        with contextlib.chdir(folder):  # so that places are named as they are in a folder of one's own
            run([file.name], at_once=True)
    sys.stdout.flush()
    return 0  # findings are what was asked for


__all__ = ["DEMOS", "demo", "names"]
