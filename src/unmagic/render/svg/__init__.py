"""Pictures: pure functions from numbers to an SVG, a sentence and a table. One kind a file."""

from .picture import Picture, figure

__all__ = ["Picture", "figure"]
