"""Products of matrices and vectors, also as einsum spells them."""

from __future__ import annotations

from unmagic.core.graph import Step

from .movement import transposed
from .normal import Normal


def matrix_product(n: Normal, step: Step) -> int:
    return n.linear("@", [lifted(n, i) for i in step.inputs])


def lifted(n: Normal, id: int) -> int:
    """An operand of a matrix product, with what the reader put in to lift its rank looked through."""
    step = n.graph[id]
    while step.implicit and step.op.name in {"broadcast", "reshape"}:
        step = n.graph[step.inputs[0]]
    return n.of[step.id]


def outer(n: Normal, step: Step) -> int:
    return n.linear("outer", [n.of[i] for i in step.inputs])


def einsum(n: Normal, step: Step) -> int:
    """A matrix product if one index is summed that both operands have and the other axes stand in order."""
    text = str(step.attrs["subscripts"]).replace(" ", "")
    left, _, out = text.partition("->")
    sides = left.split(",")
    args = [n.of[i] for i in step.inputs]
    if len(sides) == 2:
        a, b = sides
        summed = [c for c in a if c in b and c not in out]
        batch = [c for c in a if c in b and c in out]
        if len(summed) == 1 and len(a) == len(set(a)) and len(b) == len(set(b)):
            k, first = summed[0], "".join(batch)
            rows, columns = a.replace(k, ""), b.replace(k, "")
            only_a, only_b = rows[len(first) :], columns[len(first) :]
            if rows.startswith(first) and columns.startswith(first) and max(len(only_a), len(only_b)) <= 1:
                if out == first + only_b + only_a and only_a and only_b:
                    args, (only_a, only_b), (a, b) = args[::-1], (only_b, only_a), (b, a)
                if out == first + only_a + only_b:
                    x = args[0] if not only_a or a.endswith(k) else transposed(n, args[0])
                    y = transposed(n, args[1]) if only_b and b.endswith(k) else args[1]
                    return n.linear("@", [x, y])
    return n.terms.call("einsum", *args, subscripts=text)
