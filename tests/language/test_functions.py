from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.language.functions import (
    ALIASES,
    DEFINED,
    OPERATOR_CALLS,
    PRIMITIVES,
    at_decimals,
    known_functions,
    round_half_away,
)
from tracer.language.operators import OPERATORS
from tracer.language.parse import parse_definition, parse_expression
from tracer.wording import LANGUAGES, load


def rounded(x: float, decimals: int) -> float:
    out = np.empty(())
    round_half_away(np.array(x), decimals, out)
    return float(out)


#: number, decimals → what LibreOffice's ROUND gives (test_formula_office.py asks it again)
ROUNDED: dict[tuple[float, int], float] = {
    (0.5, 0): 1,
    (1.5, 0): 2,
    (2.5, 0): 3,
    (-0.5, 0): -1,
    (-2.5, 0): -3,
    (0.49999999999999994, 0): 0,
    (2.4999999999999996, 0): 2,
    (0.285 * 100, 0): 28,
    (1.15 * 10, 0): 12,
    (0.125, 2): 0.13,
    (1.005, 2): 1.01,
    (2.675, 2): 2.68,
    (-1.005, 2): -1.01,
    (1.004999999999999, 2): 1.01,
    (1.00499999999999, 2): 1,
    (1e-9, 2): 0,
    (1e-9, 9): 1e-9,
    (0.1 + 0.2, 1): 0.3,
    (1.45, 1): 1.5,
    (123456789012.345, 2): 123456789012.35,
    (150, -2): 200,
    (-1250, -2): -1300,
    (35, -1): 40,
    (1234.5, -1): 1230,
    (0, 3): 0,
    (4503599627370497.5, 0): 4503599627370497.5,
    (1e300, 10): 1e300,
    (-1e300, 15): -1e300,
    (math.inf, 2): math.inf,
    (-math.inf, -2): -math.inf,
}


@pytest.mark.parametrize(("x", "decimals"), ROUNDED)
def test_rounding(x: float, decimals: int) -> None:
    assert rounded(x, decimals) == ROUNDED[x, decimals]


def test_rounding_keeps_nan_and_writes_no_minus_zero() -> None:
    assert math.isnan(rounded(math.nan, 2))
    assert math.copysign(1, rounded(-0.001, 2)) == 1


@given(st.floats(-1e6, 1e6), st.integers(0, 8))
def test_rounding_is_near_and_has_the_decimals(x: float, decimals: int) -> None:
    result = rounded(x, decimals)
    assert abs(result - x) <= 0.5 * 10.0**-decimals * (1 + 1e-9) + 1e-15 * abs(x)
    assert result == pytest.approx(float(f"{result:.{decimals}f}"), rel=1e-15)
    assert rounded(-x, decimals) == -result


@given(st.integers(-(10**9), 10**9), st.integers(1, 6))
def test_a_written_half_rounds_away_from_zero(digits: int, decimals: int) -> None:
    tie = float(f"{digits}5e-{decimals + 1}")
    away = digits + (1 if digits >= 0 else -1)
    assert rounded(tie, decimals) == pytest.approx(away / 10**decimals, rel=1e-15)


@pytest.mark.parametrize(
    ("x", "decimals", "wanted"),
    [
        (0.3 / 0.1 - 2.5, 0, 1),
        (0.5 - 1e-16, 0, 1),
        (0.5 - 1e-7, 0, 0),
        (1000.115 - 1000, 2, 0.12),
        (-(1000.115 - 1000), 2, -0.12),
        (12.34 * 0.55 - 6.782, 2, 0.01),
        (149.99999, -2, 100),
        (149.9999999, -2, 200),
        (1e300, 12, 1e300),
        (-3e-20, 15, 0),
    ],
)
def test_a_result_nearly_half_way_is_rounded_away_from_zero(
    x: float, decimals: int, wanted: float
) -> None:
    assert at_decimals(np.array(x), decimals) == pytest.approx(wanted, rel=1e-15)


def test_more_decimals_than_there_are_change_nothing() -> None:
    assert rounded(3e-300, 320) == 3e-300


def test_rounding_works_in_place_and_on_views() -> None:
    numbers = np.array([[1.005, 1e300], [-2.5, 0.004]])
    round_half_away(numbers.T, 2, numbers.T)
    np.testing.assert_allclose(numbers, [[1.01, 1e300], [-2.5, 0]], rtol=1e-15)


def test_the_table_has_every_function_once() -> None:
    names = [*PRIMITIVES, *DEFINED, *ALIASES, *OPERATOR_CALLS]
    assert len(names) == len(set(names))
    assert set(names) < set(known_functions())
    assert set(ALIASES.values()) <= {*PRIMITIVES, *DEFINED}
    assert set(OPERATOR_CALLS.values()) <= set(OPERATORS)


@pytest.mark.parametrize("name", DEFINED)
def test_definitions_are_in_the_language(name: str) -> None:
    text = DEFINED[name].text(0)
    assert parse_definition(text).name == name
    given = ", ".join("x" for part in DEFINED[name].parameters.split(",") if "=" not in part)
    assert parse_expression(f"{name}({given})").span.end == len(name) + len(given) + 2


@pytest.mark.parametrize("name", PRIMITIVES)
def test_forms_take_exactly_the_arguments(name: str) -> None:
    row = PRIMITIVES[name]
    count = 1 if row.kind == "reduction" else row.arguments[1]
    texts = [f"<{i}>" for i in range(count)]
    # Where the largest number stands, comparisons say.
    assert row.place_of or all(text in row.excel.format(*texts) for text in texts)
    for language in LANGUAGES:
        named = dict(zip(("first", "second", "third"), texts, strict=False))
        assert all(text in load(language)(f"functions.{name}", **named) for text in texts)
    assert "LOG(" not in row.excel
