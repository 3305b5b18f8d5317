"""What a function's code has of its text, wherever that stands: whether a text is the one it was made from."""

from __future__ import annotations

from types import CodeType
from typing import Any


def facts(code: CodeType) -> tuple[Any, ...]:
    """Equal for codes of one text."""
    numbers = [repr(value) for value in code.co_consts if not isinstance(value, CodeType)]
    return code.co_varnames, code.co_cellvars, {*code.co_names, *code.co_freevars}, numbers


__all__ = ["facts"]
