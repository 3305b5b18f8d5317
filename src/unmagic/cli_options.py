"""The command line of ``unmagic run``: which of its words are ours and which the program's."""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

FORMATS = ("text", "markdown", "latex", "html", "json")
UNREAD = 2
USAGE = "unmagic run SCRIPT [ARG ...] [--read LINE] [--format F] [--all]"
HELP = """\
SCRIPT is a Python file, or a folder or archive with a __main__.py; -m MODULE runs a module, as python -m does.

--read, --format and --all may stand before SCRIPT, where they are always ours, or after it. After it they are the
program's own where a string of its text spells them (as "--format") or their value is none of ours; and so is all
that comes after a --. A -- that comes before the program's first word is ours, and taken away.
"""
MOST_FILES = 200
BY_NAME = re.compile(
    r"\b(fire|typer|click|cyclopts|tyro|plac|docopt|absl|getopt|gflags|jsonargparse|simple_parsing|HfArgumentParser)\b"
)
"""What makes options out of names, or of prose: there no string need spell one."""


@dataclass
class Options:
    """What was asked for. ``unsure`` are options that may have been meant for us, and went to the program."""

    script: str = ""
    arguments: list[str] = field(default_factory=list)
    module: bool = False
    read: int | None = None
    format: str = "text"
    all: bool = False
    unsure: list[str] = field(default_factory=list)


def options(words: Sequence[str]) -> Options:
    """Read the words behind ``unmagic run``. Raises `SystemExit`, as `argparse` does."""
    parser = argparse.ArgumentParser(
        prog="unmagic run", usage=USAGE, allow_abbrev=False, epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="run a Python program, and say at the end what is wrong with its math",
    )  # fmt: skip
    parser.add_argument("--read", type=int, metavar="LINE", help="show the steps of this line of the script")
    parser.add_argument("--format", choices=FORMATS, default="text", help="what is said at the end, on standard error")
    parser.add_argument("--all", action="store_true", help="record every iteration of every loop, not 1, 2, 4, 8, …")
    parser.add_argument("-m", dest="module", metavar="MODULE", help="run a module instead of a file")
    parser.add_argument("script", metavar="SCRIPT", nargs="?", help="a Python file")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG", help="what the program is handed")
    ours, rest = _before(words)
    given = parser.parse_args(ours)
    if not rest and given.module is None:
        parser.error("which program? unmagic run SCRIPT")
    found = Options(read=given.read, format=given.format, all=given.all, module=given.module is not None)
    found.script = given.module if found.module else rest.pop(0)
    _after(rest, found)
    return found


def _before(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our options, up to SCRIPT or ``-m MODULE``, and the rest."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        word = words[at]
        if word == "--":
            return list(words[:at]), list(words[at + 1 :])
        at += 2 if word in ("--read", "--format", "-m") else 1
        if word == "-m" or (word.startswith("-m") and not word.startswith("--")):
            break
    return list(words[:at]), list(words[at:])


def _after(words: list[str], found: Options) -> None:
    """The program's arguments, without what of them is ours."""
    spelled: Spelled | None = None
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            found.arguments += words[at + 1 :] if not found.arguments else words[at:]
            return
        name, _, value = word.partition("=")
        here = 1
        if name in ("--read", "--format") and value == "" and at + 1 < len(words):
            value, here = words[at + 1], 2
        if _fits(name, value, word):
            spelled = spelled or Spelled(found.script, found.module)
            if not spelled.certainly(name) and not spelled.perhaps(name):
                _take(name, value, found)
                at += here
                continue
            if not spelled.certainly(name):
                found.unsure.append(name)
        found.arguments.append(word)
        at += 1


def _fits(name: str, value: str, word: str) -> bool:
    if name == "--read":
        return value.isdecimal()
    return value in FORMATS if name == "--format" else word == "--all"


def _take(name: str, value: str, found: Options) -> None:
    if name == "--read":
        found.read = int(value)
    elif name == "--format":
        found.format = value
    else:
        found.all = True


class Spelled:
    """Which options a program's own text spells: the script's, and that of the files beside it that it imports."""

    def __init__(self, script: str, module: bool) -> None:
        from unmagic.sources.live.script import located

        self.strings: set[str] = set()
        self.names: set[str] = set()
        self.by_name = False
        for text in _texts(located(script, module)):
            self.by_name = self.by_name or BY_NAME.search(text) is not None
            self.names.update(re.findall(r"(?<![.\w])[a-z]+\b", text))
            self.strings.update(_strings(text))

    def certainly(self, name: str) -> bool:
        """A string begins with it: as `argparse` takes a shorter spelling, a longer one counts."""
        return any(text.startswith(name) for text in self.strings)

    def perhaps(self, name: str) -> bool:
        """Something in the text makes options out of its names, and one is called so."""
        return self.by_name and name.removeprefix("--") in self.names


def _strings(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("-"):
            yield node.value


def _texts(path: str) -> Iterator[str]:
    """The script's text, and of what it imports what lies in its folder or where the user stands."""
    folders = (os.path.dirname(path), os.getcwd())
    todo = [path]
    seen: set[str] = set()
    while todo and len(seen) < MOST_FILES:
        file = todo.pop()
        if file in seen or not os.path.isfile(file):
            continue
        seen.add(file)
        try:
            with open(file, encoding="utf-8", errors="replace") as opened:
                text = opened.read()
        except OSError:
            continue
        yield text
        for dots, module, names in re.findall(r"^\s*(?:from\s+(\.*)([\w.]*)\s+)?import\s+([\w., \t()]+)", text, re.M):
            start = folders if not dots else (os.path.join(os.path.dirname(file), *[".."] * (len(dots) - 1)),)
            for name in [module, *(f"{module}.{one}".strip(".") for one in re.findall(r"[\w.]+", names))]:
                for folder in start:
                    place = os.path.join(folder, *name.split("."))
                    todo += [f"{place}.py", os.path.join(place, "__init__.py")]


def missing(found: Options) -> str | None:
    """What to say of a program that is not there; Python says it of a module."""
    if found.module or os.path.exists(found.script):
        return None
    import difflib

    folder, name = os.path.split(found.script)
    try:
        near = difflib.get_close_matches(name, os.listdir(folder or "."), n=1)
    except OSError:
        near = []
    hint = f"\n  did you mean  unmagic run {os.path.join(folder, near[0])}?" if near else ""
    return f"can't open {found.script}: there is no such file{hint}"


def program_missing(found: Options) -> bool:
    """Say so, if the program is not there."""
    words = missing(found)
    if words is not None:
        print(words, file=sys.stderr)
    return words is not None


__all__ = ["UNREAD", "Options", "options", "program_missing"]
