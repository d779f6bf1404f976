"""Cells of a practice sheet as formulas write them: few ranges instead of many references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracer.language.addresses import column_letters
from tracer.language.places import Place

#: A function takes at most 255 references.
MOST_REFERENCES = 250
Run = tuple[str, int, int, int]  # sheet, first column, last column, row


def ranges(places: Iterable[Place]) -> list[str]:
    """Return references that cover the places, each once: rectangles as one range."""
    runs: list[list[Run]] = []
    for run in _runs(sorted({(p.sheet, p.row, p.column) for p in places})):
        for stack in runs:
            sheet, first, last, row = stack[-1]
            if run == (sheet, first, last, row + 1):
                stack.append(run)
                break
        else:
            runs.append([run])
    return [_text(stack[0], stack[-1]) for stack in runs]


def _runs(spots: Sequence[tuple[str, int, int]]) -> list[Run]:
    """Join neighbours in a row."""
    found: list[Run] = []
    for sheet, row, column in spots:
        if found and (found[-1][0], found[-1][2], found[-1][3]) == (sheet, column - 1, row):
            found[-1] = sheet, found[-1][1], column, row
        else:
            found.append((sheet, column, column, row))
    return found


def _text(first: Run, last: Run) -> str:
    start = f"{first[0]}{column_letters(first[1])}{first[3]}"
    end = f"{column_letters(last[2])}{last[3]}"
    return start if start == f"{first[0]}{end}" else f"{start}:{end}"


def count(places: Iterable[Place]) -> str:
    """Return the formula that counts how many of the places hold numbers."""
    return "+".join(f"COUNT({','.join(group)})" for group in _groups(ranges(places)))


def total(places: Iterable[Place]) -> str:
    """Return the formula that adds up the numbers of the places."""
    return "+".join(f"SUM({','.join(group)})" for group in _groups(ranges(places)))


def least(places: Iterable[Place]) -> str:
    """Return the formula for the least number of the places."""
    groups = [f"MIN({','.join(group)})" for group in _groups(ranges(places))]
    return groups[0] if len(groups) == 1 else f"MIN({','.join(groups)})"


def _groups(references: list[str]) -> list[list[str]]:
    return [
        references[at : at + MOST_REFERENCES] for at in range(0, len(references), MOST_REFERENCES)
    ]
