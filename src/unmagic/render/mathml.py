"""The formulas of a document as MathML, one an element, to paste into a page of one's own."""

from __future__ import annotations

from unmagic.core.document import Document, StepBlock, Title

from .hues import hues as default_hues
from .notation_mathml import Hues
from .notation_mathml import mathml as element


def mathml(document: Document, *, hues: Hues | None = None) -> str:
    """A row of text a formula: the title's, then every step's, the inner steps' too."""
    colours = default_hues(document) if hues is None else hues
    out: list[str] = []
    todo = list(reversed(document.blocks))
    while todo:
        match todo.pop():
            case Title(formula, _):
                out.append(element(formula, colours, block=True, namespace=True))
            case StepBlock() as step:
                out.append(element(step.formula, colours, namespace=True))
                todo += reversed(step.inner)
    return "".join(f"{formula}\n" for formula in out)
