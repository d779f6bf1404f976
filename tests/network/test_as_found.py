"""Files as they are found: blanks between columns, names of rows, other sheets first, gaps."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.network.made import designed, templated
from tracer.errors import TracerError
from tracer.run.trace import trace_template
from tracer.wording import load

#: A file, its inputs in rows, its target, a note on it.
BLANKS = {
    "blanks": ("a b score\n1   2  3\n 2 0.5 5 \n", [[1, 2], [2, 0.5]], [3, 5]),
    "names of rows, as R writes them": (
        '"a" "b" "score"\n"1" 1 2 3\n"2" 2 0.5 5\n',
        [[1, 2], [2, 0.5]],
        [3, 5],
    ),
    "tabs among blanks": ("a b\tscore\n1\t 2 3\n2 0.5\t5\n", [[1, 2], [2, 0.5]], [3, 5]),
    "a text in quotes": ('a b score\n1 "x y" 3\n2 "z" 5\n', [[1, 1, 0], [2, 0, 1]], [3, 5]),
}


@pytest.mark.parametrize("case", BLANKS)
def test_columns_parted_by_blanks(case: str, tmp_path: Path) -> None:
    text, inputs, target = BLANKS[case]
    (tmp_path / "d.data").write_text(text, "utf-8")
    data = designed(tmp_path, "d.data", target=("score",)).data
    assert data.x.tolist() == inputs
    assert data.y.ravel().tolist() == target
    assert "d.data: columns separated by blanks." in [load().say(note) for note in data.notes]
    made = templated(tmp_path, "d.data", target=("score",), iterations="1", scale="none")
    if case != "a text in quotes":
        assert trace_template(made, 1)["X"][0].tolist() == inputs  # the template reads it the same


def test_names_of_rows_between_tabs(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a\tscore\nAda\t1\t2\nBob\t2\t5\n", "utf-8")
    assert designed(tmp_path, "d.csv", target=("score",)).data.x.tolist() == [[1], [2]]


#: Numbers that are fractions or grouped digits, all of them; how they are read, or what is asked.
POINTS = {
    "semicolons": ("a;score\n1.234;2.345\n3.456;4.567\n", "'1.234' could be 1.234 (--decimal .)"),
    "tabs": ("a\tscore\n1.234\t2.345\n3.456\t4.567\n", "'1.234' (row 2) is read as 1.234;"),
}  # fmt: skip


@pytest.mark.parametrize("case", POINTS)
def test_three_decimals_throughout_are_never_taken_in_silence(case: str, tmp_path: Path) -> None:
    text, words = POINTS[case]
    (tmp_path / "d.csv").write_text(text, "utf-8")
    try:
        said = [load().say(n) for n in designed(tmp_path, "d.csv", target=("score",)).data.notes]
    except TracerError as error:
        said = [str(error)]
    assert any(words in line for line in said)
    grouped = designed(tmp_path, "d.csv", target=("score",), decimal=",").data
    assert grouped.x.tolist() == [[1234], [3456]]


def test_the_sheet_with_the_target_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["About this file"])
    data = book.create_sheet("Data")
    for row in (["a", "score"], [1, 2], [3, 4]):
        data.append(row)
    book.save(tmp_path / "d.xlsx")
    found = designed(tmp_path, "d.xlsx", target=("score",)).data
    assert found.x.tolist() == [[1], [3]]
    assert "d.xlsx: sheet 'Data'." in [load().say(note) for note in found.notes]
    with pytest.raises(
        TracerError, match=r"no rows. \(the file's sheets: Sheet, Data; choose with"
    ):
        designed(tmp_path, "d.xlsx", target=("points",))
    with pytest.raises(TracerError, match="headings but no rows"):
        designed(tmp_path, "d.xlsx", target=("score",), sheet="Sheet")


GAPS = "age,cabin,fare,score\n1,,2,0\n3,,4,1\n5,7,6,0\n6,,6,1\n,8,9,1\n2,,3,0\n"


def test_a_column_that_is_mostly_empty_costs_most_rows(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(GAPS, "utf-8")
    with pytest.raises(TracerError) as caught:
        designed(tmp_path, "d.csv", target=("score",))
    assert str(caught.value).endswith(
        "fill them, leave these rows out with --drop-missing, or keep 5 rows without 'cabin':"
        " --columns age,fare."
    )
    data = designed(tmp_path, "d.csv", target=("score",), drop_missing=True).data
    assert [load().say(note) for note in data.notes][-1] == (
        "without 'cabin', empty in most rows, 5 rows would stay: --columns age,fare."
    )
    chosen = designed(
        tmp_path, "d.csv", target=("score",), drop_missing=True, columns=("age,fare",)
    )
    assert chosen.data.rows == 5
