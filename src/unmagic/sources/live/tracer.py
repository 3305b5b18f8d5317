"""The recorder of a function that is to be replayed: beside what was computed it hears what a replay depends on.

Decisions, and whole numbers that come of values, are kept to be checked at each replay; where that is not possible the
function is traced at each call.
"""

from __future__ import annotations

from functools import cached_property, partial
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from unmagic.engine.fast import Captured
from unmagic.record.callees import LIBRARIES
from unmagic.record.callees import callee as spelled_as
from unmagic.record.entries import Look, Ref, Several
from unmagic.record.memory import numeric

from . import outside
from .chunks import items
from .known import Hidden, Known, Unwatched, refs_in
from .origins import CONTAINERS, ND, PLAIN, SETS, in_class, library, users
from .strict import GATHERS

NUMBERS = (float, int, np.float64, np.float32, np.float16, np.frombuffer, np.fromstring, np.array, np.asarray)
"""What reads a number from a string."""


class Tracer(Known):
    # what the hooks tell ----------------------------------------------------------------------------------

    def value(self, site: Any, out: Any, operands: tuple[Any, ...]) -> None:
        self.site = site
        match site.kind:
            case "get":
                self._got(site.what, operands[0], out)
            case "untold":
                self.no_replay(f"{site.what} decides")
            case "in":
                self._escapes(operands[:2], "a search")
            case "keys":
                self._escapes(tuple(one for one in out if type(one) is float or isinstance(one, np.floating)), "a key")
            case "gather":
                self._gathering[site.source, site.place][-1].append(self.ref(out))
            case "handled":
                self.no_replay("an error was caught")
            case "with":
                self._with(out)
            case "call" | "method":
                self._call(site, out, operands[: site.count])
            case "op" | "unary" | "update":
                self._by_code(operands[:2])
                super().value(site, out, operands)
            case "index":
                self._by_code(operands[:1])
                if type(operands[0]) is not ND and type(operands[1]) in (float, np.float64, np.float32):
                    self._escapes((operands[1],), "a key")
                super().value(site, out, operands)
            case _:
                super().value(site, out, operands)

    def branch(self, site: Any, test: Any) -> None:
        self.site = site
        if numeric(test):
            ref = self.ref(test)
            if isinstance(ref, (Ref, Look)):
                self.decided.append((bool, (ref,), bool(test)))
        elif any(isinstance(in_class(type(test), name), FunctionType) for name in ("__bool__", "__len__")):
            self.no_replay(f"{type(test).__name__} says by code of its own whether it is true")

    def wrote(self, site: Any, operands: tuple[Any, ...]) -> None:
        self.site = site
        if site.kind == "layout":
            if type(operands[0]) is not ND:
                return
            self.refuse(f"an array's {site.what} is set in place", "make a new array: reshape, view")
        super().wrote(site, operands)

    def updated(self, site: Any, operands: tuple[Any, ...]) -> None:
        self.site = site
        super().updated(site, operands)

    def release(self, array: Any) -> None:
        self.refuse("an array is resized, or its references are counted", "make a new array")
        super().release(array)

    def owner(self, site: Any, value: Any) -> Any:
        """What an attribute is read from; where a property of the user's computes it, what calls its twin."""
        kind = type(value)
        if kind in PLAIN or kind is ND or kind is ModuleType:
            return value
        raw = in_class(kind, site.what)
        function = _computes(raw, value)
        if function is not None:
            self.origins.by_class(value, site.what)
            twin = self.twins.called(function)
            if twin is not function:
                self.enters(function)
                return _Computed(partial(_property, raw, twin, value, site.what))
        return value

    def handed(self, site: Any, callee: Any) -> Any:
        """What is called in its place: its twin, where it is the user's."""
        if type(callee) is partial:
            return self._partial(site, callee)
        twin = self.twins.called(callee)
        self._calls.setdefault(site, []).append((callee, twin is not callee))
        if site.shape[1] == GATHERS:
            self._gathering.setdefault((site.source, site.place), []).append([])
        if twin is not callee:
            function = callee
            if isinstance(callee, MethodType):
                function = callee.__func__
            elif isinstance(callee, type):
                function = in_class(callee, "__init__")
                self.origins.got(callee, "__init__", function)
            elif not isinstance(callee, FunctionType):
                function = in_class(type(callee), "__call__")
                self.origins.by_class(callee, "__call__")
            self.enters(function)
        elif outside.among(callee, outside.BY_ITEM):
            return partial(_by_item, callee)
        return twin

    def _partial(self, site: Any, callee: Any) -> Any:
        """A partial of a function of the user's, with the twin in its place."""
        inner = self.handed(site, callee.func)
        for name in ("func", "args", "keywords"):
            self.origins.got(callee, name, getattr(callee, name))
        return partial(inner, *callee.args, **callee.keywords)

    def iterates(self, iterable: Any) -> None:
        """Something is about to be taken item by item."""
        kind = type(iterable)
        if kind in (ND, range, str, bytes, *CONTAINERS, *SETS) or issubclass(kind, tuple):
            return
        if users(kind) or self.origins.known(iterable):
            self.no_replay(f"what a {kind.__name__} gives one by one is not followed")

    def _by_code(self, told: tuple[Any, ...]) -> None:
        """An operation, which may be code of the user's own: nobody hears that."""
        for one in told:
            kind = type(one)
            if kind not in PLAIN and kind is not ND and users(kind) and not issubclass(kind, tuple):
                self.no_replay(f"what {kind.__name__} does in an operation is not followed")

    # attributes, calls ------------------------------------------------------------------------------------

    def _got(self, name: str, owner: Any, out: Any) -> None:
        kind = type(owner)
        if kind in PLAIN or kind is ND or issubclass(kind, (np.generic, np.dtype)) or kind is np.ufunc:
            return
        if kind in (np.finfo, np.iinfo) or (kind is ModuleType and library(owner)):
            if numeric(out) and type(out) is not ND:  # np.pi
                self.literals.add(id(out))
                self._held.append(out)
            return
        if kind is super and isinstance(out, MethodType):
            found = next((one for one in owner.__self_class__.__mro__ if vars(one).get(name) is out.__func__), None)
            if found is not None:
                self.origins.root(Captured(None, found.__name__, found))
                self.origins.of_class(found, name, out)
            return
        if kind.__module__ == "builtins" and kind is not ModuleType and not isinstance(owner, type):
            return  # methods of lists and the like: what they do is told as they are called
        if self.origins.got(owner, name, out):
            return
        raw = in_class(kind, name)
        function = raw.fget if type(raw) is property else raw.func if type(raw) is cached_property else None
        if type(function) is FunctionType and self.twins.called(function) is not function:
            return  # its twin told
        if id(owner) in self._local or isinstance(out, MethodType):
            self.origins.of_class(kind, name, out)
            return
        if isinstance(owner, type) and not users(owner) and not numeric(out):
            return
        self.no_replay(f"{kind.__name__}.{name} is not a look-up alone")

    def _with(self, manager: Any) -> None:
        if isinstance(manager, np.errstate):
            self.silent = True
        else:
            self.no_replay(f"it enters a {type(manager).__name__}")

    def _call(self, site: Any, out: Any, told: tuple[Any, ...]) -> None:
        calls = self._calls.get(site)
        callee, twinned = calls.pop() if calls else (told[0], False)
        if twinned:  # all that it did was told
            if isinstance(callee, type):
                self._local[id(out)] = out
        elif isinstance(callee, type) and users(callee):
            self._made(callee, out)
        else:
            if site.shape[1] == GATHERS and (items := self._gathering[site.source, site.place].pop()):
                self.gathered[site.source, site.place] = items
            known = self._found(out)
            unheard = type(callee) is FunctionType and not callee.__code__.co_filename.startswith(LIBRARIES)
            if not (unheard or self._passed_on(out, known) or self._parsed(callee, told)):
                super().value(site, out, told)
            self._outside(site, callee, out, told, known)
            return
        if site.name:
            self._name(site, site.name, out)

    def _parsed(self, callee: Any, told: tuple[Any, ...]) -> bool:
        """Whether a number is read from a string that was made meanwhile: where it comes from is not seen."""
        texts = [one for one in told[1:] if type(one) in (str, bytes, bytearray) and id(one) not in self.literals]
        return bool(texts) and outside.among(callee, NUMBERS)

    def _made(self, kind: type, out: Any) -> None:
        """An instance of a class of the user's whose making was not told."""
        self._local[id(out)] = out
        if issubclass(kind, BaseException):
            return
        for name in ("__init__", "__new__", "__post_init__"):
            made = in_class(kind, name)
            made = getattr(made, "__func__", made)
            if isinstance(made, FunctionType) and not made.__code__.co_filename.startswith("<"):
                self.no_replay(f"{kind.__name__} is made by code that was not seen")

    def _outside(self, site: Any, callee: Any, out: Any, told: tuple[Any, ...], known: bool) -> None:
        """A call that left the user's files."""
        spelled = spelled_as(site, told)
        name = outside.called(callee)
        drawer = outside.drawer(callee, told)
        if drawer is not None:
            self._draws(drawer, name)
        elif outside.among(callee, outside.SEEDED):
            if len(told) > 1 and all(type(one) in PLAIN and one is not None for one in told[1:]):
                self._local[id(out)] = out
        elif callee is getattr:
            self._got(told[2], told[1], out)
        elif outside.among(callee, outside.PASSING) or (isinstance(callee, type) and issubclass(callee, BaseException)):
            self._by_code(told[1:2] if callee is len else ())
        elif outside.among(callee, outside.DECIDING):
            self._decides(callee, out, told, name, known)
        elif (method := outside.of_container(callee)) and not isinstance(callee.__self__, (int, float)):
            if method not in outside.STORING or isinstance(callee.__self__, (set, frozenset)):
                self._escapes((callee.__self__, *told[1:]), f".{method}")
            elif type(callee.__self__) is dict:
                self._escapes(tuple(one for one in told[1:2] if type(one) is float), "a key")
            elif type(callee.__self__) not in (list, tuple, str) and self.origins.known(callee.__self__):
                self.no_replay(f"it calls {name} of what it captures")
        elif isinstance(callee, np.errstate) or callee is np.errstate:
            if any(one not in ("ignore", "warn") for one in told[1:]):
                self.no_replay("numpy.errstate raises or calls")
        elif outside.steady(callee):
            self._steady(site, callee, out, told, name)
        elif spelled is None or not spelled.library:
            self.no_replay(f"it calls {name}, which remembers" if hasattr(callee, "cache_info") else f"it calls {name}")
            self._escapes(told, name)

    def _decides(self, callee: Any, out: Any, told: tuple[Any, ...], name: str, known: bool) -> None:
        """`max` and the like: which one it was is guarded, where it is one of several numbers."""
        given = told[1] if len(told) == 2 and type(told[1]) in (list, tuple) else told[1:]
        if callee not in (min, max) or any(type(one) is not float and _size(one) for one in given):
            if not numeric(out) or known:
                self._escapes(told[1:], name)
            return
        refs = [self.ref(one) for one in given]
        which = next((i for i, one in enumerate(given) if one is out), None)
        if which is None or any(not isinstance(ref, (Ref, Look)) and type(ref) not in (float, int) for ref in refs):
            self._escapes(told[1:], name)
            return
        moving = tuple(ref for ref in refs if isinstance(ref, (Ref, Look)))
        fixed = [None if isinstance(ref, (Ref, Look)) else ref for ref in refs]
        self.decided.append((partial(_which, callee, fixed), moving, which))

    def _steady(self, site: Any, callee: Any, out: Any, told: tuple[Any, ...], name: str) -> None:
        """A function of its arguments alone: what is no number that is told is guarded by them."""
        if numeric(out) or out is None or type(out) is np.bool_:
            return
        if isinstance(out, (tuple, list)) and any(numeric(one) for one in out) and site.kind in ("call", "method"):
            if name.endswith("tolist"):
                self._listed(told[0], out)
            return
        receiver = site.kind == "method" and type(told[0]) is not ModuleType
        refs = [self.ref(one) for one in told[0 if receiver else 1 :]]
        scalar = [ref for ref in refs if isinstance(ref, (Ref, Look))]
        if type(out) in (int, bool) and len(refs) == len(scalar) == 1 and not _size(told[-1]):
            function = partial(_method, site.what) if receiver else callee
            self.decided.append((function, (scalar[0],), out))
            return
        if any(isinstance(ref, (Hidden, Unwatched)) for ref in refs):
            self.no_replay(f"what {name} is given is not followed")
        self._escapes(told[1:] if site.kind == "call" else told, name)

    def _listed(self, array: Any, out: Any) -> None:
        """``array.tolist()``: its numbers, each known by its place."""
        if type(array) is not ND or array.dtype != np.float64:
            return self._escapes((array,), "tolist")
        source = self.ref(array)
        for at in np.ndindex(*array.shape):
            part = out
            for i in at:
                part = part[i]
            told = (source, Several(tuple(int(i) for i in at), False))
            self._add(None, self._new(part), told, "value", "index")
        return None

    def _draws(self, drawer: Any, name: str) -> None:
        place = self.origins.place(drawer)
        if place is not None and place.root < len(self.origins.args):
            self.no_replay(f"it draws at random from {self.origins.words(place)}")
        elif id(drawer) not in self._local:
            said = self.origins.words(place) if place is not None else name
            self.refuse(f"{said} draws at random: a replay would draw the same again",
                        "hand the Generator in as an argument, or what was drawn")  # fmt: skip

    def _escapes(self, told: tuple[Any, ...], where: str) -> None:
        """Values that went where they are not followed."""
        refs = tuple(refs_in([self.ref(one) for one in told]))
        if refs:
            self.escaped.append((refs, where, self.site))


def _computes(raw: Any, owner: Any) -> FunctionType | None:
    """The function of the user's that an attribute of the class is computed by, if it is."""
    if type(raw) is property and type(raw.fget) is FunctionType:
        return raw.fget
    if type(raw) is cached_property and type(raw.func) is FunctionType and raw.attrname not in vars(owner):
        return raw.func
    return None


def _property(raw: Any, twin: Any, owner: Any, name: str) -> Any:
    if type(raw) is property:
        return twin(owner)
    cached: Any = cached_property(twin)
    cached.__set_name__(type(owner), name)
    return cached.__get__(owner, type(owner))


class _Computed:
    """Stands for an object while one property of it is read."""

    def __init__(self, compute: Any) -> None:
        object.__setattr__(self, "compute", compute)

    def __getattribute__(self, name: str) -> Any:
        return object.__getattribute__(self, "compute")()


def _by_item(callee: Any, /, *args: Any, **given: Any) -> Any:
    return callee(*[items(one) for one in args], **given)


def _method(name: str, value: Any) -> Any:
    return getattr(value, name)()


def _which(callee: Any, fixed: list[Any], *moving: Any) -> int:
    """The number of the one that is chosen."""
    rest = iter(moving)
    given = [next(rest) if one is None else one for one in fixed]
    chosen = callee(given)
    return next(i for i, one in enumerate(given) if one is chosen)


def _size(value: Any) -> int:
    return value.ndim if type(value) is ND else 0


__all__ = ["Tracer"]
