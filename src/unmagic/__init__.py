"""Read ML math the way you read a stack trace.

``um.read(source, **values)`` gives a `Reading`: every step worked on your numbers, forwards and backwards. Names are
loaded when first asked for, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unmagic.core.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from unmagic.core.finding import Finding
    from unmagic.core.limits import Limits
    from unmagic.reading.reading import Reading
    from unmagic.reading.watch import Watch

__version__ = VERSION

__all__ = [
    "Limits", "Reading", "UnmagicError", "__version__", "assert_sound", "check", "grad", "narrate", "read",
    "value_and_grad", "watch",
]  # fmt: skip

_HOMES = {
    "Limits": "unmagic.core.limits",
    "UnmagicError": "unmagic.core.errors",
    "Reading": "unmagic.reading.reading",
    "Finding": "unmagic.core.finding",
}


def read(
    source: str | Callable[..., Any],
    /,
    *args: Any,
    lang: str | None = None,
    times: int | None = None,
    example: bool = False,
    digits: Mapping[str, int] | None = None,
    limits: Limits | None = None,
    **values: Any,
) -> Reading:
    """Read a formula, LaTeX or Python text on real numbers, or a function: ``um.read(loss, W, x)`` calls it once.

    ``values`` bind its names; names that are no Python names go in as ``**{"P(D|H)": .9}``. ``times`` is the number of
    rounds of an update, ``example`` puts small whole numbers of ours in for what is unbound, ``digits`` sets a floor
    of decimals by name. Raises an `UnmagicError` that says what was read, where, and what would work.
    """
    from unmagic.core.errors import UnmagicError
    from unmagic.core.limits import DEFAULT
    from unmagic.reading.read import read as open_source
    from unmagic.reading.read import read_call
    from unmagic.reading.reading import Reading
    from unmagic.render import render

    Reading.printer = staticmethod(render)
    if callable(source):
        return read_call(source, args, values, digits=digits, limits=limits or DEFAULT)
    if args:
        raise UnmagicError("a text takes its numbers by name", hint="um.read('y = W x', W=…, x=…)")
    return open_source(
        source, lang=lang, times=times, example=example, digits=digits, limits=limits or DEFAULT, **values
    )


def narrate(source: str, /, *, lang: str | None = None, **values: Any) -> str:
    """What a source means, in plain English; numbers are not needed."""
    from unmagic.core.span import SourceText
    from unmagic.reading.narrate import narrate_text
    from unmagic.reading.read import located

    text, language = located(source, lang)
    if values or language == "python":
        return read(source, lang=lang, example=True, **values).narrate()
    said = narrate_text(SourceText(text), language)  # by its looks alone; what no idiom knows is read with our numbers
    return "\n\n".join(said) if any(said) else read(source, lang=lang, example=True).narrate()


def check(source: str | Callable[..., Any], /, *args: Any, **options: Any) -> list[Finding]:
    """What is wrong with a source on these numbers: confusions and hazards with place, evidence and mend."""
    return list(read(source, *args, **options).findings)


def assert_sound(source: str | Callable[..., Any], /, *args: Any, **options: Any) -> Reading:
    """The reading of a source that has no findings and does not raise; else `AssertionError` shows the first one."""
    reading = read(source, *args, **options)
    if reading.program.failure is not None:
        raise AssertionError(reading.program.failure.report())
    found = [finding for finding in reading.findings if not finding.acknowledged]
    if found:
        from unmagic.render.findings import findings_text

        raise AssertionError("\n" + findings_text(found[:1]))
    return reading


def watch(*, show: bool = True) -> Watch:
    """``with um.watch() as w:`` says what went wrong where NumPy first meets a division by 0, an overflow or a nan.

    The block computes, warns and raises as it would without. What was found is in ``w.findings``, and with ``show`` on
    standard error where the block ends. It hears the thread that it stands in.
    """
    from unmagic.reading.watch import Watch

    def shown(findings: Sequence[Finding]) -> None:
        from unmagic.render.findings import show_findings

        show_findings(findings)

    return Watch(shown if show else None)


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext unmagic``: the cell magic ``%%unmagic``."""
    from unmagic.notebook import load

    load(shell)


def grad(fn: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The gradient of a NumPy function that returns one float, with respect to the arguments ``argnums``.

    ``fn`` is a function, a method, a callable object or a `functools.partial`. What comes back is a function of the
    same arguments. An argument is an array, a float, or lists, tuples and dicts of them, and so is its gradient, shape
    by shape; of an object of yours it is a dict by attribute name, of the attributes that hold such. With several
    ``argnums``, which count arguments by position, gradients come as a tuple.

    The function is traced at the first call; later calls replay it as straight-line NumPy. Where a shape, a dtype, a
    branch or a number that it uses is another, it is traced anew; arrays that it captures, in attributes too, are read
    at each call. A function whose text has no reading is traced by calling it, once, with all that the call does; where
    a replay would not do what it does (print, append, draw from a Generator that is handed in), that is each call, and
    ``gradient.differentiated.slow`` says why.

    Raises `UnmagicError` where there is no gradient: the result is no float, what is derived is none, or a step on the
    way was not read, which is named with its place. What ``fn`` raises when it is called comes as it is.
    """
    from unmagic.engine.fast import differentiated
    from unmagic.sources.trace import trace

    return differentiated(fn, argnums, False, trace)


def value_and_grad(fn: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """Like `grad`, and the function's value before it: ``(value, gradient)``."""
    from unmagic.engine.fast import differentiated
    from unmagic.sources.trace import trace

    return differentiated(fn, argnums, True, trace)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'unmagic' has no attribute {name!r}")
