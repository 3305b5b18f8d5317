"""Python texts as people in machine learning write them, and the means to run them for real.

What a text prints and what its names hold at the end is not written down here: it is what the interpreter,
NumPy and, where it is installed, PyTorch say when ``run`` executes the text. A reader of the text has to come
to the same.

How a row is written:

- ``text`` is the program, imports included.
- ``values`` are the names that are there before it starts; a list arrives as an array.
- ``final`` are the names whose values are compared at the end.
- ``torch`` says that the text needs PyTorch.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class PythonRow:
    """One program, what it is given, and which of its names matter at the end."""

    id: str
    text: str
    final: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    torch: bool = False


@dataclass(frozen=True)
class Ran:
    """What running a program gave."""

    stdout: str
    names: dict[str, Any]


def has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None


def as_array(value: Any) -> Any:
    """A tensor's or an array's numbers as an array; other values as they are."""
    if hasattr(value, "detach"):
        return value.detach().numpy()
    return value


def run(row: PythonRow) -> Ran:
    """Executes the row's text in a namespace of its own, with what it prints caught."""
    namespace: dict[str, Any] = {
        name: np.array(value) if isinstance(value, list) else value for name, value in row.values.items()
    }
    namespace["__name__"] = row.id
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(row.text, f"<{row.id}>", "exec"), namespace)
    return Ran(printed.getvalue(), {name: as_array(namespace[name]) for name in row.final})


NUMPY_ROWS = [
    PythonRow(
        "softmax",
        """\
import numpy as np

z = np.array([1.0, 3.0, 1.0])
p = np.exp(z) / np.exp(z).sum()
print(p)
""",
        ("p",),
    ),
    PythonRow(
        "stable-softmax-function",
        """\
import numpy as np

def softmax(x, axis=-1):
    x = x - np.max(x, axis=axis, keepdims=True)
    e = np.exp(x)
    return e / np.sum(e, axis=axis, keepdims=True)

logits = np.array([[1000.0, 1001.0, 1002.0], [0.5, -0.5, 0.0]])
p = softmax(logits)
columns = softmax(logits / 100, axis=0)
print(p.round(4))
""",
        ("p", "columns"),
    ),
    PythonRow(
        "log-sum-exp",
        """\
import numpy as np

def logsumexp(x):
    m = x.max()
    return m + np.log(np.sum(np.exp(x - m)))

out = logsumexp(x)
log_p = x - out
""",
        ("out", "log_p"),
        {"x": [2.0, -1.0, 0.5, 3.0]},
    ),
    PythonRow(
        "layer-norm",
        """\
import numpy as np

eps = 1e-5
mu = x.mean(axis=-1, keepdims=True)
var = x.var(axis=-1, keepdims=True)
x_hat = (x - mu) / np.sqrt(var + eps)
out = gamma * x_hat + beta
print(out.shape, f"{out.mean():.4f}")
""",
        ("mu", "var", "out"),
        {"x": [[1.0, 2.0, 4.0], [0.5, -1.0, 3.0]], "gamma": [1.0, 0.5, 2.0], "beta": [0.0, 0.1, -0.1]},
    ),
    PythonRow(
        "batch-norm-running",
        """\
import numpy as np

running_mean = np.zeros(2)
momentum = 0.1
for step in range(3):
    batch = x * (step + 1)
    mean = batch.mean(0)
    running_mean = (1 - momentum) * running_mean + momentum * mean
out = (x - x.mean(0)) / (x.std(0) + 1e-8)
""",
        ("running_mean", "out"),
        {"x": [[1.0, 10.0], [3.0, 14.0], [2.0, 6.0]]},
    ),
    PythonRow(
        "scaled-dot-product-attention",
        """\
import numpy as np

d_k = Q.shape[-1]
scores = Q @ K.T / np.sqrt(d_k)
weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
weights /= weights.sum(axis=-1, keepdims=True)
out = weights @ V
""",
        ("scores", "weights", "out"),
        {
            "Q": [[1.0, 0.0, 1.0], [0.0, 2.0, 0.0]],
            "K": [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [2.0, 0.0, 0.0]],
            "V": [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]],
        },
    ),
    PythonRow(
        "causal-mask",
        """\
import numpy as np

T = scores.shape[0]
mask = np.triu(np.ones((T, T)), k=1).astype(bool)
masked = np.where(mask, -1e9, scores)
p = np.exp(masked - masked.max(axis=1, keepdims=True))
p = p / p.sum(axis=1, keepdims=True)
print(np.round(p, 3))
""",
        ("mask", "p"),
        {"scores": [[0.1, 2.0, 0.3], [1.0, 0.5, 0.0], [0.2, 0.2, 0.9]]},
    ),
    PythonRow(
        "mse-training-loop",
        """\
import numpy as np

w, b = 0.0, 0.0
lr = 0.05
for epoch in range(5):
    y_hat = w * x + b
    error = y_hat - y
    loss = (error ** 2).mean()
    grad_w = 2 * (error * x).mean()
    grad_b = 2 * error.mean()
    w -= lr * grad_w
    b -= lr * grad_b
    print(f"epoch {epoch}: loss = {loss:.4f}, w = {w:.3f}, b = {b:.3f}")
""",
        ("w", "b", "loss", "grad_w", "grad_b"),
        {"x": [1.0, 2.0, 3.0, 4.0], "y": [3.0, 5.0, 7.0, 9.0]},
    ),
    PythonRow(
        "logistic-regression-step",
        """\
import numpy as np

sigmoid = lambda t: 1 / (1 + np.exp(-t))

p = sigmoid(X @ w + b)
loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
dw = X.T @ (p - y) / len(y)
db = np.mean(p - y)
w = w - 0.1 * dw
b = b - 0.1 * db
print(loss)
""",
        ("p", "loss", "dw", "db", "w", "b"),
        {"X": [[0.5, 1.0], [-1.0, 2.0], [1.5, -0.5]], "w": [0.1, -0.2], "b": 0.05, "y": [1, 0, 1]},
    ),
    PythonRow(
        "two-layer-network",
        """\
import numpy as np

W1 = np.array([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]])
b1 = np.zeros(3)
W2 = np.array([[1.0], [-1.0], [0.5]])

h = np.maximum(0, X @ W1 + b1)
y_hat = (h @ W2).squeeze()
loss = 0.5 * np.sum((y_hat - y) ** 2)

d_out = (y_hat - y)[:, None]
dW2 = h.T @ d_out
dh = d_out @ W2.T
dh[h <= 0] = 0
dW1 = X.T @ dh
""",
        ("h", "loss", "dW2", "dW1"),
        {"X": [[1.0, 2.0], [-1.0, 0.5], [0.5, -1.0]], "y": [1.0, 0.0, -0.5]},
    ),
    PythonRow(
        "cosine-similarity",
        """\
import numpy as np

def cosine(a, b):
    return np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))

sims = [cosine(query, d) for d in docs]
best = int(np.argmax(sims))
print(f"best document: {best} ({sims[best]:.3f})")
""",
        ("sims", "best"),
        {"query": [1.0, 0.0, 2.0], "docs": [[0.0, 1.0, 0.0], [2.0, 0.5, 3.0], [1.0, 1.0, 1.0]]},
    ),
    PythonRow(
        "one-hot",
        """\
import numpy as np

labels = np.array([2, 0, 1, 2])
one_hot = np.zeros((labels.size, 3))
one_hot[np.arange(labels.size), labels] = 1
same = np.eye(3)[labels]
counts = one_hot.sum(axis=0)
""",
        ("one_hot", "same", "counts"),
    ),
    PythonRow(
        "cross-entropy-fancy-index",
        """\
import numpy as np

shifted = logits - logits.max(1, keepdims=True)
log_probs = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
loss = -log_probs[np.arange(len(target)), target].mean()
print("loss:", round(float(loss), 6))
""",
        ("log_probs", "loss"),
        {"logits": [[2.0, 1.0, 0.1], [0.5, 2.5, 0.3]], "target": [0, 2]},
    ),
    PythonRow(
        "pairwise-distances-none",
        """\
import numpy as np

diff = a[:, None, :] - b[None, :, :]
dist = np.sqrt((diff ** 2).sum(-1))
nearest = dist.argmin(axis=1)
""",
        ("dist", "nearest"),
        {"a": [[0.0, 0.0], [1.0, 2.0]], "b": [[1.0, 1.0], [0.0, 3.0], [-1.0, 0.0]]},
    ),
    PythonRow(
        "einsum-batch",
        """\
import numpy as np

scores = np.einsum("bqd,bkd->bqk", q, k)
trace = np.einsum("ii", scores[0])
outer = np.einsum("i,j->ij", q[0, 0], k[0, 0])
""",
        ("scores", "trace", "outer"),
        {
            "q": [[[1.0, 2.0], [0.0, 1.0]], [[3.0, -1.0], [0.5, 0.5]]],
            "k": [[[1.0, 0.0], [2.0, 1.0]], [[0.0, 1.0], [1.0, 1.0]]],
        },
    ),
    PythonRow(
        "boolean-mask",
        """\
import numpy as np

correct = pred == truth
accuracy = correct.mean()
tp = np.sum((pred == 1) & (truth == 1))
fp = np.sum((pred == 1) & (truth == 0))
fn = np.sum((pred == 0) & (truth == 1))
precision = tp / (tp + fp)
recall = tp / (tp + fn)
f1 = 2 * precision * recall / (precision + recall)
print(f"acc {accuracy:.2%}  f1 {f1:.3f}")
""",
        ("accuracy", "precision", "recall", "f1"),
        {"pred": [1, 0, 1, 1, 0, 1], "truth": [1, 0, 0, 1, 1, 1]},
    ),
    PythonRow(
        "where-leaky-relu",
        """\
import numpy as np

def leaky_relu(x, slope=0.01):
    return np.where(x > 0, x, slope * x)

y = leaky_relu(x)
z = leaky_relu(x, slope=0.2)
x[x < 0] = 0
""",
        ("x", "y", "z"),
        {"x": [-2.0, -0.5, 0.0, 1.5]},
    ),
    PythonRow(
        "slices",
        """\
import numpy as np

a = np.arange(12).reshape(3, 4)
first_row = a[0]
last_column = a[:, -1]
block = a[1:, :2]
every_other = a[:, ::2]
back = a[::-1, 0]
b = a.copy()
b[:, 1] += 100
""",
        ("first_row", "last_column", "block", "every_other", "back", "b", "a"),
    ),
    PythonRow(
        "view-or-copy",
        """\
import numpy as np

w = np.ones((2, 3))
row = w[0]
row *= 5
w[1, 2] -= 0.5
total = w.sum()
print(w)
""",
        ("w", "row", "total"),
    ),
    PythonRow(
        "while-until-converged",
        """\
x = 1.0
steps = 0
while abs(x * x - 2) > 1e-10 and steps < 50:
    x = 0.5 * (x + 2 / x)
    steps += 1
print(steps, f"{x:.10f}")
""",
        ("x", "steps"),
    ),
    PythonRow(
        "numerical-gradient",
        """\
import numpy as np

def f(v):
    return np.sum(v ** 2) + v[0] * v[1]

def numerical_gradient(f, x, h=1e-4):
    grad = np.zeros_like(x)
    for i in range(x.size):
        old = x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        down = f(x)
        grad[i] = (up - down) / (2 * h)
        x[i] = old
    return grad

g = numerical_gradient(f, np.array([3.0, 4.0]))
""",
        ("g",),
    ),
    PythonRow(
        "momentum-and-adam",
        """\
import numpy as np

theta = np.array([5.0, -3.0])
m = np.zeros(2)
v = np.zeros(2)
beta1, beta2, lr, eps = 0.9, 0.999, 0.1, 1e-8
for t in range(1, 6):
    g = 2 * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    m_hat = m / (1 - beta1 ** t)
    v_hat = v / (1 - beta2 ** t)
    theta -= lr * m_hat / (np.sqrt(v_hat) + eps)
print(theta)
""",
        ("theta", "m", "v", "m_hat", "v_hat"),
    ),
    PythonRow(
        "normal-equation",
        """\
import numpy as np

X_b = np.c_[np.ones((len(x), 1)), x]
theta = np.linalg.inv(X_b.T @ X_b) @ X_b.T @ y
y_pred = X_b.dot(theta)
r2 = 1 - ((y - y_pred) ** 2).sum() / ((y - y.mean()) ** 2).sum()
""",
        ("theta", "r2"),
        {"x": [1.0, 2.0, 3.0, 5.0], "y": [1.1, 1.9, 3.2, 4.8]},
    ),
    PythonRow(
        "positional-encoding",
        """\
import numpy as np

max_len, d_model = 4, 6
pos = np.arange(max_len)[:, np.newaxis]
div = np.exp(np.arange(0, d_model, 2) * -(np.log(10000.0) / d_model))
pe = np.zeros((max_len, d_model))
pe[:, 0::2] = np.sin(pos * div)
pe[:, 1::2] = np.cos(pos * div)
""",
        ("div", "pe"),
    ),
    PythonRow(
        "kmeans-step",
        """\
import numpy as np

d = ((points[:, None] - centers) ** 2).sum(axis=2)
assign = np.argmin(d, axis=1)
for k in range(len(centers)):
    members = points[assign == k]
    if len(members) > 0:
        centers[k] = members.mean(axis=0)
print(assign)
""",
        ("assign", "centers"),
        {"points": [[0.0, 0.0], [1.0, 0.0], [9.0, 9.0], [10.0, 8.0]], "centers": [[0.0, 1.0], [8.0, 8.0]]},
    ),
    PythonRow(
        "rnn-loop",
        """\
import numpy as np

h = np.zeros(2)
states = []
for x_t in xs:
    h = np.tanh(W_x @ x_t + W_h @ h + b)
    states.append(h)
states = np.stack(states)
""",
        ("h", "states"),
        {
            "xs": [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
            "W_x": [[0.5, -0.3], [0.8, 0.2]],
            "W_h": [[0.1, 0.4], [-0.2, 0.7]],
            "b": [0.0, 0.1],
        },
    ),
    PythonRow(
        "entropy-comprehension",
        """\
import math

p = {"a": 0.5, "b": 0.25, "c": 0.25}
entropy = -sum(q * math.log2(q) for q in p.values())
surprise = [round(-math.log2(q), 2) for q in p.values()]
print(f"H = {entropy} bits, surprises {surprise}")
""",
        ("entropy", "surprise"),
    ),
    PythonRow(
        "moving-average-zip",
        """\
ema, alpha = None, 0.3
history = []
for i, price in enumerate([10.0, 12.0, 11.0, 15.0]):
    ema = price if ema is None else alpha * price + (1 - alpha) * ema
    history.append((i, round(ema, 3)))
last = history[-1][1]
for i, value in history:
    print(i, value)
""",
        ("ema", "last"),
    ),
    PythonRow(
        "clip-and-cumsum",
        """\
import numpy as np

norm = np.linalg.norm(grad)
if norm > max_norm:
    grad = grad * (max_norm / norm)
clipped = np.clip(grad, -0.5, 0.5)
returns = np.cumsum(rewards[::-1] * gamma ** np.arange(len(rewards))[::-1])[::-1]
""",
        ("norm", "grad", "clipped", "returns"),
        {"grad": [3.0, -4.0], "max_norm": 1.0, "rewards": [1.0, 0.0, 2.0], "gamma": 0.9},
    ),
    PythonRow(
        "discounted-returns-reversed",
        """\
import numpy as np

R = 0.0
returns = []
for r in reversed(rewards.tolist()):
    R = r + 0.9 * R
    returns.insert(0, R)
returns = np.array(returns)
advantage = (returns - returns.mean()) / (returns.std() + 1e-8)
""",
        ("returns", "advantage"),
        {"rewards": [1.0, 0.0, 0.0, 10.0]},
    ),
]

TORCH_ROWS = [
    PythonRow(
        "torch-scalar-backward",
        """\
import torch

x = torch.tensor(1.0, requires_grad=True)
y = 3 * x + 1
z = y ** 2
z.backward()
print(x.grad)
grad = x.grad
""",
        ("z", "grad"),
        torch=True,
    ),
    PythonRow(
        "torch-vector-backward",
        """\
import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = 2 * torch.dot(x, x)
y.backward()
first = x.grad.clone()
x.grad.zero_()
x.sum().backward()
second = x.grad
""",
        ("y", "first", "second"),
        torch=True,
    ),
    PythonRow(
        "torch-cross-entropy",
        """\
import torch
import torch.nn.functional as F

logits = torch.tensor([[2.0, 1.0, 0.1], [0.5, 2.5, 0.3]], requires_grad=True)
target = torch.tensor([0, 2])
loss = F.cross_entropy(logits, target)
loss.backward()
grad = logits.grad
by_hand = (F.softmax(logits, dim=-1) - F.one_hot(target, 3)) / 2
print(f"{loss.item():.4f}")
""",
        ("loss", "grad", "by_hand"),
        torch=True,
    ),
    PythonRow(
        "torch-linear-given-weights",
        """\
import torch
import torch.nn as nn

layer = nn.Linear(3, 2)
with torch.no_grad():
    layer.weight.copy_(torch.tensor([[0.1, 0.2, 0.3], [-0.4, 0.5, 0.6]]))
    layer.bias.copy_(torch.tensor([0.5, -0.5]))
x = torch.tensor([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]])
y = layer(x)
y.sum().backward()
weight_grad = layer.weight.grad
bias_grad = layer.bias.grad
""",
        ("y", "weight_grad", "bias_grad"),
        torch=True,
    ),
    PythonRow(
        "torch-training-loop",
        """\
import torch

x = torch.tensor([1.0, 2.0, 3.0, 4.0])
y = torch.tensor([2.0, 4.0, 6.0, 8.0])
w = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.02)
losses = []
for epoch in range(5):
    optimizer.zero_grad()
    loss = ((w * x - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    print(f"epoch {epoch + 1}: w = {w.item():.3f}, loss = {loss.item():.5f}")
""",
        ("w", "losses"),
        torch=True,
    ),
    PythonRow(
        "torch-manual-update",
        """\
import torch

w = torch.tensor([0.5, -0.5], requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
X = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]])
y = torch.tensor([1.0, 0.0, 1.0])
lr = 0.1
for _ in range(3):
    loss = torch.nn.functional.mse_loss(X @ w + b, y)
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
        w.grad.zero_()
        b.grad.zero_()
""",
        ("w", "b", "loss"),
        torch=True,
    ),
    PythonRow(
        "torch-bce-with-logits",
        """\
import torch
import torch.nn.functional as F

z = torch.tensor([0.8, -1.2, 2.0], requires_grad=True)
t = torch.tensor([1.0, 0.0, 0.0])
loss = F.binary_cross_entropy_with_logits(z, t)
same = F.binary_cross_entropy(torch.sigmoid(z), t)
loss.backward()
grad = z.grad
""",
        ("loss", "same", "grad"),
        torch=True,
    ),
    PythonRow(
        "torch-attention",
        """\
import math
import torch
import torch.nn.functional as F

q = torch.tensor([[1.0, 0.0], [0.5, 0.5]])
k = torch.tensor([[1.0, 1.0], [0.0, 2.0], [-1.0, 0.0]])
v = torch.tensor([[1.0], [2.0], [3.0]])
scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
weights = F.softmax(scores, dim=-1)
out = torch.matmul(weights, v)
""",
        ("scores", "weights", "out"),
        torch=True,
    ),
    PythonRow(
        "torch-masked-fill",
        """\
import torch

scores = torch.tensor([[0.5, 1.0, -1.0], [2.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
mask = torch.tril(torch.ones(3, 3))
scores = scores.masked_fill(mask == 0, float("-inf"))
p = torch.softmax(scores, dim=-1)
print(p.sum(dim=-1))
""",
        ("mask", "p"),
        torch=True,
    ),
    PythonRow(
        "torch-layer-norm",
        """\
import torch
import torch.nn.functional as F

x = torch.tensor([[1.0, 2.0, 4.0], [3.0, 3.0, 9.0]])
out = F.layer_norm(x, (3,))
mean = x.mean(dim=-1, keepdim=True)
var = x.var(dim=-1, keepdim=True, unbiased=False)
by_hand = (x - mean) / torch.sqrt(var + 1e-5)
""",
        ("out", "by_hand"),
        torch=True,
    ),
    PythonRow(
        "torch-broadcast-and-reduce",
        """\
import torch

x = torch.arange(6, dtype=torch.float32).view(2, 3)
col = torch.tensor([[10.0], [20.0]])
y = x + col
total = y.sum()
per_row = y.mean(dim=1)
top, where = y.max(dim=1)
flat = y.reshape(-1)[:4]
""",
        ("y", "total", "per_row", "top", "where", "flat"),
        torch=True,
    ),
    PythonRow(
        "torch-sequential-relu",
        """\
import torch
from torch import nn

model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
with torch.no_grad():
    model[0].weight[:] = torch.tensor([[1.0, -1.0], [0.5, 2.0]])
    model[0].bias.fill_(0.1)
    model[2].weight[:] = torch.tensor([[2.0, -3.0]])
    model[2].bias.zero_()
x = torch.tensor([[1.0, 3.0], [2.0, -1.0]])
target = torch.tensor([[0.0], [1.0]])
out = model(x)
loss = nn.MSELoss()(out, target)
loss.backward()
grad = model[0].weight.grad
""",
        ("out", "loss", "grad"),
        torch=True,
    ),
    PythonRow(
        "torch-autograd-grad",
        """\
import torch

x = torch.tensor(2.0, requires_grad=True)
y = torch.sin(x) * torch.exp(-x / 2)
(dy,) = torch.autograd.grad(y, x, create_graph=True)
(d2y,) = torch.autograd.grad(dy, x)
""",
        ("y", "dy", "d2y"),
        torch=True,
    ),
]

PYTHON_ROWS: list[PythonRow] = NUMPY_ROWS + TORCH_ROWS
