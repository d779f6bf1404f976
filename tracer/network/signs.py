"""The decimal sign of a table: found in its columns, asked for where it could be either."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.data.numbers import read_number, two_meanings
from tracer.data.tables import TextFormat, TextTable
from tracer.errors import DataError, in_line
from tracer.wording import Said


def decimal_sign(table: TextTable, reading: TextFormat) -> tuple[str, Said | None]:
    """Return the sign that a table's numbers are written with, and a note on grouped digits.

    It is a comma where a number needs one and none needs a point. Where no number needs
    either, `1,234` could be two numbers: between commas it is grouped digits. Raises DataError
    where nothing decides it.
    """
    cells = [
        (row, heading, fields[place].strip())
        for row, fields in table.rows
        for place, heading in enumerate(table.headings)
    ]
    texts = {text for _, _, text in cells}
    needed = [sign for sign, other in (",.", ".,") if any(_needs(t, sign, other) for t in texts)]
    if needed:
        return ("." if "." in needed else ","), None
    doubtful = [cell for cell in cells if two_meanings(cell[2])]
    commas = [cell for cell in doubtful if two_meanings(cell[2]) == ","]
    excel = reading.sheet is not None or table.path.suffix.lower() == ".xlsx"
    # Where commas part the columns, points are decimal signs; where semicolons do, commas may be.
    groups = reading.separator == ";" or any(_beside_whole(table, h) for _, h, _ in doubtful)
    if not commas and (excel or not doubtful or not groups):
        return ".", _points(table, reading, doubtful)
    if reading.separator == "," and not excel and len(commas) == len(doubtful):
        row, _, text = commas[0]
        number = f"{read_number(text, '.'):.0f}"
        return ".", Said(
            "new.data_grouped", {"file": table.path.name, "row": row, "text": text, "sign": number}
        )
    row, heading, text = (commas or doubtful)[0]
    point, comma = (f"{read_number(text, sign):g}" for sign in ".,")
    raise DataError(
        f"{table.path}: row {row}, column '{in_line(heading)}': '{text}' could be {point}"
        f" (--decimal .) or {comma} (--decimal ,); say which."
    )


def _points(
    table: TextTable, reading: TextFormat, doubtful: Sequence[tuple[int, str, str]]
) -> Said | None:
    """Return what to say of points that were taken for decimal signs, where nothing proves it."""
    if reading.separator == "," or not doubtful:
        return None
    row, _, text = doubtful[0]
    number = f"{read_number(text, '.'):g}"
    return Said(
        "new.data_points", {"file": table.path.name, "row": row, "text": text, "sign": number}
    )


def _needs(text: str, sign: str, other: str) -> bool:
    """Say whether a text is a number with one decimal sign, and none with the other."""
    return read_number(text, sign) is not None and read_number(text, other) is None


def _beside_whole(table: TextTable, heading: str) -> bool:
    """Say whether a column has whole numbers from 100 beside what could be grouped digits."""
    return any(
        text.strip().isdecimal() and 100 <= int(text) < 1000 for _, text in table.texts(heading)
    )
