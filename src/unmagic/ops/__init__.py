"""Every op, one class an op, one file a family. Importing this package fills the registry `unmagic.core.op.OPS`."""

from . import (
    activation,
    compare,
    counting,
    elementwise,
    exponential,
    extremes,
    linear,
    movement,
    normal,
    piecewise,
    reduce,
    rounding,
    special,
    structure,
    trigonometric,
)

__all__ = [
    "activation",
    "compare",
    "counting",
    "elementwise",
    "exponential",
    "extremes",
    "linear",
    "movement",
    "normal",
    "piecewise",
    "reduce",
    "rounding",
    "special",
    "structure",
    "trigonometric",
]
