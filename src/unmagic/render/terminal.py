"""Documents on a stream: as wide as the terminal, in colour where it wants colour, in ASCII where it has no more.

rich is imported only when something is coloured: the plain path stays as quick to start as Python itself.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from unmagic.core.document import Document

from .columns import Row
from .text import WIDTH, rows

STYLES = {
    "title": "bold",
    "heading": "bold",
    "gutter": "dim",
    "formula": "",
    "aside": "italic dim",
    "words": "italic dim",
    "note": "dim",
    "label": "",
    "relation": "dim",
    "value": "",
    "finding": "bold red",
    "added": "green",
    "deleted": "red",
}

_GLYPHS = "∂−≈→⇒ᵀ₀¹…×·√Σθ∇─"


def wants_colour(stream: TextIO, environ: Mapping[str, str] | None = None) -> bool:
    """Whether ``stream`` is to be coloured: NO_COLOR forbids it, FORCE_COLOR asks for it, else a terminal that can."""
    environ = os.environ if environ is None else environ
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] != "0"
    return is_terminal(stream) and environ.get("TERM", "") != "dumb"


def is_terminal(stream: TextIO) -> bool:
    """Whether a person reads ``stream`` as it is written; a closed stream is nobody's."""
    try:
        return stream.isatty()
    except ValueError:
        return False


def takes_unicode(stream: TextIO) -> bool:
    """Whether the stream's encoding has the signs that a page is set in. One without an encoding takes all text."""
    encoding = getattr(stream, "encoding", None)
    if not encoding:
        return True
    try:
        _GLYPHS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def width_of(stream: TextIO) -> int:
    """Columns of the terminal, or 80 where the stream is none."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if is_terminal(stream) else WIDTH


def write(
    document: Document,
    stream: TextIO | None = None,
    *,
    width: int | None = None,
    ascii: bool | None = None,
    inside: bool = False,
    colour: bool | None = None,
) -> None:
    """Write a document to ``stream`` (standard output), as that stream wants it."""
    stream = sys.stdout if stream is None else stream
    ascii = not takes_unicode(stream) if ascii is None else ascii
    colour = wants_colour(stream) if colour is None else colour
    made = rows(document, width or width_of(stream), ascii, inside)
    stream.write(coloured(made) if colour else plain_rows(made))


def plain_rows(made: Sequence[Row]) -> str:
    """Rows without their styles."""
    return "".join(f"{''.join(piece.text for piece in row).rstrip()}\n" for row in made)


def coloured(made: Sequence[Row]) -> str:
    """Rows with their styles as the terminal's escape sequences."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    page = StringIO()
    console = Console(file=page, force_terminal=True, no_color=False, highlight=False, legacy_windows=False)
    for row in made:
        line = Text.assemble(*((piece.text, STYLES.get(piece.style, "")) for piece in row))
        line.rstrip()
        console.print(line, soft_wrap=True)
    return page.getvalue()
