"""The commands: read the options, call one function, print."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.commands.default_folder import OUTPUTS, default_folder
from tracer.errors import OutputError, RunError, TracerError
from tracer.version import __version__

if TYPE_CHECKING:
    from tracer.run.trace import ProgramTrace
    from tracer.template.template import Template
    from tracer.workbook.book import BookOptions

SUFFIXES = (".xlsx", ".csv")
OBJECTS_BETWEEN_COLLECTIONS = 100_000
#: A run with at least this many numbers shows a progress bar.
LONG_RUN = 2_000_000


#: Commands in modules of their own, which are loaded when they are asked for.
ELSEWHERE = {name: f"tracer.commands.{name}" for name in ("check", "grade", "new", "practice")}


class _Commands(click.Group):
    """Turns what is wrong with the input into one message and exit status 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            # Of a word that is no command, click looks for the one that was meant among all.
            for name in [cmd_name] if cmd_name in ELSEWHERE else ELSEWHERE:
                self.add_command(getattr(import_module(ELSEWHERE[name]), name))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TracerError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tracer", message="%(prog)s %(version)s")
def main() -> None:
    """Turn the training of a small neural network into an Excel workbook.

    Every intermediate number stands in its own cell: live, colour-coded, explainable.

    \b
    Start with:
      tracer templates          which lessons there are
      tracer trace ray          make the workbook of one: outputs/ray.xlsx
      tracer practice ray       make a workbook with blanks that marks itself
      tracer verify ray         check its gradients and its source's figures
      tracer check ray FILE     mark answers, and find the first mistake
      tracer grade FOLDER …     mark a class: gradebook and marked copies
      tracer new my.toml …      write a template for your own data or network
    """
    # Loading and planning make many objects that stay: to look through them for dead circles
    # every 700 takes a twentieth of a short command's time, and finds nothing.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def _complete_template(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    from tracer.template.lessons import template_names

    names = [name for name in template_names() if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


@main.command()
@click.argument("template", required=False, shell_complete=_complete_template)
@click.option("--derive", "deriving", is_flag=True,
              help="Print the backward pass and the updates that follow from TEMPLATE's forward"
                   " steps and its loss.")  # fmt: skip
def templates(template: str | None, deriving: bool) -> None:
    """List the lessons, or show one: TEMPLATE is a lesson's name or a .toml file.

    For one lesson: its data, its steps and equations, what its source published, and the
    mistakes known in that source.
    """
    from tracer.commands.listing import derivation, describe, table
    from tracer.template.lessons import load_template

    if template is None and deriving:
        raise click.UsageError("--derive needs a TEMPLATE: tracer templates ray --derive.")
    if template is None:
        click.echo(table(_terminal_width()))
    else:
        loaded = load_template(template)
        click.echo(derivation(loaded) if deriving else describe(loaded, loaded.program()))


@main.command()
@click.argument("template", shell_complete=_complete_template)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
              help="Where to write; the suffix decides: .xlsx a workbook, .csv a tidy table."
                   "  [default: outputs/TEMPLATE.xlsx]")  # fmt: skip
@click.option("-n", "--iterations", type=click.IntRange(min=1), metavar="N",
              help="How many iterations.  [default: the template's]")  # fmt: skip
@click.option("--sheets", metavar="LIST",
              help="Which iterations get a sheet of their own, such as 1-3,10,last, all or none."
                   "  [default: all up to 5, else the first three and the last]")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
              help="Another value for a given or a starting parameter: lr=1 or"
                   " wout=[[0.1],[0.2],[0.3]]. Repeatable.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), metavar="N",
              help="Another seed for every random array.")  # fmt: skip
@click.option("--round", "rounding", type=click.IntRange(0, 15), metavar="N",
              help="Round every result to N decimals, as one does by hand:"
                   " in the numbers and in the formulas.")  # fmt: skip
@click.option("--decimals", type=click.IntRange(0, 12), default=3, show_default=True, metavar="N",
              help="Decimals shown; more where a change would not be seen otherwise.")  # fmt: skip
@click.option("--lang", default="en", show_default=True, metavar="LANGUAGE",
              help="The language of the workbook's texts: en or de.")  # fmt: skip
@click.option("--palette", default="tutorial", show_default=True, metavar="NAME",
              help="The workbook's colours: tutorial, okabe-ito (told apart also with a colour"
                   " weakness) or grey (for print).")  # fmt: skip
@click.option("--data", "data_folder", type=click.Path(path_type=Path), metavar="FOLDER",
              help="A folder with full MNIST files (IDX, also gzipped), for lessons that"
                   " read some.")  # fmt: skip
@click.option("--until-error", is_flag=True,
              help="If a number stops being finite, write the iterations before that.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the output if it exists.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def trace(
    template: str, output: Path | None, iterations: int | None, sheets: str | None,
    settings: Sequence[str], seed: int | None, rounding: int | None, decimals: int,
    lang: str, palette: str, data_folder: Path | None, until_error: bool, force: bool, quiet: bool,
) -> None:  # fmt: skip
    """Run a template and write its workbook (or its numbers as CSV).

    TEMPLATE is a lesson's name ('tracer templates' lists them) or the path of a .toml file.

    \b
    tracer trace ray
    tracer trace ray -n 5000 --sheets 1-3,10,last --set lr=1 -o big.xlsx
    tracer trace ray -o ray.csv
    tracer trace my-own.toml
    """
    from tracer.atomic import check_output
    from tracer.commands.settings import changed
    from tracer.template.lessons import find_template, load_template
    from tracer.workbook.book import BookOptions
    from tracer.workbook.plan.looks import check_looks

    target = _target(output, find_template(template))
    if output is not None or OUTPUTS.exists():
        check_output(target, force=force)
    check_looks(lang, palette)
    if data_folder is not None and not data_folder.is_dir():
        raise TracerError(f"--data: {data_folder} is not a folder.")
    loaded = load_template(template, seed=seed, data_folder=data_folder)
    loaded = changed(loaded, settings)
    count = loaded.iterations if iterations is None else iterations
    chosen = parse_sheets(sheets, count)
    made = _run(loaded, count, chosen, rounding, until_error, quiet)
    if made.iterations < count:
        chosen = None if chosen is None else [k for k in chosen if k <= made.iterations]
    report = _write(made, target, BookOptions(chosen, decimals, lang, palette), force, quiet)
    if not quiet:
        click.echo(report)


@main.command()
@click.argument("template", shell_complete=_complete_template)
@click.pass_context
def verify(ctx: click.Context, template: str) -> None:
    """Check a template's gradients and published figures.

    TEMPLATE is a lesson's name or the path of a .toml file. Each parameter's first update is
    compared with central differences of the loss; every published figure with the computed
    one. Where a gradient disagrees, the first wrong step is named.

    Exit status: 0 when everything agrees, 1 when something disagrees, 2 when the template
    can't be used.
    """
    from tracer.commands.verify import figures_text, gradients_text
    from tracer.template.lessons import load_template
    from tracer.verify.findings import check_gradients
    from tracer.verify.published import check_published

    loaded = load_template(template)
    try:
        figures = check_published(loaded)
    except RunError as error:
        raise TracerError(f"{loaded.path.name}: {error}") from None
    gradients = check_gradients(loaded)
    click.echo(f"{gradients_text(loaded, gradients)}\n\n{figures_text(figures)}")
    if not (gradients.agree and all(figure.agrees for figure in figures)):
        ctx.exit(1)


def _target(output: Path | None, template: Path) -> Path:
    if output is None:
        return OUTPUTS / f"{template.stem}.xlsx"
    if output.suffix.lower() not in SUFFIXES:
        raise OutputError(f"{output}: the name must end in .xlsx (workbook) or .csv (table).")
    return output


def parse_sheets(text: str | None, iterations: int) -> list[int] | None:
    """Return the iterations that `1-3,10,last` names; None where nothing was asked for.

    Raises TracerError for what can't be read and for iterations there are not.
    """
    if text is None:
        return None
    if text.strip().lower() == "none":
        return []
    chosen: set[int] = set()
    for part in text.split(","):
        first, dash, last = (piece.strip().lower() for piece in part.partition("-"))
        if first == "all" and not dash:
            first, dash, last = "1", "-", "last"
        bounds = []
        for bound in (first, last if dash else first):
            number = str(iterations) if bound == "last" else bound
            if not (number.isascii() and number.isdigit()):
                raise TracerError(
                    f"--sheets: '{part.strip()}' can't be read; write such as 1-3,10,last."
                )
            bounds.append(int(number[:20]))
        if bounds[0] < 1 or bounds[1] > iterations or bounds[0] > bounds[1]:
            raise TracerError(
                f"--sheets: '{part.strip()}' is outside the iterations 1 to {iterations:,}."
            )
        if bounds[1] - bounds[0] >= 2_000:
            raise TracerError(
                f"--sheets: '{part.strip()}' asks for more than 2,000 sheets; the sheet Training"
                " has every iteration anyway."
            )
        chosen.update(range(bounds[0], bounds[1] + 1))
    return sorted(chosen)


def _run(
    template: Template, iterations: int, sheets: Sequence[int] | None,
    rounding: int | None, until_error: bool, quiet: bool,
) -> ProgramTrace:  # fmt: skip
    from tracer.commands.stopping import stoppable
    from tracer.run.trace import trace_template

    program = template.program(decimals=rounding)
    long = program.size * iterations >= LONG_RUN
    with (
        _bar(iterations, f"Tracing {template.name}", shown=long and not quiet) as (bar, label),
        stoppable(lambda text: click.echo(f"\n{text}", err=True)) as stop,
    ):

        def progress(done: int, loss: float | None) -> None:
            if loss is not None:
                label(f"loss {loss:z.6g}")
            bar(done)

        try:
            return trace_template(
                template, iterations, sheets=sheets or (), program=program,
                progress=progress, until_error=until_error, stop=stop,
            )  # fmt: skip
        except RunError as error:
            raise TracerError(f"{template.path.name}: {error}") from None


def _write(made: ProgramTrace, target: Path, looks: BookOptions, force: bool, quiet: bool) -> str:
    """Write the trace and return what to say about it."""
    from tracer.commands.listing import losses, size

    if target.parent == OUTPUTS:
        default_folder()
    if target.suffix.lower() == ".csv":
        made.to_csv(target, force=force)
        return f"{losses(made)}\n{target} ({size(target)})"
    from tracer.workbook.book import plan_book, write_book

    book = plan_book(made, looks)
    cells = book.cells()
    with _bar(cells, "Writing", shown=cells >= LONG_RUN // 2 and not quiet) as (bar, _):
        write_book(book, target, force=force, progress=bar)
    titles = [sheet.title for sheet in book.sheets]
    return (
        f"{losses(made)}\n{len(titles)} sheets: {_shortened(titles)}\n"
        f"{book.live_cells():,} live cells\n{target} ({size(target)})"
    )


def _shortened(titles: Sequence[str]) -> str:
    if len(titles) <= 9:
        return ", ".join(titles)
    return f"{', '.join(titles[:6])}, … {titles[-1]}"


def _bar(
    length: int, label: str, *, shown: bool
) -> AbstractContextManager[tuple[Callable[[int], None], Callable[[str], None]]]:
    if not shown or not sys.stderr.isatty():
        return nullcontext((lambda done: None, lambda text: None))
    from tracer.commands.listing import progress_bar

    return progress_bar(length, label)


def _terminal_width() -> int:
    if not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size((100, 24)).columns
