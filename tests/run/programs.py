# ruff: noqa: E501
# fmt: off
"""Programs, one a row, that a stranger may hand to ``unmagic run``: what the plain run does is what must be done."""

from __future__ import annotations

import io
import sys
import zipfile

from tests.run.harness import Row

ROWS: dict[str, Row] = {}


def row(name: str, text: str | bytes, *arguments: str, **more: object) -> None:
    assert name not in ROWS
    files = {"main.py": text, **more.pop("files", {})}  # type: ignore[dict-item]
    words = more.pop("words", ("main.py", *arguments))
    env = more.get("env", {})
    more.setdefault("fresh", any(key.startswith("PYTHON") for key in env))  # type: ignore[attr-defined]
    ROWS[name] = Row(files, words, **more)  # type: ignore[arg-type]


def archive(files: dict[str, str]) -> bytes:
    """A zip file, the same each time."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        for name, text in files.items():
            out.writestr(zipfile.ZipInfo(name), text)
    return held.getvalue()


# texts ------------------------------------------------------------------------------------------------------

row("empty", "")
row("not_utf8", b"print('caf\xe9')\n")
row("not_utf8_late", b"print(1)\n" * 300 + b"s = '\xff'\n")
row("byte_order_mark", b"\xef\xbb\xbfprint(1 + 1)\nraise ValueError\n")
row("mark_and_another_coding", b"\xef\xbb\xbf# -*- coding: latin-1 -*-\nprint(1)\n")
row("coding_latin", b"# -*- coding: latin-1 -*-\ns = 'caf\xe9'; print(ascii(s), len(s) + 1)\nraise ValueError(s)\n")
row("coding_second_line", b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nprint(ascii('\x80'), 1 + 1)\n")
row("coding_unknown", b"# coding: klingon\nprint(1)\n")
row("carriage_returns", b"x = 1 + 1\r\nif x:\r\n    print('''a\r\nb'''.encode(), x)\r\nraise ValueError(x * 2)\r\n")
row("old_mac", b"x = 1 + 1\rprint(x)\rraise ValueError(x)\r")
row("no_end_of_line", b"print(1 + 1)\nraise ValueError(2 * 3)")
row("form_feed_tabs", b"\x0cif 1 + 1:\n\tprint(2 * 2)\n\x0c\tprint(3)\n")
row("null_byte", b"print(1)\n\x00\n")
row("syntax_error", "x = 1\ny = (x +\nprint(y)\n")
row("indent_error", "if 1:\nprint(2)\n")
row("tab_error", b"if 1:\n        x = 1\n\ty = 2\n")
row("return_outside", "x = 1 + 1\nprint(x)\nreturn x\n")
row("late_syntax", "print(1 + 1)\ndef f():\n    nonlocal q\n    return q * 2\n")
row("syntax_error_in_module", "import bad\n", files={"bad.py": "x = 1\ny = (x +\n"})
row("future", """
from __future__ import annotations
def f(x: undefined + 1) -> 2 * 3: return x * 2
print(f(4), f.__annotations__, __annotations__ if "__annotations__" in globals() else None)
x: nothing = 1 + 1
print(__annotations__)
""")
row("future_last", "x = 1 + 1\nfrom __future__ import annotations\nprint(x)\n")
row("huge_literals", "x = [" + ", ".join(str(i * 0.5) for i in range(20_000)) + "]\nd = {" + ", ".join(f"'k{i}': {i} * 2" for i in range(3000)) + "}\nprint(sum(x), len(d), d['k7'])\n")
row("many_lines", "".join(f"x{i} = {i} * 2 + 1\n" for i in range(3000)) + "print(x2999)\n")
row("star_import", "from shapes import *\nfrom math import *\nprint(area(2.0), pi * 2, sorted(n for n in dir() if not n.startswith('_'))[:6])\n", files={"shapes.py": "__all__ = ['area']\ndef area(r):\n    return r * r * 3\nhidden = 1 + 1\n"})

# errors -----------------------------------------------------------------------------------------------------

row("raises_with_notes", "def f(x):\n    e = ValueError(x * 2)\n    e.add_note('first\\nnote')\n    raise e\nf(1 + 1)\n")
row("chained", """
def a(x): return x / 0
def b(x):
    try:
        return a(x) + 1
    except ZeroDivisionError as e:
        raise KeyError(x * 2) from e
try:
    b(2.0)
except KeyError:
    [][1 + 1]
""")
row("suppressed", "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise ValueError(1 + 1) from None\n")
row("group", """
def f(n): raise ValueError(n * 2)
found = []
for i in range(3):
    try: f(i)
    except ValueError as e: found.append(e)
raise ExceptionGroup("several" + "!", [*found, ExceptionGroup("in", [TypeError(1)])])
""")
row("syntax_error_from_exec", "text = 'x = (1'\nprint(1 + 1)\nexec(text * 1)\n")
row("syntax_error_from_eval", "print(1 + 1)\ndef f(s): return eval(s) + 1\nf('1 +')\n")
row("exec_raises", "code = 'def g(x):\\n    return x / 0\\ng(1)\\n'\nexec(code)\n")
row("exec_compiled_raises", "code = compile('def g(x):\\n    return x / 0\\ng(1)\\n', 'made.py', 'exec')\nexec(code, {'__name__': 'made'})\n")
row("own_exception", "class Odd(Exception):\n    def __str__(self): return 'odd ' * 2\nraise Odd(1 + 1)\n")
row("str_raises", "class Odd(Exception):\n    def __str__(self): raise TypeError(1 + 1)\nraise Odd\n")
row("raise_class_of_no_message", "assert 1 + 1 == 3\n")
row("base_exception", "class Stop(BaseException): pass\nraise Stop(1 + 1)\n")
row("generator_exit", "raise GeneratorExit\n")
row("long_message", "raise ValueError('x' * 5000)\n")
row("multiline_message", "raise ValueError('a\\n  b\\n' * 3)\n")
row("surrogates_in_message", "raise ValueError('\\ud800' * 2)\n")
row("excepthook", "import sys\ndef hook(t, v, tb):\n    print('hook', t.__name__, v, tb.tb_frame.f_code.co_name, tb.tb_lineno, file=sys.stderr)\nsys.excepthook = hook\nx = 1 + 1\n1 / (x - 2)\n")
row("excepthook_raises", "import sys\ndef hook(t, v, tb):\n    raise KeyError(1 + 1)\nsys.excepthook = hook\n1 / 0\n")
row("excepthook_exits", "import sys\nsys.excepthook = lambda t, v, tb: sys.exit(1 + 4)\n1 / 0\n")
row("excepthook_deleted", "import sys\ndel sys.excepthook\n1 / 0\n")
row("last_traceback", "import sys, atexit\natexit.register(lambda: print(sys.last_type.__name__, sys.last_value, sys.last_traceback.tb_lineno))\nx = 1 + 1\nx / 0\n")
row("recursion_deep", """
import sys
sys.setrecursionlimit(900)
def f(n): return 0 if n == 0 else f(n - 1) + 1
deepest = 0
for n in range(1, 5000, 20):
    try: deepest = f(n)
    except RecursionError: break
print(deepest > 850)
print(f(800))
""")
row("recursion_default", "def f(n): return 0 if n == 0 else f(n - 1) + 1\nprint(f(960))\n")
row("thousands_of_frames", "import sys\nsys.setrecursionlimit(30_000)\ndef f(n): return 0 if n == 0 else f(n - 1) + 1\nprint(f(20_000))\n")
row("unraisable", "class A:\n    def __del__(self): raise ValueError(1 + 1)\na = A()\ndel a\nprint(2 * 2)\n")

# ways to end ------------------------------------------------------------------------------------------------

CODES = ["0", "1", "7", "256", "-1", "2 ** 40 + 3", "None", "'words'", "''", "(1, 2)", "1.5", "True", "[]", "b'x'"]
if sys.version_info < (3, 12):
    CODES += ["2 ** 70", "-2 ** 70"]  # of these a later Python complains while it ends its threads: nobody can do so for it
for code in CODES:
    row(f"exit {code}", f"import sys\nprint(1 + 1)\nsys.exit({code})\n")
row("exit_from_class", "class Out(SystemExit):\n    pass\nraise Out(3 * 2)\n")
row("exit_builtin", "print(1 + 1)\nexit(3)\n")
row("exit_in_finally", "import sys\ntry:\n    1 / 0\nfinally:\n    sys.exit(5 + 1)\n")
row("exit_at_once", "import os\nprint(1 + 1, flush=True)\nos._exit(9)\n")
row("abort", "import os, resource\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))\nprint(1 + 1, flush=True)\nos.abort()\n")
row("killed", "import os, signal\nprint(1 + 1, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n")
row("terminated", "import os, signal\nprint(1 + 1, flush=True)\nos.kill(os.getpid(), signal.SIGTERM)\n")
row("interrupted", "import os, signal, time, atexit\natexit.register(print, 'at exit')\ndef f():\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(5)\nprint(1 + 1)\nf()\n")
row("interrupt_caught", "import os, signal, time\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(5)\nexcept KeyboardInterrupt:\n    print('caught', 1 + 1)\n")
row("interrupt_raised", "raise KeyboardInterrupt(1 + 1)\n")
row("interrupt_then_exit", "import sys\ntry:\n    raise KeyboardInterrupt\nexcept KeyboardInterrupt:\n    sys.exit(3)\n")
row("handlers", """
import os, signal, sys
def on(number, frame):
    print("signal", number, frame.f_code.co_name, signal.getsignal(signal.SIGINT))
    sys.exit(40 + 2)
print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGPIPE))
signal.signal(signal.SIGTERM, on)
def f():
    os.kill(os.getpid(), signal.SIGTERM)
    for i in range(10**7): pass
f()
""")
row("alarm", "import signal\nclass Late(Exception): pass\ndef on(*a): raise Late('late')\nsignal.signal(signal.SIGALRM, on)\nsignal.setitimer(signal.ITIMER_REAL, 0.05)\ntotal = 0.0\ntry:\n    while True:\n        total += 1.0\n        total -= 0.5\nexcept Late as e: print(e)\n")
row("at_exit", "import atexit, sys\n@atexit.register\ndef last(): print('last', 1 + 1); print('err', file=sys.stderr)\natexit.register(print, 'first')\nprint(2 * 2)\n")
row("at_exit_raises", "import atexit\n@atexit.register\ndef last(): return 1 / 0\nprint(2 * 2)\n")
row("at_exit_after_error", "import atexit, sys\n@atexit.register\ndef last(): print('last', 1 + 1, file=sys.stderr)\n1 / 0\n")
row("finalizers", """
import weakref
class A:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n, 1 + 1)
a, b, c = A("a"), A("b"), A("c")
d = A("cycle"); d.me = d
f = weakref.finalize(c, print, "finalize", 1 + 1)
f.atexit = True
def g():
    e = A("local")
    raise_later = lambda: e
    return raise_later
keep = g()
print("end")
""")
row("generator_alive", "def gen():\n    try:\n        for i in range(100): yield i * 2\n    finally:\n        print('closed')\ng = gen()\nfor x in g:\n    if x > 6: break\nh = gen(); next(h)\nprint('end')\n")
row("warning_at_exit", "import warnings, atexit\natexit.register(warnings.warn, 'late', ResourceWarning)\nwarnings.simplefilter('always')\nf = open(__file__)\nf = None\nwarnings.warn('x' * 3)\n")
row("unflushed", "import sys\nsys.stdout.write('no newline')\nsys.stderr.write('nor here')\n")
row("buffered_at_exit", "f = open('out.txt', 'w')\nf.write('kept ' * 3)\n")
row("stdout_closed", "import sys\nprint(1 + 1)\nsys.stdout.close()\n")
row("stderr_closed", "import sys\nprint(1 + 1)\nsys.stderr.close()\n")
row("both_closed", "import sys\nprint(1 + 1)\nsys.stdout.close(); sys.stderr.close()\n")
row("descriptors_closed", "import os\nprint(1 + 1, flush=True)\nos.close(1); os.close(2)\n")
row("descriptors_closed_prints", "import os\nprint(1 + 1, flush=True)\nos.close(1)\nprint(2)\n")
row("streams_none", "import sys\nprint(1 + 1)\nsys.stdout.flush()\nsys.stdout = sys.stderr = None\nprint(2)\n")
row("streams_none_exit", "import sys\nsys.stdout = sys.stderr = None\nsys.exit('words')\n")
row("streams_deleted", "import sys\ndel sys.stdout, sys.stderr\n")
row("streams_replaced", "import sys, io, numpy as np\nsys.stdout = open('log.txt', 'w'); sys.stderr = open('err.txt', 'w')\nprint(np.log(np.arange(3) + 1.0).sum())\n")
row("stderr_by_descriptor", "import os, sys\nfd = os.open('err.txt', os.O_WRONLY | os.O_CREAT)\nos.write(fd, b'mine')\nprint(1 + 1)\n")
row("nothing_reads_the_pipe", "import os\nr, w = os.pipe()\nos.dup2(w, 1); os.close(r); os.close(w)\nprint(1 + 1)\n")
row("stdin", "import sys\nprint(sys.stdin.readline(), input('?'), [x for x in sys.stdin], sys.stdin.read())\n", stdin=b"a\nb\nc\nd")
row("stdin_ends", "print(input() + input())\n", stdin=b"one\n")
row("stdin_binary", "import sys\nprint(sum(sys.stdin.buffer.read()))\n", stdin=bytes(range(256)))
row("binary_output", "import sys, os\nsys.stdout.buffer.write(bytes(range(256)))\nsys.stdout.flush()\nos.write(1, b'raw\\xff')\nos.write(2, b'err\\xfe')\n")
row("reconfigured", "import sys\nsys.stdout.reconfigure(encoding='utf-16', errors='replace', newline='\\r\\n')\nprint('\\u00e9', 1 + 1)\n")
row("console_encoding", "print('\\u00e9 \\u2202')\n", env={"PYTHONIOENCODING": "ascii"})
