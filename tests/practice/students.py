"""Students for tests: what each of them fills in, and the workbook with it filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl

from tracer.language.evaluate import evaluate
from tracer.language.expression import Name, SlotKey
from tracer.language.functions import Array
from tracer.practice.answers.answers import Answer, Answers
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.sheets.paper import layout
from tracer.program.model import Slot
from tracer.run.trace import trace_template
from tracer.template.read import template_of
from tracer.template.template import Template

SOFTMAX: dict[str, Any] = {
    "title": "Three classes, two at a time",
    "loss": "loss",
    "iterations": 2,
    "batch": {"size": 2, "of": ["X", "Y"]},
    "given": {
        "raw": [[1.0, 20.0], [2.0, 10.0], [3.0, 40.0]],
        "X": [[0.5, 1.5], [1.0, -0.5], [-1.5, 0.25]],
        "Y": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        "rate": 0.5,
    },
    "parameters": {"W": [[0.2, -0.4, 0.1], [0.3, 0.5, -0.6]], "b": [[0.1, 0.0, -0.1]]},
    "steps": [
        {"title": "Scale", "phase": "prepare", "equations": ["S = raw / max(raw, axis=0)"]},
        {"title": "Scores", "phase": "forward", "equations": ["Z = X @ W + b"]},
        {
            "title": "Probabilities",
            "phase": "forward",
            "equations": ["P = softmax(Z)", "loss = -sum(Y * log(P)) / len(X) + 0 * sum(S)"],
        },
        {"title": "Slopes", "phase": "backward", "equations": ["dZ = (P - Y) / len(X)"]},
        {
            "title": "Updates",
            "phase": "update",
            "equations": ["W -= rate * X.T @ dZ", "b -= rate * sum(dZ, axis=0, keepdims=True)"],
        },
    ],
}

#: 0 times what can't be calculated of a negative number, or of 0.
SPARED: dict[str, Any] = {
    "title": "Nothing times anything",
    "given": {"x": 0.5, "t": [0.0, 1.0], "one": 1.0},
    "steps": [
        {"equations": ["p = x * [1, 1]", "loss = -sum(t * log(p))", "root = sqrt(p[0]) * t[0]"]},
        {"equations": ["share = t[0] * (1 / p[0]) + t[1] * (1 / p[1])"]},
        {"equations": ["branch = where(p[0] > 0, log(p[0]), x)", "fails = one * log(p[0])"]},
    ],
}

#: What a student typed into a cell: a number, a text, nothing.
Typed = float | str | None
#: Every value of one student, by iteration and slot: object arrays.
Sheet = Mapping[tuple[int, SlotKey], np.ndarray]
Change = Callable[[int, SlotKey, Array], Array]


def spared() -> Template:
    """Return equations with 0 times what fails of some numbers."""
    return template_of(SPARED, Path("spared.toml"))


def adam() -> Template:
    """Return the same network with a derived backward pass and Adam."""
    scores, probabilities = SOFTMAX["steps"][1:3]
    loss = probabilities["equations"][1].replace(" + 0 * sum(S)", "")
    steps = [scores, {**probabilities, "equations": [probabilities["equations"][0], loss]}]
    raw = {**SOFTMAX, "steps": steps, "backward": "derived"}
    raw["optimizer"] = {"name": "adam", "rate": 0.1}
    return template_of(raw, Path("adam.toml"))


def softmax() -> Template:
    return template_of(dict(SOFTMAX), Path("softmax.toml"))


def exact(exercise: Exercise) -> dict[tuple[int, SlotKey], np.ndarray]:
    return {
        (i, key): np.asarray(exercise.trace.value(_slot(exercise, key), max(1, i)), object)
        for i, key in exercise.asked
    }


def _slot(exercise: Exercise, key: SlotKey) -> Slot:
    return next(slot for slot in exercise.program.slots if slot.key == key)


def calculated(exercise: Exercise, change: Change) -> dict[tuple[int, SlotKey], np.ndarray]:
    """Return what a student gets who goes on correctly after each change of a result.

    Whole equations over whole arrays, in NumPy, as an own small engine.
    """
    program, trace = exercise.program, exercise.trace
    own: dict[SlotKey, Array] = {
        s.key: trace.value(s, 1) for s in program.of_role("given", "parameter")
    }
    found = {}
    for iteration in range(exercise.iterations + 1):
        for slot in program.of_role("batch"):
            if iteration and program.batch and trace.record.schedule is not None:
                rows = trace.record.schedule[iteration - 1]
                own[slot.key] = np.take(own[program.whole(slot).key], rows, program.batch.axis)
        for assignment in program.iterate if iteration else program.prepare:

            def of(name: Name) -> Array:
                return own[name.id, name.version]

            slot = assignment.slot
            value = evaluate(assignment.equation.expression, of)
            own[slot.key] = value if exercise.live else trace.value(slot, max(1, iteration))
            if (iteration, slot.key) in exercise.asked:
                given = value if exercise.live else trace.value(slot, max(1, iteration))
                changed = change(iteration, slot.key, value.copy())
                own[slot.key] = np.where(exercise.asked[iteration, slot.key], changed, given)
                found[iteration, slot.key] = np.asarray(own[slot.key], object)
        for slot in program.of_role("parameter") if iteration else ():
            own[slot.key] = own[program.newest(slot.name).key]
    return found


def rounded_by_hand(exercise: Exercise, decimals: int) -> dict[tuple[int, SlotKey], np.ndarray]:
    """Return what a flawless student gets who rounds every result and goes on from there."""
    rough = trace_template(
        exercise.template,
        exercise.iterations,
        decimals=decimals,
        sheets=range(1, exercise.iterations + 1),
    )
    return {
        (i, key): np.asarray(rough.value(_slot(exercise, key), max(1, i)), object)
        for i, key in exercise.asked
    }


def answers(exercise: Exercise, sheet: Sheet) -> Answers:
    """Return what a student typed as the marker gets it."""
    made = []
    for (iteration, key), typed in sheet.items():
        number = np.vectorize(lambda x: isinstance(x, int | float), otypes=[bool])(typed)
        text = np.vectorize(lambda x: isinstance(x, str) and x.strip() != "", otypes=[bool])(typed)
        made.append(
            Answer(
                iteration,
                key,
                np.where(number, typed, np.nan).astype(float).reshape(typed.shape),
                exercise.asked[iteration, key],
                text,
                np.zeros(typed.shape, bool),
            )
        )
    return Answers(tuple(made))


def numbers(exercise: Exercise, sheet: Sheet, *, live: bool = False) -> OwnNumbers:
    """Return a student's own numbers; `live` as of OwnNumbers, whatever the exercise says."""
    return OwnNumbers(exercise.trace, answers(exercise, sheet), live)


def fill(
    exercise: Exercise, blank: Path, out: Path, sheet: Sheet, others: Mapping[str, str] = {}
) -> Path:
    """Type a student's numbers into a copy of a practice workbook."""
    book = openpyxl.load_workbook(blank)
    for block in layout(exercise):
        typed = sheet[block.iteration, block.slot.key]
        for place, index in block.cells():
            book[block.sheet].cell(place.row, place.column).value = typed[index]
    for address, text in others.items():
        title, _, cell = address.rpartition("!")
        book[title][cell] = text
    book.save(out)
    return out
