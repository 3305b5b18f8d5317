"""Each idiom is found in its spellings, with the right roles, and not in near misses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from unmagic.core.build import Node

from .spell import (
    T,
    absolute,
    at,
    dot,
    erf,
    exp,
    found,
    largest,
    log,
    log1p,
    log2,
    mean,
    mv,
    names,
    program,
    relu,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    square,
    tanh,
    total,
    var,
    vm,
    where,
)

R = np.random.default_rng(7)
x, y, z, g = (R.normal(size=4) for _ in range(4))
X, Y, Z = R.normal(size=(3, 4)), R.normal(size=(3, 4)), R.normal(size=(3, 4))
S = R.normal(size=(4, 4))
W, A, b = R.normal(size=(2, 4)), R.normal(size=(4, 4)), R.normal(size=2)
p, q = (np.exp(v) / np.exp(v).sum() for v in (R.normal(size=4), R.normal(size=4)))
P = np.exp(X) / np.exp(X).sum(1, keepdims=True)
c = np.array([2, 0, 3])
hot = np.eye(4)[c]
yes = np.array([1.0, 0, 1, 1])
odds = R.uniform(0.1, 0.9, size=4)
γ, β = R.normal(size=4), R.normal(size=4)
Q, K, V = R.normal(size=(3, 4)), R.normal(size=(5, 4)), R.normal(size=(5, 2))
rows = np.arange(3)

Write = Callable[..., Any]

POSITIVE: list[tuple[str, Write, dict[str, Any]]] = [
    # layers and products
    ("linear_layer", lambda W, x: mv(W, x), {"W": W, "x": x}),
    ("linear_layer", lambda W, x: W.builder.apply("einsum", W, x, subscripts="ij,j->i"), {"W": W, "x": x}),
    ("linear_layer_of_row", lambda x, W: vm(x, W), {"x": x, "W": W.T}),
    ("linear_layer_of_row", lambda x, W: x @ W, {"x": X, "W": W.T}),
    ("linear_layer_transposed", lambda x, W: x @ T(W), {"x": X, "W": W}),
    ("linear_layer_transposed", lambda x, W: x.builder.apply("einsum", x, W, subscripts="ni,oi->no"), {"x": X, "W": W}),
    ("affine_layer", lambda W, x, b: mv(W, x) + b, {"W": W, "x": x, "b": b}),
    ("affine_layer", lambda W, x, b: b + mv(W, x), {"W": W, "x": x, "b": b}),
    ("affine_layer_of_row", lambda W, x, b: x @ W + b, {"W": W.T, "x": X, "b": b}),
    ("affine_layer_transposed", lambda W, x, b: x @ T(W) + b, {"W": W, "x": X, "b": b}),
    ("linear_model", lambda X, w, b: mv(X, w) + b, {"X": X, "w": x, "b": 0.5}),
    ("linear_model", lambda x, w, b: dot(w, x) + b, {"x": x, "w": y, "b": 0.5}),
    ("dot_product", lambda a, b: dot(a, b), {"a": x, "b": y}),
    ("dot_product", lambda a, b: total(a * b), {"a": x, "b": y}),
    ("dot_product", lambda a, b: a.builder.apply("einsum", a, b, subscripts="i,i->"), {"a": x, "b": y}),
    ("quadratic_form", lambda x, A: dot(x, mv(A, x)), {"x": x, "A": A}),
    ("quadratic_form", lambda x, A: dot(vm(x, A), x), {"x": x, "A": A}),
    ("projection", lambda a, b: dot(a, b) / dot(b, b) * b, {"a": x, "b": y}),
    ("projection", lambda a, b: b * (dot(b, a) / total(square(b))), {"a": x, "b": y}),
    ("embedding", lambda E, i: E.apply("index", i, key=(ref(0),)), {"E": X, "i": c[:2]}),
    ("embedding", lambda E: at(E, c[:2]), {"E": X}),
    # lengths and angles
    ("norm", lambda x: sqrt(total(x * x)), {"x": x}),
    ("norm", lambda x: total(x**2) ** 0.5, {"x": x}),
    ("norm", lambda x: sqrt(dot(x, x)), {"x": x}),
    ("norm", lambda x: x.apply("norm", axis=-1), {"x": X}),
    ("unit_vector", lambda x: x / x.apply("norm"), {"x": x}),
    ("unit_vector", lambda x: x / sqrt(total(x * x, -1, keepdims=True)), {"x": X}),
    ("cosine_similarity", lambda a, b: dot(a, b) / (a.apply("norm") * b.apply("norm")), {"a": x, "b": y}),
    ("cosine_similarity", lambda a, b: dot(a, b) / a.apply("norm") / sqrt(total(b * b)), {"a": x, "b": y}),
    ("cosine_similarity", lambda a, b: dot(a / a.apply("norm"), b / b.apply("norm")), {"a": x, "b": y}),
    (
        "cosine_similarity",
        lambda a, b: mv(a, b) / (a.apply("norm", axis=1) * b.apply("norm") + 1e-9),
        {"a": X, "b": y},
    ),
    (
        "cosine_similarity",
        lambda a, b: (a / a.apply("norm", axis=1, keepdims=True)) @ T(b / b.apply("norm", axis=1, keepdims=True)),
        {"a": X, "b": Y},
    ),
    # averages and spreads
    ("mean", lambda x: mean(x), {"x": x}),
    ("mean", lambda x: total(x) / 4, {"x": x}),
    ("mean", lambda x, n: total(x) / n, {"x": x, "n": 4}),
    ("mean", lambda x: 0.25 * total(x), {"x": x}),
    ("mean", lambda x: total(x, 1) * (1 / 4), {"x": X}),
    ("variance", lambda x: mean(square(x - mean(x))), {"x": x}),
    ("variance", lambda x: total((x - mean(x)) ** 2) / 4, {"x": x}),
    ("variance", lambda x: mean(x * x) - mean(x) ** 2, {"x": x}),
    ("variance", lambda x: mean((x - mean(x, 1, keepdims=True)) ** 2, 1), {"x": X}),
    ("sample_variance", lambda x: total((x - mean(x)) ** 2) / 3, {"x": x}),
    ("standard_deviation", lambda x: sqrt(var(x)), {"x": x}),
    ("standard_deviation", lambda x: mean((x - mean(x)) ** 2) ** 0.5, {"x": x}),
    ("standard_deviation", lambda x: x.apply("std", axis=0), {"x": X}),
    ("standardise", lambda x: (x - mean(x)) / x.apply("std"), {"x": x}),
    ("standardise", lambda x: (x - mean(x)) / sqrt(var(x) + 1e-5), {"x": x}),
    ("standardise", lambda x: (x - mean(x)) / (x.apply("std") + 1e-3), {"x": x}),
    ("standardise", lambda x, ε: (x - total(x) / 4) / sqrt(mean((x - mean(x)) ** 2) + ε), {"x": x, "ε": 1e-5}),
    ("standardise", lambda x: x.apply("layer_norm", axes=(-1,), eps=1e-5), {"x": X}),
    (
        "layer_norm",
        lambda x, γ, β: γ * (x - mean(x, -1, True)) / sqrt(var(x, -1, True) + 1e-5) + β,
        {"x": X, "γ": γ, "β": β},
    ),
    ("layer_norm", lambda x, γ, β: x.apply("layer_norm", axes=(1,), eps=1e-5) * γ + β, {"x": X, "γ": γ, "β": β}),
    ("layer_norm", lambda x, γ: (x - mean(x, 1, True)) / x.apply("std", axis=1, keepdims=True) * γ, {"x": X, "γ": γ}),
    ("batch_norm", lambda x, γ, β: (x - mean(x, 0)) / sqrt(var(x, 0) + 1e-5) * γ + β, {"x": X, "γ": γ, "β": β}),
    ("rms_norm", lambda x: x / sqrt(mean(x * x, -1, True) + 1e-6), {"x": X}),
    ("rms_norm", lambda x: x / mean(square(x)) ** 0.5, {"x": x}),
    ("scaled_rms_norm", lambda x, γ: γ * (x / sqrt(mean(x * x, -1, True) + 1e-6)), {"x": X, "γ": γ}),
    ("scaled_rms_norm", lambda x, γ: x.apply("rms_norm", axes=(1,), eps=1e-6) * γ, {"x": X, "γ": γ}),
    # softmax and its kin
    ("softmax", lambda z: exp(z) / total(exp(z)), {"z": z}),
    ("softmax", lambda z: (lambda e: e / total(e, -1, keepdims=True))(exp(z - largest(z, -1, True))), {"z": X}),
    ("softmax", lambda z: (lambda e: e / total(e, 0))(exp(z - largest(z))), {"z": X}),
    ("softmax", lambda z: exp(z - log(total(exp(z)))), {"z": z}),
    ("softmax", lambda z: exp(z) * (1 / total(exp(z))), {"z": z}),
    ("softmax", lambda z: softmax(z), {"z": X}),
    ("log_softmax", lambda z: z - log(total(exp(z))), {"z": z}),
    (
        "log_softmax",
        lambda z: (lambda s: s - log(total(exp(s), 1, keepdims=True)))(z - largest(z, 1, keepdims=True)),
        {"z": X},
    ),
    ("log_softmax", lambda z: z.apply("log_softmax", axis=-1), {"z": X}),
    ("logsumexp", lambda z: log(total(exp(z))), {"z": z}),
    ("logsumexp", lambda z: largest(z) + log(total(exp(z - largest(z)))), {"z": z}),
    ("logsumexp", lambda z: z.apply("logsumexp", axis=1), {"z": X}),
    # activations
    ("sigmoid", lambda x: 1 / (1 + exp(-x)), {"x": x}),
    ("sigmoid", lambda x: exp(x) / (exp(x) + 1), {"x": x}),
    ("sigmoid", lambda x: (tanh(x / 2) + 1) * 0.5, {"x": x}),
    ("sigmoid", lambda x: where(x.apply("greater_equal", 0), 1 / (1 + exp(-x)), exp(x) / (1 + exp(x))), {"x": x}),
    ("sigmoid", lambda X, w: 1 / (1 + exp(-mv(X, w) - 0.5)), {"X": X, "w": y}),
    ("relu", lambda x: x.builder.apply("maximum", x, 0), {"x": x}),
    ("relu", lambda x: x.builder.apply("maximum", 0.0, x), {"x": x}),
    ("relu", lambda x: where(x.apply("greater", 0), x, 0), {"x": x}),
    ("relu", lambda x: where(x.apply("less_equal", 0), 0.0, x), {"x": x}),
    ("relu", lambda x: x * x.apply("greater", 0).cast(np.dtype(float)), {"x": x}),
    ("relu", lambda x: x.apply("clip", low=0, high=None), {"x": x}),
    ("silu", lambda x: x * sigmoid(x), {"x": x}),
    ("silu", lambda x: x / (1 + exp(-x)), {"x": x}),
    ("silu", lambda x: x.apply("silu"), {"x": x}),
    ("gelu", lambda x: 0.5 * x * (1 + erf(x / sqrt(x.builder.constant(2.0)))), {"x": x}),
    ("gelu", lambda x: x * (1 + erf(x * 2**-0.5)) / 2, {"x": x}),
    ("gelu", lambda x: x.apply("normal_cdf") * x, {"x": x}),
    ("gelu_tanh", lambda x: 0.5 * x * (1 + tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))), {"x": x}),
    ("gelu_tanh", lambda x: 0.5 * x * (1 + tanh(0.7978845608 * x * (1 + 0.044715 * x * x))), {"x": x}),
    ("gelu_tanh", lambda x: x.apply("gelu", approximate="tanh"), {"x": x}),
    ("tanh", lambda x: (exp(x) - exp(-x)) / (exp(x) + exp(-x)), {"x": x}),
    ("tanh", lambda x: 2 * sigmoid(2 * x) - 1, {"x": x}),
    ("softplus", lambda x: log(1 + exp(x)), {"x": x}),
    ("softplus", lambda x: log1p(exp(x)), {"x": x}),
    ("softplus", lambda x: x.builder.apply("maximum", x, 0) + log1p(exp(-absolute(x))), {"x": x}),
    # losses on probabilities
    ("cross_entropy_at", lambda p: -log(at(p, 1)), {"p": p}),
    ("cross_entropy_at", lambda p: -at(log(p), 1), {"p": p}),
    ("cross_entropy_at", lambda p: -log(at(p, 1) + 1e-12), {"p": p}),
    ("softmax_cross_entropy_at", lambda z: z.apply("logsumexp") - at(z, 1), {"z": z}),
    ("softmax_cross_entropy_at", lambda z: log(total(exp(z))) - at(z, 1), {"z": z}),
    ("cross_entropy_of_batch", lambda P: -mean(log(at(P, rows, c))), {"P": P}),
    ("cross_entropy_of_batch", lambda P: mean(-at(log(P + 1e-9), rows, c)), {"P": P}),
    ("cross_entropy_of_batch", lambda P, c: -total(log(P.apply("index", c, key=(rows, ref(0))))) / 3, {"P": P, "c": c}),
    ("cross_entropy_of_batch", lambda P: -total(log(at(P, rows, c))) / 3, {"P": P}),
    ("negative_log_likelihood_at", lambda L: -at(L, 2), {"L": np.log(p)}),
    ("negative_log_likelihood_at", lambda L: -mean(at(L, rows, c)), {"L": np.log(P)}),
    ("cross_entropy", lambda y, p: -total(y * log(p)), {"y": np.eye(4)[1], "p": p}),
    ("cross_entropy", lambda y, p: -dot(y, log(p)), {"y": np.eye(4)[1], "p": p}),
    ("cross_entropy", lambda y, p: -total(y * log(p + 1e-12)) / 3, {"y": hot, "p": P}),
    ("cross_entropy", lambda y, p: -mean(total(y * log(p), axis=1)), {"y": hot, "p": P}),
    ("cross_entropy", lambda y, p: mean(-total(y * log(p), axis=1)), {"y": hot, "p": P}),
    ("softmax_cross_entropy", lambda y, z: -total(y * z.apply("log_softmax", axis=-1)), {"y": p, "z": z}),
    ("softmax_cross_entropy", lambda y, z: -mean(total(y * z.apply("log_softmax", axis=1), 1)), {"y": hot, "z": X}),
    (
        "binary_cross_entropy",
        lambda y, p: -mean(y * log(p) + (1 - y) * log(1 - p)),
        {"y": yes, "p": odds},
    ),
    ("binary_cross_entropy", lambda y, p: mean(-y * log(p) - (1 - y) * log(1 - p)), {"y": yes, "p": odds}),
    (
        "binary_cross_entropy",
        lambda y, p: -total(y * log(p + 1e-12) + (1 - y) * log(1 - p + 1e-12)) / 4,
        {"y": yes, "p": odds},
    ),
    ("binary_cross_entropy", lambda y, p: -(y * log(p) + (1 - y) * log(1 - p)), {"y": 1.0, "p": 0.7}),
    ("sigmoid_binary_cross_entropy", lambda y, z: mean(softplus(z) - y * z), {"y": yes, "z": z}),
    ("sigmoid_binary_cross_entropy", lambda y, z: mean(log1p(exp(z)) - y * z), {"y": yes, "z": z}),
    (
        "sigmoid_binary_cross_entropy",
        lambda y, z: mean(relu(z) - z * y + log1p(exp(-absolute(z)))),
        {"y": yes, "z": z},
    ),
    ("negative_log_likelihood", lambda p: -total(log(p)), {"p": odds}),
    ("negative_log_likelihood", lambda p: -mean(log(p)), {"p": odds}),
    ("negative_log_likelihood", lambda p: total(-log(p)), {"p": odds}),
    ("negative_log_likelihood", lambda p: -log(p.apply("prod")), {"p": odds}),
    ("log_likelihood", lambda p: total(log(p)), {"p": odds}),
    ("log_likelihood", lambda p: log(p.apply("prod")), {"p": odds}),
    ("kullback_leibler", lambda p, q: total(p * log(p / q)), {"p": p, "q": q}),
    ("kullback_leibler", lambda p, q: total(p * (log(p) - log(q))), {"p": p, "q": q}),
    ("kullback_leibler", lambda p, q: dot(p, log(p / q)), {"p": p, "q": q}),
    ("entropy", lambda p: -total(p * log(p)), {"p": p}),
    ("entropy", lambda p: -dot(p, log(p)), {"p": p}),
    ("entropy", lambda p: -total(p * log2(p)), {"p": p}),
    ("entropy", lambda p: total(-p * log(p), axis=1), {"p": P}),
    ("perplexity", lambda p: exp(-mean(log(p))), {"p": odds}),
    ("perplexity", lambda p: exp(-total(log(p)) / 4), {"p": odds}),
    ("perplexity", lambda p: exp(-mean(log(at(p, rows, c)))), {"p": P}),
    ("expectation", lambda x, p: total(x * p), {"x": x, "p": p}),
    ("expectation", lambda x, p: dot(p, x), {"x": x, "p": p}),
    # losses on numbers
    ("mean_squared_error", lambda y, t: mean((y - t) ** 2), {"y": x, "t": y}),
    ("mean_squared_error", lambda y, t: total(square(t - y)) / 4, {"y": x, "t": y}),
    ("mean_squared_error", lambda y, t: 0.5 * mean((y - t) * (y - t)), {"y": x, "t": y}),
    ("sum_of_squares", lambda y, t: total((y - t) ** 2), {"y": x, "t": y}),
    ("sum_of_squares", lambda y, t: total((y - t) ** 2) / 2, {"y": x, "t": y}),
    ("sum_of_squares", lambda y, t: (y - t).apply("norm") ** 2, {"y": x, "t": y}),
    ("mean_absolute_error", lambda y, t: mean(absolute(y - t)), {"y": x, "t": y}),
    ("mean_absolute_error", lambda y, t: total(absolute(t - y)) / 4, {"y": x, "t": y}),
    ("root_mean_squared_error", lambda y, t: sqrt(mean((y - t) ** 2)), {"y": x, "t": y}),
    ("accuracy", lambda z, y: mean(z.apply("argmax", axis=1).apply("equal", y)), {"z": X, "y": c}),
    # attention
    ("attention", lambda Q, K, V: softmax(Q @ T(K) / 2.0) @ V, {"Q": Q, "K": K, "V": V}),
    ("attention", lambda Q, K, V, d: softmax(Q @ T(K) / sqrt(d)) @ V, {"Q": Q, "K": K, "V": V, "d": 4.0}),
    ("attention", lambda Q, K, V: softmax((Q * 4**-0.5) @ T(K)) @ V, {"Q": Q, "K": K, "V": V}),
    ("attention", lambda Q, K, V: softmax(Q @ T(K)) @ V, {"Q": Q, "K": K, "V": V}),
    (
        "attention",
        lambda Q, K, V, M: (lambda e: e / total(e, -1, True))(exp(Q @ T(K) / 2.0 + M)) @ V,
        {"Q": S, "K": A, "V": K[:4], "M": np.where(np.tril(np.ones((4, 4))) > 0, 0, -np.inf)},
    ),
    (
        "attention",
        lambda Q, K, V, M: softmax(where(M, Q @ T(K) / 2.0, -1e9)) @ V,
        {"Q": S, "K": A, "V": K[:4], "M": np.tril(np.ones((4, 4), bool))},
    ),
    (
        "attention_hiding",
        lambda Q, K, V, M: softmax(where(M, -np.inf, Q @ T(K) / 2.0)) @ V,
        {"Q": S, "K": A, "V": K[:4], "M": np.triu(np.ones((4, 4), bool), 1)},
    ),
    ("attention", lambda q, K, V: vm(softmax(mv(K, q) / 2.0), V), {"q": x, "K": K, "V": V}),
    # learning
    ("gradient_descent", lambda w, grad: {"w_new": w - 0.1 * grad}, {"w": x, "grad": y}),
    ("gradient_descent", lambda θ, η, g: {"θ": θ - η * g}, {"θ": x, "η": 0.1, "g": y}),
    ("gradient_descent", lambda w, lr, dw: w + -lr * dw, {"w": 2.0, "lr": 0.1, "dw": 3.0}),
    ("momentum", lambda w, v, lr, g: w - lr * (0.9 * v + g), {"w": x, "v": y, "lr": 0.1, "g": z}),
    (
        "momentum",
        lambda w, v, β, g: (lambda u: {"v_new": u, "w_new": w - 0.1 * u})(β * v + g),
        {"w": x, "v": y, "β": 0.9, "g": z},
    ),
    ("adam_step", lambda w, m, v: w - 0.01 * m / (sqrt(v) + 1e-8), {"w": x, "m": y, "v": odds}),
    ("adam_step", lambda w, η, m, v, ε: w - η * (m / (v**0.5 + ε)), {"w": x, "η": 0.1, "m": y, "v": odds, "ε": 1e-8}),
    ("adam", lambda w, m, v, g: adam(w, m, v, g, 0.9, 0.999, 3.0, 0.001), {"w": x, "m": y, "v": odds, "g": g}),
    (
        "adam",
        lambda w, m, v, g, β1, β2, t, η: adam(w, m, v, g, β1, β2, t, η),
        {"w": x, "m": y, "v": odds, "g": g, "β1": 0.9, "β2": 0.999, "t": 3.0, "η": 0.001},
    ),
    # beliefs
    ("bayes_over_hypotheses", lambda like, h: like * h / total(like * h), {"like": odds, "h": p}),
    ("bayes_over_hypotheses", lambda like, h: like * h / dot(like, h), {"like": odds, "h": p}),
    ("bayes_of_two", lambda like, h, m: like * h / (like * h + m * (1 - h)), {"like": 0.6, "h": 0.2, "m": 0.05}),
]


def ref(k: int) -> Any:
    from unmagic.ops.indexing import Ref

    return Ref(k)


def adam(w: Node, m: Node, v: Node, g: Node, β1: Any, β2: Any, t: Any, η: Any) -> Any:
    m = m * β1 + g * (1 - β1)
    v = v * β2 + g * g * (1 - β2)
    m_hat = m / (1 - β1**t)
    v_hat = v / (1 - β2**t)
    return {"m1": m, "v1": v, "m_hat": m_hat, "v_hat": v_hat, "w1": w - m_hat * η / (sqrt(v_hat) + 1e-8)}


@pytest.mark.parametrize(("name", "write", "inputs"), POSITIVE, ids=[f"{i}-{row[0]}" for i, row in enumerate(POSITIVE)])
def test_found(name: str, write: Write, inputs: dict[str, Any]) -> None:
    matches = found(write, **inputs)
    graph, _ = program(write, **inputs)
    last = max(one.root for one in matches) if matches else -1
    assert name in names([one for one in matches if one.root == last]), [
        (one.name, one.root, dict(one.roles)) for one in matches
    ]
    assert last == graph.result


NEGATIVE: list[tuple[str, Write, dict[str, Any]]] = [
    ("softmax", lambda z: exp(z) / total(exp(z), 1), {"z": S}),  # rows' sums divided into columns
    ("softmax", lambda z, w: exp(z) / total(exp(w)), {"z": x, "w": y}),
    ("softmax", lambda z: z / total(z), {"z": odds}),
    ("softmax", lambda z: exp(z) / total(z), {"z": x}),
    ("softmax", lambda z: exp(z) / largest(exp(z)), {"z": x}),
    ("softmax", lambda z: exp(-z) / total(exp(z)), {"z": x}),
    ("mean_squared_error", lambda a, b: mean(a - b), {"a": x, "b": y}),
    ("mean_squared_error", lambda a, b: mean((a + b) ** 2), {"a": x, "b": y}),
    ("mean_squared_error", lambda a, b: mean(a * a - b * b), {"a": x, "b": y}),
    ("mean_squared_error", lambda a, b: mean(a - b) ** 2, {"a": x, "b": y}),
    ("mean_squared_error", lambda a, b: total((a - b) ** 2) / 5, {"a": x, "b": y}),
    ("variance", lambda x: mean((x - mean(x)) ** 2, 0), {"x": X}),  # the mean of all, the spread of a column
    ("variance", lambda x: total((x - mean(x)) ** 2) / 3, {"x": x}),
    ("mean", lambda x: total(x) / 3, {"x": x}),
    ("mean", lambda x, n: total(x) / n, {"x": x, "n": 5}),
    ("sigmoid", lambda x: 1 / (1 - exp(-x)), {"x": x}),
    ("sigmoid", lambda x, y: exp(x) / (1 + exp(y)), {"x": x, "y": y}),
    ("sigmoid", lambda x: 1 / (2 + exp(-x)), {"x": x}),
    ("relu", lambda x: x.builder.apply("minimum", x, 0), {"x": x}),
    ("relu", lambda x: x.builder.apply("maximum", x, 1), {"x": x}),
    ("relu", lambda x: where(x.apply("less", 0), x, 0), {"x": x}),
    ("relu", lambda x, y: where(x.apply("greater", 0), y, 0), {"x": x, "y": y}),
    ("gelu", lambda x: 0.5 * x * (1 + erf(x)), {"x": x}),
    ("gelu_tanh", lambda x: 0.5 * x * (1 + tanh(0.7978845608 * (x + 0.44715 * x**3))), {"x": x}),
    ("silu", lambda x, y: x * sigmoid(y), {"x": x, "y": y}),
    ("dot_product", lambda a, b: total(a + b), {"a": x, "b": y}),
    ("dot_product", lambda a, b: a * b, {"a": x, "b": y}),
    ("norm", lambda a, b: sqrt(total(a * b)), {"a": odds, "b": p}),
    ("norm", lambda x: total(x * x), {"x": x}),
    ("cosine_similarity", lambda a, b: dot(a, b) / a.apply("norm"), {"a": x, "b": y}),
    ("cosine_similarity", lambda a, b: dot(a, b) / (a.apply("norm") + b.apply("norm")), {"a": x, "b": y}),
    ("cross_entropy_at", lambda p: -log(at(p, 1)), {"p": x**2}),  # no distribution
    ("cross_entropy_at", lambda p: log(at(p, 1)), {"p": p}),
    ("cross_entropy", lambda y, p: -total(y * p), {"y": hot, "p": P}),
    ("cross_entropy", lambda y, p: total(y * log(p)), {"y": hot, "p": P}),
    ("cross_entropy", lambda y, p: total(y * log(p)) / -5, {"y": hot, "p": P}),
    ("binary_cross_entropy", lambda y, p: -mean(y * log(p) + (1 - y) * log(p)), {"y": yes, "p": odds}),
    ("binary_cross_entropy", lambda y, p: -mean(y * log(p) - (1 - y) * log(1 - p)), {"y": yes, "p": odds}),
    ("kullback_leibler", lambda p, q: total(p * log(q / p)), {"p": p, "q": q}),
    ("kullback_leibler", lambda p, q, r: total(p * log(q / r)), {"p": p, "q": q, "r": odds}),
    ("entropy", lambda p: total(p * log(p)), {"p": p}),
    ("entropy", lambda p: -total(log(p)), {"p": p}),
    ("layer_norm", lambda x, γ: γ * (x - mean(x, 0)) / sqrt(var(x, 0) + 1e-5), {"x": X, "γ": γ}),
    ("standardise", lambda x, y: (x - mean(x)) / sqrt(var(y)), {"x": x, "y": y}),
    ("standardise", lambda x: (x - mean(x)) / var(x), {"x": x}),
    ("rms_norm", lambda x: x / sqrt(total(x * x) + 1e-6), {"x": x}),
    ("attention", lambda Q, K, V: (Q @ T(K)) @ V, {"Q": Q, "K": K, "V": V}),
    ("attention", lambda Q, K, V: softmax(Q @ T(K), 0) @ V, {"Q": Q, "K": K, "V": V}),
    ("attention", lambda Q, K, V: T(softmax(Q @ T(K))) @ V, {"Q": S, "K": A, "V": K[:4]}),
    ("gradient_descent", lambda w, grad: w + 0.1 * grad, {"w": x, "grad": y}),
    ("gradient_descent", lambda a, b: a - 2 * b, {"a": x, "b": y}),
    ("adam_step", lambda w, m, v: w - 0.01 * m / (v + 1e-8), {"w": x, "m": y, "v": odds}),
    ("linear_layer", lambda W, x: W * x, {"W": W, "x": x}),
    ("bayes", lambda a, b, c: a * b / c, {"a": 0.2, "b": 0.3, "c": 0.1}),
    ("expectation", lambda x, p: total(x * p), {"x": x, "p": y}),
    ("perplexity", lambda p: exp(mean(log(p))), {"p": odds}),
]


@pytest.mark.parametrize(("name", "write", "inputs"), NEGATIVE, ids=[f"{i}-{row[0]}" for i, row in enumerate(NEGATIVE)])
def test_not_found(name: str, write: Write, inputs: dict[str, Any]) -> None:
    assert name not in names(found(write, **inputs))


def test_every_round_of_an_update_is_recognised() -> None:
    """However long the run: a round hands a number on, so the formula that is looked at does not grow."""
    from unmagic.reading.read import read

    r = read("f(x) = x²; x ← x − η∇f", x=3.0, η=0.1, times=30)
    assert [m.idiom.title for m in r.matches].count("gradient descent step") == 30
