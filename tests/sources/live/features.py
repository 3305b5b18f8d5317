# ruff: noqa: E501
"""Programs, one a row, that show what Python and NumPy let a program see of its own running."""

PROGRAMS: dict[str, str] = {}


def program(name: str, text: str) -> None:
    assert name not in PROGRAMS
    PROGRAMS[name] = text.lstrip("\n")


program("loops", """
def f(xs):
    out = []
    for x in xs:
        if x == 3: continue
        if x == 40: break
        out.append(x * 2)
    else:
        out.append("else")
    return out, x
print(f(range(5)), f(range(100)), f([0]))
try:
    print(f([]))
except UnboundLocalError as e:
    print(e)
for i in range(10):
    for j in range(10):
        if j > i: break
        if (i + j) % 3 == 0: continue
    else:
        print("inner else", i)
    if i == 7: break
else:
    print("never")
def g(n):
    while n:
        n -= 1
        if n == 5: continue
        for k in range(n):
            if k == 2: return n, k
    else:
        return "else"
print([g(n) for n in range(9)])
def h():
    i = 0
    while True:
        i += 1
        if i % 2: continue
        if i > 20: break
        yield i
print(list(h()))
n = 0
while n < 17:
    n += 1
    if n == 13: break
else:
    print("no")
print(n)
for n in 3, 4: pass
print(n)
for (a, b), *c in [((1, 2), 3, 4), ((5, 6), 7)]:
    print(a + b, c)
d = {}
for d["k"] in range(5): pass
print(d)
class O: pass
o = O()
for o.x in range(6): pass
print(o.x)
""")

program("iterators", """
class Loader:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def __next__(self):
        print("next", self.i)
        self.i += 1
        if self.i > 5:
            self.i = 0
            raise StopIteration
        return self.i * 1.5
l = Loader()
for epoch in range(3):
    for x in l:
        print(x + 1)
class Bare:
    def __iter__(self): return Only()
class Only:
    n = 0
    def __next__(self):
        self.n += 1
        if self.n > 9: raise StopIteration
        return self.n
for x in Bare(): print(x)
def gen():
    try:
        for i in range(30): yield i
    finally:
        print("closed")
def use(stop):
    for x in gen():
        if x == stop: return x
for s in (0, 1, 2, 5, 11): print(use(s))
for x in gen():
    if x > 4: break
print("after")
def boom():
    for x in gen():
        if x == 6: raise ValueError(x)
try:
    boom()
except ValueError as e:
    print("caught", e)
class Old:
    def __getitem__(self, i):
        if i > 8: raise IndexError
        return i
print([x for x in Old()])
for x in Old(): print(x, end=" ")
print()
for x in iter(lambda s=[0]: (s.append(s.pop() + 1), s[0])[1], 6): print(x)
it = iter(range(10))
for x in it:
    print(x, next(it, None))
for x in (y for y in range(4) for z in range(2)): print(x)
e = enumerate("abc")
for i, c in e: print(i, c)
""")

program("errors_loop", """
class It:
    def __iter__(self): return self
    n = 0
    def __next__(self):
        self.n += 1
        if self.n == 4: raise KeyError("in next")
        return self.n
for i in [1, 2]:
    try:
        for x in It():
            print(x)
    except KeyError:
        import traceback
        traceback.print_exc()
def f():
    for x in 5:
        pass
try:
    f()
except TypeError:
    traceback.print_exc()
for a, b in [(1, 2), (3,)]:
    print(a)
""")

program("errors_nested", """
import numpy as np
def inner(x):
    y = x * 2
    return y @ np.ones((3, 3)) + (
        x[0] / y[100]
    )
def outer(x):
    z = inner(x) + 1
    return z
for i in range(4):
    if i == 3:
        outer(np.ones(3))
""")

program("errors_kinds", """
import traceback, numpy as np
def t(f):
    try:
        f()
    except BaseException:
        traceback.print_exc()
class P:
    @property
    def bad(self): return 1 / 0
    def __add__(self, o): raise TypeError("no add")
    def __getitem__(self, k): raise KeyError(k)
    def __setitem__(self, k, v): raise IndexError(k, v)
    def __call__(self, *a, **k): raise RuntimeError(a, k)
    def __bool__(self): raise ValueError("bool")
    def __iadd__(self, o): raise TypeError("iadd")
p = P()
t(lambda: p.bad + 1)
t(lambda: 2 * (p + 3) - 1)
t(lambda: p[1:2, 3])
t(lambda: p(1, *[2, 3], k=4, **{"z": 5}))
t(lambda: 1 if p else 2)
def f1(): p[1] = 2 + 3
def f2():
    q = p
    q += 1
def f3(): undefined + 1
def f4(): undefined[1] = 2
def f5():
    x += 1
def f6():
    d = {}
    d["a"] += 1
def f7(): p.nope += 1
def f8():
    while p: pass
def f9():
    if not p: pass
def f10():
    a, b = 1, 2, 3
def f11():
    assert p == 3, "message " + str(1 + 1)
def f12():
    np.zeros(3).reshape(2, 2) + 1
def f13():
    a = np.zeros(3)
    a[5] = 1 * 2.0
def f14():
    a = np.zeros(3)
    a[:2] += np.ones(3)
def f15():
    x = (1 +
         undefined *
         2)
def f16():
    raise KeyError("a") from ValueError("b" + "c")
def f17():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise ValueError(str(e) + "!")
def f18():
    lst = [1, 2]
    lst[0], lst[5] = 3, 4
def f19():
    return [1 / (2 - x) for x in range(5)]
def f20():
    return sum(1 / (2 - x) for x in range(5))
def f21():
    a = np.ones((2, 3)); b = np.ones((4, 5))
    c = np.exp(a * 2) @ (
        b + 1)
def f22():
    for i in range(3):
        p.method(i)
def f23():
    with open("/nonexistent/" + "file") as g:
        pass
def f24():
    del p.zzz
def f25():
    return f"{undefined + 1}"
for k in range(1, 26): t(globals()[f"f{k}"])
""")

program("module_error", """
import numpy as np
x = np.ones((2, 3))
W = np.ones((4, 2))
def forward(a):
    return np.maximum(a @ W, 0)
print("start")
y = forward(x) + 1
""")

program("exit_status", """
import sys
def f():
    for i in range(10):
        if i == 6: sys.exit(3)
print("a", sys.argv)
f()
""")

program("exit_text", """
import sys
sys.stdout.write("no newline")
sys.exit("reason " + "text")
""")

program("exit_none", """
raise SystemExit
""")

program("exit_atexit", """
import atexit, sys
atexit.register(lambda: print("bye", 1 + 1))
class D:
    def __del__(self): print("del", self.n)
d = D(); d.n = 3
print("end")
""")

program("interrupt", """
import os, signal, time
for i in range(5):
    try:
        for j in range(1000):
            if j == 50 and i < 2:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)
    except KeyboardInterrupt:
        print("caught", i, j)
print("on")
os.kill(os.getpid(), signal.SIGINT)
time.sleep(1)
print("never")
""")

program("names", """
import sys
x = 1 + 2
y = [i * 2 for i in range(3)]
for k in range(3): z = k * 2
while k: k -= 1
y[0] += 5
print(sorted(globals()))
print(sorted(vars()))
class C:
    a = 3 * 4
    b = [q + 1 for q in range(a)]
    def m(self): return self.a * 2
    for t in range(3): u = t * 2
print([n for n in sorted(C.__dict__) if not n.startswith("__")], C().m())
def f(a, b=2):
    c = a * b + len("x" * 3)
    d = [v * c for v in range(2)]
    return sorted(locals()), dir(), eval("c + 1")
print(f(1))
def g(a):
    b = a * 2 + abs(a)
    return b
print(g.__code__.co_name, g.__code__.co_argcount, g.__code__.co_firstlineno, g.__qualname__, g.__doc__)
print(__name__, __file__[-8:], __doc__, __package__, __spec__, __annotations__)
""")

program("annotations", """
from __future__ import annotations
'''not a docstring'''
import dataclasses, typing
@dataclasses.dataclass
class P:
    x: float
    y: float = 2.0 * 3
    z: list = dataclasses.field(default_factory=lambda: [1 + 1])
    def norm(self) -> float: return (self.x ** 2 + self.y ** 2) ** 0.5
print(P(3.0, 4.0).norm(), P(1.0), P.__annotations__)
def f(a: int, *, b: "str" = "x" * 2) -> list[int]:
    'doc'
    c: int = a * 2
    d: str
    return [c]
print(typing.get_type_hints(f), f(2), f.__doc__, f.__kwdefaults__)
v: float = 1.0 + 2
w: int
print(__annotations__)
""")

program("classes", """
import enum, functools, abc
from typing import NamedTuple
class A:
    def __init__(self, n): self.n = n; self.__p = n * 2
    def get(self): return self.__p + self.n
    @classmethod
    def make(cls, n): return cls(n + 1)
    @staticmethod
    def s(n): return n * 3
    @property
    def prop(self):
        print("get"); return self.n * 1.5
    @prop.setter
    def prop(self, v):
        print("set", v); self.n = v
    def __enter__(self): print("enter"); return self
    def __exit__(self, *a): print("exit", a[0]); return True
class B(A):
    def __init__(self, n):
        super().__init__(n * 10)
        self.k = super().get() + 1
    def get(self): return super().get() * 2 + super(B, self).get()
b = B.make(2)
print(b.n, b.k, b.get(), A.s(3) + B.s(4))
b.prop += 5
b.prop *= 2
print(b.prop)
with b as q, A(1) as r:
    q.n += 1; print(r.n * 2)
    1 / 0
class E(enum.Enum):
    X = 1 + 1
    Y = 3 * 3
print(list(E), E.X.value * 2)
class T(NamedTuple):
    a: int
    b: float = 1.5 * 2
    def s(self): return self.a + self.b
print(T(1).s(), T(2, 3.0))
class S:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1 + 1; self.b = self.a * 2
s = S(); s.a += 3; print(s.a, s.b)
class M(type):
    def __new__(m, n, b, d): print(sorted(k for k in d if "um" in k)); return super().__new__(m, n, b, d)
class K(metaclass=M):
    x = 1 + 1
    x += 2
    y = [x for x in range(x)]
@functools.lru_cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(40), fib.cache_info(), fib(5) is fib(5))
class V:
    def __init__(self, v): self.v = v
    def __add__(self, o): print("add", self.v); return V(self.v + getattr(o, "v", o))
    __radd__ = __add__
    def __mul__(self, o): print("mul", self.v); return V(self.v * getattr(o, "v", o))
    def __neg__(self): print("neg"); return V(-self.v)
    def __lt__(self, o): print("lt"); return self.v < o.v
    def __iadd__(self, o): print("iadd"); self.v += o.v; return self
    def __getitem__(self, k): print("getitem", k); return self.v
    def __setitem__(self, k, v): print("setitem", getattr(k, "v", k), getattr(v, "v", v))
    def __call__(self, *a): print("call", a); return self
    def __eq__(self, o): print("eq"); return True
    def __hash__(self): return 1
    def __bool__(self): print("bool"); return self.v > 0
    def __contains__(self, x): print("contains"); return x
a, b, c = V(1), V(2), V(3)
r = a + b * c + -a(1)(2) + a[1:2, ::3, ..., None]
print(r.v, a < b < c, a == b, 3 in a, not a)
a += b
a[b] = c
a[1, 2:3] = 4
a["x"] += 1
if a and b or c: print("yes")
print(1 if a else 2)
while c:
    print("loop"); c.v -= 1
""")

program("closures", """
def make():
    total = 0
    def add(v):
        nonlocal total
        total += v * 2
        return total
    return add
a, b = make(), make()
for i in range(9): a(i)
print(a(1), b(1))
fs = [lambda k=k: k * i for k in range(3) for i in range(2)]
print([f() for f in fs])
def outer(x):
    g = [lambda: x * 2 + y for y in range(3)]
    h = {k: (lambda: k + x) for k in range(3)}
    return [f() for f in g], [h[k]() for k in h]
print(outer(3))
G = 0
def up():
    if True:
        for i in range(20):
            global G
            G += i * 2
    return G
print(up(), G)
def shadow():
    x = 1
    def f():
        nonlocal x
        x = 10
        return 5
    return x + f(), x + f() + x, [x, f(), x]
print(shadow())
def walrus(n):
    return (y := n * 2) + y * (y := 3) + y, [z := q * 2 for q in range(n)], z
print(walrus(3))
if (n := len("abc") * 2) > 3: print(n)
print(any((hit := v) > 2 for v in range(5)), hit)
def rec(n): return 1 if n == 0 else n * rec(n - 1) + (lambda q: q * 2)(n)
print(rec(20))
print((lambda *a, **k: (a[0] + k["z"]) * 2)(1, z=2))
class Acc:
    fs = [lambda s, i=i: i * 2 for i in range(3)]
print([f(None) for f in Acc.fs])
x = 5
def late(): return x + 1
x = 7
print(late())
def defaults(a, b=x * 2, *c, d=[1 + 1], **e):
    d.append(a * b); return d
defaults(1); print(defaults(2, 3))
""")

program("generators", """
def g(n):
    total = 0
    while True:
        got = yield total * 2
        if got is None: got = 1
        total += got * n
        if total > 50: return total + 1
def d():
    r = yield from g(3)
    print("returned", r)
    yield r * 2
it = d()
print(next(it), it.send(2), it.send(3))
print([v for v in it])
def close():
    try:
        for i in range(100): yield i * 2
    except GeneratorExit:
        print("exit"); raise
    finally:
        print("finally")
c = close(); next(c); next(c); c.close()
c = close(); next(c)
try: c.throw(ValueError("x"))
except ValueError as e: print(e)
def mixed():
    x = 1 + (yield 1) * (yield 2)
    yield x
m = mixed(); print(next(m), m.send(3), m.send(4))
gen = (a * b for a in range(3) for b in range(a) if (a + b) % 2)
print(list(gen))
s = {k: v * 2 for k, v in zip("abc", range(3)) if v * 2 != 2}
print(s, {q % 3 for q in range(9)})
def suspended():
    for i in range(12): yield i * 2.0
p = suspended()
for i in range(10):
    v = next(p)
    print(v + i, end=" ")
print()
def interleave(a, b):
    for x, y in zip(a, b): yield x * y
print(list(interleave(suspended(), suspended())))
""")

program("asynchronous", """
import asyncio
async def work(n):
    await asyncio.sleep(0)
    return n * 2 + await other(n)
async def other(n):
    async with Ctx() as c: return c + n
class Ctx:
    async def __aenter__(self): return 5 * 2
    async def __aexit__(self, *a): print("aexit", a[0])
async def agen(n):
    for i in range(n):
        yield i * 2
        await asyncio.sleep(0)
async def main():
    print(await asyncio.gather(*(work(i) for i in range(5))))
    print([x + 1 async for x in agen(4)])
    async for y in agen(5):
        if y == 4: break
        print(y * 3)
    else:
        print("else")
    try:
        await asyncio.wait_for(asyncio.sleep(5), 0.01 * 1)
    except asyncio.TimeoutError:
        print("timeout")
asyncio.run(main())
""")

program("match_try", """
def m(x):
    match x:
        case [a, b] if a + b > 3: return a * b
        case [a, *rest]: return a + len(rest)
        case {"k": v, **r}: return v * 2, r
        case int() | float() as n: return n + 1
        case str(s): return s + "!"
        case _: return None
print([m(v) for v in ([1, 5], [1, 1], {"k": 2, "z": 1}, 4, 2.5, "q", None)])
def t(n):
    try:
        if n == 0: return 1 / n
        if n == 1: raise KeyError(n * 2)
        r = n * 2
    except ZeroDivisionError as e:
        return "zero " + str(e)
    except (KeyError, ValueError):
        return "key"
    else:
        return r + 1
    finally:
        print("finally", n)
print([t(n) for n in range(3)])
def loop():
    for i in range(8):
        try:
            if i % 2: continue
            if i == 6: break
            print(i * 2)
        finally:
            print("f", i)
    return i
print(loop())
try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2), KeyError(3)])
except* ValueError as e:
    print("v", e.exceptions)
except* TypeError as e:
    print("t", e.exceptions)
except* KeyError:
    print("k")
try:
    x = [1, 2][5 * 1]
except IndexError:
    print("e" in dir())
print("x" in dir())
import contextlib
with contextlib.suppress(ValueError):
    for i in range(10):
        if i == 5: raise ValueError
print(i)
assert i * 2 == 10, "no"
del i
print("i" in globals())
""")

program("numpy_basics", """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3)); y = X @ [1., -2., .5] + 0.1 * rng.normal(size=40)
W, b = np.zeros(3), 0.0
for step in range(100):
    p = X @ W + b
    r = p - y
    gW = 2 * X.T @ r / len(y); gb = 2 * r.mean()
    W -= 0.1 * gW
    b -= 0.1 * gb
    if step % 30 == 0: print(step, (r ** 2).mean())
print(W.tobytes().hex(), b)
a = np.arange(12.).reshape(3, 4)
v = a[1:, ::2]
v += 10
a[0] = a[1] * 2
a[a > 12] -= 1
a[[0, 0, 2], [1, 1, 3]] += 5
np.add.at(a, ([0, 0], [1, 1]), 1)
a.T[0] = -1
a[:, [0, 1]] = a[:, [1, 0]]
np.exp(a, out=a, where=a < 3)
np.multiply(a, 2, a)
a.sort(axis=0); a.fill(a.max()) if a.min() > 1e9 else None
print(a, a.sum(), a[-1, ..., None].shape, a.flat[3], a.real[0])
a.shape = (4, 3); a.flat[2] = 7; a.flat = a.flat[::-1].copy()
print(a, a.strides)
rng.shuffle(a); np.random.seed(1); print(a, np.random.rand(3), rng.integers(0, 9, 4))
m = np.matrix([[1, 2], [3, 4]]); print(m * m, m.A1, m.H)
ma = np.ma.array([1., 2, 3], mask=[0, 1, 0]); print(ma + 1, ma.mean())
s = np.zeros(3, dtype=[("a", "f8"), ("b", "i4")]); s["a"] += 1.5; s["b"][1] = 3; s[2] = (9, 9); print(s)
o = np.array([1, "x", None, [1]], dtype=object); o[3] += [2]; print(o, o[0] + 1)
f = np.asfortranarray(a); f *= 2; print(f.flags.f_contiguous, f.ravel("K"))
c = np.array([1 + 2j, 3]); c.real += 1; c.imag[0] = 9; print(c, abs(c), c.conj() * c)
i8 = np.int8(100); print(np.float32(1) / 3, np.float16(2) ** 3)
u = np.arange(5, dtype=np.uint8); u -= 1; print(u, u.dtype, u.view(np.int8), u[0] + np.uint8(1))
x = np.float64(2.0); x += 1; x **= 2; print(x, type(x))
t = np.ones((2, 2)); t @= t + 1; print(t, t.dot(t).trace(), np.linalg.inv(t + np.eye(2)))
print(np.einsum("ij,jk->ik", t, t), np.where(t > 2, t, 0), np.stack([t[0], t[1]], 1), np.concatenate((t, t)).mean(0))
g = np.vectorize(lambda q: q * 2 + 1); print(g(np.arange(3)))
print(np.apply_along_axis(lambda r: r.sum() * 2, 1, t), np.fromfunction(lambda i, j: i * 2 + j, (2, 2)))
print(sum(row.sum() for row in t), max(t[0]), sorted(t[1]), list(map(float, t[0])), [*t[0]], {k: v for k, v in zip("ab", t[0])})
with np.nditer(t, op_flags=["readwrite"]) as it:
    for e in it: e[...] = e * 2
print(t)
for row in t: row += 1
for i, row in enumerate(t): row[i] = 0
print(t, np.ndenumerate(t).__class__.__name__, [k for k, v in np.ndenumerate(t) if v])
""")

program("resize_refs", """
import numpy as np, sys, weakref, gc
a = np.arange(6.) * 2
b = a + 1
a.resize(10)
print(a)
a.resize((2, 5)); print(a.shape)
c = np.zeros(3)
c += 1
print(sys.getrefcount(c), sys.getrefcount(a))
def f():
    d = np.ones(4) * 3
    d[1] = 5
    d += d * 2
    d.resize(2)
    e = d
    try: d.resize(9)
    except ValueError as err: print(str(err)[:40])
    return sys.getrefcount(d), sys.getrefcount(e * 2), d
print(f())
class Node:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
    def __add__(self, o): return Node(self.n + o.n)
    def __iadd__(self, o): return Node(self.n + o.n)
x = Node(1) + Node(2) + (Node(3) + Node(4))
print("made", x.n)
x = Node(9)
x += Node(1)
print("added")
w = weakref.ref(x)
x = None
print(w())
def g():
    n = Node("local")
    m = [Node(i) for i in range(3)]
    m[1] = None
    m[0] += Node(5)
    print("returning")
    return len(m) * 2
print(g())
for i in range(4):
    q = Node(f"loop{i}")
    print(q.n)
q = None
wa = weakref.ref(b)
print(weakref.getweakrefcount(np.ones(3) * 2))
del b
print(wa())
def h():
    try:
        return Node("a") + (Node("b") + 3)
    except AttributeError:
        print("handler")
h()
def taken(a, n):
    b = Node("callee's")
    a.resize(n)
    return a.sum() * 2
print(taken(np.ones(3) * 2, 7))
def two(p, q):
    r = Node("local")
    return r.n
two(Node("arg"), Node(5) + Node(6)).upper()
print("done")
arr = np.ones(5) * 2
wr = weakref.ref(arr)
print(weakref.getweakrefcount(arr))
for j in range(6):
    t = arr * j
    wt = weakref.ref(t)
    t = None
    print(wt())
gc.collect()
print(len([o for o in gc.get_objects() if isinstance(o, Node)]))
""")

program("warnings_errstate", """
import numpy as np, warnings, sys
a = np.array([0., 1., -1.])
def f(x): return np.log(x) + 1 / x
for i in range(5):
    f(a)
def noisy(k):
    warnings.warn("careful " + str(k % 2), UserWarning, stacklevel=2)
    return k * 2
for k in range(6): noisy(k)
with np.errstate(divide="ignore", invalid="ignore"):
    print(f(a))
with np.errstate(all="raise"):
    for i in range(3):
        try:
            print(np.exp(1000.0 * i) * 1)
        except FloatingPointError as e:
            print(e)
print(np.geterr())
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    np.float64(1) / np.zeros(2)
    np.array([1, 2], dtype=np.int8) + np.int8(127)
    print([str(x.message) for x in w], [x.lineno for x in w])
warnings.simplefilter("error")
try:
    f(a)
except RuntimeWarning as e:
    print("error", e)
old = np.seterr(over="call"); np.seterrcall(lambda *q: print("call", q))
print(np.float32(3e38) * np.float32(10), np.exp(np.array([1000.])))
""")

program("syntax_warnings", """
import warnings
x = 5
if x is 5: print("is")
assert (x, "always")
print("\\d")
y = [1, 2]
print(y is [])
def twice():
    for i in range(3):
        if i is 2: return "\\s"
print(twice())
""")

program("frames", """
import sys, inspect
def who(): return sys._getframe(1).f_code.co_name, sorted(k for k in sys._getframe(1).f_locals)
def a(x):
    y = x * 2 + len(str(x))
    return who() + (y,)
print(a(3))
def depth():
    f, n = sys._getframe(), 0
    while f: f = f.f_back; n += 1
    return n
base = depth()
def r(n): return depth() - base if n == 0 else r(n - 1) + 0
print(r(0), r(5), [depth() - base for _ in range(1)])
def line():
    return inspect.currentframe().f_back.f_lineno
print(line() + 0,
      line() * 1)
print(inspect.getsource(a), inspect.signature(a))
for i in range(3): print(line(), sorted(k for k in locals() if k.startswith("_u")))
class Q:
    def m(self): return who()
print(Q().m())
""")

program("recursion", """
import sys
def r(n): return 1 + r(n + 1)
try:
    r(0)
except RecursionError as e:
    print("deep", type(e).__name__)
def ack(m, n):
    if m == 0: return n + 1
    if n == 0: return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))
print(ack(2, 3))
def hanoi(n, a, b, c):
    if n: yield from hanoi(n - 1, a, c, b); yield a + b; yield from hanoi(n - 1, c, b, a)
print("".join(hanoi(4, "a", "b", "c")))
sys.setrecursionlimit(300)
def deep(n): return n if n == 0 else deep(n - 1) + 1
print(deep(150))
for i in range(3):
    try: r(0)
    except RecursionError: print("again")
print(deep(100))
""")

program("threads", """
import threading, queue, concurrent.futures as cf, numpy as np
out = []
lock = threading.Lock()
def work(k):
    t = 0.0
    for i in range(200): t += np.sqrt(i * k)
    with lock: out.append(t)
    return t
ts = [threading.Thread(target=work, args=(k,)) for k in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(sorted(out))
with cf.ThreadPoolExecutor(3) as ex: print(list(ex.map(work, range(5))))
def bad(): raise ValueError("in thread " + str(1 + 1))
th = threading.Thread(target=bad, name="T"); th.start(); th.join()
""")

program("forks", """
import os, sys, numpy as np
a = np.arange(4.) * 2
sys.stdout.flush()
pid = os.fork()
if pid == 0:
    for i in range(5): a += i
    print("child", a)
    sys.stdout.flush()
    os._exit(4)
print("parent", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
import multiprocessing as mp
def f(x): return x * 2 + 1
if __name__ == "__main__":
    with mp.get_context("fork").Pool(2) as p: print(p.map(f, range(5)))
""")

program("pickles", """
import pickle, copy, numpy as np
class A:
    def __init__(self, n): self.n = n * 2
    def m(self): return self.n + 1
def f(x): return x * 2
a = pickle.loads(pickle.dumps([A(2), f, A(3).m, np.arange(3) * 2]))
print(a[0].m(), a[1](4), a[2](), a[3])
b = copy.deepcopy(A(5)); print(b.m(), copy.copy(f)(2))
import types
print(type(f.__code__), f.__closure__, f.__globals__ is globals())
g = types.FunctionType(f.__code__, {}, "g"); print(g(21))
""")

program("dynamic", """
exec("q = 1 + 2\\nprint(q * 2)")
print(eval("q + 1"))
ns = {}
exec(compile("def h(x):\\n  return x * 2", "<made>", "exec"), ns)
print(ns["h"](4))
code = "for i in range(3):\\n    total = i * 2\\n"
exec(code); print(total)
print(globals().get("_um1"), [k for k in globals() if k.startswith("_u")])
s = ""
for c in "abcdefghij": s += c * 2
print(s, f"{1 + 1:>{2 * 3}} {s!r:.5} {len(s) * 2 = }")
x = 10
x //= 3; x <<= 2; x |= 1; x ^= 7; x &= 14; x >>= 1; x %= 4; x **= 2; x @= 1 if False else x if False else x.__class__(1) if hasattr(x, "__matmul__") else x if False else 1 if False else x
""")

program("order", """
def n(v, r=None):
    print(v, end=" ")
    return v if r is None else r
print(n(1) + n(2) * n(3) - n(4))
d = {n("k"): n("v")}
lst = n("L", [0] * 5)
n("t", lst)[n("i", 1)] = n("v", 5)
n("t", lst)[n("i", 1)] += n("v", 5)
n("a", lst)[n("b", 0)], n("c", lst)[n("d", 2)] = n("e", 7), n("f", 8)
n("a", lst)[n("b", 0)] = n("c", lst)[n("d", 2)] = n("e", 9)
n("a", lst)[n("lo", 1):n("hi", 3):n("st", 1)] = n("v", [1, 2])
print(lst, n("f", max)(n(1), *n("s", [2, 3]), key=n("k", lambda q: -q), **n("kw", {})))
print(n(1) < n(2) < n(1) < n(5), n(0) and n(1) or n(2), n(1) if n(0) else n(2))
(n("x", [[]])[n("y", 0)]).append(n("z"))
a = b = n("m", [1]); a += n("q", [2]); print(a is b, b)
x, *y = n("u", [1, 2, 3]); print(x, y)
print([n(i) + n(j) for i in n("I", [1, 2]) for j in n("J", [3]) if n(i)])
class P:
    def __getattr__(self, k): print("get", k, end=" "); return 5
    def __setattr__(self, k, v): print("set", k, v, end=" ")
p = P()
n("o", p).attr += n("v", 2)
n("o", p).attr = n("v", 2)
print(n("o", p).x * n("o", p).y)
""")

program("binary_output", """
import sys, os
sys.stdout.buffer.write(bytes(range(128)) + b"\\xff\\xfe")
sys.stdout.flush()
os.write(1, b"raw")
print("é ∂", file=sys.stderr)
""")

program("chdir", """
import os, tempfile
here = os.getcwd()
os.chdir(tempfile.gettempdir())
import json
print(os.path.basename(__file__), len(__file__) > 10)
os.chdir(here)
raise ValueError("after chdir")
""")

program("context_values", """
import contextvars, decimal, fractions, math
v = contextvars.ContextVar("v", default=1)
print(v.get() + 1, v.set(3), v.get() * 2) if False else print(v.get() + 1)
print(decimal.Decimal("1.1") * 3, fractions.Fraction(1, 3) + 1, math.exp(1) / math.pi, 10 ** 30 + 1, 7 // 2, -7 % 3, 2 ** -1)
print(1 + True, "a" * 3 + "b", [1] + [2], (1,) * 2, b"a" + b"b", {1} | {2}, {"a": 1} | {"b": 2}, "%d %s" % (1, "x"))
print(complex(1, 2) * 2, (0.1 + 0.2) * 3, 1e308 * 10, -(0.0), not 1, ~5, +3)
print(round(2.567, 1), abs(-3.5), min(1, 2.5), max([1, 2]), sum([0.1] * 10), divmod(7, 2), pow(2, 5, 7), len([1]) * 2)
""")

program("imports", """
import sys, os, tempfile, traceback
folder = tempfile.mkdtemp(dir=os.path.dirname(__file__))
os.chdir(folder); sys.path.insert(0, ".")
open("good_one.py", "w").write("import json\\nx = 1 + 2\\ndef f(a):\\n    return a / 0\\n")
open("bad_one.py", "w").write("x = (1\\n")
open("raising.py", "w").write("import good_one\\ny = good_one.x * 2\\ngood_one.f(y)\\n")
import good_one
print(good_one.x, good_one.__name__, os.path.basename(good_one.__file__), good_one.__spec__.name, good_one.__cached__ is None)
for name in ("bad_one", "raising", "missing_one"):
    try:
        __import__(name)
    except Exception:
        print(traceback.format_exc().replace(folder, "F"))
import importlib
importlib.reload(good_one)
print(good_one.f.__code__.co_filename.replace(folder, "F"))
""")

program("nested_deep", """
total = 0
for v0 in range(1 + (0 == 3)):
    for v1 in range(1 + (1 == 3)):
        for v2 in range(1 + (2 == 3)):
            for v3 in range(1 + (3 == 3)):
                for v4 in range(1 + (4 == 3)):
                    for v5 in range(1 + (5 == 3)):
                        for v6 in range(1 + (6 == 3)):
                            for v7 in range(1 + (7 == 3)):
                                for v8 in range(1 + (8 == 3)):
                                    for v9 in range(1 + (9 == 3)):
                                        for v10 in range(1 + (10 == 3)):
                                            for v11 in range(1 + (11 == 3)):
                                                for v12 in range(1 + (12 == 3)):
                                                    for v13 in range(1 + (13 == 3)):
                                                        for v14 in range(1 + (14 == 3)):
                                                            total += 1
print(total)
""")

program("long_expression", """
print(sum([1]) + 0 + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 19 + 20 + 21 + 22 + 23 + 24 + 25 + 26 + 27 + 28 + 29 + 30 + 31 + 32 + 33 + 34 + 35 + 36 + 37 + 38 + 39 + 40 + 41 + 42 + 43 + 44 + 45 + 46 + 47 + 48 + 49 + 50 + 51 + 52 + 53 + 54 + 55 + 56 + 57 + 58 + 59 + 60 + 61 + 62 + 63 + 64 + 65 + 66 + 67 + 68 + 69 + 70 + 71 + 72 + 73 + 74 + 75 + 76 + 77 + 78 + 79 + 80 + 81 + 82 + 83 + 84 + 85 + 86 + 87 + 88 + 89 + 90 + 91 + 92 + 93 + 94 + 95 + 96 + 97 + 98 + 99 + 100 + 101 + 102 + 103 + 104 + 105 + 106 + 107 + 108 + 109 + 110 + 111 + 112 + 113 + 114 + 115 + 116 + 117 + 118 + 119 + 120 + 121 + 122 + 123 + 124 + 125 + 126 + 127 + 128 + 129 + 130 + 131 + 132 + 133 + 134 + 135 + 136 + 137 + 138 + 139 + 140 + 141 + 142 + 143 + 144 + 145 + 146 + 147 + 148 + 149 + 150 + 151 + 152 + 153 + 154 + 155 + 156 + 157 + 158 + 159 + 160 + 161 + 162 + 163 + 164 + 165 + 166 + 167 + 168 + 169 + 170 + 171 + 172 + 173 + 174 + 175 + 176 + 177 + 178 + 179 + 180 + 181 + 182 + 183 + 184 + 185 + 186 + 187 + 188 + 189 + 190 + 191 + 192 + 193 + 194 + 195 + 196 + 197 + 198 + 199 + 200 + 201 + 202 + 203 + 204 + 205 + 206 + 207 + 208 + 209 + 210 + 211 + 212 + 213 + 214 + 215 + 216 + 217 + 218 + 219 + 220 + 221 + 222 + 223 + 224 + 225 + 226 + 227 + 228 + 229 + 230 + 231 + 232 + 233 + 234 + 235 + 236 + 237 + 238 + 239 + 240 + 241 + 242 + 243 + 244 + 245 + 246 + 247 + 248 + 249 + 250 + 251 + 252 + 253 + 254 + 255 + 256 + 257 + 258 + 259 + 260 + 261 + 262 + 263 + 264 + 265 + 266 + 267 + 268 + 269 + 270 + 271 + 272 + 273 + 274 + 275 + 276 + 277 + 278 + 279 + 280 + 281 + 282 + 283 + 284 + 285 + 286 + 287 + 288 + 289 + 290 + 291 + 292 + 293 + 294 + 295 + 296 + 297 + 298 + 299 + 300 + 301 + 302 + 303 + 304 + 305 + 306 + 307 + 308 + 309 + 310 + 311 + 312 + 313 + 314 + 315 + 316 + 317 + 318 + 319 + 320 + 321 + 322 + 323 + 324 + 325 + 326 + 327 + 328 + 329 + 330 + 331 + 332 + 333 + 334 + 335 + 336 + 337 + 338 + 339 + 340 + 341 + 342 + 343 + 344 + 345 + 346 + 347 + 348 + 349 + 350 + 351 + 352 + 353 + 354 + 355 + 356 + 357 + 358 + 359 + 360 + 361 + 362 + 363 + 364 + 365 + 366 + 367 + 368 + 369 + 370 + 371 + 372 + 373 + 374 + 375 + 376 + 377 + 378 + 379 + 380 + 381 + 382 + 383 + 384 + 385 + 386 + 387 + 388 + 389 + 390 + 391 + 392 + 393 + 394 + 395 + 396 + 397 + 398 + 399)
x = 2.0
print(x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x)
""")

program("encodings", """# -*- coding: utf-8 -*-
s = "caf\u00e9"; print(len(s), ascii(s)); naïve = 1.5 * 2; print(naïve + 1)
π = 3.0
def f(λ): return λ * π + undefined
try:
    f(2.0)
except NameError:
    import traceback; traceback.print_exc()
""")

program("hostile_objects", """
import numpy as np
class Spy:
    def __getattribute__(self, name):
        print("asked", name)
        return object.__getattribute__(self, name)
    def __getattr__(self, name):
        print("missing", name)
        raise AttributeError(name)
    def __call__(self, *a): return np.ones(3) * 2
    def __len__(self): print("len"); return 3
    def __iter__(self): print("iter"); return iter([1.0, 2.0])
    def __array__(self, dtype=None, copy=None): print("array"); return np.arange(3.0)
    def __eq__(self, o): print("eq"); return True
    def __add__(self, o): return np.float64(2.5)
    def method(self, x, out=None): return x
    def pair(self): return 1.0, np.zeros(2)
class Liar:
    @property
    def __class__(self): print("class?"); return float
    def __bool__(self): print("bool"); return True
    def __mul__(self, o): return self
for i in range(3):
    s, l = Spy(), Liar()
    x = s(1) + 1
    y = s + 1
    z = s.method(x, out=x) * 2
    p, q = s.pair()
    w = np.asarray(s) * 2
    t = [s, l][0]
    u = (l * 2) * 3
    if u: v = 1
    d = {"s": s}
    d["s"].method(1)
    m = max(3.0, 2.0, key=lambda k: -k)
    print(type(x), y, z, p, q, w, m)
""")


program("code_objects_hash", """
import types
def outer(n):
    total = 0
    for i in range(n):
        total += i * 1.5
    def inner(x):
        return [x * k for k in range(2)]
    return total, inner(2.0)
class Held:
    size = 3
    for size in range(size): pass
    def method(self): return self.size + 1.0
seen = {}
todo = [outer.__code__, Held.method.__code__, (lambda x: x + 1.0).__code__]
while todo:
    code = todo.pop()
    seen[code] = seen.get(code, 0) + 1
    todo += [c for c in code.co_consts if isinstance(c, types.CodeType)]
print(sorted(c.co_name for c in seen)[:2], outer.__code__ == outer.__code__, outer.__code__ in seen)
print(outer(5), Held().method(), {outer.__code__: 1}[outer.__code__])
""")
