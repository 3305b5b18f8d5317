"""What names of a walked program stand for, beside Python's own numbers, strings and containers."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.graph import DType
from unmagic.core.span import Span
from unmagic.record.alias import Memory
from unmagic.record.recorder import Num
from unmagic.record.spell.table import Spelling, Table

NUMBERS = (float, int, bool)


class Scalar(Num):
    """A NumPy scalar that is a step. Compares and hashes as its value does."""

    __slots__ = ()


class NDArray:
    """A NumPy array: its memory is an owner's cell or a view on one."""

    __slots__ = ("memory",)

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        raise Raise(ValueError, "The truth value of an array with more than one element is ambiguous. "
                    "Use a.any() or a.all()")  # fmt: skip

    __hash__ = None  # type: ignore[assignment]


class DTypeValue:
    """A NumPy dtype or scalar type: ``np.float32``; ``called`` tells the type from the dtype."""

    __slots__ = ("called", "value")

    def __init__(self, value: Any, called: bool) -> None:
        self.value = value
        self.called = called

    @property
    def dtype(self) -> DType:
        return np.dtype(self.value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return bool(self.dtype == other)
        return isinstance(other, DTypeValue) and bool(self.dtype == other.dtype)

    def __hash__(self) -> int:
        return hash(self.dtype)


class Module:
    """An imported library, or a module in it."""

    __slots__ = ("prefix", "table")

    def __init__(self, table: Table, prefix: str = "") -> None:
        self.table = table
        self.prefix = prefix


class Spelled:
    """A library function, or a method bound to its array."""

    __slots__ = ("bound", "spelling", "table")

    def __init__(self, spelling: Spelling, table: Table, bound: Any = None) -> None:
        self.spelling = spelling
        self.table = table
        self.bound = bound


class Builtin:
    """A function of the walker itself: ``call(args, kwargs, span)``."""

    __slots__ = ("call", "name", "raw")

    def __init__(self, name: str, call: Any) -> None:
        self.name = name
        self.call = call


class Function:
    """A function of the program: its compiled body and the scope that it closes over."""

    __slots__ = ("code", "defaults", "env", "keyword_defaults", "owner")

    def __init__(self, code: Any, env: dict[Any, Any], defaults: list[Any], keyword_defaults: dict[str, Any]) -> None:
        self.code = code
        self.env = env
        self.defaults = defaults
        self.keyword_defaults = keyword_defaults
        self.owner: UserClass | None = None


class Method:
    """A function of the program bound to an instance."""

    __slots__ = ("function", "self")

    def __init__(self, function: Function, self_: Any) -> None:
        self.function = function
        self.self = self_


class UserClass:
    """A class of the program. ``layer`` says that it is a torch module."""

    __slots__ = ("bases", "layer", "name", "space")

    def __init__(self, name: str, bases: list[UserClass], space: dict[str, Any], layer: bool) -> None:
        self.name = name
        self.bases = bases
        self.space = space
        self.layer: bool = layer or any(base.layer for base in bases)

    def order(self) -> list[UserClass]:
        """The classes that an attribute is looked up in, in order (depth first: enough for simple classes)."""
        found = [self]
        for base in self.bases:
            found += [one for one in base.order() if one not in found]
        return found

    def find(self, name: str, after: UserClass | None = None) -> Any:
        classes = self.order()
        if after is not None and after in classes:
            classes = classes[classes.index(after) + 1 :]
        for one in classes:
            if name in one.space:
                return one.space[name]
        return None


class Instance:
    """An object of a class of the program."""

    __slots__ = ("fields", "kind")

    def __init__(self, kind: UserClass) -> None:
        self.kind = kind
        self.fields: dict[str, Any] = {}


class Outside:
    """Something of the program's that no reading reaches: a file, a clock, what a statement passed over would give."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Super:
    """``super()`` inside a method."""

    __slots__ = ("after", "instance")

    def __init__(self, after: UserClass, instance: Any) -> None:
        self.after = after
        self.instance = instance


class Raise(Exception):
    """The program raised: an exception of Python's own kinds, with its message and place."""

    def __init__(self, kind: type[BaseException], message: Any = "", span: Span | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.span = span


class Caught:
    """An exception as the program holds it: ``except ValueError as error``."""

    __slots__ = ("args", "kind")

    def __init__(self, kind: type[BaseException], args: tuple[Any, ...]) -> None:
        self.kind = kind
        self.args = args


def type_name(value: Any) -> str:
    """What Python's messages call the type of ``value``."""
    match value:
        case Scalar():
            return f"numpy.{np.asarray(value.value).dtype}"
        case Num():
            return type(value.value).__name__
        case NDArray():
            return "numpy.ndarray"
        case Function() | Builtin() | Spelled():
            return "function"
        case Instance():
            return value.kind.name
        case None:
            return "NoneType"
    return type(value).__name__
