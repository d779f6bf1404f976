"""Class lists: ids stay as they are, and every fault is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.practice.opendocument import write_sheet
from tracer.errors import DataError
from tracer.practice.exercise.roster import Student, read_roster


def _read(folder: Path, content: str | bytes) -> list[Student]:
    path = folder / "class.csv"
    path.write_bytes(content.encode("utf-8-sig") if isinstance(content, str) else content)
    return read_roster(path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,name\n00123,Ann\n", [("00123", "Ann")]),
        ("ID\r\n1\r\n\r\nNA\r\n", [("1", ""), ("NA", "")]),
        ("Name,Student ID\n=2+3,+5\n", [("+5", "=2+3")]),
        ("Student,ID,Section\n    Points Possible,,\nBob,7,A\n", [("7", "Bob")]),
        ("First name,Last name,ID number\nÅsa,Öst,a-1\n", [("a-1", "Åsa Öst")]),
        ('id,name\n1,"Bell, Ann"\n', [("1", "Bell, Ann")]),
        ("id\n1e5\n", [("1e5", "")]),
        ("id;name\r\n00123;Bell, Ann\r\n", [("00123", "Bell, Ann")]),
        ("id\tname\n7\tAnn\n", [("7", "Ann")]),
        ("sep=;\nid;name\n7;Ann\n", [("7", "Ann")]),
        ("id;name\n7;Jörg Öst\n".encode("cp1252"), [("7", "Jörg Öst")]),
        ("id\tname\n7\tJörg\n".encode("utf-16"), [("7", "Jörg")]),
    ],
)
def test_lists(content: str | bytes, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    assert [(s.id, s.name) for s in _read(tmp_path, content)] == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("id,name\n", "headings but no students"),
        ("nr,name\n1,Ann\n", "no column says who is who"),
        ("sep=", "no column says who is who"),
        ("sep=;", "the file is empty"),
        ("id;name\n1;Ann;x\n", "line 2: 3 fields, but there are 2 headings"),
        ("id,name\n1,Ann\n,Bob\n", "line 3: the id is missing."),
        ("id,name\n1,Ann\n2,Bob\n1,Cy\n", "line 4: the id '1' is that of line 2"),
        (
            "id\nAB\nab\n",
            "line 3: the id 'ab' is that of line 2; capitals alone tell no ids",
        ),
        ("id\né\ne\u0301\n", "line 3: the id 'e\u0301' is that of line 2"),
        ("id,name\n1\n", "line 2: 1 fields, but there are 2 headings."),
        (f"id\n{'9' * 101}\n", "line 2: a text of 101 characters is too long"),
        ('id,name\n1,"a\nb"\n', "a control character or line break"),
        (b"id\n\x81\n", "not UTF-8 text"),
        (b'id\n"1\n', "can't be read as a table"),
        (b"id\n1\x00\n", "class.csv"),
    ],
)
def test_faults(content: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        _read(tmp_path, content)
    assert message in str(caught.value) and "class.csv" in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        _read(tmp_path, "id\n1\n1\n" + "x" * 200 + "\n")
    assert str(caught.value).count("class.csv, line") == 2


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't be read"):
        read_roster(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("student", "name"),
    {
        "00123": "00123",
        "=1+1": "_1_1",
        "a b/../c": "a_b_.._c",
        "..": "_",
        "Müller": "Müller",
        "张伟": "张伟",
        "नमस्ते": "नमस्ते",  # vowels that are marks
        "ann~$": "ann_",
        "x@y.org": "x@y.org",
        "CON": "CON_",
        "com1.x": "com1_.x",
        "console": "console",
        "e\u0301": "é",
    }.items(),
)
def test_file_names(student: str, name: str) -> None:
    assert Student(student).file_name == name


def test_every_id_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Also long ones, in letters of four bytes, and those that differ in what a name can't hold."""
    long = "𐍈" * 100
    ids = ["张伟", "王芳", "Müller", "Möller", "a b", "a_b", "a/b", long, long[:-1] + "𐍉", "///"]
    students = _read(tmp_path, "\n".join(["id", *ids]))
    names = [student.file_name for student in students]
    assert len({name.casefold() for name in names}) == len(ids)
    assert names[4:7] == ["a_b-c8687a", "a_b", "a_b-c14cdd"]
    assert max(len(f"{name}.xlsx".encode()) for name in names) < 200
    # A name is the same in another class, as long as it needs to be told apart there, too.
    assert _read(tmp_path, "id\na/b\na_b\n")[0].file_name == names[6]
    assert _read(tmp_path, "id\na/b\n")[0].file_name == "a_b"


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_a_list_in_a_workbook(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"class{suffix}"
    rows: list[list[object]] = [
        ["ID", "Name", None],
        [None, None, None],
        [101, "Ann", None],
        ["00123", "Bob", None],
    ]
    write_sheet(path, rows)
    assert [(s.id, s.name) for s in read_roster(path)] == [("101", "Ann"), ("00123", "Bob")]


def test_a_workbook_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "class.xlsx").write_text("id,name", "utf-8")
    with pytest.raises(DataError, match="not an Excel workbook"):
        read_roster(tmp_path / "class.xlsx")
