"""Subscripts and brackets: labelled axes, entries from 1 and from 0, gathers and diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.errors import BadValue, ShapeClash, SyntaxUnread, UnmagicError
from unmagic.ops.movement import Ref

from ..tree import At, Const, Name, Num, Range, Sub, Tree, bare, walk
from .lowerer import Lowerer
from .numbers import constant, integer, positions
from .scope import Label
from .values import Value, elementwise, implicitly, union

Part = Any  # an int, a slice, ("label", letter), ("value", Value) or ("fixed", array Value)


def subscripted(low: Lowerer, tree: Sub) -> Value:
    """``x_i``, ``W_{12}``, ``x_{n, y_n}``, ``x_{i+1}``, ``x^{(i)}``."""
    base = low.lower(tree.base)
    if base.rank == 0 and not base.lazy:
        return _of_scalar(low, base, tree)
    index = list(tree.indices)
    token = index[0]
    if len(index) == 1 and isinstance(token, Num) and len(token.text) > 1 and token.text.isdigit():
        joint = base.rank == len(token.text)  # W_{12} of a matrix: row 1, column 2
        if joint:
            index = [Num(int(c), c, token.start + k, token.start + k + 1) for k, c in enumerate(token.text)]
    if len(index) > base.rank:
        at = index[base.rank]
        raise BadValue(
            f"too many indices: {low.text(tree.base)} has {base.rank} axes",
            span=low.span(at.start, index[-1].end),
            notes=(f"{low.text(tree.base)} is {marked(base.shape)}",),
        )
    parts: list[Part] = [subscript(low, item, base.shape[k], tree) for k, item in enumerate(index)]
    return picked(low, base, parts, tree)


def _of_scalar(low: Lowerer, base: Value, tree: Sub) -> Value:
    """A labelled scalar may repeat its own letter; any other index of a number is an error."""
    letters = [item.text for item in tree.indices if isinstance(item, Name)]
    if base.labels and len(letters) == len(tree.indices) and tuple(letters) == base.labels:
        return base
    raise BadValue(
        f"{low.text(tree.base)} is a number and has no entries",
        span=low.over(tree),
        hint=f"bind {low.text(tree)} as a name of its own, if that is meant",
    )


def subscript(low: Lowerer, item: Tree, size: int, whole: Sub) -> Part:
    """One subscript, for an axis of ``size``."""
    scope = low.scope
    item = bare(item)
    if isinstance(item, Range):
        return slice(None)
    if isinstance(item, Num):
        if not isinstance(item.value, int):
            raise BadValue("an index is a whole number", span=low.over(item))
        if item.value == 0:
            raise BadValue(
                "subscripts count from 1",
                span=low.over(item),
                hint=f"the first entry is written {low.text(whole.base)}_1 or {low.text(whole.base)}[0]",
            )
        return _inside(low, item.value - 1, size, item)
    if isinstance(item, Name):
        label = scope.labels.get(item.text)
        value = scope.get(item.text)
        if value is not None and (label is None or item.text in scope.local):
            if value.labels == (item.text,) and label is not None:
                return _letter(low, label, size, item)
            return _bound(low, value, size, item)
        if label is None:
            if len(item.text) > 1 and item.text.isalpha() and item.text.isascii():
                raise scope.unbound(f"{low.text(whole.base)}_{item.text}", low.over(whole))
            label = scope.labels[item.text] = Label(item.text)
            low.free.append(item.text)
        return _letter(low, label, size, item)
    if isinstance(item, Const):
        raise BadValue("this is no index", span=low.over(item))
    if any(isinstance(node, Name) and node.text in scope.labels for node in walk(item)) and not _by_value(low, item):
        return shifted(low, item, size)
    return _bound(low, low.lower(item), size, item)


def _by_value(low: Lowerer, item: Tree) -> bool:
    """Whether an index looks class numbers up (``y_n``), so that it counts from 0."""
    return any(isinstance(node, Sub | At) for node in walk(item))


def _letter(low: Lowerer, label: Label, size: int, item: Tree) -> Part:
    if label.size is None:
        label.size = size
    elif label.size != size:
        if label.ranged and label.partial and label.size < size:
            base = 0 if label.first == 0 else 1
            return ("fixed", np.arange(label.size) + label.first - base, label.name)
        what = (
            f"{label.name} runs from {label.first} to {label.first + label.size - 1}"
            if label.ranged
            else f"{label.name} has {label.size} values"
        )
        raise ShapeClash(
            f"{what}, but this axis has {size} entries",
            span=low.over(item),
            notes=(f"{label.name} has [{label.size}] values", f"the axis has [{size}] entries"),
        )
    elif label.ranged and label.first not in (0, 1) and not label.partial:
        raise BadValue(
            f"{label.name} runs from {label.first} to {label.first + label.size - 1}: "
            f"an axis of {size} is counted from 1 or from 0",
            span=low.over(item),
        )
    return ("label", label.name)


def _bound(low: Lowerer, value: Value, size: int, item: Tree) -> Part:
    """A class number bound as a value: from 0."""
    if value.plain:
        assert value.number is not None
        return _inside(low, _whole(low, value.number, item), size, item)
    at = np.asarray(value.node.value)
    if at.dtype.kind not in "iu":
        if at.size and not np.all(at == np.floor(at)):
            raise BadValue("an index is a whole number", span=low.over(item))
        value = Value(low.builder.cast(value.node, np.dtype(np.int64)), value.labels)
    if at.size and (at.min() < -size or at.max() >= size):
        worst = int(at.max() if at.max() >= size else at.min())
        raise BadValue(
            f"{low.text(item)} is {worst}, and this axis has {size} entries",
            span=low.over(item),
            notes=("a bound number counts from 0",),
        )
    return ("value", value)


def shifted(low: Lowerer, item: Tree, size: int) -> Part:
    """``i + 1``, ``t − s``: positions worked out from the values that the letters take."""
    value, labels, first = positions(low, item)
    at = np.asarray(value)
    if at.size and not np.all(at == np.floor(at)):
        raise BadValue("an index is a whole number", span=low.over(item))
    at = at.astype(np.int64) - (0 if first == 0 else 1)
    if at.size and (at.min() < 0 or at.max() >= size):
        raise BadValue(
            f"{low.text(item)} reaches {int(at.min()) + (first != 0)} to {int(at.max()) + (first != 0)}, "
            f"but this axis has {size} entries",
            span=low.over(item),
        )
    return ("value", Value(low.builder.constant(at), labels))


def _inside(low: Lowerer, at: int, size: int, item: Tree) -> int:
    if not -size <= at < size:
        raise BadValue(f"there is no entry {low.text(item)}: the axis has {size}", span=low.over(item))
    return at


def _whole(low: Lowerer, number: float, item: Tree) -> int:
    if number != int(number):
        raise BadValue("an index is a whole number", span=low.over(item))
    return int(number)


def bracketed(low: Lowerer, tree: At) -> Value:
    """``q[c]``, ``x[0]``, ``X[:, 1]``: from 0."""
    base = low.lower(tree.base)
    if base.rank == 0:
        if len(tree.indices) == 1 and not isinstance(tree.indices[0], Range):
            low.decide(f"{low.text(tree.base)} is a number: the square bracket is multiplied", tree)
            return elementwise(low.builder, "multiply", base, low.lower(tree.indices[0]))
        raise BadValue(f"{low.text(tree.base)} is a number and has no entries", span=low.over(tree))
    if len(tree.indices) > base.rank:
        raise BadValue(
            f"too many indices: {low.text(tree.base)} has {base.rank} axes",
            span=low.over(tree),
            notes=(f"{low.text(tree.base)} is {marked(base.shape)}",),
        )
    parts: list[Part] = []
    for k, item in enumerate(tree.indices):
        size = base.shape[k]
        item = bare(item)
        if isinstance(item, Range):
            ends = [None if end is None else integer(low, end) for end in (item.low, item.high)]
            parts.append(slice(*ends))
        elif isinstance(item, Name) and low.scope.get(item.text) is None:
            label = low.scope.labels.get(item.text)
            if label is None:
                label = low.scope.labels[item.text] = Label(item.text, first=0)
                low.free.append(item.text)
            parts.append(_letter(low, label, size, item))
        else:
            number = constant(low, item)
            if number is not None:
                parts.append(_inside(low, _whole(low, number, item), size, item))
            else:
                parts.append(_bound(low, low.lower(item), size, item))
    return picked(low, base, parts, tree)


def picked(low: Lowerer, base: Value, parts: list[Part], tree: Tree) -> Value:
    """The entries of ``base`` that one part an axis picks; labelled axes come to the front."""
    builder = low.builder
    fixed = [part for part in parts if isinstance(part, tuple) and part[0] == "fixed"]
    letters = [part[1] for part in parts if isinstance(part, tuple) and part[0] == "label"]
    arrays = [part[1] for part in parts if isinstance(part, tuple) and part[0] == "value"]
    clashing = len(set(letters)) < len(letters) or set(letters) & set(base.labels)
    if not fixed and not clashing and all(value.node.ndim == 0 for value in arrays):
        return _basic(low, base, parts, letters)
    if (
        not arrays
        and not fixed
        and len(letters) == 2
        and letters[0] == letters[1]
        and len(parts) == base.node.ndim == 2
    ):
        return Value(builder.apply("diagonal", base.node), (letters[0],))
    return _gathered(low, base, parts)


def _basic(low: Lowerer, base: Value, parts: list[Part], letters: list[str]) -> Value:
    builder = low.builder
    count = len(base.labels)
    key: list[Any] = [slice(None)] * count
    at: list[Node] = []
    axes: list[str | None] = []  # what remains of the picked axes
    for part in parts:
        if isinstance(part, tuple) and part[0] == "value":
            key.append(Ref(len(at)))
            at.append(part[1].node)
        elif isinstance(part, tuple):
            key.append(slice(None))
            axes.append(part[1])
        elif isinstance(part, slice):
            key.append(part)
            axes.append(None)
        else:
            key.append(part)
    node = base.node
    if any(not isinstance(part, slice) or part != slice(None) for part in key):
        node = node.apply("index", *at, key=tuple(key))
    rest = node.ndim - count - len(axes)
    axes += [None] * rest
    front = [k for k, axis in enumerate(axes) if axis is not None]
    order = [*range(count), *(count + k for k in front), *(count + k for k in range(len(axes)) if k not in front)]
    if order != list(range(node.ndim)):
        node = implicitly(builder, node, "transpose", axes=tuple(order))
    return Value(node, (*base.labels, *letters))


def _gathered(low: Lowerer, base: Value, parts: list[Part]) -> Value:
    """Index arrays for every labelled or looked-up axis, over all letters at once."""
    builder = low.builder
    pieces: list[Any] = []  # (array or Node, labels) or a slice or int
    for k, label in enumerate(base.labels):
        pieces.append((np.arange(base.node.shape[k]), (label,)))
    for part, size in zip(parts, base.shape, strict=False):
        if isinstance(part, tuple) and part[0] == "label":
            pieces.append((np.arange(size), (part[1],)))
        elif isinstance(part, tuple) and part[0] == "fixed":
            pieces.append((part[1], (part[2],)))
        elif isinstance(part, tuple):
            pieces.append((part[1].node, part[1].labels))
        else:
            pieces.append(part)
    labels = union([Value(None, piece[1], number=0) for piece in pieces if isinstance(piece, tuple)])
    extra = max((_ndim(piece) for piece in pieces if isinstance(piece, tuple)), default=0)
    key: list[Any] = []
    at: list[Node] = []
    for piece in pieces:
        if not isinstance(piece, tuple):
            key.append(piece)
            continue
        array, own = piece
        if isinstance(array, np.ndarray):
            shape = [array.shape[own.index(label)] if label in own else 1 for label in labels] + [1] * extra
            key.append(array.reshape(shape))
        else:
            shape = [array.shape[own.index(label)] if label in own else 1 for label in labels]
            inner = array.ndim - len(own)
            shape += [1] * (extra - inner) + list(array.shape[len(own) :])
            if sorted(own, key=labels.index) != list(own):
                raise UnmagicError("indices of an index in another order are not read")
            node = array if tuple(shape) == array.shape else implicitly(builder, array, "reshape", shape=tuple(shape))
            key.append(Ref(len(at)))
            at.append(node)
    slices = [k for k, part in enumerate(key) if isinstance(part, slice)]
    lines = [k for k, part in enumerate(key) if not isinstance(part, slice)]
    if slices and lines and max(lines) > min(slices):
        raise SyntaxUnread("a slice before a looked-up index is not read")
    node = base.node.apply("index", *at, key=tuple(key))
    return Value(node, labels)


def _ndim(piece: Any) -> int:
    array, own = piece
    return 0 if isinstance(array, np.ndarray) else array.ndim - len(own)
