"""A whole class marked: points as worked out by hand, and everything that is written."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from tests.practice.grading.classroom import MARKED, OTHERS, Case, assignment, build, roster
from tests.spreadsheet import needs_office, numbers, recalculated, sheet_parts, with_value
from tracer.practice.exercise.roster import read_roster
from tracer.practice.grading.grading import Outputs, grade_class
from tracer.practice.grading.results import ClassMarks

NOT_A_WORKBOOK = "this is neither an .xlsx nor an .ods workbook, and only those are marked."


def outputs(folder: Path) -> Outputs:
    return Outputs(
        folder / "book.xlsx", folder / "canvas.csv", folder / "moodle.csv", folder / "marked"
    )


def run(folder: Path, out: Path, follows: float = 0.5, formulas: str = "true") -> ClassMarks:
    out.mkdir(exist_ok=True)
    made = assignment(folder, follows, formulas)
    students = read_roster(folder / "class.csv")
    return grade_class(folder / "in", made, students, outputs(out), force=True)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school")
    build(folder, assignment(folder))
    return folder


@pytest.fixture(scope="module")
def marks(school: Path) -> ClassMarks:
    return run(school, school / "first")


@pytest.mark.parametrize("case", MARKED, ids=[case.name for case in MARKED])
def test_points_are_those_worked_out_by_hand(marks: ClassMarks, case: Case) -> None:
    row = next(row for row in marks.rows if row.student.id == case.id)
    assert row.status == "marked", row.why_not
    assert row.points.tolist() == list(case.points)
    assert marks.scheme.grade(marks.total(row)) == case.grade


REASONS = {
    "111": "this is a self-study workbook, not one of an assignment.",
    "112": "it is protected by a password or an old .xls file; save it as .xlsx without one.",
    "113": "more tightly",
    "115": "it belongs to another assignment than week-1.toml, or that file was changed.",
    "116": "this is not a sheet of an assignment (its sheet 'Made from' is missing).",
}


def test_one_bad_file_never_stops_the_class(marks: ClassMarks) -> None:
    refused = {row.student.id: row.why_not for row in marks.with_status("unreadable")}
    assert refused.keys() == REASONS.keys()
    for student, reason in REASONS.items():
        assert reason in refused[student]
    # 110 handed in the sheet of 101: there is none of their own.
    assert [row.student.id for row in marks.with_status("missing")] == ["110", "114"]
    assert len(marks.rows) == len(MARKED) + len(OTHERS)
    outcomes = {outcome.file.name: outcome.why_not for outcome in marks.outcomes}
    assert outcomes["notes 101.pdf"] == NOT_A_WORKBOOK
    assert outcomes["110.xlsx"] == (
        "not marked: 101.xlsx is 101's, too, and has the id in its name."
    )
    assert "~$101.xlsx" not in outcomes


def test_what_to_look_at(marks: ClassMarks) -> None:
    remarks = {row.student.id: row.remarks for row in marks.rows if row.remarks}
    assert remarks == {
        "101": [
            "110.xlsx: not marked: 101.xlsx is 101's, too, and has the id in its name.",
            "110.xlsx is named after 110, but is the sheet of 101.",
            "110.xlsx is the same file, byte by byte, as 101.xlsx.",
            f"notes 101.pdf: {NOT_A_WORKBOOK}",
        ],
        "110": [
            "110.xlsx is named after 110, but is the sheet of 101.",
            "110.xlsx is the same file, byte by byte, as 101.xlsx.",
        ],
        "105": ["1 answer can't be read as a number (Iteration 1!F8 '=cmd|'/c calc'!A1 five')."],
        "106": [("zeros typed where other numbers are right: z: 2, a: 2, loss: 1, d: 2.")],
        "107": ["3 wrong numbers are the same as in 108.xlsx (Iteration 1!F9, D27, H34)."],
        "108": ["3 wrong numbers are the same as in 107.xlsx (Iteration 1!F9, D27, H34)."],
        "109": ["formulas in place of typed numbers: 1 (they count)."],
    }


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (4711)\r
    Points Possible,,,,,20\r
All Right,,101,,,20\r
"'=HYPERLINK(""http://example.org"",""x"")",,102,,,12\r
Round Ed,,103,,,19.5\r
Blank,,104,,,0\r
Te Xt,,105,,,16.5\r
Zero,,106,,,0\r
Co Py,,107,,,12.5\r
Py Co,,108,,,12.5\r
For Mula,,109,,,20\r
Other File,,110,,,\r
Self Study,,111,,,\r
Pass Word,,112,,,\r
Bo Mb,,113,,,\r
'@Missing,,114,,,\r
Other Week,,115,,,\r
Wrong Book,,116,,,\r
"""


def test_the_table_for_canvas_byte_by_byte(marks: ClassMarks, school: Path) -> None:
    assert (school / "first" / "canvas.csv").read_bytes() == CANVAS.encode()


def test_the_table_for_moodle(marks: ClassMarks, school: Path) -> None:
    lines = (school / "first" / "moodle.csv").read_bytes().decode().split("\r\n")
    name = "Homework 1 (4711)"
    assert lines[0] == f"Username,ID number,Email address,Full name,{name},{name} (feedback)"
    assert lines[1] == (
        ",101,,All Right,20,11 of 11 points; of 9 numbers: 9 right. Nothing is wrong. Well done."
    )
    assert lines[2].startswith(
        ',102,,"\'=HYPERLINK(""http://example.org"",""x"")",12,"6.5 of 11 points; of 9 numbers: 3'
        ' right, 5 follow, 1 wrong. Look first at step 1 ""Sums"", element 1, 1 of z (Iteration 1!'
    )
    assert lines[14] == ",114,,'@Missing,,No file was handed in."
    assert lines[12].endswith("save it as .xlsx without one.")


def test_a_changed_rule_changes_only_what_it_should(marks: ClassMarks, school: Path) -> None:
    first = {p.name: p.read_bytes() for p in sorted((school / "first" / "marked").iterdir())}
    assert list(first) == [f"{case.id}.xlsx" for case in MARKED]
    assert len(run(school, school / "again").rows) == len(marks.rows)
    again = {p.name: p.read_bytes() for p in sorted((school / "again" / "marked").iterdir())}
    assert again == first
    other = run(school, school / "again", follows=1.0)
    changed = {
        p.name for p in (school / "again" / "marked").iterdir() if p.read_bytes() != first[p.name]
    }
    assert changed == {"102.xlsx"}
    totals = {row.student.id: other.total(row) for row in other.rows if row.judged is not None}
    before = {case.id: sum(case.points) for case in MARKED}
    assert totals == before | {"102": 9.0}


def test_formulas_earn_nothing_where_the_teacher_says_so(school: Path, marks: ClassMarks) -> None:
    other = run(school, school / "strict", formulas="false")
    row = next(row for row in other.rows if row.student.id == "109")
    assert row.points.tolist() == [2, 3, 2, 2]
    assert row.remarks == ["formulas in place of typed numbers: 1 (they earn nothing)."]


def test_texts_stay_texts_and_copies_hold_no_formulas(marks: ClassMarks, school: Path) -> None:
    book = openpyxl.load_workbook(school / "first" / "book.xlsx")
    names = [cell for cell in book["Grades"]["B"] if str(cell.value).startswith(("=", "@"))]
    assert [cell.value for cell in names] == ['=HYPERLINK("http://example.org","x")', "@Missing"]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in names)
    for path in sorted((school / "first" / "marked").iterdir()):
        assert not [xml for xml in sheet_parts(path).values() if re.search(r"<f[ >/]", xml)]
    copy = openpyxl.load_workbook(school / "first" / "marked" / "105.xlsx")
    typed = [c for row in copy["Iteration 1"] for c in row if "calc" in str(c.value)]
    assert typed and all(c.data_type == "s" and c.quotePrefix for c in typed)
    named = openpyxl.load_workbook(school / "first" / "marked" / "102.xlsx")["Practice"]
    assert named["B4"].data_type == "s" and named["B4"].quotePrefix


def test_formulas_of_the_gradebook_hold_nothing_from_files(marks: ClassMarks, school: Path) -> None:
    for xml in sheet_parts(school / "first" / "book.xlsx").values():
        for formula in re.findall(r"<f>([^<]*)</f>", xml):
            formula = html.unescape(formula).replace("'Grade key'!", "").replace("Grades!", "")
            assert re.fullmatch(r"""[A-Z0-9:.,()=+*/"$>]*""", formula), formula


@pytest.mark.slow
@pytest.mark.parametrize("name", ["book.xlsx", "marked/102.xlsx", "marked/105.xlsx"])
def test_the_schemas_allow_what_is_written(marks: ClassMarks, school: Path, name: str) -> None:
    from openxml_audit import OpenXmlValidator

    found = OpenXmlValidator().validate(str(school / "first" / name)).errors
    assert [str(error) for error in found] == []


@pytest.mark.slow
@pytest.mark.office
@needs_office
def test_totals_are_live(marks: ClassMarks, school: Path, tmp_path: Path) -> None:
    book = school / "first" / "book.xlsx"
    # A false total must come back right; and another number of points is followed.
    rows = 7 + np.arange(len(MARKED))
    changed = with_value(book, tmp_path / "a.xlsx", "Grades", "I7", 99.0)
    changed = with_value(changed, tmp_path / "b.xlsx", "Grades", "D8", 3.5)
    before = numbers(book)
    after = numbers(recalculated([changed], tmp_path / "out")[0])
    for row, case in zip(rows.tolist(), MARKED, strict=True):
        extra = 1.5 if case.id == "102" else 0.0
        assert after["Grades", row, 9] == pytest.approx(sum(case.points) + extra, abs=1e-12)
        assert before["Grades", row, 12] == case.grade
        # 8 of 11 points are 14.55 of 20, to halves 14.5.
        assert after["Grades", row, 12] == (14.5 if extra else case.grade)
    assert before["Grades", 5, 9] == 11 and before["Grades", 5, 12] == 20
    mean = np.mean([sum(case.points) for case in MARKED])
    assert before["Grades", 6, 9] == pytest.approx(mean)
    assert after["Grades", 6, 9] == pytest.approx(mean + 1.5 / len(MARKED))
    missing = 7 + len(MARKED)
    assert ("Grades", missing, 4) not in after and ("Grades", missing, 9) not in after


def test_everything_is_written_or_nothing(school: Path, tmp_path: Path) -> None:
    from tracer.errors import OutputError

    made, students = assignment(school), read_roster(school / "class.csv")
    out = outputs(tmp_path)
    (tmp_path / "moodle.csv").write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="--force replaces it"):
        grade_class(school / "in", made, students, out)
    assert os.listdir(tmp_path) == ["moodle.csv"]  # noqa: PTH208


def test_only_one_students_copy(school: Path, marks: ClassMarks, tmp_path: Path) -> None:
    made, students = assignment(school), read_roster(roster(school))
    (tmp_path / "marked").mkdir()
    (tmp_path / "marked" / "101.xlsx").write_text("untouched", "utf-8")
    out = Outputs(tmp_path / "b.xlsx", feedback=tmp_path / "marked", only=("102",))
    grade_class(school / "in", made, students, out)
    assert (tmp_path / "marked" / "101.xlsx").read_text("utf-8") == "untouched"
    assert (tmp_path / "marked" / "102.xlsx").read_bytes() == (
        school / "first" / "marked" / "102.xlsx"
    ).read_bytes()
    assert len(list((tmp_path / "marked").iterdir())) == 2


def test_folders_that_cannot_be_entered_are_told_with_whom_they_concern(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may enter all, so that the system's refusal is made up."""
    for name in ("101.xlsx", "102/hw.xlsx", "closed/104.xlsx"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes((school / "in" / "101.xlsx").read_bytes())
    scan = os.scandir

    def refused(path: str | int) -> object:
        if isinstance(path, str) and Path(path).name in ("102", "closed"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refused)
    made, students = assignment(school), read_roster(school / "class.csv")
    marks = grade_class(tmp_path / "in", made, students, Outputs(tmp_path / "g.xlsx"))
    assert [row.student.id for row in marks.with_status("marked")] == ["101"]
    unread = {row.student.id: row.why_not for row in marks.with_status("unreadable")}
    assert list(unread) == ["102"] and "this folder can't be entered" in unread["102"]
    told = {outcome.file.name: outcome.why_not for outcome in marks.outcomes}
    assert "can't be entered" in told["closed"]


#: A process that marks, and the one that started it, which is ended at once.
ENDED = """
import multiprocessing, os
from tracer.practice.grading.processes import _end_with_parent

if __name__ == "__main__":
    multiprocessing.get_context("spawn").Process(target=_end_with_parent).start()
    os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(os.name != "posix", reason="ends a process as Unix does")
def test_processes_that_mark_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """Else they would hold its output open for ever, and this would never end."""
    (tmp_path / "ended.py").write_text(ENDED, "utf-8")
    words = [sys.executable, str(tmp_path / "ended.py")]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=False, timeout=300)
    assert done.returncode == -9
