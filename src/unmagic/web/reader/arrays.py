"""Numbers as visitors type them: ``3``, ``1, 2, 3``, ``1 0; 0 1``, or as NumPy prints them. Parsed, never executed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.core.limits import WEB
from unmagic.lesson.numbers import typed

LONGEST = 60_000
"""Characters of one array."""

DEEPEST = 4
"""Axes of one array."""

Nested = list[Any]
"""Cells as text, nested as their array is; one cell alone is its text."""

HINT = "a number, a vector 1, 2, 3, or a matrix row by row: 1 0; 0 1"
_NAMES = {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf, "nan": math.nan, "true": 1, "false": 0}
_WRAPPED = re.compile(r"(?:np\.|numpy\.|torch\.|jnp\.)?(?:array|tensor|asarray)\((.*?)(?:,\s*dtype=[\w.]+\s*)?\)", re.S)
_DECIMAL = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d{1,15}", re.ASCII)


def array(text: str) -> Any:
    """The number or array that ``text`` stands for: whole numbers stay whole. Raises `BadValue`."""
    cells = nested(text)
    if isinstance(cells, str):
        return cell(cells)
    try:
        values = np.array(_numbers(cells))
    except ValueError as error:
        raise BadValue(f"its rows differ in length: {_lengths(cells)}", hint=HINT) from error
    WEB.need("entries of one array", values.size, WEB.entries)
    return values


def cell(text: str) -> Any:
    """One number; inf and nan are said by name."""
    plain = text.replace("−", "-").strip()
    if plain.lower() in _NAMES:
        return _NAMES[plain.lower()]
    if _WHOLE.fullmatch(plain):
        return int(plain)
    if _DECIMAL.fullmatch(plain) and math.isfinite(value := float(plain)):
        return value  # however large: overflow is one of the things that people come to look at
    return typed(text)


def canonical(text: str) -> str:
    """The text as the address holds it: ``1,0;0,1``; what has no reading stays as it was typed."""
    try:
        cells = nested(text)
        joined = _joined(cells)
        again = nested(joined)
    except UnmagicError:
        return text.strip()
    # a cell that can't be a number may hold what would split it: then nothing but the visitor's own text is safe
    return joined.replace("−", "-") if again == cells else text.strip()


def _joined(cells: Nested | str) -> str:
    if isinstance(cells, str):
        return cells
    if all(isinstance(part, str) for part in cells):
        return ",".join(cells) + ("," if len(cells) == 1 else "")
    if all(isinstance(part, list) and all(isinstance(c, str) for c in part) for part in cells):
        return ";".join(",".join(row) for row in cells) + (";" if len(cells) == 1 else "")
    return f"[{','.join(_bracketed(cells))}]"


def _bracketed(cells: Nested) -> Iterable[str]:
    """Parts of an array of many axes; no deeper than `DEEPEST`."""
    for part in cells:
        yield part if isinstance(part, str) else f"[{','.join(_bracketed(part))}]"


def nested(text: str) -> Nested | str:
    """The cells of a text, nested by its brackets, or by its rows where it has none. Raises `BadValue`."""
    plain = re.sub(r"[ \t]+%", "%", text.replace("\r\n", "\n").strip())
    if len(plain) > LONGEST:
        raise BadValue(f"{len(plain):,} characters of numbers", hint=f"at most {LONGEST:,}")
    if match := _WRAPPED.fullmatch(plain):
        plain = match[1].strip()
    if not plain:
        raise BadValue("nothing stands here", hint=HINT)
    if "[" in plain or "]" in plain:
        return _by_brackets(plain)
    rows = re.split(r";[ \t]*\n?|\n", plain)
    if rows[-1].strip() == "" and len(rows) > 1:
        rows.pop()
        return [_row(row) for row in rows]
    if len(rows) > 1:
        return [_row(row) for row in rows]
    cells = _row(plain)
    return cells if len(cells) != 1 or plain.rstrip().endswith(",") else cells[0]


def _row(text: str) -> list[str]:
    """Cells apart by commas; by blanks where there is no comma."""
    cells = text.strip().removesuffix(",").split(",") if "," in text else text.split()
    if not all(part.strip() for part in cells) or not cells:
        raise BadValue("a number is missing between two commas" if cells else "a row without numbers", hint=HINT)
    return [" ".join(part.split()) for part in cells]


def _by_brackets(text: str) -> Nested:
    """Lists within lists, as Python and NumPy print them."""
    top: Nested = []
    open_ones: list[Nested] = [top]
    for token in re.findall(r"[\[\]]|[^\s,;\[\]]+", text):
        if token == "[":
            if len(open_ones) > DEEPEST:
                raise BadValue(f"more than {DEEPEST} brackets deep", hint=HINT)
            inner: Nested = []
            open_ones[-1].append(inner)
            open_ones.append(inner)
        elif token == "]":
            if len(open_ones) == 1:
                raise BadValue("a ] without its [", hint=HINT)
            open_ones.pop()
        else:
            open_ones[-1].append(token)
    if len(open_ones) > 1:
        raise BadValue("a [ without its ]", hint=HINT)
    if len(top) != 1 or not isinstance(top[0], list):
        raise BadValue("numbers beside the brackets", hint=HINT)
    return top[0]


def _numbers(cells: Nested) -> Nested:
    """The same nesting, of numbers."""
    out: Nested = []
    waiting: list[tuple[Nested, Nested]] = [(cells, out)]
    while waiting:
        texts, numbers = waiting.pop()
        for part in texts:
            if isinstance(part, str):
                numbers.append(cell(part))
            else:
                inner: Nested = []
                numbers.append(inner)
                waiting.append((part, inner))
    return out


def _lengths(cells: Nested) -> str:
    sizes = [len(part) if isinstance(part, list) else 1 for part in cells]
    return ", ".join(map(str, sizes[:8]))
