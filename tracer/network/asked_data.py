"""The data that was asked for: a file, or made-up data; and which options are for which."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tracer.data.made import MADE, MOST_SAMPLES
from tracer.data.tables import BLANK, DECIMALS, ENCODINGS, SEPARATORS, TEXT_FILES
from tracer.errors import TracerError, did_you_mean
from tracer.network import choices
from tracer.network.dataset import TASKS, Data, from_file, made_up
from tracer.network.options import NewOptions
from tracer.network.reading import DataOptions

#: Words for separators that are hard to type.
SEPARATOR_WORDS = {
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    **dict.fromkeys(("blank", "blanks", "space"), BLANK),
}
#: The kind of file by its suffix, and the options that are for that kind alone.
KINDS: Mapping[str, str] = {
    **dict.fromkeys(TEXT_FILES, "CSV"),
    ".xlsx": "Excel",
}
ONLY_FOR = {"CSV": ("separator", "decimal", "encoding"), "Excel": ("sheet",)}
FILES_ONLY = (
    *("target", "columns", "task", "drop_missing"),
    *("separator", "decimal", "encoding", "header", "sheet"),
)
MADE_ONLY = ("samples", "noise")


def asked_data(options: NewOptions, target: Path, seed: int) -> Data:
    """Return the data; `target` is where the template will stand. Raises TracerError."""
    name = options.data.strip()
    samples = choices.maybe_whole("--samples", options.samples, 2, MOST_SAMPLES)
    noise = choices.maybe_number("--noise", options.noise, 0, 1e5)
    if name.casefold() in MADE:
        _refuse(options, FILES_ONLY, f"is for files, and '{name}' is made-up data.")
        return made_up(name.casefold(), samples, noise, seed)
    path = Path(name)
    kind = _kind(path, name)
    _refuse(options, MADE_ONLY, f"is for made-up data, and {name} is a file.")
    for other, names in ONLY_FOR.items():
        if other != kind:
            _refuse(options, names, f"is for {other} files, and {name} is none.")
    return from_file(path, shown_path(path, target), _file_options(options))


def _refuse(options: NewOptions, names: tuple[str, ...], why: str) -> None:
    """Raise TracerError for the first of some options that was typed."""
    for name in names:
        if getattr(options, name) not in (None, (), False):
            raise TracerError(f"--{name.replace('_', '-')}: {why}")


def _kind(path: Path, name: str) -> str:
    """Return which kind of file this is. Raises TracerError for none that can be read."""
    if not name.isprintable():
        raise TracerError(f"--data: {name!r} has characters that a template can't hold.")
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        near = did_you_mean(name, MADE)
        raise TracerError(
            f"--data: '{name}' is neither a .csv or .xlsx file nor made-up data.{near}"
            f" Made up are {', '.join(MADE)}."
        )
    return kind


def _file_options(options: NewOptions) -> DataOptions:
    separator, decimal, task = options.separator, options.decimal, options.task
    if separator is not None:
        separator = SEPARATOR_WORDS.get(separator.casefold(), separator)
        separator = choices.one_of("--separator", separator, SEPARATORS)
    if decimal is not None:
        decimal = choices.one_of("--decimal", decimal, DECIMALS)
    if separator == decimal == ",":
        raise TracerError("--decimal: separator and decimal sign can't both be a comma.")
    encoding = options.encoding
    if encoding is not None:
        encoding = choices.one_of("--encoding", encoding, tuple(ENCODINGS))
    if task is not None:
        task = choices.one_of("--task", task, TASKS)
    return DataOptions(
        options.target,
        options.columns,
        task,
        options.drop_missing,
        separator,
        decimal,
        options.sheet,
        encoding,
        choices.maybe_whole("--header", options.header, 0, 1_000_000),
    )


def shown_path(path: Path, target: Path) -> str:
    """Return a data file's path from the template's folder, with forward slashes."""
    try:
        return Path(os.path.relpath(path.resolve(), target.resolve().parent)).as_posix()
    except (ValueError, OSError):  # another drive
        return path.absolute().as_posix()
