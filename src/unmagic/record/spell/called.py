"""A call that was recorded, spelled: its arguments bound to the building function, the steps built."""

from __future__ import annotations

import math
from typing import Any, NamedTuple, Protocol

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.core.op import OPS
from unmagic.record.alias import View
from unmagic.record.callees import Callee
from unmagic.record.recorder import Num, Recorder

from .numpy import TABLE
from .numpy.operators import binary
from .outs import apart
from .python import MATH_BINARY, MATH_UNARY
from .scipy import UFUNCS
from .table import Held, Plain, Spelling, Wrote
from .weak import beside, raw

NUMBERS = (int, float, bool)


class Called(NamedTuple):
    """What was called with what; ``out`` is the value it gave, if that was kept."""

    callee: Callee
    args: list[Any]
    given: dict[str, Any]
    out: Any


class Values(Protocol):
    """Where operands come from: what was recorded, as steps or as plain values."""

    r: Recorder

    def operand(self, ref: Any) -> Any: ...
    def array(self, ref: Any, *strong: Any) -> Node: ...
    def static(self, ref: Any) -> Any: ...
    def lift(self, value: Any) -> Num: ...
    def number(self, value: Num) -> Node: ...
    def put(self, target: Node, op: str, key: Any, value: Any) -> Node: ...


def build(values: Values, called: Called, before: Node | None = None) -> Any:
    """The steps of a call: a node, a `View`, or a list of these. ``before`` is what a target of the call held."""
    callee = called.callee
    match callee.library:
        case "numpy":
            return _spelled(values, TABLE.functions[callee.name], called)
        case "array":
            spelling = TABLE.methods.get(callee.name)
            if spelling is None:
                return _unspelled_method(values, called)
            return _spelled(values, spelling, called)
        case "ufunc":
            return _ufunc_method(values, called, before)
        case "scipy":
            return _elementwise(values, UFUNCS[callee.name], called)
        case "math":
            return _mathematics(values, called)
        case "python":
            return _python(values, called)
        case "type":
            return values.array(called.args[0]).cast(np.dtype(callee.name))
    raise Unsupported(f"no reading for {callee.name}")


def _spelled(values: Values, spelling: Spelling, called: Called) -> Any:
    args, given = apart(spelling.name, called.args, called.given)
    given.pop("out", None)
    pairs, given = spelling.bind(args, given)
    positional, keywords = _marshalled(values, spelling, pairs, given)
    if spelling.recorder:
        positional.insert(0, values.r)
    return _opened(spelling.build(*positional, **keywords))


def _elementwise(values: Values, op: str, called: Called) -> Node:
    if called.given:
        raise Unsupported("keywords of an elementwise function")
    first, *more = (values.array(one) for one in called.args)
    return first.apply(op, *more)


def _opened(result: Any) -> Any:
    if isinstance(result, (Held, Plain, Wrote)):
        return result.node
    if isinstance(result, (list, tuple)) and not isinstance(result, Node):
        return [_opened(part) for part in result]
    if isinstance(result, (Node, View)):
        return result
    raise Unsupported("what came back is no array")


def _marshalled(
    values: Values, spelling: Spelling, pairs: list[tuple[str, Any]], given: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments as the building function wants them; Python numbers take their dtype from the arrays beside them."""
    items = [*pairs, *given.items()]
    ready: list[Any] = []
    strong = []
    for name, value in items:
        kind = spelling.kinds.get(name, "")
        if kind in ("Node", "Weak"):
            made = None if value is None else values.operand(value)
            if isinstance(made, Node):
                strong.append(made.dtype)
            ready.append(made)
        elif kind == "Nodes":
            ready.append(_nodes(values, value))
        else:
            ready.append(_plain(values.static(value)))
    taken = beside(spelling.name, [raw(made) for made in ready], strong)
    for i, (name, _) in enumerate(items):
        made, kind = ready[i], spelling.kinds.get(name, "")
        if kind in ("Node", "Weak") and (made.__class__ is Num or (made.__class__ in NUMBERS and kind == "Node")):
            ready[i] = values.r.operand(made, *taken)
    return ready[: len(pairs)], dict(zip([name for name, _ in items[len(pairs) :]], ready[len(pairs) :], strict=True))


def _nodes(values: Values, value: Any) -> list[Node]:
    items = getattr(value, "items", None)
    if isinstance(items, tuple):
        return [values.array(one) for one in items]
    node = values.array(value)
    return [node.apply("index", key=(i,)) for i in range(node.shape[0] if node.shape else 0)]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _unspelled_method(values: Values, called: Called) -> Any:
    name = called.callee.name
    if name == "item":
        return _item(values, called)
    if name == "tolist":
        return _listed(values.array(called.args[0]))
    if name == "conj" or name == "conjugate":
        return values.array(called.args[0])
    if name in TABLE.functions and name in ("cumsum", "round", "clip"):
        return _spelled(values, TABLE.functions[name], called)
    raise Unsupported(f"no reading for .{name} of an array")


def _item(values: Values, called: Called) -> Node:
    """``a.item()``, ``a.item(i)``, ``a.item(i, j)``: a number of Python's."""
    node, at = values.array(called.args[0]), [int(values.static(one)) for one in called.args[1:]]
    if len(at) < 2:
        node = node.reshape((math.prod(node.shape),))
    picked = node.apply("index", key=tuple(at or [0]))
    return values.number(values.r.cast(values.lift(picked), called.out, values.r.builder.span))


def _listed(node: Node) -> list[Node]:
    """The entries of a vector as numbers of Python's."""
    if node.ndim != 1:
        raise Unsupported("tolist is read of vectors")
    wide = node.cast(np.dtype(_WIDE.get(node.dtype.kind, node.dtype)))
    return [wide.apply("index", key=(i,)) for i in range(node.shape[0])]


_WIDE = {"f": "float64", "i": "int64", "u": "int64"}
_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logical_and": "all",
               "logical_or": "any"}  # fmt: skip
_RUNNING = {"add": "cumsum", "multiply": "cumprod"}


def _ufunc_method(values: Values, called: Called, before: Node | None) -> Any:
    """``np.add.at``, ``np.maximum.reduce``, ``np.subtract.outer``."""
    ufunc, _, method = called.callee.name.partition(".")
    if method == "at" and ufunc in ("add", "subtract") and before is not None:
        added = called.args[2]
        if ufunc == "subtract":
            added = values.array(added, before.dtype).apply("negative")
        return values.put(before, "add_at", called.args[1], added)
    if method == "reduce" and ufunc in _REDUCTIONS:
        args, given = list(called.args), dict(called.given)
        if len(args) < 2 and "axis" not in given:
            given["axis"] = 0
        return _spelled(values, TABLE.functions[_REDUCTIONS[ufunc]], called._replace(args=args, given=given))
    if method == "accumulate" and ufunc in _RUNNING:
        args, given = list(called.args), dict(called.given)
        if len(args) < 2 and "axis" not in given:
            given["axis"] = 0
        return _spelled(values, TABLE.functions[_RUNNING[ufunc]], called._replace(args=args, given=given))
    if method == "outer" and ufunc in TABLE.functions and len(called.args) == 2:
        a, b = (values.array(one) for one in called.args)
        return a.reshape((*a.shape, *(1,) * b.ndim)).apply(ufunc, b)
    raise Unsupported(f"no reading for numpy.{called.callee.name}")


def _told(values: Values, op: str, args: list[Any], out: Any) -> Node:
    """Python's own arithmetic: the op says what it was, the value is what Python got."""
    if out.__class__ not in NUMBERS:
        raise Unsupported("what came back is no number of Python's")
    ids = tuple(values.lift(values.operand(one)).id for one in args)
    return values.number(values.r.value(OPS[op], ids, out, values.r.builder.span))


def _mathematics(values: Values, called: Called) -> Node:
    name, args = called.callee.name, called.args
    if called.given:
        raise Unsupported("keywords of a function of math")
    if name in MATH_UNARY and len(args) == 1:
        return _told(values, MATH_UNARY[name], args, called.out)
    if name in MATH_BINARY and len(args) == 2:
        return _told(values, MATH_BINARY[name], args, called.out)
    if name == "log":
        return _told(values, "log", args, called.out)
    raise Unsupported(f"no reading for math.{name} so")


def _python(values: Values, called: Called) -> Any:
    """Built-ins on numbers and arrays."""
    name, args = called.callee.name, called.args
    if name == "sorted":
        return _sorted(values, called)
    if called.given:
        raise Unsupported("keywords of a built-in")
    if name == "float" and len(args) == 1 and isinstance(args[0], str):
        return values.number(values.r.number(called.out, values.r.builder.span))  # float("inf")
    if name == "float" and len(args) == 1:
        value = values.operand(args[0])
        if isinstance(value, Node):
            node = value.reshape(()) if value.shape else value
            return node.cast(np.dtype(np.float64))
        return values.number(values.r.cast(values.lift(value), called.out, values.r.builder.span))
    if name == "abs" and len(args) == 1:
        value = values.operand(args[0])
        return value.apply("absolute") if isinstance(value, Node) else _told(values, "absolute", args, called.out)
    if name == "pow" and len(args) == 2:
        x, y = (values.operand(one) for one in args)
        if isinstance(x, Node) or isinstance(y, Node):
            return binary(values.r, "**", x, y, isinstance(x, Node) and bool(x.shape))
        return _told(values, "power", args, called.out)
    if name == "round" and args:
        return _rounded(values, args, called.out)
    if name == "divmod" and len(args) == 2:
        return _divided(values, args)
    if name in ("sum", "max", "min"):
        return _folded(values, name, args, called.out)
    raise Unsupported(f"no reading for {name} so")


def _folded(values: Values, name: str, args: list[Any], out: Any) -> Node:
    """`sum`, `max` and `min` over a list, a tuple, or the rows of an array: one operation after the other."""
    listed = len(args) == 1 or name == "sum"
    items = list(getattr(args[0], "items", ())) if listed else list(args)
    if listed and not items:
        whole = values.array(args[0])
        if not whole.shape or not whole.shape[0] or len(args) > 1:
            raise Unsupported(f"{name} of what is no list")
        if whole.shape[0] > 4096:
            raise Unsupported(f"{name} of a long array, item by item")
        parts: list[Any] = [whole.apply("index", key=(i,)) for i in range(whole.shape[0])]
    else:
        parts = [values.operand(one) for one in items]
    op = {"sum": "add", "max": "maximum", "min": "minimum"}[name]
    if name == "sum" and len(args) > 1:
        parts.insert(0, values.operand(args[1]))
    if all(not isinstance(part, Node) for part in parts):
        if name != "sum":
            return values.number(next(values.lift(p) for p in parts if _raw(p) == out))
        total = values.lift(parts[0])
        for part in parts[1:]:
            other = values.lift(part)
            total = values.r.value(OPS[op], (total.id, other.id), total.value + other.value, values.r.builder.span)
        return values.number(total)
    if name == "sum":  # truth values are counted
        parts = [p.cast(np.dtype(np.int64)) if isinstance(p, Node) and p.dtype.kind == "b" else p for p in parts]
    node = values.r.operand(parts[0]) if not isinstance(parts[0], Node) else parts[0]
    for part in parts[1:]:
        node = node.apply(op, part if isinstance(part, Node) else values.r.operand(part, node.dtype))
    return node


def _rounded(values: Values, args: list[Any], out: Any) -> Node:
    """`round`: NumPy's scalars by their own rule, Python's numbers as Python got it."""
    value, places = values.operand(args[0]), 0 if len(args) < 2 or args[1] is None else int(values.static(args[1]))
    if isinstance(value, Node):
        return value.apply("rint", decimals=places)
    node = values.number(values.lift(value)).apply("rint", decimals=places)
    values.r.values[node.id] = np.asarray(out)[()]  # Python rounds the exact decimal
    return node


def _divided(values: Values, args: list[Any]) -> list[Node]:
    x, y = (values.operand(one) for one in args)
    if isinstance(x, Node) or isinstance(y, Node):
        return [binary(values.r, symbol, x, y, False) for symbol in ("//", "%")]
    x, y = values.lift(x), values.lift(y)
    both = zip(("floor_divide", "remainder"), divmod(x.value, y.value), strict=True)
    return [values.number(values.r.value(OPS[op], (x.id, y.id), got, values.r.builder.span)) for op, got in both]


def _sorted(values: Values, called: Called) -> list[Node]:
    """`sorted`: the same numbers in another order; which one, they tell themselves."""
    items = getattr(called.args[0], "items", None)
    parts = [values.operand(one) for one in items] if isinstance(items, tuple) else _nodes(values, called.args[0])
    if not parts or called.given.keys() - {"reverse"} or any(isinstance(p, Node) and p.shape for p in parts):
        raise Unsupported("sorted is read of lists of numbers, by their size")
    backwards = bool(values.static(called.given.get("reverse", False)))
    order = sorted(range(len(parts)), key=lambda i: _number(parts[i]), reverse=backwards)
    return [p if isinstance(p, Node) else values.number(values.lift(p)) for p in (parts[i] for i in order)]


def _number(value: Any) -> Any:
    return value.value.item() if isinstance(value, Node) else _raw(value)


def _raw(value: Any) -> Any:
    return value.value if isinstance(value, Num) else value


__all__ = ["Called", "build"]
