"""Instrumented code on disk, by the source's hash, our version and Python's: parsing and rewriting are done once."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
from functools import cache
from pathlib import Path

from unmagic.core.version import VERSION

from .instrument import Instrumented, instrument

FORMAT = 2


def directory() -> Path:
    """``UNMAGIC_CACHE``, or what the system keeps caches in; nothing is written where it says ``off``."""
    chosen = os.environ.get("UNMAGIC_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "unmagic" / "code"


def instrumented(text: bytes, path: str, *, frames: bool = False) -> Instrumented:
    """As `instrument`, from the cache where it is there. The cache failing is no failure."""
    where = directory()
    if where.name == "off":
        return instrument(text, path, frames=frames)
    build = f"{FORMAT} {VERSION} {sys.version} {sys.flags.optimize} {frames} {path} {_stamp()}\n"
    key = hashlib.blake2b(build.encode() + text, digest_size=20).hexdigest()
    file = where / key[:2] / f"{key[2:]}.bin"
    try:
        return Instrumented(*marshal.loads(file.read_bytes()))
    except (OSError, ValueError, EOFError, TypeError):
        pass
    made = instrument(text, path, frames=frames)
    with contextlib.suppress(OSError, ValueError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(marshal.dumps(tuple(made)))
        os.replace(name, file)  # whole or not at all, whoever else writes it now
    return made


@cache
def _stamp() -> str:
    """When our own rewriting was last changed: a developer's cache is never stale."""
    here = Path(__file__).parent
    return str(max(file.stat().st_mtime_ns for file in here.glob("*.py")))


__all__ = ["directory", "instrumented"]
