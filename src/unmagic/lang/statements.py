"""Statements to steps: definitions by need, functions, identities with all their sides, updates in rounds."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from unmagic.core.build import Builder, Constant
from unmagic.core.errors import LimitReached, SyntaxUnread, Unbound, Unsupported
from unmagic.core.graph import Array, Graph, Region
from unmagic.core.limits import Limits
from unmagic.core.program import Decision, Program, Statement
from unmagic.core.span import SourceText, Span

from . import notation
from .bindings import as_index
from .grammar.differentials import marked, reordered
from .grammar.parser import Parser
from .left import Left, left_of, names_of
from .lowering.letters import lettered
from .lowering.lowerer import Differentiate, Lowerer
from .lowering.rules import RULES
from .lowering.scope import Function, Scope
from .lowering.values import Value, node_of
from .names import Known, shown
from .planned import Planned
from .split import Segment, segments, tokens_of, top_level
from .tokens.token import Token, joined
from .tree import At, Call, Infix, Name, Sub, Tree, bare, walk

UPDATES = frozenset(["←", "+=", "-=", "*=", "/="])
_OPERATIONS = {"+=": "+", "-=": "-", "*=": "*", "/=": "/"}
MOST_ROUNDS = 10_000


class Reader:
    """Reads one text into a Program."""

    def __init__(
        self,
        source: SourceText,
        language: str,
        arrays: dict[str, Array],
        limits: Limits,
        differentiate: Differentiate,
        *,
        letters: bool = False,
    ) -> None:
        self.source = source
        self.language = language
        self.arrays = arrays
        self.limits = limits
        self.differentiate = differentiate
        self.decisions: list[Decision] = []
        self.known = Known({name: array.ndim for name, array in arrays.items()}, letters=letters)
        self.functions: dict[str, Function] = {}
        self.plans: list[Planned] = []
        self.passed_over: list[Span] = []
        self.counted: set[str] = set()  # names that stand in an index
        self.depth = 0  # of definitions needed by definitions
        self.start: dict[str, Value] = {}  # names as they stood when the round began
        self.along: dict[int, list[str]] = {}  # names in the middle of a chain, by where it starts

    # parsing ----------------------------------------------------------------------------------------------

    def parse(self) -> None:
        """Tokens, statements, the names that they define, then their trees."""
        tokens, prose = tokens_of(self.source, self.language, self.limits)
        found, skipped = segments(self.source, tokens, self.language, self.known)
        self.passed_over = sorted([*prose, *skipped], key=lambda span: span.start)
        if not found:
            raise SyntaxUnread("there is no formula in this text")
        lefts: list[tuple[Segment, list[int], Left | None]] = []
        for segment in found:
            segment.tokens = reordered(segment.tokens, self.known)
            relations = segment.relations()
            left: Left | None = None
            if relations:
                cut = relations[0]
                if cut == 0:
                    raise SyntaxUnread(
                        "nothing stands before this sign", span=self.span(segment.tokens[0], segment.tokens[0])
                    )
                left = left_of(segment.tokens[:cut], segment.tokens[cut + 1 :], self.known)
                for a, b in itertools.pairwise(relations):  # ℓ = L = …: L is defined along
                    middle = left_of(segment.tokens[a + 1 : b], segment.tokens[b + 1 :], self.known)
                    if middle.kind == "name" and not middle.labels and b - a == 2:
                        self.known.define(middle.name)
                        self.along.setdefault(segment.tokens[0].start, []).append(middle.name)
                changing = segment.tokens[cut].text in UPDATES
                if left.kind == "name" and changing and left.name in names_of(segment.tokens[cut + 1 :], self.known):
                    left = left._replace(kind="side")  # x ← x − …: x has to be bound
                if left.kind == "name":
                    self.known.define(left.name)
                elif left.kind == "function":
                    self.known.functions.add(left.name)
                    self.known.compound(left.name)
                    self.known.sort()
            lefts.append((segment, relations, left))
        for segment, relations, left in lefts:
            self.plans.append(self.plan(segment, relations, left))

    def span(self, first: Token, last: Token) -> Span:
        return Span(self.source, first.start, last.end)

    def plan(self, segment: Segment, relations: list[int], left: Left | None) -> Planned:
        """The trees of one statement."""
        tokens = segment.tokens
        start, end = tokens[0].start, tokens[-1].end
        wrong = top_level(tokens, frozenset(["∝", "→", "↦"]))
        if wrong:
            token = tokens[wrong[0]]
            said = "proportional to: the factor is not known" if token.text == "∝" else "this arrow is not read"
            raise Unsupported(said, span=self.span(token, token))
        if left is None:
            return Planned(Left("side"), [self.tree(tokens, ())], "value", segment.role, start, end)
        pieces = [tokens[a + 1 : b] for a, b in zip([-1, *relations], [*relations, len(tokens)], strict=True)]
        signs = [tokens[k].text for k in relations]
        for piece, at in zip(pieces[1:], relations, strict=True):
            if not piece or all(token.text in (",", ";", ":") for token in piece):
                raise SyntaxUnread("the formula stops too early", span=self.span(tokens[at], tokens[at]))
        updating = signs[0] in UPDATES
        if updating and len(signs) > 1:
            raise SyntaxUnread("one update a statement", span=self.span(tokens[relations[1]], tokens[relations[1]]))
        along = self.along.get(start, [])
        sides = [piece for piece in pieces[1:-1] if joined(piece) not in along] + pieces[-1:]
        rights = [self.tree(piece, left.labels, left.params) for piece in sides]
        if left.kind == "function":
            body = rights[-1]
            self.functions[left.name] = Function(left.name, left.params, body, start, end, left.labels)
            planned = Planned(left, rights, "function", segment.role, start, end)
        elif left.kind == "name":
            if signs[0] in _OPERATIONS:
                name = shown(left.name)
                raise SyntaxUnread(
                    f"{name} has no value to change yet", span=Span(self.source, start, tokens[relations[0]].end)
                )
            planned = Planned(left, rights, "define", segment.role, start, end)
        elif updating and (left.name or signs[0] != "←"):
            if not left.name:
                raise SyntaxUnread("what is updated is a name", span=self.span(tokens[0], tokens[relations[0] - 1]))
            if signs[0] in _OPERATIONS:
                target: Tree = self.tree(pieces[0], left.labels)
                rights = [Infix(_OPERATIONS[signs[0]], target, rights[0], start, end)]
            planned = Planned(left, rights, "update", segment.role, start, end)
        else:
            planned = Planned(left, [self.tree(pieces[0], ()), *rights], "value", segment.role, start, end)
        if planned.kind in ("value", "function") and pieces[0][-1].text in (")", "]"):
            planned.alias = joined(pieces[0])
        return planned

    def tree(self, tokens: Sequence[Token], labels: Sequence[str], params: Sequence[str] = ()) -> Tree:
        given = list(tokens)
        while given and given[-1].text in (",", ";", ":") and given[-1].kind == "sign":
            given.pop()
        end = given[-1].end if given else 0
        given.append(Token("end", "", end, end))
        known = self.known
        if params:
            known = Known(dict(self.known.ranks), self.known.functions, letters=self.known.letters)
            known.compounds = list(self.known.compounds)
            for param in params:
                known.define(param)
        parser = Parser(self.source, marked(reordered(given, known), known), known, self.limits, self.decisions)
        parser.labels = list(labels)
        return parser.whole()

    # evaluating -------------------------------------------------------------------------------------------

    def run(self, times: int | None) -> Program:
        """The Program: all statements worked out, updates as often as asked."""
        self.parse()
        self.counted = self.indexed()
        values: list[Array] = []
        graph = Graph()
        self.builder = Builder(graph, values=values, limits=self.limits)
        self.builder.seen = {}
        self.scope = Scope({}, self.functions, self.need)
        for name, array in self.arrays.items():
            array = as_index(array) if name in self.counted else array
            self.scope.names[name] = Value(self.builder.input(name, array))
        self.lowerer = Lowerer(self.builder, self.scope, self.source, self.decisions, self.differentiate, RULES)
        self.statements: list[Statement] = []
        with np.errstate(all="ignore"):
            self.rounds(1 if times is None else times)
        main = [plan for plan in self.plans if plan.value is not None and plan.role == "main"]
        last = main[-1] if main else next((plan for plan in reversed(self.plans) if plan.value is not None), None)
        if last is None:
            raise Unbound("this text defines, but computes nothing: bind the arguments, or apply the function")
        assert last.value is not None
        graph.result = node_of(self.builder, last.value).id
        program = Program(self.source, self.language, graph, values)
        program.statements = self.statements
        program.decisions = self.decisions
        program.passed_over = self.passed_over
        program.read_out, program.fixed = self.lowerer.builder.read_out, self.lowerer.builder.fixed
        program.gradients = {x: g for x, g in self.lowerer.gradients.items() if x < len(graph.steps)}
        return program

    def indexed(self) -> set[str]:
        """Names that stand in an index: class numbers."""
        out: set[str] = set()
        for plan in self.plans:
            for tree in plan.trees:
                for node in walk(tree):
                    if isinstance(node, Sub | At):
                        for item in node.indices:
                            base = bare(item)
                            if isinstance(base, Sub | At):
                                base = bare(base.base)
                            if isinstance(base, Name):
                                out.add(base.text)
        return out

    def rounds(self, times: int) -> None:
        """Statements in order; those up to the last update as often as asked."""
        if times < 0:
            raise SyntaxUnread("the number of rounds is not negative")
        self.limits.need("rounds", times, MOST_ROUNDS)
        main = [plan for plan in self.plans if plan.role == "main"]
        updates = [k for k, plan in enumerate(main) if plan.kind == "update"]
        head = main[: updates[-1] + 1] if updates else []
        tail = main[len(head) :]
        for number in range(times if updates else 0):
            start = len(self.builder.graph.steps)
            self.start = dict(self.scope.names)
            for plan in head:
                if plan.kind != "function":
                    self.work(plan, again=True)
            if times > 1 or updates:
                self.builder.graph.regions.append(
                    Region("round", f"round {number + 1}", start, len(self.builder.graph.steps))
                )
            if number + 1 < times:
                self.forget(head)
        self.start = {}
        if updates:
            self.forget(head, keep=True)
        for plan in tail:
            if plan.kind != "function":
                self.work(plan)
        for plan in self.plans:
            if plan.role == "where" and plan.kind != "function" and not plan.done:
                self.work(plan)
        self.uncalled()
        order = {id(plan): k for k, plan in enumerate(self.plans)}
        self.plans.sort(key=lambda plan: order[id(plan)])

    def forget(self, head: Sequence[Planned], keep: bool = False) -> None:
        """Definitions that depend on an updated name are worked out anew in the next round."""
        names = {plan.left.name for plan in head if plan.kind == "update"}
        inputs = {name: self.start.get(name) for name in names}
        stale = {value.node.id for value in inputs.values() if value is not None and not value.plain}
        graph = self.builder.graph
        for plan in self.plans:
            if plan.kind != "define" or plan.value is None or plan.value.plain:
                continue
            if stale & graph.ancestors(plan.value.node.id) or any(
                value is not None and value.plain for value in inputs.values()
            ):
                if keep and plan in head:
                    continue
                plan.done = False
                self.scope.names.pop(plan.left.name, None)

    def uncalled(self) -> None:
        """A function that nothing calls is computed at the values its parameters are bound to."""
        worked = [plan for plan in self.plans if plan.kind != "function" and plan.role == "main"]
        called = {
            node.function if isinstance(node, Call) else node.text
            for plan in self.plans
            for tree in plan.trees
            for node in walk(tree)
            if isinstance(node, Call | Name)
        }
        for plan in self.plans:
            if plan.kind != "function":
                continue
            used = {node.text for tree in plan.trees for node in walk(tree) if isinstance(node, Name)}
            bound = all(self.scope.get(param) is not None for param in plan.left.params if param in used)
            if plan.role == "main" and bound and (not worked or plan.left.name not in called):
                self.work(plan)
            else:
                words = f"{self.source.text[plan.start : plan.end]}: defines {shown(plan.left.name)}"
                span = Span(self.source, plan.start, plan.end)
                self.decisions.append(Decision(" ".join(words.split()), span))
                written, right = notation.of_statement(plan)
                before = sum(statement.span.start < plan.start for statement in self.statements)
                self.statements.insert(before, Statement(plan.left.name, -1, span, written, right))  # it has no step

    def need(self, name: str) -> Value | None:
        """The value of a name that a statement further down defines."""
        for plan in self.plans:
            if plan.kind == "define" and plan.left.name == name and not plan.done:
                if plan.busy:
                    raise SyntaxUnread(
                        f"{shown(name)} is defined by itself", span=Span(self.source, plan.start, plan.end)
                    )
                self.work(plan)
                return self.scope.names.get(name)
        return None

    def work(self, plan: Planned, again: bool = False) -> None:
        """One statement: every side, with its free letters as axes."""
        if plan.done and not (again and plan.kind != "define"):
            return
        lowerer, scope, builder = self.lowerer, self.scope, self.builder
        saved = scope.labels, scope.local, scope.entrywise, lowerer.free, lowerer.updated
        span_before, implicit_before = builder.span, builder.implicit
        plan.busy = True
        self.depth += 1
        if self.depth > 100:
            raise LimitReached("definitions nest deeper than 100", span=Span(self.source, plan.start, plan.end))
        try:
            values = []
            labels = plan.left.labels
            fixed = bool(labels)
            for tree in plan.trees:
                scope.labels, scope.local, scope.entrywise = {}, {}, False
                lowerer.free = []
                lowerer.updated = (plan.left.name,) if plan.kind == "update" else ()
                builder.span, builder.implicit = Span(self.source, plan.start, plan.end), False
                value = lowerer.lower(tree)
                if fixed:
                    value = lettered(lowerer, value, labels, tree)
                elif value.labels:
                    labels, fixed = value.labels, True
                    value = Value(value.node)
                if value.lazy:
                    raise Unsupported("the size of the identity is not to be found here", span=lowerer.over(tree))
                values.append(Value(node_of(builder, value), row=value.row and not value.labels))
        finally:
            scope.labels, scope.local, scope.entrywise, lowerer.free, lowerer.updated = saved
            builder.span, builder.implicit = span_before, implicit_before
            plan.busy = False
            self.depth -= 1
        self.finish(plan, values)

    def finish(self, plan: Planned, values: list[Value]) -> None:
        """Bind the name and write the statement down."""
        value = values[-1]
        plan.value, plan.done = value, True
        name = plan.left.name if plan.kind in ("define", "update", "function") else ""
        if name:
            if plan.kind != "function":
                self.scope.names[name] = Value(value.node)
            self.builder.name(name, value.node)
            if value.node.step.op is Constant:
                self.builder.graph.names[name] = value.node.id
        span = Span(self.source, plan.start, plan.end)
        for other in self.along.get(plan.start, []):
            self.scope.names[other] = Value(value.node)
            self.builder.name(other, value.node)
        if plan.alias:
            self.builder.graph.names.setdefault(plan.alias, value.node.id)
        sides = tuple(v.node.id for v in values) if len(values) > 1 else ()
        written, right = notation.of_statement(plan)
        self.statements = [s for s in self.statements if s.span != span or plan.kind == "update"]
        self.statements.append(Statement(name, value.node.id, span, written, right, sides))
