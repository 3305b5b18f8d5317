"""Breaking text into rows of a given width, in the columns that a terminal gives it."""

from __future__ import annotations

from unmagic.core.symbols import cells

_SIGNS = frozenset("+−-·*/=≈<>≤≥←→⇒×⊙⊗∈@|") | {"~=", "<-", "->", "=>", "<=", ">=", ".*"}


def wrap(text: str, width: int, hang: str = "", formula: bool = False) -> list[str]:
    """``text`` in rows at most ``width`` columns wide; rows after the first start with ``hang``.

    A formula breaks before a sign, never after one. A word that is wider than a row is cut.
    """
    rows: list[str] = []
    row = ""
    for word in _words(text, formula):
        if not row and not rows:
            row = word
        elif row.strip() and cells(row) + 1 + cells(word) <= width:
            row += f" {word}"
        elif not row.strip():
            row += word
        else:
            rows.append(row)
            row = hang + word
        while cells(row) > width > cells(hang):
            cut = _fitting(row, width)
            rows.append(row[:cut])
            row = hang + row[cut:]
    if row.strip():
        rows.append(row)
    return rows or [""]


def _words(text: str, formula: bool) -> list[str]:
    words = text.split(" ")
    if not formula:
        return [word for word in words if word]
    glued: list[str] = []
    for word in words:
        if glued and glued[-1].rpartition(" ")[2] in _SIGNS:
            glued[-1] += f" {word}"
        else:
            glued.append(word)
    return glued


def _fitting(text: str, width: int) -> int:
    """How many characters of ``text`` fit into ``width`` columns; at least one."""
    used = 0
    for i, c in enumerate(text):
        used += cells(c)
        if used > width:
            return max(i, 1)
    return len(text)


def right(left: str, aside: str, edge: int) -> str | None:
    """``left`` with ``aside`` set against the right edge; nothing where both do not fit on one row."""
    gap = edge - cells(left) - cells(aside)
    return f"{left}{' ' * gap}{aside}" if gap >= 2 else None
