"""Names as symbols: the letter, its accents, subscript, superscript and primes, and the sign tables of all printers.

``hat_y`` is ŷ, ``bar_alpha_t`` is ᾱ with t below, ``d_k`` is d with k below; ``train_loss`` and ``P(D|H)`` stay
as they are.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "Pi": "Π", "ell": "ℓ",
}  # fmt: skip
LATIN = {sign: name for name, sign in GREEK.items()} | {"ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "µ": "mu"}

ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"}
_MARKS = {mark: name for name, mark in ACCENTS.items()} | {"\u0305": "bar"}

SUBSCRIPTS = dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
SUPERSCRIPTS = dict(
    zip("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)
_PLAIN = {low: plain for plain, low in SUBSCRIPTS.items() if plain != "-"}
_PLAIN_ABOVE = {high: plain for plain, high in SUPERSCRIPTS.items() if plain != "-"}

ASCII = str.maketrans(
    {
        "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "⋅": "*", "⊙": ".*", "∘": ".*", "⊗": "(x)", "÷": "/",
        "√": "sqrt", "∛": "cbrt", "∂": "d", "∇": "grad ", "Σ": "sum", "∑": "sum", "Π": "prod", "∏": "prod",
        "∞": "inf", "≈": "~=", "≠": "!=", "≤": "<=", "≥": ">=", "≪": "<<", "≫": ">>", "←": "<-", "→": "->",
        "⇒": "=>", "↦": "|->", "↑": "^", "↓": "v", "∈": " in ", "∉": " not in ", "∪": " union ", "∩": " and ",
        "∧": " and ", "∨": " or ", "¬": "not ", "±": "+/-", "∓": "-/+", "∝": " ~ ", "∼": "~", "‖": "||", "∥": "||",
        "∣": "|", "′": "'", "″": "''", "ᵀ": "^T", "⊤": "^T", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
        "⟨": "<", "⟩": ">", "𝟙": "1", "𝔼": "E", "ℝ": "R", "…": "...", "⋯": "...", "“": '"', "”": '"', "‘": "'",
        "’": "'", "⊻": " xor ", "⊕": " xor ", "∗": "*", "─": "-", "│": "|", "✓": "ok",
        "∠": "angle ", "°": " deg", "≡": "==", "∀": "for all ",
        "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2061": "", "\u2062": " ", "\u200b": "",
    }
)  # fmt: skip


class Symbol(NamedTuple):
    """A name taken apart. ``base`` is Greek where the name spells a Greek letter; the rest may be empty."""

    base: str
    accents: tuple[str, ...] = ()  # "hat", "bar", … from the inside out
    sub: str = ""
    sup: str = ""  # the l of a^l, the (1) of W^(1) with its brackets
    primes: int = 0


def _letter(text: str) -> str:
    return GREEK.get(text, text)


@lru_cache(maxsize=4096)
def symbol(name: str) -> Symbol:
    """Take a name apart; a name that is no single letter with marks (``train_loss``, ``P(D|H)``) is all base."""
    whole = Symbol(name)
    rest = name.rstrip("'′")
    primes = len(name) - len(rest)
    accents: list[str] = []
    while (cut := rest.find("_")) > 0 and rest[:cut] in ACCENTS and rest[cut + 1 :]:
        accents.insert(0, rest[:cut])
        rest = rest[cut + 1 :]
    at = min((i for i, c in enumerate(rest) if c in "_^" or c in _PLAIN or c in _PLAIN_ABOVE), default=len(rest))
    base, scripts = rest[:at], _scripts(rest[at:])
    if len(base) > 1 and base[-1] in "'′" and not primes:  # q'_1
        primes = len(base) - len(base.rstrip("'′"))
        base = base[:-primes]
    composed = unicodedata.normalize("NFD", base)
    if len(composed) > 1 and all(mark in _MARKS for mark in composed[1:]):
        base = composed[0]
        accents = [_MARKS[mark] for mark in composed[1:]] + accents
    base = _letter(base)
    if len(base) != 1:  # a word: no letter to set anything on, but for primes
        return Symbol(name[: len(name) - primes], primes=primes) if primes and name.isidentifier() else whole
    if scripts is None:
        return whole
    sub, sup = scripts
    return Symbol(base, tuple(accents), ",".join(_letter(part) for part in sub.split(",")), sup, primes)


def _scripts(text: str) -> tuple[str, str] | None:
    """The subscript and the superscript that follow a letter; nothing if there is more than that."""
    found = {"_": "", "^": ""}
    at = 0
    while at < len(text):
        char = text[at]
        if char in "_^":
            opening = text[at + 1 : at + 2]
            closing = {"{": "}", "(": ")"}.get(opening)
            if closing:
                end = text.find(closing, at) + 1
                script = text[at + 2 : end - 1] if opening == "{" else text[at + 1 : end]
            else:
                end = at + 1
                while end < len(text) and (text[end].isalnum() or (end == at + 1 and text[end] in "+*−-")):
                    end += 1
                script = text[at + 1 : end]
            mark = char
        else:
            table, mark = (_PLAIN, "_") if char in _PLAIN else (_PLAIN_ABOVE, "^")
            end = at
            while end < len(text) and text[end] in table:
                end += 1
            script = "".join(table.get(c, "") for c in text[at:end])
        inner = script[1:-1] if script[:1] == "(" else script
        allowed = "+-−,*<>=≤≥_" if mark == "_" else "+-−,*"
        if not inner or found[mark] or end <= at or not all(c.isalnum() or c in allowed for c in inner):
            return None
        found[mark] = script
        at = end
    return found["_"], found["^"]


def raised(text: str) -> str:
    """``text`` in superscript characters; empty where one does not exist."""
    return _mapped(text, SUPERSCRIPTS)


def lowered(text: str) -> str:
    """``text`` in subscript characters; empty where one does not exist."""
    return _mapped(text, SUBSCRIPTS)


def _mapped(text: str, table: dict[str, str]) -> str:
    mapped = [table.get(c, "") for c in text]
    return "".join(mapped) if all(mapped) else ""


@lru_cache(maxsize=4096)
def unicode_name(name: str) -> str:
    """A name as one symbol of text: ``θ``, ``ŷ``, ``ᾱₜ``, ``dₖ``, ``W⁽¹⁾``, ``x′``."""
    s = symbol(name)
    if len(s.base) > 1:
        return s.base + "′" * s.primes
    base = s.base
    if base in "ΣΠ" and not name.startswith(base):
        base = LATIN[base]  # a sign of their own: a name that is printed so would be read as a sum
    text = unicodedata.normalize("NFC", base + "".join(ACCENTS[accent] for accent in s.accents))
    if s.sub:
        few = sum(map(str.isalpha, s.sub)) <= 2  # hₚᵣₑᵥ is harder to read than h_prev
        sub = unicode_name(s.sub) if "_" in s.sub else s.sub
        text += (few and lowered(sub)) or (f"_{sub}" if sub.isalnum() and "_" not in s.sub else f"_{{{sub}}}")
    if s.sup:
        text += raised(s.sup) or (f"^{s.sup}" if s.sup.isalnum() or s.sup[0] == "(" else f"^{{{s.sup}}}")
    return text + "′" * s.primes


@lru_cache(maxsize=4096)
def ascii_name(name: str) -> str:
    """A name in plain letters, as it can be typed: ``theta``, ``hat_y``, ``d_k``, ``x'``."""
    s = symbol(name)
    if len(s.base) > 1:
        return plain(s.base) + "'" * s.primes
    text = "".join(f"{accent}_" for accent in reversed(s.accents)) + LATIN.get(s.base, s.base)
    if s.sub:
        sub = ",".join(LATIN.get(part, part) for part in s.sub.split(","))
        text += f"_{sub}" if sub.isalnum() else f"_{{{sub}}}"
    if s.sup:
        text += f"^{s.sup}" if s.sup.isalnum() or s.sup[0] == "(" else f"^{{{s.sup}}}"
    return plain(text) + "'" * s.primes


def plain(text: str) -> str:
    """``text`` in ASCII: signs by their usual spelling, Greek by name, what has neither as an escape."""
    if text.isascii():
        return text
    text = text.translate(ASCII)
    if text.isascii():
        return text
    out: list[str] = []
    mode = ""  # "_" or "^" while a run of small characters is being written
    for c in text:
        if c in _PLAIN or c in _PLAIN_ABOVE:
            low = "_" if c in _PLAIN else "^"
            if mode != low:
                out.append(low)
                mode = low
            out.append({"−": "-"}.get(p := _PLAIN.get(c) or _PLAIN_ABOVE[c], p))
            continue
        mode = ""
        if c.isascii():
            out.append(c)
        elif c in LATIN:
            out.append(LATIN[c])
        else:
            letters = "".join(d for d in unicodedata.normalize("NFKD", c) if d.isascii())
            out.append(letters or c.encode("ascii", "backslashreplace").decode())
    return "".join(out)


def cells(text: str) -> int:
    """How many columns a terminal gives to ``text``."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
