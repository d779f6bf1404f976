"""Numbers as people write them: in answers, and in files, whose decimal sign is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.data.numbers import read_number, two_meanings

NONE = None
#: A text, and the number that it is: alone; in a file with decimal points, with decimal commas.
READ: dict[str, tuple[float | None, float | None, float | None]] = {
    # One sign: a decimal sign, unless the file says that it is the other one.
    "0.5": (0.5, 0.5, NONE),
    "0,5": (0.5, NONE, 0.5),
    ".5": (0.5, 0.5, NONE),
    ",5": (0.5, NONE, 0.5),
    "1,5E-3": (0.0015, NONE, 0.0015),
    "1.234": (1.234, 1.234, 1234),
    "1,234": (1.234, 1234, 1.234),
    "0,123": (0.123, NONE, 0.123),
    "-12.345": (-12.345, -12.345, -12345),
    "4,25,000": (425000, 425000, NONE),
    # Two signs, or one several times: the last is the decimal sign, the others group.
    "1,234.5": (1234.5, 1234.5, NONE),
    "1.234,5": (1234.5, NONE, 1234.5),
    "1’234": (1234, 1234, 1234),
    "1\u2009234": (1234, 1234, 1234),
    "1\u202f234,5": (1234.5, NONE, 1234.5),
    "$1,234.50": (1234.5, 1234.5, NONE),
    "1.234,50 €": (1234.5, NONE, 1234.5),
    "1,234,567": (1234567, 1234567, NONE),
    "1.234.567": (1234567, NONE, 1234567),
    "-1.234.567,8": (-1234567.8, NONE, -1234567.8),
    "1 234.5": (1234.5, 1234.5, NONE),
    "1 234,5": (1234.5, NONE, 1234.5),
    "1'234.5": (1234.5, 1234.5, NONE),
    "1 234": (1234, 1234, 1234),
    # Digits in groups of three behind the decimal sign.
    "0.123 456": (0.123456, 0.123456, NONE),
    "−0,123\u2009456\u20097": (-0.1234567, NONE, -0.1234567),
    "1 234.567 8": (1234.5678, 1234.5678, NONE),
    "0.12 345": (NONE, NONE, NONE),
    # Arabic, Persian and Indian digits, with their own signs.
    "١٫٤٨": (1.48, 1.48, NONE),
    "۱۲۳٬۴۵۶٫۵": (123456.5, 123456.5, NONE),
    "−०.५": (-0.5, -0.5, NONE),
    "1,2345,678": (NONE, NONE, NONE),
    "1,2,3": (NONE, NONE, NONE),
    "1.2.3": (NONE, NONE, NONE),
    "1,234.567,8": (NONE, NONE, NONE),
}


@pytest.mark.parametrize("text", READ)
def test_signs_between_digits(text: str) -> None:
    found = tuple(read_number(text, decimal) for decimal in (None, ".", ","))
    assert found == READ[text]


#: Each number, and how people write it, whatever the decimal sign.
WRITTEN: dict[float, list[str]] = {
    0.5: ["50%", "50 %", "1/2", "½", " 1/2 ", "1÷2", "=1/2", "١/٢"],
    1 / 3: ["1/3", "⅓"],
    -0.25: ["-1/4", "−1/4", "- 1/4"],
    1.5: ["1 1/2", "1½", "150 %"],
    -1.5: ["-1 ½"],
    0.005: ["5‰"],
    0.001: ["1e-3", "1E-3", "10^-3", "10⁻³"],
    2000.0: ["2 x 10^3", "2·10³", "2 10^3", "$2 \\cdot 10^{3}$", "2 \\times 10^3", "2 × 10^{3}"],
    3.0: [
        "3",
        "  3 ",
        "3\n",
        "+3",
        "≈ 3",
        "~3",
        "=3",
        "= 3",
        "３",
        "٣",
        "३",
        "003",
        "$3",
        "3 €",
        "\u200b3\ufeff",
    ],
    -12.0: ["-12", "-$12", "−12", "–12", "- 12", "−１２"],
    0.0: ["0", "-0", "0 %"],
    1e70: ["1" + "0" * 70],
}


@pytest.mark.parametrize("decimal", [None, ".", ","])
@pytest.mark.parametrize(
    ("text", "number"), [(text, number) for number, texts in WRITTEN.items() for text in texts]
)
def test_what_people_write(text: str, number: float, decimal: str | None) -> None:
    assert read_number(text, decimal) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (" 0.5 ", 0.5),
        ("+0.5", 0.5),
        ("5.", 5),
        ("−0.5", -0.5),
        ("–0,5", -0.5),
        ("-12,5 %", -0.125),
        ("１．５", 1.5),
        ("1.5×10^-3", 0.0015),
        ("1.5*10^(-3)", 0.0015),
        ("1,5 · 10⁻³", 0.0015),
        ("≈ 0.79", 0.79),
        ("~0,79", 0.79),
    ],
)
def test_what_a_teacher_reads_as_a_number(text: str, number: float) -> None:
    assert read_number(text) == pytest.approx(number, rel=1e-15)
    sign = "," if "," in text else "."
    assert read_number(text, sign) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        *(("1,234", ","), ("12.500", "."), ("-9.999", "."), ("$1,234", ",")),
        *(("0.123", None), ("1.23", None), ("1,234,567", None), ("1234", None), ("x", None)),
    ],
)
def test_what_has_two_meanings(text: str, sign: str | None) -> None:
    assert two_meanings(text) == sign


NO_NUMBERS = (
    *("", " ", "\x00", "1\n2", "0" * 40 + "," + "1" * 40),
    *("nan", "NaN", "inf", "-inf", "Infinity", "1_000", "0x10", "True", "1e400", "-1e999"),
    *("=A1/2", "=SUM(A1)", "1/0", "1/2/3", "2/1/2026", "12:30", "2026-01-02"),
    *("--1", "1e", "e5", "0.5 0.6", "1 2 3", "1.5e3.2", "0.5²", "²", "½½", "1" * 400),
    *("5 %%", "%", "+", "-", ".", ",", "about 3", "3 cm", "NA", "?"),
)


@pytest.mark.parametrize("decimal", [None, ".", ","])
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number(text: str, decimal: str | None) -> None:
    assert read_number(text, decimal) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_program_writes_is_read_back(number: float) -> None:
    for decimal in (None, "."):
        assert read_number(repr(number), decimal) == number
    with_comma = repr(number).replace(".", ",").replace("-", "−")
    for decimal in (None, ","):
        assert read_number(with_comma, decimal) == number


@given(st.text(max_size=20), st.sampled_from([None, ".", ","]))
def test_any_text_is_a_number_or_none(text: str, decimal: str | None) -> None:
    found = read_number(text, decimal)
    assert found is None or abs(found) < float("inf")
