"""What names say: which are losses, goals, slopes, weights. A name alone makes no finding; numbers decide."""

from __future__ import annotations

import re

LOSS = ("loss", "cost", "nll", "mse", "rmse", "bce", "xent", "crossentropy")
LETTERS = ("L", "J", "ℒ", "𝓛")
GOAL = ("reward", "return", "likelihood", "loglik", "ll", "elbo", "utility", "score", "acc", "objective", "gain")
WEIGHTS = ("w", "weight", "weights", "theta", "θ", "coef", "coefs")
LABELS = ("y", "t", "target", "targets", "label", "labels", "truth")


def words(name: str) -> list[str]:
    """The parts of a name in small letters: ``self.dW1`` is self, d, w1; ``total_loss`` is total, loss."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return [word for word in re.split(r"[^\w]+|_+", spaced.lower()) if word]


def is_loss(name: str) -> bool:
    """Something that is meant to be small: ``loss``, ``total_cost``, ``nll``, ``L``."""
    parts = words(name)
    return re.sub(r"[\d₀-₉(].*", "", name) in LETTERS or any(part.startswith(LOSS) for part in parts)


def is_goal(name: str) -> bool:
    """Something that is meant to be large: ``reward``, ``log_likelihood``."""
    parts = words(name)
    return not is_loss(name) and "neg" not in parts and any(part.startswith(GOAL) for part in parts)


def is_slope(name: str) -> bool:
    """A gradient: ``grad``, ``W_grad``, ``dW``, ``gx``, ``∇f``."""
    parts = words(name)
    return (
        any(part.startswith("grad") or part in ("g", "d", "delta", "nabla") for part in parts)
        or name.startswith(("∇", "∂"))
        or re.fullmatch(r"[dg]_?[A-Za-zα-ω]\w*", name.rpartition(".")[2]) is not None
    )


def derived_from(name: str) -> list[str]:
    """What a slope's name says it is the gradient of: ``dW1`` of W1, ``grad_h`` and ``h_grad`` of h."""
    last = name.rpartition(".")[2]
    found = [re.sub(pattern, "", last) for pattern in (r"^(d|g)_?", r"^(grad|delta)_?", r"_?grad$")]
    return [one for one in found if one and one != last]


def is_weight(name: str) -> bool:
    """A weight: ``W``, ``w1``, ``weights``."""
    return not is_slope(name) and any(re.sub(r"[\d₀-₉]+$", "", part) in WEIGHTS for part in words(name))


def is_label(name: str) -> bool:
    """What was true: ``y``, ``targets``, ``y_true``."""
    return any(part in LABELS for part in words(name))
