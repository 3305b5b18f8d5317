"""What instrumented code calls: each hook gives back what it is handed, and tells the recorder if one listens.

Hooks never raise and never run the program's own operations. They are module-level, so that code which travels (pickled
by value, forked) finds them again, silent.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from threading import get_ident
from typing import Any, Protocol

from unmagic.record.log import Full


class Listener(Protocol):
    """The recorder, as the hooks see it."""

    def value(self, site: Any, out: Any, operands: tuple[Any, ...]) -> None: ...
    def about_to_write(self, array: Any) -> None: ...
    def wrote(self, site: Any, operands: tuple[Any, ...]) -> None: ...
    def updated(self, site: Any, operands: tuple[Any, ...]) -> None: ...
    def branch(self, site: Any, test: Any) -> None: ...
    def bound(self, site: Any, value: Any) -> None: ...
    def item(self, source: Any, number: int, item: Any) -> None: ...
    def release(self, array: Any) -> None: ...
    def iterate(self, site: Any, number: int, stale: bool) -> None: ...
    def leave(self, site: Any, stale: bool) -> None: ...


class Missing:
    """What a slot holds when nothing is in it."""

    def __repr__(self) -> str:
        return "<nothing kept>"


class Unheld:
    """Stands for an object of the program's that is never held: what it is."""

    def __init__(self, name: str) -> None:
        self.__name__ = name


MISSING = Missing()

on: list[bool] = [False]
"""Whether a recorder listens now: what twins ask. One list for ever, because it is in the constants of compiled code."""


class Line:
    """The recorder that listens, the thread it listens to, how loops are recorded, and what went wrong in it."""

    listener: Listener | None = None
    thread = 0
    twins = True
    deep: Callable[[Any], Any] | None = None  # gives a function's twin, where one function is read
    full = False  # the log holds what it may: nothing is told any more
    errors: int = 0
    first: BaseException | None = None


line = Line()


def connect(listener: Listener, twins: bool = True) -> None:
    """From now on ``listener`` hears this thread."""
    line.listener, line.thread, line.twins = listener, get_ident(), twins
    line.errors, line.first, line.full = 0, None, False
    on[0] = True


def disconnect() -> None:
    on[0] = False
    line.listener = None


def _failed(error: BaseException) -> None:
    """A recorder's error is counted, and never seen by the program."""
    if isinstance(error, Full):
        line.full, on[0] = True, False
        return
    if isinstance(error, RecursionError):  # the program is at its limit: this event goes untold
        return
    line.errors += 1
    if line.first is None:
        line.first = error


def event(
    site: Any, out: Any, a: Any = None, b: Any = None, c: Any = None, d: Any = None, e: Any = None, *more: Any
) -> Any:
    """The operands are parameters of their own because a frame lets go of those in order, as an operation does."""
    if on[0] and line.thread == get_ident():
        try:
            line.listener.value(site, out, (a, b, c, d, e, *more))  # type: ignore[union-attr]
        except Exception as error:
            _failed(error)
    return out


def about(array: Any) -> Any:
    if on[0] and line.thread == get_ident():
        try:
            line.listener.about_to_write(array)  # type: ignore[union-attr]
        except Exception as error:
            _failed(error)
    return array


def wrote(site: Any, *operands: Any) -> None:
    if on[0] and line.thread == get_ident():
        try:
            line.listener.wrote(site, operands)  # type: ignore[union-attr]
        except Exception as error:
            _failed(error)


def updated(site: Any, *operands: Any) -> None:
    if on[0] and line.thread == get_ident():
        try:
            line.listener.updated(site, operands)  # type: ignore[union-attr]
        except Exception as error:
            _failed(error)


def branch(site: Any, test: Any) -> Any:
    if on[0] and line.thread == get_ident():
        try:
            line.listener.branch(site, test)  # type: ignore[union-attr]
        except Exception as error:
            _failed(error)
    return test


def bound(site: Any, value: Any) -> Any:
    if on[0] and line.thread == get_ident():
        try:
            line.listener.bound(site, value)  # type: ignore[union-attr]
        except Exception as error:
            _failed(error)
    return value


def release(array: Any) -> Any:
    """Forget ``array``: NumPy resizes nothing that a weak reference points to, and references are being counted."""
    for slot in slots:
        if slot[0] is array:
            slot[0] = MISSING
    if line.listener is not None:
        try:
            line.listener.release(array)
        except Exception as error:
            _failed(error)
    return array


def called(callee: Any) -> Any:
    if on[0] and line.deep is not None and line.thread == get_ident():
        return line.deep(callee)
    return callee


# slots: temporaries where no name may be -------------------------------------------------------------------


slots: list[list[Any]] = []
"""Every slot of every instrumented file."""

_SAFE = frozenset({
    int, float, complex, bool, str, bytes, slice, type(None), type(...), range, type(itertools), type, type(len),
    type(lambda: None),
})  # fmt: skip
_NESTED = (list, tuple)


def new_slot() -> list[Any]:
    slot: list[Any] = [MISSING]
    slots.append(slot)
    return slot


def put(slot: list[Any], value: Any) -> Any:
    if on[0] and line.thread == get_ident():
        slot[0] = value if _safe(value) else Unheld(type(value).__name__)
    return value


def take(slot: list[Any]) -> Any:
    value, slot[0] = slot[0], MISSING
    return value


def forget() -> None:
    """An error was caught: what the failed operation had kept goes."""
    for slot in slots:
        slot[0] = MISSING


def _safe(value: Any, depth: int = 3) -> bool:
    """Whether nobody notices that ``value`` lives a little longer: numbers, arrays, and lists of them."""
    kind = type(value)
    if kind in _SAFE or kind.__module__ == "numpy":
        return True
    return kind in _NESTED and depth > 0 and all(_safe(one, depth - 1) for one in value[:1000])


# loops ----------------------------------------------------------------------------------------------------


class Bare:
    """An iterator that has no ``__iter__`` of its own, which ``for`` does not ask for and `itertools` does."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __iter__(self) -> Bare:
        return self

    def __next__(self) -> Any:
        return self.inner.__next__()


def _over(ended: list[bool]) -> Iterator[Any]:
    """An empty iterator that notes it was asked: chained behind another, it says when that one ended.

    And a chain never asks an iterator again that has ended, as ``for`` does not.
    """
    return filter(None, map(ended.append, (True,)))  # type: ignore[arg-type]


def loop(site: Any, inner: Any) -> Iterator[Any]:
    """Chunks of ``inner``, the program's own iterator: one item to record, then as many as before plain."""
    if not hasattr(type(inner), "__iter__"):
        inner = Bare(inner)
    if not on[0] or line.thread != get_ident():
        return iter((inner,))
    if type(inner) is RANGE and line.twins and sys.getrefcount(inner) == 2 and inner.__length_hint__() < sys.maxsize:  # nobody else has it: no one is overtaken
        return _ranges(site, inner)
    return _chunks(site, inner)


RANGE = type(iter(range(0)))


def _ranges(site: Any, inner: Any) -> Iterator[Any]:
    """The same over a `range`, whose parts are ranges: the plain ones run at their own speed."""
    _, (whole,), *at = inner.__reduce__()
    whole = whole[at[0] if at else 0 :]
    number, stale, size = 0, False, len(whole)
    try:
        while number < size:
            _turn(site, number, stale)
            stale = False
            yield whole[number : number + 1]
            number += 1
            if 1 < number < size:
                on[0], stale = False, True
                yield whole[number : 2 * number - 1]
                number += number - 1
    finally:
        _leave(site, stale)


def _chunks(site: Any, inner: Any) -> Iterator[Any]:
    ended: list[bool] = []
    items = itertools.chain(inner, _over(ended))
    del inner
    number, stale = 0, False
    try:
        while not ended:
            _turn(site, number, stale)
            stale = False
            yield itertools.islice(items, 1)
            number += 1
            if line.twins and number > 1 and not ended:
                on[0], stale = False, True
                yield itertools.islice(items, number - 1)  # after the 2nd one, after the 4th three, …
                number += number - 1
    finally:
        _leave(site, stale)


def rounds(site: Any) -> Iterator[Any]:
    """The same for ``while``: numbers of rounds, without end."""
    if not on[0] or line.thread != get_ident():
        return iter((itertools.repeat(None),))
    return _rounds(site)


def _rounds(site: Any) -> Iterator[Any]:
    number, stale = 0, False
    try:
        while True:
            _turn(site, number, stale)
            stale = False
            yield itertools.repeat(None, 1)
            number += 1
            if line.twins and number > 1:
                on[0], stale = False, True
                yield itertools.repeat(None, number - 1)
                number += number - 1
    finally:
        _leave(site, stale)


def _turn(site: Any, number: int, stale: bool) -> None:
    """A recorded iteration begins; ``stale`` if plain ones went before it."""
    try:
        if line.listener is not None and not line.full:
            on[0] = True
            line.listener.iterate(site, number, stale)
    except Exception as error:
        _failed(error)


def _leave(site: Any, stale: bool) -> None:
    """The loop is over, however it was left."""
    try:
        if line.listener is not None and not line.full:
            on[0] = True
            line.listener.leave(site, stale)
    except Exception as error:
        _failed(error)


def items(iterable: Any) -> Any:
    """What a comprehension runs over; items of an array are told, which no code of the program's can notice."""
    if on[0] and line.thread == get_ident() and line.listener is not None and _plain_array(iterable):
        return _items(iterable)
    return iterable


def _items(array: Any) -> Iterator[Any]:
    listener = line.listener
    for number, item in enumerate(array):
        if on[0] and listener is not None:
            try:
                listener.item(array, number, item)
            except Exception as error:
                _failed(error)
        yield item


def _plain_array(value: Any) -> bool:
    kind = type(value)
    return kind.__name__ == "ndarray" and kind.__module__ == "numpy" and value.ndim > 0


OBJECTS: dict[str, Any] = {
    "event": event, "about": about, "wrote": wrote, "updated": updated, "branch": branch, "bound": bound,
    "release": release, "loop": loop, "rounds": rounds, "iterator": iter,  # the built-in: no frame of ours is in a traceback
    "slice": slice, "put": put, "take": take,
    "on": on, "items": items, "forget": forget, "called": called,
}  # fmt: skip

__all__ = ["MISSING", "OBJECTS", "connect", "disconnect", "line", "on"]
