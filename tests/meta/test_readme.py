"""The reading in the README is the one that the command prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from unmagic.cli import main


def test_the_reading_shown_is_the_one_printed(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"```\n\$ unmagic ([^\n]*)\n\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    assert main([*shlex.split(shown[1]), "--width", "80"]) == 0
    masked = r"part by [\d.e−-]+"
    assert re.sub(masked, "", shown[2].rstrip()) == re.sub(masked, "", capsys.readouterr().out.rstrip())
