"""The command `tracer templates`: read the options, call one function, print."""

from __future__ import annotations

import sys

import click

from tracer.commands.options import (
    call_option,
    complete_template,
    data_option,
    flag,
    loop_option,
    outside_option,
)
from tracer.commands.streams import say


@click.command()
@click.argument("template", nargs=-1, shell_complete=complete_template)
@flag(
    "--derive deriving",
    "Print the backward pass and the updates that follow from TEMPLATE's forward"
    " steps and its loss.",
)
@loop_option
@call_option
@data_option
@outside_option
def templates(template: tuple[str, ...], deriving: bool) -> None:
    """List the lessons, show one, or search them.

    Without TEMPLATE: all lessons by article or group, in reading order. TEMPLATE is a lesson's
    name, a .toml file or a program: its data, its steps and equations, what its source
    published, and the mistakes known in that source. Any other words: the lessons that have all
    of them in their files.

    \b
    tracer templates
    tracer templates ray
    tracer templates chain rule
    """
    name = " ".join(template)
    if not name:
        if deriving:
            raise click.UsageError("--derive needs a TEMPLATE: tracer templates ray --derive.")
        from tracer.commands.shelf import shelf

        say(shelf(_terminal_width()))
    else:
        say((None if deriving else _matches(name)) or _one(name, deriving=deriving))


def _matches(words: str) -> str | None:
    """Return the lessons that words are found in, where they name no template."""
    from tracer.template.lessons import is_named

    if is_named(words):
        return None
    from tracer.commands.shelf import search

    return search(words, _terminal_width())


def _one(name: str, *, deriving: bool) -> str:
    from tracer.code.load import load_template
    from tracer.commands.listing import derivation, describe

    loaded = load_template(name)
    return derivation(loaded) if deriving else describe(loaded, loaded.program())


def _terminal_width() -> int:
    if not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size((80, 24)).columns
