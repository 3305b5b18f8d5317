"""The text collection: what is in it, that it is always the same, and that reading it runs nothing."""

import inspect
import json
import os
import subprocess
import sys
import textwrap
import threading

import pytest

from tests.conftest import needs
from unmagic.core.errors import LimitReached, UnmagicError
from unmagic.lesson.digits import study
from unmagic.lesson.text import corpus
from unmagic.lesson.text.bigram import bigrams
from unmagic.lesson.text.corpus import FAMILIES, FEWEST_WORDS, collection, source_of
from unmagic.lesson.text.naive_bayes import accuracy, model
from unmagic.lesson.text.tfidf import index
from unmagic.lesson.text.vectors import vectors
from unmagic.lesson.text.words import sentences, typed, words
from unmagic.lesson.warm import warm


def test_words_are_runs_of_letters_in_lower_case() -> None:
    assert words("Don't re_read utf8, naïve F(x)!") == ["don't", "re", "read", "utf", "naïve", "f", "x"]
    assert words("1.5 + _") == []


def test_sentences_end_at_marks_and_blank_lines() -> None:
    text = "One two. Three v1.5 of it: four\nfive\n\nSix?\n>>> no(prose)\n... more\n    if_stmt ::= \"if\" x\nseven"
    assert sentences(text) == [("one", "two"), ("three", "v", "of", "it"), ("four", "five"), ("six",), ("seven",)]


@pytest.mark.parametrize(("text", "said"), [("", "nothing typed"), ("  \n", "nothing typed"), ("12 + 3", "no word")])
def test_text_without_words_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnmagicError, match=said):
        typed("query", text, 100, 10)


def test_long_text_is_refused_with_the_limit_named() -> None:
    with pytest.raises(LimitReached, match="query: 101 characters are over the limit of 100"):
        typed("query", "x" * 101, 100, 10)
    with pytest.raises(LimitReached, match="query: 11 words are over the limit of 10"):
        typed("query", "x " * 11, 100, 10)


def test_strings_are_those_that_python_itself_shows() -> None:
    found = {passage.name: passage.text for passage in collection().passages}
    for name, thing in {
        "textwrap.fill": textwrap.fill,
        "textwrap.TextWrapper": textwrap.TextWrapper,
        "threading.Thread.join": threading.Thread.join,
    }.items():
        assert found[name] == inspect.getdoc(thing)
    assert found["builtins.str.join"] == str.join.__doc__
    assert "``for`` statement" in found["topic: for"] or '"for" statement' in found["topic: for"]


def test_every_document_is_there_once_and_has_words() -> None:
    passages = collection().passages
    assert len({passage.name for passage in passages}) == len(passages)
    assert len({" ".join(passage.text.split()) for passage in passages}) == len(passages)
    assert all(passage.counts.total() >= FEWEST_WORDS for passage in passages)
    assert {passage.family for passage in passages} == {*FAMILIES, "language"}
    assert all(passage.headline for passage in passages)
    assert not any(part.startswith("_") for passage in passages for part in passage.name.split("."))


def test_a_source_is_found_without_importing_it() -> None:
    path = source_of("asyncio.locks")
    assert path is not None
    assert path.parts[-2:] == ("asyncio", "locks.py")
    assert source_of("os") is not None  # frozen into the interpreter
    assert source_of("math") is None
    assert source_of("no_such_module_anywhere") is None
    assert source_of("json.no_such_part") is None


def test_a_python_without_sources_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "source_of", lambda module: None)
    with pytest.raises(UnmagicError, match="came without the sources of its library"):
        corpus.collection.__wrapped__()


FINGERPRINT = """
import hashlib, json, sys
before = set(sys.modules)
from unmagic.lesson.text import corpus
from unmagic.lesson.text.corpus import collection
found = collection()
text = "\\0".join(f"{p.name}\\0{p.family}\\0{p.text}" for p in found.passages)
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps([hashlib.sha256(text.encode()).hexdigest(), found.size, sorted(new)]))
"""


def test_it_is_the_same_in_every_process_and_imports_none_of_its_modules() -> None:
    seen = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run(
            [sys.executable, "-c", FINGERPRINT], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        seen.append(json.loads(done.stdout))
    assert seen[0][:2] == seen[1][:2]
    assert not {"asyncio", "socketserver", "smtplib", "pdb", "doctest", "this", "sqlite3"} & set(seen[0][2])


def test_warming_computes_all_that_is_kept() -> None:
    needs("sklearn")
    warm()
    assert all(part.ready for part in (corpus.collection, index, bigrams, model, accuracy, vectors))
    assert study._run.cache_info().currsize
