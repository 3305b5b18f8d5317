"""The marks of a drawing, measured, give the numbers back. Each measure finds a planted fault."""

from __future__ import annotations

import itertools
import math
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmagic.core.digits import LESSON, shown
from unmagic.render.svg.areas import areas
from unmagic.render.svg.bars import bars
from unmagic.render.svg.contours import chosen, contours, level
from unmagic.render.svg.descent import descent
from unmagic.render.svg.digit import digit
from unmagic.render.svg.lines import Series, lines
from unmagic.render.svg.network import Node, network
from unmagic.render.svg.paths import Route, paths
from unmagic.render.svg.picture import Picture
from unmagic.render.svg.plane import plane
from unmagic.render.svg.surprise import surprise
from unmagic.render.svg.tangent import tangent
from unmagic.render.svg.vectors import pair, vectors

from .drawn import Point, arrow_tips, centre, mirrored, num, of_class, parsed, points, words
from .gallery import BOWL, CHAIN, CHAIN_EDGES, GRID, ROUND, ROUTES, XS, downhill

PIXEL = 0.15  # coordinates are rounded to tenths


def told(picture: Picture) -> dict[str, str]:
    """The twin of two columns as a dictionary."""
    assert picture.table is not None
    return {row[0]: row[1] for row in picture.table.rows}


# ---- vectors ----------------------------------------------------------------------------------------
def measure_vectors(svg: str, a: list[float], b: list[float]) -> None:
    root = parsed(svg)
    start = centre(next(e for e in root.iter("circle")))
    tips = dict(arrow_tips(root))
    (ax, ay), (bx, by) = ((x - start[0], start[1] - y) for x, y in (tips["s1"], tips["s2"]))
    scale = math.hypot(ax, ay) / float(np.linalg.norm(a))
    assert math.hypot(bx, by) == pytest.approx(scale * float(np.linalg.norm(b)), abs=2 * PIXEL)
    dot = float(np.dot(a, b))
    assert ax * bx + ay * by == pytest.approx(scale**2 * dot, abs=PIXEL * 4 * (abs(ax) + abs(bx)))
    assert ax * by - ay * bx >= -PIXEL * 400, "b stands to the left of a, where the shadow is not"
    shadow = next(e for e in root.iter("path") if e.get("stroke-width") == "4")
    (x0, y0), (x1, y1) = points(shadow)
    assert math.hypot(x1 - x0, y1 - y0) == pytest.approx(scale * abs(dot) / float(np.linalg.norm(a)), abs=2 * PIXEL)
    assert math.copysign(1, (x1 - x0) * ax - (y1 - y0) * ay) == math.copysign(1, dot) or abs(x1 - x0) < 0.2


@settings(max_examples=80)
@given(st.integers(2, 12).flatmap(lambda n: st.tuples(*[st.lists(st.integers(-9, 9), min_size=n, max_size=n)] * 2)))
def test_arrows_have_true_lengths_angle_and_shadow(both: tuple[list[float], list[float]]) -> None:
    a, b = both
    if not any(a) or not any(b):
        return
    if 20 * min(np.linalg.norm(a), np.linalg.norm(b)) < max(np.linalg.norm(a), np.linalg.norm(b)):
        return  # drawn, but too short to be measured to a tenth of a pixel
    measure_vectors(vectors(a, b).svg, a, b)


def test_a_mirrored_drawing_is_found() -> None:
    a, b = [1.0, 2.0, 3.0], [2.0, 0.0, 1.0]
    svg = vectors(a, b).svg
    measure_vectors(svg, a, b)
    with pytest.raises(AssertionError):
        measure_vectors(mirrored(svg, 256), a, b)


@pytest.mark.parametrize(
    ("a", "b", "angle", "shadow"),
    [
        ([1, 2, 3], [2, 0, 1], 53.30077479951012, 5 / math.sqrt(14)),
        ([1, 2, 3], [3, 0, -1], 90.0, 0.0),
        ([1, 2, 3], [-1, -2, -3], 180.0, -math.sqrt(14)),
        ([1, 2, 3], [0.1, 0.2, 0.3], 0.0, math.sqrt(0.14)),
        ([3], [-2], 180.0, -2.0),
        ([1e300, 0], [1e300, 1e300], 45.0, 1e300),
    ],
)
def test_what_two_vectors_are_to_each_other(a: list[float], b: list[float], angle: float, shadow: float) -> None:
    found = pair(a, b)
    assert found.angle == pytest.approx(angle, abs=1e-12)
    assert found.shadow == pytest.approx(shadow, rel=1e-14, abs=0)


def test_a_zero_vector_has_no_angle() -> None:
    picture = vectors([1, 2, 3], [0, 0, 0])
    assert "b is zero and has no direction" in picture.says
    assert "𝑏 = 0" in words(parsed(picture.svg))
    assert not of_class(parsed(picture.svg), "s4")


# ---- plane ------------------------------------------------------------------------------------------
def measure_plane(svg: str, W: list[list[float]], x: list[float]) -> None:
    tips = list(arrow_tips(parsed(svg)))
    assert [name for name, _ in tips] == ["s2", "s2", "s1", "s2", "s2", "s3"]
    before, after = (91.0, 115.0), (269.0, 115.0)  # where nought is on the two sides
    one = tips[0][1][0] - before[0]
    noughts = [before] * 3 + [after] * 3
    seen = [((x - x0) / one, (y0 - y) / one) for (_, (x, y)), (x0, y0) in zip(tips, noughts, strict=True)]
    matrix = np.array(W, dtype=float)
    wanted = [(1, 0), (0, 1), tuple(x), tuple(matrix[:, 0]), tuple(matrix[:, 1]), tuple(matrix @ x)]
    assert seen == [pytest.approx(p, abs=0.03) for p in wanted]


def test_a_matrix_moves_the_plane() -> None:
    W, x = [[2.0, 1.0], [0.5, -2.0]], [1.0, 1.5]
    picture = plane(W, x)
    assert picture is not None
    measure_plane(picture.svg, W, x)
    with pytest.raises(AssertionError):
        measure_plane(picture.svg, [W[1], W[0]], x)
    assert "area 4.5, turned over" in picture.says
    assert picture.caption == "Both sides have the same scale."


def test_other_shapes_are_no_plane() -> None:
    assert plane([[1, 0], [2, 3], [0, 1]], [1, 2]) is None
    assert plane([[1, 0, 2], [0, 1, 3]]) is None


@pytest.mark.parametrize(("W", "said"), [([[1, 2], [2, 4]], "falls flat"), ([[0.1, 0.3], [0.2, 0.6]], "falls flat"),
                                         ([[0, 0], [0, 0]], "everything falls on the origin")])  # fmt: skip
def test_what_a_singular_matrix_does(W: list[list[float]], said: str) -> None:
    picture = plane(W)
    assert picture is not None
    assert said in picture.says


# ---- bars -------------------------------------------------------------------------------------------
def measure_bars(svg: str, values: list[float], labels: list[str]) -> None:
    root = parsed(svg)
    zero = num(of_class(root, "axis", "line")[0], "x1")
    rows = {e.text: num(e, "y") for e in root.iter("text") if e.text in labels}
    assert sorted(rows.values()) == [rows[label] for label in labels], "in the order given"
    rects = list(root.iter("rect"))
    largest = max(abs(v) for v in values)
    scale = max(num(r, "width") for r in rects) / largest
    for label, value in zip(labels, values, strict=True):
        beside = [r for r in rects if num(r, "y") < rows[label] - 5 < num(r, "y") + num(r, "height")]
        if not value:
            assert not beside
            continue
        (bar,) = beside
        assert num(bar, "width") == pytest.approx(scale * abs(value), abs=PIXEL)
        edge = num(bar, "x") if value > 0 else num(bar, "x") + num(bar, "width")
        assert edge == pytest.approx(zero, abs=PIXEL)


@pytest.mark.parametrize("values", [[0.107, 0.787, 0.107], [1.0, 3.0, -1.5], [0.0, -2.0, -4.0], [5.0, 0.0, 0.0]])
def test_bars_are_as_long_as_their_numbers(values: list[float]) -> None:
    picture = bars(values, ["cat", "dog", "bird"])
    measure_bars(picture.svg, values, ["cat", "dog", "bird"])
    assert picture.table is not None
    numbers = [row[1] for row in picture.table.rows]
    assert [t for t in words(parsed(picture.svg)) if t not in ("cat", "dog", "bird")] == numbers


def test_swapped_bars_are_found() -> None:
    svg = bars([1.0, 2.0, 4.0], ["a", "b", "c"]).svg
    first, second = re.findall(r"<rect [^>]*/>", svg)[:2]
    widths = [re.findall(r'width="([^"]*)"', r)[0] for r in (first, second)]
    swapped = svg.replace(first, first.replace(*widths)).replace(second, second.replace(*widths[::-1]))
    assert swapped != svg
    with pytest.raises(AssertionError):
        measure_bars(swapped, [1.0, 2.0, 4.0], ["a", "b", "c"])


def test_a_bar_of_all_there_is_fills_the_width() -> None:
    half, whole = (max(num(r, "width") for r in parsed(bars([p], ["a"], total=1).svg).iter("rect")) for p in (0.5, 1.0))
    assert 2 * half == pytest.approx(whole, rel=0.1)  # the numbers beside them differ in length
    two = parsed(bars([0.25, 0.75], ["no", "yes"], other=[0.0, 1.0], total=1).svg)
    hollow = [r for r in two.iter("rect") if r.get("stroke") == "currentColor"]
    assert len(hollow) == 1
    assert num(hollow[0], "width") == max(num(r, "width") for r in two.iter("rect"))


AREAS = [(0.2, 0.6, 0.05), (0.01, 0.9, 0.09), (0.5, 1.0, 0.0), (0.9, 0.1, 1.0)]


# ---- areas ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("prior", "hit", "miss"), AREAS)
def test_areas_are_probabilities(prior: float, hit: float, miss: float) -> None:
    picture = areas(prior, hit, miss)
    root = parsed(picture.svg)
    square = of_class(root, "axis", "rect")[0]
    whole = num(square, "width") * num(square, "height")
    first, second = (r for name in ("s8", "s7") for g in of_class(root, name) for r in g.iter("rect"))
    both, other = (num(r, "width") * num(r, "height") / whole for r in (first, second))
    assert both == pytest.approx(prior * hit, abs=2e-3)
    assert other == pytest.approx((1 - prior) * miss, abs=2e-3)
    posterior = prior * hit / (prior * hit + (1 - prior) * miss)
    assert float(told(picture)["P(H|D)"]) == pytest.approx(posterior, abs=1e-3)
    assert num(first, "x") == num(square, "x")
    assert num(second, "y") + num(second, "height") == num(square, "y") + num(square, "height"), "from the ground"


def test_the_spam_of_the_lesson() -> None:
    picture = areas(0.2, 0.6, 0.05, names=("spam", "ham", "word"))
    wanted = {"P(word, spam)": "0.12", "P(word, ham)": "0.04", "P(word)": "0.16", "P(spam|word)": "0.75"}
    assert wanted.items() <= told(picture).items()


# ---- contours ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("height", [1.0, 7.3, 24.0])
def test_level_points_lie_on_their_level(height: float) -> None:
    (ring,) = level(ROUND, list(GRID), list(GRID), height)
    assert ring[0] == ring[-1]
    assert all(x * x + y * y == pytest.approx(height, abs=0.02) for x, y in ring)
    turn = sum(a[0] * b[1] - a[1] * b[0] for a, b in itertools.pairwise(ring)) / 2
    assert abs(turn) == pytest.approx(math.pi * height, rel=0.02), "once around, nothing left out"


def test_levels_of_a_plane_are_straight_lines_to_the_edges() -> None:
    grid = GRID[None, :] + 2 * GRID[:, None]
    (line,) = level(grid, list(GRID), list(GRID), 0.1)
    assert len(line) > 40
    assert all(x + 2 * y == pytest.approx(0.1, abs=1e-9) for x, y in line)
    assert {abs(line[0][0]), abs(line[-1][0])} == {5.0}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=30, max_size=30), st.integers(-4, 4))
def test_any_grid_has_whole_level_lines(cells: list[int], height: int) -> None:
    """Between neighbours on either side of the level there is just one point, and no other."""
    grid = np.array(cells, dtype=float).reshape(5, 6)
    xs, ys, wanted = [0.0, 1, 2, 3, 4, 5], [0.0, 1, 2, 3, 4], height + 0.5
    above = grid > wanted
    crossings = int((above[:, 1:] != above[:, :-1]).sum() + (above[1:] != above[:-1]).sum())
    chains = level(grid, xs, ys, wanted)
    found = {p for chain in chains for p in chain}
    assert len(found) == crossings
    for chain in chains:
        for x, y in chain:
            i, j = min(int(y), 3), min(int(x), 4)
            a, b = (grid[i, k] * (1 - (y - i)) + grid[i + 1, k] * (y - i) for k in (j, j + 1))
            assert a * (1 - (x - j)) + b * (x - j) == pytest.approx(wanted, abs=1e-9)
        if chain[0] != chain[-1]:
            assert all(x in (0, 5) or y in (0, 4) for x, y in (chain[0], chain[-1])), "ends only at the edge"


def test_the_run_stands_where_its_numbers_are() -> None:
    run = [(3.0, 4.0), (2.4, 3.2), (1.92, 2.56)]
    root = parsed(contours(ROUND, list(GRID), list(GRID), run=run, minimum=(0, 0)).svg)
    dots = [centre(e) for e in of_class(root, "dot")]
    (cross_x, _), _ = points(of_class(root, "cross")[0])
    assert dots == [pytest.approx((34 + 31.4 * (x + 5), 272 - 26 * (y + 5)), abs=PIXEL) for x, y in run]
    assert cross_x + 6 == pytest.approx(34 + 31.4 * 5, abs=PIXEL)
    assert len(of_class(root, "level")) >= 4


def test_chosen_levels_are_inside_and_rise() -> None:
    found = chosen(ROUND)
    assert list(found) == sorted(set(found))
    assert 0 < found[0] < 5
    assert found[-1] < 50
    assert chosen(np.ones((2, 2))) == ()


# ---- descent ----------------------------------------------------------------------------------------
def measure_descent(svg: str, run: list[Point], minimum: float) -> None:
    root = parsed(svg)
    hair = num(of_class(root, "hair")[0], "x1")
    dots = [centre(e) for e in of_class(root, "dot")]
    ground = 310.0
    across = 672 / (XS[-1] - XS[0])
    up = (ground - 48) / max(BOWL)
    assert hair == pytest.approx(24 + across * (minimum - XS[0]), abs=PIXEL)
    assert dots == [pytest.approx((24 + across * (x - XS[0]), ground - up * f), abs=PIXEL) for x, f in run]
    bow = r"M(-?[\d.]+) [\d.]+ C.*? .*? .*? .*? (-?[\d.]+) [\d.]+(?=M|$)"
    hops = re.findall(bow, of_class(root, "hop")[0].get("d") or "")
    assert [(float(a), float(b)) for a, b in hops] == [
        pytest.approx((p[0], q[0]), abs=PIXEL) for p, q in itertools.pairwise(dots)
    ]
    for x, y in points(of_class(root, "curve")[0]):
        assert (ground - y) / up == pytest.approx(0.18 * ((x - 24) / across + XS[0] - 3) ** 2, abs=0.02)


def test_a_run_stands_on_its_curve() -> None:
    run = downhill(5)
    picture = descent(XS, BOWL, run, kept=[downhill(1)], minimum=3.0, guess=4.0, slope=-0.6782976)
    measure_descent(picture.svg, run, 3.0)
    with pytest.raises(AssertionError):
        measure_descent(mirrored(picture.svg, 420), run, 3.0)
    with pytest.raises(AssertionError):
        measure_descent(picture.svg, [run[1], run[0], *run[2:]], 3.0)
    assert "this run stands at −1.6, 6.68, 0.0560, 5.355 and 1.116" in picture.says
    assert "you said 4" in picture.says


def test_who_leaves_the_picture_is_said_at_the_edge() -> None:
    run = downhill(6, 6)
    picture = descent(XS, BOWL, run, minimum=3.0)
    root = parsed(picture.svg)
    outside = [k for k, (x, _) in enumerate(run) if not XS[0] <= x <= XS[-1]]
    assert len(of_class(root, "dot")) == len(run) - len(outside)
    for k in outside[-2:]:
        assert f"{k}: {shown(run[k][0], style=LESSON)}" in words(root)
    assert "leaves the picture" in picture.says


def test_numbers_of_a_long_run_are_thinned_out() -> None:
    root = parsed(descent(XS, BOWL, downhill(5.5, 300), minimum=3.0).svg)
    for group in ("type1", "type2", "type3"):
        (letters,) = of_class(root, group)
        numbers = [w for w in words(letters) if w.isdigit()]
        assert "300" in numbers
        assert len(numbers) < 32


def test_small_drawings_have_fewer_words() -> None:
    root = parsed(descent(XS, BOWL, downhill(5), minimum=3.0, guess=4.0, slope=-0.678).svg)
    wide, _, narrow = (words(of_class(root, name)[0]) for name in ("type1", "type2", "type3"))
    assert any(w.startswith("slope") for w in wide)
    assert not any(w.startswith("slope") for w in narrow)
    assert "4" in narrow
    assert "you said 4" in narrow


# ---- tangent, surprise, lines ------------------------------------------------------------------------
def slope_of(element: ET.Element, across: float, up: float) -> float:
    (x0, y0), (x1, y1) = points(element)
    return -(y1 - y0) / up / ((x1 - x0) / across)


def test_tangent_and_secant_have_their_slopes() -> None:
    xs = [k / 20 for k in range(-20, 71)]
    picture = tangent(xs, [x * x for x in xs], (1.0, 1.0), 2.0, (2.0, 4.0))
    root = parsed(picture.svg)
    air = 0.08 * 12.25
    across, up = 328 / 4.5, 214 / (12.25 + 2 * air)
    (touching,), (secant,) = of_class(root, "tangent"), of_class(root, "ghost")
    assert slope_of(touching, across, up) == pytest.approx(2, abs=0.02)
    assert slope_of(secant, across, up) == pytest.approx(3, abs=0.02)
    dot, other = centre(of_class(root, "dot")[0]), centre(of_class(root, "hollow")[0])
    assert (other[0] - dot[0]) / across == pytest.approx(1, abs=0.01)
    assert (dot[1] - other[1]) / up == pytest.approx(3, abs=0.03)
    assert {"slope 2", "Δ𝑥 1", "Δ𝑓 3"} <= set(words(root))
    assert picture.table is not None
    assert picture.table.rows[-1] == ("slope of the secant", "3")


def test_a_small_step_is_printed_as_it_was_typed() -> None:
    picture = tangent([0.0, 2.0], [0.0, 4.0], (1.0, 1.0), 2.0, (1.1, 1.21))
    assert told(picture)["Δx"] == "0.1"
    assert told(picture)["slope of the secant"] == "2.1"


@pytest.mark.parametrize("p", [0.7, 0.1, 1.0, 1e-9])
def test_surprise_is_a_logarithm(p: float) -> None:
    picture = surprise(p)
    root = parsed(picture.svg)
    top = max(4.0, 1.15 * -math.log(p))
    dot = centre(of_class(root, "dot")[0])
    assert dot == pytest.approx((40 + 306 * p, 214 + 200 / top * math.log(p)), abs=PIXEL)
    for x, y in points(of_class(root, "curve")[0]):
        if x > 41:
            assert (214 - y) / 200 * top == pytest.approx(-math.log((x - 40) / 306), abs=0.15)
    assert f"the surprise is {shown(-math.log(p) or 0.0, style=LESSON)}" in picture.says


def test_no_probability_at_all_is_beyond_any_paper() -> None:
    picture = surprise(0.0)
    assert "the surprise is inf" in picture.says
    assert not of_class(parsed(picture.svg), "dot")


@pytest.mark.parametrize("log", [False, True])
def test_curves_go_through_their_numbers(log: bool) -> None:
    values = [2.0, 1.0, 0.5, 0.25, 0.125]
    picture = lines([Series("training", values), Series("other", values[::-1], hue=1)], log=log)
    first, second = [e for e in parsed(picture.svg).iter("path") if not e.get("class")]
    assert first.get("stroke-dasharray") is None
    assert second.get("stroke-dasharray") is not None
    ends = points(first)
    assert [x for x, _ in ends] == [pytest.approx(52 + 294 * k / 4, abs=PIXEL) for k in range(5)]
    drops = [b - a for (_, a), (_, b) in itertools.pairwise(ends)]
    ratios = [drops[k] / drops[k + 1] for k in range(3)]
    assert ratios == [pytest.approx(1.0 if log else 2.0, abs=0.05)] * 3
    assert all(d > 0 for d in drops), "what falls goes down"
    assert ("logarithmic" in picture.says) == log
    assert {"training", "other"} <= set(words(parsed(picture.svg)))


def test_a_curve_stops_where_it_is_not_finite() -> None:
    picture = lines([Series("a", [1.0, 2.0, math.nan, 3.0, 4.0])])
    assert len(list(parsed(picture.svg).iter("path"))) == 2
    assert "1 of its 5 values cannot be drawn" in picture.says


# ---- network ----------------------------------------------------------------------------------------
def boxes(root: ET.Element) -> list[ET.Element]:
    return of_class(root, "node", "rect")


@pytest.mark.parametrize("down", [False, True])
def test_a_graph_is_laid_out_in_the_order_of_its_steps(down: bool) -> None:
    nodes = [Node("x"), Node("W"), Node("b"), Node("h", "matmul"), Node("s", "+"), Node("loss", "sum")]
    edges = [("x", "h"), ("W", "h"), ("h", "s"), ("b", "s"), ("s", "loss"), ("x", "loss")]
    root = parsed(network(nodes, edges, down=down).svg)
    placed = dict(zip((n.name for n in nodes), boxes(root), strict=True))
    far, wide = ("y", "height") if down else ("x", "width")
    for a, b in edges:
        assert num(placed[a], far) + num(placed[a], wide) < num(placed[b], far)
    for one in placed.values():
        for other in placed.values():
            if one is not other:
                assert abs(num(one, "x") - num(other, "x")) >= num(one, "width") or abs(
                    num(one, "y") - num(other, "y")
                ) >= num(one, "height")
    assert num(placed["b"], far) == num(placed["h"], far), "what is given stands just before its reader"
    wires = [points(e) for e in of_class(root, "wire")]
    assert len(wires) == len(edges)


def test_values_are_revealed_forwards_and_gradients_back() -> None:
    def seen(**state: object) -> list[str]:
        return [w for w in words(parsed(network(CHAIN, CHAIN_EDGES, **state).svg)) if w.lstrip("↑ ").isdigit()]  # type: ignore[arg-type]

    assert seen(at=0) == ["1"]
    assert seen(at=2) == ["1", "3", "4"]
    assert seen(at=3, direction="backward") == ["1", "3", "4", "16", "↑ 1"]
    assert seen(at=1, direction="backward") == ["1", "3", "↑ 8", "4", "↑ 8", "16", "↑ 1"]
    assert seen(direction="backward") == ["1", "↑ 24", "3", "↑ 8", "4", "↑ 8", "16", "↑ 1"]
    root = parsed(network(CHAIN, CHAIN_EDGES, at=1).svg)
    (ring,) = of_class(root, "cur")
    assert num(ring, "x") + 4 == num(boxes(root)[1], "x")
    assert network(CHAIN, CHAIN_EDGES, at=1).says == "A graph of 4 steps; forwards at u; values x = 1, u = 3."


def test_long_graphs_run_down() -> None:
    nodes = [Node(f"n{k}", "+1") for k in range(9)]
    edges = [(f"n{k}", f"n{k + 1}") for k in range(8)]
    assert network(nodes, edges).svg == network(nodes, edges, down=True).svg


# ---- digit, paths -------------------------------------------------------------------------------------
def test_ink_is_as_dark_as_its_number() -> None:
    image = np.arange(16.0).reshape(4, 4)
    root = parsed(digit(image, "ramp", top=16).svg)
    found = {(num(e, "y") / 10, num(e, "x") / 10): float(e.get("fill-opacity") or 0) for e in of_class(root, "pixel")}
    assert (0.0, 0.0) not in found
    for (i, j), ink in found.items():
        assert ink == pytest.approx(image[int(i), int(j)] / 16, abs=0.006)
    assert len(found) == 15


def measure_paths(svg: str, routes: tuple[Route, ...]) -> None:
    root = parsed(svg)
    ribbons = [e for e in root.iter("path") if "C" in (e.get("d") or "")]
    heights = []
    for ribbon in ribbons:
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", ribbon.get("d") or "")]
        heights.append((numbers[0], numbers[1], numbers[8] - numbers[7], "url" in (ribbon.get("fill") or "")))
    first = [(h, down) for x, _, h, down in heights if x == min(x for x, *_ in heights)]
    total = sum(abs(r.carries) for r in routes)
    wanted = sorted((150 * abs(r.carries) / total, r.carries < 0) for r in routes)
    assert [d for _, d in sorted(first)] == [d for _, d in wanted]
    assert [h for h, _ in sorted(first)] == [pytest.approx(h, abs=2 * PIXEL) for h, _ in wanted]
    for node in of_class(root, "node"):
        top, high = num(node, "y"), num(node, "height")
        leaving = sum(h for x, y, h, _ in heights if abs(x - num(node, "x") - 10) < 0.2 and top <= y <= top + high)
        if leaving:
            assert high - 2 == pytest.approx(leaving, abs=5 * PIXEL), "what leaves fills the node"


def test_ribbons_are_as_wide_as_what_they_carry() -> None:
    picture = paths(ROUTES, id="k")
    measure_paths(picture.svg, ROUTES)
    with pytest.raises(AssertionError):
        measure_paths(picture.svg, (*ROUTES[:2], Route(ROUTES[2].through, 0.1415)))
    with pytest.raises(AssertionError):
        measure_paths(picture.svg, (ROUTES[0], Route(ROUTES[1].through, 0.3), ROUTES[2]))
    assert 'id="k-hatch"' in picture.svg
    assert "url(#k-hatch)" in picture.svg
    assert picture.table is not None
    assert picture.table.rows[0] == ("S → A0 → h0", "+0.3871")
    assert picture.table.rows[-1] == ("together", "+0.3938")
    assert "2 pushing it up and 1 pulling it down" in picture.says


@given(st.lists(st.floats(-3, 3, allow_subnormal=False), min_size=1, max_size=6))
def test_what_paths_carry_adds_up_as_printed(carried: list[float]) -> None:
    picture = paths([Route(("x", f"m{k}", "loss"), c) for k, c in enumerate(carried)], id="k")
    if picture.table is None or picture.says.startswith("Not drawn"):
        return
    *parts, whole = (Decimal(row[1].replace("−", "-").replace("+", "", 1)) for row in picture.table.rows)
    last = Decimal(1).scaleb(int(whole.as_tuple().exponent))
    assert abs(sum(parts) - whole) <= last / 2


@given(st.floats(0.001, 0.999), st.floats(0.001, 1), st.floats(0.001, 1))
def test_bayes_holds_on_the_printed_digits(prior: float, hit: float, miss: float) -> None:
    numbers = {name: Decimal(value) for name, value in told(areas(prior, hit, miss)).items()}

    def holds(left: Decimal, name: str) -> None:
        right = numbers[name]
        assert abs(left - right) <= Decimal(1).scaleb(int(right.as_tuple().exponent)) / 2

    holds(1 - numbers["P(H)"], "P(not H)")
    holds(numbers["P(H)"] * numbers["P(D|H)"], "P(D, H)")
    holds(numbers["P(not H)"] * numbers["P(D|not H)"], "P(D, not H)")
    holds(numbers["P(D, H)"] + numbers["P(D, not H)"], "P(D)")
    holds(numbers["P(D, H)"] / numbers["P(D)"], "P(H|D)")


def test_the_twin_of_a_long_run_has_both_ends() -> None:
    table = descent(XS, BOWL, downhill(5.5, 300), minimum=3.0).table
    assert table is not None
    numbers = [row[0] for row in table.rows]
    assert numbers == [*map(str, range(50)), "…", *map(str, range(291, 301))]
