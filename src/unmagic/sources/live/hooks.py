"""What instrumented code calls: each hook gives back what it is handed, and tells the recorder if one listens.

Hooks never raise and never run the program's own operations. They are module-level, so that code which travels (pickled
by value, forked) finds them again, silent.
"""

from __future__ import annotations

from threading import get_ident
from typing import Any

from .chunks import items, loop, rounds
from .line import connect, disconnect, failed, line, listening, resume, switch
from .slots import forget, hold, let_go, put, take


def event(
    site: Any, out: Any, a: Any = None, b: Any = None, c: Any = None, d: Any = None, e: Any = None, *more: Any
) -> Any:
    """The operands are parameters of their own because a frame lets go of those in order, as an operation does."""
    if switch.on and line.thread == get_ident():  # `listening`, without a call: most of what hooks do is this
        try:
            line.listener.value(site, out, (a, b, c, d, e, *more))  # type: ignore[union-attr]
        except RecursionError:  # the program is at its limit: this event goes untold, and no call is made
            pass
        except Exception as error:
            failed(error)
    elif switch.on:
        line.elsewhere = True
    elif line.paused:
        resume(site)
    return out


def about(array: Any) -> Any:
    if listening():
        try:
            line.listener.about_to_write(array)  # type: ignore[union-attr]
        except Exception as error:
            failed(error)
    return array


def wrote(site: Any, *operands: Any) -> None:
    if listening():
        try:
            line.listener.wrote(site, operands)  # type: ignore[union-attr]
        except Exception as error:
            failed(error)


def updated(site: Any, *operands: Any) -> None:
    if listening():
        try:
            line.listener.updated(site, operands)  # type: ignore[union-attr]
        except Exception as error:
            failed(error)


def branch(site: Any, test: Any) -> Any:
    if listening():
        try:
            line.listener.branch(site, test)  # type: ignore[union-attr]
        except Exception as error:
            failed(error)
    return test


def bound(site: Any, value: Any) -> Any:
    if listening():
        try:
            line.listener.bound(site, value)  # type: ignore[union-attr]
        except Exception as error:
            failed(error)
    return value


def release(array: Any) -> Any:
    """Forget ``array``: NumPy resizes nothing that a weak reference points to, and references are being counted."""
    let_go(array)
    if line.listener is not None:
        try:
            line.listener.release(array)
        except Exception as error:
            failed(error)
    return array


def called(callee: Any) -> Any:
    if line.deep is not None and listening():
        return line.deep(callee)
    return callee


def owner(site: Any, value: Any) -> Any:
    """What an attribute is read from, before it is."""
    if listening():
        asked: Any = line.listener  # a `Tracer`: no other code asks
        try:
            return asked.owner(site, value)
        except Exception as error:
            failed(error)
    return value


def handed(site: Any, callee: Any) -> Any:
    """What is called in place of ``callee``, where every call is followed."""
    if listening():
        asked: Any = line.listener  # a `Tracer`: no other code asks
        try:
            return asked.handed(site, callee)
        except Exception as error:
            failed(error)
    return callee


OBJECTS: dict[str, Any] = {
    "event": event, "about": about, "wrote": wrote, "updated": updated, "branch": branch, "bound": bound,
    "release": release, "loop": loop, "rounds": rounds, "iterator": iter,
    "slice": slice, "put": put, "take": take,
    "switch": switch, "items": items, "forget": forget, "called": called,
    "hold": hold, "owner": owner, "handed": handed,
}  # fmt: skip

__all__ = ["OBJECTS", "connect", "disconnect", "line", "switch"]
