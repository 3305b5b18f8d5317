"""The lesson page as a reader sees it: its text with formulas in one line, and its elements."""

from __future__ import annotations

import re
from html import unescape
from xml.etree.ElementTree import Element

import html5lib

FOLDED = {"⁡": "", "⁢": "", " ": " ", "⊤": "ᵀ"}
XHTML = "{http://www.w3.org/1999/xhtml}"


def tree_of(html: str) -> Element:
    """The page, parsed strictly: any error of HTML fails."""
    return html5lib.HTMLParser(strict=True).parse(html)


def parse_strictly(html: str) -> None:
    """A part of a page: any error of HTML fails."""
    html5lib.HTMLParser(strict=True).parseFragment(html)


def elements(html: str, tag: str) -> list[Element]:
    """Every element of a kind, in order."""
    return list(tree_of(html).iter(f"{XHTML}{tag}"))


def text_of(html: str) -> str:
    """The words and numbers of a page, with formulas run together: ``[1,2,3]·[2,0,1] = 5``."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", "", html)
    body = re.sub(r"(?s)<math.*?</math>", lambda match: re.sub(r"<[^>]+>", "", match[0]), body)
    plain = unescape(re.sub(r"<[^>]+>", " ", body))
    for sign, instead in FOLDED.items():
        plain = plain.replace(sign, instead)
    return re.sub(r"\s+", " ", plain)
