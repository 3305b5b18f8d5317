"""``# unmagic: ok CODE``: on the line, above it, several codes, a code that there is not."""

from __future__ import annotations

import numpy as np
import pytest

import unmagic as um
from unmagic.reading.findings.acknowledged import CODES

TEXT = "import numpy as np\nl = np.log(x)\nloss = -l.sum()\n"


def check(line: str) -> list[tuple[str, bool]]:
    text = TEXT.replace("l = np.log(x)", line)
    return [(finding.code, finding.acknowledged) for finding in um.check(text, x=np.array([0.0, 1.0]))]


@pytest.mark.parametrize(
    "line",
    [
        "l = np.log(x)  # unmagic: ok log-of-zero",
        "l = np.log(x)  # unmagic: ok log",
        "l = np.log(x)  # unmagic: ok",
        "l = np.log(x)  # unmagic: ok broadcast, log-of-zero",
        "l = np.log(x)  # unmagic: ok log-of-zero: such words have no share",
        "l = np.log(x)  # a remark   # unmagic: ok log-of-zero",
        "# unmagic: ok log-of-zero\nl = np.log(x)",
        "# words that are not there\n# unmagic: ok log-of-zero\n# have no share\nl = np.log(x)",
        "l = np.log(\n    x  # unmagic: ok log-of-zero\n)",
    ],
)
def test_it_is_acknowledged(line: str) -> None:
    assert check(line) == [("log-of-zero", True)]


@pytest.mark.parametrize(
    "line",
    [
        "l = np.log(x)  # unmagic: ok broadcast",
        "# unmagic: ok log-of-zero\nm = x\nl = np.log(x)",
        "l = np.log(x)  # ok log-of-zero",
        "l = np.log(x)\n# unmagic: ok log-of-zero",
    ],
)
def test_it_is_not(line: str) -> None:
    assert check(line) == [("log-of-zero", False)]


def test_a_code_that_there_is_not_is_named_with_the_nearest() -> None:
    text = TEXT.replace("np.log(x)", "np.log(x + 1)  # unmagic: ok braodcast")
    (found,) = um.check(text, x=np.array([0.0, 1.0]))
    assert (found.code, found.confidence) == ("unknown-code", "low")
    assert found.title == "no finding is called braodcast: this comment silences nothing"
    assert found.mend == ("- # unmagic: ok braodcast", "+ # unmagic: ok broadcast")
    assert found.span is not None
    assert (found.span.line, found.span.text) == (2, "# unmagic: ok braodcast")


def test_words_in_a_string_are_no_comment() -> None:
    assert um.check('s = "# unmagic: ok braodcast"\nx = 2 * 3\n', lang="python") == []


def test_every_code_has_a_word_of_its_own() -> None:
    assert all(code == code.lower() and " " not in code for code in CODES)
