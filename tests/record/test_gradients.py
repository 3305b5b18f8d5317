"""Gradients through views and writes in place, against rewritings that have neither, by other people's derivatives.

Where a program is analytic, its derivative is taken along an imaginary step (exact to rounding) through the rewriting;
else PyTorch derives the rewriting, or JAX in the soak.
"""

from __future__ import annotations

import linecache
import warnings
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.conftest import needs
from tests.record.generated import Program, generate

PROGRAMS = 200
BLOCK = 20
SMALL = 1e-12


def function_of(program: Program, name: str) -> Any:
    """The generated text as a function whose source can be found, as a cell's can."""
    linecache.cache[name] = (len(program.text), None, program.text.splitlines(True), name)
    space: dict[str, Any] = {"np": np}
    exec(compile(program.text, name, "exec"), space)
    return space["f"]


def imaginary(program: Program) -> list[Any]:
    """∂f/∂x by a step of 1e-30·i, entry by entry."""
    flat = [argument.reshape(-1) for argument in program.arguments]
    gradients = []
    for k, argument in enumerate(flat):
        gradient = np.zeros(argument.size)
        for i in range(argument.size):
            moved = [one.astype(complex) for one in flat]
            moved[k][i] += 1e-30j
            gradient[i] = program.rewritten(np, moved).imag / 1e-30
        gradients.append(gradient)
    return gradients


class Torch:
    """The few functions that rewritings use, in PyTorch."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        for name in ("tanh", "sin", "exp", "maximum", "where"):
            setattr(self, name, getattr(torch, name))

    def broadcast_to(self, value: Any, shape: Any) -> Any:
        return self.torch.broadcast_to(self.torch.as_tensor(value, dtype=self.torch.float64), shape)


def by_torch(program: Program) -> list[Any]:
    torch = needs("torch")

    flat = [torch.tensor(argument.reshape(-1), requires_grad=True) for argument in program.arguments]
    given = [_Indexed(one, torch) for one in flat]
    program.rewritten(Torch(torch), given).backward()
    return [np.zeros(one.shape) if one.grad is None else one.grad.numpy() for one in flat]


class _Indexed:
    """A flat tensor with JAX's functional writes."""

    def __init__(self, tensor: Any, torch: Any) -> None:
        self.tensor, self.torch = tensor, torch

    def __getitem__(self, places: Any) -> Any:
        return self.tensor[self.torch.as_tensor(np.array(places))]

    @property
    def at(self) -> _At:
        return _At(self)


class _At:
    def __init__(self, of: _Indexed) -> None:
        self.of = of

    def __getitem__(self, places: Any) -> _At:
        self.places = self.of.torch.as_tensor(np.array(places))
        return self

    def set(self, values: Any) -> _Indexed:
        written = self.of.tensor.index_put((self.places,), self.of.torch.as_tensor(values, dtype=self.of.tensor.dtype))
        return _Indexed(written, self.of.torch)


def by_jax(program: Program) -> list[Any]:
    jax = needs("jax")
    jax.config.update("jax_enable_x64", True)
    flat = [jax.numpy.asarray(argument.reshape(-1)) for argument in program.arguments]
    return [np.asarray(one) for one in jax.grad(lambda f: program.rewritten(jax.numpy, f))(flat)]


def check(seed: int, reference: Any) -> float:
    program = generate(seed)
    function = function_of(program, f"<generated {seed}>")
    plain = function(*[argument.copy() for argument in program.arguments])
    reading = um.read(function, *[argument.copy() for argument in program.arguments])
    assert np.asarray(reading.value).tobytes() == np.asarray(plain).tobytes(), program.text
    assert not reading.program.decisions, program.text
    gradient = reading.gradient("a", "b", "c")
    worst = 0.0
    for name, right in zip("abc", reference(program), strict=True):
        ours = np.asarray(gradient[name]).reshape(-1)
        gap = float(np.max(np.abs(ours - right))) / max(1.0, float(np.max(np.abs(right))))
        assert gap <= SMALL, f"∂/∂{name} is off by {gap:.1e}\n{program.text}"
        worst = max(worst, gap)
    return worst


@pytest.mark.parametrize("start", range(0, PROGRAMS, BLOCK))
def test_gradients_through_views_and_writes(start: int) -> None:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for seed in range(start, start + BLOCK):
            check(seed, imaginary if generate(seed).analytic else by_torch)


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, 2000, BLOCK))
def test_gradients_against_jax(start: int) -> None:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for seed in range(start, start + BLOCK):
            check(seed, by_jax)
