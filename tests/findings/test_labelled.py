"""Every broken program of ours is found, at its line and by its code; their sound twins raise no sure alarm."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

import unmagic as um
from tests.findings.cases import numbers, probability, shapes, sound, training
from tests.findings.cases.twin import Twin, text_of
from tests.findings.test_scripts import still_there
from unmagic.core.finding import Finding

TWINS: list[Twin] = [*probability.TWINS, *training.TWINS, *numbers.TWINS, *shapes.TWINS]


@cache
def of_broken(k: int) -> tuple[Finding, ...]:
    return tuple(um.check(text_of(TWINS[k].broken), **TWINS[k].values))


@cache
def of_sound(k: int) -> tuple[Finding, ...]:
    reading = um.read(text_of(TWINS[k].sound), **{**TWINS[k].values, **TWINS[k].instead})
    assert reading.program.failure is None, reading.program.failure
    return tuple(reading.findings)


def right(finding: Finding, twin: Twin) -> bool:
    return finding.code == twin.code and finding.span is not None and finding.span.line == twin.line


EACH = pytest.mark.parametrize("k", range(len(TWINS)), ids=[twin.id for twin in TWINS])


@EACH
def test_the_broken_program_is_found_at_its_line(k: int) -> None:
    twin = TWINS[k]
    found = of_broken(k)
    hits = [finding for finding in found if right(finding, twin)]
    assert hits, [(f.code, f.confidence, f.span.line if f.span else None) for f in found]
    (finding,) = hits  # one finding a place
    assert finding.title
    assert finding.where
    assert finding.meaning.endswith(".")
    assert finding.mend
    assert all(line.startswith(("- ", "+ ")) for line in finding.mend)
    assert finding.confidence in ("high", "medium")
    if finding.code not in ("identity-differs", "labels-off-by-one", "non-finite"):  # nothing to work out there
        assert finding.evidence


@EACH
def test_the_sound_twin_raises_no_sure_alarm(k: int) -> None:
    assert [(f.code, f.where) for f in of_sound(k) if f.confidence == "high"] == []
    assert TWINS[k].code not in {f.code for f in of_sound(k) if f.confidence != "low"}


# a formula has no comments
@pytest.mark.parametrize("k", [k for k, twin in enumerate(TWINS) if "# here" in twin.broken])
def test_it_is_acknowledged_where_it_stands(k: int) -> None:
    twin = TWINS[k]
    text = text_of(twin.broken).replace("# here", f"# unmagic: ok {twin.code}")
    hits = [finding for finding in um.check(text, **twin.values) if right(finding, twin)]
    assert hits
    assert all(finding.acknowledged for finding in hits)


@pytest.mark.parametrize("program", sound.PROGRAMS, ids=lambda program: program.id)
def test_a_program_that_is_sound_raises_no_sure_alarm(program: sound.Sound) -> None:
    reading = um.read(text_of(program.text), **program.values)
    assert reading.program.failure is None, reading.program.failure
    sure = [finding for finding in reading.findings if finding.confidence == "high"]
    assert [(f.code, f.span.line if f.span else None, f.where) for f in sure] == []


def test_the_set_is_large_enough_and_the_table_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """The confusion table: how often each code was found, missed, and raised where nothing is wrong."""
    codes = sorted({twin.code for twin in TWINS})
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    for k, twin in enumerate(TWINS):
        (found if any(right(f, twin) for f in of_broken(k)) else missed)[twin.code] += 1
        for finding in of_sound(k):
            (sure if finding.confidence == "high" else unsure)[finding.code] += 1
    width = max(map(len, codes))
    with capsys.disabled():
        print(f"\n{'code':<{width}}  found  missed  alarms: sure  unsure")
        for code in sorted({*codes, *sure, *unsure}):
            print(f"{code:<{width}}  {found[code]:5}  {missed[code]:6}  {sure[code]:12}  {unsure[code]:6}")
        print(f"{len(TWINS)} broken and {len(TWINS) + len(sound.PROGRAMS)} sound programs, {len(codes)} codes")
    assert len(TWINS) >= 60
    assert not missed
    assert not sure


@EACH
def test_the_mend_that_is_an_expression_mends_it(k: int) -> None:
    """Wherever the mend is one expression, it is put in, and the finding is gone."""
    twin = TWINS[k]
    assert still_there(text_of(twin.broken), of_broken(k), twin.code, **twin.values) == []


def test_most_mends_are_made_by_an_edit() -> None:
    assert sum(any(right(f, twin) and f.edit is not None for f in of_broken(k)) for k, twin in enumerate(TWINS)) > 40
