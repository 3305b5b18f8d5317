"""Formulas as LaTeX that both KaTeX and pdflatex with amsmath set."""

from __future__ import annotations

from unmagic.core.brackets import bracketed, walk
from unmagic.core.notation import (
    Apply,
    Big,
    Fence,
    Fraction,
    Grid,
    Indexed,
    Infix,
    Literal,
    Name,
    Notation,
    Numeral,
    Operator,
    Postfix,
    Power,
    Prefix,
    Root,
    Row,
    Subscript,
    Word,
)
from unmagic.core.notation_text import begins_with_number, is_wide
from unmagic.core.symbols import symbol

from .tex import FUNCTIONS, SIGNS, escape, letter

_BIG = {"Σ": r"\sum", "∑": r"\sum", "Π": r"\prod", "∏": r"\prod", "∫": r"\int"}
_GRIDS = {"[": "bmatrix", "(": "pmatrix", "|": "vmatrix", "‖": "Vmatrix", "": "matrix", "{": "cases"}
_FENCES = {
    "‖": (r"\lVert", r"\rVert"), "|": (r"\lvert", r"\rvert"), "∣": (r"\lvert", r"\rvert"),
    "⌊": (r"\lfloor", r"\lfloor"), "⌋": (r"\rfloor", r"\rfloor"), "⌈": (r"\lceil", r"\lceil"),
    "⌉": (r"\rceil", r"\rceil"), "⟨": (r"\langle", r"\langle"), "⟩": (r"\rangle", r"\rangle"),
    "{": (r"\{", r"\{"), "}": (r"\}", r"\}"), "": (".", "."),
}  # fmt: skip


def latex(formula: Notation) -> str:
    r"""``\frac{\partial \mathrm{loss}}{\partial W} = (p - y) x^{\top}``: math mode, without the dollars."""
    return _show(bracketed(formula, flat=False))


def name(text: str) -> str:
    r"""A name: ``\theta``, ``\hat{y}``, ``d_{k}``, ``\mathrm{loss}``, ``P(D|H)``."""
    s = symbol(text)
    if len(s.base) == 1:
        out = letter(s.base) or rf"\text{{{escape(s.base)}}}"
    elif s.base.isidentifier() and s.base.isascii():
        out = rf"\mathrm{{{s.base}}}".replace("_", r"\_")
    else:
        out = _spelled(s.base) or rf"\text{{{escape(s.base)}}}"
    for accent in s.accents:
        out = rf"\{accent}{{{out}}}"
    if s.sub:
        parts = [
            name(part)
            if "_" in part
            else rf"\mathrm{{{part}}}"
            if len(part) > 2 and part.isalpha()
            else "".join(map(letter, part)) or escape(part)
            for part in s.sub.split(",")
        ]
        out += f"_{{{','.join(parts)}}}"
    if s.sup:
        out += f"^{{{s.sup}}}".replace("−", "-")
    return out + "'" * s.primes


def _spelled(text: str) -> str:
    """A name that holds signs, ``P(D|H)``, ``|B|``, ``IDF(q_i)``, ``E[X]``: its parts as names and signs of their own.

    Empty where a sign has no place in a name, or a bracket no partner.
    """
    out: list[str] = []
    run = ""
    depth = 0
    for char in f"{text}\0":
        depth += {"{": 1, "}": -1}.get(char, 0)
        raised = run.rpartition("^")[1] == "^" and run.rpartition("^")[2].startswith("(") and not run.endswith(")")
        if char.isalnum() or depth or raised or (run and char in "_^}'′") or (run.endswith("^") and char in "*+("):
            run += char
            continue
        if run:
            if run == text or run[-1] in "_^":
                return ""
            out.append(name(run))
        run = ""
        if char in '\\$#&%~`"':
            return ""
        made = "" if char == "\0" else " " if char == " " else SIGNS.get(char) or (char if char.isascii() else "?")
        out.append(f"{made} " if made[-1:].isalpha() else rf" \,{made}\, " if char == "‖" else made)
    made = "".join(out)
    pairs = all(made.count(left) == made.count(right) for left, right in ("()", "[]", "{}"))
    return made.strip() if pairs and "?" not in made and not depth else ""


def sign(text: str) -> str:
    """A sign in math mode."""
    if len(text) == 1 and text.isascii() and text.isalpha():
        return text
    return SIGNS.get(text) or (
        text if text.isascii() and not text.isalpha() else rf"\mathbin{{\text{{{escape(text)}}}}}"
    )


def numeral(text: str) -> str:
    r"""A number as it was printed; ``1e-05`` as ``1 \cdot 10^{-5}``, ``inf`` as ∞."""
    shown = text.replace("−", "-")
    minus = "-" if shown.startswith("-") else ""
    size = shown.removeprefix("-")
    if size in ("inf", "∞"):
        return rf"{minus}\infty"
    mantissa, mark, exponent = size.partition("e")
    if mark and mantissa.replace(".", "").isdigit() and exponent.lstrip("+-").isdigit():
        exponent = ("-" if exponent.startswith("-") else "") + (exponent.lstrip("+-0") or "0")
        return rf"{minus}{mantissa} \cdot 10^{{{exponent}}}"
    if all(c.isdigit() or c == "." for c in size):
        return shown
    return rf"\text{{{escape(text)}}}"


def _show(node: Notation) -> str:
    match node:
        case Name(text):
            return name(text)
        case Numeral(text):
            return numeral(text)
        case Word(text):
            return "*" if text == "∗" else rf"\text{{{escape(text)}}}"
        case Literal(text):
            return rf"\text{{{escape(text)}}}"
        case Operator(text):
            return sign(text)
        case Row(parts):
            return _row(parts)
        case Infix(text, args):
            return _infix(text, args)
        case Prefix("d", arg):
            shown = _show(arg)
            return f"d{shown}" if len(shown) == 1 else f"d {shown}"
        case Prefix(text, arg):
            made = sign(text)
            return f"{made} {_show(arg)}" if made[-1:].isalpha() else f"{made}{_show(arg)}"
        case Postfix(arg, text):
            return _show(arg) + sign(text)
        case Fraction(top, bottom):
            return rf"\frac{{{_show(top)}}}{{{_show(bottom)}}}"
        case Power(base, exponent):
            above = r"\top" if exponent in (Word("T"), Word("⊤"), Word("ᵀ")) else _show(exponent)
            if exponent == Name("T"):
                above = "{T}"  # a power of T, no transpose
            return f"{_show(base)}^{{{above}}}"
        case Subscript(base, index):
            shown = _show(base)
            marked = isinstance(base, Subscript) or (isinstance(base, Name) and "_" in shown)
            below = _show(index)
            if isinstance(index, Row) and all(
                isinstance(part, Name) and len(part.text) == 1 and part.text.isascii() for part in index.parts
            ):
                below = below.replace(" ", "")
            return f"{{{shown}}}_{{{below}}}" if marked else f"{shown}_{{{below}}}"
        case Indexed(base, index):
            return f"{_show(base)}[{', '.join(_show(part) for part in index)}]"
        case Big():
            return _big(node)
        case Apply(function, args, sub, bare):
            head = function_name(function) + (f"_{{{_show(sub)}}}" if sub is not None else "")
            inside = ", ".join(_show(arg) for arg in args)
            return f"{head} {inside}" if bare else head + _fence("(", inside, ")", any(map(_tall, args)))
        case Fence(left, body, right):
            return _fence(left, _show(body), right, _tall(body))
        case Root(body, None):
            return rf"\sqrt{{{_show(body)}}}"
        case Root(body, degree) if degree is not None:
            return rf"\sqrt[{_show(degree)}]{{{_show(body)}}}"
        case Grid(rows, fence):
            kind = _GRIDS.get(fence, "bmatrix")
            inside = r" \\ ".join(" & ".join(_show(cell) for cell in row) for row in rows)
            return rf"\begin{{{kind}}} {inside} \end{{{kind}}}"
    raise TypeError(f"no LaTeX for {type(node).__name__}")


def function_name(function: Notation) -> str:
    """The name of a function that is applied."""
    if isinstance(function, Postfix):
        return function_name(function.arg) + function.sign.replace("′", "'").replace("″", "''")
    if isinstance(function, Word) and len(symbol(function.text).base) == 1:
        return name(function.text)
    if isinstance(function, Word):
        if function.text in FUNCTIONS:
            return rf"\{function.text}"
        return rf"\operatorname{{{escape(function.text)}}}"
    return _show(function)


def _infix(text: str, args: tuple[Notation, ...]) -> str:
    parts = [_show(arg) for arg in args]
    if text in ("", " "):
        return _row(args)
    if text in (",", ";"):
        return f"{text} ".join(parts)
    if text == "/":
        return " / ".join(parts)
    if text == "^":
        return r" \oplus ".join(parts)
    if text == "|":
        return r" \mid ".join(parts)
    if text == "‖":
        return r" \,\|\, ".join(parts)
    return f" {sign(text)} ".join(parts)


def _row(parts: tuple[Notation, ...]) -> str:
    out = ""
    for i, part in enumerate(parts):
        shown = _show(part)
        if isinstance(part, Word) and len(parts) > 1:
            shown = rf"\text{{ {escape(part.text)} }}"
        if out:
            wide = any(is_wide(p) for p in (parts[i - 1], part))
            both = not isinstance(part, Operator | Word) and not isinstance(parts[i - 1], Operator | Word)
            out += r" \cdot " if both and begins_with_number(part) else r" \, " if wide and both else " "
        out += shown
    return out


def _big(node: Big) -> str:
    text = node.sign.replace(" ", "")
    if text in _BIG:
        out = _BIG[text]
    elif text in ("argmax", "argmin"):
        out = rf"\operatorname*{{arg\,{text[3:]}}}"
    else:
        out = rf"\{text}" if text in FUNCTIONS else rf"\operatorname*{{{escape(text)}}}"
    if node.below is not None:
        out += f"_{{{_show(node.below)}}}"
    if node.above is not None:
        out += f"^{{{_show(node.above)}}}"
    return f"{out} {_show(node.body)}"


def _fence(left: str, inside: str, right: str, tall: bool) -> str:
    opening = _FENCES[left][0] if left in _FENCES else sign(left)
    closing = _FENCES[right][1] if right in _FENCES else sign(right)
    if tall or "." in (opening, closing):
        return rf"\left{opening} {inside} \right{closing}"
    gap = " " if opening[-1].isalpha() else ""
    return f"{opening}{gap}{inside}{' ' if closing.startswith(chr(92)) else ''}{closing}"


def _tall(node: Notation) -> bool:
    """Whether brackets round it have to grow."""
    return any(isinstance(part, Fraction | Big | Grid) for part in walk(node))
