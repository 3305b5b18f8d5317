"""Entry trees cut into Lines: what stands in one line, what gets its own, what is worked once."""

from typing import Any

import numpy as np

from unmagic.core.graph import Index
from unmagic.core.lines import Working
from unmagic.core.op import Op, Operand
from unmagic.core.scalar import Choose, Column, Compare, Entry, Expr, Number, Slot, Sum, Where, call, total
from unmagic.reading.read import read
from unmagic.reading.working import Book, inlined, worked, worked_group


def op(entry: Any) -> type[Op]:
    """What `worked` needs of an op: its entry rule."""

    class Bare(Op, abstract=True):
        name = "bare"

    Bare.entry = staticmethod(entry)
    return Bare


def texts(working: Working) -> list[str]:
    return [f"{line.label}: {line.text}" if line.label else line.text for line in working.lines]


def matvec(at: Index, a: Operand, x: Operand) -> Expr:
    return total(Slot(0) * Slot(1), a.column((at[0], slice(None))), x.column((slice(None),)))


def softmax(at: Index, z: Operand) -> Expr:
    exps = [call("exp", z[(k,)]) for k in range(z.shape[0])]
    return exps[at[0]] / Sum(exps)


def test_the_classifier_reads_as_in_the_lesson() -> None:
    w = np.array([[1.0, -1, 0], [0, 2, 1], [1, 0, -1]])
    x = np.array([2.0, 1, 1])
    z = w @ x
    p = np.exp(z) / np.exp(z).sum()
    loss = -np.log(p[1])
    book = Book(given={"W", "x"})
    for i in range(3):
        book.add(op(matvec), (i,), [w, x], z, step="z", sources=("W", "x"), name="z")
    for i in range(3):
        book.add(op(softmax), (i,), [z], p, step="p", sources=("z",), name="p")
    tree = -call("log", Entry(0, (1,), p[1]))
    book.add(op(lambda at, q: tree), (), [p], loss, step="loss", sources=("p",), name="loss")
    assert [text for working in book.solve() for text in texts(working)] == [
        "z[0]: 1·2 + (−1)·1 + 0·1 = 1",
        "z[1]: 0·2 + 2·1 + 1·1 = 3",
        "z[2]: 1·2 + 0·1 + (−1)·1 = 1",
        "exp(1) ≈ 2.7183",
        "exp(3) ≈ 20.0855",
        "sum: 2.7183 + 20.0855 + 2.7183 ≈ 25.522",
        "p[0]: 2.7183 / 25.522 ≈ 0.1065",
        "p[1]: 20.0855 / 25.522 ≈ 0.7870",
        "p[2]: 2.7183 / 25.522 ≈ 0.1065",
        "loss: −log(0.7870) ≈ 0.2395",
    ]
    assert book.printed("p", (1,)) == "0.7870"


def test_shared_arithmetic_is_worked_once() -> None:
    z = np.array([0.5, -1.25, 2.0])
    p = np.exp(z) / np.exp(z).sum()
    group = worked_group(op(softmax), [(0,), (1,), (2,)], [Operand(0, z)], list(p), name="p")
    assert len(group.lines) == 3 + 1 + 3


def test_the_terms_of_a_whole_stand_in_their_own_order() -> None:
    z = np.array([1.0, 3.0])
    p = np.exp(z) / np.exp(z).sum()
    lines = texts(worked(op(softmax), (1,), [Operand(0, z)], p, name="p"))
    assert lines[:2] == ["exp(1) ≈ 2.7183", "exp(3) ≈ 20.0855"]


def test_a_choice_says_its_order() -> None:
    def relu(at: Index, x: Operand) -> Expr:
        return Choose("max", (Number(0), x[at]), int(x.values[at] > 0))

    x = np.array([2.3, -0.4, 0.0])
    assert texts(worked(op(relu), (0,), [Operand(0, x)], 2.3)) == ["0 < 2.3", "y[0]: max(0, 2.3) = 2.3"]
    assert texts(worked(op(relu), (1,), [Operand(0, x)], 0.0)) == ["−0.4 < 0", "y[1]: max(0, −0.4) = 0"]
    tie = worked(op(relu), (2,), [Operand(0, x)], 0.0)
    assert texts(tie) == ["y[2]: max(0, 0) = 0"]
    assert tie.lines[0].note == "a tie"


def test_near_ties_are_strict_in_print() -> None:
    a, b = 0.123456781, 0.123456789

    def larger(at: Index, x: Operand) -> Expr:
        return Choose("max", (x[(0,)], x[(1,)]), 1)

    order, *_ = worked(op(larger), (), [Operand(0, np.array([a, b]))], b).lines
    assert order.text == "0.12345678 < 0.12345679"


def test_the_way_not_taken_is_not_worked() -> None:
    def elu(at: Index, x: Operand) -> Expr:
        here = x[at]
        return Where(Compare(">", here, Number(0)), here, call("exp", here) - 1, bool(here.value > 0))

    x = np.array([0.5, -1.0])
    assert texts(worked(op(elu), (0,), [Operand(0, x)], 0.5)) == ["0.5 > 0", "y[0]: 0.5 = 0.5"]
    below = worked(op(elu), (1,), [Operand(0, x)], np.expm1(-1.0))
    assert texts(below) == ["−1 ≤ 0", "exp(−1) ≈ 0.3679", "y[1]: 0.3679 − 1 = −0.6321"]


def test_long_sums_show_the_largest_and_the_exact_rest() -> None:
    def added(at: Index, x: Operand) -> Expr:
        return total(Slot(0), x.column((slice(None),)))

    x = np.full(4096, 0.1, np.float16)
    machine = np.float16(256)  # added one by one, the sum stops growing there
    [line] = worked(op(added), (), [Operand(0, x)], machine).lines
    assert line.text == " + ".join(["0.1"] * 8) + " + 408.8 = 409.6 → float16 256"
    assert line.note == "408.8 adds up the other 4,088 terms"


def test_steps_can_be_seen_through() -> None:
    inner = {0: lambda entry: call("exp", Entry(7, entry.at, 0.5))}
    tree = inlined(-call("log", Entry(0, (1,), 1.5) + 1), inner)
    book = Book(given={7})
    book.add_tree(tree, (), -np.log(np.exp(0.5) + 1), step="y", name="y")
    assert [line.text for line in book.solve()[0].lines] == ["exp(0.5) ≈ 1.6487", "−log(1.6487 + 1) ≈ −0.9741"]


def test_a_long_sum_seen_through_keeps_its_entries_apart() -> None:
    # x is operand 1 of the product and b is step 1 of the graph: x[0] was once printed where b[0] stands
    w, x, b = np.arange(40.0).reshape(2, 20)[:, ::-1], np.linspace(1, 0.05, 20), np.array([0.25, 0.5])
    lines = read("z = W x + b; loss = −log softmax(z)[c]", W=w, b=b, x=x, c=0).why("z", 0).lines
    assert lines[-1].text.endswith("+ 0.25 = " + lines[-1].value)
    assert lines[-1].relation == "exact"


def test_columns_share_their_decimals() -> None:
    rng = np.random.default_rng(5)
    a, x = rng.normal(size=(3, 3)), rng.normal(size=3)
    y = a @ x
    lines = worked_group(op(matvec), [(0,), (1,), (2,)], [Operand(0, a), Operand(1, x)], list(y)).lines
    assert len({len(line.value.partition(".")[2]) for line in lines}) == 1


def test_a_fold_of_functions_keeps_hidden_terms_as_an_array() -> None:
    z = np.random.default_rng(1).normal(size=500)

    def denominator(at: Index, x: Operand) -> Expr:
        return total(call("exp", Slot(0)), Column(0, (slice(None),), np.asarray(x.values)))

    working = worked(op(denominator), (), [Operand(0, z)], np.exp(z).sum())
    assert len(working.lines) == 8 + 1
