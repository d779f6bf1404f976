"""What is typed into the options: lists, numbers, and names with settings of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

from tracer.errors import TracerError, did_you_mean

Row = TypeVar("Row")


def chosen(
    option: str, text: str, rows: Mapping[str, Row], aliases: Mapping[str, str] | None = None
) -> Row:
    """Return the row of a table that a name means. Raises TracerError with the nearest names."""
    name = text.strip().casefold().replace(" ", "_")
    name = (aliases or {}).get(name, name)
    for candidate in (name, name.replace("-", "_"), name.replace("_", "-")):
        candidate = (aliases or {}).get(candidate, candidate)
        if candidate in rows:
            return rows[candidate]
    near = did_you_mean(text, [*rows, *(aliases or {})])
    raise TracerError(f"{option}: '{text}' is not known.{near} Known: {', '.join(rows)}.")


def with_settings(option: str, text: str) -> tuple[str, dict[str, float]]:
    """Return the name and the settings of `name:key=value,key=value`."""
    name, colon, rest = text.partition(":")
    settings: dict[str, float] = {}
    for part in rest.split(",") if colon else []:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not key:
            raise TracerError(
                f"{option}: '{part.strip()}' can't be read; write {name}:NAME=VALUE,NAME=VALUE."
            )
        settings[key] = number(f"{option}: {key}", value)
    return name, settings


def settings_of(
    option: str,
    name: str,
    given: Mapping[str, float],
    known: Mapping[str, float | None],
) -> dict[str, float]:
    """Return all settings of a row, given or usual. Raises TracerError for others."""
    for key in given:
        if key not in known:
            listed = f" Known: {', '.join(known)}." if known else ""
            raise TracerError(
                f"{option}: {name} has no setting '{key}'.{did_you_mean(key, known)}{listed}"
            )
    missing = [key for key, value in known.items() if value is None and key not in given]
    if missing:
        raise TracerError(f"{option}: {name} needs {missing[0]}: write {name}:{missing[0]}=….")
    usual = {key: value for key, value in known.items() if value is not None}
    return {key: given.get(key, usual.get(key, 0.0)) for key in known}


def number(
    option: str, text: str, low: float = -math.inf, high: float = math.inf, *, above: bool = False
) -> float:
    """Return a finite number from `low` (`above`: above it) to `high`."""
    try:
        value = math.nan if "_" in text else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = " (write a point, not a comma)" if "," in text else ""
        raise TracerError(f"{option}: '{text}' is not a number{hint}.")
    if not low <= value <= high or (above and value == low):
        start = f"{'above' if above else 'at least'} {low:g}"
        end = f" and at most {high:g}" if math.isfinite(high) else ""
        raise TracerError(f"{option}: {text} is out of range; it must be {start}{end}.")
    return value


def whole(option: str, text: str, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`."""
    text = text.strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise TracerError(f"{option}: '{text}' is not a whole number.")
    if not low <= int(text) <= high:
        raise TracerError(f"{option}: {text} is out of range; it must be from {low} to {high:,}.")
    return int(text)


def listed(option: str, text: str) -> list[str]:
    """Return the parts of a list with commas. Raises TracerError where one is empty."""
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise TracerError(f"{option}: '{text}' has an empty part; write such as a,b,c.")
    return parts


def maybe_number(
    option: str,
    text: str | None,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: bool = False,
) -> float | None:
    """Return a number, as `number` does; None where nothing was typed."""
    return None if text is None else number(option, text, low, high, above=above)


def maybe_whole(option: str, text: str | None, low: int, high: int) -> int | None:
    """Return a whole number; None where nothing was typed."""
    return None if text is None else whole(option, text, low, high)


def one_of(option: str, text: str, known: tuple[str, ...]) -> str:
    """Return the word of a list that was meant."""
    if text.strip().casefold() in known:
        return text.strip().casefold()
    if text in known:
        return text
    shown = ", ".join(repr(item) if not item.isalpha() else item for item in known)
    raise TracerError(
        f"{option}: '{text}' is not known.{did_you_mean(text, known)} Known: {shown}."
    )
