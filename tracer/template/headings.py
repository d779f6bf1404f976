"""What the columns of data are called: read with a template, and as sheets show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.errors import TemplateError, did_you_mean

if TYPE_CHECKING:
    from tracer.language.functions import Array

#: Of longer headings, sheets show so many characters.
LONGEST = 40
#: Of longer names of classes likewise: a formula may hold those of 50 classes.
LONGEST_NAME = 100
#: The headings of each array's columns, as the template or its data file has them.
Headings = Mapping[str, tuple[str, ...]]


def read_headings(said: Mapping[str, Any], arrays: Mapping[str, Array], what: str) -> Headings:
    """Return the `[headings]` table's content. Raises TemplateError with every fault."""
    faults = [fault for name, value in said.items() if (fault := _fault(name, value, arrays))]
    if faults:
        raise TemplateError("\n".join(f"{what}: headings: {fault}" for fault in faults))
    return {name: tuple(value) for name, value in said.items()}


def in_file(
    source: Mapping[str, Any], array: Array, folder: Path, data_folder: Path | None
) -> tuple[str, ...]:
    """Return the headings that a data file has for an array; none for other data."""
    from tracer.data.files import headings

    if "file" not in source or array.ndim != 2:
        return ()
    return headings(source, folder, data_folder)


def _fault(name: str, value: Any, arrays: Mapping[str, Array]) -> str:
    """Return what is wrong with an array's headings; an empty text where nothing is."""
    if name not in arrays:
        return f"'{name}' is neither given nor a parameter.{did_you_mean(name, arrays)}"
    if not isinstance(value, list) or any(not isinstance(text, str) for text in value):
        return f'{name} must be a list of texts: {name} = ["…"].'
    array = arrays[name]
    if array.ndim != 2:
        return f"'{name}' is no matrix: only the columns of one have headings."
    if len(value) != array.shape[1]:
        return f"'{name}' has {array.shape[1]:,} columns, not {len(value):,}."
    return ""


def class_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return names of classes as sheets have them: one line each, cut, and each another.

    They stand in formulas, where a text may have 255 characters and everything 8,192.
    """
    found: list[str] = []
    for place, text in enumerate(texts, 1):
        name = " ".join(text.split())
        if len(name) > LONGEST_NAME:
            name = name[: LONGEST_NAME - 1].rstrip() + "…"
            name = f"{name} ({place})" if name in found else name
        found.append(name)
    return tuple(found)


def shown(heading: str) -> str:
    """Return a heading as sheets show it: one line, cut where it is very long.

    One that begins with anything but a letter stands in brackets: spreadsheets complete a
    number that is typed by texts of its column, and some take `=` for a formula.
    """
    text = " ".join(heading.split())
    if len(text) > LONGEST:
        text = text[: LONGEST - 1].rstrip() + "…"
    return text if text[:1].isalpha() else f"[{text}]"
