"""How a program is to be read, and how one asks for it where only its name is handed on."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tracer.code.values.seeds import OUR_SEED


@dataclass(frozen=True)
class Options:
    """How a program is to be read: which loop, how many of its turns, with which data."""

    loop: int | None = None
    iterations: int | None = None
    #: The files that it loads, by the variable's name or as the program writes theirs.
    data: Mapping[str, Path] = field(default_factory=dict)
    #: Statements that are run after the program's own.
    call: str = ""
    #: What unseeded random numbers start from.
    seed: int = OUR_SEED

    def typed(self) -> tuple[str, ...]:
        """Return what is typed for these options, but for the iterations and the seed."""
        said = [] if self.loop is None else [f"--loop {self.loop}"]
        said += [f"--call {shlex.quote(self.call)}"] if self.call else []
        said += [f"--data {shlex.quote(f'{name}={file}')}" for name, file in self.data.items()]
        return tuple(said)


_ASKED: ContextVar[Options] = ContextVar("read as", default=Options())  # noqa: B039


@contextmanager
def reading_as(**options: Any) -> Iterator[None]:
    """Read programs meanwhile with these options, besides those asked for already."""
    before = _ASKED.get()
    if "data" in options:
        options["data"] = {**before.data, **options["data"]}
    token = _ASKED.set(replace(before, **options))
    try:
        yield
    finally:
        _ASKED.reset(token)


def asked() -> Options:
    """Return how programs are to be read."""
    return _ASKED.get()
