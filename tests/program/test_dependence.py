"""What a program's values are computed from, and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

import tracer
from tracer.language.expression import SlotKey
from tracer.program.compile import check
from tracer.program.model import Batch, Slot, Step

PROGRAM = check(
    source="made.toml",
    steps=(
        Step("1", "", "prepare", ("s = x / 2", "s = s + 1")),
        Step("2", "", "forward", ("z = s @ w", "q = mean(z)", "r = 2 * b")),
        Step("3", "", "update", ("w = w - q * w", "b = b - sum(w)")),
        Step("4", "", "measure", ("late = sum(b)",)),
    ),
    given={"x": (4, 2)},
    parameters={"w": (2,), "b": ()},
    batch=Batch(2, ("s",)),
)
SLOTS = {slot.key: slot for slot in PROGRAM.slots}


def _spelled(keys: Iterable[SlotKey]) -> str:
    return " ".join(sorted(f"{name}{version}" for name, version in keys))


def _slot(text: str) -> Slot:
    return SLOTS[text[:-1], int(text[-1])]


def _updated(slot: Slot) -> bool:
    return slot.role == "updated"


@pytest.mark.parametrize(
    ("name", "behind", "until_updates", "after"),
    [
        ("x0", "x0", "x0", "b1 late0 q0 s0 s1 s2 w1 x0 z0"),
        ("s2", "s0 s1 s2 x0", "s0 s1 s2 x0", "b1 late0 q0 s2 w1 z0"),
        ("q0", "q0 s0 s1 s2 w0 x0 z0", "q0 s0 s1 s2 w0 x0 z0", "b1 late0 q0 w1"),
        ("r0", "b0 r0", "b0 r0", "r0"),
        ("b1", "b0 b1 q0 s0 s1 s2 w0 w1 x0 z0", "b1", "b1 late0"),
        ("late0", "b0 b1 late0 q0 s0 s1 s2 w0 w1 x0 z0", "b1 late0", "late0"),
    ],
)
def test_what_lies_behind_a_value_and_after_it(
    name: str, behind: str, until_updates: str, after: str
) -> None:
    slot = _slot(name)
    assert _spelled(PROGRAM.behind(slot)) == behind
    assert _spelled(PROGRAM.behind(slot, ends=_updated)) == until_updates
    assert _spelled(PROGRAM.after([slot.key])) == after


def test_who_makes_what_and_reads_what() -> None:
    made = {a.slot.key: a for a in PROGRAM.assignments}
    assert [key for key in made if PROGRAM.made(key) is not made[key]] == []
    assert made["w", 1].equation.text == "w = w - q * w"
    assert (PROGRAM.made(("w", 0)), PROGRAM.step_of(("w", 0))) == (None, None)
    step = PROGRAM.step_of(("w", 1))
    assert step is not None and step.number == "3"
    assert _spelled(s.key for s in PROGRAM.reads(made["z", 0])) == "s2 w0"
    assert [a.slot.name for a in PROGRAM.readers(("b", 0))] == ["r", "b"]
    assert PROGRAM.whole(_slot("s2")) == PROGRAM.at(("s", 1)) == _slot("s1")
    assert [a.slot.name for a in PROGRAM.results(1)] == ["z", "q", "r"]


@pytest.mark.parametrize("name", tracer.template_names())
def test_slots_stand_in_the_order_of_their_equations(name: str) -> None:
    program = tracer.load_template(name).program()
    assert {*program.behind(*program.slots)} == {slot.key for slot in program.slots}
    made = [slot.key for slot in program.slots if program.made(slot.key)]
    assert made == [a.slot.key for a in program.assignments]
