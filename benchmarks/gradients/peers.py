"""How each library is asked for value and gradient, its inputs in its own arrays already. One that is not installed is
left out."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

import unmagic as um

from . import by_hand, programs

Run = Callable[[], Any]
Args = tuple[Any, ...]


def numpy(name: str, args: Args, wrt: tuple[int, ...]) -> Run:
    """Derived and written by hand."""
    program = getattr(by_hand, name)
    return lambda: program(*args)


def unmagic(name: str, args: Args, wrt: tuple[int, ...]) -> Run:
    """Ours."""
    gradient = um.value_and_grad(getattr(programs, name), wrt)
    return lambda: gradient(*args)


def respelled(name: str, module: Any) -> Any:
    """The same program with another module called np."""
    program: FunctionType = getattr(programs, name)
    return FunctionType(program.__code__, {**program.__globals__, "np": module})


def autograd(name: str, args: Args, wrt: tuple[int, ...]) -> Run:
    from autograd import numpy as anp
    from autograd import value_and_grad

    program = respelled(name, anp)

    def of(wanted: Args) -> Any:
        given = list(args)
        for k, value in zip(wrt, wanted, strict=True):
            given[k] = value
        return program(*given)

    gradient = value_and_grad(of)
    return lambda: gradient(tuple(args[k] for k in wrt))


def jax_(name: str, args: Args, wrt: tuple[int, ...], jit: bool = False) -> Run:
    import jax

    jax.config.update("jax_enable_x64", True)
    given = [jax.tree.map(lambda v: v if isinstance(v, int) else jax.numpy.asarray(v), arg) for arg in args]
    static = tuple(k for k, arg in enumerate(args) if isinstance(arg, int))
    gradient = jax.value_and_grad(respelled(name, jax.numpy), wrt)
    if jit:
        gradient = jax.jit(gradient, static_argnums=static)
    return lambda: jax.block_until_ready(gradient(*given))


def jax_jit(name: str, args: Args, wrt: tuple[int, ...]) -> Run:
    return jax_(name, args, wrt, jit=True)


def mygrad(name: str, args: Args, wrt: tuple[int, ...]) -> Run:
    import mygrad as mg

    program = respelled(name, mg)

    def tensor(value: Any) -> Any:
        return {key: mg.tensor(part) for key, part in value.items()} if isinstance(value, dict) else mg.tensor(value)

    given = [tensor(arg) if k in wrt else arg for k, arg in enumerate(args)]
    wanted = [part for k in wrt for part in (given[k].values() if isinstance(given[k], dict) else (given[k],))]

    def run() -> Any:
        loss = program(*given)
        loss.backward()
        return loss.data, [one.grad for one in wanted]

    return run


def torch(name: str, args: Args, wrt: tuple[int, ...]) -> Run:
    import torch

    def tensor(value: Any, wanted: bool) -> Any:
        if isinstance(value, dict):
            return {key: tensor(part, wanted) for key, part in value.items()}
        if isinstance(value, np.ndarray):
            return torch.from_numpy(value.copy()).requires_grad_(wanted)
        return float(value) if isinstance(value, np.generic) else value

    given = [tensor(arg, k in wrt) for k, arg in enumerate(args)]
    wanted = [part for k in wrt for part in (given[k].values() if isinstance(given[k], dict) else (given[k],))]
    program: Any = _TORCH[name]

    def run() -> Any:
        loss = program(*given)
        return loss, torch.autograd.grad(loss, wanted)

    return run


def _torch_classifier(W: Any, x: Any) -> Any:
    return -(W @ x).log_softmax(0)[1]


def _torch_mlp(P: Any, X: Any, y: Any) -> Any:
    import torch
    from torch.nn.functional import cross_entropy

    return cross_entropy(torch.addmm(P["b2"], torch.relu(torch.addmm(P["b1"], X, P["W1"])), P["W2"]), y)


def _torch_attention(Q: Any, K: Any, V: Any, weights: Any, bias: Any, scale: Any) -> Any:
    return ((Q @ K.transpose(-1, -2) * scale + bias).softmax(-1) @ V * weights).sum()


def _torch_chain(x: Any, a: Any, b: Any, blocks: int) -> Any:
    for _ in range(blocks):
        x = (x * a + b).sin().tanh()
    return x.sum()


_TORCH = {"classifier": _torch_classifier, "mlp": _torch_mlp, "attention": _torch_attention, "chain": _torch_chain}

PEERS: dict[str, Callable[[str, Args, tuple[int, ...]], Run]] = {
    "NumPy": numpy,
    "unmagic": unmagic,
    "PyTorch": torch,
    "JAX jit": jax_jit,
    "JAX": jax_,
    "autograd": autograd,
    "MyGrad": mygrad,
}
