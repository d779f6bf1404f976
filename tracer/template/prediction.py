"""What a template says of its own answers: which array is the input, which the output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracer.errors import TemplateError, did_you_mean
from tracer.language.expression import Shape, names
from tracer.program.model import Assignment, Program, Slot

KEYS = ("input", "output", "samples", "rows", "target", "threshold", "classes", "names")
#: How many rows can be typed.
MOST_ROWS = 20


@dataclass(frozen=True)
class Prediction:
    """The `[predict]` table: how new samples go in, and what their answers mean.

    `input` is one array with a sample in each row (or column), or single numbers that are
    one sample together. `target` is the given array with each sample's true class.
    """

    input: tuple[str, ...]
    output: tuple[str, ...]
    in_columns: bool = False
    rows: tuple[tuple[float, ...], ...] = ()
    target: str | None = None
    threshold: float | None = None
    classes: bool = False
    names: tuple[str, ...] = ()

    @property
    def axis(self) -> int:
        """The axis of the input along which the samples lie."""
        return 1 if self.in_columns else 0


def read_prediction(table: Mapping[str, Any], what: str) -> Prediction:
    """Return a sound `[predict]` table's content. Raises TemplateError with every fault."""
    faults = [
        f"'{key}' is not a key of predict.{did_you_mean(key, KEYS)} Known: {', '.join(KEYS)}."
        for key in table
        if key not in KEYS
    ]
    faults += [
        f'predict: {key} must be a name or a list of names: {key} = "…".'
        for key in ("input", "output")
        if not _texts(table.get(key))
    ]
    if table.get("samples", "rows") not in ("rows", "columns"):
        faults.append('predict: samples must be "rows" or "columns".')
    if not _matrix(table.get("rows", [])):
        faults.append("predict: rows must be equally long lists of numbers: rows = [[4, 8]].")
    elif len(table.get("rows", [])) > MOST_ROWS:
        faults.append(f"predict: rows can be at most {MOST_ROWS}.")
    if not isinstance(table.get("target", ""), str):
        faults.append("predict: target must be a name.")
    if not _number(table.get("threshold", 0)):
        faults.append("predict: threshold must be a number.")
    if not isinstance(table.get("classes", False), bool):
        faults.append("predict: classes must be true or false.")
    if table.get("classes") is True and "threshold" in table:
        faults.append("predict: give threshold (one output) or classes (several), not both.")
    if "names" in table and (not isinstance(table["names"], list) or not _texts(table["names"])):
        faults.append("predict: names must be a list of texts.")
    if faults:
        raise TemplateError("\n".join(f"{what}: {fault}" for fault in faults))
    threshold = table.get("threshold")
    return Prediction(
        input=_texts(table["input"]),
        output=_texts(table["output"]),
        in_columns=table.get("samples") == "columns",
        rows=tuple(tuple(float(n) for n in row) for row in table.get("rows", ())),
        target=table.get("target"),
        threshold=None if threshold is None else float(threshold),
        classes=table.get("classes", False),
        names=_texts(table.get("names", [])),
    )


def _texts(value: Any) -> tuple[str, ...]:
    """Return a text or a list of texts as a tuple; an empty one where it is neither."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return ()


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _matrix(value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(row, list) and row and all(map(_number, row)) for row in value)
        and len({len(row) for row in value}) <= 1
    )


def check_prediction(prediction: Prediction, program: Program, what: str) -> None:
    """Raise TemplateError with every fault that the program's names and shapes show."""
    faults = _wrong_names(prediction, program)
    if not faults:
        faults = _wrong_shapes(prediction, program)
    if not faults:
        reached = {slot.name for slot in reached_slots(prediction, program)}
        faults = [
            f"the output is not computed from the input '{name}'."
            for name in prediction.input
            if name not in reached
        ]
    if faults:
        raise TemplateError("\n".join(f"{what}: predict: {fault}" for fault in faults))


def _wrong_names(prediction: Prediction, program: Program) -> list[str]:
    given = [slot.name for slot in program.of_role("given")]
    computed = [assignment.slot.name for assignment in program.iterate]
    wanted = [*prediction.input, *([prediction.target] if prediction.target else [])]
    faults = [
        f"'{name}' is not given.{did_you_mean(name, given)}" for name in wanted if name not in given
    ]
    return faults + [
        f"the output '{name}' is not computed by a step of an iteration."
        + did_you_mean(name, computed)
        for name in prediction.output
        if name not in computed
    ]


def _wrong_shapes(prediction: Prediction, program: Program) -> list[str]:
    shapes = [program.start(name).shape for name in prediction.input]
    if len(shapes) > 1 and any(shapes):
        return ["several inputs must be single numbers; else name one array."]
    if len(shapes[0]) == 1 and prediction.in_columns:
        return [f"'{prediction.input[0]}' is a vector: its samples lie in rows."]
    faults = []
    wanted = features(prediction, shapes[0])
    if any(len(row) != wanted for row in prediction.rows):
        faults.append(f"each of rows must have {wanted} numbers, one for each input.")
    if prediction.target is not None:
        size, samples = program.start(prediction.target).size, _samples(prediction, shapes[0])
        if size != samples:
            faults.append(
                f"the target '{prediction.target}' has {size} numbers for {samples} samples."
            )
    return faults


def features(prediction: Prediction, shape: Shape) -> int:
    """Return how many numbers one sample has."""
    if len(shape) < 2:
        return len(prediction.input) if not shape else 1
    return shape[1 - prediction.axis]


def _samples(prediction: Prediction, shape: Shape) -> int:
    return shape[prediction.axis] if shape else 1


def reached_slots(prediction: Prediction, program: Program) -> list[Slot]:
    """Return what the outputs are computed from, back to givens and parameters."""
    return [slot for slot, _ in _walk(prediction, program)]


def path(prediction: Prediction, program: Program) -> list[Assignment]:
    """Return the assignments that lead to the outputs, in the order they are computed.

    The walk ends at parameters, also at updated ones: an answer uses the weights of one
    iteration.
    """
    needed = {assignment.slot.key for _, assignment in _walk(prediction, program) if assignment}
    return [a for a in (*program.prepare, *program.iterate) if a.slot.key in needed]


def _walk(prediction: Prediction, program: Program) -> Sequence[tuple[Slot, Assignment | None]]:
    made = {a.slot.key: a for a in (*program.prepare, *program.iterate)}
    whole = {slot.key: slot for slot in program.slots}
    found: dict[tuple[str, int], tuple[Slot, Assignment | None]] = {}
    waiting = [program.newest(name) for name in prediction.output]
    while waiting:
        slot = waiting.pop()
        if slot.key in found:
            continue
        assignment = made.get(slot.key) if slot.role != "updated" else None
        found[slot.key] = slot, assignment
        if assignment is not None:
            waiting += [program.slot(name) for name in names(assignment.equation.expression)]
        elif slot.role == "batch":
            waiting.append(whole[slot.name, slot.version - 1])
    return list(found.values())
