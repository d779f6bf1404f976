"""Assignments: no file gives an answer away, and every student has sound numbers of their own."""

from __future__ import annotations

import base64
import re
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.practice import students
from tests.spreadsheet import convert, needs_office, numbers, recalculated, seen
from tracer.errors import TracerError
from tracer.practice.answers.marks import Verdict
from tracer.practice.exercise.assignment import ClassAssignment, new_assignment, read_assignment
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.exercise.recipe import FIRST_ROW, read_recipe
from tracer.practice.exercise.roster import Student
from tracer.practice.exercise.variants import Range, own_range, stated_range, unit
from tracer.practice.marking.marking import mark
from tracer.practice.sheets.handing_out import hand_out
from tracer.practice.sheets.paper import layout
from tracer.practice.sheets.worksheet import HandIn, assignment
from tracer.workbook.book import write_book
from tracer.workbook.plan.plan import Book

SECRET = "a secret of some length"
ANN = HandIn("a1b2c3", "00123", "Ann", "Friday")
#: Lessons and blanks: also where what is given comes after what is asked.
CASES = [
    ("ray", ("all",), 1.0, 2),
    ("ray", ("backward", "update"), 1.0, 2),
    ("ray", ("forward",), 1.0, 2),
    ("ray", ("hidden_layer_input",), 0.4, 1),
    ("ray", ("11",), 1.0, 2),
    ("two-class", ("all",), 0.3, 1),
    ("two-class-rows", ("update",), 1.0, 3),
    ("exam-scores", ("prepare",), 1.0, 1),
    ("diary-n-layer", ("forward", "backward"), 0.5, 1),
    ("softmax", ("all",), 1.0, 2),
    ("softmax", ("prepare", "P"), 1.0, 2),
    ("softmax", ("W",), 0.5, 2),
]


def _exercise(name: str, blank: tuple[str, ...], share: float, iterations: int) -> Exercise:
    template = students.softmax() if name == "softmax" else tracer.load_template(name)
    return Exercise(template, iterations, BlankChoice(blank, share, 5), live=True)


def _with_garbage(exercise: Exercise) -> Exercise:
    """Return the exercise with everything a student is to find out replaced by nonsense."""
    other = replace(exercise)
    trace = other.trace
    first = other.program.record_from
    for (iteration, key), mask in [*other.asked.items(), *other.derived.items()]:
        slot = next(s for s in other.program.slots if s.key == key)
        for position in np.flatnonzero(mask):
            at = slot.offset + int(position)
            if at < first:
                trace.record.constant[at] = 7.77e77
            else:
                trace.record.full[iteration - 1, at - first] = 7.77e77
        # The next iteration starts from it.
        if slot.role == "updated" and other.program.newest(slot.name).key == key:
            start = other.program.start(slot.name).offset - first
            if iteration < other.iterations:
                for position in np.flatnonzero(mask):
                    trace.record.full[iteration, start + int(position)] = 7.77e77
    return other


@pytest.mark.parametrize(("name", "blank", "share", "iterations"), CASES)
def test_the_file_is_the_same_whatever_the_answers_are(
    name: str, blank: tuple[str, ...], share: float, iterations: int, tmp_path: Path
) -> None:
    exercise = _exercise(name, blank, share, iterations)
    write_book(assignment(exercise, ANN), tmp_path / "true.xlsx")
    write_book(assignment(_with_garbage(exercise), ANN), tmp_path / "garbage.xlsx")
    assert (tmp_path / "true.xlsx").read_bytes() == (tmp_path / "garbage.xlsx").read_bytes()


def _forms(value: float) -> set[bytes]:
    """Return what an answer could be written as, with at least four digits that tell it."""
    texts = {repr(value), *(f"{value:.{d}f}" for d in range(3, 17))}
    texts |= {f"{value:.{d}g}" for d in range(4, 18)} | {f"{value:.{d}e}" for d in range(3, 17)}
    telling = {t.lstrip("-") for t in texts if len(re.sub(r"^[-0.]+|[.e].*$", "", t)) or True}
    telling = {t for t in telling if len(re.sub(r"e.*|\D", "", t).strip("0")) >= 4}
    packed = {struct.pack("<d", value), struct.pack(">d", value)}
    coded = {p.hex().encode() for p in packed} | {p.hex().upper().encode() for p in packed}
    coded |= {base64.b64encode(p).rstrip(b"=")[:10] for p in packed}
    return {t.encode() for t in telling} | packed | coded


def _content(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        pieces = [name.encode() + b"\n" + archive.read(name) for name in archive.namelist()]
        return b"\n".join([*pieces, archive.comment])


@pytest.mark.parametrize(("name", "blank", "share", "iterations"), CASES)
def test_no_answer_stands_in_the_file_in_any_form(
    name: str, blank: tuple[str, ...], share: float, iterations: int, tmp_path: Path
) -> None:
    exercise = _exercise(name, blank, share, iterations)
    write_book(assignment(exercise, ANN), tmp_path / "sheet.xlsx")
    content = _content(tmp_path / "sheet.xlsx")
    shown = numbers(tmp_path / "sheet.xlsx").values()
    given = {abs(value) for value in shown if isinstance(value, int | float)}
    looked_for = 0
    for block in layout(exercise):
        exact = exercise.trace.value(block.slot, max(1, block.iteration))
        for _, index in block.cells():
            value = abs(float(exact[index]))
            # A number that is also given, such as an input that a step copies, is no secret.
            if any(abs(value - g) <= 1e-3 * max(abs(g), 1e-3) for g in given):
                continue
            forms = _forms(value)
            assert not [form for form in forms if form in content], (block.slot.label, index)
            looked_for += len(forms) > 6
    assert looked_for > 0 or share < 1 or blank == ("prepare",)


def test_the_search_finds_an_answer_that_is_there(tmp_path: Path) -> None:
    exercise = _exercise("ray", ("all",), 1.0, 1)
    with zipfile.ZipFile(tmp_path / "leak.zip", "w") as archive:
        archive.writestr("a.xml", "<c><v>0.8146</v></c>")
    value = float(exercise.trace["hiddenlayer_activations"][0, 0, 0])
    assert value == pytest.approx(0.81457, abs=1e-5)
    assert [form for form in _forms(value) if form in _content(tmp_path / "leak.zip")]


def _planned(book: Book) -> list[object]:
    return [cell for sheet in book.sheets for cell in sheet.pattern.cells]


def test_an_assignment_hides_nothing_and_says_what_it_was_made_from(tmp_path: Path) -> None:
    book = assignment(_exercise("ray", ("backward",), 1.0, 2), ANN)
    assert all(not sheet.hidden and not sheet.highlights for sheet in book.sheets)
    assert not book.names
    write_book(book, tmp_path / "sheet.xlsx")
    text = "".join(
        str(value)
        for (sheet, row, _), value in numbers(tmp_path / "sheet.xlsx").items()
        if sheet == "Made from" and row >= FIRST_ROW
    )
    recipe = read_recipe(text)
    assert (recipe.kind, recipe.assignment, recipe.student) == ("assignment", "a1b2c3", "00123")
    assert SECRET not in _content(tmp_path / "sheet.xlsx").decode("latin-1")


@pytest.mark.office
@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("name", ["ray", "softmax"])
def test_results_between_blanks_follow_the_students_numbers(name: str, tmp_path: Path) -> None:
    blank = ("hidden_layer_input",) if name == "ray" else ("S", "Z")
    exercise = _exercise(name, blank, 0.5, 2)
    write_book(assignment(exercise, ANN), tmp_path / "blank.xlsx")
    typed = students.calculated(exercise, lambda iteration, key, value: value + 0.5)
    filled = students.fill(exercise, tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", typed)
    made = numbers(recalculated([filled], tmp_path / "new")[0])
    own: dict[tuple[int, object], np.ndarray] = {}

    def keep(iteration: int, key: object, value: np.ndarray) -> np.ndarray:
        own[iteration, key] = value
        return value + 0.5

    everything = replace(exercise, choice=BlankChoice(("all",)))
    expected = students.calculated(
        everything,
        lambda iteration, key, value: (
            np.where(exercise.asked[iteration, key], value + 0.5, value)
            if (iteration, key) in exercise.asked
            else value
        ),
    )
    from tracer.practice.sheets.paper import draw

    compared = 0
    for (iteration, key), block in draw(exercise).blocks.items():
        for index in np.ndindex(block.slot.shape):
            if block.derived[index]:
                place = block.place(index)
                value = made[block.sheet, place.row, place.column]
                assert value == pytest.approx(float(expected[iteration, key][index]), rel=1e-9)
                compared += 1
    assert compared > 10
    marks = mark(students.numbers(exercise, typed, live=True), exercise.rules)
    verdicts = {Verdict(int(v)) for m in marks.marked for v in m.verdicts[m.answer.asked]}
    assert verdicts == {Verdict.WRONG}


def test_what_follows_is_carried_through_results_that_were_not_asked() -> None:
    exercise = replace(_exercise("ray", ("hidden_layer_input", "output"), 1.0, 1))

    def change(iteration: int, key: tuple[str, int], value: np.ndarray) -> np.ndarray:
        return value + 3 if key[0] == "hidden_layer_input" else value

    typed = students.calculated(exercise, change)
    live = mark(students.numbers(exercise, typed, live=True), exercise.rules)
    assert live.count(Verdict.FOLLOWS) == 3
    assert live.count(Verdict.WRONG) == 9
    assert mark(students.numbers(exercise, typed), exercise.rules).count(Verdict.WRONG) == 12


# -- numbers of their own --------------------------------------------------------------------


def _assignment(folder: Path, text: str = "", name: str = "ray") -> ClassAssignment:
    path = folder / "sheet.toml"
    path.write_text(
        f'template = "{name}"\nsecret = "{SECRET}"\nblank = ["backward", "update"]\n{text}', "utf-8"
    )
    return read_assignment(path)


@pytest.mark.parametrize("name", ["ray", "two-class", "two-class-rows", "diary-two-layer", "loy"])
def test_everyone_has_sound_numbers_of_their_own(name: str, tmp_path: Path) -> None:
    made = _assignment(tmp_path, "iterations = 2", name)
    seen_numbers = set()
    for student in range(25):
        exercise = made.exercise_of(f"{student:05}")
        for parameter, array in exercise.template.parameters.items():
            usual = made.exercise.template.parameters[parameter]
            assert array.shape == usual.shape
            if parameter in made.ranges:
                one = made.ranges[parameter]
                assert (array >= one.low - 1e-9).all() and (array <= one.high + 1e-9).all()
                assert np.allclose(np.round(array, one.decimals), array, atol=1e-12)
        assert all(
            np.array_equal(a, made.exercise.template.given[n])
            for n, a in exercise.template.given.items()
        )
        for key in {key for _, key in exercise.asked}:
            slot = next(s for s in exercise.program.slots if s.key == key)
            values = exercise.trace.values(slot, [1, 2])
            assert np.isfinite(values).all() and values.any()
        seen_numbers.add(str([a.tolist() for a in exercise.template.parameters.values()]))
    assert len(seen_numbers) == 25


def test_the_same_secret_and_id_give_the_same_numbers_for_ever(tmp_path: Path) -> None:
    made = _assignment(tmp_path)
    # 0.23 and the thousandths that the HMAC of ["number", "00123", "wout", 0, 0] picks, and so on.
    ann = made.exercise_of("00123").template.parameters["wout"].ravel().tolist()
    assert ann == [0.245, 0.245, 0.297]
    assert re.fullmatch("[0-9a-f]{12}", made.id) and made.id == _assignment(tmp_path).id
    assert made.exercise_of("123").template.parameters["wout"].ravel().tolist() != ann
    assert unit("k", "a", 1) != unit("l", "a", 1)


def test_the_id_follows_what_is_asked_and_not_how_it_is_marked(tmp_path: Path) -> None:
    ids = {
        text: _assignment(tmp_path, text).id
        for text in ("", "iterations = 2", "share = 0.5", "[vary]\nX = [0, 1]", "seed = 2")
    }
    assert len(set(ids.values())) == len(ids)
    assert _assignment(tmp_path, "[rules]\nabsolute = 0.1\nfollows = 0.5").id == ids[""]


def test_numbers_that_break_the_calculation_are_drawn_again(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(
        'title = "t"\n[given]\nx = 1.0\n[parameters]\nw = 1.0\n[[steps]]\nphase = "backward"\n'
        'equations = ["a = maximum(w, 0)", "b = 1 / w"]\n',
        "utf-8",
    )
    (tmp_path / "sheet.toml").write_text(
        f'template = "t.toml"\nsecret = "{SECRET}"\n[vary]\nw = [-2, 2]\n', "utf-8"
    )
    made = read_assignment(tmp_path / "sheet.toml")
    drawn = [float(made.exercise_of(str(s)).template.parameters["w"]) for s in range(60)]
    assert set(drawn) == {1.0, 2.0}
    assert made.exercise.count == 2
    (tmp_path / "sheet.toml").write_text(
        f'template = "t.toml"\nsecret = "{SECRET}"\n[vary]\nw = [-2, -1]\n', "utf-8"
    )
    with pytest.raises(TracerError, match="no sound numbers were found for student '7'"):
        read_assignment(tmp_path / "sheet.toml").exercise_of("7")


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        ([0.42, 0.88, 0.10], Range(0.10, 0.88, 2)),
        ([0.69], Range(0.345, 1.035, 2)),
        ([0.0, 0.0], None),
        ([-1.0, 1.0], Range(-1.0, 1.0, 1)),
        ([0.001, 0.002], Range(0.001, 0.002, 5)),
    ],
)
def test_the_range_of_an_arrays_own_numbers(array: list[float], expected: Range | None) -> None:
    assert own_range(np.array(array)) == expected


def test_whole_numbers_stay_whole_in_a_whole_range() -> None:
    assert stated_range(np.array([[1.0, 0.0]]), 0, 1) == Range(0, 1, 0)
    drawn = [Range(0, 1, 0).number(u) for u in (0.0, 0.49, 0.51, 0.999)]
    assert drawn == [0.0, 0.0, 1.0, 1.0]


def test_a_new_assignment_file_reads_back(tmp_path: Path) -> None:
    exercise = Exercise(tracer.load_template("ray"), 2, BlankChoice(("backward", "wh"), 0.5, 9), 2)
    path = tmp_path / "new.toml"
    path.write_text(new_assignment("ray", exercise, SECRET, 'Friday "noon"'), "utf-8")
    made = read_assignment(path)
    assert (made.due, made.secret, set(made.ranges)) == (
        'Friday "noon"',
        SECRET,
        {"wh", "bh", "wout", "bout"},
    )
    assert made.exercise.choice == exercise.choice
    assert (made.exercise.iterations, made.exercise.decimals) == (2, 2)
    assert made.exercise.live


@pytest.mark.parametrize(
    ("text", "message"),
    {
        "secrt = 'x'": "'secrt' is not known. Did you mean secret?",
        "iterations = 0": "iterations must be a whole number from 1 to 50.",
        "share = 2": "share must be a number from 0 to 1.",
        "blank = 'all'": "",
        "[rules]\nfollow = 1": "'rules.follow' is not known. Did you mean follows?",
        "[rules]\nabsolute = 'x'": "rules.absolute must be a number from 0",
        "[points]\n2 = 3": "points.2: no step '2' has blanks; those with blanks: 6, 7",
        "[points]\n7 = -1": "points.7 must be a number from 0",
        "[vary]\nwhh = true": "vary.whh is neither given nor a parameter. Did you mean wh",
        "[vary]\nwh = [1]": "vary.wh must be true or [lowest, highest]",
        "[vary]\nwh = [2, 1]": "vary.wh must be true or [lowest, highest]",
        "[vary]\nwh = false": "vary.wh must be true or [lowest, highest]",
    }.items(),
)
def test_what_is_wrong_with_an_assignment_file(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TracerError) as caught:
        _assignment(tmp_path, text)
    assert str(tmp_path) in str(caught.value) and message in str(caught.value)


def test_files_and_answer_book(tmp_path: Path) -> None:
    made = _assignment(tmp_path)
    ann, bob = Student("00123", "Ann"), Student("=1+1", "-Bob")
    target = tmp_path / "class"
    files = hand_out(made, [ann, bob], target, tmp_path / "answers.xlsx")
    assert [f.name for f in files] == ["00123.xlsx", "_1_1.xlsx", "answers.xlsx"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["answers.xlsx", "class", "sheet.toml"]
    stored = numbers(tmp_path / "answers.xlsx")
    heads = {stored["Answers", 4, column]: column for column in range(1, 9)}
    exercise = made.exercise_of("00123")
    row = 5
    for block in layout(exercise):
        for place, index in block.cells():
            exact = float(exercise.trace.value(block.slot, 1)[index])
            assert stored["Answers", row, heads["00123"]] == exact
            assert stored["Answers", row, heads["Cell"]] == place.text()
            row += 1
    assert ("Answers", row, 1) not in stored
    sheet = numbers(target / "_1_1.xlsx")
    assert (sheet["Practice", 4, 2], sheet["Practice", 5, 2]) == ("-Bob", "=1+1")
    again = tmp_path / "again"
    hand_out(made, [ann, bob], again, tmp_path / "answers-2.xlsx")
    assert (again / "00123.xlsx").read_bytes() == (target / "00123.xlsx").read_bytes()


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_ids_and_names_stay_texts_in_a_spreadsheet(tmp_path: Path) -> None:
    made = _assignment(tmp_path)
    hand_out(made, [Student("=1+1", "+A1")], tmp_path / "c", tmp_path / "answers.xlsx")
    page = seen(
        convert([tmp_path / "c" / "_1_1.xlsx"], tmp_path, "html:HTML (StarCalc)")[0], "Practice"
    )
    assert (page[4, 2].text, page[5, 2].text) == ("+A1", "=1+1")
    assert page[5, 2].number is None
