"""Calls: the program's own functions and classes, the libraries', the walker's."""

from __future__ import annotations

from typing import Any

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span

from . import arrays
from .arithmetic import lift
from .values import (
    NUMBERS,
    Builtin,
    Caught,
    DTypeValue,
    Function,
    Instance,
    Method,
    Outside,
    Raise,
    Spelled,
    UserClass,
    type_name,
)
from .walk import Walk

PARENT = 0
"""Key of an environment under which the enclosing one stands (names are strings)."""


class Return:
    """What a body gives back when it returns."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Code:
    """A compiled function: its parameters and its body as a closure."""

    __slots__ = ("args", "body", "keyword", "name", "posonly", "span", "star", "stars")

    def __init__(self, name: str, span: Span) -> None:
        self.name = name
        self.span = span
        self.posonly: int = 0
        self.args: list[str] = []
        self.keyword: list[str] = []
        self.star = ""
        self.stars = ""
        self.body: Any = None


def call(w: Walk, callee: Any, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    """``callee(*args, **given)``."""
    kind = callee.__class__
    if kind is Builtin:
        return callee.call(args, given, span)
    if kind is Spelled:
        if callee.table.library == "numpy":
            return arrays.call(w, callee, args, given, span)
        return w.torch.call(callee, args, given, span)
    if kind is Function:
        return call_function(w, callee, args, given, span)
    if kind is Method:
        return call_function(w, callee.function, [callee.self, *args], given, span)
    if kind is UserClass:
        return construct(w, callee, args, given, span)
    if kind is DTypeValue and callee.called:
        return _numpy_type(w, callee, args, span)
    if kind is Instance:
        method = callee.kind.find("__call__")
        if method is None and callee.kind.layer:
            method = callee.kind.find("forward")
        if method is not None:
            return call_method(w, method, callee, args, span, given)
    if w.torch is not None and w.torch.callable(callee):
        return w.torch.call_object(callee, args, given, span)
    if isinstance(callee, type) and issubclass(callee, BaseException):
        return Caught(callee, tuple(args))
    if kind is Outside:
        raise Unsupported(f"{callee.name} is not read", span=span)
    raise Raise(TypeError, f"'{type_name(callee)}' object is not callable", span)


def call_method(
    w: Walk, method: Any, self_: Any, args: list[Any], span: Span | None, given: dict[str, Any] | None = None
) -> Any:
    if isinstance(method, Function):
        return call_function(w, method, [self_, *args], given or {}, span)
    return call(w, method, args, given or {}, span)


def call_function(w: Walk, function: Function, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    """A function of the program: a new scope, a region of the graph."""
    code = function.code
    env: dict[Any, Any] = {PARENT: function.env}
    bind(w, function, args, given, env, span)
    if function.owner is not None:
        env["__class__"] = function.owner
    w.enter(span)
    start = len(w.recorder.graph.steps)
    try:
        done = code.body(env)
    finally:
        w.depth -= 1
    w.recorder.iterate("call", f"{code.name}(…)", start)
    return done.value if done.__class__ is Return else None


def bind(
    w: Walk, function: Function, args: list[Any], given: dict[str, Any], env: dict[Any, Any], span: Span | None
) -> None:
    """Arguments to parameters, as Python binds them and with its messages."""
    code = function.code
    names = code.args
    n, room = len(args), len(names)
    if n > room and not code.star:
        few = f"from {room - len(function.defaults)} to {room}" if function.defaults else str(room)
        plural, verb = "s" if room != 1 or function.defaults else "", "were" if n != 1 else "was"
        words = f"{code.name}() takes {few} positional argument{plural} but {n} {verb} given"
        raise Raise(TypeError, words, span)
    for name, value in zip(names, args, strict=False):
        env[name] = lift(w, value, span) if value.__class__ in NUMBERS and value.__class__ is not bool else value
    if code.star:
        env[code.star] = tuple(args[room:])
    rest: dict[str, Any] = {}
    for name, value in given.items():
        if name in names[code.posonly :] or name in code.keyword:
            if name in env:
                raise Raise(TypeError, f"{code.name}() got multiple values for argument '{name}'", span)
            env[name] = lift(w, value, span) if value.__class__ in NUMBERS and value.__class__ is not bool else value
        elif code.stars:
            rest[name] = value
        else:
            raise Raise(TypeError, f"{code.name}() got an unexpected keyword argument '{name}'", span)
    if code.stars:
        env[code.stars] = rest
    missing = []
    first = room - len(function.defaults)
    for i, name in enumerate(names):
        if name not in env:
            if i >= first:
                env[name] = function.defaults[i - first]
            else:
                missing.append(repr(name))
    for name in code.keyword:
        if name not in env:
            if name in function.keyword_defaults:
                env[name] = function.keyword_defaults[name]
            else:
                missing.append(repr(name))
    if missing:
        many = len(missing)
        joined = missing[0] if many == 1 else f"{', '.join(missing[:-1])}{',' if many > 2 else ''} and {missing[-1]}"
        words = f"{code.name}() missing {many} required positional argument{'s' if many > 1 else ''}: {joined}"
        raise Raise(TypeError, words, span)


def construct(w: Walk, kind: UserClass, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    """An object of a class of the program."""
    made = Instance(kind)
    if kind.layer:
        from .modules import prepare

        prepare(w, made)
    init = kind.find("__init__")
    if init is not None:
        call_method(w, init, made, args, span, given)
    elif args or given:
        raise Raise(TypeError, f"{kind.name}() takes no arguments", span)
    return made


def _numpy_type(w: Walk, kind: DTypeValue, args: list[Any], span: Span | None) -> Any:
    """``np.float32(x)``."""
    from .values import NDArray, Scalar

    if len(args) != 1:
        raise Unsupported("a NumPy type is read with one argument", span=span)
    w.builder.span = span
    made = arrays.operand(w, args[0], span)
    from unmagic.core.build import Node

    if not isinstance(made, Node):
        try:
            made = w.recorder.operand(made)
        except OverflowError as error:
            raise Raise(OverflowError, str(error), span) from None
    node = made.cast(kind.dtype)
    return (
        arrays.own(w, node)
        if isinstance(args[0], NDArray) and node.shape
        else Scalar(w.recorder.values[node.id], node.id)
    )
