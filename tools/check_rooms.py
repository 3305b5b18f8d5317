"""Rules of the rooms that import layers cannot say. ``python tools/check_rooms.py [PACKAGE_DIRECTORY]``

1. No renderer formats a number: digits does, so that a number looks the same wherever it is printed.
2. No op knows a framework: its math is Array API and graph nodes.
3. No driver knows an op: it tells the recorder what it saw.
4. No optional package is imported at module level: who has no torch must not need it.

Works on the syntax tree and imports nothing. Exits 1 with ``file:line: reason`` for each violation.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FRAMEWORKS = frozenset({"torch", "jax", "jaxlib", "dask", "cupy"})
# scipy too: it is not a dependency, and is there only where the user's own program brings it; sklearn is for its data
# file, which is read without importing it
OPTIONAL = FRAMEWORKS | {"IPython", "scipy", "sklearn"}

FORMATTING_FUNCTIONS = frozenset({"round", "format"})
FORMATTING_METHODS = frozenset(
    {
        "format",
        "format_map",
        "__format__",
        "__round__",
        "round",
        "around",
        "format_float_positional",
        "format_float_scientific",
        "array2string",
        "array_repr",
        "array_str",
    }
)


@dataclass(frozen=True, slots=True)
class Violation:
    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


Spot = tuple[int, str]  # line and reason


def imported(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    """The dotted names that an import statement, or a call that imports by name, asks for.

    ``package`` is the package that the file is in, which relative imports start from. ``from a import b``
    may mean the module ``a.b``, so it gives both.
    """
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield alias.name
        case ast.ImportFrom(module=module, names=names, level=level):
            start = package[: len(package) - level + 1] if level else ()
            base = ".".join((*start, *([module] if module else [])))
            yield base
            for alias in names:
                yield f"{base}.{alias.name}"
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if called(func) in {
            "import_module",
            "__import__",
        }:
            yield name


def called(func: ast.expr) -> str:
    """The last part of the name that is called; empty where it has none."""
    match func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def top(dotted: str) -> str:
    return dotted.partition(".")[0]


def formats_a_number(tree: ast.Module) -> Iterator[Spot]:
    for node in ast.walk(tree):
        match node:
            case ast.FormattedValue(format_spec=spec) if spec is not None:
                yield node.lineno, "a renderer formats: an f-string's format spec; core.digits prints numbers"
            case ast.BinOp(left=ast.Constant(value=str() | bytes()) | ast.JoinedStr(), op=ast.Mod()):
                yield node.lineno, "a renderer formats: %-formatting; core.digits prints numbers"
            case ast.Call(func=ast.Name(id=name)) if name in FORMATTING_FUNCTIONS | FORMATTING_METHODS:
                yield node.lineno, f"a renderer formats: {name}(); core.digits prints numbers"
            case ast.Call(func=ast.Attribute(attr=name)) if name in FORMATTING_METHODS:
                yield node.lineno, f"a renderer formats: .{name}(); core.digits prints numbers"


# A string that code could look a framework up by ("torch", "jax.numpy"). Prose that mentions one is fine.
DOTTED_FRAMEWORK = re.compile(rf"(?:{'|'.join(sorted(FRAMEWORKS))})(?:\.\w+)*")


def knows_a_framework(tree: ast.Module, package: tuple[str, ...]) -> Iterator[Spot]:
    for node in ast.walk(tree):
        for name in sorted({top(name) for name in imported(node, package)} & FRAMEWORKS):
            yield node.lineno, f"an op imports {name}; an op knows no framework"  # type: ignore[attr-defined]
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in FRAMEWORKS:
                yield node.lineno, f"an op names {name}; an op knows no framework"
            case ast.Constant(value=str(text)) if DOTTED_FRAMEWORK.fullmatch(text):
                yield node.lineno, f"an op names {text!r}; an op knows no framework"


def knows_an_op(tree: ast.Module, package: tuple[str, ...]) -> Iterator[Spot]:
    room = f"{package[0]}.ops"
    for node in ast.walk(tree):
        if any(name == room or name.startswith(f"{room}.") for name in imported(node, package)):
            yield node.lineno, f"a driver imports from {room}; tell the recorder"  # type: ignore[attr-defined]


def run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: not in a function, not under ``if TYPE_CHECKING``."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                # The body waits for a call; decorators and defaults don't.
                args = node.args
                todo += [*node.decorator_list, *args.defaults, *(d for d in args.kw_defaults if d)]
            case ast.Lambda(args=args):
                todo += [*args.defaults, *(d for d in args.kw_defaults if d)]
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                todo += node.orelse
            case _:
                todo += ast.iter_child_nodes(node)


def imports_optional_early(tree: ast.Module, package: tuple[str, ...]) -> Iterator[Spot]:
    for node in run_at_import(tree):
        for name in sorted({top(name) for name in imported(node, package)} & OPTIONAL):
            line: int = node.lineno  # type: ignore[attr-defined]
            yield line, f"{name} is imported at module level; import it in the function that needs it"


def check_file(path: Path, root: Path) -> list[Violation]:
    package = (root.name, *path.relative_to(root).parent.parts)
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        return [Violation(path, error.lineno or 1, f"cannot be read: {error.msg}")]
    found = list(imports_optional_early(tree, package))
    # A room is a package, or a single module of that name.
    match (*package[1:], path.stem)[0]:
        case "render":
            found += formats_a_number(tree)
        case "ops":
            found += knows_a_framework(tree, package)
        case "sources":
            found += knows_an_op(tree, package)
    return [Violation(path, line, reason) for line, reason in sorted(set(found))]


def check(root: Path) -> list[Violation]:
    """All violations in a package directory such as ``src/unmagic``, in file and line order."""
    root = root.resolve()
    return [violation for path in sorted(root.rglob("*.py")) for violation in check_file(path, root)]


def main(argv: list[str]) -> int:
    root = Path(argv[0]) if argv else Path(__file__).parents[1] / "src" / "unmagic"
    if not root.is_dir():
        print(f"{root} is no directory", file=sys.stderr)
        return 2
    violations = check(root)
    for violation in violations:
        print(violation)
    if not violations:
        print(f"rooms: {sum(1 for _ in root.rglob('*.py'))} files, no violation")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
