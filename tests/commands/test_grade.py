"""`tracer grade` as its users type it: what it prints, writes and refuses."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner, Result

from tests.practice.grading.classroom import assignment, build
from tests.practice.students import calculated, fill
from tests.spreadsheet import sheet_parts
from tracer.commands.main import main
from tracer.language.expression import SlotKey
from tracer.practice.exercise.assignment import new_assignment, read_assignment
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.exercise.roster import read_roster
from tracer.practice.grading import processes as crew
from tracer.practice.grading.grading import Outputs, grade_class
from tracer.template.lessons import load_template
from tracer.wording import load

WORDS = ("in", "--assignment", "week-1.toml", "--roster", "class.csv")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school")
    build(folder, assignment(folder))
    return folder


@pytest.fixture(autouse=True)
def in_it(school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(school)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, ["grade", *words])


def test_help_fits_a_terminal() -> None:
    done = call("--help")
    assert done.exit_code == 0 and max(map(len, done.output.splitlines())) <= 80


SAID = """\
Homework 1 (4711): 9 of 16 students marked, 2 missing, 5 can't be marked
mean 6.92 of 11 points
Can't be marked:
  110.xlsx: not marked: 101.xlsx is 101's, too, and has the id in its name.
"""


def test_what_is_printed(school: Path) -> None:
    done = call(*WORDS, "--force")
    assert done.exit_code == 1, done.output  # five can't be marked
    lines = done.output.splitlines()
    assert lines[:4] == SAID.splitlines()
    assert "Missing: 110, 114" in lines
    assert lines[-1] == "outputs/week-1-grades.xlsx"
    assert max(map(len, lines)) <= 96
    again = call(*WORDS)
    assert again.exit_code == 2 and "--force replaces it" in again.output
    assert call(*WORDS, "--force", "--quiet").output == ""


def test_one_student_in_full() -> None:
    done = call(*WORDS, "--student", "102", "-o", "one.xlsx", "--force")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[1] == "  6.5 of 11 points. Grade: 12 of 20."
    assert lines[2] == "  3 right, 5 follow, 1 wrong"
    assert any("You wrote 6; 5 is right." in line for line in lines)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("none", *WORDS[1:]), "none: there is no such folder."),
        (("class.csv", *WORDS[1:]), "class.csv: there is no such folder."),
        (("empty", *WORDS[1:]), "empty: there are no files in it."),
        (WORDS[:3], "--roster"),
        (("in", "--roster", "class.csv"), "--assignment"),
        ((*WORDS[:3], "--roster", "none.csv"), "none.csv: this can't be read"),
        (("in", "--assignment", "none.toml", *WORDS[3:]), "none.toml"),
        ((*WORDS, "-o", "a.csv"), "a.csv: the name must end in .xlsx."),
        ((*WORDS, "--canvas", "a.xlsx"), "a.xlsx: the name must end in .csv."),
        ((*WORDS, "--canvas", "a.csv", "--moodle", "a.csv"), "two outputs"),
        ((*WORDS, "--feedback", "class.csv"), "class.csv: this is a file"),
        ((*WORDS, "--feedback", "no/where"), "the folder no does not exist"),
        ((*WORDS, "-o", "no/where.xlsx"), "the folder no does not exist"),
        ((*WORDS, "--student", "10l"), "'10l' is not in the class list."),
    ],
)
def test_wrong_options(words: tuple[str, ...], message: str, school: Path) -> None:
    (school / "empty").mkdir(exist_ok=True)
    before = sorted(p for p in school.rglob("*"))
    done = call(*words) if "-o" in words else call(*words, "-o", "fresh.xlsx")
    assert done.exit_code == 2 and message in done.output
    assert "Traceback" not in done.output
    assert sorted(p for p in school.rglob("*")) == before


def test_faults_of_the_grade_table(school: Path) -> None:
    path = school / "bad.toml"
    text = (school / "week-1.toml").read_text("utf-8")
    path.write_text(
        text.replace("out_of = 20", "outof = 20\nname = 3").replace(
            'name = "Homework 1 (4711)"\n', ""
        ),
        "utf-8",
    )
    done = call("in", "--assignment", "bad.toml", "--roster", "class.csv", "-o", "fresh.xlsx")
    assert done.exit_code == 2
    assert "'grade.outof' is not known. Did you mean out_of" in done.output
    assert "grade.name must be a text." in done.output


def test_copying_another_students_numbers_and_more_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "\n".join(["id", *(f"s{n:02d}" for n in range(6))])
    Path("class.csv").write_text(lines + "\n", "utf-8")
    exercise = Exercise(load_template("ray"), 1, BlankChoice(("backward",)))
    text = new_assignment("ray", exercise, "the same numbers in every run")
    Path("hw.toml").write_text(text, "utf-8")
    words = ("--assignment", "hw.toml", "--students", "class.csv", "-o", "hw")
    assert CliRunner().invoke(main, ["practice", *words]).exit_code == 0
    made, students = read_assignment(Path("hw.toml")), read_roster(Path("class.csv"))

    def rounded(iteration: int, key: SlotKey, value: np.ndarray) -> np.ndarray:
        return np.asarray(np.round(value, 4))

    Path("in").mkdir()
    for student in students:
        # s05 has numbers of their own, but types what s02 found out.
        whose = "s02" if student.id == "s05" else student.id
        sheet = calculated(made.exercise_of(whose), rounded)
        name = f"{student.id}.xlsx"
        fill(made.exercise_of(student.id), Path("hw") / name, Path("in") / name, sheet)
    found = grade_class(Path("in"), made, students, Outputs(Path("a.xlsx")))
    remarks = {row.student.id: row.remarks for row in found.rows if row.remarks}
    # s02, whose numbers are right, is not accused.
    assert remarks.keys() == {"s05"}
    said = r"\d+ numbers that are wrong here are the right ones in s02\.xlsx \(.*H82:J84, .*\)\."
    assert re.fullmatch(said, remarks["s05"][0])
    totals = [found.total(row) for row in found.rows]
    assert totals[:5] == [5.0] * 5 and totals[5] < 5 - 1
    monkeypatch.setattr(crew, "WORTH_IT", 2)
    grade_class(Path("in"), made, students, Outputs(Path("b.xlsx")))
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()


def test_sheets_in_another_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text("id\nann\n", "utf-8")
    words = ("ray", "-b", "backward", "--assignment", "hw.toml", "--students", "class.csv")
    done = CliRunner().invoke(main, ["practice", *words, "--lang", "de", "-o", "hw"])
    assert done.exit_code == 0, done.output
    made = read_assignment(Path("hw.toml"))
    own = made.exercise_of("ann")
    Path("in").mkdir()
    sheet = calculated(own, lambda iteration, key, value: value)
    fill(own, Path("hw/ann.xlsx"), Path("in/ann.xlsx"), sheet)
    done = call(
        "in",
        "--assignment",
        "hw.toml",
        "--roster",
        "class.csv",
        "-o",
        "g.xlsx",
        "--feedback",
        "marked",
    )
    assert done.output.splitlines()[:2] == [
        "hw: 1 von 1 Person bewertet, 0 fehlen, 0 nicht bewertbar",
        "Mittel 5 von 5 Punkten",
    ]
    assert openpyxl.load_workbook("g.xlsx").sheetnames == [
        load("de")(f"grading.{name}")
        for name in ("grades", "key", "mistakes", "results", "remarks", "files")
    ]
    titles = list(sheet_parts(Path("marked/ann.xlsx")))
    assert titles == list(sheet_parts(Path("hw/ann.xlsx")))[:2]


def test_marks_told_in_another_language_than_the_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text("id\nann\n", "utf-8")
    words = ("exam-scores", "--assignment", "hw.toml", "--students", "class.csv", "-o", "hw")
    done = CliRunner().invoke(main, ["practice", *words, "--lang", "de"])
    assert done.exit_code == 0, done.output
    own = read_assignment(Path("hw.toml")).exercise_of("ann")
    Path("in").mkdir()
    sheet = calculated(own, lambda iteration, key, value: value)
    fill(own, Path("hw/ann.xlsx"), Path("in/ann.xlsx"), sheet)
    german = openpyxl.load_workbook("in/ann.xlsx").sheetnames
    words = ("in", "--assignment", "hw.toml", "--roster", "class.csv", "-o", "g.xlsx")
    done = call(*words, "--lang", "en", "--feedback", "marked", "--moodle", "m.csv")
    assert done.output.splitlines()[0] == (
        "hw: 1 of 1 student marked, 0 missing, 0 can't be marked"
    )
    assert openpyxl.load_workbook("g.xlsx").sheetnames[:2] == ["Grades", "Grade key"]
    assert "Nothing is wrong. Well done." in Path("m.csv").read_text("utf-8")
    titles = openpyxl.load_workbook("marked/ann.xlsx").sheetnames
    assert (german[:2], titles[:2]) == (["Übung", "Vorbereitung"], ["Practice", "Preparation"])
    # A gradebook in another language is read back all the same.
    book = openpyxl.load_workbook("g.xlsx")
    more = next(cell.column_letter for cell in book["Grades"][4] if cell.value == "By hand ±")
    book["Grades"][f"{more}7"] = 2
    book.save("g.xlsx")
    done = call(*words, "--force")
    assert done.exit_code == 0 and "ann: Punkte von Hand: +2." in done.output
    assert openpyxl.load_workbook("g.xlsx").sheetnames[:2] == ["Noten", "Notenschlüssel"]
    assert call(*words, "--lang", "xx", "--force").exit_code == 2


def test_one_sheet_for_everyone_is_matched_by_file_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text("id\nann\nbob\n", "utf-8")
    assert (
        CliRunner()
        .invoke(main, ["practice", "ray", "-b", "loss", "--assignment", "hw.toml", "-o", "hw.xlsx"])
        .exit_code
        == 0
    )
    made = read_assignment(Path("hw.toml"))
    Path("in").mkdir()
    sheet = calculated(made.exercise, lambda iteration, key, value: value)
    fill(made.exercise, Path("hw.xlsx"), Path("in/hw_bob_final.xlsx"), sheet)
    words = ("in", "--assignment", "hw.toml", "--roster", "class.csv", "-o", "g.xlsx")
    assert call(*words).output.splitlines() == [
        "hw: 1 of 2 students marked, 1 missing, 0 can't be marked",
        "mean 1 of 1 points",
        "Missing: ann",
        "g.xlsx",
    ]
