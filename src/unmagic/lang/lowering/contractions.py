"""``Σⱼ Wᵢⱼxⱼ``: a Σ of a plain product as the matvec, matmul or dot step that it is."""

from __future__ import annotations

from ..tree import Big, Group, Infix, Name, Tree, bare, free_in, walk
from .letters import table_letters
from .lowerer import Lowerer
from .values import Value, elementwise, ordered


def plain_product(low: Lowerer, tree: Big, letter: str) -> Value | None:
    """Σ of a product of which two factors carry the letter: a dot, matvec or matmul step, times the other factors."""
    found = factors(tree.body)
    if found is None:
        return None
    inside = [factor for factor in found if free_in(factor, letter) or _table(low, factor, letter)]
    if len(inside) != 2 or any(isinstance(bare(factor), Big) for factor in found):
        return None
    a, b = (low.lower(factor) for factor in inside)
    made = contracted(low, a, b, letter)
    if made is None:
        return None
    outside = [factor for factor in found if factor not in inside]
    values = [low.lower(factor) for factor in outside]
    if any(value.rank for value in values):
        return None
    for value in values:
        made = elementwise(low.builder, "multiply", value, made)
    return made


def factors(tree: Tree) -> list[Tree] | None:
    """The factors of a plain product; None where it is something else."""
    out: list[Tree] = []
    tree = bare(tree)
    while isinstance(tree, Infix) and tree.sign in ("", "·", "*", "×", "⊙"):
        out.append(tree.right)
        tree = (
            bare(tree.left)
            if isinstance(tree.left, Group) and isinstance(tree.left.body, Infix) and tree.left.body.sign in ("", "·")
            else tree.left
        )
    out.append(tree)
    return out[::-1] if len(out) > 1 else None


def _table(low: Lowerer, tree: Tree, letter: str) -> bool:
    return any(isinstance(node, Name) and letter in table_letters(low, node.text) for node in walk(tree))


def contracted(low: Lowerer, a: Value, b: Value, letter: str) -> Value | None:
    """Two labelled arrays without further axes, summed over one letter that both carry."""
    if a.rank or b.rank or letter not in a.labels or letter not in b.labels:
        return None
    left = tuple(label for label in a.labels if label != letter)
    right = tuple(label for label in b.labels if label != letter)
    if len(left) > 1 or len(right) > 1 or (left and left == right):
        return None
    apply = low.builder.apply
    if not left and not right:
        return Value(apply("dot", a.node, b.node))
    if not left:
        if b.labels[0] == letter:
            return Value(apply("vecmat", a.node, b.node), right)
        return Value(apply("matvec", b.node, a.node), right)
    if not right:
        if a.labels[1] == letter:
            return Value(apply("matvec", a.node, b.node), left)
        return Value(apply("vecmat", b.node, a.node), left)
    first = ordered(low.builder, a, (*left, letter))
    second = ordered(low.builder, b, (letter, *right))
    return Value(apply("matmul", first.node, second.node), (*left, *right))
