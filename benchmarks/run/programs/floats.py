"""Python's floats in loops, no arrays: ROUNDS."""

import sys

rounds = int(sys.argv[1])
x, v, dt, energy = 1.0, 0.0, 1e-3, 0.0
for i in range(rounds):
    a = -4.0 * x - 0.1 * v
    v = v + a * dt
    x = x + v * dt
    if x > 2.0:
        x = 2.0
    energy += 0.5 * v * v + 2.0 * x * x

guess, y = 1.0, 0.0
for i in range(rounds // 4):
    y = 2.0 + (i % 100) * 0.25
    guess = y / 2
    n = 0
    while n < 5:
        guess = 0.5 * (guess + y / guess)
        n += 1

print(f"{energy:.6f} {guess:.6f}")
