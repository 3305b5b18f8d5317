"""What each character and each spelled-out letter of a formula means."""

from __future__ import annotations

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS = frozenset("0123456789")
_GREEK = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta",
    "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "epsilon", "theta", "phi", "rho", "sigma", "pi",
]  # fmt: skip
GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩϵϑϕϱςϖ", _GREEK, strict=True))
GREEK["µ"] = "mu"  # the micro sign
GREEK["ℓ"] = "ell"
GREEK_NAMES = frozenset(GREEK.values())
ALIASES = {"eps": "epsilon", "lam": "lambda", "lmbda": "lambda", "infty": "∞", "nabla": "∇", "varepsilon": "epsilon"}
ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0308": "ddot"}
ACCENT_NAMES = frozenset(ACCENTS.values())
WORDS = frozenset(
    ["where", "with", "and", "if", "else", "otherwise", "or", "not", "for", "when", "given", "let", "then", "so", "is"]
)

SUB = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥⱼᵦᵧᵨᵩᵪ", "0123456789+-=()aeoxhklmnpstiruvjβγρφχ", strict=True))
SUP = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵠᵡ",
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδφχ",
        strict=True,
    )
)

SIGNS: dict[str, str] = {
    **dict.fromkeys("−–﹣-", "-"),
    **dict.fromkeys("·⋅•∙", "·"),
    **dict.fromkeys("*∗", "*"),
    **dict.fromkeys("∘○", "∘"),
    **dict.fromkeys("⊙⊚", "⊙"),
    **dict.fromkeys("/÷∕", "/"),
    **dict.fromkeys("Σ∑", "Σ"),
    **dict.fromkeys("Π∏", "Π"),
    **dict.fromkeys("|∣", "|"),
    **dict.fromkeys("‖∥", "‖"),
    **dict.fromkeys("…⋯", "…"),
    **dict.fromkeys("′'’", "′"),
    **dict.fromkeys("∼~", "~"),
    **dict.fromkeys("≔", "←"),
    **dict.fromkeys("⟨〈", "⟨"),
    **dict.fromkeys("⟩〉", "⟩"),
    **dict.fromkeys("=≡≜", "="),
    **dict.fromkeys("⟵←", "←"),
    **dict.fromkeys("→⟶", "→"),
    "⊤": "⊤",
    "ᵀ": "⊤",
    "″": "″",
    "𝟙": "𝟙",
    "𝟏": "𝟙",
    **{sign: sign for sign in "+×⊗@^_!()[]{}<>≤≥≠≈∝∈∂∇√∛∞,;:⌊⌋⌈⌉¬∧∨%&↦±∩∪∖†"},
}
PAIRS = {
    "**": "^",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "==": "=",
    ":=": "←",
    "+=": "+=",
    "-=": "-=",
    "−=": "-=",
    "*=": "*=",
    "/=": "/=",
    "->": "→",
}
