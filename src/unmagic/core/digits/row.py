"""One line while it is solved: whether it holds with the digits its quantities have now, and as what relation."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from unmagic.core import decimal_math as dm
from unmagic.core.lines import Line, Relation
from unmagic.core.scalar import Call, Expr, Negative, Power
from unmagic.core.scalar_eval import COMPARE_DECIMALS

from . import overflow, printing
from .left import DIGITS, FEWER, Left
from .numerals import as_text, half_up, numeral, precision, significant
from .quantity import WHOLE_DIGITS, WHOLE_INTEGER, Group, Quantity

if TYPE_CHECKING:
    from .problem import Problem

_CLOSE = Decimal("1e-50")
_SURE = Decimal("1e-25")
_TWENTIETH = Decimal("0.1")  # of half a unit


def _close(off: Decimal, half: Decimal, x: Decimal) -> bool:
    """Whether fewer digits could decide it wrongly."""
    c = dm.context(20)
    return x.is_finite() and c.subtract(off, half).copy_abs() <= c.multiply(x.copy_abs(), _SURE)


def _on_printed(arg: Expr) -> Decimal:
    """The value of an operand on printed digits, whatever it is made of."""
    part = Left(arg)
    return part.value([q.printed() for q in part.leaves])[0]


class Row:
    """A left side and its result (or an order), with what was computed of it so far."""

    __slots__ = (
        "_f", "_few", "_held", "_known", "edge", "finite", "fixed", "groups", "hidden", "index", "left",
        "quantities", "real", "real_exact", "relation", "result", "rule", "saturated", "sign",
    )  # fmt: skip

    def __init__(self, index: int, left: Left, result: Quantity | None, sign: str = "") -> None:
        self.index = index
        self.left = left
        self.result = result
        self.sign = sign
        self.quantities = [*left.leaves, *([result] if result is not None else [])]
        self.finite = all(q.full.is_finite() for q in self.quantities)
        self.relation = Relation.ORDER if result is None else Relation.EXACT
        self.fixed = False  # exact on whole numbers: nothing can change
        self.hidden: Quantity | None = None  # the real result, where the machine parts from it
        self.real = dm.ZERO
        self.real_exact = False
        self.edge = False  # only a rounding edge parts the two sides
        self.rule = ""
        self.saturated = ""
        self.groups: list[Group] = []
        self._known: dict[tuple[int, ...], tuple[Decimal, bool]] = {}
        self._held: tuple[int, ...] | None = None  # the digits at which it held when it was last asked
        self._f: Decimal | None = None
        self._few = left.simple  # fewer digits do, until a decision is close

    # preparing --------------------------------------------------------------------------------------------

    def settle_whole(self) -> None:
        """Whether the result is a whole number: exact in rationals from whole ones, short, and what the machine has."""
        r, left = self.result, self.left
        if r is None or not self.finite or not all(q.whole for q in left.leaves):
            return
        if r.whole and not r.kind.whole:
            return
        values = [q.printed() for q in left.leaves]
        if not left.may_be_exact(values):
            return
        e, exact = left.value(values)
        if not exact:
            fraction = left.fraction(values) if left.order and left.rational else None
            if fraction is None:
                return
            e = dm.context(DIGITS).divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
            if significant(e) > WHOLE_DIGITS or e.as_integer_ratio() != fraction.as_integer_ratio():
                return
        if r.kind.whole:
            self.fixed = e == r.full
            return
        gap = dm.context(DIGITS).subtract(e, r.full).copy_abs()
        if gap > r.full.copy_abs() * Decimal(8 * r.kind.eps):
            return
        digits = significant(e)
        integer = e == e.to_integral_value() and e.copy_abs() < WHOLE_INTEGER and e == r.full
        # Only float64 has so many digits to spare that a number may be printed as what it should have been.
        if integer or (digits <= WHOLE_DIGITS and (e == r.full or r.kind.start >= 2 * WHOLE_DIGITS)):
            e = e.normalize(dm.context(DIGITS)) if e else Decimal(0)
            r.become_whole(e)
            self.fixed = True

    def attach(self) -> None:
        """Learn the columns of its quantities, and tell them."""
        for quantity in self.quantities:
            group = quantity.group
            if group is not None and not any(group is g for g in self.groups):
                self.groups.append(group)
                group.rows.append(self.index)
        if not self.finite:
            for quantity in self.left.leaves:
                quantity.minus_zero = quantity.minus_zero or not quantity.full

    # checking ---------------------------------------------------------------------------------------------

    def holds(self, problem: Problem) -> bool:
        """Whether the line holds as printed; sets its relation."""
        if self.fixed or (self._held is not None and self._held == self._at()):
            return True
        self._held = None
        self.edge = False
        if self._holds(problem):
            self._held = self._at()
        return self._held is not None

    def _at(self) -> tuple[int, ...]:
        """The digits that its columns have now."""
        return tuple([group.extra for group in self.groups])

    def _holds(self, problem: Problem) -> bool:
        if self.result is None:
            return self._order_holds()
        if not self.finite:
            return overflow.holds(self, problem)
        return self._finite_holds(problem, self.result)

    def _order_holds(self) -> bool:
        a, b = (q for q in self.left.leaves) if len(self.left.leaves) == 2 else (self.left.leaves[0],) * 2
        if not self.finite:
            return True
        holds = COMPARE_DECIMALS[self.sign]
        if not holds(a.printed(), b.printed()):
            return False
        if a.whole or b.whole or a.d == b.d:
            return True
        # not by one side's digits alone: 0.123 < 0.1230002 would make people wonder what the first is
        short, d = (a, a.d) if a.d < b.d else (b, b.d)
        return holds(half_up(a.full, d), half_up(b.full, d)) or not short.may_grow()

    def _finite_holds(self, problem: Problem, r: Quantity) -> bool:
        e, exact = self.on_printed()
        f = self.on_full()
        p = r.printed()
        half = r.half
        c = dm.context(DIGITS)
        if not f.is_finite():
            return overflow.went_on(self, r)
        gap = c.subtract(f, p).copy_abs()
        if self._few and (_close(gap, half, f) or _close(c.subtract(e, p).copy_abs(), half, e)):
            self._precisely()
            return self._finite_holds(problem, r)
        if not r.full:
            if not f:
                return self._zero_holds(e, exact, r)
            if e == 0 and exact and self._residue(f, r):
                self.relation = Relation.EXACT
                return True
            return self.machine_holds(problem, e, exact, r)
        if gap > half:
            if c.subtract(f, r.full).copy_abs() < half * _TWENTIETH and r.may_grow():
                self.edge = True
                return False
            return self.machine_holds(problem, e, exact, r)
        if not e.is_finite() or (r.kind.largest is not None and e.copy_abs() >= r.kind.largest):
            return False  # finite it is, and finite it has to be from the printed digits
        off = c.subtract(e, p).copy_abs()
        if exact and not off:
            self.relation = Relation.EXACT
            return True
        if not exact and self.left.rational and (off < _CLOSE or c.subtract(off, half).copy_abs() < _CLOSE):
            return self._fraction_holds(p, half)
        if off <= half:
            self.relation = Relation.ROUNDED
            return True
        return False

    def _fraction_holds(self, p: Decimal, half: Decimal) -> bool:
        from fractions import Fraction

        found = self.left.fraction([q.printed() for q in self.left.leaves])
        if found is None:
            self.relation = Relation.ROUNDED
            return half > 0
        off = abs(found - Fraction(p))
        self.relation = Relation.ROUNDED if off else Relation.EXACT
        return off <= Fraction(half)

    def _zero_holds(self, e: Decimal, exact: bool, r: Quantity) -> bool:
        """Zero is only for zero."""
        if e == 0 and exact:
            self.relation = Relation.EXACT
            return True
        if e == 0 and self._saturates():
            self.relation, self.rule = Relation.MACHINE, "underflow"
            return True
        return False

    def _saturates(self) -> bool:
        """A real too small for any decimal exponent: printed as a power of ten."""
        root = self.left.root
        sign = ""
        if isinstance(root, Negative):
            root, sign = root.args[0], "-"
        if not isinstance(root, (Call, Power)):
            return False
        c = dm.context(20)
        found = [_on_printed(arg) for arg in root.args]
        x, y = found[0], found[-1]
        if isinstance(root, Power):
            log = c.multiply(y, c.log10(x.copy_abs())) if x else None
        elif root.function in ("exp", "exp2"):
            log = c.multiply(x, c.log10(dm.e(20) if root.function == "exp" else Decimal(2)))
        elif root.function in ("erfc", "normal_cdf"):  # exp(−x²)/(x√π), or of x/√2 and halved
            square = c.multiply(x, x) if root.function == "erfc" else c.divide(c.multiply(x, x), Decimal(2))
            front = c.multiply(
                x.copy_abs(), c.sqrt(c.multiply(dm.pi(20), Decimal(1 if root.function == "erfc" else 2)))
            )
            log = c.subtract(c.minus(c.multiply(square, c.log10(dm.e(20)))), c.log10(front))
        else:
            return False
        if log is None or log > -dm.LARGEST_EXPONENT + 1:
            return False
        self.saturated = f"{sign}10^{numeral(log, 3 - log.adjusted())}"
        return True

    def _residue(self, f: Decimal, r: Quantity) -> bool:
        """Whether a sum's result is no more than what rounding its terms leaves."""
        if not self.left.additive:
            return False
        n = len(self.left.root.args)
        bound = self.left.largest_term([q.full for q in self.left.leaves]) * Decimal(4 * n * r.kind.eps)
        return f.copy_abs() <= bound and r.full.copy_abs() <= bound

    def machine_holds(self, problem: Problem, e: Decimal, exact: bool, r: Quantity) -> bool:
        """left ≈ real → dtype machine."""
        self.relation = Relation.MACHINE
        self.rule = "underflow" if not r.full else ""
        if e == 0 and exact and (not self.on_full() or self._residue(self.on_full(), r)):
            self.real, self.real_exact = dm.ZERO, True
            return r.printed() != 0
        hidden = self._hidden(problem)
        e, exact = self.on_printed()
        p = hidden.printed()
        self.real = p
        if p == r.printed():
            return False
        if not p:
            return e == 0 and exact
        off = dm.context(DIGITS).subtract(e, p).copy_abs()
        self.real_exact = exact and not off
        return off <= hidden.half or self.real_exact

    def _hidden(self, problem: Problem) -> Quantity:
        if self.hidden is None:
            self._precisely()
            self.hidden = Quantity(self.on_full())
            self.hidden.begin(problem.style)
            problem._group([self.hidden])
            group = self.hidden.group
            assert group is not None
            group.rows.append(self.index)
            self.groups.append(group)
        return self.hidden

    # values -----------------------------------------------------------------------------------------------

    def on_printed(self) -> tuple[Decimal, bool]:
        """The left side on the printed digits, and whether that is exact."""
        at = self._at()
        found = self._known.get(at)
        if found is None:
            found = self._known[at] = self.left.value([q.printed() for q in self.left.leaves], self._digits())
        return found

    def on_full(self) -> Decimal:
        """The left side on the full digits: the real result."""
        if self._f is None:
            self._f = self.left.value([q.full for q in self.left.leaves], self._digits())[0]
        return self._f

    def _digits(self) -> int:
        return FEWER if self._few else DIGITS

    def _precisely(self) -> None:
        """A decision is close: compute with all digits from here on."""
        if self._few:
            self._few = False
            self._f = None
            self._known.clear()

    def forget(self) -> None:
        """A leaf prints from another value now."""
        self._known.clear()
        self._held = None

    # mending ----------------------------------------------------------------------------------------------

    def targets(self) -> list[Quantity]:
        """The operands that matter: a unit of their last digit moves the result most, or nearly."""
        leaves = self.left.leaves
        slopes = self.left.slopes([q.printed() for q in leaves])
        moves: list[tuple[float, Quantity]] = []
        for slope, quantity in zip(slopes, leaves, strict=True):
            if quantity.may_grow():
                moves.append((slope - quantity.d, quantity))
        if not moves:
            return []
        if any(math.isnan(move) for move, _ in moves):
            return [quantity for _, quantity in moves]
        top = max(move for move, _ in moves)
        return [quantity for move, quantity in moves if move >= top - math.log10(20)]

    def mendable_result(self) -> Group | None:
        """The column that a digit for the result goes to: the real result's, where that is what is printed."""
        if self.relation is Relation.MACHINE and not self.edge:
            if self.hidden is not None and self.hidden.may_grow():
                return self.hidden.group
            return self.result.group if self.result is not None and self.result.may_grow() else None
        if self.result is None or not self.result.may_grow():
            return None
        return self.result.group

    # printing ---------------------------------------------------------------------------------------------

    def line(self, label: str, note: str) -> Line:
        """The solved Line."""
        if self.result is None:
            return self._order_line(label, note)
        r = self.result
        left, ascii = printing.text(self.left.nodes), printing.ascii(self.left.nodes)
        r.printed()
        value = r.text()
        real, gap = "", 0.0
        if self.relation is Relation.MACHINE:
            real = self._real()
            gap = self._gap(r)
            assert real != value, f"an arrow whose sides print alike: {left} → {value}"
        return Line(
            label, left, ascii, value, self.relation, r.dtype, real, self.real_exact and bool(real),
            self.rule if self.relation in (Relation.MACHINE, Relation.NONFINITE) else "", note, gap,
        )  # fmt: skip

    def _real(self) -> str:
        if self.saturated and not self.on_full():
            return as_text(self.saturated).replace("^-", "^−")
        if self.hidden is None or not self.real:
            return "0"
        return self.hidden.text()

    def _gap(self, r: Quantity) -> float:
        """Units of the dtype between machine and real."""
        if not r.full.is_finite():
            return math.inf
        kind = precision(r.dtype)
        off = dm.context(DIGITS).subtract(self.on_full(), r.full).copy_abs()
        unit = Decimal(kind.eps) * Decimal(2) ** math.floor(math.log2(abs(float(r.full)))) if r.full and kind.eps else 1
        return float(off / unit) if unit else math.inf

    def _order_line(self, label: str, note: str) -> Line:
        a, b = self.left.leaves if len(self.left.leaves) == 2 else (self.left.leaves[0],) * 2
        for q in (a, b):
            q.printed()
        text = printing.compared(a.text(), self.sign, b.text(), False)
        ascii = printing.compared(a.ascii(), self.sign, b.ascii(), True)
        return Line(label, text, ascii, "true", Relation.ORDER, a.dtype, note=note)
