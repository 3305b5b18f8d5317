"""Narration: what a formula or program does, in sentences, assembled from the idioms and ops it is made of.

Each idiom and op says its part in the user's own names; here they are put in order and joined. No text is written for
one formula.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from unmagic.core.graph import Array, Graph, Step
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.notation import Name, Notation
from unmagic.core.notation_text import text
from unmagic.core.span import SourceText
from unmagic.core.symbols import unicode_name
from unmagic.idioms.record import Match, Seen
from unmagic.idioms.symbolic import Spoken, spoken

from .called import HIDDEN, Called

if TYPE_CHECKING:
    from unmagic.core.program import Program

PARAGRAPH = 7  # sentences, about
BENDS = frozenset({"relu", "gelu", "gelu_tanh", "silu", "tanh", "sigmoid", "softplus"})


class Unit(NamedTuple):
    """Sentences on the steps up to ``root``."""

    root: int
    sentences: str
    match: Match | None = None


def narrate(
    graph: Graph, values: Sequence[Array] | None, matches: Sequence[Match], program: Program | None = None
) -> list[str]:
    """Paragraphs that say what is computed, why, and how the parts join.

    ``values`` may be None, or numbers that stand in where the user gave none: then nothing is said that they decide.
    """
    if program is not None and not graph.steps:
        return narrate_formulas([(one.name, one.right) for one in program.statements if one.right is not None])
    return _Narrator(graph, values, matches, program).paragraphs()


def narrate_formulas(formulas: Sequence[tuple[str, Notation]]) -> list[str]:
    """The same for formulas without numbers: pairs of what each defines (or "") and its right side.

    What others are made of is told first. Where no idiom is found nothing is said.
    """
    told: list[Spoken] = []
    texts: list[str] = []
    for one in spoken(*_in_order(formulas)):
        called = {role: _spelled(part) for role, part in one.roles.items()}
        head = one.seen.name.partition("(")[0]
        extras = {"Y": unicode_name(head) or "the result", **one.idiom.extras(one.seen)}
        texts.append(_sentence(one.idiom.tell(one.seen, {**extras, **called})))
        told.append(one)
    loss = next((one for one in told if one.idiom.descended), None)
    if loss is not None and any(one.idiom.name in DESCENTS for one in told):
        called = {role: _spelled(part) for role, part in loss.roles.items()}
        texts.append(f"Repeated, {loss.idiom.descended.format_map(called)}.")
    return _paragraphs(list(dict.fromkeys(texts)))


def narrate_text(source: SourceText, language: str, limits: Limits = DEFAULT) -> list[str]:
    """The narration of formulas as typed (``language`` is formula or latex), without any numbers.

    Raises `UnmagicError` for what has no reading.
    """
    from unmagic.lang.notation import of_statement
    from unmagic.lang.statements import Reader

    def never(*_: Any) -> Any:
        raise AssertionError("nothing is computed without numbers")

    reader = Reader(source, language, {}, limits, never, letters=True)
    reader.parse()
    return narrate_formulas([(plan.left.name or "", of_statement(plan)[1]) for plan in reader.plans])


def _spelled(part: Notation) -> str:
    """Notation in a sentence; a name that is a whole call, ``p(x_i;theta)``, as it was meant: ``p(xᵢ; θ)``."""
    if isinstance(part, Name) and "(" in part.text:
        return re.sub(r"\w+", lambda word: unicode_name(word[0]), part.text).replace(";", "; ").replace(";  ", "; ")
    return text(part)


def _in_order(formulas: Sequence[tuple[str, Notation]]) -> list[tuple[str, Notation]]:
    """Definitions before what uses them; else as they stand. An update defines nothing: it uses its own name."""
    waiting = list(formulas)
    defining = {one for one, right in formulas if one and not _uses(right, one)}
    out: list[tuple[str, Notation]] = []
    while waiting:
        free = next(
            (
                one
                for one in waiting
                if not any(other is not one and other[0] in defining and _uses(one[1], other[0]) for other in waiting)
            ),
            waiting[0],
        )
        waiting.remove(free)
        out.append(free)
    return out


def _uses(right: Notation, name: str) -> bool:
    """Does a formula mention a name as a word of its own?"""
    head = name.partition("(")[0]
    written = text(Name(head))
    return bool(head) and re.search(rf"(?<![^\W_]){re.escape(written)}(?![^\W_])", text(right)) is not None


def say(
    graph: Graph,
    values: Sequence[Array] | None,
    matches: Sequence[Match],
    id: int,
    program: Program | None = None,
) -> str:
    """What one step does, in a sentence or a few."""
    return _Narrator(graph, values, matches, program).say(id)


class _Narrator:
    def __init__(
        self, graph: Graph, values: Sequence[Array] | None, matches: Sequence[Match], program: Program | None
    ) -> None:
        self.graph = graph
        self.values = values
        self.matches = [match for match in matches if not match.joined]
        self.program = program
        self.called = Called(graph, values, matches, program)
        self.uses = graph.uses()

    # one step ---------------------------------------------------------------------------------------------

    def say(self, id: int) -> str:
        match = self.called.at.get(id)
        return self.tell(match) if match is not None else self.words(self.graph[id])

    def tell(self, match: Match) -> str:
        """An idiom's own prose, in the user's names."""
        seen = self.seen(match)
        result = self.graph[match.root].name
        called = {"Y": self.called[match.root] if result else "the result"}
        roles = self.called.roles(match)
        called |= {**match.idiom.extras(seen._replace(names={**seen.names, **self.slopes(match)})), **roles}
        return _sentence(match.idiom.tell(seen, called))

    def slopes(self, match: Match) -> dict[str, str]:
        """The roles that are gradients, by the user's words for them."""
        return {role: self.called.slopes[id] for role, id in match.roles.items() if id in self.called.slopes}

    def seen(self, match: Match) -> Seen:
        graph = self.graph
        return Seen(
            {role: graph[id].shape for role, id in match.roles.items()},
            {role: graph[id].name or "" for role, id in match.roles.items()},
            {role: self.values[id] for role, id in match.roles.items()} if self._real() and self.values else {},
            match.attrs,
            graph[match.root].shape,
            graph[match.root].name or "",
        )

    def _real(self) -> bool:
        """Are the numbers the user's? Ours only stand in, and decide nothing that is said."""
        return self.values is not None and not (
            self.program is not None and (self.program.ours or self.program.letters)
        )

    def words(self, step: Step) -> str:
        """An op's words, with its operands' names."""
        named = dict(zip(step.op.operands, (self.called[i] for i in step.inputs), strict=False))
        if step.op.variadic and len(step.inputs) >= len(step.op.operands) > 0:
            first = len(step.op.operands) - 1
            named[step.op.operands[-1]] = _listed([self.called[i] for i in step.inputs[first:]])
        text = step.op.words.format_map(_Forgiving({**_printed(step.attrs), **named, "y": self.called[step.id]}))
        if not step.shape:
            text = text.removesuffix(", entry by entry")
        return _sentence(text)

    # all of them ------------------------------------------------------------------------------------------

    def paragraphs(self) -> list[str]:
        units = self.units()
        if not units:
            return []
        texts = [unit.sentences for unit in units]
        closing = self.closing([unit.match for unit in units if unit.match is not None])
        if closing:
            texts.append(closing)
        return _paragraphs(texts)

    def units(self) -> list[Unit]:
        """Idioms and runs of plain steps, in order, of what the results depend on."""
        wanted = self.wanted()
        told = [match for match in self.matches if match.root in wanted]
        inside = {member for match in told for member in match.members}
        units = [Unit(match.root, self.introduced(match), match) for match in told]
        fed = self.fed()
        plain = [
            step
            for step in self.graph.steps
            if step.id in wanted and step.id in fed and step.id not in inside and not self.unseen(step)
        ]
        units += [Unit(run[-1].id, self.run(run)) for run in self.runs(plain)]
        return _once(sorted(units, key=lambda unit: unit.root))

    def fed(self) -> set[int]:
        """Steps that depend on what was handed in: the others are numbers of the text, made ready."""
        fed: set[int] = set()
        for step in self.graph.steps:
            if step.op.name == "input" or any(i in fed for i in step.inputs):
                fed.add(step.id)
        return {id for id in fed if self.graph[id].inputs}

    def unseen(self, step: Step) -> bool:
        """Steps that the reader put in, or that only pass a value on."""
        return step.implicit or step.op.name in HIDDEN

    def wanted(self) -> set[int]:
        """What the results depend on, without the steps of gradients (they are the chain rule, not the user's)."""
        ends = {self.graph.result} if self.graph.result >= 0 else set()
        gradients: set[int] = set()
        if self.program is not None:
            ends |= {statement.step for statement in self.program.statements if statement.step >= 0}
            gradients = set(self.program.gradients.values())
        wanted: set[int] = set()
        todo = list(ends)
        while todo:
            id = todo.pop()
            if id in wanted or id in gradients:
                continue
            wanted.add(id)
            todo.extend(self.graph[id].inputs)
        return wanted

    def introduced(self, match: Match) -> str:
        """An idiom's prose, led by the name that its result got."""
        told = self.tell(match)
        name = self.graph[match.root].name
        return f"{self.called[match.root]}: {_lower(told)}" if name and len(self.matches) > 1 else told

    def runs(self, plain: Sequence[Step]) -> list[list[Step]]:
        """Plain steps in runs, each step working on the one before and on nothing else that was computed."""
        runs: list[list[Step]] = []
        ends: dict[int, list[Step]] = {}
        members = {step.id for step in plain}
        for step in plain:
            before = [i for i in dict.fromkeys(self.called.seen(i).id for i in step.inputs) if i in members]
            run = ends.pop(before[0], None) if len(before) == 1 and self._only(before[0]) else None
            if run is None:
                run = []
                runs.append(run)
            run.append(step)
            ends[step.id] = run
        return runs

    def _only(self, id: int) -> bool:
        """Is a step unnamed, and read by one other?"""
        readers = self.uses[id]
        while len(readers) == 1 and self.graph[readers[0]].op.name in HIDDEN:
            readers = self.uses[readers[0]]
        return not self.graph[id].name and len(readers) == 1

    def run(self, run: Sequence[Step]) -> str:
        """A run of plain steps as one sentence: where it starts, what is done to it, what it is called then."""
        last = run[-1]
        name = self.called.short(last.id) if last.name else ""
        start, rest = self._start(run)
        phrases = [self.phrase(step, before) for before, step in zip([run[0], *run], run, strict=False)][
            len(run) - len(rest) :
        ]
        if not rest:
            text = f"Take {start}"
        elif start:
            text = _listed([f"Start from {start}", *phrases])
        else:
            text = _listed(phrases)
        return _sentence(f"{text}: that is {name}" if name else text)

    def _start(self, run: Sequence[Step]) -> tuple[str, Sequence[Step]]:
        """What a run begins with: its first steps as a formula while that is short, else its first step in words."""
        if len(run) == 1:
            return "", run
        for count in range(min(3, len(run) - 1), 0, -1):
            short = self.called.short(run[count - 1].id)
            if 0 < len(short) <= 12:
                return short, run[count:]
        return "", run

    def phrase(self, step: Step, before: Step) -> str:
        """What a step does to the one before, as a phrase: "add 1", "square it"."""
        operands = [self.called.seen(i) for i in step.inputs]
        if step is before or before not in operands:
            return self.words(step).rstrip(".")[:1].lower() + self.words(step).rstrip(".")[1:]
        if len(operands) == 2 and operands[0] is not operands[1]:
            first = operands[0] is before
            other = self.called[(operands[1] if first else operands[0]).id]
            if step.op.name == "power" and first and other in {"2", "3"}:
                return {"2": "square it", "3": "cube it"}[other]
            phrases = RUNNING.get(step.op.name)
            if phrases:
                return phrases[0 if first else -1].format(b=other)
        words = step.op.words.format_map(_Forgiving({**_printed(step.attrs), **{
            name: "it" if operand is before else self.called[operand.id]
            for name, operand in zip(step.op.operands, operands, strict=False)
        }}))  # fmt: skip
        return words.replace("the entries of it", "its entries").removesuffix(", entry by entry")

    # how they join ----------------------------------------------------------------------------------------

    def closing(self, told: Sequence[Match]) -> str:
        """What the idioms make together: layers with bends are a network, descent on a loss fits a model."""
        names = [match.name for match in told]
        layers = [match for match in told if match.idiom.title in {"linear layer", "affine layer"}]
        bends = [match for match in told if match.name in BENDS]
        text: list[str] = []
        if len(layers) >= 2 and bends and any(layers[0].root < bend.root < layers[-1].root for bend in bends):
            text.append(
                f"{_COUNT.get(len(layers), str(len(layers)))} layers with {bends[0].idiom.title} between them: a "
                "multilayer perceptron. Without the bend they would collapse into one layer."
            )
        descent = next((match for match in told if match.name in DESCENTS), None)
        loss = next((match for match in told if match.idiom.descended), None)
        if descent is not None and loss is not None:
            text.append(f"Repeated, {loss.idiom.descended.format_map(self.called.roles(loss))}.")
        if names.count("residual") > 1:
            text.append("What comes in is never lost on the way: each part only adds its correction.")
        return " ".join(text)


DESCENTS = frozenset({"gradient_descent", "momentum", "adam", "adam_step"})
_COUNT = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}
RUNNING: Mapping[str, tuple[str, ...]] = {
    "add": ("add {b}",),
    "subtract": ("subtract {b}", "subtract it from {b}"),
    "multiply": ("multiply by {b}",),
    "divide": ("divide by {b}", "divide {b} by it"),
    "power": ("raise it to the power {b}", "raise {b} to its power"),
    "maximum": ("take the larger of it and {b}",),
    "minimum": ("take the smaller of it and {b}",),
    "matvec": ("let it act on {b}", "let {b} act on it"),
    "matmul": ("multiply by {b} from the right", "multiply by {b} from the left"),
    "dot": ("take its dot product with {b}",),
}
"""A step on the running value, with the other operand ``{b}``: as first and as second operand."""


def _paragraphs(texts: Sequence[str]) -> list[str]:
    """Texts joined into paragraphs that are not too long."""
    out: list[str] = []
    count = 0
    for one in texts:
        sentences = one.count(". ") + 1
        if out and count + sentences <= PARAGRAPH:
            out[-1] += f" {one}"
            count += sentences
        else:
            out.append(one)
            count = sentences
    return out


class _Forgiving(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key


def _printed(attrs: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in attrs.items()}


def _listed(phrases: Sequence[str]) -> str:
    """``a``; ``a and b``; ``a, b, and c``."""
    if len(phrases) <= 2:
        return " and ".join(phrases)
    return f"{', '.join(phrases[:-1])}, and {phrases[-1]}"


def _sentence(text: str) -> str:
    """With a capital, unless it starts with a symbol of the user's, and a full stop."""
    text = text.strip()
    first = text.split(" ", 1)[0].rstrip(",:;.")
    if len(first) > 1 and first.isalpha() and first.islower():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _lower(text: str) -> str:
    """A sentence to follow a colon: its first letter small, where it is a plain word's."""
    first = text.split(" ", 1)[0]
    plain = first.isalpha() and len(first) > 1 and first[1:].islower() and first not in {"Bayes", "GELU"}
    return text[0].lower() + text[1:] if plain or first == "A" else text


def _once(units: Sequence[Unit]) -> list[Unit]:
    """The same words are said once: the second of two alike layers is only named."""
    seen: set[str] = set()
    out: list[Unit] = []
    for unit in units:
        if unit.sentences not in seen:
            seen.add(unit.sentences)
            out.append(unit)
    return out
