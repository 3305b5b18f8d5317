"""A loss that climbs, a little more with every step."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(80, 2))
y = X @ np.array([1.5, -2.0]) + 0.1 * rng.normal(size=80)
w = np.zeros(2)

for step in range(40):
    error = X @ w - y
    loss = np.mean(error**2)
    gradient = 2 * X.T @ error / len(y)
    w += 0.05 * gradient
    if step % 10 == 0:
        print(f"step {step:2}  loss {loss:.4f}")
