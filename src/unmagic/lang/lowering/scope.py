"""What names mean while a tree is lowered: values, user functions, index letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from unmagic.core.errors import Unbound
from unmagic.core.span import Span

from ..names import nearest, shown
from ..tree import Tree
from .values import Value


class Label:
    """An index letter: the number of its first value, and how many it takes once that is known."""

    __slots__ = ("first", "name", "partial", "ranged", "size")

    def __init__(self, name: str, size: int | None = None, first: int = 1, *, ranged: bool = False) -> None:
        self.name = name
        self.size = size
        self.first = first
        self.ranged = ranged  # bounds were written
        self.partial = False  # the letter stands shifted in the body: x_{i+1}


class Function(NamedTuple):
    """A function that the text defines; ``labels`` are free indices on its left side."""

    name: str
    params: tuple[str, ...]
    body: Tree
    start: int
    end: int
    labels: tuple[str, ...] = ()


class Scope:
    """Values by name and open index letters; a function's body sees its parameters before all else."""

    def __init__(
        self, names: dict[str, Value], functions: dict[str, Function], need: Callable[[str], Value | None] | None = None
    ) -> None:
        self.names = names
        self.functions = functions
        self.need = need
        self.local: dict[str, Value | None] = {}  # parameters, arrays that a Σ runs over; None hides a name
        self.labels: dict[str, Label] = {}
        self.entrywise = False  # inside a bare Σ: products of vectors are entry by entry
        self.calls = 0

    def get(self, name: str) -> Value | None:
        """The value of a name; a definition further down is worked out when it is needed."""
        if name in self.local:
            return self.local[name]
        if name in self.labels:
            return None
        found = self.names.get(name)
        if found is None and self.need is not None:
            found = self.need(name)
        return found

    def unbound(self, name: str, span: Span) -> Unbound:
        known = [*self.names, *self.functions, *(n for n, v in self.local.items() if v is not None)]
        hint = nearest(name, known)
        if name[-1:].isdigit() and "_" not in name and name.rstrip("0123456789") in known:
            base = name.rstrip("0123456789")
            hint = f"a subscript is written {base}_{name[len(base) :]}"
        return Unbound(f"{shown(name)} is not bound", span=span, hint=hint)
