"""CSV, JSON and .npz files → texts and numbers, with the standard library alone."""

from __future__ import annotations

import ast
import csv
import io
import json
import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tracer.practice.safe import limits
from tracer.practice.safe.limits import RefusedError
from tracer.practice.safe.unpack import check_file, opened

MOST_COLUMNS = 20_000


def read_flat(path: Path) -> Any:
    """Return a table's rows of texts, a JSON value, or {name: {"shape": …, "values": …}}.

    Raises RefusedError.
    """
    return _READERS[path.suffix.lower()](path)


def decoded(raw: bytes) -> str | None:
    """Return the text of a file as spreadsheet programs write it; None where it is none."""
    # Excel's "Unicode text" has a byte order mark; the rest is UTF-8, or the code page of a
    # country.
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _text(path: Path) -> str:
    check_file(path)
    text = decoded(path.read_bytes())
    if text is None:
        raise RefusedError("not_text")
    return text


def _read_csv(path: Path) -> list[list[str]]:
    text = _text(path)
    if "\0" in text:
        raise RefusedError("null_characters")
    head = text[:20_000]
    separator = max(";\t,", key=head.count)
    if head.count(";"):  # then commas are decimal ones
        separator = ";"
    csv.field_size_limit(limits.TEXT)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            cells += len(row)
            if cells > limits.CELLS or len(rows) >= limits.ROWS or len(row) > MOST_COLUMNS:
                raise RefusedError("large_table", count=limits.CELLS)
            rows.append(row)
    except csv.Error as error:
        raise RefusedError("not_a_table", why=str(error)) from None
    return rows


def _read_json(path: Path) -> Any:
    text = _text(path)
    too_many = RefusedError("many_values", count=limits.NUMBERS)
    if text.count(",") > limits.NUMBERS:
        raise too_many
    try:
        found = json.loads(text, parse_int=_number, parse_float=_number, parse_constant=str)
        count = _count(found, 0)
    except RecursionError:
        raise RefusedError("nested_lists") from None
    except ValueError as error:
        raise RefusedError("not_json", why=str(error)[:100]) from None
    if count > limits.NUMBERS:
        raise too_many
    return found


def _number(text: str) -> float | str:
    number = float(text) if len(text) < 400 else math.inf
    return number if math.isfinite(number) else text[:50]


def _count(value: Any, depth: int) -> int:
    if depth > 20:
        raise RefusedError("nested_lists")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(_count(part, depth + 1) for part in inner)


def _read_npz(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    left = limits.NUMBERS
    with opened(path, "not_an_archive") as archive:
        for name in sorted(archive.names):
            if not name.endswith(".npy"):
                raise RefusedError("not_arrays")
            found[name.removesuffix(".npy")] = array = _array(archive.read(name), left)
            left -= len(array["values"])
    return found


def _array(raw: bytes, most: int) -> dict[str, Any]:
    """Return an array of numbers in NumPy's own file format; never one of objects."""
    kind, shape, by_columns, start = _heading(raw)
    code = _CODES.get(kind[1:])
    if code is None or kind[0] not in "<>|=":
        raise RefusedError("not_numbers", kind=kind[:20])
    count = math.prod(shape)
    if len(shape) > 3 or any(size < 0 for size in shape) or count > most:
        raise RefusedError("large_arrays", count=limits.NUMBERS)
    pattern = f"{'>' if kind[0] == '>' else '<'}{count}{code}"
    if len(raw) < start + struct.calcsize(pattern):
        raise RefusedError("array_ends")
    values = map(_value, struct.unpack_from(pattern, raw, start))
    return {"shape": shape, "values": list(values), "by_columns": by_columns}


def _heading(raw: bytes) -> tuple[str, tuple[int, ...], bool, int]:
    """Return an array's type, shape, whether columns come first, and where its numbers begin."""
    if raw[:6] != b"\x93NUMPY" or len(raw) < 12 or raw[6] not in (1, 2, 3):
        raise RefusedError("not_an_array")
    wide = raw[6] > 1
    start = 12 if wide else 10
    length = struct.unpack_from("<I" if wide else "<H", raw, 8)[0]
    if length > 10_000:
        raise RefusedError("long_heading")
    try:
        heading = ast.literal_eval(raw[start : start + length].decode("latin-1").strip())
        kind, shape = str(heading["descr"]), tuple(int(size) for size in heading["shape"])
        return kind, shape, bool(heading["fortran_order"]), start + length
    except (ValueError, SyntaxError, KeyError, TypeError, RecursionError, MemoryError):
        raise RefusedError("unreadable_heading") from None


def _value(number: float | bool) -> float | str | None:
    """Return a number as it is passed on: none that isn't finite, and a truth value as a text."""
    if isinstance(number, bool):
        return str(number)
    return float(number) if math.isfinite(number) else None


#: What NumPy calls a type of numbers, and what the standard library calls it.
_CODES = {
    "f8": "d",
    "f4": "f",
    "f2": "e",
    "b1": "?",
    "i1": "b",
    "i2": "h",
    "i4": "i",
    "i8": "q",
    "u1": "B",
    "u2": "H",
    "u4": "I",
    "u8": "Q",
}

_READERS: dict[str, Callable[[Path], Any]] = {
    ".csv": _read_csv,
    ".txt": _read_csv,
    ".json": _read_json,
    ".npz": _read_npz,
}
FLAT_SUFFIXES = tuple(_READERS)
