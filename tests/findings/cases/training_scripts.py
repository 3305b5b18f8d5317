"""Scripts as people write them, in functions and classes: what goes wrong in training and in layers.

A line ``bad  #~ good`` stands in the broken script as it is and in its sound twin as what follows the mark. The finding
stands on that line, or on the one that ends in ``# here``.
"""

from __future__ import annotations

from .script import Script

HEAD = """
import numpy as np

rng = np.random.default_rng(0)
"""

BLOBS = (
    HEAD
    + """
centres = rng.normal(size=(3, 4)) * 2
labels = rng.integers(0, 3, size=90)
X = centres[labels] + rng.normal(size=(90, 4))
"""
)

LINE = (
    HEAD
    + """
X = rng.normal(size=(80, 3))
y = X @ np.array([2.0, -1.0, 0.5]) + 3.0 + 0.1 * rng.normal(size=80)
"""
)

SCRIPTS = [
    Script(
        "softmax-in-the-model-and-in-the-loss",
        "softmax-twice",
        BLOBS
        + """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)  # here

class Classifier:
    def __init__(self, inputs, classes):
        self.W = 0.01 * rng.normal(size=(inputs, classes))
        self.b = np.zeros(classes)

    def forward(self, X):
        return softmax(X @ self.W + self.b)  #~ return X @ self.W + self.b

def cross_entropy(scores, labels):
    p = softmax(scores)
    n = len(labels)
    loss = -np.log(p[np.arange(n), labels]).mean()
    d = p.copy()
    d[np.arange(n), labels] -= 1
    return loss, d / n

model = Classifier(4, 3)
for epoch in range(40):
    out = model.forward(X)
    loss, d = cross_entropy(out, labels)
    model.W -= 0.5 * X.T @ d
    model.b -= 0.5 * d.sum(axis=0)
print(loss)
""",
    ),
    Script(
        "softmax-over-the-batch",
        "softmax-axis",
        BLOBS
        + """
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=0, keepdims=True)  #~ return e / e.sum(axis=1, keepdims=True)

W = np.zeros((4, 3))
for step in range(30):
    p = softmax(X @ W)
    loss = -np.mean(np.log(p[np.arange(len(labels)), labels]))
    d = p.copy()
    d[np.arange(len(labels)), labels] -= 1
    W -= 0.1 * X.T @ d / len(labels)
print("loss", loss)
""",
    ),
    Script(
        "pixels-nobody-scaled",
        "exp-overflow",
        HEAD
        + """
images = rng.integers(0, 256, size=(40, 16)).astype(float)
labels = rng.integers(0, 3, size=40)

def softmax(z):
    e = np.exp(z)  #~ e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def train(X, y, steps=12, rate=1e-6):
    W = rng.normal(size=(X.shape[1], 3)) * 1.5
    for step in range(steps):
        p = softmax(X @ W)
        loss = -np.log(np.maximum(p[np.arange(len(y)), y], 1e-12)).mean()
        d = p - np.eye(3)[y]
        W = W - rate * X.T @ d / len(y)
    return W, loss

W, loss = train(images, labels)
print(f"loss {loss:.3f}")
""",
    ),
    Script(
        "sure-of-itself-and-wrong",
        "log-of-zero",
        HEAD
        + """
X = rng.normal(size=(60, 5)) * 40
y = (X[:, 0] > 0).astype(float)
y[3] = 1 - y[3]

class Logistic:
    def __init__(self, n):
        self.w = np.full(n, 0.6)

    def predict(self, X):
        return 1 / (1 + np.exp(-np.clip(X @ self.w, -700, 700)))

    def loss(self, p, y):
        p = p  #~ p = np.clip(p, 1e-9, 1 - 1e-9)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))  # here

    def fit(self, X, y, epochs=12):
        for epoch in range(epochs):
            p = self.predict(X)
            loss = self.loss(p, y)
            self.w -= 0.003 * X.T @ (p - y) / len(y)
        return loss

print(Logistic(5).fit(X, y))
""",
    ),
    Script(
        "a-column-of-predictions-against-a-row-of-targets",
        "silent-broadcast",
        LINE
        + """
class Net:
    def __init__(self):
        self.W1 = rng.normal(size=(3, 8)) * 0.5
        self.W2 = rng.normal(size=(8, 1)) * 0.5

    def __call__(self, X):
        self.X = X
        self.h = np.tanh(X @ self.W1)
        return self.h @ self.W2  #~ return (self.h @ self.W2)[:, 0]

def mse(pred, y):
    return np.mean((pred - y) ** 2)  # here

net = Net()
for epoch in range(10):
    pred = net(X)
    loss = mse(pred, y)
    print(epoch, round(float(loss), 3))
""",
    ),
    Script(
        "a-neuron-that-never-adds-up",
        "elementwise-for-dot",
        HEAD
        + """
class Neuron:
    def __init__(self, n):
        self.w = rng.normal(size=n)
        self.b = 0.1

    def forward(self, x):
        z = self.w * x + self.b  #~ z = self.w @ x + self.b
        return 1 / (1 + np.exp(-z))

neuron = Neuron(3)
for x in rng.normal(size=(4, 3)):
    print(neuron.forward(x))
""",
    ),
    Script(
        "the-sign-of-the-step",
        "ascent",
        LINE
        + """
class LinearRegression:
    def __init__(self, rate):
        self.rate = rate

    def fit(self, X, y, epochs):
        self.w = np.zeros(X.shape[1])
        self.b = 0.0
        self.history = []
        for epoch in range(epochs):
            error = X @ self.w + self.b - y
            loss = np.mean(error ** 2)
            self.history.append(loss)
            self.w += self.rate * 2 * X.T @ error / len(y)  #~ self.w -= self.rate * 2 * X.T @ error / len(y)
            self.b -= self.rate * 2 * error.mean()
        return self

model = LinearRegression(0.01).fit(X, y, 12)
print(model.history[-1])
""",
    ),
    Script(
        "gradients-that-pile-up",
        "doubled-gradient",
        LINE
        + """
class Linear:
    def __init__(self, n):
        self.w = np.zeros(n)
        self.grad = np.zeros(n)

    def forward(self, X):
        return X @ self.w

    def backward(self, X, d):
        self.grad = self.grad + X.T @ d

    def zero_grad(self):
        self.grad = np.zeros_like(self.w)

    def step(self, rate):
        self.w = self.w - rate * self.grad  # here

model = Linear(3)
for epoch in range(8):
    pass  #~ model.zero_grad()
    error = model.forward(X) - y
    loss = np.mean(error ** 2)
    model.backward(X, 2 * error / len(y))
    model.step(0.05)
print(loss)
""",
    ),
    Script(
        "one-gradient-for-all-steps",
        "stale-gradient",
        LINE
        + """
def gradient(w, X, y):
    return 2 * X.T @ (X @ w - y) / len(y)

w = np.zeros(3)
g = gradient(w, X, y)
for step in range(12):
    loss = np.mean((X @ w - y) ** 2)
    pass  #~ g = gradient(w, X, y)
    w = w - 0.05 * g  # here
print(loss)
""",
    ),
    Script(
        "a-slope-left-out-of-the-backward-pass",
        "gradient-differs",
        BLOBS
        + """
class Net:
    def __init__(self):
        self.W1 = rng.normal(size=(4, 6)) * 0.5
        self.W2 = rng.normal(size=(6, 3)) * 0.5

    def loss(self, X, labels):
        self.X = X
        self.h = np.tanh(X @ self.W1)
        z = self.h @ self.W2
        e = np.exp(z - z.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        return -np.log(self.p[np.arange(len(labels)), labels]).mean()

    def step(self, labels, rate):
        dz = (self.p - np.eye(3)[labels]) / len(labels)
        dW2 = self.h.T @ dz
        dh = dz @ self.W2.T
        dW1 = self.X.T @ dh  #~ dW1 = self.X.T @ (dh * (1 - self.h ** 2))
        self.W1 = self.W1 - rate * dW1
        self.W2 = self.W2 - rate * dW2

net = Net()
for epoch in range(8):
    loss = net.loss(X, labels)
    net.step(labels, 0.1)
print(loss)
""",
    ),
    Script(
        "mistakes-counted-as-a-loss",
        "no-slope",
        BLOBS
        + """
def predict(W, X):
    return np.argmax(X @ W, axis=1)

def loss_of(W, X, labels):
    loss = np.mean(predict(W, X) != labels)  #~ loss = _smooth(X @ W, labels)
    return loss

def _smooth(z, labels):
    z = z - z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels])

W = rng.normal(size=(4, 3)) * 0.1
h = 1e-5
for step in range(3):
    grad = np.zeros_like(W)
    base = loss_of(W, X, labels)
    for i in range(4):
        for j in range(3):
            V = W.copy()
            V[i, j] += h
            grad[i, j] = (loss_of(V, X, labels) - base) / h
    W = W - 0.1 * grad
print(base)
""",
    ),
    Script(
        "a-rate-that-the-bowl-does-not-bear",
        "step-too-long",
        HEAD
        + """
X = np.column_stack([rng.normal(size=60) * 12, rng.normal(size=60)])
y = X @ np.array([0.5, 2.0])

def fit(X, y, rate, steps):
    w = np.zeros(2)
    for step in range(steps):
        error = X @ w - y
        loss = np.mean(error ** 2)
        grad = 2 * X.T @ error / len(y)
        w = w - rate * grad  # here
    return w, loss

w, loss = fit(X, y, 0.02, 9)  #~ w, loss = fit(X, y, 0.002, 9)
print(w, loss)
""",
    ),
    Script(
        "eight-sigmoids-deep",
        "vanishing-gradient",
        BLOBS
        + """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def relu(z):
    return np.maximum(z, 0)

sizes = [4, 16, 16, 16, 16, 16, 16, 16, 3]
scale = [0.3 * np.sqrt(2 / n) for n in sizes]  #~ scale = [np.sqrt(2 / n) for n in sizes]
weights = [rng.normal(size=(m, n)) * s for m, n, s in zip(sizes, sizes[1:], scale)]
h = X
for W in weights[:-1]:
    h = sigmoid(h @ W)  #~ h = relu(h @ W)  # here
z = h @ weights[-1]
z = z - z.max(axis=1, keepdims=True)
loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels])
print(loss)
""",
    ),
    Script(
        "a-bias-that-kills-the-layer",
        "dead-relu",
        LINE
        + """
class Layer:
    def __init__(self, m, n, bias):
        self.W = rng.normal(size=(m, n)) * 0.5
        self.b = np.full(n, bias)

    def forward(self, X):
        return np.maximum(0, X @ self.W + self.b)  # here

hidden = Layer(3, 8, bias=-15.0)  #~ hidden = Layer(3, 8, bias=0.0)
out = rng.normal(size=8)
for epoch in range(6):
    h = hidden.forward(X)
    pred = h @ out
    loss = np.mean((pred - y) ** 2)
    out = out - 0.05 * 2 * h.T @ (pred - y) / len(y)
print(loss)
""",
    ),
    Script(
        "hidden-sigmoids-on-raw-inputs",
        "saturated",
        HEAD
        + """
ages = rng.uniform(18, 90, size=50)
incomes = rng.uniform(1e4, 9e4, size=50)
X = np.column_stack([ages, incomes])
X = X / 1.0  #~ X = (X - X.mean(axis=0)) / X.std(axis=0)
y = (incomes > 5e4).astype(float)

def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))  # here

W1 = rng.normal(size=(2, 6)) * 0.5
W2 = rng.normal(size=(6, 1)) * 0.5
for epoch in range(6):
    h = sigmoid(X @ W1)
    p = sigmoid(h @ W2)
    loss = -np.mean(y[:, None] * np.log(p) + (1 - y[:, None]) * np.log(1 - p))
    W2 -= 0.1 * h.T @ (p - y[:, None]) / len(y)
print(loss)
""",
    ),
    Script(
        "attention-that-looks-at-one-word",
        "saturated-attention",
        HEAD
        + """
class Attention:
    def __init__(self, d):
        self.Wq, self.Wk, self.Wv = (rng.normal(size=(d, d)) / np.sqrt(d) for _ in range(3))

    def __call__(self, x):
        q, k, v = x @ self.Wq, x @ self.Wk, x @ self.Wv
        scores = q @ k.T  #~ scores = q @ k.T / np.sqrt(q.shape[-1])
        scores = scores - scores.max(axis=-1, keepdims=True)
        weights = np.exp(scores)
        weights /= weights.sum(axis=-1, keepdims=True)  # here
        return weights @ v

tokens = rng.normal(size=(10, 128))
print(Attention(128)(tokens).std())
""",
    ),
    Script(
        "a-sentence-of-padding",
        "masked-row",
        HEAD
        + """
def attend(q, k, v, mask):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))  # here
    return e / e.sum(axis=-1, keepdims=True) @ v

lengths = [5, 3, 0]  #~ lengths = [5, 3, 1]
batch = rng.normal(size=(3, 5, 8))
total = 0.0
for x, n in zip(batch, lengths):
    mask = np.arange(5) < n
    out = attend(x, x, x, np.broadcast_to(mask, (5, 5)))
    total += (out ** 2).mean()
loss = total / len(batch)
print(loss)
""",
    ),
    Script(
        "the-distance-of-a-point-to-itself",
        "division-by-zero",
        HEAD
        + """
points = rng.normal(size=(12, 2))

def step(points, rate=0.1):
    delta = points[:, None] - points[None]
    distance = np.sqrt((delta ** 2).sum(axis=-1))
    force = delta / distance[..., None]  #~ force = delta / np.maximum(distance, 1e-9)[..., None]
    return points + rate * force.sum(axis=1)

for _ in range(3):
    points = step(points)
print(points.mean(axis=0))
""",
    ),
    Script(
        "a-recurrence-that-grows",
        "exploding-gradient",
        HEAD
        + """
class Recurrent:
    def __init__(self, n, gain):
        self.U = rng.normal(size=(n, n)) * gain / np.sqrt(n)
        self.V = rng.normal(size=(3, n)) * 0.1

    def forward(self, xs):
        h = xs[0] @ self.V  # here
        h = h @ self.U + xs[1] @ self.V
        h = h @ self.U + xs[2] @ self.V
        h = h @ self.U + xs[3] @ self.V
        h = h @ self.U + xs[4] @ self.V
        h = h @ self.U + xs[5] @ self.V
        return h @ self.U + xs[6] @ self.V

model = Recurrent(12, gain=9.0)  #~ model = Recurrent(12, gain=0.9)
h = model.forward(rng.normal(size=(7, 3)))
loss = np.mean((h - 1) ** 2)
print(loss)
""",
    ),
    Script(
        "scores-close-to-where-exp-ends",
        "softmax-near-overflow",
        HEAD
        + """
def softmax(z):
    e = np.exp(z)  #~ e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)  # here

scores = rng.normal(size=(5, 6)) @ rng.normal(size=(6, 3))
scores *= 690 / scores.max()
print(softmax(scores).round(3))
""",
    ),
]

SOUND = {
    "a-class-that-keeps-no-loss": HEAD  # its bias is one number that depends on the weights, and no loss of theirs
    + """
X = rng.normal(size=(60, 5)) * 20 + 30
y = (X[:, 0] > 30).astype(float)

class LogisticRegression:
    def __init__(self, rate, rounds):
        self.rate, self.rounds = rate, rounds

    def fit(self, X, y):
        self.weights = np.zeros(X.shape[1])
        self.bias = 0
        for _ in range(self.rounds):
            p = self._sigmoid(np.dot(X, self.weights) + self.bias)
            dw = (1 / len(X)) * np.dot(X.T, (p - y))
            db = (1 / len(X)) * np.sum(p - y)
            self.weights -= self.rate * dw
            self.bias -= self.rate * db

    def predict(self, X):
        p = self._sigmoid(np.dot(X, self.weights) + self.bias)
        return np.array([1 if one > 0.5 else 0 for one in p])

    def _sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

model = LogisticRegression(0.001, 40)
model.fit(X, y)
print(np.sum(model.predict(X) == y) / len(y))
""",
}
"""Scripts with nothing wrong in them, like public ones that once raised an alarm."""
