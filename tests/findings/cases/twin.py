"""A broken program and its sound twin."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

HERE = "# here"


@dataclass(frozen=True)
class Twin:
    """``broken`` has the finding ``code`` on the line that ends in ``# here`` (a formula's first line, without one).

    ``sound`` is what its writer meant. ``values`` are handed to both, ``instead`` to the sound one on top.
    """

    id: str
    code: str
    broken: str
    sound: str
    values: dict[str, Any] = field(default_factory=dict)
    instead: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """The line that the finding has to stand on, counted from 1."""
        lines = text_of(self.broken).splitlines()
        return next((k for k, line in enumerate(lines, 1) if line.endswith(HERE)), 1)


def text_of(text: str) -> str:
    """The program as it is read: its lines brought to the left, imports in front where it is Python."""
    text = textwrap.dedent(text).strip("\n")
    head = "".join(
        f"{line}\n"
        for word, line in (
            ("np.", "import numpy as np"),
            ("torch.", "import torch"),
            ("F.", "import torch.nn.functional as F"),
        )
        if word in text
    )
    return head + text
