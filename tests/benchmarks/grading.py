"""Marking a class of 200, beside what only loading the files takes: wall-clock seconds."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from tests.practice.students import calculated, fill
from tracer.language.expression import SlotKey
from tracer.practice.exercise.assignment import new_assignment, read_assignment
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.exercise.roster import Student
from tracer.practice.sheets.handing_out import hand_out
from tracer.template.lessons import load_template

STUDENTS = 200
#: Every cell once, as a marker must; read-only mode gives values or formulas, not both.
LOADING = """
import sys, pathlib, openpyxl
for path in sorted(pathlib.Path("in").glob("*.xlsx")):
    for values in (True, False)[:int(sys.argv[1])]:
        book = openpyxl.load_workbook(path, read_only=True, data_only=values)
        for sheet in book:
            for row in sheet.iter_rows(values_only=True):
                pass
        book.close()
"""
GRADE = (
    *("-m", "tracer", "grade", "in", "--assignment", "hw.toml", "--roster", "class.csv"),
    *("-o", "book.xlsx", "--force", "--quiet"),
)
CASES: dict[str, tuple[str, ...]] = {
    "openpyxl, read-only, values": ("-c", LOADING, "1"),
    "openpyxl, read-only, values and formulas": ("-c", LOADING, "2"),
    "tracer grade: gradebook": GRADE,
    "tracer grade: gradebook and marked copies": (*GRADE, "--feedback", "marked"),
}


def build(folder: Path) -> None:
    """Hand an assignment out to a class and let it be filled in: three in four slip somewhere."""
    exercise = Exercise(load_template("ray"), 1, BlankChoice(("backward", "update")))
    (folder / "hw.toml").write_text(
        new_assignment("ray", exercise, "the same for all runs"), "utf-8"
    )
    made = read_assignment(folder / "hw.toml")
    students = [Student(str(1000 + n)) for n in range(STUDENTS)]
    lines = ["id", *(student.id for student in students)]
    (folder / "class.csv").write_text("\n".join(lines) + "\n", "utf-8")
    hand_out(made, students, folder / "out", folder / "answers.xlsx")
    (folder / "in").mkdir()
    random = np.random.default_rng(1)
    for number, student in enumerate(students):

        def typed(
            iteration: int, key: SlotKey, value: np.ndarray, kind: int = number % 4
        ) -> np.ndarray:
            value = np.round(value, 4)
            if kind == 1 and key[0] == "d_output":
                return -value
            if kind == 2 and key[0] == "d_hiddenlayer":
                return np.asarray(np.round(2 * value, 4))
            if kind == 3 and random.random() < 0.15:
                slips = random.normal(size=value.shape).round(2)
                return np.asarray(value + slips * (random.random(value.shape) < 0.3))
            return value

        name = f"{student.id}.xlsx"
        own = made.exercise_of(student.id)
        fill(own, folder / "out" / name, folder / "in" / name, calculated(own, typed))


def compare(rounds: int) -> None:
    """Measure and print a table."""
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    cpu: dict[str, list[float]] = {name: [] for name in CASES}
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with tempfile.TemporaryDirectory() as name:
        build(Path(name))
        for _ in range(rounds):
            for case, words in CASES.items():
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                start = time.perf_counter()
                subprocess.run([sys.executable, *words], cwd=name, env=here, check=True)
                taken[case].append(time.perf_counter() - start)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                cpu[case].append(used)
    first = next(iter(CASES))
    print(f"\n### A class of {STUDENTS} files\n")
    print("| | seconds | times the first | seconds of CPU |\n|---|---|---|---|")
    for case, seconds in taken.items():
        ratio = median(own / other for own, other in zip(seconds, taken[first], strict=True))
        print(f"| {case} | {median(seconds):.2f} | {ratio:.2f} | {median(cpu[case]):.2f} |")
