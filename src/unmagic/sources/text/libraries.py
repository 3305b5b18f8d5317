"""Which modules a program may import, and which contexts it may enter."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.spell.table import Table

from . import randoms
from .values import Module
from .walk import Walk

MATH = Table("math")
_SHORT = {
    "np": "numpy", "numpy": "numpy", "math": "math", "torch": "torch", "F": "torch.nn.functional", "nn": "torch.nn",
    "optim": "torch.optim",
}  # fmt: skip
_QUIET = {"__future__", "typing", "dataclasses", "collections.abc"}
"""Modules whose names only annotate."""


def module(w: Walk, name: str, span: Span | None) -> Any:
    """The module of that name; others than the known are refused."""
    top, _, rest = name.partition(".")
    if top == "math":
        return Module(MATH)
    if top == "numpy":
        from unmagic.record.spell.numpy import TABLE

        found = Module(TABLE)
    elif top == "torch":
        found = _torch(w)
    else:
        raise Unsupported(
            f"{name} is not read: the text is walked, and only numpy, torch and math have readings",
            span=span,
            hint="run it with a live front end, or write the calls out in NumPy",
        )
    if rest:
        if rest != "random" and not found.table.module(rest) and not (top == "torch" and w.torch.has_module(rest)):
            raise found.table.unknown(rest).at(span)
        return Module(found.table, f"{rest}.")
    return found


def _torch(w: Walk) -> Module:
    if w.torch is None:
        from .pytorch.torch import Torch

        w.torch = Torch(w)
    return Module(w.torch.table)


def nothing_to_do(node: ast.ImportFrom) -> bool:
    """Imports that change no number: annotations and the future."""
    return node.module in ("__future__", "typing", "collections.abc")


def assumed(w: Walk, name: str) -> Any:
    """A library under the name everybody gives it, where the text does not import it."""
    path = _SHORT.get(name)
    if path is None:
        return None
    w.decide(f"{name}: taken as {path}")
    return module(w, path, None)


@contextmanager
def context(w: Walk, manager: Any, span: Span | None) -> Iterator[None]:
    """``with manager:``; only contexts that are known."""
    if isinstance(manager, randoms.NoContext):
        yield
        return
    if isinstance(manager, randoms.PrintOptions):
        before = dict(w.print_options)
        w.print_options.update(manager.given)
        try:
            yield
        finally:
            w.print_options = before
        return
    if w.torch is not None and w.torch.is_mode(manager):
        with w.torch.mode(manager):
            yield
        return
    raise Unsupported("this context is not read", span=span, hint="np.errstate, np.printoptions and torch.no_grad are")
