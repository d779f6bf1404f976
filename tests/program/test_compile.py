from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tracer.errors import TemplateError
from tracer.language.expression import Shape, names
from tracer.program.compile import check
from tracer.program.model import Batch, Program, Slot, Step
from tracer.wording import load


def called(slot: Slot) -> str:
    return load().say(slot.label)


GIVEN: dict[str, Shape] = {"X": (3, 4), "y": (3, 1), "lr": ()}
PARAMETERS: dict[str, Shape] = {"w": (4, 1), "b": (1, 1)}


def checked(
    *equations: str | tuple[str, str],
    given: Mapping[str, Shape] = GIVEN,
    parameters: Mapping[str, Shape] = PARAMETERS,
    shows: Sequence[str] = (),
    **options: Any,
) -> Program:
    """Check steps of one equation each: `equation`, or `(phase, equation)`."""
    steps = []
    for number, item in enumerate(equations, 1):
        phase, text = item if isinstance(item, tuple) else ("forward", item)
        steps.append(Step(str(number), f"Title {number}", phase, (text,), tuple(shows)))
    return check(source="t.toml", steps=steps, given=given, parameters=parameters, **options)


def faults(*equations: str | tuple[str, str], **options: Any) -> str:
    """Return the text of everything that is wrong."""
    with pytest.raises(TemplateError) as caught:
        checked(*equations, **options)
    return str(caught.value)


def fault(step: int, message: str, equation: str, under: str, *more: str) -> str:
    """Write a fault as it must be shown, with the carets under the first such part of it."""
    carets = " " * equation.index(under) + "^" * len(under)
    head = f't.toml: step {step} "Title {step}": {message}.'
    return "\n".join([head, f"    {equation}", f"    {carets}", *(f"  {line}" for line in more)])


#: equation after `h = X @ w` → the whole text
FAULTS: dict[str, str] = {
    "z = hh + 1": fault(2, "'hh' is not known here", "z = hh + 1", "hh", "Did you mean h?"),
    "z = qqq + h": fault(
        2,
        "'qqq' is not known here",
        "z = qqq + h",
        "qqq",
        "Shapes: h is 3 × 1.",
        "Give it under [given] or [parameters], or compute it in an earlier step.",
    ),
    "z = sigmoyd(h)": fault(
        2,
        "'sigmoyd' is not a known function",
        "z = sigmoyd(h)",
        "sigmoyd(h)",
        "Did you mean sigmoid?",
    ),
    "z = sum(h, axes=0)": fault(
        2, "sum has no keyword 'axes' here", "z = sum(h, axes=0)", "0", "Leave it out."
    ),
    "z = 2 * (X @ h) - y": fault(
        2,
        "the inner sizes don't fit: 3 × 4 @ 3 × 1",
        "z = 2 * (X @ h) - y",
        "X @ h",
        "Shapes: X is 3 × 4, h is 3 × 1, y is 3 × 1.",
        "The left one's columns must be as many as the right one's rows."
        " Transposing the left one (.T) would make them fit.",
    ),
    "z = X.T * y * lr": fault(
        2,
        "the shapes don't fit: 4 × 3 and 3 × 1",
        "z = X.T * y * lr",
        "X.T * y",
        "Shapes: X is 3 × 4, y is 3 × 1, lr is number.",
        "Element by element, sizes must be equal or 1. For the matrix product write @.",
    ),
    "X = X * 2": fault(
        2,
        "'X' is given, and a step can't assign it",
        "X = X * 2",
        "X",
        "Shapes: X is 3 × 4.",
        "Give the result a name of its own, or move X to [parameters] if training changes it.",
    ),
    "np = h": fault(
        2, "'np' means NumPy and can't be assigned", "np = h", "np", "Shapes: h is 3 × 1."
    ),
    "z = h +": fault(
        2,
        "this can't be read: invalid syntax",
        "z = h +",
        "+",
        "Equations are written as in NumPy: hidden = sigmoid(X @ W + b)",
    ),
    "größe = ü + h": fault(
        2,
        "'ü' is not known here",
        "größe = ü + h",
        "ü",
        "Shapes: h is 3 × 1.",
        "Give it under [given] or [parameters], or compute it in an earlier step.",
    ),
    "w = sum(w * X.T, axis=1)": fault(
        2,
        "the new w is vector of 4, but it starts as 4 × 1",
        "w = sum(w * X.T, axis=1)",
        "w",
        "A parameter keeps its shape; a sum may need keepdims=True.",
    ),
    "z = zz": fault(2, "'zz' is not known here", "z = zz", "zz", "Did you mean z?"),
}


@pytest.mark.parametrize("equation", FAULTS)
def test_fault(equation: str) -> None:
    assert faults("h = X @ w", equation) == FAULTS[equation]


def test_a_name_used_before_anything_computes_it() -> None:
    assert faults("d = h * lr", "h = X @ w") == fault(
        1,
        "'h' is used before anything computes it (step 2 does, later)",
        "d = h * lr",
        "h",
        "Shapes: lr is number.",
        "Move this step down; or, if the value carries over from one iteration to the next,"
        " give h a start under [parameters].",
    )


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([("prepare", "w = X[:1].T")], "'w' is a parameter, and prepare steps run once"),
        ([("prepare", "z = X @ w")], "'w' is a parameter, and prepare steps run before there are"),
        ([("prepare", "z = X * 2"), "z = X"], "'z' was prepared once, and an iteration can't"),
        (["z = zeros_like(X.T @ X)[0, 7]"], "this index is outside a 4 × 4"),
        (["z = X[5:]"], "this slice of a 3 × 4 is empty"),
    ],
)
def test_fault_of_a_phase(steps: list[str | tuple[str, str]], message: str) -> None:
    assert message in faults(*steps)


#: what is said beside steps → the whole text
OTHERS: dict[str, tuple[dict[str, Any], str]] = {
    "no such loss": (
        {"loss": "los"},
        "the loss 'los' is not computed by any step. Did you mean loss?",
    ),
    "loss not a number": (
        {"loss": "h"},
        "the loss 'h' must be a single number, not 3 × 1: take its sum or mean.",
    ),
    "no such metric": (
        {"metrics": ["loss", "acuracy"]},
        "the metric 'acuracy' is not computed by any step. Did you mean accuracy?",
    ),
    "metric not a number": (
        {"metrics": ["X"]},
        "the metric 'X' must be a single number, not 3 × 4: take its sum or mean.",
    ),
    "batch of an unknown": (
        {"batch": Batch(1, ("XX",))},
        "batch: 'XX' is not given or prepared. Did you mean X?",
    ),
    "batch of a parameter": (
        {"batch": Batch(1, ("w",))},
        "batch: 'w' is a parameter; only data can be split.",
    ),
    "batch of a number": (
        {"batch": Batch(1, ("lr",))},
        "batch: lr is a number and can't be split.",
    ),
    "batch too large": (
        {"batch": Batch(4, ("X", "y"))},
        "batch: 4 samples at a time, but there are 3.",
    ),
    "batch of different lengths": (
        {"batch": Batch(1, ("X", "y"), axis=1)},
        "batch: the arrays must have equally many samples: X has 4, y has 1.",
    ),
    "batch cycles what it splits": (
        {"batch": Batch(1, ("X", "y"), cycle=(("y", 1),))},
        "batch: 'y' is both in of and in cycle.",
    ),
}


@pytest.mark.parametrize(
    "name",
    OTHERS,
)
def test_fault_beside_the_equations(name: str) -> None:
    options, message = OTHERS[name]
    text = faults("h = sum(X) * y", "loss = sum(h)", "accuracy = mean(y)", **options)
    assert f"t.toml: {message}" in text.splitlines()


def test_shows_an_unknown_name() -> None:
    assert faults("h = X @ w", shows=["X", "hh"]) == (
        "t.toml: step 1 \"Title 1\" shows 'hh', which is not known. Did you mean h?"
    )


def test_all_faults_are_reported_at_once() -> None:
    text = faults(
        "a = X @ X", "b2 = nothing + 1", "c = h ^ 2", "d = 1 +", loss="lost", helpers=["f(q) = r"]
    )
    assert text.count("t.toml") == 6
    for part in ("f(q) = r", "a = X @ X", "nothing", "^ is not a power", "d = 1 +", "'lost'"):
        assert part in text


def test_one_fault_does_not_cascade() -> None:
    text = faults(
        "h = X @ X",
        "z = sigmoid(h)",
        "E = y - z",
        "loss = sum(E)",
        ("update", "w = w - E"),
        "after = w * 2",
        loss="loss",
    )
    assert text.count("t.toml") == 1
    assert "h = X @ X" in text


def test_an_unreadable_equation_does_not_cascade() -> None:
    assert faults("h = X @@ w", "loss = sum(h)", loss="loss").count("t.toml") == 1


def test_a_shown_name_with_a_fault_does_not_cascade() -> None:
    assert faults("h = X @ X", shows=["h"]).count("t.toml") == 1


def test_a_name_used_in_its_own_first_equation() -> None:
    assert "Move this step down" not in faults("d = d + 1")


def test_a_fault_says_its_line() -> None:
    step = Step("1", "Title 1", "forward", ("h = X @ w", "h = X @ X"), lines=(16, 17))
    with pytest.raises(TemplateError) as caught:
        check(source="t.toml", steps=[step], given=GIVEN, parameters=PARAMETERS)
    assert str(caught.value).startswith('t.toml, line 17: step 1 "Title 1": the inner sizes')


def test_a_fault_in_a_helper() -> None:
    text = faults("h = f(X)", helpers=["f(a) = a ^ 2"])
    assert text.startswith(
        "t.toml: ^ is not a power here.\n    f(a) = a ^ 2\n           ^^^^^\n  Write **"
    )


def test_a_fault_inside_a_helpers_call_stands_at_the_call() -> None:
    text = faults("h = 1 + f(X)", helpers=["f(a) = a @ a"])
    assert text == fault(
        1,
        "the inner sizes don't fit: 3 × 4 @ 3 × 4",
        "h = 1 + f(X)",
        "f(X)",
        "Shapes: X is 3 × 4.",
        "The left one's columns must be as many as the right one's rows."
        " Transposing the right one (.T) would make them fit.",
    )


def test_a_result_too_large_for_memory() -> None:
    text = faults("h = X.T @ X", given={"X": (1, 20_000)})
    assert text == fault(
        1,
        "the result would have 400,000,000 elements, and at most 60,000,000 are computed",
        "h = X.T @ X",
        "X.T @ X",
        "Shapes: X is 1 × 20000.",
    )


class TestVersions:
    def test_a_computed_name_assigned_again(self) -> None:
        program = checked("d = X @ w", "d = d + 1", "d += 1", "e = d * 2")
        found = [(s.version, s.role, called(s)) for s in program.slots if s.name == "d"]
        assert found == [
            (0, "computed", "d (1)"),
            (1, "computed", "d (2)"),
            (2, "computed", "d (3)"),
        ]
        reads = [
            [(name.id, name.version) for name in names(a.equation.expression)]
            for a in program.iterate
        ]
        assert reads == [[("X", 0), ("w", 0)], [("d", 0)], [("d", 1)], [("d", 2)]]

    def test_a_parameter_after_its_update_is_the_new_one(self) -> None:
        program = checked("h = X @ w", ("update", "w = w * 2"), "z = X @ w")
        assert [(s.version, s.role, called(s)) for s in program.slots if s.name == "w"] == [
            (0, "parameter", "w"),
            (1, "updated", "w (new)"),
        ]
        reads = [name.version for a in program.iterate for name in names(a.equation.expression)]
        assert reads == [0, 0, 0, 0, 1]

    def test_a_parameter_updated_twice(self) -> None:
        program = checked(("update", "w = w * 2"), ("update", "w -= lr"))
        assert [called(s) for s in program.slots if s.name == "w"] == [
            "w",
            "w (new 1)",
            "w (new 2)",
        ]
        assert program.newest("w").version == 2

    def test_an_intermediate_update_may_have_another_shape(self) -> None:
        program = checked(("update", "w = X @ w"), ("update", "w = X.T @ w"))
        assert [s.shape for s in program.slots if s.name == "w"] == [(4, 1), (3, 1), (4, 1)]

    def test_a_batch_is_what_the_steps_see(self) -> None:
        program = checked("h = X @ w - y", batch=Batch(2, ("X", "y")))
        assert program.samples == 3
        assert [(s.shape, s.role, called(s)) for s in program.slots if s.name == "X"] == [
            ((3, 4), "given", "X"),
            ((2, 4), "batch", "X (batch)"),
        ]
        assert program.newest("h").shape == (2, 1)

    def test_a_batch_along_columns(self) -> None:
        program = checked("h = sum(X)", batch=Batch(1, ("X",), axis=1))
        assert program.newest("X").shape == (3, 1)
        assert program.samples == 4

    def test_prepared_values_come_first_wherever_they_stand(self) -> None:
        program = checked("h = Z @ w", ("prepare", "Z = X / 2"))
        assert [a.equation.target for a in program.prepare] == ["Z"]
        assert program.newest("Z").role == "prepared"


class TestLayout:
    def test_every_slot_has_its_place(self) -> None:
        program = checked(
            ("prepare", "Z = X / 2"),
            "h = Z @ w",
            "loss = sum(h)",
            ("update", "b = b * 2"),
            ("update", "w = w - b"),
            parameters={**PARAMETERS, "k": ()},
            loss="loss",
        )
        taken = sorted((s.offset, s.offset + s.size) for s in program.slots)
        assert taken[0][0] == 0
        assert all(a[1] == b[0] for a, b in itertools.pairwise(taken))
        assert taken[-1][1] == program.size
        first = program.record_from
        assert {s.name for s in program.slots if s.offset < first} == {"X", "y", "lr", "Z"}
        starts = [program.start(n) for n in ("w", "b")]
        ends = [program.newest(n) for n in ("w", "b")]
        assert [s.offset - first for s in starts] == [
            e.offset - (program.size - program.carried) for e in ends
        ]
        assert program.carried == 5

    def test_looking_things_up(self) -> None:
        program = checked("h = X @ w", "z = h", "h = z")
        assert program.quantities() == ("X", "y", "lr", "w", "b", "h", "z")
        assert [a.equation.text for a in program.results(1)] == ["z = h"]
        assert program.newest("h").version == 1
        assert program.start("h").version == 0
        assert [s.name for s in program.of_role("parameter", "given")] == ["X", "y", "lr", "w", "b"]
        with pytest.raises(KeyError, match="q"):
            program.newest("q")

    def test_a_parameter_that_no_step_changes_is_not_carried(self) -> None:
        assert checked("h = X @ w").carried == 0
