"""What each LaTeX command means, family by family."""

from __future__ import annotations

# signs by another name
SIGNS = {
    "cdot": "·", "times": "×", "ast": "*", "odot": "⊙", "circ": "∘", "otimes": "⊗", "div": "/", "top": "⊤",
    "intercal": "⊤", "intop": "⊤", "sum": "Σ", "prod": "Π", "partial": "∂", "nabla": "∇", "infty": "∞", "le": "≤",
    "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "neq": "≠", "ne": "≠", "lt": "<",
    "gt": ">", "leftarrow": "←", "gets": "←", "coloneqq": "←", "longleftarrow": "←", "triangleq": "=", "equiv": "=",
    "coloneq": "←", "approx": "≈", "simeq": "≈", "propto": "∝", "sim": "~", "in": "∈", "to": "→", "rightarrow": "→",
    "mapsto": "↦", "longrightarrow": "→", "prime": "′", "ldots": "…", "dots": "…", "cdots": "…", "dotsc": "…",
    "dotsb": "…", "vdots": "…", "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖",
    "rVert": "‖", "parallel": "‖", "|": "‖", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "langle": "⟨", "rangle": "⟩", "lbrace": "⦃", "rbrace": "⦄", "{": "⦃", "}": "⦄", "land": "∧", "wedge": "∧",
    "lor": "∨", "vee": "∨", "lnot": "¬", "neg": "¬", "pm": "±", "lbrack": "[", "rbrack": "]", "colon": ":",
    "_": "_", "%": "%", "star": "∗", "bullet": "·", "bigodot": "⊙", "dagger": "†", "setminus": "∖", "cap": "∩",
    "cup": "∪", "&": "&",
}  # fmt: skip
# blanks, by one character or by name
SPACES = frozenset([",", ";", ":", "!", " ", "thinspace", "enspace", "space", "hfill", ">", "/", "\n"])
# of no meaning, and without an argument
IGNORED = frozenset([
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", "middle", "big", "Big",
    "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "bigm", "Bigm", "biggm",
    "Biggm", "rm", "bf", "it", "sf", "mathstrut", "strut", "hline", "boldmath", "allowbreak",
])  # fmt: skip
# of no meaning, argument and all
DROPPED = frozenset([
    "hspace", "mspace", "tag", "label", "color", "textcolor", "vspace", "hphantom", "vphantom", "phantom", "cite",
    "ref", "eqref",
])  # fmt: skip
# another look of the same name
LOOKS = frozenset([
    "mathbf", "boldsymbol", "bm", "mathcal", "mathbb", "mathsf", "mathfrak", "mathit", "mathnormal", "mathscr",
    "vec", "pmb", "bold", "mathbfit", "overrightarrow", "mathop", "mathord", "mathrel", "mathbin", "ensuremath",
    "boxed", "smash", "vect",
])  # fmt: skip
# a name set upright, or words between formulas
UPRIGHT = frozenset([
    "mathrm", "operatorname", "text", "textrm", "textbf", "textit", "texttt", "textsf", "textnormal", "mbox",
    "mathtt",
])  # fmt: skip
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve", "underline": "bar",
}  # fmt: skip
FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac"])
BINOMIALS = frozenset(["binom", "dbinom", "tbinom"])
# functions that LaTeX knows by name
FUNCTIONS = frozenset([
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh",
    "cosh", "tanh", "coth", "max", "min", "lim", "det", "arg", "sup", "inf", "Pr", "dim", "argmax", "argmin",
    "softmax", "ker", "gcd",
])  # fmt: skip
# environments that hold lines of formulas
LINES = frozenset([
    "aligned", "align", "align*", "equation", "equation*", "gather", "gather*", "gathered", "split", "eqnarray",
    "eqnarray*", "multline", "multline*", "alignat", "alignat*", "flalign", "flalign*", "displaymath", "math",
    "subequations",
])  # fmt: skip
CASES = frozenset(["cases", "dcases", "rcases"])
MATRICES = frozenset(["matrix", "pmatrix", "bmatrix", "vmatrix", "Vmatrix", "Bmatrix", "smallmatrix", "array"])
# what begins a definition or a document: there is no formula in it
DOCUMENTS = frozenset(["DeclareMathOperator", "newcommand", "def", "input", "include", "usepackage"])
