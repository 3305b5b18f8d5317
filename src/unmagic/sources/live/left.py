"""What of a run was not heard or not read, and why: other threads and processes, files that were left plain."""

from __future__ import annotations

import os
import sys
from typing import Any

from unmagic.core.program import Decision

from .line import line
from .script import Script
from .sites import called

MOST_NAMED = 4


def left_out(script: Script, log: Any) -> list[Decision]:
    """One sentence for each."""
    found = []
    if line.elsewhere:
        found.append(Decision("other threads computed too: only the main thread is heard"))
    for path, why in script.files.left.items():
        found.append(Decision(f"{called(path)} could not be rewritten, and ran unread ({why})"))
    plain = _plain(script)
    if plain:
        names = ", ".join(plain[:MOST_NAMED]) + (f" and {len(plain) - MOST_NAMED} more" if plain[MOST_NAMED:] else "")
        found.append(Decision(f"loaded past import, and so not read: {names}"))
    if line.errors:
        first = " ".join(f"{type(line.first).__name__}: {line.first}".split())
        times = f"{line.errors} time{'s' * (line.errors > 1)}"
        found.append(Decision(f"the recorder failed {times} ({first}): steps may be missing"))
    return found


def _plain(script: Script) -> list[str]:
    """Files of the user's that are modules, and were not instrumented."""
    found = []
    for name, module in sorted(sys.modules.items()):
        path = module.__dict__.get("__file__") if type(module) is type(os) else None
        if not isinstance(path, str) or name == "__main__" or not path.endswith(".py") or path in script.files.left:
            continue
        if path not in script.files.sources and script.files.mine(path):
            found.append(called(path))
    return found


__all__ = ["left_out"]
