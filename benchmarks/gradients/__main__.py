"""``python -m benchmarks.gradients [ROW …]``: value and gradient over hand-written NumPy, one thread, one process.

Every round runs each library for a while, one after the other, so that whatever slows the machine down hits all alike;
a figure is the median over the rounds of the ratio to NumPy in the same round.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .peers import PEERS, Run

ROUNDS, BLOCK, PATIENCE = 15, 0.02, 2.5
"""Rounds, seconds of one block, and seconds that one library may take in a row before it gets fewer rounds."""


class Row(NamedTuple):
    program: str
    wrt: tuple[int, ...]
    args: Callable[[], tuple[Any, ...]]
    bars: str
    without: tuple[str, ...] = ()  # peers that take minutes


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


def classifier(dtype: Any) -> tuple[Any, ...]:
    rng = _rng()
    return rng.normal(size=(3, 3)).astype(dtype), rng.normal(size=3).astype(dtype)


def mlp(batch: int, dtype: Any) -> tuple[Any, ...]:
    rng = _rng()
    shapes = {"W1": (64, 128), "b1": (128,), "W2": (128, 10), "b2": (10,)}
    weights = {name: (rng.normal(size=shape) / 10).astype(dtype) for name, shape in shapes.items()}
    return weights, rng.uniform(size=(batch, 64)).astype(dtype), rng.integers(0, 10, batch)


def attention(length: int, dtype: Any, heads: int = 8, size: int = 64) -> tuple[Any, ...]:
    rng = _rng()
    shape = (heads, length, size) if heads > 1 else (length, size)
    arrays = [rng.normal(size=shape).astype(dtype) for _ in range(4)]
    bias = np.where(np.tri(length, dtype=bool), 0, -np.inf).astype(dtype)
    return (*arrays, bias, np.dtype(dtype).type(size**-0.5))


def chain(ops: int, size: int) -> tuple[Any, ...]:
    x = _rng().uniform(0.1, 0.9, size).astype(np.float32)
    return x, np.float32(1.0001), np.float32(1e-4), ops // 4


f32, f64 = np.float32, np.float64
ROWS = {
    "tiny classifier, float32": Row("classifier", (0, 1), lambda: classifier(f32), "≤ 1.35; PyTorch ≤ 0.25"),
    "tiny classifier, float64": Row("classifier", (0, 1), lambda: classifier(f64), "≤ 1.35; PyTorch ≤ 0.25"),
    "MLP, batch 64, float32": Row("mlp", (0,), lambda: mlp(64, f32), "≤ 1.05; PyTorch ≤ 0.6"),
    "MLP, batch 64, float64": Row("mlp", (0,), lambda: mlp(64, f64), "≤ 1.05; PyTorch ≤ 0.6"),
    "MLP, batch 1797, float32": Row("mlp", (0,), lambda: mlp(1797, f32), "≤ 1.05; PyTorch ≤ 0.6"),
    "MLP, batch 1797, float64": Row("mlp", (0,), lambda: mlp(1797, f64), "≤ 1.05; PyTorch ≤ 0.6"),
    "attention, T=128, float32": Row("attention", (0, 1, 2), lambda: attention(128, f32, 1), "≤ 1.25"),
    "attention, T=1024, float32": Row("attention", (0, 1, 2), lambda: attention(1024, f32, 1), "≤ 1.25"),
    "attention, 8 heads, T=128, float32": Row("attention", (0, 1, 2), lambda: attention(128, f32), "≤ 1.25"),
    "attention, 8 heads, T=1024, float32": Row("attention", (0, 1, 2), lambda: attention(1024, f32), "≤ 1.25"),
    "attention, 8 heads, T=128, float64": Row("attention", (0, 1, 2), lambda: attention(128, f64), "≤ 1.25"),
    "chain of 10,000 ops on 3 entries, float32": Row("chain", (0,), lambda: chain(10_000, 3), "≤ 0.95", ("JAX jit",)),
    "100 ops on 10⁶ entries, float32": Row("chain", (0,), lambda: chain(100, 1_000_000), "≤ 1.0"),
}


def seconds(run: Run, times: int) -> float:
    """Of processor time, which is the clock's on a machine that does nothing else."""
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def race(row: Row) -> dict[str, list[float]]:
    """Seconds a call, round by round, of every peer that is there."""
    args = row.args()
    runs: dict[str, Run] = {}
    for name, peer in PEERS.items():
        if name in row.without:
            continue
        try:
            runs[name] = peer(row.program, args, row.wrt)
            runs[name]()
        except Exception as error:  # a library that is absent, or has no such function: it is left out, and said
            runs.pop(name, None)
            print(f"  {name}: {type(error).__name__}: {str(error).splitlines()[0][:90]}", file=sys.stderr)
    times = {name: max(1, int(BLOCK / max(seconds(run, 1), 1e-9))) for name, run in runs.items()}
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            if sum(took[name]) * times[name] < PATIENCE or len(took[name]) < 2:
                took[name].append(seconds(run, times[name]))
    return took


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one processor: the one knob that all of them obey
    wanted = sys.argv[1:]
    names = [name for name in PEERS if name != "NumPy"]
    print(f"| value and gradient | bar | NumPy | {' | '.join(names)} |")
    print("|---|---|---|" + "---|" * len(names))
    for title, row in ROWS.items():
        if wanted and not any(word in title for word in wanted):
            continue
        took = race(row)
        base = took["NumPy"]
        cells = [
            f"{statistics.median(a / b for a, b in zip(took[name], base, strict=False)):.2f}" if name in took else "–"
            for name in names
        ]
        own = statistics.median(base)
        shown = f"{own * 1e6:.1f} µs" if own < 1e-3 else f"{own * 1e3:.1f} ms"
        print(f"| {title} | {row.bars} | {shown} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
