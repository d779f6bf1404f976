"""What of a handed-in file's own words is believed: which sheet it is; whose, only as a claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracer.errors import DataError
from tracer.practice.answers.plain import plain
from tracer.practice.answers.wording import recipe_titles
from tracer.practice.exercise.assignment import ClassAssignment
from tracer.practice.exercise.recipe import COLUMN, FIRST_ROW, Recipe, joined, read_recipe
from tracer.practice.exercise.roster import LONGEST_TEXT
from tracer.practice.safe.workbook import place


@dataclass(frozen=True)
class Claim:
    """A file of an assignment: everyone's one sheet, or that of the student whose id it says.

    The id may be empty or another's: what is inside a file, its student can change. Which sheet
    it is can't be changed, since the secret is behind that.
    """

    student: str
    everyones: bool

    @property
    def blanked(self) -> bool:
        """Whether it is one student's sheet, but says no longer whose."""
        return not self.student and not self.everyones


def recipe_in(sheets: Mapping[str, Any]) -> Recipe | None:
    """Return what a file says that it was made from; None where it has no such sheet.

    Which language it is in is known only from the sheet's name. Raises DataError for one that
    can't be read, or several.
    """
    titles = [title for title in recipe_titles().values() if title in sheets]
    if len(titles) > 1:
        raise DataError(
            f"two of its sheets say what it was made from: '{titles[0]}' and '{titles[1]}'."
        )
    if not titles:
        return None
    rows: dict[int, str] = {}
    for address, (_, text, _) in sheets[titles[0]].items():
        at = place(address)
        if at is not None and at[1] == COLUMN and at[0] >= FIRST_ROW:
            rows[at[0]] = text
    return read_recipe(joined([rows[row] for row in sorted(rows)]))


def claimed(recipe: Recipe) -> str:
    """Return the id that a file says, perhaps empty, as what can be shown."""
    return plain(recipe.student).strip()[:LONGEST_TEXT]


def claim_of(recipe: Recipe, assignment: ClassAssignment) -> Claim | None:
    """Return what a file claims; None where it belongs to another assignment."""
    student = claimed(recipe)
    if recipe.assignment == assignment.everyones_id:
        return Claim(student, everyones=True)
    return Claim(student, everyones=False) if recipe.assignment == assignment.id else None
