"""What a practice sheet was made from, as text in the file: enough to mark it, and no answer.

A self-study sheet carries its whole template, so that marking it needs nothing else. An
assignment carries only its own name and the student's id: the teacher's file has the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tracer.data.keys import number, whole
from tracer.errors import DataError, TracerError
from tracer.practice.answers.marks import Rules
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.template.batches import written
from tracer.template.read import template_of
from tracer.template.template import Template
from tracer.template.write import step_table
from tracer.version import __version__
from tracer.wording import LANGUAGES, load
from tracer.wording.catalogue import FIRST
from tracer.workbook.plan.palette import PALETTES, TUTORIAL

VERSION = 1
#: Where the recipe stands on its sheet: pieces of text, one below the other.
FIRST_ROW, COLUMN = 4, 1
PIECE = 8_000
LARGEST = 4_000_000
#: What an assignment's file may say of an exercise, and a sheet's recipe as well.
BOUNDS = {
    "iterations": whole(1, 50),
    "share": number(0, 1),
    "seed": whole(0, 2**32 - 1),
    "round": whole(0, 15),
}
RULE_BOUNDS = {
    "absolute": number(0, 1e9),
    "relative": number(0, 1e9),
    "fewest_digits": whole(1, 15),
}
Kind = Literal["self-study", "assignment"]


@dataclass(frozen=True)
class Recipe:
    """What the file says of itself; `exercise` is there for self-study only."""

    kind: Kind
    exercise: Exercise | None = None
    assignment: str = ""
    student: str = ""


def recipe_text(recipe: Recipe) -> str:
    """Return a recipe as JSON in plain ASCII; the same recipe gives the same text."""
    said: dict[str, Any] = {"version": VERSION, "kind": recipe.kind}
    exercise = recipe.exercise
    if recipe.kind == "assignment" or exercise is None:
        said |= {"assignment": recipe.assignment, "student": recipe.student}
    else:
        said |= {
            "made by": f"step-tracer {__version__}",
            "name": exercise.template.name,
            "iterations": exercise.iterations,
            "blank": list(exercise.choice.blank),
            "share": exercise.choice.share,
            "seed": exercise.choice.seed,
            "round": exercise.decimals,
            "rules": asdict(exercise.rules),
            "lang": exercise.lang,
            "palette": exercise.palette,
            "template": raw_template(exercise.template),
        }
    return json.dumps(said, separators=(",", ":"))


def pieces(text: str) -> list[str]:
    """Return a recipe's text cut to what a cell can hold."""
    return [text[i : i + PIECE] for i in range(0, len(text), PIECE)]


def read_recipe(text: str) -> Recipe:
    """Return the recipe that a file's text says.

    Raises TracerError for a text that is none, or that asks for what no recipe may.
    """
    if len(text) > LARGEST:
        raise DataError("what the sheet was made from is too long to be one of ours.")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise DataError("what the sheet was made from can't be read: it was changed.") from None
    if not isinstance(said, dict) or said.get("version") != VERSION:
        raise DataError("the sheet was made by another version of the tracer, or by none.")
    if said.get("kind") == "assignment":
        named, student = (str(said.get(key) or "") for key in ("assignment", "student"))
        return Recipe("assignment", None, named, student)
    try:
        return Recipe("self-study", _exercise(said))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise DataError("what the sheet was made from can't be read: it was changed.") from None


def _exercise(said: Mapping[str, Any]) -> Exercise:
    raw = dict(said["template"])
    for table in ("given", "parameters"):
        if any(isinstance(value, dict) for value in raw.get(table, {}).values()):
            raise TypeError("a recipe holds numbers, never where to find them")
    made_from = Path(load()("practice.recipe"))  # what messages name in place of a folder
    template = template_of(raw, made_from / f"{Path(str(said['name'])).name}.toml")
    rules = {**said["rules"]}
    kept = {name: rule for name, rule in BOUNDS.items() if (name, said[name]) != ("round", None)}
    bounded = [(said[name], rule) for name, rule in kept.items()]
    bounded += [(rules[name], rule) for name, rule in RULE_BOUNDS.items()]
    if any(rule(value) for value, rule in bounded):
        raise ValueError("a number beyond its bounds")
    return Exercise(
        template,
        iterations=said["iterations"],
        choice=BlankChoice(tuple(map(str, said["blank"])), float(said["share"]), said["seed"]),
        decimals=said["round"],
        rules=Rules(float(rules["absolute"]), float(rules["relative"]), rules["fewest_digits"]),
        lang=_one_of(LANGUAGES, said.get("lang", FIRST)),
        palette=_one_of(PALETTES, said.get("palette", TUTORIAL.name)),
    )


def _one_of(known: Iterable[str], value: object) -> str:
    """Return a name that is known; sheets made before there was a choice say none."""
    if value not in set(known):
        raise ValueError(value)
    return str(value)


def raw_template(template: Template) -> dict[str, Any]:
    """Return what of a template a sheet is made from, with every number and key written out."""
    said = {key: getattr(template, key) for key in ("title", "source", "about", "network", "loss")}
    raw = {key: text for key, text in said.items() if text or key == "title"}
    raw["iterations"] = template.iterations
    raw["metrics"], raw["helpers"] = list(template.metrics), list(template.helpers)
    if template.batch is not None:
        raw["batch"] = written(template.batch)
    raw["given"] = {name: array.tolist() for name, array in template.given.items()}
    raw["parameters"] = {name: array.tolist() for name, array in template.parameters.items()}
    raw["steps"] = list(map(step_table, template.steps))
    return raw


def joined(texts: Sequence[str]) -> str:
    """Return the recipe's text from the pieces that stand in a file."""
    return "".join(texts)


def check_readable(recipe: Recipe) -> None:
    """Raise TracerError unless a recipe reads back as what it says: a sheet must be markable."""
    again = read_recipe(recipe_text(recipe))
    same = recipe_text(again) == recipe_text(recipe)
    if recipe.exercise is not None and again.exercise is not None:
        # A text that lost something reads back as itself; what it computes tells.
        same = same and _computed(again.exercise) == _computed(recipe.exercise)
    if not same:
        raise TracerError("this template can't be written into a practice sheet.")


def _computed(exercise: Exercise) -> tuple[object, ...]:
    """Return all that a template's program is made of."""
    template = exercise.template
    return (
        template.batch,
        template.loss,
        template.metrics,
        template.helpers,
        [(step.number, step.phase, step.equations, step.shows) for step in template.steps],
        {name: array.tolist() for name, array in template.given.items()},
        {name: array.tolist() for name, array in template.parameters.items()},
    )
