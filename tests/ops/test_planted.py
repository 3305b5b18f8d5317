"""The laws are tested: a broken twin of every op, one fault at a time, and the laws have to go red."""

import pytest

from unmagic.core.op import OPS, Op

from .cases import CASES, Case
from .laws import LAWS
from .planted import faults

UNSEEN = {("add", "vjp swapped"): "both operands get the cotangent as it came"}
"""Faults that no law can see, and why: what is planted there changes nothing."""


def seen(case: Case, broken: type[Op]) -> bool:
    """Whether a law goes red over the broken twin."""
    for law in LAWS:
        try:
            law(case, broken)
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize("op", OPS.values(), ids=list(OPS))
def test_every_planted_fault_is_seen(op: type[Op]) -> None:
    """At one sample of the op at least, each fault that can be planted turns a law red."""
    found: dict[str, bool] = {}
    for case in CASES:
        if case.op is op:
            for fault, broken in faults(case):
                if not found.get(fault):
                    found[fault] = seen(case, broken)
    assert len(found) >= 3
    missed = {fault for fault, caught in found.items() if not caught}
    assert missed == {fault for name, fault in UNSEEN if name == op.name}
