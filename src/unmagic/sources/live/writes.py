"""Assignments: names bound, entries and attributes written, and ``op=`` in exactly Python's own steps."""

from __future__ import annotations

import ast
from typing import Any

from . import placeholders
from .context import at, cleared, hooked, load, store
from .expressions import OPERATORS, Expressions

LAYOUT = frozenset({"shape", "dtype", "strides", "flat", "real", "imag", "data"})
"""Attributes of an array that are written through to it."""

FOLLOWED = "followed"
"""What a write is when its statement writes again before either is told: its content is no longer there to keep."""


ARRAYS = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BinOp, ast.UnaryOp)
"""What may give an array that is unpacked."""


def assign(e: Expressions, node: ast.Assign) -> list[ast.stmt]:
    if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        value = e.bound(node.targets[0].id, node.value, node.value)
        return [node if value is node.value else at(ast.Assign(node.targets, value), node)]
    if len(node.targets) == 1 and isinstance(node.targets[0], ast.Attribute) and node.targets[0].attr not in LAYOUT:
        attribute = node.targets[0]
        value = e.bound(ast.unparse(attribute), node.value, node.value) if _dotted(attribute) else e.rewrite(node.value)
        return [at(ast.Assign(node.targets, value), node)]
    before = e.c.live
    taken: list[str] = []
    after: list[ast.stmt] = []
    if not any(_written(target) for target in node.targets):
        value = e.rewrite(node.value)
        source = None
        if isinstance(node.value, ARRAYS) and any(map(_flat, node.targets)):
            value, source = _kept(e, node.value, taken)
        made = at(ast.Assign(node.targets, value), node)
        for target in node.targets:
            after += binding(e, target, node, source if _flat(target) else None)
        e.c.live = before
        _cleared_last(after, taken, node)
        return [made, *after]
    value, sources = _value(e, node.value, node.targets, taken)
    first = len(e.c.file.sites)
    targets = [_target(e, target, sources, taken, after, node) for target in node.targets]
    for site in [site for site in e.c.file.sites[first:] if site.kind == "write"][:-1]:
        site.what = FOLLOWED
    e.c.live = before
    _cleared_last(after, taken, node)
    return [at(ast.Assign(targets, value), node), *after]


def _cleared_last(after: list[ast.stmt], taken: list[str], like: Any) -> None:
    """The last that is told clears what was kept for it."""
    if taken and after:
        last = after[-1]
        assert isinstance(last, ast.Expr)
        assert isinstance(last.value, ast.Call)
        last.value.args += cleared(taken, like)


def _flat(target: ast.expr) -> bool:
    """Whether a target takes a value apart into names, one level deep."""
    if not isinstance(target, (ast.Tuple, ast.List)):
        return False
    return all(isinstance(one.value if isinstance(one, ast.Starred) else one, ast.Name) for one in target.elts)


def _dotted(target: ast.expr) -> bool:
    """``self.W``, ``model.layer.b``: a name that people read."""
    while isinstance(target, ast.Attribute):
        target = target.value
    return isinstance(target, ast.Name)


def binding(e: Expressions, target: ast.expr, like: Any, source: ast.expr | None = None) -> list[ast.stmt]:
    """After names were bound by unpacking or a loop: the recorder is told which values they have, and what of."""
    found = [n for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    if not found:
        return []
    names = [n.id for n in sorted(found, key=lambda n: (n.lineno, n.col_offset))]
    number = len(e.c.file.sites)
    e.c.file.site("names", "unpacked" if source is not None else "", target, shape=tuple(names))
    # a module's name is read again where it was just bound
    told = [at(ast.Name(name, ast.Load()), target) for name in names]
    args = [placeholders.site(number, target), source or at(ast.Constant(None), target), *told]
    return [at(ast.Expr(hooked("event", args, target)), target)]


def _written(target: ast.expr) -> bool:
    """Whether a target is an entry, or an attribute that an array writes through."""
    return any(
        isinstance(n, ast.Subscript) or (isinstance(n, ast.Attribute) and n.attr in LAYOUT) for n in _parts(target)
    )


def _parts(target: ast.expr) -> list[ast.expr]:
    """The targets that a target is made of."""
    if isinstance(target, ast.Starred):
        return _parts(target.value)
    if isinstance(target, (ast.Tuple, ast.List)):
        return [part for one in target.elts for part in _parts(one)]
    return [target]


Sources = ast.expr | list[ast.expr]


def _value(
    e: Expressions, value: ast.expr, targets: list[ast.expr], taken: list[str]
) -> tuple[ast.expr, Sources]:
    """The right side, kept for the events: ``a[0], a[1] = a[1], a[0]`` in its parts."""
    paired = isinstance(value, ast.Tuple) and not any(isinstance(one, ast.Starred) for one in value.elts)
    if (
        isinstance(value, ast.Tuple)
        and paired
        and all(
            isinstance(t, (ast.Tuple, ast.List))
            and len(t.elts) == len(value.elts)
            and not any(isinstance(one, (ast.Starred, ast.Tuple, ast.List)) for one in t.elts)
            for t in targets
        )
    ):
        parts, sources = [], []
        for one in value.elts:
            inner, again = _kept(e, one, taken)
            parts.append(inner)
            sources.append(again)
        return at(ast.Tuple(parts, ast.Load()), value), sources
    return _kept(e, value, taken)


def _kept(e: Expressions, node: ast.expr, taken: list[str]) -> tuple[ast.expr, ast.expr]:
    """Kept so that several events can read it: a name, a constant, a temporary."""
    return e.operand(node, taken)


def _target(
    e: Expressions, target: ast.expr, sources: Sources, taken: list[str], after: list[ast.stmt], node: ast.stmt,
    path: tuple[int, ...] = (),
) -> ast.expr:  # fmt: skip
    if isinstance(target, (ast.Tuple, ast.List)):
        parts = []
        for i, part in enumerate(target.elts):
            if isinstance(sources, list):
                parts.append(_target(e, part, sources[i], taken, after, node))
            else:
                parts.append(_target(e, part, sources, taken, after, node, (*path, i)))
        return at(type(target)(parts, ast.Store()), target)
    assert not isinstance(sources, list)
    if isinstance(target, ast.Subscript):
        base, again = e.operand(target.value, taken)
        key, index = e.kept_key(target.slice, taken)
        _tell(e, after, "write", "", target, [again, index, sources], path)
        return at(ast.Subscript(hooked("about", [base], target.value), key, ast.Store()), target)
    if isinstance(target, ast.Attribute) and target.attr in LAYOUT:
        base, again = e.operand(target.value, taken)
        _tell(e, after, "layout", target.attr, target, [again, sources], path)
        return at(ast.Attribute(hooked("about", [base], target.value), target.attr, ast.Store()), target)
    return target


def _tell(
    e: Expressions, after: list[ast.stmt], kind: str, what: str, like: ast.expr, told: list[ast.expr],
    path: tuple[int, ...],
) -> None:  # fmt: skip
    number = len(e.c.file.sites)
    e.c.file.site(kind, what, like, shape=path)
    after.append(at(ast.Expr(hooked("wrote", [placeholders.site(number, like), *told], like)), like))


def augmented(e: Expressions, node: ast.AugAssign) -> list[ast.stmt]:
    """``target op= value``: the item is got once, changed, and put back, as Python does."""
    before = e.c.live
    taken: list[str] = []
    out: list[ast.stmt] = []
    target = node.target
    operator = OPERATORS[type(node.op)]
    number = len(e.c.file.sites)
    if isinstance(target, ast.Name):
        e.c.file.site("update", operator, node, target.id, "name")
        old = _keeper(e, taken, target)
        out.append(at(ast.Assign([old[1]], hooked("about", [load(target.id, target)], target)), target))
        value, added = e.operand(node.value, taken)
        out.append(at(ast.AugAssign(target, node.op, value), node))
        told = [load(target.id, target), old[0], added]
    else:
        shape = "item" if isinstance(target, ast.Subscript) else "attribute"
        e.c.file.site("update", operator, node, ast.unparse(target), shape)
        base = _keeper(e, taken, target.value)
        owner = hooked("about", [e.rewrite(target.value)], target.value)
        out.append(at(ast.Assign([base[1]], owner), target.value))
        extra: list[ast.expr] = []
        if isinstance(target, ast.Subscript):
            key = _keeper(e, taken, target.slice)
            out.append(at(ast.Assign([key[1]], e.key(target.slice)), target.slice))
            extra = [key[0]]

        def item(context: ast.expr_context) -> ast.expr:
            if isinstance(target, ast.Subscript):
                return at(ast.Subscript(base[0], extra[0], context), target)
            return at(ast.Attribute(base[0], target.attr, context), target)

        old = _keeper(e, taken, target)
        current = _keeper(e, taken, target)
        out.append(at(ast.Assign([current[1], old[1]], hooked("about", [item(ast.Load())], target)), target))
        value, added = e.operand(node.value, taken)
        out.append(at(ast.AugAssign(current[1], node.op, value), node))
        out.append(at(ast.Assign([item(ast.Store())], current[0]), target))
        told = [current[0], old[0], added, base[0], *extra]
    e.c.live = before
    args = [placeholders.site(number, node), *_popped(told), *cleared(taken, node)]
    out.append(at(ast.Expr(hooked("updated", args, node)), node))
    return out


def _popped(told: list[ast.expr]) -> list[ast.expr]:
    """What is told last, slots emptied."""
    slots = [placeholders.slot_of(one) for one in told]
    return [one if slot is None else hooked("take", [slot], one) for one, slot in zip(told, slots, strict=True)]


def _keeper(e: Expressions, taken: list[str], like: Any) -> tuple[ast.expr, Any]:
    """A variable of ours, to be read and to be assigned: a temporary, or what a slot holds."""
    if e.c.names:
        name = e.c.temporary()
        taken.append(name)
        return load(name, like), store(name, like)
    number = e.c.slot()
    return placeholders.held(number, ast.Load(), like), placeholders.held(number, ast.Store(), like)


__all__ = ["assign", "augmented", "binding"]
