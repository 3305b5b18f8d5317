"""Attention in which the weights of a query do not add up to 1."""

import numpy as np

rng = np.random.default_rng(0)
T, d = 6, 8
x = rng.normal(size=(T, d))
Wq, Wk, Wv = rng.normal(size=(3, d, d)) / np.sqrt(d)

Q, K, V = x @ Wq, x @ Wk, x @ Wv
scores = Q @ K.T / np.sqrt(d)
e = np.exp(scores - scores.max(axis=0))
weights = e / e.sum(axis=0)
out = weights @ V

print("the weights of each query add up to", weights.sum(axis=1).round(2))
