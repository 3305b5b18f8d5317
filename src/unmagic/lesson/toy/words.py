"""What goes on in a run, said from its trace alone: a word, and a sentence with the numbers that bear it out.

Each word is a statement that the rows prove. A step *passes the lowest point on its way* where the slope at its end
leans back against the one it set out with, or where it ends higher than it began: downhill it set out, so somewhere
between f turned. Runs are in *another basin* where a ridge lies between them and their start.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from itertools import pairwise
from typing import NamedTuple

from unmagic.core.digits.numerals import half_up

from .landscape import Landscape
from .printed import printed
from .trace import MOST, End, Place, Row, Trace

WORDS = ("descending", "overshooting", "converged", "diverging", "stuck on a flat", "in another basin")

_FLAT = 1e-3  # of the steepest slope that is drawn
_SLOW = 1e-4  # of the drawn stretch, a move


class Said(NamedTuple):
    """``word`` is one of `WORDS`, or empty where none is true; ``title`` heads the sentence."""

    word: str
    title: str
    sentence: str


def words(trace: Trace, count: int, land: Landscape) -> Said:
    """What the run is doing after ``count`` steps."""
    said = _words(trace, count, land)
    if count == MOST and trace.end is End.LONG:
        return said._replace(sentence=f"{said.sentence} A run ends after {MOST} steps.")
    return said


def _words(trace: Trace, count: int, land: Landscape) -> Said:
    row = trace.rows[count]
    last = count == trace.length
    if last and trace.end is End.LOST:
        return _lost(trace, count)
    if last and trace.end is End.FAR:
        return Said("diverging", "Diverging", f"It stands at {_place(row.at)}, over a million times farther out than "
                    f"it began, so it is stopped here. {_grown(trace, count)}".strip())  # fmt: skip
    if not trace.eta:
        return Said("", "Standing still", "η is 0, so every move is 0.")
    resting = trace.end is End.STILL and last
    if resting and land.bottoms_out([float(x) for x in row.at]):
        return _converged(trace, count, land)
    if _flat(row, land, resting):
        return _stuck(trace, count, land)
    if count == 0:
        return Said("", "At the start", _first(row))
    if _diverges(trace, count):
        return Said("diverging", "Diverging", _grown(trace, count))
    if (moved := _elsewhere(trace, count, land)) is not None:
        return moved
    if _passed(trace.rows[count - 1], row):
        return _overshot(trace, count, land)
    return _descends(trace, count)


def crossings(trace: Trace, count: int) -> int:
    """How many of the first ``count`` steps went past the lowest point on their way."""
    return sum(_passed(a, b) for a, b in pairwise(trace.rows[: count + 1]))


def factor(trace: Trace, count: int) -> tuple[Decimal, bool] | None:
    """How long the last leap was, by the one before, to three digits; whether that is exact."""
    if count < 2:
        return None
    before, after = (_length(trace.rows[k].move) for k in (count - 2, count - 1))
    if not before or not after:
        return None
    with localcontext() as context:
        context.prec = 40
        whole = after / before
        shown = half_up(whole, 2 - whole.adjusted())
        return shown, shown * before == after


# the words --------------------------------------------------------------------------------------------------------


def _first(row: Row) -> str:
    if len(row.at) == 1:
        way = "right" if row.slope[0] < 0 else "left"
        return f"The slope is {printed(row.slope[0])}, so downhill is to the {way}."
    return f"The gradient is {_place(row.slope)}; downhill is straight against it."


def _lost(trace: Trace, count: int) -> Said:
    row = trace.rows[count]
    what = "f has no finite value" if not row.loss.is_finite() else "f has no finite slope"
    if count == 0:
        return Said("", "Nowhere to start", f"At {_place(row.at)} {what}: choose another start.")
    word = "diverging" if _rising(trace, count - 1) else ""
    return Said(word, "Off the map", f"Step {count} led to {_place(row.at)}, where {what}. The run ends there.")


def _converged(trace: Trace, count: int, land: Landscape) -> Said:
    row = trace.rows[count]
    assert row.move is not None
    left = "no move is left" if not any(row.move) else f"the next move would be {_place(row.move)}"
    took = f"after {_steps(count)}" if count else "from the start"
    passed = crossings(trace, count)
    way = f" It went past it {_times(passed)} on the way." if passed and len(land.minima) == 1 else ""
    elsewhere = _elsewhere(trace, count, land) is not None
    home = " A ridge lies between here and the start: this is another basin." if elsewhere else ""
    return Said("converged", "Converged", f"It stands at {_place(row.at)} {took}: {left}.{way}{home}")


def _stuck(trace: Trace, count: int, land: Landscape) -> Said:
    row = trace.rows[count]
    slope = _place(row.slope)
    if not any(row.slope):
        why = f"The slope at {_place(row.at)} is {'0' if len(row.at) == 1 else slope}: nothing says which way is down."
        return Said("stuck on a flat", "Stuck on a flat", why)
    assert row.move is not None
    far = "" if land.lowest is None or len(row.at) > 1 else f" The minimum {_spot(land.lowest[0])} is still ahead."
    size, move = (_brief(_length(place)) for place in (row.slope, row.move))
    step = f"the next move is about {move} long: hardly one" if any(row.move) else "the next move rounds to nothing"
    sentence = f"The slope here is about {size} in size, so {step}.{far}"
    return Said("stuck on a flat", "Stuck on a flat", sentence)


def _grown(trace: Trace, count: int) -> str:
    rate = factor(trace, count)
    if rate is None or rate[0] <= 1:
        return "Each loss is higher than the one before." if _rising(trace, count) else ""
    if not _rising(trace, count):
        return f"The last leap was {_by(rate)}, still downhill."
    return f"Each leap ends higher than it began; the last was {_by(rate)}."


def _elsewhere(trace: Trace, count: int, land: Landscape) -> Said | None:
    start, here = (float(trace.rows[k].at[0]) for k in (0, count))
    if not land.ridges or len(trace.rows[0].at) > 1 or land.basin(start) == land.basin(here):
        return None
    home, now = land.minimum_of(start), land.minimum_of(here)
    began = "It left the basin it began in" if home is None else f"It began in the basin of the minimum {_spot(home)}"
    found = "and is now beyond a ridge" if now is None else f"and is now in that of the one {_spot(now)}"
    return Said("in another basin", "In another basin", f"{began} {found}: a leap carried it over the ridge between.")


def _overshot(trace: Trace, count: int, land: Landscape) -> Said:
    rows, times = trace.rows, crossings(trace, count)
    higher = rows[count].loss > rows[count - 1].loss
    if len(land.minima) == 1:
        opening = f"It has passed the minimum {_times(times)}."
    elif times == 1:
        opening = "The last step went past the lowest point on its way."
    else:
        opening = f"{_times(times).capitalize()} a step went past the lowest point on its way."
    rate = factor(trace, count)
    if rate is None:
        leap = f"It landed {'higher' if higher else 'lower'} than it began."
    elif rate[1] and rate[0] == 1:
        leap = "The last leap was as long as the one before."
    elif len(rows[0].at) == 1 and _steady(trace, count):
        pace = ", slowly" if rate[0] >= Decimal("0.7") else ""
        leap = f"Each leap is {_by(rate)}{f', so it settles{pace}' if rate[0] < 1 else ''}."
    else:
        leap = f"The last leap was {_by(rate)}."
    return Said("overshooting", "Overshooting", f"{opening} {leap}")


def _descends(trace: Trace, count: int) -> Said:
    rows = trace.rows
    before, after = rows[count - 1], rows[count]
    passed = crossings(trace, count)
    parts = []
    if after.loss < before.loss:
        parts.append(f"The last step took the loss from {loss_text(before)} down to {loss_text(after)}.")
    rate = factor(trace, count)
    if rate is not None and rate[0] < 1 and not passed:
        parts.append(f"That leap was {_by(rate)}: the slope grows gentler.")
    elif rate is not None and rate[0] > 1 and not passed:
        parts.append(f"That leap was {_by(rate)}: the slope grows steeper.")
    if passed:
        parts.append(f"Earlier it went past the lowest point {_times(passed)}.")
    if not parts:
        parts.append("It goes down, by less than the digits shown.")
    return Said("descending", "Descending", " ".join(parts))


# what the rows prove ----------------------------------------------------------------------------------------------


def _passed(a: Row, b: Row) -> bool:
    """Whether the step from a to b went past the lowest point on its way."""
    if not all(x.is_finite() for x in (*b.slope, b.loss)):
        return False
    return sum(g * h for g, h in zip(a.slope, b.slope, strict=True)) < 0 or b.loss > a.loss


def _rising(trace: Trace, count: int) -> bool:
    """Whether the last two or three steps each ended higher than they began."""
    losses = [row.loss for row in trace.rows[max(0, count - 3) : count + 1]]
    return count >= 2 and all(a < b for a, b in pairwise(losses))


def _diverges(trace: Trace, count: int) -> bool:
    leaps = [_length(row.move) for row in trace.rows[max(0, count - 3) : count]]
    return _rising(trace, count) and all(a < b for a, b in pairwise(leaps))


def _steady(trace: Trace, count: int) -> bool:
    """Whether all leaps shrink or grow by one factor, as far as three digits tell."""
    rates = {found[0] for k in range(2, count + 1) if (found := factor(trace, k)) is not None}
    return len(rates) == 1


def _flat(row: Row, land: Landscape, resting: bool) -> bool:
    """Whether the slope is next to nothing for this function, and no minimum is at hand."""
    if land.bottoms_out([float(x) for x in row.at]) or row.move is None:
        return False
    slope, move = float(_length(row.slope)), float(_length(row.move))
    gentle = slope <= _FLAT * land.steepest
    return gentle and (resting or move <= _SLOW * land.width)


def _length(place: Place | None) -> Decimal:
    if place is None:
        return Decimal(0)
    if len(place) == 1:
        return abs(place[0])
    with localcontext() as context:
        context.prec = 40
        return sum((x * x for x in place), Decimal(0)).sqrt()


# as text ----------------------------------------------------------------------------------------------------------


def loss_text(row: Row) -> str:
    """f where a row stands."""
    return printed(row.loss, "f" in row.rounded)


def _place(place: Place) -> str:
    return printed(place[0]) if len(place) == 1 else f"({', '.join(map(printed, place))})"


def _spot(x: float) -> str:
    whole = Decimal(repr(x))
    found = half_up(whole, 3)
    return f"{'at' if found == whole else 'near'} {printed(found)}"


def _brief(x: Decimal) -> str:
    return printed(half_up(x, 2 - x.adjusted()) if x else x)


def _by(rate: tuple[Decimal, bool]) -> str:
    about = "" if rate[1] else "about "
    return f"{about}{printed(rate[0])} {'times' if rate[0] > 1 else 'of'} the one before"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


__all__ = ["WORDS", "Said", "crossings", "factor", "loss_text", "words"]
