"""An entry by name and index, as a user asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from unmagic.core.errors import BadValue
from unmagic.core.graph import Index


def index_into(name: str, shape: tuple[int, ...], at: Sequence[int]) -> Index:
    """An index into a value of that shape, negative ones counted from the end. Raises `BadValue`."""
    whole = "×".join(map(str, shape)) or "one number"
    if len(at) != len(shape):
        example = ", ".join("0" for _ in shape)
        raise BadValue(
            f"{name} is {whole}: {len(shape)} {'index' if len(shape) == 1 else 'indices'}, not {len(at)}",
            hint=f"{name}[{example}]" if shape else name,
        )
    for i, size in zip(at, shape, strict=True):
        if not -size <= i < size:
            raise BadValue(f"{name} is {whole}: there is no entry {i}", hint=f"indices run from 0 to {size - 1}")
    return tuple(int(i) % size for i, size in zip(at, shape, strict=True))
