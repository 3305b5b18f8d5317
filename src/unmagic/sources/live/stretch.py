"""Plain iterations in stretches: a snapshot before each, a look at its end, a walk where something turned bad.

How long a stretch is depends on what a snapshot costs; what is found in it does not: the walk finds the iteration.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from threading import get_ident
from time import perf_counter
from types import CodeType, FrameType
from typing import Any

import numpy as np

from .ahead import Ahead, Together
from .line import failed, line
from .needs import Needs
from .plan import Plan
from .sites import Site, Source, called
from .snapshot import State, TooMuch

SHARE = 0.01
"""How much of the time of plain iterations snapshots may take."""

ALLOWANCE = 0.05
"""Seconds that they may take beside, by their size alone: loops begin with short stretches, on any machine the same."""

MOST_STEPS = 20_000
"""Steps that a walk of one stretch comes to, by what an iteration was seen to do."""

LONGEST = 1.0
"""Seconds of the program's that a walk may have to go through."""

ITEMS = 2 << 20
"""Bytes of items of an iterator's that are kept for one stretch."""

SLOW, EARLY = 1e-4, 64
"""Where an iteration takes so many seconds, keeping its item costs little; of the first ones they are kept anyway."""

SECONDS = 8.0
"""For all walks of a run together."""

CHUNKS = f"{__package__}.chunks"
MOST_WALKS = 6
LIVE = 16
"""Iterations that are recorded where a walk was not possible."""


class Watcher:
    """Snapshots and walks of one run."""

    def __init__(self, sources: Mapping[str, Source], log: Any) -> None:
        self.sources = sources
        self.log = log
        self.words: list[tuple[str, Any]] = []  # what is to be said of them
        self.alarm: tuple[str, int] | None = None  # where NumPy warned in this stretch
        self.active: Guard | None = None
        self.allowance = ALLOWANCE
        self.spent = 0.0
        self.began = perf_counter()
        self.walks = 0
        self.walking = 0.0
        self._plans: dict[Site, Plan] = {}

    def loop(self, site: Any, known: Ahead | Together | None) -> Guard | None:
        """A guard for one loop that begins; None where its state can't be looked at."""
        if not isinstance(site, Site) or not site.shape:
            return None
        plan = self._plans.get(site)
        if plan is None:
            plan = self._plans[site] = Plan(Needs(*site.shape), self.sources)
        if plan.refused:
            return None
        return Guard(self, site, plan, known)

    def alarmed(self, message: str, frame: FrameType) -> None:
        """NumPy warned of something for the first time in a place."""
        if self.active is not None and self.alarm is None:
            self.alarm = called(frame.f_code.co_filename), frame.f_lineno


class Guard:
    """One loop's snapshot. ``more``: iterations to come that are recorded, since walking them failed."""

    def __init__(self, watcher: Watcher, site: Site, plan: Plan, known: Ahead | Together | None) -> None:
        self.watcher = watcher
        self.site = site
        self.plan = plan
        self.known = known
        self.state: State | None = None
        self.code: CodeType | None = None
        self.first = 0
        self.more = 0
        self.each = 0.0  # seconds of a plain iteration
        self.cost = 0.0  # of a snapshot
        self.since = 0.0
        self.steps = 1  # events of a recorded iteration
        self.count = 0
        self.failed = False
        self.items: list[Any] | None = []  # that a generator gave since the snapshot; None: they can't be kept
        self.room = 0

    # what `chunks` calls ----------------------------------------------------------------------------------

    def recorded(self) -> None:
        """An iteration is about to be recorded: how much it does is counted."""
        self.count = self.watcher.log.count

    def begin(self, frame: FrameType, number: int) -> None:
        """Plain iterations follow, from ``number`` on."""
        now = self.since = perf_counter()
        watcher = self.watcher
        self.steps = max(1, watcher.log.count - self.count)
        self._drop()
        if self.failed or watcher.walks >= MOST_WALKS or watcher is not line.watcher:
            return  # no walk would follow; or this is a forked child, to which nobody listens
        if self.plan.rest:
            self.plan.rest -= 1
            return
        if watcher.allowance < 0 and watcher.spent > SHARE * (now - watcher.began):
            return
        self.code, self.first = frame.f_code, number
        self._guarded(lambda: self._snapshot(frame))
        self._pay(now)

    def length(self, left: int) -> int:
        """How many of the ``left`` plain iterations come before the next look."""
        if self.state is None:
            return left
        if not self.each:
            return 1
        many = min(MOST_STEPS // self.steps, int(LONGEST / self.each))
        if self.items:  # as many as there is room for
            many = min(many, ITEMS // (1 + (ITEMS - self.room) // len(self.items)))
        return min(left, max(many, int(self.cost / (SHARE * self.each)) + 1))

    def heard(self, chunk: Any) -> Any:
        """Items of an iterator that can't be gone through twice: kept as they come, if that costs little."""
        if self.state is None or (self.each and self.each < SLOW and self.first > EARLY):
            self._drop()
            return chunk
        self.items, self.room = [], ITEMS
        return map(self._heard, chunk)  # no frame of ours is there while the program's iterator runs

    def _heard(self, item: Any) -> Any:
        if self.items is not None:
            try:
                self.items.append(self._copied(item, 0))
            except Exception:
                self.items = None
        return item

    def _copied(self, item: Any, depth: int) -> Any:
        """A number, text or array, or a tuple or list of them; raises `TooMuch` for what somebody could miss."""
        kind = type(item)
        self.room -= 64
        if self.room < 0 or depth > 3:
            raise TooMuch
        if kind in (int, float, str, bool, type(None)) or issubclass(kind, np.generic):
            return item
        if kind is np.ndarray:
            self.room -= item.nbytes
            if self.room < 0:
                raise TooMuch
            return np.array(item, order="K")
        if kind in (tuple, list):
            return kind([self._copied(part, depth + 1) for part in item])
        raise TooMuch

    def edge(self, frame: FrameType, number: int, more: bool) -> None:
        """Iterations up to ``number`` have run; ``more`` plain ones follow."""
        now = perf_counter()
        self.each = (now - self.since) / max(1, number - self.first)
        if self.state is not None and self.watcher is not line.watcher:
            self._drop()
        if self.state is not None:
            self._guarded(lambda: self._look(frame, number, False))
            self.first = number
            if more:
                self._guarded(lambda: self._again(frame))
            else:
                self._drop()
            self._pay(now)
        self.since = perf_counter()

    def leave(self, number: int) -> None:
        """The loop was left somewhere before ``number``; by its own frame, unless it was thrown away."""
        self._guarded(lambda: self._left(number))
        self._drop()

    # inside -----------------------------------------------------------------------------------------------

    def _guarded(self, do: Callable[[], None]) -> None:
        try:
            do()
        except TooMuch:
            self.plan.too_much()
            self._drop()
        except Exception as error:
            self._drop()
            failed(error)

    def _left(self, number: int) -> None:
        frame: FrameType | None = sys._getframe(4)
        while frame is not None and frame.f_globals.get("__name__") == CHUNKS:
            frame = frame.f_back
        if frame is not None and frame.f_code is self.code and self.watcher is line.watcher:
            self._look(frame, number, True)

    def _drop(self) -> None:
        self.state = self._then = None
        self.watcher.active = self.watcher.alarm = None

    def _pay(self, since: float) -> None:
        self.cost = perf_counter() - since
        self.watcher.spent += self.cost

    def _now(self, frame: FrameType) -> State:
        """The state as it is; anew, while functions are met that read more."""
        for _ in range(8):
            size = self.plan.size
            state = State(frame, self.plan, self.state, self.watcher.log)
            if self.plan.refused:
                raise TooMuch
            if self.plan.size == size:
                return state
        raise TooMuch

    def _snapshot(self, frame: FrameType) -> None:
        state = self._now(frame)
        self.watcher.allowance -= 2 * state.weight
        state.freeze()
        self.state = state
        self.watcher.active, self.watcher.alarm = self, None

    def _again(self, frame: FrameType) -> None:
        state, self._then = self._then, None
        if state is None:
            state = self._now(frame)
        state.freeze()
        self.state = state
        self.watcher.active, self.watcher.alarm = self, None

    _then: State | None = None

    def _look(self, frame: FrameType, number: int, left: bool) -> None:
        then = self._now(frame)
        state = self.state
        assert state is not None
        turned, alarm = then.turned(state), self.watcher.alarm
        if turned is not None or alarm is not None:
            self._walk(state, then, number, left, turned, alarm)
        self._then = then

    def _walk(
        self, state: State, then: State, number: int, left: bool, turned: str | None, alarm: tuple[str, int] | None
    ) -> None:
        watcher = self.watcher
        if self.failed or watcher.walks >= MOST_WALKS or watcher.walking >= SECONDS:
            return
        from .again import Stretch, again  # the walker is loaded when something went wrong

        watcher.walks += 1
        began = perf_counter()
        assert self.code is not None
        stretch = Stretch(self.site, self.code, self.first, number - self.first, self._item, left)
        with _quiet():
            outcome = again(stretch, state, then, watcher.sources, turned=turned, line=alarm,
                            seconds=SECONDS - watcher.walking)  # fmt: skip
        took = perf_counter() - began
        watcher.walking += took
        watcher.began += took  # no time of the program's
        loop = f"the loop in line {self.site.place[0]}"
        if outcome.walked is not None:
            watcher.log.walked(self.site, outcome.walked.copied())
            close = ", its numbers the program's to one in a million" if outcome.close else ""
            watcher.words.append((f"iteration {outcome.number + 1} of {loop} was walked again from a snapshot{close}",
                                  self.site.span))  # fmt: skip
        elif outcome.words:
            first, last = self.first + 1, number
            which = f"iteration {first}" if first == last else f"iterations {first} to {last}"
            why = "".join(f"; line {at} was passed over: {words}" for at, words in [*outcome.skipped.items()][:2])
            watcher.words.append((f"{which} of {loop} could not be walked again: {outcome.words}{why}", self.site.span))
            self.more, self.failed = LIVE, True

    def _item(self, number: int) -> tuple[bool, Any]:
        """Whether there is an item for an iteration, and which."""
        from unmagic.core.errors import Unsupported

        if self.known is None:
            if self.items is None:
                raise Unsupported("what it goes through can't be gone through twice")
            at = number - self.first
            return (True, self.items[at]) if at < len(self.items) else (False, None)
        if number >= len(self.known):
            return False, None
        return True, self.known.item(number)


class _quiet:
    """No warning of a walk's is shown, and no filter of the program's is touched; other threads warn as they would."""

    def __enter__(self) -> None:
        theirs: Any = warnings._showwarnmsg  # type: ignore[attr-defined]
        mine = get_ident()

        def shown(message: Any) -> None:
            if get_ident() != mine:
                theirs(message)

        self._theirs, self._ours = theirs, shown
        warnings._showwarnmsg = shown  # type: ignore[attr-defined]

    def __exit__(self, *error: object) -> None:
        if warnings._showwarnmsg is self._ours:  # type: ignore[attr-defined]
            warnings._showwarnmsg = self._theirs  # type: ignore[attr-defined]


__all__ = ["Guard", "Watcher"]
