"""The command line: ``unmagic read SOURCE NAME=VALUE …`` and its sisters."""

from __future__ import annotations

import argparse
import ast
import difflib
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unmagic.core.errors import BadValue, UnmagicError

FORMATS = ("text", "markdown", "latex", "html", "mathml", "json")

READ, FOUND, UNREAD = 0, 1, 2
"""Exit codes: read; findings (`check`); could not read."""

def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in SITE_OPTIONS:
        arguments = ["serve", *arguments]  # asked for nothing, it opens the site
    command, *words = arguments
    if command == "run":
        from unmagic.cli_run import run as run_script

        return run_script(words)
    if command == "demo":
        return _demo(words)
    if command in ("-h", "--help", "--version") or command not in COMMANDS:
        return _help(command)
    options = _parser(command).parse_intermixed_args(words)  # numbers may stand before, between and after options
    try:
        run: int = options.run(options)
    except UnmagicError as error:
        print(_printable(error.report(), options), file=sys.stderr)
        return UNREAD
    except BrokenPipeError:  # the reader of our pipe has left
        sys.stderr.close()
        return READ
    return run


def read(options: argparse.Namespace) -> int:
    """``unmagic read``: the reading, and what else was asked of it."""
    reading = _reading(options)
    if options.dtype:
        reading = reading.change(dtype=options.dtype)
    _write(reading, options, grad=options.grad, why=options.why, blame=options.blame, everything=options.all)
    return READ if reading.program.failure is None else UNREAD


def narrate(options: argparse.Namespace) -> int:
    """``unmagic narrate``: what the source means, in words; numbers are not needed."""
    import unmagic as um

    values = dict(_binding(word) for word in options.values)
    _put(_wrapped(um.narrate(_source(options.source), lang=options.lang, **values), options.width), options)
    return READ


def check(options: argparse.Namespace) -> int:
    """``unmagic check``: findings only; exit code 1 if there are any that nobody acknowledged."""
    reading = _reading(options)
    open_ones = [finding for finding in reading.findings if not finding.acknowledged]
    _write(reading, options, only="findings")
    return FOUND if open_ones else READ


def serve(options: argparse.Namespace) -> int:
    """``unmagic serve``: the site, by default to this machine alone."""
    from unmagic.web.serve import serve as run

    return run(options.host, options.port, options.workers, not options.no_browser)


def _demo(words: Sequence[str]) -> int:
    from unmagic.cli_demo import demo

    try:
        return demo(words)
    except UnmagicError as error:
        print(error.report(), file=sys.stderr)
        return UNREAD


def _reading(options: argparse.Namespace) -> Any:
    import unmagic as um

    values = dict(_binding(word) for word in options.values)
    return um.read(_source(options.source), lang=options.lang, times=options.times, example=options.example, **values)


def _source(word: str) -> str:
    """The text itself; ``-`` reads standard input."""
    return sys.stdin.read() if word == "-" else word


def _binding(word: str) -> tuple[str, Any]:
    """``NAME=VALUE`` or ``NAME=@FILE``. Raises `BadValue`."""
    name, sign, text = word.partition("=")
    if not sign or not name:
        raise BadValue(f"can't read {word!r} as NAME=VALUE", hint="for example  x=[1,2,3]  or  x=@x.npy")
    return name.strip(), _file(text[1:]) if text.startswith("@") else _literal(name, text)


def _literal(name: str, text: str) -> Any:
    plain = text.strip().replace("−", "-")
    named = {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan"), "true": True, "false": False}
    if plain.lower() in named:
        return named[plain.lower()]
    try:
        return ast.literal_eval(plain)
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise BadValue(
            f"can't read the value of {name}: {text[:60]!r}",
            hint="a number, or a list of numbers such as [[1, 2], [3, 4]]",
        ) from error


def _file(path: str) -> Any:
    """Numbers from a ``.npy``, ``.csv``, ``.txt`` or ``.json`` file; nothing pickled is ever loaded."""
    import numpy as np

    file = Path(path)
    try:
        if file.suffix == ".npy":
            return np.load(file, allow_pickle=False)
        if file.suffix == ".json":
            import json

            return json.loads(file.read_text())
        return np.loadtxt(file, delimiter="," if file.suffix == ".csv" else None)
    except (OSError, ValueError) as error:
        hint = "a .npy, .csv, .txt or .json file of numbers"
        raise BadValue(f"can't read numbers from {path}", notes=(str(error),), hint=hint) from error


def _write(reading: Any, options: argparse.Namespace, **show: Any) -> None:
    if options.format == "text":
        from unmagic.render.terminal import write

        write(reading.document(**show), width=options.width, ascii=options.ascii or None)
    else:
        _put(reading.to(options.format, **show), options)


def _wrapped(text: str, width: int | None) -> str:
    """Prose in lines of at most ``width`` characters, paragraphs apart."""
    import shutil
    import textwrap

    columns = width or min(shutil.get_terminal_size().columns, 100)
    return "\n\n".join(textwrap.fill(paragraph, columns) for paragraph in text.split("\n\n"))


def _put(text: str, options: argparse.Namespace) -> None:
    print(_printable(text, options))


def _printable(text: str, options: argparse.Namespace) -> str:
    """Text that the terminal's encoding can carry."""
    encoding = sys.stdout.encoding or "ascii"
    if not getattr(options, "ascii", False):
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            pass
        else:
            return text
    from unmagic.render.text import to_ascii

    return to_ascii(text)


COMMANDS = {
    "read": (read, "every step worked, forwards and backwards"),
    "narrate": (narrate, "what it means, in plain words"),
    "check": (check, "findings only"),
    "serve": (serve, "the site: lessons and the Reader; also what unmagic alone does"),
}

SITE_OPTIONS = ("--host", "--port", "--workers", "--no-browser")


def _abouts() -> list[tuple[str, str]]:
    """Every command and what it is for."""
    return [
        *((name, about) for name, (_, about) in COMMANDS.items()),
        ("run", "run a script; findings at the end"),
        ("demo", "small broken programs, and what is found in them"),
    ]


def _help(word: str) -> int:
    """What there is; exit code 2 if it was not asked for."""
    if word == "--version":
        import unmagic as um

        print(f"unmagic {um.__version__}")
        return READ
    lines = ["Read ML math the way you read a stack trace.", ""]
    lines += [f"  unmagic {name:<8} {about}" for name, about in _abouts()]
    lines += ["", "unmagic COMMAND --help says more."]
    asked = word in ("-h", "--help")
    if not asked:
        near = difflib.get_close_matches(word, [name for name, _ in _abouts()], n=1)
        hint = f"did you mean  unmagic {near[0]}?" if near else f"to read it:  unmagic read {shlex.quote(word)}"
        lines = [f"no command {word!r}", f"  {hint}", "", *lines]
    print("\n".join(lines), file=sys.stdout if asked else sys.stderr)
    return READ if asked else UNREAD


def _parser(command: str) -> argparse.ArgumentParser:
    run, about = COMMANDS[command]
    parser = argparse.ArgumentParser(prog=f"unmagic {command}", description=about, allow_abbrev=False)
    parser.set_defaults(run=run)
    if command == "serve":
        parser.add_argument("--host", default="127.0.0.1", help="where to listen; this machine alone by default")
        parser.add_argument("--port", type=int, default=0, help="a free one by default")
        parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes side by side")
        parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
        return parser
    parser.add_argument("source", metavar="SOURCE", help="a formula, LaTeX, Python text, a file, or - for stdin")
    parser.add_argument("values", nargs="*", metavar="NAME=VALUE", help="numbers, as x=[1,2] or x=@x.npy")
    parser.add_argument("--lang", choices=("formula", "latex", "python"), help="instead of telling by looks")
    parser.add_argument("--times", type=int, metavar="N", help="rounds of an update")
    parser.add_argument("--example", action="store_true", help="put small numbers of ours in for what is unbound")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--width", type=int, help="columns of text; the terminal's by default")
    parser.add_argument("--ascii", action="store_true", help="no characters beyond ASCII")
    if command == "read":
        for flag, what, about_it in (
            ("--grad", "NAME", "the backward pass to NAME"),
            ("--why", "NAME[i,j]", "the arithmetic of one entry"),
            ("--blame", "NAME[i,j]", "how one entry moves the result"),
        ):
            parser.add_argument(flag, action="append", default=[], metavar=what, help=about_it)
        parser.add_argument("--dtype", metavar="DTYPE", help="as it would run in float16, float32 or float64")
        parser.add_argument("--all", action="store_true", help="every entry, not only the first few")
    return parser


if __name__ == "__main__":
    sys.exit(main())
