"""Progress bars: what they go through, and nothing of what they show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracer.code.values.frames import Runner
from tracer.code.values.objects import Inert, Module, Native
from tracer.code.world.containers import natives


class Progress:
    """What `tqdm(values)` gives: the values one after the other."""

    def __init__(self, machine: Runner, values: Any = (), *_: Any, **__: Any) -> None:
        self._machine = machine
        self._values = () if values is None else values

    def offered(self, machine: Runner, name: str) -> Any:
        """Return a method: they all only show something."""
        return Inert(f"tqdm.{name}")

    def iterated(self) -> Iterator[Any]:
        """Return an iterator over the values."""
        return self._machine.iterate(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _range(machine: Runner, *ends: Any, **_: Any) -> Progress:
    whole = [e for e in ends if isinstance(e, int)]
    return Progress(machine, range(*whole))


def progress_modules() -> dict[str, Any]:
    """Return the modules by name."""
    bar = Native("tqdm.tqdm", Progress, machine=True, followed=True)
    shown = {"tqdm": bar, "tqdm_notebook": bar, **natives("tqdm", trange=_range, tnrange=_range)}
    tqdm = Module("tqdm", shown)
    return {
        **dict.fromkeys(("tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.std"), tqdm),
        "progressbar": Module("progressbar", {"progressbar": bar}),
    }
