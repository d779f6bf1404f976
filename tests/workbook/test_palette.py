"""Colours that everybody can read: contrast, and roles told apart without colour."""

from __future__ import annotations

import pytest

from tracer.workbook.palette import ROLES, WHITE


def _luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_the_published_one() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("role", ROLES)
def test_text_can_be_read_on_its_fill(role: str) -> None:
    look = ROLES[role]
    assert contrast(look.color, look.fill or WHITE) >= 4.5


def test_results_differ_from_operands_also_in_grey() -> None:
    result, operand = ROLES["result"], ROLES["operand"]
    assert result.heavy and not operand.heavy
    assert _luminance(result.fill or WHITE) - _luminance(operand.fill or WHITE) > 0.25
