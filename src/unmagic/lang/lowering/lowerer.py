"""A tree to steps: each node by its rule, names by the scope, products and indices by the shapes.

Values are computed as the steps are added, so that bounds, indices and shapes are known where they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from unmagic.core.build import Builder, Node
from unmagic.core.errors import UnmagicError
from unmagic.core.program import Decision
from unmagic.core.span import SourceText, Span

from ..tree import Infix, Tree
from .scope import Scope
from .values import Value

Differentiate = Callable[..., list[Node]]
Rule = Callable[["Lowerer", Any], Value]


class Lowerer:
    """What the rules share: the builder, the scope, the source's places, and the walk by ``rules``."""

    def __init__(
        self,
        builder: Builder,
        scope: Scope,
        source: SourceText,
        decisions: list[Decision],
        differentiate: Differentiate,
        rules: Mapping[type, Rule],
    ) -> None:
        self.builder = builder
        self.scope = scope
        self.source = source
        self.decisions = decisions
        self.differentiate = differentiate
        self.rules = rules
        self.limits = builder.limits
        self.free: list[str] = []  # letters that nothing opened: the result's axes
        self.updated: tuple[str, ...] = ()  # names that the statement at hand updates
        self.letters: dict[str, tuple[str, ...]] = {}  # in the names of bound tables
        self.renamed = 0  # letters so far that were renamed apart
        self.gradients: dict[int, int] = {}

    def lower(self, tree: Tree) -> Value:
        """The value of a tree."""
        rule = self.rules[type(tree)]
        if isinstance(tree, Infix):  # a chain of signs, which takes its place from sign to sign
            return rule(self, tree)
        try:
            with self.builder.at(self.over(tree)):
                return rule(self, tree)
        except UnmagicError as error:
            raise error.at(self.over(tree)) from error.__cause__

    # places and words

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, max(start, end))

    def over(self, tree: Tree) -> Span:
        return self.span(tree.start, tree.end)

    def text(self, tree: Tree) -> str:
        return " ".join(self.source.text[tree.start : tree.end].split())

    def decide(self, words: str, tree: Tree | Span) -> None:
        span = tree if isinstance(tree, Span) else self.over(tree)
        decision = Decision(words, span)
        if decision not in self.decisions:
            self.decisions.append(decision)
