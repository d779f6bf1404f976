"""Texts for a terminal: columns as wide as their longest text, lines of one width."""

from __future__ import annotations

import pytest

from tracer.wording.terminal import LINE, columns, wrapped


def test_columns_are_as_wide_as_their_longest_text() -> None:
    rows = [("name", "n"), ("a", "1,000"), ("longer", "")]
    assert columns(rows) == ["name    n", "a       1,000", "longer"]
    assert columns([]) == []


@pytest.mark.parametrize(
    ("text", "whole_words", "expected"),
    [
        ("short", True, ["> short"]),
        ("", True, []),
        ("x" * 100, True, ["> " + "x" * 100]),
        ("x" * 100, False, ["> " + "x" * 94, "- " + "x" * 6]),
        ("x" * 90 + " ab-cd", True, ["> " + "x" * 90, "- ab-cd"]),
        ("x" * 90 + " ab-cd", False, ["> " + "x" * 90 + " ab-", "- cd"]),
    ],
)
def test_a_text_is_wrapped_into_lines(text: str, whole_words: bool, expected: list[str]) -> None:
    lines = wrapped(text, "> ", "- ", whole_words=whole_words)
    assert lines == expected
    assert whole_words or all(len(line) <= LINE for line in lines)
