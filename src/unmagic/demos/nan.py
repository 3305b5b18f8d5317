"""Logistic regression whose loss turns into nan while the accuracy looks fine."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 10))
y = (X @ rng.normal(size=10) > 0).astype(float)
X[17] *= 1000  # one row was entered in other units
w = np.zeros(10)

for _ in range(60):
    p = 1 / (1 + np.exp(-X @ w))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    w -= 0.5 * X.T @ (p - y) / len(y)

print(f"loss {loss:.4f}, accuracy {np.mean((p > 0.5) == y):.2f}")
