"""Many arrays that live at once: COUNT, ENTRIES of each, ROUNDS over all of them."""

import sys

import numpy as np

count, entries, rounds = (int(word) for word in sys.argv[1:])
rng = np.random.default_rng(3)
arrays = [rng.normal(size=entries) for _ in range(count)]
for _ in range(rounds):
    mean = sum(array[0] for array in arrays) / count
    arrays = [0.9 * array + 0.1 * mean for array in arrays]

print(f"{sum(float(array.sum()) for array in arrays):.6f}")
