"""The group of commands: each stands in a file of its own name, loaded when it is asked for."""

from __future__ import annotations

import gc
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from io import StringIO
from typing import Any

import click

from tracer.commands.stopping import ended
from tracer.commands.streams import complain, give_up, prepare
from tracer.errors import FileExistsAlreadyError, TracerError
from tracer.version import __version__

OBJECTS_BETWEEN_COLLECTIONS = 100_000
#: Exit statuses: what was given can't be used; Ctrl-C, as shells count (128 and the signal).
UNUSABLE, STOPPED = 2, 130
#: Where a context keeps the words of the command.
_TYPED = "tracer.typed"


#: Each is the function of the same name in the module of the same name.
COMMANDS = ("check", "grade", "new", "practice", "read", "templates", "trace", "verify")


class _Commands(click.Group):
    """Turns what is wrong with the input into one message and exit status 2."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run what was typed, and end with its status."""
        run = partial(super().main, *args, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        prepare()
        with ended():
            status = _status_of(run)
        give_up()
        sys.exit(status)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            # Of a word that is no command, click looks for the one that was meant among all.
            for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:
                self.add_command(getattr(import_module(f"tracer.commands.{name}"), name))
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_TYPED] = list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FileExistsAlreadyError as error:
            again = _with_force(ctx.meta[_TYPED])
            complain(f"Error: {_said(error).removesuffix('.')}: {again}")
            ctx.exit(UNUSABLE)
        except TracerError as error:
            complain(f"Error: {_said(error)}")
            ctx.exit(UNUSABLE)


def _status_of(run: Callable[[], Any]) -> int:
    """Run a command and return its exit status; what kept it from its end is said."""
    try:
        status = run()
    except click.ClickException as error:
        said = StringIO()
        error.show(said)
        complain(said.getvalue().removesuffix("\n"))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        complain("Stopped.")
        return STOPPED
    except OSError as error:
        where = "" if error.filename is None else f"{error.filename}: "
        complain(f"Error: {where}{error.strerror or error}.")
        return UNUSABLE
    except MemoryError:
        complain("Error: there is not enough memory for this.")
        return UNUSABLE
    except RecursionError:
        complain("Error: something in the input is nested too deeply.")
        return UNUSABLE
    return status if isinstance(status, int) else 0


def _said(error: TracerError) -> str:
    return error.typed or str(error)


def _with_force(words: Sequence[str]) -> str:
    """Return the command that was typed, as one types it to replace what it writes."""
    # What follows a bare -- is no option.
    end = words.index("--") if "--" in words else len(words)
    return shlex.join(["tracer", *words[:end], "--force", *words[end:]])


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
      tracer read net.py        read a NumPy program of your own
    """
    # Loading and planning make many objects that stay: to look through them for dead circles
    # every 700 takes a twentieth of a short command's time, and finds nothing.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
