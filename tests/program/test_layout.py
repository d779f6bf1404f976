"""Where values lie in memory, and what each language calls them."""

from __future__ import annotations

import pytest

from tracer.program.compile import check
from tracer.program.layout import in_words
from tracer.program.model import Step, by_number
from tracer.wording import load


def untitled(number: str, phase: str, *equations: str) -> Step:
    return Step(number, "", phase, equations, said=(by_number(number), None))


PROGRAM = check(
    source="made.toml",
    steps=(
        Step("1", "Titled", "forward", ("p = x * w",), explain="Kept."),
        untitled("2", "backward", "d = p - x", "p = p - d"),
        untitled("3", "update", "w = w - 0.1 * d"),
    ),
    given={"x": ()},
    parameters={"w": ()},
)


def test_what_iterations_change_lies_together_starts_first_and_ends_last() -> None:
    places = {(slot.name, slot.version): slot.offset for slot in PROGRAM.slots}
    assert places["x", 0] == 0 and PROGRAM.record_from == 1 and PROGRAM.carried == 1
    assert places["w", 0] == 1 and places["w", 1] == PROGRAM.size - 1
    assert sorted(places.values()) == list(range(PROGRAM.size))


def test_steps_are_called_as_a_language_calls_them() -> None:
    german = in_words(PROGRAM, load("de"))
    assert [step.title for step in PROGRAM.steps] == ["Titled", "Step 2", "Step 3"]
    assert [step.title for step in german.steps] == ["Titled", "Schritt 2", "Schritt 3"]
    assert german.steps[0].explain == "Kept."
    assert in_words(german, load()) == PROGRAM


@pytest.mark.parametrize(("lang", "called"), [("en", ["w", "w (new)"]), ("de", ["w", "w (neu)"])])
def test_values_are_called_what_a_wording_says(lang: str, called: list[str]) -> None:
    labels = [slot.label for slot in PROGRAM.slots if slot.name == "w"]
    assert list(map(load(lang).say, labels)) == called


def test_a_step_without_a_title_is_called_by_its_new_number() -> None:
    assert untitled("2", "forward").numbered("5").title == "Step 5"
    assert PROGRAM.steps[0].numbered("5").title == "Titled"
