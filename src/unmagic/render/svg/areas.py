"""Bayes as areas in a square of one by one: widths are the prior, heights the likelihoods, areas what happens."""

from __future__ import annotations

import math

from unmagic.core.digits import LESSON, Style, shown
from unmagic.core.document import Table
from unmagic.core.scalar_eval import shortest

from .labels import Label, lettered
from .marks import drawing, hued, line, rect
from .picture import Picture, not_finite, refused

_SIDE, _LEFT, _TOP = 220.0, 70.0, 34.0


def areas(
    prior: float,
    likelihood: float,
    likelihood_not: float,
    *,
    names: tuple[str, str, str] = ("H", "not H", "D"),
    hues: tuple[int, int] = (8, 7),
    style: Style = LESSON,
) -> Picture:
    """``likelihood`` is P(D | H), ``likelihood_not`` P(D | not H). ``hues``: of the prior's side and of the other."""
    hypothesis, against, data = names
    told = (f"P({hypothesis})", f"P({data}|{hypothesis})", f"P({data}|{against})")
    for name, value in zip(told, (prior, likelihood, likelihood_not), strict=True):
        if (reason := not_finite(name, value)) is not None:
            return refused(reason)
        if not 0 <= value <= 1:
            return refused(f"{name} = {shown(value, style=style)} is no probability: it must lie from 0 to 1.")
    share, hit, miss = (shortest(value) for value in (prior, likelihood, likelihood_not))
    # in decimals, as they were typed: 0.8·0.05 is 0.04 and not 0.04000000000000001
    both, other, against_prior = float(share * hit), float((1 - share) * miss), float(1 - share)
    evidence = float(share * hit + (1 - share) * miss)
    posterior = both / evidence if evidence else math.nan
    bottom, split = _TOP + _SIDE, _LEFT + prior * _SIDE
    tall, low = likelihood * _SIDE, likelihood_not * _SIDE
    filled = rect(_LEFT, bottom - tall, prior * _SIDE, tall, fill="currentColor", fill_opacity="0.6")
    open_ = rect(
        split, bottom - low, (1 - prior) * _SIDE, low, fill="currentColor", fill_opacity="0.2", stroke="currentColor"
    )
    square = rect(_LEFT, _TOP, _SIDE, _SIDE, "axis")
    parts = [hued(hues[0], filled), hued(hues[1], open_), line((split, _TOP), (split, bottom), "axis"), square]

    def number(value: float) -> str:
        return shown(value, style=style)

    right = _LEFT + _SIDE
    labels = [
        Label(f"{hypothesis} {number(prior)}", ((_LEFT + split) / 2, _TOP - 4), "N", hues[0], gap=2, must=True),
        Label(f"{against} {number(against_prior)}", ((split + right) / 2, _TOP - 4), "N", hues[1], gap=2),
        Label(number(likelihood), (_LEFT, bottom - tall), "W SW NW", hues[0], gap=6, must=True),
        Label(number(likelihood_not), (right, bottom - low), "E NE SE", hues[1], gap=6, must=True),
        Label(number(both), ((_LEFT + split) / 2, bottom), "S", hues[0], gap=5, must=True),
        Label(number(other), ((split + right) / 2, bottom), "S", hues[1], gap=5, must=True),
    ]
    lettering = lettered(labels, (1, 1, 359, bottom + 32))
    says = _said(prior, likelihood, likelihood_not, both, other, posterior, names, style)
    rows = [
        (told[0], number(prior)), (f"P({against})", number(against_prior)),
        (told[1], number(likelihood)), (told[2], number(likelihood_not)),
        (f"P({data}, {hypothesis})", number(both)), (f"P({data}, {against})", number(other)),
        (f"P({data})", number(evidence)),
        (f"P({hypothesis}|{data})", number(posterior) if evidence else f"none: {data} never happens"),
    ]  # fmt: skip
    caption = (
        f"The dark area is {number(posterior)} of both together: that is P({hypothesis}|{data})."
        if evidence
        else f"No area is filled: {data} never happens, so it tells nothing."
    )
    return Picture(
        drawing(360, bottom + 34, says, *parts, lettering), says, Table(("what", "is"), tuple(rows)), caption
    )


def _said(
    prior: float, likelihood: float, likelihood_not: float, both: float, other: float, posterior: float,
    names: tuple[str, str, str], style: Style,
) -> str:  # fmt: skip
    hypothesis, against, data = names

    def number(value: float) -> str:
        return shown(value, style=style)

    end = (
        f"of the area under {data} the share of {hypothesis} is {number(posterior)}"
        if both + other
        else f"nothing is filled, so {data} never happens"
    )
    return (
        f"A square of area 1, {number(prior)} of its width {hypothesis}: filled to {number(likelihood)} of the height "
        f"there, area {number(both)}, and to {number(likelihood_not)} over {against}, area {number(other)}; {end}."
    )
