"""What the program prints, exactly as it would: real values handed to Python's and NumPy's own formatting."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from unmagic.core.errors import LimitReached, Unsupported
from unmagic.core.span import Span
from unmagic.record.recorder import Num

from . import arrays
from .iterate import DictView
from .values import (
    NUMBERS,
    Builtin,
    Caught,
    DTypeValue,
    Function,
    Instance,
    Method,
    NDArray,
    Raise,
    Spelled,
    UserClass,
    type_name,
)
from .walk import Walk

MOST_WIDTH = 1000


class Shown:
    """Stands for a value whose text is known inside a container that Python formats."""

    __slots__ = ("shown",)

    def __init__(self, shown: str) -> None:
        self.shown = shown

    def __repr__(self) -> str:
        return self.shown


def realise(w: Walk, value: Any, span: Span | None, depth: int = 0) -> Any:
    """The real Python object whose ``str`` and ``repr`` are those of ``value``."""
    if isinstance(value, Num):
        return value.value
    if value is None or isinstance(value, (*NUMBERS, str, range, Shown)):
        return value
    if isinstance(value, NDArray):
        return arrays.real(w, value)
    if depth > 50:
        raise Unsupported("a container nested this deep, or in itself, is not printed", span=span)
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = [realise(w, part, span, depth + 1) for part in value]
        return type(value)(parts)
    if isinstance(value, dict):
        return {realise(w, k, span, depth + 1): realise(w, v, span, depth + 1) for k, v in value.items()}
    if isinstance(value, DictView):
        parts = [realise(w, part, span, depth + 1) for part in value]
        return Shown(f"dict_{value.kind}({parts!r})")
    if isinstance(value, DTypeValue):
        if value.called:
            return value.value if isinstance(value.value, type) else Shown(repr(value.value))
        return value.dtype
    if w.torch is not None and w.torch.known(value):
        return Shown(w.torch.text(value, span))
    if isinstance(value, Instance):
        return Shown(_instance(w, value, span, "__repr__"))
    if isinstance(value, Caught):
        return value.kind(*[realise(w, part, span, depth + 1) for part in value.args])
    if isinstance(value, UserClass):
        return Shown(f"<class '__main__.{value.name}'>")
    if isinstance(value, (Function, Method, Builtin, Spelled)):
        raise Unsupported("a function is printed with its address, which differs each run", span=span)
    raise Unsupported(f"{type_name(value)} is not printed", span=span)


def _instance(w: Walk, value: Instance, span: Span | None, name: str) -> str:
    from .calls import call_method

    for dunder in (name, "__repr__"):
        method = value.kind.find(dunder)
        if method is not None:
            return str(call_method(w, method, value, [], span))
    raise Unsupported(
        f"{value.kind.name} is printed with its address, which differs each run", span=span, hint="give it a __repr__"
    )


def text(w: Walk, value: Any, span: Span | None) -> str:
    """``str(value)``."""
    if isinstance(value, str):
        return value
    if isinstance(value, Instance):
        return _instance(w, value, span, "__str__")
    real = realise(w, value, span)
    try:
        with np.printoptions(**w.print_options):
            out = str(real)
    except ValueError as error:  # a whole number of thousands of digits
        raise Raise(ValueError, str(error), span) from None
    w.check_text(len(out))
    return out


def representation(w: Walk, value: Any, span: Span | None) -> str:
    """``repr(value)``."""
    real = realise(w, value, span)
    with np.printoptions(**w.print_options):
        out = repr(real)
    w.check_text(len(out))
    return out


def formatted(w: Walk, value: Any, spec: str, span: Span | None) -> str:
    """``format(value, spec)``; widths are bounded."""
    if not spec:
        return text(w, value, span)
    check_width(spec, span)
    if w.torch is not None and w.torch.is_tensor(value):
        value = w.torch.for_format(value, span)
    real = realise(w, value, span)
    if isinstance(real, (np.ndarray, list, tuple, dict, set, Shown, type(None))):
        raise Raise(TypeError, f"unsupported format string passed to {type_name(value)}.__format__", span)
    try:
        return format(real, spec)
    except (ValueError, TypeError, OverflowError) as error:
        raise Raise(type(error), str(error), span) from None


def check_width(spec: str, span: Span | None) -> None:
    for digits in re.findall(r"\d+", spec):
        if len(digits) > 6 or int(digits) > MOST_WIDTH:
            raise LimitReached(
                f"a width of {digits[:12]} characters is over the limit of {MOST_WIDTH:,}",
                span=span,
                notes=(f"limit: width ≤ {MOST_WIDTH:,}",),
            )


def percent(w: Walk, template: str, values: Any, span: Span | None) -> str:
    """``template % values``."""
    check_width(template, span)
    if "*" in template.replace("%%", ""):
        raise Unsupported("a width taken from the values (%*d) is not read", span=span)
    if isinstance(values, dict):
        raise Unsupported("%(name)s is not read", span=span, hint="an f-string is")
    parts = values if isinstance(values, tuple) else (values,)
    real = tuple(_percent_part(w, part, span) for part in parts)
    try:
        out = template % real
    except (TypeError, ValueError, OverflowError) as error:
        raise Raise(type(error), str(error), span) from None
    w.check_text(len(out))
    return out


def _percent_part(w: Walk, value: Any, span: Span | None) -> Any:
    if w.torch is not None and w.torch.is_tensor(value):
        value = w.torch.for_format(value, span)
    real = realise(w, value, span)
    return real if isinstance(real, (*NUMBERS, str, np.generic)) else Shown(text(w, value, span))


def format_method(w: Walk, template: str, args: list[Any], given: dict[str, Any], span: Span | None) -> str:
    """``template.format(…)``: fields by number or name; attributes and indices of them are refused."""
    import string

    out = []
    count = 0
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as error:
        raise Raise(ValueError, str(error), span) from None
    for literal, field, spec, conversion in pieces:
        out.append(literal)
        if field is None:
            continue
        if "{" in (spec or "") or not (field == "" or field.isdecimal() or field in given):
            raise Unsupported(f"the field {{{field}}} is not read", span=span, hint="an f-string is")
        if field == "":
            field, count = str(count), count + 1
        if field.isdecimal():
            if int(field) >= len(args):
                words = f"Replacement index {field} out of range for positional args tuple"
                raise Raise(IndexError, words, span)
            value = args[int(field)]
        else:
            value = given[field]
        if conversion:
            value = representation(w, value, span) if conversion in "ra" else text(w, value, span)
        out.append(formatted(w, value, spec or "", span))
    joined = "".join(out)
    w.check_text(len(joined))
    return joined
