"""Words in TeX: what must be escaped, and the signs that plain pdflatex has no letter for."""

from __future__ import annotations

import unicodedata

from unmagic.core.symbols import LATIN, SUBSCRIPTS, SUPERSCRIPTS, plain

SIGNS = {
    "−": "-", "·": r"\cdot", "⋅": r"\cdot", "×": r"\times", "⊙": r"\odot", "⊗": r"\otimes", "∘": r"\circ",
    "÷": r"\div", "±": r"\pm", "∓": r"\mp", "←": r"\leftarrow", "→": r"\to", "⇒": r"\Rightarrow", "↦": r"\mapsto",
    "↑": r"\uparrow", "↓": r"\downarrow", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv",
    "∼": r"\sim", "∝": r"\propto", "∈": r"\in", "∉": r"\notin", "∪": r"\cup", "∩": r"\cap", "∧": r"\land",
    "∨": r"\lor", "⊻": r"\veebar", "¬": r"\lnot", "∂": r"\partial", "∇": r"\nabla", "∞": r"\infty", "‖": r"\|",
    "∥": r"\|", "∣": r"\mid", "⊤": r"\top", "…": r"\ldots", "⋯": r"\cdots", "′": "'", "√": r"\surd", "∑": r"\sum",
    "∏": r"\prod", "∫": r"\int", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil",
    "⟨": r"\langle", "⟩": r"\rangle", "𝔼": r"\mathbb{E}", "ℝ": r"\mathbb{R}", "𝟙": r"\mathbf{1}", "∠": r"\angle",
    "∀": r"\forall", "%": r"\%", "⊕": r"\oplus", "∗": "*", "//": r"\mathbin{/\!/}", "mod": r"\bmod",
    "and": r"\text{ and }",
    "or": r"\text{ or }", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\sim",
    "\\": r"\backslash", "^": r"\hat{}", ">=": r"\ge", "<=": r"\le", "!=": r"\ne", "==": "=",
}  # fmt: skip
"""Signs in math mode; those not listed stand for themselves if they are ASCII."""

FUNCTIONS = frozenset({
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "det", "dim", "exp", "gcd", "ker", "lg", "lim", "ln",
    "log", "max", "min", "sin", "sinh", "sup", "tan", "tanh",
})  # fmt: skip
"""Functions that TeX has a name for."""

_ESCAPES = {
    "\\": r"$\backslash$", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--",
    "—": "---", "\u00a0": "~", "<": "$<$", ">": "$>$", "|": "$|$", '"': "''", "−": "$-$", "′": "$'$", "\n": " ",
    "\t": " ", "`": "`{}",
}  # fmt: skip
_BELOW = {low: char for char, low in SUBSCRIPTS.items() if char != "-"}
_ABOVE = {high: char for char, high in SUPERSCRIPTS.items() if char != "-"} | {"ᵀ": r"\top"}


def letter(char: str) -> str:
    """A Greek or plain letter in math mode; empty where TeX has none."""
    if char.isascii():
        return char
    if char in SIGNS:
        return SIGNS[char]
    name = LATIN.get(char, "")
    if name == "epsilon" and char == "ε":
        return r"\varepsilon"
    return rf"\{name}" if name else ""


def escape(text: str) -> str:
    """Words as TeX sets them outside of formulas; a character that pdflatex has not is spelled in ASCII."""
    out: list[str] = []
    for i, char in enumerate(text):
        if char in "-'" and text[i + 1 : i + 2] == char:
            out.append(f"{char}{{}}")  # two would become a dash, a closing quote
        elif char in _ESCAPES:
            out.append(_ESCAPES[char])
        elif char.isascii():
            out.append(char if char.isprintable() else "")
        elif char in _BELOW or char in _ABOVE:
            small, sign = (_BELOW[char], "_") if char in _BELOW else (_ABOVE[char], "^")
            out.append(f"${{}}{sign}{{{letter(small) or small}}}$")
        elif made := letter(char):
            out.append(f"${made}$")
        else:
            out.append(_accented(char))
    return "".join(out)


_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"', "\u0327": "c", "\u030c": "v"}
_LETTERS = {"ß": r"{\ss}", "æ": r"{\ae}", "Æ": r"{\AE}", "ø": r"{\o}", "Ø": r"{\O}", "å": r"{\aa}", "Å": r"{\AA}"}


def _accented(char: str) -> str:
    """A letter of a European alphabet; of others the code point, since TeX's fonts have no letter."""
    if char in _LETTERS:
        return _LETTERS[char]
    base, *marks = list(unicodedata.normalize("NFD", char))
    if base.isascii() and len(marks) == 1 and marks[0] in _ACCENTS:
        return rf"\{_ACCENTS[marks[0]]}{{{base}}}"
    shown = plain(char)
    return f"U+{shown[2:].upper()}" if shown.startswith("\\") else "".join(_ESCAPES.get(c, c) for c in shown)


def arithmetic(text: str) -> str:
    """Worked arithmetic, ``√(1² + 2²)``, ``−log(0.7870)``, ``∂loss/∂W[0,0]``, in math mode; words stand upright."""
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        end = at + 1
        if char.isascii() and char.isdigit():
            while end < len(text) and (text[end].isdecimal() or text[end] in ".,"):
                end += 1
            exponent = _exponent(text, end)
            power = text[end + 1 : exponent].lstrip("+").replace("−", "-")
            out.append(text[at:end] + (rf" \cdot 10^{{{power}}}" if power else ""))
            end = exponent
        elif char.isascii() and char.isalpha():
            while end < len(text) and (text[end].isalnum() or text[end] == "_") and text[end].isascii():
                end += 1
            word = text[at:end]
            out.append(_word(word))
        elif char == "^" and (body := text[at + 1 : (end := _group(text, at + 1))]).strip("-−()"):
            out.append(f"^{{{arithmetic(body[1:-1] if body.startswith('(') else body)}}}")
        elif char == "√":
            end = _group(text, at + 1)
            body = text[at + 1 : end]
            inner = body[1:-1] if body.startswith("(") else body
            out.append(rf"\sqrt{{{arithmetic(inner)}}}")
        elif char in _ABOVE or char in _BELOW:
            table, mark = (_ABOVE, "^") if char in _ABOVE else (_BELOW, "_")
            while end < len(text) and text[end] in table:
                end += 1
            small = "".join(letter(table[c]) or table[c] for c in text[at:end])
            out.append(f"{mark}{{{small}}}")
        elif char in SIGNS:
            made = SIGNS[char]
            out.append(f"{made} " if made[-1].isalpha() else made)
        elif char == " ":
            out.append(" ")
        elif char.isascii():
            out.append(char if char.isprintable() else "")
        else:
            made = letter(char)
            out.append(f"{made} " if made else rf"\text{{{escape(char)}}}")
        at = end
    return "".join(out).strip()


def _exponent(text: str, at: int) -> int:
    """Where the ``e+308`` that begins at ``at`` ends; ``at`` itself if none does."""
    if text[at : at + 1] not in ("e", "E"):
        return at
    end = at + 1 + (text[at + 1 : at + 2] in ("+", "-", "−"))
    first = end
    while end < len(text) and text[end].isdecimal():
        end += 1
    return end if end > first else at


def _word(word: str) -> str:
    if word in FUNCTIONS:
        return rf"\{word}"
    if word == "inf":
        return r"\infty "
    return word if len(word) == 1 else rf"\mathrm{{{word.replace('_', chr(92) + '_')}}}"


def _group(text: str, at: int) -> int:
    """Where what stands under a root or above a base from ``at`` on ends: brackets, a number, a word."""
    if text[at : at + 1] != "(":
        at += text[at : at + 1] in ("-", "−")
        while at < len(text) and (text[at].isalnum() or text[at] in "._"):
            at += 1
        return at
    depth = 0
    for i in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    return at
