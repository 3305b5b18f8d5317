"""Gradients through views and writes in place, by two others: a step along the imaginary axis, and JAX.

The step of 1e-30·i goes through the program itself, in complex numbers, and is exact to rounding; JAX derives a
rewriting that has neither views nor writes. Both ways to a gradient of ours are held to both.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.conftest import needs
from tests.record.forms import UNREAD
from tests.record.generated import HEAVY, MIXED, Program, filled, generate
from tests.record.machine import NAMES, WIDTH, branches
from tests.record.rewriting import rewritten

PROGRAMS = 200
BLOCK = 50
SMALL = 1e-12
REFUSED = (".flat", ".view()", "rot90", "SimpleNamespace")
"""What `um.grad` may refuse."""

Slopes = list[Any]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def program_of(seed: int) -> Program:
    return generate(seed, kinds=MIXED if seed % 2 else HEAVY)


def imaginary(program: Program) -> Slopes:
    function = program.function()
    slopes = []
    for k, argument in enumerate(program.arguments):
        slope = np.zeros(argument.shape)
        for at in np.ndindex(argument.shape):
            moved = [one.astype(complex) for one in program.arguments]
            moved[k][at] += 1e-30j
            slope[at] = function(*moved).imag / 1e-30
        slopes.append(slope)
    return slopes


def by_jax(program: Program) -> Slopes:
    tape, result = rewritten(program)
    value, found = tape.gradient(result)
    plain = program.function()(*program.copies())
    assert value == pytest.approx(plain, rel=SMALL, abs=SMALL), f"rewritten as something else:\n{program.text}"
    return [row[: one.size].reshape(one.shape) for row, one in zip(found, program.arguments, strict=True)]


def read(program: Program) -> Slopes:
    plain = program.function()(*program.copies())
    reading = um.read(program.function(), *program.copies())
    assert np.asarray(reading.value).tobytes() == np.asarray(plain).tobytes(), program.text
    assert not reading.program.decisions, f"{reading.program.decisions}\n{program.text}"
    gradient = reading.gradient("a", "b", "c")
    return [np.asarray(gradient[name]) for name in "abc"]


def derived(program: Program) -> Slopes:
    given = program.copies()
    slopes = um.grad(program.function(), (0, 1, 2))(*given)
    kept = program.copies()
    program.function()(*kept)
    for ours, theirs in zip(given, kept, strict=True):  # what it writes to its arguments it does on replay too
        np.testing.assert_allclose(ours, theirs, rtol=SMALL, atol=SMALL, err_msg=program.text)
    return list(slopes)


def ours(program: Program) -> dict[str, Slopes]:
    found = {"read": read(program)}
    try:
        found["grad"] = derived(program)
    except um.UnmagicError:
        assert any(form in program.text for form in REFUSED), program.text
    return found


def compare(program: Program, found: dict[str, Slopes], right: Slopes) -> float:
    """The largest difference, relative to the largest entry."""
    worst = 0.0
    for way, slopes in found.items():
        for name, slope, wanted in zip("abc", slopes, right, strict=True):
            gap = float(np.max(np.abs(slope - wanted))) / max(1.0, float(np.max(np.abs(wanted))))
            assert gap <= SMALL, f"{way}: ∂/∂{name} is off by {gap:.1e}\n{program.text}"
            worst = max(worst, gap)
    return worst


def check(seeds: range) -> None:
    found = []
    for program in map(program_of, seeds):
        found.append((program, ours(program)))
        if program.analytic:
            compare(*found[-1], imaginary(program))
    needs("jax")
    for program, slopes in found:
        compare(program, slopes, by_jax(program))


@pytest.mark.parametrize("start", range(0, PROGRAMS, BLOCK))
def test_gradients_through_views_and_writes(start: int) -> None:
    check(range(start, start + BLOCK))


@pytest.mark.soak
@pytest.mark.parametrize("start", range(PROGRAMS, 2000, BLOCK))
def test_more_gradients_through_views_and_writes(start: int) -> None:
    check(range(start, start + BLOCK))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 10])
def test_the_machine_is_what_jax_makes_of_the_same_steps(seed: int) -> None:
    """Row by row, without the machine, as anybody would write it."""
    jax = needs("jax")
    program = generate(seed, 5)
    tape, result = rewritten(program)
    made = dict(zip(NAMES, branches(jax.numpy), strict=True))

    def run(first: Any) -> Any:
        registers = [*first]
        for row in tape.rows:
            constant, places = np.zeros(WIDTH), np.full(WIDTH, WIDTH)
            if row.constant is not None:
                constant[: len(row.constant)] = row.constant
            if row.index is not None:
                places[: len(row.index)] = row.index
            operands = [registers[k] for k in (row.a, row.b, row.c)]
            registers.append(made[row.op](*operands, places, constant))
        return registers[result][0]

    machine = tape.gradient(result)[1]
    np.testing.assert_allclose(machine, jax.grad(run)(tape.first), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("form", UNREAD)
def test_what_is_not_read_is_named(form: str) -> None:
    program = filled(form)
    reading = um.read(program.function(), *program.copies())
    assert reading.program.decisions, program.text
    try:
        found = {"grad": derived(program)}
    except um.UnmagicError:
        return
    compare(program, found, imaginary(program))  # what a traced call tells of it was enough
