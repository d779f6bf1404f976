"""`read`, as Python calls it: a program of one's own as a template."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.api.arguments import check_texts, check_whole, path_of
from tracer.api.public import MOST_SEED
from tracer.api.python_words import python_words
from tracer.errors import TracerError
from tracer.template.lessons import PROGRAMS, is_program

if TYPE_CHECKING:
    from tracer.code.read import ReadProgram
    from tracer.code.source import ProgramText


@python_words()
def read(
    program: str | os.PathLike[str] | Callable[..., Any],
    *,
    loop: int | None = None,
    iterations: int | None = None,
    data: Mapping[str, str | os.PathLike[str]] | None = None,
    call: str = "",
    seed: int = 1,
) -> ReadProgram:
    """Read a NumPy program or notebook as a template; the program is never run.

    What comes back has the `template`, the `line` of the loop that trains and `remarks`, and
    shows itself as these.

    Args:
        program: the path of a .py or .ipynb file that trains a network in a loop of its own; or
            a function of yours that does, read from its source, with what its names mean where
            it was defined as values.
        loop: the line of that loop; found if not given.
        iterations: how many are read; all if not given.
        data: the files that it loads, by the variable's name or as the program writes theirs.
        call: what trains, where the program only defines it: "net.fit(X, y)".
        seed: what random numbers start from that the program draws without one.

    Raises:
        TracerError: for what can't be read, at its line.

    """
    from tracer.code.options import Options
    from tracer.code.read import read as read_program

    check_texts(call=call)
    if callable(program):
        from tracer.code.own import program_of

        source: Path | ProgramText = program_of(program, call)
    else:
        source = _path(program)
    for name, number in (("loop", loop), ("iterations", iterations)):
        if number is not None:
            check_whole(name, number, 1)
    check_whole("seed", seed, 0, MOST_SEED)
    files = {name: path_of(file) for name, file in (data or {}).items()}
    return read_program(source, Options(loop, iterations, files, call, seed))


def _path(program: str | os.PathLike[str]) -> Path:
    """Return a program's path. Raises TracerError where its name is none of one."""
    path = path_of(program)
    if not is_program(path.name):
        raise TracerError(f"{path}: a program's name ends in {' or '.join(PROGRAMS)}.")
    return path
