"""A formula's syntax tree: what the grammar builds and scope, lowering and notation walk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol, cast


class Tree(Protocol):
    """Any node: to the type checker only its place is known, until `isinstance` says which it is.

    (A union of all nodes would be a recursive tuple type, over which type checkers take minutes.)
    """

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Num(NamedTuple):
    """A number as typed; whole numbers stay whole."""

    value: int | float
    text: str
    start: int
    end: int


class Name(NamedTuple):
    """A name, whole: bound, defined, an index, or unbound."""

    text: str
    start: int
    end: int


class Const(NamedTuple):
    """``pi``, ``e`` or ``inf``, where no name is bound so."""

    name: str
    start: int
    end: int


class Sub(NamedTuple):
    """``base`` with subscripts: letters are labels, integers count from 1, bound values from 0.

    ``front`` marks ``x^{(i)}``: the i-th example, the first axis.
    """

    base: Tree
    indices: tuple[Tree, ...]
    start: int
    end: int
    front: bool = False


class Range(NamedTuple):
    """``a:b`` in brackets."""

    low: Tree | None
    high: Tree | None
    start: int
    end: int


class At(NamedTuple):
    """``base[…]``: brackets count from 0."""

    base: Tree
    indices: tuple[Tree, ...]
    start: int
    end: int


class Call(NamedTuple):
    """A function applied; ``sub`` stands below its name, ``primes`` derive it, ``options`` are ``axis=…``."""

    function: str
    args: tuple[Tree, ...]
    start: int
    end: int
    sub: Tree | None = None
    primes: int = 0
    bare: bool = False
    options: tuple[tuple[str, Tree], ...] = ()
    sep: str = ","  # "‖" in a divergence


class Neg(NamedTuple):
    body: Tree
    start: int
    end: int


class Infix(NamedTuple):
    """Two operands and a sign: ``+ - · × * ⊙ ∘ ⊗ @ / % ∧ ∨``; the empty sign is juxtaposition."""

    sign: str
    left: Tree
    right: Tree
    start: int
    end: int


class Frac(NamedTuple):
    r"""``\frac``: a quotient that needs no brackets."""

    top: Tree
    bottom: Tree
    start: int
    end: int


class Power(NamedTuple):
    base: Tree
    exponent: Tree
    start: int
    end: int


class Transpose(NamedTuple):
    body: Tree
    start: int
    end: int


class Root(NamedTuple):
    body: Tree
    degree: Tree | None
    start: int
    end: int


class Group(NamedTuple):
    """Brackets that were written: kept, so that the formula prints as it was."""

    body: Tree
    start: int
    end: int
    left: str = "("


class Bars(NamedTuple):
    """``|x|``, ``‖x‖``, ``⌊x⌋``, ``⌈x⌉``, ``⟨a, b⟩`` by its left sign; ``kind`` is what stands below ``‖x‖``."""

    sign: str
    body: Tree
    start: int
    end: int
    order: Tree | None = None


class Big(NamedTuple):
    """Σ, Π, max, min, argmax, argmin, lim, E over index letters; ``letters`` is empty for a bare Σ."""

    sign: str
    letters: tuple[str, ...]
    low: Tree | None
    high: Tree | None
    tests: tuple[Tree, ...]
    body: Tree
    start: int
    end: int
    over: Tree | None = None  # the set or distribution: x ∈ X, x ∼ p
    written: bool = True  # False: a bare Σ, its letters are those of its body


class Compare(NamedTuple):
    """``a < b ≤ c``: operands and the signs between them."""

    args: tuple[Tree, ...]
    signs: tuple[str, ...]
    start: int
    end: int


class Iverson(NamedTuple):
    """``1[…]``: 1 where the condition holds."""

    body: Tree
    start: int
    end: int


class Not(NamedTuple):
    body: Tree
    start: int
    end: int


class Factorial(NamedTuple):
    body: Tree
    start: int
    end: int


class Binomial(NamedTuple):
    top: Tree
    bottom: Tree
    start: int
    end: int


class Grid(NamedTuple):
    """Numbers in rows: a vector or a matrix that stands in the text."""

    rows: tuple[tuple[Tree, ...], ...]
    start: int
    end: int
    vector: bool = False


class Cases(NamedTuple):
    """Values with their conditions; the last may have none."""

    values: tuple[Tree, ...]
    tests: tuple[Tree | None, ...]
    start: int
    end: int


class Tuple(NamedTuple):
    """``(a, b)``."""

    items: tuple[Tree, ...]
    start: int
    end: int


class Derivative(NamedTuple):
    """``∂L/∂W``, ``dz/dx``, ``∂/∂x (…)``: ``of`` derived by each of ``wrt`` in turn."""

    of: Tree
    wrt: tuple[Tree, ...]
    sign: str  # "∂" or "d"
    start: int
    end: int
    operator: bool = False  # written before what it derives: d/dx (…)


class Nabla(NamedTuple):
    """``∇L``, ``∇_θ L``, ``∇f(x)``."""

    of: Tree
    wrt: tuple[Tree, ...]
    start: int
    end: int


class Ellipsis(NamedTuple):
    """``T(1) + T(2) + … + T(n)``, as written (``terms``) and as the Σ or Π it abbreviates."""

    terms: tuple[Tree, ...]
    big: Tree
    start: int
    end: int
    guessed: bool = False  # the pattern is the last term's; it has to hold for the others


_CLASSES = (
    Num, Name, Const, Sub, Range, At, Call, Neg, Infix, Frac, Power, Transpose, Root, Group, Bars, Big, Compare,
    Iverson, Not, Factorial, Binomial, Grid, Cases, Tuple, Derivative, Nabla, Ellipsis,
)  # fmt: skip


def fields(tree: Tree) -> tuple[Any, ...]:
    """The fields of a node, which all are named tuples."""
    return cast("tuple[Any, ...]", tree)


def rebuilt(tree: Tree, values: Iterator[Any]) -> Tree:
    """A node of the same kind with other fields."""
    make: Any = type(tree)
    return cast(Tree, make(*values))


def parts(tree: Tree) -> Iterator[Tree]:
    """The trees right below ``tree``."""
    stack: list[Any] = list(fields(tree))
    for item in stack:
        if isinstance(item, _CLASSES):
            yield item
        elif isinstance(item, tuple):
            stack.extend(item)


def walk(tree: Tree) -> Iterator[Tree]:
    """``tree`` and all below it, without recursion."""
    stack = [tree]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(parts(top))


def bare(tree: Tree) -> Tree:
    """``tree`` without the brackets around it."""
    while isinstance(tree, Group):
        tree = tree.body
    return tree


def names_in(tree: Tree) -> set[str]:
    """Every name that stands in ``tree``, names bound by its own Σ too."""
    return {node.text for node in walk(tree) if isinstance(node, Name)}


def subscript_names(tree: Tree) -> list[str]:
    """Every name that stands in a subscript in ``tree``, in the order of the walk."""
    found: dict[str, None] = {}
    for node in walk(tree):
        if isinstance(node, Sub):
            for index in node.indices:
                found.update((leaf.text, None) for leaf in walk(index) if isinstance(leaf, Name))
    return list(found)


def free_in(tree: Tree, letter: str) -> bool:
    """Whether ``letter`` stands in ``tree`` outside of a Σ of its own."""
    stack = [tree]
    while stack:
        top = stack.pop()
        if isinstance(top, Name) and top.text == letter:
            return True
        if isinstance(top, Big) and letter in top.letters:
            stack.extend(part for part in (top.low, top.high) if part is not None)
            continue
        stack.extend(parts(top))
    return False


def transformed(tree: Tree, swap: dict[str, Tree]) -> Tree:
    """``tree`` with names replaced; depth is bounded by the grammar."""
    if isinstance(tree, Name):
        return swap.get(tree.text, tree)

    def again(item: Any) -> Any:
        if isinstance(item, _CLASSES):
            return transformed(item, swap)
        if isinstance(item, tuple):
            return tuple(again(part) for part in item)
        return item

    return rebuilt(tree, (again(item) for item in fields(tree)))
