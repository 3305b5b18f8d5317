"""Bayes as areas in a square of one by one: widths are the prior, heights the likelihoods, areas what happens."""

from __future__ import annotations

from unmagic.core.digits import LESSON, Problem, Quantity, Style, shown
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
    asked = (f"P({hypothesis})", f"P({data}|{hypothesis})", f"P({data}|{against})")
    for name, value in zip(asked, (prior, likelihood, likelihood_not), strict=True):
        if (reason := not_finite(name, value)) is not None:
            return refused(reason)
        if not 0 <= value <= 1:
            return refused(f"{name} = {shown(value, style=style)} is no probability: it must lie from 0 to 1.")
    told = _worked(prior, likelihood, likelihood_not, names, style)
    bottom, split = _TOP + _SIDE, _LEFT + prior * _SIDE
    tall, low = likelihood * _SIDE, likelihood_not * _SIDE
    filled = rect(_LEFT, bottom - tall, prior * _SIDE, tall, fill="currentColor", fill_opacity="0.6")
    open_ = rect(
        split, bottom - low, (1 - prior) * _SIDE, low, fill="currentColor", fill_opacity="0.2", stroke="currentColor"
    )
    square = rect(_LEFT, _TOP, _SIDE, _SIDE, "axis")
    parts = [hued(hues[0], filled), hued(hues[1], open_), line((split, _TOP), (split, bottom), "axis"), square]

    right = _LEFT + _SIDE
    mine, rest = f"P({hypothesis})", f"P({against})"
    over, under = f"P({data}|{hypothesis})", f"P({data}|{against})"
    both, other, posterior = f"P({data}, {hypothesis})", f"P({data}, {against})", f"P({hypothesis}|{data})"
    labels = [
        Label(f"{hypothesis} {told[mine]}", ((_LEFT + split) / 2, _TOP - 4), "N", hues[0], gap=2, must=True),
        Label(f"{against} {told[rest]}", ((split + right) / 2, _TOP - 4), "N", hues[1], gap=2),
        Label(told[over], (_LEFT, bottom - tall), "W SW NW", hues[0], gap=6, must=True),
        Label(told[under], (right, bottom - low), "E NE SE", hues[1], gap=6, must=True),
        Label(told[both], ((_LEFT + split) / 2, bottom), "S", hues[0], gap=5, must=True),
        Label(told[other], ((split + right) / 2, bottom), "S", hues[1], gap=5, must=True),
    ]
    lettering = lettered(labels, (1, 1, 359, bottom + 32))
    end = f"of what is filled {hypothesis} has {told.get(posterior)}"
    caption = f"The dark area is {told.get(posterior)} of both together: that is {posterior}."
    if posterior not in told:
        end = f"nothing is filled, so {data} never happens"
        caption = f"No area is filled: {data} never happens, so it tells nothing."
    says = (
        f"A square of area 1, {told[mine]} of its width {hypothesis}: filled to {told[over]} of the height "
        f"there, area {told[both]}, and to {told[under]} over {against}, area {told[other]}; {end}."
    )
    rows = told if posterior in told else told | {posterior: f"none: {data} never happens"}
    drawn = drawing(360, bottom + 34, says, *parts, lettering)
    return Picture(drawn, says, Table(("what", "is"), tuple(rows.items())), caption)


def _worked(prior: float, hit: float, miss: float, names: tuple[str, str, str], style: Style) -> dict[str, str]:
    """Every probability by its name, printed so that products, sum and quotient hold on the printed digits.

    Computed in decimals, as the numbers were typed: 0.8·0.05 is 0.04 and not 0.04000000000000001.
    """
    p, likely, unlikely = (shortest(value) for value in (prior, hit, miss))
    both, other = p * likely, (1 - p) * unlikely
    hypothesis, against, data = names
    values = {
        f"P({hypothesis})": Quantity(prior, given=True),
        f"P({against})": Quantity(float(1 - p)),
        f"P({data}|{hypothesis})": Quantity(hit, given=True),
        f"P({data}|{against})": Quantity(miss, given=True),
        f"P({data}, {hypothesis})": Quantity(float(both)),
        f"P({data}, {against})": Quantity(float(other)),
        f"P({data})": Quantity(float(both + other)),
    }
    mine, rest, up, down, one, two, evidence = values.values()
    problem = Problem(style)
    problem.line(1 - mine, rest)
    problem.line(mine * up, one)
    problem.line(rest * down, two)
    problem.line(one + two, evidence)
    if float(both + other):
        values[f"P({hypothesis}|{data})"] = posterior = Quantity(float(both) / float(both + other))
        problem.line(one / evidence, posterior)
    problem.solve()
    return {name: problem.printed(value) for name, value in values.items()}
