"""A classifier of two layers, its gradient written by hand: BATCH, STEPS."""

import sys

import numpy as np

batch, steps = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(0)
X = rng.uniform(size=(1797, 64))
labels = (X @ rng.normal(size=(64, 10))).argmax(axis=1)
W1, b1 = rng.normal(size=(64, 128)) * 0.1, np.zeros(128)
W2, b2 = rng.normal(size=(128, 10)) * 0.1, np.zeros(10)
rate = 0.1

for step in range(steps):
    rows = rng.integers(0, len(X), batch) if batch < len(X) else slice(None)
    x, t = X[rows], labels[rows]
    h = x @ W1 + b1
    a = np.maximum(h, 0)
    z = a @ W2 + b2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(t)), t]).mean()
    dz = p.copy()
    dz[np.arange(len(t)), t] -= 1
    dz /= len(t)
    dh = (dz @ W2.T) * (h > 0)
    W2 -= rate * (a.T @ dz)
    b2 -= rate * dz.sum(axis=0)
    W1 -= rate * (x.T @ dh)
    b1 -= rate * dh.sum(axis=0)

print(f"{loss:.4f}")
