"""A long table as XML: one shared formula per column, the value beside each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tracer.language.addresses import column_letters
from tracer.language.places import Place, Text, written
from tracer.workbook.plan.plan import NumberTable
from tracer.workbook.writer.patterns import StyleNumbers
from tracer.workbook.writer.texts import escaped

ROWS_AT_A_TIME = 256
#: Every so many rows, a column's formula is written a little differently (it adds 0).
#: LibreOffice computes equal formulas below each other as a group, from 100 rows on on several
#: processors at once, and then reads cells of other groups before they are up to date: after
#: an input changed, a long table that feeds itself row by row came out wrong without a word.
RUN = 64
#: Where a row's number goes: no text holds this character, which XML hasn't (see `clean`).
_ROW = "\0"

Progress = Callable[[int], None]


def table_xml(
    table: NumberTable, styles: StyleNumbers, progress: Progress | None
) -> Iterator[bytes]:
    """Yield a long table's rows: one shared formula per column, the value beside each."""
    lines = _TableRows(table, styles)
    for start in range(0, table.count, ROWS_AT_A_TIME):
        stop = min(start + ROWS_AT_A_TIME, table.count)
        numbers = table.rows(start, stop)
        text = "".join(map(lines.line, range(start, stop)))
        yield (text % tuple(numbers.ravel().tolist())).encode()
        if progress is not None:
            progress(numbers.size)


class _TableRows:
    """Writes rows with a gap for each number: the first, those after it, every so many apart."""

    def __init__(self, table: NumberTable, styles: StyleNumbers) -> None:
        self._first_row = table.first_row
        columns = sorted(table.columns.items())
        self._formulas = [_Moving.of(column.formula) for _, column in columns]
        self._opened = [
            f'<c r="{column_letters(number)}{_ROW}" s="{styles.number(c.role, c.format)}">'
            for number, c in columns
        ]
        last = table.first_row + table.count - 1
        letters = [column_letters(number) for number, _ in columns]
        self._head = self._row(
            _shared(c.formula, shared, f"{at}{table.first_row}:{at}{last}", table.count == 1)
            for shared, (at, (_, c)) in enumerate(zip(letters, columns, strict=True))
        )
        self._plain = self._row(
            "" if c.formula is None else f'<f t="shared" si="{shared}"/>'
            for shared, (_, c) in enumerate(columns)
        )

    def line(self, down: int) -> str:
        """Return the XML of the row so many below the first."""
        line = self._plain if down else self._head
        if down % RUN == RUN - 1:
            line = self._row(f.apart(down) if f else "" for f in self._formulas)
        return line.replace(_ROW, str(self._first_row + down))

    def _row(self, formulas: Iterable[str]) -> str:
        """Return a row with a gap for its number wherever that stands."""
        cells = zip(self._opened, formulas, strict=True)
        listed = "".join([f"{opened}{formula}<v>%r</v></c>" for opened, formula in cells])
        return f'<row r="{_ROW}">{listed}</row>'


def _shared(formula: Text | None, shared: int, area: str, alone: bool) -> str:
    """Return the formula of a column's first row, which the rows below share."""
    if formula is None:
        return ""
    text = escaped(written(formula))
    return f"<f>{text}</f>" if alone else f'<f t="shared" ref="{area}" si="{shared}">{text}</f>'


@dataclass(frozen=True)
class _Moving:
    """A column's formula in pieces: texts, and between them rows that move with the row."""

    texts: tuple[str, ...]
    rows: tuple[int, ...]

    @classmethod
    def of(cls, formula: Text | None) -> _Moving | None:
        """Return a column's formula; None for stored values."""
        if formula is None:
            return None
        texts, rows = [""], []
        for piece in (formula,) if isinstance(formula, str) else formula.pieces:
            if isinstance(piece, Place):
                texts[-1] += escaped(piece.before_row())
                rows.append(piece.row)
                texts.append("")
            else:
                texts[-1] += escaped(piece)
        return cls(tuple(texts), tuple(rows))

    def apart(self, down: int) -> str:
        """Return the formula so many rows below, written out and adding 0."""
        moved = [text + str(row + down) for text, row in zip(self.texts, self.rows, strict=False)]
        return f"<f>({''.join(moved)}{self.texts[-1]})+0</f>"
