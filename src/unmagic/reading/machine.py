"""What the machine has for the nodes of an entry tree: step by step in the dtype, as NumPy computes."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.digits import Quantity
from unmagic.core.digits.nonfinite import machine_step
from unmagic.core.digits.numerals import as_dtype
from unmagic.core.graph import Array
from unmagic.core.scalar import Entry, Expr, Fold, Number, Slot, Sum
from unmagic.core.scalar_eval import body_order, outer_parts


class Machine:
    """Machine values of one tree. ``quantities`` holds, by id, what a node was replaced by: its value is known."""

    def __init__(self, dtype: str, quantities: dict[Expr, Expr]) -> None:
        self.dtype = dtype
        self.array = "float32" if dtype == "bfloat16" else dtype  # NumPy has no arrays of bfloat16
        self.quantities = quantities
        self._known: dict[Expr, Any] = {}

    def value(self, root: Expr) -> Any:
        """The machine's value of a node."""
        known = self._known
        stack: list[tuple[Expr, bool]] = [(root, False)]
        with np.errstate(all="ignore"):
            while stack:
                node, done = stack.pop()
                if node in known:
                    continue
                stated = self.quantities.get(node)
                if isinstance(stated, Quantity) and stated.dtype != "real":
                    known[node] = as_dtype(stated.value, self.dtype)
                elif isinstance(node, (Entry, Number)):
                    known[node] = as_dtype(node.value, self.dtype)
                elif isinstance(node, Fold):
                    terms = self.terms(node)
                    known[node] = as_dtype(np.sum(terms) if node.kind == "sum" else np.prod(terms), self.dtype)
                elif done or not node.args:
                    args = [known[arg] for arg in node.args]
                    if isinstance(node, Sum) and len(args) > 2:
                        known[node] = as_dtype(np.sum(np.array(args)), self.dtype)
                    else:
                        known[node] = machine_step(node, args, self.dtype)
                else:
                    stack.append((node, True))
                    stack.extend((arg, False) for arg in node.args)
        return known[root]

    def terms(self, fold: Fold) -> Array:
        """All terms of a fold in the dtype, as one array."""
        here: dict[Expr, Any] = {part: self.value(part) for part in outer_parts(fold)}
        with np.errstate(all="ignore"):
            for node in body_order(fold, here.copy()):
                if node in here:
                    continue
                if isinstance(node, Slot):
                    here[node] = np.asarray(fold.columns[node.column].values).astype(self.array)
                elif isinstance(node, (Entry, Number)):
                    here[node] = as_dtype(node.value, self.dtype)
                else:
                    here[node] = machine_step(node, [here[arg] for arg in node.args], self.array)
        return np.broadcast_to(np.asarray(here[fold.body]), (len(fold),))
