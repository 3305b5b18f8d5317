"""Formulas as one line of text: in Unicode, and in plain ASCII for terminals and files that have no more."""

from __future__ import annotations

from .brackets import bracketed, is_slope
from .notation import (
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
from .symbols import ascii_name, lowered, plain, raised, symbol, unicode_name

_SIGNS = {"-": "−", "^": "⊕"}
_ASCII_SIGNS = {"^": "xor", "·": "*", "⊙": ".*", "∘": ".*", "⊗": "(x)", "×": "*", "∈": "in", "−": "-"}
_ASCII_BIG = {"Σ": "sum", "∑": "sum", "Π": "prod", "∏": "prod", "∫": "int"}
_ASCII_FENCES = {"‖": "||", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "⟨": "<", "⟩": ">"}
_ROOTS = {"2": "√", "3": "∛", "4": "∜"}


def text(formula: Notation) -> str:
    """``∂loss/∂W = (p − y) xᵀ``: a formula as one line of Unicode, which the formula reader reads back."""
    return _Text(ascii=False).show(bracketed(formula))


def ascii_text(formula: Notation) -> str:
    """``dloss/dW = (p - y) x^T``: the same in ASCII."""
    return plain(_Text(ascii=True).show(bracketed(formula)))


class _Text:
    """Sets a tree that has its brackets already."""

    def __init__(self, ascii: bool) -> None:
        self.ascii = ascii

    def show(self, node: Notation) -> str:
        match node:
            case Name(text):
                return ascii_name(text) if self.ascii else unicode_name(text)
            case Numeral(text):
                return text if self.ascii else text.replace("-", "−")
            case Word(text) | Literal(text) | Operator(text):
                return text
            case Row(parts):
                return self._row(parts)
            case Infix(sign, args):
                return self._infix(sign, args)
            case Prefix(sign, arg):
                return self._prefix(sign, arg)
            case Postfix(arg, sign):
                return self.show(arg) + sign
            case Fraction(top, bottom):
                return self._over(self.show(top), self.show(bottom), tight=is_slope(node))
            case Power(base, exponent):
                return self.show(base) + self._above(exponent)
            case Subscript(base, index):
                return self.show(base) + self._below(index)
            case Indexed(base, index):
                return f"{self.show(base)}[{','.join(self.show(part) for part in index)}]"
            case Big(sign, below, above, body):
                return self._big(sign, below, above, body)
            case Apply(function, args, sub, bare):
                name = self.function(function) + (self._below(sub) if sub is not None else "")
                inside = ", ".join(self.show(arg) for arg in args)
                return f"{name} {inside}" if bare else f"{name}({inside})"
            case Fence(left, body, right):
                if self.ascii:
                    left, right = _ASCII_FENCES.get(left, left), _ASCII_FENCES.get(right, right)
                return left + self.show(body) + right
            case Root(body, degree):
                return self._root(body, degree)
            case Grid(rows, fence):
                return self._grid(rows, fence)
        raise TypeError(f"no text for {type(node).__name__}")

    def function(self, node: Notation) -> str:
        """The name of a function: ``φ``, ``h_θ``, ``softmax``."""
        if isinstance(node, Word) and len(symbol(node.text).base) == 1:
            return self.show(Name(node.text))
        if isinstance(node, Postfix):
            return self.function(node.arg) + node.sign
        return self.show(node)

    def _infix(self, sign: str, args: tuple[Notation, ...]) -> str:
        parts = [self.show(arg) for arg in args]
        if sign == "/":
            out = parts[0]
            for part in parts[1:]:
                out = self._over(out, part)
            return out
        if sign in ("", " "):
            return " ".join(parts)
        if sign in (",", ";"):
            return f"{sign} ".join(parts)
        if sign == "|":
            return (" | " if any(" " in part for part in parts) else "|").join(parts)
        shown = _ASCII_SIGNS.get(sign) or plain(sign).strip() if self.ascii else _SIGNS.get(sign, sign)
        if sign == "·" and all(isinstance(arg, Numeral | Fence) for arg in args):
            return shown.join(parts)
        return f" {shown} ".join(parts)

    def _over(self, top: str, bottom: str, tight: bool = False) -> str:
        return f"{top} / {bottom}" if not tight and (" " in top or " " in bottom) else f"{top}/{bottom}"

    def _prefix(self, sign: str, arg: Notation) -> str:
        shown = self.show(arg)
        if self.ascii:
            sign = {"∂": "d", "∇": "grad ", "−": "-"}.get(sign, sign)
        elif sign == "-":
            sign = "−"
        return sign + (" " if sign[-1:].isalpha() and sign not in "dΔ" else "") + shown

    def _row(self, parts: tuple[Notation, ...]) -> str:
        out = ""
        glue = True  # nothing stands before, or what stands before wants no gap
        for i, part in enumerate(parts):
            shown = self.show(part)
            if isinstance(part, Operator):
                tight = part.text in ("∂", "∇", "d", "Δ", "𝟙", ":", "!", "′", "(", ")", "[", "]", "|") or (
                    part.text in ("−", "-", "+") and i == 0
                )
                out += shown if tight else (f"{shown} " if glue and i == 0 else f" {shown} ")
                glue = True
                continue
            before = parts[i - 1] if i else None
            if isinstance(part, Word) and shown in (",", ";"):
                out += f"{shown} "
                glue = True
                continue
            if isinstance(before, Subscript) and isinstance(before.base, Operator):
                out += " "  # ∇_θ L
            elif not glue and i and not isinstance(before, Word) and begins_with_number(part):
                out += " * " if self.ascii else " · "  # two numbers side by side would run together
            elif not glue and not self._touches(before, part):
                out += " "
            out += shown
            glue = False
        return out.rstrip()

    def _touches(self, before: Notation | None, part: Notation) -> bool:
        """Whether a factor stands right after a numeral: ``3x``, ``2(a + b)``; never ``2 e``, which reads as a power
        of ten, nor ``0 x``."""
        if not isinstance(before, Numeral) or before.text == "0":
            return False
        while isinstance(part, Power | Subscript | Indexed):
            part = part.base
        match part:
            case Name(text):
                s = symbol(text)
                return len(s.base) == 1 and not s.accents and s.base not in "eEjJ_" and not self.ascii
            case Fence(left="("):
                return True
        return False

    def _above(self, exponent: Notation) -> str:
        if isinstance(exponent, Word) and exponent.text in ("T", "⊤", "ᵀ"):
            return "^T" if self.ascii else "ᵀ"
        inside = exponent
        if isinstance(exponent, Word) and len(exponent.text) > 1 and not self.ascii:
            return f"^{exponent.text}"
        shown = self.show(exponent)
        if not self.ascii and _raisable(exponent):
            return raised(shown.replace(" ", "")) or f"^({shown})"
        if isinstance(inside, Fence):
            return f"^{shown}" if inside.left == "(" else f"^({shown})"
        if isinstance(inside, Numeral) and shown.replace(".", "").isdigit():
            return f"^{shown}"
        if isinstance(inside, Name) and len(shown) == 1:
            return f"^{shown}"
        return f"^({shown})"

    def _below(self, index: Notation) -> str:
        shown = self.show(index)
        close = shown if isinstance(index, Word) else shown.replace(" ", "")
        letters = not isinstance(index, Row) or all(isinstance(p, Name) and len(p.text) == 1 for p in index.parts)
        if isinstance(index, Row | Name | Numeral | Infix | Word) and not self.ascii:
            if isinstance(index, Row) and not all(isinstance(part, Name) for part in index.parts):
                return f"_{{{shown}}}"
            low = lowered(close) if len(close) <= 3 or _raisable(index) else ""
            if low:
                return low
        if len(close) == 1 or close.isdecimal() or (close.isascii() and close.isalnum() and letters):
            return f"_{close}"
        if not isinstance(index, Row | Apply | Word):
            shown = close
        return f"_({shown})" if self.ascii else f"_{{{shown}}}"

    def _big(self, sign: str, below: Notation | None, above: Notation | None, body: Notation) -> str:
        out = _ASCII_BIG.get(sign, sign) if self.ascii else sign
        if below is not None:
            out += self._below(below)
        if above is not None:
            shown = self.show(above)
            high = "" if self.ascii or not _raisable(above) else raised(shown.replace(" ", ""))
            one = len(shown) == 1 or shown.isdecimal()
            out += high or (f"^{shown}" if one else f"^({shown})" if self.ascii else f"^{{{shown}}}")
        return f"{out} {self.show(body)}"

    def _root(self, body: Notation, degree: Notation | None) -> str:
        shown = self.show(body)
        inside = shown if isinstance(body, Fence) and body.left == "(" else f"({shown})"
        if degree is None or isinstance(degree, Numeral):
            sign = _ROOTS.get(degree.text if isinstance(degree, Numeral) else "2", "")
            if sign and self.ascii:
                return {"√": "sqrt", "∛": "cbrt", "∜": "root4"}[sign] + inside
            if sign:
                return sign + shown
        assert degree is not None
        return f"{inside}^(1/{self.show(degree)})"

    def _grid(self, rows: tuple[tuple[Notation, ...], ...], fence: str) -> str:
        cells = [[self.show(cell) for cell in row] for row in rows]
        if fence == "(" and [len(row) for row in rows] == [1, 1]:  # a binomial: a matrix has square brackets
            return f"binom({cells[0][0]}, {cells[1][0]})"
        if fence == "{":
            return "{ " + ", ".join(" ".join(row) for row in cells) + " }"
        if len(rows) == 1:
            return "[" + ", ".join(cells[0]) + "]"
        return "[" + ", ".join("[" + ", ".join(row) + "]" for row in cells) + "]"


def begins_with_number(node: Notation) -> bool:
    """Whether a factor is printed with a number at its front."""
    while True:
        match node:
            case Numeral():
                return True
            case Power(base, _) | Subscript(base, _) | Indexed(base, _):
                node = base
            case Row((first, *_)) | Infix(_, (first, *_)):
                node = first
            case Postfix(arg, _):
                node = arg
            case _:
                return False


def is_wide(part: Notation) -> bool:
    """Whether a factor is a word, which would run into its neighbours."""
    return isinstance(part, Literal) or (isinstance(part, Name) and len(symbol(part.text).base) > 1)


def _raisable(node: Notation) -> bool:
    """Whether a small formula may be set in small characters: a number, a letter, sums and signs of those."""
    match node:
        case Numeral(text):
            return text.lstrip("−-").isdigit()
        case Name(text):
            return len(text) == 1
        case Prefix(sign, arg):
            return sign in ("−", "-") and _raisable(arg)
        case Infix(sign, args):
            return sign in ("+", "−", "-", "=") and all(_raisable(arg) for arg in args)
        case Fence("(", body, _):
            return _raisable(body)
    return False
