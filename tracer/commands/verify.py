"""The command `tracer verify`: read the options, call one function, print."""

from __future__ import annotations

import click

from tracer.commands.options import (
    call_option,
    complete_template,
    data_option,
    loop_option,
    outside_option,
)
from tracer.commands.streams import say


@click.command()
@click.argument("template", shell_complete=complete_template)
@loop_option
@call_option
@data_option
@outside_option
@click.pass_context
def verify(ctx: click.Context, template: str) -> None:
    """Check a template's gradients and published figures.

    TEMPLATE is a lesson's name, the path of a .toml file, or a NumPy program of your own.
    Each parameter's first update is compared with central differences of the loss; every
    published figure with the computed one. Where a gradient disagrees, the first wrong step is
    named.

    Exit status: 0 when everything agrees, 1 when something disagrees, 2 when the template
    can't be used.
    """
    from tracer.api.making import verify as verified

    found = verified(template)
    say(str(found))
    if not found.agree:
        ctx.exit(1)
