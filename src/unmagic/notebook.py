"""``%load_ext unmagic``, then ``%%unmagic`` on a cell: it runs as it would, and what it computed is shown, worked."""

from __future__ import annotations

from typing import Any

from unmagic.core.errors import UnmagicError
from unmagic.reading.reading import Reading


def load(shell: Any) -> None:
    """Give ``shell`` the cell magic."""
    def unmagic(line: str, cell: str) -> Reading | None:
        """``%%unmagic [NAME ...]``: run the cell and read it; with names, the gradient to them too."""
        return read(shell, line, cell, f"<In [{shell.execution_count}]>")

    shell.register_magic_function(unmagic, magic_kind="cell", magic_name="unmagic")


def read(shell: Any, line: str, cell: str, path: str) -> Reading | None:
    """Run ``cell`` once in the notebook's names. What it raises is raised, behind the reading up to there."""
    from unmagic.render import render
    from unmagic.sources.live.cell import read_cell

    Reading.printer = staticmethod(render)
    text = shell.transform_cell(cell)  # ``%time`` and ``!ls`` are the notebook's own language
    try:
        came = read_cell(text, shell.user_ns, path)
    except SyntaxError as error:
        if error.msg.startswith(("'await' outside", "'async for' outside", "'async with' outside", "asynchronous")):
            error.add_note("%%unmagic runs a cell without its event loop: leave the magic out, or read what is awaited")
        raise error.with_traceback(None) from None  # no frame of ours: it is the cell that does not parse
    if came.error is not None:
        if came.program is not None:
            display(Reading(came.program, runs=True))
        raise came.error
    if came.program is None:
        print("unmagic: there is nothing to read: no step was computed on numbers")
        return None
    reading = Reading(came.program, runs=True)
    if not line.split():
        return reading
    try:
        return reading.gradient(*line.replace(",", " ").split())
    except UnmagicError as error:
        print(f"unmagic: {error.report()}")
        return reading


def display(reading: Reading) -> None:
    from IPython.display import display as show

    show(reading)


__all__ = ["display", "load", "read"]
