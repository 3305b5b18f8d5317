# ruff: noqa: E501
"""Torch in a walked program against torch itself: what prints, gradients, in-place rules, refusals."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from tests.conftest import needs
from unmagic.core.errors import Raised, Unsupported
from unmagic.sources.text import read_text

PROGRAMS = """
x = torch.tensor(1.0, requires_grad=True)
z = (3 * x + 1) ** 2
z.backward()
print(x.grad)
---
x = torch.tensor([1.0, 2.0], requires_grad=True)
print(x, x + 1, x - 1, 1 - x, x * 2, x / 2, 1 / x, x ** 2, 2 ** x, x ** x, -x, x > 1)
---
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
print(x.sum(), x.mean(), x.sum(dim=0), x.mean(1, keepdim=True), x.max(), x.exp(), x.log(), x.sqrt(), x.T, x.t())
---
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
print(x @ x, x @ x[0], x[0] @ x[1], x[0] @ x, x[0], x[0, 1], x[:, 1], x.view(4), x.reshape(-1), x.flatten())
---
x = torch.tensor([-1.0, 0.5], requires_grad=True)
print(torch.relu(x), torch.sigmoid(x), torch.tanh(x), F.gelu(x), F.silu(x), F.softmax(x, dim=0), F.log_softmax(x, dim=0))
---
x = torch.tensor([-1.0, 0.5], requires_grad=True)
print(x.abs(), x.square(), x.sin(), x.cos(), x.clamp(0, 1), x.unsqueeze(0), x.unsqueeze(0).squeeze(), x.std(), x.var(), x.norm())
---
z = torch.tensor([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]], requires_grad=True)
t = torch.tensor([2, 0])
loss = F.cross_entropy(z, t)
print(loss, F.nll_loss(F.log_softmax(z, dim=1), t), F.mse_loss(z, torch.zeros(2, 3)))
loss.backward()
print(z.grad)
---
print(torch.tensor([1, 2, 3]), torch.tensor([True, False]), torch.tensor(3), torch.tensor([1.5, 2.25]), torch.tensor(0.1))
---
print(torch.tensor([1e-5, 1.0]), torch.tensor([1e9, 1.0]), torch.tensor([1000.0, 1.0]), torch.tensor([0.0, 0.0]), torch.tensor([1001.0, 1.0]))
---
print(torch.tensor([float("inf"), 1.0]), torch.tensor([float("nan"), 0.5]), torch.tensor([-0.5, 100.25]), torch.tensor([]))
---
print(torch.zeros(2, 3), torch.ones(3, dtype=torch.int64), torch.arange(5), torch.arange(0, 1, 0.25), torch.eye(2), torch.full((2,), 7.0))
---
print(torch.arange(24.0).reshape(2, 3, 4))
---
print(torch.arange(30), torch.arange(40.0) / 7)
---
print(torch.arange(2000), torch.zeros(100, 100))
---
print(torch.tensor([1.0, 2.0], dtype=torch.float64), torch.tensor([1, 2], dtype=torch.int32), torch.tensor(1.5).double())
---
x = torch.tensor([[1.0, 2.0]])
print(x.shape, x.size(), x.size(1), x.dtype, x.ndim, x.numel(), len(x), x.shape[0], list(x.shape))
---
a = torch.tensor([1, 2]); b = torch.tensor([0.5, 1.5])
print(a + b, a / 2, a * 2.5, a.float().mean(), a // 2, b > 1, (b > 1).sum(), a == 1, a.sum(), torch.tensor(2) * 1.5)
---
x = torch.tensor([3.0, 1.0, 2.0])
values, where = x.max(dim=0)
print(values, where, x.argmax(), x.sort(), x.topk(2)) if False else print(values, where, x.argmax(), x.sort()[0], x.topk(2)[0])
---
x = torch.tensor([1.0, 2.0, 3.0])
y = x[1:]
y[0] = 10
x.mul_(2)
z = x.view(3, 1)
z += 1
print(x, y, z)
---
x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
y.backward(retain_graph=True)
y.backward()
print(x.grad, x.grad.item())
---
w = torch.tensor([1.0, -1.0], requires_grad=True)
for _ in range(3):
    loss = (w ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
print(w, w.grad, loss)
---
w = torch.tensor([1.0, -1.0], requires_grad=True)
opt = torch.optim.Adam([w], lr=0.1)
for _ in range(4):
    opt.zero_grad()
    loss = (w ** 2 + w).sum()
    loss.backward()
    opt.step()
print(w, loss.item() > 0)
---
w = torch.tensor([1.0, -1.0], requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True)
for _ in range(4):
    opt.zero_grad()
    ((w - 3) ** 2).sum().backward()
    opt.step()
print(w)
---
w = torch.tensor([1.0, -1.0], requires_grad=True)
opt = torch.optim.AdamW([w], lr=0.05)
for _ in range(3):
    opt.zero_grad()
    ((w - 3) ** 2).sum().backward()
    opt.step()
print(w)
---
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.detach()
z = (x * y).sum()
z.backward()
print(x.grad, y, y.requires_grad, z.requires_grad)
---
x = torch.tensor(1.0, requires_grad=True)
with torch.no_grad():
    y = x * 3
z = x * y
z.backward()
print(x.grad, y, z)
---
a = torch.tensor(2.0, requires_grad=True); b = torch.tensor(3.0, requires_grad=True)
for _ in range(2):
    loss = (a * b - 1) ** 2
    loss.backward()
    with torch.no_grad():
        a -= 0.01 * a.grad
        b -= 0.01 * b.grad
    a.grad = None
    b.grad = None
print(a, b)
---
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(2, 3)
        self.l2 = nn.Linear(3, 1)
    def forward(self, x):
        return self.l2(torch.tanh(self.l1(x)))
net = Net()
with torch.no_grad():
    for i, p in enumerate(net.parameters()):
        p.fill_(0.1 * (i + 1))
out = net(torch.tensor([[1.0, 2.0]]))
out.sum().backward()
print(out, net.l1.weight.grad, [name for name, _ in net.named_parameters()], len(list(net.parameters())))
opt = torch.optim.SGD(net.parameters(), lr=0.5)
opt.step()
print(net.l2.weight, net.l2.bias)
---
lin = nn.Linear(2, 1, bias=False)
lin.weight.data = torch.tensor([[1.0, 2.0]])
print(lin(torch.tensor([3.0, 4.0])), lin.weight)
---
norm = nn.LayerNorm(3)
print(norm(torch.tensor([[1.0, 2.0, 4.0]])), F.layer_norm(torch.tensor([1.0, 2.0, 4.0]), (3,)))
---
emb = nn.Embedding(3, 2)
with torch.no_grad():
    emb.weight.copy_(torch.arange(6.0).view(3, 2))
out = emb(torch.tensor([2, 0]))
out.sum().backward()
print(out, emb.weight.grad)
---
q = torch.tensor([[[1.0, 0.0], [0.5, 0.5]]]); k = torch.tensor([[[1.0, 1.0], [0.0, 2.0]]])
print(F.scaled_dot_product_attention(q, k, q), F.scaled_dot_product_attention(q, k, q, is_causal=True))
---
p = torch.tensor([0.2, 0.7]); t = torch.tensor([0.0, 1.0])
print(F.binary_cross_entropy(p, t), F.binary_cross_entropy_with_logits(p, t), F.l1_loss(p, t), F.smooth_l1_loss(p, t), F.kl_div(p.log(), t, reduction="sum"))
---
a = torch.tensor([[1.0, 2.0]]); b = torch.tensor([[2.0, 1.0]])
print(F.cosine_similarity(a, b), F.normalize(a), F.one_hot(torch.tensor([0, 2])), F.one_hot(torch.tensor([1]), 3), F.pad(a, (1, 0)))
---
x = torch.tensor([1.0, 2.0])
print(x.item() if x.numel() == 1 else x.tolist(), x.numpy(), x.detach().numpy().sum(), f"{x.sum():.2f}", f"{x[0].item():.3f}")
---
x = torch.tensor([[1.0, 2.0, 3.0]])
print(torch.cat([x, x]), torch.stack([x, x]), x.expand(2, 3), x.repeat(2, 1), torch.where(x > 1.5, x, 0.0), x.masked_fill(x > 2, 0.0), x.permute(1, 0))
---
x = torch.tensor(2.0, requires_grad=True)
y = torch.sin(x) * torch.exp(-x / 2)
(dy,) = torch.autograd.grad(y, x, create_graph=True)
(d2y,) = torch.autograd.grad(dy, x)
print(d2y)
---
crit = nn.CrossEntropyLoss()
print(crit(torch.tensor([1.0, 3.0, 1.0]), torch.tensor(1)), nn.MSELoss()(torch.tensor([1.0]), torch.tensor([0.0])), nn.Softmax(dim=-1)(torch.tensor([1.0, 3.0])))
---
model = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
model.load_state_dict({"0.weight": torch.tensor([[1.0], [2.0]]), "0.bias": torch.zeros(2), "2.weight": torch.ones(1, 2), "2.bias": torch.zeros(1)})
model.eval()
print(model(torch.tensor([[2.0]])), model[0].weight)
---
x = torch.linspace(0, 1, 3)
print(torch.einsum("i,j->ij", x, x), torch.outer(x, x), torch.dot(x, x), torch.tril(torch.ones(2, 2)), torch.cumsum(x, dim=0), torch.logsumexp(x, 0))
---
@torch.no_grad()
def update(p, lr):
    p -= lr * p.grad
p = torch.tensor([1.0], requires_grad=True)
(p * 3).sum().backward()
update(p, 0.1)
print(p)
---
import math
import torch
import torch.nn as nn
import torch.nn.functional as F
class Head(nn.Module):
    def __init__(self, n, d):
        super().__init__()
        self.key = nn.Linear(n, d, bias=False)
        self.query = nn.Linear(n, d, bias=False)
        self.value = nn.Linear(n, d, bias=False)
        self.register_buffer("tril", torch.tril(torch.ones(4, 4)))
    def forward(self, x):
        B, T, C = x.shape
        k, q, v = self.key(x), self.query(x), self.value(x)
        wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5
        wei = wei.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
        wei = F.softmax(wei, dim=-1)
        return wei @ v
class Block(nn.Module):
    def __init__(self, n, heads):
        super().__init__()
        self.heads = nn.ModuleList([Head(n, n // heads) for _ in range(heads)])
        self.ff = nn.Sequential(nn.Linear(n, 2 * n), nn.ReLU(), nn.Linear(2 * n, n))
        self.ln1, self.ln2 = nn.LayerNorm(n), nn.LayerNorm(n)
    def forward(self, x):
        x = x + torch.cat([h(self.ln1(x)) for h in self.heads], dim=-1)
        return x + self.ff(self.ln2(x))
block = Block(4, 2)
with torch.no_grad():
    for i, p in enumerate(block.parameters()):
        p.copy_((torch.arange(p.numel(), dtype=torch.float32).view(p.shape) % 5 - 2) * 0.1)
x = torch.sin(torch.arange(16.0) * 1.7).view(1, 4, 4)
out = block(x)
loss = (out ** 2).mean()
loss.backward()
print(out, loss)
print(block.heads[0].value.weight.grad, sum(p.numel() for p in block.parameters()))
---
import torch
import torch.nn as nn
torch.manual_seed(0)
X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = torch.tensor([0., 1., 1., 0.])
W1 = torch.tensor([[0.5, -0.4, 0.3], [0.2, 0.1, -0.6]], requires_grad=True)
b1 = torch.zeros(3, requires_grad=True)
W2 = torch.tensor([0.3, -0.2, 0.5], requires_grad=True)
params = [W1, b1, W2]
for step in range(10):
    h = torch.tanh(X @ W1 + b1)
    p = torch.sigmoid(h @ W2)
    loss = -(y * p.log() + (1 - y) * (1 - p).log()).mean()
    for q in params:
        q.grad = None
    loss.backward()
    for q in params:
        q.data -= 0.5 * q.grad
print(loss, W2, p.round(decimals=3), ((p > 0.5) == y.bool()).float().mean())
---
import torch
import torch.nn.functional as F
logits = torch.tensor([[1.0, 2.0, 0.5], [0.1, 0.2, 3.0]], requires_grad=True)
target = torch.tensor([1, 2])
logprobs = F.log_softmax(logits, dim=1)
loss = -logprobs[torch.arange(2), target].mean()
loss.backward()
check = (F.softmax(logits, 1) - F.one_hot(target, 3)) / 2
print(loss, torch.allclose(logits.grad, check), (logits.argmax(dim=1) == target).sum().item(), logits.grad)
---
import torch
x = torch.tensor([0.5, -1.0], requires_grad=True)
W = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
y = W @ x
y[0].backward(retain_graph=True)
print(x.grad)
x.grad.zero_()
y.backward(torch.tensor([1.0, 2.0]))
print(x.grad, y.grad_fn is not None, x.is_leaf, y.is_leaf)
---
import torch
h = torch.zeros(2)
Wx = torch.tensor([[0.1, 0.2], [0.3, 0.4]], requires_grad=True)
Wh = torch.eye(2, requires_grad=True)
seq = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
for x in seq:
    h = torch.tanh(Wx @ x + Wh @ h)
loss = h.sum()
loss.backward()
torch.nn.utils if False else None
print(h, Wx.grad, Wh.grad.norm())
""".strip().split("\n---\n")

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


@pytest.mark.parametrize("text", PROGRAMS, ids=[text[:50] for text in PROGRAMS])
def test_it_prints_as_torch_does(text: str) -> None:
    needs("torch")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(HEAD + text, "<program>", "exec"), {"__name__": "__main__"})
    program = read_text(HEAD + text, {})
    assert program.failure is None, program.failure
    assert program.printed == out.getvalue()


def test_the_lesson_walks_to_24() -> None:
    text = (
        "import torch\nx = torch.tensor(1.0, requires_grad=True)\nz = (3 * x + 1) ** 2\nz.backward()\nprint(x.grad)\n"
    )
    program = read_text(text, {})
    assert program.printed == "tensor(24.)\n"
    [(of, gradient)] = program.gradients.items()
    assert program.graph.names["x"] == of
    assert program.values[gradient] == 24.0
    assert program.graph.steps[gradient].name == "x.grad"
    assert program.graph.result == program.graph.names["z"]
    assert [statement.name for statement in program.statements] == ["x", "z"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = torch.ones(2, requires_grad=True)\nx += 1", "a leaf Variable that requires grad"),
        ("x = torch.ones(2, requires_grad=True)\nx[0] = 1", "a leaf Variable"),
        ("x = torch.ones(2, requires_grad=True)\n(x * 2).backward()", "grad can be implicitly created only"),
        ("x = torch.ones(2)\nx.sum().backward()", "does not require grad"),
        ("x = torch.ones(2, requires_grad=True)\nx.numpy()", "Can't call numpy() on Tensor that requires grad"),
        ("x = torch.ones(1, requires_grad=True)\ny = (x * x).sum()\ny.backward()\ny.backward()", "a second time"),
        ("torch.tensor([1, 2]).mean()", "mean(): could not infer output dtype"),
        ("torch.ones(2).view(3)", "shape '[3]' is invalid for input of size 2"),
    ],
)
def test_what_torch_forbids_fails(text: str, words: str) -> None:
    torch = needs("torch")
    with pytest.raises(RuntimeError) as real:
        exec(HEAD + text, {"torch": torch})
    assert words in str(real.value)
    program = read_text(HEAD + text, {})
    assert program.failure is not None
    assert words in program.failure.what
    if isinstance(program.failure, Raised):
        assert program.failure.exception == "RuntimeError"


def test_unset_weights_are_refused_by_name_and_may_be_bound() -> None:
    text = "import torch\nfc = torch.nn.Linear(2, 1)\ny = fc(torch.ones(2))"
    with pytest.raises(Unsupported) as refused:
        read_text(text, {})
    assert "fc.weight" in refused.value.report()
    program = read_text(text, {"fc.weight": [[1.0, 2.0]], "fc.bias": [0.5]})
    assert program.values[program.graph.names["y"]].tolist() == [3.5]
    assert program.graph.names["fc.weight"] in program.graph.ancestors(program.graph.names["y"])


def test_gradients_do_not_go_past_an_update() -> None:
    """Every pass of a training loop reaches only its own steps, so that a long loop stays linear."""
    text = HEAD + (
        "w = torch.tensor([1.0], requires_grad=True)\n"
        "for i in range(60):\n"
        "    loss = ((w * 2 - 1) ** 2).sum()\n"
        "    loss.backward()\n"
        "    with torch.no_grad():\n"
        "        w -= 0.01 * w.grad\n"
        "    w.grad = None\n"
    )
    program = read_text(text, {})
    sizes = [region.stop - region.start for region in program.graph.regions if region.kind == "iteration"]
    assert len(sizes) == 60
    assert max(sizes[1:]) == min(sizes[1:])


def test_a_bound_tensor_is_taken_with_its_dtype() -> None:
    torch = needs("torch")
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    program = read_text("import torch\ny = (x ** 2).sum()\ny.backward()\nprint(x.grad)", {"x": x})
    assert program.printed == "tensor([2., 4.], dtype=torch.float64)\n"
    assert x.grad is None


def test_a_list_is_a_tensor_where_only_torch_is_used() -> None:
    program = read_text("import torch\nprint(torch.softmax(z, dim=0).sum())", {"z": [1.0, 3.0, 1.0]})
    assert program.printed in ("tensor(1.)\n", "tensor(1.0000)\n")
    assert np.asarray(program.values[program.graph.names["z"]]).dtype == np.float32
