"""What a product sign, or none, means by the shapes at its sides (FORMULAS.md, "Products")."""

from __future__ import annotations

from collections.abc import Callable

from unmagic.core.build import Builder, marked
from unmagic.core.errors import Ambiguous, ShapeClash, Unsupported
from unmagic.core.span import Span

from .values import Value, elementwise, materialised

Decide = Callable[[str, Span], None]


def product(
    builder: Builder, sign: str, a: Value, b: Value, span: Span, decide: Decide, names: tuple[str, str], entrywise: bool
) -> Value:
    """The product of two values as ``sign`` means it."""
    if a.lazy or b.lazy:
        return _lazy_product(builder, sign, a, b, span, decide, names, entrywise)
    if a.rank == 0 or b.rank == 0:
        if sign == "⊗" and (a.rank or b.rank) == 0:
            decide("⊗ of numbers: they are multiplied", span)
        return elementwise(builder, "multiply", a, b)
    if sign in ("⊙", "∘"):
        return _entries(builder, a, b)
    if sign in ("*", "×"):
        what = "the entries are multiplied" if a.shape == b.shape else "the entries are multiplied, shapes broadcast"
        decide(f"{sign}: {what}", span)
        return _entries(builder, a, b)
    if sign == "⊗":
        if a.rank == b.rank == 1:
            return outer(builder, a, b)
        raise Unsupported(
            f"⊗ is read between vectors; here it stands between {marked(a.shape)} and {marked(b.shape)}", span=span
        )
    if entrywise and sign != "@" and a.shape == b.shape and not a.row and not b.row:
        decide("inside Σ the vectors are multiplied entry by entry", span)
        return _entries(builder, a, b)
    if a.rank == 1 and b.rank == 1:
        return _vectors(builder, sign, a, b, span, decide, names)
    if a.rank > 2 or b.rank > 2:
        raise Unsupported(
            f"a product of {marked(a.shape)} and {marked(b.shape)} is written with indices", span=span, hint="Σⱼ …"
        )
    if a.shape[-1] != b.shape[0]:
        raise _mismatch(a, b, names)
    if a.rank == 2 and b.rank == 2:
        if not sign:
            decide("juxtaposition: matrix times matrix", span)
        return matmul(builder, a, b)
    if a.rank == 2:
        if not sign:
            decide("juxtaposition: matrix times vector", span)
        return matvec(builder, a, b)
    if not sign:
        decide("juxtaposition: vector times matrix", span)
    return vecmat(builder, a, b)


def _lazy_product(
    builder: Builder, sign: str, a: Value, b: Value, span: Span, decide: Decide, names: tuple[str, str], entrywise: bool
) -> Value:
    if a.lazy and b.lazy:
        raise Unsupported("the size of the identity is not to be found here", span=span)
    one, other = (a, b) if a.lazy else (b, a)
    if other.rank == 0:
        if other.labels:
            raise Unsupported("an identity matrix inside an index is not read", span=span)
        factor = elementwise(builder, "multiply", Value(None if one.plain else one.node, number=one.number), other)
        return Value(factor.node, lazy=one.lazy, row=one.row)
    size = other.shape[0] if a.lazy else other.shape[-1]
    whole = materialised(builder, one, size)
    a, b = (whole, b) if a.lazy else (a, whole)
    return product(builder, sign or "·", a, b, span, decide, names, entrywise)


def _entries(builder: Builder, a: Value, b: Value) -> Value:
    return elementwise(builder, "multiply", a, b)


def _vectors(
    builder: Builder, sign: str, a: Value, b: Value, span: Span, decide: Decide, names: tuple[str, str]
) -> Value:
    left, right = names
    if b.row and not a.row:
        return outer(builder, a, b)
    if a.row and b.row:
        raise Ambiguous(
            "two vectors that both lie down have no product",
            span=span,
            notes=(f"dot product: {left} · {right}", f"entry by entry: {left} ⊙ {right}", f"outer: {left} ⊗ {right}"),
        )
    if sign == "" and not a.row:
        raise Ambiguous(
            f"two vectors side by side: {left} {right} has three meanings",
            span=span,
            notes=(
                f"dot product      {left} · {right}",
                f"entry by entry   {left} ⊙ {right}",
                f"outer product    {left} ⊗ {right}",
            ),
            hint="write the sign that is meant",
        )
    if a.shape != b.shape:
        raise _mismatch(a, b, names)
    if sign == "·" and not a.row:
        decide("·: dot product of two vectors", span)
    return dot(builder, a, b)


def _mismatch(a: Value, b: Value, names: tuple[str, str]) -> ShapeClash:
    left, right = names
    n, m = a.shape[-1], b.shape[0]
    notes = [f"{left} is {marked(a.shape, -1)}", f"{right} is {marked(b.shape, 0)}"]
    hint = f"{n} against {m}"
    if b.rank == 1 and a.rank == 2:
        notes[0] += f": each row wants {n} numbers"
        notes[1] += f": it has {m}"
    if b.rank == 2 and a.rank >= 1 and a.shape[-1] == b.shape[-1]:
        hint += f"; {left} {right}ᵀ would meet"
    elif a.rank == 2 and a.shape[0] == b.shape[0]:
        hint += f"; {left}ᵀ {right} would meet"
    return ShapeClash(f"can't multiply {left} by {right}", notes=tuple(notes), hint=hint)


# the products themselves, with labelled axes or without ------------------------------------------------------


def dot(builder: Builder, a: Value, b: Value) -> Value:
    """Σₖ aₖbₖ."""
    if not a.labels and not b.labels:
        return Value(builder.apply("dot", a.node, b.node))
    return _added(builder, elementwise(builder, "multiply", a, b), -1)


def matvec(builder: Builder, a: Value, x: Value) -> Value:
    if not a.labels and not x.labels:
        return Value(builder.apply("matvec", a.node, x.node))
    lifted = _lift(builder, x, (1, x.shape[0]))
    return _added(builder, elementwise(builder, "multiply", a, lifted), -1)


def vecmat(builder: Builder, x: Value, a: Value) -> Value:
    if not a.labels and not x.labels:
        return Value(builder.apply("vecmat", x.node, a.node), row=True)
    lifted = _lift(builder, x, (x.shape[0], 1))
    made = _added(builder, elementwise(builder, "multiply", lifted, a), -2)
    return Value(made.node, made.labels, row=True)


def matmul(builder: Builder, a: Value, b: Value) -> Value:
    if not a.labels and not b.labels:
        return Value(builder.apply("matmul", a.node, b.node))
    left = _lift(builder, a, (*a.shape, 1))
    right = _lift(builder, b, (1, *b.shape))
    return _added(builder, elementwise(builder, "multiply", left, right), -2)


def outer(builder: Builder, a: Value, b: Value) -> Value:
    if not a.labels and not b.labels:
        return Value(builder.apply("outer", a.node, b.node))
    left = _lift(builder, a, (a.shape[0], 1))
    right = _lift(builder, b, (1, b.shape[0]))
    return elementwise(builder, "multiply", left, right)


def _lift(builder: Builder, value: Value, shape: tuple[int, ...]) -> Value:
    whole = (*value.node.shape[: len(value.labels)], *shape)
    before, builder.implicit = builder.implicit, True
    try:
        return Value(value.node.reshape(whole), value.labels)
    finally:
        builder.implicit = before


def _added(builder: Builder, value: Value, axis: int) -> Value:
    return Value(value.node.sum(axis=axis % value.node.ndim), value.labels)


def transposed(builder: Builder, value: Value) -> Value:
    """A matrix turned; a vector only laid down."""
    if value.lazy:
        return Value(None if value.plain else value.node, number=value.number, lazy=value.lazy, row=True)
    if value.rank == 0:
        return value
    if value.rank == 1:
        return Value(value.node, value.labels, row=not value.row)
    count = len(value.labels)
    axes = (*range(count), *reversed(range(count, value.node.ndim)))
    return Value(value.node.apply("transpose", axes=axes), value.labels)
