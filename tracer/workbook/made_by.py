"""How a workbook was made: the command that makes it again, piece by piece."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracer.run.trace import ProgramTrace
from tracer.template.lessons import lessons
from tracer.template.template import Template
from tracer.version import __version__
from tracer.wording import Wording
from tracer.workbook.sheets.stored_run import Part

#: How a piece of a command begins that sets a number.
SET = "--set "


@dataclass(frozen=True)
class MadeBy:
    """The pieces of a command, and what was changed in Python: no command does that."""

    command: tuple[Part, ...]
    changes: tuple[str, ...]

    def lines(self, wording: Wording) -> list[str]:
        """Return how anyone can make the same workbook again."""
        said = " ".join(piece.text for piece in self.command)
        words = [wording("start.made_with", version=__version__, command=said)]
        if self.changes:
            words.append(wording("start.made_python", changes=", ".join(self.changes)))
        return words


def made_by(
    trace: ProgramTrace, sheets: Sequence[int] | None, looks: Mapping[str, str | None]
) -> MadeBy:
    """Return how a trace's workbook is made.

    `sheets` are the iterations that were asked for, `looks` further options, None where usual.
    """
    template = trace.template
    settings = [setting for setting in template.settings if setting.startswith("--")]
    rounded = trace.program.decimals
    options = {"round": None if rounded is None else str(rounded), **looks}
    pieces = [Part("tracer trace"), Part(f"{_as_typed(template)} -n {trace.iterations}")]
    if sheets is not None:
        pieces.append(Part(f"--sheets {','.join(map(str, sheets)) or 'none'}"))
    pieces += [Part(setting, _set(setting)) for setting in settings]
    pieces += [Part(f"--{name} {value}") for name, value in options.items() if value is not None]
    changes = (setting for setting in template.settings if setting not in settings)
    return MadeBy(tuple(pieces), tuple(changes))


def _set(setting: str) -> str:
    """Return which number a piece such as `--set lr=1` sets; an empty text for other pieces."""
    if not setting.startswith(SET):
        return ""
    return shlex.split(setting)[1].partition("=")[0].strip()


def _as_typed(template: Template) -> str:
    """Return how a template is named in a command: a lesson by its name, others by their path."""
    if lessons().get(template.name) == template.path:
        return template.name
    return shlex.quote(str(template.path))
