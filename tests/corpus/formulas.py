"""Formulas as public documents write them, with numbers to put in and the number that has to come out.

Every expected number is computed with NumPy and SciPy alone, by another road than the formula's own where
there is one: ``special.log_softmax`` beside a quotient of exponentials, a complex step beside a derivative.
Nothing here imports the engine, so the engine's readings can be held against it.

How a row is written:

- ``text`` is what somebody would paste: LaTeX with its layout commands, Unicode, or plain letters.
- ``values`` has the names as a user types them: ``theta``, ``hat_y``, ``bar_alpha_t``, ``W_ih``,
  ``m_{t-1}``, ``P(D|H)``. A list is a vector or a matrix; under a name with an argument (``p(x)``,
  ``IDF(q_i)``) it is a table.
- ``result`` is the left side, as a user types it, of the statement whose value is compared; without it, the
  last statement's value is.
- ``rounds`` is the number of times that the updates run, all of them in order in each round.
- ``refused`` says why a row must not be read.

An equation that follows a comma and a wide space (``\\quad``) is a statement of its own.

The integer in a subscript counts from 1, the value of a class number from 0. Where a document writes
something that the project's rules for formulas pass over, the comment at the row states what a careful
reader takes it for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import spatial, special, stats

Values = dict[str, Any]
Expect = Callable[[Values], Any]


@dataclass(frozen=True)
class Row:
    """One formula from a public document, with numbers and the expected result."""

    id: str
    text: str
    values: Values
    expect: Expect | None
    source: str
    result: str | None = None
    rounds: int | None = None
    refused: str | None = None
    category: str = ""


def _arrays(values: Values) -> Values:
    return {name: np.asarray(value) if isinstance(value, list) else value for name, value in values.items()}


def _row(
    id: str,
    text: str,
    values: Values,
    expect: Expect,
    source: str,
    result: str | None = None,
    rounds: int | None = None,
) -> Row:
    """A row that has to be read; ``expect`` sees arrays where ``values`` has lists."""
    return Row(id, text, values, lambda v: expect(_arrays(v)), source, result, rounds)


def _refused(id: str, text: str, values: Values, reason: str, source: str) -> Row:
    return Row(id, text, values, None, source, refused=reason)


def made(seed: int, *shape: int) -> list[Any]:
    """Normal numbers with two decimals, always the same for a seed."""
    return np.round(np.random.default_rng(seed).normal(size=shape), 2).tolist()


def positive(seed: int, *shape: int) -> list[Any]:
    """Numbers from 0.2 to 2 with two decimals."""
    return np.round(np.random.default_rng(seed).uniform(0.2, 2.0, size=shape), 2).tolist()


def table(seed: int, *shape: int) -> list[Any]:
    """Probabilities with two decimals that add up to 1 over the whole table."""
    count = math.prod(shape)
    hundredths = np.random.default_rng(seed).multinomial(100 - 4 * count, [1 / count] * count) + 4
    return (hundredths.reshape(shape) / 100).tolist()


def slope(f: Callable[[Any], Any], x: float) -> float:
    """The derivative of an analytic function by a complex step: exact to rounding, no rule in it."""
    return float(np.imag(f(x + 1e-30j)) / 1e-30)


def gradient(f: Callable[[Any], Any], x: Any) -> Any:
    """The derivatives of a scalar function by every entry of ``x``, by complex steps."""
    at = np.asarray(x, dtype=complex)
    out = np.zeros(at.shape)
    for index in np.ndindex(*at.shape):
        moved = at.copy()
        moved[index] += 1e-30j
        out[index] = np.imag(f(moved)) / 1e-30
    return out


def times(count: int, step: Callable[[Any], Any], start: Any) -> Any:
    """``step`` applied ``count`` times."""
    for _ in range(count):
        start = step(start)
    return start


def unit(x: Any) -> Any:
    return x / np.linalg.norm(x)


def attend(q: Any, k: Any, v: Any, d: float, mask: Any = 0.0) -> Any:
    return special.softmax(q @ k.T / math.sqrt(d) + mask, axis=-1) @ v


# ----------------------------------------------------------------------------------------------------- layers
LAYERS = [
    _row(
        "linear-vector",
        r"y = xA^T + b",
        {"x": [1.0, -2.0, 0.5], "A": [[0.2, 0.4, -1.0], [1.5, 0.0, 2.0]], "b": [0.1, -0.3]},
        lambda v: v["A"] @ v["x"] + v["b"],
        "PyTorch documentation, torch.nn.Linear",
    ),
    # A vector added to a matrix is added to every row, as NumPy and the document's shapes have it.
    _row(
        "linear-batch",
        r"y = xA^\top + b",
        {"x": made(1, 4, 3), "A": made(2, 2, 3), "b": [0.5, -1.0]},
        lambda v: np.einsum("ni,oi->no", v["x"], v["A"]) + v["b"],
        "PyTorch documentation, torch.nn.Linear",
    ),
    _row(
        "bilinear",
        r"y = x_1^T A x_2 + b",
        {"x_1": [1.0, 2.0], "A": [[0.5, -1.0, 2.0], [1.0, 0.0, 3.0]], "x_2": [2.0, 1.0, -1.0], "b": 0.25},
        lambda v: np.einsum("i,ij,j", v["x_1"], v["A"], v["x_2"]) + v["b"],
        "PyTorch documentation, torch.nn.Bilinear",
    ),
    _row(
        "affine-one-example",
        r"\hat{y} = \mathbf{w}^\top \mathbf{x} + b.",
        {"w": [0.5, -1.5, 2.0], "x": [4.0, 1.0, 0.5], "b": 0.75},
        lambda v: np.dot(v["w"], v["x"]) + v["b"],
        "Dive into Deep Learning, linear regression",
    ),
    _row(
        "affine-design-matrix",
        r"\hat{\mathbf{y}} = \mathbf{X} \mathbf{w} + b,",
        {"X": made(3, 4, 2), "w": [1.5, -0.5], "b": 2.0},
        lambda v: np.einsum("ij,j->i", v["X"], v["w"]) + 2.0,
        "Dive into Deep Learning, linear regression",
    ),
    _row(
        "house-price-words",
        r"\textrm{price} = w_{\textrm{area}} \cdot \textrm{area} + w_{\textrm{age}} \cdot \textrm{age} + b.",
        {"w_area": 3.0, "area": 80, "w_age": -2.5, "age": 12, "b": 40},
        lambda v: 3.0 * 80 - 2.5 * 12 + 40,
        "Dive into Deep Learning, linear regression",
    ),
    _row(
        "mlp-one-hidden-layer",
        r"""\begin{aligned}
    \mathbf{H} & = \sigma(\mathbf{X} \mathbf{W}^{(1)} + \mathbf{b}^{(1)}), \\
    \mathbf{O} & = \mathbf{H}\mathbf{W}^{(2)} + \mathbf{b}^{(2)}.\\
\end{aligned}""",
        {
            "X": made(4, 3, 2),
            "W^(1)": made(5, 2, 4),
            "b^(1)": made(6, 4),
            "W^(2)": made(7, 4, 2),
            "b^(2)": [0.1, 0.2],
        },
        lambda v: special.expit(v["X"] @ v["W^(1)"] + v["b^(1)"]) @ v["W^(2)"] + v["b^(2)"],
        "Dive into Deep Learning, multilayer perceptrons",
    ),
    _row(
        "position-wise-ffn",
        r"\mathrm{FFN}(x)=\max(0, xW_1 + b_1) W_2 + b_2",
        {
            "x": made(8, 2, 3),
            "W_1": made(9, 3, 4),
            "b_1": made(10, 4),
            "W_2": made(11, 4, 3),
            "b_2": made(12, 3),
        },
        lambda v: np.clip(v["x"] @ v["W_1"] + v["b_1"], 0, None) @ v["W_2"] + v["b_2"],
        "Vaswani et al. 2017, eq. 2",
    ),
    # The product xV is one operand of the elementwise sign: juxtaposition binds
    # tighter. (The paper writes \otimes.)
    _row(
        "swiglu",
        r"\operatorname{FFN}_{\text{SwiGLU}}(x) = \left(\operatorname{SiLU}(xW) \odot xV\right) W_2",
        {"x": made(13, 2, 3), "W": made(14, 3, 4), "V": made(15, 3, 4), "W_2": made(16, 4, 3)},
        lambda v: (v["x"] @ v["W"] * special.expit(v["x"] @ v["W"]) * (v["x"] @ v["V"])) @ v["W_2"],
        "Shazeer 2020, GLU variants improve Transformer, eq. 6",
    ),
    _row(
        "gated-linear-unit",
        r"h(\mathbf{X}) = (\mathbf{X} \mathbf{W} + \mathbf{b}) \odot \sigma(\mathbf{X} \mathbf{V} + "
        r"\mathbf{c})",
        {"X": made(17, 3, 2), "W": made(18, 2, 2), "b": [0.1, 0.2], "V": made(19, 2, 2), "c": [-0.3, 0.4]},
        lambda v: (v["X"] @ v["W"] + v["b"]) * special.expit(v["X"] @ v["V"] + v["c"]),
        "Dauphin et al. 2017, eq. 1, for dense layers",
    ),
    _row(
        "residual-block",
        r"\mathbf{y} = W_{2}\,\mathrm{ReLU}(W_{1}\mathbf{x}) + \mathbf{x}",
        {"W_1": made(20, 4, 3), "W_2": made(21, 3, 4), "x": [1.0, -1.0, 2.0]},
        lambda v: v["W_2"] @ np.maximum(v["W_1"] @ v["x"], 0) + v["x"],
        "He et al. 2015, deep residual learning, section 3.2",
    ),
    _row(
        "highway",
        r"y = H \odot T + x \odot (1 - T)",
        {"H": [0.5, -1.0, 2.0], "T": [0.1, 0.6, 0.9], "x": [3.0, 1.0, -2.0]},
        lambda v: v["x"] + v["T"] * (v["H"] - v["x"]),
        "Srivastava et al. 2015, highway networks, eq. 3",
    ),
    _row(
        "lora",
        r"h = W_0 x + \frac{\alpha}{r} B A x",
        {
            "W_0": made(22, 3, 4),
            "alpha": 8,
            "r": 2,
            "B": made(23, 3, 2),
            "A": made(24, 2, 4),
            "x": [1.0, 0.0, -1.0, 2.0],
        },
        lambda v: (v["W_0"] + 4 * v["B"] @ v["A"]) @ v["x"],
        "Hu et al. 2021, LoRA, eq. 3",
    ),
    _row(
        "inverted-dropout",
        r"\tilde{h} = \frac{1}{1-p}\, m \odot h",
        {"p": 0.25, "m": [1, 0, 1, 1], "h": [2.0, 3.0, -1.0, 0.5]},
        lambda v: np.array([2.0, 0.0, -1.0, 0.5]) * 4 / 3,
        "Srivastava et al. 2014, dropout, in its inverted form",
    ),
    _row(
        "neuron-with-indices",
        r"a_j = \sigma\left(\sum_{i} w_{ji} x_i + b_j\right)",
        {"w": [[0.5, -1.0], [2.0, 1.5], [-0.3, 0.1]], "x": [1.0, 3.0], "b": [0.1, -0.2, 0.4]},
        lambda v: special.expit(v["w"] @ v["x"] + v["b"]),
        "Bishop 2006, chapter 5",
    ),
    # The superscripts are the layer's number, so w^l, a^{l-1}, b^l are names; no power is meant.
    _row(
        "layer-with-superscripts",
        r"a^{l}_j = \sigma\left( \sum_k w^{l}_{jk} a^{l-1}_k + b^l_j \right)",
        {"w^l": [[0.4, -0.6], [1.0, 0.8]], "a^{l-1}": [0.9, 0.3], "b^l": [0.05, -0.5]},
        lambda v: special.expit(v["w^l"] @ v["a^{l-1}"] + v["b^l"]),
        "Nielsen, Neural Networks and Deep Learning, eq. 23",
    ),
    _row(
        "maxout",
        r"h_i = \max_{j} z_{ij}",
        {"z": [[0.5, -1.0, 2.0], [-3.0, -0.5, -1.0]]},
        lambda v: v["z"].max(axis=1),
        "Goodfellow et al. 2013, maxout networks",
    ),
    _row(
        "global-average-pooling",
        r"z_c = \frac{1}{H \times W} \sum_{i=1}^{H} \sum_{j=1}^{W} u_{ijc}",
        {"H": 2, "W": 3, "u": made(25, 2, 3, 2)},
        lambda v: v["u"].mean(axis=(0, 1)),
        "Hu et al. 2018, squeeze-and-excitation, eq. 2",
    ),
    # Angle brackets are the dot product of two rows of v.
    _row(
        "factorization-machine",
        r"\hat{y}(x) = w_0 + \sum_{i=1}^n w_i x_i + \sum_{i=1}^n \sum_{j=i+1}^n "
        r"\langle\mathbf{v}_i, \mathbf{v}_j\rangle x_i x_j",
        {
            "w_0": 0.5,
            "w": [1.0, -2.0, 0.5],
            "x": [1.0, 2.0, 3.0],
            "v": [[1.0, 0.5], [-1.0, 2.0], [0.5, 0.25]],
            "n": 3,
        },
        lambda v: 0.5 + v["w"] @ v["x"] + 0.5 * np.sum((v["x"] @ v["v"]) ** 2 - (v["x"] ** 2) @ (v["v"] ** 2)),
        "Rendle 2010, factorization machines, eq. 1",
    ),
    _row(
        "conv-output-size",
        r"""H_{out} = \left\lfloor\frac{H_{in}  + 2 \times \text{padding}[0] - \text{dilation}[0]
                        \times (\text{kernel\_size}[0] - 1) - 1}{\text{stride}[0]} + 1\right\rfloor""",
        {"H_in": 28, "padding": [1, 2], "dilation": [2, 1], "kernel_size": [3, 5], "stride": [2, 1]},
        lambda v: (28 + 2 - 2 * 2 - 1) // 2 + 1,
        "PyTorch documentation, torch.nn.Conv2d",
    ),
]

# ------------------------------------------------------------------------------------------------ activations
X5 = [-4.0, -1.5, 0.0, 0.75, 3.5]
ACTIVATIONS = [
    # (x)^+ is the positive part; both sides of the chain have to agree.
    _row(
        "relu",
        r"\text{ReLU}(x) = (x)^+ = \max(0, x)",
        {"x": X5},
        lambda v: np.clip(v["x"], 0, None),
        "PyTorch documentation, torch.nn.ReLU",
    ),
    _row(
        "relu6",
        r"\text{ReLU6}(x) = \min(\max(0,x), 6)",
        {"x": [-1.0, 2.5, 7.25]},
        lambda v: np.clip(v["x"], 0, 6),
        "PyTorch documentation, torch.nn.ReLU6",
    ),
    _row(
        "elu-cases",
        r"""\text{ELU}(x) = \begin{cases}
        x, & \text{ if } x > 0\\
        \alpha * (\exp(x) - 1), & \text{ if } x \leq 0
        \end{cases}""",
        {"x": X5, "alpha": 0.5},
        lambda v: np.where(v["x"] > 0, v["x"], 0.5 * np.expm1(v["x"])),
        "PyTorch documentation, torch.nn.ELU",
    ),
    _row(
        "elu-max-min",
        r"f(x) = \max(0,x) + \min(0, \alpha * (\exp(x) - 1))",
        {"x": X5, "alpha": 1.5},
        lambda v: np.where(v["x"] > 0, v["x"], 1.5 * np.expm1(v["x"])),
        "PyTorch 0.2 documentation, torch.nn.ELU",
    ),
    _row(
        "selu",
        r"\text{SELU}(x) = \text{scale} * (\max(0,x) + \min(0, \alpha * (\exp(x) - 1)))",
        {"x": X5, "scale": 1.0507009873554805, "alpha": 1.6732632423543772},
        lambda v: v["scale"] * np.where(v["x"] > 0, v["x"], v["alpha"] * np.expm1(v["x"])),
        "PyTorch documentation, torch.nn.SELU",
    ),
    _row(
        "celu",
        r"\text{CELU}(x) = \max(0,x) + \min(0, \alpha * (\exp(x/\alpha) - 1))",
        {"x": X5, "alpha": 2.0},
        lambda v: np.where(v["x"] > 0, v["x"], 2.0 * np.expm1(v["x"] / 2)),
        "PyTorch documentation, torch.nn.CELU",
    ),
    _row(
        "gelu-normal-cdf",
        r"\text{GELU}(x) = x * \Phi(x)",
        {"x": X5},
        lambda v: v["x"] * special.ndtr(v["x"]),
        "PyTorch documentation, torch.nn.GELU",
    ),
    _row(
        "gelu-tanh",
        r"\text{GELU}(x) = 0.5 * x * (1 + \text{Tanh}(\sqrt{2 / \pi} * (x + 0.044715 * x^3)))",
        {"x": X5},
        lambda v: v["x"] / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (v["x"] + 0.044715 * v["x"] ** 3))),
        "PyTorch documentation, torch.nn.GELU with approximate='tanh'",
    ),
    _row(
        "gelu-erf",
        r"\text{GELU}(x) = x\Phi(x) = x \cdot \frac{1}{2}\left[1 + \text{erf}(x/\sqrt{2})\right]",
        {"x": -0.8},
        lambda v: -0.8 * stats.norm.cdf(-0.8),
        "Hendrycks and Gimpel 2016, section 2",
    ),
    _row(
        "gelu-sigmoid",
        r"x\sigma(1.702x)",
        {"x": 1.3},
        lambda v: 1.3 * special.expit(1.702 * 1.3),
        "Hendrycks and Gimpel 2016, section 2",
    ),
    _row(
        "silu",
        r"\text{silu}(x) = x * \sigma(x), \text{where } \sigma(x) \text{ is the logistic sigmoid.}",
        {"x": X5},
        lambda v: v["x"] * special.expit(v["x"]),
        "PyTorch documentation, torch.nn.SiLU",
    ),
    _row(
        "swish-beta",
        r"f(x) = x \cdot \operatorname{sigmoid}(\beta x)",
        {"x": 1.25, "beta": 1.5},
        lambda v: 1.25 * special.expit(1.875),
        "Ramachandran et al. 2017, section 4",
    ),
    _row(
        "mish",
        r"\text{Mish}(x) = x * \text{Tanh}(\text{Softplus}(x))",
        {"x": X5},
        lambda v: v["x"] * np.tanh(np.logaddexp(0, v["x"])),
        "PyTorch documentation, torch.nn.Mish",
    ),
    _row(
        "softplus",
        r"\text{Softplus}(x) = \frac{1}{\beta} * \log(1 + \exp(\beta * x))",
        {"x": X5, "beta": 2.0},
        lambda v: np.logaddexp(0, 2 * v["x"]) / 2,
        "PyTorch documentation, torch.nn.Softplus",
    ),
    _row(
        "softsign",
        r"\text{SoftSign}(x) = \frac{x}{ 1 + |x|}",
        {"x": -2.5},
        lambda v: -2.5 / 3.5,
        "PyTorch documentation, torch.nn.Softsign",
    ),
    _row(
        "hardtanh-cases",
        r"""\text{HardTanh}(x) = \begin{cases}
            \text{max\_val} & \text{ if } x > \text{ max\_val } \\
            \text{min\_val} & \text{ if } x < \text{ min\_val } \\
            x & \text{ otherwise } \\
        \end{cases}""",
        {"x": X5, "max_val": 2.0, "min_val": -1.0},
        lambda v: np.clip(v["x"], -1, 2),
        "PyTorch documentation, torch.nn.Hardtanh",
    ),
    _row(
        "leaky-relu",
        r"\text{LeakyReLU}(x) = \max(0, x) + \text{negative\_slope} * \min(0, x)",
        {"x": X5, "negative_slope": 0.01},
        lambda v: np.where(v["x"] < 0, 0.01, 1) * v["x"],
        "PyTorch documentation, torch.nn.LeakyReLU",
    ),
    _row(
        "leaky-relu-cases",
        r"""\text{LeakyReLU}(x) =
        \begin{cases}
        x, & \text{ if } x \geq 0 \\
        \text{negative\_slope} \times x, & \text{ otherwise }
        \end{cases}""",
        {"x": X5, "negative_slope": 0.2},
        lambda v: np.where(v["x"] < 0, 0.2, 1) * v["x"],
        "PyTorch documentation, torch.nn.LeakyReLU",
    ),
    _row(
        "prelu",
        r"\text{PReLU}(x) = \max(0,x) + a * \min(0,x)",
        {"x": X5, "a": 0.25},
        lambda v: np.where(v["x"] < 0, 0.25, 1) * v["x"],
        "PyTorch documentation, torch.nn.PReLU",
    ),
    _row(
        "log-sigmoid",
        r"\text{LogSigmoid}(x) = \log\left(\frac{ 1 }{ 1 + \exp(-x)}\right)",
        {"x": X5},
        lambda v: special.log_expit(v["x"]),
        "PyTorch documentation, torch.nn.LogSigmoid",
    ),
    _row(
        "tanhshrink",
        r"\text{Tanhshrink}(x) = x - \tanh(x)",
        {"x": X5},
        lambda v: v["x"] - np.tanh(v["x"]),
        "PyTorch documentation, torch.nn.Tanhshrink",
    ),
    _row(
        "hardswish-cases",
        r"""\text{Hardswish}(x) = \begin{cases}
            0 & \text{if~} x \le -3, \\
            x & \text{if~} x \ge +3, \\
            x \cdot (x + 3) /6 & \text{otherwise}
        \end{cases}""",
        {"x": 1.2},
        lambda v: 1.2 * 4.2 / 6,
        "PyTorch documentation, torch.nn.Hardswish",
    ),
    _row(
        "hardswish-relu6",
        r"\text{Hardswish}(x) = x \cdot \frac{\text{ReLU6}(x + 3)}{6} \quad\text{where}\quad "
        r"\text{ReLU6}(x) = \min(\max(0, x), 6)",
        {"x": -1.0},
        lambda v: -1.0 * 2.0 / 6,
        "Howard et al. 2019, MobileNetV3, section 5.2",
        result="Hardswish(x)",
    ),
    _row(
        "hardsigmoid-cases",
        r"""\text{Hardsigmoid}(x) = \begin{cases}
            0 & \text{if~} x \le -3, \\
            1 & \text{if~} x \ge +3, \\
            x / 6 + 1 / 2 & \text{otherwise}
        \end{cases}""",
        {"x": X5},
        lambda v: np.clip(v["x"] / 6 + 0.5, 0, 1),
        "PyTorch documentation, torch.nn.Hardsigmoid",
    ),
    _row(
        "softshrink-cases",
        r"""\text{SoftShrinkage}(x) =
        \begin{cases}
        x - \lambda, & \text{ if } x > \lambda \\
        x + \lambda, & \text{ if } x < -\lambda \\
        0, & \text{ otherwise }
        \end{cases}""",
        {"x": X5, "lambda": 0.5},
        lambda v: np.sign(v["x"]) * np.maximum(np.abs(v["x"]) - 0.5, 0),
        "PyTorch documentation, torch.nn.Softshrink",
    ),
    _row(
        "hardshrink-cases",
        r"""\text{HardShrink}(x) =
        \begin{cases}
        x, & \text{ if } x > \lambda \\
        x, & \text{ if } x < -\lambda \\
        0, & \text{ otherwise }
        \end{cases}""",
        {"x": X5, "lambda": 1.0},
        lambda v: np.where(np.abs(v["x"]) > 1, v["x"], 0),
        "PyTorch documentation, torch.nn.Hardshrink",
    ),
    _row(
        "threshold-cases",
        r"""y =
        \begin{cases}
        x, &\text{ if } x > \text{threshold} \\
        \text{value}, &\text{ otherwise }
        \end{cases}""",
        {"x": X5, "threshold": 0.5, "value": 20},
        lambda v: np.where(v["x"] > 0.5, v["x"], 20),
        "PyTorch documentation, torch.nn.Threshold",
    ),
    _row(
        "tanh-exponentials",
        r"\text{Tanh}(x) = \tanh(x) = \frac{\exp(x) - \exp(-x)} {\exp(x) + \exp(-x)}",
        {"x": X5},
        lambda v: np.tanh(v["x"]),
        "PyTorch documentation, torch.nn.Tanh",
    ),
    _row(
        "tanh-doubled",
        r"\operatorname{tanh}(x) = \frac{1 - \exp(-2x)}{1 + \exp(-2x)}.",
        {"x": 0.6},
        lambda v: math.tanh(0.6),
        "Dive into Deep Learning, activation functions",
    ),
    _row(
        "sigmoid",
        r"\text{Sigmoid}(x) = \sigma(x) = \frac{1}{1 + \exp(-x)}",
        {"x": X5},
        lambda v: special.expit(v["x"]),
        "PyTorch documentation, torch.nn.Sigmoid",
    ),
    _row(
        "sigmoid-unicode",
        "σ(x) = 1 / (1 + e⁻ˣ)",
        {"x": 1.5},
        lambda v: special.expit(1.5),
        "textbooks, logistic function",
    ),
    _row(
        "sigmoid-plain",
        "sigmoid(x) = 1/(1 + e^(-x))",
        {"x": -0.4},
        lambda v: special.expit(-0.4),
        "forum posts, logistic function in plain letters",
    ),
    _row(
        "softplus-unicode",
        "softplus(x) = ln(1 + eˣ)",
        {"x": 0.3},
        lambda v: np.logaddexp(0, 0.3),
        "Wikipedia, softplus",
    ),
    # On the left x_i is the i-th entry: the result has i's axis.
    _row(
        "softmax",
        r"\text{Softmax}(x_{i}) = \frac{\exp(x_i)}{\sum_j \exp(x_j)}",
        {"x": [1.0, -0.5, 2.0, 0.0]},
        lambda v: special.softmax(v["x"]),
        "PyTorch documentation, torch.nn.Softmax",
    ),
    _row(
        "softmin",
        r"\text{Softmin}(x_{i}) = \frac{\exp(-x_i)}{\sum_j \exp(-x_j)}",
        {"x": [1.0, -0.5, 2.0]},
        lambda v: special.softmax(-v["x"]),
        "PyTorch documentation, torch.nn.Softmin",
    ),
    _row(
        "log-softmax",
        r"\text{LogSoftmax}(x_{i}) = \log\left(\frac{\exp(x_i) }{ \sum_j \exp(x_j)} \right)",
        {"x": [1.0, -0.5, 2.0]},
        lambda v: special.log_softmax(v["x"]),
        "PyTorch documentation, torch.nn.LogSoftmax",
    ),
    _row(
        "softmax-rows",
        r"\mathrm{softmax}(\mathbf{X})_{ij} = \frac{\exp(\mathbf{X}_{ij})}{\sum_k \exp(\mathbf{X}_{ik})}.",
        {"X": made(30, 2, 3)},
        lambda v: special.softmax(v["X"], axis=1),
        "Dive into Deep Learning, softmax regression from scratch",
    ),
    _row(
        "softmax-temperature",
        r"q_i = \frac{\exp(z_i/T)}{\sum_j \exp(z_j/T)}",
        {"z": [2.0, 1.0, -1.0], "T": 2.5},
        lambda v: special.softmax(v["z"] / 2.5),
        "Hinton et al. 2015, distillation, eq. 1",
    ),
    # exp o_j takes the one factor at its right; every side of the chain gives the same vector.
    _row(
        "softmax-stable-chain",
        r"""\hat y_j = \frac{\exp o_j}{\sum_k \exp o_k} =
\frac{\exp(o_j - \bar{o}) \exp \bar{o}}{\sum_k \exp (o_k - \bar{o}) \exp \bar{o}} =
\frac{\exp(o_j - \bar{o})}{\sum_k \exp (o_k - \bar{o})}.""",
        {"o": [3.0, 1.0, 2.5], "bar_o": 3.0},
        lambda v: special.softmax(v["o"]),
        "Dive into Deep Learning, softmax regression, concise",
    ),
    _row(
        "log-sum-exp-trick",
        r"\bar{o} = \max_k o_k, \qquad \log \sum_k \exp(o_k) = \bar{o} + \log \sum_k \exp(o_k - \bar{o})",
        {"o": [10.0, 12.0, 11.5]},
        lambda v: special.logsumexp(v["o"]),
        "Dive into Deep Learning, softmax regression, concise",
    ),
    _row(
        "log-sum-exp-dots",
        r"\mathrm{LSE}(x_1, \dots, x_n) = \log\left( \exp(x_1) + \cdots + \exp(x_n) \right)",
        {"x": [0.5, 1.5, -1.0, 2.0], "n": 4},
        lambda v: special.logsumexp(v["x"]),
        "Wikipedia, LogSumExp",
    ),
]

# ------------------------------------------------------------------------------------------------------ norms
NORMS = [
    _row(
        "layer-norm",
        r"y = \frac{x - \mathrm{E}[x]}{ \sqrt{\mathrm{Var}[x] + \epsilon}} * \gamma + \beta",
        {
            "x": [1.0, 3.0, -2.0, 0.5],
            "epsilon": 1e-5,
            "gamma": [1.0, 2.0, 0.5, 1.5],
            "beta": [0.0, 0.1, -0.1, 0.2],
        },
        lambda v: (v["x"] - np.mean(v["x"])) / np.sqrt(np.var(v["x"]) + 1e-5) * v["gamma"] + v["beta"],
        "PyTorch documentation, torch.nn.LayerNorm",
    ),
    # Two statements with \qquad between them. The superscript l names the layer.
    _row(
        "layer-norm-statistics",
        r"\mu^{l}=\frac{1}{H} \sum_{i=1}^{H} a_{i}^{l} \qquad "
        r"\sigma^{l}=\sqrt{\frac{1}{H} \sum_{i=1}^{H}\left(a_{i}^{l}-\mu^{l}\right)^{2}}",
        {"a^l": [2.0, -1.0, 0.5, 4.0], "H": 4},
        lambda v: np.std(v["a^l"]),
        "Ba et al. 2016, layer normalization, eq. 3",
    ),
    # sigma^2 is defined here, by the letters, as the variance.
    _row(
        "layer-norm-unicode",
        "μ = mean(x); σ² = var(x); y = γ ⊙ (x − μ)/√(σ² + ε) + β",
        {"x": [1.0, 2.0, 4.0], "gamma": [1.0, 0.5, 2.0], "beta": [0.0, 1.0, -1.0], "epsilon": 0.001},
        lambda v: v["gamma"] * stats.zscore(v["x"]) * np.sqrt(np.var(v["x"]) / (np.var(v["x"]) + 0.001)) + v["beta"],
        "blog posts, layer normalization",
    ),
    _row(
        "rms-norm",
        r"\bar{a}_i = \frac{a_i}{\text{RMS}(\mathbf{a})} g_i, \quad \text{where}~~ "
        r"\text{RMS}(\mathbf{a}) = \sqrt{\frac{1}{n} \sum_{i=1}^{n} a_i^2}.",
        {"a": [1.0, -2.0, 0.5], "g": [1.0, 0.5, 2.0], "n": 3},
        lambda v: v["a"] * v["g"] / np.sqrt(np.mean(v["a"] ** 2)),
        "Zhang and Sennrich 2019, RMSNorm, eq. 4",
        result="bar_a",
    ),
    _row(
        "rms-norm-epsilon",
        r"y_i = \frac{x_i}{\mathrm{RMS}(x)} * \gamma_i, \quad \text{where} \quad "
        r"\text{RMS}(x) = \sqrt{\epsilon + \frac{1}{n} \sum_{i=1}^{n} x_i^2}",
        {"x": [0.5, -1.5, 2.0, 0.25], "gamma": [1.0, 1.0, 0.5, 2.0], "epsilon": 1e-6, "n": 4},
        lambda v: v["x"] * v["gamma"] / np.sqrt(np.mean(v["x"] ** 2) + 1e-6),
        "PyTorch documentation, torch.nn.RMSNorm",
        result="y",
    ),
    # \mathcal{B} in a subscript belongs to the name; its square is what the second line defines.
    _row(
        "batch-norm-algorithm",
        r"""\begin{aligned}
\mu_{\mathcal{B}} &\leftarrow \frac{1}{m}\sum_{i=1}^m x_i \\
\sigma_{\mathcal{B}}^2 &\leftarrow \frac{1}{m}\sum_{i=1}^m (x_i-\mu_{\mathcal{B}})^2 \\
\hat{x}_i &\leftarrow \frac{x_i-\mu_{\mathcal{B}}}{\sqrt{\sigma_{\mathcal{B}}^2+\epsilon}} \\
y_i &\leftarrow \gamma\hat{x}_i+\beta
\end{aligned}""",
        {"x": [0.5, 2.0, -1.0, 3.5], "m": 4, "epsilon": 0.01, "gamma": 1.5, "beta": -0.5},
        lambda v: 1.5 * (v["x"] - 1.25) / np.sqrt(np.var(v["x"]) + 0.01) - 0.5,
        "Ioffe and Szegedy 2015, batch normalization, algorithm 1",
    ),
    # Per column: the index j stays, i is summed.
    _row(
        "batch-norm-columns",
        r"""\begin{aligned}
\mu_j &= \frac{1}{m}\sum_{i=1}^{m} x_{ij}, \\
v_j &= \frac{1}{m}\sum_{i=1}^{m} (x_{ij}-\mu_j)^2, \\
\hat{x}_{ij} &= \frac{x_{ij}-\mu_j}{\sqrt{v_j+\epsilon}}.
\end{aligned}""",
        {"x": made(31, 4, 3), "m": 4, "epsilon": 1e-3},
        lambda v: (v["x"] - v["x"].mean(0)) / np.sqrt(v["x"].var(0) + 1e-3),
        "Ioffe and Szegedy 2015, batch normalization, written with indices",
    ),
    _row(
        "running-mean",
        r"\hat{x}_\text{new} = (1 - \text{momentum}) \times \hat{x} + \text{momentum} \times x_t",
        {"momentum": 0.1, "hat_x": 2.0, "x_t": 5.0},
        lambda v: 2.3,
        "PyTorch documentation, torch.nn.BatchNorm1d",
    ),
    _row(
        "weight-norm",
        r"\mathbf{w} = \dfrac{g}{\lVert\mathbf{v}\rVert}\,\mathbf{v}",
        {"g": 2.5, "v": [3.0, 0.0, -4.0]},
        lambda v: np.array([1.5, 0.0, -2.0]),
        "Salimans and Kingma 2016, weight normalization, eq. 2",
    ),
    # v stands on both sides; the value is the right side's.
    _row(
        "normalize-p",
        r"v = \frac{v}{\max(\lVert v \rVert_p, \epsilon)}.",
        {"v": [1.0, -2.0, 2.0], "p": 3, "epsilon": 1e-12},
        lambda v: v["v"] / np.linalg.norm(v["v"], 3),
        "PyTorch documentation, torch.nn.functional.normalize",
    ),
    _row(
        "spectral-norm",
        r"\bar{W}_{\mathrm{SN}} = W / \lVert W \rVert_2",
        {"W": made(32, 3, 2)},
        lambda v: v["W"] / np.linalg.svd(v["W"])[1][0],
        "Miyato et al. 2018, spectral normalization, section 2.1",
    ),
    _row(
        "gradient-clipping",
        r"\mathbf{g} \leftarrow \min\left(1, \frac{\theta}{\|\mathbf{g}\|}\right) \mathbf{g}.",
        {"g": [6.0, -8.0], "theta": 5.0},
        lambda v: np.array([3.0, -4.0]),
        "Dive into Deep Learning, recurrent networks from scratch",
        rounds=1,
    ),
    _row(
        "standardise-unicode",
        "x̂ᵢ = (xᵢ − μ) / √(σ² + ε)",
        {"x": [1.0, 4.0], "mu": 2.0, "sigma": 1.5, "epsilon": 0.25},
        lambda v: (v["x"] - 2) / math.sqrt(2.5),
        "blog posts, batch normalization at inference",
    ),
]

# ----------------------------------------------------------------------------------------------------- losses
Y4 = [1.0, -0.5, 2.0, 3.0]
P4 = [0.8, 0.25, 1.5, 5.5]
LOSSES = [
    _row(
        "mse",
        r"\text{MSE} = \frac{1}{n}\sum_{i=1}^{n}(y_i - \hat{y}_i)^2",
        {"y": Y4, "hat_y": P4, "n": 4},
        lambda v: np.mean((v["y"] - v["hat_y"]) ** 2),
        "Wikipedia, mean squared error",
    ),
    # The braces list the entries of L, which the second equation defines: the reader takes l_n.
    _row(
        "mse-unreduced",
        r"\ell(x, y) = L = \{l_1,\dots,l_N\}^\top, \quad l_n = \left( x_n - y_n \right)^2,",
        {"x": P4, "y": Y4, "N": 4},
        lambda v: np.square(v["x"] - v["y"]),
        "PyTorch documentation, torch.nn.MSELoss",
        result="l",
    ),
    _row(
        "half-squared-error",
        r"l^{(i)}(\mathbf{w}, b) = \frac{1}{2} \left(\hat{y}^{(i)} - y^{(i)}\right)^2.",
        {"hat_y": P4, "y": Y4},
        lambda v: (v["hat_y"] - v["y"]) ** 2 / 2,
        "Dive into Deep Learning, linear regression",
    ),
    _row(
        "mae",
        r"\mathcal{L}_{1} = \frac{1}{n} \sum_{i=1}^{n} \left| y_i - \hat{y}_i \right|",
        {"y": Y4, "hat_y": P4, "n": 4},
        lambda v: np.abs(v["y"] - v["hat_y"]).mean(),
        "Wikipedia, mean absolute error",
    ),
    _row(
        "mae-unicode",
        "MAE = (1/n) · Σ |yᵢ − ŷᵢ|",
        {"y": Y4, "hat_y": P4, "n": 4},
        lambda v: np.abs(v["y"] - v["hat_y"]).mean(),
        "model cards, mean absolute error",
    ),
    _row(
        "rmse",
        r"\mathrm{RMSE} = \sqrt{\frac{1}{n}\sum_{i=1}^{n}(y_i-\hat{y}_i)^2}",
        {"y": Y4, "hat_y": P4, "n": 4},
        lambda v: np.linalg.norm(v["y"] - v["hat_y"]) / 2,
        "Wikipedia, root mean square deviation",
    ),
    _row(
        "rmsle",
        r"\sqrt{\frac{1}{n}\sum_{i=1}^n\left(\log y_i -\log \hat{y}_i\right)^2}.",
        {"y": [100.0, 250.0, 80.0], "hat_y": [110.0, 200.0, 95.0], "n": 3},
        lambda v: np.sqrt(np.mean(np.log(v["y"] / v["hat_y"]) ** 2)),
        "Dive into Deep Learning, predicting house prices",
    ),
    _row(
        "huber-per-entry",
        r"""l_n = \begin{cases}
        0.5 (x_n - y_n)^2, & \text{if } |x_n - y_n| < delta \\
        delta * (|x_n - y_n| - 0.5 * delta), & \text{otherwise }
        \end{cases}""",
        {"x": P4, "y": Y4, "delta": 0.6},
        lambda v: special.huber(0.6, v["x"] - v["y"]),
        "PyTorch documentation, torch.nn.HuberLoss",
    ),
    _row(
        "smooth-l1-beta",
        r"""l_n = \begin{cases}
        0.5 (x_n - y_n)^2 / beta, & \text{if } |x_n - y_n| < beta \\
        |x_n - y_n| - 0.5 * beta, & \text{otherwise }
        \end{cases}""",
        {"x": P4, "y": Y4, "beta": 0.7},
        lambda v: special.huber(0.7, v["x"] - v["y"]) / 0.7,
        "PyTorch documentation, torch.nn.SmoothL1Loss",
    ),
    _row(
        "smooth-l1-mean",
        r"""\text{loss}(x, y) = \frac{1}{n} \sum_{i} z_{i} \\
\text{where } z_{i} =
        \begin{cases}
        0.5 (x_i - y_i)^2, & \text{if } |x_i - y_i| < 1 \\
        |x_i - y_i| - 0.5, & \text{otherwise }
        \end{cases}""",
        {"x": P4, "y": Y4, "n": 4},
        lambda v: special.huber(1.0, v["x"] - v["y"]).mean(),
        "PyTorch 1.0 documentation, torch.nn.SmoothL1Loss",
        result="loss(x, y)",
    ),
    _row(
        "huber",
        r"""L_\delta(r) = \begin{cases} \frac{1}{2}r^2 & \text{for } |r| \le \delta, \\
\delta \cdot \left(|r| - \frac{1}{2}\delta\right), & \text{otherwise.} \end{cases}""",
        {"r": -2.4, "delta": 1.5},
        lambda v: special.huber(1.5, -2.4),
        "Wikipedia, Huber loss",
    ),
    # d2l writes y' for the prediction: a name, not a derivative, because y is no function.
    _row(
        "huber-with-prime",
        r"""l(y,y') = \begin{cases}|y-y'| -\frac{\sigma}{2} & \textrm{ if } |y-y'| > \sigma \\
\frac{1}{2 \sigma} (y-y')^2 & \textrm{ otherwise}\end{cases}""",
        {"y": 2.0, "y'": 1.5, "sigma": 0.8},
        lambda v: special.huber(0.8, 0.5) / 0.8,
        "Dive into Deep Learning, exercises of linear regression",
    ),
    _row(
        "cross-entropy-tables",
        r"H(p, q) = -\sum_{x} p(x) \log q(x)",
        {"p(x)": [0.5, 0.25, 0.25], "q(x)": [0.6, 0.3, 0.1]},
        lambda v: -np.dot([0.5, 0.25, 0.25], np.log([0.6, 0.3, 0.1])),
        "Wikipedia, cross-entropy",
    ),
    _row(
        "cross-entropy-one-hot",
        r"L = -\sum_{i=1}^{C} y_i \log(\hat{y}_i)",
        {"C": 4, "y": [0, 0, 1, 0], "hat_y": [0.1, 0.2, 0.6, 0.1]},
        lambda v: -math.log(0.6),
        "Goodfellow et al. 2016, chapter 6",
    ),
    # class is a class number: x[class] counts from 0.
    _row(
        "cross-entropy-brackets",
        r"\text{loss}(x, class) = -\log\left(\frac{\exp(x[class])}{\sum_j \exp(x[j])}\right) "
        r"= -x[class] + \log\left(\sum_j \exp(x[j])\right)",
        {"x": [2.0, -1.0, 0.5, 1.0], "class": 2},
        lambda v: -special.log_softmax(v["x"])[2],
        "PyTorch 1.0 documentation, torch.nn.CrossEntropyLoss",
    ),
    # y_n is a class number (from 0) that picks the column; n runs over rows, c over classes.
    _row(
        "cross-entropy-weighted-batch",
        r"l_n = - w_{y_n} \log \frac{\exp(x_{n,y_n})}{\sum_{c=1}^C \exp(x_{n,c})}",
        {"w": [1.0, 2.0, 0.5], "y": [0, 2, 1, 1], "x": made(33, 4, 3), "C": 3},
        lambda v: -v["w"][v["y"]] * special.log_softmax(v["x"], axis=1)[np.arange(4), v["y"]],
        "PyTorch documentation, torch.nn.CrossEntropyLoss",
    ),
    _row(
        "cross-entropy-mean-batch",
        r"\mathcal{L} = -\frac{1}{N}\sum_{n=1}^{N} \log \frac{\exp(x_{n,y_n})}{\sum_{c=1}^{C} \exp(x_{n,c})}",
        {"N": 3, "C": 4, "y": [3, 0, 2], "x": made(34, 3, 4)},
        lambda v: -np.mean(special.log_softmax(v["x"], axis=1)[np.arange(3), v["y"]]),
        "PyTorch documentation, torch.nn.CrossEntropyLoss with reduction='mean'",
    ),
    _row(
        "cross-entropy-soft-targets",
        r"l_n = - \sum_{c=1}^C w_c \log \frac{\exp(x_{n,c})}{\sum_{i=1}^C \exp(x_{n,i})} y_{n,c}",
        {"w": [1.0, 0.5, 2.0], "x": made(35, 2, 3), "y": [[0.7, 0.2, 0.1], [0.0, 0.5, 0.5]], "C": 3},
        lambda v: -(v["w"] * special.log_softmax(v["x"], axis=1) * v["y"]).sum(axis=1),
        "PyTorch documentation, torch.nn.CrossEntropyLoss with probabilities",
    ),
    # The last Σ has a j of its own: the first one does not reach into it.
    _row(
        "cross-entropy-derivation",
        r"""\begin{aligned}
l(\mathbf{y}, \hat{\mathbf{y}}) &=  - \sum_{j=1}^q y_j \log \frac{\exp(o_j)}{\sum_{k=1}^q \exp(o_k)} \\
&= \sum_{j=1}^q y_j \log \sum_{k=1}^q \exp(o_k) - \sum_{j=1}^q y_j o_j \\
&= \log \sum_{k=1}^q \exp(o_k) - \sum_{j=1}^q y_j o_j.
\end{aligned}""",
        {"y": [0.2, 0.5, 0.3], "o": [1.0, -0.5, 2.0], "q": 3},
        lambda v: -v["y"] @ special.log_softmax(v["o"]),
        "Dive into Deep Learning, softmax regression",
    ),
    _row(
        "nll-weighted",
        r"l_n = - w_{y_n} x_{n,y_n}",
        {"w": [1.0, 3.0], "y": [1, 0, 1], "x": made(36, 3, 2)},
        lambda v: -v["w"][v["y"]] * v["x"][np.arange(3), v["y"]],
        "PyTorch documentation, torch.nn.NLLLoss",
    ),
    _row(
        "bce-per-entry",
        r"l_n = - w_n \left[ y_n \cdot \log x_n + (1 - y_n) \cdot \log (1 - x_n) \right]",
        {"w": [1.0, 2.0, 1.0], "y": [1, 0, 0.5], "x": [0.9, 0.2, 0.6]},
        lambda v: -v["w"] * (special.xlogy(v["y"], v["x"]) + special.xlog1py(1 - v["y"], -v["x"])),
        "PyTorch documentation, torch.nn.BCELoss",
    ),
    _row(
        "bce-mean-superscripts",
        r"J(\theta) = -\frac{1}{m} \sum_{i=1}^{m} \left[ y^{(i)} \log \hat{y}^{(i)} "
        r"+ \left(1-y^{(i)}\right) \log \left(1-\hat{y}^{(i)}\right) \right]",
        {"m": 4, "y": [1, 0, 1, 0], "hat_y": [0.8, 0.3, 0.6, 0.1]},
        lambda v: -np.mean(np.log([0.8, 0.7, 0.6, 0.9])),
        "Stanford CS229 and CS230 notes, logistic loss",
    ),
    _row(
        "bce-with-logits",
        r"l_n = - w_n \left[ y_n \cdot \log \sigma(x_n) + (1 - y_n) \cdot \log (1 - \sigma(x_n)) \right]",
        {"w": [1.0, 0.5, 2.0], "y": [1, 0, 1], "x": [0.4, -2.0, -1.0]},
        lambda v: v["w"] * np.logaddexp(0, np.where(v["y"] == 1, -v["x"], v["x"])),
        "PyTorch documentation, torch.nn.BCEWithLogitsLoss",
    ),
    _row(
        "bce-positive-weight",
        r"\ell_{n,c} = - w_{n,c} \left[ p_c y_{n,c} \cdot \log \sigma(x_{n,c}) "
        r"+ (1 - y_{n,c}) \cdot \log (1 - \sigma(x_{n,c})) \right]",
        {"w": positive(37, 2, 3), "p": [1.0, 3.0, 2.0], "y": [[1, 0, 1], [0, 1, 0]], "x": made(38, 2, 3)},
        lambda v: -v["w"] * (v["p"] * v["y"] * special.log_expit(v["x"]) + (1 - v["y"]) * special.log_expit(-v["x"])),
        "PyTorch documentation, torch.nn.BCEWithLogitsLoss with pos_weight",
    ),
    _row(
        "bce-stable",
        r"\max(x, 0) - x \cdot z + \log(1 + \exp(-|x|))",
        {"x": -1.75, "z": 1.0},
        lambda v: np.logaddexp(0, 1.75),
        "TensorFlow documentation, tf.nn.sigmoid_cross_entropy_with_logits",
    ),
    # The set in the subscript only says over what: x runs over the entries of the tables.
    _row(
        "kl-divergence",
        r"D_{\text{KL}}(P \parallel Q) = \sum_{x \in \mathcal{X}} P(x) \log\left(\frac{P(x)}{Q(x)}\right)",
        {"P(x)": [0.36, 0.48, 0.16], "Q(x)": [1 / 3, 1 / 3, 1 / 3]},
        lambda v: stats.entropy([0.36, 0.48, 0.16], [1 / 3, 1 / 3, 1 / 3]),
        "Wikipedia, Kullback-Leibler divergence",
    ),
    _row(
        "kl-pointwise",
        r"L(y_{\text{pred}},\ y_{\text{true}}) = y_{\text{true}} \cdot \log "
        r"\frac{y_{\text{true}}}{y_{\text{pred}}} "
        r"= y_{\text{true}} \cdot (\log y_{\text{true}} - \log y_{\text{pred}})",
        {"y_pred": 0.35, "y_true": 0.6},
        lambda v: special.rel_entr(0.6, 0.35),
        "PyTorch documentation, torch.nn.KLDivLoss",
    ),
    _row(
        "kl-unicode",
        "KL(p ‖ q) = Σᵢ pᵢ log(pᵢ/qᵢ)",
        {"p": [0.7, 0.2, 0.1], "q": [0.5, 0.25, 0.25]},
        lambda v: special.rel_entr(v["p"], v["q"]).sum(),
        "Goodfellow et al. 2016, chapter 3, in Unicode",
    ),
    _row(
        "jensen-shannon",
        r"M = \frac{1}{2}(P + Q), \quad \mathrm{JSD}(P \parallel Q) = \frac{1}{2} \mathrm{KL}(P \parallel M) "
        r"+ \frac{1}{2} \mathrm{KL}(Q \parallel M)",
        {"P": [0.5, 0.45, 0.05], "Q": [0.1, 0.3, 0.6]},
        lambda v: (
            (
                special.rel_entr(v["P"], (v["P"] + v["Q"]) / 2).sum()
                + special.rel_entr(v["Q"], (v["P"] + v["Q"]) / 2).sum()
            )
            / 2
        ),
        "Wikipedia, Jensen-Shannon divergence",
    ),
    _row(
        "poisson-nll-log-input",
        r"\text{loss}(\text{input}, \text{target}) = \exp(\text{input}) - \text{target}*\text{input}",
        {"input": [0.5, -1.0, 1.2], "target": [2, 0, 3]},
        lambda v: np.exp(v["input"]) - v["target"] * v["input"],
        "PyTorch documentation, torch.nn.PoissonNLLLoss",
    ),
    _row(
        "poisson-nll",
        r"\text{loss} = \text{input} - \text{target} * \log(\text{input}+\text{eps})",
        {"input": [0.5, 2.0], "target": [1, 3], "eps": 1e-8},
        lambda v: v["input"] - v["target"] * np.log(v["input"] + 1e-8),
        "PyTorch documentation, torch.nn.PoissonNLLLoss with log_input=False",
    ),
    # var is bound here, so it is a number and not the variance of what follows.
    _row(
        "gaussian-nll",
        r"""\text{loss} = \frac{1}{2}\left(\log\left(\text{max}\left(\text{var},
        \ \text{eps}\right)\right) + \frac{\left(\text{input} - \text{target}\right)^2}
        {\text{max}\left(\text{var}, \ \text{eps}\right)}\right)""",
        {"var": [0.25, 1e-9], "eps": 1e-6, "input": [1.0, 2.0], "target": [0.5, 2.001]},
        lambda v: -stats.norm.logpdf(v["input"], v["target"], np.sqrt([0.25, 1e-6])) - math.log(2 * math.pi) / 2,
        "PyTorch documentation, torch.nn.GaussianNLLLoss",
    ),
    _row(
        "hinge",
        r"\ell(y) = \max(0, 1-t \cdot y)",
        {"t": -1, "y": 0.3},
        lambda v: 1.3,
        "Wikipedia, hinge loss",
    ),
    # x_i is the i-th row of x, a vector.
    _row(
        "svm-objective",
        r"J(w, b) = \frac{1}{2}\lVert w\rVert^2 + C \sum_{i=1}^{n} \max\left(0,\, 1 - y_i (w^\top x_i + "
        r"b)\right)",
        {
            "w": [1.0, -0.5],
            "b": 0.25,
            "C": 2.0,
            "n": 3,
            "y": [1, -1, 1],
            "x": [[1.0, 2.0], [0.5, -1.0], [2.0, 0.0]],
        },
        lambda v: 0.625 + 2 * np.clip(1 - v["y"] * (v["x"] @ v["w"] + 0.25), 0, None).sum(),
        "Bishop 2006, chapter 7, soft margin",
    ),
    # The sum leaves out the class number y_i; s_{y_i} counts from 0, as class numbers do.
    _row(
        "multiclass-svm",
        r"L_i = \sum_{j\neq y_i} \max(0, s_j - s_{y_i} + \Delta)",
        {"s": [13.0, -7.0, 11.0], "y_i": 0, "Delta": 10.0},
        lambda v: 8.0,
        "Stanford CS231n notes, linear classification",
    ),
    _row(
        "hinge-embedding-cases",
        r"""l_n = \begin{cases}
        x_n, & \text{if}\; y_n = 1,\\
        \max \{0, margin - x_n\}, & \text{if}\; y_n = -1,
        \end{cases}""",
        {"x": [0.3, 0.4, 1.7], "y": [1, -1, -1], "margin": 1.0},
        lambda v: np.array([0.3, 0.6, 0.0]),
        "PyTorch documentation, torch.nn.HingeEmbeddingLoss",
    ),
    _row(
        "margin-ranking",
        r"\text{loss}(x1, x2, y) = \max(0, -y * (x1 - x2) + \text{margin})",
        {"x1": [0.5, 2.0], "x2": [1.0, 0.5], "y": [1, 1], "margin": 0.25},
        lambda v: np.array([0.75, 0.0]),
        "PyTorch documentation, torch.nn.MarginRankingLoss",
    ),
    _row(
        "soft-margin",
        r"\text{loss}(x, y) = \sum_i \frac{\log(1 + \exp(-y[i]*x[i]))}{n}",
        {"x": [0.5, -1.5, 2.0], "y": [1, 1, -1], "n": 3},
        lambda v: np.logaddexp(0, -v["x"] * v["y"]).mean(),
        "PyTorch documentation, torch.nn.SoftMarginLoss",
    ),
    # cos of two vectors is the cosine of the angle between them.
    _row(
        "cosine-embedding-cases",
        r"""\text{loss}(x, y) =
        \begin{cases}
        1 - \cos(x_1, x_2), & \text{if } y = 1 \\
        \max(0, \cos(x_1, x_2) - \text{margin}), & \text{if } y = -1
        \end{cases}""",
        {"x_1": [1.0, 2.0, 0.0], "x_2": [2.0, 1.0, 1.0], "y": -1, "margin": 0.1},
        lambda v: 0.9 - spatial.distance.cosine(v["x_1"], v["x_2"]),
        "PyTorch documentation, torch.nn.CosineEmbeddingLoss",
    ),
    _row(
        "triplet-margin",
        r"d(x, y) = \left\lVert {\bf x} - {\bf y} \right\rVert_2, \quad "
        r"L(a, p, n) = \max \{d(a, p) - d(a, n) + {\rm margin}, 0\}",
        {"a": [1.0, 0.0], "p": [1.0, 1.0], "n": [0.0, -1.0], "margin": 1.0},
        lambda v: 2 - math.sqrt(2),
        "PyTorch documentation, torch.nn.TripletMarginLoss",
    ),
    _row(
        "triplet-squared",
        r"\mathcal{L} = \max\left(\lVert a - p \rVert_2^2 - \lVert a - n \rVert_2^2 + \alpha,\; 0\right)",
        {"a": [0.5, 1.0], "p": [0.0, 1.5], "n": [1.0, 1.25], "alpha": 0.2},
        lambda v: 0.5 - 0.3125 + 0.2,
        "Schroff et al. 2015, FaceNet, section 3.1",
    ),
    _row(
        "contrastive-pair",
        r"L = (1-Y)\frac{1}{2}(D_W)^2 + (Y)\frac{1}{2}\{\max(0, m-D_W)\}^2",
        {"Y": 1, "D_W": 0.4, "m": 1.25},
        lambda v: 0.5 * 0.85**2,
        "Hadsell et al. 2006, eq. 4",
    ),
    _row(
        "focal",
        r"\mathrm{FL}(p_t) = -\alpha_t (1 - p_t)^{\gamma} \log(p_t).",
        {"alpha_t": 0.25, "p_t": 0.7, "gamma": 2},
        lambda v: -0.0225 * math.log(0.7),
        "Lin et al. 2017, focal loss, eq. 5",
    ),
    _row(
        "focal-cases",
        r"""p_t = \begin{cases} p & \text{if } y = 1 \\ 1 - p & \text{otherwise,} \end{cases} \\
\mathrm{FL} = -(1-p_t)^\gamma \log(p_t)""",
        {"p": 0.9, "y": -1, "gamma": 2},
        lambda v: -0.81 * math.log(0.1),
        "Lin et al. 2017, focal loss, eq. 2 and 4",
    ),
    # k_+ is a name; k_i are the K+1 rows of k, counted from 0 here, as the range says.
    _row(
        "info-nce",
        r"\mathcal{L}_q = -\log \frac{\exp(q \cdot k_+ / \tau)}{\sum_{i=0}^{K} \exp(q \cdot k_i / \tau)}",
        {
            "q": [0.6, 0.8],
            "k_+": [0.8, 0.6],
            "k": [[0.8, 0.6], [1.0, 0.0], [0.0, -1.0], [-0.6, 0.8]],
            "tau": 0.5,
            "K": 3,
        },
        lambda v: -special.log_softmax(v["k"] @ v["q"] / 0.5)[0],
        "He et al. 2020, MoCo, eq. 1",
    ),
    # i and j are free, so the result is a matrix; the indicator keeps k apart from i.
    _row(
        "nt-xent",
        r"\mathrm{sim}(u, v) = \frac{u^\top v}{\lVert u \rVert \lVert v \rVert}, \quad L_{i,j} = -\log \frac{"
        r"\exp(\mathrm{sim}(z_i, z_j)/\tau)}{\sum_{k=1}^{2N} \mathbb{1}_{[k \neq i]} \exp(\mathrm{sim}(z_i, "
        r"z_k)/\tau)}",
        {"z": made(39, 4, 3), "tau": 0.5, "N": 2},
        lambda v: (
            special.logsumexp(
                2 * (1 - spatial.distance.cdist(v["z"], v["z"], "cosine")),
                axis=1,
                b=1 - np.eye(4),
                keepdims=True,
            )
            - 2 * (1 - spatial.distance.cdist(v["z"], v["z"], "cosine"))
        ),
        "Chen et al. 2020, SimCLR, eq. 1",
    ),
    _row(
        "label-smoothing-targets",
        r"y_k^{LS} = y_k(1-\alpha) + \alpha/K",
        {"y": [0, 1, 0, 0], "alpha": 0.1, "K": 4},
        lambda v: np.array([0.025, 0.925, 0.025, 0.025]),
        "Müller et al. 2019, when does label smoothing help",
    ),
    # c is a class number, so p_c counts from 0.
    _row(
        "label-smoothing-loss",
        r"\mathcal{L} = (1-\epsilon)\left(-\log p_c\right) + \epsilon\left(-\frac{1}{K}\sum_{k=1}^{K} \log "
        r"p_k\right)",
        {"epsilon": 0.2, "p": [0.1, 0.6, 0.3], "c": 1, "K": 3},
        lambda v: -np.log(v["p"]) @ [1 / 15, 13 / 15, 1 / 15],
        "Szegedy et al. 2016, section 7",
    ),
    _row(
        "dice-loss",
        r"D = 1 - \frac{2\sum_{i}^{N} p_i g_i}{\sum_{i}^{N} p_i^2 + \sum_{i}^{N} g_i^2}",
        {"p": [0.9, 0.2, 0.7], "g": [1, 0, 1], "N": 3},
        lambda v: 1 - 3.2 / (1.34 + 2),
        "Milletari et al. 2016, V-Net, section 3",
    ),
    _row(
        "log-cosh",
        r"L(y, y^p) = \sum_{i=1}^{n}\log(\cosh(y^p_i - y_i))",
        {"y": [1.0, 2.0], "y^p": [1.5, 0.5], "n": 2},
        lambda v: np.log(np.cosh([0.5, 1.5])).sum(),
        "blog posts, regression losses",
    ),
    _row(
        "pinball",
        r"L_\tau(y, \hat{y}) = \max\left(\tau (y - \hat{y}),\; (\tau - 1)(y - \hat{y})\right)",
        {"tau": 0.9, "y": 2.0, "hat_y": 3.5},
        lambda v: 0.15,
        "Koenker and Bassett 1978, quantile loss",
    ),
    # T and H are bound: T^2 is a square and H a number.
    _row(
        "distillation",
        r"\mathcal{L} = \alpha\, T^2\, \mathrm{KL}(p \,\|\, q) + (1-\alpha)\, H",
        {"alpha": 0.7, "T": 3.0, "p": [0.5, 0.3, 0.2], "q": [0.4, 0.4, 0.2], "H": 0.8},
        lambda v: 6.3 * stats.entropy(v["p"], v["q"]) + 0.24,
        "Hinton et al. 2015, distillation",
    ),
    _row(
        "dpo",
        r"\mathcal{L}_\text{DPO} = -\log \sigma \left(\beta \log \frac{\pi_{\theta}(y_w\mid "
        r"x)}{\pi_{\text{ref}}(y_w\mid x)}"
        r" - \beta \log \frac{\pi_{\theta}(y_l\mid x)}{\pi_{\text{ref}}(y_l\mid x)}\right)",
        {
            "beta": 0.5,
            "pi_theta(y_w|x)": 0.3,
            "pi_ref(y_w|x)": 0.2,
            "pi_theta(y_l|x)": 0.1,
            "pi_ref(y_l|x)": 0.25,
        },
        lambda v: math.log1p(math.sqrt(0.2 / 0.3 * 0.1 / 0.25)),
        "Rafailov et al. 2023, DPO, eq. 7",
    ),
    _row(
        "reward-model",
        r"\mathcal{L} = -\log\sigma(r_w - r_l)",
        {"r_w": 1.2, "r_l": 0.5},
        lambda v: np.logaddexp(0, -0.7),
        "Ouyang et al. 2022, InstructGPT, eq. 1",
    ),
    _row(
        "weight-decay-objective",
        r"J = L + \frac{\lambda}{2} \|\mathbf{w}\|^2",
        {"L": 1.5, "lambda": 0.1, "w": [1.0, -2.0, 2.0]},
        lambda v: 1.95,
        "Dive into Deep Learning, weight decay",
    ),
]

# ------------------------------------------------------------------------------------------------- optimisers
ADAM = {
    "beta_1": 0.9,
    "beta_2": 0.99,
    "m_{t-1}": [0.1, -0.2],
    "v_{t-1}": [0.04, 0.01],
    "g_t": [0.5, -1.0],
    "t": 3,
}


def _moments(v: Values) -> tuple[Any, Any]:
    """Adam's two moments with their bias taken out."""
    m = v["m_{t-1}"] + (1 - v["beta_1"]) * (v["g_t"] - v["m_{t-1}"])
    s = v["v_{t-1}"] + (1 - v["beta_2"]) * (v["g_t"] ** 2 - v["v_{t-1}"])
    return m / -math.expm1(v["t"] * math.log(v["beta_1"])), s / -math.expm1(v["t"] * math.log(v["beta_2"]))


def _adam(v: Values, lr: float, eps: float) -> Any:
    m, s = _moments(v)
    return lr * m / (np.sqrt(s) + eps)


OPTIMISERS = [
    _row(
        "gradient-descent",
        r"J(\theta) = \frac{1}{2}(\theta - 3)^2, \quad \theta \leftarrow \theta - \eta \nabla_\theta "
        r"J(\theta)",
        {"theta": 0.0, "eta": 0.1},
        lambda v: 3 * (1 - 0.9**3),
        "Ruder 2016, overview of gradient descent, eq. 1",
        rounds=3,
    ),
    _row(
        "gradient-descent-two-coordinates",
        r"""f(\mathbf{x}) = 0.1 x_1^2 + 2 x_2^2 \\
\mathbf{x} \leftarrow \mathbf{x} - \eta \nabla f(\mathbf{x})""",
        {"x": [-5.0, -2.0], "eta": 0.4},
        lambda v: np.array([-5.0 * 0.92**4, -2.0 * (-0.6) ** 4]),
        "Dive into Deep Learning, momentum",
        rounds=4,
    ),
    _row(
        "gradient-step-quadratic",
        r"f(\theta) = \frac{1}{2}\theta^\top A\theta - b^\top\theta, \quad "
        r"\theta_{t+1} = \theta_t - \frac{1}{L}\nabla f(\theta_t)",
        {"A": [[2.0, 0.5], [0.5, 1.0]], "b": [1.0, -1.0], "theta_t": [0.0, 2.0], "L": 4},
        lambda v: v["theta_t"] - (v["A"] @ v["theta_t"] - v["b"]) / 4,
        "Boyd and Vandenberghe 2004, chapter 9",
    ),
    _row(
        "least-mean-squares-plain",
        "J(w) = (w*x - y)^2; w := w - alpha * dJ/dw",
        {"w": 0.5, "x": 2.0, "y": 3.0, "alpha": 0.05},
        lambda v: times(2, lambda w: w - 0.05 * 4 * (2 * w - 3), 0.5),
        "Stanford CS229 notes, in plain letters",
        rounds=2,
    ),
    # theta_j is every entry j; x^{(i)}_j the j-th entry of the i-th example.
    _row(
        "batch-gradient-descent",
        r"h_\theta(x) = \theta^\top x, \qquad \theta_j := \theta_j + \alpha \sum_{i=1}^{n} "
        r"\left(y^{(i)} - h_\theta(x^{(i)})\right) x_j^{(i)}",
        {
            "theta": [0.5, -0.5],
            "alpha": 0.1,
            "n": 3,
            "x": [[1.0, 2.0], [1.0, 0.5], [1.0, -1.0]],
            "y": [1.0, 2.0, 0.0],
        },
        lambda v: times(2, lambda w: w + 0.1 * v["x"].T @ (v["y"] - v["x"] @ w), v["theta"]),
        "Stanford CS229 notes, part 1",
        rounds=2,
    ),
    _row(
        "logistic-regression-step",
        r"\theta := \theta + \alpha \left( y - \sigma(\theta^\top x) \right) x",
        {"theta": [0.1, -0.2, 0.3], "alpha": 0.5, "y": 1, "x": [1.0, 2.0, -1.0]},
        lambda v: times(3, lambda w: w + 0.5 * special.expit(-(w @ v["x"])) * v["x"], v["theta"]),
        "Stanford CS229 notes, logistic regression",
        rounds=3,
    ),
    _row(
        "minibatch-step",
        r"\mathbf{w} \leftarrow \mathbf{w} - \frac{\eta}{|\mathcal{B}|} \mathbf{X}^\top "
        r"(\mathbf{X}\mathbf{w} - \mathbf{y})",
        {"w": [1.0, -1.0], "eta": 0.3, "|B|": 3, "X": made(40, 3, 2), "y": [0.5, 1.0, -0.5]},
        lambda v: v["w"] - 0.1 * v["X"].T @ (v["X"] @ v["w"] - v["y"]),
        "Dive into Deep Learning, linear regression",
        rounds=1,
    ),
    _row(
        "momentum",
        r"""\begin{aligned}
v_t &= \gamma v_{t-1} + \eta g_t \\
\theta_t &= \theta_{t-1} - v_t
\end{aligned}""",
        {"gamma": 0.9, "v_{t-1}": [0.2, -0.1], "eta": 0.1, "g_t": [1.0, 3.0], "theta_{t-1}": [2.0, 2.0]},
        lambda v: np.array([2.0 - 0.28, 2.0 - 0.21]),
        "Ruder 2016, momentum",
    ),
    _row(
        "momentum-pytorch",
        r"""\begin{aligned}
            &\hspace{10mm}\textbf{b}_t \leftarrow \mu \textbf{b}_{t-1} + (1-\tau) g_t        \\
            &\hspace{5mm}\theta_t \leftarrow \theta_{t-1} - \gamma \textbf{b}_t          \\[-1.ex]
       \end{aligned}""",
        {"mu": 0.8, "b_{t-1}": 0.5, "tau": 0.1, "g_t": -2.0, "theta_{t-1}": 1.0, "gamma": 0.25},
        lambda v: 1.0 - 0.25 * (0.4 - 1.8),
        "PyTorch documentation, torch.optim.SGD",
    ),
    # Both updates run in each round, in the order written.
    _row(
        "heavy-ball-rounds",
        "f(x) = x²; v ← βv + ∇f; x ← x − ηv",
        {"x": 2.0, "v": 0.0, "beta": 0.5, "eta": 0.1},
        lambda v: times(3, lambda s: (s[0] - 0.1 * (0.5 * s[1] + 2 * s[0]), 0.5 * s[1] + 2 * s[0]), (2.0, 0.0))[0],
        "Polyak 1964, heavy ball",
        result="x",
        rounds=3,
    ),
    # The gradient is taken of J and then put at the point in the bracket.
    _row(
        "nesterov",
        r"""J(\theta) = \theta^4 \\
v_t = \gamma v_{t-1} + \eta \nabla_\theta J( \theta_{t-1} - \gamma v_{t-1} ) \\
\theta_t = \theta_{t-1} - v_t""",
        {"gamma": 0.9, "v_{t-1}": 0.5, "eta": 0.05, "theta_{t-1}": 1.5},
        lambda v: 1.5 - (0.45 + 0.05 * slope(lambda x: x**4, 1.05)),
        "Ruder 2016, Nesterov accelerated gradient",
    ),
    _row(
        "adagrad",
        r"""\begin{aligned}
    \mathbf{s}_t & = \mathbf{s}_{t-1} + \mathbf{g}_t^2, \\
    \mathbf{w}_t & = \mathbf{w}_{t-1} - \frac{\eta}{\sqrt{\mathbf{s}_t + \epsilon}} \odot \mathbf{g}_t.
\end{aligned}""",
        {"s_{t-1}": [1.0, 0.0], "g_t": [2.0, -0.5], "w_{t-1}": [1.0, 1.0], "eta": 0.4, "epsilon": 1e-6},
        lambda v: 1 - 0.4 * v["g_t"] / np.sqrt([5.000001, 0.250001]),
        "Dive into Deep Learning, Adagrad",
    ),
    _row(
        "rmsprop",
        r"""\begin{aligned}
    \mathbf{s}_t & \leftarrow \gamma \mathbf{s}_{t-1} + (1 - \gamma) \mathbf{g}_t^2, \\
    \mathbf{x}_t & \leftarrow \mathbf{x}_{t-1} - \frac{\eta}{\sqrt{\mathbf{s}_t + \epsilon}} \odot
\mathbf{g}_t.
\end{aligned}""",
        {
            "gamma": 0.9,
            "s_{t-1}": [0.4, 0.1],
            "g_t": [1.0, -2.0],
            "x_{t-1}": [0.0, 1.0],
            "eta": 0.1,
            "epsilon": 1e-6,
        },
        lambda v: v["x_{t-1}"] - 0.1 * v["g_t"] / np.sqrt(np.array([0.46, 0.49]) + 1e-6),
        "Dive into Deep Learning, RMSProp",
    ),
    _row(
        "rmsprop-pytorch",
        r"""\begin{aligned}
            &\hspace{5mm}v_t           \leftarrow   \alpha v_{t-1} + (1 - \alpha) g^2_t \\
            &\hspace{5mm}\theta_t \leftarrow \theta_{t-1} - \gamma g_t/ \big(\sqrt{v_t} + \epsilon \big)
       \end{aligned}""",
        {"alpha": 0.99, "v_{t-1}": 0.25, "g_t": 0.5, "theta_{t-1}": 1.0, "gamma": 0.01, "epsilon": 1e-8},
        lambda v: 1.0 - 0.005 / (0.5 + 1e-8),
        "PyTorch documentation, torch.optim.RMSprop",
    ),
    _row(
        "adam-bias-correction",
        r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat{v}_t = \frac{v_t}{1 - \beta_2^t} \tag{5}",
        {"m_t": 0.3, "v_t": 0.02, "beta_1": 0.9, "beta_2": 0.999, "t": 2},
        lambda v: 0.02 / 0.001999,
        "Kingma and Ba 2015, Adam, algorithm 1",
    ),
    _row(
        "adam",
        r"""\begin{aligned}
m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
v_t &= \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 \\
\hat{m}_t &= m_t / (1 - \beta_1^t) \\
\hat{v}_t &= v_t / (1 - \beta_2^t) \\
\theta_t &= \theta_{t-1} - \alpha \cdot \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)
\end{aligned}""",
        {**ADAM, "theta_{t-1}": [1.0, 2.0], "alpha": 0.01, "epsilon": 1e-8},
        lambda v: v["theta_{t-1}"] - _adam(v, 0.01, 1e-8),
        "Kingma and Ba 2015, Adam, algorithm 1",
    ),
    _row(
        "adamw-pytorch",
        r"""\begin{aligned}
            &\hspace{5mm} \theta_t \leftarrow \theta_{t-1} - \gamma \lambda \theta_{t-1}         \\
            &\hspace{5mm}m_t           \leftarrow   \beta_1 m_{t-1} + (1 - \beta_1) g_t          \\
            &\hspace{5mm}v_t           \leftarrow   \beta_2 v_{t-1} + (1-\beta_2) g^2_t          \\
            &\hspace{5mm}\widehat{m_t} \leftarrow   m_t/\big(1-\beta_1^t \big)                   \\
            &\hspace{5mm}\widehat{v_t} \leftarrow   v_t/\big(1-\beta_2^t \big)                   \\
            &\hspace{5mm}\theta_t \leftarrow \theta_t - \gamma \widehat{m_t}/
                \big(\sqrt{\widehat{v_t}} + \epsilon \big)
       \end{aligned}""",
        {**ADAM, "theta_{t-1}": [1.0, 2.0], "gamma": 0.02, "lambda": 0.1, "epsilon": 1e-6},
        lambda v: v["theta_{t-1}"] * 0.998 - _adam(v, 0.02, 1e-6),
        "PyTorch documentation, torch.optim.AdamW",
    ),
    _row(
        "adamw-paper",
        r"\theta_t \leftarrow \theta_{t-1} - \eta_t \left( \alpha \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon) "
        r"+ \lambda \theta_{t-1} \right)",
        {
            "theta_{t-1}": 2.0,
            "eta_t": 0.5,
            "alpha": 0.1,
            "hat_m_t": 0.3,
            "hat_v_t": 0.16,
            "epsilon": 0.1,
            "lambda": 0.05,
        },
        lambda v: 2.0 - 0.5 * (0.06 + 0.1),
        "Loshchilov and Hutter 2019, algorithm 2",
    ),
    _row(
        "adamax",
        r"""u_t = \max(\beta_2 \cdot u_{t-1}, |g_t|) \\
\theta_t = \theta_{t-1} - \frac{\alpha}{1 - \beta_1^t} \cdot \frac{m_t}{u_t}""",
        {
            "beta_2": 0.999,
            "u_{t-1}": 0.5,
            "g_t": -0.8,
            "theta_{t-1}": 1.0,
            "alpha": 0.002,
            "beta_1": 0.9,
            "t": 2,
            "m_t": 0.4,
        },
        lambda v: 1.0 - 0.002 / 0.19 * 0.5,
        "Kingma and Ba 2015, AdaMax, algorithm 2",
    ),
    _row(
        "lion",
        r"""\begin{aligned}
c_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\
\theta_t &= \theta_{t-1} - \eta_t \left(\operatorname{sign}(c_t) + \lambda \theta_{t-1}\right) \\
m_t &= \beta_2 m_{t-1} + (1-\beta_2) g_t
\end{aligned}""",
        {
            "beta_1": 0.9,
            "beta_2": 0.99,
            "m_{t-1}": [0.1, -0.2],
            "g_t": [0.5, -1.0],
            "theta_{t-1}": [1.0, -2.0],
            "eta_t": 0.01,
            "lambda": 0.1,
        },
        lambda v: v["theta_{t-1}"] - 0.01 * (np.array([1.0, -1.0]) + 0.1 * v["theta_{t-1}"]),
        "Chen et al. 2023, Lion, algorithm 2",
        result="theta_t",
    ),
    _row(
        "sign-sgd",
        r"x_{k+1} = x_k - \delta\, \operatorname{sign}(g_k)",
        {"x_k": [0.5, 1.0, -1.0], "delta": 0.1, "g_k": [3.0, -0.01, 0.0]},
        lambda v: np.array([0.4, 1.1, -1.0]),
        "Bernstein et al. 2018, signSGD",
    ),
    # A number follows a fraction: they multiply.
    _row(
        "nadam-schedule",
        r"\mu_t \leftarrow \beta_1 \big(1 - \frac{1}{2}  0.96^{t \psi} \big)",
        {"beta_1": 0.9, "t": 10, "psi": 0.004},
        lambda v: 0.9 * (1 - math.exp(0.04 * math.log(0.96)) / 2),
        "PyTorch documentation, torch.optim.NAdam",
    ),
    _row(
        "newton-method",
        r"f(x) = x^4 - 3x^2 + x, \quad x \leftarrow x - \frac{f'(x)}{f''(x)}",
        {"x": 1.5},
        lambda v: times(4, lambda x: x - (4 * x**3 - 6 * x + 1) / (12 * x**2 - 6), 1.5),
        "Dive into Deep Learning, gradient descent, Newton's method",
        rounds=4,
    ),
    _row(
        "newton-step-unicode",
        "x ← x − H⁻¹g",
        {"x": [1.0, 1.0], "H": [[4.0, 1.0], [1.0, 3.0]], "g": [1.0, 2.0]},
        lambda v: v["x"] - np.linalg.solve(v["H"], v["g"]),
        "Nocedal and Wright 2006, chapter 3",
        rounds=1,
    ),
    _row(
        "weight-average",
        r"\theta_{\text{EMA}} \leftarrow \alpha\, \theta_{\text{EMA}} + (1-\alpha)\, \theta",
        {"theta_EMA": [1.0, 0.0], "theta": [0.0, 2.0], "alpha": 0.9},
        lambda v: np.array([0.9**5, 2 * (1 - 0.9**5)]),
        "Tarvainen and Valpola 2017, mean teacher",
        rounds=5,
    ),
    _row(
        "perceptron-unicode",
        "w ← w + η(y − ŷ)x",
        {"w": [0.5, -0.5], "eta": 0.1, "y": 1, "hat_y": 0, "x": [2.0, 3.0]},
        lambda v: np.array([0.7, -0.2]),
        "Rosenblatt 1958, as in Wikipedia, perceptron",
        rounds=1,
    ),
    _row(
        "plus-equals",
        "w += -η·g",
        {"w": [1.0, 2.0], "eta": 0.5, "g": [0.2, -0.4]},
        lambda v: np.array([0.7, 2.6]),
        "Stanford CS231n notes, parameter updates",
        rounds=3,
    ),
    _row(
        "polyak-step",
        r"\eta_k = \frac{f_k - f^*}{\lVert g_k \rVert_2^2}",
        {"f_k": 2.5, "f^*": 0.5, "g_k": [1.0, -3.0]},
        lambda v: 0.2,
        "Boyd, subgradient methods notes",
    ),
]

# -------------------------------------------------------------------------------------------------- attention
QKV = {"Q": made(41, 2, 3), "K": made(42, 4, 3), "V": made(43, 4, 2)}
ATTENTION = [
    _row(
        "scaled-dot-product",
        r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V",
        {**QKV, "d_k": 3},
        lambda v: attend(v["Q"], v["K"], v["V"], 3),
        "Vaswani et al. 2017, eq. 1",
    ),
    # What follows the value says where it lives; there is nothing to compute in it.
    _row(
        "scaled-dot-product-bold",
        r"\mathrm{softmax}\left(\frac{\mathbf Q \mathbf K^\top }{\sqrt{d}}\right) \mathbf V \in "
        r"\mathbb{R}^{n\times v}.",
        {**QKV, "d": 3},
        lambda v: attend(v["Q"], v["K"], v["V"], 3),
        "Dive into Deep Learning, attention scoring functions",
    ),
    _row(
        "masked-attention",
        r"\text{softmax}\left(\frac{QK^\top}{\sqrt{d_k}} + M\right)V",
        {**QKV, "d_k": 3, "M": [[0, -1e9, -1e9, -1e9], [0, 0, -1e9, -1e9]]},
        lambda v: attend(v["Q"], v["K"], v["V"], 3, v["M"]),
        "survey papers, causal attention",
    ),
    _row(
        "attention-unicode-steps",
        "A = softmax(QKᵀ/√d_k)\nO = AV",
        {**QKV, "d_k": 3},
        lambda v: attend(v["Q"], v["K"], v["V"], 3),
        "blog posts, attention step by step",
    ),
    _row(
        "attention-head",
        r"\mathrm{head} = \mathrm{Attention}(QW^Q, KW^K, VW^V) \\ \text{where } "
        r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V",
        {**QKV, "W^Q": made(44, 3, 2), "W^K": made(45, 3, 2), "W^V": made(46, 2, 2), "d_k": 2},
        lambda v: attend(v["Q"] @ v["W^Q"], v["K"] @ v["W^K"], v["V"] @ v["W^V"], 2),
        "Vaswani et al. 2017, section 3.2.2",
        result="head",
    ),
    _row(
        "self-attention-projections",
        r"Q = XW_Q,\; K = XW_K,\; V = XW_V,\quad Y = "
        r"\operatorname{softmax}\!\left(\frac{QK^{\mathsf{T}}}{\sqrt{D}}\right)V",
        {"X": made(47, 3, 2), "W_Q": made(48, 2, 2), "W_K": made(49, 2, 2), "W_V": made(50, 2, 2), "D": 2},
        lambda v: attend(v["X"] @ v["W_Q"], v["X"] @ v["W_K"], v["X"] @ v["W_V"], 2),
        "Bishop and Bishop 2024, chapter 12",
    ),
    _row(
        "score-one-query",
        r"a(\mathbf{q}, \mathbf{k}_i) = \mathbf{q}^\top \mathbf{k}_i / \sqrt{d}.",
        {"q": [1.0, -1.0, 0.5, 2.0], "k": made(51, 3, 4), "d": 4},
        lambda v: v["k"] @ v["q"] / 2,
        "Dive into Deep Learning, attention scoring functions",
    ),
    _row(
        "attention-weights",
        r"\alpha_{ij} = \frac{\exp\left(e_{ij}\right)}{\sum_{k=1}^{T_x} \exp\left(e_{ik}\right)},",
        {"e": made(52, 2, 3), "T_x": 3},
        lambda v: special.softmax(v["e"], axis=1),
        "Bahdanau et al. 2015, eq. 6",
    ),
    _row(
        "context-vector",
        r"c_i = \sum_{j=1}^{T_x} \alpha_{ij} h_j.",
        {"alpha": [[0.2, 0.3, 0.5], [0.9, 0.1, 0.0]], "h": made(53, 3, 2), "T_x": 3},
        lambda v: v["alpha"] @ v["h"],
        "Bahdanau et al. 2015, eq. 5",
    ),
    _row(
        "additive-score",
        r"e_{j} = v_a^\top \tanh \left( W_a s + U_a h_j \right)",
        {
            "v_a": [1.0, -0.5],
            "W_a": made(54, 2, 3),
            "s": made(55, 3),
            "U_a": made(56, 2, 2),
            "h": made(57, 4, 2),
        },
        lambda v: np.tanh(v["W_a"] @ v["s"] + v["h"] @ v["U_a"].T) @ v["v_a"],
        "Bahdanau et al. 2015, appendix A",
    ),
    _row(
        "general-score",
        r"\mathrm{score}(\boldsymbol{h}_t, \bar{\boldsymbol{h}}_s) = \boldsymbol{h}_t^\top \boldsymbol{W_a} "
        r"\bar{\boldsymbol{h}}_s",
        {"h_t": [1.0, 2.0], "W_a": [[0.5, -1.0, 0.0], [1.0, 1.0, 2.0]], "bar_h_s": [1.0, 0.5, -1.0]},
        lambda v: np.einsum("i,ij,j", v["h_t"], v["W_a"], v["bar_h_s"]),
        "Luong et al. 2015, section 3.1",
    ),
    _row(
        "gaussian-kernel",
        r"\alpha(\mathbf{q}, \mathbf{k}) = \exp\left(-\frac{1}{2} \|\mathbf{q} - \mathbf{k}\|^2 \right)",
        {"q": [1.0, 0.0], "k": [0.0, 2.0]},
        lambda v: math.exp(-2.5),
        "Dive into Deep Learning, attention pooling",
    ),
    _row(
        "attention-pooling",
        r"\alpha(\mathbf{q}, \mathbf{k}) = \exp\left(-\frac{1}{2} \|\mathbf{q} - \mathbf{k}\|^2 \right) \\ "
        r"f(\mathbf{q}) = \sum_i \mathbf{v}_i \frac{\alpha(\mathbf{q}, \mathbf{k}_i)}{\sum_j "
        r"\alpha(\mathbf{q}, \mathbf{k}_j)}.",
        {"q": [0.5, 0.5], "k": made(58, 3, 2), "v": made(59, 3, 2)},
        lambda v: special.softmax(-spatial.distance.cdist([[0.5, 0.5]], v["k"], "sqeuclidean")[0] / 2) @ v["v"],
        "Dive into Deep Learning, attention pooling",
    ),
    # i and pos are bound numbers here, so the subscript on the left only names the entry.
    _row(
        "positional-encoding",
        r"""\begin{aligned}
    PE_{(pos,2i)} &= \sin(pos / 10000^{2i/d_{\text{model}}}) \\
    PE_{(pos,2i+1)} &= \cos(pos / 10000^{2i/d_{\text{model}}})
\end{aligned}""",
        {"pos": 5, "i": 1, "d_model": 8},
        lambda v: math.cos(0.5),
        "Vaswani et al. 2017, section 3.5",
    ),
    _row(
        "positional-encoding-frac",
        r"p = \sin\left(\frac{i}{10000^{2j/d}}\right)",
        {"i": 7, "j": 2, "d": 4},
        lambda v: math.sin(7e-4),
        "Dive into Deep Learning, positional encoding",
    ),
    # A matrix of four expressions, times the vector q: the result is a vector.
    _row(
        "rotary-matrix",
        r"f(q, m) = \begin{bmatrix} \cos(m\theta) & -\sin(m\theta) \\ \sin(m\theta) & \cos(m\theta) "
        r"\end{bmatrix} q",
        {"m": 3, "theta": 0.4, "q": [1.0, 2.0]},
        lambda v: (lambda z: np.array([z.real, z.imag]))((1 + 2j) * np.exp(1.2j)),
        "Su et al. 2021, RoFormer, eq. 13",
    ),
    # q' is a name; its two entries are defined one by one.
    _row(
        "rotary-entries",
        r"""q'_1 = q_1 \cos(m\theta) - q_2 \sin(m\theta) \\
q'_2 = q_1 \sin(m\theta) + q_2 \cos(m\theta)""",
        {"m": 2, "theta": 0.25, "q": [-1.0, 0.5]},
        lambda v: ((-1 + 0.5j) * np.exp(0.5j)).imag,
        "Su et al. 2021, RoFormer, section 3.4.2",
    ),
    _row(
        "rotary-frequency",
        r"\theta_i = 10000^{-2(i-1)/d}",
        {"i": 3, "d": 8},
        lambda v: 0.01,
        "Su et al. 2021, RoFormer, eq. 15",
    ),
    _row(
        "alibi-bias",
        r"\text{softmax}\left(\mathbf{q} \mathbf{K}^\top + m \cdot \mathbf{b}\right)",
        {"q": [1.0, 0.5], "K": made(60, 3, 2), "m": 0.25, "b": [-2, -1, 0]},
        lambda v: special.softmax(v["K"] @ v["q"] + [-0.5, -0.25, 0]),
        "Press et al. 2022, ALiBi",
    ),
    # Rows of Q, K, V; a vector times a transposed vector is the outer product, and V' is a name.
    _row(
        "linear-attention",
        r"\phi(x) = \exp(x), \quad V'_i = \frac{\phi(Q_i)^\top \sum_{j=1}^{N} \phi(K_j) V_j^\top}"
        r"{\phi(Q_i)^\top \sum_{j=1}^{N} \phi(K_j)}",
        {**QKV, "N": 4},
        lambda v: (lambda w: w / w.sum(1, keepdims=True))(np.exp(v["Q"]) @ np.exp(v["K"]).T) @ v["V"],
        "Katharopoulos et al. 2020, eq. 5",
    ),
]

# -------------------------------------------------------------------------------------------------- recurrent
CELL = {"x_t": [1.0, -0.5], "h_{t-1}": [0.2, 0.4, -0.3]}
GATES = {
    name: value
    for seed, gate in enumerate("ifgo", start=70)
    for name, value in {
        f"W_i{gate}": made(seed, 3, 2),
        f"b_i{gate}": made(seed + 10, 3),
        f"W_h{gate}": made(seed + 20, 3, 3),
        f"b_h{gate}": made(seed + 30, 3),
    }.items()
}
GRU = {
    name: value
    for seed, gate in enumerate("rzn", start=120)
    for name, value in {
        f"W_i{gate}": made(seed, 3, 2),
        f"b_i{gate}": made(seed + 10, 3),
        f"W_h{gate}": made(seed + 20, 3, 3),
        f"b_h{gate}": made(seed + 30, 3),
    }.items()
}


def _lstm(v: Values) -> Any:
    def gate(g: str) -> Any:
        return v[f"W_i{g}"] @ v["x_t"] + v[f"b_i{g}"] + v[f"W_h{g}"] @ v["h_{t-1}"] + v[f"b_h{g}"]

    c = special.expit(gate("f")) * v["c_{t-1}"] + special.expit(gate("i")) * np.tanh(gate("g"))
    return special.expit(gate("o")) * np.tanh(c)


def _gru(v: Values) -> Any:
    h = v["h_{(t-1)}"]
    r = special.expit(v["W_ir"] @ v["x_t"] + v["b_ir"] + v["W_hr"] @ h + v["b_hr"])
    z = special.expit(v["W_iz"] @ v["x_t"] + v["b_iz"] + v["W_hz"] @ h + v["b_hz"])
    n = np.tanh(v["W_in"] @ v["x_t"] + v["b_in"] + r * (v["W_hn"] @ h + v["b_hn"]))
    return n + z * (h - n)


RECURRENT = [
    _row(
        "rnn",
        r"h_t = \tanh(x_t W_{ih}^T + b_{ih} + h_{t-1}W_{hh}^T + b_{hh})",
        {**CELL, "W_ih": made(61, 3, 2), "b_ih": made(62, 3), "W_hh": made(63, 3, 3), "b_hh": made(64, 3)},
        lambda v: np.tanh(v["W_ih"] @ v["x_t"] + v["b_ih"] + v["W_hh"] @ v["h_{t-1}"] + v["b_hh"]),
        "PyTorch documentation, torch.nn.RNN",
    ),
    _row(
        "lstm",
        r"""\begin{array}{ll} \\
            i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi}) \\
            f_t = \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf}) \\
            g_t = \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg}) \\
            o_t = \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho}) \\
            c_t = f_t \odot c_{t-1} + i_t \odot g_t \\
            h_t = o_t \odot \tanh(c_t) \\
        \end{array}""",
        {**CELL, **GATES, "c_{t-1}": [0.5, -1.0, 0.1]},
        _lstm,
        "PyTorch documentation, torch.nn.LSTM",
    ),
    # The document puts t-1 in brackets; the name is typed as it stands.
    _row(
        "gru",
        r"""\begin{array}{ll}
            r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{(t-1)} + b_{hr}) \\
            z_t = \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{(t-1)} + b_{hz}) \\
            n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{(t-1)}+ b_{hn})) \\
            h_t = (1 - z_t) \odot n_t + z_t \odot h_{(t-1)}
        \end{array}""",
        {"x_t": [0.3, 1.1], "h_{(t-1)}": [0.2, -0.4, 0.9], **GRU},
        _gru,
        "PyTorch documentation, torch.nn.GRU",
    ),
    _row(
        "elman-batch",
        r"""\mathbf{H}_t = \tanh(\mathbf{X}_t \mathbf{W}_{\textrm{xh}} + \mathbf{H}_{t-1}
\mathbf{W}_{\textrm{hh}}  + \mathbf{b}_\textrm{h}), \\
\mathbf{O}_t = \mathbf{H}_t \mathbf{W}_{\textrm{hq}} + \mathbf{b}_\textrm{q}.""",
        {
            "X_t": made(65, 2, 3),
            "W_xh": made(66, 3, 2),
            "H_{t-1}": made(67, 2, 2),
            "W_hh": made(68, 2, 2),
            "b_h": [0.1, -0.1],
            "W_hq": made(69, 2, 1),
            "b_q": [0.5],
        },
        lambda v: np.tanh(v["X_t"] @ v["W_xh"] + v["H_{t-1}"] @ v["W_hh"] + v["b_h"]) @ v["W_hq"] + 0.5,
        "Dive into Deep Learning, recurrent neural networks",
    ),
    _row(
        "gru-candidate",
        r"\tilde{\mathbf{H}}_t = \tanh(\mathbf{X}_t \mathbf{W}_{\textrm{xh}} + \left(\mathbf{R}_t \odot "
        r"\mathbf{H}_{t-1}\right) "
        r"\mathbf{W}_{\textrm{hh}} + \mathbf{b}_\textrm{h}),",
        {
            "X_t": made(65, 2, 3),
            "W_xh": made(66, 3, 2),
            "R_t": [[0.1, 0.9], [0.5, 0.3]],
            "H_{t-1}": made(67, 2, 2),
            "W_hh": made(68, 2, 2),
            "b_h": [0.1, -0.1],
        },
        lambda v: np.tanh(v["X_t"] @ v["W_xh"] + v["R_t"] * v["H_{t-1}"] @ v["W_hh"] + v["b_h"]),
        "Dive into Deep Learning, gated recurrent units",
    ),
    _row(
        "cell-state",
        r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t",
        {"f_t": [0.9, 0.1], "c_{t-1}": [1.0, -2.0], "i_t": [0.3, 0.8], "tilde_c_t": [0.5, 0.25]},
        lambda v: np.array([1.05, 0.0]),
        "Wikipedia, long short-term memory",
    ),
    # Two vectors in square brackets are put one after the other.
    _row(
        "forget-gate-concatenation",
        r"f_t = \sigma\left(W_f \cdot [h_{t-1}, x_t] + b_f\right)",
        {**CELL, "W_f": made(112, 3, 5), "b_f": [0.0, 1.0, -1.0]},
        lambda v: special.expit(v["W_f"] @ np.r_[v["h_{t-1}"], v["x_t"]] + v["b_f"]),
        "Olah 2015, understanding LSTM networks",
    ),
    _row(
        "state-space",
        r"""h_t = \bar{A} h_{t-1} + \bar{B} x_t \\
y_t = C h_t + D x_t""",
        {
            **CELL,
            "bar_A": made(113, 3, 3),
            "bar_B": made(114, 3, 2),
            "C": made(115, 2, 3),
            "D": made(116, 2, 2),
        },
        lambda v: v["C"] @ (v["bar_A"] @ v["h_{t-1}"] + v["bar_B"] @ v["x_t"]) + v["D"] @ v["x_t"],
        "Gu and Dao 2023, Mamba, eq. 2",
    ),
    _row(
        "rnn-unrolled-unicode",
        "h ← tanh(W x + U h + b)",
        {"h": [0.0, 0.0], "W": [[0.5], [1.0]], "x": [1.0], "U": [[0.1, -0.4], [0.7, 0.2]], "b": [0.0, -0.5]},
        lambda v: times(3, lambda h: np.tanh(v["W"] @ v["x"] + v["U"] @ h + v["b"]), v["h"]),
        "Goodfellow et al. 2016, eq. 10.9",
        rounds=3,
    ),
]

# ------------------------------------------------------------------------------------------------ probability
PROBABILITY = [
    _row(
        "bayes",
        r"P(H \mid D) = \frac{P(D \mid H)\, P(H)}{P(D)}",
        {"P(D|H)": 0.9, "P(H)": 0.2, "P(D)": 0.3},
        lambda v: 0.6,
        "Wikipedia, Bayes' theorem",
    ),
    _row(
        "bayes-plain",
        "P(A|B) = P(B|A)*P(A)/P(B)",
        {"P(B|A)": 0.8, "P(A)": 0.1, "P(B)": 0.25},
        lambda v: 0.32,
        "forum posts, Bayes' theorem in plain letters",
    ),
    _row(
        "bayes-medical-test",
        r"P(H = 1 \mid D_1 = 1) = \frac{P(D_1=1 \mid H=1) P(H=1)}{P(D_1=1)}",
        {"P(D_1=1|H=1)": 1.0, "P(H=1)": 0.0015, "P(D_1=1)": 0.011485},
        lambda v: 0.0015 / 0.011485,
        "Dive into Deep Learning, probability and statistics",
    ),
    _row(
        "bayes-total",
        r"P(A\mid B)={\frac {P(B\mid A)P(A)}{P(B\mid A)P(A)+P(B\mid \neg A)P(\neg A)}}",
        {"P(B|A)": 0.99, "P(A)": 0.01, "P(B|¬A)": 0.05, "P(¬A)": 0.99},
        lambda v: 1 / (1 + 0.05 / 0.01),
        "Wikipedia, Bayes' theorem",
    ),
    # The names are tables over the causes i.
    _row(
        "total-probability",
        r"P(B) = \sum_{i=1}^{n} P(B \mid A_i)\, P(A_i)",
        {"P(B|A_i)": [0.1, 0.5, 0.9], "P(A_i)": [0.5, 0.3, 0.2], "n": 3},
        lambda v: 0.38,
        "Wikipedia, law of total probability",
    ),
    _row(
        "expectation",
        r"\mathbb{E}[X] = \sum_{i=1}^{n} x_i p_i",
        {"x": [1, 2, 3, 10], "p": [0.4, 0.3, 0.2, 0.1], "n": 4},
        lambda v: np.average(v["x"], weights=v["p"]),
        "Wikipedia, expected value",
    ),
    _row(
        "expectation-of-function",
        r"g(x) = x^2, \qquad E[g(X)] = \sum_x g(x)\, p(x)",
        {"x": [-1, 0, 2], "p(x)": [0.25, 0.5, 0.25]},
        lambda v: 1.25,
        "Bishop 2006, eq. 1.33",
    ),
    _row(
        "variance-of-data",
        r"\operatorname{Var}(X) = \operatorname{E}\left[X^2\right] - \operatorname{E}[X]^2",
        {"X": [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]},
        lambda v: 4.0,
        "Wikipedia, variance",
    ),
    _row(
        "variance-with-probabilities",
        r"\mu = \sum_{i} p_i x_i, \quad \operatorname{Var}(X) = \sum_{i} p_i \cdot (x_i - \mu)^2",
        {"x": [0.0, 1.0, 5.0], "p": [0.5, 0.3, 0.2]},
        lambda v: 0.3 + 5 - 1.3**2,
        "Wikipedia, variance of a discrete variable",
    ),
    _row(
        "entropy-bits",
        r"\mathrm {H} (X):=-\sum _{x\in {\mathcal {X}}}p(x)\log_{2} p(x)",
        {"p(x)": [0.5, 0.25, 0.125, 0.125]},
        lambda v: 1.75,
        "Wikipedia, entropy in information theory",
    ),
    _row(
        "entropy-unicode",
        "H(p) = −Σᵢ pᵢ ln pᵢ",
        {"p": [0.6, 0.3, 0.1]},
        lambda v: stats.entropy(v["p"]),
        "blog posts, entropy",
    ),
    # The table p(x,y) has x along its rows and y along its columns, as its name says.
    _row(
        "mutual-information",
        r"I(X;Y) = \sum_{x} \sum_{y} p(x,y) \log\left(\frac{p(x,y)}{p(x)\,p(y)}\right)",
        {"p(x,y)": [[0.3, 0.1], [0.2, 0.4]], "p(x)": [0.4, 0.6], "p(y)": [0.5, 0.5]},
        lambda v: special.rel_entr(v["p(x,y)"], np.outer([0.4, 0.6], [0.5, 0.5])).sum(),
        "Cover and Thomas 2006, eq. 2.28",
    ),
    _row(
        "mutual-information-indices",
        r"a_i = \sum_j P_{ij}, \quad b_j = \sum_i P_{ij}, \quad I = \sum_{i,j} P_{ij} \log "
        r"\frac{P_{ij}}{a_i b_j}",
        {"P": table(121, 2, 3)},
        lambda v: stats.entropy(v["P"].sum(0)) + stats.entropy(v["P"].sum(1)) - stats.entropy(v["P"].ravel()),
        "MacKay 2003, chapter 8",
    ),
    _row(
        "conditional-entropy",
        r"H(Y \mid X) = -\sum_{x,\, y} p(x,y) \log \frac{p(x,y)}{p(x)}",
        {"p(x,y)": [[0.3, 0.1], [0.2, 0.4]], "p(x)": [0.4, 0.6]},
        lambda v: stats.entropy([0.3, 0.1, 0.2, 0.4]) - stats.entropy([0.4, 0.6]),
        "Wikipedia, conditional entropy",
    ),
    _row(
        "gaussian-density",
        r"p(x) = \frac{1}{\sqrt{2 \pi \sigma^2}} \exp\left(-\frac{1}{2 \sigma^2} (x - \mu)^2\right).",
        {"x": 1.5, "mu": 0.5, "sigma": 2.0},
        lambda v: stats.norm.pdf(1.5, 0.5, 2),
        "Dive into Deep Learning, linear regression",
    ),
    _row(
        "gaussian-density-wikipedia",
        r"f(x) = \frac{1}{\sigma \sqrt{2\pi} } e^{-\frac{1}{2}\left(\frac{x-\mu}{\sigma}\right)^2}",
        {"x": -1.0, "mu": 0.25, "sigma": 0.8},
        lambda v: stats.norm.pdf(-1, 0.25, 0.8),
        "Wikipedia, normal distribution",
    ),
    _row(
        "gaussian-density-multivariate",
        r"p(\mathbf{x}) = \frac{1}{(2\pi)^{d/2} \det(\boldsymbol{\Sigma})^{1/2}} \exp\left(-\frac{1}{2} "
        r"(\mathbf{x}-\boldsymbol{\mu})^\top \boldsymbol{\Sigma}^{-1} (\mathbf{x}-\boldsymbol{\mu})\right)",
        {"x": [1.0, 0.0], "mu": [0.5, 0.5], "Sigma": [[2.0, 0.3], [0.3, 1.0]], "d": 2},
        lambda v: stats.multivariate_normal.pdf(v["x"], v["mu"], v["Sigma"]),
        "Bishop 2006, eq. 2.43",
    ),
    # Σ is bound, so it is the covariance matrix and not a sum.
    _row(
        "mahalanobis-unicode",
        "d = √((x − μ)ᵀ Σ⁻¹ (x − μ))",
        {"x": [2.0, 1.0], "mu": [0.0, 0.5], "Sigma": [[1.0, 0.2], [0.2, 0.5]]},
        lambda v: spatial.distance.mahalanobis(v["x"], v["mu"], np.linalg.inv(v["Sigma"])),
        "blog posts, Mahalanobis distance",
    ),
    _row(
        "gaussian-log-likelihood",
        r"\ell = -\frac{n}{2}\log(2\pi\sigma^2) - \frac{1}{2\sigma^2}\sum_{i=1}^{n}"
        r"\left(y^{(i)} - \mathbf{w}^\top\mathbf{x}^{(i)} - b\right)^2",
        {"n": 3, "sigma": 0.7, "y": [1.0, 2.0, 0.5], "w": [0.5, 1.0], "x": made(122, 3, 2), "b": 0.25},
        lambda v: stats.norm.logpdf(v["y"], v["x"] @ v["w"] + 0.25, 0.7).sum(),
        "Stanford CS229 notes, probabilistic interpretation",
    ),
    # pi is bound to a list, so it is no longer 3.14159…; the last Σ goes on over the plus.
    _row(
        "bernoulli-log-likelihood",
        r"""\begin{aligned}
l(\theta) &= \log \prod_{i=1}^n \pi_i^{y_i} (1 - \pi_i)^{1 - y_i} \\
          &= \sum_{i=1}^n y_i \log(\pi_i) + (1 - y_i) \log (1 - \pi_i). \\
\end{aligned}""",
        {"pi": [0.8, 0.4, 0.1], "y": [1, 0, 0], "n": 3},
        lambda v: stats.bernoulli.logpmf([1, 0, 0], v["pi"]).sum(),
        "Dive into Deep Learning, information theory",
    ),
    _row(
        "bernoulli",
        r"p(x) = \theta^{x} (1-\theta)^{1-x}",
        {"theta": 0.3, "x": 1},
        lambda v: 0.3,
        "Bishop 2006, eq. 2.2",
    ),
    _row(
        "binomial",
        r"P(X = k) = \binom{n}{k} p^k (1-p)^{n-k}",
        {"n": 10, "k": 3, "p": 0.2},
        lambda v: stats.binom.pmf(3, 10, 0.2),
        "Wikipedia, binomial distribution",
    ),
    _row(
        "poisson",
        r"\Pr(X{=}k)= \frac{\lambda^k e^{-\lambda}}{k!}",
        {"lambda": 2.5, "k": 4},
        lambda v: stats.poisson.pmf(4, 2.5),
        "Wikipedia, Poisson distribution",
    ),
    _row(
        "exponential-density-cases",
        r"f(x)=\begin{cases} \lambda e^{-\lambda x} & x\geq 0, \\ 0 & x<0. \end{cases}",
        {"lambda": 1.5, "x": 0.4},
        lambda v: stats.expon.pdf(0.4, scale=1 / 1.5),
        "Wikipedia, exponential distribution",
    ),
    # Two comparisons in one condition hold together.
    _row(
        "uniform-density-cases",
        r"p(x) = \begin{cases} \frac{1}{b-a} & a \le x \le b, \\ 0 & \textrm{otherwise}. \end{cases}",
        {"a": 1.0, "b": 3.5, "x": 2.0},
        lambda v: 0.4,
        "Wikipedia, continuous uniform distribution",
    ),
    # The conditional probabilities of the features are one table over i.
    _row(
        "naive-bayes",
        r"p(y \mid x_1, \dots, x_d) = \frac{1}{Z}\, p(y) \prod_{i=1}^{d} p(x_i \mid y)",
        {"Z": 0.05, "p(y)": 0.4, "p(x_i|y)": [0.9, 0.2, 0.5], "d": 3},
        lambda v: 0.4 * 0.09 / 0.05,
        "Wikipedia, naive Bayes classifier",
    ),
    _row(
        "naive-bayes-log",
        r"s = \log p(y) + \sum_{i=1}^{d} \left(t_i \log \theta_i + (1 - t_i) \log (1 - \theta_i)\right)",
        {"p(y)": 0.25, "t": [1, 0, 1], "theta": [0.7, 0.1, 0.4], "d": 3},
        lambda v: math.log(0.25 * 0.7 * 0.9 * 0.4),
        "Dive into Deep Learning, naive Bayes",
    ),
    # The name is a table over i, typed as it stands in the formula.
    _row(
        "perplexity",
        r"\text{PPL}(X) = \exp \left\{ {-\frac{1}{t}\sum_i^t \log p_\theta (x_i|x_{<i}) } \right\}",
        {"t": 4, "p_theta(x_i|x_{<i})": [0.2, 0.5, 0.1, 0.9]},
        lambda v: 1 / stats.gmean([0.2, 0.5, 0.1, 0.9]),
        "Hugging Face Transformers documentation, perplexity",
    ),
    _row(
        "perplexity-bits",
        r"PP(p) = 2^{-\sum_{x} p(x)\log_2 p(x)}",
        {"p(x)": [0.5, 0.3, 0.2]},
        lambda v: math.exp(stats.entropy([0.5, 0.3, 0.2])),
        "Wikipedia, perplexity",
    ),
    _row(
        "logistic-regression",
        r"P(y = 1 \mid x) = \frac{1}{1 + e^{-(w^\top x + b)}}",
        {"w": [0.5, -1.0], "x": [2.0, 0.25], "b": 0.1},
        lambda v: special.expit(0.85),
        "Stanford CS229 notes, logistic regression",
    ),
    _row(
        "logit",
        r"\operatorname{logit}(p)=\ln \frac{p}{1-p}",
        {"p": 0.8},
        lambda v: special.logit(0.8),
        "Wikipedia, logit",
    ),
    _row(
        "gaussian-mixture",
        r"p(x) = \sum_{k=1}^{K} w_k \frac{1}{\sigma_k \sqrt{2\pi}} \exp\left(-\frac{(x - "
        r"\mu_k)^2}{2\sigma_k^2}\right)",
        {"K": 2, "w": [0.3, 0.7], "sigma": [0.5, 2.0], "mu": [-1.0, 1.0], "x": 0.5},
        lambda v: v["w"] @ stats.norm.pdf(0.5, v["mu"], v["sigma"]),
        "Bishop 2006, eq. 9.7, in one dimension",
    ),
    _row(
        "markov-chain",
        r"\pi^{(t+1)} = \pi^{(t)} P",
        {"pi^(t)": [0.2, 0.8], "P": [[0.9, 0.1], [0.5, 0.5]]},
        lambda v: np.array([0.58, 0.42]),
        "Wikipedia, Markov chain",
    ),
    _row(
        "beta-posterior-mean",
        r"\hat{\theta} = \frac{k + \alpha}{n + \alpha + \beta}",
        {"k": 7, "n": 10, "alpha": 2, "beta": 3},
        lambda v: 0.6,
        "MacKay 2003, chapter 3",
    ),
    _row(
        "hoeffding",
        r"\delta = \exp\left( - 2n t^2 \right).",
        {"n": 50, "t": 0.1},
        lambda v: math.exp(-1),
        "Dive into Deep Learning, generalization in classification",
    ),
    # \varepsilon is the letter that is typed ε, so its plain name is epsilon.
    _row(
        "boltzmann",
        r"p_i = \frac{e^{-\varepsilon_i / (kT)}}{\sum_{j=1}^{M} e^{-\varepsilon_j / (kT)}}",
        {"epsilon": [0.0, 1.0, 2.5], "k": 0.5, "T": 3.0, "M": 3},
        lambda v: special.softmax(-v["epsilon"] / 1.5),
        "Wikipedia, Boltzmann distribution",
    ),
]

# --------------------------------------------------------------------------------------- retrieval and scores
COUNTS = {"TP": 40, "FP": 10, "FN": 20, "TN": 130}
METRICS = [
    _row(
        "cosine-similarity",
        r"\cos(\theta) = \frac{\mathbf{v}\cdot \mathbf{w}}{\|\mathbf{v}\|\|\mathbf{w}\|} = "
        r"\frac{\sum_{i} v_iw_i}{\sqrt{\sum_{i}v_i^2}\sqrt{\sum_{i}w_i^2}}.",
        {"v": [1.0, 2.0, 3.0], "w": [2.0, 0.0, 1.0]},
        lambda v: 1 - spatial.distance.cosine(v["v"], v["w"]),
        "Dive into Deep Learning, geometry and linear algebraic operations",
    ),
    _row(
        "cosine-similarity-pytorch",
        r"\text{similarity} = \dfrac{x_1 \cdot x_2}{\max(\Vert x_1 \Vert _2 \cdot \Vert x_2 \Vert _2, "
        r"\epsilon)}.",
        {"x_1": [1.0, -1.0], "x_2": [3.0, 4.0], "epsilon": 1e-8},
        lambda v: 1 - spatial.distance.cosine(v["x_1"], v["x_2"]),
        "PyTorch documentation, torch.nn.CosineSimilarity",
    ),
    _row(
        "euclidean-distance",
        r"d(\mathbf{p},\mathbf{q})=\sqrt{\sum_{i=1}^{n}(q_{i}-p_{i})^2}",
        {"p": [1.0, 2.0, 3.0], "q": [4.0, 0.0, 3.5], "n": 3},
        lambda v: spatial.distance.euclidean(v["p"], v["q"]),
        "Wikipedia, Euclidean distance",
    ),
    _row(
        "manhattan-distance",
        r"d_{1}(\mathbf{p},\mathbf{q}) = \|\mathbf{p}-\mathbf{q}\|_{1} = \sum_{i=1}^{n}|p_{i}-q_{i}|",
        {"p": [1.0, 2.0, 3.0], "q": [4.0, 0.0, 3.5], "n": 3},
        lambda v: spatial.distance.cityblock(v["p"], v["q"]),
        "Wikipedia, taxicab geometry",
    ),
    _row(
        "minkowski-distance",
        r"D(X,Y) = \left(\sum_{i=1}^n |x_i-y_i|^p\right)^{\frac{1}{p}}",
        {"x": [1.0, -2.0, 0.5], "y": [0.0, 1.0, 2.0], "n": 3, "p": 3},
        lambda v: spatial.distance.minkowski(v["x"], v["y"], 3),
        "Wikipedia, Minkowski distance",
    ),
    _row(
        "p-norm-both-sides",
        r"\Vert x \Vert _p = \left( \sum_{i=1}^n  \vert x_i \vert ^ p \right) ^ {1/p}.",
        {"x": [1.0, -2.0, 2.0], "p": 3, "n": 3},
        lambda v: np.linalg.norm(v["x"], 3),
        "PyTorch documentation, torch.nn.PairwiseDistance",
    ),
    _row(
        "tf-idf",
        r"w_{t,d} = \mathrm{tf}_{t,d} \times \log \frac{N}{\mathrm{df}_t}",
        {"tf": [[3, 0], [1, 2], [5, 1]], "N": 1000, "df": [10, 200, 500]},
        lambda v: v["tf"] * np.log([[100.0], [5.0], [2.0]]),
        "Manning et al. 2008, chapter 6",
    ),
    # df(t) is a name with its bracket; nothing is multiplied.
    _row(
        "tf-idf-scikit-learn",
        r"\text{idf}(t) = \log{\frac{1 + n}{1+\text{df}(t)}} + 1",
        {"n": 6, "df(t)": 3},
        lambda v: math.log(7 / 4) + 1,
        "scikit-learn documentation, text feature extraction",
    ),
    _row(
        "bm25-one-term",
        r"\text{score}(D,q) = \text{IDF}(q) \cdot \frac{f(q, D) \cdot (k_1 + 1)}"
        r"{f(q, D) + k_1 \cdot \left(1 - b + b \cdot \frac{|D|}{\text{avgdl}}\right)}",
        {"IDF(q)": 1.5, "f(q, D)": 3, "k_1": 1.2, "b": 0.75, "|D|": 80, "avgdl": 100},
        lambda v: 1.5 * 6.6 / (3 + 1.2 * 0.85),
        "Wikipedia, Okapi BM25",
    ),
    # IDF(q_i) and f(q_i, D) are tables over the query's terms.
    _row(
        "bm25",
        r"\text{score}(D,Q) = \sum_{i=1}^{n} \text{IDF}(q_i) \cdot \frac{f(q_i, D) \cdot (k_1 + 1)}"
        r"{f(q_i, D) + k_1 \cdot \left(1 - b + b \cdot \frac{|D|}{\text{avgdl}}\right)}",
        {"IDF(q_i)": [1.5, 0.4], "f(q_i, D)": [3, 1], "k_1": 1.2, "b": 0.75, "|D|": 80, "avgdl": 100, "n": 2},
        lambda v: 1.5 * 6.6 / 4.02 + 0.4 * 2.2 / 2.02,
        "Wikipedia, Okapi BM25",
    ),
    _row(
        "bm25-idf",
        r"\text{IDF}(q_i) = \ln \left(\frac{N - n(q_i) + 0.5}{n(q_i) + 0.5}+1\right)",
        {"N": 100, "n(q_i)": 7},
        lambda v: math.log(93.5 / 7.5 + 1),
        "Wikipedia, Okapi BM25",
    ),
    _row(
        "precision-recall-f1",
        r"\text{Precision} = \frac{TP}{TP + FP}, \quad \text{Recall} = \frac{TP}{TP + FN}, \quad "
        r"F_1 = 2 \times \frac{\text{Precision} \times \text{Recall}}{\text{Precision} + \text{Recall}}",
        {"TP": 40, "FP": 10, "FN": 20},
        lambda v: 80 / 110,
        "Wikipedia, precision and recall",
    ),
    _row(
        "f-beta",
        r"F_\beta = (1 + \beta^2) \cdot \frac{\mathrm{precision} \cdot \mathrm{recall}}"
        r"{(\beta^2 \cdot \mathrm{precision}) + \mathrm{recall}}",
        {"beta": 2, "precision": 0.8, "recall": 0.5},
        lambda v: 2 / 3.7,
        "Wikipedia, F-score",
    ),
    _row(
        "accuracy-counts",
        r"\text{Accuracy} = \frac{TP + TN}{TP + TN + FP + FN}",
        COUNTS,
        lambda v: 0.85,
        "Wikipedia, accuracy and precision",
    ),
    # 1(…) is the indicator of what stands in it; i runs over the entries, counted from 0.
    _row(
        "accuracy-indicator",
        r"\texttt{accuracy}(y, \hat{y}) = \frac{1}{n_\text{samples}} "
        r"\sum_{i=0}^{n_\text{samples}-1} 1(\hat{y}_i = y_i)",
        {"n_samples": 4, "y": [0, 1, 2, 3], "hat_y": [0, 2, 1, 3]},
        lambda v: 0.5,
        "scikit-learn documentation, accuracy score",
    ),
    _row(
        "matthews",
        r"\text{MCC} = \frac{TP \times TN - FP \times FN}{\sqrt{(TP+FP)(TP+FN)(TN+FP)(TN+FN)}}",
        COUNTS,
        lambda v: 5000 / math.sqrt(50 * 60 * 140 * 150),
        "Wikipedia, phi coefficient",
    ),
    _row(
        "cohen-kappa",
        r"\kappa = \frac{p_o - p_e}{1 - p_e} = 1- \frac{1 - p_o}{1 - p_e}",
        {"p_o": 0.7, "p_e": 0.5},
        lambda v: 0.4,
        "Wikipedia, Cohen's kappa",
    ),
    _row(
        "dcg",
        r"\mathrm{DCG_{p}} = \sum_{i=1}^{p} \frac{ 2^{rel_{i}} - 1 }{ \log_{2}(i+1)}",
        {"p": 6, "rel": [3, 2, 3, 0, 1, 2]},
        lambda v: np.sum((2.0 ** v["rel"] - 1) / np.log2(np.arange(2, 8))),
        "Wikipedia, discounted cumulative gain",
    ),
    # @K belongs to the names, which \text holds together.
    _row(
        "ndcg",
        r"""\text{DCG@K} = \sum_{i=1}^{K} \frac{rel_i}{\log_2(i+1)} \\
\text{IDCG@K} = \sum_{i=1}^{K} \frac{ideal_i}{\log_2(i+1)} \\
\text{NDCG@K} = \frac{\text{DCG@K}}{\text{IDCG@K}}""",
        {"K": 4, "rel": [2, 3, 0, 1], "ideal": [3, 2, 1, 0]},
        lambda v: (v["rel"] / np.log2([2, 3, 4, 5])).sum() / (v["ideal"] / np.log2([2, 3, 4, 5])).sum(),
        "Wikipedia, discounted cumulative gain",
    ),
    _row(
        "mean-reciprocal-rank",
        r"\text{MRR} = \frac{1}{|Q|} \sum_{i=1}^{|Q|} \frac{1}{\text{rank}_i}. \!",
        {"|Q|": 3, "rank": [3, 2, 1]},
        lambda v: 11 / 18,
        "Wikipedia, mean reciprocal rank",
    ),
    # The names are bound with their bars: they are the sizes of the sets.
    _row(
        "jaccard",
        r"J(A,B) = \frac{|A \cap B|}{|A \cup B|} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}.",
        {"|A ∩ B|": 3, "|A ∪ B|": 8, "|A|": 5, "|B|": 6},
        lambda v: 0.375,
        "Wikipedia, Jaccard index",
    ),
    _row(
        "dice-coefficient",
        r"DSC = \frac{2 |X \cap Y|}{|X| + |Y|}",
        {"|X ∩ Y|": 3, "|X|": 5, "|Y|": 7},
        lambda v: 0.5,
        "Wikipedia, Dice coefficient",
    ),
    # R^2 on the left is a name: what is defined is the whole, no square is taken.
    _row(
        "r-squared",
        r"\bar{y} = \frac{1}{n} \sum_{i=1}^{n} y_i, \quad R^2 = 1 - \frac{\sum_{i=1}^{n} (y_i - \hat{y}_i)^2}"
        r"{\sum_{i=1}^{n} (y_i - \bar{y})^2}",
        {"y": [3.0, -0.5, 2.0, 7.0], "hat_y": [2.5, 0.0, 2.0, 8.0], "n": 4},
        lambda v: 1 - 1.5 / (4 * np.var(v["y"])),
        "scikit-learn documentation, R² score",
    ),
    _row(
        "mape",
        r"\text{MAPE} = \frac{100}{n} \sum_{t=1}^n \left|\frac{A_t-F_t}{A_t}\right|",
        {"n": 3, "A": [100.0, 50.0, 80.0], "F": [110.0, 45.0, 80.0]},
        lambda v: 20 / 3,
        "Wikipedia, mean absolute percentage error",
    ),
    _row(
        "bleu",
        r"""\text{BP} = \begin{cases} 1 & \text{if } c > r \\ e^{(1-r/c)} & \text{if } c \leq r \end{cases} \\
\text{BLEU} = \text{BP} \cdot \exp\left(\sum_{n=1}^{N} w_n \log p_n\right)""",
        {"c": 18, "r": 20, "N": 4, "w": [0.25, 0.25, 0.25, 0.25], "p": [0.8, 0.6, 0.4, 0.3]},
        lambda v: math.exp(-1 / 9) * stats.gmean(v["p"]),
        "Papineni et al. 2002, BLEU, section 2.3",
    ),
    _row(
        "elo",
        r"E_\mathsf{A} = \frac 1 {1 + 10^{(R_\mathsf{B} - R_\mathsf{A})/400}}.",
        {"R_A": 1613, "R_B": 1609},
        lambda v: special.expit(4 * math.log(10) / 400),
        "Wikipedia, Elo rating system",
    ),
    _row(
        "brier",
        r"BS = \frac{1}{N}\sum\limits _{t=1}^{N}(f_t-o_t)^2 \,\!",
        {"N": 3, "f": [0.7, 0.2, 0.9], "o": [1, 0, 0]},
        lambda v: 0.94 / 3,
        "Wikipedia, Brier score",
    ),
    # |B_m|, acc(B_m) and conf(B_m) are tables over the bins m.
    _row(
        "calibration-error",
        r"\text{ECE} = \sum_{m=1}^M \frac{|B_m|}{n} \left| \text{acc}(B_m) - \text{conf}(B_m) \right|",
        {
            "M": 3,
            "|B_m|": [20, 30, 50],
            "n": 100,
            "acc(B_m)": [0.4, 0.7, 0.9],
            "conf(B_m)": [0.5, 0.65, 0.95],
        },
        lambda v: 0.06,
        "Guo et al. 2017, eq. 3",
    ),
]

# --------------------------------------------------------------------------------------------- linear algebra
A33 = [[2.0, 0.5, 0.0], [0.5, 3.0, -1.0], [0.0, -1.0, 1.5]]
B33 = made(130, 3, 3)
DATA = {"X": made(131, 5, 2), "y": made(132, 5)}
LINEAR_ALGEBRA = [
    _row(
        "least-squares",
        r"\hat{\boldsymbol{\beta}} = (\mathbf{X}^\top \mathbf{X})^{-1} \mathbf{X}^\top \mathbf{y}",
        DATA,
        lambda v: np.linalg.lstsq(v["X"], v["y"])[0],
        "Hastie et al. 2009, eq. 3.6",
    ),
    _row(
        "least-squares-star",
        r"\mathbf{w}^* = (\mathbf X^\top \mathbf X)^{-1}\mathbf X^\top \mathbf{y}",
        DATA,
        lambda v: np.linalg.pinv(v["X"]) @ v["y"],
        "Dive into Deep Learning, linear regression",
    ),
    # I is the identity of the size that fits.
    _row(
        "ridge",
        r"\hat{\beta}^{\text{ridge}} = (X^T X + \lambda I)^{-1} X^T y",
        {**DATA, "lambda": 0.5},
        lambda v: np.linalg.lstsq(np.r_[v["X"], math.sqrt(0.5) * np.eye(2)], np.r_[v["y"], 0, 0])[0],
        "Hastie et al. 2009, eq. 3.44",
    ),
    _row(
        "weighted-least-squares",
        r"\theta = (X^\top W X)^{-1} X^\top W y",
        {**DATA, "W": np.diag([1.0, 2.0, 0.5, 1.0, 3.0]).tolist()},
        lambda v: np.linalg.lstsq(np.sqrt(v["W"]) @ v["X"], np.sqrt(v["W"]) @ v["y"])[0],
        "Stanford CS229 problem set 1, locally weighted regression",
    ),
    _row(
        "trace-cyclic",
        r"\operatorname{tr}(AB) = \operatorname{tr}(BA)",
        {"A": made(133, 2, 3), "B": made(134, 3, 2)},
        lambda v: np.sum(v["A"] * v["B"].T),
        "Stanford CS229 notes, matrix derivatives",
    ),
    _row(
        "determinant-product",
        r"\det(\mathbf{AB}) = \det(\mathbf{A})\det(\mathbf{B})",
        {"A": A33, "B": B33},
        lambda v: np.linalg.det(v["A"] @ v["B"]),
        "The Matrix Cookbook, eq. 21",
    ),
    _row(
        "determinant-two-by-two",
        r"\det(\mathbf{A}) = A_{11}A_{22} - A_{12}A_{21}",
        {"A": [[3.0, 1.0], [4.0, 2.5]]},
        lambda v: 3.5,
        "The Matrix Cookbook, section 1.3",
    ),
    _row(
        "inverse-product",
        r"(\mathbf{AB})^{-1} = \mathbf{B}^{-1}\mathbf{A}^{-1}",
        {"A": A33, "B": B33},
        lambda v: np.linalg.inv(v["A"] @ v["B"]),
        "The Matrix Cookbook, eq. 1",
    ),
    _row(
        "transpose-product",
        r"(\mathbf{A}\mathbf{B}\mathbf{C})^{T} = \mathbf{C}^{T}\mathbf{B}^{T}\mathbf{A}^{T}",
        {"A": made(135, 2, 3), "B": B33, "C": made(136, 3, 2)},
        lambda v: np.einsum("ij,jk,kl->li", v["A"], v["B"], v["C"]),
        "The Matrix Cookbook, eq. 6",
    ),
    _row(
        "quadratic-form",
        r"x^\top A x = \sum_{i=1}^{n}\sum_{j=1}^{n} A_{ij} x_i x_j",
        {"x": [1.0, -2.0, 0.5], "A": B33, "n": 3},
        lambda v: np.einsum("i,ij,j", v["x"], v["A"], v["x"]),
        "Stanford CS229 linear algebra review",
    ),
    _row(
        "frobenius",
        r"\|A\|_\text{F} = \sqrt{\sum_{i}^m\sum_{j}^n |A_{ij}|^2} = \sqrt{\operatorname{tr}\left(A^\top "
        r"A\right)}",
        {"A": made(137, 2, 3), "m": 2, "n": 3},
        lambda v: np.linalg.norm(v["A"], "fro"),
        "Wikipedia, matrix norm",
    ),
    _row(
        "projection-matrix",
        r"P = A(A^\top A)^{-1}A^\top",
        {"A": made(138, 3, 2)},
        lambda v: v["A"] @ np.linalg.pinv(v["A"]),
        "Strang, introduction to linear algebra, chapter 4",
    ),
    _row(
        "projection-on-vector",
        r"\mathrm{proj}_{\mathbf{u}}(\mathbf{v}) = \frac{\mathbf{u}^\top \mathbf{v}}{\mathbf{u}^\top "
        r"\mathbf{u}} \,\mathbf{u}",
        {"u": [1.0, 1.0, 0.0], "v": [3.0, 1.0, 2.0]},
        lambda v: np.array([2.0, 2.0, 0.0]),
        "Wikipedia, Gram-Schmidt process",
    ),
    _row(
        "outer-product",
        r"\mathbf{u} \otimes \mathbf{v} = \mathbf{u} \mathbf{v}^{\mathsf{T}}",
        {"u": [1.0, 2.0], "v": [3.0, -1.0, 0.5]},
        lambda v: np.multiply.outer(v["u"], v["v"]),
        "Wikipedia, outer product",
    ),
    _row(
        "hadamard-entries",
        r"(A \odot B)_{ij} = (A)_{ij} (B)_{ij}",
        {"A": A33, "B": B33},
        lambda v: np.multiply(v["A"], v["B"]),
        "Wikipedia, Hadamard product",
    ),
    _row(
        "three-factors-indices",
        r"D_{il} = \sum_{j} \sum_{k} A_{ij} B_{jk} C_{kl}",
        {"A": made(139, 2, 3), "B": B33, "C": made(140, 3, 2)},
        lambda v: v["A"] @ v["B"] @ v["C"],
        "textbooks, matrix product with indices",
    ),
    _row(
        "matrix-vector-unicode",
        "yᵢ = Σⱼ Aᵢⱼ xⱼ",
        {"A": B33, "x": [1.0, 0.0, -1.0]},
        lambda v: v["A"] @ v["x"],
        "textbooks, matrix times vector",
    ),
    _row(
        "woodbury",
        r"(\mathbf{A} + \mathbf{UCV})^{-1} = \mathbf{A}^{-1} - \mathbf{A}^{-1}\mathbf{U}"
        r"(\mathbf{C}^{-1} + \mathbf{VA}^{-1}\mathbf{U})^{-1}\mathbf{VA}^{-1}",
        {"A": A33, "U": made(141, 3, 2), "C": [[1.0, 0.2], [0.0, 2.0]], "V": made(142, 2, 3)},
        lambda v: np.linalg.inv(v["A"] + v["U"] @ v["C"] @ v["V"]),
        "The Matrix Cookbook, section 3.2.2",
    ),
    # A^{-1}u is a vector and v^T A^{-1} a transposed one: their product is an outer product.
    _row(
        "sherman-morrison",
        r"\left(A + uv^\textsf{T}\right)^{-1} = A^{-1} - \frac{A^{-1}uv^\textsf{T}A^{-1}}{1 + "
        r"v^\textsf{T}A^{-1}u}.",
        {"A": A33, "u": [1.0, 0.5, -1.0], "v": [0.2, 1.0, 0.3]},
        lambda v: np.linalg.inv(v["A"] + np.outer(v["u"], v["v"])),
        "Wikipedia, Sherman-Morrison formula",
    ),
    # I is the identity of the size of v v^T.
    _row(
        "householder",
        r"H = I - 2 \frac{vv^\top}{v^\top v}",
        {"v": [1.0, 2.0, 2.0]},
        lambda v: np.eye(3) - np.outer([1, 2, 2], [1, 2, 2]) * 2 / 9,
        "Golub and Van Loan, chapter 5",
    ),
    # := says that the left side is defined; it is no update, because nothing is bound to it.
    _row(
        "infinity-norm",
        r"\left\| x \right\| _\infty := \max_{i} \left| x_i \right|",
        {"x": [1.0, -7.5, 3.0]},
        lambda v: 7.5,
        "Wikipedia, norm",
    ),
    _row(
        "squared-distance",
        r"\|x - y\|_2^2 = \|x\|_2^2 - 2x^\top y + \|y\|_2^2",
        {"x": [1.0, 2.0, -1.0], "y": [0.5, 0.0, 2.0]},
        lambda v: spatial.distance.sqeuclidean(v["x"], v["y"]),
        "textbooks, distance as products",
    ),
    _row(
        "rayleigh-quotient",
        r"R(M,x) = {x^{\top} M x \over x^{\top} x}",
        {"M": A33, "x": [1.0, 2.0, 0.0]},
        lambda v: 16.0 / 5,
        "Wikipedia, Rayleigh quotient",
    ),
    _row(
        "diagonal-product",
        r"\operatorname{diag}(\mathbf{d})\, \mathbf{x} = \mathbf{d} \odot \mathbf{x}",
        {"d": [1.0, -2.0, 3.0], "x": [0.5, 0.5, 2.0]},
        lambda v: np.array([0.5, -1.0, 6.0]),
        "Goodfellow et al. 2016, section 2.6",
    ),
    # A is square, so its power is the matrix power.
    _row(
        "matrix-power",
        r"x_k = A^k x_0",
        {"A": [[1.0, 1.0], [1.0, 0.0]], "k": 6, "x_0": [1.0, 0.0]},
        lambda v: np.array([13.0, 8.0]),
        "Strang, introduction to linear algebra, Fibonacci numbers",
    ),
    _row(
        "power-iteration-unicode",
        "x ← Ax / ‖Ax‖",
        {"A": A33, "x": [1.0, 1.0, 1.0]},
        lambda v: times(5, lambda x: unit(v["A"] @ x), v["x"]),
        "Wikipedia, power iteration",
        rounds=5,
    ),
    _row(
        "cholesky-log-determinant",
        r"\log\det(LL^\top) = 2\sum_{i} \log L_{ii}",
        {"L": [[2.0, 0.0, 0.0], [0.5, 1.5, 0.0], [-1.0, 0.3, 0.7]]},
        lambda v: np.linalg.slogdet(v["L"] @ v["L"].T)[1],
        "Rasmussen and Williams 2006, appendix A",
    ),
    # Angle brackets are the dot product of two rows of x.
    _row(
        "gram-matrix",
        r"G_{ij} = \langle \mathbf{x}_i, \mathbf{x}_j \rangle",
        {"x": made(143, 3, 2)},
        lambda v: v["x"] @ v["x"].T,
        "Wikipedia, Gram matrix",
    ),
    # \mathbf{1} is the vector of ones, transposed onto x.
    _row(
        "mean-with-ones",
        r"\bar{x} = \frac{1}{n}\mathbf{1}^\top \mathbf{x}",
        {"n": 4, "x": [1.0, 2.0, 4.0, 9.0]},
        lambda v: 4.0,
        "Boyd and Vandenberghe 2018, applied linear algebra",
    ),
    # A matrix in figures; the vector beside it stands as a column.
    _row(
        "matrix-literal",
        r"y = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} x",
        {"x": [5.0, -1.0]},
        lambda v: np.array([3.0, 11.0]),
        "textbooks, a matrix in figures",
    ),
]

# --------------------------------------------------------------------------------------------------- calculus
CALCULUS = [
    _row(
        "power-rule",
        r"\frac{d}{dx} x^3 = 3x^2",
        {"x": 2.0},
        lambda v: slope(lambda x: x**3, 2.0),
        "textbooks, power rule",
    ),
    _row(
        "chain-of-log",
        r"\frac{d}{dx}\left[\log\left(1+(x-1)^{10}\right)\right] = \frac{10(x-1)^9}{1+(x-1)^{10}}",
        {"x": 1.7},
        lambda v: slope(lambda x: np.log(1 + (x - 1) ** 10), 1.7),
        "Dive into Deep Learning, single variable calculus",
    ),
    _row(
        "sigmoid-derivative",
        r"\sigma'(x) = \sigma(x)\left(1 - \sigma(x)\right)",
        {"x": 0.8},
        lambda v: slope(lambda x: 1 / (1 + np.exp(-x)), 0.8),
        "Stanford CS229 notes, logistic regression",
    ),
    # tanh^2(x) is the square of tanh(x).
    _row(
        "tanh-derivative",
        r"\frac{d}{dx} \operatorname{tanh}(x) = 1 - \operatorname{tanh}^2(x).",
        {"x": -0.6},
        lambda v: slope(np.tanh, -0.6),
        "Dive into Deep Learning, multilayer perceptrons",
    ),
    _row(
        "derivative-by-name",
        "y = ln(x² + 1)\ndy/dx",
        {"x": 3.0},
        lambda v: 0.6,
        "textbooks, chain rule in Unicode",
    ),
    _row(
        "partial-unicode",
        "∂f/∂y where f = x²y + y³",
        {"x": 2.0, "y": -1.0},
        lambda v: 7.0,
        "textbooks, partial derivative in Unicode",
    ),
    _row(
        "second-derivative",
        r"y = x^3 + 2x, \quad \frac{d^2 y}{dx^2}",
        {"x": 1.5},
        lambda v: 9.0,
        "textbooks, second derivative",
    ),
    _row(
        "chain-rule",
        r"z = \sin(y), \; y = x^2, \quad \frac{dz}{dx} = \frac{dz}{dy} \frac{dy}{dx}",
        {"x": 1.1},
        lambda v: slope(lambda x: np.sin(x * x), 1.1),
        "textbooks, chain rule",
    ),
    _row(
        "product-rule",
        r"f(x) = x^2, \; g(x) = e^{x}, \quad \frac{d}{dx}\left[f(x)g(x)\right] = f'(x)g(x) + f(x)g'(x)",
        {"x": 0.5},
        lambda v: slope(lambda x: x**2 * np.exp(x), 0.5),
        "textbooks, product rule",
    ),
    _row(
        "gradient-of-function",
        r"f(x, y) = \log(e^x + e^y) \\ \nabla f (x, y)",
        {"x": 0.0, "y": math.log(2)},
        lambda v: np.array([1 / 3, 2 / 3]),
        "Dive into Deep Learning, multivariable calculus",
    ),
    # The limit is taken of the whole quotient; its value is the derivative.
    _row(
        "difference-quotient-limit",
        r"f(x) = x^2 + x, \quad \lim_{h \rightarrow 0} \frac{f(x+h) - f(x)}{h}",
        {"x": 1.0},
        lambda v: 3.0,
        "Dive into Deep Learning, calculus",
    ),
    _row(
        "gradient-of-quadratic-form",
        r"\nabla_{\mathbf{x}}\, \mathbf{x}^\top \mathbf{A} \mathbf{x} = (\mathbf{A} + "
        r"\mathbf{A}^\top)\mathbf{x}",
        {"x": [1.0, -1.0, 2.0], "A": B33},
        lambda v: gradient(lambda x: x @ v["A"] @ x, v["x"]),
        "Dive into Deep Learning, calculus",
    ),
    _row(
        "gradient-of-linear-form",
        r"\frac{\partial \mathbf{x}^T \mathbf{a}}{\partial \mathbf{x}} = \frac{\partial \mathbf{a}^T "
        r"\mathbf{x}}{\partial \mathbf{x}} = \mathbf{a}",
        {"x": [1.0, 2.0], "a": [3.0, -0.5]},
        lambda v: v["a"],
        "The Matrix Cookbook, eq. 69",
    ),
    _row(
        "gradient-of-bilinear-form",
        r"\frac{\partial \mathbf{a}^T \mathbf{X} \mathbf{b}}{\partial \mathbf{X}} = \mathbf{a}\mathbf{b}^T",
        {"X": made(150, 2, 3), "a": [1.0, 2.0], "b": [0.5, -1.0, 3.0]},
        lambda v: np.outer(v["a"], v["b"]),
        "The Matrix Cookbook, eq. 70",
    ),
    _row(
        "gradient-of-transposed-form",
        r"\frac{\partial \mathbf{a}^T \mathbf{X}^T \mathbf{b}}{\partial \mathbf{X}} = \mathbf{b}\mathbf{a}^T",
        {"X": made(151, 3, 2), "a": [1.0, 2.0], "b": [0.5, -1.0, 3.0]},
        lambda v: np.outer(v["b"], v["a"]),
        "The Matrix Cookbook, eq. 71",
    ),
    _row(
        "gradient-of-trace",
        r"\frac{\partial}{\partial \mathbf{X}} \mathrm{Tr}(\mathbf{X}\mathbf{A}) = \mathbf{A}^T",
        {"X": made(152, 2, 3), "A": made(153, 3, 2)},
        lambda v: v["A"].T,
        "The Matrix Cookbook, eq. 100",
    ),
    _row(
        "gradient-of-trace-square",
        r"\frac{\partial}{\partial \mathbf{X}} \mathrm{Tr}(\mathbf{X}^T\mathbf{X}) = 2\mathbf{X}",
        {"X": made(154, 3, 2)},
        lambda v: v["X"] + v["X"],
        "The Matrix Cookbook, eq. 115",
    ),
    # The bars stand around a number, the determinant: its absolute value.
    _row(
        "gradient-of-log-determinant",
        r"\frac{\partial \ln|\det(\mathbf{X})|}{\partial \mathbf{X}} = (\mathbf{X}^{-1})^T = "
        r"(\mathbf{X}^T)^{-1}",
        {"X": [[1.0, 2.0], [0.5, -1.5]]},
        lambda v: np.linalg.inv(v["X"]).T,
        "The Matrix Cookbook, eq. 57",
    ),
    _row(
        "gradient-of-least-squares",
        r"\nabla_w \frac{1}{2}\lVert Xw - y \rVert_2^2 = X^\top (Xw - y)",
        {**DATA, "w": [0.5, -1.0]},
        lambda v: gradient(lambda w: ((v["X"] @ w - v["y"]) ** 2).sum() / 2, v["w"]),
        "Stanford CS229 notes, normal equations",
    ),
    _row(
        "gradient-of-frobenius",
        r"\nabla_W \|XW - Y\|_F^2 = 2X^\top (XW - Y)",
        {"X": made(155, 4, 2), "W": made(156, 2, 3), "Y": made(157, 4, 3)},
        lambda v: gradient(lambda w: ((v["X"] @ w - v["Y"]) ** 2).sum(), v["W"]),
        "The Matrix Cookbook, section 2.5",
    ),
    _row(
        "gradient-of-norm",
        r"\frac{\partial}{\partial \mathbf{x}} \lVert \mathbf{x} - \mathbf{a} \rVert_2 = "
        r"\frac{\mathbf{x} - \mathbf{a}}{\lVert \mathbf{x} - \mathbf{a} \rVert_2}",
        {"x": [4.0, 1.0], "a": [1.0, -3.0]},
        lambda v: np.array([0.6, 0.8]),
        "The Matrix Cookbook, eq. 129",
    ),
    _row(
        "gradient-of-cross-entropy",
        r"p = \operatorname{softmax}(z), \quad L = -\sum_i y_i \log p_i, \quad \frac{\partial L}{\partial "
        r"z_i} = p_i - y_i",
        {"z": [1.0, 3.0, 0.5], "y": [0, 1, 0]},
        lambda v: gradient(lambda z: np.log(np.exp(z).sum()) - z[1], v["z"]),
        "Goodfellow et al. 2016, chapter 6",
    ),
    # \partial_{o_j} l is the partial derivative by o_j; l is defined one line above.
    _row(
        "gradient-of-cross-entropy-d2l",
        r"""l(\mathbf{y}, \hat{\mathbf{y}}) = \log \sum_{k=1}^q \exp(o_k) - \sum_{j=1}^q y_j o_j \\
\partial_{o_j} l(\mathbf{y}, \hat{\mathbf{y}}) = \frac{\exp(o_j)}{\sum_{k=1}^q \exp(o_k)} - y_j =
\mathrm{softmax}(\mathbf{o})_j - y_j.""",
        {"o": [0.2, -1.0, 1.4], "y": [0.1, 0.6, 0.3], "q": 3},
        lambda v: special.softmax(v["o"]) - v["y"],
        "Dive into Deep Learning, softmax regression",
    ),
    _row(
        "softmax-jacobian",
        r"a = \mathrm{softmax}(s), \quad J = \operatorname{diag}(a) - a a^\top",
        {"s": [0.5, -1.0, 2.0]},
        lambda v: np.array(
            [gradient(lambda s, i=i: np.exp(s[i]) / np.exp(s).sum(), v["s"]) for i in range(3)]  # type: ignore[misc]
        ),
        "textbooks, Jacobian of the softmax",
    ),
    _row(
        "output-error",
        r"C = \frac{1}{2} \lVert y - a \rVert^2, \quad a = \sigma(z), \quad \delta = \nabla_a C \odot "
        r"\sigma'(z)",
        {"y": [1.0, 0.0], "z": [0.3, -0.7]},
        lambda v: gradient(lambda z: ((1 / (1 + np.exp(-z)) - v["y"]) ** 2).sum() / 2, v["z"]),
        "Nielsen, Neural Networks and Deep Learning, BP1",
    ),
    _row(
        "weight-gradient",
        r"y = Wx, \quad L = \tfrac{1}{2}\lVert y - t \rVert^2, \quad "
        r"\frac{\partial L}{\partial W} = \frac{\partial L}{\partial y} x^\top",
        {"W": made(158, 2, 3), "x": [1.0, -1.0, 0.5], "t": [0.0, 1.0]},
        lambda v: gradient(lambda w: ((w @ v["x"] - v["t"]) ** 2).sum() / 2, v["W"]),
        "textbooks, backpropagation through a linear layer",
    ),
    _row(
        "logistic-regression-gradient",
        r"""p = \sigma(Xw) \\
J = -\frac{1}{n} \sum_{i=1}^{n} \left[ y_i \log p_i + (1 - y_i) \log(1 - p_i) \right] \\
\nabla_w J = \frac{1}{n} X^\top (p - y)""",
        {"X": made(159, 4, 2), "w": [0.4, -0.3], "y": [1, 0, 0, 1], "n": 4},
        lambda v: gradient(lambda w: np.log(1 + np.exp((1 - 2 * v["y"]) * (v["X"] @ w))).mean(), v["w"]),
        "Stanford CS229 notes, logistic regression",
    ),
    _row(
        "gaussian-score",
        r"p(x) = \frac{1}{\sqrt{2\pi\sigma^2}} e^{-\frac{(x-\mu)^2}{2\sigma^2}}, \quad "
        r"\nabla_x \log p(x) = -\frac{x - \mu}{\sigma^2}",
        {"x": 1.0, "mu": 0.2, "sigma": 0.5},
        lambda v: -3.2,
        "Song and Ermon 2019, score matching",
    ),
    _row(
        "linear-approximation",
        r"f(x) = \sin(x), \quad f(x) + \epsilon f'(x)",
        {"x": 1.0, "epsilon": 0.01},
        lambda v: math.sin(1) + 0.01 * math.cos(1),
        "Dive into Deep Learning, single variable calculus",
    ),
    _row(
        "polynomial-derivatives-d2l",
        r"\begin{aligned} g(x) & = ax^{2} + bx + c \\ \frac{dg}{dx}(x) & = 2ax + b \end{aligned}",
        {"a": 2.0, "b": -3.0, "c": 1.0, "x": 1.5},
        lambda v: slope(lambda x: 2 * x**2 - 3 * x + 1, 1.5),
        "Dive into Deep Learning, single variable calculus",
    ),
]

# ------------------------------------------------------------------------------------------------- generative
NOISY = {"x_0": [1.0, -0.5, 0.25], "epsilon": [0.3, -1.2, 0.8], "bar_alpha_t": 0.64}
GENERATIVE = [
    _row(
        "ddpm-forward",
        r"x_t = \sqrt{\bar{\alpha}_t}\, x_0 + \sqrt{1 - \bar{\alpha}_t}\, \epsilon",
        NOISY,
        lambda v: 0.8 * v["x_0"] + 0.6 * v["epsilon"],
        "Ho et al. 2020, DDPM, eq. 4",
    ),
    _row(
        "ddpm-one-step",
        r"\mathbf{x}_t = \sqrt{1-\beta_t}\,\mathbf{x}_{t-1} + \sqrt{\beta_t}\,\boldsymbol{\epsilon}_{t-1}",
        {"beta_t": 0.19, "x_{t-1}": [1.0, 2.0], "epsilon_{t-1}": [0.5, -1.0]},
        lambda v: 0.9 * v["x_{t-1}"] + math.sqrt(0.19) * v["epsilon_{t-1}"],
        "Ho et al. 2020, DDPM, eq. 2",
    ),
    # alpha_s is defined for every entry of beta; the letter of the index does not matter.
    _row(
        "ddpm-alpha-bar",
        r"\alpha_s = 1 - \beta_s, \quad \bar{\alpha}_t = \prod_{s=1}^{t} \alpha_s",
        {"beta": [0.1, 0.2, 0.3], "t": 3},
        lambda v: 0.504,
        "Ho et al. 2020, DDPM, section 2",
    ),
    _row(
        "ddpm-posterior-mean",
        r"\tilde{\mu}_t = \frac{\sqrt{\bar\alpha_{t-1}}\beta_t }{1-\bar\alpha_t} x_0 + "
        r"\frac{\sqrt{\alpha_t}(1- \bar\alpha_{t-1})}{1-\bar\alpha_t} x_t",
        {
            "x_0": [1.0, -0.5, 0.25],
            "bar_alpha_t": 0.64,
            "bar_alpha_{t-1}": 0.81,
            "beta_t": 0.19,
            "alpha_t": 0.81,
            "x_t": [0.9, -1.0, 0.6],
        },
        lambda v: (0.9 * 0.19 * v["x_0"] + 0.9 * 0.19 * v["x_t"]) / 0.36,
        "Ho et al. 2020, DDPM, eq. 7",
    ),
    _row(
        "ddpm-posterior-variance",
        r"\tilde{\beta}_t = \frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\beta_t",
        {"bar_alpha_{t-1}": 0.8, "bar_alpha_t": 0.6, "beta_t": 0.25},
        lambda v: 0.125,
        "Ho et al. 2020, DDPM, eq. 7",
    ),
    _row(
        "ddpm-sampling",
        r"\mathbf{x}_{t-1} = \frac{1}{\sqrt{\alpha_t}}\left( \mathbf{x}_t - "
        r"\frac{1-\alpha_t}{\sqrt{1-\bar\alpha_t}} "
        r"\boldsymbol{\epsilon}_\theta(\mathbf{x}_t, t) \right) + \sigma_t \mathbf{z}",
        {
            "alpha_t": 0.96,
            "x_t": [0.5, -0.5],
            "bar_alpha_t": 0.75,
            "epsilon_theta(x_t, t)": [0.2, -0.4],
            "sigma_t": 0.1,
            "z": [1.0, -2.0],
        },
        lambda v: (v["x_t"] - 0.08 * v["epsilon_theta(x_t, t)"]) / math.sqrt(0.96) + 0.1 * v["z"],
        "Ho et al. 2020, DDPM, algorithm 2",
    ),
    _row(
        "ddpm-simple-loss",
        r"L_{\text{simple}} = \left\| \epsilon - \epsilon_\theta(x_t, t) \right\|^2",
        {"epsilon": [0.3, -1.2, 0.8], "epsilon_theta(x_t, t)": [0.1, -1.0, 1.0]},
        lambda v: 0.12,
        "Ho et al. 2020, DDPM, eq. 14",
    ),
    _row(
        "ddim-predicted-start",
        r"\hat{x}_0 = \frac{x_t - \sqrt{1 - "
        r"\bar{\alpha}_t}\,\epsilon_\theta^{(t)}(x_t)}{\sqrt{\bar{\alpha}_t}}",
        {"x_t": [1.0, 0.0], "bar_alpha_t": 0.64, "epsilon_theta^(t)(x_t)": [0.5, -0.5]},
        lambda v: np.array([0.875, 0.375]),
        "Song et al. 2021, DDIM, eq. 9",
    ),
    _row(
        "classifier-free-guidance",
        r"\tilde{\epsilon} = (1+w)\,\epsilon_c - w\,\epsilon_u",
        {"w": 2.0, "epsilon_c": [0.5, 1.0], "epsilon_u": [0.25, 1.5]},
        lambda v: np.array([1.0, 0.0]),
        "Ho and Salimans 2022, eq. 6",
    ),
    # x_0 and x_1 are bound as names, so no entry of an x is meant.
    _row(
        "flow-matching",
        r"x_t = (1-t)x_0 + t x_1, \quad L = \lVert v - (x_1 - x_0) \rVert^2",
        {"t": 0.25, "x_0": [0.0, 1.0], "x_1": [2.0, -1.0], "v": [1.5, -1.0]},
        lambda v: 1.25,
        "Lipman et al. 2023, conditional flow matching",
    ),
    # What follows "with" says how epsilon is drawn; its value is given.
    _row(
        "reparameterisation",
        r"z = \mu + \sigma \odot \epsilon \quad \text{with} \quad \epsilon \sim \mathcal{N}(0, I)",
        {"mu": [0.5, -1.0], "sigma": [0.1, 2.0], "epsilon": [1.0, -0.5]},
        lambda v: np.array([0.6, -2.0]),
        "Kingma and Welling 2014, section 2.4",
        result="z",
    ),
    _row(
        "vae-kl",
        r"D_{KL}(q_\phi(z|x) \parallel p(z)) = -\frac{1}{2} \sum_{j=1}^{J} \left( 1 + \log(\sigma_j^2) - "
        r"\mu_j^2 - \sigma_j^2 \right)",
        {"mu": [0.5, -1.0], "sigma": [0.8, 1.5], "J": 2},
        lambda v: np.sum((v["sigma"] ** 2 + v["mu"] ** 2 - 1) / 2 - np.log(v["sigma"])),
        "Kingma and Welling 2014, appendix B",
    ),
    _row(
        "kl-two-gaussians",
        r"KL(p, q) = \log \frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2 \sigma_2^2} - "
        r"\frac{1}{2}",
        {"sigma_1": 0.5, "sigma_2": 2.0, "mu_1": 1.0, "mu_2": -0.5},
        lambda v: math.log(4) + 2.5 / 8 - 0.5,
        "Cross Validated, KL divergence between two univariate Gaussians",
    ),
    _row(
        "gan-discriminator-loss",
        r"""D(x) = \sigma(w x + b) \\
G(z) = a z + c \\
\mathcal{L}_D = -\frac{1}{m} \sum_{i=1}^{m} \left[ \log D\left(x^{(i)}\right) + \log\left(1 -
D\left(G\left(z^{(i)}\right)\right)\right) \right]""",
        {"w": 1.5, "b": -0.5, "a": 0.5, "c": 0.1, "m": 3, "x": [1.0, 2.0, 0.5], "z": [-1.0, 0.2, 0.7]},
        lambda v: -np.mean(special.log_expit(1.5 * v["x"] - 0.5) + special.log_expit(0.5 - 1.5 * (0.5 * v["z"] + 0.1))),
        "Goodfellow et al. 2014, algorithm 1",
    ),
    _row(
        "gan-optimal-discriminator",
        r"D^*_G(\boldsymbol{x}) = \frac{p_\text{data}(\boldsymbol{x})}{p_\text{data}(\boldsymbol{x}) + "
        r"p_g(\boldsymbol{x})}",
        {"p_data(x)": 0.3, "p_g(x)": 0.1},
        lambda v: 0.75,
        "Goodfellow et al. 2014, eq. 2",
    ),
    # D is a function of a vector; its gradient is taken at \hat{x}.
    _row(
        "wgan-gradient-penalty",
        r"D(x) = \tanh(w^\top x), \quad P = \lambda \left( \lVert \nabla_{\hat{x}} D(\hat{x}) \rVert_2 - 1 "
        r"\right)^2",
        {"w": [1.0, -2.0], "hat_x": [0.3, 0.1], "lambda": 10},
        lambda v: 10 * (math.sqrt(5) / math.cosh(0.1) ** 2 - 1) ** 2,
        "Gulrajani et al. 2017, eq. 3",
    ),
]

# ------------------------------------------------------------------------------------- reinforcement learning
REINFORCEMENT = [
    _row(
        "discounted-return",
        r"G = \sum_{k=0}^{T-1} \gamma^{k} r_{k}",
        {"T": 4, "gamma": 0.9, "r": [1.0, 0.0, -1.0, 5.0]},
        lambda v: np.polyval(v["r"][::-1], 0.9),
        "Sutton and Barto 2018, eq. 3.8",
    ),
    _row(
        "discounted-return-dots",
        r"G = r_1 + \gamma r_2 + \gamma^2 r_3 + \dots + \gamma^{n-1} r_n",
        {"n": 5, "gamma": 0.5, "r": [1.0, 2.0, 0.0, -4.0, 8.0]},
        lambda v: 2.0,
        "Sutton and Barto 2018, chapter 3",
    ),
    _row(
        "td-error",
        r"\delta_t = r_t + \gamma V(s_{t+1}) - V(s_t)",
        {"r_t": 1.0, "gamma": 0.9, "V(s_{t+1})": 2.0, "V(s_t)": 2.5},
        lambda v: 0.3,
        "Schulman et al. 2017, PPO, eq. 12",
    ),
    _row(
        "td-update",
        r"V(S_t) \leftarrow V(S_t) + \alpha \left[ R_{t+1} + \gamma V(S_{t+1}) - V(S_t) \right]",
        {"V(S_t)": 1.0, "alpha": 0.5, "R_{t+1}": 2.0, "gamma": 0.9, "V(S_{t+1})": 10.0},
        lambda v: 11 - 10 * 0.5**3,
        "Sutton and Barto 2018, eq. 6.2",
        rounds=3,
    ),
    # Q(s_{t+1}, a) is a table over the actions a; a_t is a name and has nothing to do with that a.
    _row(
        "q-learning",
        r"Q(s_t, a_t) \leftarrow Q(s_t, a_t) + \alpha \left[ r_{t+1} + \gamma \max_{a} Q(s_{t+1}, a) - "
        r"Q(s_t, a_t) \right]",
        {"Q(s_t, a_t)": 0.5, "alpha": 0.1, "r_{t+1}": 1.0, "gamma": 0.9, "Q(s_{t+1}, a)": [0.0, 2.0, 1.0]},
        lambda v: 0.73,
        "Sutton and Barto 2018, eq. 6.8",
        rounds=1,
    ),
    # I is the identity of P's size.
    _row(
        "bellman-matrix",
        r"v = (I - \gamma P)^{-1} r",
        {"gamma": 0.9, "P": [[0.5, 0.5], [0.2, 0.8]], "r": [1.0, -1.0]},
        lambda v: times(2000, lambda u: v["r"] + 0.9 * v["P"] @ u, np.zeros(2)),
        "Silver, lectures on reinforcement learning, Markov reward processes",
    ),
    _row(
        "value-iteration",
        r"u_s = \max_{a} \left( r_{sa} + \gamma \sum_{t} P_{sat} v_t \right)",
        {
            "r": [[1.0, 0.0], [0.5, 2.0]],
            "gamma": 0.9,
            "P": [[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.7, 0.3]]],
            "v": [0.0, 3.0],
        },
        lambda v: np.array([1.35, 3.2]),
        "Sutton and Barto 2018, eq. 4.10",
    ),
    _row(
        "policy-evaluation-indices",
        r"u_s = \sum_{a} \pi_{sa} \left( r_{sa} + \gamma \sum_{t} P_{sat} v_t \right)",
        {
            "pi": [[0.5, 0.5], [0.1, 0.9]],
            "r": [[1.0, 0.0], [0.5, 2.0]],
            "gamma": 0.9,
            "P": [[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.7, 0.3]]],
            "v": [0.0, 3.0],
        },
        lambda v: np.array([0.5 + 0.5 * 1.35, 0.1 * 3.2 + 0.9 * 2.81]),
        "Sutton and Barto 2018, eq. 4.5",
    ),
    _row(
        "gae-terms",
        r"\hat{A}_t = \delta_t + (\gamma\lambda)\delta_{t+1} + (\gamma\lambda)^2\delta_{t+2}",
        {"delta_t": 1.0, "gamma": 0.99, "lambda": 0.95, "delta_{t+1}": -0.5, "delta_{t+2}": 2.0},
        lambda v: np.polyval([2.0, -0.5, 1.0], 0.9405),
        "Schulman et al. 2017, PPO, eq. 11",
    ),
    _row(
        "gae-sum",
        r"\hat{A} = \sum_{l=0}^{n-1} (\gamma\lambda)^l \delta_{l}",
        {"n": 3, "gamma": 0.99, "lambda": 0.95, "delta": [1.0, -0.5, 2.0]},
        lambda v: np.polyval([2.0, -0.5, 1.0], 0.9405),
        "Schulman et al. 2016, GAE, eq. 16",
    ),
    _row(
        "gae-recursion",
        r"\hat{A}_t = \delta_t + \gamma\lambda \hat{A}_{t+1}",
        {"delta_t": 0.5, "gamma": 0.9, "lambda": 0.5, "hat_A_{t+1}": 2.0},
        lambda v: 1.4,
        "blog posts, GAE computed backwards",
    ),
    _row(
        "ppo-clip",
        r"L^{CLIP}(\theta) = \min\left(r_t(\theta)\hat{A}_t,\ \text{clip}(r_t(\theta), 1-\epsilon, "
        r"1+\epsilon)\hat{A}_t\right)",
        {"r_t(theta)": 1.5, "hat_A_t": 2.0, "epsilon": 0.2},
        lambda v: 2.4,
        "Schulman et al. 2017, PPO, eq. 7",
    ),
    _row(
        "ppo-ratio",
        r"r_t(\theta) = \frac{\pi_\theta(a_t \mid s_t)}{\pi_{\theta_{\text{old}}}(a_t \mid s_t)}",
        {"pi_theta(a_t|s_t)": 0.3, "pi_{theta_old}(a_t|s_t)": 0.24},
        lambda v: 1.25,
        "Schulman et al. 2017, PPO, section 3",
    ),
    _row(
        "upper-confidence-bound",
        r"U_a = Q_a + c \sqrt{\frac{\ln t}{N_a}}",
        {"Q": [0.5, 0.4, 0.9], "c": 2.0, "t": 100, "N": [50, 10, 40]},
        lambda v: v["Q"] + 2 * np.sqrt(math.log(100) / v["N"]),
        "Sutton and Barto 2018, eq. 2.10",
    ),
    _row(
        "group-relative-advantage",
        r"\hat{A}_{i} = \frac{r_i - {\rm mean}(\mathbf{r})}{{\rm std}(\mathbf{r})}",
        {"r": [1.0, 0.0, 0.0, 1.0, 0.5]},
        lambda v: stats.zscore(v["r"]),
        "Shao et al. 2024, DeepSeekMath, section 4.1",
    ),
    _row(
        "kl-estimator",
        r"\mathbb{D}_{KL}\left[\pi_{\theta} || \pi_{ref}\right] = \frac{\pi_{ref}}{\pi_{\theta}} - "
        r"\log\frac{\pi_{ref}}{\pi_{\theta}} - 1",
        {"pi_ref": 0.3, "pi_theta": 0.5},
        lambda v: 0.6 - math.log(0.6) - 1,
        "Shao et al. 2024, DeepSeekMath, eq. 4",
    ),
    _row(
        "advantage",
        r"A^{\pi}(s,a) = Q^{\pi}(s,a) - V^{\pi}(s)",
        {"Q^pi(s,a)": 2.5, "V^pi(s)": 1.75},
        lambda v: 0.75,
        "Schulman et al. 2016, GAE, section 2",
    ),
]

# -------------------------------------------------------------------------------------- schedules and scaling
SCALING = [
    _row(
        "cosine-annealing",
        r"""\eta_t = \eta_{min} + \frac{1}{2}(\eta_{max} - \eta_{min})\left(1
        + \cos\left(\frac{T_{cur}}{T_{max}}\pi\right)\right)""",
        {"eta_min": 0.001, "eta_max": 0.1, "T_cur": 15, "T_max": 50},
        lambda v: 0.001 + 0.099 * math.cos(0.15 * math.pi) ** 2,
        "PyTorch documentation, CosineAnnealingLR",
    ),
    _row(
        "cosine-schedule-d2l",
        r"\eta_t = \eta_T + \frac{\eta_0 - \eta_T}{2} \left(1 + \cos(\pi t/T)\right)",
        {"eta_T": 0.01, "eta_0": 0.3, "t": 5, "T": 20},
        lambda v: 0.01 + 0.29 * math.cos(math.pi / 8) ** 2,
        "Dive into Deep Learning, learning rate scheduling",
    ),
    _row(
        "transformer-schedule",
        r"lrate = d_{\text{model}}^{-0.5} \cdot \min({step\_num}^{-0.5}, {step\_num} \cdot "
        r"{warmup\_steps}^{-1.5})",
        {"d_model": 512, "step_num": 1000, "warmup_steps": 4000},
        lambda v: 1000 / math.sqrt(512 * 4000**3),
        "Vaswani et al. 2017, eq. 3",
    ),
    _row(
        "exponential-decay",
        r"\eta(t) = \eta_0 \cdot e^{-\lambda t}",
        {"eta_0": 0.1, "lambda": 0.05, "t": 20},
        lambda v: 0.1 / math.e,
        "Dive into Deep Learning, stochastic gradient descent",
    ),
    _row(
        "polynomial-decay",
        r"\eta(t) = \eta_0 \cdot (\beta t + 1)^{-\alpha}",
        {"eta_0": 0.2, "beta": 0.1, "t": 30, "alpha": 0.5},
        lambda v: 0.1,
        "Dive into Deep Learning, stochastic gradient descent",
    ),
    _row(
        "step-decay",
        r"\eta_t = \eta_0 \cdot \gamma^{\lfloor t/s \rfloor}",
        {"eta_0": 0.1, "gamma": 0.5, "t": 25, "s": 10},
        lambda v: 0.025,
        "lecture notes, step decay",
    ),
    _row(
        "warmup-then-linear-decay",
        r"""\eta_t = \begin{cases}
\eta_{\max} \cdot \frac{t}{T_w} & \text{if } t < T_w \\
\eta_{\max} \cdot \frac{T - t}{T - T_w} & \text{otherwise}
\end{cases}""",
        {"eta_max": 0.01, "t": 400, "T_w": 100, "T": 1000},
        lambda v: 0.01 * 2 / 3,
        "Devlin et al. 2019, BERT, schedule of appendix A",
    ),
    _row(
        "inverse-square-root",
        "η_t = η_0/√t",
        {"eta_0": 0.3, "t": 9},
        lambda v: 0.1,
        "Zinkevich 2003, in Unicode",
    ),
    _row(
        "chinchilla",
        r"\hat{L}(N, D) = E + \frac{A}{N^\alpha} + \frac{B}{D^\beta}.",
        {"E": 1.69, "A": 406.4, "N": 7e10, "alpha": 0.34, "B": 410.7, "D": 1.4e12, "beta": 0.28},
        lambda v: 1.69 + 406.4 * 7e10**-0.34 + 410.7 * 1.4e12**-0.28,
        "Hoffmann et al. 2022, Chinchilla, eq. 2",
    ),
    _row(
        "kaplan-parameters",
        r"L(N) = \left(\frac{N_{\mathrm{c}}}{N}\right)^{\alpha_N}",
        {"N_c": 8.8e13, "N": 1.5e9, "alpha_N": 0.076},
        lambda v: math.exp(0.076 * math.log(8.8e13 / 1.5e9)),
        "Kaplan et al. 2020, eq. 1.1",
    ),
    _row(
        "kaplan-joint",
        r"L(N,D)=\left[\left(\frac{N_c}{N}\right)^{\frac{\alpha_N}{\alpha_D}}+\frac{D_c}{D}\right]^{\alpha_D}",
        {"N_c": 6.4e13, "N": 1e9, "alpha_N": 0.076, "alpha_D": 0.103, "D_c": 1.8e13, "D": 2.3e10},
        lambda v: (6.4e4 ** (0.076 / 0.103) + 1.8e13 / 2.3e10) ** 0.103,
        "Kaplan et al. 2020, eq. 1.5",
    ),
    _row(
        "training-compute",
        "C = 6ND",
        {"N": 7e9, "D": 1.4e11},
        lambda v: 5.88e21,
        "Kaplan et al. 2020, section 2.1",
    ),
    _row(
        "transformer-parameters",
        r"N = 2 d_{\rm model} n_{\rm layer} \left( 2 d_{\rm attn} + d_{\rm ff} \right) = 12 n_{\rm layer} "
        r"d_{\rm model}^2",
        {"d_model": 64, "n_layer": 4, "d_attn": 64, "d_ff": 256},
        lambda v: 196608,
        "Kaplan et al. 2020, eq. 2.1",
    ),
    _row(
        "xavier-uniform",
        r"a = \text{gain} \times \sqrt{\frac{6}{\text{fan\_in} + \text{fan\_out}}}",
        {"gain": 1.5, "fan_in": 300, "fan_out": 84},
        lambda v: 0.1875,
        "PyTorch documentation, torch.nn.init.xavier_uniform_",
    ),
    _row(
        "kaiming-normal",
        r"\text{std} = \frac{\text{gain}}{\sqrt{\text{fan\_mode}}}",
        {"gain": math.sqrt(2), "fan_mode": 128},
        lambda v: 0.125,
        "PyTorch documentation, torch.nn.init.kaiming_normal_",
    ),
    _row(
        "quantization",
        r"q = \left\lfloor \frac{x}{s} + \frac{1}{2} \right\rfloor + z",
        {"x": [0.5, -1.26, 2.0], "s": 0.1, "z": 3},
        lambda v: np.array([8.0, -10.0, 23.0]),
        "Jacob et al. 2018, integer quantization, eq. 1 solved for q",
    ),
]

# ------------------------------------------------------------------------------------------------- statistics
SAMPLE = [4.0, 7.0, 1.0, 9.0, 4.0]
PAIRS = {"x": [1.0, 2.0, 4.0, 5.0], "y": [2.0, 1.0, 5.0, 7.0], "n": 4}
STATISTICS = [
    _row(
        "sample-mean",
        r"\bar{x} = \frac{1}{n}\left(\sum_{i=1}^n{x_i}\right) = \frac{x_1 + x_2 + \dots + x_n}{n}",
        {"x": SAMPLE, "n": 5},
        lambda v: 5.0,
        "Wikipedia, arithmetic mean",
    ),
    # s^2 on the left is what is defined.
    _row(
        "sample-variance",
        r"\bar{x} = \frac{1}{n}\sum_{i=1}^n x_i, \quad s^2 = \frac{1}{n-1} \sum_{i=1}^n \left(x_i - \bar{x} "
        r"\right)^ 2",
        {"x": SAMPLE, "n": 5},
        lambda v: np.var(v["x"], ddof=1),
        "Wikipedia, variance",
    ),
    _row(
        "sample-deviation",
        r"s = \sqrt{\frac{1}{N-1} \sum_{i=1}^N (x_i - \bar{x})^2}",
        {"x": SAMPLE, "N": 5, "bar_x": 5.0},
        lambda v: np.std(v["x"], ddof=1),
        "Wikipedia, standard deviation",
    ),
    # {… \over …} is a fraction.
    _row(
        "z-score",
        r"z = {x- \mu \over \sigma}",
        {"x": 112, "mu": 100, "sigma": 15},
        lambda v: 0.8,
        "Wikipedia, standard score",
    ),
    _row(
        "z-scores-of-list",
        r"z_i = \frac{x_i - \bar{x}}{s}",
        {"x": SAMPLE, "bar_x": 5.0, "s": 2.5},
        lambda v: np.array([-0.4, 0.8, -1.6, 1.6, -0.4]),
        "textbooks, standardised data",
    ),
    # r_{xy} is a name: x and y are lists here, not indices.
    _row(
        "pearson",
        r"r_{xy} =\frac{\sum ^n _{i=1}(x_i - \bar{x})(y_i - \bar{y})}"
        r"{\sqrt{\sum ^n _{i=1}(x_i - \bar{x})^2} \sqrt{\sum ^n _{i=1}(y_i - \bar{y})^2}}",
        {**PAIRS, "bar_x": 3.0, "bar_y": 3.75},
        lambda v: stats.pearsonr(v["x"], v["y"])[0],
        "Wikipedia, Pearson correlation coefficient",
    ),
    # A bare Σ runs over the label in its body; Σx_i Σy_i is the product of two sums.
    _row(
        "pearson-shortcut",
        r"r = \frac{n\sum x_i y_i - \sum x_i\sum y_i}{\sqrt{n\sum x_i^2-\left(\sum x_i\right)^2}~"
        r"\sqrt{n\sum y_i^2-\left(\sum y_i\right)^2}}",
        PAIRS,
        lambda v: stats.pearsonr(v["x"], v["y"])[0],
        "Wikipedia, Pearson correlation coefficient",
    ),
    _row(
        "spearman",
        r"r_s = {1- \frac {6 \sum d_i^2}{n(n^2 - 1)}}",
        {"d": [0, 1, -2, 1, 0], "n": 5},
        lambda v: 0.7,
        "Wikipedia, Spearman's rank correlation coefficient",
    ),
    _row(
        "covariance-entries",
        r"\bar{x}_j=\frac{1}{N} \sum_{i=1}^N x_{ij}, \quad "
        r"q_{jk}=\frac{1}{N-1}\sum_{i=1}^{N}\left(  x_{ij}-\bar{x}_j \right)  \left( x_{ik}-\bar{x}_k "
        r"\right)",
        {"x": made(160, 5, 3), "N": 5},
        lambda v: np.cov(v["x"], rowvar=False),
        "Wikipedia, sample mean and covariance",
    ),
    _row(
        "covariance-matrix-product",
        r"\mathbf{S} = \frac{1}{n-1} (\mathbf{X} - \bar{\mathbf{x}})^\top (\mathbf{X} - \bar{\mathbf{x}})",
        {"X": [[1.0, 2.0], [3.0, 0.0], [5.0, 7.0]], "bar_x": [3.0, 3.0], "n": 3},
        lambda v: np.cov(v["X"].T),
        "Bishop 2006, chapter 12",
    ),
    _row(
        "standard-error",
        r"{\sigma}_{\bar{x}} = \frac{\sigma}{\sqrt{n}}",
        {"sigma": 12.0, "n": 36},
        lambda v: 2.0,
        "Wikipedia, standard error",
    ),
    _row(
        "t-statistic",
        r"T = \frac{\hat\mu_n - \mu}{\hat\sigma_n/\sqrt{n}},",
        {"hat_mu_n": 5.2, "mu": 5.0, "hat_sigma_n": 0.8, "n": 16},
        lambda v: 1.0,
        "Dive into Deep Learning, statistics",
    ),
    _row(
        "welch-t",
        r"t = \frac{\overline{X}_1 - \overline{X}_2}{\sqrt{ \frac{s_1^2}{N_1} + \frac{s_2^2}{N_2} }}",
        {"bar_X_1": 20.0, "bar_X_2": 18.5, "s_1": 2.0, "N_1": 10, "s_2": 3.0, "N_2": 12},
        lambda v: stats.ttest_ind_from_stats(20.0, 2.0, 10, 18.5, 3.0, 12, equal_var=False)[0],
        "Wikipedia, Welch's t-test",
    ),
    _row(
        "pooled-variance",
        r"s_p = \sqrt{\frac{\left(n_1-1\right)s_1^2+\left(n_2-1\right)s_2^2}{n_1+n_2-2}}",
        {"n_1": 5, "s_1": 2.0, "n_2": 7, "s_2": 3.0},
        lambda v: math.sqrt(7),
        "Wikipedia, pooled variance",
    ),
    _row(
        "confidence-bound",
        r"\bar{x} + 1.96\frac{s}{\sqrt{n}}",
        {"bar_x": 10.0, "s": 5.0, "n": 25},
        lambda v: 11.96,
        "Dive into Deep Learning, statistics",
    ),
    # E is bound to a list, so it is not the expectation. chi^2 on the left is what is defined.
    _row(
        "chi-squared",
        r"\chi^2 = \sum_{i=1}^{n} \frac{(O_i - E_i)^2}{E_i}",
        {"O": [18, 22, 20], "E": [20, 20, 20], "n": 3},
        lambda v: stats.chisquare([18, 22, 20])[0],
        "Wikipedia, Pearson's chi-squared test",
    ),
    _row(
        "skewness",
        r"g_1 = \frac{\tfrac1n \sum_{i=1}^n (x_i-\bar x)^3}{\left[\tfrac1n \sum_{i=1}^n (x_i-\bar x)^2 "
        r"\right]^{3/2}}",
        {"x": [1.0, 2.0, 3.0, 10.0], "n": 4, "bar_x": 4.0},
        lambda v: stats.skew(v["x"]),
        "Wikipedia, skewness",
    ),
    _row(
        "simple-regression",
        r"\hat\beta_1 = \frac{ \sum_{i=1}^n (x_i - \bar x)(y_i - \bar y) }{ \sum_{i=1}^n (x_i - \bar x)^2 "
        r"}, \quad "
        r"\hat\beta_0 = \bar y - \hat\beta_1\,\bar x",
        {**PAIRS, "bar_x": 3.0, "bar_y": 3.75},
        lambda v: stats.linregress(v["x"], v["y"]).intercept,
        "Wikipedia, simple linear regression",
    ),
    # x_1 x_2 ⋯ x_n is the product of all; \sqrt[n] is the n-th root.
    _row(
        "geometric-mean",
        r"\left(\prod_{i=1}^n x_i\right)^\frac{1}{n} = \sqrt[n]{x_1 x_2 \cdots x_n}",
        {"x": [1.0, 4.0, 8.0, 2.0], "n": 4},
        lambda v: stats.gmean(v["x"]),
        "Wikipedia, geometric mean",
    ),
    _row(
        "harmonic-mean",
        r"H = \frac{n}{\frac1{x_1} + \frac1{x_2} + \cdots + \frac1{x_n}} = \frac{n}{\sum\limits_{i=1}^n "
        r"\frac1{x_i}}",
        {"x": [1.0, 4.0, 4.0], "n": 3},
        lambda v: stats.hmean(v["x"]),
        "Wikipedia, harmonic mean",
    ),
    _row(
        "weighted-mean",
        r"\bar{x} = \frac{ \sum\limits_{i=1}^n w_i x_i}{\sum\limits_{i=1}^n w_i},",
        {"w": [1, 2, 5], "x": [10.0, 20.0, 30.0], "n": 3},
        lambda v: 25.0,
        "Wikipedia, weighted arithmetic mean",
    ),
]

# ------------------------------------------------------------------------------------------ sums and formulas
SUMS = [
    _row(
        "arithmetic-series",
        r"\sum_{k=1}^{n} k = \frac{n(n+1)}{2}",
        {"n": 100},
        lambda v: 5050,
        "Wikipedia, arithmetic progression",
    ),
    _row(
        "arithmetic-series-dots",
        r"1 + 2 + 3 + \cdots + n = \frac{n(n+1)}{2}",
        {"n": 12},
        lambda v: 78,
        "textbooks, Gauss's sum",
    ),
    _row(
        "squares-unicode",
        "Σₖ₌₁ⁿ k² = n(n+1)(2n+1)/6",
        {"n": 10},
        lambda v: 385,
        "textbooks, sum of squares in Unicode",
    ),
    _row(
        "cubes",
        r"\sum_{i=1}^n i^3 = \left(\frac{n(n+1)}{2}\right)^2",
        {"n": 7},
        lambda v: sum(i**3 for i in range(8)),
        "Wikipedia, summation",
    ),
    _row(
        "geometric-series",
        r"\sum_{k=0}^{n-1} a r^k = a \left(\frac{1-r^n}{1-r}\right)",
        {"a": 3.0, "r": 0.5, "n": 8},
        lambda v: 6 * (1 - 2**-8),
        "Wikipedia, geometric series",
    ),
    _row(
        "binomial-coefficient",
        r"\binom nk = \frac{n!}{k!(n-k)!}",
        {"n": 12, "k": 5},
        lambda v: math.comb(12, 5),
        "Wikipedia, binomial coefficient",
    ),
    # {… \choose …} is a binomial coefficient.
    _row(
        "binomial-choose",
        r"{n \choose 1} \frac{1}{n} \left(1-\frac{1}{n}\right)^{n-1} = \frac{n}{n-1} "
        r"\left(1-\frac{1}{n}\right)^{n}",
        {"n": 10},
        lambda v: 0.9**9,
        "Dive into Deep Learning, stochastic gradient descent",
    ),
    _row(
        "binomial-theorem",
        r"(x+y)^n = \sum_{k=0}^n {n \choose k}x^{n-k}y^k = \sum_{k=0}^n {n \choose k}x^{k}y^{n-k}.",
        {"x": 1.5, "y": -0.5, "n": 5},
        lambda v: 1.0,
        "Wikipedia, binomial theorem",
    ),
    _row(
        "factorial-product",
        r"n! = \prod_{k=1}^{n} k",
        {"n": 8},
        lambda v: special.factorial(8),
        "Wikipedia, factorial",
    ),
    _row(
        "exponential-series",
        r"T_n = \sum_{k=0}^{n} \frac{x^{k}}{k!}",
        {"x": 1.0, "n": 18},
        lambda v: math.e,
        "Dive into Deep Learning, Taylor series",
    ),
    _row(
        "triangular-double-sum",
        r"\sum_{i=1}^{n} \sum_{j=1}^{i} j = \frac{n(n+1)(n+2)}{6}",
        {"n": 9},
        lambda v: 165,
        "Graham, Knuth, Patashnik, chapter 2",
    ),
    _row(
        "harmonic-number",
        r"H_n = \sum_{k=1}^n \frac{1}{k}",
        {"n": 20},
        lambda v: special.digamma(21) + np.euler_gamma,
        "Wikipedia, harmonic number",
    ),
    _row(
        "leibniz-pi",
        r"S = 4\sum_{k=0}^{n}{\frac {(-1)^{k}}{2k+1}}",
        {"n": 50},
        lambda v: 4 * (1.0 / np.arange(1, 102, 2)) @ np.tile([1, -1], 26)[:51],
        "Wikipedia, Leibniz formula for π",
    ),
    _row(
        "telescoping-product",
        r"\prod_{k=2}^{n} \left(1 - \frac{1}{k^2}\right) = \frac{n+1}{2n}",
        {"n": 15},
        lambda v: 16 / 30,
        "textbooks, telescoping product",
    ),
    _row(
        "log-of-product",
        r"\log \prod_{i=1}^{n} p_i = \sum_{i=1}^{n} \log p_i",
        {"p": [0.5, 0.25, 0.9], "n": 3},
        lambda v: math.log(0.1125),
        "Bishop 2006, log-likelihood",
    ),
    # w has d + 1 entries, counted from 0; x^i is a power.
    _row(
        "polynomial",
        r"\hat{y}= \sum_{i=0}^d x^i w_i",
        {"d": 3, "x": 2.0, "w": [1.0, 0.0, -1.5, 0.5]},
        lambda v: np.polynomial.polynomial.polyval(2.0, v["w"]),
        "Dive into Deep Learning, generalization",
    ),
    _row(
        "binet",
        r"\varphi = \frac{1+\sqrt{5}}{2}, \quad F_n = \frac{\varphi^n - (1-\varphi)^n}{\sqrt 5}",
        {"n": 20},
        lambda v: 6765.0,
        "Wikipedia, Fibonacci sequence",
    ),
    _row(
        "quadratic-formula",
        r"x = \frac{-b + \sqrt {b^2-4ac}}{2a}",
        {"a": 2.0, "b": -7.0, "c": 3.0},
        lambda v: 3.0,
        "Wikipedia, quadratic formula",
    ),
    _row(
        "compound-interest",
        r"A = P\left(1+\frac{r}{n}\right)^{nt}",
        {"P": 1500, "r": 0.043, "n": 4, "t": 6},
        lambda v: 1500 * 1.01075**24,
        "Wikipedia, compound interest",
    ),
    _row(
        "stirling",
        r"\sqrt{2 \pi n}\left(\frac{n}{e}\right)^n",
        {"n": 10},
        lambda v: math.sqrt(20 * math.pi) * math.exp(10 * (math.log(10) - 1)),
        "Wikipedia, Stirling's approximation",
    ),
    _row(
        "change-of-base",
        r"\log_b x = \frac{\log_{10} x}{\log_{10} b} = \frac{\ln x}{\ln b}",
        {"b": 3.0, "x": 81.0},
        lambda v: 4.0,
        "Wikipedia, logarithm",
    ),
    _row(
        "hypotenuse-unicode",
        "c = √(a² + b²)",
        {"a": 5, "b": 12},
        lambda v: 13.0,
        "textbooks, Pythagoras",
    ),
    _row(
        "max-by-absolute-value",
        r"\max(a, b) = \frac{a + b + |a - b|}{2}",
        {"a": -1.5, "b": 4.0},
        lambda v: 4.0,
        "textbooks, maximum of two numbers",
    ),
    _row(
        "signum-cases",
        r"""\operatorname{sgn}(x) :=\begin{cases}
 -1 & \text{if } x < 0, \\
 0 & \text{if } x = 0, \\
 1 & \text{if } x > 0. \end{cases}""",
        {"x": -0.2},
        lambda v: -1,
        "Wikipedia, sign function",
    ),
    _row(
        "if-else-unicode",
        "y = x if x > 0 else αx",
        {"x": -3.0, "alpha": 0.1},
        lambda v: -0.3,
        "blog posts, leaky ReLU in words",
    ),
    # c^2 on the left is what is defined; its root is not asked for.
    _row(
        "law-of-cosines",
        r"c^2 = a^2 + b^2 - 2ab\cos\gamma",
        {"a": 3.0, "b": 5.0, "gamma": 2 * math.pi / 3},
        lambda v: 49.0,
        "Wikipedia, law of cosines",
    ),
]

# --------------------------------------------------------------------------------------------- not to be read
REFUSED = [
    _refused(
        "two-vectors-side-by-side",
        r"s = \mathbf{u} \mathbf{v}",
        {"u": [1.0, 2.0], "v": [3.0, 4.0]},
        "two vectors without a sign: dot, elementwise or outer",
        "papers that leave out the transpose",
    ),
    _refused(
        "covariance-of-products",
        r"\operatorname{Cov}(X, Y) = E[XY] - E[X]E[Y]",
        {"X": [1.0, 2.0, 4.0], "Y": [0.0, 1.0, 5.0]},
        "two vectors without a sign: XY",
        "Wikipedia, covariance",
    ),
    _refused(
        "bars-around-matrix",
        r"p(x) = \frac{1}{(2\pi)^{k/2} |\Sigma|^{1/2}} e^{-\frac{1}{2} (x-\mu)^\top \Sigma^{-1} (x-\mu)}",
        {"x": [1.0, 0.0], "mu": [0.5, 0.5], "Sigma": [[2.0, 0.3], [0.3, 1.0]], "k": 2},
        "bars around a matrix: determinant, norm or entries",
        "Wikipedia, multivariate normal distribution",
    ),
    _refused(
        "slash-before-two-factors",
        "J = 1/2m Σᵢ (ŷᵢ − yᵢ)²",
        {"m": 3, "hat_y": [1.0, 2.0, 3.0], "y": [1.5, 2.0, 2.0]},
        "1/2m: (1/2)m or 1/(2m)",
        "course notes in Unicode, cost of linear regression",
    ),
    _refused(
        "slash-before-root-and-letter",
        r"p(x) = 1/\sqrt{2\pi}\sigma \cdot e^{-(x-\mu)^2/2\sigma^2}",
        {"x": 1.0, "mu": 0.0, "sigma": 2.0},
        "a/bc: what stands below the line",
        "forum posts, normal density on one line",
    ),
    _refused(
        "function-before-two-names",
        r"\ell = \log a b",
        {"a": 2.0, "b": 3.0},
        "log a b: log(ab) or (log a)b",
        "lecture notes, logarithm rules",
    ),
    _refused(
        "range-fits-no-axis",
        r"s = \sum_{i=1}^{4} x_i y_i",
        {"x": [1.0, 2.0, 3.0], "y": [1.0, 0.0, 1.0]},
        "i runs to 4, the vectors have 3 entries",
        "textbooks, with too short a vector",
    ),
    _refused(
        "shapes-do-not-meet",
        r"\hat{y} = W x + b",
        {"W": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "x": [1.0, 2.0], "b": [0.0, 0.0]},
        "a 2×3 matrix and a vector of 2: 3 against 2",
        "textbooks, with the wrong vector",
    ),
]

_CATEGORIES = {
    "layers": LAYERS,
    "activations": ACTIVATIONS,
    "norms": NORMS,
    "losses": LOSSES,
    "optimisers": OPTIMISERS,
    "attention": ATTENTION,
    "recurrent": RECURRENT,
    "probability": PROBABILITY,
    "metrics": METRICS,
    "linear algebra": LINEAR_ALGEBRA,
    "calculus": CALCULUS,
    "generative": GENERATIVE,
    "reinforcement learning": REINFORCEMENT,
    "schedules and scaling": SCALING,
    "statistics": STATISTICS,
    "sums": SUMS,
    "refused": REFUSED,
}

ROWS: list[Row] = [replace(row, category=name) for name, rows in _CATEGORIES.items() for row in rows]
