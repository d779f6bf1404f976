"""Real tables are messy: each is understood, or one line says what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.made import designed, templated
from tracer.errors import TracerError
from tracer.run.trace import trace_template

PLAIN = [[2.5, 9.0], [1.0, 5.25], [3.0, 6.0]]
#: A file's bytes and what else is said; each holds the same numbers.
SAME: dict[str, tuple[bytes, dict[str, object]]] = {
    "plain": (b"hours,sleep,score\n2.5,9,92\n1,5.25,86\n3,6,89\n", {}),
    "semicolons and decimal commas": (
        b"hours;sleep;score\n2,5;9;92\n1;5,25;86\n3;6;89\n",
        {},
    ),
    "byte order mark": (b"\xef\xbb\xbfhours,sleep,score\n2.5,9,92\n1,5.25,86\n3,6,89\n", {}),
    "UTF-16 with tabs": (
        "hours\tsleep\tscore\r\n2,5\t9\t92\r\n1\t5,25\t86\r\n3\t6\t89\r\n".encode("utf-16"),
        {},
    ),
    "Latin letters": (
        "hours,sleep,score,größe\n2.5,9,92,1\n1,5.25,86,2\n3,6,89,3\n".encode("cp1252"),
        {"columns": ("hours,sleep",)},
    ),
    "quotes": (b'"hours","sleep","score"\n"2,5","9","92"\n"1","5,25","86"\n"3","6","89"\n', {}),
    "a column of text": (
        b"name,hours,sleep,score\nAda,2.5,9,92\nBob,1,5.25,86\nCy,3,6,89\n",
        {"columns": ("hours,sleep",)},
    ),
    "a trailing separator": (b"hours;sleep;score;\n2.5;9;92;\n1;5.25;86;\n3;6;89;\n", {}),
    "missing cells": (
        b"hours,sleep,score\n2.5,9,92\n,7,88\n1,5.25,86\n4,NA,70\n3,6,89\n3,3,?\n",
        {"drop_missing": True},
    ),
    "an empty cell elsewhere": (
        b"hours,sleep,score,remark\n2.5,9,92,\n1,5.25,86,ill\n3,6,89,\n",
        {"columns": ("hours", "sleep")},
    ),
    "as people write numbers": (
        "hours;sleep;score\n5/2;900 %;92\n1;5 ¼;86\n+3;6,0;８９\n".encode(),
        {},
    ),
    "blank lines": (b"hours,sleep,score\n\n2.5,9,92\n1,5.25,86\n\n3,6,89\n\n", {}),
    "a comma in a heading": (
        b'"hours, a day";sleep;score\n2,5;9;92\n1;5,25;86\n3;6;89\n',
        {"columns": ("hours, a day", "sleep")},
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_messy_file(tmp_path: Path, case: str) -> None:
    content, options = SAME[case]
    (tmp_path / "my data.csv").write_bytes(content)
    made = templated(tmp_path, "my data.csv", target=("score",), **options)
    assert made.given["inputs"].tolist() == PLAIN
    assert made.given["targets"].tolist() == [[92], [86], [89]]
    assert np.isfinite(trace_template(made)["loss"]).all()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("−0,5;1.234,5", [-0.5, 1234.5]),
        ("1.234,5;1.234.567", [1234.5, 1234567]),
        ("−0.5;1,234.5", [-0.5, 1234.5]),
        ("0.5;1 234", [0.5, 1234]),
        ("1,234;0,5", [1.234, 0.5]),
    ],
)
def test_the_decimal_sign_is_found_out(tmp_path: Path, rows: str, expected: list[float]) -> None:
    (tmp_path / "d.csv").write_text(f"a;b;y\n{rows};1\n", "utf-8")
    made = templated(tmp_path, "d.csv", target=("y",))
    assert made.given["inputs"].tolist() == [expected]


def test_excel(tmp_path: Path) -> None:
    table = pd.DataFrame(PLAIN, columns=["hours", "sleep"]).assign(score=[92, 86, 89])
    with pd.ExcelWriter(tmp_path / "d.xlsx") as book:
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="Other", index=False)
        table.to_excel(book, sheet_name="Marks", index=False)
    made = templated(tmp_path, "d.xlsx", target=("score",), sheet="Marks")
    assert made.given["inputs"].tolist() == PLAIN
    with pytest.raises(TracerError, match="no sheet 'Mark'"):
        designed(tmp_path, "d.xlsx", target=("score",), sheet="Mark")


def test_excel_with_numbers_typed_as_text(tmp_path: Path) -> None:
    texts = [[str(x).replace(".", ",") for x in row] for row in PLAIN]
    table = pd.DataFrame(texts, columns=["hours", "sleep"]).assign(score=[92, 86, 89])
    table.to_excel(tmp_path / "d.xlsx", index=False)
    made = templated(tmp_path, "d.xlsx", target=("score",))
    assert made.given["inputs"].tolist() == PLAIN


#: A column of targets, what is said, and the kind, classes and sizes that follow.
TARGETS: dict[str, tuple[str, dict[str, str], tuple[str, tuple[str, ...], str]]] = {
    "numbers": ("5 7 8 9", {}, ("number", (), "1-4-1")),
    "0 and 1": ("0 1 1 0", {}, ("two", ("0", "1"), "1-4-1")),
    "two texts": ("yes no yes no", {}, ("two", ("no", "yes"), "1-4-1")),
    "two texts, two outputs": (
        "yes no yes no",
        {"layers": "5,2"},
        ("two", ("no", "yes"), "1-5-2"),
    ),
    "three texts": ("c a b a", {}, ("several", ("a", "b", "c"), "1-4-3")),
    "numbers as classes": (
        "10 9 10 2",
        {"task": "classes"},
        ("several", ("2", "9", "10"), "1-4-3"),
    ),
    "0 and 1 as numbers": ("0 1 1 0", {"task": "number"}, ("number", (), "1-4-1")),
    "cross-entropy of two": (
        "no yes no no",
        {"loss": "cce"},
        ("two", ("no", "yes"), "1-4-2"),
    ),
}


@pytest.mark.parametrize("case", TARGETS)
def test_kind_of_target(tmp_path: Path, case: str) -> None:
    column, options, expected = TARGETS[case]
    rows = "".join(f"{i},{text}\n" for i, text in enumerate(column.split()))
    (tmp_path / "d.csv").write_text("x,what\n" + rows, "utf-8")
    design = designed(tmp_path, "d.csv", target=("what",), **options)
    assert (design.data.kind, design.data.classes, design.network) == expected
    made = templated(tmp_path, "d.csv", target=("what",), **options)
    y = trace_template(made, 1)["y"][0]
    if design.columns:
        wanted = [[float(text == name) for name in design.data.classes] for text in column.split()]
        assert y.tolist() == wanted
    elif design.data.classes:
        positions = [design.data.classes.index(text) for text in column.split()]
        assert y.reshape(-1).tolist() == positions


def test_several_numbers_to_learn(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("x,a,b\n1,2,3\n2,3,4\n3,5,1\n", "utf-8")
    made = templated(tmp_path, "d.csv", target=("a,b",), layers="3,2")
    assert made.given["targets"].tolist() == [[2, 3], [3, 4], [5, 1]]
    assert made.predict is not None and made.predict.output == ("answer",)


def test_one_row(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("x,y\n4,8\n", "utf-8")
    losses = trace_template(templated(tmp_path, "d.csv", target=("y",)))["loss"]
    assert losses[-1] < losses[0]


def test_ten_thousand_rows(tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    x = generator.normal(size=(10_000, 3))
    table = pd.DataFrame(x, columns=["a", "b", "c"]).assign(y=x @ [1, -2, 0.5])
    table.to_csv(tmp_path / "d.csv", index=False)
    design = designed(tmp_path, "d.csv", target=("y",))
    assert (design.batch, design.iterations) == (32, 6_250)
    made = templated(tmp_path, "d.csv", target=("y",), epochs="1", test="0.1")
    assert made.given["inputs"].shape == (9_000, 3)
    assert made.given["inputs_test"].shape == (1_000, 3)
    losses = trace_template(made)["loss_test"]
    assert losses[-1] < losses[0] / 5


def test_test_rows_are_the_others(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("x,y\n" + "".join(f"{i},{2 * i}\n" for i in range(20)), "utf-8")
    first = templated(tmp_path, "d.csv", target=("y",), test="25%", scale="max")
    kept, held = (first.given[name].reshape(-1) for name in ("inputs", "inputs_test"))
    assert (len(kept), len(held)) == (15, 5)
    assert sorted([*kept, *held]) == list(range(20))
    assert (first.given["targets"].reshape(-1) == 2 * kept).all()
    assert (first.given["targets_test"].reshape(-1) == 2 * held).all()
    other = templated(tmp_path, "d.csv", target=("y",), test="5", seed="2", scale="max")
    assert sorted(other.given["inputs_test"].reshape(-1)) != sorted(held)
    # The test rows are scaled by the training rows' largest.
    trace = trace_template(first, 1)
    answers = trace["output_test"][0] * first.given["targets"].max()
    off = np.abs(answers - first.given["targets_test"]).mean()
    assert trace["mean_error_test"] == pytest.approx(off)
    assert trace["X_test"][0].reshape(-1) == pytest.approx(held / kept.max())


#: A file with the column y, what is read as inputs and targets, and a word of the note on it.
FOUND_OUT: dict[str, tuple[bytes, list[list[float]], list[float], str]] = {
    "grouped digits": (b'a,y\n"1,200",1\n900,2\n', [[1200], [900]], [1, 2], "read as 1200"),
    "currency": (b'a,y\n1,"$1,250"\n2,$980\n', [[1], [2]], [1250, 980], "in groups"),
    "row numbers without heading": (b",a,y\n1,5,2\n2,6,3\n", [[5], [6]], [2, 3], "column '1'"),
    "row numbers of pandas": (b"Unnamed: 0,a,y\n0,5,2\n1,6,3\n", [[5], [6]], [2, 3], "Unnamed"),
    "an empty column": (b"a,n,y\n5,,2\n6,,3\n", [[5], [6]], [2, 3], "column 'n'"),
    "a title": (b"Results\n\na,y\n5,2\n6,3\n", [[5], [6]], [2, 3], "in row 3"),
    "truth values": (b"a,y\nTRUE,2\nFALSE,3\n", [[1], [0]], [2, 3], ""),
    "years": (b"2020,2021,y\n5,7,2\n6,8,3\n", [[5, 7], [6, 8]], [2, 3], ""),
    "a line with the separator": (b"sep=;\na;y\n5;2\n6;3\n", [[5], [6]], [2, 3], "';'"),
}


@pytest.mark.parametrize("case", FOUND_OUT)
def test_what_is_found_out_is_said(tmp_path: Path, case: str) -> None:
    content, x, y, word = FOUND_OUT[case]
    (tmp_path / "d.csv").write_bytes(content)
    design = designed(tmp_path, "d.csv", target=("y",))
    assert (design.data.x.tolist(), design.data.y.reshape(-1).tolist()) == (x, y)
    assert word in " ".join(design.say.say(note) for note in design.data.notes)
    made = templated(tmp_path, "d.csv", target=("y",), scale="none", scale_target="none")
    assert made.given["X"].tolist() == x


def test_invented_headings(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("5.1,3.5,7\n4.9,3,6\n", "utf-8")
    design = designed(tmp_path, "d.csv", target=("x3",))
    assert (design.data.inputs, design.data.targets) == (("x1", "x2"), ("x3",))
    made = templated(tmp_path, "d.csv", target=("x3",))
    assert made.given["inputs"].tolist() == [[5.1, 3.5], [4.9, 3]]


def test_words_that_mean_nothing_among_numbers_are_classes_among_words(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,prep\n1,none\n2,full\n3,NA\n4,-\n", "utf-8")
    assert designed(tmp_path, "d.csv", target=("prep",)).data.classes == ("-", "NA", "full", "none")


BAD: dict[str, tuple[str | bytes, dict[str, object], str]] = {
    "a date": (
        "day,hours,score\n2024-01-02,1,2\n2024-01-03,2,3\n",
        {},
        (
            "row 2, column 'day': '2024-01-02' is a date, not a number; choose the inputs with"
            " --columns hours, or give it numbers."
        ),
    ),
    "a few words among numbers, beside texts": (
        "sex,ticket,score\nm,12,2\nf,A/5,3\nf,14,3\n",
        {},
        "row 3, column 'ticket': 'A/5' is not a number; choose the inputs with --columns sex, or",
    ),
    "too many texts": (
        "name,hours,score\n" + "".join(f"n{k},1,2\n" for k in range(31)),
        {"columns": ("name,hours",)},
        "column 'name' has 31 different texts; at most 30 can each be an input; choose",
    ),
    "a word among numbers": (
        "a,b,score\n1,1,2\n1,two,3\n",
        {"columns": ("a,b",)},
        "row 3, column 'b': 'two' is not a number;",
    ),
    "missing cells": (
        "a,score\n1,2\n,3\n4,\n",
        {},
        (
            "2 of 3 rows have an empty cell (row 3, 4; column 'a', 'score'); fill them, or leave"
            " these rows out with --drop-missing."
        ),
    ),
    "nothing but missing cells": (
        "a,score\n,2\n,3\n",
        {"drop_missing": True, "columns": ("a",)},
        "every row has an empty cell (column 'a');",
    ),
    "no headings": ("5.1,3.5,7\n4.9,3,6\n", {"target": ("7",)}, "its first row looks like data"),
    "two columns of one name": ("a,a,score\n1,2,3\n", {}, "two columns are called 'a'"),
    "a column without a name": (
        "a,,score\n1,2,3\n",
        {"columns": ("a", "")},
        "column 2 has no heading; give it one.",
    ),
    "grouped digits or fractions": (
        "a;score\n1;1.250\n2;990\n",
        {},
        "row 2, column 'score': '1.250' could be 1.25 (--decimal .) or 1250 (--decimal ,);",
    ),
    "the same with a comma": ("a;score\n1;1,250\n", {}, "'1,250' could be 1250 (--decimal .) or"),
    "one number that can't be read": (
        "a,score\n1,5\n2,6\n3,7?\n",
        {},
        "row 4, column 'score': '7?' is not a number; give it one, or say --task classes",
    ),
    "numbers with units": (
        "a,score\n1,5 kg\n2,6 kg\n3,7 kg\n",
        {},
        "row 2, column 'score': '5 kg' is not a number;",
    ),
    "letters of another script": (
        "a,scor\xe9\n1,2\n".encode("cp1252"),
        {},
        "Its columns: a, scor\xe9 (it was read as windows-1252; another: --encoding)",
    ),
    "blanks between names": ("a b score\nx y z\n", {}, "columns: --separator blank)"),
    "an unknown encoding": ("a,score\n1,2\n", {"encoding": "latin"}, "--encoding: 'latin' is not"),
    "headings to paste": (
        "day,my hours,score\n1.2.2024,1,2\n2.2.2024,2,3\n",
        {"columns": ("day", "my hours")},
        "choose the inputs with --columns 'my hours',",
    ),
    "only the target": ("score\n1\n", {}, "there is no column but the target."),
    "no rows": ("a,score\n", {}, "the file has headings but no rows."),
    "one class": ("a,score\n1,x\n2,x\n", {}, "says 'x' in every row"),
    "too many classes": (
        "a,score\n" + "".join(f"1,t{i}\n" for i in range(60)),
        {},
        "60 different texts",
    ),
    "a target of texts as numbers": (
        "a,score\n1,x\n",
        {"task": "number"},
        "row 2, column 'score': 'x' is not a number",
    ),
    "ragged": ("a,score\n1,2\n1,2,3\n", {}, "row 3 has 3 fields, but there are 2 headings."),
    "a line break in a cell": (
        'a,score\n1,2\n"x\ny",3\n',
        {},
        "column 'a': 'x y' is not a number;",
    ),
    "infinite": ("a,score\n1,2\ninf,3\n", {}, "row 3, column 'a': 'inf' is not a number;"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file(tmp_path: Path, case: str) -> None:
    content, options, message = BAD[case]
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "d.csv").write_bytes(raw)
    with pytest.raises(TracerError) as caught:
        designed(tmp_path, "d.csv", **{"target": ("score",), **options})
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


CELLS = st.sampled_from(["1", "2,5", "2.5", "", "NA", "x", "y", '"', " ", "1e400", "-", "a b", "0"])
LINES = st.lists(st.lists(CELLS, max_size=4), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    lines=LINES,
    sign=st.sampled_from(",;\t|"),
    options=st.sampled_from(
        [{}, {"drop_missing": True}, {"task": "classes"}, {"task": "number"}, {"test": "1"}]
    ),
)
def test_any_file_works_or_gets_one_line(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[list[str]],
    sign: str,
    options: dict[str, object],
) -> None:
    folder = tmp_path_factory.mktemp("any")
    rows = [["a", "b", "k"], *lines]
    (folder / "d.csv").write_text("\n".join(sign.join(row) for row in rows), "utf-8")
    try:
        made = templated(folder, "d.csv", target=("k",), iterations="2", rate="1e-9", **options)
    except TracerError as error:
        assert len(str(error).splitlines()) == 1
    else:
        made.program()
