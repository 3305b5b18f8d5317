"""Every op, one class an op, one file a family. Importing this package fills the registry `unmagic.core.op.OPS`."""

from . import elementwise, extremes, linear, movement, normal, reduce, structure

__all__ = ["elementwise", "extremes", "linear", "movement", "normal", "reduce", "structure"]
