"""A class made up: an assignment small enough to mark by hand, and what each student hands in."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl

from tests.practice.hostile import WORKBOOKS
from tests.practice.students import exact, fill
from tracer.practice.exercise.assignment import ClassAssignment, read_assignment
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student, read_roster
from tracer.practice.sheets.handing_out import hand_out, write_self_study
from tracer.practice.sheets.paper import layout

TEMPLATE = """
title = "Two rows by hand"
loss = "loss"
[given]
x = [[1, 2], [3, 4]]
[parameters]
w = [[2], [1]]
[[steps]]
number = "1"
title = "Sums"
phase = "forward"
equations = ["z = x @ w + 1"]
[[steps]]
number = "2"
title = "Squares and loss"
phase = "forward"
equations = ["a = z * z", "loss = sum(a)"]
[[steps]]
number = "3"
title = "Slopes"
phase = "backward"
equations = ["d = 2 * z"]
[[steps]]
number = "4"
title = "New weights"
phase = "update"
equations = ["w -= 0.01 * x.T @ d"]
"""

ASSIGNMENT = """
template = "hand.toml"
secret = "a secret that only this test knows"
[rules]
follows = {follows}
rounded = 0.75
each = "blank"
formulas = {formulas}
[points]
1 = 4
[vary]
[grade]
name = "Homework 1 (4711)"
out_of = 20
round_to = 0.5
"""

#: What is typed: z, a, loss, d, w. All of it is right here, as worked out by hand.
Typed = dict[str, list[float | str | None]]
RIGHT: Typed = {
    "z": [5.0, 11.0],
    "a": [25.0, 121.0],
    "loss": [146.0],
    "d": [10.0, 22.0],
    "w": [1.24, -0.08],
}


@dataclass(frozen=True)
class Case:
    """A student: what is typed, the points of steps 1 to 4 by hand, and the grade."""

    id: str
    name: str
    typed: Typed
    points: tuple[float, ...]
    grade: float


#: Of 4 points for the two blanks of step 1, 3 for the three of step 2, 2 and 2: 11 in all, 20 in
#: the gradebook. Following earns half, rounding too much three quarters.
MARKED = (
    Case("101", "All Right", {}, (4, 3, 2, 2), 20.0),
    # z is wrong in one row, and all that is calculated from it follows:
    # 2 + (½ + 1 + ½) + (½ + 1) + (½ + ½) = 6.5; 6.5 / 11 · 20 = 11.82, to halves 12.
    Case(
        "102",
        '=HYPERLINK("http://example.org","x")',
        {
            "z": [6.0, 11.0],
            "a": [36.0, 121.0],
            "loss": [157.0],
            "d": [12.0, 22.0],
            "w": [1.22, -0.12],
        },
        (2, 2, 1.5, 1),
        12.0,
    ),
    # A number rounded to one decimal: 4 + 3 + 2 + (¾ + 1) = 10.75; 19.55, to halves 19.5.
    Case("103", "Round Ed", {"w": [1.2, -0.08]}, (4, 3, 2, 1.75), 19.5),
    Case(
        "104",
        "Blank",
        {"z": [None] * 2, "a": [None] * 2, "loss": [None], "d": [None] * 2, "w": [None] * 2},
        (0, 0, 0, 0),
        0.0,
    ),
    # A text in place of a number loses that one: 2 + 3 + 2 + 2 = 9; 16.36, to halves 16.5.
    Case("105", "Te Xt", {"z": ["=cmd|'/c calc'!A1 five", 11.0]}, (2, 3, 2, 2), 16.5),
    # Zeros would make the rest easy: they earn nothing, nor do the old weights.
    Case(
        "106",
        "Zero",
        {"z": [0.0, 0.0], "a": [0.0, 0.0], "loss": [0.0], "d": [0.0, 0.0], "w": [2.0, 1.0]},
        (0, 0, 0, 0),
        0.0,
    ),
    # The same odd numbers twice: 2 + 3 + 1 + 1 = 7; 12.73, to halves 12.5.
    Case(
        "107",
        "Co Py",
        {"z": [5.0, 12.37], "d": [-3.21, 22.0], "w": [7.77, -0.08]},
        (2, 3, 1, 1),
        12.5,
    ),
    Case(
        "108",
        "Py Co",
        {"z": [5.0, 12.37], "d": [-3.21, 22.0], "w": [7.77, -0.08]},
        (2, 3, 1, 1),
        12.5,
    ),
    # 109 fills in a formula whose stored value is right: it counts unless the teacher says no.
    Case("109", "For Mula", {"z": ["=2+3", 11.0]}, (4, 3, 2, 2), 20.0),
)
OTHERS = (
    Student("110", "Other File"),
    Student("111", "Self Study"),
    Student("112", "Pass Word"),
    Student("113", "Bo Mb"),
    Student("114", "@Missing"),
    Student("115", "Other Week"),
    Student("116", "Wrong Book"),
)


def assignment(
    folder: Path, follows: float = 0.5, formulas: str = "true", lang: str = "en"
) -> ClassAssignment:
    (folder / "hand.toml").write_text(TEMPLATE, "utf-8")
    path = folder / "week-1.toml"
    text = ASSIGNMENT.format(follows=follows, formulas=formulas)
    path.write_text(f'lang = "{lang}"\n{text}', "utf-8")
    return read_assignment(path)


def roster(folder: Path) -> Path:
    path = folder / "class.csv"
    lines = [f'{case.id},"{case.name.replace(chr(34), chr(34) * 2)}"' for case in MARKED]
    lines += [f"{student.id},{student.name}" for student in OTHERS]
    path.write_text("\n".join(["id,name", *lines]) + "\n", "utf-8")
    return path


def sheet_of(exercise: Exercise, typed: Typed) -> dict[tuple[int, tuple[str, int]], np.ndarray]:
    found = {}
    for (iteration, key), right in exact(exercise).items():
        given = (RIGHT | typed)[key[0]]
        found[iteration, key] = np.array(given, object).reshape(right.shape)
    return found


def with_stored_value(path: Path, address: str, value: str) -> None:
    """Give a formula the value that a spreadsheet program would have stored."""
    changed = path.with_suffix(".new")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet2.xml":
                pattern = rf'(<c r="{address}"[^>]*><f>[^<]*</f>)<v ?/>|(<c r="{address}"[^>]*>'
                pattern += r"<f>[^<]*</f>)<v></v>"
                content, count = re.subn(
                    pattern.encode(),
                    lambda m: (m[1] or m[2]) + f"<v>{value}</v>".encode(),
                    content,
                )
                assert count == 1
            target.writestr(name, content)
    changed.replace(path)


def as_text(path: Path, sheet: str, address: str) -> None:
    """Make a text of what would be a formula, as typing it after an apostrophe does."""
    book = openpyxl.load_workbook(path)
    book[sheet][address].data_type = "s"
    book.save(path)


def build(folder: Path, made: ClassAssignment) -> Path:
    """Hand the sheets out, let everybody fill them in, and return the folder handed in."""
    students = read_roster(roster(folder))
    hand_out(made, students, folder / "out", folder / "answers.xlsx")
    handed_in = folder / "in"
    handed_in.mkdir()
    for case in MARKED:
        out = folder / "out" / f"{case.id}.xlsx"
        fill(made.exercise, out, handed_in / out.name, sheet_of(made.exercise, case.typed))
    block = layout(made.exercise)[0]
    first, _ = next(iter(block.cells()))
    with_stored_value(handed_in / "109.xlsx", first.local(), "5")
    as_text(handed_in / "105.xlsx", block.sheet, first.local())
    # 110 hands in the sheet of 101 under the own name, byte by byte.
    shutil.copyfile(handed_in / "101.xlsx", handed_in / "110.xlsx")
    write_self_study(made.exercise, handed_in / "Self_Study_111_week1.xlsx")
    hostile: dict[str, Callable[[], bytes]] = {
        "112.xlsx": WORKBOOKS["old xls or password"][0],
        "113.xlsx": WORKBOOKS["packed too tightly"][0],
        "notes 101.pdf": lambda: b"%PDF",
    }
    for name, content in hostile.items():
        (handed_in / name).write_bytes(content())
    _other_week(folder, handed_in)
    shutil.copyfile(folder / "answers.xlsx", handed_in / "116.xlsx")
    (handed_in / "~$101.xlsx").write_bytes(b"left by a spreadsheet program")
    return handed_in


def _other_week(folder: Path, handed_in: Path) -> None:
    text = ASSIGNMENT.format(follows=1, formulas="true").replace(
        "[rules]", "iterations = 2\n[rules]"
    )
    path = folder / "week-2.toml"
    path.write_text(text, "utf-8")
    hand_out(
        read_assignment(path), [Student("115")], folder / "other", folder / "other-answers.xlsx"
    )
    shutil.copyfile(folder / "other" / "115.xlsx", handed_in / "115.xlsx")
