"""lim: the value at the place, or for 0/0 the quotient of the derivatives."""

from __future__ import annotations

import numpy as np

from unmagic.core.errors import SyntaxUnread, Unsupported

from ..tree import Big, Const, Frac, Infix, bare
from .calculus import by
from .lowerer import Lowerer
from .numbers import concrete
from .values import Value, elementwise


def limit(low: Lowerer, tree: Big) -> Value:
    """A limit at a finite place: the value there, or for 0/0 the quotient of the derivatives (L'Hôpital)."""
    if len(tree.letters) != 1 or tree.low is None:
        raise SyntaxUnread("a limit is written lim_{h→0}", span=low.over(tree))
    if isinstance(bare(tree.low), Const):
        raise Unsupported("limits at infinity are not computed", span=low.over(tree.low))
    place = concrete(low, tree.low)
    letter = tree.letters[0]
    scope = low.scope
    saved = dict(scope.local)
    builder = low.builder
    try:
        with builder.at(low.over(tree)):
            h = builder.apply("reshape", builder.constant(float(place)), shape=())
        scope.local[letter] = Value(h)
        body = bare(tree.body)
        if isinstance(body, Frac | Infix) and (isinstance(body, Frac) or body.sign == "/"):
            top, bottom = (body.top, body.bottom) if isinstance(body, Frac) else (body.left, body.right)
            a, b = low.lower(top), low.lower(bottom)
            with builder.at(low.over(tree)):
                for _ in range(3):
                    if (
                        a.plain
                        or b.plain
                        or np.any(np.abs(b.node.value) > 1e-12)
                        or np.any(np.abs(a.node.value) > 1e-9)
                    ):
                        break
                    low.decide("0/0 at the limit: the quotient of the derivatives (L'Hôpital)", tree)
                    a, b = by(low, a, Value(h), tree), by(low, b, Value(h), tree)
                bottom_value = b.number if b.plain else b.node.value
                if np.any(np.asarray(bottom_value) == 0):
                    raise Unsupported("this limit is not finite or not found", span=low.over(tree))
                return elementwise(low.builder, "divide", a, b)
        return low.lower(tree.body)
    finally:
        scope.local = saved
