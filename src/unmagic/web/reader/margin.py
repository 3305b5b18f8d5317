"""The picture beside a trace, where one of a few kinds says more than the numbers do."""

from __future__ import annotations

from html import escape

import numpy as np

from unmagic.core.build import LEAVES
from unmagic.reading.reading import Reading
from unmagic.render.notation_mathml import Hues
from unmagic.render.svg import figure
from unmagic.render.svg.bars import bars
from unmagic.render.svg.heat import heat
from unmagic.render.svg.vectors import vectors

WIDEST = 9
"""Rows or columns of a heat map that the margin has room for."""

MOST_BARS = 12


def margin(reading: Reading, hues: Hues) -> str:
    """A figure as HTML, or nothing: rows of weights as heat, a distribution as bars, a cosine as two arrows."""
    view = reading.view
    for id in _weights(reading):
        name = view.names.get(id) or "A"
        value = reading.values[id]
        if value.ndim == 2 and value.shape[0] > 1 and max(value.shape) <= WIDEST:
            rows, columns = ([str(k) for k in range(n)] for n in value.shape)
            caption = f"{name}: a row asks, a column answers"
            drawn = heat(value, rows, columns, caption=caption, hue=hues.get(name, 4))
            under = "<figcaption>Each row adds up to 1, but for rounding.</figcaption>"
            return f'<figure class="picture"><p class="label">{escape(caption)}</p>{drawn}{under}</figure>'
    for id in _weights(reading):
        value = reading.values[id]
        if value.ndim == 1 and 1 < value.size <= MOST_BARS:
            name = view.names.get(id) or "p"
            labels = [f"{name}[{k}]" for k in range(value.size)]
            return figure(bars(value.tolist(), labels, names=(name, ""), hues=(hues.get(name, 7), 8), total=1.0))
    for match in reading.matches:
        if match.idiom.title == "cosine similarity" and match.root in view.shown_ids:
            two = [id for id in match.roles.values() if reading.values[id].ndim == 1][:2]
            if len(two) == 2:
                names = tuple(view.names.get(id) or letter for id, letter in zip(two, "ab", strict=True))
                a, b = (reading.values[id] for id in two)
                colours = (hues.get(names[0], 1), hues.get(names[1], 2), 4)
                return figure(vectors(a, b, names=(names[0], names[1]), hues=colours))
    return ""


def _weights(reading: Reading) -> list[int]:
    """Steps whose entries are shares: none negative, the last axis adding up to 1; shown ones, then those inside."""
    view = reading.view
    found = []
    softmax = {id for m in reading.matches if "softmax" in m.idiom.title for id in (m.root,)}
    for id in sorted(view.shown_ids | softmax | set(view.inner)):
        step, value = reading.graph[id], reading.values[id]
        if step.op in LEAVES or value.ndim not in (1, 2) or value.size < 2 or value.dtype.kind != "f":
            continue
        wide = np.asarray(value, np.float64)
        if np.all(wide >= 0) and np.allclose(wide.sum(-1), 1, atol=1e-3 if value.dtype.itemsize < 4 else 1e-6):
            found.append(id)
    return found
