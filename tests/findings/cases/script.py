"""A script with a fault on one line, and its sound twin, in one text."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARK = re.compile(r"^(?P<indent> *)(?P<bad>.*?)  #~ (?P<good>.*)$")
HERE = "  # here"


@dataclass(frozen=True)
class Script:
    """Lines ``bad  #~ good``; ``code`` is found on the line that ends in ``# here``, else on the first of them."""

    id: str
    code: str
    text: str

    @property
    def broken(self) -> str:
        return "\n".join(self._line(line, "bad") for line in self.text.strip("\n").split("\n")) + "\n"

    @property
    def sound(self) -> str:
        return "\n".join(self._line(line, "good") for line in self.text.strip("\n").split("\n")) + "\n"

    @property
    def line(self) -> int:
        """Where the finding stands, counted from 1."""
        lines = self.text.strip("\n").split("\n")
        told = [k for k, line in enumerate(lines, 1) if line.endswith(HERE)]
        marked = [k for k, line in enumerate(lines, 1) if MARK.match(line)]
        return (told or marked)[0]

    def _line(self, line: str, which: str) -> str:
        line = line.removesuffix(HERE)
        found = MARK.match(line)
        return line if found is None else f"{found['indent']}{found[which]}"
