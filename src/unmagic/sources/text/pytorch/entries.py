"""Entries of tensors, read and written by index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import UnmagicError
from unmagic.core.span import Span

from .. import indexing
from ..values import Raise
from .calls import Calls
from .tensors import Tensor


class Entries(Calls):
    """``x[key]``, ``x[key] = …`` and rows in turn."""

    def get(self, value: Tensor, key: Any, span: Span | None) -> Any:
        w = self.w
        w.builder.span = span
        node = self.node(value)
        assert value.memory is not None
        found = indexing.array_key(w, node.ndim, key, span)
        flows = self.enabled and value.requires_grad
        try:
            if found.basic:
                result: Any = indexing.view(found)
                parts = key if isinstance(key, tuple) else (key,)
                last = next((part for part in reversed(parts) if part is not None), None)
                grad = "SliceBackward0" if isinstance(last, slice) else "SelectBackward0"
                if None in parts:
                    grad = "UnsqueezeBackward0"
            else:
                result = node.apply("index", *found.at, key=found.key, **indexing._counted(found))
                grad = "IndexBackward0"
            return self.wrapped(result, value, flows, value.tainted, grad, span)
        except UnmagicError as error:
            raise error.at(span) from None
        except IndexError as error:
            raise Raise(IndexError, str(error), span) from None

    def put(self, target: Tensor, key: Any, value: Any, span: Span | None) -> None:
        w = self.w
        w.builder.span = span
        parts = key if isinstance(key, tuple) else (key,)
        whole = all(part is ... or part == slice(None) for part in parts)
        made = self.operand(value, span)
        if target.unset:
            if not whole:
                raise self.missing(target).at(span)
            self._fill(target, made)
            return
        node = self.node(target)
        assert target.memory is not None
        found = indexing.array_key(w, node.ndim, key, span)
        content = made.cast(node.dtype) if isinstance(made, Node) else self.number(made, node.dtype)
        shape = np.shape(target.memory.layout[found.plain])
        content = indexing._fitted(w, content, node, shape, span)
        new = node.apply("set_index", content, *found.at, key=found.key, **indexing._counted(found))
        flows = self.enabled and (target.requires_grad or (isinstance(value, Tensor) and value.requires_grad))
        self.write(target, new, flows, "CopySlices", span)

    def rows(self, value: Tensor, span: Span | None) -> Iterator[Any]:
        if not value.shape:
            raise Raise(TypeError, "iteration over a 0-d tensor", span)
        for i in range(value.shape[0]):
            row = self.get(value, i, span)
            if row.grad_fn:
                row.grad_fn = "UnbindBackward0"
            yield row

    def length(self, value: Tensor, span: Span | None) -> int:
        if not value.shape:
            raise Raise(TypeError, "len() of a 0-d tensor", span)
        return value.shape[0]
