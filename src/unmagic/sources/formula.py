"""The front end for formulas and LaTeX: text and values to a Program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from unmagic.core.errors import LimitReached, Unbound
from unmagic.core.graph import Array
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.program import Program
from unmagic.core.span import SourceText
from unmagic.engine.differentiate import differentiate
from unmagic.lang.bindings import arrays
from unmagic.lang.shapes import infer
from unmagic.lang.statements import Reader

from .kept import keep, key_of, read_before


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
    source = SourceText(text, "latex" if language == "latex" else "formula")

    def reader(values: dict[str, Array], letters: bool) -> Reader:
        return Reader(source, language, values, limits, differentiate, letters=letters)

    try:
        with np.errstate(all="ignore"):
            if example or not given:
                try:
                    program = reader(values, False).run(times)
                except Unbound:
                    program = infer(reader, values, times)
                if given or example:
                    program.letters = {}
            else:
                key = key_of(text, language, values, times, limits)
                before = read_before(key, values)
                if before is None:
                    fresh = reader(values, False)
                    before = fresh.run(times)
                    keep(key, fresh, before)
                program = before
    except RecursionError:
        raise LimitReached("the formula nests too deeply", notes=(f"limit: depth ≤ {limits.depth}",)) from None
    program.bindings = given
    return program
