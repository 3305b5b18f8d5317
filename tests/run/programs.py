# ruff: noqa: E501
# fmt: off
"""Programs, one a row, that a stranger may hand to ``unmagic run``: what the plain run does is what must be done."""

from __future__ import annotations

import io
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

for code in ("0", "1", "7", "256", "-1", "2 ** 70", "-2 ** 70", "2 ** 40 + 3", "None", "'words'", "''", "(1, 2)", "1.5", "True", "[]", "b'x'"):
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

# the world --------------------------------------------------------------------------------------------------

WORLD = """
import os, sys
print(sorted(globals()), __name__, __file__, sys.argv, sys.path[0], __spec__, __package__, __doc__, __cached__ if "__cached__" in globals() else None)
print(type(__loader__).__name__, __loader__.name, __loader__.path, sys.modules["__main__"].__dict__ is globals(), os.getcwd())
print(sys.flags, sys.warnoptions, sys._xoptions, sys.getrecursionlimit() > 0, sys.executable, sys.orig_argv, os.path.basename(sys.path[1]))
print(sys.gettrace(), sys.getprofile(), sys.getswitchinterval(), sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__)
import threading, signal, gc, faulthandler, locale, warnings, tracemalloc
print([t.name for t in threading.enumerate()], threading.current_thread().name, threading.active_count(), gc.get_threshold(), gc.isenabled(), faulthandler.is_enabled())
print([signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE)], locale.getlocale(), tracemalloc.is_tracing())
print([f[:3] for f in warnings.filters if f[1] is None and 'numpy' not in f[2].__module__], sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.line_buffering, sys.stderr.errors)
import numpy as np
print(np.geterr(), np.get_printoptions(), np.random.get_state()[2] > 0)
def f(): "doc"; return 1 + 1
class C: "c"; x = 1 + 1
import inspect, types
print(inspect.getsource(f), inspect.getsource(C), f.__module__, C.__module__, C.__qualname__, f.__code__.co_filename, f.__doc__, inspect.getfile(C))
print(vars(types)["ModuleType"], repr(sys.modules["__main__"]), C, f.__code__.co_name, f.__code__.co_varnames)
import helper
print(helper.__file__, helper.__name__, helper.WHERE, helper.__spec__.name, helper.__spec__.origin, helper.__cached__, helper.__package__, helper.__doc__)
"""
row("world", WORLD, "a", "--flag", "x=1", "-m", "--", "z", files={"helper.py": "'helps'\nWHERE = __file__ * 1\n"})
row("world_elsewhere", "", words=("./sub/../sub/world.py", "a"), files={"sub/world.py": WORLD, "sub/helper.py": "WHERE = __file__ * 1\n"})
row("no_suffix", "", words=("prog", "a"), files={"prog": "import sys\nprint(sys.argv, __file__, 1 + 1)\nraise ValueError\n"})
row("spaces_in_the_name", "", words=("a b/ü.py",), files={"a b/ü.py": "import sys\nprint(ascii(sys.argv), 1 + 1)\nraise ValueError\n"})
row("starts_with_a_dash_after", "", words=("./-x.py",), files={"-x.py": "import sys\nprint(sys.argv, 1 + 1)\n"})
row("linked", "import os, subprocess, sys\nos.symlink('sub/real.py', 'link.py')\nsys.argv = ['link.py']\nexec(compile(open('link.py').read(), 'link.py', 'exec'))\n", files={"sub/real.py": "print(1 + 1)\n"})
row("folder", "", "a", words=("app", "a", "--b"), files={"app/__main__.py": WORLD, "app/helper.py": "WHERE = __file__ * 1\n"})
row("folder_raises", "", words=("app",), files={"app/__main__.py": "from helper import f\nprint(f(2))\nf(0)\n", "app/helper.py": "def f(x): return 1 / x\n"})
row("folder_without_main", "", words=("app",), files={"app/other.py": "print(1)\n"})
row("module", "", words=("-m", "pkg.mod", "a", "--b"), files={"pkg/__init__.py": "print('pkg', __name__)\n", "pkg/mod.py": WORLD.replace("import helper", "from . import helper"), "pkg/helper.py": "WHERE = __file__ * 1\n"})
row("module_package", "", words=("-m", "pkg", "a"), files={"pkg/__init__.py": "X = 2 * 3\n", "pkg/__main__.py": "from . import X\nimport sys\nprint(X, sys.argv, __package__, __spec__.name)\nX / 0\n"})
row("module_missing", "", words=("-m", "nowhere.mod"))
row("module_package_without_main", "", words=("-m", "pkg"), files={"pkg/__init__.py": ""})
row("module_raises_on_import", "", words=("-m", "pkg.mod"), files={"pkg/__init__.py": "1 / 0\n", "pkg/mod.py": ""})
row("module_exits", "", words=("-m", "mod"), files={"mod.py": "import sys\nprint(1 + 1)\nsys.exit('no')\n"})
row("package_relative", "from net.layers import dense\nimport net.deep.mod\nprint(dense(2.0), net.deep.mod.y)\n", files={"net/__init__.py": "from .layers import dense\n", "net/layers.py": "from . import base\ndef dense(x): return x * base.K\n", "net/base.py": "K = 3.0 * 2\n", "net/deep/mod.py": "from ..base import K\ny = K + 1\n"})
row("archive", b"", words=("app.pyz", "a"), files={"app.pyz": archive({"__main__.py": "import sys, helper\nprint(helper.f(2.0), sys.argv, __file__, sys.path[0])\nhelper.f(0)\n", "helper.py": "def f(x): return 1 / x\n"})})
row("relative_import_at_top", "from . import x\n")
row("chdir_before_import", "import os\nos.mkdir('elsewhere')\nos.chdir('elsewhere')\nimport helper\nfrom late import g\nprint(helper.f(2), g(3))\nopen('written', 'w').write('x' * 3)\nhelper.f('a')\n", files={"helper.py": "def f(x): return x / 2\n", "late.py": "def g(x): return x * 2\n"})
row("chdir_relative", "", words=("sub/main2.py",), files={"sub/main2.py": "import os, sys\nos.chdir('/')\nimport helper\nprint(helper.X, sys.argv, sys.path[0] == os.path.dirname(__file__))\n1 / 0\n", "sub/helper.py": "X = 1 + 1\n"})
row("eats_arguments", "import sys\nwhile len(sys.argv) > 1: print(sys.argv.pop(1) * 2)\nsys.argv.clear()\nraise ValueError\n", "a", "b")
row("no_argv", "import sys\ndel sys.argv\nprint(1 + 1)\n")
row("path_cleared", "import sys\nsys.path.clear(); sys.path_importer_cache.clear()\nprint(1 + 1)\n")
row("modules_cleared", "import sys\nfor name in list(sys.modules):\n    if name not in ('sys', 'builtins', '__main__'): del sys.modules[name]\nprint(1 + 1)\n")
row("main_replaced", "import sys, types\nsys.modules['__main__'] = types.ModuleType('other')\nprint(1 + 1)\n")
row("environment", "import os\nprint(sorted(k for k in os.environ if 'MAGIC' in k and k != 'UNMAGIC_CACHE'))\nos.environ.clear()\nprint(1 + 1)\n")
row("shadowed_names", "import random, atexit as ax\nfrom random import X\nprint(X, ax.__name__, hasattr(ax, 'register'))\n", files={"random.py": "X = 1 + 1\n", "atexit.py": "Y = 1 + 1\n"})
row("builtins_replaced", "import builtins\nown = print\ndef loud(*a, **k): own('loud', *a, **k)\nbuiltins.print = loud\nbuiltins.iter = builtins.slice = builtins.sum = None\nfor i in range(5): x = [1, 2, 3][i // 2]\nprint(x * 2)\n")
row("import_hooks", """
import sys, importlib.abc, importlib.machinery
class Made(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "made_up" else None
    def create_module(self, spec): return None
    def exec_module(self, module): exec("def f(x): return x * 2 + 1", module.__dict__)
sys.meta_path.insert(0, Made())
import made_up
print(made_up.f(3), made_up.__spec__.name)
""")

# processes and threads --------------------------------------------------------------------------------------

row("forks", """
import os, sys
import numpy as np
a = np.arange(4.0) * 2
sys.stdout.flush()
pid = os.fork()
for i in range(40): a = a * 1.01
if pid == 0:
    print("child", a.sum()); sys.exit(4)
print("parent", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), a.sum())
""")
row("fork_raises", "import os, sys\nsys.stdout.flush()\npid = os.fork()\nif pid == 0:\n    1 / 0\nprint('parent', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n")
row("fork_at_exit", "import os, sys, atexit\natexit.register(print, 'at exit', flush=True)\nsys.stdout.flush()\npid = os.fork()\nif pid: os.waitpid(pid, 0)\n")
POOLS = """
import multiprocessing as mp, numpy as np
def f(x): return float(np.sqrt(x * 2.0) + 1)
class Point:
    def __init__(self, x): self.x = x * 2
    def moved(self, d): return Point(self.x + d)
def g(p): return p.moved(1).x
def raises(x): return x / 0
if __name__ == "__main__":
    mp.set_start_method("METHOD")
    with mp.Pool(2) as pool:
        print(pool.map(f, range(5)), pool.map(g, [Point(1), Point(2)]))
        try: pool.map(raises, [1.0])
        except ZeroDivisionError as e: print("raised", e)
    q = mp.Queue()
    p = mp.Process(target=q.put, args=(1 + 1,)); p.start(); print(q.get()); p.join(); print(p.exitcode)
"""
for method in ("fork", "spawn", "forkserver"):
    row(f"pool_{method}", POOLS.replace("METHOD", method))
row("executors", """
import concurrent.futures as cf
def f(x): return x * 2.0 + 1
if __name__ == "__main__":
    with cf.ProcessPoolExecutor(2) as ex: print(list(ex.map(f, range(4))))
    with cf.ThreadPoolExecutor(2) as ex: print(list(ex.map(f, range(4))), ex.submit(lambda: 1 / 0).exception())
""")
row("itself", """
import subprocess, sys
if len(sys.argv) > 1:
    print("inner", sys.argv[1:], 1 + 1)
    sys.exit(3)
done = subprocess.run([sys.executable, __file__, "again"], capture_output=True, text=True)
print(done.stdout, done.stderr, done.returncode)
done = subprocess.run([sys.executable, *sys.argv, "again"], capture_output=True, text=True)
print(done.stdout, done.stderr, done.returncode)
""")
row("executes_itself", "import os, sys\nprint(sys.argv, 1 + 1, flush=True)\nif len(sys.argv) < 2: os.execv(sys.executable, [sys.executable, *sys.argv, 'again'])\n")
row("executes_its_command", "import os, sys\nprint(sys.argv, 1 + 1, flush=True)\nif 'AGAIN' not in os.environ: os.execve(sys.executable, sys.orig_argv, {**os.environ, 'AGAIN': '1'})\n", fresh=True)
row("threads_only", """
import threading, numpy as np
out = []
def work(k):
    t = 0.0
    for i in range(300): t += np.sqrt(i * k)
    out.append(t)
threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(out))
""")
row("thread_outlives", "import threading, time\ndef late():\n    time.sleep(0.2)\n    print('late', 1 + 1)\nthreading.Thread(target=late).start()\nprint('main')\n")
row("daemon_outlives", "import threading, time\ndef late():\n    while True: time.sleep(0.01)\nthreading.Thread(target=late, daemon=True).start()\nprint('main', 1 + 1)\n")
row("thread_raises", "import threading\ndef bad(): raise ValueError('in thread ' + str(1 + 1))\nt = threading.Thread(target=bad, name='T'); t.start(); t.join()\n")
row("thread_hook", "import threading\nthreading.excepthook = lambda a: print('hook', a.exc_type.__name__, a.exc_value)\ndef bad(): return 1 / 0\nt = threading.Thread(target=bad); t.start(); t.join()\n")
row("thread_outlives_error", "import threading, time\ndef late():\n    time.sleep(0.2)\n    print('late', 1 + 1)\nthreading.Thread(target=late).start()\n1 / 0\n")
row("main_thread_shut", "import threading, atexit\natexit.register(lambda: print(threading.main_thread().is_alive(), threading.active_count()))\nprint(1 + 1)\n")
row("asynchronous", """
import asyncio
async def work(n):
    await asyncio.sleep(0.001 * (3 - n))
    return n * 2
async def fails(): return 1 / 0
async def main():
    print(await asyncio.gather(*(work(i) for i in range(3))))
    print(await asyncio.gather(fails(), return_exceptions=True))
    async with asyncio.TaskGroup() as group: a = group.create_task(work(1))
    print(a.result() + 1)
    await fails()
asyncio.run(main())
""")

# code that looks at code ------------------------------------------------------------------------------------

row("pickled", "import pickle\nclass P:\n    def __init__(self): self.x = 1 + 1\ndef f(x): return x * 2\ndata = pickle.dumps((P(), f, P))\nprint(len(data), data.count(b'__main__'))\na, g, c = pickle.loads(data)\nprint(a.x, g(4), c is P)\nopen('kept.pickle', 'wb').write(data)\n")
row("sources", """
import inspect, linecache, dis, ast
def f(x):
    '''Doc.'''
    y = x * 2  # comment
    return y + 1
print(inspect.getsource(f), inspect.signature(f), inspect.getdoc(f), inspect.getcomments(f), linecache.getline(__file__, 4))
print(ast.unparse(ast.parse(inspect.getsource(f))), f.__code__.co_firstlineno, inspect.getsourcelines(f)[1], inspect.getmodule(f).__name__)
g = lambda x: x * 2
print(inspect.getsource(g))
""")
row("doctests", '''
"""Module.

>>> f(2) + 1
5
"""
def f(x):
    """
    >>> f(3)
    6
    >>> f("a")
    Traceback (most recent call last):
    ...
    ValueError: a
    >>> [f(i) for i in range(3)]
    [0, 2, 5]
    """
    if isinstance(x, str): raise ValueError(x)
    return x * 2
import doctest
print(doctest.testmod())
''')
row("unittests", """
import unittest
import numpy as np
class T(unittest.TestCase):
    def setUp(self): self.x = np.arange(3.0) * 2
    def test_sum(self): self.assertEqual(self.x.sum() * 2, 12)
    def test_sub(self):
        for i in range(4):
            with self.subTest(i=i): self.assertLess(i * 2, 6)
    def test_raises(self):
        with self.assertRaises(ZeroDivisionError): 1 / (self.x.size - 3)
    @unittest.skip("no " * 2)
    def test_skip(self): pass
class Quiet(unittest.TextTestResult):
    def addFailure(self, test, err):
        super().addFailure(test, err)
        print(self.failures[-1][1])
class Runner(unittest.TextTestRunner):
    def run(self, test):
        result = super().run(test)
        return result
if __name__ == "__main__":
    import time
    time.perf_counter = lambda: 0.0
    unittest.main(testRunner=Runner(resultclass=Quiet))
""", "-q")
row("reloaded", """
import importlib, helper
print(helper.f(2), helper.count)
open("helper.py", "w").write("count = 2 * 2\\ndef f(x): return x * 30\\n")
importlib.invalidate_caches()
print(importlib.reload(helper) is helper, helper.f(2), helper.count)
""", files={"helper.py": "count = 1\ndef f(x): return x * 3\n"})
row("run_path", "import runpy\nprint(runpy.run_path('other.py', {'K': 3}, 'named')['x'])\nprint(sorted(runpy.run_module('other', {'K': 4}))[-3:])\nrunpy.run_path('other.py')\n", files={"other.py": "print(__name__, __file__, __package__)\nx = K * 2 + 1\n"})
row("run_path_syntax", "import runpy, traceback\ntry: runpy.run_path('other.py')\nexcept SyntaxError: traceback.print_exc()\nrunpy.run_path('raises.py')\n", files={"other.py": "x = (1\n", "raises.py": "def f(x): return x / 0\nf(1)\n"})
LOADED = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("other", "other.py")
module = importlib.util.module_from_spec(spec)
print(module.__name__, spec.name, spec.origin == module.__file__, spec.has_location, spec.parent, "other" in sys.modules)
spec.loader.exec_module(module)
print(module.f(3), module.f.__module__, module.f.__code__.co_filename == spec.origin, module.__spec__ is spec)
module.f(0)
"""
row("from_file_location", LOADED, files={"other.py": "def f(x): return 6 / x\n"})
row("from_file_location_syntax", LOADED, files={"other.py": "def f(x): return (6 / x\n"})
row("file_loader", "from importlib.machinery import SourceFileLoader\nm = SourceFileLoader('other', 'other.py').load_module()\nprint(m.f(3), m.__name__)\nm.f(0)\n", files={"other.py": "def f(x): return 6 / x\n"})
row("compiled_by_hand", "source = open('other.py').read()\nspace = {}\nexec(compile(source, 'other.py', 'exec'), space)\nprint(space['f'](3), eval('f(2) + 1', space))\nspace['f'](0)\n", files={"other.py": "def f(x): return 6 / x\n"})
row("traced", """
import sys
lines = []
def tracer(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        lines.append((event, frame.f_code.co_name, frame.f_lineno))
        return tracer
def f(n):
    total = 0.0
    for i in range(n):
        if i % 2:
            total += i * 2.0
    return total
def g(x):
    try:
        return 1 / x
    except ZeroDivisionError:
        return 0
sys.settrace(tracer)
f(3); g(0)
sys.settrace(None)
print(sorted(set(lines)) == sorted(set(lines)), f(3))
""")
row("profiled", """
import cProfile, pstats, io
def f(n):
    total = 0.0
    for i in range(n): total += g(i)
    return total
def g(x): return x * 2.0
p = cProfile.Profile()
p.enable(); f(30); p.disable()
stats = pstats.Stats(p, stream=io.StringIO()).stats
print(sorted((key[2], value[0]) for key, value in stats.items() if key[0] == __file__))
out = io.StringIO()
import contextlib
with contextlib.redirect_stdout(out): cProfile.run("f(3)")
print("g" in out.getvalue(), "f" in out.getvalue())
import profile, timeit
print(timeit.timeit("f(2)", globals=globals(), number=3) > 0)
""")
row("memory_traced", """
import tracemalloc, gc, sys
tracemalloc.start()
x = [i * 2.0 for i in range(1000)]
now, peak = tracemalloc.get_traced_memory()
snapshot = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, __file__)])
print(now > 0, peak >= now, any(s.traceback[0].lineno == 3 for s in snapshot.statistics("lineno")))
class Node: pass
a = Node(); a.me = a; del a
print(gc.collect() > 0, len([o for o in gc.get_objects() if isinstance(o, Node)]), len(gc.get_referrers(x)))
gc.freeze(); gc.disable(); gc.enable(); gc.unfreeze()
print(gc.garbage)
""")
row("fault_handler", "import faulthandler, sys\nfaulthandler.enable()\ndef f(x): return x * 2\nprint(f(2))\nfaulthandler.dump_traceback_later(60); faulthandler.cancel_dump_traceback_later()\n")
row("decorated", """
import functools
def jit(f=None, **options):
    if f is None: return functools.partial(jit, **options)
    seen.append((f.__name__, f.__code__.co_consts, len(f.__code__.co_code)))
    return f
seen = []
@jit
def a(x): return x * 2 + 1
@jit(nopython=True)
def b(x):
    t = 0.0
    for i in range(3): t += x * i
    return t
print(a(2), b(2.0), seen)
""")
row("code_compared", "def f(x): return x * 2\ndef g(x): return x * 2\nprint(f.__code__ == f.__code__, f.__code__.co_argcount, f.__code__.co_stacksize > 0, hash(f.__code__) == hash(f.__code__))\nimport types\nprint(types.FunctionType(f.__code__.replace(co_name='h'), {})(4))\n")
row("locals", "def f(x):\n    y = x * 2\n    return sorted(locals())\nprint(f(1), sorted(k for k in globals() if 'um' in k), sorted(k for k in vars() if k.startswith('_u')))\nclass C:\n    a = 1 + 1\n    for i in range(3): b = a * i\n    print(sorted(k for k in locals() if not k.startswith('__')))\n")
row("traceback_printed", "import traceback, logging, sys\ndef f(x): return x / 0\ntry:\n    f(1)\nexcept ZeroDivisionError:\n    traceback.print_exc(file=sys.stdout); logging.exception('logged')\n    print(len(traceback.extract_tb(sys.exc_info()[2])))\n")
row("interactive", "import code\ncode.interact(banner='hi', local={'x': 1 + 1}, exitmsg='bye')\n", stdin=b"x * 2\n1 / 0\n")
row("debugger", "x = 1 + 1\nbreakpoint()\nprint(x * 2)\n", stdin=b"c\n", env={"PYTHONBREAKPOINT": "0"})
row("logging_used", "import logging\nlogging.basicConfig(format='%(filename)s:%(lineno)d %(funcName)s %(message)s')\ndef f(x):\n    logging.warning('x is %s', x * 2)\nf(2); logging.shutdown()\n")
row("big_loops_and_sys", "import sys\nprev = sys.getswitchinterval()\nsys.setswitchinterval(0.001)\nt = 0.0\nfor i in range(3000): t += i * 0.5\nprint(t, prev)\n")
row("arguments_parsed", "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', type=float); p.add_argument('name')\na = p.parse_args()\nprint(p.prog, a)\n", "--lr", "0.1", "x")
row("arguments_wrong", "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', type=float)\np.parse_args()\n", "--lrr", "0.1")
row("arguments_help", "import argparse\np = argparse.ArgumentParser(description='mine')\np.parse_args()\n", "--help")
row("optimised", "assert 1 + 1 == 3\nprint(__debug__, 2 * 2)\n", env={"PYTHONOPTIMIZE": "1"})
row("warnings_errors", "import numpy as np\nprint(np.log(np.array([1.0, 0.0])))\n", env={"PYTHONWARNINGS": "error"})
row("development_mode", "f = open(__file__)\ndel f\nprint(1 + 1)\n", env={"PYTHONDEVMODE": "1"})
