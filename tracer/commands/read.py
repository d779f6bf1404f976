"""The command `tracer read`: someone's own program, as a template and a workbook."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from tracer.commands.options import data_files, quiet_option
from tracer.commands.streams import say
from tracer.errors import TracerError


@click.command("read")
@click.argument("program", type=click.Path(path_type=Path))
@click.option(
    "--loop",
    type=click.IntRange(1),
    metavar="LINE",
    help="The line of the loop that trains.  [default: found]",
)
@click.option(
    "-n",
    "--iterations",
    type=click.IntRange(1),
    metavar="N",
    help="Read so many iterations.  [default: all]",
)
@click.option(
    "--data",
    multiple=True,
    metavar="NAME=FILE",
    help="What it loads: NAME is the variable, or the file's name as the program writes it.",
)
@click.option(
    "--call", default="", metavar="CODE", help="Run this after the program, such as net.fit(X, y)."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    help="Starts unseeded random numbers.  [default: 1]",
)
@click.option("--toml", "only", is_flag=True, help="Write only the template, beside the program.")
@click.option("--force", is_flag=True, help="Replace what exists.")
@quiet_option
def read(
    program: Path,
    loop: int | None,
    iterations: int | None,
    data: tuple[str, ...],
    call: str,
    seed: int | None,
    only: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Read a NumPy program or notebook: write it as a template, and its workbook.

    PROGRAM is a .py or .ipynb file that trains a network in a loop of its own. It is never run:
    what it computes is followed, line by line.

    \b
    tracer read net.py
    tracer read notebook.ipynb --loop 41 --data df=houses.csv
    tracer read net.py --call "net = Network(); net.fit(X, y)"
    """
    from dataclasses import replace

    from tracer.atomic import check_inputs, check_output, written
    from tracer.code.options import Options
    from tracer.code.read import read as read_program
    from tracer.commands.default_folder import OUTPUTS, default_folder
    from tracer.commands.written import warn
    from tracer.run.trace import trace_template
    from tracer.template.write import template_text
    from tracer.workbook.book import plan_book, write_book

    if not program.name:
        raise TracerError(f"{program}: this is a folder; name a program in it.")
    template = program.with_suffix(".toml")
    book = OUTPUTS / f"{program.stem}.xlsx"
    targets = [template] if only else [template, book]
    given = data_files(data)
    check_inputs(targets, [program, *given.values()])
    for target in targets:
        if target is template or OUTPUTS.exists():
            check_output(target, force=force)
    made = read_program(
        program, Options(loop, iterations, given, call, 1 if seed is None else seed)
    )
    # What is made of it is made of the template, which says how it was read.
    read_template = replace(made.template, path=template)
    with written(template, force=force) as temporary:
        temporary.write_text(template_text(read_template), encoding="utf-8", newline="\n")
    said = [str(template), *made.said()]
    if not only:
        default_folder()
        planned = plan_book(trace_template(read_template))
        write_book(planned, book, force=force)
        warn(planned.doubt)
        said.append(str(book))
    if not quiet:
        say("\n  ".join(said))
        say(f"next: tracer verify {shlex.quote(str(template))}")
