"""Surprise: the curve −log p, and where one probability stands on it."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

from unmagic.core.digits import LESSON, Problem, Quantity, Style, shown
from unmagic.core.document import Table
from unmagic.core.lines import SIGNS, Line
from unmagic.core.scalar import call

from .coordinates import Box, Segment, trails
from .labels import Label, italic, lettered
from .marks import circle, drawing, hued, line, path
from .picture import Picture, not_finite, refused
from .scale import Scale

_BOX: Box = (40, 14, 346, 214)
_HEIGHT = 246.0


def surprise(p: float, *, name: str = "p", hues: tuple[int, int] = (7, 5), style: Style = LESSON) -> Picture:
    """``hues``: of the probability and of the loss."""
    if (reason := not_finite(name, p)) is not None:
        return refused(reason)
    if not 0 <= p <= 1:
        return refused(f"{name} = {shown(p, style=style)} is no probability: it must lie from 0 to 1.")
    loss = -math.log(p) if p > 0 else math.inf
    loss = loss or 0.0  # -log 1 is −0
    worked, told_p = _worked(p, loss, style)
    top = min(max(4.0, 1.15 * loss), 800.0) if math.isfinite(loss) else 4.0
    across, up = _scales(top)
    curve, segments = _curve(top)
    parts = [
        line((_BOX[0], _BOX[3]), (_BOX[2], _BOX[3]), "axis"),
        line((_BOX[0], _BOX[1]), (_BOX[0], _BOX[3]), "axis"),
        curve,
    ]
    labels: list[Label] = []
    if math.isfinite(loss):
        here = (across(p), up(loss))
        parts += [line((here[0], _BOX[3]), here, "ghost"), line((_BOX[0], here[1]), here, "ghost")]
        parts.append(hued(hues[0], circle(here, 6, "dot")))
        labels.append(
            Label(
                f"−log {italic(name)} {SIGNS[worked.relation]} {worked.value}",
                here,
                "N NW" if p > 0.6 else "NE E N",
                hues[1],
                gap=9,
                must=True,
            )
        )
    else:
        labels.append(Label("−log 0 ⇒ inf, beyond any paper ↑", (_BOX[0] + 26, _BOX[1] + 12), "E", hues[1], must=True))
    foot = (across(p), _BOX[3] + 5)
    labels.append(Label(f"{italic(name)} = {told_p}", foot, "S SE SW", hues[0], gap=3, must=True))
    for t in (0.0, 0.5, 1.0):
        labels.append(Label(shown(t), (across(t), _BOX[3] + 5), "S", class_="tick", gap=3))
    step = max(1, math.ceil(top / 5))
    for k in range(step, math.floor(top) + 1, step):
        spot = (_BOX[0], up(k))
        parts.append(line((spot[0] - 4, spot[1]), spot, "axis"))
        labels.append(Label(shown(k), (spot[0] - 4, spot[1]), "W", class_="tick", gap=3))
    lettering = lettered(labels, (2, 2, 358, _HEIGHT - 2), lines=segments)
    says = (
        f"The curve −log {name}: at {name} = {told_p} the surprise is {worked.value}; "
        f"it is 0 at {name} = 1 and grows without end towards 0."
    )
    table = Table((name, f"−log {name}"), ((told_p, worked.value),))
    return Picture(drawing(360, _HEIGHT, says, *parts, lettering), says, table)


def _scales(top: float) -> tuple[Scale, Scale]:
    return Scale(0, 1, _BOX[0], _BOX[2]), Scale(0, top, _BOX[3], _BOX[1])


@lru_cache(maxsize=16)  # up to a loss of 3.5 all pictures are as high
def _curve(top: float) -> tuple[str, list[Segment]]:
    """−log p as a path and as its pieces: even steps down it rather than along, where most of it is steep."""
    across, up = _scales(top)
    places = ((across(math.exp(-top * k / 120)), up(top * k / 120)) for k in range(121))
    runs = trails(places, _BOX)
    drawn = "".join(path(run, "curve") for run in runs)
    return drawn, [piece for run in runs for piece in itertools.pairwise(run)]


def _worked(p: float, loss: float, style: Style) -> tuple[Line, str]:
    """The line −log p, true of the digits it prints, and p as printed."""
    problem = Problem(style)
    given = Quantity(p, given=True)
    problem.line(-call("log", given), Quantity(loss))
    (worked,) = problem.solve()
    return worked, problem.printed(given)
