"""What is blank, where it stands, and that a file says it again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.practice import students
from tracer.errors import TracerError
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.exercise.recipe import Recipe, pieces, read_recipe, recipe_text
from tracer.practice.sheets.paper import layout
from tracer.practice.sheets.worksheet import self_study


@pytest.mark.parametrize(
    ("blank", "expected"),
    [
        (("update",), {"wout", "wh", "bh", "bout"}),
        (("11", "loss"), {"bh", "bout", "loss"}),
        (("7",), {"d_output"}),
        (("wh",), {"wh"}),
    ],
)
def test_phases_steps_and_quantities(blank: tuple[str, ...], expected: set[str]) -> None:
    exercise = Exercise(tracer.load_template("ray"), 2, BlankChoice(blank))
    assert {key[0] for _, key in exercise.asked} == expected
    assert {iteration for iteration, _ in exercise.asked} == {1, 2}
    assert all(mask.all() for mask in exercise.asked.values())


def test_prepare_steps_are_asked_once() -> None:
    exercise = Exercise(students.softmax(), 2, BlankChoice(("prepare", "P")))
    assert sorted(exercise.asked) == [(0, ("S", 0)), (1, ("P", 0)), (2, ("P", 0))]


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.99, 1.0])
def test_a_share_is_drawn_with_a_seed(share: float) -> None:
    ray = tracer.load_template("ray")
    whole = Exercise(ray, 2).count
    drawn = Exercise(ray, 2, BlankChoice(("all",), share, 4))
    assert drawn.count == max(1, round(share * whole))
    again = Exercise(ray, 2, BlankChoice(("all",), share, 4))
    assert [m.tolist() for m in drawn.asked.values()] == [m.tolist() for m in again.asked.values()]
    other = Exercise(ray, 2, BlankChoice(("all",), share, 5))
    same = [(k, m.tolist()) for k, m in drawn.asked.items()] == [
        (k, m.tolist()) for k, m in other.asked.items()
    ]
    assert same is (share == 1.0)


def test_the_draw_is_the_same_for_ever() -> None:
    exercise = Exercise(tracer.load_template("two-class"), 1, BlankChoice(("all",), 0.1, 1))
    assert sorted(key[0] for _, key in exercise.asked) == [
        "dE_total_dout_h2",
        "dE_total_dw8",
        "dout_h1_dh1",
        "dout_y2_dy2",
    ]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (BlankChoice(("bakward",)), "'bakward' is neither a phase, a step nor a quantity. Did"),
        (BlankChoice(("bakward",)), "Did you mean backward?"),
        (BlankChoice(("hiden_layer_input",)), "Did you mean hidden_layer_input"),
        (BlankChoice(("99",)), "Steps: 2, 3, 4"),
        (BlankChoice(("prepare",)), "there is no prepare step to leave blank"),
        (BlankChoice(("0",)), "step 0 computes nothing"),
        (BlankChoice(("X",)), "'X' is given, not computed"),
        (BlankChoice(()), "nothing is blank"),
        (BlankChoice(share=0.0), "the share of blank cells must be above 0 and at most 1, not 0."),
        (BlankChoice(share=1.5), "at most 1, not 1.5."),
        (BlankChoice(share=float("nan")), "at most 1, not nan."),
    ],
)
def test_choices_that_fit_nothing(choice: BlankChoice, message: str) -> None:
    with pytest.raises(TracerError) as caught:
        Exercise(tracer.load_template("ray"), 1, choice).checked()
    assert message in str(caught.value)


def test_a_template_that_computes_nothing_leaves_nothing_blank(tmp_path: Path) -> None:
    path = tmp_path / "shown.toml"
    path.write_text('title = "t"\n[given]\nx = 1\n[[steps]]\nshows = ["x"]\n', "utf-8")
    with pytest.raises(TracerError, match="the template computes nothing, so there is nothing"):
        Exercise(tracer.load_template(str(path)), 1).checked()


def test_what_no_sheet_can_hold_is_refused() -> None:
    digits = tracer.load_template("diary-mnist")
    with pytest.raises(TracerError, match="blanks are too many"):
        Exercise(digits, 1).checked()
    with pytest.raises(TracerError, match="too large for a practice sheet"):
        layout(Exercise(tracer.load_template("ray-moons"), 1, BlankChoice(("prepare",))))
    with pytest.raises(TracerError, match="iterations must be from 1 to 50"):
        Exercise(tracer.load_template("ray"), 51).checked()


@pytest.mark.parametrize("name", sorted({*tracer.template_names()} - {"diary-mnist", "ray-moons"}))
def test_a_recipe_gives_the_same_places_and_numbers_again(name: str) -> None:
    template = tracer.load_template(name)
    choice = BlankChoice(("all",), 0.05 if "blobs" in name else 0.5, 3)
    exercise = Exercise(template, 2, choice)
    text = recipe_text(Recipe("self-study", exercise))
    assert text.isascii() and all(len(piece) <= 32_767 for piece in pieces(text))
    again = read_recipe("".join(pieces(text))).exercise
    assert again is not None
    for block, other in zip(layout(exercise), layout(again), strict=True):
        assert (block.sheet, block.area, block.iteration) == (
            other.sheet,
            other.area,
            other.iteration,
        )
        assert np.array_equal(block.asked, other.asked)
        at = max(1, block.iteration)
        assert np.array_equal(
            exercise.trace.value(block.slot, at), again.trace.value(other.slot, at)
        )


def test_blanks_stand_where_the_layout_says() -> None:
    exercise = Exercise(tracer.load_template("two-class-matrix"), 2, BlankChoice(("all",), 0.3, 2))
    book = self_study(exercise)
    blank = {
        (sheet.title, cell.row, cell.column)
        for sheet in book.sheets
        for cell in sheet.pattern.cells
        if cell.role == "blank" and not cell.text and cell.row > 4
    }
    said = {(b.sheet, place.row, place.column) for b in layout(exercise) for place, _ in b.cells()}
    assert said == {spot for spot in blank if spot[0] != "Practice"}
    assert len(said) == exercise.count
    for sheet in book.sheets:
        spots = [(cell.row, cell.column) for cell in sheet.pattern.cells]
        assert len(spots) == len(set(spots)), sheet.title


FROM_A_FILE = """{"version":1,"kind":"self-study","name":"n","iterations":1,"blank":["all"],
"share":1,"seed":1,"round":null,"rules":{"absolute":1,"relative":1,"fewest_digits":1},
"template":{"title":"t","steps":[{"equations":["a=1"]}],"given":{"x":GIVEN}}}"""


def test_numbers_in_a_recipe_are_written_out() -> None:
    assert read_recipe(FROM_A_FILE.replace("GIVEN", "[1, 2]")).exercise is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"version":1}',
        '{"version":2,"kind":"self-study"}',
        "[" * 100_000,
        FROM_A_FILE.replace("GIVEN", '{"file": "/etc/passwd"}'),
        FROM_A_FILE.replace("GIVEN", '"x"'),
        FROM_A_FILE.replace("GIVEN", "NaN"),
        FROM_A_FILE.replace("GIVEN", "1").replace('"absolute":1', '"absolute":"a"'),
    ],
)
def test_recipes_that_are_none(text: str) -> None:
    with pytest.raises(TracerError):
        read_recipe(text)
