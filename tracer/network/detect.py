"""How a table's texts are meant: its separator, its decimal sign, its encoding."""

from __future__ import annotations

from pathlib import Path

from tracer.data.numbers import read_number
from tracer.data.tables import (
    ENCODINGS,
    SEPARATORS,
    TextFormat,
    TextTable,
    check_file,
    fields_of,
    read_text,
)
from tracer.errors import DataError

#: So many lines are looked at to find the separator.
LOOKED_AT = 200


def detect(
    path: Path,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
) -> TextFormat:
    """Return how a CSV file's texts are to be read, as far as that isn't said.

    An Excel file needs none of it. Raises DataError for a file that can't be read at all.
    """
    check_file(path)
    if path.suffix.lower() != ".csv":
        return TextFormat(decimal=decimal or ".", sheet=sheet)
    encoding = _encoding(path)
    text = read_text(path, encoding)
    return TextFormat(separator or _separator(path, text), decimal or ".", encoding)


def decimal_sign(table: TextTable) -> str:
    """Return the sign that a table's numbers are written with: a comma where none has a point."""
    texts = {text for _, fields in table.rows for text in fields}
    commas = any(_needs(text, ",", not_=".") for text in texts)
    return "," if commas and not any(_needs(text, ".", not_=",") for text in texts) else "."


def _needs(text: str, sign: str, *, not_: str) -> bool:
    """Say whether a text is a number with one decimal sign, and none with the other."""
    return read_number(text, sign) is not None and read_number(text, not_) is None


def _encoding(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: this can't be read: {error.strerror}.") from None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for name, codec in ENCODINGS.items():
        if name == "utf-16":
            continue
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return name
    raise DataError(f"{path}: this is not a text file; save the table as CSV in UTF-8.")


def _separator(path: Path, text: str) -> str:
    """Return the separator that gives every line equally many fields, and most of them."""
    lines = "".join(text.splitlines(keepends=True)[:LOOKED_AT])
    best, most = "", 1
    for candidate in SEPARATORS:
        try:
            widths = {len(fields) for _, fields in fields_of(path, lines, candidate)}
        except DataError:
            continue
        if len(widths) == 1 and min(widths) > most:
            best, most = candidate, min(widths)
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return best or max(SEPARATORS, key=heading.count)
