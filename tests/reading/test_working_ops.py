"""Every op of the registry, worked: at every sample, in every float dtype, its Lines hold and its last gives the entry.

The Lines themselves are re-read by the suite's observer (tests/conftest.py).
"""

import importlib
import pkgutil
from typing import Any

import numpy as np
import pytest

import unmagic.ops
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array
from unmagic.core.op import OPS, Op, Operand, Sample
from unmagic.reading.working import worked

for module in pkgutil.iter_modules(unmagic.ops.__path__):
    importlib.import_module(f"unmagic.ops.{module.name}")

ENTRIES = 3


def drawn(sample: Sample, dtype: str, rng: np.random.Generator) -> list[Array]:
    """The inputs of a sample, its floats in a dtype."""
    values: list[Array] = []
    for given in sample.inputs:
        shape = isinstance(given, tuple)
        array = np.asarray(rng.uniform(sample.low, sample.high, given) if shape else given)
        values.append(array.astype(dtype) if array.dtype.kind == "f" else array)
    return values


def entries(result: Array, rng: np.random.Generator) -> list[tuple[int, ...]]:
    places = list(np.ndindex(result.shape))
    return [places[int(k)] for k in rng.permutation(len(places))[:ENTRIES]]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("name", sorted(OPS))
def test_the_working_gives_the_entry(name: str, dtype: str) -> None:
    op: type[Op] = OPS[name]
    rng = np.random.default_rng([len(name), *name.encode()])
    for sample in op.samples:
        values = drawn(sample, dtype, rng)
        with np.errstate(all="ignore"):
            try:
                result: Any = np.asarray(op.forward(np, *values, **sample.attrs))
            except (TypeError, UnmagicError, np.linalg.LinAlgError):
                continue  # no such routine in float16
        if result.dtype.kind == "c" or any(v.dtype.kind == "c" for v in values):
            continue
        for at in entries(result, rng):
            operands = [Operand(k, v) for k, v in enumerate(values)]
            working = worked(op, at, operands, result, sample.attrs)
            last = working.lines[-1]
            assert last.label in ("check", "y" + (f"[{','.join(map(str, at))}]" if at else ""))
            if last.relation.value not in ("order", "nonfinite") and last.label != "check" and result.dtype.kind == "f":
                printed = float(last.value.replace("−", "-"))
                exact = float(result[at])
                unit = 10.0 ** -len(last.value.partition("e")[0].partition(".")[2])
                scale = max(1.0, abs(exact)) if "e" not in last.value else abs(exact)
                assert abs(printed - exact) <= unit * scale or printed == pytest.approx(exact, rel=2e-3)
