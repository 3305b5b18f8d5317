"""Functions of torch: arguments bound and promoted, and what a result is: a tensor, a view, a write."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import UnmagicError
from unmagic.core.span import Span
from unmagic.record.alias import View
from unmagic.record.recorder import Num
from unmagic.record.spell.table import Held, Plain, Spelling, Wrote
from unmagic.record.spell.torch import TABLE
from unmagic.record.spell.torch.base import Graded, promote

from .. import arrays
from ..arrays import PROGRAM_ERRORS
from ..iterate import items
from ..values import NUMBERS, Raise, Scalar, Spelled, type_name
from ..walk import Walk
from .autograd import Autograd
from .kinds import TorchType
from .tensors import Tensor

F4 = np.dtype(np.float32)


class Calls(Autograd):
    """A call is bound, promoted, built, and its result told whether it requires a gradient."""

    def call_name(self, name: str, args: list[Any], span: Span | None, **given: Any) -> Any:
        return self.call(Spelled(TABLE.functions[name], TABLE), args, given, span)

    def call(self, spelled: Spelled, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
        """A function of torch: bound, promoted, built, and its result told whether it requires a gradient."""
        spelling = spelled.spelling
        if spelled.bound is not None:
            args = [spelled.bound, *args]
        known = (*spelling.positional, *spelling.keyword)
        for alias, name in (("axis", "dim"), ("keepdims", "keepdim"), ("dims", "dim")):
            if alias in given and alias not in known and name in known:
                given[name] = given.pop(alias)
        requires = given.pop("requires_grad", False) if "requires_grad" not in known else False
        for name in ("device", "inplace"):
            if name not in known:
                given.pop(name, None)
        w = self.w
        w.builder.span = span
        first = args[0] if args else next(iter(given.values()), None)
        if spelling.name.endswith("_") and isinstance(first, Tensor) and first.unset:
            self._set_unset(first, spelling, args, span)
            return first
        flows = self.enabled and any(part.requires_grad for part in _tensors([*args, *given.values()]))
        if flows:
            for part in _tensors([*args, *given.values()]):
                self.barrier(part)
        try:
            pairs, given = spelling.bind(args, given)
            positional, keywords = self._marshalled(spelling, pairs, given, span)
            if spelling.recorder:
                positional.insert(0, w.recorder)
            result = spelling.build(*positional, **keywords)
        except UnmagicError as error:
            raise error.at(span) from None
        except PROGRAM_ERRORS as error:
            raise Raise(type(error), str(error), span) from None
        w.builder.span = span
        grad = spelling.grad
        if isinstance(result, Graded):
            result, grad = result
        tainted = not flows and any(part.requires_grad or part.tainted for part in _tensors([*args, *given.values()]))
        made = self.wrapped(result, first, flows, tainted, grad, span)
        if requires is True and isinstance(made, Tensor):
            self.require(made, span)
        return made

    def _marshalled(
        self, spelling: Spelling, pairs: list[tuple[str, Any]], given: dict[str, Any], span: Span | None
    ) -> tuple[list[Any], dict[str, Any]]:
        items = [*pairs, *given.items()]
        joint = [self.operand(value, span) for name, value in items if spelling.kinds.get(name) == "Operand"]
        dtype = promote(joint) if joint else F4
        if spelling.name == "div" and dtype.kind != "f" and not given.get("rounding_mode"):
            dtype = F4
        ready: list[Any] = []
        for name, value in items:
            kind = spelling.kinds.get(name, "")
            if kind == "Operand":
                made = self.operand(value, span)
                ready.append(made.cast(dtype) if isinstance(made, Node) else self.number(made, dtype))
            elif kind == "Node":
                if value is None:
                    ready.append(None)
                elif isinstance(value, Tensor):
                    ready.append(self.node(value))
                else:
                    words = f"{spelling.name}(): argument '{name}' must be Tensor, not {type_name(value)}"
                    raise Raise(TypeError, words, span)
            elif kind == "Nodes":
                ready.append([self.node(part) for part in _parts(self.w, value, span)])
            elif isinstance(value, TorchType):
                ready.append(value.value)
            elif isinstance(value, Tensor):
                ready.append(np.asarray(self.node(value).value) if value.shape else self.node(value).value.item())
            else:
                ready.append(arrays.static(self.w, value, span))
        return ready[: len(pairs)], dict(
            zip([name for name, _ in items[len(pairs) :]], ready[len(pairs) :], strict=True)
        )

    def operand(self, value: Any, span: Span | None) -> Any:
        if isinstance(value, Tensor):
            return self.node(value)
        if value.__class__ is Num or value.__class__ in NUMBERS:
            return value
        if isinstance(value, Scalar):
            return self.w.recorder.node(value.id)
        raise Raise(TypeError, f"unsupported operand: a tensor and {type_name(value)}", span)

    def number(self, value: Any, dtype: Any) -> Node:
        if isinstance(value, Num):
            return self.w.recorder.node(value.id).cast(dtype)
        return self.w.builder.constant(value, dtype)

    def wrapped(self, result: Any, first: Any, flows: bool, tainted: bool, grad: str, span: Span | None) -> Any:
        if isinstance(result, (Node, Held)):
            node = result if isinstance(result, Node) else result.node
            same = isinstance(first, Tensor) and isinstance(result, Held) and grad == ""
            if same:  # contiguous(): the tensor itself
                return first
            made = Tensor(arrays.own(self.w, node).memory)
        elif isinstance(result, View):
            if not isinstance(first, Tensor) or first.memory is None:
                self.node(first)
                raise AssertionError
            memory = first.memory.look(result)
            if memory is None:
                made = Tensor(arrays.own(self.w, result.get(self.node(first))).memory)
            else:
                memory.read(self.w.recorder.node)
                made = Tensor(memory)
                made.base = first
        elif isinstance(result, Plain):
            return arrays.plain(self.w, result.node)
        elif isinstance(result, Wrote):
            self.write(first, result.node, flows, grad, span)
            return first if result.back else None
        elif isinstance(result, (tuple, list)):
            return tuple(self.wrapped(part, first, flows, tainted, grad, span) for part in result)
        else:
            return result
        assert made.memory is not None
        if flows and made.memory.layout.dtype.kind == "f":
            made.requires_grad, made.leaf, made.grad_fn = True, False, grad or "UnknownBackward0"
        made.tainted = tainted
        return made


def _parts(w: Walk, value: Any, span: Span | None) -> list[Tensor]:
    parts = list(items(w, value, span))
    for part in parts:
        if not isinstance(part, Tensor):
            raise Raise(TypeError, f"expected Tensor as element in argument 0, but got {type_name(part)}", span)
    return parts


def _tensors(values: list[Any]) -> list[Tensor]:
    found = []
    for value in values:
        if value.__class__ is Tensor:
            found.append(value)
        elif value.__class__ in (list, tuple):
            found += [part for part in value if part.__class__ is Tensor]
    return found
