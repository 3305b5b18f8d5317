"""Stand-ins for panels and kinds of widgets that the lesson places and other parts of the site bring.

Each steps aside as soon as the real one is there; a name that is neither real nor listed here fails.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from unmagic.lesson import widgets
from unmagic.lesson.widgets.panel import PanelKind
from unmagic.web.pages import lesson as page
from unmagic.web.templates import render

PANELS = (
    *("dot", "cosine", "matvec", "layer", "matmul", "derivative", "gradient", "descent", "chain", "softmax"),
    *("expectation", "conditional", "bayes", "likelihood", "cross-entropy", "perplexity", "attention"),
)
KINDS = {
    "toy": ("rate",),
    "listing": ("classifier", "autograd"),
    "train": ("digits",),
    "search": ("docs",),
    "bigram": ("words",),
    "naivebayes": ("topics",),
    "sentence": ("sentence",),
}


def install(patch: Any) -> None:
    """Put stand-ins where something is missing. ``patch`` is pytest's monkeypatch, or anything with its setattr."""
    from unmagic.lesson.panels import panels

    real = widgets.kinds()
    found: dict[str, Any] = dict(real)
    for name, ids in KINDS.items():
        if name not in real:
            found[name] = _stub(name, ids)
    missing = tuple(id for id in PANELS if id not in panels())
    if missing:
        found["panel"] = _Panels(missing)
    patch.setattr(page, "kinds", lambda: MappingProxyType(found))
    patch.setattr(page, "render", _render)


class _Stub:
    """A widget without state."""

    stub = True

    def __init__(self, kind: str, ids: tuple[str, ...]) -> None:
        self.kind = kind
        self.ids = ids

    def query(self, widget: Any, own: Any) -> Any:
        assert widget.id in self.ids, f"line {widget.line}: no {self.kind} {widget.id}"
        return ()

    def shown(self, widget: Any, own: Any) -> Any:
        return self


class _Panels:
    """The panels that are there, and stand-ins for the others."""

    kind = "panel"

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.real = PanelKind()
        self.missing = missing

    def query(self, widget: Any, own: Any) -> Any:
        return () if widget.id in self.missing else self.real.query(widget, own)

    def shown(self, widget: Any, own: Any) -> Any:
        return _stub("panel", self.missing) if widget.id in self.missing else self.real.shown(widget, own)


def _stub(kind: str, ids: tuple[str, ...]) -> Any:
    return _Stub(kind, ids)


def _render(template: str, **values: Any) -> str:
    if getattr(values.get("shown"), "stub", False):
        widget = values["widget"]
        heading = f"<h{widget.level}>{widget.kind} {widget.id}</h{widget.level}>"
        return f'<section class="panel wide" id="{widget.id}">{heading}</section>'
    return render(template, **values)
