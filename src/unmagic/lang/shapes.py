"""No numbers given: ranks from how names are used, sizes by unification, values small and from a fixed seed.

Every axis of every unbound name starts with a size of its own. Where the lowering finds two sizes that have to be one,
they are made one and the text is read again; what is left are the letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from unmagic.core.errors import BadValue, ShapeClash, UnmagicError
from unmagic.core.graph import Array
from unmagic.core.program import Program

from .names import PROBABILITIES
from .statements import Reader
from .tree import (
    At,
    Bars,
    Big,
    Binomial,
    Call,
    Factorial,
    Frac,
    Infix,
    Nabla,
    Name,
    Neg,
    Power,
    Root,
    Sub,
    Transpose,
    Tree,
    bare,
    walk,
)  # fmt: skip

SIZES = (3, 4, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25)
LETTERS = "ndmkhpqrstuvw"
TRIES = 40
_SCALARS = frozenset(
    [
        "eta",
        "epsilon",
        "lambda",
        "alpha",
        "beta",
        "gamma",
        "tau",
        "delta",
        "rho",
        "n",
        "m",
        "N",
        "T",
        "t",
        "k",
        "c",
        "s",
        "lr",
    ]
)
_SMALL = {"eta": 0.1, "lr": 0.1, "epsilon": 0.01, "lambda": 0.1, "alpha": 0.5, "gamma": 0.9, "tau": 0.5, "delta": 0.5}
_VECTORED = frozenset(["softmax", "log_softmax", "logsumexp", "argmax", "argmin", "norm", "kl", "entropy", "softmin",
                       "cross_entropy", "layer_norm", "rms_norm", "mean", "var", "std", "cosine", "dot"])  # fmt: skip


class Guess:
    """What is known of one unbound name: its rank, its axes' sizes, and what its values must be like."""

    __slots__ = ("integer", "name", "positive", "rank", "size_of", "sizes")

    def __init__(self, name: str) -> None:
        self.name = name
        self.rank = 0
        self.sizes: list[int] = []  # keys of the sizes of its axes
        self.integer = False  # stands in an index
        self.positive = False
        self.size_of: int | None = None  # the name counts an axis: the key of its size


def infer(make: Callable[[dict[str, Array], bool], Reader], arrays: dict[str, Array], times: int | None) -> Program:
    """The Program of a text whose unbound names get shapes and values of their own."""
    probe = make(arrays, True)
    probe.parse()
    guesses = {name: guess for name, guess in gathered(probe).items() if name not in arrays}
    fixed = {size for array in arrays.values() for size in array.shape}
    pool = [size for size in SIZES if size not in fixed]
    sizes: dict[int, int] = {}  # key of an axis to its size
    for guess in guesses.values():
        for _ in range(guess.rank):
            guess.sizes.append(len(sizes))
            sizes[len(sizes)] = pool[len(sizes) % len(pool)]
        if guess.size_of is not None:
            guess.size_of = len(sizes)
            sizes[len(sizes)] = pool[len(sizes) % len(pool)]
    for _ in range(TRIES):
        values = {name: valued(guess, sizes) for name, guess in guesses.items()}
        try:
            program = make({**arrays, **values}, True).run(times)
        except ShapeClash as clash:
            if not _unified(clash, sizes, fixed):
                raise
            continue
        except BadValue as error:
            if not _lifted(error, guesses, sizes):
                raise
            continue
        program.ours = tuple(guesses)
        program.letters = lettered(guesses, sizes)
        return program
    raise ShapeClash("no shapes were found that fit this formula")


def _unified(clash: UnmagicError, sizes: dict[int, int], fixed: set[int]) -> bool:
    """Make the two sizes in brackets one; False if there are no two of ours."""
    found = list(dict.fromkeys(int(size) for note in clash.notes for size in re.findall(r"\[(\d+)\]", note)))
    if len(found) < 2:
        return False
    keep, drop = found[0], found[1]
    if drop in fixed:
        keep, drop = drop, keep
    changed = False
    for key, size in sizes.items():
        if size == drop:
            sizes[key] = keep
            changed = True
    return changed


def _lifted(error: BadValue, guesses: dict[str, Guess], sizes: dict[int, int]) -> bool:
    """A name that was taken for a number and is not one gets an axis."""
    if error.span is None or ("no entries" not in error.what and "wants a vector" not in error.what):
        return False
    for name, guess in guesses.items():
        if guess.rank == 0 and re.search(rf"(?<![A-Za-z]){re.escape(name)}", error.what):
            guess.rank = 1
            guess.sizes.append(len(sizes))
            sizes[len(sizes)] = SIZES[len(sizes) % len(SIZES)]
            return True
    return False


def lettered(guesses: dict[str, Guess], sizes: dict[int, int]) -> dict[int, str]:
    """A letter for every size: the name that counts it, else the next of the usual ones."""
    out: dict[int, str] = {}
    for name, guess in guesses.items():
        if guess.size_of is not None:
            out.setdefault(sizes[guess.size_of], name)
    free = iter([c for c in LETTERS if c not in guesses and c not in out.values()])
    for guess in guesses.values():
        for key in guess.sizes:
            if sizes[key] not in out:
                out[sizes[key]] = next(free, f"n{sizes[key]}")
    return out


def valued(guess: Guess, sizes: dict[int, int]) -> Array:
    """Small whole numbers, always the same for a name; shares for probabilities."""
    shape = tuple(sizes[key] for key in guess.sizes)
    seed = sum(ord(c) * (k + 1) for k, c in enumerate(guess.name))
    rng = np.random.default_rng(seed)
    if guess.size_of is not None:
        return np.asarray(float(sizes[guess.size_of]))
    if guess.integer:
        return rng.integers(0, 2, shape).astype(np.int64)
    base = guess.name.partition("_")[0].partition("(")[0]
    if (base in PROBABILITIES and "(" in guess.name) or guess.name in ("p", "q", "hat_p"):
        if not shape:
            return np.asarray(float(rng.integers(2, 9)) / 10)
        parts = rng.integers(1, 6, shape).astype(float)
        return parts / parts.sum(axis=-1, keepdims=True)
    if guess.name in _SMALL and not shape:
        return np.asarray(_SMALL[guess.name])
    low = 1 if guess.positive or not shape else -2
    values = rng.integers(low, 5, shape).astype(float)
    return np.where(values == 0, 1.0, values) if guess.positive else values


# ranks from use -----------------------------------------------------------------------------------------------


def gathered(reader: Reader) -> dict[str, Guess]:
    """The unbound names of a parsed text, with what their uses say about them."""
    guesses: dict[str, Guess] = {}
    defined = {plan.left.name for plan in reader.plans if plan.kind == "define"}
    called = {
        node.function for plan in reader.plans for tree in plan.trees for node in walk(tree) if isinstance(node, Call)
    }
    for plan in reader.plans:
        skip = set(defined) | set(reader.functions) | set(plan.left.labels)
        if plan.kind == "function" and plan.left.name in called:
            skip |= set(plan.left.params)
        for tree in plan.trees:
            _names(tree, skip, guesses, reader)
        if plan.kind == "update" and plan.left.name not in guesses:
            guesses[plan.left.name] = Guess(plan.left.name)
    for plan in reader.plans:
        for tree in plan.trees:
            _uses(tree, guesses)
    opened = {
        letter for plan in reader.plans for tree in plan.trees for node in walk(tree)
        if isinstance(node, Big) for letter in node.letters
    }  # fmt: skip
    for guess in guesses.values():
        inside = guess.name.partition("(")[2]
        letters = {text for text in re.findall(r"[A-Za-z]+", inside) if text in opened}
        guess.rank = max(guess.rank, len(letters))
        if guess.size_of is not None:
            guess.rank = 0
    for name, guess in guesses.items():
        if name.startswith("∇"):
            updated = next((plan.left.name for plan in reader.plans if plan.kind == "update"), "")
            guess.rank = guesses[updated].rank if updated in guesses else 0
    return guesses


def _names(tree: Tree, skip: set[str], guesses: dict[str, Guess], reader: Reader) -> None:
    """Every name that is neither defined nor an index letter."""
    letters = {letter for node in walk(tree) if isinstance(node, Big) for letter in node.letters}
    looked_up: set[str] = set()
    for node in walk(tree):
        if isinstance(node, Sub):
            for item in node.indices:
                letters.update(leaf.text for leaf in walk(item) if isinstance(leaf, Name) and len(leaf.text) == 1)
                for inner in walk(item):  # the y of x_{n, y_n} is a name
                    base = bare(inner.base) if isinstance(inner, Sub) else None
                    if isinstance(base, Name):
                        letters.discard(base.text)
                        looked_up.add(base.text)
        elif isinstance(node, At):
            looked_up.update(plain.text for plain in map(bare, node.indices) if isinstance(plain, Name))
        elif isinstance(node, Nabla):
            of = bare(node.of)
            name = of.text if isinstance(of, Name) else ""
            if name and name not in skip and name not in reader.arrays and name not in reader.functions:
                guesses.setdefault(f"∇{name}", Guess(f"∇{name}"))
                skip = skip | {name}
    for node in walk(tree):
        if not isinstance(node, Name) or node.text in skip or (node.text in letters and node.text not in looked_up):
            continue
        if node.text in ("I", "𝟙", "…", "+", "-") or (node.text == "F" and _below_bars(tree, node)):
            continue
        guesses.setdefault(node.text, Guess(node.text))
        guesses[node.text].integer |= node.text in looked_up


def _below_bars(tree: Tree, name: Name) -> bool:
    return any(isinstance(node, Bars) and node.order == name for node in walk(tree))


def _capital(tree: Tree) -> bool:
    plain = bare(tree)
    return isinstance(plain, Name) and _upper(plain.text)


def _upper(name: str) -> bool:
    head = name.partition("_")[0]
    return len(head) == 1 and head.isupper() and "(" not in name


def _uses(tree: Tree, guesses: dict[str, Guess]) -> None:
    """Ranks and signs of the values, from what stands around the names."""

    def raise_to(item: Tree, rank: int) -> None:
        plain = bare(item)
        if isinstance(plain, Name) and plain.text in guesses:
            guess = guesses[plain.text]
            if "(" not in plain.text:
                guess.rank = max(guess.rank, rank)

    def positive(item: Tree) -> None:
        for node in walk(item):
            if isinstance(node, Name) and node.text in guesses:
                guesses[node.text].positive = True

    for node in walk(tree):
        match node:
            case Sub(base=base, indices=index):
                raise_to(base, len(index))
            case At(base=base, indices=index):
                raise_to(base, len(index))
            case Transpose(body=body):
                raise_to(body, 2 if _capital(body) else 1)
            case Call(function=function, args=args) if function in ("det", "trace", "inv"):
                for arg in args:
                    raise_to(arg, 2)
            case Call(function=function, args=args) if function in _VECTORED:
                for arg in args:
                    raise_to(arg, 2 if _capital(arg) else 1)
            case Call(function="log" | "log2" | "log10", args=args):
                positive(args[0])
            case Root(body=body):
                positive(body)
            case Frac(bottom=bottom):
                positive(bottom)
            case Factorial(body=body) | Binomial(top=body):
                positive(body)
            case Bars(sign="‖", body=body):
                raise_to(body, 1)
                for leaf in walk(body):
                    raise_to(leaf, 1)
            case Big(letters=letters, written=written, body=body) if not written or not letters:
                if not letters:
                    for leaf in walk(body):
                        if isinstance(leaf, Name) and leaf.text in guesses:
                            guesses[leaf.text].rank = max(guesses[leaf.text].rank, 1)
            case Big(high=high) if high is not None:
                for leaf in walk(high):
                    if isinstance(leaf, Name) and leaf.text in guesses:
                        guesses[leaf.text].size_of = -1
            case Infix(sign="·", left=left, right=right):
                if _small(left) and _small(right):
                    raise_to(left, 1)
                    raise_to(right, 1)
            case Power(base=base, exponent=exponent):
                if _capital(base) and isinstance(exponent, Neg):  # A⁻¹
                    raise_to(base, 2)
            case _:
                pass
    _matrices(tree, guesses, raise_to)


def _small(tree: Tree) -> bool:
    plain = bare(tree)
    return isinstance(plain, Name) and len(plain.text.partition("_")[0]) == 1 and plain.text.partition("_")[0].islower()


def _matrices(tree: Tree, guesses: dict[str, Guess], raise_to: Callable[[Tree, int], None]) -> None:
    """Capitals side by side with names are matrices; what they meet, and what is added to that, are vectors."""
    for node in walk(tree):
        if not isinstance(node, Infix) or node.sign not in ("", "·"):
            continue
        for one, other in ((node.left, node.right), (node.right, node.left)):
            plain = bare(one)
            while isinstance(plain, Infix) and plain.sign in ("", "·"):
                plain = bare(plain.right)
            if isinstance(plain, Transpose):
                plain = bare(plain.body)
            if isinstance(plain, Name) and _upper(plain.text) and plain.text in guesses:
                other_plain = bare(other.body) if isinstance(other, Transpose) else bare(other)
                counts = guesses[plain.text].size_of is not None
                if isinstance(other_plain, Name) and other_plain.text in guesses and not counts:
                    name = other_plain.text
                    if _upper(name):
                        raise_to(plain, 2)
                        raise_to(other_plain, 2)
                    elif name not in _SCALARS and len(name) <= 4:
                        raise_to(plain, 2)
                        raise_to(other_plain, 1)
                elif isinstance(other_plain, Call):
                    raise_to(plain, 2)
    for node in walk(tree):
        if isinstance(node, Infix) and node.sign in ("+", "-"):
            for one, other in ((node.left, node.right), (node.right, node.left)):
                plain = bare(one)
                inside = {leaf.text for leaf in walk(other) if isinstance(leaf, Name)}
                wide = any(name in guesses and guesses[name].rank == 2 for name in inside)
                scalar = isinstance(bare(other), Bars | Big)
                if _small(one) and isinstance(plain, Name) and plain.text not in _SCALARS and wide and not scalar:
                    raise_to(one, 1)
