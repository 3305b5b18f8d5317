"""Every op, one class an op, one file a family. Importing this package fills the registry `unmagic.core.op.OPS`."""

from . import elementwise, linear, movement, reduce

__all__ = ["elementwise", "linear", "movement", "reduce"]
