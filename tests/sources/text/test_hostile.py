"""Texts that mean harm, or that nobody can read: refused by name and place, quickly, and nothing of them executed."""

from __future__ import annotations

import time

import pytest

from unmagic.core.errors import LimitReached, SyntaxUnread, Unbound, UnmagicError, Unsupported
from unmagic.core.limits import WEB
from unmagic.sources.text import read_text

OUT_OF_REACH = [
    "__import__('os').system('touch /tmp/unmagic_was_here')",
    "import os",
    "from os import path",
    "import numpy.ctypeslib",
    "import sys as numpy",
    "().__class__.__bases__[0].__subclasses__()",
    "x = (1).__class__",
    "f = lambda: 0\nf.__globals__",
    "f = lambda: 0\nf.__code__",
    "class A: pass\nA.__mro__",
    "class A: pass\nA().__dict__",
    "class A: pass\na = A()\na.__class__ = int",
    "import numpy as np\nnp.__builtins__",
    "import numpy as np\nnp.__loader__",
    "import numpy as np\nnp.load('/etc/passwd')",
    "import numpy as np\nnp.save('x', 1)",
    "import numpy as np\nnp.fromfile('/etc/passwd')",
    "import numpy as np\nnp.lib",
    "import numpy as np\nnp.array([1]).__array_interface__",
    "import numpy as np\nnp.array([1]).ctypes",
    "import numpy as np\nnp.array([1]).tofile('x')",
    "import numpy as np\nnp.array(['a'])",
    "import numpy as np\nnp.array([1], dtype=object)",
    "import numpy as np\nnp.frompyfunc(print, 1, 1)",
    "import numpy as np\nnp.vectorize(print)",
    "import torch\ntorch.load('x')",
    "import torch\ntorch.hub",
    "import torch\ntorch.ops",
    "import math\nmath.__loader__",
    "eval('1')",
    "exec('x = 1')",
    "open('/etc/passwd')",
    "compile('1', '', 'eval')",
    "globals()",
    "getattr(1, 'real')",
    "setattr(print, 'x', 1)",
    "vars()",
    "input()",
    "breakpoint()",
    "'{0.__class__}'.format(1)",
    "'{0[0]}'.format([1])",
    "'{:{}}'.format(1, 5)",
    "print.__self__",
    "len.__class__",
    "try:\n    1/0\nexcept ZeroDivisionError as e:\n    e.__traceback__",
    "'a'.encode()",
    "x = 1j",
    "x = b'abc'",
    "def g():\n    yield 1\ng()",
    "async def f(): pass",
    "with open('x') as f: pass",
    "match 1:\n    case 1: pass",
    "def f(): pass\nprint(f)",
    "import numpy as np\nnp.random.rand(3)",
    "import numpy as np\nnp.random.default_rng()",
    "import numpy as np\nnp.empty(3)",
    "import torch\ntorch.randn(3)",
    "import torch\nx = torch.nn.Linear(2, 2)(torch.ones(2))",
    "import torch\ntorch.nn.Dropout()(torch.ones(2))",
    "import torch\ntorch.nn.LSTM(2, 3)",
    "from numpy import *",
    "from . import x",
    "round(5, -10**9)",
]

PAST_A_LIMIT = [
    "9**9**9**9",
    "x = 10 ** 400",
    "x = 2\nfor i in range(100): x = x * x",
    "x = 1 << 100000",
    "x = 7 ** 365 ** 2",
    "import math\nmath.factorial(100000)",
    "import math\nmath.comb(10**6, 10**5)",
    "x = [0] * 10**9",
    "x = 'a' * 10**9",
    "x = list(range(10**9))",
    "x = sum(range(10**9))",
    "x = [1]\nwhile True: x = x + x",
    "x = 'ab'\nwhile True: x += x",
    "while True: pass",
    "for i in range(10**9): pass",
    "x = 1.0\nwhile True: x = x + 1.0",
    "def f(n): return f(n + 1)\nf(0)",
    "f = lambda n: f(n)\nf(0)",
    "print('x' * 90000)\nprint('x' * 90000)",
    "print(f'{1:1000000}')",
    "print('%1000000d' % 1)",
    "print('a'.rjust(10**8))",
    "import numpy as np\nnp.zeros((10**5, 10**5))",
    "import numpy as np\nnp.ones(10**12)",
    "import numpy as np\nnp.eye(10**6)",
    "import numpy as np\nnp.arange(10**12)",
    "import numpy as np\nnp.linspace(0, 1, 10**12)",
    "import numpy as np\nx = np.ones(10**5)\ny = x[:, None] * x",
    "import numpy as np\nx = np.ones(10**4)\nnp.outer(x, x)",
    "import numpy as np\nnp.tile([1], 10**10)",
    "import numpy as np\nnp.repeat([1], 10**10)",
    "import numpy as np\nnp.pad([1], 10**10)",
    "import numpy as np\nnp.broadcast_to(1, (10**6, 10**6))",
    "import numpy as np\nnp.random.default_rng(0).normal(size=10**10)",
    "import numpy as np\nnp.bincount([10**9])",
    "import numpy as np\nnp.tri(10**6)",
    "x = [[0] * 10**5 for i in range(10**5)]",
    "x = ['a' * 10**5 for i in range(10**5)]",
    "0.5 in range(10**15)\nwhile True: pass",
    "import numpy as np\na = np.ones(1000)\nnp.einsum('i,j,k,l->', a, a, a, a)",
    "import numpy as np\nxs = []\nwhile True: xs.append(np.ones(10**5) * 2.0)",
    "import torch\ntorch.zeros(10**12)",
    "import torch\ntorch.nn.Linear(10**6, 10**6)",
    "import torch\ntorch.nn.functional.one_hot(torch.tensor(10**9), 10**10)",
    "import torch\ntorch.ones(1).expand(10**6, 10**6)",
    "(" * 90 + "1" + ")" * 90 + " + " + "-" * 200 + "1",
    "x = " + "-" * 5000 + "1",
    "x = " + "[" * 150 + "]" * 150,
    "x = " + "(lambda: " * 100 + "1" + ")" * 100,
    "x = 1 " + "if 1 else 2 " * 300,
    "\n".join(" " * i + "if 1:" for i in range(95)) + "\n" + " " * 95 + "x = 1",
]

UNREAD = ["x = ", "x = (1", "def f(:\n  pass", "x = 1 +* 2", "\tx = 1\n  y", "return 1", "x = 'a", "\x00", "break"]


def fails(text: str) -> None:
    program = read_text(text, {})
    if program.failure is not None:
        raise program.failure


@pytest.mark.parametrize("text", OUT_OF_REACH)
def test_what_is_out_of_reach_is_refused(text: str) -> None:
    with pytest.raises(UnmagicError) as refused:
        fails(text)
    assert isinstance(refused.value, UnmagicError)
    assert not isinstance(refused.value, LimitReached)
    assert refused.value.span is not None, "the place is shown"
    assert "^" in refused.value.report()


@pytest.mark.parametrize("text", PAST_A_LIMIT, ids=[text[:50] for text in PAST_A_LIMIT])
def test_a_limit_is_named_before_anything_is_allocated(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(UnmagicError) as refused:
        read_text(text, {}, limits=WEB)
    assert isinstance(refused.value, (LimitReached, SyntaxUnread))
    assert time.monotonic() - start < 30  # not a speed test: none of them may run away


def test_the_power_limit_is_named_with_its_place() -> None:
    with pytest.raises(LimitReached) as refused:
        read_text("x = 3\n9**9**9**9", {})
    assert "10^308" in refused.value.report()
    assert refused.value.span is not None
    assert refused.value.span.line == 2


@pytest.mark.parametrize("text", UNREAD)
def test_what_does_not_parse_is_shown(text: str) -> None:
    with pytest.raises((SyntaxUnread, Unsupported)):
        read_text(text, {})


def test_a_name_without_a_value_is_shown_with_the_nearest() -> None:
    with pytest.raises(Unbound) as refused:
        read_text("weights = 1.0\ny = weihgts * 2", {})
    assert "weights" in refused.value.report()
    assert "^^^^^^^" in refused.value.report()


def test_an_unknown_function_is_named_with_the_nearest() -> None:
    with pytest.raises(Unsupported) as refused:
        read_text("import numpy as np\nx = np.ones(3)\ny = np.expp(x)", {})
    assert "numpy.expp" in refused.value.report()
    assert "numpy.exp" in refused.value.hint


def test_a_wrong_argument_says_what_it_takes() -> None:
    with pytest.raises(Unsupported) as refused:
        read_text("import numpy as np\nnp.sum([1, 2], axes=0)", {})
    assert "axes=" in refused.value.what
    assert "axis" in refused.value.hint


def test_nothing_was_executed(tmp_path: object) -> None:
    from pathlib import Path

    assert not Path("/tmp/unmagic_was_here").exists()
