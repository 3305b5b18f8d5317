"""Operators between tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.recorder import Num

from ..arithmetic import _decided
from ..values import NUMBERS, Raise, Scalar, type_name
from .calls import Calls
from .tensors import Tensor

_OPERATORS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow", "@": "matmul", "%": "remainder", "<": "lt",
    "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne", "&": "logical_and", "|": "logical_or",
    "^": "logical_xor",
}  # fmt: skip


class Operators(Calls):
    """Signs as the functions of torch that they call."""

    def binary(self, symbol: str, a: Any, b: Any, span: Span | None) -> Any:
        if symbol in ("==", "!=") and not all(isinstance(part, (Tensor, Num, *NUMBERS)) for part in (a, b)):
            return symbol == "!="
        if symbol == "//":
            return self.call_name("div", [a, b], span, rounding_mode="floor")
        name = _OPERATORS.get(symbol)
        if name is None:
            raise Unsupported(f"no reading for {symbol} of tensors", span=span)
        if symbol == "@" and not (isinstance(a, Tensor) and isinstance(b, Tensor)):
            raise Raise(TypeError, f"unsupported operand type(s) for @: '{self._type(a)}' and '{self._type(b)}'", span)
        made = self.call_name(name, [a, b], span)
        if made.grad_fn:
            if symbol == "-" and not isinstance(a, Tensor):
                made.grad_fn = "RsubBackward1"
            elif symbol == "/" and not isinstance(a, Tensor):
                made.grad_fn = "MulBackward0"
            elif symbol == "**":
                scalar = not isinstance(a, Tensor)
                made.grad_fn = "PowBackward2" if scalar else "PowBackward1" if isinstance(b, Tensor) else "PowBackward0"
        return made

    def _type(self, value: Any) -> str:
        return "Tensor" if isinstance(value, Tensor) else type_name(value)

    def unary(self, symbol: str, a: Tensor, span: Span | None) -> Any:
        if symbol == "+":
            return a
        return self.call_name("neg" if symbol == "-" else "logical_not", [a], span)

    def in_place(self, symbol: str, target: Tensor, value: Any, span: Span | None) -> Tensor:
        """``target symbol= value``."""
        if target.unset:
            raise self.missing(target).at(span)
        made = self.binary(symbol, target, value, span)
        node = self.node(made)
        held = self.node(target)
        if node.shape != held.shape:
            raise Raise(RuntimeError, f"output with shape {list(held.shape)} doesn't match the broadcast shape "
                        f"{list(node.shape)}", span)  # fmt: skip
        if node.dtype.kind == "f" and held.dtype.kind != "f":
            raise Raise(RuntimeError, "result type Float can't be cast to the desired output type Long", span)
        self.write(target, node.cast(held.dtype), made.requires_grad, made.grad_fn, span)
        return target

    def truth(self, value: Tensor, span: Span | None) -> bool:
        node = self.node(value)
        size = int(np.prod(node.shape, dtype=int))
        if size != 1:
            words = "Boolean value of Tensor with more than one value is ambiguous" if size else (
                "Boolean value of Tensor with no values is ambiguous")  # fmt: skip
            raise Raise(RuntimeError, words, span)
        self.w.builder.span = span
        flat = node.reshape(())
        return _decided(self.w, Scalar(self.w.recorder.values[flat.id], flat.id), span)
