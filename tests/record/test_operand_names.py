"""What the text calls the operands of an event, in the order in which they are told."""

from __future__ import annotations

import pytest

from unmagic.record.operand_names import operand_names


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("X @ W", "op", ("X", "W")),
        ("X\n  @ self.net.W", "op", ("X", "self.net.W")),
        ("(X + 1) * W", "op", ("", "W")),
        ("W -= lr * g", "update", ("W", "")),
        ("p < q", "op", ("p", "q")),
        ("-z", "unary", ("z",)),
        ("x[i]", "index", ("x", "i")),
        ("self.W.T", "attribute", ("self.W",)),
        ("np.where(m, a + b, out=c)", "method", ("np", "m", "", "c")),
        ("f(x, *more)", "call", ("", "x", "")),
        ("a[0].sum(axis)", "method", ("", "axis")),
        ("while", "op", ()),
    ],
)
def test_names(text: str, kind: str, names: tuple[str, ...]) -> None:
    assert operand_names(text, kind) == names
