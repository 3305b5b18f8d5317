"""A script instrumented, as `unmagic run` does, but with nobody who listens: what silent hooks cost."""

from __future__ import annotations

import sys


def main() -> None:
    from unmagic.record.callees import functions
    from unmagic.sources.live.script import Script, end

    functions()
    script = Script(sys.argv[1], sys.argv[2:])
    sys.exit(end(script, script.run()))


__all__ = ["main"]
