"""``python -m benchmarks``: what a user waits for, measured."""

import subprocess
import sys
import time


def cold_import(repeats: int = 5) -> float:
    """Seconds a fresh interpreter takes for ``import unmagic``, NumPy and all; the best of a few."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import unmagic"], check=True)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    print(f"import unmagic, fresh interpreter: {cold_import() * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
