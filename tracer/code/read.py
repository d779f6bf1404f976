"""Reads a program: what it trains, as a template, and what is to be said of that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracer.code.building import built, difference, raw_template
from tracer.code.fitted import errors, fitting, for_people
from tracer.code.options import Options
from tracer.code.reading import Read, read_code
from tracer.code.record.places import text as place_text
from tracer.code.source import ProgramText, program_at
from tracer.code.steps import ReadStep, steps_of
from tracer.code.values.faults import Refusal
from tracer.language.expression import element_text
from tracer.template.template import Template

#: By how much the template's numbers may differ from the program's own, relatively.
NEAR = 1e-9
#: The same where the program itself rounds to seven digits.
NEAR_SINGLE = 1e-4


@dataclass(frozen=True, repr=False)
class ReadProgram:
    """A program as a template, and what was read of it; shows itself as what is told of it."""

    template: Template
    read: Read
    difference: float
    seed: int
    #: The loss that the updates follow, where the program computes none.
    fitted: str = ""

    @property
    def line(self) -> int:
        """The line of the loop that trains."""
        return self.read.loop.key[1]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is told of the reading."""
        return tuple(self.said())

    def __repr__(self) -> str:
        return "\n".join([f"{self.template!r}", *(f"  {line}" for line in self.said())])

    def said(self) -> list[str]:
        """Return what is told of the reading, line by line."""
        read = self.read
        text, names = read.text, read.equations.parameters
        parameters = [
            f"{name} ({place_text(path)})" if place_text(path) != name else name
            for path, name in names.items()
        ]
        shapes = {name: _size(read.first.starts[path]) for path, name in names.items()}
        listed = ", ".join(
            f"{said} {shapes[name]}" for said, name in zip(parameters, names.values(), strict=True)
        )
        where = text.where(read.loop.key[1])
        lines = [
            f"{where}: the loop that trains, {self.template.iterations:,} iterations",
            f"parameters: {listed}",
            _given(read),
            _loss(read, self.template, self.fitted),
        ]
        left = [f"{what} (line {', '.join(map(str, at[:5]))})" for what, at in read.left.items()]
        lines += [f"left out: {', '.join(left)}"] if left else []
        lines += [
            f"random numbers of {which} are drawn without a seed: ours is {self.seed}"
            for which in read.remarks
        ]
        lines += [
            f"never changed: {name}, though line {at} computes what should change it"
            for name, at in read.unchanged.items()
        ]
        lines += [f"not loaded by the program: --data {name}=…" for name in read.unused]
        digits = ", which it rounds to float32," if read.single else ""
        lines.append(
            f"after {read.turns:,} iterations its numbers are the program's own{digits}"
            f" (largest difference {self.difference:.1g})"
        )
        return lines


def _size(real: Any) -> str:
    shape = getattr(real, "shape", ())
    return f"[{' × '.join(map(str, shape))}]" if shape else "a number"


def _given(read: Read) -> str:
    listed = ", ".join(f"{g.name} {_size(g.real)}" for g in read.equations.givens.values())
    return f"given: {listed}" if listed else "nothing is given"


def _loss(read: Read, template: Template, fitted: str) -> str:
    if fitted:
        which = "none found in the file"
        if read.losses:
            which = f"{read.losses[0].name or 'what is shown'} is none"
        return f"loss: {which}; the updates follow the gradient of {fitted}"
    if template.loss is None:
        return "no loss was found in what the loop computes"
    line = read.losses[0].line
    return f"loss: {template.loss}" + (f" (line {line})" if line else "")


def read(source: Path | ProgramText, options: Options | None = None) -> ReadProgram:
    """Read a program, or the one at a path, as a template.

    Raises CodeError for what can't be read, at its line.
    """
    asked = options or Options()
    program = source if isinstance(source, ProgramText) else program_at(source, asked.call)
    made = _made(program, asked, every=False)
    if made.difference > NEAR:
        # What seemed to be alike in each turn isn't.
        made = _made(program, asked, every=True)
    _check_decisions(made)
    if made.difference > (NEAR_SINGLE if made.read.single else NEAR):
        line = made.read.loop.key[1]
        why = "Compute with float64: this program rounds to float32." if made.read.single else ""
        raise made.read.text.fault(
            line,
            0,
            f"what was read of this loop gives other numbers than the program"
            f" (by {made.difference:.1g})",
            why,
        )
    return made


def _check_decisions(made: ReadProgram) -> None:
    """Raise CodeError where the program decides by last bits, as no spreadsheet does."""
    from tracer.run.as_numpy import decided_otherwise, decides
    from tracer.run.trace import trace_template

    if not decides(made.template.program()):
        return
    trace = trace_template(made.template, made.read.turns, until_error=True)
    found = decided_otherwise(trace)
    step = None if found is None else trace.program.made(found.slot.key)
    if found is None or step is None:
        return
    what = element_text(found.slot.label, found.index)
    raise made.read.text.fault(
        trace.program.steps[step.step].line(step.place) or made.read.loop.key[1],
        0,
        f"{what} hangs on the last bits of nearly equal numbers: in iteration {found.iteration} it"
        f" is {found.there:.6g} in NumPy, and {found.here:.6g} in spreadsheets",
        "Compare with a margin, such as z > 0.3 + 1e-9.",
    )


def _made(program: ProgramText, options: Options, *, every: bool) -> ReadProgram:
    found = read_code(program, options, every=every)
    equations = found.equations
    names = equations.parameters
    loss = next(iter(found.losses), None)
    loss_name = next((line.name for line in equations.lines if line.value is loss), None)
    error = None
    if loss is None or for_people(loss):
        # The first difference of what is computed and what is given is the error.
        error = next(errors(found.first, found.alignment.moving), None)
    updated, seen = set(names.values()), loss if error is None else error.value
    steps = steps_of(equations.lines, updated, seen, found.text, found.tree)

    def build(steps: list[ReadStep], loss_name: str | None) -> Template:
        return _built(program.path, found, steps, loss_name)

    fitted = None if error is None else fitting(error, equations, steps, build)
    template = fitted[0] if fitted else build(steps, loss_name)
    last = {name: found.last[place] for place, name in names.items() if place in found.last}
    off = difference(template, found.turns, last)
    if options.iterations is not None and options.iterations < found.turns:
        # One iteration can't be told from what comes after it without the next.
        template = replace(template, iterations=options.iterations)
    return ReadProgram(template, found, off, options.seed, fitted[1] if fitted else "")


def _built(path: Path, found: Read, steps: list[ReadStep], loss: str | None) -> Template:
    """Return the template of steps, and of a loss by its name. Raises CodeError."""
    equations = found.equations
    helpers = [*equations.helpers.values()]
    head = {
        "title": _title(found, path),
        "source": found.text.name,
        "iterations": found.turns,
        **({"loss": loss} if loss else {}),
        **({"helpers": [said for said, _ in helpers]} if helpers else {}),
    }
    starts = {name: found.first.starts[place] for place, name in equations.parameters.items()}
    try:
        raw = raw_template(
            head, steps, starts, [*equations.givens.values()], found.alignment.varying
        )
    except Refusal as refusal:
        raise found.text.fault(found.loop.key[1], 0, refusal.what, refusal.advice) from None
    made = built(raw, path, steps, [line for _, line in helpers], found.text)
    return replace(made, unchanged=found.unchanged)


def _title(found: Read, path: Path) -> str:
    """Return the program's own title: its docstring's or first comment's first line."""
    import ast

    first = (ast.get_docstring(found.tree) or "").strip().split("\n")[0]
    if not first:
        above = (line.strip() for line in found.text.lines)
        comment = next((line for line in above if line and not line.startswith("#!")), "")
        first = comment.lstrip("# ").strip() if comment.startswith("#") else ""
    return first if 0 < len(first) <= 80 else path.stem


__all__ = ["Options", "ReadProgram", "ReadStep", "read"]
