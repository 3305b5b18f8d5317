"""A lesson: a Markdown file with a few directives, as a list of sections that hold prose and widgets.

A file opens with front matter (`FACTS`), one ``name: value`` a line between two ``---``. ``##`` opens a part, ``###``
an idea in it; both are sections of the page and rows of the contents. ``$…$`` sets a formula, ``{{ … }}`` asks the
engine (`inline`), ``{fact:name}`` quotes (`facts`), and

    ::: panel dot
    ::: check dot-zero
    question: …
    :::

puts a widget in: a word for its kind, its id, and a body of ``name: value`` lines and Markdown that its kind reads.
One without state needs no id. What stands before the first heading belongs to the masthead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources.abc import Traversable

from unmagic.core.errors import UnmagicError

from . import facts
from .markdown import Heading, Markup, Piece, Widget, pieces

FACTS = ("title", "part", "lede", "description", "tags", "minutes", "before", "previous", "next", "atlas")
"""What a lesson's front matter says."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch under one heading: its id, title as HTML, depth (2 or 3) and what stands in it."""

    id: str
    title: str
    depth: int
    body: tuple[Markup | Widget, ...]

    @property
    def short(self) -> str:
        """What the contents call it: the title up to its colon."""
        return self.title.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson file, read."""

    slug: str
    facts: Mapping[str, str]
    sections: tuple[Section, ...]
    opening: tuple[Markup | Widget, ...] = field(default=())

    @property
    def title(self) -> str:
        return self.facts["title"]

    @property
    def chapters(self) -> tuple[tuple[Section, ...], ...]:
        """Each part with its ideas: the rows of the contents."""
        found: list[list[Section]] = []
        for section in self.sections:
            if section.depth == 2 or not found:
                found.append([section])
            else:
                found[-1].append(section)
        return tuple(map(tuple, found))

    @property
    def widgets(self) -> tuple[Widget, ...]:
        """Every widget, in the order of the page."""
        parts = (self.opening, *(section.body for section in self.sections))
        return tuple(piece for body in parts for piece in body if isinstance(piece, Widget))


@cache
def lessons() -> Mapping[str, Lesson]:
    """Every lesson of the content folder, by slug. Another lesson is another file."""
    return lessons_in(facts.CONTENT)


def lessons_in(folder: Traversable) -> Mapping[str, Lesson]:
    """The lessons of a folder, by slug."""
    found = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".md"):
            slug = path.name.removesuffix(".md")
            found[slug] = parse(slug, path.read_text(encoding="utf-8"))
            if missing := [name for name in FACTS if name not in found[slug].facts]:
                raise UnmagicError(f"{path.name} does not open with {', '.join(missing)}", hint="name: value")
    return found


def parse(slug: str, text: str) -> Lesson:
    """A lesson from its text. Raises `UnmagicError` with the line of what can't be read."""
    front, body = _front_matter(text)
    opening: list[Markup | Widget] = []
    sections: list[tuple[Heading, list[Markup | Widget]]] = []
    nameless: Counter[str] = Counter()
    for piece in pieces(body):
        if isinstance(piece, Heading):
            sections.append((piece, []))
            continue
        if isinstance(piece, Widget):
            nameless[piece.kind] += not piece.id
            id = piece.id or f"{piece.kind}-{nameless[piece.kind]}"
            piece = replace(piece, id=id, level=sections[-1][0].depth + 1 if sections else 2)
        (sections[-1][1] if sections else opening).append(piece)
    made = tuple(Section(head.id, head.title, head.depth, tuple(body)) for head, body in sections)
    lesson = Lesson(slug, front, made, tuple(opening))
    _need_unique([section.id for section in made] + [widget.id for widget in lesson.widgets])
    return lesson


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    opening, _, rest = text.partition("---\n")
    head, mark, body = rest.partition("\n---\n")
    if opening.strip() or not mark:
        raise UnmagicError("a lesson opens with its facts between two lines of ---")
    return dict(named_lines(head)), body


def named_lines(text: str) -> list[tuple[str, str]]:
    """``name: value`` lines; a line that is indented goes on with the one before."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line[:1].isspace() and found:
            name, value = found[-1]
            found[-1] = (name, f"{value} {line.strip()}".strip())
        elif line.strip():
            name, colon, value = line.partition(":")
            if not colon:
                raise UnmagicError(f"a line without a name: {line.strip()!r}", hint="name: value")
            found.append((name.strip(), value.strip()))
    return found


def _need_unique(ids: list[str]) -> None:
    """Sections and widgets are places of one page."""
    for id in ids:
        if ids.count(id) > 1:
            raise UnmagicError(f"two places of a lesson are called {id!r}")


__all__ = ["Heading", "Lesson", "Markup", "Piece", "Section", "Widget", "lessons", "lessons_in", "named_lines", "parse"]
