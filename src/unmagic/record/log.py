"""The live recorder: told afterwards what the program computed, it keeps a lean log; a Graph is made when one is read.

A value is known by its object's identity: arrays by weak reference, so that they die when the program lets go of them;
Python floats and NumPy's scalars by holding them, since nothing can notice. What an operand was is looked up at once:
an object's number may serve another object later, and its content may change.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from unmagic.core.graph import Array

from .callees import callee, foreign, own
from .entries import Entry, Event, Full, Look, Range, Ref, Segment, Several, Thing
from .geometry import content, owner_of
from .keep import A_RUN, ITEM, Keeper
from .memory import MOST_ITEMS, ND, READ, SCALARS, Memory, numeric
from .spell.outs import positional
from .stretches import MOST_IN_A_ROW
from .walked import Walked

MOST_EVENTS = 400_000
COMPARED = 64 << 10  # bytes: what a library was handed is compared with what it was
FLAT = np.flatiter
LITTLE = 4096  # bytes: the content after a write is kept too, to check the writes by

IN_PLACE = frozenset({
    "sort", "fill", "partition", "put", "shuffle", "at", "copyto", "place", "putmask", "fill_diagonal",
    "put_along_axis", "resize", "byteswap", "itemset", "setfield",
})  # fmt: skip
"""Calls that return nothing new and change what they are given."""


class Log(Memory):
    """Hears the hooks. ``entries`` holds every value by number, ``segments`` what happened, in order."""

    def __init__(self, keeper: Keeper | None = None, most: int = MOST_EVENTS, windows: bool = False) -> None:
        super().__init__(keeper or (Keeper(most=A_RUN) if windows else Keeper()), most, windows)
        self.gathered: dict[Any, list[Any]] = {}  # by place of the call: items that a generator gave to a `sum`
        self.words: list[tuple[str, Any]] = []  # what is to be said of iterations that ran untold
        self._last: tuple[Any, Ref | None] = (None, None)

    # what the hooks tell ----------------------------------------------------------------------------------

    def value(self, site: Any, out: Any, operands: tuple[Any, ...]) -> None:
        """An operation gave ``out``."""
        kind = site.kind
        if kind == "names":
            if site.what == "unpacked":
                self._unpacked(out, operands[: len(site.shape)])
            for name, value in zip(site.shape, operands, strict=False):
                self._name(site, name, value)
            return
        if kind == "gather":
            items = self.gathered.setdefault((site.source, site.place), [])
            if len(items) <= MOST_ITEMS:
                self.keeper.bytes += ITEM
                items.append(self.ref(out))
            return
        told = operands[: site.count]
        made = type(out)
        if made is ND or made is float or made in SCALARS:
            self._computed(site, out, told)
        elif made is bool and kind == "op":
            self._compared(site, out, told)
        elif kind in ("call", "method"):
            if told[0] is list or told[0] is tuple:
                self._unpacked(told[1] if len(told) > 1 else None, out)
            elif made is list or issubclass(made, tuple):
                self._several(site, out, told)
            elif out is None and site.what in IN_PLACE:
                self._changed(site, told)
        if kind in ("call", "method"):
            called = callee(site, told)
            if called is not None and not called.library and foreign(site, told):
                self._touched(site, told)
        if site.name:
            self._name(site, site.name, out)

    def about_to_write(self, array: Any) -> None:
        """``array`` may be written next: its content from before is kept, if it is not known."""
        array = array.base if type(array) is FLAT else array
        if type(array) is ND:
            self.ref(array)

    def wrote(self, site: Any, operands: tuple[Any, ...]) -> None:
        """``target[key] = value`` has happened, or ``target.attribute = value``."""
        target = operands[0]
        if site.kind == "layout" and site.what in ("shape", "dtype", "strides"):
            if type(target) is ND and not (site.what == "shape" and self._reshaped(site, target)):
                self.release(target)  # it lies otherwise now: known anew
                if target.dtype.kind in READ:
                    self._written(site, target, (self.ref(target),), "opaque")
            return
        if site.kind == "layout":
            if type(target) is ND and site.what in ("real", "imag", "flat", "data"):
                self._written(site, target, (self.ref(target),), "opaque")
            return
        key, value = operands[1], operands[2]
        how = "item"
        if type(target) is FLAT:
            target, how = target.base, "flat"
        if type(target) is not ND or target.dtype.kind not in READ:
            return
        for i in site.shape:  # a, b[0] = pair: the part that went here
            value = value[i] if type(value) in (tuple, list) and i < len(value) else Thing("part")
        told = (self.ref(target), self.ref(key), self.ref(value))
        self._written(site, target, told, how)

    def _reshaped(self, site: Any, target: Array) -> bool:
        """``target.shape = …`` of an array that is known and lies in row order."""
        owner = self.owners.get(id(target))
        if owner is None or owner.ref() is not target or not target.flags.c_contiguous:
            return False
        version = self._entry(self.keeper.copy(target), target)
        self._add(site, version, (owner.version, target.shape), "value", "reshape")
        self._own(target, target, version)
        return True

    def updated(self, site: Any, operands: tuple[Any, ...]) -> None:
        """``target op= value``: in place where the array itself came back, else a new value."""
        current, old, added = operands[:3]
        base = operands[3] if len(operands) > 3 else None
        if type(base) is FLAT and site.shape == "item" and base.base.dtype.kind in READ:
            self._updated_copy(site, current, old, added, base.base, operands[4], "flat")
        elif type(base) is ND and site.shape == "item" and base.dtype.kind in READ:
            self._updated_item(site, current, old, added, base, operands[4])
        elif current is old and type(current) is ND:
            self._written(site, current, (self.ref(current), self.ref(added)), "update")
        elif numeric(current):
            told = (self.ref(old), self.ref(added))
            self._add(site, self._new(current), told, "value")
        if site.shape != "item":
            self._name(site, site.name, current)

    def branch(self, site: Any, test: Any) -> None:
        out, ref = self._last
        if out is test and ref is not None:
            self._add(site, ref, (), "branch", bool(test))
        elif type(test) in (float, np.float64) or (type(test) is ND and test.size == 1):
            self._add(site, self.ref(test), (), "branch", bool(test))

    def bound(self, site: Any, value: Any) -> None:
        self._name(site, site.name, value)

    def item(self, source: Any, number: int, item: Any) -> None:
        """A loop or a comprehension took entry ``number`` of an array, or of its ``flat``."""
        flat = type(source) is FLAT
        array = source.base if flat else source
        if numeric(item) and array.dtype.kind in READ:
            told = (self.ref(array), number)
            self._add(None, self._new(item), told, "value", "flat" if flat else "index")

    def _unpacked(self, source: Any, values: tuple[Any, ...]) -> None:
        """The numbers of an array got names; a starred one's are in a list."""
        if type(source) is not ND or source.ndim != 1:
            return
        parts = [part for one in values for part in (one if type(one) is list else (one,))]
        if len(parts) == len(source):
            for number, part in enumerate(parts):
                self.item(source, number, part)

    def _unseen(self) -> None:
        self.gathered.clear()
        self._last = (None, None)
        super()._unseen()

    def iterate(self, site: Any, number: int, stale: bool) -> None:
        """An iteration begins; ``stale`` if the program ran unseen before it."""
        if stale or (self.windows and len(self.events) > MOST_IN_A_ROW):
            self._unseen()
        self._add(site, None, (), "iterate", number)

    def leave(self, site: Any, stale: bool) -> None:
        """A loop was left."""
        if stale:
            self._unseen()
        self._add(site, None, (), "leave")

    def walked(self, site: Any, one: Walked) -> None:
        """An iteration that ran untold was walked again: what it came to stands between those that were told."""
        self._unseen()
        self._add(site, None, (), "walked", one)
        self.keeper.bytes += one.size
        self.segments[-1].pinned = True
        self._unseen()

    # events -----------------------------------------------------------------------------------------------

    def _computed(self, site: Any, out: Any, told: tuple[Any, ...]) -> None:
        if type(out) is np.bool_ and site.kind in ("call", "method") and not foreign(site, told):
            return  # a function of the program's own: what it decided was told inside
        if type(out) is np.bool_:  # one object for all that is true: known only for the branch that follows
            refs = tuple([self.ref(one) for one in told])
            ref = self._entry(out, out)
            self._add(site, ref, refs, "value", callee(site, told))
            self._last = (out, ref)
            return
        if site.kind == "index" and type(told[0]) is FLAT:
            if told[0].base.dtype.kind in READ:
                refs = (self.ref(told[0].base), self.ref(told[1]))
                self._add(site, self._new(out), refs, "value", "flat")
            return
        if type(out) is not ND:
            if id(out) in self.scalars or _among(out, told):
                return  # passed on: by a function of the program's, by a container
            if site.kind == "index" and type(told[0]) is not ND:
                return  # out of a list
            called = callee(site, told)
            if called is not None and not called.library and own(site, told):
                ref = self._new(out)
                self._add(None, ref, (), "leaf")
            else:
                refs = self._told(site, told)
                ref = self._new(out)
                self._add(site, ref, refs, "value", called)
            self._last = (out, ref)
            return
        if out.dtype.kind not in READ:
            return
        if site.kind in ("call", "method") and self._writes_out(site, out, told):
            return
        if _among(out, told) or (site.kind == "index" and type(told[0]) is not ND):
            return  # passed on: by a call, by a container
        root = owner_of(out) if out.base is not None else out
        known = self.owners.get(id(root))
        if known is not None and known.ref() is root:
            if root is not out and site.kind != "op" and type(told[0]) is not type(_function):
                self._add(site, self._array(out), tuple([self.ref(one) for one in told]), "view", callee(site, told))
            return
        called = callee(site, told)
        if called is not None and not called.library and own(site, told):
            self.ref(out)  # nobody listened while it was computed
            return
        refs = self._told(site, told)
        fresh = self.owners.get(id(root)) is None  # memory that nobody told of, of which this is a part
        made = self._new(out)
        self._add(site, made, refs, "value" if isinstance(made, Ref) or fresh else "view", called)

    def _told(self, site: Any, told: tuple[Any, ...]) -> tuple[Any, ...]:
        """The operands; in a generator's place the items it gave."""
        refs = [self.ref(one) for one in told]  # a list first: a tuple from a generator takes longer
        if self.gathered and (items := self.gathered.pop((site.source, site.place), None)) is not None:
            refs[1] = Several(tuple(items), True) if len(items) <= MOST_ITEMS else Thing("generator")
        return tuple(refs)

    def _compared(self, site: Any, out: bool, told: tuple[Any, ...]) -> None:
        """A comparison of Python's numbers: a step if one of them is."""
        refs = tuple([self.ref(one) for one in told])
        if any(isinstance(ref, Ref) for ref in refs):
            ref = self._entry(out, out)
            self._add(site, ref, refs, "value")
            self._last = (out, ref)

    def _several(self, site: Any, out: Any, told: tuple[Any, ...]) -> None:
        """A call that gave several arrays: those that are new, or look into what is known."""
        if not 0 < len(out) <= 64 or not any(numeric(one) for one in out):
            return
        called = callee(site, told)
        if called is None or not (called.library or foreign(site, told)):
            return  # what the parts are was told inside, or they are given where they are used
        refs = tuple([self.ref(one) for one in told])
        new = [numeric(one) and id(one) not in self.scalars for one in out]
        if not any(new):
            return  # passed on, in another order
        parts = tuple([self._new(one) if is_new else self.ref(one) for one, is_new in zip(out, new, strict=True)])
        self._add(site, Several(parts, type(out) is list), refs, "value", called)

    def _writes_out(self, site: Any, out: Array, told: tuple[Any, ...]) -> bool:
        """Whether a call wrote its result into an array it was given."""
        count, _, keywords = site.shape
        if count < 2 and not keywords:
            return False
        targets = [one for name, one in zip(reversed(keywords), reversed(told), strict=False) if name == "out"]
        if not targets and count > 1:
            called = told[0]
            if site.kind == "method":
                called = vars(called).get(site.what) if type(called) is ModuleType else None
            if type(called) is np.ufunc:
                targets = [told[1 + called.nin]] if count > called.nin else []
            elif _among(out, told[2:]):  # np.clip(x, 0, 1, x)
                targets = _out_of(callee(site, told), told)
        if not targets:
            return False
        target = targets[0][0] if type(targets[0]) is tuple and targets[0] else targets[0]
        if type(target) is not ND or target is not out:
            return False
        self._written(site, target, tuple([self.ref(one) for one in told]), "out", callee(site, told))
        return True

    def _touched(self, site: Any, told: tuple[Any, ...]) -> None:
        """A library was handed arrays: where one is not what it was, and nobody said so, it was written to."""
        for one in told:
            if type(one) is not ND or one.nbytes > COMPARED or one.dtype.kind not in READ:
                continue
            root = owner_of(one)
            owner = self.owners.get(id(root))
            if owner is None or owner.ref() is not root or root.nbytes > COMPARED:
                continue
            kept = self.entries[owner.version.number].kept
            if kept is not None and kept.tobytes() != content(root, owner.at).tobytes():
                self._written(site, root, (owner.version,), "opaque")

    def _changed(self, site: Any, told: tuple[Any, ...]) -> None:
        """A call that gave nothing back and changes an array: its receiver, or its first argument."""
        target = told[0] if type(told[0]) is ND else told[1] if len(told) > 1 else None
        if type(target) is ND and target.dtype.kind in READ:
            self._written(site, target, tuple([self.ref(one) for one in told]), "call", callee(site, told))

    def _updated_item(self, site: Any, current: Any, old: Any, added: Any, base: Array, key: Any) -> None:
        array, index, value = self.ref(base), self.ref(key), self.ref(added)
        if type(old) is ND and owner_of(old) is owner_of(base):  # a view: changed where it lies
            look = self.ref(old)
            self._add(site, look, (array, index), "view", "index")
            self._written(site, old, (look, value), "update")
            return
        self._updated_copy(site, current, old, added, base, key, "item")

    def _updated_copy(
        self, site: Any, current: Any, old: Any, added: Any, base: Array, key: Any, how: str
    ) -> None:  # fmt: skip
        """Entries picked, changed, and put back."""
        if not numeric(current):
            return
        array, index, value = self.ref(base), self.ref(key), self.ref(added)
        picked = self._entry(old if type(old) is not ND else None, old)
        self._add(site, picked, (array, index), "value", "index" if how == "item" else how)
        made = self._entry(current if type(current) is not ND else self.keeper.copy(current), current)
        self._add(site, made, (picked, value), "value", "update")
        self._written(site, base, (array, index, made), how)

    def _written(self, site: Any, target: Array, told: tuple[Any, ...], how: str, key: Any = None) -> None:
        """``target``'s memory has changed: its owner has a new version. ``told[0]`` is what it was before."""
        root = owner_of(target)
        if root.dtype.kind not in READ:
            return  # its parts are read anew whenever they are used
        before = self._array(target if target.dtype == root.dtype else root)
        owner = self.owners[id(root)]
        lies: Any = content(root, owner.at)
        if target.dtype != owner.at.dtype:  # the bytes of another dtype: no step of ours says what they come to
            how = "opaque"
        small = (lies.nbytes <= LITTLE and site.what != "followed") or how in ("call", "opaque")
        version = self._entry(self.keeper.copy(lies) if small else None, lies)
        self._add(site, version, told, "write", (how, before, owner.number, key))
        owner.version, owner.written = version, True

    def _name(self, site: Any, name: str, value: Any) -> None:
        if name and (numeric(value) or type(value) in (int, bool)):
            self._add(site, self.ref(value), (), "name", name)


def _function() -> None: ...


def _out_of(called: Any, told: tuple[Any, ...]) -> list[Any]:
    """What a function of NumPy's, or a method, takes as ``out`` by position."""
    if called is None or called.library not in ("numpy", "array"):
        return []
    names = positional(called.name)
    at = names.index("out") + (called.library == "numpy") if "out" in names else len(told)
    return list(told[at : at + 1])


def _among(out: Any, told: tuple[Any, ...]) -> bool:
    """Whether ``out`` is one of these objects; nobody is asked for equality."""
    for one in told:  # noqa: SIM110  (a generator costs more than the loop)
        if one is out:
            return True
    return False


__all__ = ["Entry", "Event", "Full", "Log", "Look", "Range", "Ref", "Segment", "Several", "Thing"]
