"""Makes workbooks that look for disagreement, has them computed anew, and compares every cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.disagreement.equations import Kind, Writer
from tests.spreadsheet import numbers, recalculated
from tests.workbook.engines import ENGINES, resaved_by_gnumeric, without_values
from tracer.errors import RunError, TemplateError
from tracer.run.last_bits import find_doubt
from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.read import read_template
from tracer.template.template import Template
from tracer.workbook.book import BookOptions, plan_book, write_book

ITERATIONS = 20
#: What is no difference: of the numbers' size, and of the size of what cancels.
SAME, CANCELLED = 1e-9, 1e-11


@dataclass(frozen=True)
class Difference:
    """A cell that a program computes otherwise than it was recorded."""

    engine: str
    path: Path
    cell: tuple[str, int, int]
    ours: object
    theirs: object


@dataclass
class Tally:
    """What a search has gone through, and what it found."""

    #: Equations by what became of them: written, refused, told to hang on last bits.
    equations: Counter[str] = field(default_factory=Counter)
    #: Cells compared, by engine.
    cells: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def __str__(self) -> str:
        cells = ", ".join(f"{count:,} cells by {name}" for name, count in self.cells.items())
        equations = ", ".join(f"{count:,} {what}" for what, count in self.equations.items())
        return f"{equations}; {cells}; {len(self.differences):,} differ"


def written(folder: Path, kind: Kind, seed: int, count: int, tally: Tally) -> Path | None:
    """Write a workbook of a kind with so many equations; None if all are refused or told."""
    writer = Writer(kind, seed)
    head, kept = writer.head(), list[str]()
    for _ in range(count):
        equation = writer.equation()
        trace = _trace(folder / "one.toml", head, [equation])
        if trace is None:
            tally.equations["refused"] += 1
        elif find_doubt(trace) is not None:
            tally.equations["told"] += 1
        else:
            tally.equations["written"] += 1
            kept.append(equation)
    path = folder / f"{kind.name}-{seed}.toml"
    trace = _trace(path, head, kept) if kept else None
    return None if trace is None else workbook(trace, path.with_suffix(".xlsx"))


def workbook(trace: ProgramTrace, path: Path) -> Path:
    """Write the workbook of a trace, its first and last iteration on sheets of their own."""
    write_book(plan_book(trace, BookOptions(sheets=[1, trace.iterations])), path, force=True)
    return path


def _trace(path: Path, head: str, equations: Sequence[str]) -> ProgramTrace | None:
    steps = "\n".join(
        f'[[steps]]\ntitle = "{text}"\nequations = ["q{n} = {text}"]'
        for n, text in enumerate(equations)
    )
    update = '[[steps]]\nphase = "update"\nequations = ["t = t + step"]'
    path.write_text(
        f'title = "Ties"\niterations = {ITERATIONS}\n{head}\n{steps}\n{update}\n', "utf-8"
    )
    try:
        return trace_template(read_template(path))
    except (RunError, TemplateError):
        return None


def traced(
    template: Template, iterations: int, tally: Tally, decimals: int | None = None
) -> ProgramTrace | None:
    """Return the trace of a network; None where it is refused or told to hang on last bits."""
    try:
        trace = trace_template(template, iterations, decimals=decimals, until_error=True)
    except RunError:
        tally.equations["refused"] += 1
        return None
    if find_doubt(trace) is not None:
        tally.equations["told"] += 1
        return None
    tally.equations["written"] += 1
    return trace


def compare(paths: Sequence[Path], out: Path, tally: Tally, sizes: Callable[[Path], float]) -> None:
    """Have workbooks computed anew by each program there is, and add what differs to the tally."""
    for engine, computed in _computed(paths, out):
        for path, theirs in zip(paths, computed, strict=True):
            ours = numbers(path)
            tally.cells[engine] += sum(isinstance(n, int | float) for n in ours.values())
            for cell, value in ours.items():
                if not _agree(value, theirs.get(cell), CANCELLED * sizes(path)):
                    tally.differences.append(
                        Difference(engine, path, cell, value, theirs.get(cell))
                    )


def _computed(
    paths: Sequence[Path], out: Path
) -> Iterator[tuple[str, list[Mapping[tuple[str, int, int], object]]]]:
    yield "LibreOffice", [numbers(path) for path in recalculated(paths, out)]
    if ENGINES["Gnumeric"].here:
        empty = [without_values(path, out / f"{path.stem}-empty.xlsx") for path in paths]
        saved = (resaved_by_gnumeric(p, p.with_suffix(".gnumeric.xlsx")) for p in empty)
        yield "Gnumeric", [numbers(path) for path in saved]


def _agree(ours: object, theirs: object, cancelled: float) -> bool:
    if isinstance(ours, str) or not isinstance(ours, int | float):
        # Spelled-out arithmetic and choices are other tests' business.
        return True
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return False
    return abs(ours - theirs) <= max(SAME * max(abs(ours), abs(theirs)), cancelled)
