"""Texts with gaps: what stands between the gaps, and in each a value that is written at the end.

Nothing in a text has to be marked, so nothing that a person wrote can be taken for a mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from string import Formatter
from typing import Generic, TypeVar

Gap = TypeVar("Gap")


@dataclass(frozen=True, slots=True)
class Pieces(Generic[Gap]):
    """A text in pieces: texts, no two in a row, and values that `written` makes texts of."""

    pieces: tuple[str | Gap, ...]

    def written(self, write: Callable[[Gap], str]) -> str:
        """Return the text, each gap filled with what is written for it."""
        return "".join([p if isinstance(p, str) else write(p) for p in self.pieces])


def joined(*parts: str | Pieces[Gap]) -> str | Pieces[Gap]:
    """Return parts as one, one after the other; a text where there is no gap in any."""
    return between("", parts)


def between(sign: str, parts: Iterable[str | Pieces[Gap]]) -> str | Pieces[Gap]:
    """Return parts as one, with a sign between them."""
    listed = [*parts]
    texts = [part for part in listed if isinstance(part, str)]
    if len(texts) == len(listed):
        return sign.join(texts)
    pieces: list[str | Gap] = []
    for number, part in enumerate(listed):
        if number:
            _add(pieces, sign)
        for piece in (part,) if isinstance(part, str) else part.pieces:
            _add(pieces, piece)
    return Pieces(tuple(pieces))


def _add(pieces: list[str | Gap], piece: str | Gap) -> None:
    last = pieces[-1] if pieces else None
    if isinstance(piece, str) and isinstance(last, str):
        pieces[-1] = last + piece
    elif piece != "":
        pieces.append(piece)


def filled(form: str, *parts: str | Pieces[Gap]) -> str | Pieces[Gap]:
    """Return a format string such as `MAX(0,{0})` with parts filled in."""
    if all(isinstance(part, str) for part in parts):
        return form.format(*parts)
    found: list[str | Pieces[Gap]] = []
    for text, field, _, _ in Formatter().parse(form):
        found.append(text)
        if field is not None:
            found.append(parts[int(field)])
    return between("", found)
