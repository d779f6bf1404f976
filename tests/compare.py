"""Compare what two checkouts write: workbooks, practice sheets, gradebooks, reports, tables.

    python tests/compare.py BEFORE AFTER [--only ray,xor] [--keep FOLDER]

Every lesson is traced (in both languages), practised, handed out to two students, filled in
from the answer book with some mistakes, checked and graded, by the commands of each checkout
in turn. Then every file is compared, a workbook member by member, and every text printed.
With `--keep` the files of BEFORE are kept in a folder and not made again the next time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl

LANGUAGES = ("en", "de")
ROSTER = "id,name\ns1,One\ns2,Two\n"
#: Runs in the checkout that it is given, one process for all commands of a lesson.
RUNNER = """
import sys, contextlib, pathlib
from tracer.__main__ import main
for line in sys.stdin.read().splitlines():
    words, target = line.split("\\t")[:-1], pathlib.Path(line.split("\\t")[-1])
    with target.open("w", encoding="utf-8") as out:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                main(words, standalone_mode=False)
            except BaseException as error:
                print(type(error).__name__, error)
"""


def lessons(checkout: Path) -> list[str]:
    """Return the names of a checkout's lessons."""
    stems = (path.stem for path in (checkout / "templates").glob("*.toml"))
    return sorted(stem for stem in stems if "." not in stem)


def run(checkout: Path, folder: Path, *commands: tuple[str, ...]) -> None:
    """Run commands of a checkout in a folder; what each prints goes to a file of its own."""
    lines = ["\t".join((*words, f"{words[0]}-{n}.txt")) for n, words in enumerate(commands)]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input="\n".join(lines),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "100"},
        text=True,
        check=False,
    )
    assert done.returncode == 0


def make(checkout: Path, lesson: str, folder: Path, assignments: Path | None) -> None:
    """Make all files of a lesson; assignments, which hold a secret, may be copied."""
    folder.mkdir(parents=True)
    (folder / "class.csv").write_text(ROSTER, "utf-8")
    if assignments is None:
        with tempfile.TemporaryDirectory() as made:
            words = ("practice", lesson, "-b", "all", "--assignment")
            run(checkout, Path(made), *((*words, f"{n}.toml", "--lang", n) for n in LANGUAGES))
            copy_assignments(Path(made), folder)
    else:
        copy_assignments(assignments, folder)
    run(
        checkout,
        folder,
        ("trace", lesson, "-o", "trace.xlsx"),
        ("trace", lesson, "-o", "german.xlsx", "--lang", "de", "--palette", "grey", "--round", "3"),
        ("trace", lesson, "-o", "trace.csv"),
        ("verify", lesson),
        ("practice", lesson, "-o", "practice.xlsx", "-b", "all", "--share", "0.5"),
        *(
            ("practice", "--assignment", f"{n}.toml", "--students", "class.csv", "-o", n, "--force")
            for n in LANGUAGES
        ),
    )
    commands: list[tuple[str, ...]] = [("check", "practice.xlsx")]
    for language in LANGUAGES:
        if filled_in(folder, language):
            filled = f"{language}-filled"
            teacher = ("--assignment", f"{language}.toml")
            outputs = ("-o", f"{language}-grades.xlsx", "--feedback", f"{language}-feedback")
            commands += [
                ("check", f"{filled}/s1.xlsx", *teacher),
                ("grade", filled, *teacher, "--roster", "class.csv", *outputs),
            ]
    run(checkout, folder, *commands)


def copy_assignments(source: Path, target: Path) -> None:
    """Copy the teacher's files, where there are any: not every lesson can be practised."""
    for path in source.glob("*.toml"):
        shutil.copy(path, target)


def filled_in(folder: Path, language: str) -> bool:
    """Fill in both students' files from the answer book: some numbers wrong, some left out."""
    answers = folder / f"{language}-answers.xlsx"
    if not answers.exists():
        return False
    sheet = openpyxl.load_workbook(answers, data_only=True).worksheets[-1]
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]
    for student, column in (("s1", 6), ("s2", 7)):
        name = f"{student}.xlsx"
        book = openpyxl.load_workbook(folder / language / name)
        for n, row in enumerate(rows):
            value = row[column]
            if n % 11 == 4 or not isinstance(value, int | float):
                continue
            wrong = (-value, value * 2, value + 0.1)[n % 3] if n % 7 == column - 5 else value
            book[str(row[0])][str(row[1])] = round(wrong, 6)
        (folder / f"{language}-filled").mkdir(exist_ok=True)
        book.save(folder / f"{language}-filled" / name)
    return True


def parts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the members of a file: those of an archive, else the file itself."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    else:
        yield "", path.read_bytes()


def differences(before: Path, after: Path) -> list[str]:
    """Compare two folders; a line for every file and member that differs."""
    found = []
    names = {p.relative_to(f) for f in (before, after) for p in f.rglob("*") if p.is_file()}
    for name in sorted(names):
        if not ((before / name).exists() and (after / name).exists()):
            found.append(f"{name}: only {'before' if (before / name).exists() else 'after'}")
            continue
        if name.parts[0].endswith("-filled"):
            continue  # saved by openpyxl, which writes the time of day
        old, new = dict(parts(before / name)), dict(parts(after / name))
        found += [
            f"{name} {member}: {_first(old.get(member), new.get(member))}"
            for member in sorted({*old, *new})
            if old.get(member) != new.get(member)
        ]
    return found


def _first(old: bytes | None, new: bytes | None) -> str:
    """Say where two members part."""
    if old is None or new is None:
        return "only " + ("after" if old is None else "before")
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    at = min(len(old), len(new)) if at is None else at
    window = slice(max(0, at - 60), at + 60)
    return f"at byte {at}\n      {old[window]!r}\n      {new[window]!r}"


def main() -> int:
    """Compare and say how many files are the same; 1 if any differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--only", default="", help="lessons, separated by commas")
    parser.add_argument("--keep", type=Path, help="where the files of BEFORE are kept")
    options = parser.parse_args()
    chosen = [n for n in options.only.split(",") if n] or lessons(options.before)
    wrong = count = 0
    with tempfile.TemporaryDirectory() as made:
        kept = options.keep or Path(made, "before")
        for lesson in chosen:
            old, new = kept / lesson, Path(made, "after", lesson)
            if not old.exists():
                make(options.before.resolve(), lesson, old, None)
            make(options.after.resolve(), lesson, new, old)
            found = differences(old, new)
            count += sum(path.is_file() for path in old.rglob("*"))
            wrong += len(found)
            print(lesson, "same" if not found else f"{len(found)} differ", flush=True)
            for line in found:
                print("   ", line)
            shutil.rmtree(new)
    print(f"{len(chosen)} lessons, {count} files compared, {wrong} differences")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
