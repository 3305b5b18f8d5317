# ruff: noqa: E501
"""Small programs, each for one point of Python or NumPy; the interpreter says what they print."""

PROGRAMS = """
print(1 + 2 * 3 - 4 / 5, 7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** 10, 2 ** -1)
---
x = 0.1 + 0.2
print(x, x == 0.3, x - 0.3)
---
a, b = 1, 2
a, b = b, a
print(a, b)
---
first, *rest = [1, 2, 3, 4]
*start, last = (1.5, 2.5)
print(first, rest, start, last)
---
(a, (b, c)), d = (1, (2, 3)), 4
print(a + b + c + d)
---
x = y = 3
x += 1
print(x, y)
---
x = 10
x -= 3; x *= 2; x /= 7; x **= 3; x //= 2; x %= 3
print(x)
---
values = [3, 1, 2]
values[0] = 9
values[1] += 5
values.append(4)
values.extend([7, 8])
print(values, len(values), values[-1], values[1:3], values[::-1])
---
d = {"a": 1, "b": 2.5}
d["c"] = d["a"] + d["b"]
d["a"] += 1
print(d, "a" in d, d.get("z", 0), list(d.keys()), list(d.values()), sorted(d.items()))
---
s = {3, 1, 2, 3}
print(len(s), 2 in s, sorted(s), s | {9}, s & {1, 2})
---
def f(x, y=2, *args, z=5, **more):
    return x + y + sum(args) + z + sum(more.values())
print(f(1), f(1, 3), f(1, 2, 3, 4), f(1, z=1), f(x=1, y=1), f(1, 2, 3, z=4, w=10))
---
def outer(n):
    total = 0
    def inner(k):
        nonlocal total
        total += k * n
        return total
    inner(1); inner(2)
    return total
print(outer(3))
---
count = 0
def bump():
    global count
    count += 1
bump(); bump()
print(count)
---
def make(k):
    return lambda x: k * x
print([make(k)(10) for k in range(3)])
---
fs = [lambda x: x + i for i in range(3)]
print([f(1) for f in fs])
---
def fact(n):
    return 1 if n <= 1 else n * fact(n - 1)
print(fact(15), fact(25))
---
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
print(fib(10))
---
total = 0
for i in range(10):
    if i == 3:
        continue
    if i == 7:
        break
    total += i
else:
    total = -1
print(total)
---
for i in range(3):
    pass
else:
    print("done", i)
---
n = 27
steps = 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
print(steps)
---
i = 0
while True:
    i += 1
    if i > 5: break
else:
    print("never")
print(i)
---
print([x * x for x in range(5) if x % 2], {x: x + 1 for x in range(3)}, {x % 3 for x in range(7)})
---
print([(i, j) for i in range(3) for j in range(i)], [[i * j for j in range(3)] for i in range(2)])
---
print(sum(x * 0.5 for x in [1, 2, 3]), max(x for x in (3, 9, 2)), min([4, 2, 8]), sum([[1], [2]], []))
---
print(any(x > 2 for x in [1, 2, 3]), all([1, 0, 1]), any([]), all([]))
---
print(list(zip([1, 2, 3], "abc")), list(enumerate(["x", "y"], 1)), list(map(lambda v: v + 1, [1, 2])))
---
print(list(filter(lambda v: v > 1, [1, 2, 3])), list(reversed([1, 2, 3])), sorted([3, 1, 2], reverse=True))
---
print(sorted(["bb", "a", "ccc"], key=len), max(["aa", "b"], key=len), min(3, 1, 2), max(2.5, 3), max(1, 2.0))
---
print(abs(-3), abs(-2.5), round(2.5), round(3.5), round(2.675, 2), round(1234, -2), divmod(7, 2), pow(2, 5))
---
print(int(3.9), int(-3.9), float(3), int("42"), float("2.5"), bool(0), bool(0.1), str(2.0), int(True))
---
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, 1 != 2, not 1, not 0.0, True and 2, 0 or 5, None or "x", [] and 1)
---
x = 5
print("big" if x > 3 else "small", x if x < 3 else -x)
---
x = None
print(x is None, x is not None, x == None)
---
x = 3.14159
n = 42
print(f"{x:.2f} {n:5d}|{n:<5}|{n:^7}|{x:10.3f}|{n:05d} {x!r} {n:,} {1234567.891:,.2f} {0.25:.1%} {x:e} {x=}")
---
w = 8
print(f"{3.14159:{w}.2f}|{'a':>{w}}")
---
print("%.3f and %d and %s and %5.1f%%" % (3.14159, 42, "text", 12.34))
---
print("{} {1} {0:.2f}".format(1.5, 2) if False else "{0} {1} {0:.2f}".format(1.5, 2), "{name}".format(name="x"))
---
print("a", 1, 2.5, None, True, sep="-", end="!\\n")
print()
print("x", end="")
print("y")
---
text = "Hello World"
print(text.upper(), text.lower(), text.split(), text.replace("l", "L"), len(text), text[1:4], "-".join(["a", "b"]))
---
print("abc" * 2 + "d", "b" in "abc", "abc".startswith("a"), " x ".strip(), "a,b".split(","), "x".rjust(4, "."))
---
print([1, 2] + [3], [0] * 3, (1,) + (2,), [1, 2] == [1, 2], (1, 2) < (1, 3), "a" < "b")
---
try:
    1 / 0
except ZeroDivisionError as error:
    print("caught", error)
---
try:
    [1, 2][5]
except IndexError as error:
    print(error)
---
try:
    {"a": 1}["b"]
except KeyError as error:
    print("key", error)
---
try:
    raise ValueError("bad value")
except (TypeError, ValueError) as error:
    print("got", error)
finally:
    print("finally")
---
try:
    x = int("12")
except ValueError:
    print("no")
else:
    print("else", x)
---
def check(x):
    if x < 0:
        raise ValueError(f"negative: {x}")
    return x ** 0.5
try:
    check(4); check(-1)
except ValueError as e:
    print(e)
---
assert 1 + 1 == 2, "never"
try:
    assert False, "told"
except AssertionError as e:
    print(e)
---
class Point:
    scale = 2
    def __init__(self, x, y=0):
        self.x = x
        self.y = y
    def length(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5 * self.scale
    def __repr__(self):
        return f"Point({self.x}, {self.y})"
    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)
    def __call__(self, k):
        return self.x * k
p = Point(3, 4)
print(p.length(), p, p + Point(1, 1), p(10), p.scale, isinstance(p, Point))
---
class Base:
    def __init__(self, a):
        self.a = a
    def value(self):
        return self.a
class Child(Base):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b
    def value(self):
        return super().value() + self.b
print(Child(1, 2).value())
---
class Value:
    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(children)
    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out
    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out
    def backward(self):
        topo, visited = [], set()
        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
a, b = Value(2.0), Value(-3.0)
c = a * b + a
c.backward()
print(c.data, a.grad, b.grad)
---
import math
print(math.sqrt(2), math.exp(1.5), math.log(10), math.log(8, 2), math.sin(0.5), math.pi, math.e, math.floor(2.7))
---
import math
print(math.tanh(0.3), math.pow(2, 0.5), math.hypot(3, 4), math.factorial(10), math.comb(5, 2), math.isnan(math.nan))
---
from math import exp, log as ln
print(exp(0.0), ln(2.0), math.inf if False else 1)
---
x = 1e308 * 10
print(x, -x, x - x, 1e-320, 5e-324 / 2)
---
print(3 * 0.1, 0.1 * 3 == 0.3, 1 / 3, 2 / 3 * 3, 1e16 + 1, 123456789.123456789)
---
print(10 ** 20, 2 ** 64, 2 ** 63 - 1, -(2 ** 63), 12345678901234567890 * 3)
---
print(5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, 256 >> 2, True & False, True + True)
---
x = [1, 2, 3]
y = x
y.append(4)
z = x[:]
z.append(5)
print(x, y, z, x is y, x is z)
---
def f(items=[]):
    items.append(1)
    return len(items)
print(f(), f(), f())
---
grid = [[0] * 3 for _ in range(2)]
grid[0][1] = 5
print(grid)
---
if (n := 10) > 5:
    print(n)
print([y := 1, y ** 2])
---
x: int = 5
y: float
def typed(a: int, b: float = 1.0) -> float:
    return a + b
print(typed(x))
---
del_me = {"a": 1, "b": 2}
del del_me["a"]
items = [1, 2, 3]
del items[0]
print(del_me, items)
---
print(type(3).__name__ if False else "int", isinstance(3, int), isinstance(2.0, (int, float)), callable(print))
---
it = iter([1, 2])
print(next(it), next(it), next(it, "end"))
---
matrix = [[1, 2], [3, 4]]
print([list(row) for row in zip(*matrix)], sum(sum(row) for row in matrix))
---
args = (1, 2)
kw = {"c": 3}
def f(a, b, c): return a * 100 + b * 10 + c
print(f(*args, **kw))
---
def newton(f, df, x, n=5):
    for _ in range(n):
        x = x - f(x) / df(x)
    return x
print(newton(lambda x: x * x - 2, lambda x: 2 * x, 1.0))
---
x, lr = 3.0, 0.1
for step in range(3):
    grad = 2 * x
    x = x - lr * grad
    print(f"step {step}: x = {x:.4f}")
---
def mean(xs): return sum(xs) / len(xs)
def var(xs):
    m = mean(xs)
    return sum((x - m) ** 2 for x in xs) / len(xs)
print(mean([1, 2, 3, 4]), var([1.0, 2.0, 4.0]))
---
words = "the cat sat on the mat the end".split()
counts = {}
for w in words:
    counts[w] = counts.get(w, 0) + 1
print(counts, max(counts, key=counts.get))
---
import numpy as np
a = np.array([1, 2, 3])
print(a, a + 1, a * 2.5, a / 2, a ** 2, a // 2, a % 2, -a, a > 1, a.dtype, (a * 1.0).dtype)
---
import numpy as np
a = np.array([[1.0, 2.0], [3.0, 4.0]])
print(a.shape, a.ndim, a.size, a.T, a.sum(), a.sum(axis=0), a.mean(axis=1, keepdims=True), a.max(), a.argmax())
---
import numpy as np
print(np.zeros(3), np.ones((2, 2)), np.full((2,), 7), np.eye(2), np.arange(5), np.arange(1, 2, 0.25), np.linspace(0, 1, 5))
---
import numpy as np
a = np.arange(6.0)
b = a[1:3]
b[0] = 50
a[2] = -1
print(a, b)
---
import numpy as np
a = np.arange(6.0).reshape(2, 3)
v = a.ravel()
v[0] = 99
t = a.T
t[2, 1] = -5
c = a.flatten()
c[1] = 1000
print(a, v, c)
---
import numpy as np
a = np.arange(6.0).reshape(2, 3).T
v = a.ravel()
v[0] = 99
w = a.reshape(-1)
w[1] = 98
u = a.T.reshape(6)
u[5] = 77
print(a)
---
import numpy as np
a = np.arange(5.0)
a[1:] += a[:-1]
a[::2] *= 10
print(a)
---
import numpy as np
a = np.zeros(4)
idx = np.array([0, 0, 2])
a[idx] += 1
np.add.at(a, idx, 1)
print(a)
---
import numpy as np
a = np.array([3.0, -1.0, 2.0])
a[a < 0] = 0
print(a, a[a > 1], a[[0, 2]], a[np.array([1, 1])], np.where(a > 1, a, -a))
---
import numpy as np
x = np.arange(12).reshape(3, 4)
print(x[1], x[1, 2], x[:, 1], x[..., -1], x[1:, ::2], x[:, None].shape, x[np.newaxis, 0].shape, x[[0, 2], [1, 3]])
---
import numpy as np
A = np.array([[1, 2], [3, 4]]); x = np.array([1, -1])
print(A @ x, A @ A, x @ x, np.dot(A, x), A.dot(A), np.outer(x, x), np.matmul(A, A), np.inner(x, x))
---
import numpy as np
print(np.exp([0.0, 1.0]), np.log(np.array([1.0, np.e])), np.sqrt(2), np.abs([-1, 2]), np.maximum([1, 5], 3), np.clip([1, 5, 9], 2, 6))
---
import numpy as np
x = np.float64(2.5)
y = x * 2
print(x, y, repr(y), [y], y.item(), float(y), int(y), round(y, 1), f"{y:.3f}", y ** 2, -x, x > 2)
---
import numpy as np
x = np.array([1, 2, 3], dtype=np.float32)
print(x, x.dtype, (x * 2.0).dtype, (x + np.float64(1)).dtype, x.astype(int), x.sum(), repr(x), x.mean().dtype)
---
import numpy as np
a = np.array([1.5, 2.5, -0.5])
print(np.round(a), np.floor(a), np.ceil(a), np.sign(a), np.cumsum(a), np.prod(a), np.sort(a), np.argsort(a), a[::-1])
---
import numpy as np
print(np.concatenate([[1, 2], [3.0]]), np.stack([[1, 2], [3, 4]], axis=1), np.vstack([[1, 2], [3, 4]]), np.hstack([[1], [2, 3]]))
---
import numpy as np
a = np.array([[3, 1], [2, 4]])
print(a.min(axis=0), a.argmin(axis=1), np.argmax(a), a.tolist(), a.any(), (a > 0).all(), np.sort(a, axis=0), a.std(), a.var(ddof=1))
---
import numpy as np
for row in np.array([[1, 2], [3, 4]]):
    print(row, row.sum())
for v in np.array([1.0, 2.0]):
    print(v, v * 2)
---
import numpy as np
rng = np.random.default_rng(0)
print(rng.normal(size=3), rng.random(), rng.integers(0, 10, 5), rng.standard_normal((2, 2)), rng.permutation(5), rng.choice(5, 3))
---
import numpy as np
np.random.seed(42)
print(np.random.randn(2, 2), np.random.rand(3), np.random.randint(0, 5, 4), np.random.normal(0, 1))
a = np.arange(5)
np.random.shuffle(a)
print(a, np.random.permutation(a))
---
import numpy as np
with np.errstate(divide="ignore"):
    print(np.array([1.0, 0.0]) / 0.0, np.log(0.0), np.nan, np.inf, np.isnan(np.nan))
---
import numpy as np
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()
print(softmax(np.array([1.0, 2.0, 3.0])), softmax(np.array([1.0, 3.0, 1.0]))[1])
---
import numpy as np
x = np.array([2.0, 1.0, 1.0])
W = np.array([[1.0, -1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, -1.0]])
logits = W @ x
probs = np.exp(logits) / np.sum(np.exp(logits))
loss = -np.log(probs[1])
print(logits, probs.round(3), loss)
---
import numpy as np
a = np.zeros((2, 3))
a[0] = [1, 2, 3]
a[1, 1:] = 9
a[:, 0] = a[:, 2]
print(a)
---
import numpy as np
a = np.arange(4)
b = a
b += 1
c = a.copy()
c[0] = 100
print(a, b, c, a is b)
---
import numpy as np
a = np.array([1, 2, 3])
try:
    a += 0.5
except TypeError as e:
    print("no")
try:
    a @ np.array([1, 2])
except ValueError:
    print("shapes")
try:
    a[7]
except IndexError as e:
    print(e)
---
import numpy as np
x = np.linspace(-1, 1, 5)
y = 1 / (1 + np.exp(-x))
print(np.tanh(x), y, np.maximum(0, x), x.clip(-0.5, 0.5), np.power(x, 2), np.square(x), np.mean(x ** 2))
---
import numpy as np
a = np.arange(24).reshape(2, 3, 4)
print(a.sum(axis=(0, 2)), a.transpose(2, 0, 1).shape, a.swapaxes(0, 1).shape, np.moveaxis(a, 0, -1).shape, a.mean(axis=-1))
---
import numpy as np
print(np.einsum("ij,jk->ik", np.eye(2), np.ones((2, 3))), np.linalg.norm([3.0, 4.0]), np.trace(np.eye(3)), np.diag([1, 2]))
---
import numpy as np
X = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]); y = np.array([1.0, 2.0, 2.0])
w = np.zeros(2)
for _ in range(5):
    w -= 0.1 * X.T @ (X @ w - y) / len(y)
print(w, np.linalg.solve(X.T @ X, X.T @ y))
---
import numpy as np
print(np.allclose([1.0], [1.0 + 1e-9]), np.array_equal([1, 2], [1, 2]), np.isclose(1, 1.1), np.unique([3, 1, 3]), np.bincount([0, 1, 1]))
---
import numpy as np
a = np.array([[1, 2, 3]])
print(a.squeeze(), np.expand_dims(a, 2).shape, a.reshape(3, -1), np.tile([1, 2], 2), np.repeat([1, 2], 2), np.flip([1, 2, 3]), np.roll([1, 2, 3], 1))
---
import numpy as np
h = np.zeros(2)
for x in [0.5, -1.0, 2.0]:
    h = np.tanh(0.5 * h + x)
    print(np.round(h, 4))
---
import numpy as np
losses = []
w = 5.0
for i in range(4):
    loss = (w - 2) ** 2
    losses.append(loss)
    w -= 0.25 * 2 * (w - 2)
print(losses, w, np.array(losses), np.mean(losses))
---
import numpy as np
print(np.array([True, False]) & np.array([True, True]), ~np.array([True]), np.logical_or([True], [False]), np.array([1, 2]) == np.array([1, 3]))
---
import numpy as np
x = np.array(3.0)
print(x, x + 1, repr(x), x.shape, float(x), x.item())
---
import numpy as np
print(np.array([1e-10, 1.0]), np.array([123456.789, 0.001]), np.arange(2000), np.array([1, -1000]), np.array([0.1, 0.25], dtype=np.float32))
---
import numpy as np
np.set_printoptions(precision=2, suppress=True)
print(np.array([1.23456, 1e-9]))
---
import numpy as np
labels = np.array([2, 0])
onehot = np.eye(3)[labels]
p = np.full((2, 3), 1 / 3)
nll = -np.log(p[np.arange(2), labels]).mean()
print(onehot, nll, (onehot * p).sum(axis=1))
---
import numpy as np
scores = np.array([[0.0, 1.0], [2.0, 3.0]])
mask = np.tril(np.ones((2, 2), dtype=bool))
print(np.where(mask, scores, -np.inf), np.triu(scores), mask.dtype, np.count_nonzero(mask))
---
import numpy as np
a = np.arange(10)
train, test = a[:7], a[7:]
left, right = np.split(np.arange(4), 2)
test[:] = 0
left[0] = 100
print(a, train, left, right, np.array_split(np.arange(5), 2))
---
import numpy as np
m = np.array([[1.0, 2.0], [3.0, 4.0]])
d = np.diag(m)
s = m.sum()
m[0, 0] = 100
print(d, s, np.linalg.det(np.array([[2.0, 0.0], [0.0, 3.0]])), np.linalg.inv(np.array([[2.0, 0.0], [0.0, 4.0]])))
---
import numpy as np
x = np.array([1, 2, 3], dtype=np.int8)
print(x + x, x * np.int8(100), np.uint8(250) + np.uint8(3), np.int64(7) // 2, np.int64(7) / 2, np.float32(0.1) + 1)
---
import numpy as np
a = np.ones((2, 2))
a *= 3
a -= np.eye(2)
a /= 2
b = a.copy()
b **= 2
print(a, b, np.max(a - b), np.min(b), np.ptp(b), np.median([3, 1, 2]), np.average([1, 2], weights=[3, 1]))
---
import numpy as np
a = np.arange(6.0).reshape(2, 3)
print(np.tensordot(a, a.T, 1), np.tensordot(a, a, axes=([1], [1])), np.cross([1, 2, 3], [4, 5, 6]), np.cov(a), np.nan_to_num([np.nan, 1.0]))
---
import numpy as np
out = np.zeros(3)
np.add([1, 2, 3], 1, out=out)
np.multiply(out, 2, out=out)
print(out, np.cumsum([1, 2, 3]), np.diff([1, 4, 9]), np.outer([1, 2], [3, 4]), np.meshgrid([1, 2], [3, 4])[0])
""".strip().split("\n---\n")

LONGER = r"""
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(20, 3)); true = np.array([1.0, -2.0, 0.5])
y = X @ true + 0.01 * rng.normal(size=20)
w = np.zeros(3)
for epoch in range(5):
    order = rng.permutation(len(X))
    for start in range(0, len(X), 5):
        idx = order[start:start + 5]
        xb, yb = X[idx], y[idx]
        grad = 2 * xb.T @ (xb @ w - yb) / len(xb)
        w -= 0.1 * grad
    print(f"epoch {epoch}: loss {np.mean((X @ w - y) ** 2):.6f}")
print(w.round(3))
---
import numpy as np
def init(sizes, rng):
    params = {}
    for i, (n, m) in enumerate(zip(sizes[:-1], sizes[1:])):
        params[f"W{i}"] = rng.standard_normal((n, m)) * np.sqrt(2.0 / n)
        params[f"b{i}"] = np.zeros(m)
    return params
def forward(params, x):
    cache = {"a0": x}
    for i in range(2):
        z = cache[f"a{i}"] @ params[f"W{i}"] + params[f"b{i}"]
        cache[f"z{i}"] = z
        cache[f"a{i + 1}"] = np.maximum(z, 0) if i < 1 else z
    return cache["a2"], cache
rng = np.random.default_rng(0)
params = init([2, 4, 1], rng)
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]); Y = np.array([[0.], [1.], [1.], [0.]])
for step in range(50):
    out, cache = forward(params, X)
    d = 2 * (out - Y) / len(X)
    grads = {}
    for i in reversed(range(2)):
        if i < 1:
            d = d * (cache[f"z{i}"] > 0)
        grads[f"W{i}"] = cache[f"a{i}"].T @ d
        grads[f"b{i}"] = d.sum(axis=0)
        d = d @ params[f"W{i}"].T
    for k in params:
        params[k] -= 0.1 * grads[k]
print(np.mean((out - Y) ** 2))
---
import numpy as np
np.random.seed(0)
data = np.random.randn(12, 2) + np.repeat(np.array([[0, 0], [4, 4]]), 6, axis=0)
centers = data[[0, 6]].copy()
for _ in range(4):
    d = ((data[:, None, :] - centers[None]) ** 2).sum(-1)
    label = d.argmin(axis=1)
    for k in range(2):
        centers[k] = data[label == k].mean(axis=0)
print(centers, label)
---
import numpy as np
def attention(q, k, v, mask=None):
    s = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    if mask is not None:
        s = np.where(mask, s, -1e9)
    s = s - s.max(axis=-1, keepdims=True)
    p = np.exp(s); p /= p.sum(axis=-1, keepdims=True)
    return p @ v, p
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 4, 6))
h = 2
q = x.reshape(2, 4, h, 3).transpose(0, 2, 1, 3)
out, p = attention(q, q, q, np.tril(np.ones((4, 4), bool)))
out = out.transpose(0, 2, 1, 3).reshape(2, 4, 6)
print(out.shape, p.sum(-1), out[0, 0])
---
import numpy as np
def sigmoid(x): return 1 / (1 + np.exp(-x))
class LSTMCell:
    def __init__(self, n, h, rng):
        self.W = rng.normal(0, 0.1, (n + h, 4 * h))
        self.b = np.zeros(4 * h)
        self.h = h
    def step(self, x, state):
        h, c = state
        z = np.concatenate([x, h]) @ self.W + self.b
        i, f, o, g = np.split(z, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c
cell = LSTMCell(2, 3, np.random.default_rng(3))
state = (np.zeros(3), np.zeros(3))
for t in range(3):
    state = cell.step(np.array([t, 1.0]), state)
print(state[0])
---
import numpy as np
img = np.arange(25.0).reshape(5, 5); k = np.array([[1., 0.], [0., -1.]])
out = np.zeros((4, 4))
for i in range(4):
    for j in range(4):
        out[i, j] = np.sum(img[i:i+2, j:j+2] * k)
print(out, out.dtype)
---
import math
data = [("spam", "buy now"), ("ham", "see you now"), ("spam", "buy cheap")]
counts = {"spam": {}, "ham": {}}
totals = {"spam": 0, "ham": 0}
for label, text in data:
    for word in text.split():
        counts[label][word] = counts[label].get(word, 0) + 1
        totals[label] += 1
vocab = sorted({w for _, t in data for w in t.split()})
def score(label, text):
    s = math.log(sum(1 for l, _ in data if l == label) / len(data))
    for w in text.split():
        s += math.log((counts[label].get(w, 0) + 1) / (totals[label] + len(vocab)))
    return s
scores = {l: score(l, "buy now") for l in counts}
print(max(scores, key=scores.get), {k: round(v, 4) for k, v in scores.items()})
---
import numpy as np
x = np.array([1.0, 2.0, 3.0])
def numerical(f, x, h=1e-5):
    g = np.zeros_like(x)
    for i in range(x.size):
        e = np.zeros_like(x); e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g
f = lambda v: (v ** 3).sum()
print(np.allclose(numerical(f, x), 3 * x ** 2), np.abs(numerical(f, x) - 3 * x ** 2).max() < 1e-6)
---
import numpy as np
m, v, t = np.zeros(2), np.zeros(2), 0
theta = np.array([1.0, -1.0]); beta1, beta2, eps, lr = 0.9, 0.999, 1e-8, 0.1
for t in range(1, 6):
    g = 2 * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    m_hat = m / (1 - beta1 ** t)
    v_hat = v / (1 - beta2 ** t)
    theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
print(theta, m_hat, v_hat)
---
import numpy as np
grid = np.array([[0.1, 0.9], [0.5, 0.5]])
states = [0]
for obs in [0, 1, 1]:
    states.append(int(np.argmax(grid[states[-1]] * np.array([0.3, 0.7])[obs])))
print(states, np.linalg.matrix_power(grid, 3), np.cumsum(grid, axis=1), grid.flatten().tolist())
---
import numpy as np
a = np.array([5, 3, 8, 1])
order = np.argsort(a)[::-1]
top = a[order[:2]]
ranks = np.empty_like(a) if False else np.zeros_like(a)
ranks[order] = np.arange(len(a))
print(order, top, ranks, np.isin(3, a) if False else 3 in a.tolist(), a[a.argmax()], np.percentile(a, 50) if False else np.median(a))
---
import numpy as np
text = "hello world"
chars = sorted(set(text)); stoi = {c: i for i, c in enumerate(chars)}
N = np.zeros((len(chars), len(chars)), dtype=int)
for a, b in zip(text, text[1:]):
    N[stoi[a], stoi[b]] += 1
P = (N + 1) / (N + 1).sum(axis=1, keepdims=True)
nll = -sum(np.log(P[stoi[a], stoi[b]]) for a, b in zip(text, text[1:])) / (len(text) - 1)
print(f"{nll:.4f} {np.exp(nll):.3f}", N.sum(), P[0].sum())
""".strip().split("\n---\n")
"""What people write: training loops, clustering, attention, a recurrent cell, a convolution, naive Bayes, bigrams."""

FAILING = [
    ("x = [1.0]\ny = x[0] * 2\nz = y / 0", "ZeroDivisionError", None),
    ("import numpy as np\na = np.ones(3)\nb = a[5]", "IndexError", None),
    ("raise ValueError('stop')", "ValueError", "stop"),
    ("x = int('a')", "ValueError", "invalid literal for int() with base 10: 'a'"),
    ("assert 1 > 2, 'order'", "AssertionError", "order"),
    ("d = {}\nd['k']", "KeyError", "'k'"),
    ("def f(a): return a\nf()", "TypeError", "f() missing 1 required positional argument: 'a'"),
    ("def f(a): return a\nf(1, 2)", "TypeError", "f() takes 1 positional argument but 2 were given"),
    ("a, b = [1, 2, 3]", "ValueError", "too many values to unpack (expected 2)"),
    ("import math\nmath.sqrt(-1)", "ValueError", None),
    ("import math\nx = math.exp(1000)", "OverflowError", "math range error"),
    ("x = 'a' + 1", "TypeError", 'can only concatenate str (not "int") to str'),
    ("x = 1 + 'a'", "TypeError", "unsupported operand type(s) for +: 'int' and 'str'"),
    ("x = len(5)", "TypeError", "object of type 'int' has no len()"),
    ("def f():\n    x = y + 1\n    y = 2\nf()", "UnboundLocalError", None),
    ("import numpy as np\nbool(np.array([1, 2]))", "ValueError", None),
]
"""Programs that raise: what they raise, and the message where every version says the same."""
