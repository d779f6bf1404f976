"""Practice workbooks handed in: read safely, marked, explained; and the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner, Result

import tracer
from tests.practice.hostile import WORKBOOKS, write
from tests.practice.students import exact, fill, numbers
from tracer.commands.main import main
from tracer.errors import DataError
from tracer.practice.answers.marks import Rules, Verdict
from tracer.practice.checking import checking, report
from tracer.practice.checking.checking import check_exercise, check_workbook, recipe_of
from tracer.practice.checking.report import Report
from tracer.practice.exercise.assignment import read_assignment
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.marking.marking import mark
from tracer.practice.mistakes import page
from tracer.practice.safe.pool import Pool
from tracer.practice.sheets.handing_out import write_self_study
from tracer.template.lessons import load_template
from tracer.wording import load

RAY = Exercise(load_template("ray"), 2)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("practice") / "blank.xlsx"
    write_self_study(RAY, path)
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_a_blank_workbook(blank: Path) -> None:
    report = tracer.check(blank)
    assert report.counts[Verdict.BLANK] == RAY.count
    assert not report.right
    assert report.first_wrong is None


def test_all_right(blank: Path, tmp_path: Path) -> None:
    report = check_workbook(fill(RAY, blank, tmp_path / "a.xlsx", exact(RAY)))
    assert report.counts[Verdict.RIGHT] == RAY.count
    assert report.right
    assert str(report) == "a.xlsx: 160 numbers: 160 right"
    (tmp_path / "a.xlsx").rename(tmp_path / "a.xlsm")
    assert check_workbook(tmp_path / "a.xlsm").right


def test_numbers_as_students_type_them(blank: Path, tmp_path: Path) -> None:
    sheet = exact(RAY)
    typed = sheet[1, ("hidden_layer_input", 0)]
    typed[0] = ["1,48", " 178 % ", "1 1/10"]
    typed[1] = ["2.4 ", "≈1.89", "−1,62"]
    typed[2] = ["1.5 cm", True, None]
    report = check_workbook(fill(RAY, blank, tmp_path / "a.xlsx", sheet))
    block = report.marks.marked[0]
    assert block.verdicts.tolist() == [
        [Verdict.RIGHT] * 3,
        [Verdict.RIGHT, Verdict.RIGHT, Verdict.WRONG],
        [Verdict.NOT_A_NUMBER, Verdict.NOT_A_NUMBER, Verdict.BLANK],
    ]


def test_a_formula_without_a_stored_value_is_not_a_number(blank: Path, tmp_path: Path) -> None:
    sheet = exact(RAY)
    sheet[1, ("loss", 0)] = np.array("=1+1", object)
    report = check_workbook(fill(RAY, blank, tmp_path / "a.xlsx", sheet))
    assert report.counts[Verdict.NOT_A_NUMBER] == 1


def test_the_first_mistake_is_placed_spelled_out_and_explained(blank: Path, tmp_path: Path) -> None:
    sheet = exact(RAY)
    wrong = np.asarray(sheet[1, ("output_layer_input", 0)], float) - 0.69
    sheet[1, ("output_layer_input", 0)] = np.asarray(np.round(wrong, 4), object)
    report = check_workbook(fill(RAY, blank, tmp_path / "a.xlsx", sheet))
    first = report.first_wrong
    assert first is not None
    assert first.place.startswith(
        'iteration 1, step 4 "Output", element 1, 1 of output_layer_input (Iteration 1!'
    )
    assert first.arithmetic.endswith("× 0.23 + 0.69 = 1.32086")
    assert first.diagnosis is not None
    assert first.diagnosis.sentence(load()) == "almost certainly: the bias bout is left out"
    text = str(report)
    assert "First wrong:" in text
    assert max(map(len, text.splitlines())) <= 96
    html = report._repr_html_()
    assert "the bias bout is left out" in html


def test_what_is_typed_never_becomes_markup(blank: Path, tmp_path: Path) -> None:
    sheet = exact(RAY)
    sheet[1, ("loss", 0)] = np.array("<script>alert(1)</script>", object)
    path = fill(RAY, blank, tmp_path / "<b>.xlsx", sheet)
    report = check_workbook(path)
    assert "<script" not in report.page()
    assert "<b>.xlsx" not in report.page()


def test_results_in_between_follow_the_student_in_the_diagnosis() -> None:
    # Only E and d_output are asked; what lies between is calculated from the student's own.
    exercise = Exercise(load_template("ray"), 1, BlankChoice(("output", "d_output")), live=True)
    sheet = exact(exercise)
    slipped = np.asarray(sheet[1, ("output", 0)], float) - 0.1
    sheet[1, ("output", 0)] = np.asarray(slipped, object)
    error = exercise.trace.template.given["y"] - slipped
    delta = error * slipped * (1 - slipped)
    sheet[1, ("d_output", 0)] = np.asarray(delta * 0.1, object)
    own = numbers(exercise, sheet, live=True)
    report = Report("a", own, mark(own, Rules(1e-6, 1e-6)))
    assert [block.marked.answer.key[0] for block in report.wrong] == ["output", "d_output"]
    assert report.wrong[1].wanted == pytest.approx(delta[0, 0])
    found = report.wrong[1].diagnosis
    assert found is not None
    assert found.best.key == "rate_too_early"


# -- assignments --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assignment")
    (folder / "class.csv").write_text("id,name\n007,Ann\n008,Bob\n", "utf-8")
    words = (
        "practice",
        "ray",
        "--assignment",
        str(folder / "week.toml"),
        "--students",
        str(folder / "class.csv"),
        "-o",
        str(folder / "sheets"),
    )
    assert run(*words).exit_code == 0
    return folder


def test_an_assignment_is_marked_from_the_teacher_s_file(handed_out: Path, tmp_path: Path) -> None:
    teacher = read_assignment(handed_out / "week.toml")
    exercise = teacher.exercise_of("007")
    source = handed_out / "sheets" / "007.xlsx"
    path = fill(exercise, source, tmp_path / "a.xlsx", exact(exercise))
    report = tracer.check(path, assignment=handed_out / "week.toml")
    assert report.right
    # Numbers of another student's sheet are not right here.
    other = fill(exercise, source, tmp_path / "b.xlsx", exact(teacher.exercise_of("008")))
    assert not tracer.check(other, assignment=handed_out / "week.toml").right


def test_what_a_file_says_about_right_answers_is_not_believed(
    handed_out: Path, tmp_path: Path
) -> None:
    # A self-study recipe put into an assignment's file: with rules under which all is right.
    cheat = Exercise(load_template("ray"), 1)
    with_recipe = tmp_path / "study.xlsx"
    write_self_study(cheat, with_recipe)
    book = openpyxl.load_workbook(handed_out / "sheets" / "007.xlsx")
    source = openpyxl.load_workbook(with_recipe)[load()("practice.recipe")]
    for row in source.iter_rows():
        for cell in row:
            book[load()("practice.recipe")][cell.coordinate] = cell.value
    path = tmp_path / "a.xlsx"
    book.save(path)
    done = run("check", str(path), "--assignment", str(handed_out / "week.toml"))
    assert done.exit_code == 2
    assert "self-study workbook, not one of an assignment" in done.output


@pytest.mark.parametrize("case", ["no teacher's file", "another assignment"])
def test_assignments_that_can_t_be_marked(case: str, handed_out: Path, tmp_path: Path) -> None:
    words = ["check", str(handed_out / "sheets" / "007.xlsx")]
    message = "name the teacher's file"
    if case == "another assignment":
        other = tmp_path / "other.toml"
        text = (handed_out / "week.toml").read_text("utf-8")
        other.write_text(text.replace("iterations = 1", "iterations = 2"), "utf-8")
        words += ["--assignment", str(other)]
        message = "belongs to another assignment"
    done = run(*words)
    assert done.exit_code == 2
    assert message in done.output
    assert done.output.count("\n") == 1


# -- workbooks that are none ----------------------------------------------------------------------


def _edited(blank: Path, tmp_path: Path, text: str | None) -> Path:
    """Return the workbook with another recipe."""
    book = openpyxl.load_workbook(blank)
    sheet = book[load()("practice.recipe")]
    for row in sheet.iter_rows(min_row=4):
        for cell in row:
            cell.value = None
    sheet["A4"] = text
    path = tmp_path / "edited.xlsx"
    book.save(path)
    return path


def _recipe(blank: Path) -> dict[str, object]:
    sheet = openpyxl.load_workbook(blank)[load()("practice.recipe")]
    texts = (row[0].value for row in sheet.iter_rows(min_row=4))
    said = json.loads("".join(str(text) for text in texts if text))
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize(
    "change",
    [
        {"iterations": 10**9},
        {"iterations": None},
        {"template": {}},
        {"template": []},
        {"version": 99},
        {"blank": ["nothing like it"]},
        {"rules": {"absolute": "nan"}},
        {"rules": {"absolute": float("nan"), "relative": 0, "fewest_digits": 1}},
        {"rules": {"absolute": 0, "relative": float("inf"), "fewest_digits": 1}},
        {"rules": {"absolute": 0, "relative": 0, "fewest_digits": 400}},
        *({"round": wrong} for wrong in (400, -400, 16, 10**30, 1.5, True)),
        *({"iterations": wrong} for wrong in (0, 51, 1.5, -1)),
        *({"seed": wrong} for wrong in (-1, 2**32, 10**400, "1")),
        {"share": float("nan")},
        {"share": 7},
        {"round": "x"},
    ],
    ids=str,
)
def test_recipes_that_were_changed(change: dict[str, object], blank: Path, tmp_path: Path) -> None:
    path = _edited(blank, tmp_path, json.dumps(_recipe(blank) | change))
    with pytest.raises(DataError) as error:
        check_workbook(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "equation",
    ["A = ones_like(X) @ ones_like(X).T", "s = sum(X @ X.T)"],
)
def test_templates_that_would_take_much_work_are_refused(
    equation: str, blank: Path, tmp_path: Path
) -> None:
    said = _recipe(blank)
    template = {
        "title": "heavy",
        "given": {"X": [[0]] * 3_000},
        "steps": [{"title": "heavy", "phase": "forward", "equations": [equation]}],
    }
    text = json.dumps(said | {"template": template, "blank": ["all"]})
    path = _edited(blank, tmp_path, text)
    with pytest.raises(DataError, match=r"too much work|too many"):
        check_workbook(path)


@pytest.mark.parametrize("text", [None, "", "{", "[]", "[" * 9_000, '{"version": 1}', "1e999"])
def test_recipes_that_are_none(text: str | None, blank: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        check_workbook(_edited(blank, tmp_path, text))
    assert "\n" not in str(error.value)


def test_what_a_file_says_can_t_steer_a_terminal(blank: Path, tmp_path: Path) -> None:
    said = _recipe(blank)
    template = said["template"]
    assert isinstance(template, dict)
    template["steps"][2]["title"] = "\x1b[2J\u202eevil"
    path = _edited(blank, tmp_path, json.dumps(said | {"template": template}))
    book = openpyxl.load_workbook(path)
    for row in book["Iteration 1"].iter_rows():
        for cell in row:
            cell.value = 99 if cell.value is None else cell.value
    book.save(path)
    shown = str(check_workbook(path))
    assert "evil" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_missing_sheet(blank: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank)
    del book["Iteration 2"]
    path = tmp_path / "a.xlsx"
    book.save(path)
    with pytest.raises(DataError, match="'Iteration 2' is missing"):
        check_workbook(path)


def test_a_renamed_copy_of_a_traced_workbook(tmp_path: Path) -> None:
    path = tmp_path / "ray.xlsx"
    tracer.trace("ray").to_excel(path)
    done = run("check", str(path))
    assert done.exit_code == 2
    assert "not a practice workbook" in done.output


@pytest.mark.parametrize("name", ["text", "old xls or password", "flipped bits", "a doctype"])
def test_hostile_files_end_the_command_with_a_line(name: str, tmp_path: Path) -> None:
    build, _ = WORKBOOKS[name]
    done = run("check", str(write(tmp_path, ".xlsx", build)))
    assert done.exit_code == 2
    assert done.output.startswith("Error: ")
    assert done.output.count("\n") == 1


# -- the command ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("E,0.210676,0.201936,-0.789335\n", 0, "3 numbers: 3 right"),
        ("E,0.21,0.2,-0.79\n", 0, "3 rounded"),
        ("E,0.3,0.2,-0.79\n", 1, "1 wrong"),
        ("E,,0.2,-0.79\n", 1, "1 blank"),
        ("E,?,0.2,-0.79\n", 1, "1 no number"),
        ("Q,1\n", 2, "is not a quantity here"),
    ],
)
def test_status_says_how_it_went(text: str, status: int, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    done = run("check", "ray", str(path))
    assert done.exit_code == status, done.output
    assert words in done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check", "ray"), "name the file with the answers"),
        (("check", "my.numbers"), "my.numbers: save it as .xlsx or .ods, and check that file."),
        (("check", "rai", "a.csv"), "Did you mean"),
        (("check", "ray", "none.csv"), "there is no such file"),
        (("check", "none.xlsx"), "there is no such file"),
        (("check", "none.xlsx", "a.csv"), "checked alone"),
        (("check", "none.xlsx", "--iteration", "2"), "says itself"),
        (("check", "ray", "a.doc"), "answers are read from"),
        (("check", "ray", "a.csv", "--iteration", "0"), "--iteration"),
        (("check", "ray", "a.csv", "--assignment", "x.toml"), "for practice workbooks"),
        (("check", "ray", "a.csv", "--html", "no/such/page.html"), "does not exist"),
    ],
)
def test_commands_that_can_t_be_done(words: tuple[str, ...], message: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output


def test_the_page(tmp_path: Path) -> None:
    typed, page = tmp_path / "a.csv", tmp_path / "a.html"
    typed.write_text("E,0.3,0.2,-0.79\n", "utf-8")
    assert run("check", "ray", str(typed), "--html", str(page)).exit_code == 1
    assert "step 5" in page.read_text("utf-8")
    assert run("check", "ray", str(typed), "--html", str(page)).exit_code == 2
    assert run("check", "ray", str(typed), "--html", str(page), "--force").exit_code == 1


def test_from_python() -> None:
    trace = tracer.trace("ray")
    report = tracer.check("ray", d_output=trace["d_output"][0] * 0.1, E=trace["E"][0])
    assert not report.right
    assert report.first_wrong is not None
    assert report.first_wrong.marked.answer.key == ("d_output", 0)
    assert "learning rate lr is applied already here" in str(report)
    assert tracer.check("ray", answers={"E": trace["E"]}).right
    assert callable(tracer.check)


def test_one_pool_serves_many_files(blank: Path) -> None:
    with Pool(2) as pool:
        assert recipe_of(pool, blank).kind == "self-study"
        for _ in range(3):
            assert check_exercise(pool, blank, RAY).counts[Verdict.BLANK] == RAY.count


def test_the_page_shows_what_is_printed(tmp_path: Path) -> None:
    section = (Path(tracer.__file__).parents[1] / "docs" / "checking.md").read_text("utf-8")
    starts = ("    z,", "    z2,", "    z3,", "    o,")
    rows = [line.strip() for line in section.splitlines() if line.startswith(starts)]
    path = tmp_path / "page.csv"
    path.write_text("\n".join(rows[:4]) + "\n", "utf-8")
    printed = run("check", "exam-hand", str(path)).output
    shown = "".join(f"    {line}\n" if line else "\n" for line in printed.rstrip().splitlines())
    assert shown in section


def test_many_wrong_numbers_are_looked_at_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_AMISS", 20)
    monkeypatch.setattr(report, "MOST_ROWS", 15)
    monkeypatch.setattr(page, "MOST_BLOCKS", 4)
    monkeypatch.setattr(report, "MOST_EXPLAINED", 13)
    rows = [f"{k},loss,{0.3 + k}" for k in range(1, 101)]
    path = tmp_path / "loss.csv"
    path.write_text("\n".join(["iteration,quantity,value", *rows]) + "\n", "utf-8")
    found = tracer.check("ray", path)
    said = str(found)
    assert said.startswith("ray: 20 numbers: 20 wrong\n")
    assert "So much isn't right that marking ends with iteration 20." in said
    assert "… and 5 more results in which something isn't right." in said
    assert said.endswith("… and 8 more results with wrong numbers.")
    assert [block.diagnosis is not None for block in found.wrong[4:]] == [False] * 9
