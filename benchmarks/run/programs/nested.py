"""A matrix and a vector as Python lists: SIZE, ROUNDS."""

import sys

size, rounds = int(sys.argv[1]), int(sys.argv[2])
a = [[1.0 / (i + j + 1) for j in range(size)] for i in range(size)]
w = [1.0] * size
out = w
for _ in range(rounds):
    out = [0.0] * size
    for i in range(size):
        acc = 0.0
        for j in range(size):
            acc += a[i][j] * w[j]
        out[i] = acc
    top = max(out)
    for i in range(size):
        w[i] = out[i] / top

print(f"{top:.6f}")
