"""What of a run was not heard or not read, and why: other threads and processes, files that were left plain."""

from __future__ import annotations

import os
import re
import sys

from unmagic.core.program import Decision

from .functions import COMPILED
from .line import line
from .script import Script
from .sites import called

MOST_NAMED = 4
DECORATED = re.compile(rf"^[ \t]*@[\w.]*\b({'|'.join(sorted(COMPILED))})\b", re.MULTILINE)


class Forks:
    """How many processes were forked while the program ran."""

    def __init__(self) -> None:
        self.count = 0
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_parent=self.more)

    def more(self) -> None:
        self.count += 1


def left_out(script: Script, forks: Forks) -> list[Decision]:
    """One sentence for each."""
    found = []
    if line.elsewhere:
        found.append(Decision("other threads computed too: only the main thread is heard"))
    if forks.count:
        many = "a process was" if forks.count == 1 else f"{forks.count} processes were"
        found.append(Decision(f"{many} forked: what was computed there is not heard"))
    compiled = _compiled(script)
    if compiled:
        found.append(Decision(f"functions that a decorator compiles are left to it, unread: {_named(compiled)}"))
    for path, why in script.files.left.items():
        found.append(Decision(f"{called(path)} could not be rewritten, and ran unread ({why})"))
    plain = _plain(script)
    if plain:
        found.append(Decision(f"loaded past import, and so not read: {_named(plain)}"))
    if line.errors:
        first = " ".join(f"{type(line.first).__name__}: {line.first}".split())
        times = f"{line.errors} time{'s' * (line.errors > 1)}"
        found.append(Decision(f"the recorder failed {times} ({first}): steps may be missing"))
    return found


def _named(places: list[str]) -> str:
    more = f" and {len(places) - MOST_NAMED} more" if places[MOST_NAMED:] else ""
    return ", ".join(places[:MOST_NAMED]) + more


def _compiled(script: Script) -> list[str]:
    """Where functions stand that `numba` and its like read themselves."""
    found = []
    for source in script.files.sources.values():
        text = source.text
        found += [f"{text.label}:{text.line_of(one.start(1))}" for one in DECORATED.finditer(text.text)]
    return found


def _plain(script: Script) -> list[str]:
    """Files of the user's that are modules, and were not instrumented."""
    found = []
    for _, module in sorted(sys.modules.items()):
        path = module.__dict__.get("__file__") if type(module) is type(os) else None
        if not isinstance(path, str) or not path.endswith(".py") or path in script.files.left:
            continue
        if path not in script.files.sources and script.files.mine(path):
            found.append(called(path))
    return found


__all__ = ["left_out"]
