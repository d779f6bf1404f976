"""A template's file → its raw content. To list lessons takes no more than this."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tracer import limits
from tracer.errors import TemplateError
from tracer.paths import check_ordinary

#: A key of too many parts: tomllib takes quadratic time for it. None of its loops goes back.
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:{_PART}){{{limits.KEY_PARTS.most}}}")


def read_text(path: Path) -> str:
    """Return a template's text. Raises TemplateError for a file that can't be read."""
    try:
        size, most = path.stat().st_size, limits.TEMPLATE.most
        if size > most:
            raise TemplateError(f"{path}: the template is larger than {most:,} bytes.")
        check_ordinary(path)
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
    if long := _LONG_KEY.search(text):
        line = text.count("\n", 0, long.start()) + 1
        raise TemplateError(
            f"{path}: line {line}: a key has more than {limits.KEY_PARTS.most} parts."
        )
    try:
        raw = tomllib.loads(text)
        _check_whole(raw)
        return raw
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{path}: this is not TOML: {error}.") from None
    except (RecursionError, ValueError, OverflowError) as error:
        raise TemplateError(f"{path}: this is not TOML: {error}.") from None


def _head(text: str) -> dict[str, Any]:
    """Return what stands before the first table: a title is found without reading the rest."""
    first = re.search(r"^[ \t]*\[", text, re.MULTILINE)
    try:
        return tomllib.loads(text[: first.start()]) if first else {}
    except tomllib.TOMLDecodeError:
        # That bracket was inside a list or a text.
        return {}


def _check_whole(value: object) -> None:
    """Raise ValueError for a whole number beyond what TOML promises: also in hexadecimal."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
        elif isinstance(found, int) and abs(found) > limits.WHOLE.most:
            raise ValueError("a whole number has more than 64 bits")
