"""Every registered op is held to every law; a new op is tested with no test written."""

import pytest

from unmagic.core.notation import Name, Notation
from unmagic.core.op import OPS, Op

from .cases import CASES, Case, drawn
from .laws import LAWS, Law


@pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])
@pytest.mark.parametrize("law", LAWS, ids=[law.__name__ for law in LAWS])
def test_law(law: Law, case: Case) -> None:
    """One law, one op, one sample."""
    law(case, case.op)


def test_the_walk_is_not_empty() -> None:
    """A registry that lost its ops would pass every law."""
    assert len(OPS) >= 154
    assert len(CASES) >= 780
    assert all(any(drawn(op, k).whole for k in range(len(op.samples))) for op in OPS.values())


NO_VERBS = {"the", "a", "an", "where", "whether", "how", "every", "zeros", "ones", "of", "x0"}
"""What a phrase begins with that says what there is, not what to do: words are printed as sentences."""


@pytest.mark.parametrize("op", OPS.values(), ids=list(OPS))
def test_what_is_said_of_an_op(op: type[Op]) -> None:
    """Words and notation can be filled in from operands and attributes alone."""
    for number in range(len(op.samples)):
        case = drawn(op, number)
        names = [f"x{k}" for k in range(len(case.values))]
        slots = dict(zip(op.operands, names, strict=False)) | {"y": "y"} | case.attrs
        said = op.words.format_map(slots | {op.operands[-1]: ", ".join(names)} if op.variadic else slots)
        assert "{" not in said
        assert said.strip() == said
        assert said.split()[0].lower() not in NO_VERBS, f"{said!r} is no sentence"
        tree = op.notation(*map(Name, names), **case.attrs)
        assert isinstance(tree, Notation)
        assert op.source.strip()
        assert op.__doc__
