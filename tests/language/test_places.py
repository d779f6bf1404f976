"""Formulas as values: pieces between gaps, references that move, written for a place."""

from __future__ import annotations

import pytest

from tracer.language.pieces import Pieces, between, filled, joined
from tracer.language.places import Place, written

PLAIN = Place(5, 2)
DOWN = Place(5, 2, "Inputs!", fixed_column=True, down="row")
BOTH = Place(5, 2, down="row", right="column")


@pytest.mark.parametrize(
    ("place", "text", "moved"),
    [
        (PLAIN, "B5", "B5"),
        (DOWN, "Inputs!$B5", "Inputs!$B8"),
        (BOTH, "B5", "AC8"),
        (Place(1, 26, "S!", True, True, right="column"), "S!$Z$1", "S!$BA$1"),
    ],
)
def test_a_reference_is_written_moved(place: Place, text: str, moved: str) -> None:
    assert written(place.reference()) == place.text() == text
    assert written(place.reference(), {"row": 3, "column": 27}) == moved
    assert isinstance(place.reference(), str) == (text == moved)


def test_parts_are_one_text_where_nothing_moves() -> None:
    assert joined("SUM(", PLAIN.reference(), ")") == "SUM(B5)"
    assert filled("MAX(0,{0})", "B5") == "MAX(0,B5)"
    assert between("+", []) == ""


def test_no_two_texts_follow_each_other() -> None:
    found = filled("IF({0},{1})", joined(DOWN.reference(), "=1"), between("+", ["a", "b", "c"]))
    assert found == Pieces(("IF(", DOWN, "=1,a+b+c)"))
    assert written(found, {"row": 0}) == "IF(Inputs!$B5=1,a+b+c)"
    assert between(",", ["", DOWN.reference()]) == Pieces((",", DOWN))


def test_a_range_moves_as_its_corners_do() -> None:
    assert joined(DOWN.reference(), ":", DOWN.corner()) == Pieces(
        (DOWN, ":", Place(5, 2, fixed_column=True, down="row"))
    )
