"""Many small functions: recursion, methods, properties, closures: ROUNDS."""

import sys


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def scaled(self, by):
        return Vector(self.x * by, self.y * by)

    @property
    def square(self):
        return self.x * self.x + self.y * self.y


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def power(x, n):
    if n == 0:
        return 1.0
    half = power(x, n // 2)
    return half * half * (x if n % 2 else 1.0)


def derivative(f, h=1e-6):
    def slope(x):
        return (f(x + h) - f(x - h)) / (2 * h)

    return slope


def cube(x):
    return x * x * x


rounds = int(sys.argv[1])
place, speed, total = Vector(0.0, 0.0), Vector(1.0, 0.5), 0.0
slope = derivative(cube)
for i in range(rounds):
    place = place + speed.scaled(0.01)
    total += place.square
    total += power(1.01, 20) + slope(i * 0.001)
    if i % 100 == 0:
        total += fibonacci(15)

print(f"{total:.6f}")
