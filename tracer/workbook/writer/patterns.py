"""A pattern as XML: written once with gaps, which each sheet that shares it fills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracer.language.addresses import column_letters
from tracer.language.places import Place, Text
from tracer.workbook.plan.plan import Cell, Pattern, Sheet
from tracer.workbook.writer.texts import Texts, escaped


class StyleNumbers(Protocol):
    """Numbers a role with a number format as the file's style table does."""

    def number(self, role: str, number_format: str) -> int:
        """Return the style's number."""


#: Says what fills a gap of a pattern on a sheet.
Word = Callable[[Sheet], str]


@dataclass(frozen=True)
class _Gapped:
    """A pattern as XML with gaps for a sheet's numbers and for its words.

    `numbers` are places in the state; `order` says which number or, counted on behind those,
    which of `words` goes into each gap.
    """

    xml: str
    numbers: NDArray[np.int64]
    words: tuple[Word, ...]
    order: tuple[int, ...]
    pattern: Pattern


class Patterns:
    """Writes a pattern once as XML with gaps, then fills the gaps for each sheet."""

    def __init__(self, styles: StyleNumbers) -> None:
        self.styles = styles
        self.texts = Texts()
        self._compiled: dict[int, _Gapped] = {}

    def filled(self, sheet: Sheet) -> bytes:
        """Return a sheet's rows as XML."""
        key = id(sheet.pattern)
        if key not in self._compiled:
            self._compiled[key] = _PatternWriter(self.styles, self.texts).compiled(sheet.pattern)
        compiled = self._compiled[key]
        values: list[float | str] = []
        if sheet.state is not None and len(compiled.numbers):
            values += sheet.state()[compiled.numbers].tolist()
        values += [word(sheet) for word in compiled.words]
        return (compiled.xml % tuple(map(values.__getitem__, compiled.order))).encode()


class _PatternWriter:
    """Writes one pattern; notes what goes into each gap, in the order of the gaps."""

    def __init__(self, styles: StyleNumbers, texts: Texts) -> None:
        self._styles, self._texts = styles, texts
        self._pieces: list[str] = []
        self._numbers: list[int] = []
        self._words: dict[tuple[str, int], Word] = {}
        #: A number's position; of a word, counted on from -1 downwards.
        self._order: list[int] = []

    def compiled(self, pattern: Pattern) -> _Gapped:
        """Return the pattern."""
        write = self._pieces.append
        for row, cells in by_position(pattern.cells):
            height = pattern.heights.get(row)
            tall = "" if height is None else f' ht="{height}" customHeight="1"'
            write(f'<row r="{row}"{tall}>')
            for cell in cells:
                self._cell(cell)
            write("</row>")
        count = len(self._numbers)
        order = tuple(at if at >= 0 else count - 1 - at for at in self._order)
        places = np.array(self._numbers, np.int64)
        words = tuple(self._words.values())
        return _Gapped("".join(self._pieces), places, words, order, pattern)

    def _cell(self, cell: Cell) -> None:
        write = self._pieces.append
        style = self._styles.number(cell.role, cell.format)
        start = f'<c r="{column_letters(cell.column)}{cell.row}" s="{style}"'
        if cell.at is not None:
            write(f"{start}>")
            self._formula(cell.formula)
            self._order.append(len(self._numbers))
            self._numbers.append(cell.at)
            write("<v>%r</v></c>")
        elif cell.number is not None:
            write(f"{start}>")
            self._formula(cell.formula)
            write(f"<v>{cell.number!r}</v></c>")
        elif cell.formula is not None:
            write(f'{start} t="str">')
            self._formula(cell.formula)
            write(f"<v>{escaped(cell.text or '')}</v></c>")
        elif cell.varies:
            write(f'{start} t="s"><v>')
            self._gap((cell.varies, 0), _own_text(self._texts, cell.varies))
            write("</v></c>")
        elif cell.text:
            write(f'{start} t="s"><v>{self._texts.number(cell.text)}</v></c>')
        else:
            write(f"{start}/>")

    def _formula(self, formula: Text | None) -> None:
        if formula is None:
            return
        write = self._pieces.append
        if isinstance(formula, str):
            write(f"<f>{escaped(formula)}</f>")
            return
        write("<f>")
        for piece in formula.pieces:
            if isinstance(piece, str):
                write(escaped(piece))
            else:
                self._reference(piece)
        write("</f>")

    def _reference(self, place: Place) -> None:
        if place.right:
            raise ValueError("sheets that share a pattern differ in rows only")
        self._pieces.append(escaped(place.before_row()))
        self._gap((place.down, place.row), _row(place))

    def _gap(self, key: tuple[str, int], word: Word) -> None:
        """Write a gap; gaps with the same key are filled alike."""
        self._pieces.append("%s")
        self._words.setdefault(key, word)
        self._order.append(-1 - [*self._words].index(key))


def _own_text(texts: Texts, name: str) -> Word:
    return lambda sheet: str(texts.number(sheet.texts[name]))


def _row(place: Place) -> Word:
    return lambda sheet: str(place.row + sheet.moves[place.down])


def by_position(cells: list[Cell]) -> Iterator[tuple[int, list[Cell]]]:
    """Yield each row's number and its cells from left to right."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    for row in sorted(rows):
        yield row, sorted(rows[row], key=lambda cell: cell.column)
