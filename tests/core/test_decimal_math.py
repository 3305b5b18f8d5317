"""Elementary functions in decimals against mpmath at 120 digits."""

from collections.abc import Callable
from decimal import Decimal

import mpmath
import pytest

from unmagic.core import decimal_math as dm
from unmagic.core import decimal_special as ds

mpmath.mp.dps = 120
WIDE = ["1e-30", "1.5e-7", "0.1", "0.5", "0.7853981633974483", "1", "1.2345", "2.71", "3.14159265", "17.3", "250.75"]
SIGNED = [*WIDE, *(f"-{x}" for x in WIDE)]
UNIT = ["1e-20", "0.1", "0.4999", "0.7071", "0.999999", "0.99999999999999999", "-0.3", "-0.999999"]

CASES: list[tuple[str, Callable[..., mpmath.mpf], list[str]]] = [
    ("exp", mpmath.exp, SIGNED),
    ("expm1", mpmath.expm1, [*SIGNED, "1e-200"]),
    ("exp2", lambda x: mpmath.mpf(2) ** x, SIGNED),
    ("log", mpmath.log, [*WIDE, "1e300"]),
    ("log1p", mpmath.log1p, [*WIDE, "-0.5", "-1e-12", "1e-200"]),
    ("log2", lambda x: mpmath.log(x) / mpmath.log(2), WIDE),
    ("log10", mpmath.log10, WIDE),
    ("sqrt", mpmath.sqrt, WIDE),
    ("cbrt", lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), SIGNED),
    ("sin", mpmath.sin, [*SIGNED, "1e22", "3.141592653589793238462643383279502884", "1.5e300"]),
    ("cos", mpmath.cos, [*SIGNED, "1e22", "1.570796326794896619231321691639751442", "-1.5e300"]),
    ("tan", mpmath.tan, SIGNED),
    ("arcsin", mpmath.asin, [*UNIT, "1", "-1"]),
    ("arccos", mpmath.acos, [*UNIT, "-1"]),
    ("arctan", mpmath.atan, [*SIGNED, "1e40"]),
    ("sinh", mpmath.sinh, SIGNED),
    ("cosh", mpmath.cosh, SIGNED),
    ("tanh", mpmath.tanh, [x for x in SIGNED if "250" not in x]),
    ("arcsinh", mpmath.asinh, [*SIGNED, "1e200"]),
    ("arccosh", mpmath.acosh, ["1.000000000000001", "1.5", "30", "1e200"]),
    ("arctanh", mpmath.atanh, UNIT),
    ("erf", mpmath.erf, [*(x for x in SIGNED if "250" not in x), "5.9"]),
    ("erfc", mpmath.erfc, [*(x for x in SIGNED if "250" not in x), "5.9", "26.5", "40", "-40"]),
    ("normal_cdf", mpmath.ncdf, [*(x for x in SIGNED if "250" not in x), "-37.5"]),
    ("gammaln", lambda x: mpmath.log(abs(mpmath.gamma(x))), [*WIDE, "1.0000001", "1.9999", "-0.5", "-3.7", "-25.25"]),
    ("digamma", mpmath.digamma, [x for x in WIDE if x != "1e-30"] + ["-0.5", "-3.7"]),
]


@pytest.mark.parametrize(("name", "truth", "points"), CASES, ids=[name for name, *_ in CASES])
@pytest.mark.parametrize("digits", [28, 60])
def test_to_all_digits(name: str, truth: Callable[..., mpmath.mpf], points: list[str], digits: int) -> None:
    for text in points:
        with mpmath.workdps(450):
            want = truth(mpmath.mpf(text))
        found = (getattr(dm, name, None) or getattr(ds, name))(Decimal(text), digits)
        got = mpmath.mpf(str(found))
        if name in ("gammaln",) and text in ("1", "2"):
            assert got == 0
            continue
        assert abs(got - want) <= 3 * abs(want) * mpmath.mpf(10) ** (1 - digits), (name, text, found)


@pytest.mark.parametrize("x", ["0.3", "1", "7.25", "40", "-0.5", "-3.7"])
@pytest.mark.parametrize("order", [1, 2, 5])
def test_polygamma(order: int, x: str) -> None:
    want = mpmath.polygamma(order, mpmath.mpf(x))
    found = mpmath.mpf(str(ds.polygamma(Decimal(order), Decimal(x), 60)))
    assert abs(found - want) <= abs(want) * mpmath.mpf(10) ** -58


@pytest.mark.parametrize("x", ["0.5", "2.5", "-1.25", "1.75"])
@pytest.mark.parametrize("y", ["0.5", "3", "-2", "1.37", "-0.001"])
def test_power(x: str, y: str) -> None:
    found = dm.power(Decimal(x), Decimal(y), 60)
    if x.startswith("-") and y not in ("3", "-2"):
        assert found.is_nan()
    else:
        want = mpmath.mpf(x) ** mpmath.mpf(y)
        assert abs(mpmath.mpf(str(found)) - want) <= abs(want) * mpmath.mpf(10) ** -58


def test_near_one_is_not_one() -> None:
    assert dm.tanh(Decimal(200), 60) < 1
    assert dm.tanh(Decimal(1000), 60) < 1
    assert ds.erf(Decimal(30), 60) < 1


def test_contexts_are_a_threads_own() -> None:
    import threading

    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(id(dm.context(60))))
    thread.start()
    thread.join()
    assert seen != [id(dm.context(60))]
