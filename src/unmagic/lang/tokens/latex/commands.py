"""LaTeX commands to tokens: each by the rule of its family."""

from __future__ import annotations

from collections.abc import Callable

from unmagic.core.errors import Unsupported

from ..alphabet import ALIASES, GREEK_NAMES, WORDS
from ..token import place
from . import tables
from .groups import Groups


class Commands(Groups):
    """What stands behind a backslash. A rule is told the command's name and where its backslash stands."""

    def command(self) -> None:
        text, start = self.text, self.i
        j = start + 1
        while j < self.end and text[j].isascii() and text[j].isalpha():
            j += 1
        if j == start + 1:
            j += 1
        name = text[start + 1 : j]
        self.i = j
        rule = _RULES.get(name)
        if rule is None:
            raise Unsupported(f"\\{name} has no meaning that I know", span=place(self.source, start, j))
        if name in ("operatorname", "tag") and text[j : j + 1] == "*":
            self.i = j + 1
        rule(self, name, start)

    # blanks, signs and names ------------------------------------------------------------------------------

    def blank(self, name: str, start: int) -> None:
        self.spaced = True

    def quad(self, name: str, start: int) -> None:
        if self.depth == 0:
            self.add("sign", "quad", start, self.i)
        self.spaced = True

    def dropped(self, name: str, start: int) -> None:
        self.argument()

    def sign(self, name: str, start: int) -> None:
        self.add("sign", tables.SIGNS.get(name, name), start, self.i)

    def line(self, name: str, start: int) -> None:
        """``\\[``, ``\\(``: a formula begins or ends."""
        self.add("sign", "\n", start, self.i)

    def row(self, name: str, start: int) -> None:
        """``\\\\``, and the space that may be asked for after it."""
        end = self.i
        if self.text[end : end + 1] == "[":
            self.option()
        self.add("sign", "\\\\", start, end)

    def sized(self, name: str, start: int) -> None:
        """``\\left``, ``\\right``: the bracket is read by itself; ``\\left.`` is none."""
        self.blanks()
        if self.text[self.i : self.i + 1] == ".":
            self.i += 1

    def function(self, name: str, start: int) -> None:
        self.add("name", name, start, self.i, "whole")

    def letter(self, name: str, start: int) -> None:
        self.add("name", {"imath": "i", "jmath": "j"}.get(name, name), start, self.i)

    def variant(self, name: str, start: int) -> None:
        """``\\varphi`` is phi."""
        self.add("name", name.removeprefix("var"), start, self.i)

    def modulo(self, name: str, start: int) -> None:
        self.add("name", "mod", start, self.i, "whole")

    def document(self, name: str, start: int) -> None:
        raise Unsupported(f"\\{name} is not read: paste the formula itself", span=place(self.source, start, self.i))

    # with arguments ---------------------------------------------------------------------------------------

    def fraction(self, name: str, start: int) -> None:
        self.add("sign", "binom" if name in tables.BINOMIALS else "frac", start, self.i)
        self.group(self.argument())
        self.group(self.argument())

    def root(self, name: str, start: int) -> None:
        self.add("sign", "√", start, self.i)
        degree = self.option()
        if degree:
            self.add("sign", "[", degree[0], degree[0])
            self.tokens.extend(self.inner(*degree))
            self.add("sign", "]", degree[1], degree[1])
        self.group(self.argument())

    def brace(self, name: str, start: int) -> None:
        """``\\underbrace{…}_{…}``: what stands at the brace is a remark."""
        self.group(self.argument())
        self.blanks()
        if self.i < self.end and self.text[self.i] in "_^":
            self.i += 1
            self.argument()

    def stacked(self, name: str, start: int) -> None:
        """``\\underset{x}{\\max}`` is max with x below; what stands above says nothing."""
        set_apart = self.argument()
        self.tokens.extend(self.inner(*self.argument()))
        if name == "underset":
            self.add("sign", "_", set_apart[0], set_apart[0])
            self.group(set_apart)

    def substack(self, name: str, start: int) -> None:
        self.tokens.extend(t._replace(text=",") if t.text == "\\\\" else t for t in self.inner(*self.argument()))

    def look(self, name: str, start: int) -> None:
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
            self.braced(inner, inside)

    def upright(self, name: str, start: int) -> None:
        """``\\text{…}``, ``\\mathrm{…}``: one name, words that join formulas, or prose."""
        inside = self.argument()
        content = self.text[inside[0] : inside[1]].strip()
        for space in ("\\,", "\\;", "\\!", "\\ ", "\\:", "~"):
            content = content.replace(space, "")
        content = content.replace("\\_", "_").replace("\\-", "-")
        if not content:
            self.spaced = True
        elif content.replace("_", "").replace("-", "").replace("@", "").isalnum() and content[0].isalpha():
            self.one_word(content, start)
        elif content.isdigit():
            self.add("number", content, start, self.i)
        elif content == "arg max" or content == "arg min":
            self.add("name", content.replace(" ", ""), start, self.i, "whole")
        elif any(c in content for c in "$\\_^{"):
            self.tokens.extend(self.inner(*inside))
        else:
            self.words(content, start)

    def one_word(self, content: str, start: int) -> None:
        base, mark, sub = content.partition("_")
        if content in WORDS:
            self.add("word", content, start, self.i)
        elif not mark:
            self.add("name", ALIASES.get(content, content), start, self.i, "whole")
        else:
            self.add("name", base, start, self.i, "whole")
            self.add("sign", "_", start, self.i)
            self.add("name", sub, start, self.i, "whole")

    def words(self, content: str, start: int) -> None:
        words = content.strip(" ,.:;").split()
        known = [word for word in words if word in ("if", "otherwise", "where", "and", "else", "with", "for", "or")]
        if known and len(words) <= 2:
            self.add("word", known[0], start, self.i)
        elif content.strip() in (",", ";"):
            self.add("sign", content.strip(), start, self.i)
        elif content.strip() not in (".", ":"):
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
        self.add("name", f"{tables.ACCENTS[name]}_{first.text}", start, self.i, "whole")
        self.tokens.extend(inner[1:])

    def environment(self, name: str, start: int) -> None:
        inside = self.argument()
        kind = self.text[inside[0] : inside[1]].strip()
        if kind in tables.LINES:
            if kind.startswith("alignat") and name == "begin":
                self.argument()
            self.add("sign", "\n", start, self.i)
        elif kind in tables.CASES:
            self.add("sign", "cases(" if name == "begin" else "cases)", start, self.i)
        elif kind in tables.MATRICES:
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


_RULES: dict[str, Callable[[Commands, str, int], None]] = {
    **dict.fromkeys([f"var{name}" for name in GREEK_NAMES], Commands.variant),
    **dict.fromkeys([*GREEK_NAMES, "ell", "hbar", "imath", "jmath"], Commands.letter),
    **dict.fromkeys(["bmod", "mod"], Commands.modulo),
    **dict.fromkeys(tables.DOCUMENTS, Commands.document),
    **dict.fromkeys(tables.FUNCTIONS, Commands.function),
    **dict.fromkeys(["begin", "end"], Commands.environment),
    "substack": Commands.substack,
    **dict.fromkeys(["underset", "overset", "stackrel"], Commands.stacked),
    **dict.fromkeys(["underbrace", "overbrace"], Commands.brace),
    **dict.fromkeys(tables.ACCENTS, Commands.accent),
    **dict.fromkeys(tables.UPRIGHT, Commands.upright),
    **dict.fromkeys(tables.LOOKS, Commands.look),
    "sqrt": Commands.root,
    **dict.fromkeys(tables.FRACTIONS | tables.BINOMIALS, Commands.fraction),
    **dict.fromkeys([*tables.SIGNS, "over", "choose"], Commands.sign),
    **dict.fromkeys(tables.DROPPED, Commands.dropped),
    **dict.fromkeys(["(", ")", "[", "]"], Commands.line),
    **dict.fromkeys(["quad", "qquad"], Commands.quad),
    **dict.fromkeys(tables.SPACES | tables.IGNORED, Commands.blank),
    **dict.fromkeys(["left", "right"], Commands.sized),
    "\\": Commands.row,
}
