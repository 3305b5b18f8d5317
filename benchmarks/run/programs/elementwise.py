"""tanh(a x + b) in a loop: ENTRIES, ROUNDS, fresh (each result a new array) or place (one array, written in place)."""

import sys

import numpy as np

entries, rounds, how = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
x = np.linspace(-2.0, 2.0, entries)
a, b = 1.3, 0.1

if how == "fresh":
    for _ in range(rounds):
        x = np.tanh(a * x + b)
else:
    for _ in range(rounds):
        x *= a
        x += b
        np.tanh(x, out=x)

print(f"{x.mean():.6f}")
