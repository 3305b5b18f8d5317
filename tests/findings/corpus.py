"""The labelled programs, and what was found in each."""

from __future__ import annotations

from tests.findings.cases import numbers, probability, shapes, training
from tests.findings.cases.twin import Twin

TWINS: list[Twin] = [*probability.TWINS, *training.TWINS, *numbers.TWINS, *shapes.TWINS]
