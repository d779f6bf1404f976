"""Where a program keeps its numbers: names, attributes, items of lists and dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Frame
from tracer.code.values.objects import Bound, Class, Decorated, Instance, OwnFunction
from tracer.code.world.tables import Table

#: A way to a value: names, attributes, keys and positions.
Path = tuple[tuple[str, Any], ...]

#: What is added to a file's name where a function that runs has the same one.
OUTSIDE = " outside"
MOST_PLACES = 200_000
#: How many ways to one object, list or dictionary are gone.
_WAYS = 3
_NUMBERS = (int, float, np.number)


@dataclass(frozen=True)
class Standing:
    """One place: the way to it, what stands there, and how to put something else there."""

    path: Path
    value: Any
    put: Callable[[Any], None] | None


def places(frames: list[Frame], others: list[dict[str, Any]]) -> list[Standing]:
    """Return every array and number that running parts of a program can reach.

    The names of the innermost function come first, those of the file last, and of several ways
    to one array the shortest.
    """
    walk = _Search()
    holders = [frame.names for frame in reversed(frames)] + others
    for names in {id(names): names for names in holders}.values():
        walk.names(names)
    return walk.found


class _Search:
    def __init__(self) -> None:
        self.found: list[Standing] = []
        self._seen: dict[int, int] = {}
        self._kept: list[Any] = []
        self._inner: set[str] = set()

    def _told(self, name: str) -> str:
        """Return what a name is called: that of a file differently where a function has it, too."""
        return f"{name}{OUTSIDE}" if name in self._inner else name

    def names(self, names: dict[str, Any]) -> None:
        """Look at the names of a function or file."""
        if self._new(names):
            waiting = [
                ((("name", self._told(name)),), value, _setter(names, name))
                for name, value in list(names.items())
                if not name.startswith("__")
            ]
            self._inner |= set(names)
            # Breadth first: the shortest way to a value names it.
            while waiting:
                waiting = [inner for item in waiting for inner in self._look(*item)]

    def _new(self, value: Any) -> bool:
        """Say whether a value is to be looked at: also by a second way, but not without an end."""
        self._kept.append(value)
        met = self._seen[id(value)] = self._seen.get(id(value), 0) + 1
        return met <= _WAYS

    def _look(self, path: Path, value: Any, put: Callable[[Any], None] | None) -> Iterator[Any]:
        if isinstance(value, np.ndarray):
            if value.dtype.kind in "biuf":
                self._keep(Standing(path, value, put))
            elif value.dtype.kind == "O" and self._new(value):
                for position, item in enumerate(value.flat):
                    yield (*path, ("item", position)), item, None
        elif isinstance(value, _NUMBERS):
            if not isinstance(value, bool):
                self._keep(Standing(path, value, put))
        elif isinstance(value, tuple(_INSIDE)) and self._new(value):
            yield from _inside(path, value)

    def _keep(self, place: Standing) -> None:
        self.found.append(place)
        if len(self.found) > MOST_PLACES:
            raise Refusal(
                f"more than {MOST_PLACES:,} numbers outside of arrays", "Keep data in NumPy arrays."
            )


def _setter(holder: Any, key: Any) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        holder[key] = value

    return put


#: What a value holds: the way to each part, the part, and how to put another there.
_Parts = Iterator[tuple[Path, Any, Callable[[Any], None] | None]]


def _inside(path: Path, value: Any) -> _Parts:
    """Yield what a value holds."""
    kind = next(k for k in _INSIDE if isinstance(value, k))
    yield from _INSIDE[kind](path, value)


def _of_list(path: Path, value: list[Any]) -> _Parts:
    for position, item in enumerate(value):
        yield (*path, ("item", position)), item, _setter(value, position)


def _of_tuple(path: Path, value: tuple[Any, ...]) -> _Parts:
    for position, item in enumerate(value):
        yield (*path, ("item", position)), item, None


def _of_dictionary(path: Path, value: dict[Any, Any]) -> _Parts:
    for key, item in list(value.items()):
        yield (*path, ("item", key)), item, _setter(value, key)


def _of_object(path: Path, value: Instance | Class) -> _Parts:
    for name, item in list(value.attributes.items()):
        yield (*path, ("attribute", name)), item, _setter(value.attributes, name)


def _of_bound(path: Path, value: Bound) -> _Parts:
    yield path, value.owner, None
    yield path, value.function, None


def _of_decorated(path: Path, value: Decorated) -> _Parts:
    yield path, value.function, None


def _of_function(path: Path, value: OwnFunction) -> _Parts:
    """Yield the names that a function made in another one remembers."""
    if value.frame.function is not None:
        for name, item in list(value.frame.names.items()):
            yield (("name", name),), item, _setter(value.frame.names, name)


def _of_table(path: Path, value: Table) -> _Parts:
    """Yield the numbers of a table: the training loop computes with them."""
    if value.countable:
        yield path, value.array, None


_INSIDE: dict[type, Callable[[Path, Any], _Parts]] = {
    list: _of_list,
    tuple: _of_tuple,
    dict: _of_dictionary,
    Instance: _of_object,
    Class: _of_object,
    Bound: _of_bound,
    Decorated: _of_decorated,
    Table: _of_table,
    OwnFunction: _of_function,
}


def text(path: Path) -> str:
    """Return how a program writes the way to a value: `net.layers[0].W`."""
    said = ""
    for kind, key in path:
        if kind == "item":
            said += f"[{key!r}]"
        else:
            said += f".{key}" if said else str(key)
    return said
