"""``python -m benchmarks [NAME …]``: what a user waits for, measured against its bar; ``run`` alone: `benchmarks.run`.

Figures are medians of interleaved rounds; whole processes are given as ratios. The table in README.md is a run of this.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import unmagic as um

from .run.__main__ import main as run_table
from .site import SITE

CLASSIFIER = "loss = −log softmax(W x)[c]"
NUMBERS: dict[str, Any] = {"W": [[1.0, -1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, -1.0]], "x": [2.0, 1.0, 1.0], "c": 1}


def median(run: Callable[[], Any], rounds: int = 51, setup: Callable[[], Any] | None = None) -> float:
    """Median milliseconds of ``run``, after one round that warms caches."""
    times = []
    for _ in range(rounds + 1):
        if setup is not None:
            setup()
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[1:])


def process(*words: str) -> float:
    """Milliseconds of a fresh interpreter that finds compiled modules, as an installed package's are."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, env=env)
    return (time.perf_counter() - start) * 1e3


def cold() -> str:
    """A reading from a cold start, over importing NumPy."""
    plain, ours = [], []
    for _ in range(11):
        plain.append(process("-c", "import numpy"))
        ours.append(process("-m", "unmagic", "read", "a·b", "a=[1,2,3]", "b=[2,0,1]"))
    return f"{statistics.median(ours) / statistics.median(plain):.2f}×"


def cold_import() -> str:
    """Importing the package, over importing NumPy."""
    plain, ours = [], []
    for _ in range(11):
        plain.append(process("-c", "import numpy"))
        ours.append(process("-c", "import unmagic, numpy"))
    return f"{statistics.median(ours) / statistics.median(plain):.2f}×"


def read_classifier() -> str:
    """Reading the classifier, with its gradient."""
    return f"{median(lambda: um.read(CLASSIFIER, **NUMBERS).gradient('W')):.2f} ms"


def show_classifier() -> str:
    """The classifier's reading with gradient as text."""
    fresh: list[Any] = []
    read = lambda: fresh.append(um.read(CLASSIFIER, **NUMBERS).gradient("W"))  # noqa: E731
    took = median(lambda: fresh[-1].to("text"), setup=read)
    return f"{took:.2f} ms"


def solve_softmax() -> str:
    """Solving the Working of one entry of a softmax of 10."""
    reading = um.read("p = softmax(z)", z=np.random.default_rng(0).standard_normal(10))
    return f"{median(lambda: reading.why('p', 3)):.2f} ms"


def solve_attention() -> str:
    """Solving the Working of one attention entry, 8 keys of 4."""
    rng = np.random.default_rng(0)
    arrays: dict[str, Any] = {name: rng.standard_normal((8, 4)) for name in "QKV"}
    reading = um.read("Y = softmax(QKᵀ/√d) V", d=4.0, **arrays)
    return f"{median(lambda: reading.why('Y', 2, 1)):.2f} ms"


def solve_dot() -> str:
    """Solving a dot product of 4,096 terms."""
    rng = np.random.default_rng(0)
    reading = um.read("y = a·b", a=rng.standard_normal(4096), b=rng.standard_normal(4096))
    return f"{median(lambda: reading.why('y')):.2f} ms"


def why_matmul() -> str:
    """`why` on one entry of a 4096×4096 matmul."""
    rng = np.random.default_rng(0)
    arrays: dict[str, Any] = {name: rng.standard_normal((4096, 4096)) for name in "AB"}
    reading = um.read("C = A B", limits=um.Limits(entries=2**25), **arrays)
    reading.view  # noqa: B018  (made once a reading, as `why` finds it)
    at = iter(range(4096))
    return f"{median(lambda: reading.why('C', next(at), 77), rounds=21):.2f} ms"


def blame_attention() -> str:
    """`blame` on one entry at T=1024, d=64, once the gradient stands."""
    rng = np.random.default_rng(0)
    arrays: dict[str, Any] = {name: rng.standard_normal((1024, 64)) for name in ("Q", "K", "V", "w")}
    reading = um.read("Y = softmax(QKᵀ/√d) V; loss = Σᵢⱼ wᵢⱼ Yᵢⱼ", d=64.0, **arrays)
    reading.blame("V", 0, 0)
    at = iter(range(1024))
    return f"{median(lambda: reading.blame('V', next(at), 7), rounds=21):.2f} ms"


def unrolled_loop() -> str:
    """An unrolled loop in Python text: seconds at 10⁵ steps, over 5·10⁴, and bytes a step beside the values."""
    text = "x = 0.5\nfor i in range({n}):\n    x = x * 0.999 + 0.001\n"

    def once(n: int) -> float:
        start = time.perf_counter()
        um.read(text.format(n=n))
        return time.perf_counter() - start

    once(1_000)
    half, whole = min(once(25_000) for _ in range(3)), min(once(50_000) for _ in range(3))
    tracemalloc.start()
    reading = um.read(text.format(n=25_000))
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    beside = used - sum(sys.getsizeof(value) for value in reading.values)
    return f"{whole:.2f} s, {whole / half:.2f}× of half, {beside / len(reading.graph):.0f} B a step"


def rules() -> str:
    """All rules of findings over a training loop of 32 rounds, over one of 8."""
    from unmagic.reading.findings.case import Case
    from unmagic.reading.findings.check import RULES

    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((8, 3)), rng.standard_normal(8)
    text = "w = np.zeros(3)\nfor i in range({n}):\n    err = x @ w - y\n    w = w - 0.01 * (2 * x.T @ err / len(y))\n"

    def once(rounds: int) -> float:
        reading = um.read("import numpy as np\n" + text.format(n=rounds), x=x, y=y)

        def run() -> None:
            case = Case(reading.program, reading.matches, reading.view.names)
            with np.errstate(all="ignore"):
                for rule in RULES:
                    list(rule(case))

        return median(run, rounds=11)

    return f"{once(32) / once(8):.1f}×"


def watch() -> str:
    """`um.watch()` around a sound loop, over the loop."""
    X, w0 = np.random.default_rng(0).normal(size=(64, 10)), np.zeros(10)
    y = X @ np.ones(10)

    def loop() -> float:
        w, start = w0.copy(), time.perf_counter()
        for _ in range(300):
            w -= 0.01 * X.T @ (X @ w - y) / 64
        return time.perf_counter() - start

    def watched() -> float:
        with um.watch(show=False):
            return loop()

    return f"{statistics.median(watched() / loop() for _ in range(101)):.3f}×"


BENCHMARKS: tuple[tuple[Callable[[], str], str], ...] = (
    (cold, "≤ 2.5×"),
    (cold_import, "≤ 1.3×"),
    (read_classifier, "≤ 3 ms"),
    (show_classifier, "≤ 5 ms"),
    (solve_softmax, "≤ 1.5 ms"),
    (solve_attention, "≤ 1.5 ms"),
    (solve_dot, "≤ 3 ms"),
    (why_matmul, "≤ 15 ms"),
    (blame_attention, "≤ 20 ms"),
    (unrolled_loop, "≤ 3 s, linear, ≤ 400 B a step"),
    (rules, "linear: 4×"),
    (watch, "≤ 1.03×"),
    *SITE,
)


def main() -> None:
    """Run the benchmarks named on the command line, or all of them, and print the table."""
    if sys.argv[1:2] == ["run"]:
        run_table(sys.argv[2:])
        return
    wanted = set(sys.argv[1:])
    print("| what | bar | measured |\n|---|---|---|")
    for run, bar in BENCHMARKS:
        if not wanted or run.__name__ in wanted:
            print(f"| {(run.__doc__ or run.__name__).rstrip('.')} | {bar} | {run()} |", flush=True)
    if not wanted:
        run_table([])


if __name__ == "__main__":
    main()
