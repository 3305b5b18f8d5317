"""Findings by themselves, with no reading around them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from unmagic.core.document import Document, FindingBlock
from unmagic.core.finding import Finding

from .terminal import write
from .text import text


def findings_text(findings: Sequence[Finding]) -> str:
    """As plain text."""
    return text(_document(findings))


def show_findings(findings: Sequence[Finding]) -> None:
    """On standard error, as a terminal shows them."""
    print(f"\nunmagic: {len(findings)} finding{'s' * (len(findings) > 1)}", file=sys.stderr)
    write(_document(findings), sys.stderr)


def _document(findings: Sequence[Finding]) -> Document:
    return Document(tuple(FindingBlock(finding) for finding in findings))


__all__ = ["findings_text", "show_findings"]
