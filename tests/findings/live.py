"""Run scripts as ``unmagic run`` does, one after the other in this process, and print what was found in each as JSON.

``python tests/findings/live.py FILE …``: a process of its own, for a script becomes its ``__main__``.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Any


def found(path: str) -> list[dict[str, Any]]:
    from unmagic.reading.reading import Reading
    from unmagic.record.log import Log
    from unmagic.sources.live import hooks
    from unmagic.sources.live.program import read_run
    from unmagic.sources.live.script import Script

    log = Log(most=100_000, windows=True)
    script = Script(path, [])
    hooks.connect(log, twins=True)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        ended = script.run()
    hooks.disconnect()
    program = read_run(script, log, ended.error)
    if program is None:
        return []
    return [
        {"code": f.code, "line": f.span.line if f.span else 0, "confidence": f.confidence, "where": f.where}
        for f in Reading(program).findings
    ]


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    for path in sys.argv[1:]:
        print(json.dumps(found(path)), flush=True)
