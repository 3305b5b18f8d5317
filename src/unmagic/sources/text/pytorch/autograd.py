"""Gradients as PyTorch keeps them: leaves, backward, accumulation, writes that autograd allows or not."""

from __future__ import annotations

from typing import Any

from unmagic.core.build import Node
from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.span import Span
from unmagic.engine.differentiate import differentiate
from unmagic.record.alias import Memory

from .. import arrays
from ..values import Raise, Spelled
from ..walk import Walk
from .tensors import Tensor

OVERLAP = (
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please "
    "clone() the tensor before performing the operation."
)
"""PyTorch's words for a write into an expanded tensor."""


class Autograd:
    """Which tensors require a gradient, and what they got."""

    def __init__(self, w: Walk) -> None:
        self.w = w
        self.enabled = True
        self.gradients: dict[int, int] = {}
        self.leaves: dict[int, Tensor] = {}  # step -> the leaf whose content it is
        self.cells: dict[int, Tensor] = {}  # id of a leaf's cell -> the leaf
        self.spent: set[int] = set()  # steps whose backward pass was walked and not retained

    def node(self, value: Tensor) -> Node:
        """The current content of a tensor."""
        if value.memory is None:
            raise self.missing(value)
        return value.memory.read(self.w.recorder.node)

    def missing(self, value: Tensor) -> Unsupported:
        return Unsupported(
            f"{value.unset} is drawn at random by PyTorch",
            hint=f"set it under torch.no_grad(), or bind {value.unset}=…",
        )

    def require(self, value: Tensor, span: Span | None) -> None:
        """``value`` becomes a leaf that requires a gradient."""
        if not value.leaf:
            return
        value.requires_grad = True
        if value.memory is None:
            return
        node = self.node(value)
        if node.dtype.kind != "f":
            words = "only Tensors of floating point dtype can require gradients"
            raise Raise(RuntimeError, words, span)
        if self.leaves.get(node.id, value) is not value or value.tainted:  # two leaves of one content stay apart
            node = node.apply("detach")
            value.memory = Memory.own(node)
            value.tainted = False
        self.leaves[node.id] = value
        self.cells[id(value.memory.cell)] = value

    def barrier(self, value: Tensor) -> None:
        """No gradient goes back through what was made under no_grad."""
        if value.requires_grad or not value.tainted or value.memory is None:
            return
        implicit = self.w.builder.implicit
        self.w.builder.implicit = True
        try:
            node = self.node(value).apply("detach")
        finally:
            self.w.builder.implicit = implicit
        value.tainted = False
        if value.memory.parent is None:
            value.memory.cell.id = node.id
        else:
            value.memory.step = node.id

    # writes -----------------------------------------------------------------------------------------------

    def write(self, target: Any, content: Node, flows: bool, grad: str, span: Span | None) -> None:
        """``content`` into the tensor's memory, where autograd allows it."""
        if not isinstance(target, Tensor) or target.memory is None:
            raise Unsupported("only tensors are written in place", span=span)
        memory = target.memory
        if self.enabled and target.requires_grad and target.leaf:
            words = "a leaf Variable that requires grad is being used in an in-place operation."
            raise Raise(RuntimeError, words, span)
        base = target.base
        while base is not None:
            if self.enabled and base.requires_grad and base.leaf:
                words = "a view of a leaf Variable that requires grad is being used in an in-place operation."
                raise Raise(RuntimeError, words, span)
            base = base.base
        if not memory.writable:
            raise Raise(RuntimeError, OVERLAP, span)
        recorder = self.w.recorder
        recorder.about_to_write(memory.cell)
        recorder.wrote(memory.cell, memory.write(content, recorder.node))
        self.settled(memory)
        if flows:
            one: Tensor | None = target
            while one is not None:
                one.requires_grad, one.leaf, one.grad_fn = True, False, grad if one is target else "CopySlices"
                one = one.base

    def settled(self, memory: Memory) -> None:
        """After a write into a leaf its content starts anew: gradients don't go past the update."""
        leaf = self.cells.get(id(memory.cell))
        if leaf is None or leaf.memory is None or leaf.memory.cell is not memory.cell:
            return
        implicit = self.w.builder.implicit
        self.w.builder.implicit = True
        try:
            fresh = self.w.recorder.node(memory.cell.id).apply("detach")
        finally:
            self.w.builder.implicit = implicit
        memory.cell.id = fresh.id
        self.leaves[fresh.id] = leaf

    def replace(self, target: Tensor, content: Node) -> None:
        """``x.data = …``: other content for the same tensor, unseen by autograd."""
        target.memory = Memory.own(content.apply("detach"))
        if target.requires_grad:
            self.leaves[target.memory.cell.id] = target
            self.cells[id(target.memory.cell)] = target

    def _fill(self, target: Tensor, made: Any) -> None:
        """First content of a layer's weight."""
        import numpy as np

        dtype = np.dtype(np.float32)
        node = (
            made.cast(dtype)
            if isinstance(made, Node)
            else self.w.builder.constant(made.value if hasattr(made, "value") else made, dtype)
        )
        node = node.broadcast(target.shape_of)
        target.memory = Memory.own(node.apply("detach") if node.step.inputs or node.id in self.leaves else node)
        target.unset = ""
        self.require(target, None)

    def _set_unset(self, target: Tensor, spelling: Any, args: list[Any], span: Span | None) -> None:
        name = spelling.name
        if self.enabled and not name.startswith("nn."):
            words = "a leaf Variable that requires grad is being used in an in-place operation."
            raise Raise(RuntimeError, words, span)
        if name == "zero_":
            self._fill(target, 0.0)
        elif name == "fill_":
            self._fill(target, args[1])
        elif name == "copy_" and isinstance(args[1], Tensor):
            if args[1].shape != target.shape_of:
                words = f"shapes {list(target.shape_of)} and {list(args[1].shape)} differ"
                raise Raise(RuntimeError, words, span)
            self._fill(target, self.node(args[1]))
        else:
            raise self.missing(target).at(span)

    # backward ---------------------------------------------------------------------------------------------

    def backward(self, output: Tensor, args: list[Any], given: dict[str, Any], span: Span | None) -> None:
        """``loss.backward()``: every leaf that it depends on gets its gradient added."""
        seed_of = args[0] if args else given.pop("gradient", None)
        retain = given.pop("retain_graph", False) or given.pop("create_graph", False)
        out = self._start(output, seed_of, span)
        found = self._reached(out.id)
        wanted = [(leaf, id) for id, leaf in found]
        seed = self.node(seed_of) if isinstance(seed_of, Tensor) else None
        parts = self._differentiated(out, [self.w.recorder.node(id) for _, id in wanted], seed, span)
        self._spend(out.id, bool(retain), span)
        for (leaf, id), part in zip(wanted, parts, strict=True):
            self._give(leaf, id, part)

    def _start(self, output: Tensor, seed: Any, span: Span | None) -> Node:
        if not output.requires_grad:
            words = "element 0 of tensors does not require grad and does not have a grad_fn"
            raise Raise(RuntimeError, words, span)
        if output.shape and seed is None:
            size = 1
            for n in output.shape:
                size *= n
            if size != 1:
                raise Raise(RuntimeError, "grad can be implicitly created only for scalar outputs", span)
        return self.node(output)

    def _differentiated(self, out: Node, wrt: list[Node], seed: Node | None, span: Span | None) -> list[Node]:
        builder = self.w.builder
        if seed is None and out.shape:
            seed = builder.constant(1.0, out.dtype).broadcast(out.shape)
        before = builder.span
        try:
            return differentiate(builder, out, wrt, seed)
        except UnmagicError as error:
            raise error.at(span) from None
        finally:
            builder.span = before

    def _reached(self, output: int) -> list[tuple[int, Tensor]]:
        """Leaves (and tensors that retain) that ``output`` depends on, walked backwards and not past a detach."""
        steps = self.w.recorder.graph.steps
        found: list[tuple[int, Tensor]] = []
        seen = {output}
        todo = [output]
        while todo:
            id = todo.pop()
            leaf = self.leaves.get(id)
            if leaf is not None and leaf.requires_grad:
                found.append((id, leaf))
                if leaf.leaf:
                    continue
            step = steps[id]
            if not step.op.differentiable:
                continue
            for other in step.inputs:
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return sorted(found, key=lambda pair: pair[0])

    def _spend(self, output: int, retain: bool, span: Span | None) -> None:
        if output in self.spent:
            words = (
                "Trying to backward through the graph a second time (or directly access saved tensors after they have "
                "already been freed). Saved intermediate values of the graph are freed when you call .backward() or "
                "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or "
                "if you need to access saved tensors after calling backward."
            )
            raise Raise(RuntimeError, words, span)
        if not retain and self.w.recorder.graph.steps[output].inputs:
            self.spent.add(output)

    def _give(self, leaf: Tensor, id: int, part: Node) -> None:
        steps = self.w.recorder.graph.steps
        if leaf.grad is None:
            leaf.grad = Tensor(arrays.own(self.w, part).memory)
            leaf.grad.tainted = True
        else:
            memory = leaf.grad.memory
            assert memory is not None
            part = self.node(leaf.grad) + part
            self.w.recorder.wrote(memory.cell, memory.write(part, self.w.recorder.node))
        self.gradients[id] = part.id
        name = steps[id].name or self._name_of(leaf)
        if name:
            if steps[part.id].name is None:
                steps[part.id].name = f"{name}.grad"
            self.w.recorder.graph.names[f"{name}.grad"] = part.id

    def _name_of(self, leaf: Tensor) -> str:
        graph = self.w.recorder.graph
        node = self.node(leaf)
        for name, id in graph.names.items():
            if id == node.id:
                return name
        return ""

    def grad_function(self, args: list[Any], given: dict[str, Any], span: Span | None) -> tuple[Any, ...]:
        """``torch.autograd.grad(output, inputs)``."""
        output = args[0] if args else given.pop("outputs")
        inputs = args[1] if len(args) > 1 else given.pop("inputs")
        create = given.pop("create_graph", False)
        seed_of = args[2] if len(args) > 2 else given.pop("grad_outputs", None)
        given.pop("retain_graph", None)
        if isinstance(output, (tuple, list)):
            (output,) = output
        wanted = list(inputs) if isinstance(inputs, (tuple, list)) else [inputs]
        self.w.builder.span = span
        out = self._start(output, seed_of, span)
        seed = self.node(seed_of) if isinstance(seed_of, Tensor) else None
        nodes = [self.node(part) for part in wanted]
        parts = self._differentiated(out, nodes, seed, span)
        made = []
        for node, part in zip(nodes, parts, strict=True):
            self.gradients[node.id] = part.id
            tensor = Tensor(arrays.own(self.w, part).memory)
            if create:
                tensor.requires_grad, tensor.leaf, tensor.grad_fn = True, False, "MulBackward0"
            else:
                tensor.tainted = True
            made.append(tensor)
        return tuple(made)


__all__ = ["Autograd", "Spelled"]
