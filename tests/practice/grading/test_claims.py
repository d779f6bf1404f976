"""Nothing that stands in a handed-in file steers whose numbers and which rules it is marked by."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from tests.practice.grading.classroom import TEMPLATE
from tests.practice.students import exact, fill
from tracer.commands.main import main
from tracer.practice.exercise.assignment import ClassAssignment, read_assignment
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student, read_roster
from tracer.practice.grading.grading import Outputs, grade_class
from tracer.practice.grading.results import ClassMarks
from tracer.practice.sheets.handing_out import EVERYONE, hand_out
from tracer.practice.sheets.paper import layout
from tracer.template.read import template_of
from tracer.wording import load

EXERCISE = Exercise(template_of(tomllib.loads(TEMPLATE), Path("hand.toml")), live=True)
RECIPE = load()("practice.recipe")
SECRET = 'template = "hand.toml"\nsecret = "a secret that only this test knows"\n'
BOOK = f"{SECRET}[vary]\nw = [1, 90]\n"
#: A point for each of its results.
ALL = 5.0
Recipe = dict[str, object]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann and Bob have sheets with numbers of their own; out.xlsx is one sheet for everyone."""
    folder = tmp_path_factory.mktemp("school")
    (folder / "hand.toml").write_text(TEMPLATE, "utf-8")
    (folder / "week.toml").write_text(BOOK, "utf-8")
    (folder / "class.csv").write_text("id,name\nann,Ann\nbob,Bob\n", "utf-8")
    made = read_assignment(folder / "week.toml")
    students = read_roster(folder / "class.csv")
    hand_out(made, students, folder / "out", folder / "answers.xlsx")
    hand_out(made, [], folder / "out.xlsx", folder / "out-answers.xlsx")
    return folder


def graded(school: Path, handed_in: Path) -> ClassMarks:
    made, students = read_assignment(school / "week.toml"), read_roster(school / "class.csv")
    return grade_class(handed_in, made, students, Outputs(handed_in.parent / "g.xlsx"), force=True)


def points(marks: ClassMarks) -> dict[str, float | None]:
    """Return the points of everyone with a marked file; for others the status."""
    return {row.student.id: marks.total(row) if row.judged else None for row in marks.rows}


def filled(school: Path, sheet: str, numbers_of: str, path: Path) -> Path:
    """Fill in a sheet with the right numbers of a student, or the lesson's: those of nobody."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = read_assignment(school / "week.toml")
    right = exact(made.exercise_of(numbers_of))
    return fill(made.exercise, school / sheet, path, right)


def said(book: Workbook, change: Callable[[Recipe], object], title: str = RECIPE) -> None:
    """Change what a file says that it was made from."""
    recipe = json.loads(str(book[title]["A4"].value))
    change(recipe)
    book[title]["A4"] = json.dumps(recipe)


def _second_recipe(book: Workbook) -> None:
    copy = book.copy_worksheet(book[RECIPE])
    copy.title = load("de")("practice.recipe")
    said(book, lambda recipe: recipe.update(student="ann"), copy.title)
    copy.sheet_state = "hidden"


def _given(book: Workbook) -> None:
    """Type the lesson's numbers over those given on the sheet."""
    blanks = {at.local() for block in layout(EXERCISE) for at, _ in block.cells()}
    for row in book["Iteration 1"].iter_rows():
        for cell in row:
            if isinstance(cell.value, int | float) and cell.coordinate not in blanks:
                cell.value = 1


def _rules(recipe: Recipe) -> None:
    rules = {"absolute": 1e9, "relative": 1, "fewest_digits": 1}
    recipe.update(rules=rules, round=0, name="ray", iterations=1, blank=["loss"], share=0.1, seed=2)


def _names(book: Workbook) -> None:
    for name in ("w", "z", "loss", "student", "assignment"):
        book.defined_names[name] = DefinedName(name, attr_text=f"'{RECIPE}'!$A$4")


def _properties(book: Workbook) -> None:
    book.properties.title = book.properties.creator = book.properties.description = "ann"


def _hidden(book: Workbook) -> None:
    copy = book.copy_worksheet(book["Iteration 1"])
    copy.title, copy.sheet_state = "Iteration 1 (2)", "veryHidden"


#: What Bob changes in his own sheet, where the lesson's numbers stand in place of his own.
CHANGES: dict[str, Callable[[Workbook], object]] = {
    "nothing": lambda book: None,
    "no id": lambda book: said(book, lambda recipe: recipe.update(student="")),
    "no word about an id": lambda book: said(book, lambda recipe: recipe.pop("student")),
    "an id of spaces": lambda book: said(book, lambda recipe: recipe.update(student="   ")),
    "his id in capitals": lambda book: said(book, lambda recipe: recipe.update(student="BOB")),
    "rules": lambda book: said(book, _rules),
    "given numbers": _given,
    "names of ranges": _names,
    "properties": _properties,
    "a hidden sheet": _hidden,
}
#: What leaves nothing that could be marked as his.
REFUSED: dict[str, tuple[Callable[[Workbook], object], str]] = {
    "no one's id": (
        lambda book: said(book, lambda recipe: recipe.update(student="zoe")),
        "'zoe', is not in the class list",
    ),
    "another assignment": (
        lambda book: said(book, lambda recipe: recipe.update(assignment="0" * 12)),
        "another assignment",
    ),
    "self-study": (
        lambda book: said(book, lambda recipe: recipe.update(kind="self-study")),
        "can't be read",
    ),
    "a second recipe": (_second_recipe, "two of its sheets say"),
    "no recipe": (lambda book: book.remove(book[RECIPE]), "is missing"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_class_list_says_whose_numbers(change: str, school: Path, tmp_path: Path) -> None:
    filled(school, "out/ann.xlsx", "ann", tmp_path / "in/ann.xlsx")
    path = filled(school, "out/bob.xlsx", "", tmp_path / "in/bob.xlsx")
    book = openpyxl.load_workbook(path)
    CHANGES[change](book)
    book.save(path)
    marks = graded(school, tmp_path / "in")
    assert points(marks) == {"ann": ALL, "bob": _of_public(school, tmp_path)}


def _of_public(school: Path, folder: Path) -> float:
    """Return what the lesson's numbers earn on Bob's sheet: what follows from wrong ones."""
    path = filled(school, "out/bob.xlsx", "", folder / "only/bob.xlsx")
    found = points(graded(school, path.parent))["bob"]
    assert found is not None and 0 < found < ALL
    return found


@pytest.mark.parametrize("change", REFUSED)
def test_what_cannot_be_marked_as_anybodys(change: str, school: Path, tmp_path: Path) -> None:
    path = filled(school, "out/bob.xlsx", "bob", tmp_path / "in/bob.xlsx")
    book = openpyxl.load_workbook(path)
    tampered, why = REFUSED[change]
    tampered(book)
    book.save(path)
    marks = graded(school, tmp_path / "in")
    assert points(marks) == {"ann": None, "bob": None}
    assert why in marks.outcomes[0].why_not


#: Where else Bob's sheets with Ann's id lie.
ELSEWHERE = ("bob.xlsx", "bob/ann.xlsx", "bob/homework.xlsx", "zz/ann.xlsx")


@pytest.mark.parametrize("where", ELSEWHERE)
@pytest.mark.parametrize("own", ["ann.xlsx", "Ann 1/homework.xlsx"])
def test_another_id_takes_nothing_away(where: str, own: str, school: Path, tmp_path: Path) -> None:
    filled(school, "out/ann.xlsx", "ann", tmp_path / "in" / own)
    empty = tmp_path / "in" / where
    empty.parent.mkdir(exist_ok=True)
    shutil.copyfile(school / "out/ann.xlsx", empty)  # newer
    marks = graded(school, tmp_path / "in")
    assert points(marks) == {"ann": ALL, "bob": None}
    named_after_bob = where.startswith("bob")
    assert bool(marks.rows[1].remarks) == named_after_bob


def test_what_is_told_of_a_file_that_says_another_id(school: Path, tmp_path: Path) -> None:
    filled(school, "out/ann.xlsx", "ann", tmp_path / "in/bob/week.xlsx")
    made, students = read_assignment(school / "week.toml"), read_roster(school / "class.csv")
    outputs = Outputs(tmp_path / "g.xlsx", moodle=tmp_path / "m.csv")
    grade_class(tmp_path / "in", made, students, outputs)
    told = (tmp_path / "m.csv").read_text("utf-8")
    assert "bob/week.xlsx says inside that it is somebody else's sheet." in told
    assert "No file was handed in." not in told


def test_one_sheet_for_everyone_has_the_lessons_numbers(school: Path, tmp_path: Path) -> None:
    """Only if it was handed out as such: an own sheet can't be made to claim that."""
    filled(school, "out.xlsx", "", tmp_path / "in/bob.xlsx")
    assert points(graded(school, tmp_path / "in")) == {"ann": None, "bob": ALL}
    made = read_assignment(school / "week.toml")
    assert made.everyones_id != made.id
    assert "everyone has" in _first_text(school / "out-answers.xlsx")
    assert "nobody has" in _first_text(school / "answers.xlsx")


def _first_text(path: Path) -> str:
    return str(openpyxl.load_workbook(path)["Iteration 1"]["A2"].value)


def test_check_says_whose_numbers_or_refuses(school: Path, tmp_path: Path) -> None:
    path = filled(school, "out/bob.xlsx", "bob", tmp_path / "homework.xlsx")
    words = ["check", str(path), "--assignment", str(school / "week.toml")]
    done = CliRunner().invoke(main, words)
    assert done.output.splitlines()[0] == "homework.xlsx (bob): 9 numbers: 9 right"
    book = openpyxl.load_workbook(path)
    CHANGES["no id"](book)
    book.save(path)
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "it says no student's id any more" in done.output


def test_without_own_numbers_the_id_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "hand.toml").write_text(TEMPLATE, "utf-8")
    (tmp_path / "w.toml").write_text(f"{SECRET}[vary]\n", "utf-8")
    made: ClassAssignment = read_assignment(tmp_path / "w.toml")
    assert made.everyones_id == made.id
    assert made.exercise_of(EVERYONE.id) is made.exercise_of(Student("ann").id)
