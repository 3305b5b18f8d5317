"""Formulas as MathML Core: every bracketed group in an ``mrow`` of its own, symbols in their hues."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from unmagic.core.brackets import bracketed
from unmagic.core.kept import Kept
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
from unmagic.core.notation_text import is_wide
from unmagic.core.symbols import symbol

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "dot": "˙", "ddot": "¨", "vec": "→"}
_SIGNS = {"^": "⊕", "-": "−", "*": "∗", "|": "∣"}
_BIG = {"Σ": "∑", "Π": "∏"}
_APPLY = "<mo>&#x2061;</mo>"
_TIMES = "<mo>&#x2062;</mo>"
_THIN = '<mspace width="0.17em"/>'

KEPT: Kept[str] = Kept(2_000_000)
"""Formulas that were set, by formula and hues: a million characters or two of one process."""

Hues = Mapping[str, int]
"""The hue of a symbol, 1 to 8, by its name as the notation has it."""


def mathml(formula: Notation, hues: Hues | None = None, *, block: bool = False, namespace: bool = False) -> str:
    """``<math>…</math>``. ``block`` displays it large; ``namespace`` makes it stand by itself as XML."""
    attributes = (f' xmlns="{NAMESPACE}"' if namespace else "") + (' display="block"' if block else "")
    return f"<math{attributes}>{_inside(formula, hues or {})}</math>"


def _inside(formula: Notation, hues: Hues) -> str:
    """A page's formulas mostly stand on the next one too: only numbers change."""
    key = formula, tuple(hues.items())
    found = KEPT.get(key)
    if found is None:
        found = _row(_MathML(hues).show(bracketed(formula, flat=False)))
        KEPT.put(key, found, len(found))
    return found


def _row(*elements: str) -> str:
    inside = "".join(elements)
    whole = len(elements) == 1 and inside.startswith("<mrow>") and inside.endswith("</mrow>") and _one(inside)
    return inside if whole else f"<mrow>{inside}</mrow>"


def _one(inside: str) -> bool:
    """Whether an ``mrow`` is one element and not a row of several."""
    depth = 0
    at = 0
    while (at := inside.find("<", at)) >= 0:
        if inside.startswith("</mrow>", at):
            depth -= 1
            if depth == 0:
                return at + len("</mrow>") == len(inside)
        elif inside.startswith("<mrow", at):
            depth += 1
        at += 1
    return False


def mo(text: str) -> str:
    """An operator."""
    space = ' lspace="0" rspace="0"' if text == "Δ" else ""  # a letter, of which browsers know no spacing as a sign
    return f"<mo{space}>{escape(_SIGNS.get(text, text))}</mo>"


class _MathML:
    def __init__(self, hues: Hues) -> None:
        self.hues = hues

    def show(self, node: Notation) -> str:
        """One element."""
        match node:
            case Name(text):
                return self.name(text)
            case Numeral(text):
                return f"<mn>{escape(text.replace('-', '−'))}</mn>"
            case Word(text) | Literal(text):
                return f"<mtext>{escape(text)}</mtext>"
            case Operator(text):
                return mo(text)
            case Row(parts):
                return self.row(parts)
            case Infix(sign, args):
                return self.infix(sign, args)
            case Prefix(sign, arg):
                lead = "<mi>d</mi>" if sign == "d" else mo(sign)
                return _row(lead, self.show(arg))
            case Postfix(arg, sign):
                return _row(self.show(arg), mo(sign))
            case Fraction(top, bottom):
                return f"<mfrac>{self.show(top)}{self.show(bottom)}</mfrac>"
            case Power(Subscript(base, index), exponent):
                return f"<msubsup>{self.show(base)}{self.show(index)}{self.above(exponent)}</msubsup>"
            case Power(base, exponent):
                return f"<msup>{self.show(base)}{self.above(exponent)}</msup>"
            case Subscript(base, index):
                return f"<msub>{self.show(base)}{self.show(index)}</msub>"
            case Indexed(base, index):
                return _row(self.show(base), self.fence("[", self.listed(index), "]"))
            case Big():
                return self.big(node)
            case Apply(function, args, sub, bare):
                head = self.function(function)
                if sub is not None:
                    head = f"<msub>{head}{self.show(sub)}</msub>"
                if bare:
                    return _row(head, _APPLY, _THIN, self.show(args[0]))
                return _row(head, _APPLY, self.fence("(", self.listed(args), ")"))
            case Fence(left, body, right):
                return self.fence(left, self.show(body), right)
            case Root(body, None):
                return f"<msqrt>{_row(self.show(body))}</msqrt>"
            case Root(body, degree) if degree is not None:
                return f"<mroot>{_row(self.show(body))}{self.show(degree)}</mroot>"
            case Grid(rows, fence):
                return self.grid(rows, fence)
        raise TypeError(f"no MathML for {type(node).__name__}")

    def name(self, text: str) -> str:
        s = symbol(text)
        hue = self.hues.get(text)
        mark = f' class="sym s{hue}"' if hue else ""
        plain = not (s.accents or s.sub or s.sup or s.primes)
        out = f"<mi{mark if plain else ''}>{escape(s.base)}</mi>"
        for i, accent in enumerate(s.accents):
            last = i == len(s.accents) - 1 and not (s.sub or s.sup or s.primes)
            out = f'<mover accent="true"{mark if last else ""}>{out}<mo>{_ACCENTS[accent]}</mo></mover>'
        if s.primes and not (s.sub or s.sup):  # drawn high and small already: as a superscript it would be lost
            return f'<mrow{mark}>{out}<mo lspace="0" rspace="0">{"′" * s.primes}</mo></mrow>'
        above = self.script(s.sup) if s.sup else f"<mo>{'′' * s.primes}</mo>" if s.primes else ""
        if s.sup and s.primes:
            above = f"<mrow>{above}<mo>{'′' * s.primes}</mo></mrow>"
        below = self.script(s.sub) if s.sub else ""
        if above and below:
            return f"<msubsup{mark}>{out}{below}{above}</msubsup>"
        if above or below:
            tag = "msup" if above else "msub"
            return f"<{tag}{mark}>{out}{above or below}</{tag}>"
        return out

    def script(self, text: str) -> str:
        """What stands at a name's foot or head: ``t``, ``12``, ``t-1``, ``(i)``."""
        parts: list[str] = []
        run = ""
        for char in f"{text}\0":
            if char.isalnum():
                run += char
                continue
            if run:
                parts.append(f"<mn>{run}</mn>" if run.isdecimal() else f"<mi>{escape(run)}</mi>")
            run = ""
            if char != "\0":
                parts.append(mo(char))
        return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"

    def function(self, function: Notation) -> str:
        if isinstance(function, Word) and len(symbol(function.text).base) > 1:
            return f"<mi>{escape(function.text)}</mi>"
        return self.name(function.text) if isinstance(function, Word) else self.show(function)

    def above(self, exponent: Notation) -> str:
        return mo("⊤") if exponent in (Word("T"), Word("⊤"), Word("ᵀ")) else self.show(exponent)

    def listed(self, parts: tuple[Notation, ...]) -> str:
        return mo(",").join(self.show(part) for part in parts)

    def infix(self, sign: str, args: tuple[Notation, ...]) -> str:
        if sign in ("", " "):
            return self.row(args)
        between = f"<mtext>&#xa0;{escape(sign)}&#xa0;</mtext>" if sign.isalpha() else mo(sign)
        return _row(between.join(self.show(arg) for arg in args))

    def row(self, parts: tuple[Notation, ...]) -> str:
        out: list[str] = []
        for i, part in enumerate(parts):
            shown = self.show(part)
            if isinstance(part, Word):
                shown = f"<mtext>&#xa0;{escape(part.text)}&#xa0;</mtext>"
            elif i and not isinstance(part, Operator) and not isinstance(parts[i - 1], Operator | Word):
                wide = any(is_wide(p) for p in (parts[i - 1], part))
                out.append(_TIMES + (_THIN if wide else ""))
            out.append(shown)
        return _row(*out)

    def fence(self, left: str, inside: str, right: str) -> str:
        opening, closing = mo(left), mo(right)
        if left in ("|", "‖", "∣"):  # the same sign opens and closes: say which
            sign = "|" if left != "‖" else "‖"
            opening = f'<mo form="prefix" stretchy="true">{sign}</mo>'
            closing = f'<mo form="postfix" stretchy="true">{sign}</mo>'
        return f"<mrow>{opening if left else ''}{inside}{closing if right else ''}</mrow>"

    def big(self, node: Big) -> str:
        text = _BIG.get(node.sign, node.sign)
        head = f"<mi>{escape(text)}</mi>" if text[:1].isalpha() and text.isascii() else mo(text)
        below = self.show(node.below) if node.below is not None else ""
        above = self.show(node.above) if node.above is not None else ""
        if below and above:
            head = f"<munderover>{head}{below}{above}</munderover>"
        elif below or above:
            tag = "munder" if below else "mover"
            head = f"<{tag}>{head}{below or above}</{tag}>"
        gap = _THIN if text[:1].isascii() else ""
        return _row(head, gap, self.show(node.body))

    def grid(self, rows: tuple[tuple[Notation, ...], ...], fence: str) -> str:
        cells = "".join(f"<mtr>{''.join(f'<mtd>{self.show(cell)}</mtd>' for cell in row)}</mtr>" for row in rows)
        closing = {"[": "]", "(": ")", "|": "|", "‖": "‖"}.get(fence, "")
        return self.fence(fence, f"<mtable>{cells}</mtable>", closing)
