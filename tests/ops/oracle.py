"""What JAX calls each op: the independent reference for values and derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.ops.indexing import Ref

SAME = """
    absolute add any all arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_or bitwise_xor cbrt
    ceil copysign cos cosh cumprod cumsum degrees divide dot equal exp exp2 expm1 fmax fmin floor floor_divide
    fmod greater greater_equal heaviside hypot isfinite isinf isnan less less_equal log log10 log1p log2 logaddexp
    logaddexp2 logical_and logical_not logical_or logical_xor matmul matvec max maximum mean min minimum multiply
    negative not_equal outer power prod radians reciprocal remainder sign sin sinc sinh sqrt square
    std subtract sum tan tanh transpose trunc tril triu vecmat var where argmax argmin roll flip sort argsort tile
    count_nonzero trace
"""
"""Ops that `jax.numpy` has under the same name and with the same attributes."""

NOT_IN_JAX = {
    "cofactors": "the gradient of det, which is held to JAX twice derived",
    "norm_directions": "the gradient of a matrix norm, which is held to JAX twice derived",
    "recurrence": "a scan in JAX; cumprod, which is derived by it, is held to JAX twice derived",
}
"""Ops held to entry trees and difference quotients alone, and why."""


def _keyed(key: tuple[Any, ...], at: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.asarray(at[part.k]) if isinstance(part, Ref) else part for part in key)


def table(jax: Any) -> dict[str, Callable[..., Any]]:
    """Op name to a function of arrays, attributes keyword-only."""
    jnp, nn, lax, special = jax.numpy, jax.nn, jax.lax, jax.scipy.special
    oracle: dict[str, Callable[..., Any]] = {name: getattr(jnp, name) for name in SAME.split() if hasattr(jnp, name)}

    def clip(x: Any, *, low: Any, high: Any) -> Any:  # on a bound JAX splits, the samples lie beside it
        return jnp.clip(x, low, high)

    def norm(x: Any, *, order: Any = 2, axis: Any = None, keepdims: bool = False) -> Any:
        flat = x.reshape(-1) if axis is None and not keepdims else x
        if axis is None and keepdims:
            return jnp.linalg.norm(x.reshape(-1), order).reshape((1,) * x.ndim)
        return jnp.linalg.norm(flat, order, axis=axis, keepdims=keepdims)

    def embedding(x: Any, ids: Any) -> Any:
        return x[ids]

    def layer_norm(x: Any, *, axes: Any, eps: float) -> Any:
        spread = jnp.var(x, axis=axes, keepdims=True)
        return (x - jnp.mean(x, axis=axes, keepdims=True)) / jnp.sqrt(spread + eps)

    def rms_norm(x: Any, *, axes: Any, eps: float) -> Any:
        return x / jnp.sqrt(jnp.mean(x * x, axis=axes, keepdims=True) + eps)

    def take_along(x: Any, at: Any, *, axis: int) -> Any:
        return jnp.take_along_axis(x, at, axis=axis)

    def set_index(x: Any, v: Any, *at: Any, key: Any, count: Any = None) -> Any:
        return x.at[_keyed(key, at)].set(v)

    def scatter(g: Any, *at: Any, key: Any, shape: Any, count: Any = None) -> Any:
        return jnp.zeros(shape, g.dtype).at[_keyed(key, at)].add(g)

    def add_at(x: Any, v: Any, *at: Any, key: Any, count: Any = None) -> Any:
        return x.at[_keyed(key, at)].add(v)

    def sort(x: Any, *, axis: int, descending: bool = False) -> Any:
        return jnp.sort(x, axis=axis, descending=descending)

    def inverse(x: Any) -> Any:
        return jnp.linalg.inv(x)

    oracle |= {
        "rint": lambda x, *, decimals=0: jnp.round(x, decimals),
        "sigmoid": nn.sigmoid,
        "log_sigmoid": nn.log_sigmoid,
        "relu": nn.relu,
        "relu6": nn.relu6,
        "leaky_relu": lambda x, *, slope: nn.leaky_relu(x, slope),
        "elu": lambda x, *, alpha: nn.elu(x, alpha),
        "selu": nn.selu,
        "celu": lambda x, *, alpha: nn.celu(x, alpha),
        "gelu": lambda x, *, approximate: nn.gelu(x, approximate=approximate == "tanh"),
        "silu": nn.silu,
        "softplus": lambda x, *, beta: jnp.logaddexp(beta * x, 0.0) / beta,
        "mish": nn.mish,
        "softsign": nn.soft_sign,
        "hardtanh": lambda x, *, low, high: jnp.clip(x, low, high),
        "hardsigmoid": nn.hard_sigmoid,
        "hardswish": nn.hard_swish,
        "clip": clip,
        "erf": special.erf,
        "erfc": special.erfc,
        "normal_cdf": special.ndtr,
        "gammaln": special.gammaln,
        "polygamma": lambda x, *, order: special.polygamma(order, x),
        "factorial": lambda x: jnp.exp(special.gammaln(x + 1)),
        "binomial": lambda n, k: jnp.exp(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)),
        "xlogy": special.xlogy,
        "broadcast": lambda x, *, shape: jnp.broadcast_to(x, shape),
        "cast": lambda x, *, to: x.astype(to),
        "detach": lax.stop_gradient,
        "reshape": lambda x, *, shape: jnp.reshape(x, shape),
        "logsumexp": special.logsumexp,
        "norm": norm,
        "matrix_norm": lambda x, *, order="fro", keepdims=False: jnp.linalg.matrix_norm(
            x, ord=order, keepdims=keepdims
        ),
        "einsum": lambda *parts, subscripts: jnp.einsum(subscripts, *parts),
        "diag": lambda x, *, offset=0: jnp.diag(x, offset),
        "diagonal": lambda x, *, offset=0: jnp.diagonal(x, offset, -2, -1),
        "trace": lambda x: jnp.trace(x, axis1=-2, axis2=-1),
        "inv": inverse,
        "det": jnp.linalg.det,
        "solve": lambda a, b: jnp.linalg.solve(a, b[..., None])[..., 0] if b.ndim == 1 else jnp.linalg.solve(a, b),
        "logabsdet": lambda x: jnp.linalg.slogdet(x)[1],
        "sign_det": lambda x: jnp.linalg.slogdet(x)[0],
        "matrix_power": lambda x, *, n: jnp.linalg.matrix_power(x, n),
        "index": lambda x, *at, key, count=None: x[_keyed(key, at)],
        "set_index": set_index,
        "scatter": scatter,
        "add_at": add_at,
        "concatenate": lambda *parts, axis: jnp.concatenate(parts, axis),
        "stack": lambda *parts, axis: jnp.stack(parts, axis),
        "pad": lambda x, *, widths, value=0.0: jnp.pad(x, widths, constant_values=value),
        "repeat": lambda x, *, repeats, axis: jnp.repeat(x, np.asarray(repeats), axis),
        "one_hot": lambda labels, *, classes: nn.one_hot(labels, classes),
        "take_along": take_along,
        "embedding": embedding,
        "softmax": lambda x, *, axis: nn.softmax(x, axis),
        "log_softmax": lambda x, *, axis: nn.log_softmax(x, axis),
        "layer_norm": layer_norm,
        "rms_norm": rms_norm,
        "sort": sort,
        "argsort": lambda x, *, axis, descending=False: jnp.argsort(x, axis=axis, descending=descending),
    }
    return oracle


__all__ = ["NOT_IN_JAX", "table"]
