"""What stands in rows: lists, matrices and cases."""

from __future__ import annotations

from unmagic.core.errors import SyntaxUnread

from ..tokens.token import Token
from ..tree import Call, Cases, Grid, Group, Num, Tree
from .cursor import Cursor


class Rows(Cursor):
    """Cells and cases."""

    def listing(self, items: list[Tree], start: int) -> Tree:
        """``[1, 2, 3]``, ``[[1, 2], [3, 4]]``, or square brackets around one expression."""
        if all(isinstance(item, Grid) and item.vector for item in items):
            rows = tuple(item.rows[0] for item in items if isinstance(item, Grid))
            if len({len(row) for row in rows}) > 1:
                raise SyntaxUnread("the rows differ in length", span=self.span(start, self.last))
            return Grid(rows, start, self.last)
        if len(items) == 1 and not isinstance(items[0], Num):
            return Group(items[0], start, self.last, "[")
        return Grid((tuple(items),), start, self.last, True)

    def matrix(self, token: Token) -> Tree:
        self.take()
        rows: list[tuple[Tree, ...]] = []
        row: list[Tree] = []
        with self.within("matrix("), self.deeper():
            while not self.at("matrix)", "matrix)|"):
                if self.at("&"):
                    self.take()
                elif self.at("\\\\"):
                    self.take()
                    rows.append(tuple(row))
                    row = []
                elif self.at("\n"):
                    self.take()
                else:
                    row.append(self.expr())
        self.take()
        if row:
            rows.append(tuple(row))
        if not rows or len({len(cells) for cells in rows}) > 1:
            raise SyntaxUnread("the rows differ in length", span=self.span(token.start, self.last))
        grid = Grid(tuple(rows), token.start, self.last, False)
        if token.text.endswith("|"):
            return Call("det", (grid,), token.start, self.last)
        return grid

    def cases(self, token: Token) -> Tree:
        r"""``\begin{cases}``."""
        self.take()
        values: list[Tree] = []
        tests: list[Tree | None] = []
        with self.within("cases("), self.deeper():
            while not self.at("cases)"):
                values.append(self.sum())
                while self.at("&", ",", "\n"):
                    self.take()
                tests.append(self.test_of_case())
                while self.at("\\\\", ",", ";", "\n"):
                    self.take()
        self.expect("cases)")
        return Cases(tuple(values), tuple(tests), token.start, self.last)

    def cases_in_braces(self, start: int) -> Tree:
        """``{ a if c, b otherwise }``."""
        values: list[Tree] = []
        tests: list[Tree | None] = []
        with self.within("{"), self.deeper():
            while not self.at("}"):
                values.append(self.sum())
                tests.append(self.test_of_case())
                while self.at(",", ";", "\n"):
                    self.take()
        self.expect("}")
        return Cases(tuple(values), tuple(tests), start, self.last)

    def starts_cases(self, close: int) -> bool:
        depth = 0
        for token in self.tokens[self.p + 1 : close]:
            depth += token.text in ("(", "[", "{")
            depth -= token.text in (")", "]", "}")
            if token.kind == "word" and token.text in ("if", "otherwise", "for", "when") and depth == 0:
                return True
        return False

    def test_of_case(self) -> Tree | None:
        while self.at(",", "&"):
            self.take()
        if self.word("if", "for", "when"):
            self.take()
            while self.at("&"):
                self.take()
            return self.condition()
        if self.word("otherwise", "else"):
            self.take()
            return None
        if self.at("\\\\", "cases)", "}"):
            return None
        return self.condition()
