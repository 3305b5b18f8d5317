"""Predict first: one number before the first step, and what became of it."""

from __future__ import annotations

from decimal import Decimal, localcontext

from unmagic.core.errors import UnmagicError

from .printed import printed
from .state import LARGEST_RATE, Run, ToyState, number_of


def question(run: Run) -> str:
    """What is asked before the first step."""
    return f"Where does {'it' if len(run.start) == 1 else 'x'} stand after one step?"


def guessed(state: ToyState) -> Decimal | None:
    """What the visitor said, if it is a number."""
    try:
        return number_of(state.guess, LARGEST_RATE) if state.guess else None
    except UnmagicError:
        return None


def predicted(state: ToyState, run: Run) -> str:
    """You said, it did: once there is a guess and a step."""
    guess = guessed(state)
    if guess is None or not state.count or run.trace.length < 1:
        return ""
    start, after = run.trace.rows[:2]
    assert start.move is not None
    slope, move = start.slope[0], start.move[0]
    with localcontext() as context:
        context.prec = 60
        sign = "=" if -run.eta * slope == move else "≈"
    name = "the slope there" if len(run.start) == 1 else "the slope along x there"
    bracketed = f"({printed(slope)})" if slope < 0 else printed(slope)
    leap = f"{name} is {printed(slope)}, and −{printed(run.eta)} · {bracketed} {sign} {printed(move)}"
    over = ""
    lowest = run.land.lowest
    if len(run.start) == 1 and lowest is not None:
        a, b = sorted((float(start.at[0]), float(after.at[0])))
        over = ", clean over the minimum" if a < lowest[0] < b else ""
    it = "it" if len(run.start) == 1 else "x"
    if guess == after.at[0]:
        return f"You said {printed(guess)}, and there it stood: {leap}{over}."
    return f"You said {printed(guess)}; {it} went from {printed(start.at[0])} to {printed(after.at[0])}: {leap}{over}."
