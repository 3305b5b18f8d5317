"""Random graphs over the common ops: small shapes, values of ordinary size, dead ends left in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import unmagic.ops  # noqa: F401  (fills the registry)
from unmagic.core.build import Builder, Node
from unmagic.core.op import OPS

Rng = np.random.Generator
Recipe = Callable[[Rng, Builder, Node, list[Node]], Node | None]

SIZES = (1, 2, 3, 4)
LARGEST = 30.0
"""A step with a value beyond it leads nowhere: differences would lose their digits."""

SMOOTH = ["tanh", "sin", "cos", "sigmoid", "silu", "softplus", "square", "negative", "arctan", "exp", "expm1"]
SMOOTH += ["erf", "normal_cdf", "gelu", "mish", "softsign", "log_sigmoid", "arcsinh", "sinc", "cosh", "sinh", "exp2"]
KINKED = ["relu", "absolute", "leaky_relu", "elu", "hardtanh", "relu6", "hardswish", "floor", "sign"]
ATTRS: dict[str, dict[str, Any]] = {
    "leaky_relu": {"slope": 0.1},
    "elu": {"alpha": 0.7},
    "hardtanh": {"low": -1.0, "high": 0.5},
    "softplus": {"beta": 2.0},
    "gelu": {"approximate": "none"},
}
PAIRS = ["add", "subtract", "multiply", "maximum", "minimum", "logaddexp", "arctan2", "hypot", "fmax"]


class Made(NamedTuple):
    """A graph with values, its inputs, and the scalar at its end."""

    builder: Builder
    inputs: list[Node]
    output: Node


def random_graph(seed: int, steps: int) -> Made:
    """About ``steps`` random ops on one to three random inputs; the output takes in everything that leads somewhere."""
    rng = np.random.default_rng(seed)
    builder = Builder(values=[])
    pool: list[Node] = []
    for k in range(rng.integers(1, 4)):
        value = np.asarray(rng.uniform(-1.5, 1.5, tuple(rng.choice(SIZES, rng.integers(0, 4)))))
        value.flags.writeable = False
        pool.append(builder.input(f"x{k}", value[()]))
    inputs = list(pool)
    for _ in range(steps):
        recipe = RECIPES[rng.integers(len(RECIPES))]
        x = pool[max(rng.integers(len(pool)), rng.integers(len(pool)))]  # rather a late one
        with np.errstate(all="ignore"):
            node = recipe(rng, builder, x, pool)
        if node is not None and node.value.size and np.abs(node.value).max() <= LARGEST:
            pool.append(node)
    parts = [node * rng.uniform(0.5, 1.5) for node in pool[-3:]]
    total = parts[0].sum()
    for part in parts[1:]:
        total = total + part.sum()
    return Made(builder, inputs, total)


def _smooth(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node:
    name = str(rng.choice(SMOOTH))
    return x.apply(name, **ATTRS.get(name, {}))


def _kinked(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node:
    name = str(rng.choice(KINKED))
    return x.apply(name, **ATTRS.get(name, {}))


def _positive(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node:
    """Ops with a hole, kept off it."""
    safe = x.apply("square") + rng.uniform(0.4, 1.5)
    return safe.apply(str(rng.choice(["log", "sqrt", "reciprocal", "log1p", "log2", "log10", "gammaln", "cbrt"])))


def _pair(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node | None:
    other = _like(rng, x, pool)
    name = str(rng.choice([*PAIRS, "divide", "power"]))
    if name == "divide":
        return x / (other.apply("square") + 0.5)
    if name == "power":
        return (x.apply("square") + 0.3).apply("power", other if rng.random() < 0.5 else float(rng.integers(0, 4)))
    return x.apply(name, other)


def _like(rng: Rng, x: Node, pool: list[Node]) -> Node:
    """A node that broadcasts with ``x``; ``x`` itself if there is no other."""
    fits = [node for node in pool if _meets(node, x)] or [x]
    return fits[rng.integers(len(fits))]


def _meets(a: Node, b: Node) -> bool:
    try:
        return len(np.broadcast_shapes(a.shape, b.shape)) <= 4
    except ValueError:
        return False


def _where(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node:
    other = _like(rng, x, pool)
    return b.apply("where", x.apply("less", other), x, other.apply("sin"))


def _shape(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node | None:
    kind = rng.integers(3)
    if kind == 0:
        return x.reshape((x.value.size,)) if rng.random() < 0.5 else x.reshape((1, *x.shape))
    if kind == 1:
        return x.apply("transpose", axes=tuple(int(i) for i in rng.permutation(x.ndim)))
    return x.broadcast((int(rng.choice(SIZES)), *x.shape)) if x.ndim < 3 else None


def _picked(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node | None:
    """Index by numbers, slices, arrays (twice the same entry) and masks; write; add at."""
    if not x.ndim:
        return None
    n = x.shape[0]
    ids = rng.integers(-n, n, rng.integers(1, 5))
    kind = rng.integers(6)
    if kind == 0:
        return x.apply("index", key=(int(rng.integers(n)),))
    if kind == 1:
        return x.apply("index", key=(slice(None, None, int(rng.choice([-1, 1, 2]))),))
    if kind == 2:
        return x.apply("index", key=(ids,))
    if kind == 3:
        return b.apply("take_along", x, b.constant(rng.integers(0, n, x.shape)), axis=0)
    value = x.apply("index", key=(int(rng.integers(n)),)).apply("tanh")
    return b.apply("set_index" if kind == 4 else "add_at", x, value, key=(ids,))


def _arranged(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node | None:
    if not x.ndim:
        return b.apply("stack", x, x.apply("sin"), axis=0)
    axis = int(rng.integers(x.ndim))
    kind = rng.integers(8)
    if kind == 0:
        return b.apply("concatenate", x, x.apply("tanh"), axis=axis)
    if kind == 1:
        return b.apply("stack", x, x.apply("sin"), axis=axis) if x.ndim < 4 else None
    if kind == 2:
        return x.apply("flip", axis=axis)
    if kind == 3:
        return x.apply("roll", shift=int(rng.integers(-2, 3)), axis=axis)
    if kind == 4:
        return x.apply("tile", reps=(2,) * x.ndim) if x.value.size < 16 else None
    if kind == 5:
        return x.apply("repeat", repeats=2, axis=axis)
    if kind == 6:
        return x.apply("pad", widths=((1, 0),) * x.ndim, value=0.5)
    return x.apply("sort", axis=axis)


def _along(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node | None:
    if not x.ndim:
        return None
    axis = int(rng.integers(x.ndim))
    names = ["softmax", "log_softmax", "cumsum", "cumprod", "layer_norm", "rms_norm"]
    name = str(rng.choice([name for name in names if name in OPS]))
    if name in ("layer_norm", "rms_norm"):
        return x.apply(name, axes=(axis,), eps=0.1)
    return x.apply(name, axis=axis)


def _reduced(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node:
    names = ["sum", "mean", "prod", "max", "min", "logsumexp", "var", "std", "norm"]
    name = str(rng.choice([name for name in names if name in OPS]))
    axes = [None, *range(x.ndim)]
    axis = axes[rng.integers(len(axes))]
    if name in ("std", "norm"):  # neither has a slope where all is alike, or 0
        x = b.apply("concatenate", x.reshape((x.value.size,)), b.constant(np.array([3.0, -2.5])), axis=0)
        axis = 0
    return x.apply(name, axis=axis, keepdims=bool(rng.random() < 0.3))


def _product(rng: Rng, b: Builder, x: Node, pool: list[Node]) -> Node | None:
    """Every product that the ranks allow, against another of the pool or a constant."""
    names = {1: ["dot", "outer", "vecmat"], 2: ["matvec", "matmul"], 3: ["matmul"]}.get(x.ndim)
    if not names:
        return None
    name = str(rng.choice(names))
    n, m = x.shape[-1], int(rng.choice(SIZES))
    wanted = {"dot": (n,), "outer": (m,), "vecmat": (n, m), "matvec": (n,), "matmul": (*x.shape[:-2], n, m)}[name]
    fits = [node for node in pool if node.shape == wanted]
    other = fits[rng.integers(len(fits))] if fits else b.constant(rng.uniform(-1, 1, wanted))
    return x.apply(name, other)


RECIPES: list[Recipe] = [_smooth, _smooth, _kinked, _positive, _pair, _pair, _where, _shape, _picked, _arranged]
RECIPES += [_along, _reduced, _product, _product]
