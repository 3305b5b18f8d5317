"""A Python function traced from its own text: the text of the function and of those it calls, walked on real arguments.

Names that the functions take from outside are looked up in their closures and globals. What has no reading is refused
by name; nothing is executed.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import textwrap
from collections.abc import Callable
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.limits import Limits
from unmagic.core.program import Program
from unmagic.engine.fast import Captured, Given, Place, Traced
from unmagic.sources.made_from import facts
from unmagic.sources.written import EXECUTED

from .read import read_text

WIDE = Limits(program_characters=1_000_000, steps=10_000_000, entries=1 << 40, seconds=3_600.0)
"""The program is the user's own, and so is the machine."""

RESULT = "_result·"
"""Names of ours have a dot in them that nobody types."""
NUMBERS = (bool, int, float, str, type(None))
_UNSEEN = {"id": "it is another one at each call", "input": "it asks", "open": "it reads a file",
           "print": "what it prints would be printed once"}  # fmt: skip


def trace(fn: Callable[..., Any], given: Given, wanted: tuple[int, ...] = ()) -> Traced:
    """What ``fn`` computes on the arguments ``given``, as a graph. The arguments are left alone."""
    args = given.values
    if given.rest and args[-1]:
        raise Unsupported(f"{fn.__name__} takes any keywords", hint="name the ones that it takes")
    text = Text()
    name = text.function(fn, whole=True)
    bindings: dict[str, Any] = {}
    places: dict[str, Place] = {}
    shape: list[str] = []  # statements that rebuild what lies in arguments and captured containers
    for k, value in enumerate(args):
        rebuilt = _rebuilt(value, Place(k), f"argument {k}", bindings, places)
        shape.append(f"_a·{k} = {rebuilt}")
    for k, one in enumerate(text.captured):
        rebuilt = _rebuilt(one.value, Place(len(args) + k), one.name, bindings, places)
        shape.append(f"{one.name} = {rebuilt}")
    passed = [f"_a·{k}" for k in range(given.many)]
    passed += [f"{keyword}=_a·{given.many + k}" for k, keyword in enumerate(given.names)]
    call = f"{RESULT} = {name}({', '.join(passed)})"
    roots = [f"_a·{k}" for k in range(len(args))] + [one.name for one in text.captured]
    checks, expected = _rereads(roots, [*args, *(one.value for one in text.captured)], places)
    program = read_text("\n".join([*text.imports, *shape, *text.parts, call, *checks]), bindings, limits=WIDE,
                        label=name)  # fmt: skip
    if program.failure is not None:
        raise program.failure
    _unchanged(program, expected, name)
    return _traced(program, places, [*text.captured, *text.objects], name)


def _traced(program: Program, places: dict[str, Place], captured: list[Captured], name: str) -> Traced:
    graph = program.graph
    if RESULT not in graph.names:
        raise Unsupported(f"{name} returns no number", hint="it must return one float: the loss")
    inputs = {step.id: places[step.name] for step in graph.steps if step.op.name == "input" and step.name in places}
    writes = {}
    for id, place in inputs.items():
        last = graph.names.get(str(graph[id].name), id)
        if last != id:
            writes[place] = last
    return Traced(graph, program.values, graph.names[RESULT], inputs, captured, writes, program.read_out,
                  program.written > 0, fixed=program.fixed)  # fmt: skip


def _rebuilt(value: Any, place: Place, said: str, bindings: dict[str, Any], places: dict[str, Place]) -> str:
    """An expression for ``value``, whose arrays and numbers are bound under names of their own."""
    kind = value.__class__

    def part(key: Any, inner: Any) -> str:
        return _rebuilt(inner, Place(place.root, (*place.path, key)), f"{said}[{key!r}]", bindings, places)

    if kind in (list, tuple):
        parts = [part(k, inner) for k, inner in enumerate(value)]
        return f"[{', '.join(parts)}]" if kind is list else f"({''.join(one + ', ' for one in parts)})"
    if kind is dict:
        for key in value:
            if key.__class__ not in (str, int, bool):
                raise Unsupported(f"{said} has the key {key!r}", hint="keys of a dict are strings or whole numbers")
        return f"{{{', '.join(f'{key!r}: {part(key, inner)}' for key, inner in value.items())}}}"
    numeric = kind is np.ndarray or isinstance(value, np.generic)
    if numeric and value.dtype.kind not in "biuf":
        raise Unsupported(f"{said} holds {value.dtype}, which is not read", hint="real numbers and truth values are")
    if not numeric and not isinstance(value, NUMBERS):
        raise Unsupported(
            f"{said} is of type {_kind(value)}, which is not read",
            hint="arrays, numbers, strings, and lists, tuples and dicts of them are",
        )
    name = f"_v·{len(bindings)}"
    bindings[name] = value
    places[name] = place
    return name


def _kind(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _rereads(roots: list[str], values: list[Any], places: dict[str, Place]) -> tuple[list[str], dict[str, Any]]:
    """Statements that read lists, tuples and dicts once more, and what they must find: nothing was put there."""
    lines: list[str] = []
    expected: dict[str, Any] = {}
    names = {place: name for name, place in places.items()}

    def look(text: str, value: Any, place: Place) -> None:
        if value.__class__ in (list, tuple, dict):
            lines.append(f"_n·{len(lines)} = len({text}) + 0")
            expected[f"_n·{len(lines) - 1}"] = len(value)
            items = value.items() if value.__class__ is dict else enumerate(value)
            for key, part in items:
                look(f"{text}[{key!r}]", part, Place(place.root, (*place.path, key)))
        elif place.path and isinstance(value, (np.ndarray, np.generic)):
            lines.append(f"_n·{len(lines)} = {text}")
            expected[f"_n·{len(lines) - 1}"] = names[place]

    for k, (root, value) in enumerate(zip(roots, values, strict=True)):
        look(root, value, Place(k))
    return lines, expected


def _unchanged(program: Program, expected: dict[str, Any], name: str) -> None:
    names = program.graph.names
    for read, found in expected.items():
        here = names.get(read, -1)
        same = here == names.get(found, -2) if isinstance(found, str) else here >= 0 and program.values[here] == found
        if not same:
            raise Unsupported(
                f"{name} puts something into a list or dict that it was given, which a replay would not do",
                hint="return it, or keep it outside the function that is derived",
            )


class Text:
    """The text of a function and of what it calls, and the values they take from outside."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.imports: list[str] = []
        self.captured: list[Captured] = []  # numbers and arrays, and lists, tuples, dicts of them
        self.objects: list[Captured] = []  # functions and modules: a replay holds while the names stand for these
        self._names: dict[str, Any] = {}  # name -> what it stands for, in the one module that the parts make up

    def function(self, fn: Any, whole: bool = False) -> str:
        """Take in a function; the name it has in the text. With ``whole`` all its arguments are given."""
        if not isinstance(fn, FunctionType):
            what = f"what is derived is of type {_kind(fn)}, not a function with a text"
            raise Unsupported(what, hint="wrap it in a def")
        if hasattr(fn, "__wrapped__"):
            what = f"{fn.__name__} is wrapped: its text is not all that it does"
            raise Unsupported(what, hint="derive what it wraps")
        node, name = _parsed(fn)
        if whole and isinstance(node, ast.FunctionDef):
            node.args.defaults = [ast.Constant(None) for _ in node.args.defaults]
            node.args.kw_defaults = [ast.Constant(None) for _ in node.args.kw_defaults]
        if not self._claim(name, fn):
            return name
        _refuse(node, name)
        for used in sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)}):
            self._outside(fn, used)
        self.parts.append(ast.unparse(node))
        return name

    def _claim(self, name: str, value: Any) -> bool:
        """Whether ``name`` is new; two values of one name can't stand in one text."""
        if name not in self._names:
            self._names[name] = value
            return True
        if self._names[name] is not value:
            raise Unsupported(f"two different things are called {name} in the functions that are read")
        return False

    def _outside(self, fn: FunctionType, name: str) -> None:
        """Take in what ``name`` stands for, if it comes from outside the function."""
        code = fn.__code__
        holder: Any
        if name in code.co_freevars:
            holder = (fn.__closure__ or ())[code.co_freevars.index(name)]
            try:
                value = holder.cell_contents
            except ValueError:
                return
        elif name in code.co_varnames or name in code.co_cellvars or name not in fn.__globals__:
            return
        else:
            holder, value = fn.__globals__, fn.__globals__[name]
        if isinstance(value, FunctionType):
            before = self._names.get(name)
            called = self.function(value)
            if called != name and before is None:
                self._claim(name, value)
                self.parts.append(f"{name} = {called}")
            self.objects.append(Captured(holder, name, value))
        elif (line := _imported(name, value)) is not None:
            if self._claim(name, value):
                self.imports.append(line)
                self.objects.append(Captured(holder, name, value))
        elif isinstance(value, (np.random.Generator, np.random.RandomState)):
            raise _random(name)
        elif _is_read(value) and self._claim(name, value):
            self.captured.append(Captured(holder, name, value))


def _is_read(value: Any) -> bool:
    return value.__class__ in (list, tuple, dict, np.ndarray) or isinstance(value, (np.generic, *NUMBERS))


def _random(name: str) -> Unsupported:
    return Unsupported(
        f"{name} draws at random: a replay would draw the same again", hint="draw outside, and hand in what was drawn"
    )


def _imported(name: str, value: Any) -> str | None:
    """The import that binds ``name``, for modules and for what NumPy and math have under a name of its own."""
    if isinstance(value, ModuleType):
        top = value.__name__.partition(".")[0]
        return f"import {value.__name__} as {name}" if top in ("numpy", "math") else None
    called = getattr(value, "__name__", None)
    if not isinstance(called, str):
        return None
    for module in (np, np.linalg, math):
        if getattr(module, called, None) is value and not hasattr(builtins, called):
            return f"from {module.__name__} import {called} as {name}"
    return None


def _parsed(fn: FunctionType) -> tuple[ast.stmt, str]:
    """The function's text as a definition, and its name."""
    try:
        if fn.__code__.co_filename == EXECUTED:
            raise OSError
        text = textwrap.dedent(inspect.getsource(fn.__code__))
    except (OSError, TypeError):
        raise Unsupported(f"{fn.__name__} has no text: it was not written in a file or a cell") from None
    try:
        tree = ast.parse(text)
    except SyntaxError:
        tree = ast.parse(f"({text.strip().rstrip(',')})") if fn.__name__ == "<lambda>" else ast.Module([], [])
    if fn.__name__ == "<lambda>":
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
        given = fn.__code__.co_varnames[: fn.__code__.co_argcount]
        found = [node for node in found if tuple(arg.arg for arg in node.args.args) == given]
        if len(found) != 1:
            raise Unsupported("this lambda's text can't be told from the others on its line", hint="write a def")
        name = f"_lambda{fn.__code__.co_firstlineno}"
        return ast.Assign([ast.Name(name, ast.Store())], found[0], lineno=1), name
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            _check_text(fn, node)
            node.decorator_list, node.returns = [], None
            for arg in ast.walk(node.args):
                if isinstance(arg, ast.arg):
                    arg.annotation = None
            return node, node.name
    raise Unsupported(f"{fn.__name__} is no plain function", hint="a def that returns one float is read")


def _check_text(fn: FunctionType, node: ast.FunctionDef) -> None:
    """Raise where the file was changed since the function was made from it."""
    made = compile(ast.Module([node], []), "<text>", "exec", dont_inherit=True)
    found = [one for one in made.co_consts if isinstance(one, CodeType) and one.co_name == fn.__name__]
    there = [facts(one) for one in found]
    if facts(fn.__code__) not in there and not _rewritten(fn.__code__):
        raise Unsupported(f"the text of {fn.__name__} is not what it was made from", hint="load it again")


def _rewritten(code: CodeType) -> bool:
    """Whether it runs under ``unmagic run``: it has hooks in its code, which this process made of the file."""
    from unmagic.sources.live.twin import instrumented

    return instrumented(code)


def _refuse(node: ast.stmt, name: str) -> None:
    """Refuse what would be done once and not at each call."""
    for part in ast.walk(node):
        if isinstance(part, (ast.Global, ast.Nonlocal)):
            raise Unsupported(f"{name} writes to {', '.join(part.names)} outside it, which a replay would not do")
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in _UNSEEN:
            raise Unsupported(f"{name} calls {part.func.id}: {_UNSEEN[part.func.id]}")
        if isinstance(part, ast.Attribute) and part.attr == "random":
            raise _random(name)
        if isinstance(part, (ast.Yield, ast.YieldFrom, ast.Await)):
            raise Unsupported(f"{name} is no plain function")


__all__ = ["trace"]
