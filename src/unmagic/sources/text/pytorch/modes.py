"""``torch.no_grad()`` and its like, as context managers and as decorators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unmagic.core.span import Span

from .. import arrays
from ..calls import call
from ..values import Builtin, Function
from .autograd import Autograd
from .kinds import Mode


class Modes(Autograd):
    """Whether gradients are kept, for a while."""

    def make_mode(self, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
        if args and isinstance(args[0], Function):
            return self.decorated(Mode(False), args[0])
        if name == "set_grad_enabled":
            return Mode(bool(arrays.static(self.w, args[0], span)))
        return Mode(name == "enable_grad")

    def decorated(self, mode: Mode, function: Any) -> Builtin:
        def run(args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
            with self.mode(mode):
                return call(self.w, function, args, given, span)

        return Builtin("function", run)

    def is_mode(self, value: Any) -> bool:
        return isinstance(value, Mode)

    @contextmanager
    def mode(self, mode: Mode) -> Iterator[None]:
        before, self.enabled = self.enabled, mode.enabled
        try:
            yield
        finally:
            self.enabled = before
