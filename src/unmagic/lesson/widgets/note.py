"""``::: note``: a remark in the margin; on a narrow page it stands under its paragraph."""

from __future__ import annotations

from unmagic.lesson.markdown import Widget, sentence

from .kind import Kind, Pairs


class NoteKind(Kind):
    """One short paragraph of Markdown."""

    kind = "note"

    def shown(self, widget: Widget, own: Pairs) -> str:
        return sentence(" ".join(widget.body.split()))
