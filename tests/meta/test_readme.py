"""The reading in the README is the one that the command prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from unmagic.cli import main


def test_the_reading_shown_is_the_one_printed(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"```\n\$ unmagic ([^\n]*)\n\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    assert main([*shlex.split(shown[1]), "--width", "80"]) == 0
    masked = r"part by [\d.e−-]+"
    assert re.sub(masked, "", shown[2].rstrip()) == re.sub(masked, "", capsys.readouterr().out.rstrip())


def test_the_run_shown_is_what_the_demo_says() -> None:
    shown = re.search(r"```\n\$ unmagic run nan.py\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    done = subprocess.run([sys.executable, "-m", "unmagic", "demo", "nan"], capture_output=True, text=True, check=False)
    printed, _, said = shown[1].partition("\n\n")
    assert printed in done.stdout
    assert done.stderr.rstrip().endswith(said.rstrip())
