"""A value that is computed at first use, by one thread: who asks meanwhile waits for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from threading import RLock
from typing import Generic, TypeVar

T = TypeVar("T")


class once(Generic[T]):  # a decorator, as `functools.cached_property`
    """`functools.cache` for a function without arguments, which never runs it twice at the same time."""

    __wrapped__: Callable[[], T]

    def __init__(self, make: Callable[[], T]) -> None:
        update_wrapper(self, make)
        self._made: list[T] = []
        self._lock = RLock()

    def __call__(self) -> T:
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self.__wrapped__())
        return self._made[0]

    @property
    def ready(self) -> bool:
        """Whether it has been computed."""
        return bool(self._made)
