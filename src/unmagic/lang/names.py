"""What names mean before anything is bound: known functions, canonical names, and the names in scope of a parse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache

from unmagic.core.errors import UnmagicError
from unmagic.core.span import SourceText

from .tokens.alphabet import GREEK, GREEK_NAMES
from .tokens.latex.scanner import tokenize_latex
from .tokens.plain import tokenize
from .tokens.token import Token, joined

# every spelling (in lower case) of each known function
_SPELLINGS = {
    "exp": "exp", "expm1": "expm1", "log": "log", "ln": "log", "lg": "log10", "log2": "log2", "log10": "log10",
    "log1p": "log1p", "sqrt": "sqrt", "cbrt": "cbrt", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan", "asin": "arcsin",
    "acos": "arccos", "atan": "arctan", "arctan2": "arctan2", "atan2": "arctan2", "arcsinh": "arcsinh",
    "asinh": "arcsinh",
    "arccosh": "arccosh", "acosh": "arccosh", "arctanh": "arctanh", "atanh": "arctanh", "cot": "cot", "sec": "sec",
    "csc": "csc", "coth": "coth", "erf": "erf", "erfc": "erfc", "sigmoid": "sigmoid", "logistic": "sigmoid",
    "logsigmoid": "log_sigmoid", "log_sigmoid": "log_sigmoid", "relu": "relu", "relu6": "relu6",
    "leakyrelu": "leaky_relu", "leaky_relu": "leaky_relu", "elu": "elu", "selu": "selu", "celu": "celu", "gelu": "gelu",
    "silu": "silu", "swish": "silu", "softplus": "softplus", "mish": "mish", "softsign": "softsign",
    "hardtanh": "hardtanh", "hardsigmoid": "hardsigmoid", "hardswish": "hardswish", "softmax": "softmax",
    "logsoftmax": "log_softmax", "log_softmax": "log_softmax", "softmin": "softmin", "logsumexp": "logsumexp",
    "lse": "logsumexp", "sign": "sign", "sgn": "sign", "abs": "absolute", "tr": "trace", "trace": "trace", "det": "det",
    "diag": "diag", "outer": "outer", "dot": "dot", "inner": "dot", "inv": "inv", "transpose": "transpose",
    "rank": "rank", "vec": "vec", "norm": "norm", "min": "min", "max": "max", "minimum": "min", "maximum": "max",
    "argmin": "argmin", "argmax": "argmax", "sum": "sum", "prod": "prod", "mean": "mean", "avg": "mean",
    "average": "mean", "median": "median", "var": "var", "variance": "var", "std": "std", "sd": "std", "cov": "cov",
    "corr": "corr", "floor": "floor", "ceil": "ceil", "round": "rint", "trunc": "trunc", "clip": "clip",
    "clamp": "clip", "kl": "kl", "d_kl": "kl", "dkl": "kl", "entropy": "entropy", "crossentropy": "cross_entropy",
    "cross_entropy": "cross_entropy", "bce": "bce", "mse": "mse", "layernorm": "layer_norm", "layer_norm": "layer_norm",
    "rmsnorm": "rms_norm", "rms_norm": "rms_norm", "concat": "concat", "cat": "concat", "onehot": "one_hot",
    "one_hot": "one_hot", "cosine": "cosine", "cossim": "cosine", "cosine_similarity": "cosine", "cos_sim": "cosine",
    "sim": "cosine", "binom": "binom", "choose": "binom", "mod": "mod", "square": "square", "hypot": "hypot",
    "degrees": "degrees", "radians": "radians", "sinc": "sinc", "where": "where", "gammaln": "gammaln",
    "lgamma": "gammaln", "cumsum": "cumsum", "sort": "sort", "tril": "tril", "triu": "triu", "indicator": "indicator",
    "heaviside": "heaviside", "expit": "sigmoid", "logit": "logit", "erfinv": "erfinv", "pr": "probability",
    "logaddexp": "logaddexp", "jsd": "jsd", "js": "jsd", "normalize": "normalize", "dist": "distance", "d_js": "jsd",
    "normalise": "normalize", "softmax1": "softmax", "matmul": "matmul", "multihead": "multihead", "rms": "rms",
}  # fmt: skip

# functions only where they are applied and nothing is bound so
_APPLIED = {
    "sigma": "sigmoid", "Phi": "normal_cdf", "H": "entropy", "E": "expectation", "Var": "variance", "V": "variance",
    "I": "indicator", "Gamma": "gamma",
}  # fmt: skip
_ONLY_BRACKETED = frozenset(["H", "E", "I", "Gamma"])

ELEMENTWISE = frozenset(
    [
        "exp",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "sqrt",
        "cbrt",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "arcsin",
        "arccos",
        "arctan",
        "arcsinh",
        "arccosh",
        "arctanh",
        "erf",
        "erfc",
        "sigmoid",
        "log_sigmoid",
        "relu",
        "relu6",
        "leaky_relu",
        "elu",
        "selu",
        "celu",
        "gelu",
        "silu",
        "softplus",
        "mish",
        "softsign",
        "hardtanh",
        "hardsigmoid",
        "hardswish",
        "sign",
        "absolute",
        "floor",
        "ceil",
        "rint",
        "trunc",
        "square",
        "degrees",
        "radians",
        "sinc",
        "gammaln",
        "normal_cdf",
    ]
)
UNDERSCORED = tuple(
    (tuple(spelling.replace("_", " _ ").split()), spelling) for spelling in _SPELLINGS if "_" in spelling
)
PROBABILITIES = frozenset(["P", "p", "Q", "q", "Pr", "pi", "hat_p", "hat_P"])


def known_function(name: str) -> str | None:
    """The function a run of letters names in any casing, or None."""
    return _SPELLINGS.get(name.lower()) if len(name) > 1 else None


def applied_function(name: str, bracketed: bool) -> str | None:
    """The function a name means only where it is applied: σ, Φ, H(·), E[·]."""
    if name in _ONLY_BRACKETED and not bracketed:
        return None
    return _APPLIED.get(name)


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """A name in the formulas' own spelling: ``ŷ`` is ``hat_y``, ``P( D | H )`` is ``P(D|H)``, ``η`` is ``eta``."""
    return joined(_name_tokens(name))


def _name_tokens(name: str) -> list[Token]:
    source = SourceText(name, "name")
    tokens = tokenize_latex(source) if "\\" in name else tokenize(source)
    return tokens[:-1]


def spellings(name: str) -> list[tuple[str, ...]]:
    """The token texts by which a name may stand in a formula."""
    found: dict[tuple[str, ...], None] = {}
    for reader in (tokenize, tokenize_latex):
        try:
            texts = tuple(token.text for token in reader(SourceText(name, "name"))[:-1])
        except UnmagicError:
            continue
        found[texts] = None
        for other in _other_braces(texts):
            found[other] = None
    return [texts for texts in found if texts]


def _other_braces(texts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The same name with braces around a raised bracket or word, or without."""
    flat = f" {' '.join(texts)} "
    out = [flat.replace(" ^ { ( ", " ^ ( ").replace(" ) } ", " ) ")]
    k = 0
    while k < len(texts) - 1:
        if texts[k] == "^" and texts[k + 1] != "{":
            end = k + 2
            if texts[k + 1] == "(":
                while end < len(texts) and texts[end] != ")":
                    end += 1
                end += 1
            out.append(f" {' '.join((*texts[: k + 1], '{', *texts[k + 1 : end], '}', *texts[end:]))} ")
        elif texts[k] == "^" and k + 3 < len(texts) and texts[k + 3] == "}":
            out.append(f" {' '.join((*texts[: k + 1], texts[k + 2], *texts[k + 4 :]))} ")
        k += 1
    return [tuple(text.split()) for text in out]


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint with the nearest known name, or with all of them if they are few."""
    known = sorted(set(names))
    close = get_close_matches(name, known, 1, 0.5)
    if not close:
        close = [other for other in known if other.lower() == name.lower()]
    if close:
        return f"did you mean {shown(close[0])}?"
    if known and len(known) <= 8:
        return f"bound: {', '.join(shown(other) for other in known)}"
    return ""


_BACK = {latin: greek for greek, latin in reversed(GREEK.items())}
_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}


def shown(name: str) -> str:
    """A canonical name as people write it: ``θ``, ``ŷ``, ``d_k``; for messages."""
    import unicodedata

    accent, _, rest = name.partition("_")
    if accent in _MARKS and rest:
        base, mark, sub = rest.partition("_")
        return unicodedata.normalize("NFC", _BACK.get(base, base) + _MARKS[accent]) + mark + sub
    base, mark, sub = name.partition("_")
    return _BACK.get(base, base) + mark + _BACK.get(sub, sub)


class Known:
    """The names in scope of a parse: bound values, definitions, functions.

    ``ranks`` gives the number of axes where it is known. With ``letters`` no numbers were given, and every name may be
    one.
    """

    def __init__(self, ranks: dict[str, int | None], functions: Iterable[str] = (), *, letters: bool = False) -> None:
        self.ranks = ranks
        self.functions = set(functions)
        self.letters = letters
        self.compounds: list[tuple[tuple[str, ...], str]] = []
        for name in ranks:
            self.compound(name)
        self.sort()

    def compound(self, name: str) -> None:
        for texts in spellings(name):
            if len(texts) > 1:
                self.compounds.append((texts, name))

    def sort(self) -> None:
        self.compounds.sort(key=lambda pair: -len(pair[0]))

    def define(self, name: str, rank: int | None = None) -> None:
        if name not in self.ranks:
            self.ranks[name] = rank
            self.compound(name)
            self.sort()

    def __contains__(self, name: str) -> bool:
        return name in self.ranks

    def match(self, tokens: Sequence[Token], at: int, instead: str = "") -> tuple[str, int] | None:
        """The longest name of several tokens that stands at ``at``, and where it ends.

        ``instead`` stands for the first token: the last letter of a run.
        """
        first = instead or tokens[at].text
        for texts, name in self.compounds:
            end = at + len(texts)
            if texts[0] == first and end <= len(tokens):
                rest = [token.text for token in tokens[at + 1 : end]]
                if rest == list(texts[1:]):
                    return name, end
        return None


def index_letters(text: str, known: Known) -> list[str]:
    """The index letters of a run: ``ij`` is i and j, unless it means something as a whole."""
    run = 1 < len(text) <= 3 and text.isascii() and text.isalpha() and text not in GREEK_NAMES
    return list(text) if run and text not in known else [text]
