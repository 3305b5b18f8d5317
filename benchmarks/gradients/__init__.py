"""Gradients of NumPy functions: the fast path beside hand-written NumPy and other libraries.

One thread: the pools of threads read this when their library is loaded, so it stands in front of all imports.
"""

import os

for _pool in ("OPENBLAS", "OMP", "MKL", "NUMEXPR"):
    os.environ[f"{_pool}_NUM_THREADS"] = "1"
