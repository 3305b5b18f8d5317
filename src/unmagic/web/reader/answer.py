"""From a question to its answer: the source read on the visitor's numbers, or what kept it from being read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from unmagic.core.build import Input
from unmagic.core.errors import BadValue, LimitReached, Unbound, UnmagicError
from unmagic.core.limits import WEB
from unmagic.lang.names import canonical as canonical_name
from unmagic.reading.laid_out import shape_words
from unmagic.reading.read import read
from unmagic.reading.reading import Gradient, Reading
from unmagic.sources.sniff import sniff

from .arrays import array
from .free import free_names
from .question import Question, Side

MOST_ROUNDS = 1_000
TAKEN = frozenset({"lang", "times", "example", "digits", "limits"})
"""Words that `read` uses itself."""


@dataclass(frozen=True, slots=True)
class Field:
    """A name that has numbers, or waits for them."""

    name: str
    text: str = ""
    shape: str = ""  # what is known of it: "n×m"
    error: UnmagicError | None = None

    @property
    def rows(self) -> int:
        """Lines that its numbers take, one a row."""
        return min(9, 1 + self.text.rstrip(";").count(";"))

    @property
    def shown(self) -> str:
        """The numbers as they stand in the field: a matrix row by row, real minus signs."""
        if "[" in self.text or self.error is not None:
            return self.text
        rows = self.text.replace("-", "−").replace(",", ", ").split(";")
        if len(rows) == 2 and not rows[1]:
            return f"{rows[0]};"  # a matrix of one row
        return "\n".join(rows).strip()


@dataclass(slots=True)
class Answer:
    """What the page has to show. ``reading`` is there where there are numbers, or where there are none at all."""

    side: Side
    reading: Reading | None = None
    gradient: Gradient | None = None
    no_gradient: str = ""  # why there is none
    error: UnmagicError | None = None
    fields: tuple[Field, ...] = ()
    waiting: tuple[str, ...] = ()  # names that have no numbers yet
    ours: tuple[str, ...] = ()  # names whose numbers are ours
    language: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """What the answer is as HTTP: not read is 422, too long 413."""
        if any(entry.error is not None for entry in self.fields):
            return 422
        if isinstance(self.error, LimitReached):
            return 413 if self.error.what.startswith("characters") else 422
        return 200 if self.error is None else 422

    @property
    def shown(self) -> Reading | None:
        """The reading that the page prints: in reals, with its gradient, where there is one."""
        return self.gradient if self.gradient is not None else self.reading


def answer(question: Question, side: Side | None = None) -> Answer:
    """Read one side of a question; what goes wrong is said in the answer, never raised."""
    side = side or question.side
    made = Answer(side)
    if not side.src.strip():
        return made
    values = _values(made)
    try:
        made.language = side.lang or told(side.src)
        if all(entry.error is None for entry in made.fields):
            made.reading = _read(question, made, values)
    except UnmagicError as error:
        made.error = error
    _fields(question, made, values)
    if made.error is not None and isinstance(made.error, Unbound) and made.waiting:
        made.error = None  # nothing is wrong: numbers are still to come
    if made.reading is not None and not made.reading.numberless:
        made.ours = tuple(made.reading.program.ours)
        _derive(question, made)
    return made


def told(text: str) -> str:
    """The language of a text by its looks; a path is no text. Raises `UnmagicError`."""
    WEB.need("characters", len(text), WEB.program_characters)
    language = sniff(text)
    if language == "path":
        raise UnmagicError(
            f"{text.strip()[:80]} looks like a file's name; this page reads text, and opens no files",
            hint="paste what stands in it, or say how to read it: formula, LaTeX or Python",
        )
    return language


def _values(made: Answer) -> dict[str, Any]:
    """The visitor's numbers by name; what is no number is said at its field."""
    values: dict[str, Any] = {}
    fields = []
    for name, text in made.side.numbers:
        error: UnmagicError | None = None
        try:
            if name in TAKEN:
                raise BadValue(f"{name} is a word of ours", hint="give it another name")
            canonical_name(name)  # what is no name is said here
            values[name] = array(text)
        except UnmagicError as wrong:
            error = wrong
        fields.append(Field(name, text, "", error))
    made.fields = tuple(fields)
    return values


def _read(question: Question, made: Answer, values: Mapping[str, Any]) -> Reading:
    side = made.side
    times = _rounds(question.times)

    def with_numbers(values: Mapping[str, Any]) -> Reading:
        lang = side.lang or None
        return read(side.src, lang=lang, times=times, example=question.example, limits=WEB, **dict(values))

    try:
        reading = with_numbers(values)
    except UnmagicError:
        # whole numbers may pick entries, so they are kept whole at first; a formula that derives by them wants reals
        reals = {n: v.astype(float) if getattr(v, "ndim", 0) and v.dtype.kind == "i" else v for n, v in values.items()}
        if all(reals[name] is value for name, value in values.items()):
            raise
        try:
            reading = with_numbers(reals)
        except UnmagicError:
            reading = with_numbers(values)  # to say what was wrong with the numbers as they were typed
    made.language = reading.program.language
    if side.dtype != "float64" and not reading.numberless:
        reading = reading.change(dtype=side.dtype)
    return reading


def _rounds(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= MOST_ROUNDS:
        raise BadValue(f"can't run {text!r} rounds", hint=f"a whole number from 1 to {MOST_ROUNDS:,}")
    return int(text)


def _fields(question: Question, made: Answer, values: Mapping[str, Any]) -> None:
    """A field for each name of the source that has numbers, or waits for them."""
    shapes = _unbound(question, made, values)
    known = {_spelled(entry.name) for entry in made.fields}
    made.waiting = tuple(name for name in shapes if _spelled(name) not in known)
    if question.example and made.reading is not None:
        made.waiting = ()
    more = [Field(name, "", shape) for name, shape in shapes.items() if _spelled(name) not in known]
    made.fields = (*(Field(f.name, f.text, shapes.get(f.name, ""), f.error) for f in made.fields), *more)


def _spelled(name: str) -> str:
    """A name as readings keep it; what is no name stays what it is."""
    try:
        return canonical_name(name)
    except UnmagicError:
        return name


def _unbound(question: Question, made: Answer, values: Mapping[str, Any]) -> dict[str, str]:
    """Names without numbers, with what is known of their shapes."""
    reading = made.reading
    if made.language == "python":
        return dict.fromkeys((n for n in free_names(made.side.src) if n not in values), "")
    if reading is None and isinstance(made.error, Unbound):
        try:
            lang = made.side.lang or None
            reading = read(made.side.src, lang=lang, times=None, example=True, limits=WEB, **dict(values))
        except UnmagicError:
            return {}
    if reading is None or not reading.program.ours:
        return {}
    program = reading.program

    def shape(sizes: tuple[int, ...]) -> str:
        if not program.letters:
            return shape_words(sizes)
        return "×".join(program.letters.get(size, str(size)) for size in sizes)

    inputs = {s.name: s for s in program.graph.steps if s.op is Input and s.name is not None}
    return {
        name: shape(inputs[name].shape) if inputs[name].shape else "a number" for name in program.ours if name in inputs
    }


def _derive(question: Question, made: Answer) -> None:
    """The way back, where the result is one number and somebody wants it."""
    reading = made.reading
    if not question.grad or reading is None or reading.program.failure is not None or reading.graph.result < 0:
        return
    shape = reading.graph[reading.graph.result].shape
    if shape != ():
        made.no_gradient = (
            f"A way back starts from one number; this comes to {shape_words(shape)}. "
            "Add it up, or take one entry, and it will stand here."
        )
        return
    try:
        gradient = reading.gradient()
    except UnmagicError as error:
        made.no_gradient = f"There is no way back: {error.what}."
        return
    if gradient.backward.wrt:
        made.gradient = gradient


__all__ = ["Answer", "Field", "answer", "told"]
