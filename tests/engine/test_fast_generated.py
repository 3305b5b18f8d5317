"""Random programs full of views and writes in place, traced by a call and replayed on other numbers.

The reference is each program's rewriting without views and writes, along an imaginary step or by JAX; and the
program itself, for its value and for what it does to its arguments.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest

import unmagic as um
from tests.conftest import needs
from tests.engine.traced import replays, rng, slow
from tests.record.generated import HEAVY, generate
from tests.record.test_gradients import by_jax, imaginary

BLOCK, PROGRAMS = 8, 32


@pytest.mark.parametrize("block", range(PROGRAMS // BLOCK))
def test_replays_of_generated_programs(block: int) -> None:
    for seed in range(1000 + block * BLOCK, 1000 + (block + 1) * BLOCK):
        program = generate(seed, kinds={**HEAVY, "objects": 0})  # a class of the library's is called anew each time
        function = program.function()
        gradient = um.value_and_grad(functools.partial(function), tuple(range(len(program.arguments))))
        if not program.analytic:
            needs("jax")
        for turn in range(3):
            moved = [one + 0.01 * turn * rng(turn).standard_normal(one.shape) for one in program.arguments]
            again = program._replace(arguments=tuple(moved))
            mine, theirs = ([one.copy() for one in moved] for _ in range(2))
            wanted = function(*theirs)
            value, found = gradient(*mine)
            assert value == pytest.approx(wanted, rel=1e-13), program.text
            for one, other in zip(mine, theirs, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-13)
            reference = imaginary(again) if program.analytic else by_jax(again)
            for got, right, argument in zip(found, reference, moved, strict=True):
                size = max(1.0, float(np.abs(right).max(initial=0.0)))
                assert np.abs(np.asarray(got) - np.reshape(right, argument.shape)).max(initial=0.0) < 1e-11 * size, (
                    program.text
                )
        assert slow(gradient) == ""
        assert len(replays(gradient)) <= 3
