"""Random functions that are heavy on views and writes in place, as text that runs on NumPy.

A statement is a form with its holes filled in; it stays where the whole program still runs, calmly: numbers of a
moderate size, and no order or maximum of entries that are equal.
"""

from __future__ import annotations

import linecache
import random
import zlib
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from . import forms

LARGEST = 100.0
MOST = 48
"""Entries of an array."""
MIXED = {
    "views": 4, "values": 2, "shrunk": 2, "chosen": 1, "writes": 4, "whole": 3, "swaps": 1, "held": 1, "objects": 0,
    "loops": 1, "calls": 1,
}  # fmt: skip
HEAVY = {**MIXED, "views": 6, "writes": 6, "whole": 5, "objects": 1, "loops": 0, "calls": 0}
"""How often each kind is drawn: views and writes, for gradients."""


class Program(NamedTuple):
    """A function ``f(a, b, c)`` as text, and its arguments."""

    text: str
    arguments: tuple[Any, ...]

    @property
    def analytic(self) -> bool:
        """Whether it runs on complex arrays and has no more than real arithmetic to say of their real parts."""
        return not any(one in self.text for one in ("abs(", "astype(", ".real"))

    def copies(self) -> list[Any]:
        return [one.copy() for one in self.arguments]

    def function(self, numpy: Any = np) -> Any:
        """The text as a function whose source can be found, as a cell's can."""
        name = f"<generated {zlib.crc32(self.text.encode())}>"
        linecache.cache[name] = (len(self.text), None, self.text.splitlines(True), name)
        space = {"np": numpy, "SimpleNamespace": SimpleNamespace}
        exec(compile(self.text, name, "exec"), space)
        return space["f"]


def arrays(names: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """All arrays of floats that variables hold, and how each is written."""
    waiting = list(names.items())
    while waiting:
        name, value = waiting.pop(0)
        if isinstance(value, np.ndarray):
            if value.dtype == np.float64 and value.size:
                yield name, value
        elif isinstance(value, (list, tuple)):
            waiting += [(f"{name}[{k}]", part) for k, part in enumerate(value)]
        elif isinstance(value, dict):
            waiting += [(f"{name}[{key!r}]".replace("'", '"'), part) for key, part in value.items()]
        elif isinstance(value, SimpleNamespace):
            waiting += [(f"{name}.{key}", part) for key, part in vars(value).items()]


class Generator:
    """Writes one program, statement by statement, running it as it goes."""

    def __init__(self, seed: int, kinds: dict[str, int]) -> None:
        self.random = random.Random(seed)
        rng = np.random.default_rng(seed)
        self.arguments = (rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 3)))
        self.kinds = kinds
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}

    def program(self, statements: int) -> Program:
        found = self.run([])
        assert found is not None
        self.names = found
        count = tries = 0
        while count < statements and tries < 40 * statements:
            tries += 1
            added = self.statement().split("\n")
            found = self.run(self.lines + added)
            if found is not None:
                self.lines += added
                self.names = found
                count += 1
        parts = [f"({name} * {0.3 + 0.1 * i:.1f}).sum()" for i, (name, _) in enumerate(arrays(self.names))]
        return Program(self.text([*self.lines, f"return {' + '.join(parts)}"]), self.arguments)

    def text(self, lines: Sequence[str]) -> str:
        body = "".join(f"    {line}\n" for line in lines)
        used = [part for part in forms.HELPERS.split("\n\n\n") if f"{part[4 : part.index('(')]}(" in body]
        return "\n\n".join(part.strip() + "\n" for part in [*used, f"def f(a, b, c):\n{body}"])

    def run(self, lines: Sequence[str]) -> dict[str, Any] | None:
        """What the names hold after the lines, or None where they are not fit for a program."""
        text = self.text([*lines, "return locals()"])
        space: dict[str, Any] = {"np": np, "SimpleNamespace": SimpleNamespace}
        with np.errstate(all="ignore"):
            try:
                exec(compile(text, "<trial>", "exec"), space)
                names: dict[str, Any] = space["f"](*[one.copy() for one in self.arguments])
            except (IndexError, ValueError, TypeError, AttributeError, KeyError):
                return None
        names = {name: value for name, value in names.items() if name in "abc" or name.startswith("v")}
        held = [array for _, array in arrays(names)]
        calm = all(array.size <= MOST and np.abs(array).max() < LARGEST for array in held)
        return names if calm and len(held) < 20 else None

    # statements -------------------------------------------------------------------------------------------

    def statement(self) -> str:
        kind = self.random.choices(list(self.kinds), list(self.kinds.values()))[0]
        form = self.random.choice(getattr(forms, kind.upper()))
        if kind in ("views", "values", "shrunk", "chosen"):
            form = self.random.choice(["{v} = ", "{v} = ", "{v} = ", "{x} = "]) + form
        x, first = self.array()
        y, second = self.array(first.shape if self.random.random() < 0.7 else None)
        if (kind == "chosen" or ".sort(" in form or ".partition(" in form) and not distinct(first, second):
            return "raise ValueError"
        if "diag" in form and first.ndim > 2:
            return "raise ValueError"  # of stacked matrices: not read
        given = {"x": x, "y": y, "v": f"v{len(self.lines)}", "w": f"v{len(self.lines)}_"}
        if "{k}" in form:
            given["k"] = self.random.choice(forms.KEYS.get(first.ndim, ["0", "..."]))
        if "{e}" in form:
            given["e"] = self.expression(first, given.get("k"))
        return str(form.replace("{n}", str(self.number())).format(**given))

    def expression(self, target: Any, key: str | None) -> str:
        """What may be written to all of ``target``, or to a part of it."""
        try:
            shape = np.shape(target if key is None else eval(f"x[{key}]", {"x": target, "np": np}))
        except IndexError:
            return "0.5"
        fitting = [name for name, value in arrays(self.names) if fits(value.shape, shape)]
        if not fitting or self.random.random() < 0.2:
            return str(self.number())
        x, y = self.random.choice(fitting), self.random.choice(fitting)
        form = self.random.choice(["{x}", *forms.VALUES])
        return form.format(x=x, y=y, n=self.number())

    def array(self, shape: tuple[int, ...] | None = None) -> tuple[str, Any]:
        found = [(name, value) for name, value in arrays(self.names) if value.ndim]
        alike = [(name, value) for name, value in found if value.shape == shape]
        return self.random.choice(alike or found)

    def number(self) -> float:
        return round(self.random.uniform(0.2, 1.5), 2)


def distinct(x: Any, y: Any) -> bool:
    return len(np.unique(x)) == x.size and not np.isin(x, (y * 0.7, y - 0.1)).any()


def fits(given: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(given) <= len(shape) and all(a in (1, b) for a, b in zip(given[::-1], shape[::-1], strict=False))


def generate(seed: int, statements: int = 9, kinds: dict[str, int] = HEAVY) -> Program:
    return Generator(seed, kinds).program(statements)


def filled(form: str) -> Program:
    """A program of one statement, on the arguments a and a as it was doubled."""
    generator = Generator(0, MIXED)
    line = form.replace("{n}", "0.5").format(x="a", y="d", v="v")
    return Program(generator.text(["d = a * 2.0", line, "return (a * a).sum() + d.sum()"]), generator.arguments)
