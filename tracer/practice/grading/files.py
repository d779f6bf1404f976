"""A folder of handed-in files → what each says of itself, read safely; none stops the others."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tracer.errors import DataError, TracerError
from tracer.paths import check_ordinary, is_folder
from tracer.practice.answers.plain import plain
from tracer.practice.answers.wording import recipe_titles
from tracer.practice.exercise.assignment import ClassAssignment
from tracer.practice.exercise.claims import claim_of, claimed, recipe_in
from tracer.practice.safe.limits import FILE_BYTES, WORKBOOKS, RefusedError
from tracer.practice.safe.pool import Pool, Request
from tracer.practice.sheets.anchors import ChangedError, Expected

#: More files than this are no class.
MOST_FILES = 20_000
PROCESSES = 2
#: What systems and spreadsheet programs leave beside files.
PASSED_OVER = ("~$", ".", "__MACOSX")


@dataclass(frozen=True)
class HandedIn:
    """One file: its name in the folder, and either why it can't be marked or what it holds.

    `student` is the id that it says, perhaps empty or another's; `cells` are its sheets as read;
    with `own_numbers` it is one student's sheet, not the one that is everyone's; an `empty` one
    has nothing in its blanks.
    """

    name: str
    refused: str = ""
    student: str = ""
    cells: Mapping[str, Any] = field(default_factory=dict, repr=False)
    digest: str = ""
    changed: float = 0.0
    own_numbers: bool = False
    empty: bool = False

    @property
    def base(self) -> str:
        """The file's own name, without folder and ending."""
        return Path(self.name).stem


def find_files(folder: Path) -> list[Path]:
    """Return the files of a folder and the folders in it, in the order of their names.

    A folder in it that can't be entered stands for what it may hold. Raises DataError for a
    folder that can't be read itself.
    """
    if not is_folder(folder):
        raise DataError(f"{folder}: there is no such folder.")
    closed: list[OSError] = []
    found: list[Path] = []
    for here, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(PASSED_OVER)]
        found += [Path(here, name) for name in names if not name.startswith(PASSED_OVER)]
    for error in closed:
        if Path(error.filename) == folder:
            raise DataError(f"{folder}: this can't be read: {error.strerror}.")
        found.append(Path(error.filename))
    found.sort()
    if len(found) > MOST_FILES:
        raise DataError(f"{folder}: it holds more than {MOST_FILES:,} files.")
    if not found:
        raise DataError(f"{folder}: there are no files in it.")
    return found


def read_files(
    folder: Path,
    paths: Sequence[Path],
    assignment: ClassAssignment,
    sheets: Expected,
    progress: Callable[[int], None] | None = None,
) -> Iterator[HandedIn]:
    """Yield every file as read, in order."""
    wanted = {**dict.fromkeys(recipe_titles().values()), **sheets.wanted()}
    books = [p for p in paths if p.suffix.lower() in WORKBOOKS and not is_folder(p)]
    with Pool(PROCESSES) as pool:
        found = pool.read_all([Request(path, wanted) for path in books])
        for path in paths:
            name = plain(path.relative_to(folder).as_posix())
            if is_folder(path):
                yield HandedIn(name, assignment.exercise.wording("grading.closed_folder"))
            elif path.suffix.lower() not in WORKBOOKS:
                yield HandedIn(name, assignment.exercise.wording("grading.not_xlsx"))
            else:
                file = _identified(path, name, next(found), assignment, sheets)
                if not file.refused and not sheets.in_place(file.cells):
                    file = _put_back(file, path, pool, assignment, sheets)
                yield replace(file, empty=not file.refused and sheets.empty(file.cells))
            if progress is not None:
                progress(1)


def _identified(
    path: Path, name: str, read: Any, assignment: ClassAssignment, sheets: Expected
) -> HandedIn:
    """Return a file with whose it is; of what it says of itself, nothing else is believed."""
    wording = assignment.exercise.wording
    if isinstance(read, RefusedError):
        return HandedIn(name, plain(wording.say(read.said)))
    cells = read["sheets"]
    try:
        recipe = recipe_in(cells)
    except TracerError as error:
        why = plain(" ".join(str(error).split()))[:200]
        return HandedIn(name, wording("grading.recipe_broken", why=why))
    if recipe is None:
        usual = recipe_titles()[assignment.handed_out.lang]
        return HandedIn(name, wording("grading.no_recipe", sheet=usual))
    if recipe.kind != "assignment":
        return HandedIn(name, wording("grading.self_study"))
    claim = claim_of(recipe, assignment)
    if claim is None:
        other = wording("grading.other_assignment", file=assignment.path.name)
        return HandedIn(name, other, claimed(recipe))
    for sheet in sheets.titles:
        if sheet not in cells:
            return HandedIn(name, wording("grading.no_sheet", sheet=sheet), claim.student)
    answers = {sheet: cells[sheet] for sheet in sheets.titles}
    own = not claim.everyones
    return HandedIn(name, "", claim.student, answers, *_state(path), own_numbers=own)


def _put_back(
    file: HandedIn, path: Path, pool: Pool, assignment: ClassAssignment, sheets: Expected
) -> HandedIn:
    """Return a file whose sheets' rows or columns moved with the answers where they belong."""
    wording = assignment.exercise.wording
    try:
        whole = pool.read(Request(path, dict.fromkeys(sheets.titles)))["sheets"]
        return replace(file, cells=sheets.found_again(whole, wording))
    except RefusedError as refused:
        return HandedIn(file.name, plain(wording.say(refused.said)), file.student)
    except ChangedError as changed:
        return HandedIn(file.name, plain(str(changed)), file.student)


def _state(path: Path) -> tuple[str, float]:
    """Return a digest of a file that could be read, and when it was changed last."""
    with suppress(OSError):
        check_ordinary(path)
        with path.open("rb") as stream:
            content = stream.read(FILE_BYTES + 1)
        return hashlib.sha256(content).hexdigest(), path.stat().st_mtime
    return "", 0.0
