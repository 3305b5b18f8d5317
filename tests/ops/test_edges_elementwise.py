"""Hand-written rows for elementwise ops: zeros, ties, bounds, infinities, poles; each states a convention in numbers.

Where PyTorch has a convention, these are PyTorch's, but at the holes where it gives NaN and a limit exists.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from unmagic.core.errors import BadValue, Unsupported
from unmagic.core.op import OPS

from .cases import Case, built, frozen

INF, NAN = math.inf, math.nan
SELU = 1.0507009873554805 * 1.6732632423543772

# op, operands, attributes, value, slopes
ROWS: list[tuple[str, tuple[float, ...], dict[str, Any], float, tuple[float, ...]]] = [
    # zeros and kinks
    ("absolute", (0.0,), {}, 0.0, (0.0,)),
    ("absolute", (-0.0,), {}, 0.0, (0.0,)),
    ("sqrt", (0.0,), {}, 0.0, (INF,)),
    ("sqrt", (-1.0,), {}, NAN, (NAN,)),
    ("cbrt", (0.0,), {}, 0.0, (INF,)),
    ("cbrt", (-8.0,), {}, -2.0, (1 / 12,)),
    ("reciprocal", (0.0,), {}, INF, (-INF,)),
    ("divide", (1.0, 0.0), {}, INF, (INF, -INF)),
    ("divide", (0.0, 0.0), {}, NAN, (INF, NAN)),
    ("power", (0.0, 0.0), {}, 1.0, (0.0, 0.0)),
    ("power", (0.0, 1.0), {}, 0.0, (1.0, 0.0)),
    ("power", (0.0, 2.0), {}, 0.0, (0.0, 0.0)),
    ("power", (0.0, 0.5), {}, 0.0, (INF, 0.0)),
    ("power", (0.0, -1.0), {}, INF, (-INF, -INF)),
    ("power", (2.0, 0.0), {}, 1.0, (0.0, math.log(2))),
    ("power", (-2.0, 3.0), {}, -8.0, (12.0, NAN)),
    ("power", (-2.0, 0.5), {}, NAN, (NAN, NAN)),
    ("log", (0.0,), {}, -INF, (INF,)),
    ("log1p", (-1.0,), {}, -INF, (INF,)),
    ("log1p", (1e-20,), {}, 1e-20, (1.0,)),
    ("expm1", (1e-20,), {}, 1e-20, (1.0,)),
    ("xlogy", (0.0, 0.0), {}, 0.0, (0.0, 0.0)),
    ("xlogy", (0.0, 2.0), {}, 0.0, (math.log(2), 0.0)),
    ("xlogy", (2.0, 0.0), {}, -INF, (-INF, INF)),
    ("hypot", (0.0, 0.0), {}, 0.0, (0.0, 0.0)),
    ("hypot", (3.0, -4.0), {}, 5.0, (0.6, -0.8)),
    ("hypot", (3e200, 4e200), {}, 5e200, (0.6, 0.8)),
    ("arctan2", (0.0, 0.0), {}, 0.0, (0.0, 0.0)),
    ("arctan2", (0.0, -1.0), {}, math.pi, (-1.0, 0.0)),
    ("arctan2", (3e-200, 4e-200), {}, math.atan2(3, 4), (1.6e199, -1.2e199)),
    ("sinc", (0.0,), {}, 1.0, (0.0,)),
    ("sinc", (1e-9,), {}, 1.0, (-(math.pi**2) / 3 * 1e-9,)),
    ("sinc", (0.5,), {}, 2 / math.pi, (-4 / math.pi,)),
    ("arcsin", (1.0,), {}, math.pi / 2, (INF,)),
    ("arccosh", (1.0,), {}, 0.0, (INF,)),
    ("arctanh", (1.0,), {}, INF, (INF,)),
    ("arccos", (2.0,), {}, NAN, (NAN,)),
    # ties
    ("maximum", (1.0, 1.0), {}, 1.0, (0.5, 0.5)),
    ("minimum", (1.0, 1.0), {}, 1.0, (0.5, 0.5)),
    ("maximum", (-0.0, 0.0), {}, 0.0, (0.5, 0.5)),
    ("maximum", (INF, INF), {}, INF, (0.5, 0.5)),
    ("maximum", (NAN, 1.0), {}, NAN, (0.0, 0.0)),
    ("fmax", (NAN, 1.0), {}, 1.0, (0.0, 1.0)),
    ("fmin", (2.0, NAN), {}, 2.0, (1.0, 0.0)),
    ("fmax", (3.0, 3.0), {}, 3.0, (0.5, 0.5)),
    ("logaddexp", (-INF, -INF), {}, -INF, (0.5, 0.5)),
    ("logaddexp", (-INF, 0.0), {}, 0.0, (0.0, 1.0)),
    ("logaddexp", (INF, INF), {}, INF, (0.5, 0.5)),
    ("logaddexp", (1000.0, 1000.0), {}, 1000 + math.log(2), (0.5, 0.5)),
    ("logaddexp2", (2000.0, 2000.0), {}, 2001.0, (0.5, 0.5)),
    # bounds
    ("relu", (0.0,), {}, 0.0, (0.0,)),
    ("relu", (NAN,), {}, NAN, (0.0,)),
    ("relu6", (0.0,), {}, 0.0, (0.0,)),
    ("relu6", (6.0,), {}, 6.0, (0.0,)),
    ("leaky_relu", (0.0,), {"slope": 0.1}, 0.0, (0.1,)),
    ("elu", (0.0,), {"alpha": 0.5}, 0.0, (0.5,)),
    ("celu", (0.0,), {"alpha": 0.5}, 0.0, (1.0,)),
    ("selu", (0.0,), {}, 0.0, (SELU,)),
    ("hardtanh", (1.0,), {"low": -1.0, "high": 1.0}, 1.0, (0.0,)),
    ("hardsigmoid", (3.0,), {}, 1.0, (0.0,)),
    ("hardsigmoid", (-3.0,), {}, 0.0, (0.0,)),
    ("hardswish", (3.0,), {}, 3.0, (1.0,)),
    ("hardswish", (-3.0,), {}, 0.0, (0.0,)),
    ("clip", (1.0,), {"low": 0.0, "high": 1.0}, 1.0, (1.0,)),
    ("clip", (1.5,), {"low": 0.0, "high": 1.0}, 1.0, (0.0,)),
    ("clip", (1.5,), {"low": None, "high": None}, 1.5, (1.0,)),
    ("clip", (NAN,), {"low": 0.0, "high": 1.0}, NAN, (0.0,)),
    ("copysign", (3.0, -0.0), {}, -3.0, (-1.0, 0.0)),
    ("copysign", (0.0, -1.0), {}, 0.0, (0.0, 0.0)),
    ("heaviside", (0.0, 0.25), {}, 0.25, (0.0, 1.0)),
    ("heaviside", (-1.0, 0.25), {}, 0.0, (0.0, 0.0)),
    ("remainder", (-7.0, 3.0), {}, 2.0, (1.0, 3.0)),
    ("remainder", (1.0, 0.1), {}, 1.0 % 0.1, (1.0, -9.0)),
    ("fmod", (-7.0, 3.0), {}, -1.0, (1.0, 2.0)),
    ("where", (True, 2.0, INF), {}, 2.0, (1.0, 0.0)),
    ("where", (False, NAN, 3.0), {}, 3.0, (0.0, 1.0)),
    # far out: nothing overflows on the way
    ("sigmoid", (800.0,), {}, 1.0, (0.0,)),
    ("sigmoid", (-800.0,), {}, 0.0, (0.0,)),
    ("sigmoid", (-700.0,), {}, math.exp(-700), (math.exp(-700),)),
    ("sigmoid", (INF,), {}, 1.0, (0.0,)),
    ("log_sigmoid", (-800.0,), {}, -800.0, (1.0,)),
    ("log_sigmoid", (700.0,), {}, -math.exp(-700), (math.exp(-700),)),
    ("softplus", (800.0,), {"beta": 1.0}, 800.0, (1.0,)),
    ("softplus", (-700.0,), {"beta": 1.0}, math.exp(-700), (math.exp(-700),)),
    ("softplus", (-INF,), {"beta": 1.0}, 0.0, (0.0,)),
    ("silu", (-800.0,), {}, 0.0, (0.0,)),
    ("silu", (800.0,), {}, 800.0, (1.0,)),
    ("mish", (800.0,), {}, 800.0, (1.0,)),
    ("mish", (-800.0,), {}, 0.0, (0.0,)),
    ("gelu", (1e200,), {"approximate": "none"}, 1e200, (1.0,)),
    ("gelu", (-40.0,), {"approximate": "none"}, 0.0, (0.0,)),
    ("gelu", (-40.0,), {"approximate": "tanh"}, 0.0, (0.0,)),
    ("elu", (800.0,), {"alpha": 1.0}, 800.0, (1.0,)),
    ("elu", (-800.0,), {"alpha": 2.0}, -2.0, (0.0,)),
    ("selu", (-INF,), {}, -SELU, (0.0,)),
    ("tanh", (1e308,), {}, 1.0, (0.0,)),
    ("softsign", (-INF,), {}, NAN, (0.0,)),
    ("exp", (710.0,), {}, INF, (INF,)),
    ("erf", (30.0,), {}, 1.0, (0.0,)),
    ("erfc", (20.0,), {}, 5.395865611607901e-176, (-2 / math.sqrt(math.pi) * math.exp(-400),)),
    ("normal_cdf", (-30.0,), {}, 4.906713927148187e-198, (math.exp(-450) / math.sqrt(2 * math.pi),)),
    # counting
    ("factorial", (0.0,), {}, 1.0, (-0.5772156649015329,)),
    ("factorial", (20.0,), {}, 2432902008176640000.0, (math.factorial(20) * 3.020523992242149,)),
    ("factorial", (171.0,), {}, INF, (INF,)),
    ("factorial", (-1.0,), {}, NAN, (NAN,)),
    ("gammaln", (1.0,), {}, 0.0, (-0.5772156649015329,)),
    ("gammaln", (0.0,), {}, INF, (NAN,)),
    ("polygamma", (1.0,), {"order": 1}, math.pi**2 / 6, (-2.4041138063191886,)),
    ("binomial", (5.0, 7.0), {}, 0.0, (0.0, 0.0)),
    ("binomial", (5.0, -1.0), {}, 0.0, (0.0, 0.0)),
    ("binomial", (4.0, 2.0), {}, 6.0, (3.5, 0.0)),
]

# op, operands, attributes, value; nothing to derive
JUMPS: list[tuple[str, tuple[Any, ...], dict[str, Any], Any]] = [
    ("sign", (-0.0,), {}, 0.0),
    ("sign", (NAN,), {}, NAN),
    ("floor", (-0.5,), {}, -1.0),
    ("ceil", (-0.5,), {}, -0.0),
    ("trunc", (-1.5,), {}, -1.0),
    ("rint", (0.5,), {"decimals": 0}, 0.0),
    ("rint", (1.5,), {"decimals": 0}, 2.0),
    ("rint", (2.675,), {"decimals": 2}, 2.68),
    ("floor_divide", (-7.0, 2.0), {}, -4.0),
    ("floor_divide", (1.0, 0.1), {}, 9.0),
    ("floor_divide", (1.0, 0.0), {}, INF),
    ("floor_divide", (np.int64(-7), np.int64(2)), {}, -4),
    ("floor_divide", (np.int64(1), np.int64(0)), {}, 0),
    ("equal", (NAN, NAN), {}, False),
    ("not_equal", (NAN, NAN), {}, True),
    ("equal", (0.0, -0.0), {}, True),
    ("less", (NAN, 1.0), {}, False),
    ("greater_equal", (INF, INF), {}, True),
    ("logical_and", (2.0, 0.0), {}, False),
    ("logical_or", (2.0, 0.0), {}, True),
    ("logical_xor", (2.0, 3.0), {}, False),
    ("logical_not", (0.0,), {}, True),
    ("bitwise_and", (np.int64(12), np.int64(10)), {}, 8),
    ("bitwise_or", (np.int64(12), np.int64(10)), {}, 14),
    ("bitwise_xor", (np.int64(12), np.int64(10)), {}, 6),
    ("bitwise_xor", (np.bool_(True), np.bool_(True)), {}, False),
    ("isnan", (NAN,), {}, True),
    ("isinf", (-INF,), {}, True),
    ("isfinite", (INF,), {}, False),
    ("power", (np.int64(3), np.int64(4)), {}, 81),
    ("divide", (np.int64(3), np.int64(4)), {}, 0.75),
    ("add", (np.bool_(True), np.bool_(True)), {}, True),
    ("sigmoid", (np.int64(0),), {}, 0.5),
    ("clip", (np.int64(7),), {"low": 0, "high": 5}, 5),
    ("factorial", (np.int64(5),), {}, 120.0),
    ("binomial", (np.int64(60), np.int64(30)), {}, 118264581564861424.0),
]


def label(row: tuple[Any, ...]) -> str:
    return f"{row[0]}{row[1]}"


def case_of(op: str, given: tuple[Any, ...], attrs: dict[str, Any]) -> Case:
    return Case(OPS[op], tuple(frozen(value) for value in given), attrs, False, op)


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_value_and_slopes(row: tuple[str, tuple[float, ...], dict[str, Any], float, tuple[float, ...]]) -> None:
    """Value, vjp of 1 and the readers' partial are what stands in the row."""
    name, given, attrs, value, slopes = row
    case = case_of(name, given, attrs)
    builder, nodes, y = built(case)
    close(y.value, value)
    parts = case.op.vjp(builder.constant(1.0), y, *nodes, **attrs)
    real = [k for k, operand in enumerate(case.values) if operand.dtype.kind == "f"]
    for k, slope in zip(real, slopes, strict=True):
        close(0.0 if parts[k] is None else parts[k].value, slope)
        if not (math.isnan(slope) or math.isinf(slope) or math.isnan(value)):
            close(case.op.readers(k, (), y.value, *case.values, **attrs).partial[0], slope)


@pytest.mark.parametrize("row", JUMPS, ids=label)
def test_value(row: tuple[str, tuple[Any, ...], dict[str, Any], Any]) -> None:
    """The value is what stands in the row, of the same kind."""
    name, given, attrs, value = row
    case = case_of(name, given, attrs)
    y = built(case)[2]
    np.testing.assert_array_equal(y.value, value)
    assert y.dtype.kind == np.asarray(value).dtype.kind


def close(got: Any, want: float) -> None:
    np.testing.assert_allclose(float(got), want, rtol=2e-14, atol=5e-324)


@pytest.mark.parametrize(
    ("op", "given"),
    [("negative", (True,)), ("subtract", (True, False)), ("sign", (True,)), ("bitwise_and", (1.0, 2.0))],
)
def test_what_numpy_refuses_is_refused_in_our_words(op: str, given: tuple[Any, ...]) -> None:
    """No rule for these dtypes: the error names op and dtype."""
    with pytest.raises(Unsupported, match=str(np.asarray(given[0]).dtype)):
        built(case_of(op, given, {}))


def test_a_whole_number_to_a_negative_power() -> None:
    """NumPy's refusal, with the way out."""
    with pytest.raises(BadValue, match=r"2\.0"):
        built(case_of("power", (np.int64(2), np.int64(-1)), {}))


def test_a_constant_exponent_reads_as_people_write_it() -> None:
    """3x² rather than b·xᵇ⁻¹ with a guard for b = 0."""
    builder, (x,), _ = built(case_of("negative", (2.0,), {}))
    for exponent, slope in ((3, 12.0), (2, 4.0), (1, 1.0), (0.5, 0.5 / math.sqrt(2))):
        y = x**exponent
        before = len(builder.graph)
        part, none = y.step.op.vjp(builder.constant(1.0), y, x, builder.constant(float(exponent)))
        assert none is None
        assert part.value == pytest.approx(slope, rel=1e-15)
        assert all(step.op.name != "where" for step in builder.graph.steps[before:])


def test_singles_are_as_exact_as_their_digits() -> None:
    """erf, Φ and log Γ of float32 are the float64 results rounded once."""
    x = np.linspace(-3, 3, 101).astype(np.float32)
    for op, function in (("erf", math.erf), ("erfc", math.erfc), ("gammaln", math.lgamma)):
        wide = np.array([function(float(v)) if op != "gammaln" or v > 0 else 0.0 for v in x])
        got = OPS[op].forward(np, x)
        assert got.dtype == np.float32
        np.testing.assert_array_equal(got[x > 0], wide.astype(np.float32)[x > 0])
