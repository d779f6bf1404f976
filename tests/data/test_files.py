"""Data files and typed-in arrays: what is read, and what each fault is told as."""

from __future__ import annotations

import gzip
import re
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tracer.data import tables
from tracer.data.arrays import as_array
from tracer.data.files import chosen_rows, load, read_idx, read_table
from tracer.errors import DataError


def says(text: str) -> str:
    """Return the pattern that finds this very text at a message's end."""
    return re.escape(text) + "$"


# --- tables -------------------------------------------------------------------------------

TABLES: dict[str, tuple[bytes, list[str] | None, list[list[float]]]] = {
    "all columns": (b"a,b\n1,2\n3,4\n", None, [[1, 2], [3, 4]]),
    "picked and reordered": (b"a,b,c\n1,2,3\n4,5,6\n", ["c", "a"], [[3, 1], [6, 4]]),
    "one column twice": (b"a,b\n1,2\n", ["a", "a"], [[1, 1]]),
    "text in a column not picked": (b"name,a\nAda,1\nBob,2\n", ["a"], [[1], [2]]),
    "byte order mark": (b"\xef\xbb\xbfa,b\n1,2\n", ["a"], [[1]]),
    "Windows line ends": (b"a,b\r\n1,2\r\n3,4\r\n", None, [[1, 2], [3, 4]]),
    "no last line end": (b"a\n1\n2", None, [[1], [2]]),
    "spaces after commas": (b"a, b\n1, 2\n", ["b"], [[2]]),
    "quotes": (b'"a","b"\n"1","2"\n', None, [[1, 2]]),
    "signs and exponents": (b"a\n-1\n+2.5\n1e-3\n.5\n", None, [[-1], [2.5], [0.001], [0.5]]),
    "a heading beyond ASCII": ("größe\n1\n".encode(), ["größe"], [[1]]),
    "a number as heading": (b"1,2\n3,4\n", ["2"], [[4]]),
}


@pytest.mark.parametrize("case", TABLES)
def test_table(tmp_path: Path, case: str) -> None:
    content, columns, expected = TABLES[case]
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    read = read_table(path, columns)
    assert read.dtype == np.float64
    assert read.tolist() == expected


BAD_TABLES: dict[str, tuple[bytes, list[str] | None, str]] = {
    "empty file": (b"", None, "the file is empty."),
    "only a line end": (b"\n", None, "the file is empty."),
    "only headings": (b"a,b\n", None, "the file has headings but no rows."),
    "missing column": (
        b"height,weight\n1,2\n",
        ["heigth"],
        "there is no column 'heigth'. Did you mean height or weight? Its columns: height, weight",
    ),
    "missing column, nothing near": (
        b"a,b\n1,2\n",
        ["price"],
        "there is no column 'price'. Its columns: a, b",
    ),
    "missing column before missing rows": (b"a\n", ["b"], "there is no column 'b'."),
    "text": (b"a,b\n1,2\n3,four\n", None, "row 3, column 'b': 'four' is not a number."),
    "decimal comma": (b'a\n"1,5"\n', None, "row 2, column 'a': '1,5' is not a number."),
    "no group": (b'a\n"0,234"\n', None, "row 2, column 'a': '0,234' is not a number."),
    "a gap": (b"a,b\n1,2\n3,\n", None, "row 3, column 'b': the cell is empty."),
    "only spaces": (b"a,b\n1,'  '\n", ["b"], "row 2, column 'b': ''  '' is not a number."),
    "a short row": (b"a,b\n1,2\n3\n", None, "row 3 has 1 fields, but there are 2 headings."),
    "NA": (b"a\n1\nNA\n", None, "row 3, column 'a': 'NA' is not a number."),
    "inf": (b"a\n1\ninf\n", None, "row 3, column 'a': 'inf' is not a finite number."),
    "-Infinity": (b"a\n-Infinity\n", None, "'-Infinity' is not a finite number."),
    "nan": (b"a\nnan\n", None, "row 2, column 'a': 'nan' is not a finite number."),
    "too large": (b"a\n1e999\n", None, "row 2, column 'a': '1e999' is not a finite number."),
    "Latin-1": (b"a\n\xe9\n", None, "the file is not UTF-8 text (invalid continuation byte)."),
    "UTF-16": ("a\n1\n".encode("utf-16"), None, "not UTF-8 text (invalid start byte)."),
    "one row too long": (
        b"a,b\n1,2\n3,4,5\n",
        None,
        "row 3 has 3 fields, but there are 2 headings.",
    ),
    "an open quote": (b'a\n"1\n', None, "this can't be read as a table:"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_bad_table(tmp_path: Path, case: str) -> None:
    content, columns, message = BAD_TABLES[case]
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_table(path, columns)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(DataError, match=says(f"{path}: there is no such file.")):
            read_table(path, None)


def test_other_kinds_of_files(tmp_path: Path) -> None:
    path = tmp_path / "data.pdf"
    path.write_text("a\n1\n", "utf-8")
    said = "only .csv, .tsv, .txt, .data and .xlsx tables can be read."
    with pytest.raises(DataError, match=says(said)):
        read_table(path, None)


def test_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a\n" + "1\n" * 1000, "utf-8")
    monkeypatch.setattr(tables, "LARGEST_FILE", 1_500)
    with pytest.raises(DataError, match=says("the file is larger than 1,500 bytes.")):
        read_table(path, None)


def test_excel(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    pd.DataFrame({"a": [1, 2.5], "b": [3, 4]}).to_excel(path, index=False)
    assert read_table(path, ["b", "a"]).tolist() == [[3, 1], [4, 2.5]]
    with pytest.raises(DataError, match=says("there is no column 'c'. Its columns: a, b")):
        read_table(path, ["c"])


def test_excel_gap(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    pd.DataFrame({"a": [1, None], "b": [3, 4]}).to_excel(path, index=False)
    with pytest.raises(DataError, match=says("row 3, column 'a': the cell is empty.")):
        read_table(path, None)


def test_broken_excel(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    path.write_text("not a workbook", "utf-8")
    with pytest.raises(DataError, match="this can't be read as a table: "):
        read_table(path, None)


# --- IDX ----------------------------------------------------------------------------------


def idx(*sizes: int, content: bytes | None = None, magic: bytes = b"\0\0\x08") -> bytes:
    """Return an IDX file's bytes; its content counts up from 0 unless given."""
    count = int(np.prod(sizes))
    body = bytes(i % 256 for i in range(count)) if content is None else content
    return magic + bytes([len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + body


def zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


GOOD_IDX: dict[str, tuple[str, bytes, list[object]]] = {
    "images": ("i-idx3-ubyte", idx(2, 2, 2), [[0, 1, 2, 3], [4, 5, 6, 7]]),
    "images, gzipped": ("i-idx3-ubyte.gz", zipped(idx(2, 1, 2)), [[0, 1], [2, 3]]),
    "labels": ("l-idx1-ubyte", idx(3, content=b"\5\x08\xff"), [5, 8, 255]),
    "a matrix": ("m-idx2-ubyte", idx(2, 3), [[0, 1, 2], [3, 4, 5]]),
}


@pytest.mark.parametrize("case", GOOD_IDX)
def test_idx(tmp_path: Path, case: str) -> None:
    name, content, expected = GOOD_IDX[case]
    (tmp_path / name).write_bytes(content)
    read = read_idx(tmp_path / name)
    assert read.dtype == np.float64
    assert read.tolist() == expected


BAD_IDX: dict[str, tuple[str, bytes, str]] = {
    "empty": ("i-idx3", b"", "the file is empty."),
    "truncated gzip": ("i-idx3.gz", zipped(idx(20, 9, 9))[:-9], "this can't be unpacked: "),
    "gzip with a wrong checksum": (
        "i-idx3.gz",
        zipped(idx(2, 2))[:-8] + b"\1\2\3\4" + zipped(idx(2, 2))[-4:],
        "this can't be unpacked: CRC check failed",
    ),
    "not gzipped at all": ("i-idx3.gz", idx(2, 2), "this can't be unpacked: Not a gzipped file"),
    "gzipped without saying so": (
        "i-idx3",
        zipped(idx(2, 2)),
        "this is not an IDX file of bytes.",
    ),
    "wrong magic": ("i-idx3", idx(2, 2, magic=b"\0\1\x08"), "this is not an IDX file of bytes."),
    "floats": ("i-idx3", idx(2, 2, magic=b"\0\0\x0d"), "this is not an IDX file of bytes."),
    "no dimensions": ("i-idx3", b"\0\0\x08\0" + bytes(8), "this is not an IDX file of bytes."),
    "four dimensions": ("i-idx3", idx(1, 1, 1, 2), "this is not an IDX file of bytes."),
    "short": ("i-idx3", b"\0\0\x08\1", "the file ends inside its heading."),
    "ends inside its heading": ("i-idx3", idx(2, 2, 2)[:14], "the file ends inside its heading."),
    "too few bytes": (
        "i-idx3",
        idx(60000, 28, 28, content=b"\0" * 9),
        "the heading promises 47,040,000 bytes, the file holds 9.",
    ),
    "too many bytes": (
        "l-idx1",
        idx(3, content=b"\0" * 4),
        "the heading promises 3 bytes, the file holds more.",
    ),
    "absurd sizes": (
        "i-idx3",
        idx(2**32 - 1, 2**32 - 1, 2**32 - 1, content=b""),
        "numbers, and at most 60,000,000 are read.",
    ),
}


@pytest.mark.parametrize("case", BAD_IDX)
def test_bad_idx(tmp_path: Path, case: str) -> None:
    name, content, message = BAD_IDX[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_idx(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
    assert message in str(caught.value)


# --- what a template's table describes ----------------------------------------------------


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Return a folder with five 1 × 2 images, the digits 5 8 3 8 5, and a table."""
    folder = tmp_path / "digits"
    folder.mkdir()
    (folder / "images-idx3-ubyte.gz").write_bytes(zipped(idx(5, 1, 2)))
    (folder / "labels-idx1-ubyte.gz").write_bytes(zipped(idx(5, content=b"\5\x08\3\x08\5")))
    (folder / "four-idx1-ubyte").write_bytes(idx(4))
    (folder / "table.csv").write_text("a,b\n1,2\n", "utf-8")
    return folder


IMAGES, LABELS = "images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"
LOADS: dict[str, tuple[dict[str, object], list[list[float]]]] = {
    "a table": ({"file": "table.csv"}, [[1, 2]]),
    "a table's column": ({"file": "table.csv", "columns": ["b"]}, [[2]]),
    "all images": ({"file": IMAGES}, [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]),
    "labels as a column": ({"file": LABELS}, [[5], [8], [3], [8], [5]]),
    "labels without keep": (
        {"file": IMAGES, "labels": LABELS},
        [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]],
    ),
    "the threes": ({"file": IMAGES, "labels": LABELS, "keep": [3]}, [[4, 5]]),
    "fives and eights": (
        {"file": IMAGES, "labels": LABELS, "keep": [8, 5]},
        [[0, 1], [2, 3], [6, 7], [8, 9]],
    ),
    "their labels": (
        {"file": LABELS, "labels": LABELS, "keep": [5, 8]},
        [[5], [8], [8], [5]],
    ),
    "a label that nothing has": ({"file": IMAGES, "labels": LABELS, "keep": [3, 9]}, [[4, 5]]),
}


@pytest.mark.parametrize("case", LOADS)
def test_load(digits: Path, case: str) -> None:
    source, expected = LOADS[case]
    assert load(source, digits).tolist() == expected


BAD_LOADS: dict[str, tuple[dict[str, object], str]] = {
    "no file": ({"file": "none-idx3-ubyte"}, "none-idx3-ubyte: there is no such file."),
    "no labels file": ({"file": IMAGES, "labels": "none"}, "none: there is no such file."),
    "keep without matches": (
        {"file": IMAGES, "labels": LABELS, "keep": [1, 7]},
        "no item has one of the labels [1, 7].",
    ),
    "keep nothing": (
        {"file": IMAGES, "labels": LABELS, "keep": []},
        "no item has one of the labels [].",
    ),
    "keep texts": (
        {"file": IMAGES, "labels": LABELS, "keep": ["5"]},
        "no item has one of the labels ['5'].",
    ),
    "fewer labels": ({"file": IMAGES, "labels": "four-idx1-ubyte"}, "5 items, but 4 labels."),
}


@pytest.mark.parametrize("case", BAD_LOADS)
def test_bad_load(digits: Path, case: str) -> None:
    source, message = BAD_LOADS[case]
    with pytest.raises(DataError, match=says(message)):
        load(source, digits)


def test_load_from_the_users_folder(digits: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    source = {"file": f"lesson/{IMAGES}"}
    with pytest.raises(DataError) as caught:
        load(source, digits, own)
    assert str(caught.value) == (
        f"{own}: 'images-idx3-ubyte' (or .gz) is not there;"
        " --data needs the folder with the four MNIST files."
    )
    (own / "images-idx3-ubyte").write_bytes(idx(1, 1, 2))
    assert load(source, digits, own).tolist() == [[0, 1]]
    (own / IMAGES).write_bytes(zipped(idx(1, 1, 3)))
    assert load(source, digits, own).tolist() == [[0, 1, 2]]


# --- arrays typed into a template ---------------------------------------------------------

ARRAYS: dict[str, tuple[object, tuple[int, ...]]] = {
    "a whole number": (3, ()),
    "a number": (-0.5, ()),
    "a list": ([1, 2.5, -3], (3,)),
    "a list of one": ([1], (1,)),
    "a matrix": ([[1, 2], [3, 4], [5, 6]], (3, 2)),
    "a matrix of one": ([[1]], (1, 1)),
    "a large whole number": (10**300, ()),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_as_array(case: str) -> None:
    value, shape = ARRAYS[case]
    array = as_array(value, "given.X")
    assert array.dtype == np.float64
    assert array.shape == shape
    assert np.array_equal(array, np.array(value, dtype=np.float64))


BAD_ARRAYS: dict[str, tuple[object, str]] = {
    "empty": ([], "given.X: the list is empty."),
    "ragged": (
        [[1, 2], [3]],
        "given.X: row 2 has 1 numbers, row 1 has 2; every row of a matrix must be equally long.",
    ),
    "ragged, longer": ([[1], [2], [3, 4]], "given.X: row 3 has 2 numbers, row 1 has 1;"),
    "an empty row": ([[1], []], "given.X: row 2 has 0 numbers, row 1 has 1;"),
    "empty rows": ([[], []], "given.X: the list is empty."),
    "no numbers in any row": ([[]], "given.X: the list is empty."),
    "a number among rows": ([[1], 2], "given.X: row 2 has 0 numbers, row 1 has 1;"),
    "a row among numbers": ([1, [2]], "given.X: [2] is not a number."),
    "three dimensions": ([[[1]]], "given.X: [1] is not a number."),
    "true": (True, "given.X: True is not a number."),
    "true in a list": ([1, True], "given.X: True is not a number."),
    "false in a matrix": ([[1, False]], "given.X: False is not a number."),
    "text": ("1", "given.X: '1' is not a number."),
    "text in a list": (["one"], "given.X: 'one' is not a number."),
    "text in a matrix": ([[1, "2"]], "given.X: '2' is not a number."),
    "nothing": (None, "given.X: None is not a number."),
    "a huge whole number": (10**400, f"given.X: {10**400} is not a finite number."),
    "a huge whole number in a matrix": ([[1, -(10**309)]], "is not a finite number."),
    "inf": (float("inf"), "given.X: inf is not a finite number."),
    "nan in a list": ([0.0, float("nan")], "given.X: nan is not a finite number."),
}


@pytest.mark.parametrize("case", BAD_ARRAYS)
def test_bad_array(case: str) -> None:
    value, message = BAD_ARRAYS[case]
    with pytest.raises(DataError) as caught:
        as_array(value, "given.X")
    assert message in str(caught.value)


# --- what would be easy to let through ------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "columns", "message"),
    [
        (b"a,b\n1,2,3\n4,5,6\n", None, "row 2"),
        (b"a\n1\n\nx\n", None, "row 4, column 'a': 'x' is not a number."),
        (b"a,b\n1,2\n\n3,x\n", None, "row 4, column 'b': 'x' is not a number."),
        (b"a\n1_000\n", None, "'1_000' is not a number."),
        (b"a\n1\n", [], "column"),
    ],
    ids=["all rows too long", "blank line", "blank line, two columns", "underscore", "no column"],
)
def test_table_should_be_refused(
    tmp_path: Path, content: bytes, columns: list[str] | None, message: str
) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=re.escape(message)):
        read_table(path, columns)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("i-idx3", idx(0, 28, 28)),
        ("i-idx3.gz", zipped(b"")[:10] + b"\xff" * 20),
    ],
    ids=["no images", "bits flipped in the packed part"],
)
def test_idx_should_be_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError):
        read_idx(tmp_path / name)


def test_a_table_with_idx_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "my-idx-data.csv").write_text("a\n1\n", "utf-8")
    assert load({"file": "my-idx-data.csv"}, tmp_path).tolist() == [[1]]


# --- how a table says it is written --------------------------------------------------------

WRITTEN: dict[str, tuple[bytes, dict[str, object], list[list[float]]]] = {
    "semicolons": (b"a;b\n1;2\n", {"separator": ";"}, [[1, 2]]),
    "decimal commas": (b"a;b\n1,5;-,5\n", {"separator": ";", "decimal": ","}, [[1.5, -0.5]]),
    "tabs": (b"a\tb\n1\t2\n", {"separator": "\t"}, [[1, 2]]),
    "grouped digits": (b'a,b\n"1,234.5",1 234\n', {}, [[1234.5, 1234]]),
    "digits grouped by points": (
        b"a;b\n1.234,5;1.234.567\n",
        {"separator": ";", "decimal": ","},
        [[1234.5, 1234567]],
    ),
    "as people write numbers": (
        "a,b,c\n50 %,1/4,−½\n1e-3,+2,1.5 · 10⁻³\n".encode(),
        {},
        [[0.5, 0.25, -0.5], [0.001, 2, 0.0015]],
    ),
    "Windows letters": (b"gr\xf6\xdfe\n1\n", {"encoding": "windows-1252"}, [[1]]),
    "Korean letters": (
        "팀,승\n1,2\n".encode("cp949"),
        {"encoding": "euc-kr", "columns": ["승"]},
        [[2]],
    ),
    "a title above": (b"Results\n\na,b\n1,2\n", {"header": 3}, [[1, 2]]),
    "no headings": (b"1,2\n3,4\n", {"header": 0, "columns": ["x2"]}, [[2], [4]]),
    "truth values": (b"a,b\nTRUE,1\nfalse,2\n", {}, [[1, 1], [0, 2]]),
    "a line with the separator": (b"sep=;\na;b\n1;2\n", {"separator": ";"}, [[1, 2]]),
    "a line break that CSV doesn't know": ("a,b\n1,2\u2028\n".encode(), {}, [[1, 2]]),
    "Indian groups": (b'a\n"4,25,000"\n', {}, [[425000]]),
    "UTF-16": ("a\n1\n".encode("utf-16"), {"encoding": "utf-16"}, [[1]]),
    "classes": (
        b"a,k\n1,dog\n2, cat\n3,dog\n",
        {"columns": ["k"], "classes": ["cat", "dog", "eel"]},
        [[1], [0], [1]],
    ),
    "classes of some columns": (
        b"a,k\n1,dog\n2,cat\n",
        {"columns": ["k", "a"], "classes": {"k": ["cat", "dog"]}},
        [[1, 1], [0, 2]],
    ),
    "only filled rows": (
        b"a,b\n1,2\n,3\n4,NA\n5,6\n",
        {"columns": ["a"], "filled": ["a", "b"]},
        [[1], [5]],
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_how_a_table_is_written(tmp_path: Path, case: str) -> None:
    content, options, expected = WRITTEN[case]
    (tmp_path / "d.csv").write_bytes(content)
    assert load({"file": "d.csv", **options}, tmp_path).tolist() == expected


BADLY_WRITTEN: dict[str, tuple[dict[str, object], str]] = {
    "separator": (
        {"separator": "x"},
        "separator must be one of ',', ';', '\\t', '|', ' ', not 'x'.",
    ),
    "decimal": ({"decimal": 1}, "decimal must be one of '.', ',', not 1."),
    "encoding": (
        {"encoding": "utf8"},
        f"encoding must be one of {', '.join(map(repr, tables.ENCODINGS))}, not 'utf8'.",
    ),
    "both commas": (
        {"separator": ",", "decimal": ","},
        "separator and decimal can't both be a comma.",
    ),
    "header": ({"header": -1}, "header must be a whole number from 0, not -1."),
    "a header below": ({"header": 9}, "row 9 is empty or isn't there; it can't be the headings."),
    "sheet": ({"sheet": 1}, "sheet must be a text, not 1."),
    "classes": ({"columns": ["k"], "classes": "cat"}, "classes must be a list of texts."),
    "a class twice": (
        {"columns": ["k"], "classes": ["cat", "cat"]},
        "classes names something twice.",
    ),
    "classes of two columns": (
        {"classes": ["cat"]},
        'classes are those of one column: columns = ["…"].',
    ),
    "classes of a column that isn't read": (
        {"columns": ["a"], "classes": {"k": ["cat"]}},
        "classes: 'k' is none of the columns.",
    ),
    "another class": (
        {"columns": ["k"], "classes": ["cat", "eel"]},
        "row 3, column 'k': 'dog' is not one of the classes cat, eel.",
    ),
    "an empty class": (
        {"columns": ["k"], "classes": ["cat", "dog"]},
        "row 4, column 'k': the cell is empty.",
    ),
    "filled": ({"filled": ["x"]}, "there is no column 'x'. Its columns: a, k"),
}


@pytest.mark.parametrize("case", BADLY_WRITTEN)
def test_how_a_table_is_badly_written(tmp_path: Path, case: str) -> None:
    options, message = BADLY_WRITTEN[case]
    (tmp_path / "d.csv").write_text("a,k\n1,cat\n2,dog\n3,\n", "utf-8")
    with pytest.raises(DataError) as caught:
        load({"file": "d.csv", **options}, tmp_path)
    assert str(caught.value) == f"{tmp_path / 'd.csv'}: {message}"


def test_rows_for_training_and_for_testing() -> None:
    whole = np.arange(10.0)[:, None]

    def part(keep: str, **options: object) -> list[float]:
        rows = {"keep": keep, "test": 3, **options}
        return [float(x) for x in chosen_rows(whole, rows, "X").reshape(-1)]

    training, test = part("training"), part("test")
    assert (len(training), len(test)) == (7, 3)
    assert sorted([*training, *test]) == list(range(10))
    assert training == sorted(training) and test == sorted(test)
    assert test == part("test", seed=1) != part("test", seed=2)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"keep": "all", "test": 3}, 'rows: keep must be "training" or "test".'),
        ({"keep": "test", "test": 10}, "rows: test must be a whole number from 1 to 9."),
        ({"keep": "test"}, "rows: test must be a whole number from 1 to 9."),
        ({"keep": "test", "test": 1, "seed": -1}, "rows: seed must be a whole number from 0."),
        ({"keep": "test", "tests": 1}, "rows: 'tests' is not known. Did you mean test?"),
        ([0, 3], "rows must be [first, last] within 1 to 10."),
    ],
)
def test_bad_rows(rows: object, message: str) -> None:
    with pytest.raises(DataError) as caught:
        chosen_rows(np.arange(10.0), rows, "X")
    assert str(caught.value) == f"X: {message}"
