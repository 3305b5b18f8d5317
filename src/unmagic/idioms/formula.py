"""The formulas that patterns are written in: a small reader for the part of the formula language that idioms use.

``exp(z) / Σ exp(z)``, ``−y · log(p)``, ``Q Kᵀ``, ``‖x‖``, ``p[c]``. Juxtaposition and ``·`` are the matrix (or dot)
product unless a side is a number; ``⊙`` is entry by entry; Σ takes the product at
its right. A part in braces is optional:
``exp(z{ − max(z)})`` stands for both spellings, and equal braces go together. A name's ``_`` ending on a reduction says
which axes it shares: ``Σ_b`` and ``mean_b`` run over one, ``Σ`` over another.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

SUPERSCRIPTS = {"²": "2", "³": "3", "⁻¹": "-1", "ᵀ": "T"}


class Part(NamedTuple):
    """A node of a formula: ``kind`` is name, number, call, negative, add, times, over, power, root, sum, norm, index,
    less, equal, absolute, bare (a function without brackets) or transpose; ``text`` the name, sign or number; ``sub``
    a reduction's axes."""

    kind: str
    text: str = ""
    args: tuple[Part, ...] = ()
    sub: str = ""


def variants(text: str) -> list[str]:
    """The spellings that a formula with optional parts stands for, the longest first."""
    found = [text]
    for group in dict.fromkeys(re.findall(r"\{[^{}]*\}", text)):
        found = [one.replace(group, new) for new in (group[1:-1], "") for one in found]
    return found


@lru_cache(maxsize=1024)
def parse(text: str) -> Part:
    """The tree of a formula without optional parts."""
    reader = _Reader(text)
    tree = reader.comparison()
    if reader.at < len(reader.tokens):
        raise ValueError(f"pattern not read to its end: {text!r} at {reader.tokens[reader.at]!r}")
    return tree


class _Reader:
    def __init__(self, text: str) -> None:
        pattern = r"\d+(?:\.\d+)?|⁻¹|Σ(?:_\w)?|[^\W\d_²³ᵀΣ]+(?:_[^\W\d²³ᵀ]+)?′?|\S"
        self.tokens = re.findall(pattern, text)
        self.at = 0
        self.bars = 0  # open ones: the next closes

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.next()
        if not token or (wanted and token not in wanted):
            raise ValueError(f"pattern: {token!r} where one of {wanted} was expected, in {' '.join(self.tokens)!r}")
        self.at += 1
        return token

    def comparison(self) -> Part:
        left = self.sum()
        while self.next() in {"<", ">", "="}:
            sign = self.take()
            right = self.sum()
            kind = "equal" if sign == "=" else "less"
            left = Part(kind, sign, (right, left) if sign == ">" else (left, right))
        return left

    def sum(self) -> Part:
        parts = [self.product()]
        while self.next() in {"+", "−"}:
            sign = self.take()
            part = self.product()
            parts.append(part if sign == "+" else Part("negative", args=(part,)))
        return parts[0] if len(parts) == 1 else Part("add", args=tuple(parts))

    def product(self) -> Part:
        if self.next() == "−":
            self.take()
            return Part("negative", args=(self.product(),))
        left = self.factor()
        while True:
            token = self.next()
            if token in {"·", "⊙"}:
                self.take()
                left = Part("times", token, (left, self.factor()))
            elif token == "/":
                self.take()
                left = Part("over", args=(left, self.factor()))
            elif token and (token[0].isalnum() or token[0] in "(√Σ" or (token in "|‖" and not self.bars)):
                left = Part("times", "", (left, self.factor()))
            else:
                return left

    def factor(self) -> Part:
        token = self.take()
        if token == "√":
            return Part("root", args=(self.factor(),))
        if token[0] == "Σ":
            return Part("sum", args=(self.product(),), sub=token[2:] or "axis")
        if token == "−":
            return Part("negative", args=(self.factor(),))
        if token == "(":
            part = self.comparison()
            self.take(")")
        elif token == "|":
            self.bars += 1
            part = Part("absolute", args=(self.sum(),))
            self.take("|")
            self.bars -= 1
        elif token == "‖":
            self.bars += 1
            part = Part("norm", args=(self.sum(),))
            self.take("‖")
            self.bars -= 1
        elif token[0].isdigit():
            part = Part("number", token)
        elif self.next() == "(" and self._adjacent():
            part = self.call(token)
        elif token in FUNCTIONS and self.next() not in {"", "(", "=", "[", ")"}:
            return Part("bare", token, (self.factor(),))  # log p
        else:
            part = Part("name", token)
        while True:
            if self.next() in SUPERSCRIPTS:
                to = SUPERSCRIPTS[self.take()]
                part = Part("transpose", args=(part,)) if to == "T" else Part("power", to, (part,))
            elif self.next() == "[":
                self.take()
                part = Part("index", args=(part, self.comparison()))
                self.take("]")
            else:
                return part

    def _adjacent(self) -> bool:
        return self.tokens[self.at - 1] in FUNCTIONS or "_" in self.tokens[self.at - 1]

    def call(self, name: str) -> Part:
        self.take("(")
        args = [self.comparison()]
        while self.next() == ",":
            self.take()
            args.append(self.comparison())
        self.take(")")
        function, _, sub = name.partition("_")
        if name in FUNCTIONS:
            function, sub = name, ""
        return Part("call", function, tuple(args), sub or "axis")


_NAMED = (
    "exp log log1p expm1 tanh erf Φ σ softplus relu silu gelu sqrt absolute max min maximum minimum mean var std "
    "standardise softmax logsoftmax logsumexp where one_hot rows not_equal equal power rms at norm argmax prod "
    "logsigmoid φ sign"
)
FUNCTIONS = frozenset(_NAMED.split())
REDUCING = frozenset(
    (
        "mean",
        "max",
        "min",
        "var",
        "std",
        "standardise",
        "softmax",
        "logsoftmax",
        "logsumexp",
        "rms",
        "norm",
        "argmax",
        "prod",
    )
)
"""Functions with axes: in a pattern all that share an ending must run over the same."""
NAMES = {
    "Φ": "normal_cdf",
    "σ": "sigmoid",
    "logsoftmax": "log_softmax",
    "rms": "rms_norm",
    "at": "pick_rows",
    "logsigmoid φ sign": "log_sigmoid",
}
