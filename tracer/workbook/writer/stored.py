"""The numbers that charts draw, as the cells of their sheets store them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from tracer.language.functions import Array
from tracer.workbook.plan.plan import LineChart, PointChart, Sheet, Span
from tracer.workbook.writer.tables import ROWS_AT_A_TIME


class Stored:
    """Looks up stored numbers: of tables only the columns that charts draw, read once."""

    def __init__(self, sheets: Sequence[Sheet], charts: Iterable[LineChart | PointChart]) -> None:
        self._sheets = {sheet.title: sheet for sheet in sheets}
        self._columns: dict[str, set[int]] = {}
        for chart in charts:
            drawn = self._columns.setdefault(chart.sheet, set())
            drawn |= {column for column, _, _ in _spans(chart)}
        self._tables: dict[str, dict[int, Array]] = {}
        self._cells: dict[str, dict[tuple[int, int], float]] = {}

    def numbers(self, sheet: str, span: Span) -> list[float | None]:
        """Return the numbers of a column from a first to a last row; None where there is none."""
        column, first, last = span
        table = self._sheets[sheet].table
        if table is not None and first >= table.first_row:
            found = self._table(sheet)[column]
            return [*map(float, found[first - table.first_row : last + 1 - table.first_row])]
        cells = self._pattern(sheet)
        return [cells.get((row, column)) for row in range(first, last + 1)]

    def _table(self, title: str) -> dict[int, Array]:
        if title not in self._tables:
            table = self._sheets[title].table
            assert table is not None
            places = {column: place for place, column in enumerate(sorted(table.columns))}
            drawn = sorted(self._columns[title] & set(places))
            wanted = [places[column] for column in drawn]
            rows = range(0, table.count, ROWS_AT_A_TIME)
            read = [table.rows(k, min(k + ROWS_AT_A_TIME, table.count))[:, wanted] for k in rows]
            self._tables[title] = dict(zip(drawn, np.vstack(read).T, strict=True))
        return self._tables[title]

    def _pattern(self, title: str) -> dict[tuple[int, int], float]:
        if title not in self._cells:
            sheet = self._sheets[title]
            state = None if sheet.state is None else sheet.state()
            self._cells[title] = {
                (cell.row, cell.column): number
                for cell in sheet.pattern.cells
                if cell.column in self._columns[title]
                and (
                    number := float(state[cell.at])
                    if cell.at is not None and state is not None
                    else cell.number
                )
                is not None
            }
        return self._cells[title]


def _spans(chart: LineChart | PointChart) -> Iterable[Span]:
    if isinstance(chart, LineChart):
        return (chart.x, *(curve.span for curve in chart.curves))
    return (span for _, x, y in chart.groups for span in (x, y))
