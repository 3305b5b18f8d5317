"""LaTeX as the tokens that `tokens` gives for Unicode: one grammar reads both."""

from __future__ import annotations

from unmagic.core.errors import SyntaxUnread, Unsupported
from unmagic.core.limits import DEFAULT
from unmagic.core.span import SourceText

from .alphabet import ALIASES, GREEK_NAMES, SIGNS, WORDS
from .tidy import tidy
from .token import Token, place

_SIGNS = {
    "cdot": "·", "times": "×", "ast": "*", "odot": "⊙", "circ": "∘", "otimes": "⊗", "div": "/", "top": "⊤",
    "intercal": "⊤", "intop": "⊤", "sum": "Σ", "prod": "Π", "partial": "∂", "nabla": "∇", "infty": "∞", "le": "≤",
    "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "neq": "≠", "ne": "≠", "lt": "<", "gt": ">",
    "leftarrow": "←", "gets": "←", "coloneqq": "←", "longleftarrow": "←", "triangleq": "=", "equiv": "=",
    "coloneq": "←",
    "approx": "≈", "simeq": "≈", "propto": "∝", "sim": "~", "in": "∈", "to": "→", "rightarrow": "→", "mapsto": "↦",
    "longrightarrow": "→", "prime": "′", "ldots": "…", "dots": "…", "cdots": "…", "dotsc": "…", "dotsb": "…",
    "vdots": "…",
    "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖",
    "parallel": "‖", "|": "‖",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "lbrace": "⦃",
    "rbrace": "⦄",
    "{": "⦃", "}": "⦄", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "lnot": "¬", "neg": "¬", "pm": "±",
    "lbrack": "[", "rbrack": "]", "colon": ":", "_": "_", "%": "%", "star": "∗", "bullet": "·", "bigodot": "⊙",
    "dagger": "†", "setminus": "∖", "cap": "∩", "cup": "∪", "&": "&",
}  # fmt: skip
DIGITS = frozenset("0123456789")
_SPACES = frozenset([",", ";", ":", "!", " ", "thinspace", "enspace", "space", "hfill", ">", "/", "\n"])
_IGNORED = frozenset(
    [
        "displaystyle",
        "textstyle",
        "scriptstyle",
        "limits",
        "nolimits",
        "nonumber",
        "notag",
        "middle",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "bigm",
        "Bigm",
        "biggm",
        "Biggm",
        "rm",
        "bf",
        "it",
        "sf",
        "mathstrut",
        "strut",
        "hline",
        "boldmath",
        "allowbreak",
    ]
)
_DROPPED = frozenset(
    [
        "hspace",
        "mspace",
        "tag",
        "label",
        "color",
        "textcolor",
        "vspace",
        "hspace",
        "hphantom",
        "vphantom",
        "phantom",
        "cite",
        "ref",
        "eqref",
    ]
)
_LOOKS = frozenset(
    [
        "mathbf",
        "boldsymbol",
        "bm",
        "mathcal",
        "mathbb",
        "mathsf",
        "mathfrak",
        "mathit",
        "mathnormal",
        "mathscr",
        "vec",
        "pmb",
        "bold",
        "mathbfit",
        "overrightarrow",
        "mathop",
        "mathord",
        "mathrel",
        "mathbin",
        "ensuremath",
        "boxed",
        "smash",
        "vect",
    ]
)
_UPRIGHT = frozenset(
    [
        "mathrm",
        "operatorname",
        "text",
        "textrm",
        "textbf",
        "textit",
        "texttt",
        "textsf",
        "textnormal",
        "mbox",
        "mathtt",
        "rm",
    ]
)
_ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
            "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve", "underline": "bar"}  # fmt: skip
_FUNCTIONS = frozenset(
    [
        "log",
        "ln",
        "lg",
        "exp",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "max",
        "min",
        "lim",
        "det",
        "arg",
        "sup",
        "inf",
        "Pr",
        "dim",
        "argmax",
        "argmin",
        "softmax",
        "ker",
        "gcd",
    ]
)
_BARE_ENVIRONMENTS = frozenset(
    [
        "aligned",
        "align",
        "align*",
        "equation",
        "equation*",
        "gather",
        "gather*",
        "gathered",
        "split",
        "eqnarray",
        "eqnarray*",
        "multline",
        "multline*",
        "alignat",
        "alignat*",
        "flalign",
        "flalign*",
        "displaymath",
        "math",
        "subequations",
    ]
)
_MATRICES = {
    "matrix": "[",
    "pmatrix": "[",
    "bmatrix": "[",
    "vmatrix": "|",
    "Bmatrix": "[",
    "smallmatrix": "[",
    "array": "[",
}


class LatexScanner:
    """Walks LaTeX once; groups are scanned in place, so that every token keeps its offsets."""

    def __init__(self, source: SourceText, base: int, end: int, depth: int = 0, most: int = DEFAULT.depth) -> None:
        self.source = source
        self.text = source.text
        self.i = base
        self.end = end
        self.depth = depth
        self.most = most
        self.tokens: list[Token] = []
        self.spaced = False
        self.lines = 0  # array environments that hold statements
        if depth > most:
            DEFAULT.need("depth of nesting", depth, most)

    # pieces -----------------------------------------------------------------------------------------------

    def add(self, kind: str, text: str, start: int, end: int, look: str = "") -> None:
        self.tokens.append(Token(kind, text, start, end, self.spaced, look))
        self.spaced = False

    def error(self, what: str, start: int, end: int) -> SyntaxUnread:
        return SyntaxUnread(what, span=place(self.source, start, end))

    def blanks(self) -> None:
        while self.i < self.end and (self.text[self.i].isspace() or self.text[self.i] == "~"):
            self.i += 1
            self.spaced = True

    def argument(self) -> tuple[int, int]:
        """Start and end of the next argument's inside: a group, a command with its arguments, or one character."""
        self.blanks()
        text, i = self.text, self.i
        if i >= self.end:
            raise self.error("an argument is missing here", max(0, i - 1), i)
        if text[i] == "{":
            close = self.closing(i)
            self.i = close + 1
            return i + 1, close
        if text[i] == "\\":
            start = i
            probe = LatexScanner(self.source, i, self.end, self.depth + 1, self.most)
            probe.step()
            self.i = probe.i
            return start, probe.i
        self.i = i + 1
        return i, i + 1

    def closing(self, i: int, pair: str = "{}") -> int:
        """The position of the brace that closes the one at ``i``."""
        depth, j, text = 0, i, self.text
        while j < self.end:
            c = text[j]
            if c == "\\":
                j += 2
                continue
            depth += c == pair[0]
            depth -= c == pair[1]
            if depth == 0:
                return j
            j += 1
        raise self.error(f"this {pair[0]} is never closed", i, i + 1)

    def option(self) -> tuple[int, int] | None:
        """The inside of an optional argument in square brackets."""
        self.blanks()
        if self.i < self.end and self.text[self.i] == "[":
            start = self.i
            close = self.closing(start, "[]")
            self.i = close + 1
            return start + 1, close
        return None

    def inner(self, start: int, end: int) -> list[Token]:
        return LatexScanner(self.source, start, end, self.depth + 1, self.most).run()

    def group(self, inside: tuple[int, int]) -> None:
        """An argument as a group in braces; ``{a \\over b}`` and ``{n \\choose k}`` as the fractions they are."""
        inner = self.inner(*inside)
        depth = 0
        for k, token in enumerate(inner):
            depth += token.text == "{"
            depth -= token.text == "}"
            if depth == 0 and token.kind == "sign" and token.text in ("over", "choose"):
                self.add("sign", "frac" if token.text == "over" else "binom", inside[0], inside[0])
                for part in (inner[:k], inner[k + 1 :]):
                    self.add("sign", "{", token.start, token.start)
                    self.tokens.extend(part)
                    self.add("sign", "}", token.end, token.end)
                return
        self.add("sign", "{", inside[0], inside[0])
        self.tokens.extend(inner)
        self.add("sign", "}", inside[1], inside[1])

    # walking ----------------------------------------------------------------------------------------------

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
        from .plain import Scanner

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

    def command(self) -> None:
        text, start = self.text, self.i
        j = start + 1
        while j < self.end and text[j].isascii() and text[j].isalpha():
            j += 1
        if j == start + 1:
            j += 1
        name = text[start + 1 : j]
        self.i = j
        if text[j : j + 1] == "*" and name in ("operatorname", "tag"):
            self.i = j + 1
        if name == "\\":
            self.option() if text[self.i : self.i + 1] == "[" else None
            self.add("sign", "\\\\", start, j)
        elif name in ("left", "right"):
            self.blanks()
            if text[self.i : self.i + 1] == ".":
                self.i += 1
        elif name in _SPACES or name in _IGNORED:
            self.spaced = True
        elif name in ("quad", "qquad"):
            if self.depth == 0:
                self.add("sign", "quad", start, j)
            self.spaced = True
        elif name in ("over", "choose"):
            self.add("sign", name, start, j)
        elif name in ("(", ")", "[", "]"):
            self.add("sign", "\n", start, j)
        elif name in _DROPPED:
            self.argument()
        elif name in _SIGNS:
            self.add("sign", _SIGNS[name], start, j)
        elif name in ("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom", "sfrac", "nicefrac"):
            self.add("sign", "binom" if "binom" in name else "frac", start, j)
            self.group(self.argument())
            self.group(self.argument())
        elif name == "sqrt":
            self.add("sign", "√", start, j)
            degree = self.option()
            if degree:
                self.add("sign", "[", degree[0], degree[0])
                self.tokens.extend(self.inner(*degree))
                self.add("sign", "]", degree[1], degree[1])
            self.group(self.argument())
        elif name in _LOOKS:
            self.look(name)
        elif name in _UPRIGHT:
            self.upright(start)
        elif name in _ACCENTS:
            self.accent(name, start)
        elif name in ("underbrace", "overbrace"):
            self.group(self.argument())
            self.blanks()
            if self.i < self.end and text[self.i] in "_^":
                self.i += 1
                self.argument()
        elif name in ("underset", "overset", "stackrel"):
            above = self.argument()
            self.tokens.extend(self.inner(*self.argument()))
            if name == "underset":
                self.add("sign", "_", above[0], above[0])
                self.group(above)
        elif name == "substack":
            self.tokens.extend(t._replace(text=",") if t.text == "\\\\" else t for t in self.inner(*self.argument()))
        elif name in ("begin", "end"):
            self.environment(name, start)
        elif name in _FUNCTIONS:
            self.add("name", name, start, j, "whole")
        elif name in GREEK_NAMES or name.removeprefix("var") in GREEK_NAMES:
            greek = name if name in GREEK_NAMES else name.removeprefix("var")
            self.add("name", greek, start, j)
        elif name in ("ell", "hbar", "imath", "jmath"):
            self.add("name", {"imath": "i", "jmath": "j"}.get(name, name), start, j)
        elif name in ALIASES and ALIASES[name] in SIGNS:
            self.add("sign", ALIASES[name], start, j)
        elif name in ("bmod", "mod"):
            self.add("name", "mod", start, j, "whole")
        elif name in ("DeclareMathOperator", "newcommand", "def", "input", "include", "usepackage"):
            raise Unsupported(f"\\{name} is not read: paste the formula itself", span=place(self.source, start, j))
        else:
            raise Unsupported(f"\\{name} has no meaning that I know", span=place(self.source, start, j))

    def look(self, name: str) -> None:
        """``\\mathbf{x}`` is x; ``\\mathbb{1}`` and ``\\mathbf{1}`` are the indicator."""
        inside = self.argument()
        content = self.text[inside[0] : inside[1]].strip()
        if content == "1" and name in ("mathbb", "mathbf", "bm", "boldsymbol"):
            self.add("sign", "𝟙", *inside)
            return
        inner = self.inner(*inside)
        if len(inner) == 1:
            self.tokens.append(inner[0]._replace(spaced=self.spaced))
        else:
            self.add("sign", "{", inside[0], inside[0])
            self.tokens.extend(inner)
            self.add("sign", "}", inside[1], inside[1])

    def upright(self, start: int) -> None:
        """``\\text{…}``, ``\\mathrm{…}``: one name, words that join formulas, or prose."""
        inside = self.argument()
        raw = self.text[inside[0] : inside[1]]
        content = raw.strip()
        for space in ("\\,", "\\;", "\\!", "\\ ", "\\:", "~"):
            content = content.replace(space, "")
        content = content.replace("\\_", "_").replace("\\-", "-")
        if not content:
            self.spaced = True
        elif content.replace("_", "").replace("-", "").replace("@", "").isalnum() and content[0].isalpha():
            if content in WORDS:
                self.add("word", content, start, self.i)
            elif "_" not in content:
                self.add("name", ALIASES.get(content, content), start, self.i, "whole")
            else:
                base, _, sub = content.partition("_")
                self.add("name", base, start, self.i, "whole")
                self.add("sign", "_", start, self.i)
                self.add("name", sub, start, self.i, "whole")
        elif content.isdigit():
            self.add("number", content, start, self.i)
        elif content == "arg max" or content == "arg min":
            self.add("name", content.replace(" ", ""), start, self.i, "whole")
        elif any(c in content for c in "$\\_^{"):
            self.tokens.extend(self.inner(*inside))
        else:
            words = content.strip(" ,.:;").split()
            known = [word for word in words if word in ("if", "otherwise", "where", "and", "else", "with", "for", "or")]
            if known and len(words) <= 2:
                self.add("word", known[0], start, self.i)
            elif content.strip() in (",", ";", ".", ":"):
                self.add("sign", content.strip(), start, self.i) if content.strip() in ",;" else None
            else:
                self.add("prose", content, start, self.i)

    def accent(self, name: str, start: int) -> None:
        """``\\hat{y}_i`` is ``hat_y`` with an index; ``\\hat{y_i}`` reads alike."""
        inside = self.argument()
        inner = self.inner(*inside)
        while inner and inner[0].text == "{" and inner[-1].text == "}":
            inner = inner[1:-1]
        if not inner or inner[0].kind != "name":
            if name == "underline":
                self.tokens.extend(inner)
                return
            raise Unsupported(f"\\{name} over more than a name", span=place(self.source, start, self.i))
        first = inner[0]
        if len(inner) > 1 and inner[1].text not in ("_", "^"):
            raise Unsupported(f"\\{name} over more than a name", span=place(self.source, start, self.i))
        self.add("name", f"{_ACCENTS[name]}_{first.text}", start, self.i, "whole")
        self.tokens.extend(inner[1:])

    def environment(self, name: str, start: int) -> None:
        inside = self.argument()
        kind = self.text[inside[0] : inside[1]].strip()
        if kind in _BARE_ENVIRONMENTS:
            if kind.startswith("alignat") and name == "begin":
                self.argument()
            self.add("sign", "\n", start, self.i)
        elif kind in ("cases", "dcases", "rcases"):
            self.add("sign", "cases(" if name == "begin" else "cases)", start, self.i)
        elif kind in _MATRICES or kind == "Vmatrix":
            if kind == "array" and name == "begin":
                self.option()
                self.argument()
                stop = self.text.find("\\end{array}", self.i)
                body = self.text[self.i : stop]
                if "=" in body or "arrow" in body or "\\gets" in body:  # lines of an algorithm, set side by side
                    self.lines += 1
                    self.add("sign", "\n", start, self.i)
                    return
            if kind == "array" and name == "end" and self.lines:
                self.lines -= 1
                self.add("sign", "\n", start, self.i)
                return
            bars = "|" if kind == "vmatrix" else ""
            self.add("sign", ("matrix(" if name == "begin" else "matrix)") + bars, start, self.i)
        else:
            raise Unsupported(
                f"the environment {kind} has no meaning that I know", span=place(self.source, start, self.i)
            )


def tokenize_latex(source: SourceText, most: int = DEFAULT.depth) -> list[Token]:
    """The tokens of a formula in LaTeX, `tidy`, with an ``end`` token; the tokens of `tokens.tokenize`."""
    return tidy(LatexScanner(source, 0, len(source.text), 0, most).run(), len(source.text))
