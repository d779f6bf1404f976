"""Standard output and error, as they are: closed, full, or in an encoding that lacks signs.

What an encoding lacks is written as what looks most like it, so that ✓ and ✗ stay apart.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
import unicodedata
from contextlib import suppress
from typing import TextIO

import click
from click.exceptions import Exit

from tracer.errors import OutputError
from tracer.wording.terminal import shown

#: What stands for a sign where it can't be written; letters lose their accents by themselves.
NEAREST = {
    "✓": "v",
    "✗": "x",
    "×": "x",
    "≈": "~",
    "➜": "=>",
    "→": "->",
    "↓": "v",
    "↑": "^",
    "−": "-",
    "–": "-",
    "—": "-",
    "‒": "-",
    "‐": "-",
    "÷": "/",
    "·": ".",
    "⋅": ".",
    "“": '"',
    "”": '"',
    "„": '"',
    "’": "'",
    "ʼ": "'",
    "′": "'",
    "•": "*",
    "●": "*",
    "○": "o",
    "▶": ">",
    "◀": "<",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "±": "+-",
    "ß": "ss",
    "⁄": "/",
    "√": "sqrt",
    "π": "pi",
    "Σ": "Sum",
    "Δ": "Delta",
}
UNKNOWN = "?"
#: The exit status where nobody reads any more, as shells count: 128 and the signal's number.
UNHEARD = 141
#: How Python finds the function below.
ERRORS = "tracer.nearest"


def nearest(text: str) -> str:
    """Return a text in ASCII that looks as much like it as can be."""
    return "".join(map(_ascii, text))


def _ascii(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign in NEAREST:
        return NEAREST[sign]
    parts = [part for part in unicodedata.normalize("NFKD", sign) if part != sign]
    kept = [part for part in parts if not unicodedata.combining(part)]
    return "".join(map(_ascii, kept)) or UNKNOWN


def _handle(error: UnicodeError) -> tuple[str, int]:
    """Return what to write instead of what can't be encoded, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return nearest(error.object[error.start : error.end]), error.end


class _AsciiText(io.TextIOWrapper):
    """Writes nothing but ASCII; it doesn't say so, since click would write UTF-8 then."""

    def write(self, text: str) -> int:
        # With bytes, click finds out what it writes to: they are refused, as by others.
        return super().write(nearest(text) if isinstance(text, str) else text)


def prepare() -> None:
    """Make standard output and error take every text, and the files that are opened not be them.

    A closed one gets its number again, so that no other file does; what is written to it fails.
    """
    codecs.register_error(ERRORS, _handle)
    if sys.stdout is None or sys.stderr is None or sys.stdin is None:
        _take_numbers()
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8")
    if sys.stderr is None:
        sys.stderr = io.StringIO()
    sys.stdout, sys.stderr = _taking_all(sys.stdout), _taking_all(sys.stderr)


def _take_numbers() -> None:
    """Open what only can be read under the numbers of standard input, output and error."""
    number = 0
    while number <= 2:  # the first that are free are taken
        number = os.open(os.devnull, os.O_RDONLY)
    os.close(number)


def _taking_all(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream  # somebody's own
    with suppress(LookupError):
        if codecs.lookup(stream.encoding).name == "ascii":
            return _AsciiText(stream.buffer, "utf-8", line_buffering=stream.line_buffering)
    stream.reconfigure(errors=ERRORS)
    return stream


def say(text: str) -> None:
    """Print a text. Raises OutputError where standard output can't be written to.

    Where nobody reads any more, the command ends without a word.
    """
    try:
        click.echo(shown(text))
    except OSError as error:
        if error.errno == errno.EPIPE:
            give_up()
            raise Exit(UNHEARD) from None
        raise OutputError(f"standard output: can't be written to: {error.strerror}.") from None


def complain(text: str) -> None:
    """Print a text to standard error, if that can be written to."""
    with suppress(OSError):
        click.echo(shown(text), err=True)


def give_up() -> None:
    """Drop what couldn't be written, so that Python doesn't try again at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
