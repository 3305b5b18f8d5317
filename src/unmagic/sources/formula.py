"""The front end for formulas and LaTeX: text and values to a Program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.program import Program
from unmagic.core.span import SourceText
from unmagic.engine.differentiate import differentiate
from unmagic.lang.bindings import arrays
from unmagic.lang.statements import read


def read_formula(
    text: str,
    bindings: Mapping[str, Any] | None = None,
    *,
    language: str = "formula",
    limits: Limits = DEFAULT,
    times: int | None = None,
    example: bool = False,
) -> Program:
    """A formula with its numbers, as a Program.

    ``language`` is ``formula`` or ``latex``. ``times`` is the number of rounds of an update. Without any bindings the
    shapes are inferred and stand for letters (`Program.letters`); with ``example`` the names that are not bound get
    small whole numbers (`Program.ours`). Raises `UnmagicError` for what has no reading.
    """
    given = dict(bindings or {})
    values = arrays(given, limits)
    program = read(
        SourceText(text, "latex" if language == "latex" else "formula"), language, values, limits, differentiate, times
    )
    program.bindings = given
    return program
