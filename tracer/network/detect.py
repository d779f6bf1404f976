"""How a table's texts are meant: its separator and its encoding."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tracer.data.numbers import read_number
from tracer.data.tables import (
    BLANK,
    ENCODINGS,
    SEPARATOR_LINE,
    SEPARATORS,
    TEXT_FILES,
    TextFormat,
    check_file,
    fields_of,
    read_text,
)
from tracer.errors import DataError

#: The separators that are signs; blanks also stand in texts.
SIGNS = tuple(sign for sign in SEPARATORS if sign != BLANK)
#: So many lines are looked at to find the separator.
LOOKED_AT = 200


def detect(
    path: Path,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> TextFormat:
    """Return how a CSV file's texts are to be read, as far as that isn't said.

    An Excel file needs none of it. Raises DataError for a file that can't be read at all.
    """
    check_file(path)
    if path.suffix.lower() not in TEXT_FILES:
        return TextFormat(decimal=decimal or ".", sheet=sheet)
    encoding = encoding or _encoding(path)
    text = read_text(path, encoding)
    return TextFormat(separator or _separator(path, text), decimal or ".", encoding)


def _encoding(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: this can't be read: {error.strerror}.") from None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for name in ("utf-8", "windows-1252"):
        try:
            text = raw.decode(ENCODINGS[name])
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return name
    raise DataError(f"{path}: this is not a text file; save the table as CSV in UTF-8.")


def _separator(path: Path, text: str) -> str:
    """Return the separator that gives most lines equally many fields, and most of them.

    Lines of another length may be titles above the table, or faults that are told later.
    """
    said = SEPARATOR_LINE.match(text)
    if said:
        return said[1]
    lines = "".join(text.splitlines(keepends=True)[:LOOKED_AT])
    best, most = "", (0.0, 1)
    for candidate in SIGNS:
        try:
            widths = Counter(len(fields) for _, fields in fields_of(path, lines, candidate))
        except DataError:
            continue
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        share = count / max(1, widths.total())
        if width > 1 and share > 0.5 and (share, width) > most:
            best, most = candidate, (share, width)
    if best in ("", "\t") and _by_blanks(path, lines, most[1] if best else 0):
        return BLANK
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return best or max(SIGNS, key=heading.count)


def _by_blanks(path: Path, lines: str, width: int) -> bool:
    """Say whether blanks part columns: equally many in each row, and of them most are numbers.

    Where tabs part some of them (so many fields in a row), blanks must part more, headings too.
    """
    try:
        rows = [fields for _, fields in fields_of(path, lines, BLANK)]
    except DataError:
        return False
    widths = {len(fields) for fields in (rows if width else rows[1:])}
    below = [field for fields in rows[1:] for field in fields]
    numbers = sum(read_number(field) is not None for field in below)
    return len(widths) == 1 and min(widths) > max(1, width) and numbers * 2 > len(below)
