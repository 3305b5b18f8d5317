"""Random functions that are heavy on views and writes in place, each with a rewriting that has neither.

A variable of the rewriting is a list of places in its owner's flat memory. Whether an expression gives a view, and of
which entries, is asked of NumPy itself: the expression is applied to the numbers of the places.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Places = np.ndarray[Any, Any]


class Variable(NamedTuple):
    """A variable while a program is generated: its owner, its places there, and the array itself."""

    owner: int
    places: Places
    array: Any


class Program(NamedTuple):
    """A function ``f(a, b, c)`` as text, its arguments, and the rewriting: it takes a namespace and flat arguments."""

    text: str
    arguments: tuple[Any, ...]
    rewritten: Callable[[Any, list[Any]], Any]
    analytic: bool


Action = Callable[[Any, list[Any]], None]

LOOKS = {
    1: ["{x}[1:]", "{x}[::-1]", "{x}[::2]", "{x}[:, None]", "{x}.reshape(-1, 1)", "{x}[None]", "{x}[:]", "{x}[-2:]",
        "np.flip({x})", "np.expand_dims({x}, 0)", "np.atleast_2d({x})"],
    2: ["{x}.T", "{x}[0]", "{x}[:, 1]", "{x}[1:]", "{x}[::-1]", "{x}[:, ::-1]", "{x}.reshape(-1)", "{x}.ravel()",
        "{x}[::-1].ravel()", "{x}.T.reshape(-1)", "{x}[1:, :2]", "np.swapaxes({x}, 0, 1)", "{x}[..., -1]",
        "{x}.diagonal()",
        "np.diag({x})", "{x}[:, 1:][::-1]", "{x}.T[::-1]", "np.transpose({x})", "{x}.squeeze()", "{x}[-1, :]",
        "np.split({x}, [1])[0]", "np.moveaxis({x}, 0, 1)", "{x}.flatten()", "{x}[[0, 1]]", "{x}[:, [1, 0]]"],
}  # fmt: skip
KEYS = {
    1: ["0", "-1", "1:", "::2", "[0, 0]", "[1, 0]", "::-1", ":", "..."],
    2: ["0", ":, 0", "1:, :1", "0, 1", "[0, 0], [1, 1]", "::-1, 1", "[1, 0]", "..., -1", "[0, 1], :", ":, [0, 0]"],
}
FUNCTIONS = [
    ("np.tanh({0})", lambda xp, a: xp.tanh(a), 1, True),
    ("np.sin({0}) * 0.5", lambda xp, a: xp.sin(a) * 0.5, 1, True),
    ("{0} ** 2 * 0.3", lambda xp, a: a**2 * 0.3, 1, True),
    ("np.exp({0} * 0.1)", lambda xp, a: xp.exp(a * 0.1), 1, True),
    ("{0} * {1}", lambda xp, a, b: a * b * 1.0, 2, True),
    ("{0} - 0.5 * {1}", lambda xp, a, b: a - 0.5 * b, 2, True),
    ("{0} / (1.5 + {1} ** 2)", lambda xp, a, b: a / (1.5 + b**2), 2, True),
    ("np.maximum({0}, {1} * 0.7)", lambda xp, a, b: xp.maximum(a, b * 0.7), 2, False),
    ("-{0}", lambda xp, a: -a, 1, True),
    ("np.where({0} > 0.1, {0}, {1} * 0.2)", lambda xp, a, b: xp.where(a > 0.1, a, b * 0.2), 2, False),
    ("abs({0}) + 1.0", lambda xp, a: abs(a) + 1.0, 1, False),
]


class Generator:
    """Writes one program, statement by statement, running it as it goes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        rng = np.random.default_rng(seed)
        self.arguments = (rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 3)))
        self.lines: list[str] = []
        self.actions: list[Action] = []
        self.owners = 0
        self.analytic = True
        self.variables: dict[str, Variable] = {}
        for name, argument in zip("abc", self.arguments, strict=True):
            self.variables[name] = self.owned(argument.copy())

    def owned(self, array: Any) -> Variable:
        self.owners += 1
        return Variable(self.owners - 1, np.arange(array.size).reshape(array.shape), array)

    def program(self, statements: int) -> Program:
        kinds = [self.look, self.look, self.compute, self.assign, self.assign, self.augment, self.whole, self.added]
        while len(self.lines) < statements:
            self.random.choice(kinds)()
        return self.finished()

    def finished(self) -> Program:
        parts = []
        reads = []
        for i, (name, variable) in enumerate(self.variables.items()):
            if variable.array.size:
                parts.append(f"({name} * {0.3 + 0.1 * i:.1f}).sum()")
                reads.append((variable.owner, variable.places, float(f"{0.3 + 0.1 * i:.1f}")))
        body = "".join(f"    {line}\n" for line in self.lines)
        text = f"def f(a, b, c):\n{body}    return {' + '.join(parts)}\n"
        actions = list(self.actions)

        def rewritten(xp: Any, flat: list[Any]) -> Any:
            memory = list(flat)
            for action in actions:
                action(xp, memory)
            return sum((memory[owner][places] * weight).sum() for owner, places, weight in reads)

        return Program(text, self.arguments, rewritten, self.analytic)

    # statements -------------------------------------------------------------------------------------------

    def look(self) -> None:
        name, source = self.pick(ranks=(1, 2))
        expression = self.random.choice(LOOKS[source.array.ndim]).format(x=name)
        made = self.evaluated(expression, name, source.array)
        if made is None or not made.size or made.ndim > 2:
            return
        new = self.fresh()
        places = self.evaluated(expression, name, source.places)
        assert places is not None
        self.lines.append(f"{new} = {expression}")
        if np.shares_memory(made, source.array):
            self.variables[new] = Variable(source.owner, places, made)
            return
        self.variables[new] = self.owned(made)
        self.actions.append(lambda xp, m: m.append(again(m[0], m[source.owner][places].reshape(-1))))

    def compute(self) -> None:
        expression, value, shape = self.expression()
        new = self.fresh()
        made = eval(expression, {"np": np, **self.arrays()})
        self.lines.append(f"{new} = {expression}")
        self.variables[new] = self.owned(made)
        size = made.size
        self.actions.append(lambda xp, m: m.append(again(m[0], xp.broadcast_to(value(xp, m), shape).reshape(size))))

    def assign(self) -> None:
        name, target = self.pick(ranks=(1, 2), writable=True)
        key = self.random.choice(KEYS[target.array.ndim])
        try:
            places = eval(f"p[{key}]", {"p": target.places, "np": np})
        except IndexError:
            return
        if not np.size(places):
            return
        expression, value, _ = self.expression(np.shape(places))
        self.lines.append(f"{name}[{key}] = {expression}")
        self.store(target, np.asarray(places), value)
        exec(self.lines[-1], {"np": np, **self.arrays()})

    def augment(self) -> None:
        name, target = self.pick(ranks=(1, 2), writable=True)
        key = self.random.choice(KEYS[target.array.ndim])
        try:
            places = np.asarray(eval(f"p[{key}]", {"p": target.places, "np": np}))
        except IndexError:
            return
        if not places.size:
            return
        expression, value, _ = self.expression(places.shape)
        sign, act = self.random.choice([("+=", operator.add), ("-=", operator.sub), ("*=", operator.mul)])
        self.lines.append(f"{name}[{key}] {sign} {expression}")
        owner = target.owner
        self.store(target, places, lambda xp, m: act(m[owner][places], value(xp, m)))
        exec(self.lines[-1], {"np": np, **self.arrays()})

    def whole(self) -> None:
        name, target = self.pick(ranks=(1, 2), writable=True)
        expression, value, _ = self.expression(target.array.shape)
        owner, places = target.owner, target.places
        forms: list[tuple[str, Callable[[Any, Any, Any], Any]]] = [
            ("{x} += {e}", lambda xp, x, y: x + y),
            ("{x} *= {e}", lambda xp, x, y: x * y),
            ("np.multiply({x}, {e}, out={x})", lambda xp, x, y: x * y),
            ("np.subtract({e}, {x}, {x})", lambda xp, x, y: y - x),
            ("{x}[...] = {e}", lambda xp, x, y: y),
            ("np.tanh({x}, out={x})", lambda xp, x, y: xp.tanh(x)),
            ("np.copyto({x}, {e})", lambda xp, x, y: y),
        ]
        form, act = self.random.choice(forms)
        self.lines.append(form.format(x=name, e=expression))
        self.store(target, places, lambda xp, m: act(xp, m[owner][places], value(xp, m)))
        exec(self.lines[-1], {"np": np, **self.arrays()})

    def added(self) -> None:
        name, target = self.pick(ranks=(1,), writable=True)
        if target.array.ndim != 1 or target.array.size < 2:
            return
        places = target.places[[0, 1, 0]]
        expression, value, _ = self.expression((3,))
        self.lines.append(f"np.add.at({name}, [0, 1, 0], {expression})")
        owner = target.owner

        def act(xp: Any, m: list[Any]) -> None:
            v = xp.broadcast_to(value(xp, m), (3,))
            for i in range(3):
                m[owner] = put(xp, m[owner], places[i : i + 1], m[owner][places[i : i + 1]] + v[i : i + 1])

        self.actions.append(act)
        exec(self.lines[-1], {"np": np, **self.arrays()})

    # parts ------------------------------------------------------------------------------------------------

    def store(self, target: Variable, places: Places, value: Callable[[Any, list[Any]], Any]) -> None:
        owner, shape = target.owner, places.shape
        flat = places.reshape(-1)
        last = {int(place): i for i, place in enumerate(flat)}  # a place named twice keeps the last
        keep = np.array(sorted(last.values()))

        def act(xp: Any, m: list[Any]) -> None:
            whole = xp.broadcast_to(value(xp, m), shape).reshape(flat.size)
            m[owner] = put(xp, m[owner], flat[keep], whole[keep])

        self.actions.append(act)

    def expression(self, shape: tuple[int, ...] | None = None) -> tuple[str, Callable[[Any, list[Any]], Any], Any]:
        """An expression over variables of one shape, or numbers; its value in the rewriting; its shape."""
        fitting = [
            (name, v) for name, v in self.variables.items() if shape is None or v.array.shape == shape
        ]  # fmt: skip
        if not fitting:
            number = round(self.random.uniform(0.2, 1.5), 2)
            return str(number), lambda xp, m: number, shape
        name, first = self.random.choice(fitting)
        same = [(n, v) for n, v in self.variables.items() if v.array.shape == first.array.shape]
        other, second = self.random.choice(same)
        text, function, arity, analytic = self.random.choice(FUNCTIONS)
        self.analytic = self.analytic and analytic

        def value(xp: Any, m: list[Any]) -> Any:
            operands = [m[first.owner][first.places], m[second.owner][second.places]][:arity]
            return function(xp, *operands)  # type: ignore[operator]

        return text.format(name, other), value, first.array.shape

    def pick(self, ranks: tuple[int, ...], writable: bool = False) -> tuple[str, Variable]:
        names = [
            (name, v)
            for name, v in self.variables.items()
            if v.array.ndim in ranks
            and (not writable or (v.array.flags.writeable and len(set(v.places.flat)) == v.places.size))
        ]
        return self.random.choice(names)

    def fresh(self) -> str:
        return f"v{len(self.variables)}"

    def arrays(self) -> dict[str, Any]:
        return {name: v.array for name, v in self.variables.items()}

    @staticmethod
    def evaluated(expression: str, name: str, value: Any) -> Any:
        try:
            return eval(expression, {"np": np, name: value})
        except (IndexError, ValueError):
            return None


def put(xp: Any, flat: Any, places: Places, values: Any) -> Any:
    """``flat`` with ``values`` at ``places``, which are all different."""
    if xp is np:
        out = np.array(flat, dtype=np.result_type(flat, values))
        out[places] = values
        return out
    return flat.at[places].set(values)


def again(like: Any, flat: Any) -> Any:
    """``flat`` as memory that the rewriting writes to: what `like` is, where that is a wrapper."""
    return type(like)(flat, like.torch) if hasattr(like, "torch") else flat


def generate(seed: int, statements: int = 9) -> Program:
    return Generator(seed).program(statements)
