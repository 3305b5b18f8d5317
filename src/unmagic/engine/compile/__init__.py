"""A Graph compiled to straight-line NumPy: rewritten, given places in memory, written out, run again and again."""

from .function import Function, compiled

__all__ = ["Function", "compiled"]
