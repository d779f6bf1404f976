"""The house keeps its order: rooms on floors, imports one way, small files, classes, functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tracer"

#: From the ground up: a room may import its own modules and the rooms before it.
FLOORS = (
    "tracer",
    "tracer.wording",
    "tracer.language",
    "tracer.calculus",
    "tracer.data",
    "tracer.program",
    "tracer.backward",
    "tracer.template",
    "tracer.network",
    "tracer.run",
    "tracer.verify",
    "tracer.code.values",
    "tracer.code.world",
    "tracer.code.python",
    "tracer.code.record",
    "tracer.code",
    "tracer.workbook.plan",
    "tracer.workbook.writer",
    "tracer.workbook.sheets",
    "tracer.workbook.sheets.explore",
    "tracer.workbook.sheets.article",
    "tracer.workbook.sheets.picture",
    "tracer.workbook",
    "tracer.practice",
    "tracer.practice.safe",
    "tracer.practice.answers",
    "tracer.practice.exercise",
    "tracer.practice.marking",
    "tracer.practice.mistakes",
    "tracer.practice.sheets",
    "tracer.practice.checking",
    "tracer.practice.grading",
    "tracer.api",
    "tracer.commands",
)
#: What every room needs, and the two faces of the package, which may import anything.
HALL = {"errors", "version", "atomic", "limits", "paths"}
FACES = {"tracer", "tracer.__main__"}

LONGEST_FILE = 350
LONGEST_CLASS = 220
MOST_COMPLEX = 15
#: How many statements the formatter may be kept from, by the comment that does so.
MOST_SKIPPED, SKIPPED = 30, "# fmt: " + "skip"


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _room(module: str) -> str:
    """Return the room of a module, or of a name in one: its longest folder."""
    return max((r for r in FLOORS if f"{module}.".startswith(f"{r}.")), key=len)


def _sources(folder: Path = PACKAGE) -> list[tuple[str, Path, ast.Module]]:
    return [
        (_name(path), path, ast.parse(path.read_text("utf-8")))
        for path in sorted(folder.rglob("*.py"))
    ]


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_every_folder_is_a_room_on_a_floor() -> None:
    folders = {_name(path) for path in PACKAGE.rglob("__init__.py")}
    assert folders == set(FLOORS)


def test_the_hall_holds_what_every_room_needs_and_no_more() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == {*HALL, "__init__", "__main__"}


def test_imports_run_one_way() -> None:
    """Also within a function or for types only: an arrow is an arrow."""
    wrong = [
        f"{module} imports {imported}"
        for module, _, tree in _sources()
        if module not in FACES
        for imported in _imports(tree)
        if imported.startswith("tracer.")
        and FLOORS.index(_room(imported)) > FLOORS.index(_room(module))
    ]
    assert wrong == []


def test_no_room_imports_the_face_of_the_package() -> None:
    wrong = [m for m, _, tree in _sources() if m not in FACES and "tracer" in _imports(tree)]
    assert wrong == []


@pytest.mark.parametrize("room", FLOORS[1:])
def test_a_room_says_what_it_is_what_it_may_import_and_who_calls_it(room: str) -> None:
    path = ROOT.joinpath(*room.split("."), "__init__.py")
    text = " ".join((ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split())
    assert "alled by" in text or "call it" in text, "who calls it"
    assert "ay import" in text or "Imports nothing" in text, "what it may import"


def test_files_stay_small() -> None:
    lines = {m: len(path.read_text("utf-8").splitlines()) for m, path, _ in _sources()}
    assert {m: n for m, n in lines.items() if n > LONGEST_FILE} == {}


def test_the_formatter_is_seldom_switched_off() -> None:
    lines = [
        line
        for folder in (PACKAGE, ROOT / "tests")
        for path in folder.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if line.endswith(SKIPPED)
    ]
    assert len(lines) <= MOST_SKIPPED


def test_classes_stay_small() -> None:
    sizes = {
        f"{module}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module, _, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    assert {name: n for name, n in sizes.items() if n > LONGEST_CLASS} == {}


def test_functions_stay_simple() -> None:
    complexity = {
        f"{module}.{node.name}": cognitive(node)
        for module, _, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: n for name, n in complexity.items() if n > MOST_COMPLEX} == {}


def cognitive(function: ast.FunctionDef) -> int:
    """Return the cognitive complexity of a function, as SonarSource's white paper counts it.

    A branch or a loop counts one and one more for each that it stands in; `elif`, `else`, a
    chain of one Boolean operator and a call of itself count one each.
    """
    return sum(_cost(node, 0, function.name) for node in function.body)


_LOOPS = (ast.For, ast.While, ast.AsyncFor)


def _cost(node: ast.AST, depth: int, name: str) -> int:
    if isinstance(node, ast.If):
        return _if(node, depth, name)
    if isinstance(node, _LOOPS):
        header = [node.test] if isinstance(node, ast.While) else [node.iter]
        inside = _all([*header, *node.body], depth + 1, name)
        return 1 + depth + inside + bool(node.orelse) + _all(node.orelse, depth + 1, name)
    if isinstance(node, ast.IfExp):
        return 1 + depth + _all([node.test, node.body, node.orelse], depth + 1, name)
    if isinstance(node, ast.ExceptHandler):
        return 1 + depth + _all(node.body, depth + 1, name)
    if isinstance(node, ast.Match):
        bodies = [n for case in node.cases for n in (*case.body, *filter(None, [case.guard]))]
        return 1 + depth + _all([node.subject], depth, name) + _all(bodies, depth + 1, name)
    if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
        body = node.body if isinstance(node.body, list) else [node.body]
        return _all(body, depth + 1, name)
    own = 0
    if isinstance(node, ast.BoolOp):
        own = 1
    elif isinstance(node, ast.Call):
        called = node.func
        attribute = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)
        itself = called.id if isinstance(called, ast.Name) else None
        if attribute and isinstance(called, ast.Attribute) and called.value.id in {"self", "cls"}:  # type: ignore[attr-defined]
            itself = called.attr
        own = int(itself == name)
    return own + _all(list(ast.iter_child_nodes(node)), depth, name)


def _if(node: ast.If, depth: int, name: str, first: bool = True) -> int:
    total = (1 + depth if first else 1) + _all([node.test, *node.body], depth + 1, name)
    if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        return total + _if(node.orelse[0], depth, name, first=False)
    return total + bool(node.orelse) + _all(node.orelse, depth + 1, name)


def _all(nodes: list[ast.AST] | list[ast.stmt] | list[ast.expr], depth: int, name: str) -> int:
    return sum(_cost(node, depth, name) for node in nodes)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("return x", 0),
        ("if a: pass", 1),
        ("if a: pass\nelif b: pass\nelse: pass", 3),
        ("for x in y:\n    if a and b and c: pass", 4),
        ("return a and b or c", 2),
        ("return 1 if a else f(x)", 2),
        ("try: pass\nexcept E:\n    while a: pass", 3),
        ("match x:\n    case 1 if a: pass\n    case _:\n        if b: pass", 3),
        ("def g():\n    if a: pass", 2),
    ],
)
def test_complexity_is_counted_as_defined(source: str, expected: int) -> None:
    indented = "".join(f"    {line}\n" for line in source.splitlines())
    (function,) = ast.parse(f"def f(x):\n{indented}").body
    assert isinstance(function, ast.FunctionDef)
    assert cognitive(function) == expected


def test_no_class_name_stands_twice() -> None:
    """Also not with an underscore before one of them: a reader can't hear it."""
    places: dict[str, list[str]] = {}
    for module, _, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name.lstrip("_"), []).append(module)
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}
