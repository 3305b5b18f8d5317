"""What an event computed, as steps: operators, indices, attributes, calls."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.core.op import OPS

from .alias import index_view, transpose_view
from .entries import Event, Ref, Several, Thing
from .operands import NUMBERS, Operands
from .spell.called import Called, build
from .spell.numpy.operators import binary
from .spell.python import OPERATORS


class Steps(Operands):
    """One event after the other, each by its own spelling."""

    def steps(self, event: Event) -> Any:
        """The steps of an event: a node, a view, or several."""
        site, told, more = event.site, event.told, event.more
        if more in ("index", "flat"):
            return self._index(told[0], told[1], more == "flat")
        if more == "reshape":
            return self.node(told[0]).reshape(told[1])
        if more == "update" or site.kind == "update":
            return self._operator(event, site.what, told[0], told[1])
        match site.kind:
            case "op":
                return self._operator(event, site.what, told[0], told[1])
            case "unary":
                return self._unary(event, site.what, told[0])
            case "index":
                return self._index(told[0], told[1])
            case "attribute":
                return self._attribute(site.what, told[0])
            case "call" | "method":
                return build(self, self.called(event))
        raise Unsupported(f"no reading for {site.kind}")

    def called(self, event: Event) -> Called:
        if event.more is None:
            raise Unsupported("nobody spells it")
        positional, stars, keywords = event.site.shape
        told = list(event.told)
        receiver = told.pop(0)
        args: list[Any] = []
        for i, value in enumerate(told[:positional]):
            if i in stars:
                if not isinstance(value, Several):
                    raise Unsupported("a starred argument of unknown length")
                args += value.items
            else:
                args.append(value)
        if event.more.library == "array":
            args.insert(0, receiver)
        given = dict(zip(keywords, told[positional:], strict=True))
        if "**" in given:
            raise Unsupported("keywords that come in a dict")
        out = event.out.items[0] if isinstance(event.out, Several) else event.out
        kept = self.log.entries[out.number].kept if isinstance(out, Ref) else None
        return Called(event.more, args, given, kept)

    def _operator(self, event: Event, symbol: str, left: Any, right: Any) -> Any:
        x, y = self.operand(left), self.operand(right)
        out = event.out
        if not isinstance(x, Node) and not isinstance(y, Node) and isinstance(out, Ref):
            kept = self.log.entries[out.number].kept
            if kept.__class__ in NUMBERS and symbol in OPERATORS:
                return self.number(self.r.value(OPS[OPERATORS[symbol][0]], (self.lift(x).id, self.lift(y).id), kept,
                                                self.r.builder.span))  # fmt: skip
        return binary(self.r, symbol, x, y, self._is_array(left))

    def _unary(self, event: Event, symbol: str, operand: Any) -> Any:
        x = self.operand(operand)
        if symbol == "-":
            if isinstance(x, Node):
                return x.apply("negative")
            kept = self.log.entries[event.out.number].kept
            return self.number(self.r.value(OPS["negative"], (self.lift(x).id,), kept, self.r.builder.span))
        if symbol == "+" and isinstance(x, Node):
            return x
        if symbol == "~" and isinstance(x, Node) and x.dtype.kind == "b":
            return x.apply("logical_not")
        raise Unsupported(f"no reading for {symbol}")

    def _attribute(self, name: str, operand: Any) -> Any:
        node = self.node(operand)
        if name == "T":
            return transpose_view(tuple(reversed(range(node.ndim))))
        if name == "mT" and node.ndim > 1:
            return transpose_view((*range(node.ndim - 2), node.ndim - 1, node.ndim - 2))
        if name in ("real", "H") and node.dtype.kind == "f":
            return index_view(())
        raise Unsupported(f"no reading for .{name}")

    def _index(self, base: Any, key: Any, flat: bool = False) -> Any:
        if isinstance(base, (Several, Thing)):
            raise Unsupported("an item of a container")
        node = self.node(base)
        if flat:
            node = node.reshape((math.prod(node.shape),))
        parts, at, plain, count, basic = self.key(node.ndim, key)
        lines = any(not isinstance(part, (int, np.integer)) for part in plain)
        if basic and not flat and (lines or len(parts) < node.ndim or _dotted(key)):
            return index_view(parts, tuple(at), plain)
        return node.apply("index", *at, key=parts, **({} if count is None else {"count": count}))


def _dotted(key: Any) -> bool:
    return key is ... or (isinstance(key, Several) and any(one is ... for one in key.items))


__all__ = ["Steps"]
