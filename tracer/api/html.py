"""A trace in a notebook: an iteration's blocks in the article's colours, without any script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import numpy as np

from tracer.errors import TracerError
from tracer.language.functions import Array
from tracer.program.model import Assignment, Program, Slot
from tracer.run.trace import ProgramTrace
from tracer.wording import load
from tracer.workbook.plan.palette import TUTORIAL

#: Larger blocks, and more equations, are shown in part.
MOST_ROWS, MOST_COLUMNS, MOST_EQUATIONS = 6, 6, 40
#: Text on a coloured cell is dark, whatever the notebook's own colours are.
_CELL = "padding:1px 6px;border:1px solid #999;text-align:right;color:#111;background:{colour}"
# A name may be wider than its block.
_BLOCK = "display:inline-block;vertical-align:top;margin:2px 14px 8px 0"
_TABLE = "border-collapse:collapse;margin:0"
_OPERAND, _RESULT = (f"#{TUTORIAL.looks[role].fill}" for role in ("operand", "result"))


def trace_html(trace: ProgramTrace) -> str:
    """Return a trace as HTML: how its loss went, and its first iteration."""
    return iteration_html(trace, 1)


def iteration_html(trace: ProgramTrace, number: int) -> str:
    """Return an iteration as HTML: each equation with its operands in orange, its result yellow."""
    program, said = trace.program, load()
    heading = f"<b>{escape(trace.template.title)}</b>"
    lines = [f"<p>{heading}<br>{escape(_run(trace))}</p>"]
    lines.append(f"<p><b>{escape(said('sheets.iteration', number=str(number)))}</b></p>")
    made = program.iterate if number else program.prepare
    if not number:
        slots = program.of_role("given", "parameter")
        lines.append(_row(_block(trace, slot, 1, _OPERAND) for slot in slots))
    lines += [_equation(trace, one, max(1, number)) for one in made[:MOST_EQUATIONS]]
    if len(made) > MOST_EQUATIONS:
        lines.append(f"<p>… {len(made) - MOST_EQUATIONS:,}</p>")
    return f"<div>{''.join(lines)}</div>"


def _run(trace: ProgramTrace) -> str:
    count = load()("counts.iterations", count=trace.iterations)
    if trace.loss is None:
        return count
    first, last = trace.loss
    return f"{count}, {trace.program.loss} {first:z.6g} → {last:z.6g}"


def _equation(trace: ProgramTrace, assignment: Assignment, number: int) -> str:
    program = trace.program
    step = program.steps[assignment.step]
    title = load()("common.step_title", number=step.number, title=step.title)
    blocks = [_block(trace, slot, number, _OPERAND) for slot in _operands(program, assignment)]
    blocks.append(_block(trace, assignment.slot, number, _RESULT))
    return (
        f"<p style='margin:6px 0 2px'>{escape(title)}: <code>{escape(assignment.equation.text)}"
        f"</code></p>{_row(blocks)}"
    )


def _operands(program: Program, assignment: Assignment) -> list[Slot]:
    return list({slot.key: slot for slot in program.reads(assignment)}.values())


def _row(blocks: Iterable[str]) -> str:
    return f"<div style='overflow-x:auto;white-space:nowrap'>{''.join(blocks)}</div>"


def _block(trace: ProgramTrace, slot: Slot, number: int, colour: str) -> str:
    said = load()
    try:
        value = trace.value(slot, number)
    except (KeyError, TracerError):
        return ""
    name = f"{said.say(slot.label) or slot.name} [{said.size(slot.shape)}]"
    cell = f"<td style='{_CELL.format(colour=colour)}'>"
    rows = "".join(
        f"<tr>{''.join(f'{cell}{text}</td>' for text in row)}</tr>"
        for row in _shown(np.atleast_2d(value))
    )
    table = f"<table style='{_TABLE}'><tbody>{rows}</tbody></table>"
    return f"<div style='{_BLOCK}'><div>{escape(name)}</div>{table}</div>"


def _shown(value: Array) -> list[list[str]]:
    """Return numbers as texts; of a large block the first, and … for the others."""
    rows = [_line(row) for row in value[:MOST_ROWS]]
    if len(value) > MOST_ROWS:
        rows.append(["…"] * len(rows[0]))
    return rows


def _line(row: Array) -> list[str]:
    texts = [f"{number:z.4g}" for number in row[:MOST_COLUMNS].tolist()]
    return texts + ["…"] * (len(row) > MOST_COLUMNS)
