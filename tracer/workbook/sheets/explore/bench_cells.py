"""The bench's cells: each picks, by the choice, what its entry has there."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.language.elements import Leaf, element
from tracer.language.expression import Index
from tracer.language.formula import LONGEST_FORMULA
from tracer.workbook.plan.plan import Pattern, area
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.band import cell_of, flat, index_at
from tracer.workbook.sheets.explore.bench import View
from tracer.workbook.sheets.explore.entries import Entry, ListedEquation
from tracer.workbook.sheets.explore.homes import Picked, joined, page_start, window_parts
from tracer.workbook.sheets.explore.layout import Layout, shifted
from tracer.workbook.sheets.explore.name_lines import NAME_LINE, broken
from tracer.workbook.sheets.explore.places import (
    BENCH_NAMES,
    STARTS,
    TABLE_ROW,
)
from tracer.workbook.sheets.spelled import literal

#: A choice is made among so many, which is what every spreadsheet program can (LibreOffice 31); of
#: more, each part is made in a cell of its own.
MOST_CHOSEN, LONGEST_CHOICE = 29, LONGEST_FORMULA - 300
#: How high a line of a size is, in points.
SIZE_LINE = 10.5

#: What a cell shows with one of the choices: its formula and what that gives at first.
Shows = tuple[str, str | float]
NOTHING: Shows = ('""', "")


class BenchCells:
    """Draws the bench into the sheet."""

    def __init__(self, layout: Layout, pattern: Pattern, below: int) -> None:
        """Get ready; from the row `below` on there is room for parts of long choices."""
        self._layout = layout
        self._pattern = pattern
        self._below = below
        self._cells: dict[tuple[int, int], dict[int, Shows]] = {}
        self._roles: dict[int, CellRole] = {}

    def draw(self) -> None:
        """Draw every cell of it."""
        layout, bench = self._layout, self._layout.bench
        for entry in layout.entries:
            for view in bench.views[entry.number]:
                self._view(entry, view)
            for sign in bench.signs[entry.number]:
                text = literal(sign.text), sign.text
                self._cells.setdefault((sign.row, sign.column), {})[entry.number] = text
        for (row, column), shows in sorted(self._cells.items()):
            self._cell(row, column, shows)
        names = [broken(v.label) for views in bench.views.values() for v in views]
        lines = max((name.count("\n") + 1 for name in names), default=1)
        self._pattern.heights[BENCH_NAMES] = round(max(15.0, lines * NAME_LINE + 3), 1)
        if bench.most_starts:
            self._pattern.heights[bench.last_row] = 3 * SIZE_LINE + 2

    def _view(self, entry: Entry, view: View) -> None:
        number = entry.number
        name = broken(view.label)
        said = "&CHAR(10)&".join(map(literal, name.split("\n")))
        self._cells.setdefault((BENCH_NAMES, view.column), {})[number] = (said, name)
        self._roles[BENCH_NAMES] = "bench_name"
        below = self._layout.bench.last_row
        self._cells.setdefault((below, view.column), {})[number] = self._caption(entry, view)
        self._roles[below] = "bench_size"
        self._write_starts(entry, view)
        for i in range(view.shown[0]):
            for j in range(view.shown[1]):
                where = view.row + i, view.column + j
                self._cells.setdefault(where, {})[number] = self._number(entry, view, i, j)

    def _number(self, entry: Entry, view: View, i: int, j: int) -> Shows:
        layout = self._layout
        row, column = _coordinates(view, i, j, self._first(entry, view))
        slot = view.slot
        at = slot.offset + flat(slot.shape, _origin(view, i, j))
        return layout.homes[slot.key].pick(row, column), float(layout.state[at])

    def _first(self, entry: Entry, view: View) -> tuple[str, str]:
        """Return the cells that say where a view's rows and columns begin; empty for all."""
        return self._layout.first(entry, view, 0), self._layout.first(entry, view, 1)

    def _write_starts(self, entry: Entry, view: View) -> None:
        """Write where the windows of a view begin: on the page with the chosen row or column."""
        layout = self._layout
        for axis, start in enumerate(view.starts):
            if not start:
                continue
            size, shown = view.size[axis], view.shown[axis]
            follows, shift = self._follows(entry, view, axis)
            if follows:
                chosen = shifted(layout.axis_cell(follows), shift)
                # While another equation is chosen, its row may be none of this one's.
                text = f"MAX(1,{page_start(chosen, shown, size)})"
            else:
                text = "1"
            row, column = TABLE_ROW + entry.number, layout.helper + STARTS + start - 1
            self._pattern.live(row, column, "helper", text, 1)

    def _follows(self, entry: Entry, view: View, axis: int) -> tuple[str, int]:
        """Return which choice a side of a view follows, and by how much it is shifted."""
        if not isinstance(entry, ListedEquation):
            return "", 0
        if view.leaf is None:
            return ("row", "column")[axis], 0
        product = entry.reading.leaf_product(view.leaf.span)
        if product is None:
            return "", 0
        lines = (product.rows, product.columns)[axis]
        return lines.follows, lines.shift

    def _caption(self, entry: Entry, view: View) -> Shows:
        wording = self._layout.wording
        parts: list[object] = [wording("common.size", size=wording.size(view.shape))]
        for axis, start in enumerate(view.starts):
            if start:
                first = self._layout.first(entry, view, axis)
                shown = window_parts(wording, axis, first, view.shown[axis])
                parts += [Picked("CHAR(10)", "\n"), *shown]
        return joined(parts)

    # -- cells ------------------------------------------------------------------------------

    def _cell(self, row: int, column: int, shows: Mapping[int, Shows]) -> None:
        layout = self._layout
        every = [shows.get(entry.number, NOTHING) for entry in layout.entries]
        now = shows.get(layout.initial.number, NOTHING)[1]
        parts = _parts([formula for formula, _ in every])
        role = self._roles.get(row, "bench")
        chosen = layout.equation_cell
        if len(parts) == 1:
            text = _choose(chosen, 0, parts[0])
        else:
            text, done = "", 0
            for k, part in enumerate(parts):
                home = self._below + row - BENCH_NAMES, layout.in_full + column * len(parts) + k
                inside = done < layout.initial.number <= done + len(part)
                within = f"AND({chosen}>{done},{chosen}<={done + len(part)})"
                one = f'IF({within},{_choose(chosen, done, part)},"")'
                self._pattern.live(*home, "helper", one, now if inside else "")
                done += len(part)
                text += f"IF({chosen}<={done},{area(*home, 1, 1)},"
            text += '""' + ")" * len(parts)
        self._pattern.live(row, column, role, text, now)


def _parts(formulas: list[str]) -> list[list[str]]:
    """Return formulas in groups that one choice can be made among."""
    groups: list[list[str]] = [[]]
    length = 0
    for formula in formulas:
        if groups[-1] and (
            len(groups[-1]) == MOST_CHOSEN or length + len(formula) > LONGEST_CHOICE
        ):
            groups.append([])
            length = 0
        groups[-1].append(formula)
        length += len(formula) + 1
    return groups


def _choose(chosen: str, done: int, formulas: list[str]) -> str:
    if len(formulas) == 1:
        return formulas[0]
    return f"CHOOSE({shifted(chosen, -done) if done else chosen},{','.join(formulas)})"


def _origin(view: View, i: int, j: int) -> Index:
    """Return which element of its quantity a view has at a row and a column."""
    if view.leaf is None:
        return index_at(view.slot.shape, i, j)
    cell = element(view.leaf, index_at(view.leaf.shape, i, j))
    assert isinstance(cell, Leaf)
    return cell.origin


def _coordinates(view: View, i: int, j: int, first: tuple[str, str]) -> tuple[str, str]:
    """Return the row and the column, from 1, in its quantity that a cell of a view shows."""
    if not any(view.starts):
        row, column = cell_of(_origin(view, i, j))
        return str(row + 1), str(column + 1)
    # A leaf is a quantity, transposed or a regular part: its places go on evenly.
    start = cell_of(_origin(view, 0, 0))
    down = _steps(view, start, 0)
    right = _steps(view, start, 1)
    found = []
    for axis in range(2):
        constant = start[axis] + 1
        terms = []
        for step, moved, begins in ((down[axis], i, first[0]), (right[axis], j, first[1])):
            constant += step * (moved - (1 if begins else 0))
            if begins and step:
                terms.append(begins if step == 1 else f"{step}*{begins}")
        found.append(_sum(terms, constant))
    return found[0], found[1]


def _steps(view: View, start: tuple[int, int], axis: int) -> tuple[int, int]:
    """Return how the place in the quantity moves with one row (0) or column (1) of a view."""
    if view.size[axis] == 1:
        return 0, 0
    row, column = cell_of(_origin(view, *((1, 0) if axis == 0 else (0, 1))))
    return row - start[0], column - start[1]


def _sum(terms: list[str], constant: int) -> str:
    if not terms:
        return str(constant)
    text = "+".join(terms).replace("+-", "-")
    return f"{text}{constant:+d}" if constant else text
