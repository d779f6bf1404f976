"""The teacher's assignment file: what is asked, how it is marked, and the secret behind it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tracer.code.load import load_template
from tracer.data.keys import (
    Key,
    KeyTable,
    number,
    one_of,
    subtable,
    table,
    text,
    texts,
    truth,
)
from tracer.errors import DataError, TracerError, did_you_mean
from tracer.practice.answers.marks import EACH, Credit, Rules
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.exercise.recipe import BOUNDS, RULE_BOUNDS, raw_template
from tracer.practice.exercise.variants import Range, own_numbers, own_range, stated_range
from tracer.template.lessons import is_path
from tracer.template.source import read_toml
from tracer.template.template import Template
from tracer.wording import LANGUAGES
from tracer.wording.catalogue import FIRST
from tracer.workbook.plan.palette import PALETTES, TUTORIAL

SHORTEST_SECRET = 16


#: Every key of an assignment file; what it says of itself stands beside it in a new one.
ASSIGNMENT = table(
    "known",
    Key("template", text(), ""),
    Key("secret", text(), "whoever knows it can compute every answer"),
    Key("iterations", BOUNDS["iterations"], "", 1),
    Key("blank", texts(some=True), "", ("all",)),
    Key("share", BOUNDS["share"], "of those cells, drawn with the seed", 1.0),
    Key("seed", BOUNDS["seed"], "", 1),
    Key("round", BOUNDS["round"], ""),
    Key("due", text(), "", ""),
    Key("lang", one_of(LANGUAGES), f"the sheets' texts: {', '.join(LANGUAGES)}", FIRST),
    Key("palette", one_of(PALETTES), f"their colours: {', '.join(PALETTES)}", TUTORIAL.name),
    Key("rules", subtable(), "", {}),
    Key("points", subtable(), "", {}),
    Key("vary", subtable(), ""),
    Key("grade", subtable(), "", {}),
)
RULES = table(
    "known",
    Key("absolute", RULE_BOUNDS["absolute"], ""),
    Key("relative", number(0, 1), ""),
    Key("fewest_digits", RULE_BOUNDS["fewest_digits"], "of an answer rounded too much"),
    Key("follows", number(0, 1), "follows correctly from an earlier number that isn't right", 1.0),
    Key("rounded", number(0, 1), "right, but rounded to fewer decimals than wanted", 1.0),
    Key("formulas", truth(), "whether a number that a formula made counts", True),
    Key("each", one_of(EACH), "what is worth one point: a result, or a blank", EACH[0]),
)
GRADE = table(
    "known",
    Key("name", text(), "", ""),
    Key("out_of", number(0, 1e6), "", 0),
    Key("round_to", number(0, 1e6), "", 0),
    Key("key", subtable(), ""),
)
POINTS, BOUND, PERCENT = number(0, 1e6), number(-1e9, 1e9), number(0, 100)
KEY_EXAMPLE = "{ A = 90, B = 80, C = 70, D = 60, F = 0 }"
#: Grades that a key may have, and how long their names may be.
MOST_GRADES, LONGEST_GRADE = 16, 12


@dataclass(frozen=True)
class Grading:
    """How points become a grade, and what its column is called in course systems.

    Points are scaled to `out_of`, then rounded to a multiple of `round_to`, halves up; 0 leaves
    that out. The `key` has grades, each with the per cent of the points from which it is given,
    the best first; without one it is what is usual in the language. None of this is part of what
    students see, so all may change when answers are in.
    """

    name: str = ""
    out_of: float = 0.0
    round_to: float = 0.0
    key: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class ClassAssignment:
    """An assignment: the exercise with the template's own numbers, and whose numbers differ how.

    Without ranges everyone has the template's numbers. `sheets_lang` is the language of the sheets
    that were handed out, where marks are told in another.
    """

    path: Path
    exercise: Exercise
    secret: str
    ranges: Mapping[str, Range]
    credit: Credit
    due: str = ""
    grading: Grading = Grading()
    sheets_lang: str = ""

    @cached_property
    def handed_out(self) -> Exercise:
        """The exercise in the language of the sheets."""
        return replace(self.exercise, lang=self.sheets_lang or self.exercise.lang)

    def told_in(self, lang: str) -> ClassAssignment:
        """Return the assignment with its marks told in a language; the sheets keep theirs."""
        exercise, sheets = replace(self.exercise, lang=lang), self.handed_out.lang
        return replace(self, exercise=exercise, sheets_lang=sheets)

    @cached_property
    def id(self) -> str:
        """What the sheets call the assignment: another one where anything asked differs.

        Rules, points and words are no part of it: they may change when answers are in.
        """
        return self._named({})

    @cached_property
    def everyones_id(self) -> str:
        """What the one sheet for everyone calls it, with the template's own numbers.

        It is another one where students have numbers of their own: with a sheet of those, nobody
        can claim to have had that one.
        """
        return self._named({"for": "everyone"}) if self.ranges else self.id

    def _named(self, more: Mapping[str, str]) -> str:
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
        if self.handed_out.lang != FIRST:  # sheets' names and the places of blanks depend on it
            said["lang"] = self.handed_out.lang
        text = "id|" + json.dumps({**said, **more}, sort_keys=True)
        return hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:12]

    def exercise_of(self, student: str) -> Exercise:
        """Return the exercise with a student's numbers; without one, the template's own."""
        if not student or not self.ranges:
            return self.exercise
        return own_numbers(self.exercise, self.ranges, self.secret, student)


def read_assignment(path: Path) -> ClassAssignment:
    """Return what an assignment file says.

    Raises TracerError with every fault of the file.
    """
    return assignment_of(read_toml(path), path)


def assignment_of(raw: Mapping[str, Any], path: Path) -> ClassAssignment:
    """Return the same of a file's content; paths in it are meant from the file's folder."""
    faults = ASSIGNMENT.faults(raw)
    for name, known in (("rules", RULES), ("grade", GRADE)):
        if isinstance(raw.get(name), dict):
            faults += known.faults(raw[name], prefix=f"{name}.")
    faults += [f"{key} is needed." for key in ("template", "secret") if key not in raw]
    if isinstance(raw.get("secret"), str) and len(raw["secret"]) < SHORTEST_SECRET:
        faults.append(f"the secret must have at least {SHORTEST_SECRET} characters.")
    if faults:
        raise DataError("\n".join(f"{path}: {fault}" for fault in faults))
    said = ASSIGNMENT.filled(raw)
    template = load_template(_template_name(said["template"], path))
    rules = said["rules"]
    exercise = Exercise(
        template,
        said["iterations"],
        BlankChoice(tuple(said["blank"]), float(said["share"]), said["seed"]),
        said["round"],
        Rules(**{n: rules[n] for n in ("absolute", "relative", "fewest_digits") if n in rules}),
        live=True,
        lang=said["lang"],
        palette=said["palette"],
    )
    try:
        exercise.checked()
    except TracerError as error:
        raise DataError(f"{path}: {error}") from None
    credit = Credit(
        **{n: rules[n] for n in ("follows", "rounded", "formulas", "each") if n in rules},
        steps=_points(said["points"], exercise, path),
    )
    ranges = _ranges(said["vary"], template, path)
    grading = Grading(**{**said["grade"], "key": _grade_key(said["grade"].get("key", {}), path)})
    return ClassAssignment(path, exercise, said["secret"], ranges, credit, said["due"], grading)


def _template_name(name: str, path: Path) -> str:
    """Return where a template is: a path is meant from the assignment file's folder."""
    return str(path.parent / name) if is_path(name) else name


def _grade_key(raw: Mapping[str, Any], path: Path) -> tuple[tuple[str, float], ...]:
    """Return the grades of a key, the best first."""
    for label, value in raw.items():
        if wanted := PERCENT(value):
            raise DataError(f"{path}: grade.key.{label} must be {wanted}: from how many per cent.")
        if not 0 < len(label.strip()) <= LONGEST_GRADE:
            raise DataError(f"{path}: grade.key: '{label}' must have 1 to {LONGEST_GRADE} letters.")
    if len(raw) > MOST_GRADES or len(set(raw.values())) < len(raw):
        raise DataError(
            f"{path}: grade.key: it must have at most {MOST_GRADES} grades, each from another"
            " per cent on."
        )
    ordered = sorted(raw.items(), key=lambda one: -one[1])
    return tuple((label.strip(), float(least)) for label, least in ordered)


def _points(raw: Mapping[str, Any], exercise: Exercise, path: Path) -> dict[str, float]:
    program = exercise.program
    asked = dict.fromkeys(
        program.steps[assignment.step].number
        for assignment in program.assignments
        if any(key == assignment.slot.key for _, key in exercise.asked)
    )
    for step, value in raw.items():
        if step not in asked:
            raise DataError(
                f"{path}: points.{step}: no step '{step}' has blanks;"
                f" those with blanks: {', '.join(asked)}."
            )
        if wanted := POINTS(value):
            raise DataError(f"{path}: points.{step} must be {wanted}.")
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
    if not isinstance(value, list) or len(value) != 2 or any(map(BOUND, value)):
        return None
    return stated_range(array, *value) if value[0] < value[1] else None


def new_assignment(template: str, exercise: Exercise, secret: str, due: str = "") -> str:
    """Return the text of a new assignment file, its settings explained."""
    rules, choice = exercise.rules, exercise.choice
    values = {
        "template": template,
        "secret": secret,
        "iterations": exercise.iterations,
        "blank": list(choice.blank),
        "share": choice.share,
        "seed": choice.seed,
        "round": exercise.decimals,
        "due": due,
        "lang": exercise.lang,
        "palette": exercise.palette,
    }
    marked = {name: getattr(rules, name) for name in ("absolute", "relative", "fewest_digits")}
    lines = [
        "# An assignment. Keep this file: with it the same sheets can be made and marked again.",
        *_lines(ASSIGNMENT, values),
        "",
        "# How near an answer must be, and what the other verdicts are worth (0 to 1).",
        "[rules]",
        *_lines(RULES, {**RULES.filled({}), **marked}),
        "",
        "# What a whole step is worth; in the others every result is one point (see each).",
        "[points]",
        "",
        "# The grade: its column's name; points scaled to out_of, rounded to multiples (0: not).",
        "# A name that Canvas knows ends with its number: Homework 1 (4711).",
        "[grade]",
        *_lines(GRADE, GRADE.filled({})),
        "# From how many per cent on which grade, in the gradebook; there the key can be changed.",
        f"# key = {KEY_EXAMPLE}",
        "",
        "# Which numbers every student has own ones of: true (like the template's), or a range.",
        "[vary]",
        *[f"{name} = true" for name in exercise.template.parameters],
        "",
    ]
    return "\n".join(lines)


def _lines(keys: KeyTable, values: Mapping[str, Any]) -> list[str]:
    """Return the lines of a table, each with what its key says of itself."""
    shown = {name: value for name, value in values.items() if value is not None}
    width = max(map(len, shown))
    says = {name: f"  # {keys.keys[name].says}" if keys.keys[name].says else "" for name in shown}
    return [f"{name:<{width}} = {_toml(value)}{says[name]}" for name, value in shown.items()]


def _toml(value: Any) -> str:
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
