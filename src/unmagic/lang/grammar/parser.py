"""The parser: the parts of the grammar put together."""

from __future__ import annotations

from ..tree import Tree
from .bigs import Bigs
from .calls import Calls
from .derivatives import Derivatives
from .expressions import Expressions
from .primaries import Primaries


class Parser(Expressions, Bigs, Derivatives, Calls, Primaries):
    """The whole grammar. Depth is limited, so that no text can exhaust the stack."""

    def whole(self) -> Tree:
        """One expression, up to the end of the tokens; punctuation at the end is passed over."""
        tree = self.condition()
        while self.at(",", ";", ":") and all(t.kind == "end" or t.text in ",;:\n" for t in self.tokens[self.p :]):
            self.take()
        if self.now.kind != "end":
            raise self.unexpected()
        return tree
