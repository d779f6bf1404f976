"""Numbers as students type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.practice.answers.number import parse_number

#: Each number, and how people write it.
WRITTEN = {
    0.5: ["0.5", "0,5", " 0.5 ", ".5", ",5", "+0.5", "50%", "50 %", "1/2", "½"],
    5.0: ["5."],
    -0.5: ["-0.5", "−0.5", "–0,5", "- 0.5"],
    -0.125: ["-12,5 %"],
    0.005: ["5‰"],
    -0.25: ["-1/4"],
    1.5: ["1 1/2", "1½", "１．５"],
    -1.5: ["-1 ½"],
    0.001: ["1e-3", "10^-3", "10⁻³"],
    0.0015: ["1,5E-3", "1.5×10^-3", "1.5*10^(-3)", "1,5 · 10⁻³"],
    2000.0: ["2 x 10^3"],
    1234.5: ["1 234,5", "1.234,5", "1,234.5", "1'234.5"],
    1234567.0: ["1,234,567", "1 234 567"],
    -1234567.8: ["-1.234.567,8"],
    1.234: ["1,234", "1.234"],
    0.79: ["≈ 0.79", "~0,79"],
    0.0: ["0", "-0"],
    7.0: ["007"],
}


@pytest.mark.parametrize(
    ("text", "number"), [(text, number) for number, texts in WRITTEN.items() for text in texts]
)
def test_what_a_teacher_reads_as_a_number(text: str, number: float) -> None:
    assert parse_number(text) == pytest.approx(number, rel=1e-15)


NO_NUMBERS = (
    *("", " ", "\x00", "1\n2", "1" * 61),
    *("nan", "NaN", "inf", "-inf", "Infinity", "1_000", "0x10", "True", "1e400", "-1e999"),
    *("=1/2", "=SUM(A1)", "1/0", "1/2/3", "2/1/2026", "12:30", "2026-01-02", "1.2.3", "1,2,3"),
    *("--1", "1e", "e5", "0.5 0.6", "1 2 3", "1.5e3.2", "1,2345,678", "0.5²", "²", "٣", "½½"),
    *("5 %%", "%", "+", "-", ".", ",", "about 3", "3 cm"),
)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_program_writes_is_read_back(number: float) -> None:
    assert parse_number(repr(number)) == number
    assert parse_number(repr(number).replace(".", ",").replace("-", "−")) == number


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = parse_number(text)
    assert found is None or abs(found) < float("inf")
