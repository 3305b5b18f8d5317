"""Panels in a state, for tests."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from unmagic.lesson.panels import panels
from unmagic.lesson.panels.panel import Field, Panel, Preset
from unmagic.lesson.panels.show import Shown, show
from unmagic.lesson.panels.state import PanelState

IDS = tuple(panels())


def at(id: str, **values: Any) -> Shown:
    """A panel with some of its fields (by slot) and its choice set."""
    panel = panels()[id]
    return show(PanelState.preset(panel, Preset("", "", values)))


@cache
def states(id: str) -> tuple[PanelState, ...]:
    """A panel as it comes, under each of its options, and under each preset."""
    panel = panels()[id]
    start = PanelState.of(panel, [])
    picks = [PanelState(panel, start.cells, option.key) for option in panel.choice.options] if panel.choice else []
    return (start, *picks, *(PanelState.preset(panel, preset) for preset in panel.presets))


def lines(shown: Shown) -> list[str]:
    """Every worked line as text."""
    return [line.text for step in shown.steps for line in step.lines]


def shape_of(panel: Panel, field: Field, sizes: dict[str, int]) -> tuple[int, ...]:
    """The shape of a field with some axes at other sizes."""
    return tuple(sizes.get(axis, size) for axis, size in zip(field.axes, np.shape(field.default), strict=True))
