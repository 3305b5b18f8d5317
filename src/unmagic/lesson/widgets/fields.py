"""A widget's fields: what a URL or a form says of them, tidied; what is as it was at first needs no place in a URL."""

from __future__ import annotations

import re

from unmagic.lesson.markdown import Widget

from .kind import Pairs

# control characters but tab and line feed, and code points that stand for no character: HTML has no place for them
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def given(widget: Widget, own: Pairs) -> dict[str, str]:
    """The fields of a widget by their names without its id. The first of equal names counts."""
    found: dict[str, str] = {}
    for key, text in own:
        found.setdefault(key[len(widget.id) + 1 :], tidy(text))
    return found


def kept(widget: Widget, *fields: tuple[str, str | None, str]) -> Pairs:
    """Name, text and default of each field as the canonical pairs; None is the default too."""
    return [(f"{widget.id}.{name}", text) for name, text, default in fields if text is not None and text != default]


def tidy(text: str) -> str:
    """A typed text with plain line ends, without what is no text, its outer white space off."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in _NO_TEXT.sub("", plain) if ord(c) & 0xFFFE != 0xFFFE).strip()


def whole(text: str | None) -> int | None:
    """A whole number that a link of ours has in its address; None for anything else."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else None
