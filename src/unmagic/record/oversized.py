"""Steps of a long run whose results are too large to compute again: what met what, and whether a number came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import UnmagicError
from unmagic.core.program import Oversized

from .callees import Callee
from .entries import Entry, Event, Look, Ref
from .operands import Gone
from .spell.python import OPERATORS


class Sizes:
    """Follows such results through the steps that are not read: entry by entry, until a reduction ends them."""

    def __init__(self, entries: Mapping[int, Entry], node: Callable[[Ref | Look], Node]) -> None:
        self.found: list[Oversized] = []
        self._entries = entries
        self._node = node
        self._of: dict[int, Oversized] = {}  # by the number of an entry

    def unread(self, event: Event) -> None:
        """A step was passed over, since its result or an operand is not there."""
        if event.site is None or not isinstance(event.out, Ref):
            return
        at = self._entries[event.out.number].place
        told = [event.more[1], *event.told] if event.kind == "write" else event.told
        behind = next((self._of[one.number] for one in told if isinstance(one, Ref) and one.number in self._of), None)
        if behind is None:
            self._begin(event)
        elif at is not None and at.shape == behind.shape and _entrywise(event):
            self._of[event.out.number] = behind
        elif (at is None or at.shape == ()) and isinstance(event.more, Callee):
            behind.into = event.more.name.rpartition(".")[2]

    def _begin(self, event: Event) -> None:
        at = self._entries[event.out.number].place
        operands = [one for one in event.told if isinstance(one, (Ref, Look))]
        if event.site.kind != "op" or event.site.what not in OPERATORS or at is None or len(operands) != 2:
            return
        try:
            left, right = (self._node(one).id for one in operands)
        except (Gone, UnmagicError):
            return
        op, _ = OPERATORS[event.site.what]
        one = Oversized(op, (left, right), at.shape, event.site.name, event.site.span)
        self._of[event.out.number] = one
        self.found.append(one)


def _entrywise(event: Event) -> bool:
    """Whether each entry of a result comes from the entries that stand in its place."""
    called = event.more[3] if event.kind == "write" else event.more
    if isinstance(called, Callee):
        return called.name != "matmul" and isinstance(getattr(np, called.name, None), np.ufunc)
    return called is None and event.site.what in OPERATORS


__all__ = ["Sizes"]
