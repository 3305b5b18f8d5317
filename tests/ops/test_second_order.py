"""Every gradient is a graph like any other: derived again along a random line, it agrees with differences of itself."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from unmagic.core.build import Builder
from unmagic.core.errors import Unsupported
from unmagic.engine.differentiate import differentiate

from .cases import CASES, Case, cotangent, derived, result

STEP = 1e-3
ONCE = {"norm_directions": "the gradient of a norm: derived once more, it is a third derivative"}
"""Ops whose gradient is not derived further, and why."""

SMOOTH = [case for case in CASES if case.smooth and derived(case) and result(case).dtype == np.float64]


class Line:
    """⟨u, gradient⟩ as a function of how far all operands and the cotangent have moved along one random line."""

    def __init__(self, case: Case) -> None:
        rng = np.random.default_rng(zlib.crc32(f"twice {case.label}".encode()))
        self.case, self.moving = case, derived(case)
        self.g = np.asarray(cotangent(case, result(case)))
        self.ways = [rng.standard_normal(np.shape(case.values[k])) for k in self.moving]
        self.g_way = rng.standard_normal(self.g.shape)
        self.u = [rng.standard_normal(np.shape(case.values[k])) for k in self.moving]

    def at(self, far: float) -> tuple[Builder, list[Any], Any]:
        """The graph of ⟨u, gradient⟩ with everything moved by ``far``: builder, what moved, the number."""
        values = list(map(np.asarray, self.case.values))
        for k, way in zip(self.moving, self.ways, strict=True):
            values[k] = values[k] + far * way
        builder = Builder(values=[])
        nodes = [builder.input(f"x{k}", value[()]) for k, value in enumerate(values)]
        y = builder.apply(self.case.op, *nodes, **self.case.attrs)
        g = builder.input("g", (self.g + far * self.g_way)[()])
        moved = [nodes[k] for k in self.moving]
        total = builder.constant(0.0)
        for part, u in zip(differentiate(builder, y, moved, g), self.u, strict=True):
            total = total + (part * builder.input("u", u[()])).sum()
        return builder, [*moved, g], total

    def slope(self) -> float:
        """By the graph."""
        builder, moved, total = self.at(0.0)
        parts = differentiate(builder, total, moved)
        return float(sum(np.sum(p.value * way) for p, way in zip(parts, [*self.ways, self.g_way], strict=True)))

    def quotient(self) -> float:
        """By a fourth-order difference quotient."""
        near, far = (self.at(d)[2].value - self.at(-d)[2].value for d in (STEP, 2 * STEP))
        return float((8 * near - far) / (12 * STEP))


@pytest.mark.parametrize("case", SMOOTH, ids=[case.label for case in SMOOTH])
def test_a_gradient_is_derived_again(case: Case) -> None:
    """One line through all operands and the cotangent at once."""
    line = Line(case)
    if case.op.name in ONCE:
        with pytest.raises(Unsupported):
            line.slope()
        return
    want = line.quotient()
    assert line.slope() == pytest.approx(want, rel=1e-5, abs=1e-6)


def test_the_walk_is_not_empty() -> None:
    """Most ops have a smooth sample."""
    assert len({case.op.name for case in SMOOTH}) >= 100
