"""Orders that decide: the largest of several, the way taken, a comparison."""

from __future__ import annotations

import numpy as np

from unmagic.core.digits.sums import SHOWN
from unmagic.core.scalar import SHOWN_TERMS, Choose, Compare, Where

from .pieces import ATOM, LINE, Pieces

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class Choices(Pieces):
    """Choices, each with the line that decides it."""

    def choose(self, node: Choose) -> None:
        args = [self.quantity(arg) for arg in node.args]
        chosen = args[node.chosen]
        fulls = [q.full for q in args]
        best, note, order = node.chosen, "", node.kind == "max"
        if all(f.is_finite() for f in fulls) and len(args) > 1:
            others = [k for k in range(len(args)) if fulls[k] != fulls[best]]
            if len(others) < len(args) - 1:
                note = "a tie"
            if others:
                runner = args[max(others, key=lambda k: (fulls[k] if order else -fulls[k], -k))]
                pair = (runner, chosen) if order else (chosen, runner)
                self.rows.append(self.book.problem.order(pair[0], "<", pair[1]))
            if len(args) > SHOWN_TERMS:
                ranked = sorted(range(len(args)), key=lambda k: (k != best, -fulls[k] if order else fulls[k], k))
                kept = sorted(ranked[:SHOWN])
                note = f"the other {len(args) - SHOWN:,} are no {'larger' if order else 'smaller'}"
                args, best = [args[k] for k in kept], kept.index(best)
        self.add(Choose(node.kind, args, best), chosen, getattr(node, "label", "") or node.kind, note)
        self.book.known[self.keys[node]] = chosen
        self.put(node, chosen, ATOM)

    def decide(self, node: Where) -> None:
        """The order that picks a way."""
        test = node.args[0]
        if isinstance(test, Compare):
            for arg in test.args:
                self.cut(arg)
            self._order(test, node.truth)

    def where(self, node: Where) -> None:
        """The way taken stands for the whole; the other is not worked."""
        taken = node.args[1] if node.truth else node.args[2]
        expr = self.at_most(taken, LINE)
        self.put(node, expr, self.form[taken])

    def compare(self, node: Compare) -> None:
        key = self.keys[node]
        a, b = (self.quantity(arg) for arg in node.args)
        truth = bool(self.machine.value(node))
        result = self.book.number(np.bool_(truth), "bool")
        if a.full.is_finite() and b.full.is_finite():
            self._order(node, truth)
        else:
            self.add(Compare(node.sign, a, b), result, "", "")
        self.book.known[key] = result
        self.put(node, result, ATOM)

    def _order(self, test: Compare, truth: bool) -> None:
        a, b = (self.quantity(arg) for arg in test.args)
        if a.full.is_finite() and b.full.is_finite():
            sign = test.sign if truth else _OPPOSITE[test.sign]
            self.rows.append(self.book.problem.order(a, sign, b))
