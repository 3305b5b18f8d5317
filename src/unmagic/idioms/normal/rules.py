"""Which rule makes the term of which op."""

from __future__ import annotations

from . import arithmetic, movement, picking, products, reductions
from .normal import Rule

RULES: dict[str, Rule] = {
    "input": arithmetic.leaf, "constant": arithmetic.leaf, "add": arithmetic.added, "subtract": arithmetic.added,
    "negative": arithmetic.negated, "multiply": arithmetic.multiplied, "divide": arithmetic.multiplied,
    "reciprocal": arithmetic.fixed_power, "square": arithmetic.fixed_power, "sqrt": arithmetic.fixed_power,
    "power": arithmetic.power, "less": arithmetic.ordered, "less_equal": arithmetic.ordered,
    "greater": arithmetic.ordered, "greater_equal": arithmetic.ordered, "log2": arithmetic.other_log,
    "log10": arithmetic.other_log, "log1p": arithmetic.log_of_one_more, "expm1": arithmetic.exp_less_one,
    "xlogy": arithmetic.times_log, "softplus": arithmetic.softplus, "gelu": arithmetic.gelu,
    "clip": arithmetic.clipped, "cast": movement.cast, "broadcast": movement.broadcast, "reshape": movement.reshaped,
    "transpose": movement.permuted, "matmul": products.matrix_product, "matvec": products.matrix_product,
    "vecmat": products.matrix_product, "dot": products.matrix_product, "outer": products.outer,
    "einsum": products.einsum, "index": picking.indexed, "take_along": picking.taken_along,
    "embedding": picking.embedded, "sum": reductions.summed, "mean": reductions.summed, "prod": reductions.reduced,
    "max": reductions.reduced, "min": reductions.reduced, "logsumexp": reductions.reduced, "var": reductions.reduced,
    "std": reductions.reduced, "softmax": reductions.reduced, "log_softmax": reductions.reduced,
    "argmax": reductions.reduced, "argmin": reductions.reduced, "norm": reductions.norm,
    "layer_norm": reductions.normalised, "rms_norm": reductions.normalised,
}  # fmt: skip
