"""Equations → numbered steps, titled as the program titles them: by its comments and functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from tracer.code.equations import Stated
from tracer.code.record.graph import Value
from tracer.code.values.faults import Text
from tracer.wording import Said, load

_PHASES = {
    "forward": "Forward pass",
    "backward": "Backward pass",
    "update": "Update",
    "measure": "Loss",
}


@dataclass(frozen=True)
class ReadStep:
    """A step: its title, phase and equations, and the program's line of each."""

    title: str
    phase: str
    equations: tuple[str, ...]
    lines: tuple[int, ...]
    #: Where it stands in the program.
    where: Said | None

    @property
    def explain(self) -> str:
        """Where it stands in the program, in English; "" for a step that stands nowhere."""
        return load().say(self.where) if self.where else ""


def steps_of(
    lines: list[Stated], updated: set[str], loss: Value | None, text: Text, tree: ast.Module
) -> list[ReadStep]:
    """Return the equations as steps. `updated` are the parameters' names."""
    functions = _functions(tree)
    phases = list(_phases(lines, updated, loss))
    placed = [
        (phase, functions.get(line.line, ""), _comment(text, line.line), line)
        for phase, line in zip(phases, lines, strict=True)
    ]
    found: list[ReadStep] = []
    for (phase, function), group in groupby(placed, key=lambda p: (p[0], p[1])):
        found += _split(phase, function, list(group), text)
    return found


def _phases(lines: list[Stated], updated: set[str], loss: Value | None) -> Iterator[str]:
    behind = {v.number for v in loss.behind()} if loss is not None else set()
    changed = False
    for line in lines:
        if line.name in updated or line.name.removesuffix("_before") in updated:
            changed = changed or line.name in updated
            yield "update"
        elif line.value.number in behind:
            yield "measure" if changed else "forward"
        else:
            yield "backward" if behind else "forward"


def _split(
    phase: str, function: str, group: list[tuple[str, str, str, Stated]], text: Text
) -> Iterator[ReadStep]:
    """Yield a group's steps: each comment that stands above a line begins one."""
    current: list[Stated] = []
    title = ""
    for _, _, comment, line in group:
        if comment and current and comment != title:
            yield _step(title, phase, function, current, text)
            current = []
        title = comment or title
        current.append(line)
    yield _step(title, phase, function, current, text)


def _step(title: str, phase: str, function: str, lines: list[Stated], text: Text) -> ReadStep:
    numbers = sorted({line.line for line in lines if line.line})
    named = title or _spoken(function) or _PHASES[phase]
    return ReadStep(
        named,
        phase,
        tuple(line.text for line in lines),
        tuple(line.line for line in lines),
        _where(numbers, text),
    )


def _where(numbers: list[int], text: Text) -> Said | None:
    if not numbers:
        return None
    if numbers[0] == numbers[-1]:
        return Said("code.from_line", {"line": numbers[0], "file": text.name})
    said = {"first": numbers[0], "last": numbers[-1], "file": text.name}
    return Said("code.from_lines", said)


def _spoken(function: str) -> str:
    """Return a function's name as a title."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", function).replace("_", " ").split()
    return " ".join(words).capitalize() if words else ""


def _functions(tree: ast.Module) -> dict[int, str]:
    """Return the innermost function that each line stands in."""
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line] = node.name
    return found


def _comment(text: Text, line: int) -> str:
    """Return the comment directly above a line, as a title; "" where there is none."""
    said: list[str] = []
    above = line - 2
    while 0 <= above < len(text.lines) and text.lines[above].strip().startswith("#"):
        said.insert(0, text.lines[above].strip().lstrip("#").strip())
        above -= 1
    joined = " ".join(part for part in said if part)
    # Commented-out code is no title.
    if not joined or len(joined) > 100 or re.search(r"[=()\[\]]", joined):
        return ""
    return joined[0].upper() + joined[1:]
