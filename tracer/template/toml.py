"""Values and tables as the text of a TOML file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 100


def value(item: Any) -> str:
    """Return a text, number, list or table as TOML; whole numbers without a point."""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str):
        return json.dumps(item, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(item, float):
        return str(int(item)) if item.is_integer() and abs(item) < 1e15 else repr(item)
    if isinstance(item, int):
        return str(item)
    if isinstance(item, Mapping):
        return (
            "{ "
            + ", ".join(f"{key_text(key)} = {value(part)}" for key, part in item.items())
            + " }"
        )
    if isinstance(item, Sequence):
        return "[" + ", ".join(map(value, item)) + "]"
    raise TypeError(item)


def lines(pairs: Mapping[str, Any]) -> list[str]:
    """Return `key = value` lines with their equals signs below each other."""
    written = {key_text(key): item for key, item in pairs.items()}
    longest = max(map(len, written), default=0)
    return [f"{key.ljust(longest)} = {_split(item, longest)}" for key, item in written.items()]


def key_text(key: str) -> str:
    """Return a key as it is typed: in quotes where it must be."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else value(key)


def _split(item: Any, indent: int) -> str:
    """Return a value; a long list has its items on lines of their own."""
    text = value(item)
    if not isinstance(item, list) or indent + len(text) + 3 <= WIDTH:
        return text
    return "[\n" + "".join(f"    {value(part)},\n" for part in item) + "]"


def comment(text: str) -> list[str]:
    """Return a text as comment lines; what can't stand in one is left out."""
    rows, row = [], "#"
    for word in "".join(c if c.isprintable() else " " for c in text).split():
        if len(row) + len(word) + 1 > WIDTH and row != "#":
            rows.append(row)
            row = "#"
        row += f" {word}"
    return [*rows, row]
