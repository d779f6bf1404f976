"""`tracer new`: writes a template for any network and any data."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tracer.commands.options import lang_option, late_option
from tracer.commands.streams import say
from tracer.errors import OutputError, TracerError
from tracer.paths import exists, is_file, is_folder


def _words(name: str) -> Callable[[], str]:
    """Return what makes an option's help: the tables it takes load NumPy."""

    def made() -> str:
        from tracer.commands import new_words

        words: str = getattr(new_words, name)()
        return words

    return made


@click.command("new")
@click.argument("template", type=click.Path(path_type=Path))
@late_option("--data", "FILE|KIND", _words("data"))
@click.option(
    "--target",
    multiple=True,
    metavar="COLUMN",
    help="The column to be learnt. Several numbers: repeat it, or a,b.",
)
@click.option(
    "--columns",
    multiple=True,
    metavar="LIST",
    help="The columns that go in.  [default: all others]",
)
@click.option(
    "--task",
    metavar="KIND",
    help="What the target is: number or classes.  [default: texts and 0/1 are classes]",
)
@click.option(
    "--layers",
    metavar="LIST",
    help="The neurons of each layer, such as 8,3; the last is the output layer."
    "  [default: 4 and what fits the target]",
)
@late_option("--activation", "LIST", _words("activation"))
@late_option("--output-activation", "NAME", _words("output_activation"))
@late_option("--loss", "NAME", _words("loss"))
@late_option(
    "--optimizer", "NAME", _words("optimizer"), default="gradient_descent", show_default=True
)
@click.option("--rate", metavar="NUMBER", help="The learning rate.  [default: the optimizer's]")
@late_option("--schedule", "NAME", _words("schedule"))
@click.option("--l1", metavar="NUMBER", help="L1 regularisation.")
@click.option("--l2", metavar="NUMBER", help="L2 regularisation.")
@click.option("--clip", metavar="NUMBER", help="The largest norm of all gradients together.")
@click.option(
    "--dropout",
    metavar="LIST",
    help="The share of hidden neurons left out, for all hidden layers or for each.",
)
@click.option("--batch-norm", is_flag=True, help="Batch normalisation in the hidden layers.")
@late_option("--init", "NAME", _words("init"))
@late_option("--scale", "WAY", _words("scale"))
@click.option(
    "--scale-target",
    metavar="WAY",
    help="The same for a target that is a number.  [default: none or max; min-max"
    " where the last activation needs it]",
)
@click.option(
    "--batch",
    metavar="N|all",
    help="Rows of one iteration, shuffled in each pass.  [default: all up to 200 rows, else 32]",
)
@click.option("--in-order", is_flag=True, help="Take batches in the order of the file.")
@click.option("--iterations", metavar="N", help="How many iterations.  [default: 200]")
@click.option(
    "--epochs", metavar="N", help="Instead: passes over the rows.  [default for batches: 20]"
)
@click.option(
    "--test",
    metavar="N|SHARE",
    help="Rows held out for testing, drawn with the seed: 30, 0.2 or 20%.",
)
@click.option("--drop-missing", is_flag=True, help="Leave out rows with an empty cell.")
@click.option("--separator", metavar="SIGN", help="Of a CSV file's columns.  [default: found out]")
@click.option("--decimal", metavar="SIGN", help="Of its numbers, . or ,  [default: found out]")
@click.option("--sheet", metavar="NAME", help="Of an Excel file.  [default: the first]")
@click.option("--encoding", metavar="NAME", help="Of a CSV file's letters.  [default: found out]")
@click.option(
    "--header",
    metavar="ROW",
    help="The row of the headings; 0: there is none.  [default: found out]",
)
@click.option("--samples", metavar="N", help="Made-up data: how many points.  [default: 100]")
@click.option("--noise", metavar="NUMBER", help="Made-up data: how much they scatter.")
@click.option(
    "--seed", metavar="N", default="1", show_default=True, help="For everything that is drawn."
)
@late_option("--names", "STYLE", _words("names"), default="words", show_default=True)
@click.option("--title", metavar="TEXT", help="The lesson's title.")
@lang_option("the template's")
@click.option("--force", is_flag=True, help="Replace the template if it exists.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def new(ctx: click.Context, /, template: Path, force: bool, quiet: bool, **options: Any) -> None:
    """Write a template: a network of any size, for a table or made-up data.

    TEMPLATE is the .toml file to write. It is an ordinary one: edit it as you like. Backward
    pass and updates are derived from its forward steps.

    \b
    tracer new exam.toml --data exam.csv --target score --layers 3,1
    tracer new iris.toml --data iris.csv --target species --layers 8,3 \\
        --optimizer adam --batch 16 --test 0.2
    tracer new moons.toml --data moons --layers 8,1 --activation relu
    """
    from tracer.atomic import check_inputs, check_output, written
    from tracer.data.outside import lies_outside
    from tracer.network.build import build
    from tracer.network.options import NewOptions
    from tracer.network.report import summary
    from tracer.network.write import write

    if template.suffix.lower() != ".toml":
        raise OutputError(f"{template}: the name must end in .toml.")
    if options["data"] is not None:
        check_inputs([template], [Path(options["data"])])
    check_output(template, force=force)
    if options["data"] is None:
        raise TracerError("--data: say what is to be learnt: a .csv or .xlsx file, or xor.")
    asked = NewOptions(**options)
    copied = _copied(asked.data)
    try:
        design = build(asked, template)
    except TracerError:
        if copied is not None:
            copied.unlink()
        raise
    made = write(design, _command(ctx))
    with written(template, force=force) as temporary:
        temporary.write_text(made.text, encoding="utf-8", newline="\n")
    if not quiet:
        copies = () if copied is None else (f"{copied}: copied from the data that come along.",)
        said = [str(template), *summary(design, (*copies, *made.notes))]
        say("\n  ".join(said))
        spoken = f" --lang {asked.lang}" if asked.lang else ""
        source = design.data.input_source
        elsewhere = isinstance(source, dict) and lies_outside(
            source.get("file", ""), template.parent
        )
        allowed = " --outside" if elsewhere else ""
        say(f"next: tracer trace {shlex.quote(str(template))}{spoken}{allowed}")


def _copied(data: str) -> Path | None:
    """Copy a data set that comes along to where it is looked for, if nothing is there."""
    from tracer.atomic import written
    from tracer.template.lessons import folder

    path, bundled = Path(data), folder() / Path(data).name
    if path.suffix.lower() != ".csv" or exists(path) or not is_file(bundled):
        return None
    if not is_folder(path.parent):
        return None
    with written(path) as temporary:
        temporary.write_bytes(bundled.read_bytes())
    return path


def _command(ctx: click.Context) -> str:
    """Return the command as it was typed, as far as it was."""
    words = ["tracer new", shlex.quote(str(ctx.params["template"]))]
    for parameter in ctx.command.params:
        value = ctx.params.get(parameter.name or "")
        if not isinstance(parameter, click.Option) or value in (
            None,
            (),
            False,
            parameter.default,
        ):
            continue
        if parameter.name in ("force", "quiet"):
            continue
        option = parameter.opts[0]
        if value is True:
            words.append(option)
            continue
        words += [
            f"{option} {shlex.quote(str(item))}"
            for item in (value if isinstance(value, tuple) else (value,))
        ]
    return " ".join(words)
