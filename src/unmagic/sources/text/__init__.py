"""Python text: walked on its syntax tree and never executed."""

from .read import read_text

__all__ = ["read_text"]
