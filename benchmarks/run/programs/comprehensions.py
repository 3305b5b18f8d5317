"""Nothing but comprehensions and generators, in functions that are called again and again: SIZE, ROUNDS."""

import math
import sys


def normal(rows):
    means = [sum(column) / len(column) for column in zip(*rows)]
    spreads = [math.sqrt(sum((v - m) ** 2 for v in column) / len(column)) for column, m in zip(zip(*rows), means)]
    return [[(v - m) / s for v, m, s in zip(row, means, spreads)] for row in rows]


def product(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def softmax(row):
    top = max(row)
    e = [math.exp(v - top) for v in row]
    whole = sum(e)
    return [v / whole for v in e]


def round_of(rows, _):
    return [[v + 0.01 * i for i, v in enumerate(softmax(row))] for row in product(normal(rows), square)]


size, rounds = int(sys.argv[1]), int(sys.argv[2])
square = [[math.sin(i * size + j) for j in range(size)] for i in range(size)]
table = [[math.cos(i * 3 + j) for j in range(size)] for i in range(size)]
tables = [table]
tables += [round_of(tables[-1], i) for i in range(rounds)]
print(f"{sum(map(sum, tables[-1])):.6f}")
