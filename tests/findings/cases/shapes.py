"""Shapes and products that meet otherwise than they were meant to."""

from __future__ import annotations

import numpy as np

from .twin import Twin

RNG = np.random.default_rng(8)
N = 5
X = RNG.standard_normal((N, 3))
Q, K, V = (RNG.standard_normal((4, 4)) for _ in "QKV")

TWINS = [
    Twin(
        "column-against-row-in-mse",
        "silent-broadcast",
        """
        pred = x @ W
        loss = np.mean((pred - y) ** 2)  # here
        """,
        """
        pred = x @ W
        loss = np.mean((pred[:, 0] - y) ** 2)
        """,
        {"x": X, "W": RNG.standard_normal((3, 1)), "y": RNG.standard_normal(N)},
    ),
    Twin(
        "column-against-row-in-torch",
        "silent-broadcast",
        """
        pred = x @ W
        loss = F.mse_loss(pred, y)  # here
        """,
        """
        pred = x @ W
        loss = F.mse_loss(pred.squeeze(1), y)
        """,
        {
            "x": X.astype(np.float32),
            "W": RNG.standard_normal((3, 1)).astype(np.float32),
            "y": RNG.standard_normal(N).astype(np.float32),
        },
    ),
    Twin(
        "column-against-row-in-cross-entropy",
        "silent-broadcast",
        """
        p = 1 / (1 + np.exp(-(x @ W)))
        loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()  # here
        """,
        """
        p = 1 / (1 + np.exp(-(x @ W)))[:, 0]
        loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
        """,
        {"x": X, "W": RNG.standard_normal((3, 1)), "y": np.array([0.0, 1.0, 1.0, 0.0, 1.0])},
    ),
    Twin(
        "column-against-row-in-accuracy",
        "silent-broadcast",
        """
        pred = (x @ W > 0).astype(int)
        accuracy = np.mean(pred == y)  # here
        """,
        """
        pred = (x @ W > 0).astype(int)[:, 0]
        accuracy = np.mean(pred == y)
        """,
        {"x": X, "W": RNG.standard_normal((3, 1)), "y": np.array([0, 1, 1, 0, 1])},
    ),
    Twin(
        "mean-that-lost-its-axis",
        "silent-broadcast",
        """
        centred = x - x.mean(axis=1)  # here
        var = (centred ** 2).mean()
        """,
        """
        centred = x - x.mean(axis=1, keepdims=True)
        var = (centred ** 2).mean()
        """,
        {"x": RNG.standard_normal((4, 4))},
    ),
    Twin(
        "row-sums-that-lost-their-axis",
        "silent-broadcast",
        """
        p = e / e.sum(axis=1)  # here
        """,
        """
        p = e / e.sum(axis=1, keepdims=True)
        """,
        {"e": np.exp(RNG.standard_normal((4, 4)))},
    ),
    Twin(
        "scores-entry-by-entry",
        "elementwise-for-dot",
        """
        scores = Q * K / np.sqrt(4)  # here
        A = np.exp(scores - scores.max(-1, keepdims=True))
        A = A / A.sum(-1, keepdims=True)
        out = A @ V
        """,
        """
        scores = Q @ K.T / np.sqrt(4)
        A = np.exp(scores - scores.max(-1, keepdims=True))
        A = A / A.sum(-1, keepdims=True)
        out = A @ V
        """,
        {"Q": Q, "K": K, "V": V},
    ),
    Twin(
        "layer-entry-by-entry",
        "elementwise-for-dot",
        """
        z = W * x + b  # here
        h = np.maximum(z, 0)
        """,
        """
        z = W @ x + b
        h = np.maximum(z, 0)
        """,
        {"W": RNG.standard_normal((3, 3)), "x": np.array([1.0, 2.0, -1.0]), "b": np.zeros(3)},
    ),
    Twin(
        "neuron-entry-by-entry",
        "elementwise-for-dot",
        "z = w ⊙ x + b; p = σ(z)",
        "z = w·x + b; p = σ(z)",
        {"w": [1.0, 2.0, -1.0], "x": [0.5, 0.25, 1.0], "b": 0.1},
    ),
    Twin(
        "cosine-without-the-sum",
        "elementwise-for-dot",
        """
        cos = a * b / (np.linalg.norm(a) * np.linalg.norm(b))  # here
        """,
        """
        cos = np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))
        """,
        {"a": np.array([3.0, 4.0]), "b": np.array([1.0, 2.0])},
    ),
    Twin(
        "dot-by-name",
        "elementwise-for-dot",
        """
        dot = a * b  # here
        """,
        """
        dot = (a * b).sum()
        """,
        {"a": np.array([3.0, 4.0]), "b": np.array([1.0, 2.0])},
    ),
    Twin(
        "linear-model-entry-by-entry",
        "elementwise-for-dot",
        """
        pred = x * w + b  # here
        loss = np.mean((pred - y) ** 2)
        """,
        """
        pred = x @ w + b
        loss = np.mean((pred - y) ** 2)
        """,
        {
            "x": RNG.standard_normal((3, 3)),
            "w": np.array([1.0, -1.0, 0.5]),
            "b": 0.2,
            "y": np.array([1.0, 2.0, 0.0]),
        },
    ),
    Twin(
        "attention-weights-entry-by-entry",
        "elementwise-for-dot",
        """
        A = torch.softmax(Q @ K.T / 2, dim=-1)
        out = A * V  # here
        """,
        """
        A = torch.softmax(Q @ K.T / 2, dim=-1)
        out = A @ V
        """,
        {"Q": Q.astype(np.float32), "K": K.astype(np.float32), "V": V.astype(np.float32)},
    ),
    Twin(
        "sides-of-an-equation",
        "identity-differs",
        "(a + b)² = a² + b²",
        "(a + b)² = a² + 2 a b + b²",
        {"a": 1.0, "b": 2.0},
    ),
]
