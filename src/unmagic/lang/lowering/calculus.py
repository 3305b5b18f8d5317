"""Derivatives: ∂L/∂W, dz/dx, ∇L, f′(x) and limits of quotients, all by the chain rule.

The rule itself is passed in (`Lowerer.differentiate`): this room knows how a derivative is written.
"""

from __future__ import annotations

import math

import numpy as np

from unmagic.core.build import LEAVES, Constant, Node, marked
from unmagic.core.errors import Ambiguous, BadValue, SyntaxUnread, Unsupported

from ..names import shown
from ..tree import At, Call, Derivative, Nabla, Name, Sub, Tree, bare
from .definitions import applied
from .indexing import picked, subscript
from .lowerer import Lowerer
from .values import Value, node_of

MOST_ENTRIES = 256  # of a derivative of an array by an array


def derivative(low: Lowerer, tree: Derivative) -> Value:
    """``of`` derived by each of ``wrt`` in turn."""
    of = value_of(low, tree.of, tree)
    for target in tree.wrt:
        x = target_of(low, target)
        with low.builder.at(low.over(tree)):
            made = by(low, of, x, tree)
            if isinstance(bare(target), Sub):
                made = _lettered(low, made, x, bare(target), of)
            of = made
    return of


def value_of(low: Lowerer, of: Tree, tree: Derivative | Nabla) -> Value:
    """What is derived: a function's name stands for the function at its parameters' values."""
    plain = bare(of)
    if isinstance(plain, Name) and plain.text in low.scope.functions:
        return at_parameters(low, plain)
    return low.lower(of)


def at_parameters(low: Lowerer, name: Name) -> Value:
    function = low.scope.functions[name.text]
    args = tuple(Name(param, name.start, name.end) for param in function.params)
    for param in function.params:
        if low.scope.get(param) is None:
            raise low.scope.unbound(param, low.over(name))
    return low.lower(Call(name.text, args, name.start, name.end))


def target_of(low: Lowerer, tree: Tree) -> Value:
    """What is derived by: a bound or defined name, whole, also where an index of it is written."""
    plain = bare(tree)
    if isinstance(plain, Sub | At):
        plain = bare(plain.base)
    if not isinstance(plain, Name):
        raise SyntaxUnread("a derivative is by a name", span=low.over(tree))
    value = low.scope.get(plain.text)
    if value is None:
        raise low.scope.unbound(plain.text, low.over(plain))
    if value.plain:
        raise SyntaxUnread(f"{shown(plain.text)} is a number that stands in the text", span=low.over(tree))
    return value


def by(low: Lowerer, of: Value, x: Value, tree: Tree) -> Value:
    """∂of/∂x; entry by entry where ``of`` is an entrywise function of x, else a table of all pairs."""
    if of.plain:
        return Value(low.builder.broadcast(low.builder.constant(0.0), x.node.shape), x.labels)
    y, at = of.node, x.node
    if at.dtype.kind not in "fc":
        raise BadValue(
            f"a derivative by whole numbers ({at.dtype}): it needs a floating-point value", span=low.over(tree)
        )
    if y.ndim == 0:
        made = low.differentiate(low.builder, y, [at])[0]
        low.gradients[at.id] = made.id
        return Value(made, x.labels)
    if entry_by_entry(low, y, at):
        low.decide("derived entry by entry", tree)
        seed = low.builder.broadcast(low.builder.constant(1.0, y.dtype), y.shape)
        made = low.differentiate(low.builder, y, [at], seed)[0]
        return Value(made, x.labels or of.labels)
    return Value(jacobian(low, y, at, tree), (*of.labels,))


def entry_by_entry(low: Lowerer, y: Node, at: Node) -> bool:
    """Whether each entry of ``y`` depends only on the same entry of ``at``."""
    if y.shape != at.shape:
        return False
    graph = low.builder.graph
    between = graph.ancestors(y.id)
    reached = {at.id}
    for step in graph.steps[at.id + 1 : y.id + 1]:
        if step.id in between and any(i in reached for i in step.inputs):
            if not step.op.elementwise or step.shape != at.shape:
                return False
            reached.add(step.id)
    return True


def jacobian(low: Lowerer, y: Node, at: Node, tree: Tree) -> Node:
    """Every entry of ``y`` derived by every entry of ``at``."""
    low.limits.need("entries of a derivative of an array", math.prod(y.shape), MOST_ENTRIES)
    low.limits.need("entries of one array", math.prod(y.shape) * math.prod(at.shape), low.limits.entries)
    low.decide(f"{marked(y.shape)} by {marked(at.shape)}: every entry derived by every entry", tree)
    rows = []
    for index in np.ndindex(*y.shape):
        entry = y.apply("index", key=tuple(int(i) for i in index))
        rows.append(low.differentiate(low.builder, entry, [at])[0])
    stacked = low.builder.apply("stack", *rows, axis=0)
    return stacked.reshape((*y.shape, *at.shape))


def _lettered(low: Lowerer, made: Value, x: Value, target: Tree, of: Value) -> Value:
    """The derivative by ``z_i``: the axis of z carries the letter i."""
    assert isinstance(target, Sub)
    parts = [subscript(low, item, x.shape[k], target) for k, item in enumerate(target.indices)]
    letters = [part[1] for part in parts if isinstance(part, tuple) and part[0] == "label"]
    if len(letters) == len(parts) and made.labels and tuple(letters) == made.labels and made.rank == 0:
        return made
    whole = Value(made.node, made.labels)
    return picked(low, whole, parts, target)


def primed(low: Lowerer, tree: Call) -> Value:
    """``f′(x)``, ``σ′(z)``: derived by the argument, as often as there are primes."""
    if len(tree.args) != 1:
        raise Ambiguous(
            f"by which argument is {shown(tree.function)} derived?",
            span=low.over(tree),
            notes=tuple(f"by {low.text(arg)}" for arg in tree.args),
        )
    arg = low.lower(tree.args[0])
    x = Value(fresh(low, arg), arg.labels, row=arg.row)
    with low.builder.at(low.over(tree)):
        made = applied(low, tree, [x])
        for _ in range(tree.primes):
            made = by(low, made, x, tree)
    return made


def fresh(low: Lowerer, value: Value) -> Node:
    """The value's node; a number becomes a step of its own, so that nothing else is derived along."""
    if not value.plain and value.node.step.op is not Constant:
        return value.node
    node = node_of(low.builder, value)
    return low.builder.apply("reshape", node, shape=node.shape)


def nabla(low: Lowerer, tree: Nabla) -> Value:
    """∇f at the parameters' values, ∇f(x) at the arguments', ∇_θ L by θ."""
    of = bare(tree.of)
    if isinstance(of, Name):
        ours = low.scope.get(f"∇{of.text}")  # no numbers given and f not defined: its gradient is a value of its own
        if ours is not None:
            return ours
    function = low.scope.functions.get(of.function) if isinstance(of, Call) else None
    if tree.wrt and isinstance(of, Call) and function is not None and len(of.args) == len(function.params):
        wanted = [bare(target) for target in tree.wrt]
        if all(isinstance(target, Name) and target.text in function.params for target in wanted):
            args = [low.lower(arg) for arg in of.args]  # ∇_θ J(…): by the argument that J calls θ
            targets = [Value(fresh(low, arg), arg.labels, row=arg.row) for arg in args]
            value = applied(low, of, targets)
            chosen = [targets[function.params.index(target.text)] for target in wanted if isinstance(target, Name)]
            with low.builder.at(low.over(tree)):
                return collected(low, [by(low, value, target, tree) for target in chosen], tree)
    if tree.wrt:
        value = value_of(low, tree.of, tree)
        targets = [target_of(low, target) for target in tree.wrt]
        with low.builder.at(low.over(tree)):
            made = [by(low, value, target, tree) for target in targets]
            if len(made) == 1 and isinstance(bare(tree.wrt[0]), Sub):
                return _lettered(low, made[0], targets[0], bare(tree.wrt[0]), value)
            return collected(low, made, tree)
    if isinstance(of, Name) and of.text in low.scope.functions:
        function = low.scope.functions[of.text]
        targets = [target_of(low, Name(param, of.start, of.end)) for param in function.params]
        value = at_parameters(low, of)
    elif isinstance(of, Call) and of.function in low.scope.functions:
        args = [low.lower(arg) for arg in of.args]
        targets = [Value(fresh(low, arg), arg.labels, row=arg.row) for arg in args]
        value = applied(low, of, targets)
    else:
        value = low.lower(tree.of)
        targets = inputs_of(low, value, tree)
    with low.builder.at(low.over(tree)):
        return collected(low, [by(low, value, target, tree) for target in targets], tree)


def inputs_of(low: Lowerer, value: Value, tree: Nabla) -> list[Value]:
    """What ∇ is by where the formula does not say: the updated name, or the one input it depends on."""
    for name in low.updated:
        found = low.scope.get(name)
        if found is not None and not found.plain:
            low.decide(f"∇ by {shown(name)}, which is updated", tree)
            return [found]
    if value.plain:
        raise SyntaxUnread("a gradient of a number", span=low.over(tree))
    graph = low.builder.graph
    wanted = graph.ancestors(value.node.id)
    names = [
        name
        for name, step in graph.names.items()
        if step in wanted and graph.steps[step].op in LEAVES and graph.steps[step].op is not Constant
    ]
    if len(names) == 1:
        low.decide(f"∇ by {shown(names[0])}, the one value it depends on", tree)
        return [Value(Node(low.builder, graph.names[names[0]]))]
    text = low.text(tree.of)
    raise Ambiguous(
        f"by what is ∇{text} derived?",
        span=low.over(tree),
        notes=tuple(f"∇_{shown(name)} {text}" for name in names),
        hint="write it below the ∇",
    )


def collected(low: Lowerer, parts: list[Value], tree: Tree) -> Value:
    """Several partial derivatives of one shape as one vector."""
    if len(parts) == 1:
        return parts[0]
    if any(part.labels != parts[0].labels or part.shape != parts[0].shape for part in parts):
        raise Unsupported("a gradient by values of different shapes has no one shape", span=low.over(tree))
    nodes = [node_of(low.builder, part) for part in parts]
    return Value(low.builder.apply("stack", *nodes, axis=len(parts[0].labels)), parts[0].labels)
