"""A softmax classifier, trained by hand: the code that is shown is the code that runs."""

from __future__ import annotations

import numpy as np


def probabilities(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Each row of X as ten shares: softmax(W x + b)."""
    z = X @ W.T + b
    e = np.exp(z - z.max(axis=1, keepdims=True))  # the largest taken out, so that exp can't overflow
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(P: np.ndarray, y: np.ndarray) -> float:
    """The mean surprise by the right class: −log P[i, y[i]]."""
    return -np.log(P[np.arange(len(y)), y]).mean()


def gradient(X: np.ndarray, y: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """∂loss/∂W and ∂loss/∂b: what it said, less what was true, spread over the inputs that made it."""
    error = probabilities(X, W, b)
    error[np.arange(len(y)), y] -= 1
    return error.T @ X / len(y), error.mean(axis=0)


def train(
    X: np.ndarray, y: np.ndarray, eta: float, epochs: int, batch: int, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """W and b before the first epoch and after each: descent on mini batches, each step against the gradient."""
    order = np.random.default_rng(seed)
    W, b = np.zeros((10, X.shape[1])), np.zeros(10)
    states = [(W, b)]
    for _ in range(epochs):
        shuffled = order.permutation(len(X))
        for start in range(0, len(X), batch):
            rows = shuffled[start : start + batch]
            dW, db = gradient(X[rows], y[rows], W, b)
            W = W - eta * dW
            b = b - eta * db
        states.append((W, b))
    return states
