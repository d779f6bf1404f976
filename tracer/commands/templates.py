"""The command `tracer templates`: read the options, call one function, print."""

from __future__ import annotations

import sys

import click

from tracer.commands.options import complete_template, flag


@click.command()
@click.argument("template", required=False, shell_complete=complete_template)
@flag(
    "--derive deriving",
    "Print the backward pass and the updates that follow from TEMPLATE's forward"
    " steps and its loss.",
)
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


def _terminal_width() -> int:
    if not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size((100, 24)).columns
