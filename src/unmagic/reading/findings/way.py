"""The way of a bad number from its first entry to the result, told with the finding there; what follows from it is
folded into that finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from unmagic.core.finding import Finding, Stop

from .case import Case
from .origin import Origin, Place, origin

MOST = 6
"""Stops that are told; of a longer way the first and the last."""

FOLLOWING = frozenset({"zero-times-infinity", "division-by-zero", "exp-overflow", "power-overflow", "non-finite",
                       "log-of-zero", "log-of-negative", "masked-row"})  # fmt: skip
"""Findings that may be about what another one began."""

BEGINNING = FOLLOWING | {"product-underflow", "zero-count"}


def told(case: Case, found: Sequence[Finding]) -> list[Finding]:
    """``found`` with the way of each bad result added to the finding at its first bad entry, and without findings about
    what only follows from another; where no finding stands at the first bad entry, `non_finite` makes one."""
    from .non_finite import first_bad

    kept = list(found)
    for target, start in case.origins.items():
        if _meant(case, start, target) or _carried_on(case, start):
            continue
        k = _at(case, kept, start)
        if k is None and case.carried(start.step) and any(one.path for one in kept):
            continue  # it goes on in another round
        if k is None and not any(one.code == "masked-row" and start.step in one.steps for one in kept):
            made = first_bad(case, start, target)
            if made is not None and not _told(kept, made):
                kept.append(made)
            continue
        if k is not None and not kept[k].path:
            kept[k] = replace(kept[k], path=stops(case, start))
    return folded(case, kept)


def folded(case: Case, found: Sequence[Finding]) -> list[Finding]:
    """Without the findings about numbers that were bad already because of what another one is about."""
    kept = list(found)
    for finding in found:
        if finding.code not in FOLLOWING:
            continue
        start = origin(case.graph, case.values, finding.steps[0])
        if start is None or start.step in finding.steps:
            continue
        k = _at(case, kept, start)
        if k is None or kept[k] is finding or kept[k].code == "non-finite":
            continue
        first = kept[k]
        if not first.path:
            first = replace(first, path=stops(case, start))
        kept[k] = replace(first, steps=tuple(dict.fromkeys((*first.steps, *finding.steps))))
        kept.remove(finding)
    return kept


def stops(case: Case, start: Origin) -> tuple[Stop, ...]:
    """The steps that carried it on as a reader sees them: those with a name, and where ∞ turned into nan."""
    if not start.path:
        return ()
    end = start.path[-1]
    chosen: list[Place] = []
    for place in start.path:
        step = case.graph[place.step]
        named = case.is_named(place.step) and step.span is not None and not step.implicit
        if named or place in (start.turn, end):
            chosen.append(place)
    if len(chosen) > MOST:
        wanted = {*chosen[:2], *chosen[-3:]} | ({start.turn} if start.turn is not None else set())
        chosen = [place for place in chosen if place in wanted]
    return tuple(_stop(case, place, start.turn) for place in chosen)


def _stop(case: Case, place: Place, turn: Place | None) -> Stop:
    step = case.graph[place.step]
    lines = case.worked(step, place.at) if place == turn else ()
    return Stop(place.step, case.place(place.step, place.at), step.span, lines[-1] if lines else None)


def _at(case: Case, found: Sequence[Finding], start: Origin) -> int | None:
    """The finding at a first bad entry: of its step, or of the same place in another round."""
    for k, finding in enumerate(found):
        if start.step in finding.steps[:2] and finding.code != "non-finite":
            return k
    span = case.graph[start.step].span
    for k, finding in enumerate(found):
        begins = finding.code in BEGINNING and finding.steps and span is not None
        if begins and case.graph[finding.steps[0]].span == span:
            return k
    return None


def _told(found: Sequence[Finding], made: Finding) -> bool:
    """Whether a first bad entry was told already: once a place."""
    return any(one.code == made.code and one.span == made.span for one in found)


def _carried_on(case: Case, start: Origin) -> bool:
    """What a later iteration finds bad already, where it is known in which one it began."""
    return case.is_leaf(start.step) and any(id < start.step for id in case.program.carried)


def _meant(case: Case, start: Origin, target: int) -> bool:
    """A −∞ that stands in the text and is all that is bad: a mask that was made, a score that was masked."""
    values = np.asarray(case.values[target])
    return case.is_leaf(start.step) and case.graph[start.step].op.name == "constant" and not np.isnan(values).any()
