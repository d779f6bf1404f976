"""The teacher's assignment file: what is asked, how it is marked, and the secret behind it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tracer.errors import DataError, TracerError, did_you_mean
from tracer.practice.answers.marks import Credit, Rules
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.exercise.recipe import raw_template
from tracer.practice.exercise.variants import Range, own_numbers, own_range, stated_range
from tracer.template.lessons import load_template
from tracer.template.source import read_toml
from tracer.template.template import Template
from tracer.wording import LANGUAGES
from tracer.wording.catalogue import FIRST
from tracer.workbook.plan.palette import PALETTES, TUTORIAL

SHORTEST_SECRET = 16


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "a text"


def _number(low: float, high: float) -> Any:
    def wrong(value: Any) -> str | None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if number and low <= value <= high else f"a number from {low:g} to {high:g}"

    return wrong


def _whole(low: int, high: int) -> Any:
    def wrong(value: Any) -> str | None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return None if whole and low <= value <= high else f"a whole number from {low} to {high:,}"

    return wrong


def _texts(value: Any) -> str | None:
    texts = isinstance(value, list) and all(isinstance(text, str) for text in value)
    return None if texts and value else "a list of texts"


def _one_of(names: Iterable[str]) -> Any:
    known = tuple(names)
    return lambda value: None if value in known else f"one of {', '.join(known)}"


def _truth(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _table(value: Any) -> str | None:
    return None if isinstance(value, dict) else "a table"


#: Every key of an assignment file, and what says why a value won't do.
KEYS = {
    "template": _text,
    "secret": _text,
    "iterations": _whole(1, 50),
    "blank": _texts,
    "share": _number(0, 1),
    "seed": _whole(0, 2**32 - 1),
    "round": _whole(0, 15),
    "due": _text,
    "lang": _one_of(LANGUAGES),
    "palette": _one_of(PALETTES),
    "rules": _table,
    "points": _table,
    "vary": _table,
    "grade": _table,
}
RULES = {
    "absolute": _number(0, 1e9),
    "relative": _number(0, 1),
    "fewest_digits": _whole(1, 15),
    "follows": _number(0, 1),
    "rounded": _number(0, 1),
    "formulas": _truth,
}
GRADE = {
    "name": _text,
    "out_of": _number(0, 1e6),
    "round_to": _number(0, 1e6),
}


@dataclass(frozen=True)
class Grading:
    """How points become a grade, and what its column is called in course systems.

    Points are scaled to `out_of`, then rounded to a multiple of `round_to`, halves up; 0 leaves
    that out. Neither is part of what students see, so both may change when answers are in.
    """

    name: str = ""
    out_of: float = 0.0
    round_to: float = 0.0


@dataclass(frozen=True)
class ClassAssignment:
    """An assignment: the exercise with the template's own numbers, and whose numbers differ how.

    Without ranges everyone has the template's numbers.
    """

    path: Path
    exercise: Exercise
    secret: str
    ranges: Mapping[str, Range]
    credit: Credit
    due: str = ""
    grading: Grading = Grading()

    @cached_property
    def id(self) -> str:
        """What the sheets call the assignment: another one where anything asked differs.

        Rules, points and words are no part of it: they may change when answers are in.
        """
        exercise = self.exercise
        raw = raw_template(exercise.template)
        words = ("title", "source", "about", "network", "loss", "metrics", "iterations")
        # A sentence that explains a step takes a row of the sheet, whatever it says.
        steps = [step | {"title": "", "explain": bool(step["explain"])} for step in raw["steps"]]
        numbers = {key: value for key, value in raw.items() if key not in words}
        said = {
            "template": numbers | {"steps": steps},
            "iterations": exercise.iterations,
            "choice": [list(exercise.choice.blank), exercise.choice.share, exercise.choice.seed],
            "round": exercise.decimals,
            "ranges": {name: [r.low, r.high, r.decimals] for name, r in self.ranges.items()},
        }
        if exercise.lang != FIRST:  # sheets' names and the places of blanks depend on it
            said["lang"] = exercise.lang
        text = "id|" + json.dumps(said, sort_keys=True)
        return hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:12]

    def exercise_of(self, student: str) -> Exercise:
        """Return the exercise with a student's numbers; without an id, the template's own."""
        if not student or not self.ranges:
            return self.exercise
        return own_numbers(self.exercise, self.ranges, self.secret, student)


def read_assignment(path: Path) -> ClassAssignment:
    """Return what an assignment file says.

    Raises TracerError with every fault of the file.
    """
    raw = read_toml(path)
    faults = [
        *_faults(raw, KEYS, ""),
        *(
            fault
            for table, known in (("rules", RULES), ("grade", GRADE))
            if isinstance(raw.get(table), dict)
            for fault in _faults(raw[table], known, f"{table}.")
        ),
    ]
    faults += [f"{key} is needed." for key in ("template", "secret") if key not in raw]
    if isinstance(raw.get("secret"), str) and len(raw["secret"]) < SHORTEST_SECRET:
        faults.append(f"the secret must have at least {SHORTEST_SECRET} characters.")
    if faults:
        raise DataError("\n".join(f"{path}: {fault}" for fault in faults))
    template = load_template(_template_name(raw["template"], path))
    rules = raw.get("rules", {})
    exercise = Exercise(
        template,
        raw.get("iterations", 1),
        BlankChoice(
            tuple(raw.get("blank", ("all",))), float(raw.get("share", 1.0)), raw.get("seed", 1)
        ),
        raw.get("round"),
        Rules(**{n: rules[n] for n in ("absolute", "relative", "fewest_digits") if n in rules}),
        live=True,
        lang=raw.get("lang", FIRST),
        palette=raw.get("palette", TUTORIAL.name),
    )
    try:
        exercise.checked()
    except TracerError as error:
        raise DataError(f"{path}: {error}") from None
    credit = Credit(
        **{name: rules[name] for name in ("follows", "rounded", "formulas") if name in rules},
        steps=_points(raw.get("points", {}), exercise, path),
    )
    ranges = _ranges(raw.get("vary"), template, path)
    grading = Grading(**raw.get("grade", {}))
    return ClassAssignment(
        path, exercise, raw["secret"], ranges, credit, raw.get("due", ""), grading
    )


def _template_name(name: str, path: Path) -> str:
    """Return where a template is: a path is meant from the assignment file's folder."""
    return str(path.parent / name) if name.endswith(".toml") else name


def _faults(table: Mapping[str, Any], known: Mapping[str, Any], prefix: str) -> list[str]:
    found = []
    for key, value in table.items():
        if key not in known:
            found.append(
                f"'{prefix}{key}' is not known.{did_you_mean(key, known)}"
                f" Known: {', '.join(known)}."
            )
        else:
            wanted = known[key](value)
            found += [f"{prefix}{key} must be {wanted}."] if wanted else []
    return found


def _points(raw: Mapping[str, Any], exercise: Exercise, path: Path) -> dict[str, float]:
    program = exercise.program
    asked = dict.fromkeys(
        program.steps[assignment.step].number
        for assignment in (*program.prepare, *program.iterate)
        if any(key == assignment.slot.key for _, key in exercise.asked)
    )
    wrong = _number(0, 1e6)
    for step, value in raw.items():
        if step not in asked:
            raise DataError(
                f"{path}: points.{step}: no step '{step}' has blanks;"
                f" those with blanks: {', '.join(asked)}."
            )
        if wrong(value):
            raise DataError(f"{path}: points.{step} must be {wrong(value)}.")
    return {step: float(value) for step, value in raw.items()}


def _ranges(raw: Mapping[str, Any] | None, template: Template, path: Path) -> dict[str, Range]:
    """Return the range of each quantity that differs: by default of every parameter."""
    known = {**template.given, **template.parameters}
    stated = dict.fromkeys(template.parameters, True) if raw is None else raw
    found = {}
    for name, value in stated.items():
        if name not in known:
            raise DataError(
                f"{path}: vary.{name} is neither given nor a parameter."
                f"{did_you_mean(name, known)} There are: {', '.join(known)}."
            )
        one = own_range(known[name]) if value is True else _stated(known[name], value)
        if value is not True and one is None:
            raise DataError(
                f"{path}: vary.{name} must be true or [lowest, highest], such as [0.1, 0.9]."
            )
        if one is not None:
            found[name] = one
    return found


def _stated(array: Any, value: Any) -> Range | None:
    wrong = _number(-1e9, 1e9)
    if not isinstance(value, list) or len(value) != 2 or any(wrong(bound) for bound in value):
        return None
    return stated_range(array, *value) if value[0] < value[1] else None


def new_assignment(template: str, exercise: Exercise, secret: str, due: str = "") -> str:
    """Return the text of a new assignment file, its settings explained."""
    rules, choice = exercise.rules, exercise.choice
    lines: Sequence[str] = [
        "# An assignment. Keep this file: with it the same sheets can be made and marked again.",
        f"template   = {_toml(template)}",
        f"secret     = {_toml(secret)}  # whoever knows it can compute every answer",
        f"iterations = {exercise.iterations}",
        f"blank      = {_toml(list(choice.blank))}",
        f"share      = {choice.share!r}  # of those cells, drawn with the seed",
        f"seed       = {choice.seed}",
        *([f"round      = {exercise.decimals}"] if exercise.decimals is not None else []),
        f"due        = {_toml(due)}",
        f"lang       = {_toml(exercise.lang)}  # the sheets' texts: {', '.join(LANGUAGES)}",
        f"palette    = {_toml(exercise.palette)}  # their colours: {', '.join(PALETTES)}",
        "",
        "# How near an answer must be, and what the other verdicts are worth (0 to 1).",
        "[rules]",
        f"absolute      = {rules.absolute!r}",
        f"relative      = {rules.relative!r}",
        f"fewest_digits = {rules.fewest_digits}  # of an answer rounded too much",
        "follows       = 1.0  # follows correctly from an earlier number that isn't right",
        "rounded       = 1.0  # right, but rounded to fewer decimals than wanted",
        "formulas      = true  # whether a number that a formula made counts",
        "",
        "# What a whole step is worth; in the others every blank is one point.",
        "[points]",
        "",
        "# The grade: its column's name; points scaled to out_of, rounded to multiples (0: not).",
        "# A name that Canvas knows ends with its number: Homework 1 (4711).",
        "[grade]",
        'name     = ""',
        "out_of   = 0",
        "round_to = 0",
        "",
        "# Which numbers every student has own ones of: true (like the template's), or a range.",
        "[vary]",
        *[f"{name} = true" for name in exercise.template.parameters],
        "",
    ]
    return "\n".join(lines)


def _toml(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
