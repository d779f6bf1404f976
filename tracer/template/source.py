"""A template's file → its raw content. To list lessons takes no more than this."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tracer.errors import TemplateError

LARGEST_TEMPLATE = 4_000_000


def read_text(path: Path) -> str:
    """Return a template's text. Raises TemplateError for a file that can't be read."""
    try:
        if path.stat().st_size > LARGEST_TEMPLATE:
            raise TemplateError(f"{path}: the template is larger than {LARGEST_TEMPLATE:,} bytes.")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise TemplateError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise TemplateError(f"{path}: this can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise TemplateError(f"{path}: the template is not UTF-8 text.") from None


def read_toml(path: Path, *, head: bool = False) -> dict[str, Any]:
    """Return a template's raw content, or with `head` at least what stands before its tables.

    Raises TemplateError for a file that can't be read or is not TOML (line and column).
    """
    text = read_text(path)
    return (_head(text) if head else {}) or content(text, path)


def content(text: str, path: Path) -> dict[str, Any]:
    """Return what a file's text says. Raises TemplateError where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{path}: this is not TOML: {error}.") from None
    except (RecursionError, ValueError, OverflowError) as error:
        raise TemplateError(f"{path}: this is not TOML: {error}.") from None


def _head(text: str) -> dict[str, Any]:
    """Return what stands before the first table: a title is found without reading the rest."""
    first = re.search(r"^\s*\[", text, re.MULTILINE)
    try:
        return tomllib.loads(text[: first.start()]) if first else {}
    except tomllib.TOMLDecodeError:
        # That bracket was inside a list or a text.
        return {}
