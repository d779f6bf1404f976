"""Data files → arrays: CSV, Excel and IDX (the format of MNIST)."""

from __future__ import annotations

import csv
import gzip
import math
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tracer.errors import DataError, did_you_mean
from tracer.language.functions import Array

LARGEST_FILE = 400_000_000


@dataclass(frozen=True)
class Table:
    """A table as texts: headings, and each row with its number as a spreadsheet counts it."""

    path: Path
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, heading: str) -> Array:
        """Return a column as numbers. Raises DataError, naming the row, where one isn't."""
        if heading not in self.headings:
            raise DataError(
                f"{self.path}: there is no column '{heading}'."
                f"{did_you_mean(heading, self.headings)} Its columns: {', '.join(self.headings)}"
            )
        place = self.headings.index(heading)
        return np.array([self._number(row, texts[place], heading) for row, texts in self.rows])

    def _number(self, row: int, text: str, heading: str) -> float:
        where = f"{self.path}: row {row}, column '{heading}'"
        try:
            number = math.nan if "_" in text else float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        if not text.strip():
            raise DataError(f"{where}: the cell is empty.")
        kind = "a finite number" if re.fullmatch(_NOT_FINITE, text.strip()) else "a number"
        raise DataError(f"{where}: '{text}' is not {kind}.")


_NOT_FINITE = re.compile(r"[-+]?(nan|inf(inity)?|[\d.]+e\+?\d+)", re.IGNORECASE)


def read_table(path: Path, columns: Sequence[str] | None) -> Array:
    """Return columns of a CSV or Excel file (its first sheet) as a matrix.

    Raises DataError for a missing or empty file, a missing column, and text, gaps or
    infinities in a number column (with the row as a spreadsheet counts it).
    """
    _check_file(path)
    readers = {".csv": _read_csv, ".xlsx": _read_excel}
    if path.suffix.lower() not in readers:
        raise DataError(f"{path}: only .csv and .xlsx tables can be read.")
    table = readers[path.suffix.lower()](path)
    named = isinstance(columns, list | tuple) and all(isinstance(c, str) for c in columns)
    if columns is not None and not (named and columns):
        raise DataError(f"{path}: columns must be a list of headings.")
    chosen = table.headings if columns is None else columns
    picked = [table.column(heading) for heading in chosen]
    if not table.rows:
        raise DataError(f"{path}: the file has headings but no rows.")
    return np.column_stack(picked)


def _read_csv(path: Path) -> Table:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, skipinitialspace=True, strict=True)
            numbered = [(reader.line_num, tuple(fields)) for fields in reader if any(fields)]
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: the file is not UTF-8 text ({error.reason}).") from None
    except csv.Error as error:
        raise DataError(f"{path}: this can't be read as a table: {error}") from None
    if not numbered:
        raise DataError(f"{path}: the file is empty.")
    headings = tuple(heading.strip() for heading in numbered[0][1])
    if len(headings) == 1 and ";" in headings[0]:
        raise DataError(f"{path}: its columns are separated by ';'; save it with commas.")
    for row, fields in numbered[1:]:
        if len(fields) != len(headings):
            raise DataError(
                f"{path}: row {row} has {len(fields)} fields, but there are"
                f" {len(headings)} headings."
            )
    return Table(path, headings, tuple(numbered[1:]))


def _read_excel(path: Path) -> Table:
    import pandas as pd

    try:
        # The engine is named because pandas means to change its own choice.
        table = pd.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")
    except Exception as error:  # a broken file raises a dozen different kinds
        reason = str(error).strip().splitlines()
        raise DataError(f"{path}: this can't be read as a table: {(reason or ['?'])[0]}") from None
    rows = [
        (row, tuple(str(text) for text in fields))
        for row, fields in enumerate(table.itertuples(index=False), 2)
    ]
    filled = tuple((row, fields) for row, fields in rows if any(fields))
    return Table(path, tuple(str(heading).strip() for heading in table.columns), filled)


def read_idx(path: Path) -> Array:
    """Return an IDX file (also gzipped): images as (count, pixels), labels as (count,).

    The format: two zero bytes, the type (8 = unsigned byte), the number of dimensions, each
    dimension as a big-endian 32-bit number, then the bytes.
    """
    _check_file(path)
    try:
        raw = path.read_bytes()
        data = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: this can't be unpacked: {error}") from None
    if len(data) < 8 or data[:3] != b"\0\0\x08" or not 1 <= data[3] <= 3:
        raise DataError(f"{path}: this is not an IDX file of bytes.")
    start = 4 + 4 * data[3]
    if len(data) < start:
        raise DataError(f"{path}: the file ends inside its heading.")
    sizes = struct.unpack(f">{data[3]}I", data[4:start])
    if len(data) - start != math.prod(sizes):
        raise DataError(
            f"{path}: the heading promises {math.prod(sizes):,} bytes,"
            f" the file holds {len(data) - start:,}."
        )
    if not math.prod(sizes):
        raise DataError(f"{path}: the file holds no items.")
    values = np.frombuffer(data, np.uint8, offset=start).astype(np.float64)
    return values.reshape(sizes[0], -1) if len(sizes) > 1 else values


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size if path.is_file() else -1
    except OSError:
        size = -1
    if size < 0:
        raise DataError(f"{path}: there is no such file.")
    if size == 0:
        raise DataError(f"{path}: the file is empty.")
    if size > LARGEST_FILE:
        raise DataError(f"{path}: the file is larger than {LARGEST_FILE:,} bytes.")


def load(source: Mapping[str, Any], folder: Path, data_folder: Path | None = None) -> Array:
    """Return the array that a template's `{ file = …, … }` describes.

    `columns` picks columns of a table. For IDX files, `labels` and `keep` pick the items
    with those labels; `data_folder` is looked in before the template's own folder.
    """
    path = _find(str(source["file"]), folder, data_folder)
    if path.suffix.lower() in (".csv", ".xlsx") or "idx" not in path.name:
        return read_table(path, source.get("columns"))
    items = read_idx(path)
    if "labels" not in source:
        return items if items.ndim == 2 else items[:, None]
    labels = read_idx(_find(str(source["labels"]), folder, data_folder))
    if labels.ndim != 1 or len(labels) != len(items):
        raise DataError(f"{path}: {len(items):,} items, but {len(labels):,} labels.")
    keep = source.get("keep")
    chosen = np.isin(labels, keep) if keep is not None else np.ones(len(labels), bool)
    if not chosen.any():
        raise DataError(f"{path}: no item has one of the labels {keep}.")
    picked = items[chosen]
    return picked if picked.ndim == 2 else picked[:, None]


def _find(file: str, folder: Path, data_folder: Path | None) -> Path:
    if data_folder is None:
        return folder / file
    name = Path(file).name
    for candidate in (name, name.removesuffix(".gz"), name + ".gz"):
        if (data_folder / candidate).is_file():
            return data_folder / candidate
    raise DataError(
        f"{data_folder}: '{name.removesuffix('.gz')}' (or .gz) is not there;"
        " --data needs the folder with the four MNIST files."
    )


def as_array(value: object, what: str) -> Array:
    """Return a number, list or list of lists as an array of 0, 1 or 2 dimensions.

    Raises DataError, which names `what`, for ragged, empty or non-numeric values.
    """
    if value in ([], [[]]):
        raise DataError(f"{what}: the list is empty.")
    if isinstance(value, list) and isinstance(value[0], list):
        lengths = [len(row) if isinstance(row, list) else 0 for row in value]
        odd = next((i for i, n in enumerate(lengths) if n != lengths[0] or n == 0), None)
        if odd is not None:
            raise DataError(
                f"{what}: row {odd + 1} has {lengths[odd]} numbers, row 1 has {lengths[0]};"
                " every row of a matrix must be equally long."
            )
        return np.array([[_number(x, what) for x in row] for row in value])
    if isinstance(value, list):
        return np.array([_number(x, what) for x in value])
    return np.array(_number(value, what))


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"{what}: {value!r} is not a number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise DataError(f"{what}: {value} is not a finite number.")
    return number
