"""Whose file is whose, for every way in which files are named and ids are written."""

from __future__ import annotations

import pytest

from tracer.practice.exercise.roster import Student
from tracer.practice.grading.files import HandedIn
from tracer.practice.grading.matching import Names, match
from tracer.wording import load

CLASS = [Student(i) for i in ("00123", "00124", "ann.b@x.org", "A-7", "ab_cd", "9")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("00123.xlsx", "00123"),
        ("sub/folder/00123.xlsx", "00123"),
        ("00123 (1).xlsx", "00123"),
        ("00123-2.xlsx", "00123"),
        ("bell_ann_00123_4711_week-1.xlsx", "00123"),
        ("Ann Bell_00124_assignsubmission_file/homework.xlsx", "00124"),
        ("ANN.B@X.ORG.xlsx", "ann.b@x.org"),
        ("a-7.xlsx", "A-7"),
        ("x_ab_cd_y.xlsx", "ab_cd"),
        ("notes 00123.pdf", "00123"),
        ("9.xlsx", "9"),
        ("week 9.xlsx", None),  # a short number says nothing
        ("00123_and_00124.xlsx", None),
        ("123.xlsx", None),
        ("000123.xlsx", None),
        ("homework.xlsx", None),
    ],
)
def test_names(name: str, expected: str | None) -> None:
    found = Names(CLASS).by_name(name)
    assert (found.id if found else None) == expected


def _file(
    name: str, student: str = "", refused: str = "", changed: float = 0.0, **more: bool
) -> HandedIn:
    return HandedIn(name, refused, student, {}, "", changed, **more)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([_file("a.xlsx", "00123")], [("00123", "")]),
        ([_file("a.xlsx", "ANN.B@x.org")], [("ann.b@x.org", "")]),
        ([_file("00124.xlsx", "00123")], [("00123", "")]),  # the id inside decides
        ([_file("00124.xlsx")], [("00124", "")]),
        ([_file("homework.xlsx")], [(None, "says no id")]),
        ([_file("a.xlsx", "00999")], [(None, "'00999', is not in the class list")]),
        ([_file("00124.xlsx", "", "it is damaged.")], [("00124", "it is damaged.")]),
        (  # the newer one of two, the first of two alike, the one with the id before both
            [_file("a.xlsx", "9", changed=1), _file("b.xlsx", "9", changed=2)],
            [("9", "b.xlsx is 9's, too, and is newer"), ("9", "")],
        ),
        (
            [_file("a.xlsx", "9"), _file("b.xlsx", "9")],
            [("9", ""), ("9", "a.xlsx is 9's, too, and comes first")],
        ),
        (
            [_file("9.xlsx", "9", changed=1), _file("b.xlsx", "9", changed=2)],
            [("9", ""), ("9", "9.xlsx is 9's, too, and has the id in its name")],
        ),
        (  # somebody else's folder or name takes nothing away, however new the file is
            [_file("9/9.xlsx", "9"), _file("A-7/9.xlsx", "9", changed=2)],
            [("9", ""), ("9", "9/9.xlsx is 9's, too, and is named after nobody else")],
        ),
        (
            [_file("home.xlsx", "9"), _file("A-7.xlsx", "9", changed=2)],
            [("9", ""), ("9", "home.xlsx is 9's, too, and is named after nobody else")],
        ),
        (  # nor where the own file can't be marked
            [_file("9.xlsx", "9", "it is damaged."), _file("A-7/9.xlsx", "9")],
            [("9", "it is damaged."), ("9", "9.xlsx is 9's, too, and is named after nobody")],
        ),
        (  # nor does an empty sheet, wherever it lies
            [_file("a.xlsx", "9"), _file("b.xlsx", "9", changed=2, empty=True)],
            [("9", ""), ("9", "a.xlsx is 9's, too, and is filled in")],
        ),
    ],
)
def test_files(files: list[HandedIn], expected: list[tuple[str | None, str]]) -> None:
    outcomes = match(files, CLASS, load())
    for outcome, (student, reason) in zip(outcomes, expected, strict=True):
        assert (outcome.student.id if outcome.student else None) == student
        assert reason in outcome.why_not
        assert bool(reason) == bool(outcome.why_not)


BY_NAME = [Student("1", "Ann Bell"), Student("2", "Bo Li"), Student("3", "Müller, Jörg")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann Bell_4711_assignsubmission_file/homework.xlsx", "1"),  # as Moodle packs them
        ("bellann_4711_99_homework.xlsx", "1"),  # as Canvas does
        ("Jörg Müller_4_file/a.xlsx", "3"),
        ("homework Ann Bell.xlsx", None),
        ("Bo Li_1_file/a.xlsx", None),  # a short name may be a word
    ],
)
def test_names_of_people(name: str, expected: str | None) -> None:
    found = Names(BY_NAME).by_name(name)
    assert (found.id if found else None) == expected
    twice = Names([*BY_NAME, Student("4", "Ann Bell"), Student("5", "Jörg Müller")])
    assert twice.by_name(name) is None


def test_whose_numbers_a_sheet_without_its_id_is_marked_by_is_always_told() -> None:
    outcome = match([_file("00123.xlsx", own_numbers=True)], CLASS, load())[0]
    assert "marked with that student's numbers" in outcome.remarks[0]


def test_a_missing_id_is_told_only_where_others_have_one() -> None:
    together = match([_file("00123.xlsx"), _file("b.xlsx", "9")], CLASS, load())
    assert "the file says no id" in together[0].remarks[0] and together[1].remarks == []
    assert match([_file("00123.xlsx")], CLASS, load())[0].remarks == []
