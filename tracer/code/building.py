"""What was read of a program → a template, proved against the program's own numbers."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tracer.code.equations import Given
from tracer.code.steps import ReadStep
from tracer.code.values.faults import Refusal
from tracer.template.listing import Listing
from tracer.template.positions import Place
from tracer.template.read import template_of
from tracer.template.template import Template

Array = np.ndarray[Any, Any]


def raw_template(
    head: Mapping[str, Any],
    steps: list[ReadStep],
    parameters: Mapping[str, Array],
    givens: list[Given],
    history: Mapping[int, list[Any]],
) -> dict[str, Any]:
    """Return the content of a template file.

    `head` is what stands at its top. `history` has the givens that are other numbers in each
    iteration, by the numbers of their values. Raises Refusal where they can't be said.
    """
    constant = {g.name: np.asarray(g.real, float) for g in givens if g.value.number not in history}
    moving = {g.name: history[g.value.number] for g in givens if g.value.number in history}
    given, batch, renamed = _streams(constant, moving)
    return {
        **head,
        **({"batch": batch} if batch else {}),
        "given": {name: array.tolist() for name, array in given.items()},
        "parameters": {name: np.asarray(a).tolist() for name, a in parameters.items()},
        "steps": [
            {
                "title": step.title,
                "phase": step.phase,
                "equations": [_put_in(text, renamed) for text in step.equations],
                **({"explain": step.explain} if step.explain else {}),
            }
            for step in steps
        ],
    }


def _streams(
    constant: Mapping[str, Array], moving: Mapping[str, list[Any]]
) -> tuple[dict[str, Array], dict[str, Any] | None, dict[str, str]]:
    """Return the givens, the batch that lets some vary, and what stands for those in equations."""
    given: dict[str, Array] = dict(constant)
    if not moving:
        return given, None, {}
    sizes = {np.shape(v[0])[0] for v in moving.values() if np.ndim(v[0]) == 2}
    size = max(sizes) if sizes else 1
    renamed: dict[str, str] = {}
    of: list[str] = []
    cycle: dict[str, int] = {}
    for name, values in moving.items():
        given[name], form, rows = _stacked(values, size)
        renamed[name] = form.format(name)
        if rows == size and len(given[name]) > size:
            of.append(name)
        else:
            cycle[name] = rows
    # Samples go together: those of another number of rows come round by themselves.
    counts = {name: len(given[name]) for name in of}
    cycle |= {name: size for name, count in counts.items() if count != counts[of[0]]}
    of = [name for name in of if name not in cycle]
    batch = {"size": size, "of": of, **({"cycle": cycle} if cycle else {})}
    return given, batch, renamed


def _stacked(values: list[Any], size: int) -> tuple[Array, str, int]:
    """Return every iteration's numbers below each other, and how one's are said from its rows.

    The last is how many rows an iteration takes.
    """
    first = np.asarray(values[0], float)
    if first.ndim == 2 and first.shape[1] == size != first.shape[0]:
        return _shortest(np.concatenate([v.T for v in values]), size), "{}.T", size
    if first.ndim == 2:
        rows = first.shape[0]
        return _shortest(np.concatenate(values), rows), "{}", rows
    if first.ndim == 1 and len(first) == size > 1:
        return _shortest(np.concatenate(values), size), "{}", size
    if first.ndim == 1:
        return _shortest(np.array(values), 1), "{}[0]", 1
    if not first.ndim:
        return _shortest(np.array(values).reshape(-1, 1), 1), "{}[0, 0]", 1
    raise Refusal("an array of more than two dimensions that is another in each turn")


def _shortest(rows: Array, size: int) -> Array:
    """Return the rows until they begin again, where they do so to the end."""
    for count in range(size, len(rows) // 2 + 1):
        whole, rest = divmod(len(rows), count)
        if np.array_equal(np.concatenate([*[rows[:count]] * whole, rows[:rest]]), rows):
            return rows[:count]
    return rows


class _PutIn(ast.NodeTransformer):
    """Puts an expression in the place of a name."""

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed

    def visit_Name(self, node: ast.Name) -> ast.AST:
        form = self._renamed.get(node.id)
        return ast.parse(form, mode="eval").body if form else node


def _put_in(text: str, renamed: Mapping[str, str]) -> str:
    if not renamed:
        return text
    target, _, expression = text.partition(" = ")
    put = _PutIn(renamed)
    made = put.visit(ast.parse(expression, mode="eval")).body
    place = ast.parse(target, mode="eval").body
    if isinstance(place, ast.Subscript):
        # What is assigned keeps its name; where, labels may say.
        place.slice = put.visit(place.slice)
    return f"{ast.unparse(place)} = {ast.unparse(made)}"


def built(
    raw: dict[str, Any], path: Path, steps: list[ReadStep], helpers: list[int], text: Listing
) -> Template:
    """Return the template, each equation with the program's line. Raises TemplateError.

    `helpers` are the lines of its helpers.
    """
    lines: dict[Place, int] = {
        ("steps", number, "equations", place): line
        for number, step in enumerate(steps)
        for place, line in enumerate(step.lines)
    }
    lines |= {("helpers", number): line for number, line in enumerate(helpers)}
    made = template_of(raw, path, lines=lines)
    said = [replace(m, said=(m.said[0], s.where)) for m, s in zip(made.steps, steps, strict=True)]
    return replace(made, code=text, steps=tuple(said))


def difference(template: Template, turns: int, last: Mapping[str, Any]) -> float:
    """Return how far parameters are at most from the program's own after so many iterations.

    The difference is relative to the largest number of a parameter, or to 1.
    """
    from tracer.run.trace import trace_template

    trace = trace_template(template, turns, sheets=())
    worst = 0.0
    for name, real in last.items():
        slot = trace.program.newest(name)
        own = np.asarray(trace.value(slot, turns), float)
        size = max(1.0, float(np.max(np.abs(real), initial=0)))
        off = float(np.max(np.abs(own - np.reshape(real, own.shape)), initial=0)) / size
        if not off <= worst:
            worst = off
    return worst
