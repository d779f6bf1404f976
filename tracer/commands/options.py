"""How an option is written, and those that several commands have.

What an option says of names is made from the table that holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from tracer.wording.catalogue import FIRST, LANGUAGES
from tracer.workbook.plan.palette import PALETTES, TUTORIAL

#: What click's options and arguments are: they take a function and return one.
Decorator = Callable[[Any], Any]

SEEDS = click.IntRange(0, 2**32 - 1)
DECIMALS = click.IntRange(0, 15)


def option(names: str, metavar: str, words: str, kind: Any = None, **more: Any) -> Decorator:
    """Return an option that takes a value; `names` are separated by spaces."""
    return click.option(*names.split(), type=kind, metavar=metavar, help=words, **more)


def path_option(names: str, words: str, metavar: str = "FILE", **more: Any) -> Decorator:
    """Return an option that takes a path."""
    return option(names, metavar, words, click.Path(path_type=Path), **more)


def flag(name: str, words: str) -> Decorator:
    """Return an option that is there or not."""
    return click.option(*name.split(), is_flag=True, help=words)


def lang_option(whose: str, default: str = FIRST) -> Decorator:
    """Return the option of a language, `whose` texts are written in it."""
    names = (FIRST, *(name for name in LANGUAGES if name != FIRST))
    words = f"The language of {whose} texts: {alternatives(names)}.  [default: {default}]"
    return option("--lang", "LANGUAGE", words)


def palette_option(whose: str) -> Decorator:
    """Return the option of a palette, that `whose` colours are taken from."""
    names = [f"{p.name} ({p.why})" if p.why else p.name for p in PALETTES.values()]
    words = f"{whose} colours: {alternatives(names)}.  [default: {TUTORIAL.name}]"
    return option("--palette", "NAME", words)


def _let_outside(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
    if asked:
        # Loaded when it is needed: most commands read nothing there.
        from tracer.data.outside import reading_outside

        ctx.with_resource(reading_outside())


#: For commands that read templates.
outside_option = click.option(
    "--outside",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_let_outside,
    help="Let the template read data outside of its folder.",
)


def _read_as(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Return what notes an option of how programs are read."""

    def note(ctx: click.Context, param: click.Parameter, given: Any) -> None:
        if given:
            from tracer.code.options import reading_as

            ctx.with_resource(reading_as(**{name: given}))

    return note


def data_files(said: Iterable[str]) -> dict[str, Path]:
    """Return the files of --data by name. Raises DataError, and UsageError for other forms."""
    from tracer.data.tables import check_file

    found: dict[str, Path] = {}
    for one in said:
        name, equals, file = one.partition("=")
        if not (name.strip() and equals and file):
            raise click.UsageError(f"--data {one}: say NAME=FILE, such as df=houses.csv.")
        found[name.strip()] = Path(file)
        check_file(found[name.strip()])
    return found


def _data_as(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> None:
    _read_as("data")(ctx, param, data_files(given) if given else {})


#: For commands that take templates, and with them programs.
loop_option = option(
    "--loop",
    "LINE",
    "Of a program: the line of the loop that trains.  [default: found]",
    click.IntRange(1),
    expose_value=False,
    callback=_read_as("loop"),
)
call_option = option(
    "--call",
    "CODE",
    "Of a program: run this after it, such as net.fit(X, y).",
    expose_value=False,
    callback=_read_as("call"),
)
data_option = option(
    "--data",
    "NAME=FILE",
    "Of a program: what it loads; NAME is the variable, or the file's name as it is written there.",
    multiple=True,
    expose_value=False,
    callback=_data_as,
)


class _LateOption(click.Option):
    """An option whose words are made when its help is asked for: their tables load slowly."""

    def __init__(self, *args: Any, words: Callable[[], str], **more: Any) -> None:
        super().__init__(*args, **more)
        self._words = words

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = self._words()
        return super().get_help_record(ctx)


def late_option(names: str, metavar: str, words: Callable[[], str], **more: Any) -> Decorator:
    """Return an option that takes a value, whose `words` are made when they are read."""
    return click.option(*names.split(), cls=_LateOption, words=words, metavar=metavar, **more)


quiet_option = flag("--quiet", "Print nothing but errors.")


def alternatives(names: Iterable[str]) -> str:
    """Return names as one lists them: `a, b or c`."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def complete_template(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Complete the name of a lesson, or the path of a file."""
    from click.shell_completion import CompletionItem

    from tracer.template.lessons import template_names

    names = [name for name in template_names() if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]
