"""Which words of ``unmagic run`` are ours, and which go to the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.harness import Row, Seen, live
from unmagic.cli_options import Options, options

PLAIN = "import sys, numpy as np\nx = np.exp(2.0) * 2\nprint(sys.argv[1:])\n"
PARSES = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--format", default="csv")
parser.add_argument("--read-file", type=int)
print(parser.parse_args(), 1.0 * 2)
"""


def read(tmp_path: Path, text: str, *words: str, **files: str) -> Options:
    (tmp_path / "p.py").write_text(text)
    for name, inside in files.items():
        (tmp_path / f"{name}.py").write_text(inside)
    return options([str(tmp_path / "p.py") if word == "p.py" else word for word in words])


def taken(found: Options) -> tuple[int | None, str, bool, list[str]]:
    return found.read, found.format, found.all, found.arguments


OURS = [
    ("--read 3 --format json p.py a", (3, "json", False, ["a"])),
    ("--read=3 --all p.py", (3, "text", True, [])),
    ("p.py --read 3", (3, "text", False, [])),
    ("p.py a --read=3 b --format html --all c", (3, "html", True, ["a", "b", "c"])),
    ("p.py --reader 3 --allow --formats=json", (None, "text", False, ["--reader", "3", "--allow", "--formats=json"])),
    ("p.py --format yaml --read x", (None, "text", False, ["--format", "yaml", "--read", "x"])),
    ("p.py --read -3", (None, "text", False, ["--read", "-3"])),
    ("p.py a --read", (None, "text", False, ["a", "--read"])),
    ("p.py -- --read 3 --all", (None, "text", False, ["--read", "3", "--all"])),
    ("p.py --all -- --read 3", (None, "text", True, ["--read", "3"])),
    ("p.py a -- --read 3", (None, "text", False, ["a", "--", "--read", "3"])),
    ("p.py -- -- x", (None, "text", False, ["--", "x"])),
    ("-- p.py --x", (None, "text", False, ["--x"])),
    ("p.py -m x -h", (None, "text", False, ["-m", "x", "-h"])),
]


@pytest.mark.parametrize(("words", "expected"), OURS, ids=[words for words, _ in OURS])
def test_a_program_that_spells_none_of_ours(tmp_path: Path, words: str, expected: object) -> None:
    assert taken(read(tmp_path, PLAIN, *words.split())) == expected


def test_what_the_programs_text_spells_is_its_own(tmp_path: Path) -> None:
    words = ("p.py", "--format", "json", "--read", "7", "--all")
    found = read(tmp_path, PARSES, *words)
    assert taken(found) == (None, "text", True, ["--format", "json", "--read", "7"])  # --read is short for --read-file
    assert found.unsure == []
    assert taken(read(tmp_path, PARSES, "--format", "html", *words))[1:2] == ("html",)


def test_so_is_what_a_file_spells_that_it_imports(tmp_path: Path) -> None:
    text = "from settings import parser\nprint(parser.parse_args())\n"
    found = read(tmp_path, text, "p.py", "--format", "json", settings=PARSES, other="x = '--all'\n")
    assert found.arguments == ["--format", "json"]
    assert read(tmp_path, text, "p.py", "--all", settings=PARSES).all


def test_a_word_in_a_comment_or_in_prose_is_no_option(tmp_path: Path) -> None:
    text = '"""To read it: unmagic run p.py --read 3"""\n# or --format json\n' + PLAIN
    assert taken(read(tmp_path, text, "p.py", "--read", "3", "--format", "json"))[:2] == (3, "json")


def test_options_made_of_names_are_the_programs_and_that_is_said(tmp_path: Path) -> None:
    text = "import sys\nclass fire:\n    Fire = staticmethod(lambda f: print(sys.argv[1:], 1.0 * 2))\n"
    text += "def main(format='csv'): pass\nfire.Fire(main)\n"
    found = read(tmp_path, text, "p.py", "--format", "json", "--read", "3")
    assert (found.arguments, found.unsure, found.read) == (["--format", "json"], ["--format"], 3)
    seen = live({"named": Row({"p.py": text}, ["p.py", "--format", "json"])}, tmp_path)["named"]
    assert b"['--format', 'json']" in seen.out
    assert b"--format went to the program, whose options it may be; before SCRIPT it is unmagic's" in seen.err


def test_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (tmp_path / "pkg" / "__main__.py").write_text(PARSES)
    found = options(["--all", "-m", "pkg", "--format", "json", "--read", "2"])
    assert (found.module, found.script, found.all) == (True, "pkg", True)
    assert found.arguments == ["--format", "json", "--read", "2"]


def test_none_given(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--all"], ["--"]):
        with pytest.raises(SystemExit) as ended:
            options(words)
        assert ended.value.code == 2
        assert "which program? unmagic run SCRIPT" in capsys.readouterr().err


def test_help_says_whose_options_are_whose(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        options(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "SCRIPT [ARG ...] [--read LINE]" in said
    assert "the program's own where a string of its text spells them" in " ".join(said.split())


RUNS = {
    "argparse": Row({"main.py": PARSES}, ["main.py", "--format", "json", "--read", "3"]),
    "argv": Row({"main.py": PLAIN}, ["main.py", "a", "--read", "2"]),
    "argv_own": Row({"main.py": PLAIN}, ["main.py", "--", "--read", "2"]),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    return live(RUNS, tmp_path_factory.mktemp("options"))


def test_programs_get_theirs(seen: dict[str, Seen]) -> None:
    assert seen["argparse"].out == b"Namespace(format='json', read_file=3) 2.0\n"
    assert seen["argparse"].err.startswith(b"\nunmagic: ")
    assert b"--format" not in seen["argparse"].err
    assert seen["argv"].out == b"['a']\n"
    assert b"x = 2 exp(2)" in seen["argv"].err
    assert seen["argv_own"].out == b"['--read', '2']\n"
    assert b"nothing found in " in seen["argv_own"].err


def test_a_program_that_is_not_there_and_what_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from unmagic.cli_options import missing

    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text("")
    assert missing(Options("trian.py")) == (
        "can't open trian.py: there is no such file\n  did you mean  unmagic run train.py?"
    )
    assert missing(Options("train.py")) is missing(Options("nowhere", module=True)) is None
