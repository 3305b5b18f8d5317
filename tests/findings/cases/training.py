"""Gradients, steps, losses, layers: what goes wrong while something learns."""

from __future__ import annotations

import numpy as np

from .twin import Twin

RNG = np.random.default_rng(5)
X = RNG.standard_normal((8, 3))
W_TRUE = np.array([1.0, -2.0, 0.5])
Y = X @ W_TRUE + 0.1 * RNG.standard_normal(8)
LABELS = (Y > 0).astype(float)
CLASSES = np.array([0, 2, 1, 1, 0, 2, 0, 1])
W1, W2 = RNG.standard_normal((3, 5)), RNG.standard_normal((5, 3))
SQUARES = [RNG.standard_normal((16, 16)) / 4 for _ in range(8)]
F32 = {"x": X.astype(np.float32), "y": Y.astype(np.float32)}
LINEAR = {"x": X, "y": Y}

MLP = """
        h = np.maximum(x @ W1, 0)
        z = h @ W2
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(8), y]).mean()
        dz = p - np.eye(3)[y]
"""

TWINS = [
    Twin(
        "ascent-in-a-formula",
        "ascent",
        "x ← x + η ∇f(x), f(x) = x²",
        "x ← x − η ∇f(x), f(x) = x²",
        {"x": 3.0, "η": 0.1},
    ),
    Twin(
        "ascent-on-mse",
        "ascent",
        """
        w = np.zeros(3)
        lr = 0.1
        for epoch in range(5):
            err = x @ w - y
            loss = (err ** 2).mean()
            grad = 2 * x.T @ err / len(y)
            w = w + lr * grad  # here
        """,
        """
        w = np.zeros(3)
        lr = 0.1
        for epoch in range(5):
            err = x @ w - y
            loss = (err ** 2).mean()
            grad = 2 * x.T @ err / len(y)
            w = w - lr * grad
        """,
        LINEAR,
    ),
    Twin(
        "ascent-by-the-residual",
        "ascent",
        """
        w = np.zeros(3)
        for epoch in range(4):
            residual = y - x @ w
            loss = 0.5 * np.sum(residual ** 2)
            w -= 0.05 * (x.T @ residual)  # here
        """,
        """
        w = np.zeros(3)
        for epoch in range(4):
            residual = y - x @ w
            loss = 0.5 * np.sum(residual ** 2)
            w += 0.05 * (x.T @ residual)
        """,
        LINEAR,
    ),
    Twin(
        "ascent-in-torch",
        "ascent",
        """
        w = torch.zeros(3, requires_grad=True)
        for epoch in range(3):
            loss = ((x @ w - y) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                w += 0.1 * w.grad  # here
                w.grad.zero_()
        """,
        """
        w = torch.zeros(3, requires_grad=True)
        for epoch in range(3):
            loss = ((x @ w - y) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
                w.grad.zero_()
        """,
        F32,
    ),
    Twin(
        "ascent-or-maximised-likelihood",
        "ascent",
        """
        theta = 0.3
        for step in range(3):
            nll = -(k * np.log(theta) + (n - k) * np.log(1 - theta))
            grad = -(k / theta - (n - k) / (1 - theta))
            theta = theta + 0.001 * grad  # here
        """,
        """
        theta = 0.3
        for step in range(3):
            log_likelihood = k * np.log(theta) + (n - k) * np.log(1 - theta)
            grad = k / theta - (n - k) / (1 - theta)
            theta = theta + 0.001 * grad
        """,
        {"k": 6.0, "n": 10.0},
    ),
    Twin(
        "gradients-pile-up-in-torch",
        "doubled-gradient",
        """
        w = torch.zeros(3, requires_grad=True)
        for epoch in range(3):
            loss = ((x @ w - y) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                w -= 0.05 * w.grad  # here
        """,
        """
        w = torch.zeros(3, requires_grad=True)
        for epoch in range(3):
            loss = ((x @ w - y) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                w -= 0.05 * w.grad
            w.grad = None
        """,
        F32,
    ),
    Twin(
        "optimiser-without-zero-grad",
        "doubled-gradient",
        """
        model = torch.zeros(3, requires_grad=True)
        opt = torch.optim.SGD([model], lr=0.05)
        for epoch in range(3):
            loss = F.mse_loss(x @ model, y)
            loss.backward()
            opt.step()  # here
        """,
        """
        model = torch.zeros(3, requires_grad=True)
        opt = torch.optim.SGD([model], lr=0.05)
        for epoch in range(3):
            opt.zero_grad()
            loss = F.mse_loss(x @ model, y)
            loss.backward()
            opt.step()
        """,
        F32,
    ),
    Twin(
        "accumulator-never-reset",
        "doubled-gradient",
        """
        w = np.zeros(3)
        grad = np.zeros(3)
        for epoch in range(3):
            err = x @ w - y
            loss = np.mean(err ** 2)
            grad += 2 * x.T @ err / 8
            w = w - 0.05 * grad  # here
        """,
        """
        w = np.zeros(3)
        for epoch in range(3):
            grad = np.zeros(3)
            err = x @ w - y
            loss = np.mean(err ** 2)
            grad += 2 * x.T @ err / 8
            w = w - 0.05 * grad
        """,
        LINEAR,
    ),
    Twin(
        "gradient-before-the-loop",
        "stale-gradient",
        """
        w = np.zeros(3)
        grad = 2 * x.T @ (x @ w - y) / len(y)
        for epoch in range(3):
            loss = np.mean((x @ w - y) ** 2)
            w = w - 0.02 * grad  # here
        """,
        """
        w = np.zeros(3)
        for epoch in range(3):
            loss = np.mean((x @ w - y) ** 2)
            grad = 2 * x.T @ (x @ w - y) / len(y)
            w = w - 0.02 * grad
        """,
        LINEAR,
    ),
    Twin(
        "layer-moved-before-its-gradient-was-used",
        "stale-gradient",
        MLP
        + """
        dW2 = h.T @ dz / 8
        W2 = W2 - 0.5 * dW2
        dh = dz @ W2.T
        dW1 = x.T @ (dh * (h > 0)) / 8  # here
        W1 = W1 - 0.5 * dW1
        """,
        MLP
        + """
        dW2 = h.T @ dz / 8
        dh = dz @ W2.T
        dW1 = x.T @ (dh * (h > 0)) / 8
        W2 = W2 - 0.5 * dW2
        W1 = W1 - 0.5 * dW1
        """,
        {"x": X, "W1": W1, "W2": W2, "y": CLASSES},
    ),
    Twin(
        "relu-mask-of-the-wrong-layer",
        "gradient-differs",
        MLP
        + """
        dW2 = h.T @ dz / 8
        dh = dz @ W2.T
        dW1 = x.T @ dh / 8  # here
        W1 = W1 - 0.5 * dW1
        W2 = W2 - 0.5 * dW2
        """,
        MLP
        + """
        dW2 = h.T @ dz / 8
        dh = dz @ W2.T
        dh[h <= 0] = 0
        dW1 = x.T @ dh / 8
        W1 = W1 - 0.5 * dW1
        W2 = W2 - 0.5 * dW2
        """,
        {"x": X, "W1": W1, "W2": W2, "y": CLASSES},
    ),
    Twin(
        "p-minus-y-by-hand",
        "gradient-differs",
        """
        z = x @ W
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(8), y]).mean()
        dz = p * (1 - np.eye(3)[y])  # here
        dW = x.T @ dz / 8
        W = W - 0.1 * dW
        """,
        """
        z = x @ W
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(8), y]).mean()
        dz = p - np.eye(3)[y]
        dW = x.T @ dz / 8
        W = W - 0.1 * dW
        """,
        {"x": X, "W": W1[:, :3], "y": CLASSES},
    ),
    Twin(
        "sigmoid-slope-forgotten",
        "gradient-differs",
        """
        w = np.array([0.2, -0.1, 0.4])
        for epoch in range(3):
            p = 1 / (1 + np.exp(-(x @ w)))
            loss = np.mean((p - y) ** 2)
            grad = 2 * x.T @ (p - y) / len(y)  # here
            w -= 0.1 * grad
        """,
        """
        w = np.array([0.2, -0.1, 0.4])
        for epoch in range(3):
            p = 1 / (1 + np.exp(-(x @ w)))
            loss = np.mean((p - y) ** 2)
            grad = 2 * x.T @ ((p - y) * p * (1 - p)) / len(y)
            w -= 0.1 * grad
        """,
        {"x": X, "y": LABELS},
    ),
    Twin(
        "tanh-slope-of-the-wrong-thing",
        "gradient-differs",
        """
        a = x @ w1
        h = np.tanh(a)
        pred = h @ w2
        loss = 0.5 * np.sum((pred - y) ** 2)
        dpred = pred - y
        dw2 = h.T @ dpred
        dh = np.outer(dpred, w2)
        da = dh * (1 - a ** 2)  # here
        dw1 = x.T @ da
        w1 -= 0.01 * dw1
        w2 -= 0.01 * dw2
        """,
        """
        a = x @ w1
        h = np.tanh(a)
        pred = h @ w2
        loss = 0.5 * np.sum((pred - y) ** 2)
        dpred = pred - y
        dw2 = h.T @ dpred
        dh = np.outer(dpred, w2)
        da = dh * (1 - h ** 2)
        dw1 = x.T @ da
        w1 -= 0.01 * dw1
        w2 -= 0.01 * dw2
        """,
        {"x": X, "y": Y, "w1": W1, "w2": W2[:, 0]},
    ),
    Twin(
        "weight-decay-is-no-mistake",
        "gradient-differs",
        """
        err = x @ w - y
        loss = np.mean(err ** 2)
        grad = x.T @ np.abs(err) / len(y)  # here
        w = w - 0.1 * (grad + 0.01 * w)
        """,
        """
        err = x @ w - y
        loss = np.mean(err ** 2)
        grad = x.T @ err / len(y)
        w = w - 0.1 * (grad + 0.01 * w)
        """,
        {"x": X, "y": Y, "w": np.array([0.3, 0.1, -0.2])},
    ),
    Twin(
        "bias-not-divided-by-the-examples",
        "gradient-differs",
        """
        p = 1 / (1 + np.exp(-(x @ w + b)))
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        dz = p - y
        dw = x.T @ dz / 8
        db = np.sum(dz)  # here
        w = w - 0.1 * dw
        b = b - 0.1 * db
        """,
        """
        p = 1 / (1 + np.exp(-(x @ w + b)))
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        dz = p - y
        dw = x.T @ dz / 8
        db = np.sum(dz) / 8
        w = w - 0.1 * dw
        b = b - 0.1 * db
        """,
        {"x": X, "y": LABELS, "w": np.array([0.2, -0.1, 0.4]), "b": 0.1},
    ),
    Twin(
        "bias-gradient-one-an-example",
        "gradient-differs",
        """
        b = np.zeros(1)
        for epoch in range(3):
            e = x @ w + b - y
            loss = np.mean(e ** 2)
            dw = 2 * x.T @ e / 8
            db = 2 * e / 8  # here
            w = w - 0.1 * dw
            b = b - 0.1 * db
        """,
        """
        b = np.zeros(1)
        for epoch in range(3):
            e = x @ w + b - y
            loss = np.mean(e ** 2)
            dw = 2 * x.T @ e / 8
            db = (2 * e / 8).sum(keepdims=True)
            w = w - 0.1 * dw
            b = b - 0.1 * db
        """,
        {"x": X, "y": Y, "w": np.zeros(3)},
    ),
    Twin(
        "ascent-in-a-class",
        "ascent",
        """
        class Line:
            def __init__(self):
                self.w = 0.1 * np.ones(3)
            def step(self, x, y):
                err = x @ self.w - y
                loss = np.mean(err ** 2)
                self.w = self.w + 0.1 * (x.T @ err) / len(y)  # here
                return loss
        line = Line()
        for k in range(3):
            loss = line.step(x, y)
        """,
        """
        class Line:
            def __init__(self):
                self.w = 0.1 * np.ones(3)
            def step(self, x, y):
                err = x @ self.w - y
                loss = np.mean(err ** 2)
                self.w = self.w - 0.1 * (x.T @ err) / len(y)
                return loss
        line = Line()
        for k in range(3):
            loss = line.step(x, y)
        """,
        LINEAR,
    ),
    Twin(
        "ascent-over-a-dict",
        "ascent",
        """
        params = {"w": np.zeros(3), "b": np.zeros(1)}
        for k in range(3):
            err = x @ params["w"] + params["b"] - y
            loss = np.mean(err ** 2)
            grads = {"w": 2 * x.T @ err / len(y), "b": np.array([2 * err.mean()])}
            for name in params:
                params[name] = params[name] + 0.1 * grads[name]  # here
        """,
        """
        params = {"w": np.zeros(3), "b": np.zeros(1)}
        for k in range(3):
            err = x @ params["w"] + params["b"] - y
            loss = np.mean(err ** 2)
            grads = {"w": 2 * x.T @ err / len(y), "b": np.array([2 * err.mean()])}
            for name in params:
                params[name] = params[name] - 0.1 * grads[name]
        """,
        LINEAR,
    ),
    Twin(
        "slope-of-a-line-without-its-x",
        "gradient-differs",
        """
        m, q = 0.0, 0.0
        for k in range(5):
            guess = m * x + q
            mse = np.mean((y - guess) ** 2)
            dm = -2 * np.mean(y - guess)  # here
            dq = -2 * np.mean(y - guess)
            m = m - 0.1 * dm
            q = q - 0.1 * dq
        """,
        """
        m, q = 0.0, 0.0
        for k in range(5):
            guess = m * x + q
            mse = np.mean((y - guess) ** 2)
            dm = -2 * np.mean(x * (y - guess))
            dq = -2 * np.mean(y - guess)
            m = m - 0.1 * dm
            q = q - 0.1 * dq
        """,
        {"x": X[:, 0], "y": Y},
    ),
    Twin(
        "one-slope-for-all-steps",
        "stale-gradient",
        """
        g = 2 * (w - 3)
        for k in range(4):
            loss = (w - 3) ** 2
            w = w - 0.1 * g  # here
        """,
        """
        for k in range(4):
            g = 2 * (w - 3)
            loss = (w - 3) ** 2
            w = w - 0.1 * g
        """,
        {"w": 0.0},
    ),
    Twin(
        "count-of-mistakes-as-loss",
        "no-slope",
        """
        guess = np.sign(x @ w)
        loss = np.sum(guess != y)  # here
        """,
        """
        score = x @ w
        loss = np.sum(np.log(1 + np.exp(-y * score)))
        mistakes = np.sum(np.sign(score) != y)
        """,
        {"x": X, "w": W_TRUE, "y": 2 * LABELS - 1},
    ),
    Twin(
        "accuracy-as-loss",
        "no-slope",
        """
        pred = (x @ w > 0).astype(float)
        loss = 1 - np.mean(pred == y)  # here
        """,
        """
        p = 1 / (1 + np.exp(-(x @ w)))
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        accuracy = np.mean((p > 0.5) == y)
        """,
        {"x": X, "y": LABELS, "w": W_TRUE},
    ),
    Twin(
        "argmax-in-the-loss",
        "no-slope",
        """
        pred = np.argmax(x @ W, axis=1)
        loss = np.mean((pred - y) ** 2)  # here
        """,
        """
        z = x @ W
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        loss = -log_p[np.arange(8), y].mean()
        error_rate = np.mean(np.argmax(z, axis=1) != y)
        """,
        {"x": X, "W": W1[:, :3], "y": CLASSES},
    ),
    Twin(
        "rounded-prediction",
        "no-slope",
        """
        w = torch.zeros(3, requires_grad=True)
        pred = torch.round(x @ w)
        loss = ((pred - y) ** 2).mean()  # here
        loss.backward()
        """,
        """
        w = torch.zeros(3, requires_grad=True)
        pred = x @ w
        loss = ((pred - y) ** 2).mean()
        loss.backward()
        """,
        F32,
    ),
    Twin(
        "step-too-long-in-a-formula",
        "step-too-long",
        "f(θ) = θ²; θ ← θ − η ∇f(θ)",
        "f(θ) = θ²; θ ← θ − η ∇f(θ)",
        {"θ": 3.0, "η": 1.1},
        {"η": 0.9},
    ),
    Twin(
        "step-too-long-on-mse",
        "step-too-long",
        """
        w = np.zeros(3)
        lr = 2.5
        for epoch in range(4):
            err = x @ w - y
            loss = (err ** 2).mean()
            grad = 2 * x.T @ err / len(y)
            w = w - lr * grad  # here
        """,
        """
        w = np.zeros(3)
        lr = 0.25
        for epoch in range(4):
            err = x @ w - y
            loss = (err ** 2).mean()
            grad = 2 * x.T @ err / len(y)
            w = w - lr * grad
        """,
        LINEAR,
    ),
    Twin(
        "step-too-long-with-an-optimiser",
        "step-too-long",
        """
        w = torch.zeros(3, requires_grad=True)
        opt = torch.optim.SGD([w], lr=3.0)
        for epoch in range(3):
            opt.zero_grad()
            loss = F.mse_loss(x @ w, y)
            loss.backward()
            opt.step()  # here
        """,
        """
        w = torch.zeros(3, requires_grad=True)
        opt = torch.optim.SGD([w], lr=0.3)
        for epoch in range(3):
            opt.zero_grad()
            loss = F.mse_loss(x @ w, y)
            loss.backward()
            opt.step()
        """,
        F32,
    ),
    Twin(
        "step-too-long-over-a-ravine",
        "step-too-long",
        """
        x, y = 1.0, 1.0
        for k in range(6):
            f = x ** 2 + 25 * y ** 2
            gx, gy = 2 * x, 50 * y
            x -= lr * gx
            y -= lr * gy  # here
        """,
        """
        x, y = 1.0, 1.0
        for k in range(6):
            f = x ** 2 + 25 * y ** 2
            gx, gy = 2 * x, 50 * y
            x -= lr * gx
            y -= lr * gy
        """,
        {"lr": 0.05},
        {"lr": 0.03},
    ),
    Twin(
        "sigmoids-eight-deep",
        "vanishing-gradient",
        """
        h = x
        for W in [A0, A1, A2, A3, A4, A5, A6, A7]:
            h = 1 / (1 + np.exp(-(h @ W)))  # here
        loss = np.mean((h.sum(axis=1) - y) ** 2)
        """,
        """
        h = x
        for W in [A0, A1, A2, A3, A4, A5, A6, A7]:
            h = h + np.tanh(h @ W)
        loss = np.mean((h.sum(axis=1) - y) ** 2)
        """,
        {
            "x": RNG.standard_normal((4, 16)),
            "y": RNG.standard_normal(4),
            **{f"A{k}": 0.5 * A for k, A in enumerate(SQUARES)},
        },
    ),
    Twin(
        "rnn-with-large-weights",
        "exploding-gradient",
        """
        h = np.zeros(4)
        for t in range(14):
            h = U @ h + V @ xs[t]  # here
        loss = np.sum((h - target) ** 2)
        """,
        """
        h = np.zeros(4)
        for t in range(14):
            h = np.tanh(U @ h / 3 + V @ xs[t])
        loss = np.sum((h - target) ** 2)
        """,
        {
            "U": 3 * np.eye(4) + 0.2,
            "V": np.ones((4, 2)),
            "xs": RNG.standard_normal((14, 2)),
            "target": np.zeros(4),
        },
    ),
    Twin(
        "rnn-that-forgets",
        "vanishing-gradient",
        """
        h = np.zeros(4)
        for t in range(14):
            h = np.tanh(U @ h + V @ xs[t])  # here
        loss = np.sum((h - target) ** 2)
        """,
        """
        h = np.zeros(4)
        for t in range(14):
            h = np.tanh(5 * U @ h + 0.1 * V @ xs[t])
        loss = np.sum((h - target) ** 2)
        """,
        {
            "U": 0.2 * np.eye(4),
            "V": np.ones((4, 2)),
            "xs": RNG.standard_normal((14, 2)),
            "target": np.zeros(4),
        },
    ),
    Twin(
        "dead-layer",
        "dead-relu",
        """
        h = np.maximum(0, x @ W + b)  # here
        out = h @ v
        """,
        """
        h = np.maximum(0, x @ W + 0.1 * b)
        out = h @ v
        """,
        {"x": X, "W": W1, "b": np.full(5, -20.0), "v": W2[:, 0]},
        {"b": np.full(5, -1.0)},
    ),
    Twin(
        "dead-unit-in-torch",
        "dead-relu",
        """
        h = torch.relu(x @ W + b)  # here
        out = h @ v
        """,
        """
        h = F.leaky_relu(x @ W + b)
        out = h @ v
        """,
        {
            "x": X.astype(np.float32),
            "W": W1.astype(np.float32),
            "b": np.array([0, 0, -30, 0, 0], np.float32),
            "v": W2[:, 0].astype(np.float32),
        },
    ),
    Twin(
        "saturated-hidden-layer",
        "saturated",
        """
        h = 1 / (1 + np.exp(-(x @ W)))  # here
        out = h @ v
        """,
        """
        h = 1 / (1 + np.exp(-(x @ W) / 100))
        out = h @ v
        """,
        {
            "x": 1 + np.abs(X),
            "W": np.array([[9.0, -12, 8, 14, -9], [11, -9, 7, 9, -14], [8, -10, 12, 7, -9]]),
            "v": W2[:, 0],
        },
    ),
    Twin(
        "saturated-tanh",
        "saturated",
        """
        h = torch.tanh(x @ W)  # here
        out = h @ v
        """,
        """
        h = torch.tanh(x @ W / 30)
        out = h @ v
        """,
        {
            "x": 1 + np.abs(X).astype(np.float32),
            "W": np.full((3, 5), 9.0, np.float32),
            "v": W2[:, 0].astype(np.float32),
        },
    ),
    Twin(
        "attention-without-the-root",
        "saturated-attention",
        """
        scores = Q @ K.T
        A = np.exp(scores - scores.max(-1, keepdims=True))
        A = A / A.sum(-1, keepdims=True)  # here
        out = A @ V
        """,
        """
        scores = Q @ K.T / np.sqrt(Q.shape[-1])
        A = np.exp(scores - scores.max(-1, keepdims=True))
        A = A / A.sum(-1, keepdims=True)
        out = A @ V
        """,
        {k: RNG.standard_normal((6, 64)) for k in "QKV"},
    ),
]
