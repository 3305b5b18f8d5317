"""A regression on clean data that does no better than guessing the mean."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(100, 3))
y = X @ np.array([2.0, -1.0, 0.5]) + 3.0
W = np.zeros((3, 1))
b = 0.0

for _ in range(200):
    error = X @ W + b - y
    loss = np.mean(error**2)
    W -= 0.1 * 2 * X.T @ error.mean(axis=1, keepdims=True) / len(X)
    b -= 0.1 * 2 * error.mean()

print(f"loss {loss:.4f}, variance of y {y.var():.4f}")
