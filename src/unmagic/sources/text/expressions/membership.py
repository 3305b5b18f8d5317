"""``is`` and ``in``."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.recorder import Num

from .. import calls, indexing
from ..arithmetic import binary, truth
from ..iterate import DictView, Lazy, items
from ..values import Instance, Raise
from ..walk import Walk


def identical(a: Any, b: Any) -> bool:
    """``a is b`` as far as programs may rely on it: None, truth values, and containers' identity."""
    a = a.value if a.__class__ is Num and isinstance(a.value, bool) else a
    b = b.value if b.__class__ is Num and isinstance(b.value, bool) else b
    if a.__class__ is Num and b.__class__ is Num:
        return bool(a.id == b.id)
    return a is b


def contains(w: Walk, container: Any, value: Any, span: Span | None) -> bool:
    """``value in container``."""
    if isinstance(container, str):
        if not isinstance(value, str):
            raise Raise(TypeError, "'in <string>' requires string as left operand", span)
        return value in container
    if isinstance(container, (dict, set)) or (isinstance(container, DictView) and container.kind == "keys"):
        held = container.of if isinstance(container, DictView) else container
        return indexing.hashable(w, value, span) in held
    if isinstance(container, (list, tuple, range)):
        met = (value,) if isinstance(container, range) else (value, *container)
        w.builder.read_out += [one.id for one in met if isinstance(one, Num)]
        if isinstance(container, range):  # Python would try every number of it for a value that is none
            number: Any = value.value if isinstance(value, Num) else value
            whole = isinstance(number, (int, float, np.number)) and float(number).is_integer()
            return bool(whole) and int(number) in container
        return value in container
    if isinstance(container, Instance) and container.kind.find("__contains__") is not None:
        return truth(w, calls.call_method(w, container.kind.find("__contains__"), container, [value], span), span)
    if isinstance(container, (Lazy, DictView)):
        return any(truth(w, binary(w, "==", item, value, span), span) for item in items(w, container, span))
    raise Unsupported("in is read for lists, tuples, strings, sets and dicts", span=span)
