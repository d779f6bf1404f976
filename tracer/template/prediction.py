"""What a template says of its own answers: which array is the input, which the output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracer.data.keys import (
    Key,
    either,
    is_number,
    is_texts,
    is_whole,
    table,
    text,
    texts,
    truth,
    wanted,
)
from tracer.errors import TemplateError, did_you_mean
from tracer.language.expression import Shape, SlotKey
from tracer.program.model import Assignment, Program, Slot
from tracer.template.headings import class_names

#: How many rows can be typed.
MOST_ROWS = 20


def _text_or_texts(value: Any) -> bool:
    return isinstance(value, str) or (is_texts(value) and bool(value))


def _rows(value: Any) -> str | None:
    if not _matrix(value):
        return "equally long lists of numbers: rows = [[4, 8]]"
    return None if len(value) <= MOST_ROWS else f"at most {MOST_ROWS}"


PREDICT = table(
    "a key of predict",
    Key(
        "input",
        wanted('a name or a list of names: input = "…"', _text_or_texts),
        'the given array that holds the samples: `"X"`; or several given numbers that are one'
        ' sample together: `["x1", "x2"]`',
    ),
    Key(
        "output",
        wanted('a name or a list of names: output = "…"', _text_or_texts),
        'the computed quantity that is the answer; or several: `["out_y1", "out_y2"]`',
    ),
    Key(
        "samples",
        either("rows", "columns"),
        'where the samples of `input` lie: `"rows"` (default) or `"columns"`',
        "rows",
    ),
    Key(
        "rows",
        _rows,
        "the samples that Predict opens with, one a row: `[[4, 8]]` (default: the first of the"
        f" training samples); at most {MOST_ROWS}",
        (),
    ),
    Key(
        "wanted",
        wanted("a list of classes, 0, 1, …: wanted = [0, 2]", lambda value: _classes(value)),
        "the true class (0, 1, …) of each of `rows`, with which Predict compares its answer:"
        " `[0, 2]`",
        (),
    ),
    Key(
        "target",
        text("a name"),
        "the given array with the true class (0, 1, …) of each sample: Boundary marks the samples"
        " by it, Predict compares answers with it",
    ),
    Key(
        "threshold",
        wanted("a number", lambda value: _is_input(value)),
        "one output: class 1 if it is above this, else class 0",
    ),
    Key(
        "classes",
        truth(),
        "`true`: several outputs, and the largest says which class it is",
        False,
    ),
    Key(
        "names",
        texts(some=True),
        'what the classes are called: `["cat", "dog"]`',
        (),
    ),
)


@dataclass(frozen=True)
class Prediction:
    """The `[predict]` table: how new samples go in, and what their answers mean.

    `input` is one array with a sample in each row (or column), or single numbers that are
    one sample together. `target` is the given array with each sample's true class, `wanted`
    the classes of `rows`.
    """

    input: tuple[str, ...]
    output: tuple[str, ...]
    in_columns: bool = False
    rows: tuple[tuple[float, ...], ...] = ()
    wanted: tuple[int, ...] = ()
    target: str | None = None
    threshold: float | None = None
    classes: bool = False
    names: tuple[str, ...] = ()

    @property
    def axis(self) -> int:
        """The axis of the input along which the samples lie."""
        return 1 if self.in_columns else 0


def read_prediction(said: Mapping[str, Any], what: str) -> Prediction:
    """Return a sound `[predict]` table's content. Raises TemplateError with every fault."""
    faults = PREDICT.faults(said, "predict: ")
    faults += [
        f'predict: {key} must be a name or a list of names: {key} = "…".'
        for key in ("input", "output")
        if key not in said
    ]
    if said.get("classes") is True and "threshold" in said:
        faults.append("predict: give threshold (one output) or classes (several), not both.")
    if not faults and len(said.get("wanted", ())) not in (0, len(said.get("rows", ()))):
        faults.append("predict: wanted must have a class for each of rows.")
    if faults:
        raise TemplateError("\n".join(f"{what}: {fault}" for fault in faults))
    read = PREDICT.filled(said)
    threshold = read["threshold"]
    return Prediction(
        input=_texts(read["input"]),
        output=_texts(read["output"]),
        in_columns=read["samples"] == "columns",
        rows=tuple(tuple(float(n) for n in row) for row in read["rows"]),
        wanted=tuple(read["wanted"]),
        target=read["target"],
        threshold=None if threshold is None else float(threshold),
        classes=read["classes"],
        names=class_names(_texts(read["names"])),
    )


def written(prediction: Prediction) -> dict[str, Any]:
    """Return a `[predict]` table that reads as this one."""
    values = {
        "input": _one_or_list(prediction.input),
        "output": _one_or_list(prediction.output),
        "samples": "columns" if prediction.in_columns else "rows",
        "rows": [list(row) for row in prediction.rows] or None,
        "wanted": list(prediction.wanted) or None,
        "target": prediction.target,
        "threshold": prediction.threshold,
        "classes": prediction.classes,
        "names": list(prediction.names) or None,
    }
    return PREDICT.written(values)


def _one_or_list(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def _texts(value: str | Sequence[str]) -> tuple[str, ...]:
    """Return a text or a list of texts as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


def _is_input(value: Any) -> bool:
    return is_number(value) and abs(value) < 1e300


def _classes(value: Any) -> bool:
    return isinstance(value, list) and all(is_whole(item) and item >= 0 for item in value)


def _matrix(value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(row, list) and row and all(map(_is_input, row)) for row in value)
        and len({len(row) for row in value}) <= 1
    )


def check_prediction(prediction: Prediction, program: Program, what: str) -> None:
    """Raise TemplateError with every fault that the program's names and shapes show."""
    faults = _wrong_names(prediction, program)
    if not faults:
        faults = _wrong_shapes(prediction, program)
    if not faults:
        reached = {slot.name for slot in _behind(prediction, program).values()}
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


def path(prediction: Prediction, program: Program) -> list[Assignment]:
    """Return the assignments that lead to the outputs, in the order they are computed.

    It ends at parameters, also at updated ones: an answer uses the weights of one iteration.
    """
    behind = _behind(prediction, program)
    return [a for a in program.assignments if a.slot.key in behind and not _updated(a.slot)]


def _behind(prediction: Prediction, program: Program) -> Mapping[SlotKey, Slot]:
    outputs = (program.newest(name) for name in prediction.output)
    return program.behind(*outputs, ends=_updated)


def _updated(slot: Slot) -> bool:
    return slot.role == "updated"
