"""What torch has beside tensors and functions: sizes, dtypes, modes."""

from __future__ import annotations

from typing import Any

import numpy as np


class Size(tuple):  # type: ignore[type-arg]
    """A tensor's shape, which prints as ``torch.Size([2, 3])``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


class TorchType:
    """A dtype of torch."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = np.dtype(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TorchType) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value)


class Mode:
    """``torch.no_grad()`` and its like."""

    __slots__ = ("enabled",)

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
