"""The command `tracer verify`: read the options, call one function, print."""

from __future__ import annotations

import click

from tracer.commands.options import complete_template
from tracer.errors import RunError, TracerError


@click.command()
@click.argument("template", shell_complete=complete_template)
@click.pass_context
def verify(ctx: click.Context, template: str) -> None:
    """Check a template's gradients and published figures.

    TEMPLATE is a lesson's name or the path of a .toml file. Each parameter's first update is
    compared with central differences of the loss; every published figure with the computed
    one. Where a gradient disagrees, the first wrong step is named.

    Exit status: 0 when everything agrees, 1 when something disagrees, 2 when the template
    can't be used.
    """
    from tracer.commands.verdicts import figures_text, gradients_text
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
