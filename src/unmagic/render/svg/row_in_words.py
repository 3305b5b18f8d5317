"""What a row of weights does to a list that it is multiplied with, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from unmagic.core.digits import shown

from .picture import several

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
_EPS = 1e-12


def so_it(row: ArrayLike) -> str:
    """What a row of weights does to a list, in words: ``copies the first number``."""
    w = np.asarray(row, dtype=np.float64)
    largest = float(np.abs(w).max(initial=0.0))
    if not largest:
        return "ignores everything"
    used = [k for k in range(len(w)) if abs(w[k]) > _EPS * largest]
    if len(used) == 1:
        return _single(float(w[used[0]]), used[0])
    positive, negative = [k for k in used if w[k] > 0], [k for k in used if w[k] < 0]
    if len(positive) == 1 and len(negative) == 1:
        i, j = positive[0], negative[0]
        if w[i] == -w[j]:
            scaled = "" if w[i] == 1 else f", times {shown(float(w[i]))}"
            return f"takes the {_th(j)} away from the {_th(i)}{scaled}"
        return f"sets the {_th(i)} against the {_th(j)}, {'the' if abs(w[i]) > abs(w[j]) else 'but'} {_louder(w, i, j)}"
    alike = len({float(w[k]) for k in used}) == 1
    if negative and positive:
        return f"likes the {_th(_peak(w, positive))} most, dislikes the {_th(_peak(w, negative))} most"
    verb = "likes" if positive else "dislikes"
    who = "both" if len(used) == 2 == len(w) else "all" if len(used) == len(w) else f"{len(used)} of {len(w)}"
    if len(used) == 2 < len(w):
        who = f"the {_th(used[0])} and the {_th(used[1])}"
    if alike:
        value = float(w[used[0]])
        if value == 1 and len(used) == len(w):
            return "adds them up"
        if abs(value * len(w) - 1) < _EPS and len(used) == len(w):
            return "takes their mean"
        return f"{verb} {who} alike"
    top = _peak(w, used)
    tied = [k for k in used if abs(w[k]) == abs(w[top])]
    if len(tied) > 1:
        return f"{verb} {who}, the {several(_th(k) for k in tied)} most" if len(tied) < 4 else f"{verb} {who}"
    return f"{verb} {who}, the {_th(top)} {'more' if len(used) == 2 else 'most'}"


def _single(weight: float, k: int) -> str:
    if weight == 1:
        return f"copies the {_th(k)} number"
    if weight == -1:
        return f"flips the sign of the {_th(k)}"
    return f"takes the {_th(k)}, times {shown(weight)}"


def _louder(w: np.ndarray, i: int, j: int) -> str:
    return f"{_th(i)} weighing more" if abs(w[i]) > abs(w[j]) else f"the {_th(j)} weighs more"


def _peak(w: np.ndarray, among: list[int]) -> int:
    return max(among, key=lambda k: abs(w[k]))


def _th(k: int) -> str:
    return _ORDINALS[k] if k < len(_ORDINALS) else f"number {k + 1}"
