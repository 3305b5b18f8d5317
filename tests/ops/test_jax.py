"""Values, gradients and second derivatives against JAX in float64.

JAX compiles every primitive anew for every shape, a good part of a second each: an op is held to it at two samples
at most, with other attributes. The laws of `test_registry` see all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.conftest import needs
from unmagic.core.op import OPS
from unmagic.engine.differentiate import differentiate

from .cases import CASES, Case, built, cotangent, derived, pulled_back, result
from .laws import assert_close
from .oracle import NOT_IN_JAX, table

jax = needs("jax")
pytestmark = pytest.mark.slow  # half a minute in all, of compiling
ORACLE = table(jax)


def picked(smooth: bool, most: int) -> list[Case]:
    """At most so many cases an op, each with attributes of its own."""
    found: dict[str, list[Case]] = {}
    for case in CASES:
        fits = case.op.name in ORACLE and case.whole and np.ndim(case.values[0])
        if fits and bool(case.smooth and derived(case)) == smooth:
            found.setdefault(case.op.name, []).append(case)
    out = []
    for cases in found.values():
        first = {repr(case.attrs): case for case in reversed(cases)}
        out += [case for case in cases if first[repr(case.attrs)] is case][:most]
    return out


SMOOTH, ROUGH = picked(True, 2), picked(False, 2)

LOOSE = {
    "binomial": 1e-10,  # by exp(log Γ …) in JAX, exact here
    "factorial": 1e-10,
    "gammaln": 1e-10,  # JAX's ψ holds 12 digits
    "polygamma": 1e-9,
    "sinc": 1e-9,  # JAX has its own series near 0
}


@pytest.fixture(autouse=True)
def _wide() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


def within(case: Case) -> float:
    """How far the two may part: rounding, but where one side is known to be coarser."""
    return LOOSE.get(case.op.name, 1e-12)


def reference(case: Case) -> Any:
    """The oracle as a function of the operands that have derivatives."""
    chosen = derived(case)

    def function(*moving: Any) -> Any:
        values = list(map(np.asarray, case.values))
        for k, value in zip(chosen, moving, strict=True):
            values[k] = value
        return ORACLE[case.op.name](*values, **case.attrs)

    return function, [np.asarray(case.values[k]) for k in chosen]


def test_every_op_is_held_to_jax_or_says_why_not() -> None:
    """No op is skipped in silence."""
    assert {name for name in OPS if name not in ORACLE} == set(NOT_IN_JAX)
    assert {case.op.name for case in SMOOTH + ROUGH} | set(NOT_IN_JAX) == set(OPS)


@pytest.mark.parametrize("case", ROUGH, ids=lambda case: case.label)
def test_value(case: Case) -> None:
    """The forward value."""
    want = ORACLE[case.op.name](*map(np.asarray, case.values), **case.attrs)
    assert_close(result(case), want, within(case), "value")


@pytest.mark.parametrize("case", SMOOTH, ids=lambda case: case.label)
def test_gradient(case: Case) -> None:
    """The value, `vjp` of a random cotangent, and that derived again along a random direction.

    The gradient is a graph like any other: deriving it takes no rule of its own.
    """
    function, moving = reference(case)
    g = np.asarray(cotangent(case, result(case)))
    rng = np.random.default_rng(1)
    along = [rng.standard_normal(value.shape) for value in moving]

    def slope(*values: Any) -> Any:
        y, pullback = jax.vjp(function, *values)
        parts = pullback(g)
        return sum(jax.numpy.sum(u * part) for u, part in zip(along, parts, strict=True)), (y, parts)

    places = tuple(range(len(moving)))
    (_, (y, parts)), second = jax.jit(jax.value_and_grad(slope, argnums=places, has_aux=True))(*moving)
    assert_close(result(case), y, within(case), "value")
    ours = pulled_back(case)
    for k, part in zip(derived(case), parts, strict=True):
        got = np.zeros(np.shape(case.values[k])) if ours[k] is None else ours[k]
        assert_close(got, part, within(case), f"operand {k}")
    for k, got, part in zip(derived(case), twice(case, g, along), second, strict=True):
        assert_close(got, part, 100 * within(case), f"operand {k}, twice derived")


def twice(case: Case, g: Any, along: list[Any]) -> list[Any]:
    """The gradient's own gradient, along a direction."""
    builder, nodes, y = built(case)
    chosen = [nodes[k] for k in derived(case)]
    total = None
    for u, part in zip(along, differentiate(builder, y, chosen, builder.input("g", g[()])), strict=True):
        term = (part * builder.input("u", u[()])).sum()
        total = term if total is None else total + term
    assert total is not None
    return [node.value for node in differentiate(builder, total, chosen)]


@pytest.mark.parametrize("case", picked(True, 1), ids=lambda case: case.label)
def test_the_forward_rule_runs_on_their_arrays(case: Case) -> None:
    """Given another array namespace the rule computes there, in the functions that the Array API names."""
    y = case.op.forward(jax.numpy, *map(jax.numpy.asarray, case.values), **case.attrs)
    assert_close(y, result(case), 1e-12, "value")
    assert y.dtype == result(case).dtype
