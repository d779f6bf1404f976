"""The command `tracer trace`: read the options, call one function, print."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.commands.default_folder import OUTPUTS, default_folder
from tracer.commands.options import (
    DECIMALS,
    SEEDS,
    call_option,
    complete_template,
    data_files,
    flag,
    lang_option,
    loop_option,
    option,
    outside_option,
    palette_option,
    path_option,
    quiet_option,
)
from tracer.commands.sheet_list import parse_sheets
from tracer.commands.streams import complain, say
from tracer.commands.written import USUAL, WRITTEN, kinds
from tracer.errors import OutputError, RunError, TracerError
from tracer.paths import exists, is_folder
from tracer.wording.catalogue import FIRST
from tracer.workbook.plan.palette import TUTORIAL

if TYPE_CHECKING:
    from tracer.run.trace import ProgramTrace
    from tracer.template.template import Template
    from tracer.workbook.book import BookOptions


def _folder(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> Path | None:
    """Return the folder of --data; files of a program's that are named there are noted."""
    named = [one for one in given if "=" in one and not is_folder(Path(one))]
    if named:
        from tracer.code.options import reading_as

        ctx.with_resource(reading_as(data=data_files(named)))
    folders = [Path(one) for one in given if one not in named]
    return folders[-1] if folders else None


#: A run with at least this many numbers shows a progress bar.
LONG_RUN = 2_000_000


@dataclass(frozen=True)
class TraceOptions:
    """The options of `tracer trace` as typed; `None` were not."""

    output: Path | None
    iterations: int | None
    sheets: str | None
    settings: Sequence[str]
    seed: int | None
    rounding: int | None
    decimals: int | None
    lang: str | None
    palette: str | None
    data_folder: Path | None
    until_error: bool
    force: bool
    quiet: bool


@click.command()
@click.argument("template", shell_complete=complete_template)
@path_option(
    "-o --output",
    f"Where to write; the suffix decides: {kinds('{output.suffix} {output.words}', ', ')}."
    f"  [default: outputs/TEMPLATE{USUAL}]",
)
@option(
    "-n --iterations",
    "N",
    "How many iterations.  [default: the template's]",
    click.IntRange(min=1),
)
@option(
    "--sheets",
    "LIST",
    "Which iterations get a sheet of their own, such as 1-3,10,last, all or none."
    "  [default: all up to 5, else the first three and the last]",
)
@option(
    "--set settings",
    "NAME=VALUE",
    "Another value for a given or a starting parameter: lr=1 or"
    " wout=[[0.1],[0.2],[0.3]]. Repeatable.",
    multiple=True,
)
@option("--seed", "N", "Another seed for every random array.", SEEDS)
@option(
    "--round rounding",
    "N",
    "Round every result to N decimals, as one does by hand: in the numbers and in the formulas.",
    DECIMALS,
)
@option(
    "--decimals",
    "N",
    "Decimals shown; more where a change would not be seen otherwise.  [default: the template's,"
    " or 3]",
    click.IntRange(0, 12),
)
@lang_option("the workbook's")
@palette_option("The workbook's")
@option(
    "--data data_folder",
    "FOLDER",
    "A folder with full MNIST files (IDX, also gzipped), for lessons that read some. Of a program"
    " NAME=FILE: what it loads, by the variable's or the file's name.",
    multiple=True,
    callback=_folder,
)
@loop_option
@call_option
@outside_option
@flag("--until-error", "If a number stops being finite, write the iterations before that.")
@flag("--force", "Replace the output if it exists.")
@quiet_option
def trace(template: str, **typed: Any) -> None:
    """Run a template and write its workbook (or its numbers as CSV).

    TEMPLATE is a lesson's name ('tracer templates' lists them), the path of a .toml file, or a
    NumPy program or notebook of your own ('tracer read' says what is understood of it).

    \b
    tracer trace ray
    tracer trace ray -n 5000 --sheets 1-3,10,last --set lr=1 -o big.xlsx
    tracer trace ray -o ray.csv
    tracer trace my-own.toml
    tracer trace net.py
    """
    from tracer.atomic import check_inputs, check_output
    from tracer.code.load import load_template
    from tracer.commands.settings import changed
    from tracer.template.lessons import find_template
    from tracer.workbook.book import BookOptions
    from tracer.workbook.plan.looks import check_looks

    options = TraceOptions(**typed)
    lang, palette = options.lang or FIRST, options.palette or TUTORIAL.name
    target = _target(options.output, find_template(template))
    check_looks(lang, palette)
    if options.data_folder is not None and not is_folder(options.data_folder):
        raise TracerError(f"--data: {options.data_folder} is not a folder.")
    loaded = load_template(template, seed=options.seed, data_folder=options.data_folder)
    if options.output is not None or exists(OUTPUTS):
        check_inputs([target], loaded.files)
        check_output(target, force=options.force)
    loaded = changed(loaded, options.settings)
    count = loaded.iterations if options.iterations is None else options.iterations
    chosen = parse_sheets(options.sheets, count)
    made = _run(loaded, count, chosen, options)
    if made.iterations < count:
        chosen = None if chosen is None else [k for k in chosen if k <= made.iterations]
    report = _write(made, target, BookOptions(chosen, options.decimals, lang, palette), options)
    if not options.quiet:
        say(report)


def _target(output: Path | None, template: Path) -> Path:
    if output is None:
        return OUTPUTS / f"{template.stem}{USUAL}"
    if output.suffix.lower() not in WRITTEN:
        known = kinds("{output.suffix} ({output.noun})", " or ")
        raise OutputError(f"{output}: the name must end in {known}.")
    return output


def _run(
    template: Template, iterations: int, sheets: Sequence[int] | None, options: TraceOptions
) -> ProgramTrace:
    from tracer.commands.stopping import stoppable
    from tracer.run.trace import trace_template

    program = template.program(decimals=options.rounding)
    shown = program.size * iterations >= LONG_RUN and not options.quiet
    with (
        _bar(iterations, f"Tracing {template.name}", shown=shown) as (
            bar,
            label,
        ),
        stoppable(lambda text: complain(f"\n{text}")) as stop,
    ):

        def progress(done: int, loss: float | None) -> None:
            if loss is not None:
                label(f"loss {loss:z.6g}")
            bar(done)

        try:
            return trace_template(
                template,
                iterations,
                sheets=sheets or (),
                program=program,
                progress=progress,
                until_error=options.until_error,
                stop=stop,
            )
        except RunError as error:
            earlier = " --until-error writes the iterations before this one."
            hint = earlier if error.iteration > 1 else ""
            raise TracerError(f"{template.path.name}: {error}{hint}") from None


def _write(made: ProgramTrace, target: Path, looks: BookOptions, options: TraceOptions) -> str:
    """Write the trace and return what to say about it."""
    from tracer.commands.listing import losses, size

    if target.parent == OUTPUTS:
        default_folder()

    @contextmanager
    def bar(cells: int) -> Iterator[Callable[[int], None]]:
        shown = cells >= LONG_RUN // 2 and not options.quiet
        with _bar(cells, "Writing", shown=shown) as (progress, _):
            yield progress

    written = WRITTEN[target.suffix.lower()]
    about = written.write(made, target, looks, bar, options.force)
    return "\n".join([losses(made), *about, f"{target} ({size(target)})"])


def _bar(
    length: int, label: str, *, shown: bool
) -> AbstractContextManager[tuple[Callable[[int], None], Callable[[str], None]]]:
    if not shown or not sys.stderr.isatty():
        return nullcontext((lambda done: None, lambda text: None))
    from tracer.commands.listing import progress_bar

    return progress_bar(length, label)
