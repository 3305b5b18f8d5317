"""Formulas in Unicode and plain letters as tokens; `latex` gives the same tokens for LaTeX.

A script is ``_`` or ``^`` followed by one token, or by a group in braces. Names are canonical: Greek in plain letters,
accents in front (``hat_y``).
"""

from __future__ import annotations

import unicodedata

from unmagic.core.errors import SyntaxUnread
from unmagic.core.span import SourceText

from .alphabet import ACCENT_NAMES, ACCENTS, ALIASES, DIGITS, GREEK, LETTERS, PAIRS, SIGNS, SUB, SUP, WORDS
from .tidy import raise_exponents, tidy
from .token import Token, place


def tokenize(source: SourceText) -> list[Token]:
    """The tokens of a formula in Unicode and plain letters, `tidy`, with an ``end`` token."""
    return tidy(raise_exponents(Scanner(source).run()), len(source.text))


class Scanner:
    """Walks one text once, left to right."""

    def __init__(self, source: SourceText, text: str | None = None, base: int = 0) -> None:
        self.source = source
        self.text = source.text if text is None else text
        self.base = base  # offset of `text` in the source
        self.i = 0
        self.tokens: list[Token] = []
        self.spaced = False

    def add(self, kind: str, text: str, start: int, end: int, look: str = "") -> None:
        self.tokens.append(Token(kind, text, self.base + start, self.base + end, self.spaced, look))
        self.spaced = False

    def error(self, what: str, start: int, end: int, hint: str = "") -> SyntaxUnread:
        return SyntaxUnread(what, span=place(self.source, self.base + start, self.base + end), hint=hint)

    def run(self) -> list[Token]:
        while self.i < len(self.text):
            before = self.i
            self.step()
            if self.i <= before:  # a reader that stands still would fill the memory with empty tokens
                raise SyntaxUnread("can't read this sign here", span=place(self.source, before, before + 1))
        return self.tokens

    def step(self) -> None:
        text, i = self.text, self.i
        c = text[i]
        if c == "\n":
            self.add("sign", "\n", i, i + 1)
            self.i = i + 1
        elif c.isspace() or c in "\u200b\u2060\u2061\u2062":
            self.spaced, self.i = True, i + 1
        elif c in DIGITS or (c == "." and text[i + 1 : i + 2] in DIGITS and text[i + 1 : i + 2]):
            self.number()
        elif c == "." and text[i : i + 3] == "...":
            self.add("sign", "…", i, i + 3)
            self.i = i + 3
        elif c == "." and (i + 1 == len(text) or text[i + 1].isspace()):
            self.i = i + 1  # the full stop of the sentence that the formula stands in
        elif c in LETTERS:
            self.word()
        elif c in SUB:
            self.script("_", SUB)
        elif c == "ᵀ" and not (text[i - 1 : i] and text[i - 1] in SUP):
            if text[i + 1 : i + 2] and text[i + 1] in SUP:
                self.script("^", SUP)
            else:
                self.add("sign", "^", i, i + 1)
                self.add("sign", "⊤", i, i + 1)
                self.i = i + 1
        elif c in SUP:
            self.script("^", SUP)
        elif text[i : i + 2] in PAIRS:
            self.add("sign", PAIRS[text[i : i + 2]], i, i + 2)
            self.i = i + 2
        elif text[i : i + 2] == "<-" and text[i + 2 : i + 3].isspace():
            self.add("sign", "←", i, i + 2)
            self.i = i + 2
        elif c == "½":
            for kind, sign in (("sign", "{"), ("number", "1"), ("sign", "/"), ("number", "2"), ("sign", "}")):
                self.add(kind, sign, i, i + 1)
            self.i = i + 1
        elif c in GREEK and c not in "ΣΠ":
            self.i = i + 1
            self.named(GREEK[c], i)
        elif c in SIGNS:
            self.add("sign", SIGNS[c], i, i + 1)
            self.i = i + 1
        else:
            self.other(c)

    def number(self) -> None:
        """``3``, ``3.5``, ``.5``, ``1e-3``; ``1…`` keeps its dots."""
        text, start = self.text, self.i
        i = start
        while i < len(text) and text[i] in DIGITS:
            i += 1
        if text[i : i + 1] == "." and text[i : i + 3] != "..." and text[i + 1 : i + 2] in DIGITS:
            i += 1
            while i < len(text) and text[i] in DIGITS:
                i += 1
        if text[i : i + 1] in ("e", "E"):
            j = i + 1 + (text[i + 1 : i + 2] in ("+", "-", "−"))
            if text[j : j + 1] and text[j] in DIGITS:
                while j < len(text) and text[j] in DIGITS:
                    j += 1
                i = j
        self.add("number", text[start:i].replace("−", "-"), start, i)
        self.i = i

    def letters(self, i: int, digits: bool = True) -> int:
        """The end of a run of plain letters, with the digits at its end."""
        text = self.text
        while i < len(text) and text[i] in LETTERS:
            i += 1
        if digits:
            while i < len(text) and text[i] in DIGITS:
                i += 1
        return i

    def word(self) -> None:
        """A run of letters: a name, a function, a word, or several names side by side."""
        text, start = self.text, self.i
        end = self.letters(start)
        run = text[start:end]
        self.i = end
        if unicodedata.combining(text[end : end + 1] or "a"):  # ŷ as a letter and a combining accent
            accent = ACCENTS.get(text[end])
            if len(run) > 1:
                self.add("name", run[:-1], start, end - 1)
            self.i = end + 1
            self.named(f"{accent}_{run[-1]}" if accent else run[-1], end - 1)
        elif run in ACCENT_NAMES and text[end : end + 1] == "_" and text[end + 1 : end + 2].isalpha():
            first = text[end + 1]
            stop = self.letters(end + 1) if first in LETTERS else end + 2
            base = text[end + 1 : stop]
            self.i = stop
            self.named(f"{run}_{ALIASES.get(base, GREEK.get(base, base))}", start)
        elif run in WORDS:
            self.add("word", run, start, end)
        else:
            self.named(run, start)

    def named(self, name: str, start: int) -> None:
        """A name that ends here; ``y_hat`` is ``hat_y``; accents and trailing underscores are looked after."""
        text = self.text
        if text[self.i : self.i + 1] in ACCENTS:
            name = f"{ACCENTS[text[self.i]]}_{name}"
            self.i += 1
        if text[self.i : self.i + 1] == "_":
            end = self.letters(self.i + 1)
            after = text[self.i + 1 : end]
            if after in ACCENT_NAMES:
                name = f"{after}_{name}"
                self.i = end
            elif not after and not text[self.i + 1 : self.i + 2].strip("\n )],;=").strip():
                self.i += 1  # lambda_
        name = ALIASES.get(name, name)
        kind = "sign" if name in SIGNS else "name"
        self.add(kind, name, start, self.i)
        if text[self.i : self.i + 1] == "_":
            self.lowered()

    def lowered(self) -> None:
        """The subscript after a plain underscore: a group, or one run of letters or digits."""
        text = self.text
        while True:
            i = self.i
            self.add("sign", "_", i, i + 1)
            self.i = i = i + 1
            if not text[i : i + 1] or text[i] not in LETTERS:
                return
            end = self.letters(i)
            run = text[i:end]
            self.i = end
            self.add("name", ALIASES.get(run, run) if len(run) > 1 else run, i, end)
            if text[end : end + 1] != "_" or not text[end + 1 : end + 2].isalnum():
                return  # else W_h_1 goes on

    def script(self, sign: str, table: dict[str, str]) -> None:
        """A run of raised or lowered characters, as a group."""
        text, start = self.text, self.i
        end = start
        while end < len(text) and text[end] in table:
            end += 1
        inner = Scanner(self.source, "".join(table[c] for c in text[start:end]), self.base + start).run()
        self.add("sign", sign, start, start)
        self.add("sign", "{", start, start)
        self.tokens.extend(token._replace(look="raised") if token.kind == "name" else token for token in inner)
        self.add("sign", "}", end, end)
        self.i = end

    def other(self, c: str) -> None:
        """Accented letters and letters of the mathematical alphabets; all else is refused."""
        start = self.i
        parts = unicodedata.normalize("NFD", c)
        if len(parts) == 2 and parts[1] in ACCENTS:
            self.i += 1
            self.named(f"{ACCENTS[parts[1]]}_{GREEK.get(parts[0], parts[0])}", start)
            return
        plain = unicodedata.normalize("NFKC", c)
        if plain != c and len(plain) == 1 and (plain in LETTERS or plain in GREEK or plain in DIGITS or plain in SIGNS):
            if plain in SIGNS and plain not in GREEK:
                self.add("sign", SIGNS[plain], start, start + 1)
                self.i += 1
            elif plain in DIGITS:
                self.add("number", plain, start, start + 1)
                self.i += 1
            else:
                self.i += 1
                self.named(GREEK.get(plain, plain), start)
            return
        if c in '$#`"?\\.':
            raise self.error(
                f"{c} has no meaning here", start, start + 1, "LaTeX is read with --lang latex" if c in "$\\" else ""
            )
        raise self.error(f"unknown character {c}", start, start + 1)
