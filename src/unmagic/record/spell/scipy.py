"""SciPy's elementwise functions that are ops. Known by name: SciPy is there only where the program brought it."""

from __future__ import annotations

UFUNCS: dict[str, str] = {
    "expit": "sigmoid", "erf": "erf", "erfc": "erfc", "gammaln": "gammaln", "log_expit": "log_sigmoid",
    "ndtr": "normal_cdf", "xlogy": "xlogy", "exp2": "exp2", "expm1": "expm1", "log1p": "log1p", "cbrt": "cbrt",
}  # fmt: skip
