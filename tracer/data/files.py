"""Data files → arrays: CSV, Excel and IDX (the format of MNIST)."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tracer import limits
from tracer.data.keys import (
    Key,
    either,
    is_texts,
    is_whole,
    one_of,
    table,
    text,
    texts,
    wanted,
    whole,
)
from tracer.data.outside import named_file
from tracer.data.tables import (
    DECIMALS,
    ENCODINGS,
    SEPARATORS,
    TEXT_FILES,
    TextFormat,
    check_file,
    read_rows,
)
from tracer.errors import DataError, did_you_mean
from tracer.language.functions import Array
from tracer.paths import is_file

_HEADINGS = texts(some=True)


def _classes_fit(value: object) -> bool:
    """Say whether a value lists classes: those of one column, or of several by heading."""
    lists = list(value.values()) if isinstance(value, dict) else [value]
    return bool(lists) and all(is_texts(item) and item for item in lists)


#: What a template's `{ file = … }` may say. What its values may be is said where they are used:
#: messages name the file.
FILE = table(
    "a key of a file",
    Key("file", text(), "the file beside the template"),
    Key("columns", _HEADINGS, "the headings of the columns (default: all)"),
    Key(
        "classes",
        wanted("a list of texts or a table of them", lambda value: _classes_fit(value)),
        '`["cat", "dog"]`: the one column has texts, and each becomes its position in this list,'
        ' from 0; `{ pet = ["cat", "dog"] }` says it for some of several columns',
    ),
    Key(
        "filled",
        _HEADINGS,
        '`["x1", "class"]`: only rows in which none of these columns is empty (or, among'
        " numbers, NA, ?, …)",
    ),
    Key(
        "separator",
        one_of(SEPARATORS),
        r'of a CSV file: `";"`, `"\t"`, `"\|"` or `" "` (any number of blanks) instead of a comma',
    ),
    Key("decimal", one_of(DECIMALS), 'of a CSV file\'s numbers: `","` instead of a point'),
    Key(
        "encoding",
        one_of(ENCODINGS),
        '`"utf-8"` (default, also with a byte-order mark), '
        + ", ".join(f'`"{name}"`' for name in tuple(ENCODINGS)[1:]),
    ),
    Key("sheet", text(), "of an Excel file, instead of its first"),
    Key(
        "header",
        whole(0),
        "the row of the headings, instead of the first; 0: there is none, and the columns are"
        " called `x1`, `x2`, …",
    ),
    Key("labels", text(), "of IDX images: the file of their labels"),
    Key("keep", wanted("a list", lambda value: isinstance(value, list)), "only these labels"),
    Key(
        "rows",
        wanted("a list or a table", lambda value: isinstance(value, list | dict)),
        "`[1, 100]` keeps these; or a table (below); also with `made`",
    ),
)
SPLIT = table(
    "known",
    Key("keep", either("training", "test"), '`"training"` or `"test"`: which rows'),
    Key("test", whole(1), "how many rows are held out"),
    Key("seed", whole(0, 2**32 - 1), "they are drawn with (default 1)", 1),
)


def read_table(
    path: Path,
    columns: Sequence[str] | None,
    *,
    reading: TextFormat | None = None,
    classes: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    filled: Sequence[str] = (),
) -> Array:
    """Return columns of a CSV or Excel file (its first sheet) as a matrix.

    With `classes`, the one column holds texts: each becomes its position in that list; of
    several columns, those that a table of such lists names.
    `filled` names columns: only rows in which none of them is empty are read. Raises
    DataError for a missing or empty file, a missing column, and text, gaps or infinities in
    a number column (with the row as a spreadsheet counts it).
    """
    table = read_rows(path, reading)
    named = isinstance(columns, list | tuple) and all(isinstance(c, str) for c in columns)
    if columns is not None and not (named and columns):
        raise DataError(f"{path}: columns must be a list of headings.")
    chosen = table.headings if columns is None else columns
    if filled:
        table = table.filled(filled)
    named_classes = _by_heading(path, chosen, classes)
    picked = [
        table.positions(heading, named_classes[heading])
        if heading in named_classes
        else table.column(heading)
        for heading in chosen
    ]
    if not table.rows:
        some = " in which all of these columns are filled" if filled else ""
        raise DataError(f"{path}: the file has headings but no rows{some}.")
    return np.column_stack(picked)


def _by_heading(
    path: Path,
    chosen: Sequence[str],
    classes: Sequence[str] | Mapping[str, Sequence[str]] | None,
) -> Mapping[str, Sequence[str]]:
    """Return the classes of each column that has some. Raises DataError."""
    if classes is None:
        return {}
    if not isinstance(classes, Mapping):
        if len(chosen) != 1:
            raise DataError(f'{path}: classes are those of one column: columns = ["…"].')
        return {chosen[0]: classes}
    for heading in classes:
        if heading not in chosen:
            raise DataError(f"{path}: classes: '{heading}' is none of the columns.")
    return classes


def read_idx(path: Path) -> Array:
    """Return an IDX file (also gzipped): images as (count, pixels), labels as (count,).

    The format: two zero bytes, the type (8 = unsigned byte), the number of dimensions, each
    dimension as a big-endian 32-bit number, then the bytes.
    """
    check_file(path)
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            sizes, data = _unpacked(path, file)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: this can't be unpacked: {error}") from None
    values = np.frombuffer(data, np.uint8).astype(np.float64)
    return values.reshape(sizes[0], -1) if len(sizes) > 1 else values


def _unpacked(path: Path, file: BinaryIO | gzip.GzipFile) -> tuple[tuple[int, ...], bytes]:
    """Return an IDX file's sizes and bytes: never more than its heading promises are unpacked."""
    start = file.read(4)
    if len(start) < 4 or start[:3] != b"\0\0\x08" or not 1 <= start[3] <= 3:
        raise DataError(f"{path}: this is not an IDX file of bytes.")
    heading = file.read(4 * start[3])
    if len(heading) < 4 * start[3]:
        raise DataError(f"{path}: the file ends inside its heading.")
    sizes = struct.unpack(f">{start[3]}I", heading)
    promised = math.prod(sizes)
    if promised > limits.NUMBERS.most:
        raise DataError(
            f"{path}: it holds {promised:,} numbers, and at most {limits.NUMBERS.most:,} are read."
        )
    data = file.read(promised)
    if len(data) < promised or file.read(1):
        held = "more" if len(data) == promised else f"{len(data):,}"
        raise DataError(f"{path}: the heading promises {promised:,} bytes, the file holds {held}.")
    if not promised:
        raise DataError(f"{path}: the file holds no items.")
    return sizes, data


def load(source: Mapping[str, Any], folder: Path, data_folder: Path | None = None) -> Array:
    """Return the array that a template's `{ file = …, … }` describes.

    `columns` picks columns of a table; `classes`, `filled`, `separator`, `decimal`,
    `encoding` and `sheet` say how its texts are read. For IDX files, `labels` and `keep`
    pick the items with those labels; `data_folder` is looked in before the template's own
    folder. Raises DataError.
    """
    path = _find(str(source["file"]), folder, data_folder)
    if _is_table(path):
        return read_table(
            path,
            source.get("columns"),
            reading=_reading(source, path),
            classes=_classes(source, path),
            filled=_headings(source, "filled", path) or (),
        )
    return _load_idx(source, path, folder, data_folder)


def headings(
    source: Mapping[str, Any], folder: Path, data_folder: Path | None = None
) -> tuple[str, ...]:
    """Return the headings of the columns that such a description reads; none for images.

    Raises DataError.
    """
    if source.get("columns") is not None:
        return tuple(source["columns"])
    path = _find(str(source["file"]), folder, data_folder)
    return tuple(read_rows(path, _reading(source, path)).headings) if _is_table(path) else ()


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in (*TEXT_FILES, ".xlsx") or "idx" not in path.name


def files_of(
    source: Mapping[str, Any], folder: Path, data_folder: Path | None = None
) -> list[Path]:
    """Return the files that such a description reads. Raises DataError."""
    named = [str(source[key]) for key in ("file", "labels") if key in source]
    return [_find(file, folder, data_folder) for file in named]


def _reading(source: Mapping[str, Any], path: Path) -> TextFormat:
    """Return how a table is to be read. Raises DataError for what isn't known."""
    known: dict[str, Sequence[str]] = {
        "separator": SEPARATORS,
        "decimal": DECIMALS,
        "encoding": tuple(ENCODINGS),
    }
    given = {key: source[key] for key in (*known, "sheet") if key in source}
    for key, value in given.items():
        if key in known and value not in known[key]:
            listed = ", ".join(repr(item) for item in known[key])
            raise DataError(f"{path}: {key} must be one of {listed}, not {value!r}.")
        if not isinstance(value, str):
            raise DataError(f"{path}: {key} must be a text, not {value!r}.")
    header = source.get("header")
    if header is not None and (not is_whole(header) or header < 0):
        raise DataError(f"{path}: header must be a whole number from 0, not {header!r}.")
    reading = TextFormat(**given, header=header)
    if reading.separator == reading.decimal == "," and "separator" in given:
        raise DataError(f"{path}: separator and decimal can't both be a comma.")
    return reading


def _classes(
    source: Mapping[str, Any], path: Path
) -> list[str] | Mapping[str, Sequence[str]] | None:
    """Return the classes of one column or, by heading, of several. Raises DataError."""
    said = source.get("classes")
    if not isinstance(said, Mapping):
        return _headings(source, "classes", path)
    return {heading: _headings(said, heading, path) or () for heading in said}


def _headings(source: Mapping[str, Any], key: str, path: Path) -> list[str] | None:
    value = source.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not value or any(not isinstance(t, str) for t in value):
        raise DataError(f"{path}: {key} must be a list of texts.")
    if len(set(value)) != len(value):
        raise DataError(f"{path}: {key} names something twice.")
    return value


def _load_idx(
    source: Mapping[str, Any], path: Path, folder: Path, data_folder: Path | None
) -> Array:
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


def chosen_rows(array: Array, rows: object, what: str) -> Array:
    """Return the rows that a template's `rows` keeps.

    `[first, last]` counts from 1. A table `{ keep = "training", test = 30, seed = 1 }` draws
    `test` rows to hold out with that seed, and keeps those (`"test"`) or all others
    (`"training"`), in the order of the file. Raises DataError, which names `what`.
    """
    if rows is None:
        return array
    if isinstance(rows, Mapping):
        return array[_split(rows, len(array), what)]
    whole = isinstance(rows, list) and len(rows) == 2 and all(map(is_whole, rows))
    if not isinstance(rows, list) or not whole or not 1 <= rows[0] <= rows[1] <= len(array):
        raise DataError(f"{what}: rows must be [first, last] within 1 to {len(array):,}.")
    return array[rows[0] - 1 : rows[1]]


def _split(rows: Mapping[str, Any], count: int, what: str) -> NDArray[np.int64]:
    for key in rows:
        if key not in SPLIT.keys:
            near = did_you_mean(key, SPLIT.keys)
            raise DataError(f"{what}: rows: '{key}' is not known.{near}")
    test, seed = rows.get("test"), rows.get("seed", 1)
    if SPLIT.keys["keep"].rule(rows.get("keep")):
        raise DataError(f'{what}: rows: keep must be "training" or "test".')
    if not is_whole(test) or not 1 <= test < count:
        raise DataError(f"{what}: rows: test must be a whole number from 1 to {count - 1:,}.")
    if SPLIT.keys["seed"].rule(seed):
        raise DataError(f"{what}: rows: seed must be a whole number from 0.")
    held_out = np.zeros(count, bool)
    held_out[np.random.default_rng(seed).permutation(count)[:test]] = True
    return np.flatnonzero(held_out == (rows["keep"] == "test"))


def _find(file: str, folder: Path, data_folder: Path | None) -> Path:
    if data_folder is None:
        return named_file(file, folder)
    name = Path(file).name
    for candidate in (name, name.removesuffix(".gz"), name + ".gz"):
        if is_file(data_folder / candidate):
            return data_folder / candidate
    raise DataError(
        f"{data_folder}: '{name.removesuffix('.gz')}' (or .gz) is not there;"
        " --data needs the folder with the four MNIST files."
    )
