"""The command line as a stranger uses it: a fresh process, its output, its exit code."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from unmagic.cli import main


def unmagic(
    *words: str, env: dict[str, str] | None = None, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "unmagic", *words],
        capture_output=True,
        text=True,
        input=stdin,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": "src", **(env or {})},
        check=False,
    )


@pytest.mark.parametrize("words", [("--no-browser",), ("serve", "--no-browser", "--port", "0")])
def test_the_first_thing_a_stranger_sees_is_the_site(words: tuple[str, ...]) -> None:
    command = [sys.executable, "-u", "-m", "unmagic", *words]
    env = {**os.environ, "PYTHONPATH": "src", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as site:
        assert site.stdout is not None
        assert site.stderr is not None
        try:
            said = site.stdout.readline()
            address = said.split()[3]
            assert address.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert "Read ML math" in answer.read().decode()
        finally:
            site.send_signal(signal.SIGINT)
        assert site.wait(30) == 0
        assert site.stderr.read() == ""


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = unmagic("serve", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert ran.returncode == 2
    assert "can't listen" in ran.stderr
    assert "--port" in ran.stderr


def test_a_dot_product() -> None:
    ran = unmagic("read", "a·b", "a=[1,2,3]", "b=[2,0,1]")
    assert ran.returncode == 0, ran.stderr
    assert "1·2 + 2·0 + 3·1" in ran.stdout
    assert ran.stdout.isprintable() or "\x1b" not in ran.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("read", "y = W x", "W=[[1,2,3],[4,5,6],[7,8,9]]", "x=[1,2]"), "[3]"),
        (("read", "a b", "a=[1,2]", "b=[3,4]"), "outer"),
        (("read", "y = (a + b", "a=1", "b=2"), "^"),
        (("read", "y = alpha x", "alpah=2", "x=1"), "alpah"),
        (("read", "9**9**9**9"), "limit"),
        (("read", "__import__('os').system('true')"), ""),
        (("read", "x", "x=[1,2"), "x"),
        (("read", "x", "nothing"), "NAME=VALUE"),
        (("read", "x", "x=@missing.npy"), "missing.npy"),
    ],
)
def test_bad_input_says_what_and_exits_with_2(words: tuple[str, ...], said: str) -> None:
    ran = unmagic(*words)
    assert ran.returncode == 2, ran.stdout
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_check_exits_with_1_on_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "y = log x", "x=0.0"]) == 1
    assert "log of 0" in capsys.readouterr().out
    assert main(["check", "y = log x", "x=2.0"]) == 0
    assert "no findings" in capsys.readouterr().out


def test_narrate_needs_no_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["narrate", "softmax(QKᵀ/√d)·V"]) == 0
    out = capsys.readouterr().out
    assert "query" in out
    assert "average" in out


def test_json_is_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "p = softmax(z)", "z=[1,3,1]", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "unmagic/1"
    assert data["value"] == pytest.approx([0.10650698, 0.78698604, 0.10650698], abs=1e-8)
    assert all(
        {"text", "ascii", "value", "relation", "dtype"} <= line.keys() for w in data["workings"] for line in w["lines"]
    )


def test_numbers_come_from_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "x.npy", np.array([3.0, 4.0]))
    (tmp_path / "y.csv").write_text("1,2\n")
    (tmp_path / "z.json").write_text("[5, 6]")
    for file in ("x.npy", "y.csv", "z.json"):
        assert main(["read", "‖x‖", f"x=@{tmp_path / file}"]) == 0
    assert "= 5" in capsys.readouterr().out.replace("  ", " ").replace("=  ", "= ")


def test_ascii_and_width_are_honoured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "p = softmax(z)", "z=[1,3,1]", "--ascii", "--width", "50"]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert max(map(len, out.splitlines())) <= 50


def test_a_terminal_without_unicode_gets_ascii() -> None:
    ran = unmagic("read", "p = softmax(z)", "z=[1,3,1]", env={"PYTHONIOENCODING": "ascii"})
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.isascii()


def test_standard_input_is_a_source() -> None:
    ran = unmagic("read", "-", "x=2.0", "--lang", "python", stdin="y = x * 3\nprint(y)\n")
    assert ran.returncode == 0, ran.stderr
    assert "6.0" in ran.stdout


@pytest.mark.parametrize("format", ["text", "markdown", "latex", "html", "mathml", "json"])
def test_every_format_prints(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "loss = −log softmax(W x)[c]", "W=[[1,0],[0,2]]", "x=[1,2]", "c=1", "--format", format]) == 0
    assert capsys.readouterr().out.strip()
