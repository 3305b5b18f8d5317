"""What a snapshot holds, as values of the safe walker: numbers as leaves, the program's functions by their text."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.limits import Limits
from unmagic.record.alias import index_view, reshape_view
from unmagic.record.recorder import Num
from unmagic.sources.text import arrays, attributes, builtins, calls, libraries, randoms
from unmagic.sources.text.calls import PARENT
from unmagic.sources.text.scopes import Scope
from unmagic.sources.text.values import Builtin, Function, Instance, Method, NDArray, Outside, Scalar, UserClass
from unmagic.sources.text.walk import Walk

from .environments import Members, Names, Space, definition
from .sites import Source
from .skipping import Skipping
from .snapshot import Code, Fields, Items, Kept, Other, Random, State, sample
from .trip import numpy_home


class Scene:
    """One snapshot walked: an environment a file, all telling one recorder."""

    def __init__(self, state: State, sources: Mapping[str, Source], main: str, limits: Limits) -> None:
        self.state = state
        self.sources = sources
        self.walk = Walk(sources[main].text, limits)
        self.skipped: dict[int, str] = {}  # by place: statements that were passed over, and why
        self.trees: dict[str, ast.Module] = {}
        self._compilers: dict[str, Skipping] = {}
        self._made: dict[int, Any] = {}
        self._kinds: dict[type, UserClass] = {}
        self._functions: dict[CodeType, Any] = {}
        self._shared: tuple[Any, Scope, CodeType] | None = None
        if state.legacy is not None:
            self.walk.random = self._random(state.legacy)

    def tree(self, path: str) -> ast.Module:
        if path not in self.trees:
            self.trees[path] = ast.parse(self.sources[path].text.text)
        return self.trees[path]

    def compiler(self, path: str) -> Skipping:
        """The one for a file: its names are the file's own."""
        if path not in self._compilers:
            walk = copy.copy(self.walk)
            walk.source = self.sources[path].text
            walk._starts = None
            made = Skipping(walk, builtins.names(walk), Names(lambda name: self._global(path, name)))
            made.skipped = self.skipped
            self._compilers[path] = made
        return self._compilers[path]

    def _global(self, path: str, name: str) -> Any:
        held = self.state.globals.get(path, {})
        if name not in held:
            raise KeyError(name)
        return self.value(held[name], name)

    # values -----------------------------------------------------------------------------------------------

    def value(self, held: Any, name: str) -> Any:
        """A value of the snapshot's, as the walker has it; ``name`` is what it is called."""
        kind = type(held)
        if kind is float:
            return Num(held, self._leaf(np.asarray(held), name).id)
        if issubclass(kind, np.generic):
            node = self._leaf(np.asarray(held), name)
            return Scalar(self.walk.recorder.values[node.id], node.id)
        if kind not in (Kept, Items, Fields, Random, Code, Other):
            return held if kind not in (bytes, complex) else Outside(kind.__name__)
        if id(held) in self._made:
            return self._made[id(held)]
        return self._keep(held, self._known(held, kind, name))

    def _keep(self, held: Any, made: Any) -> Any:
        self._made[id(held)] = made
        return made

    def _known(self, held: Any, kind: Any, name: str) -> Any:
        if kind is Kept and held.base is not None:
            return self._view(held, name)
        if kind is Kept:
            return arrays.own(self.walk, self._leaf(self._content(held, name), name))
        if kind is Items:
            return self._items(held, name)
        if kind is Fields:
            real = held.kind()
            made = Instance(self.user_class(real))
            self._keep(held, made)
            for key, part in held.fields.items():
                made.fields[key] = self.value(part, f"{name}.{key}")
            return made
        if kind is Random:
            return self._random(held)
        if kind is Code:
            return self._code(held, name)
        return Outside(held.name)

    def _view(self, held: Kept, name: str) -> Any:
        """An array in another one's memory."""
        root, first = held.base or (held, 0)
        owner = self.value(root, f"{name}.base")
        size = int(np.prod(held.shape))
        flat = arrays.look(self.walk, reshape_view((owner.memory.layout.size,)), owner, None)
        part = arrays.look(self.walk, index_view((slice(first, first + size),)), flat, None)
        return arrays.look(self.walk, reshape_view(held.shape), part, None)

    def _leaf(self, value: Any, name: str) -> Any:
        builder = self.walk.builder
        before, builder.span = builder.span, None
        node = builder.leaf(value)
        builder.span = before
        node.step.name = name
        return node

    def _content(self, held: Kept, name: str) -> Any:
        if held.value is not None:
            return held.value
        array = held.weak() if held.weak is not None else None
        if array is None or (held.sample is not None and sample(array) != held.sample):
            raise Unsupported(f"{name} is too large to be copied, and has changed since")
        return array

    def _items(self, held: Items, name: str) -> Any:
        if held.kind in (set, frozenset):
            return held.kind(held.items)
        made: Any
        if held.kind is dict:
            made = self._keep(held, {})
            for key, part in held.items.items():
                made[key] = self.value(part, f"{name}[{key!r}]")
            return made
        made = self._keep(held, [])
        made += [self.value(part, f"{name}[{k}]") for k, part in enumerate(held.items)]
        return made if held.kind is list else tuple(made)

    def _random(self, held: Random) -> Any:
        real: Any
        if held.legacy:
            real = np.random.RandomState()
            real.set_state(held.state)
        else:
            bits = held.bits()
            bits.state = held.state
            real = np.random.Generator(bits)
        return randoms.Generator(real, held.legacy)

    def item(self, value: Any, name: str) -> Any:
        """What a loop's iterator gave."""
        kind = type(value)
        if kind in (int, bool, str, type(None)):
            return value
        if kind is float or issubclass(kind, np.generic):
            return self.value(value, name)
        if kind is np.ndarray and value.dtype.kind in "biuf":
            return arrays.own(self.walk, self._leaf(np.array(value, order="K"), name))
        if kind in (tuple, list):
            parts = [self.item(part, name) for part in value]
            return parts if kind is list else tuple(parts)
        return Outside(name)

    def alive(self, env: Any) -> set[int]:
        """The steps that the walk may still read."""
        found: set[int] = set()
        seen: set[int] = set()
        todo: list[Any] = [env, *(one.module for one in self._compilers.values()), *self._made.values()]
        while todo:
            one = todo.pop()
            if isinstance(one, Num):
                found.add(one.id)
            elif isinstance(one, NDArray):
                memory: Any = one.memory
                while memory is not None:
                    found |= {memory.cell.id, memory.step}
                    memory = memory.parent
            elif isinstance(one, (dict, list, tuple, Instance, Function)) and id(one) not in seen:
                seen.add(id(one))
                if isinstance(one, Function):
                    todo += [one.env, *one.defaults, *one.keyword_defaults.values()]
                else:
                    held = one.fields if isinstance(one, Instance) else one
                    todo += held.values() if isinstance(held, dict) else held
        return found

    # code -------------------------------------------------------------------------------------------------

    def _code(self, held: Code, name: str) -> Any:
        of = held.of() if type(held.of).__name__ == "ReferenceType" else held.of
        if of is None:
            return Outside(name)
        if held.bound is not None and type(of) is FunctionType:
            return Method(self.function(of), self.value(held.bound, name))
        if held.cells and type(of) is FunctionType and of.__code__.co_filename in self.sources:
            return self.function(of, cells=held.cells)
        return self.code(of)

    def code(self, of: Any) -> Any:
        """A function, class or module."""
        if type(of) is FunctionType and of.__code__.co_filename in self.sources:
            return self.function(of)
        if type(of) is ModuleType:
            return self._module(of)
        home = numpy_home(of)
        if home is not None:
            try:
                return attributes.member(self.walk, libraries.module(self.walk, home, None), of.__name__, None)
            except UnmagicError:
                return Outside(of.__name__)
        if isinstance(of, type) and self.state.plan.kind(of):
            return self.user_class(of)
        return Outside(getattr(of, "__name__", type(of).__name__))

    def _module(self, module: ModuleType) -> Any:
        name = module.__name__
        path = str(module.__dict__.get("__file__"))
        if path in self.sources:
            return UserClass(name, [], Members(self.compiler(path).module, self.state.globals.get(path, {})), False)
        if name.partition(".")[0] in ("numpy", "math"):
            try:
                return libraries.module(self.walk, name, None)
            except UnmagicError:
                return Outside(name)
        return Outside(name)

    def user_class(self, kind: type) -> UserClass:
        if kind not in self._kinds:
            if not self.state.plan.kind(kind):
                raise Unsupported(f"{kind.__name__} is built on a class of a library's")
            made = self._kinds[kind] = UserClass(kind.__name__, [], {}, False)
            bases = [base for base in kind.__bases__ if base.__module__ not in ("builtins", "abc")]
            made.bases = [self.user_class(base) for base in bases]
            made.space = Space(kind, lambda part: self._member(part, made))
        return self._kinds[kind]

    def _member(self, part: Any, owner: UserClass) -> Any:
        """What stands in a class."""
        under: Any = part.__func__ if isinstance(part, (staticmethod, classmethod)) else part
        if type(part) is FunctionType:
            return self.function(part, owner)
        if type(part) is staticmethod:
            function = self.function(under)
            name = function.code.name
            return Builtin(name, lambda args, given, span: calls.call(self.walk, function, args, given, span))
        if type(part) is classmethod:
            return Method(self.function(under, owner), owner)
        if type(part) is property and type(part.fget) is FunctionType:
            getter = self.function(part.fget, owner)
            walk = self.walk
            return attributes.Property(lambda self_, span: calls.call_method(walk, getter, self_, [], span), getter)
        if type(part) in (int, float, str, bool, type(None)):
            return self.value(part, owner.name)
        return Outside(f"a {type(part).__name__} of {owner.name}")

    def function(
        self, function: FunctionType, owner: UserClass | None = None, cells: Mapping[str, Any] | None = None
    ) -> Any:
        """A function by its text. Raises `Unsupported` where there is none."""
        code = function.__code__
        known = self._functions.get(code)
        if known is not None and not cells:
            return known
        path = code.co_filename
        node = definition(self.tree(path), code)
        if node is None:
            raise Unsupported(f"the text of {code.co_name} was not found")
        for part in ast.walk(node):
            if isinstance(part, (ast.Yield, ast.YieldFrom, ast.Await)):
                raise Unsupported(f"{code.co_name} is a generator")
        compiler = self.compiler(path)
        around = Scope(None)
        outer: dict[Any, Any] = compiler.module
        shared = self._shared
        if shared is not None and code.co_qualname.startswith(f"{shared[2].co_qualname}.<locals>."):
            outer, around = shared[0], shared[1]  # it stands in the loop's own function, and sees its names
        elif code.co_freevars:
            around, outer = Scope(around), self._closure(cells or {}, outer)
            around.names.update(code.co_freevars)
        if owner is not None:
            around, outer = Scope(around, is_class=True), {PARENT: outer}
        made = Function(None, outer, [], {})
        if not cells:
            self._functions[code] = made
        made.owner = owner
        args = copy.copy(node.args)
        args.defaults, args.kw_defaults = [], [None] * len(node.args.kwonlyargs)
        before, compiler.scope = compiler.scope, around
        try:
            made.code = compiler.defined(code.co_name, args, node)
        finally:
            compiler.scope = before
        made.defaults = [self._default(value, code.co_name) for value in function.__defaults__ or ()]
        made.keyword_defaults = {
            key: self._default(value, code.co_name) for key, value in (function.__kwdefaults__ or {}).items()
        }
        return made

    def share(self, env: Any, scope: Scope, code: CodeType) -> None:
        """The names of the function that the loop stands in."""
        self._shared = env, scope, code

    def _closure(self, cells: Mapping[str, Any], outer: Any) -> dict[Any, Any]:
        """What a function has from around it."""

        def find(name: str) -> Any:
            if name not in cells:
                raise KeyError(name)
            return self.value(cells[name], name)

        env = Names(find)
        env[PARENT] = outer
        return env

    def _default(self, value: Any, name: str) -> Any:
        """A value that stands in the program's code, not in the snapshot: a number, or code."""
        if value is None or type(value) in (int, float, bool, str) or issubclass(type(value), np.generic):
            return self.value(value, name)
        if type(value) in (tuple, list) and all(type(part) in (int, float, bool, str) for part in value):
            return type(value)(value)
        if type(value) in (FunctionType, ModuleType, type, np.ufunc) or numpy_home(value) is not None:
            return self.code(value)
        return Outside(name)


__all__ = ["Scene"]
