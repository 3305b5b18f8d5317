"""What a traced function's numbers are: computed by a step, found at a place, written in the text, or unknown.

Whatever is computed from something unknown is unknown. Where no replay does what the function does, `once` says why.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from unmagic.core.graph import Array
from unmagic.engine.fast import Place
from unmagic.record.callees import LIBRARIES
from unmagic.record.entries import Look, Owner, Ref, Several, Thing
from unmagic.record.geometry import dense, owner_of
from unmagic.record.keep import Keeper
from unmagic.record.log import Log
from unmagic.record.memory import numeric
from unmagic.record.rebuild import CLOSE

from .origins import CONTAINERS, ND, PLAIN, Origins, literals_in, overlap, users
from .strict_twin import StrictTwins

EVERYTHING = 1 << 62
SIMPLE = PLAIN | {ModuleType, BuiltinFunctionType, type, np.ufunc, type(np.sum)}


class Hidden(Thing):
    """An object that may have numbers in it which nobody sees."""


class Unwatched(Thing):
    """An object from before whose content is not looked at."""


class Known(Log):
    def __init__(self, origins: Origins, twins: StrictTwins) -> None:
        super().__init__(Keeper(EVERYTHING, EVERYTHING), most=EVERYTHING)
        self.origins = origins
        self.twins = twins
        self.site: Any = None
        self.inputs: dict[str, Place] = {}
        self.unknown: dict[int, tuple[Any, str]] = {}  # entry -> where it was met, what is known of it
        self.once: tuple[str, Any] | None = None  # why no replay does what the function does, and where
        self.refused: tuple[str, str, Any] | None = None  # why there is no gradient at all: what, hint, where
        self.decided: list[tuple[Any, tuple[Any, ...], Any]] = []  # a function, the numbers it was given, what it gave
        self.escaped: list[tuple[tuple[Any, ...], str, Any]] = []  # what went where it is not followed
        self.silent = False  # under an error state of the function's own
        self._calls: dict[Any, list[tuple[Any, bool]]] = {}
        self.literals: set[int] = set()  # numbers and strings that stand in a text, by object
        self._gathering: dict[Any, list[list[Any]]] = {}
        self._local: dict[int, Any] = {}  # objects that were made meanwhile
        self._arrays: list[tuple[Place, Array]] = []
        self._held: list[Any] = []
        self._texts: set[Any] = set()

    # the way in -------------------------------------------------------------------------------------------

    def enters(self, function: FunctionType) -> None:
        """A function of the user's is called."""
        self.origins.enters(function)
        twin = self.twins.of(function).__code__
        if twin not in self._texts:
            self._texts.add(twin)
            self.literals.update(map(id, literals_in(twin)))

    def no_replay(self, why: str, site: Any = None) -> None:
        if self.once is None:
            self.once = why, site or self.site

    def refuse(self, what: str, hint: str = "") -> None:
        if self.refused is None:
            self.refused = what, hint, self.site

    # what objects are -------------------------------------------------------------------------------------

    def ref(self, value: Any) -> Any:
        kind = type(value)
        if kind is complex or (issubclass(kind, np.generic) and value.dtype.kind not in "biuf"):
            return Hidden(kind.__name__)
        if kind is float or (issubclass(kind, np.generic) and kind is not np.bool_):
            known = self.scalars.get(id(value))
            if known is not None:
                return known[1]
            return self._number(value)
        if kind is dict:
            return Hidden("dict") if value else Thing("dict")
        found = super().ref(value)
        if type(found) is not Thing or self._harmless(value):
            return found
        return Unwatched(found.name) if self._from_before(value) else Hidden(found.name)

    def _harmless(self, value: Any) -> bool:
        """An object that holds nothing which comes from the arguments: a library's function, a class, a module."""
        if type(value) is FunctionType:
            return bool(value.__code__.co_filename.startswith(LIBRARIES))
        return type(value) in SIMPLE or isinstance(value, (np.dtype, type))

    def _from_before(self, value: Any) -> bool:
        """An object of a library's that was there before, or has come of what stands in the text."""
        kind = type(value)
        known = self.origins.known(value) or id(value) in self._local
        return known and not users(kind) and kind not in CONTAINERS and kind is not MethodType

    def _number(self, value: Any) -> Any:
        place = self.origins.place(value)
        if place is not None:
            if id(value) in self.literals and place.root < len(self.origins.args):
                what = f"{self.origins.words(place)} is the same object as a number in the text"
                self.refuse(what, "hand in an array")
            return self._input(place, value)
        if id(value) in self.literals:
            return value
        ref = self._entry(value, value)
        self.scalars[id(value)] = (value, ref)
        self._add(None, ref, (), "leaf")
        self.unknown[ref.number] = self.site, "a number"
        return ref

    def _input(self, place: Place, value: Any) -> Ref:
        name = self.origins.words(place)
        ref = self._entry(value, value)
        self.scalars[id(value)] = (value, ref)
        self._add(None, ref, (), "input", name)
        self.inputs[name] = place
        return ref

    def _array(self, array: Array) -> Any:
        if array.dtype.kind not in "biuf":
            return Hidden(f"array of {array.dtype}")
        if array.base is not None:
            root = owner_of(array)
            owner = self.owners.get(id(root))
            if (owner is None or owner.ref() is not root) and (place := self.origins.place(array)) is not None:
                whole = array.nbytes == root.nbytes and dense(array.shape, array.strides, array.dtype.itemsize)
                if not whole:
                    self.refuse(f"{self.origins.words(place)} is part of a larger array", "keep a copy of it instead")
                return self._given_at(place, array, root).version
        return super()._array(array)

    def _given(self, array: Array) -> Owner:
        place = self.origins.place(array)
        if place is not None:
            return self._given_at(place, array, array)
        owner = super()._given(array)
        self.unknown[owner.version.number] = self.site, "an array"
        return owner

    def _given_at(self, place: Place, array: Array, root: Array) -> Owner:
        name = self.origins.words(place)
        for other, known in self._arrays:
            if overlap(known, array):
                self.refuse(f"{name} shares memory with {self.origins.words(other)}", "hand in a copy")
        self._arrays.append((place, array))
        ref = self._entry(self.keeper.copy(array), array)
        self._add(None, ref, (), "input", name)
        self.inputs[name] = place
        return self._own(root, array, ref)

    def unheard(self, told: dict[Place, Any]) -> str:
        """An array that is not, at the end, what the steps say it is."""
        for place, array in self._arrays:
            if place in told and not np.allclose(array, told[place], CLOSE, CLOSE, equal_nan=True):
                return self.origins.words(place)
        return ""

    def apart_from(self, number: int, array: Array) -> None:
        """Argument ``number`` was written to: nothing else that was read may lie where it does."""
        for place, known in self._arrays:
            if place != Place(number) and overlap(known, array):
                self.refuse(f"argument {number} is written to, and shares memory with {self.origins.words(place)}",
                            "hand in a copy")  # fmt: skip

    # what is known of results -----------------------------------------------------------------------------

    def _found(self, out: Any) -> bool:
        """Whether a number is known by its object, or an array by its place: it was only passed on."""
        if type(out) is ND:
            owner = self.owners.get(id(owner_of(out)))
            return owner is None and self.origins.place(out) is not None
        return numeric(out) and type(out) is not np.bool_ and (
            id(out) in self.scalars or id(out) in self.literals or self.origins.place(out) is not None
        )

    def _passed_on(self, out: Any, known: bool) -> bool:
        if type(out) in (list, tuple):
            numbers = [one for one in out if numeric(one)]
            return bool(numbers) and all(self._found(one) or self._lies(one) for one in numbers)
        return known and id(out) not in self.scalars

    def _lies(self, value: Any) -> bool:
        """Whether it is an array in memory that is known."""
        if type(value) is not ND:
            return False
        root = owner_of(value)
        owner = self.owners.get(id(root))
        return owner is not None and owner.ref() is root


def refs_in(told: Any) -> list[Any]:
    found: list[Any] = []
    todo = list(told)
    while todo:
        one = todo.pop()
        if isinstance(one, (Ref, Look)):
            found.append(one)
        elif isinstance(one, (Several,)):
            todo += one.items
        elif isinstance(one, tuple) and not isinstance(one, Thing):
            todo += one
    return found


__all__ = ["Hidden", "Known", "Unwatched", "refs_in"]
