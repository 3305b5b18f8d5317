"""A statement as a formula."""

from __future__ import annotations

import ast
from typing import Any


def statement_notation(node: ast.stmt) -> tuple[Any, Any]:
    return None, None
