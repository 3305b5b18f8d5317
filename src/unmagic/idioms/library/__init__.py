"""Every idiom, one small record each, one file a family. Importing this package fills the registry of `record`."""

from . import linear, loss, probability

__all__ = ["linear", "loss", "probability"]
