"""Brackets: entries of arrays (views, fancy, masks), of lists, strings and dicts; and writing them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.span import Span
from unmagic.record.alias import View, index_view
from unmagic.record.recorder import Num, Ref

from . import arrays
from .values import NUMBERS, Builtin, Instance, NDArray, Raise, Scalar, type_name
from .walk import Walk


class Key(NamedTuple):
    """A key as the index op takes it, the operands that its `Ref`s name, and the same key in plain numbers."""

    key: tuple[Any, ...]
    at: tuple[Node, ...]
    plain: tuple[Any, ...]
    trues: int | None
    basic: bool  # whole numbers, slices, new axes: NumPy gives a view
    ellipsis: bool


def hashable(w: Walk, value: Any, span: Span | None) -> Any:
    """A dict key or a set's element: numbers by their value."""
    if isinstance(value, Num):
        w.builder.read_out.append(value.id)
        return value.value
    if value is None or isinstance(value, (*NUMBERS, str, frozenset)):
        return value
    if isinstance(value, tuple):
        return tuple(hashable(w, part, span) for part in value)
    if isinstance(value, (list, dict, set, NDArray)):
        raise Raise(TypeError, f"unhashable type: '{type_name(value)}'", span)
    try:
        hash(value)
    except TypeError:
        raise Raise(TypeError, f"unhashable type: '{type_name(value)}'", span) from None
    return value


def plain_index(value: Any) -> Any:
    """A number or slice as Python's containers take it."""
    if isinstance(value, Num):
        return value.value
    if isinstance(value, slice):
        return slice(plain_index(value.start), plain_index(value.stop), plain_index(value.step))
    return value


def get(w: Walk, value: Any, key: Any, span: Span | None) -> Any:
    """``value[key]``."""
    kind = value.__class__
    if kind is list or isinstance(value, tuple) or kind is str or kind is range:
        at = plain_index(key)
        if not isinstance(at, (int, slice, np.integer)):
            name = kind.__name__
            what = "string indices must be integers" if kind is str else f"{name} indices must be integers or slices"
            raise Raise(TypeError, f"{what}, not '{type_name(key)}'" if kind is str
                        else f"{what}, not {type_name(key)}", span)  # fmt: skip
        if at.__class__ is slice and kind is not range and len(value) > 1000:
            w.check_list(len(value))
        try:
            return value[at]
        except (IndexError, ValueError, TypeError) as error:
            raise Raise(type(error), str(error), span) from None
    if kind is dict:
        at = hashable(w, key, span)
        if at not in value:
            raise Raise(KeyError, repr(at), span)
        return value[at]
    if kind is NDArray:
        return _array(w, value, key, span)
    if w.torch is not None and w.torch.is_tensor(value):
        return w.torch.get(value, key, span)
    if kind is Instance or getattr(value, "layers", None) is not None:
        from .calls import call_method
        from .modules import layer_item

        method = value.kind.find("__getitem__") if kind is Instance else None
        if method is not None:
            return call_method(w, method, value, [key], span)
        found = layer_item(value, plain_index(key))
        if found is not None:
            return found
    if kind is Builtin and value.name in ("np.c_", "np.r_"):
        parts = key if isinstance(key, tuple) else (key,)
        return arrays.call_name(w, "column_stack" if value.name == "np.c_" else "hstack", [list(parts)], span)
    if kind is Scalar:
        raise Raise(IndexError, "invalid index to scalar variable.", span)
    raise Raise(TypeError, f"'{type_name(value)}' object is not subscriptable", span)


def put(w: Walk, target: Any, key: Any, value: Any, span: Span | None) -> None:
    """``target[key] = value``."""
    kind = target.__class__
    if kind is list:
        at = plain_index(key)
        try:
            if isinstance(at, slice):
                from .iterate import items

                new = list(items(w, value, span))
                w.check_list(len(target) + len(new))
                target[at] = new
            else:
                target[at] = value
        except IndexError:
            raise Raise(IndexError, "list assignment index out of range", span) from None
        except (TypeError, ValueError) as error:
            raise Raise(type(error), str(error), span) from None
        return
    if kind is dict:
        target[hashable(w, key, span)] = value
        w.check_list(len(target))
        return
    if kind is NDArray:
        _write(w, target, key, value, span)
        return
    if w.torch is not None and w.torch.is_tensor(target):
        w.torch.put(target, key, value, span)
        return
    if kind is Instance:
        method = target.kind.find("__setitem__")
        if method is not None:
            from .calls import call_method

            call_method(w, method, target, [key, value], span)
            return
    raise Raise(TypeError, f"'{type_name(target)}' object does not support item assignment", span)


def delete(w: Walk, target: Any, key: Any, span: Span | None) -> None:
    """``del target[key]``."""
    try:
        if isinstance(target, dict):
            del target[hashable(w, key, span)]
            return
        if isinstance(target, list):
            del target[plain_index(key)]
            return
    except (KeyError, IndexError) as error:
        raise Raise(type(error), str(error), span) from None
    raise Raise(TypeError, f"'{type_name(target)}' object doesn't support item deletion", span)


# arrays ---------------------------------------------------------------------------------------------------


def array_key(w: Walk, rank: int, key: Any, span: Span | None) -> Key:
    """A key on an array of ``rank`` axes: the ellipsis filled in, index arrays as operands."""
    parts = list(key) if isinstance(key, tuple) else [key]
    prepared = [_part(w, part, span) for part in parts]
    takes = sum(_takes(part) for part in prepared)
    shown: list[Any] = []
    ellipsis = False
    for part in prepared:
        if part is ...:
            if ellipsis:
                raise Raise(IndexError, "an index can only have a single ellipsis ('...')", span)
            ellipsis = True
            shown += [slice(None)] * (rank - takes)
        else:
            shown.append(part)
    if takes > rank:
        raise Raise(IndexError, f"too many indices for array: array is {rank}-dimensional, but {takes} were indexed",
                    span)  # fmt: skip
    at: list[Node] = []
    final: list[Any] = []
    plain: list[Any] = []
    count: int | None = None
    basic = True
    for part in shown:
        if isinstance(part, Node):
            value = np.asarray(part.value)
            if part.shape or value.dtype.kind == "b":
                basic = False
            if value.dtype.kind == "b":
                if count is not None:
                    raise Unsupported("two masks in one index are not read", span=span)
                count = int(value.sum())
            final.append(Ref(len(at)))
            plain.append(value if part.shape else int(value))
            at.append(part)
        else:
            if isinstance(part, np.ndarray):
                basic = False
            final.append(part)
            plain.append(part)
    return Key(tuple(final), tuple(at), tuple(plain), count, basic, ellipsis)


def _takes(part: Any) -> int:
    if part is None or part is ...:
        return 0
    if isinstance(part, Node):
        return part.ndim if part.dtype.kind == "b" else 1
    if isinstance(part, np.ndarray) and part.dtype.kind == "b":
        return int(part.ndim)
    return 1


def _part(w: Walk, part: Any, span: Span | None) -> Any:
    kind = part.__class__
    if part is None or part is ...:
        return part
    if kind is slice:
        ends = [plain_index(end) for end in (part.start, part.stop, part.step)]
        if any(end is not None and not isinstance(end, (int, np.integer)) for end in ends):
            raise Raise(TypeError, "slice indices must be integers or None or have an __index__ method", span)
        if ends[2] == 0:
            raise Raise(ValueError, "slice step cannot be zero", span)
        return slice(*[None if end is None else int(end) for end in ends])
    if kind is bool or (isinstance(part, Num) and isinstance(part.value, (bool, np.bool_))):
        raise Unsupported("indexing by one truth value is not read", span=span)
    if kind is int:
        return part
    if isinstance(part, Num):
        if not isinstance(part.value, (int, np.integer)):
            raise Raise(IndexError, "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer "
                        "or boolean arrays are valid indices", span)  # fmt: skip
        step = w.recorder.graph.steps[part.id]
        return int(part.value) if not step.inputs and step.op.name == "constant" else w.recorder.node(part.id)
    if kind is list or kind is tuple or kind is range:
        array = np.array(arrays.plain_list(w, part, span)[0])
        array = array.astype(np.int64) if not array.size else array
        return _whole(array, span)
    if kind is NDArray:
        node = arrays.node_of(w, part)
        _whole(np.asarray(node.value), span)
        return node if node.shape else int(np.asarray(node.value))
    if w.torch is not None and w.torch.is_tensor(part):
        node = w.torch.node(part)
        _whole(np.asarray(node.value), span)
        return node
    raise Raise(IndexError, "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or "
                "boolean arrays are valid indices", span)  # fmt: skip


def _whole(array: Any, span: Span | None) -> Any:
    if array.dtype.kind not in "iub":
        raise Raise(IndexError, "arrays used as indices must be of integer (or boolean) type", span)
    return array


def _array(w: Walk, value: NDArray, key: Any, span: Span | None) -> Any:
    w.builder.span = span
    memory = value.memory
    found = array_key(w, memory.layout.ndim, key, span)
    try:
        if found.basic:
            out = memory.layout[found.plain]
            if np.ndim(out) or found.ellipsis:
                return arrays.look(w, view(found), value, span)
        node = arrays.node_of(w, value)
        node = node.apply("index", *found.at, key=found.key, **_counted(found))
    except UnmagicError as error:
        raise error.at(span) from None
    except IndexError as error:
        raise Raise(IndexError, str(error), span) from None
    return arrays.wrap(w, node)


def view(key: Key) -> View:
    return index_view(key.key, key.at, key.plain)


def _counted(key: Key) -> dict[str, Any]:
    return {} if key.trues is None else {"count": key.trues}


def _write(w: Walk, target: NDArray, key: Any, value: Any, span: Span | None) -> None:
    w.builder.span = span
    memory = target.memory
    if not memory.writable:
        raise Raise(ValueError, "assignment destination is read-only", span)
    found = array_key(w, memory.layout.ndim, key, span)
    made = arrays.operand(w, value, span)
    try:
        shape = np.shape(memory.layout[found.plain])
        node = arrays.node_of(w, target)
        content = _fitted(
            w, made if isinstance(made, Node) else w.recorder.operand(made, node.dtype), node, shape, span
        )
        new = node.apply("set_index", content, *found.at, key=found.key, **_counted(found))
    except UnmagicError as error:
        raise error.at(span) from None
    except IndexError as error:
        raise Raise(IndexError, str(error), span) from None
    arrays.write(w, target, new, span)


def _fitted(w: Walk, content: Node, into: Node, shape: tuple[int, ...], span: Span | None) -> Node:
    """``content`` in the dtype and shape of the place that it is written to."""
    content = content.cast(into.dtype)
    while content.ndim > len(shape) and content.shape[0] == 1:
        content = content.reshape(content.shape[1:])
    try:
        fits = np.broadcast_shapes(content.shape, shape) == tuple(shape)
    except ValueError:
        fits = False
    if not fits:
        raise Raise(ValueError, f"could not broadcast input array from shape {arrays.tuple_text(content.shape)} into "
                    f"shape {arrays.tuple_text(tuple(shape))}", span)  # fmt: skip
    return content.broadcast(tuple(shape))
