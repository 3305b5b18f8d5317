"""Loops in two twins: a recorded body for iterations 1, 2, 4, 8, … and a plain one, at no cost, for those between.

```
for x in X: body          for chunk in loop(s, iterator(iter(X))):
else: rest                    if listening:
                                  for x in chunk: recorded
                                  else: continue
                              else:
                                  for x in chunk: body
                                  else: continue
                              break
                          else: rest
```
``loop`` hands out chunks of the one iterator: of one item with the recorder listening, of many without. It lives on the
frame's stack, as the program's own iterator did, so leaving the loop in any way closes it at once; that is also where
the recorder is told to listen again.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from . import placeholders
from .context import at, hooked, nothing
from .needs import needs
from .writes import binding

if TYPE_CHECKING:
    from .statements import Statements


def for_twins(s: Statements, node: ast.For) -> list[ast.stmt]:
    like = node.iter
    number = len(s.c.file.sites)
    s.c.file.site("for", _label(node.target), node, shape=tuple(needs(node)))
    iterable = s.e.rewrite(node.iter)
    reported = like if sys.version_info >= (3, 13) else node  # where Python says that this is not iterable
    builtin = hooked("iterator", [iterable], reported)
    chunks = hooked("loop", [placeholders.site(number, like), builtin], like)
    recorded = [*binding(s.e, node.target, node), *s.block(node.body)]
    rest = s.block(node.orelse)
    return _chunked(s, node, node.target, chunks, recorded, node.body, rest)


def while_twins(s: Statements, node: ast.While) -> list[ast.stmt]:
    if node.orelse:  # rare; leaving by the test and by break must differ: recorded in every iteration
        return [at(ast.While(s.e.branch(node.test), s.block(node.body), s.block(node.orelse)), node)]
    like = node.test
    number = len(s.c.file.sites)
    s.c.file.site("while", "", node, shape=tuple(needs(node)))
    chunks = hooked("rounds", [placeholders.site(number, like)], like)
    recorded = _tested(s.e.branch(node.test), s.block(node.body), node)
    plain = _tested(node.test, node.body, node)
    _, store = _variable(s, like, "r")
    return _chunked(s, node, store, chunks, recorded, plain, [])


def _tested(test: ast.expr, body: list[ast.stmt], like: Any) -> list[ast.stmt]:
    """The body after its test: what is left of ``while`` once the rounds are counted elsewhere."""
    if isinstance(test, ast.Constant) and test.value:
        return body
    return [at(ast.If(test, body, [at(ast.Break(), test)]), like)]


def _chunked(
    s: Statements, node: Any, target: ast.expr, chunks: ast.expr, recorded: list[ast.stmt], plain: list[ast.stmt],
    rest: list[ast.stmt],
) -> list[ast.stmt]:  # fmt: skip
    like = node.iter if isinstance(node, ast.For) else node.test
    load, store = _variable(s, like, "k")
    # (chunk, chunk := None)[0]: only the stack holds the chunk while its loop runs
    clear = (
        at(ast.NamedExpr(at(ast.Name(store.id, ast.Store()), like), nothing(like)), like)
        if isinstance(store, ast.Name)
        else nothing(like)
    )
    taken: ast.expr = (
        at(ast.Subscript(at(ast.Tuple([load, clear], ast.Load()), like), at(ast.Constant(0), like), ast.Load()), like)
        if isinstance(store, ast.Name)
        else hooked("take", [store.value], like)  # type: ignore[attr-defined]
    )
    test = placeholders.listening(like)

    def inner(body: list[ast.stmt]) -> ast.stmt:
        return at(ast.For(target, taken, body, [at(ast.Continue(), like)]), node)

    body = [at(ast.If(test, [inner(recorded)], [inner(plain)]), like), at(ast.Break(), like)]
    return [at(ast.For(store, chunks, body, rest), node)]


def _variable(s: Statements, like: Any, letter: str) -> tuple[ast.expr, ast.expr]:
    """A variable of ours: how it is read, how it is written. One serves all loops: it never outlives a line."""
    if s.c.names:
        name = s.c.prefix + letter
        return at(ast.Name(name, ast.Load()), like), at(ast.Name(name, ast.Store()), like)
    number = s.c.slot()
    return placeholders.held(number, ast.Load(), like), placeholders.held(number, ast.Store(), like)


def _label(target: ast.expr) -> str:
    return ast.unparse(target)


__all__ = ["for_twins", "while_twins"]
