"""torch.nn.functional: activations, losses, layers, attention, each expanded to steps that idioms name again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue, Unsupported
from unmagic.record.spell.table import Held

from .base import TABLE, Graded, dim_of, real

FUNCTIONAL = "nn.functional."


def _activation(name: str, op: str, grad: str, **fixed: Any) -> None:
    def build(input: Node, inplace: bool = False) -> Node:
        return real(input).apply(op, **fixed)

    TABLE.function(FUNCTIONAL + name, grad=grad)(build)


for _name, _op, _grad in (
    ("relu", "relu", "ReluBackward0"), ("relu6", "relu6", "HardtanhBackward0"),
    ("sigmoid", "sigmoid", "SigmoidBackward0"),
    ("tanh", "tanh", "TanhBackward0"), ("silu", "silu", "SiluBackward0"), ("mish", "mish", "MishBackward0"),
    ("softsign", "softsign", "DivBackward0"), ("selu", "selu", "EluBackward0"),
    ("logsigmoid", "log_sigmoid", "LogSigmoidBackward0"), ("hardsigmoid", "hardsigmoid", "HardsigmoidBackward0"),
    ("hardswish", "hardswish", "HardswishBackward0"),
):  # fmt: skip
    _activation(_name, _op, _grad)


@TABLE.function(FUNCTIONAL + "gelu", grad="GeluBackward0")
def gelu(input: Node, approximate: str = "none") -> Node:
    return input.apply("gelu", approximate=approximate)


@TABLE.function(FUNCTIONAL + "leaky_relu", grad="LeakyReluBackward0")
def leaky_relu(input: Node, negative_slope: float = 0.01, inplace: bool = False) -> Node:
    return input.apply("leaky_relu", slope=float(negative_slope))


@TABLE.function(FUNCTIONAL + "elu", grad="EluBackward0")
def elu(input: Node, alpha: float = 1.0, inplace: bool = False) -> Node:
    return input.apply("elu", alpha=float(alpha))


@TABLE.function(FUNCTIONAL + "softplus", grad="SoftplusBackward0")
def softplus(input: Node, beta: float = 1.0, threshold: float = 20.0) -> Node:
    return input.apply("softplus", beta=float(beta))


@TABLE.function(FUNCTIONAL + "hardtanh", grad="HardtanhBackward0")
def hardtanh(input: Node, min_val: float = -1.0, max_val: float = 1.0) -> Node:
    return input.apply("hardtanh", low=float(min_val), high=float(max_val))


def _reduced(loss: Node, reduction: str) -> Node:
    if reduction == "mean":
        return loss.apply("mean", axis=None, keepdims=False)
    if reduction == "sum":
        return loss.apply("sum", axis=None, keepdims=False)
    if reduction == "none":
        return loss
    raise BadValue(f"{reduction} is not a valid value for reduction")


@TABLE.function(FUNCTIONAL + "mse_loss", grad="MseLossBackward0")
def mse_loss(input: Node, target: Node, reduction: str = "mean") -> Node:
    return _reduced((input - target).apply("square"), reduction)


@TABLE.function(FUNCTIONAL + "l1_loss")
def l1_loss(input: Node, target: Node, reduction: str = "mean") -> Graded:
    out = _reduced((input - target).apply("absolute"), reduction)
    return Graded(out, {"mean": "MeanBackward0", "sum": "SumBackward0", "none": "AbsBackward0"}[reduction])


@TABLE.function(FUNCTIONAL + "smooth_l1_loss", FUNCTIONAL + "huber_loss")
def smooth_l1_loss(input: Node, target: Node, reduction: str = "mean", beta: float = 1.0) -> Graded:
    gap = (input - target).apply("absolute")
    inner = gap.apply("square") * (0.5 / beta)
    loss = input.builder.apply("where", gap.apply("less", beta), inner, gap - 0.5 * beta)
    return Graded(_reduced(loss, reduction), "SmoothL1LossBackward0")


@TABLE.function(FUNCTIONAL + "binary_cross_entropy", grad="BinaryCrossEntropyBackward0")
def binary_cross_entropy(input: Node, target: Node, weight: Node | None = None, reduction: str = "mean") -> Node:
    def lowest(x: Node) -> Node:
        return x.apply("log").apply("clip", low=-100.0, high=None)  # PyTorch's own floor

    loss = -(target * lowest(input) + (1.0 - target) * lowest(1.0 - input))
    return _reduced(loss if weight is None else loss * weight, reduction)


@TABLE.function(FUNCTIONAL + "binary_cross_entropy_with_logits", grad="BinaryCrossEntropyWithLogitsBackward0")
def bce_with_logits(
    input: Node, target: Node, weight: Node | None = None, reduction: str = "mean", *, pos_weight: Node | None = None
) -> Node:
    yes = -input.apply("log_sigmoid") * target
    if pos_weight is not None:
        yes = yes * pos_weight
    loss = yes + -((-input).apply("log_sigmoid")) * (1.0 - target)
    return _reduced(loss if weight is None else loss * weight, reduction)


def _picked(log_p: Node, target: Node) -> Node:
    """``log_p[i, target[i]]``, or ``log_p[target]`` of one example."""
    from unmagic.ops.movement import Ref

    if target.dtype.kind not in "iu":
        raise BadValue("expected target of whole numbers: class numbers")
    labels = np.asarray(target.value)
    classes = log_p.shape[0 if log_p.ndim == 1 else 1]
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise BadValue(f"Target {int(labels.max() if labels.max() >= classes else labels.min())} is out of bounds.")
    if log_p.ndim == 1:
        return log_p.apply("index", target, key=(Ref(0),))
    if log_p.ndim > 2:
        log_p = log_p.apply("transpose", axes=(0, *range(2, log_p.ndim), 1))
        size = math.prod(log_p.shape[:-1])
        log_p, target = log_p.reshape((size, classes)), target.reshape((size,))
    if log_p.shape[0] != target.shape[0]:
        raise BadValue(f"Expected input batch_size ({log_p.shape[0]}) to match target batch_size ({target.shape[0]}).")
    rows = log_p.builder.constant(np.arange(log_p.shape[0]))
    return log_p.apply("index", rows, target, key=(Ref(0), Ref(1)))


@TABLE.function(FUNCTIONAL + "nll_loss", grad="NllLossBackward0")
def nll_loss(input: Node, target: Node, weight: Node | None = None, *, reduction: str = "mean") -> Node:
    if weight is not None:
        raise Unsupported("nll_loss with class weights is not read")
    return _reduced(-_picked(input, target), reduction)


@TABLE.function(FUNCTIONAL + "cross_entropy")
def cross_entropy(
    input: Node, target: Node, weight: Node | None = None, *, reduction: str = "mean", label_smoothing: float = 0.0
) -> Graded:
    axis = 0 if input.ndim == 1 else 1
    log_p = input.apply("log_softmax", axis=axis)
    if weight is not None:
        raise Unsupported("cross_entropy with class weights is not read")
    if target.dtype.kind == "f":
        if target.shape != input.shape:
            raise BadValue("target probabilities have the shape of the input")
        loss = -(target * log_p).sum(axis)
        out = loss.sum() / float(loss.shape[0]) if reduction == "mean" and loss.ndim else _reduced(loss, reduction)
        return Graded(out, "DivBackward1" if reduction == "mean" else "SumBackward0")
    loss = -_picked(log_p, target)
    if label_smoothing:
        even = -log_p.apply("mean", axis=axis, keepdims=False)
        loss = loss * (1.0 - label_smoothing) + even * label_smoothing
    return Graded(_reduced(loss, reduction), "AddBackward0" if label_smoothing else "NllLossBackward0")


@TABLE.function(FUNCTIONAL + "kl_div")
def kl_div(input: Node, target: Node, *, reduction: str = "mean", log_target: bool = False) -> Graded:
    loss = target.apply("exp") * (target - input) if log_target else target.apply("xlogy", target) - target * input
    if reduction == "batchmean":
        return Graded(loss.sum() / float(loss.shape[0]), "DivBackward0")
    return Graded(
        _reduced(loss, reduction), {"mean": "MeanBackward0", "sum": "SumBackward0"}.get(reduction, "SubBackward0")
    )


@TABLE.function(FUNCTIONAL + "linear")
def linear(input: Node, weight: Node, bias: Node | None = None) -> Graded:
    from unmagic.ops.rank import numpy_matmul

    if input.ndim == 0 or weight.ndim != 2 or input.shape[-1] != weight.shape[1]:
        first = "x".join(map(str, (math.prod(input.shape[:-1]), input.shape[-1] if input.ndim else 1)))
        raise BadValue(f"mat1 and mat2 shapes cannot be multiplied ({first} and {weight.shape[1]}x{weight.shape[0]})")
    out = weight.apply("matvec", input) if input.ndim == 1 else numpy_matmul(input, weight.mT)
    if bias is None:
        names = {1: "SqueezeBackward4", 2: "MmBackward0"}
        return Graded(out, names.get(input.ndim, "UnsafeViewBackward0"))
    return Graded(out + bias, {2: "AddmmBackward0"}.get(input.ndim, "ViewBackward0"))


@TABLE.function(FUNCTIONAL + "layer_norm", grad="NativeLayerNormBackward0")
def layer_norm(
    input: Node, normalized_shape: Any, weight: Node | None = None, bias: Node | None = None, eps: float = 1e-5
) -> Node:
    sizes = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if input.shape[input.ndim - len(sizes) :] != sizes:
        raise BadValue(f"Given normalized_shape={list(sizes)}, expected input with shape ending so, "
                       f"but got input of size{list(input.shape)}")  # fmt: skip
    axes = tuple(range(input.ndim - len(sizes), input.ndim))
    out = input.apply("layer_norm", axes=axes, eps=float(eps))
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


@TABLE.function(FUNCTIONAL + "rms_norm")
def rms_norm(input: Node, normalized_shape: Any, weight: Node | None = None, eps: float | None = None) -> Graded:
    sizes = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    axes = tuple(range(input.ndim - len(sizes), input.ndim))
    out = input.apply("rms_norm", axes=axes, eps=float(np.finfo(input.dtype).eps if eps is None else eps))
    return Graded(out if weight is None else out * weight, "MulBackward0")


@TABLE.function(FUNCTIONAL + "embedding", grad="EmbeddingBackward0")
def embedding(input: Node, weight: Node) -> Node:
    return weight.apply("embedding", input)


@TABLE.function(FUNCTIONAL + "dropout", "dropout")
def dropout(input: Node, p: float = 0.5, training: bool = True, inplace: bool = False) -> Held:
    if training and p:
        raise Unsupported("dropout draws at random in training", hint="model.eval(), or p=0")
    return Held(input)


@TABLE.function(FUNCTIONAL + "scaled_dot_product_attention")
def scaled_dot_product_attention(
    query: Node, key: Node, value: Node, attn_mask: Node | None = None, dropout_p: float = 0.0,
    is_causal: bool = False, scale: float | None = None,
) -> Graded:  # fmt: skip
    from unmagic.ops.rank import numpy_matmul

    if dropout_p:
        raise Unsupported("dropout draws at random", hint="dropout_p=0")
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    scores = numpy_matmul(query, key.mT) * factor
    low = query.builder.constant(-math.inf, query.dtype)
    if is_causal:
        seen = query.builder.constant(np.tril(np.ones((query.shape[-2], key.shape[-2]), bool)))
        scores = query.builder.apply("where", seen, scores, low)
    if attn_mask is not None:
        if attn_mask.dtype.kind == "b":
            scores = query.builder.apply("where", attn_mask, scores, low)
        else:
            scores = scores + attn_mask
    out = numpy_matmul(scores.apply("softmax", axis=scores.ndim - 1), value)
    return Graded(out, "ScaledDotProductFlashAttentionForCpuBackward0" if out.ndim == 4 else "SqueezeBackward1")


@TABLE.function(FUNCTIONAL + "normalize", grad="DivBackward0")
def normalize(input: Node, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Node:
    length = input.apply("norm", order=int(p) if p == int(p) else p, axis=dim_of(dim, input.ndim), keepdims=True)
    return input / length.apply("clip", low=float(eps), high=None)


@TABLE.function(FUNCTIONAL + "cosine_similarity", "cosine_similarity", grad="SumBackward1")
def cosine_similarity(x1: Node, x2: Node, dim: int = 1, eps: float = 1e-8) -> Node:
    axis = dim_of(dim, max(x1.ndim, x2.ndim))
    lengths = [x.apply("norm", order=2, axis=axis, keepdims=False).apply("clip", low=float(eps), high=None)
               for x in (x1, x2)]  # fmt: skip
    return (x1 * x2).sum(axis) / (lengths[0] * lengths[1])


@TABLE.function(FUNCTIONAL + "pad", grad="ConstantPadNdBackward0")
def pad(input: Node, pad: Any, mode: str = "constant", value: float | None = None) -> Node:
    if mode != "constant":
        raise Unsupported("pad is read with mode='constant'")
    pairs = [(int(pad[i]), int(pad[i + 1])) for i in range(0, len(pad), 2)]
    widths = tuple([(0, 0)] * (input.ndim - len(pairs)) + pairs[::-1])
    return input.apply("pad", widths=widths, value=float(value or 0.0))
