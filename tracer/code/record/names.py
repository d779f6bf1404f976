"""FreeNames for what a program computes, as a template can have them."""

from __future__ import annotations

import re
from keyword import iskeyword

from tracer.code.record.places import OUTSIDE, Path
from tracer.language.functions import known_functions

_TAKEN = {*known_functions(), "np", "numpy", "len", "range"}


def identifier(text: str) -> str:
    """Return a name for what a program writes as `self.cache["Z1"]`: `Z1`."""
    last = text.split(".")[-1]
    keys = re.findall(r"\[(?:'([^']*)'|\"([^\"]*)\"|(-?\d+)|[^\]]*)\]", last)
    base = re.sub(r"\[.*", "", last)
    for single, double, number in keys:
        if single or double:
            base = single or double
        elif number and not number.startswith("-"):
            base = f"{base}_{number}"
    return usable(base)


def of_path(path: Path, long: bool = False) -> str:
    """Return a name for a place; `long` says all of the way to it."""
    parts: list[str] = []
    for kind, key in path if long else _bare(path):
        named = kind != "item" or isinstance(key, str)
        if not named:
            # A position says nothing by itself.
            parts = [*parts[:-1], "_".join([*parts[-1:], str(key)])]
        elif kind == "name" or not (long or (kind == "attribute" and "_" in "".join(parts[-1:]))):
            parts = [str(key)]
        else:
            parts.append(str(key))
    return usable("_".join(parts))


def _bare(path: Path) -> Path:
    """Return a way without a word of that a function has the same name, too."""
    return tuple((kind, key.removesuffix(OUTSIDE) if kind == "name" else key) for kind, key in path)


def usable(text: str) -> str:
    """Return a text as a name that the language takes."""
    name = re.sub(r"\W+", "_", text).strip("_") or "value"
    if name[0].isdigit():
        name = f"x{name}"
    return f"{name}_" if iskeyword(name) or name in _TAKEN else name


class FreeNames:
    """Gives out names, each once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def take(self, *wanted: str) -> str:
        """Return the first of some names that is free, else the first with a number."""
        for name in wanted:
            if name not in self._given:
                self._given.add(name)
                return name
        count = 2
        while f"{wanted[0]}_{count}" in self._given:
            count += 1
        self._given.add(f"{wanted[0]}_{count}")
        return f"{wanted[0]}_{count}"
