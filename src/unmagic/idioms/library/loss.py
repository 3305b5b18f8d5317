"""Cross-entropy in all its forms: how surprised the model is by what was true."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..record import Back, Idiom, Seen, Yardstick
from .activation import logistic
from .probability import log_total, shares

SURPRISE = "how surprised the model is by the right class"


def distribution(p: Any, axis: int = -1) -> bool:
    """Is it none negative, and adding up to 1 along ``axis``?"""
    p = np.asarray(p)
    return bool(p.ndim) and not (p < 0).any() and bool(np.allclose(p.sum(axis=axis), 1.0, atol=1e-2))


def one_hot(c: Any, classes: int) -> Any:
    """1 at the class, 0 elsewhere."""
    return (np.asarray(c).astype(int)[..., None] == np.arange(classes)).astype(float)


def picked(p: Any, c: Any) -> Any:
    """The entry at the class, of a vector or of every row."""
    return np.take_along_axis(np.asarray(p), np.asarray(c).astype(int)[..., None], axis=-1)[..., 0]


def whole(seen: Seen, role: str) -> bool:
    """True where the values say that the role is a distribution along its last axis, or there are no values."""
    return role not in seen.values or distribution(seen.values[role])


class CrossEntropyAt(Idiom):
    """−log of the probability that the right class got."""

    title = "cross-entropy"
    patterns = ("−log(p[c]{ + ε})", "−log(p{ + ε})[c]")
    roles = ("p", "c", "ε")
    numbers = ("ε",)
    letter = "loss"
    formula = "−log p[c]"
    sentence = SURPRISE
    descended = "it makes the right class ever more likely"
    prose = (
        "The cross-entropy looks only at the probability that {p} gives to the right class, and −log makes it a "
        "surprise: 0 if the model was sure of it, larger and larger the less it expected it."
    )
    own = staticmethod(lambda p, c, ε=0.0, **_: -np.log(picked(p, c) + ε))
    yardstick = staticmethod(
        lambda p, **_: Yardstick(f"nats; a guess among {len(p)} costs {{value}}", float(np.log(len(p))))
    )
    backward = (
        Back(
            "p",
            "−g y / p",
            lambda g, p, c, ε=0.0, **_: -g * one_hot(c, len(p)) / (p + ε),
            "only the right class's probability moves the loss, and the more the smaller it is",
        ),
    )

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("p") == 1 and whole(seen, "p")


class SoftmaxCrossEntropyAt(Idiom):
    """The same from scores: softmax, and −log of the right class's share."""

    title = "softmax with cross-entropy"
    patterns = ("−log(softmax(z)[c])", "−log(softmax(z))[c]", "−logsoftmax(z)[c]", "logsumexp(z) − z[c]")
    roles = ("z", "c")
    letter = "loss"
    formula = "−log softmax(z)[c]"
    sentence = SURPRISE
    descended = "it makes the right class ever more likely"
    prose = (
        "Softmax with cross-entropy turns the scores {z} into shares and takes −log of the share that the right class "
        "got: 0 if it got all, larger and larger the less it got."
    )
    joined = True
    own = staticmethod(lambda z, c, **_: log_total(np.asarray(z), -1)[..., 0] - picked(z, c))
    backward = (
        Back(
            "z",
            "p − y",
            lambda g, z, c, **_: g * (shares(z, None) - one_hot(c, len(z))),
            "what it said, less what was true",
        ),
    )

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("z") == 1


class CrossEntropyOfBatch(Idiom):
    """−log of the right class's probability, averaged over the examples."""

    title = "cross-entropy, mean over the batch"
    patterns = ("−mean(log(at(p, c){ + ε}))", "−mean(log(at(p{ + ε}, c)))", "−mean(at(log(p{ + ε}), c))")
    roles = ("p", "c", "ε")
    numbers = ("ε",)
    letter = "loss"
    formula = "−mean log p[c]"
    sentence = "how surprised the model is by the right classes, on average"
    descended = "it makes the right classes ever more likely"
    prose = (
        "For each example the cross-entropy takes the probability that {p} gives to the right class and turns it into "
        "a surprise by −log: 0 if the model was sure of it, larger and larger the less it expected it. The loss is "
        "their mean."
    )
    own = staticmethod(lambda p, c, ε=0.0, **_: -np.mean(np.log(picked(p, c) + ε)))
    backward = (
        Back(
            "p",
            "−g y / (n p)",
            lambda g, p, c, ε=0.0, **_: -g * one_hot(c, p.shape[1]) / (p + ε) / len(p),
            "only each right class's probability moves the loss, and the more the smaller it is",
        ),
    )

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("p") == 2 and whole(seen, "p")


class SoftmaxCrossEntropyOfBatch(Idiom):
    """The same from scores."""

    title = "softmax with cross-entropy, mean over the batch"
    patterns = (
        "−mean(log(at(softmax_s(z), c)))",
        "−mean(at(log(softmax_s(z)), c))",
        "−mean(at(logsoftmax_s(z), c))",
        "mean(logsumexp_s(z) − at(z, c))",
    )
    roles = ("z", "c")
    letter = "loss"
    formula = "−mean log softmax(z)[c]"
    sentence = "how surprised the model is by the right classes, on average"
    descended = "it makes the right classes ever more likely"
    prose = (
        "Softmax with cross-entropy turns each row of scores of {z} into shares and takes −log of the share that the "
        "right class got: 0 if it got all, larger and larger the less it got. The loss is the mean over the examples."
    )
    joined = True
    own = staticmethod(lambda z, c, **_: np.mean(log_total(np.asarray(z), -1)[..., 0] - picked(z, c)))
    backward = (
        Back(
            "z",
            "(p − y) / n",
            lambda g, z, c, **_: g * (shares(z, -1) - one_hot(c, z.shape[-1])) / len(z),
            "what it said, less what was true, shared by the batch",
        ),
    )

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("z") == 2


class NegativeLogLikelihoodAt(Idiom):
    """The right class's log-probability with its sign turned, one example or the mean over many."""

    title = "negative log-likelihood"
    patterns = ("−logp[c]", "−mean(at(logp, c))")
    roles = ("logp", "c")
    letter = "loss"
    formula = "−logp[c]"
    sentence = SURPRISE
    descended = "it makes the right class ever more likely"
    prose = (
        "The negative log-likelihood picks from {logp} the log-probability of the right class and turns its sign: 0 if "
        "the model was sure of it, larger and larger the less it expected it."
    )
    own = staticmethod(lambda logp, c, **_: -np.mean(picked(logp, c)))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return "logp" not in seen.values or distribution(np.exp(np.minimum(seen.values["logp"], 50.0)))


def _examples(shape: tuple[int, ...]) -> int:
    return math.prod(shape[:-1])


def _mean_or_sum(c: float, shape: tuple[int, ...]) -> bool:
    """Is the factor in front −1, or −1 over the number of examples?"""
    return math.isclose(c, -1.0) or math.isclose(c * _examples(shape), -1.0, rel_tol=1e-6)


class CrossEntropy(Idiom):
    """Against a target distribution, one-hot or soft: −Σ y log p."""

    title = "cross-entropy"
    patterns = ("c Σ y ⊙ log(p{ + ε})", "c (y · log(p{ + ε}))", "c mean_b(Σ y ⊙ log(p{ + ε}))")
    roles = ("y", "p", "c", "ε")
    numbers = ("c", "ε")
    letter = "loss"
    formula = "−Σ y log p"
    sentence = "how surprised the model is by what was true"
    prose = (
        "The cross-entropy weighs the log-probabilities of {p} by the target {y}, adds them up and turns the sign: "
        "where {y} is 1 for the right class and 0 elsewhere, only the right class's −log is left, its surprise."
    )
    specific = 1

    @staticmethod
    def own(y: Any, p: Any, c: float, ε: float = 0.0, b: Any = None, **_: Any) -> Any:
        per_example = np.sum(y * np.log(p + ε), axis=-1)
        return c * (np.mean(per_example) if b is not None else np.sum(per_example))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        shape = seen.shapes.get("p", ())
        scaled = "c" not in seen.attrs or _mean_or_sum(float(seen.attrs["c"]), shape)
        return scaled and seen.rank("y") == seen.rank("p") >= 1 and whole(seen, "p") and whole(seen, "y")

    backward = (
        Back(
            "p",
            "−g y / p",
            lambda g, y, p, c, target=None, ε=0.0, b=None, **_: c * g * y / (p + ε) / (_examples(p.shape) if b else 1),
            "only what was true moves the loss, and the more the less it was expected",
        ),
    )


class SoftmaxCrossEntropy(Idiom):
    """The same from scores."""

    title = "softmax with cross-entropy"
    patterns = (
        "c Σ y ⊙ log(softmax_s(z))",
        "c Σ y ⊙ logsoftmax_s(z)",
        "c (y · logsoftmax_s(z))",
        "c (y · log(softmax_s(z)))",
        "c mean_b(Σ y ⊙ log(softmax_s(z)))",
        "c mean_b(Σ y ⊙ logsoftmax_s(z))",
    )
    roles = ("y", "z", "c")
    numbers = ("c",)
    letter = "loss"
    formula = "−Σ y log softmax(z)"
    sentence = "how surprised the model is by what was true"
    prose = (
        "Softmax with cross-entropy turns the scores {z} into shares, weighs the logs of the shares by the target {y}, "
        "adds them up and turns the sign: the surprise at what was true."
    )
    joined = True

    @staticmethod
    def own(y: Any, z: Any, c: float, b: Any = None, **_: Any) -> Any:
        per_example = np.sum(y * (z - log_total(z, -1)), axis=-1)
        return c * (np.mean(per_example) if b is not None else np.sum(per_example))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        scaled = "c" not in seen.attrs or _mean_or_sum(float(seen.attrs["c"]), seen.shapes.get("z", ()))
        return scaled and seen.rank("y") == seen.rank("z") >= 1 and whole(seen, "y")

    backward = (
        Back(
            "z",
            "p − y",
            lambda g, y, z, c, b=None, **_: -c * g * (shares(z, -1) - y) / (_examples(z.shape) if b else 1),
            "what it said, less what was true",
        ),
    )


class BinaryCrossEntropy(Idiom):
    """For two classes: −log p where the answer was yes, −log(1 − p) where it was no."""

    title = "binary cross-entropy"
    patterns = (
        "−mean(y ⊙ log(p{ + ε}) + (1 − y) ⊙ log(1 − p{ + ε}))",
        "−(y ⊙ log(p{ + ε}) + (1 − y) ⊙ log(1 − p{ + ε}))",
        "−Σ (y ⊙ log(p{ + ε}) + (1 − y) ⊙ log(1 − p{ + ε}))",
    )
    roles = ("y", "p", "ε")
    numbers = ("ε",)
    letter = "loss"
    formula = "−y log p − (1 − y) log(1 − p)"
    sentence = "−log of the probability that was given to what was true"
    prose = (
        "The binary cross-entropy takes −log {p} where {y} is 1 and −log(1 − {p}) where it is 0: each time the "
        "surprise at what was true, 0 if the model was sure of it and without bound if it was sure of the opposite."
    )

    @staticmethod
    def own(y: Any, p: Any, ε: float = 0.0, axis: Any = None, reduce: str = "", **_: Any) -> Any:
        each = -np.log(np.where(np.asarray(y) > 0.5, p, 1 - np.asarray(p)) + ε)
        if not np.isin(y, (0, 1)).all():
            each = -y * np.log(p + ε) - (1 - y) * np.log(1 - p + ε)
        return _reduced(each, axis, reduce)

    backward = (
        Back(
            "p",
            "g (p − y) / (p (1 − p))",
            lambda g, y, p, axis=None, reduce="", **_: _spread(g, p, axis, reduce) * (p - y) / (p * (1 - p)),
            "the error, the steeper the surer it was",
        ),
    )


def _reduced(each: Any, axis: Any, reduce: str) -> Any:
    if axis is None:
        return each
    return np.mean(each, axis=axis) if reduce == "mean" else np.sum(each, axis=axis)


def _spread(g: Any, z: Any, axis: Any, reduce: str) -> Any:
    return g / np.size(z) if reduce == "mean" else g


class SigmoidBinaryCrossEntropy(Idiom):
    """The same from scores."""

    title = "sigmoid with binary cross-entropy"
    patterns = (
        "−mean(y ⊙ log(σ(z)) + (1 − y) ⊙ log(1 − σ(z)))",
        "−(y ⊙ log(σ(z)) + (1 − y) ⊙ log(1 − σ(z)))",
        "−Σ (y ⊙ log(σ(z)) + (1 − y) ⊙ log(1 − σ(z)))",
        "−mean(y ⊙ logsigmoid(z) + (1 − y) ⊙ log(1 − σ(z)))",
        "mean(softplus(z) − y ⊙ z)",
        "softplus(z) − y ⊙ z",
        "mean(relu(z) − y ⊙ z + softplus(−absolute(z)))",
        "relu(z) − y ⊙ z + softplus(−absolute(z))",
    )
    roles = ("y", "z")
    letter = "loss"
    formula = "−y log σ(z) − (1 − y) log(1 − σ(z))"
    sentence = "−log of the probability that was given to what was true"
    prose = (
        "Sigmoid with binary cross-entropy reads the score {z} as a probability and takes −log of what it gave to the "
        "truth {y}: near 0 if the model was sure and right, without bound if it was sure and wrong."
    )
    joined = True

    @staticmethod
    def own(y: Any, z: Any, axis: Any = None, reduce: str = "", **_: Any) -> Any:
        return _reduced(np.logaddexp(0, z) - np.asarray(y) * z, axis, reduce)

    backward = (
        Back(
            "z",
            "p − y",
            lambda g, y, z, axis=None, reduce="", **_: _spread(g, z, axis, reduce) * (logistic(z) - y),
            "what it said, less what was true",
        ),
    )


class NegativeLogLikelihood(Idiom):
    """−log of all probabilities of what was observed, added up or averaged."""

    title = "negative log-likelihood"
    patterns = ("−Σ log(p{ + ε})", "−mean(log(p{ + ε}))", "−log(prod(p))")
    roles = ("p", "ε")
    numbers = ("ε",)
    letter = "L"
    formula = "−Σ log p"
    sentence = "large where the model finds the data unlikely"
    descended = "it makes the observed data ever more likely: maximum likelihood by gradient descent"
    prose = (
        "{p} is the probability that the model gives to each observed example; its log is added over the examples and "
        "the sign flipped, so {Y} is large where the model finds the data unlikely."
    )
    own = staticmethod(
        lambda p, axis, ε=0.0, reduce="", **_: -_reduced(np.log(p + ε), axis, "mean" if reduce == "mean" else "sum")
    )
    backward = (
        Back(
            "p",
            "−g / p",
            lambda g, p, axis, reduce="", **_: -_spread(g, p, axis, reduce) / p,
            "the less likely an example, the more it pulls",
        ),
    )

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("p") >= 1 and ("p" not in seen.values or bool((seen.values["p"] >= 0).all()))


class LogLikelihood(Idiom):
    """The log of a product of many probabilities, as a sum."""

    title = "log-likelihood"
    patterns = ("Σ log(p)", "log(prod(p))")
    roles = ("p",)
    formula = "Σ log p"
    letter = "ℓ"
    sentence = "the log of all probabilities multiplied: a sum that does not underflow"
    prose = (
        "The logs of {p} are added up, which is the log of their product: the product itself would underflow, and both "
        "are largest at the same place."
    )
    own = staticmethod(lambda p, axis, **_: np.log(p).sum(axis=axis))

    @classmethod
    def guard(cls, seen: Seen) -> bool:
        return seen.rank("p") >= 1 and ("p" not in seen.values or bool((seen.values["p"] <= 1).all()))
