"""``::: panel dot``: a formula on the visitor's numbers."""

from __future__ import annotations

from unmagic.core.errors import UnmagicError
from unmagic.lesson.markdown import Widget
from unmagic.lesson.panels import panels
from unmagic.lesson.panels.panel import Panel
from unmagic.lesson.panels.show import Shown, show
from unmagic.lesson.panels.state import PanelState

from .kind import Kind, Pairs


class PanelKind(Kind):
    """The panel whose id the directive names."""

    kind = "panel"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        return PanelState.of(panel_of(widget), own).query()

    def shown(self, widget: Widget, own: Pairs) -> Shown:
        return show(PanelState.of(panel_of(widget), own))


def panel_of(widget: Widget) -> Panel:
    """The panel that a directive names. Raises `UnmagicError`: a lesson that asks for another does not build."""
    if widget.id not in panels():
        raise UnmagicError(f"line {widget.line}: no panel {widget.id!r}", hint=f"there are {', '.join(panels())}")
    return panels()[widget.id]
