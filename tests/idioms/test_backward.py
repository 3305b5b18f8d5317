"""The taught gradients are the raw ones, in numbers; where they are not, they are not shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from unmagic.core.build import Builder, Node
from unmagic.core.notation_text import text
from unmagic.engine.differentiate import all_cotangents
from unmagic.idioms.backward import Taught, taught
from unmagic.idioms.match import match
from unmagic.idioms.record import IDIOMS
from unmagic.idioms.show import notation

from .spell import (
    T,
    absolute,
    at,
    dot,
    exp,
    log,
    mean,
    mv,
    relu,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    total,
    var,
    where,
)

R = np.random.default_rng(11)
x, y, z, w = (R.normal(size=4) for _ in range(4))
X, Z = R.normal(size=(3, 4)), R.normal(size=(3, 4))
W, A, b = R.normal(size=(2, 4)), R.normal(size=(4, 4)), R.normal(size=2)
p, q = (np.exp(v) / np.exp(v).sum() for v in (x, y))
P = np.exp(X) / np.exp(X).sum(1, keepdims=True)
c, rows = np.array([2, 0, 3]), np.arange(3)
hot = np.eye(4)[c]
yes, odds = np.array([1.0, 0, 1, 1]), R.uniform(0.1, 0.9, size=4)
Q, K, V = R.normal(size=(3, 4)), R.normal(size=(5, 4)), R.normal(size=(5, 2))


def gradients(write: Callable[..., Node], **inputs: Any) -> tuple[dict[str, Taught], dict[str, Any]]:
    """The taught forms of the inputs' gradients by name, and the raw gradients."""
    builder = Builder(values=[])
    given = {name: builder.input(name, np.asarray(value)) for name, value in inputs.items()}
    out = write(**given)
    matches = match(builder.graph.copy(), builder.values)
    floats = [node for node in given.values() if node.dtype.kind == "f"]
    if out.shape != ():
        out = total(out * builder.input("weights", R.normal(size=out.shape)))
    cotangents = all_cotangents(builder, out, floats)
    forms = taught(builder.graph, builder.values, matches, {id: node.id for id, node in cotangents.items()})
    names = {node.id: name for name, node in given.items()}
    raw = {names[id]: node.value for id, node in cotangents.items() if id in names}
    return {names[id]: form for id, form in forms.items() if id in names}, raw


CASES: list[tuple[Callable[..., Node], dict[str, Any], dict[str, tuple[str, str]]]] = [
    (lambda z: -log(at(softmax(z), 1)), {"z": z}, {"z": ("softmax_cross_entropy_at", "p − y")}),
    (lambda z: z.apply("logsumexp") - at(z, 1), {"z": z}, {"z": ("softmax_cross_entropy_at", "p − y")}),
    (lambda z: -mean(log(at(softmax(z), rows, c))), {"z": Z}, {"z": ("softmax_cross_entropy_of_batch", "(p − y) / n")}),
    (lambda z, y: -total(y * log(softmax(z))), {"z": z, "y": p}, {"z": ("softmax_cross_entropy", "p − y")}),
    (
        lambda z, y: -total(y * log(softmax(z))) / 3,
        {"z": Z, "y": hot},
        {"z": ("softmax_cross_entropy", "p − y")},
    ),
    (lambda p: -log(at(p, 1)), {"p": p}, {"p": ("cross_entropy_at", "−y/p")}),
    (lambda p: -mean(log(at(p, rows, c))), {"p": P}, {"p": ("cross_entropy_of_batch", "−y / (n p)")}),
    (
        lambda z, y: -mean(y * log(sigmoid(z)) + (1 - y) * log(1 - sigmoid(z))),
        {"z": z, "y": yes},
        {"z": ("sigmoid_binary_cross_entropy", "p − y")},
    ),
    (lambda z, y: mean(softplus(z) - y * z), {"z": z, "y": yes}, {"z": ("sigmoid_binary_cross_entropy", "p − y")}),
    (
        lambda p, y: -mean(y * log(p) + (1 - y) * log(1 - p)),
        {"p": odds, "y": yes},
        {"p": ("binary_cross_entropy", "(p − y) / (p (1 − p))")},
    ),
    (lambda a, b: mean((a - b) ** 2), {"a": x, "b": y}, {"a": ("mean_squared_error", "2(a − b) / n")}),
    (lambda a, b: total((a - b) ** 2) / 2, {"a": x, "b": y}, {"a": ("sum_of_squares", "2(a − b)")}),
    (lambda a, b: mean(absolute(a - b)), {"a": x, "b": y}, {"a": ("mean_absolute_error", "sign(a − b) / n")}),
    (lambda W, x: mv(W, x), {"W": W, "x": x}, {"W": ("linear_layer", "g xᵀ"), "x": ("linear_layer", "Wᵀ g")}),
    (
        lambda W, x, b: mv(W, x) + b,
        {"W": W, "x": x, "b": b},
        {"W": ("affine_layer", "g xᵀ"), "x": ("affine_layer", "Wᵀ g"), "b": ("affine_layer", "g")},
    ),
    (
        lambda W, x, b: x @ W + b,
        {"W": W.T, "x": X, "b": b},
        {"W": ("affine_layer_of_row", "xᵀ g"), "x": ("affine_layer_of_row", "g Wᵀ"), "b": ("affine_layer_of_row", "g")},
    ),
    (
        lambda W, x: x @ T(W),
        {"W": W, "x": X},
        {"W": ("linear_layer_transposed", "gᵀ x"), "x": ("linear_layer_transposed", "g W")},
    ),
    (lambda X, w: mv(X, w) + 0.5, {"X": X, "w": w}, {"w": ("linear_model", "Xᵀ g")}),
    (lambda a, b: dot(a, b), {"a": x, "b": y}, {"a": ("dot_product", "b"), "b": ("dot_product", "a")}),
    (lambda x, A: dot(x, mv(A, x)), {"x": x, "A": A}, {"x": ("quadratic_form", "(A + Aᵀ) x")}),
    (lambda x: sqrt(total(x * x)), {"x": x}, {"x": ("norm", "x/‖x‖")}),
    (lambda x: x / x.apply("norm"), {"x": x}, {"x": ("unit_vector", "(g − u (u · g)) / ‖x‖")}),
    (
        lambda a, b: dot(a, b) / (a.apply("norm") * b.apply("norm")),
        {"a": x, "b": y},
        {"a": ("cosine_similarity", "(b̂ − cos · â) / ‖a‖")},
    ),
    (lambda x: mean(x), {"x": x}, {"x": ("mean", "1/n")}),
    (lambda x: mean(x, 1), {"x": X}, {"x": ("mean", "g/n")}),
    (lambda x: mean((x - mean(x)) ** 2), {"x": x}, {"x": ("variance", "2(x − μ) / n")}),
    (lambda x: x.apply("std", axis=0), {"x": X}, {"x": ("standard_deviation", "g (x − μ) / (n σ)")}),
    (
        lambda x: (x - mean(x)) / sqrt(var(x) + 1e-5),
        {"x": x},
        {"x": ("standardise", "(g − mean(g) − h ⊙ mean(g ⊙ h)) / √(var(x) + ε)")},
    ),
    (
        lambda x, γ, β: x.apply("layer_norm", axes=(1,), eps=1e-5) * γ + β,
        {"x": X, "γ": y, "β": z},
        {
            "x": ("layer_norm", "(g ⊙ γ − mean(g ⊙ γ) − h ⊙ mean(g ⊙ γ ⊙ h)) / √(var(x) + ε)"),
            "β": ("layer_norm", "Σ g"),
        },
    ),
    (
        lambda x: x / sqrt(mean(x * x, -1, True) + 1e-6),
        {"x": X},
        {"x": ("rms_norm", "(g − h ⊙ mean(g ⊙ h)) / √(mean(x²) + ε)")},
    ),
    (lambda z: softmax(z), {"z": z}, {"z": ("softmax", "p ⊙ (g − g · p)")}),
    (lambda z: exp(z) / total(exp(z), 1, True), {"z": Z}, {"z": ("softmax", "p ⊙ (g − g · p)")}),
    (lambda z: z.apply("log_softmax", axis=-1), {"z": Z}, {"z": ("log_softmax", "g − softmax(z) Σ g")}),
    (lambda z: log(total(exp(z))), {"z": z}, {"z": ("logsumexp", "softmax(z)")}),
    (lambda x: 1 / (1 + exp(-x)), {"x": x}, {"x": ("sigmoid", "g ⊙ p ⊙ (1 − p)")}),
    (lambda x: relu(x), {"x": x}, {"x": ("relu", "g ⊙ 1[x > 0]")}),
    (lambda x: where(x.apply("greater", 0), x, 0), {"x": x}, {"x": ("relu", "g ⊙ 1[x > 0]")}),
    (lambda x: x.apply("tanh"), {"x": x}, {"x": ("tanh", "g ⊙ (1 − h²)")}),
    (lambda x: x * sigmoid(x), {"x": x}, {"x": ("silu", "g ⊙ σ(x) ⊙ (1 + x ⊙ (1 − σ(x)))")}),
    (lambda x: x.apply("normal_cdf") * x, {"x": x}, {"x": ("gelu", "g ⊙ (Φ(x) + x ⊙ φ(x))")}),
    (
        lambda Q, K, V: softmax(Q @ T(K) / 2.0) @ V,
        {"Q": Q, "K": K, "V": V},
        {
            "V": ("attention", "Aᵀ g"),
            "Q": ("attention", "(A ⊙ (g Vᵀ − rowsum)) K / √d"),
            "K": ("attention", "(A ⊙ (g Vᵀ − rowsum))ᵀ Q / √d"),
        },
    ),
    (lambda p: -total(log(p)), {"p": odds}, {"p": ("negative_log_likelihood", "−1/p")}),
    (lambda p: -total(p * log(p)), {"p": p}, {"p": ("entropy", "−(log p + 1)")}),
    (lambda p, q: total(p * log(p / q)), {"p": p, "q": q}, {"q": ("kullback_leibler", "−p/q")}),
    (lambda x, p: dot(x, p), {"x": x, "p": p}, {"x": ("expectation", "p"), "p": ("expectation", "x")}),
]


@pytest.mark.parametrize(("write", "inputs", "wanted"), CASES, ids=[next(iter(case[2].values()))[0] for case in CASES])
def test_taught(write: Callable[..., Node], inputs: dict[str, Any], wanted: dict[str, tuple[str, str]]) -> None:
    forms, _ = gradients(write, **inputs)
    shown = {
        name: (form.match.name, text(notation(form.formula, {}))) for name, form in forms.items() if name in wanted
    }
    assert shown == wanted


def test_a_gradient_that_comes_by_another_way_too_is_not_taught() -> None:
    forms, raw = gradients(lambda x: mean(x) + dot(x, x), x=x)
    assert "x" not in forms
    np.testing.assert_allclose(raw["x"], 0.25 + 2 * x)


def test_every_formula_can_be_set() -> None:
    for idiom in IDIOMS.values():
        assert text(notation(idiom.formula, {}))
        assert all(text(notation(back.formula, {})) for back in idiom.backward)
        assert all(back.role in idiom.roles for back in idiom.backward)
