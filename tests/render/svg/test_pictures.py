"""What holds for every picture: well formed, named by its sentence, twinned by a table, the same bytes each time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmagic.render.html import sheet
from unmagic.render.svg import figure
from unmagic.render.svg.areas import areas
from unmagic.render.svg.bars import bars
from unmagic.render.svg.contours import contours
from unmagic.render.svg.coordinates import FAR, at, clipped, trails
from unmagic.render.svg.descent import descent
from unmagic.render.svg.detectors import detectors
from unmagic.render.svg.heat import heat
from unmagic.render.svg.labels import TYPES, WORD, Label, italic, lettered, meet, width
from unmagic.render.svg.lines import Series, lines
from unmagic.render.svg.marks import tag
from unmagic.render.svg.picture import Picture
from unmagic.render.svg.plane import plane
from unmagic.render.svg.scale import Scale, ticks
from unmagic.render.svg.surprise import surprise
from unmagic.render.svg.tangent import tangent
from unmagic.render.svg.vectors import vectors

from .drawn import num, parsed, words
from .gallery import GOOD, REFUSED

TAGS = {"svg", "g", "line", "path", "rect", "circle", "text", "defs", "pattern"}


def check(picture: Picture) -> ET.Element:
    root = parsed(picture.svg)
    assert root.tag == "svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.says
    assert picture.says.endswith(".")
    _, _, wide, high = map(float, (root.get("viewBox") or "").split())
    assert wide > 0
    assert high > 0
    for element in root.iter():
        assert element.tag in TAGS
        assert "style" not in element.attrib
        assert "id" not in element.attrib or element.tag == "pattern"
        for name, value in element.attrib.items():
            if name != "aria-label":
                assert not re.search(r"nan|inf", value), f"{name}={value}"
        if element.tag == "rect":
            assert num(element, "width") >= 0
            assert num(element, "height") >= 0
    return root


@pytest.mark.parametrize("name", GOOD)
def test_a_picture_is_well_formed_and_named(name: str) -> None:
    picture = GOOD[name]()
    check(picture)
    assert not picture.says.startswith("Not drawn"), picture.says


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_drawn_says_why(name: str) -> None:
    picture = REFUSED[name]()
    root = check(picture)
    assert picture.says.startswith("Not drawn: ")
    assert " ".join(words(root)) == picture.says


@pytest.mark.parametrize("name", GOOD)
def test_same_numbers_same_bytes(name: str) -> None:
    assert GOOD[name]() == GOOD[name]()


@pytest.mark.parametrize("name", [name for name in GOOD if not name.startswith("digit")])
def test_every_number_in_a_picture_stands_in_its_twin_or_its_sentence(name: str) -> None:
    """What is lettered as a finding, not as a tick, is in the table."""
    picture = GOOD[name]()
    if picture.table is None:
        assert name.startswith("contours")
        return
    held = " ".join([picture.says, *(cell for row in picture.table.rows for cell in row)])
    for text in parsed(picture.svg).iter("text"):
        if text.get("class") == "tick" or "you said" in (text.text or ""):
            continue
        for number in re.findall(r"−?\d+\.\d+(?:e[+-]\d+)?", text.text or ""):
            assert number in held


def test_figures_hold_drawing_caption_and_twin() -> None:
    picture = GOOD["bars two"]()
    page = figure(picture)
    assert page.startswith('<figure class="picture"><svg ')
    assert "<figcaption>Filled: p. Open: target.</figcaption>" in page
    assert '<details class="twin"><summary>The same as a table</summary>' in page
    ET.fromstring(page)
    both = figure(GOOD["network"](), narrow=GOOD["network down"](), caption="<i>own</i>")
    assert both.count("<svg ") == 2
    assert "<figcaption><i>own</i></figcaption>" in both


def test_hostile_names_stay_text() -> None:
    evil = '"><script>alert(1)</script>'
    for page in (
        figure(bars([1.0], [evil])),
        figure(vectors([1, 2], [2, 1], names=(evil, "b"))),
        figure(lines([Series(evil, [1.0, 2.0])])),
        heat([[1.0]], [evil], [evil], caption=evil),
        detectors([[1.0]], [1.0], names=(evil, evil, evil)),
    ):
        found: list[str] = []

        class Tags(HTMLParser):
            def handle_starttag(self, tag: str, attrs: object, found: list[str] = found) -> None:
                found.append(tag)

        Tags().feed(page)
        assert "script" not in found


def test_classes_are_styled() -> None:
    css = "".join(sheet(name) for name in ("look.css", "pictures.css"))
    used = {
        name for make in GOOD.values() for e in parsed(make().svg).iter() for name in (e.get("class") or "").split()
    } - {"sheet", "across", "network", "blame"}  # fmt: skip
    assert len(used) > 30
    unstyled = {name for name in used if f".{name}" not in css}
    assert unstyled == set()


# ---- any numbers at all -----------------------------------------------------------------------------
ANY = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 1.0, 1e308, -1e308, 5e-324]), st.floats(-10, 10))
LISTS = st.integers(1, 12).flatmap(lambda n: st.tuples(*[st.lists(ANY, min_size=n, max_size=n)] * 2))
PROBABILITY = st.one_of(ANY, st.floats(0, 1))


def calm(x: float) -> float:
    """No number that a float holds only in part: which digits their products print is not what is tested here."""
    return 0.0 if abs(x) < 1e-100 else x


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_lists_of_any_numbers_survive(both: tuple[list[float], list[float]]) -> None:
    a, b = both
    names = [f"n{k}" for k in range(len(a))]
    check(vectors(a, b))
    check(bars(a, names, other=b))
    check(bars(a, names, total=1))
    for log in (False, True):
        check(lines([Series("a", a), Series("b", b, hue=1)], log=log))
    run = list(zip(a, b, strict=True))
    check(descent([0.0, 1.0, 2.0], [1.0, 0.0, 1.0], run, kept=[run], minimum=a[0], guess=b[0], slope=b[-1]))
    check(descent(a, b, run))
    check(contours([[0.0, 1.0], [2.0, 3.0]], [0.0, 1.0], [0.0, 1.0], run=run, minimum=run[0]))
    ET.fromstring(heat([a, b], ["a", "b"], names, caption="M"))
    ET.fromstring(detectors([list(map(calm, a)), list(map(calm, b))], list(map(calm, a))))


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY, min_size=6, max_size=6), st.lists(PROBABILITY, min_size=3, max_size=3))
def test_any_few_numbers_survive(six: list[float], three: list[float]) -> None:
    picture = plane([six[:2], six[2:4]], six[4:])
    assert picture is not None
    check(picture)
    check(tangent(six[:3], six[3:], (six[0], six[1]), six[2], (six[3], six[4])))
    check(contours([six[:3], six[3:]], [0.0, 1.0, 2.0], [0.0, 1.0]))
    check(areas(*three))
    check(surprise(three[0]))


# ---- the parts --------------------------------------------------------------------------------------
@given(st.floats(-FAR, FAR))
def test_coordinates_are_tenths(x: float) -> None:
    assert abs(float(at(x)) - x) <= 0.05 + 1e-9
    assert re.fullmatch(r"-?\d+(\.\d)?", at(x))
    assert at(x) != "-0"


@pytest.mark.parametrize("x", [float("nan"), float("inf"), 2.0 * FAR])
def test_no_coordinate_is_off_the_world(x: float) -> None:
    with pytest.raises(ValueError, match="coordinate"):
        at(x)


INSIDE = st.tuples(st.floats(-50, 50), st.floats(-50, 50))


@given(INSIDE, INSIDE)
def test_clipping_keeps_what_is_inside(start: tuple[float, float], end: tuple[float, float]) -> None:
    box = (-10.0, -20.0, 30.0, 15.0)
    piece = clipped(start, end, box)
    inside = [
        (x, y)
        for t in np.linspace(0, 1, 51)
        for x, y in [(start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1]))]
        if box[0] < x < box[2] and box[1] < y < box[3]
    ]
    if piece is None:
        assert not inside
        return
    for x, y in piece:
        assert box[0] - 1e-6 <= x <= box[2] + 1e-6
        assert box[1] - 1e-6 <= y <= box[3] + 1e-6
    for x, _ in inside:
        assert min(p[0] for p in piece) - 1e-6 <= x <= max(p[0] for p in piece) + 1e-6


def test_a_hole_breaks_a_line() -> None:
    runs = trails([(0, 0), (1, 1), (float("nan"), 0), (2, 2), (3, 3)], (0, 0, 9, 9))
    assert runs == [[(0, 0), (1, 1)], [(2, 2), (3, 3)]]


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_ticks_are_few_and_round(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    found = ticks(low, high, 5)
    assert len(found) <= 7
    assert all(low <= t <= high for t in found)
    if (high - low) > 1e-9 * max(abs(low), abs(high)) > 1e-290:
        assert len(found) >= 2


def test_ticks_stand_where_people_put_them() -> None:
    assert ticks(-2.6, 8.2, 6) == (-2.0, 0.0, 2.0, 4.0, 6.0, 8.0)
    assert ticks(0, 1, 5) == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    assert ticks(3, 3) == ()


def test_a_scale_survives_the_largest_numbers() -> None:
    scale = Scale(-1.7e308, 1.7e308, 0, 100)
    assert scale(0) == pytest.approx(50)
    assert scale(1.7e308) == pytest.approx(100)


SPOTS = st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200), st.text("abc", min_size=1, max_size=9)), max_size=12)


@given(SPOTS, st.booleans())
def test_labels_never_overlap(spots: list[tuple[float, float, str]], broad: bool) -> None:
    drawn = lettered([Label(name, (x, y)) for x, y, name in spots], (0, 0, 300, 200), [((150, 100), 20)], broad=broad)
    root = parsed(tag("svg", drawn))
    groups = [(next(w for n, w, _ in TYPES if n == g.get("class")), g) for g in root] if broad else [(WORD, root)]
    for size, group in groups:
        boxes = []
        for text in group.iter("text"):
            half = width(text.text or "", size) / 2
            x, y = num(text, "x"), num(text, "y") - 0.32 * size
            boxes.append((x - half + 0.2, y - 0.525 * size + 0.2, x + half - 0.2, y + 0.525 * size - 0.2))
        for k, box in enumerate(boxes):
            assert box[0] >= -1
            assert box[2] <= 301
            assert not meet(box, (131, 81, 169, 119))
            assert not any(meet(box, other) for other in boxes[:k])


def test_a_label_that_must_stays() -> None:
    crowd = [Label("here", (50, 50), "E") for _ in range(3)]
    assert lettered(crowd, (0, 0, 100, 100)).count("<text") == 1
    kept = [*crowd, Label("here", (50, 50), "E", must=True)]
    assert lettered(kept, (0, 0, 100, 100)).count("<text") == 2


@pytest.mark.parametrize("pair", ["a𝑎", "hℎ", "W𝑊", "η𝜂", "θ𝜃", "éé", "11"])
def test_symbols_are_italic(pair: str) -> None:
    assert italic(pair[0]) == pair[1]
    assert italic("loss") == "loss"
