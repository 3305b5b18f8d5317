"""`read`: a source and its numbers in, a `Reading` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from unmagic.core.errors import BadValue, Unbound, UnmagicError, Unsupported
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.program import Program
from unmagic.sources.sniff import path_form, plain_equations, sniff

from .reading import Reading

LANGUAGES = ("formula", "latex", "python")


def read(
    source: str,
    /,
    *,
    lang: str | None = None,
    times: int | None = None,
    example: bool = False,
    digits: Mapping[str, int] | None = None,
    limits: Limits = DEFAULT,
    **values: Any,
) -> Reading:
    """Read a formula, LaTeX or Python text on real numbers.

    ``values`` bind its names; names that are no Python names go in as ``**{"P(D|H)": .9}``. ``times`` is the number of
    rounds of an update, ``example`` puts small whole numbers of ours in for what is unbound, ``digits`` sets a floor
    of decimals by name. Raises an `UnmagicError` that says what was read, where, and what would work.
    """
    if lang is not None and lang not in LANGUAGES:
        raise UnmagicError(f"no language {lang}", hint=f"one of {', '.join(LANGUAGES)}")
    if lang is None and (function := path_form(source)) and function.part and function.path.endswith(".py"):
        return read_path(source, values, times=times, example=example, digits=digits, limits=limits)
    return _read_text(source, values, lang=lang, times=times, example=example, digits=digits, limits=limits)


def read_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    given: Mapping[str, Any],
    *,
    digits: Mapping[str, int] | None = None,
    limits: Limits = DEFAULT,
) -> Reading:
    """Read a function of the user's: called once, its own code computing."""
    from unmagic.sources.live.function import read_function

    program = read_function(function, args, given, limits=limits)

    def again(bound: Mapping[str, Any]) -> Program:
        return read_function(function, (), {name: _copied(value) for name, value in bound.items()}, limits=limits)

    return Reading(program, again=again, limits=limits, digits=dict(digits or {}), runs=True)


def _copied(value: Any) -> Any:
    """The function may write into what it is handed; what is kept of it stays."""
    return value.copy() if isinstance(value, np.ndarray) else value


def read_path(source: str, values: Mapping[str, Any], *, digits: Any, limits: Limits, **options: Any) -> Reading:
    """``file.py:function``: walked where all of it can be, else its file is imported and the function called."""
    from unmagic.sources.live.imported import function_of

    try:
        return _read_text(source, values, lang=None, digits=digits, limits=limits, **options)
    except (Unsupported, Unbound) as error:
        try:
            function = function_of(source)
        except UnmagicError:
            raise error from None
    return read_call(function, (), {name: _array(number(name, v)) for name, v in values.items()}, limits=limits)


def _array(value: Any) -> Any:
    """What stands for an array in a command line: nested lists."""
    return np.asarray(value) if isinstance(value, list) else value


def _read_text(
    source: str,
    values: Mapping[str, Any],
    *,
    lang: str | None,
    times: int | None,
    example: bool,
    digits: Mapping[str, int] | None,
    limits: Limits,
) -> Reading:
    source, language = located(source, lang)
    bindings = {name: number(name, value) for name, value in values.items()}

    def again(bound: Mapping[str, Any]) -> Program:
        return front_end(language)(source, dict(bound), times=times, example=example, limits=limits)

    unsure = lang is None and language == "python" and plain_equations(source)
    try:
        program = again(bindings)
        unsure = unsure and program.failure is not None
    except Unbound:
        if not unsure:
            raise
    if unsure:  # y = Wx is Python by its looks, but no name Wx is bound; 1/0 raises there, and is a finding here
        language = "formula"
        program = again(bindings)
    numberless = bool(program.ours) and not bindings and not example
    return Reading(program, again=again, limits=limits, digits=dict(digits or {}), numberless=numberless)


def located(source: str, lang: str | None) -> tuple[str, str]:
    """The text and its language; a path (``file.py``, ``file.py:function``, ``file.ipynb:cell``) is opened and read."""
    language = lang or sniff(source)
    if language != "path":
        return source, language
    from unmagic.sources.files import text_of

    return text_of(source), "python"


def front_end(language: str) -> Callable[..., Program]:
    """The function that turns a text of this language into a `Program`; imported when first needed."""
    if language == "python":
        from unmagic.sources.text import read_text

        def python(text: str, bound: dict[str, Any], *, limits: Limits, **_: Any) -> Program:
            return read_text(text, bound, limits=limits)

        return python
    from unmagic.sources.formula import read_formula

    def formula(text: str, bound: dict[str, Any], *, times: int | None, example: bool, limits: Limits) -> Program:
        return read_formula(text, bound, language=language, times=times, example=example, limits=limits)

    return formula


def number(name: str, value: Any) -> Any:
    """A bound value as numbers: Python's own stay as they are, lists become arrays. Raises `BadValue`."""
    if isinstance(value, (bool, int, float, np.ndarray, np.generic)):
        array = np.asarray(value)
    else:
        try:
            array = np.asarray(value)
        except ValueError as error:
            raise BadValue(f"{name} is no array: its rows differ in length") from error
        value = array
    if array.dtype.kind not in "fiub":
        raise BadValue(
            f"{name} is not made of numbers",
            notes=(f"what came: {str(value)[:60]}",),
            hint="a number, or a list of numbers",
        )
    return value
