"""LaTeX as the tokens that `plain` gives for Unicode: one grammar reads both."""

from __future__ import annotations

from unmagic.core.errors import SyntaxUnread
from unmagic.core.limits import DEFAULT
from unmagic.core.span import SourceText

from ..alphabet import DIGITS, WORDS
from ..plain import Scanner
from ..tidy import tidy
from ..token import Token, place
from .commands import Commands


def tokenize_latex(source: SourceText, most: int = DEFAULT.depth) -> list[Token]:
    """The tokens of a formula in LaTeX, `tidy`, with an ``end`` token; those that `plain.tokenize` gives."""
    return tidy(LatexScanner(source, 0, len(source.text), 0, most).run(), len(source.text))


class LatexScanner(Commands):
    """Walks LaTeX once, left to right."""

    def run(self) -> list[Token]:
        while self.i < self.end:
            before = self.i
            self.step()
            if self.i <= before:  # a reader that stands still would fill the memory with empty tokens
                raise SyntaxUnread("can't read this sign here", span=place(self.source, before, before + 1))
        return self.tokens

    def step(self) -> None:
        text, i = self.text, self.i
        c = text[i]
        if c == "\n":
            blank = text[i + 1 : self.end].lstrip(" \t")[:1] == "\n"
            if blank or self.depth == 0:
                self.add("sign", "\n", i, i + 1)
            self.spaced, self.i = True, i + 1
        elif c.isspace() or c in "~$":
            self.spaced, self.i = True, i + 1
        elif c == "%":
            stop = text.find("\n", i)
            self.i = self.end if stop < 0 else min(stop, self.end)
        elif c == "\\":
            self.command()
        elif c in DIGITS or (c == "." and i + 1 < self.end and text[i + 1] in DIGITS):
            self.number()
        elif c.isascii() and c.isalpha():
            j = i
            while j < self.end and text[j].isascii() and text[j].isalpha():
                j += 1
            self.i = j
            self.letters(i, j)
        elif c in "_^":
            self.add("sign", c, i, i + 1)
            self.i = i + 1
            self.blanks()
            if self.i < self.end and text[self.i] in "'′" and c == "^":
                return
            self.group(self.argument())
        elif c == "{":
            close = self.closing(i)
            if close == i + 1:  # {} only keeps things apart
                self.i, self.spaced = close + 1, True
                return
            self.group((i + 1, close))
            self.i = close + 1
        elif c == "}":
            raise self.error("this } closes nothing", i, i + 1)
        elif c == "&":
            self.add("sign", "&", i, i + 1)
            self.i = i + 1
        elif c == "." and text[i : i + 3] == "...":
            self.add("sign", "…", i, i + 3)
            self.i = i + 3
        elif c == "." or c == "\u200b":
            self.i = i + 1
        elif text[i : i + 2] in (":=", "<=", ">=", "!=", "==", "+=", "-="):
            pair = {":=": "←", "<=": "≤", ">=": "≥", "!=": "≠", "==": "="}.get(text[i : i + 2], text[i : i + 2])
            self.add("sign", pair, i, i + 2)
            self.i = i + 2
        else:
            self.other()

    def other(self) -> None:
        """Unicode inside LaTeX is read as in a plain formula."""
        i = self.i
        scanner = Scanner(self.source, self.text[: self.end], 0)
        scanner.i, scanner.spaced = i, self.spaced
        scanner.step()
        self.tokens.extend(scanner.tokens)
        self.i, self.spaced = scanner.i, False

    def number(self) -> None:
        text, start = self.text, self.i
        i = start
        while i < self.end and text[i] in DIGITS:
            i += 1
        if i + 1 < self.end and text[i] == "." and text[i + 1] in DIGITS:
            i += 1
            while i < self.end and text[i] in DIGITS:
                i += 1
        if i < self.end and text[i] in "eE":
            j = i + 1 + (text[i + 1 : i + 2] in ("+", "-"))
            if j < self.end and text[j] in DIGITS:
                while j < self.end and text[j] in DIGITS:
                    j += 1
                i = j
        self.add("number", text[start:i], start, i)
        self.i = i

    def letters(self, start: int, end: int, look: str = "") -> None:
        run = self.text[start:end]
        if run in WORDS and len(run) > 3:
            self.add("word", run, start, end)
        else:
            self.add("name", run, start, end, look)
