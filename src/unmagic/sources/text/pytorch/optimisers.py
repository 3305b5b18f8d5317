"""torch.optim: SGD, Adam and AdamW, their updates written out in steps."""

from __future__ import annotations

from typing import Any

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.core.span import Span

from .. import arrays
from ..iterate import collect
from ..values import Builtin, Raise
from .tensors import Tensor

OPTIMISERS: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 1e-3, "momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0, "nesterov": False, "maximize": False},
    "Adam": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0, "maximize": False},
    "AdamW": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 1e-2, "maximize": False},
    "RMSprop": {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0, "momentum": 0.0, "maximize": False},
}
"""Each optimiser's arguments and PyTorch's defaults."""


class Optimiser:
    """One optimiser: parameters, options, and what it remembers of each parameter."""

    def __init__(self, torch: Any, kind: str, args: list[Any], given: dict[str, Any], span: Span | None) -> None:
        self.kind = kind
        params = args[0] if args else given.pop("params")
        parts = collect(torch.w, params, span)
        if parts and isinstance(parts[0], tuple):
            parts = [tensor for _, tensor in parts]
        if any(not isinstance(part, Tensor) for part in parts):
            raise Unsupported(
                "parameter groups are not read", span=span, hint="give the optimiser a list of parameters"
            )
        if not parts:
            raise Raise(ValueError, "optimizer got an empty parameter list", span)
        self.params: list[Tensor] = parts
        known = OPTIMISERS[kind]
        self.options = dict(known)
        for name, value in {**dict(zip(known, args[1:], strict=False)), **given}.items():
            if name not in known:
                raise Unsupported(f"optim.{kind}: no reading for {name}=", span=span,
                                  hint=f"it takes {', '.join(known)}")  # fmt: skip
            self.options[name] = arrays.static(torch.w, value, span)
        self.state: list[dict[str, Any]] = [{} for _ in parts]

    def attribute(self, torch: Any, name: str, span: Span | None) -> Any:
        if name == "zero_grad":
            return Builtin(name, lambda args, given, span: self.zero_grad(torch, args, given))
        if name == "step":
            return Builtin(name, lambda args, given, span: self.step(torch, span))
        if name == "param_groups":
            raise Unsupported("param_groups is not read", span=span)
        raise Raise(AttributeError, f"'{self.kind}' object has no attribute '{name}'", span)

    def zero_grad(self, torch: Any, args: list[Any], given: dict[str, Any]) -> None:
        keep = given.get("set_to_none", args[0] if args else True) is False
        for tensor in self.params:
            if keep and tensor.grad is not None:
                torch.write(tensor.grad, torch.node(tensor.grad) * 0.0, False, "", None)
            else:
                tensor.grad = None

    def step(self, torch: Any, span: Span | None) -> None:
        """One update of every parameter that has a gradient."""
        update = getattr(self, f"_{self.kind.lower()}")
        before, torch.enabled = torch.enabled, False
        try:
            for tensor, state in zip(self.params, self.state, strict=True):
                if tensor.grad is None:
                    continue
                torch.w.builder.span = span
                value, grad = torch.node(tensor), torch.node(tensor.grad)
                if self.options["maximize"]:
                    grad = -grad
                torch.write(tensor, update(value, grad, state), False, "", span)
        finally:
            torch.enabled = before

    def _decayed(self, value: Node, grad: Node) -> Node:
        decay = self.options["weight_decay"]
        return grad + value * decay if decay else grad

    def _sgd(self, value: Node, grad: Node, state: dict[str, Any]) -> Node:
        grad = self._decayed(value, grad)
        momentum = self.options["momentum"]
        if momentum:
            held = state.get("held")
            state["held"] = grad if held is None else held * momentum + grad * (1 - self.options["dampening"])
            grad = grad + state["held"] * momentum if self.options["nesterov"] else state["held"]
        return value - grad * self.options["lr"]

    def _adam(self, value: Node, grad: Node, state: dict[str, Any]) -> Node:
        return self._adaptive(value, self._decayed(value, grad), state)

    def _adamw(self, value: Node, grad: Node, state: dict[str, Any]) -> Node:
        decay = self.options["weight_decay"]
        return self._adaptive(value * (1 - self.options["lr"] * decay) if decay else value, grad, state)

    def _adaptive(self, value: Node, grad: Node, state: dict[str, Any]) -> Node:
        first, second = self.options["betas"]
        t = state["t"] = state.get("t", 0) + 1
        m, v = state.get("m"), state.get("v")
        m = grad * (1 - first) if m is None else m * first + grad * (1 - first)
        v = grad * grad * (1 - second) if v is None else v * second + grad * grad * (1 - second)
        state["m"], state["v"] = m, v
        spread = v.apply("sqrt") / (1 - second**t) ** 0.5 + self.options["eps"]
        return value - m / spread * (self.options["lr"] / (1 - first**t))

    def _rmsprop(self, value: Node, grad: Node, state: dict[str, Any]) -> Node:
        grad = self._decayed(value, grad)
        alpha = self.options["alpha"]
        v = state.get("v")
        state["v"] = v = grad * grad * (1 - alpha) if v is None else v * alpha + grad * grad * (1 - alpha)
        step = grad / (v.apply("sqrt") + self.options["eps"])
        if self.options["momentum"]:
            held = state.get("held")
            state["held"] = step = step if held is None else held * self.options["momentum"] + step
        return value - step * self.options["lr"]
