"""Every idiom, one small record each, one file a family. Importing this package fills the registry of `record`."""

from . import activation, attention, bayes, entropy, linear, loss, probability, squared, statistics, update, vectors

__all__ = [
    "activation",
    "attention",
    "bayes",
    "entropy",
    "linear",
    "loss",
    "probability",
    "squared",
    "statistics",
    "update",
    "vectors",
]
