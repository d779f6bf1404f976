"""What Python's functions are given, looked at before it is used: one clear line if it is wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tracer.errors import OutputError, TracerError

MOST_DECIMALS = 12


def path_of(value: object, suffix: str = "") -> Path:
    """Return a path, whose name must end in `suffix`. Raises OutputError."""
    if not isinstance(value, str | os.PathLike):
        raise OutputError(f"{value!r} is no path.")
    path = Path(value)
    if suffix and path.suffix.lower() != suffix:
        raise OutputError(f"{os.fspath(value)}: the name must end in {suffix}.")
    return path


def whole_number(value: object) -> bool:
    """Say whether something is a whole number, in Python or NumPy."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def check_whole(name: str, value: object, low: int, high: int | None = None) -> None:
    """Raise TracerError for what is no whole number, or outside the numbers that may be."""
    inside = whole_number(value) and low <= int(value)  # type: ignore[call-overload]
    if not inside or (high is not None and int(value) > high):  # type: ignore[call-overload]
        upto = f" to {high:,}" if high is not None else ""
        raise TracerError(f"{name} must be a whole number from {low}{upto}, not {value!r}.")


def check_number(name: str, value: object, low: float, high: float) -> None:
    """Raise TracerError for what is no number, or outside the numbers that may be."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not low <= float(value) <= high:  # type: ignore[arg-type]
        raise TracerError(f"{name} must be a number from {low:g} to {high:g}, not {value!r}.")


def check_texts(**named: object) -> None:
    """Raise TracerError for what is no text."""
    for name, value in named.items():
        if not isinstance(value, str):
            raise TracerError(f"{name} must be a text, not {value!r}.")


def iterations_of(name: str, value: object) -> list[int]:
    """Return a list of iterations. Raises TracerError."""
    listed = isinstance(value, Sequence | range | np.ndarray) and not isinstance(value, str)
    if not listed or not all(map(whole_number, value)):  # type: ignore[call-overload]
        raise TracerError(f"{name} must be a list of iterations, such as [1, 2, 10].")
    return [int(number) for number in value]  # type: ignore[attr-defined]


def check_looks(sheets: object, decimals: object, lang: object, palette: object) -> None:
    """Raise TracerError for what can't be the looks of a workbook."""
    if decimals is not None:
        check_whole("decimals", decimals, 0, MOST_DECIMALS)
    if sheets is not None:
        iterations_of("sheets", sheets)
    check_texts(lang=lang, palette=palette)
