"""Pages with final numbers only: the mistake is found in the step that wasn't written down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import tracer
from tracer.api.traced import Trace
from tracer.commands.settings import changed as changed_by
from tracer.language.functions import Array
from tracer.practice.answers.answers import Answers, typed
from tracer.practice.answers.marks import Rules, Verdict
from tracer.practice.checking.checking import check_values
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.marking.marking import mark
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.mistakes import MISTAKES
from tracer.practice.mistakes import page as pages
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.carried import Carried, unwritten
from tracer.practice.mistakes.diagnosis import Diagnosis
from tracer.practice.mistakes.kinds import changed
from tracer.practice.mistakes.page import explained
from tracer.practice.mistakes.repeated import Repeated
from tracer.practice.mistakes.upstream import Allowance, Upstream
from tracer.program.model import Slot
from tracer.run.trace import trace_template
from tracer.template.lessons import load_template
from tracer.wording import load

Page = Mapping[str, Array]
#: What a page hands in of `ray`.
GRADIENTS = ("d_output", "d_hiddenlayer")
PARAMETERS = ("wout", "bout", "wh", "bh")
LAST = ("bh",)


def sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def page_of_ray(*slips: str) -> Page:
    """Calculate the first iteration of `ray` as the article does, with slips."""
    start = tracer.trace("ray", 1)
    x = np.array([[1.0, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
    y = np.array([[1.0], [1], [0]])
    wh, bh, wout, bout = (start.start(name)[0] for name in ("wh", "bh", "wout", "bout"))
    z = x @ wh + bh
    a = np.tanh(z) if "tanh" in slips else sigmoid(z)
    out = sigmoid(a @ wout + (0 if "bias" in slips else bout))
    error = out - y if "error" in slips else y - out
    slope_out = out * (1 - out)
    slope = z * (1 - z) if "slope of the sum" in slips else a * (1 - a)
    d_out = error if "slope" in slips else error * slope_out
    d_hidden = (d_out @ wout.T) * slope
    lr = 0.1
    return {
        "d_output": d_out,
        "d_hiddenlayer": d_hidden,
        "wout": wout + a.T @ d_out * lr,
        "bout": bout + d_out.sum(0, keepdims=True) * lr,
        "wh": wh + x.T @ d_hidden * lr,
        "bh": bh + d_hidden.sum(0, keepdims=True) * lr,
    }


OF_THE_SUM = (
    "hidden_layer_input in place of hiddenlayer_activations: the value before the activation:"
    " step 6, slope_hidden_layer"
)
TURNED = "the difference y - output is taken the other way round: step 5, E"
NO_SLOPE = "the slope slope_output_layer is left out"
#: Slips, what is handed in, decimals; for each wrong result, what is said of it.
PAGES: list[tuple[tuple[str, ...], tuple[str, ...], int, dict[str, str]]] = [
    (("slope of the sum",), PARAMETERS, 6, {"wh": OF_THE_SUM, "bh": OF_THE_SUM}),
    (("slope of the sum",), PARAMETERS, 4, {"wh": OF_THE_SUM, "bh": OF_THE_SUM}),
    (("slope of the sum",), GRADIENTS, 6, {"d_hiddenlayer": OF_THE_SUM}),
    (("slope of the sum",), LAST, 4, {"bh": OF_THE_SUM}),
    (("slope",), PARAMETERS, 6,
     dict.fromkeys(PARAMETERS, f"{NO_SLOPE}: step 7, d_output")),
    (("slope",), LAST, 6, {"bh": f"{NO_SLOPE}: step 7, d_output"}),
    (("slope",), ("d_hiddenlayer",), 4, {"d_hiddenlayer": f"{NO_SLOPE}: step 7, d_output"}),
    (("error",), PARAMETERS, 6, dict.fromkeys(PARAMETERS, TURNED)),
    (("tanh",), GRADIENTS, 6,
     dict.fromkeys(GRADIENTS, "tanh in place of sigmoid: step 3, hiddenlayer_activations")),
    (("bias",), PARAMETERS, 6,
     dict.fromkeys(PARAMETERS, "the bias bout is left out: step 4, output_layer_input")),
    # Two slips, one after the other.
    (("slope", "slope of the sum"), PARAMETERS, 6,
     {"wout": NO_SLOPE, "bout": NO_SLOPE, "wh": OF_THE_SUM, "bh": OF_THE_SUM}),
    (("slope", "slope of the sum"), GRADIENTS, 4,
     {"d_output": NO_SLOPE, "d_hiddenlayer": OF_THE_SUM}),
]  # fmt: skip


@pytest.mark.parametrize(("slips", "names", "decimals", "said"), PAGES)
def test_the_step_and_the_mistake_are_named(
    slips: tuple[str, ...], names: tuple[str, ...], decimals: int, said: dict[str, str]
) -> None:
    page = page_of_ray(*slips)
    values = {name: np.round(page[name], decimals) for name in names}
    report = check_values(load_template("ray"), values)
    found = {block.marked.answer.key[0]: block.diagnosis for block in report.wrong}
    assert set(found) == set(said)
    for name, words in said.items():
        diagnosis = found[name]
        assert diagnosis is not None
        every = [e.words(load()) for e in diagnosis.explanations]
        assert any(one.startswith(words) for one in every), (name, every)
        assert diagnosis.sureness == "almost_certainly" or names == LAST


def test_a_single_number_with_few_digits_is_no_proof() -> None:
    page = page_of_ray("slope")
    (block,) = tracer.check("ray", bout=np.round(page["bout"], 3)).wrong
    assert block.diagnosis is None or block.diagnosis.sureness == "possibly"


@pytest.mark.parametrize("decimals", [2, 3])
@pytest.mark.parametrize("kind", ["gradients", "parameters"])
def test_who_rounded_every_result_on_the_way_is_told_that_first(kind: str, decimals: int) -> None:
    """And nothing is sure that rounding explains."""
    template = load_template("loy")
    rounded = trace_template(template, 1, program=template.program(decimals=decimals))
    page = {
        s.name: rounded.value(rounded.program.at(s.key), 1)
        for s in handed_in(tracer.trace("loy", 1), kind)
    }
    found = [b.diagnosis for b in check_values(template, page).wrong if b.diagnosis]
    assert found
    for diagnosis in found:
        keys = {e.key for e in diagnosis.explanations}
        assert keys & {"rounded_on_the_way", "rounded_too_early"}, keys


@pytest.mark.parametrize(
    ("turn", "axis", "words"),
    [
        (1, 0, "the rows of numbers stand in other places: what belongs in row 1 stands in row 2"),
        (-1, 0, "the rows of numbers stand in other places: what belongs in row 2 stands in row 1"),
        (1, 1, "the columns of numbers stand in other places: what belongs in column 1 stands in"),
    ],
)
@pytest.mark.parametrize("name", ["hidden_layer_input", "d_hiddenlayer"])
def test_moved_numbers_are_told_as_that(name: str, turn: int, axis: int, words: str) -> None:
    moved = np.roll(tracer.trace("ray", 1)[name][0], turn, axis)
    (block,) = tracer.check("ray", **{name: np.round(moved, 6)}).wrong
    assert block.diagnosis is not None
    assert block.diagnosis.words(load()).startswith(words)


#: One number that few or many mistakes give: what is said of it, and that it is no diagnosis.
PERHAPS = [
    (0.6645, "each of these mistakes gives just that: a factor 4 too much: step 7, d_output; a",
     False),
    (0.6838, "row 3 of wh is used for all: step 2, hidden_layer_input", False),
    (0.69, "of the known mistakes give just that; write more digits", False),
    (0.6964, "with so few digits, other mistakes give just that, too: the sign of d_output", True),
]  # fmt: skip


@pytest.mark.parametrize(("number", "words", "diagnosed"), PERHAPS)
def test_what_may_be_chance_is_listed_as_that(number: float, words: str, diagnosed: bool) -> None:
    (block,) = tracer.check("ray", bout=[[number]]).wrong
    assert (block.diagnosis is not None) is diagnosed
    assert block.perhaps is not None
    assert words in block.perhaps.sentence(load())
    assert any(words in line for line in block.lines(load()))


def test_it_is_said_in_german() -> None:
    page = page_of_ray("slope of the sum")
    (block,) = tracer.check("ray", d_hiddenlayer=np.round(page["d_hiddenlayer"], 6)).wrong
    assert block.diagnosis is not None
    assert "Schritt 6, slope_hidden_layer" in block.diagnosis.sentence(load("de"))


def test_a_page_with_blanks_but_for_the_last_step() -> None:
    trace = tracer.trace("ray", 1)
    page = page_of_ray("slope of the sum")
    blank = [
        typed(1, a.slot.key, np.full(a.slot.shape, np.nan))
        for a in trace.program.iterate
        if a.slot.role == "computed"
    ]
    last = [typed(1, trace.program.newest(n).key, np.round(page[n], 6)) for n in PARAMETERS]
    numbers = OwnNumbers(trace, Answers((*blank, *last)))
    found = explained(numbers, mark(numbers, Rules(1e-6, 1e-6))).found
    assert {key[0] for _, key in found} == {"wh", "bh"}
    assert all(d.words(load()) == OF_THE_SUM for d in found.values())


def test_what_stands_on_the_sheet_is_no_step_to_slip_in() -> None:
    trace = tracer.trace("ray", 1)
    page = page_of_ray("slope of the sum")
    answers = Answers((typed(1, trace.program.newest("bh").key, np.round(page["bh"], 6)),))
    numbers = OwnNumbers(trace, answers)
    assert not unwritten(numbers, 1)
    assert not explained(numbers, mark(numbers, Rules(1e-6, 1e-6))).found


#: An equation of `ray`, what a student calculates in every iteration, what is said of it.
ALWAYS = [
    ("d_output = E * slope_output_layer", "d_output = E",
     "the slope slope_output_layer is left out, in every iteration: step 7, d_output"),
    ("E = y - output", "E = output - y",
     "the sign of d_output is turned, in every iteration: step 7, d_output"),
    ("wh = wh + X.T @ d_hiddenlayer * lr", "wh = wh + X.T @ d_hiddenlayer",
     "the learning rate lr is left out, in every iteration: step 10, wh (new)"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "words"), ALWAYS)
@pytest.mark.parametrize("iteration", [2, 9])
def test_a_mistake_made_in_every_iteration(
    right: str, wrong: str, words: str, iteration: int, tmp_path: Path
) -> None:
    text = load_template("ray").path.read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "slip.toml").write_text(text.replace(right, wrong), encoding="utf-8")
    slip = tracer.trace(str(tmp_path / "slip.toml"), iteration)
    last = {name: np.round(slip[name][-1], 6) for name in PARAMETERS}
    found = [block.diagnosis for block in tracer.check("ray", iteration=iteration, **last).wrong]
    assert len(found) == 4
    assert all(d is not None and words in d.words(load()) for d in found), found


def test_samples_in_turn_with_a_mistake_in_every_iteration() -> None:
    trace = tracer.trace("two-class-rows", 6)
    numbers = OwnNumbers(trace, Answers(()), live=True, loose=True)
    runs = Repeated(numbers, 6)
    for assignment in trace.program.iterate:  # with nothing changed it is the trace
        same = runs.with_equation(assignment, assignment.equation.expression)
        assert all(
            np.array_equal(values, trace.value(trace.program.at(key), 6))
            for key, values in same.items()
        )


@pytest.mark.parametrize("kind", ["gradients", "parameters"])
def test_the_lesson_s_own_numbers_in_every_step(kind: str) -> None:
    weights = ["wh=[[1,2,1],[0,1,3],[2,1,2],[1,0,1]]", "bh=[[0.3,0.2,0.7]]"]
    given = changed_by(load_template("ray"), [*weights, "wout=[[0.5],[0.2],[0.9]]"])
    printed = tracer.trace("ray", 1)
    page = {s.name: np.round(printed.value(s, 1), 5) for s in handed_in(printed, kind)}
    for block in check_values(given, page).wrong:
        assert block.diagnosis is not None
        assert "used instead of the given ones: wh, bh, wout" in block.diagnosis.words(load())


@pytest.mark.parametrize("name", ["hidden_layer_input", "output", "bh"])
def test_the_lesson_s_own_numbers_instead_of_the_given_ones(name: str) -> None:
    """Also where they were used in a step that wasn't written down."""
    given = changed_by(load_template("ray"), ["wh=[[1,2,1],[0,1,3],[2,1,2],[1,0,1]]"])
    printed = np.round(tracer.trace("ray", 1)[name][0], 6)
    first = check_values(given, {name: printed}).first_wrong
    assert first is not None
    assert first.diagnosis is not None
    assert "printed_numbers" in [e.key for e in first.diagnosis.explanations]


def test_a_student_with_own_numbers_who_uses_the_lesson_s() -> None:
    exercise = Exercise(load_template("ray")).with_numbers({"bh": np.array([[0.5, 0.25, 0.75]])})
    printed = exercise.printed
    assert printed is not None
    key = exercise.program.newest("hidden_layer_input").key
    answers = Answers((typed(1, key, printed.value(exercise.program.at(key), 1)),))
    numbers = OwnNumbers(exercise.trace, answers, printed=printed)
    (found,) = explained(numbers, mark(numbers, Rules(1e-6, 1e-6))).found.values()
    assert found.best.words(load()) == (
        "the lesson's own numbers are used instead of the given ones: bh"
    )
    assert Exercise(load_template("ray")).printed is None


CHAIN = """title = "A chain"
loss = "o"
backward = "derived"
[optimizer]
rate = 1.0
[given]
x = 0.8
[parameters]
u = 0.37
v = -0.62
w = 0.45
[[steps]]
title = "Neurons"
equations = ["p = u * x", "a = sigmoid(p)", "q = v * a", "b = sigmoid(q)", "o = sigmoid(w * b)"]
"""


def test_every_weight_of_a_chain_left_out(tmp_path: Path) -> None:
    (tmp_path / "chain.toml").write_text(CHAIN, encoding="utf-8")
    right = tracer.trace(str(tmp_path / "chain.toml"), 1)
    slip = right["gradient_u"][0] / (0.45 * -0.62)
    (block,) = tracer.check(str(tmp_path / "chain.toml"), gradient_u=np.round(slip, 12)).wrong
    assert block.diagnosis is not None
    words = block.diagnosis.words(load())
    assert "the factor w is left out" in words
    assert "the factor v is left out" in words
    assert block.diagnosis.sureness == "almost_certainly"


def test_a_large_network_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.round(page_of_ray("slope of the sum")["bh"], 6)
    monkeypatch.setattr(pages, "LARGEST", 10)
    (block,) = tracer.check("ray", bh=values).wrong
    assert block.diagnosis is None


def test_how_much_is_tried_is_bounded() -> None:
    trace = tracer.trace("ray", 1)
    page = page_of_ray("slope of the sum")
    answers = Answers((typed(1, trace.program.newest("bh").key, np.round(page["bh"], 6)),))
    numbers = OwnNumbers(trace, answers, live=True, loose=True)
    marks = mark(numbers, Rules(1e-6, 1e-6))
    carried = Carried(numbers, 1, unwritten(numbers, 1))
    key = trace.program.newest("bh").key
    assert Upstream(carried, marks.marked, Allowance()).found(key)
    assert not Upstream(carried, marks.marked, Allowance(left=0)).found(key)


# -- how many are found, how many are made up -------------------------------------------------


def handed_in(trace: Trace, kind: str) -> list[Slot]:
    """Return what a page has: the results that updates read, the updates, or the last of them."""
    program = trace.program
    updates = [a for a in program.iterate if a.slot.role == "updated"]
    if kind != "gradients":
        return [a.slot for a in (updates if kind == "parameters" else updates[-1:])]
    read = {slot.key: slot for a in updates for slot in program.reads(a)}
    return [
        slot
        for slot in read.values()
        if (step := program.step_of(slot.key)) is not None and step.phase == "backward"
    ]


def on_the_page(
    trace: Trace, page: Mapping[Slot, Array], decimals: int
) -> Mapping[Slot, Diagnosis] | None:
    """Return what is found on a page; None where nothing of it is wrong."""
    iteration = 1
    answers = Answers(
        tuple(typed(iteration, s.key, np.round(v, decimals)) for s, v in page.items())
    )
    numbers = OwnNumbers(trace, answers, live=True, loose=True)
    marks = mark(numbers, Rules(absolute=1.5 * 10.0**-decimals, relative=1e-6))
    if not any((m.verdicts == Verdict.WRONG).any() for m in marks.marked):
        return None
    found = explained(numbers, marks).found
    return {trace.program.at(key): one for (_, key), one in found.items()}


def named(lesson: str, kind: str, decimals: int, every: int) -> tuple[int, int]:
    """Make mistakes everywhere; return on how many pages they show, on how many one is named."""
    trace = tracer.trace(lesson, 1)
    numbers = OwnNumbers(trace, Answers(()), live=True, loose=True)
    carried = Carried(numbers, 1, unwritten(numbers, 1))
    pages = [
        (row.key, carried.with_change(assignment.slot.key, values))
        for assignment in trace.program.iterate
        for attempt in [Attempt(numbers, 1, assignment)]
        for row in MISTAKES
        if not row.typing
        for node, _ in changed(attempt, row)
        for values in attempt.results(node)
    ]
    slots = handed_in(trace, kind)
    shown = hits = 0
    for key, values in pages[::every]:
        page = {s: values.get(s.key, trace.value(s, 1)) for s in slots}
        found = on_the_page(trace, page, decimals)
        if found is not None:
            shown += 1
            hits += any(e.key == key for d in found.values() for e in d.explanations)
    return shown, hits


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "decimals", "share"), [("gradients", 6, 0.95), ("parameters", 6, 0.9)]
)
def test_mistakes_behind_what_is_handed_in_are_named(
    kind: str, decimals: int, share: float
) -> None:
    shown, hits = named("ray", kind, decimals, 15)
    assert shown > 20
    assert hits >= share * shown


@pytest.mark.parametrize("kind", ["gradients", "parameters", "last"])
def test_random_numbers_get_no_step(kind: str) -> None:
    rng = np.random.default_rng(5)
    trace = tracer.trace("ray", 1)

    def vary(values: Array) -> Array:
        return np.asarray(values * (1 + rng.normal(0, 0.3, values.shape)))

    blocks = made_up = 0
    for _ in range(6):
        page = {s: vary(trace.value(s, 1)) for s in handed_in(trace, kind)}
        found = on_the_page(trace, page, 4)
        blocks += len(page)
        made_up += len(found or {})
    assert blocks >= 6
    assert made_up <= 0.1 * blocks
