"""A program's text: from a file or a notebook, with lines as messages name them."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tracer.code.values.faults import CodeError, Text
from tracer.paths import check_ordinary, is_file, is_folder, lies_in

LARGEST_FILE = 30_000_000
LONGEST_CODE = 1_000_000

#: Lines of a notebook that are no Python: commands to the notebook and to the system.
_MAGIC = re.compile(r"^(\s*)([%!?].*|.*\?)$")
#: Cells whose text is for somebody else.
_OTHER_CELLS = re.compile(
    r"^%%(html|bash|sh|javascript|js|latex|markdown|writefile|file|svg|cython|R|perl|ruby|script|cmd)\b"
)
_PRINT = re.compile(
    r"^(\s*|.*?:\s*)print(?:\s+(?![=(.])(?P<what>.+?)|\s+(?P<paren>\(.*))?\s*(?P<rest>#.*)?$"
)
_STRING = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_OUTSIDE = re.compile(r"\s*#.*$")
_INTO = re.compile(r"^>>\s*[\w.]+\s*,?")
_EXCEPT = re.compile(r"^(\s*except\s+[\w.()]+(?:\s*\([^)]*\))?)\s*,\s*(\w+)\s*:")


@dataclass(frozen=True)
class ProgramText:
    """A program that is to be read: its text and tree, where it lies, what it finds defined."""

    text: Text
    tree: ast.Module
    path: Path
    values: Mapping[str, object] = field(default_factory=dict)


def program_at(path: Path, called: str = "") -> ProgramText:
    """Return the program of a file; `called` is run after it. Raises CodeError."""
    return ProgramText(*with_call(program_text(path), called), path)


def with_call(text: Text, called: str) -> tuple[Text, ast.Module]:
    """Return a program's text and tree with what is run after it. Raises CodeError."""
    if called:
        lines = (*text.lines, called)
        text = replace(text, lines=lines, own=len(text.lines))
    return parsed(text)


class Beside:
    """The files that lie beside a program, by the names they are imported by."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str) -> tuple[Text, ast.Module] | None:
        """Return a module's text and tree, or None. Raises CodeError where it can't be read."""
        parts = [part for part in name.split(".") if part]
        if not parts or not all(part.isidentifier() for part in parts):
            return None
        place = self._folder.joinpath(*parts)
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if is_file(path) and lies_in(path, self._folder):
                return parsed(program_text(path))
        # A folder is a package also without a file that says so.
        if is_folder(place) and lies_in(place, self._folder):
            return Text(f"{place.name}/", ()), ast.Module([], [])
        return None


def program_text(path: Path) -> Text:
    """Return a program's text, of a notebook its cells one below the other. Raises CodeError."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise CodeError(f"{path}: {size:,} bytes; at most {LARGEST_FILE:,} are read.")
        check_ordinary(path)
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise CodeError(f"{path}: {getattr(error, 'strerror', None) or error}.") from None
    text = _notebook(path, content) if path.suffix == ".ipynb" else Text(path.name, _lines(content))
    if sum(map(len, text.lines)) > LONGEST_CODE:
        raise CodeError(f"{path}: more than {LONGEST_CODE:,} characters of code.")
    return text


def _lines(content: bytes) -> tuple[str, ...]:
    declared = re.search(
        rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", b"\n".join(content.splitlines()[:2]), re.M
    )
    names = [
        "utf-8-sig",
        *([declared.group(1).decode("ascii", "ignore")] if declared else []),
        "latin-1",
    ]
    for name in names:
        try:
            decoded = content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return tuple(re.split(r"\r\n|\r|\n", decoded))
    raise AssertionError("latin-1 reads every byte")


def _notebook(path: Path, content: bytes) -> Text:
    try:
        book = json.loads(content.decode("utf-8-sig"))
        cells = (
            book["cells"]
            if "cells" in book
            else [c for w in book["worksheets"] for c in w["cells"]]
        )
        codes = [
            "".join(c.get("source", c.get("input", ""))) for c in cells if c["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CodeError(f"{path}: this is not a notebook that can be read.") from None
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    for number, code in enumerate(codes, start=1):
        skip = bool(_OTHER_CELLS.match(code))
        for inside, line in enumerate(code.splitlines(), start=1):
            lines.append(f"# {line}" if skip else _without_magic(line))
            places.append((number, inside))
    return Text(path.name, tuple(lines), tuple(places))


def _without_magic(line: str) -> str:
    found = _MAGIC.match(line)
    return f"{found.group(1)}pass  # {found.group(2)}" if found else line


def parsed(text: Text) -> tuple[Text, ast.Module]:
    """Return the text, mended where Python 2 wrote it, and its tree. Raises CodeError."""
    try:
        return text, _tree(text)
    except SyntaxError as error:
        newer = _mended(text)
        if newer != text:
            try:
                return newer, _tree(newer)
            except SyntaxError:
                pass
        raise _said(text, error) from None


def _tree(text: Text) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse("\n".join(text.lines), text.name)
    except (RecursionError, MemoryError):
        raise CodeError(f"{text.name}: nested too deep to be read.") from None
    except ValueError as error:
        raise CodeError(f"{text.name}: {error}.") from None


def _said(text: Text, error: SyntaxError) -> CodeError:
    line = error.lineno or 1
    return text.fault(line, max(0, (error.offset or 1) - 1), str(error.msg))


def _printed(line: str) -> tuple[str, int]:
    """Return a line with `print` as a function, and how many brackets it leaves open."""
    found = _PRINT.match(line)
    if not found or not (found["what"] or found["paren"] or line.strip() == "print"):
        return line, 0
    what = _INTO.sub("", (found["what"] or found["paren"] or "").rstrip().rstrip(","))
    opened = max(0, _opened(what))
    return f"{found.group(1)}print({what}{'' if opened else ')'}", opened


def _opened(code: str) -> int:
    """Return how many brackets more are opened than closed."""
    bare = _OUTSIDE.sub("", _STRING.sub("", code))
    return sum(map(bare.count, "([{")) - sum(map(bare.count, ")]}"))


def _mended(text: Text) -> Text:
    """Return the text with what Python 2 wrote otherwise, line by line."""
    lines: list[str] = []
    opened = 0
    for line in text.lines:
        line = _EXCEPT.sub(r"\1 as \2:", line).replace("<>", "!=").expandtabs()
        if opened:
            opened = max(0, opened + _opened(line))
            line = line if opened else f"{_OUTSIDE.sub('', line)})"
        else:
            line, opened = _printed(line)
        lines.append(line)
    joined = "\n".join(lines)
    future = re.search(r"^from\s+__future__\s+import\s+.*\bdivision\b", joined, re.M)
    return replace(text, lines=tuple(lines), old=future is None)
