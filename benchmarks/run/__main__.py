"""``python -m benchmarks run [WORD …]``: programs run plain and by `unmagic run`, as whole processes in pairs.

A figure is the median over the pairs of the ratio in processor time, from which the start-up of a script of two lines
is taken on both sides; it has a row of its own. Beside it stand the lowest and the highest ratio: how noisy it was.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .process import OFF, PLAIN, PROGRAMS, RUN, Machine
from .rows import TIMES, Row

ROUNDS = 5
WITH_NUMPY = "import numpy as np\nx = np.ones(3) * 2.0\n"
WITHOUT = "x = 0.5\ny = x * 2.0\n"
SHORT, LONG = 30, 120


class Start:
    """Processor seconds until the first line of a program, and what ends a run, by the way it is run."""

    def __init__(self, machine: Machine) -> None:
        self.numpy, self.plain = machine.script(WITH_NUMPY), machine.script(WITHOUT)
        self.machine = machine
        self._known: dict[tuple[tuple[str, ...], str], float] = {}

    def of(self, way: tuple[str, ...], text: str) -> float:
        script = self.numpy if "import numpy" in text else self.plain
        if (way, script) not in self._known:
            self.machine.run(way, script)
            rounds = [self.machine.run(way, script).seconds for _ in range(2 * ROUNDS + 1)]
            self._known[way, script] = statistics.median(rounds)
        return self._known[way, script]


def compare(machine: Machine, start: Start, row: Row, way: tuple[str, ...] = RUN) -> str:
    """A program's time over its plain time, and by how much its peak of memory is higher."""
    path = PROGRAMS / f"{row.program}.py"
    text, script = path.read_text(encoding="utf-8"), str(path)
    arguments = row.arguments.format(counted(machine, start, row, text, script)).split()
    machine.run(way, script, *arguments)  # its instrumented code is in the cache
    ratios, plains, more = [], [], []
    for _ in range(ROUNDS):
        plain, ours = machine.run(PLAIN, script, *arguments), machine.run(way, script, *arguments)
        plains.append(plain.seconds - start.of(PLAIN, text))
        ratios.append((ours.seconds - start.of(way, text)) / plains[-1])
        more.append(ours.peak - plain.peak)
    spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
    return f"{statistics.median(plains):.1f} s | {statistics.median(ratios):.2f} | {spread} | {max(more):.0f}"


def counted(machine: Machine, start: Start, row: Row, text: str, script: str) -> int:
    """The count with which a program takes the seconds of its row when it runs plain, in two figures."""
    count = row.first
    for _ in range(2):  # what a program does once is no part of the first guess
        seconds = machine.run(PLAIN, script, *row.arguments.format(count).split()).seconds - start.of(PLAIN, text)
        exact = count * row.seconds / max(seconds, 0.02)
        grain = 10.0 ** max(0, int(math.log10(exact)) - 1)
        count = max(1, int(round(exact / grain) * grain))
    return count


def startup(machine: Machine, start: Start) -> str:
    """Processor time of a script of two lines: with NumPy, without"""
    parts = []
    for text in (WITH_NUMPY, WITHOUT):
        plain, ours = start.of(PLAIN, text), start.of(RUN, text)
        parts.append(f"{(ours - plain) * 1e3:.0f} ms over {plain * 1e3:.0f}")
    return ", ".join(parts)


def per_lines(machine: Machine, start: Start) -> str:
    """Start-up for 1,000 lines of the user's own: found in the cache / first time (Python's own compiling)"""
    import unmagic.reading
    from unmagic.sources.live.cache import instrumented
    from unmagic.sources.live.instrument import connected
    from unmagic.sources.live.sites import Source

    files = [path.read_text(encoding="utf-8") for path in sorted(Path(unmagic.reading.__path__[0]).glob("*.py"))]
    lines = sum(text.count("\n") for text in files)

    def typical(once: Callable[[str], object], fresh: bool = False) -> float:
        times = []
        for k in range(ROUNDS):
            if fresh or not k:
                os.environ["UNMAGIC_CACHE"] = str(machine.folder / f"{once.__name__}{k}")
            began = time.process_time()
            for text in files:
                once(text)
            times.append((time.process_time() - began) / lines * 1e6)
        return statistics.median(times)

    def ours(text: str) -> object:
        return connected(instrumented(text.encode(), "file.py"), Source("file.py", text))

    first, cached = typical(ours, fresh=True), typical(ours)
    return f"{cached:.1f} / {first:.0f} ms ({typical(lambda text: compile(text, 'file.py', 'exec')):.1f})"


def hooks_off(machine: Machine, start: Start) -> str:
    """Instrumented, and nobody listens: classes with small arrays, Python floats"""
    rows = [row for row in TIMES if row.program in ("trainer", "floats")]
    return ", ".join(compare(machine, start, row, OFF).split(" | ")[1] for row in rows)


def long_run(machine: Machine, start: Start) -> str:
    """Peak of memory over the plain program's, in a sound program of 30 s / of 120 s"""
    more = []
    for seconds in (SHORT, LONG):
        script, argument = str(PROGRAMS / "trainer.py"), f"{seconds}.0"
        more.append(machine.run(RUN, script, argument).peak - machine.run(PLAIN, script, argument).peak)
    return f"{more[0]:.0f} / {more[1]:.0f} MB"


OTHERS: tuple[tuple[Callable[[Machine, Start], str], str], ...] = (
    (startup, "about 250 ms"),
    (per_lines, "≤ 2 / ≤ 90 ms"),
    (hooks_off, "≤ 1.05×"),
    (long_run, "≤ 64 MB, no more in the longer one"),
)


def main(words: list[str]) -> None:
    """Print the rows whose title has one of the words, or all."""
    machine = Machine()
    start = Start(machine)

    def wanted(title: str) -> bool:
        return not words or any(word in title for word in words)

    print("\n| program | bar | plain | unmagic run | of the pairs | MB more |\n|---|---|---|---|---|---|")
    for row in TIMES:
        if wanted(row.title):
            bar = "–" if row.bar is None else f"≤ {row.bar}"
            print(f"| {row.title} | {bar} | {compare(machine, start, row)} |", flush=True)
    print("\n| what | bar | measured |\n|---|---|---|")
    for measure, limit in OTHERS:
        title = measure.__doc__ or ""
        if wanted(title):
            print(f"| {title} | {limit} | {measure(machine, start)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
