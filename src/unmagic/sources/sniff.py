"""Which language a text is in (FORMULAS.md, "Which language"). The text is parsed at most, never run."""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from typing import NamedTuple

from unmagic.lang.names import known_function

# products, roots, sums, arrows, sets, bars; Greek letters alone are names in Python too
_MATH = frozenset(
    "·⋅×÷−∗∘⊙⊗√∛∜ΣΠ∑∏∂∇∫∞←→≤≥≠≈∝∈∉∀∃‖∣⌊⌋⌈⌉⟨⟩…′″ᵀ⊤½𝟙±∩∪"
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
    "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥⱼ"
)
_PATH = re.compile(r"(?P<path>[^\s:]*\.(?:py|ipynb)|[A-Za-z]:[^\s:]*\.(?:py|ipynb))(?::(?P<part>\w+))?\Z")


class PathForm(NamedTuple):
    """``file.py``, ``file.py:function``, ``file.ipynb:cell``."""

    path: str
    part: str  # "" for the whole file


def path_form(text: str) -> PathForm | None:
    """The file that a source names, if it is a path and no formula."""
    found = _PATH.match(text.strip())
    return PathForm(found["path"], found["part"] or "") if found else None


def sniff(text: str) -> str:
    """``path``, ``latex``, ``formula`` or ``python``."""
    if path_form(text) is not None:
        return "path"
    code = python_code(text)
    if code is not None and not _marked(code):
        return "formula" if calls_mathematics(text) else "python"
    if re.search(r"\\[A-Za-z]+|\\\[|\\\(", text):
        return "latex"
    return "formula"


def calls_mathematics(text: str) -> bool:
    """Whether a text that is Python too can only be meant as a formula: ``p = softmax(z)``, ``y = exp(x)``.

    So it is where plain equations call functions by names that formulas know and Python does not.
    """
    if not plain_equations(text):
        return False
    calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    names = [function.id for function in calls if isinstance(function, ast.Name)]
    return any(known_function(name) and not hasattr(builtins, name) for name in names)


def plain_equations(text: str) -> bool:
    """Whether a text is Python of equations alone: nothing imported, defined, indented or reached by a dot."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    nodes = list(ast.walk(tree))
    programming = (ast.Attribute, ast.Lambda, ast.comprehension, ast.JoinedStr)
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return (
        all(isinstance(statement, (ast.Assign, ast.Expr)) for statement in tree.body)
        and not any(isinstance(node, programming) for node in nodes)
        and not any(hasattr(builtins, name) and known_function(name) is None for name in called)
    )


def _marked(code: str) -> bool:
    """Whether code outside of strings and comments holds LaTeX commands or mathematical characters."""
    return bool(re.search(r"\\[A-Za-z]", code)) or not _MATH.isdisjoint(code)


def python_code(text: str) -> str | None:
    """The text without its strings and comments, if it is Python; else None."""
    if len(text) > 200_000:
        return None
    try:
        ast.parse(text)
        pieces = [
            token.string
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type not in (tokenize.COMMENT, tokenize.STRING)
        ]
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return None
    return " ".join(pieces)
