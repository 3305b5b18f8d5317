# ruff: noqa: E501
# fmt: off
"""Programs, one a row, that look about: at their own world, at other processes and threads, at code."""

from __future__ import annotations

from tests.run.programs import ROWS, archive, row

__all__ = ["ROWS"]

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
row("profiled_to_the_end", """
import cProfile
p = cProfile.Profile()
p.enable()
print(sum(0.5 * i for i in range(30)))
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
