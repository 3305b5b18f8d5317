"""NumPy's arrays and scalars: operators, indexing with views, writes, calls of spelled functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Constant, Node
from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.graph import Fixed
from unmagic.core.span import Span
from unmagic.record.alias import Memory, View
from unmagic.record.recorder import Num
from unmagic.record.spell.outs import apart
from unmagic.record.spell.python import OPERATORS
from unmagic.record.spell.table import Held, Plain, Spelling, Wrote
from unmagic.record.spell.weak import beside, raw

from .values import NUMBERS, DTypeValue, NDArray, Raise, Scalar, Spelled, type_name
from .walk import Walk

PROGRAM_ERRORS = (TypeError, ValueError, IndexError, ArithmeticError, np.linalg.LinAlgError)
"""What NumPy raises on bad operands: the program's own error."""


# from and to nodes ----------------------------------------------------------------------------------------


def wrap(w: Walk, node: Node) -> Any:
    """What NumPy gives for a computed array: a scalar at rank 0."""
    if not node.shape:
        return Scalar(w.recorder.values[node.id], node.id)
    return own(w, node)


def own(w: Walk, node: Node) -> NDArray:
    """A new array with memory of its own that holds ``node``."""
    memory = Memory.own(node)
    if memory.layout.base is not None:  # the content is a view of another step's: fresh memory lies close
        memory.layout = np.array(memory.layout, order="K")
    w.recorder.keep(memory.layout.size)
    return NDArray(memory)


def node_of(w: Walk, value: NDArray | Scalar) -> Node:
    if isinstance(value, NDArray):
        return value.memory.read(w.recorder.node)
    return w.recorder.node(value.id)


def real(w: Walk, value: NDArray) -> Any:
    """The NumPy array that the program would hold."""
    return np.asarray(node_of(w, value).value)


def operand(w: Walk, value: Any, span: Span | None) -> Any:
    """A node for arrays, scalars and lists; Python numbers as they are (weak)."""
    kind = value.__class__
    if kind is NDArray or kind is Scalar:
        return node_of(w, value)
    if kind is Num:
        step = w.recorder.graph.steps[value.id]
        return value.value if step.op is Constant and step.name is None else value
    if kind in NUMBERS:
        return value
    if kind is list or kind is tuple or kind is range:
        return from_list(w, value, span)
    if w.torch is not None and w.torch.is_tensor(value):
        return w.torch.node_for_numpy(value, span)
    raise Unsupported(f"{type_name(value)} is no number and no array", span=span)


def from_list(w: Walk, value: Any, span: Span | None) -> Node:
    """`np.array` of nested lists: one constant where only numbers of the text stand in it, else stacked steps."""
    plain, constant = plain_list(w, value, span)
    try:
        array = np.array(plain)
    except PROGRAM_ERRORS as error:
        raise Raise(type(error), str(error), span) from None
    if array.dtype.kind not in "biuf":
        raise Unsupported(f"arrays of dtype {array.dtype} are not read", span=span)
    w.limits.need("entries of one array", array.size, w.limits.entries)
    if constant:
        return w.builder.constant(array)
    return _stacked(w, value, array.dtype, span)


def _stacked(w: Walk, value: Any, dtype: Any, span: Span | None) -> Node:
    if isinstance(value, (list, tuple, range)):
        if plain_list(w, value, span)[1]:
            return w.builder.constant(np.array(plain_list(w, value, span)[0], dtype))
        return w.builder.apply("stack", *[_stacked(w, part, dtype, span) for part in value], axis=0)
    node = operand(w, value, span)
    return (node if isinstance(node, Node) else w.recorder.operand(node)).cast(dtype)


def plain_list(w: Walk, value: Any, span: Span | None, depth: int = 0) -> tuple[Any, bool]:
    """Nested lists as real numbers and arrays, and whether only numbers that stand in the text are in them."""
    if isinstance(value, (list, tuple, range)):
        if depth > 32:
            raise Raise(ValueError, "setting an array element with a sequence.", span)
        parts = [plain_list(w, part, span, depth + 1) for part in value]
        return [part for part, _ in parts], all(constant for _, constant in parts)
    if isinstance(value, NDArray):
        return real(w, value), False
    if isinstance(value, Num):
        step = w.recorder.graph.steps[value.id]
        return value.value, step.op.name == "constant" and value.__class__ is Num
    if value.__class__ in NUMBERS:
        return value, True
    if w.torch is not None and w.torch.is_tensor(value):
        return np.asarray(w.torch.node_for_numpy(value, span).value), False
    raise Unsupported(f"an array of {type_name(value)} is not read", span=span)


# operators ------------------------------------------------------------------------------------------------


def binary(w: Walk, symbol: str, a: Any, b: Any, span: Span | None) -> Any:
    for value in (a, b):
        if value is None or isinstance(value, (str, dict, set, DTypeValue)):
            if symbol in ("==", "!="):
                return symbol == "!="
            from .arithmetic import _mismatch

            raise _mismatch(symbol, a, b, span)
    w.builder.span = span
    x, y = operand(w, a, span), operand(w, b, span)
    try:
        return wrap(w, compute(w, symbol, x, y, isinstance(a, NDArray)))
    except PROGRAM_ERRORS as error:
        raise Raise(type(error), str(error), span) from None


def compute(w: Walk, symbol: str, x: Any, y: Any, array: bool) -> Node:
    """``x symbol y`` on nodes and weak numbers, as NumPy takes it."""
    from unmagic.record.spell.numpy.operators import binary

    return binary(w.recorder, symbol, x, y, array)


def in_place(w: Walk, symbol: str, target: NDArray, value: Any, span: Span | None) -> NDArray:
    """``target symbol= value``: NumPy writes into the array's memory."""
    w.builder.span = span
    node = node_of(w, target)
    x = operand(w, value, span)
    try:
        out = compute(w, symbol, node, x, True)
    except PROGRAM_ERRORS as error:
        raise Raise(type(error), str(error), span) from None
    if out.shape != node.shape:
        raise Raise(ValueError, f"non-broadcastable output operand with shape {tuple_text(node.shape)} doesn't match "
                    f"the broadcast shape {tuple_text(out.shape)}", span)  # fmt: skip
    if not np.can_cast(out.dtype, node.dtype, "same_kind"):
        name = "divide" if symbol == "/" else OPERATORS.get(symbol, ("matmul",))[0]
        raise Raise(TypeError, f"Cannot cast ufunc '{name}' output from {out.dtype!r} to {node.dtype!r} with casting "
                    "rule 'same_kind'", span)  # fmt: skip
    write(w, target, out.cast(node.dtype), span)
    return target


def tuple_text(shape: tuple[int, ...]) -> str:
    return f"({','.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def write(w: Walk, target: NDArray, content: Node, span: Span | None) -> None:
    """Put ``content`` into the array's memory, its owner's and every view's."""
    memory = target.memory
    if not memory.writable:
        raise Raise(ValueError, "assignment destination is read-only", span)
    w.recorder.about_to_write(memory.cell)
    w.recorder.wrote(memory.cell, memory.write(content, w.recorder.node))


def truth(w: Walk, value: NDArray, span: Span | None) -> bool:
    array = real(w, value)
    if array.size != 1:
        words = (
            "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty."
            if not array.size
            else "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
        )
        raise Raise(ValueError, words, span)
    from .arithmetic import _decided

    node = node_of(w, value)
    w.builder.span = span
    flat = node.reshape(())
    return _decided(w, Scalar(w.recorder.values[flat.id], flat.id), span)


# calls ----------------------------------------------------------------------------------------------------


def call_name(w: Walk, name: str, args: list[Any], span: Span | None) -> Any:
    from unmagic.record.spell.numpy import TABLE

    return call(w, Spelled(TABLE.functions[name], TABLE), args, {}, span)


def call(w: Walk, spelled: Spelled, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    """A NumPy function: arguments bound and turned into nodes, steps built, the result given NumPy's type."""
    spelling = spelled.spelling
    if spelled.bound is not None:
        args = [spelled.bound, *args]
    if spelled.table.library == "numpy":
        args, given = apart(spelling.name, args, given)
    out = given.pop("out", None) if "out" not in spelling.kinds else None
    if isinstance(out, tuple) and len(out) == 1:
        (out,) = out
    w.builder.span = span
    try:
        pairs, given = spelling.bind(args, given)
        values = [value for _, value in pairs] or list(given.values())
        first = next((value for value in values if isinstance(value, NDArray)), values[0] if values else None)
        positional, keywords = marshalled(w, spelling, pairs, given, span)
        if spelling.recorder:
            positional.insert(0, w.recorder)
        result = spelling.build(*positional, **keywords)
    except UnmagicError as error:
        raise error.at(span) from None
    except PROGRAM_ERRORS as error:
        raise Raise(type(error), str(error), span) from None
    w.builder.span = span
    value = wrapped(w, result, first, spelling, span)
    if out is None:
        return value
    if not isinstance(out, NDArray):
        raise Raise(TypeError, "return arrays must be of ArrayType", span)
    node, held = operand(w, value, span), node_of(w, out)
    grows = isinstance(getattr(np, spelling.name, None), np.ufunc) and fits(node.shape, held.shape)
    if node.shape != held.shape and not grows:
        raise Raise(ValueError, f"non-broadcastable output operand with shape {tuple_text(held.shape)}", span)
    if not np.can_cast(node.dtype, held.dtype, "same_kind"):
        raise Raise(TypeError, f"Cannot cast from {node.dtype!r} to {held.dtype!r} with casting rule 'same_kind'", span)
    write(w, out, node.cast(held.dtype).broadcast(held.shape), span)
    return out


def fits(shape: tuple[int, ...], into: tuple[int, ...]) -> bool:
    """Whether an array can be copied out to a shape."""
    try:
        return np.broadcast_shapes(shape, into) == into
    except ValueError:
        return False


def marshalled(
    w: Walk, spelling: Spelling, pairs: list[tuple[str, Any]], given: dict[str, Any], span: Span | None
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments as the building function wants them; Python numbers take their dtype from the arrays beside them."""
    kinds = spelling.kinds
    items = [*pairs, *given.items()]
    ready: list[Any] = []
    strong = []
    for name, value in items:
        kind = kinds.get(name, "")
        if kind in ("Node", "Weak"):
            made = None if value is None else operand(w, value, span)
            if isinstance(made, Node):
                strong.append(made.dtype)
            ready.append(made)
        elif kind == "Nodes":
            ready.append(nodes(w, value, span))
        else:
            ready.append(static(w, value, span))
    taken = beside(spelling.name, [raw(made) for made in ready], strong)
    for i, (name, _) in enumerate(items):
        made, kind = ready[i], kinds.get(name, "")
        if kind in ("Node", "Weak") and (made.__class__ is Num or (made.__class__ in NUMBERS and kind == "Node")):
            ready[i] = w.recorder.operand(made, *taken)
    return ready[: len(pairs)], dict(zip([name for name, _ in items[len(pairs) :]], ready[len(pairs) :], strict=True))


def nodes(w: Walk, value: Any, span: Span | None) -> list[Node]:
    """A list of arrays, as `np.stack` takes it; an array stands for its rows."""
    if isinstance(value, NDArray):
        node = node_of(w, value)
        return [node.apply("index", key=(i,)) for i in range(node.shape[0] if node.shape else 0)]
    if not isinstance(value, (list, tuple)):
        from .iterate import items

        value = list(items(w, value, span))
    parts = [operand(w, part, span) for part in value]
    return [part if isinstance(part, Node) else w.recorder.operand(part) for part in parts]


def static(w: Walk, value: Any, span: Span | None, depth: int = 0) -> Any:
    """An argument that is no operand: plain Python numbers, tuples, dtypes."""
    if isinstance(value, Num):
        w.builder.read_out.append(value.id)
        w.builder.fixed.append(Fixed(value.id, len(w.builder.graph)))
        return value.value
    if isinstance(value, NDArray):
        node = node_of(w, value)
        w.builder.fixed.append(Fixed(node.id, len(w.builder.graph)))
        return np.asarray(node.read_out())
    if isinstance(value, DTypeValue):
        return value.value
    if isinstance(value, (list, tuple)) and depth < 32:
        return type(value)(static(w, part, span, depth + 1) for part in value)
    if value is None or isinstance(value, (*NUMBERS, str, range, slice, type(...))):
        return value
    if getattr(value, "name", None) in ("float", "int", "bool"):  # dtype=float
        return {"float": float, "int": int, "bool": bool}[value.name]
    raise Unsupported(f"{type_name(value)} is not read as an argument here", span=span)


def wrapped(w: Walk, result: Any, first: Any, spelling: Spelling, span: Span | None) -> Any:
    """What a building function gave, as the value that NumPy would give."""
    if isinstance(result, Node):
        return wrap(w, result)
    if isinstance(result, Held):
        same = spelling.name.startswith("asa") and isinstance(first, NDArray)
        if same and node_of(w, first).id == result.node.id:
            return first
        return own(w, result.node)
    if isinstance(result, View):
        return look(w, result, first, span)
    if isinstance(result, Plain):
        return plain(w, result.node)
    if isinstance(result, Wrote):
        if not isinstance(first, NDArray):
            raise Unsupported(f"{spelling.full} writes into an array, not into {type_name(first)}", span=span)
        write(w, first, result.node, span)
        return first if result.back else None
    if isinstance(result, (list, tuple)):
        return type(result)(wrapped(w, part, first, spelling, span) for part in result)
    return result


def plain(w: Walk, node: Node) -> Num:
    """The Python number that a step of rank 0 holds."""
    value = w.recorder.values[node.id].item()
    return Num(value, node.id)


def look(w: Walk, view: View, array: Any, span: Span | None) -> NDArray:
    """A view on ``array`` where its memory allows, else a copy."""
    if isinstance(array, NDArray):
        memory = array.memory.look(view)
        if memory is not None:
            memory.read(w.recorder.node)
            return NDArray(memory)
    made = operand(w, array, span)
    node = made if isinstance(made, Node) else w.recorder.operand(made)
    return own(w, view.get(node))
