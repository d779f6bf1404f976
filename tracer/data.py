"""Data files → arrays: CSV, Excel and IDX (the format of MNIST)."""

from __future__ import annotations

import gzip
import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tracer.errors import DataError, did_you_mean
from tracer.language.functions import Array

if TYPE_CHECKING:
    import pandas as pd

LARGEST_FILE = 400_000_000


def read_table(path: Path, columns: Sequence[str] | None) -> Array:
    """Return columns of a CSV or Excel file (its first sheet) as a matrix.

    Raises DataError for a missing or empty file, a missing column, and text, gaps or
    infinities in a number column (with the row as a spreadsheet counts it).
    """
    table = _table(path)
    chosen = list(columns) if columns is not None else [str(c) for c in table.columns]
    for column in chosen:
        if column not in table.columns:
            known = [str(c) for c in table.columns]
            raise DataError(
                f"{path}: there is no column '{column}'."
                f"{did_you_mean(column, known)} Its columns: {', '.join(known)}"
            )
    if table.empty:
        raise DataError(f"{path}: the file has headings but no rows.")
    return np.column_stack([_numbers(path, column, table[column]) for column in chosen])


def _table(path: Path) -> pd.DataFrame:
    import pandas as pd

    _check_file(path)
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise DataError(f"{path}: only .csv and .xlsx tables can be read.")
    try:
        if path.suffix.lower() == ".xlsx":
            return pd.read_excel(path, dtype=str, keep_default_na=False)
        return pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True
        )
    except pd.errors.EmptyDataError:
        raise DataError(f"{path}: the file is empty.") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: the file is not UTF-8 text ({error.reason}).") from None
    except Exception as error:  # a broken file raises a dozen different kinds
        reason = str(error).strip().splitlines()
        raise DataError(f"{path}: this can't be read as a table: {(reason or ['?'])[0]}") from None


def _numbers(path: Path, column: str, texts: Any) -> Array:
    numbers = np.empty(len(texts))
    for i, text in enumerate(texts):
        try:
            numbers[i] = float(text)
        except (TypeError, ValueError):
            what = f"'{text}' is not a number" if str(text).strip() else "the cell is empty"
            raise DataError(f"{path}: row {i + 2}, column '{column}': {what}.") from None
        if not math.isfinite(numbers[i]):
            raise DataError(
                f"{path}: row {i + 2}, column '{column}': '{text}' is not a finite number."
            )
    return numbers


def read_idx(path: Path) -> Array:
    """Return an IDX file (also gzipped): images as (count, pixels), labels as (count,).

    The format: two zero bytes, the type (8 = unsigned byte), the number of dimensions, each
    dimension as a big-endian 32-bit number, then the bytes.
    """
    _check_file(path)
    try:
        raw = path.read_bytes()
        data = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError) as error:
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
    if "idx" not in path.name:
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
    if isinstance(value, list) and not value:
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
