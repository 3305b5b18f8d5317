"""Every kind of picture on ordinary and on awkward numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from unmagic.render.svg.areas import areas
from unmagic.render.svg.bars import bars
from unmagic.render.svg.contours import contours
from unmagic.render.svg.descent import descent
from unmagic.render.svg.digit import digit
from unmagic.render.svg.lines import Series, lines
from unmagic.render.svg.network import Node, network
from unmagic.render.svg.paths import Route, paths
from unmagic.render.svg.picture import Picture
from unmagic.render.svg.plane import plane
from unmagic.render.svg.surprise import surprise
from unmagic.render.svg.tangent import tangent
from unmagic.render.svg.vectors import vectors

INF, NAN = math.inf, math.nan
XS = [-2.6 + 0.09 * k for k in range(121)]
BOWL = [0.18 * (x - 3) ** 2 for x in XS]
GRID = np.linspace(-5.0, 5.0, 41)
ROUND = GRID[None, :] ** 2 + GRID[:, None] ** 2

CHAIN = (
    Node("x", "", 1.0, 24.0, 1),
    Node("u", "3x", 3.0, 8.0),
    Node("v", "+ 1", 4.0, 8.0),
    Node("z", "square", 16.0, 1.0),
)
CHAIN_EDGES = (("x", "u"), ("u", "v"), ("v", "z"))
ROUTES = (
    Route(("K", "S", "A0", "h0", "loss"), 0.3871),
    Route(("K", "S", "A2", "h1", "loss"), 0.1482),
    Route(("K", "S", "A2", "h0", "loss"), -0.1415),
)


def downhill(eta: float, steps: int = 4, x: float = -1.6) -> list[tuple[float, float]]:
    run = []
    for _ in range(steps + 1):
        run.append((x, 0.18 * (x - 3) ** 2))
        x -= eta * 0.36 * (x - 3)
    return run


def some(picture: Picture | None) -> Picture:
    assert picture is not None
    return picture


GOOD: dict[str, Callable[[], Picture]] = {
    "vectors": lambda: vectors([1, 2, 3], [2, 0, 1]),
    "vectors right": lambda: vectors([1, 2, 3], [3, 0, -1]),
    "vectors opposite": lambda: vectors([1, 2, 3], [-1, -2, -3]),
    "vectors same": lambda: vectors([1, 2], [1, 2]),
    "vectors zero": lambda: vectors([1, 2, 3], [0, 0, 0]),
    "vectors both zero": lambda: vectors([0, 0], [0, 0]),
    "vectors one entry": lambda: vectors([3], [-2]),
    "vectors twelve": lambda: vectors(range(12), range(12, 0, -1)),
    "vectors huge": lambda: vectors([1e300, 1e300], [-1e300, 1e299]),
    "vectors tiny": lambda: vectors([5e-324, 0], [0, 1e-320]),
    "vectors uneven": lambda: vectors([1e12, 0], [1, 1]),
    "plane": lambda: some(plane([[2, 1], [1, 2]], [1, 1])),
    "plane flat": lambda: some(plane([[1, 2], [2, 4]], [1, -1])),
    "plane zero": lambda: some(plane([[0, 0], [0, 0]], [0, 0])),
    "plane huge": lambda: some(plane([[1e200, 0], [0, 1e-200]], [1, 1])),
    "plane tiny": lambda: some(plane([[1e-300, 0], [0, 1e-300]])),
    "tangent": lambda: tangent(XS, BOWL, (1.0, 0.72), -0.72, (3.0, 0.0)),
    "tangent same point": lambda: tangent(XS, BOWL, (1.0, 0.72), -0.72, (1.0, 0.72)),
    "tangent level": lambda: tangent(XS, [0.0] * len(XS), (1.0, 0.0), 0.0),
    "tangent with holes": lambda: tangent([0.0, 1.0, 2.0], [NAN, 1.0, INF], (1.0, 1.0), 1e300),
    "descent": lambda: descent(XS, BOWL, downhill(5), kept=[downhill(1)], minimum=3.0, guess=4.0, slope=-0.6782976),
    "descent out": lambda: descent(XS, BOWL, downhill(6, 8), minimum=3.0, slope=1.0),
    "descent inf": lambda: descent(XS, BOWL, [*downhill(9, 3), (INF, INF), (NAN, NAN)], minimum=3.0),
    "descent long": lambda: descent(XS, BOWL, downhill(5.5, 300), minimum=3.0),
    "descent not begun": lambda: descent(XS, BOWL, downhill(1, 0), guess=1e9),
    "descent empty": lambda: descent(XS, BOWL, []),
    "contours": lambda: contours(ROUND, list(GRID), list(GRID), run=[(3, 4), (2.4, 3.2), (1.92, 2.56)], minimum=(0, 0)),
    "contours saddle": lambda: contours(GRID[None, :] * GRID[:, None], list(GRID), list(GRID)),
    "contours level": lambda: contours(np.zeros((3, 3)), [0, 1, 2], [0, 1, 2], run=[(9, 9), (INF, 0)]),
    "contours holes": lambda: contours([[1.0, NAN, 2.0], [3.0, 4.0, INF], [5.0, 6.0, 7.0]], [0, 1, 2], [0, 1, 2]),
    "network": lambda: network(CHAIN, CHAIN_EDGES, at=1),
    "network back": lambda: network(CHAIN, CHAIN_EDGES, at=1, direction="backward"),
    "network down": lambda: network(CHAIN, CHAIN_EDGES, down=True),
    "network one": lambda: network([Node("x", "", NAN)], []),
    "bars": lambda: bars([0.107, 0.787, 0.107], ["cat", "dog", "bird"], total=1),
    "bars negative": lambda: bars([1, 3, -1.5], ["cat", "dog", "a label that is far too long to be set"]),
    "bars two": lambda: bars([0.25, 0.75], ["no", "yes"], other=[0, 1], total=1),
    "bars zero": lambda: bars([0.0], ["nothing"]),
    "bars huge": lambda: bars([1e308, -1e308], ["a", "b"]),
    "bars twelve": lambda: bars([k / 66 for k in range(12)], list("abcdefghijkl"), total=1),
    "areas": lambda: areas(0.2, 0.6, 0.05, names=("spam", "ham", "word")),
    "areas never": lambda: areas(0.5, 0, 0),
    "areas sure": lambda: areas(1, 1, 0),
    "lines": lambda: lines([Series("training", [2, 1, 0.5]), Series("held out", [2.1, 1.3, 1.0], hue=1)]),
    "lines log": lambda: lines([Series("fast", [1, 1e-3, 0.0]), Series("lost", [1, 1e9, INF], hue=2)], log=True),
    "lines one": lambda: lines([Series("a", [1.0])]),
    "surprise": lambda: surprise(0.7),
    "surprise sure": lambda: surprise(1.0),
    "surprise never": lambda: surprise(0.0),
    "surprise tiny": lambda: surprise(5e-324),
    "digit": lambda: digit(np.arange(64).reshape(8, 8), "seven"),
    "digit blank": lambda: digit(np.zeros((8, 8))),
    "paths": lambda: paths(ROUTES, id="one", hues={"K": 2, "loss": 5}),
    "paths direct": lambda: paths([Route(("x", "loss"), -1.0)], id="two", rest=0.5),
}  # fmt: skip

REFUSED: dict[str, Callable[[], Picture]] = {
    "vectors": lambda: vectors([1, NAN], [0, 1]),
    "vectors unlike": lambda: vectors([1, 2, 3], [0, 1]),
    "plane": lambda: some(plane([[1.0, INF], [0.0, 1.0]])),
    "plane unlike": lambda: some(plane([[1, 0], [0, 1]], [1, 2, 3])),
    "plane over": lambda: some(plane([[1e200, 0], [0, 1e200]], [1e200, 1])),
    "tangent": lambda: tangent(XS, BOWL, (NAN, 0.0), 0.0),
    "descent": lambda: descent([0.0, 1.0], [NAN, NAN], [(0.0, NAN)]),
    "contours": lambda: contours([[NAN, NAN], [NAN, NAN]], [0, 1], [0, 1]),
    "contours unlike": lambda: contours([[1, 2, 3]], [0, 1], [0, 1]),
    "network cycle": lambda: network([Node("a"), Node("b")], [("b", "a")]),
    "network nowhere": lambda: network([Node("a")], [("a", "b")]),
    "bars": lambda: bars([1, NAN], ["a", "b"]),
    "bars none": lambda: bars([], []),
    "areas": lambda: areas(1.2, 0.5, 0.5),
    "areas nan": lambda: areas(0.2, NAN, 0.5),
    "lines": lambda: lines([Series("a", [NAN, INF])]),
    "lines many": lambda: lines([Series("abcd"[k], [1.0]) for k in range(4)]),
    "surprise": lambda: surprise(-0.1),
    "surprise nan": lambda: surprise(NAN),
    "digit": lambda: digit([[1.0, NAN]]),
    "digit flat": lambda: digit([1.0, 2.0]),
    "paths": lambda: paths([Route(("a", "b"), NAN)], id="x"),
    "paths nothing": lambda: paths([Route(("a", "b"), 0.0)], id="x"),
    "paths apart": lambda: paths([Route(("a", "b"), 1.0), Route(("c", "b"), 1.0)], id="x"),
}
