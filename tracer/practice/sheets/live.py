"""Live marking: formulas beside the blanks that say what marking.py says, without macros.

Hidden columns hold, for every blank, the exact number, what the equation gives from the
student's own numbers (once all of them are there), half a unit of the decimals typed, what
rounding can have caused in what follows, the verdict, and how far the number may be from what
the student went on with. The colours, the symbols and every counter read the verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tracer.language.elements import Compute, Element, Leaf, Reduce, cells, element
from tracer.language.expression import Index, SlotKey
from tracer.language.formula import FormulaTooLong, formula, number_text, quoted_sheet
from tracer.language.operators import is_comparison
from tracer.language.places import Place
from tracer.practice.answers.marks import Verdict
from tracer.practice.answers.wording import SYMBOLS
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.made import made_from, made_in
from tracer.practice.marking.rounding import Roundness, rounding
from tracer.practice.marking.sparing import spared_on_sheets
from tracer.practice.marking.tolerance import Size, grain_of, old_slot, size_of
from tracer.practice.sheets.paper import (
    BlankBlock,
    Paper,
    checked,
    right_of,
    students_own,
    too_long,
)
from tracer.practice.sheets.paper import follows as follows_formula
from tracer.practice.sheets.references import least, ranges
from tracer.practice.sheets.verdict import BlankCell, VerdictFormula, half_unit, roughness
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.plan import Highlight, Pattern, Sheet, area
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.band import Area, leaf_key

#: Which looks a verdict's colour; the others leave a blank as it is.
LOOKS: Mapping[Verdict, CellRole] = {
    Verdict.RIGHT: "right",
    Verdict.ROUNDED: "right",
    Verdict.FOLLOWS: "follows",
    Verdict.WRONG: "wrong",
    Verdict.NOT_A_NUMBER: "wrong",
}
#: What stands for how far a number may be from what was calculated, while that can't be said.
UNKNOWN_SPREAD = -1
#: How many hidden blocks a block has.
PARTS = 6
#: How many symbols fit a column.
SYMBOLS_A_COLUMN = 5


@dataclass(frozen=True)
class Switches:
    """Where the front sheet has what every sheet reads, as formulas refer to it."""

    absolute: str
    relative: str
    show: str


@dataclass(frozen=True)
class HiddenNumbers:
    """Where a block's hidden numbers stand."""

    block: BlankBlock
    exact: Area
    follows: Area
    halves: Area
    spread: Area
    verdicts: Area
    rough: Area

    def counted(self, verdict: Verdict, *, sheet: bool = False) -> str:
        """Return the formula that counts a verdict in the block, from its sheet or another."""
        there = quoted_sheet(self.block.sheet) if sheet else ""
        corner = self.verdicts.row, self.verdicts.column
        where = area(*corner, *self.verdicts.shown, sheet=there, fixed=False)
        return f"COUNTIF({where},{int(verdict)})"


#: A blank that another is calculated from: its block, its index, whether on another sheet.
Used = tuple[HiddenNumbers, Index, bool]


class Live:
    """Adds the live marking to an exercise's drawn sheets."""

    def __init__(
        self, exercise: Exercise, paper: Paper, formats: Formats, switches: Switches
    ) -> None:
        self._exercise = exercise
        self._paper = paper
        self._formats = formats
        self._switches = switches
        self.judged: dict[tuple[int, SlotKey], HiddenNumbers] = {}
        self.hidden: dict[int, range] = {}
        for iteration in paper.patterns:
            self._put(iteration)
        for judged in self.judged.values():
            pattern = paper.patterns[judged.block.iteration]
            self._judge(judged, pattern)
            self._show(judged, pattern)

    def of(self, iteration: int) -> list[HiddenNumbers]:
        """Return what is judged in one iteration, from the top down."""
        return [judged for (where, _), judged in self.judged.items() if where == iteration]

    def finish(self, iteration: int, sheet: Sheet) -> None:
        """Give a sheet its hidden columns and its colours."""
        sheet.hidden = self.hidden[iteration]
        sheet.printed = sheet.extent()[0], sheet.hidden.start - 2
        for judged in self.of(iteration):
            where = judged.block.area
            first = _place(judged.verdicts, 0, 0).text()
            sheet.highlights += [
                Highlight(
                    area(where.row, where.column, *where.shown, fixed=False),
                    f"{first}={int(verdict)}",
                    role,
                )
                for verdict, role in LOOKS.items()
            ]

    def _put(self, iteration: int) -> None:
        """Say where the hidden numbers of one iteration stand: right of all that is seen."""
        blocks = self._paper.of(iteration)
        _, seen = self._paper.patterns[iteration].extent()
        first = 2 + max([seen, *(_exact_at(b) + b.area.shown[1] - 1 for b in blocks)])
        last = first
        for block in blocks:
            width = block.area.shown[1]
            parts = [replace(block.area, column=first + width * part) for part in range(PARTS)]
            self.judged[iteration, block.slot.key] = HiddenNumbers(block, *parts)
            last = max(last, first + PARTS * width - 1)
        self.hidden[iteration] = range(first, last + 1)

    # -- the verdicts -------------------------------------------------------------------

    def _judge(self, judged: HiddenNumbers, pattern: Pattern) -> None:
        block = judged.block
        size = size_of(self._exercise.trace, block.assignment, block.iteration)
        for place, index in block.cells():
            self._judge_cell(judged, pattern, place, index, size)

    def _judge_cell(
        self, judged: HiddenNumbers, pattern: Pattern, place: Place, index: Index, size: Size
    ) -> None:
        block, trace = judged.block, self._exercise.trace
        exact, follows, halves, spread, verdict, rough = (
            _at(area, index)
            for area in (
                *(judged.exact, judged.follows, judged.halves),
                *(judged.spread, judged.verdicts, judged.rough),
            )
        )
        wanted = float(trace.value(block.slot, max(1, block.iteration))[index])
        pattern.number(exact.row, exact.column, "quiet", wanted)
        used = self._used(block, index)
        if used:
            text = follows_formula(block, index, self._exercise)
            pattern.live(follows.row, follows.column, "quiet", text, "")
        caused, opening = self._caused(block, index) if used else ("", 0.0)
        if caused:
            text = checked(f"IF(ISNUMBER({caused}),{caused},{UNKNOWN_SPREAD})", block)
            pattern.live(spread.row, spread.column, "quiet", text, opening)
        half = checked(half_unit(place.text()), block)
        pattern.live(halves.row, halves.column, "quiet", half, "")
        asked = BlankCell(
            typed=place.text(),
            exact=exact.text(),
            half=halves.text(),
            follows=follows.text() if used else "",
            spread=spread.text() if caused else "",
            old=self._old(block, index),
            least=least([self._hidden(u, "verdicts") for u in used]) if used else "",
            leans=self._leans(used),
            wanted=wanted,
            size=size.scale,
            apart=float(size.apart[index]),
            noise=float(size.noise[index]),
            counts=bool(size.counts[index]),
            moves=bool(size.moves[index]),
        )
        pattern.live(verdict.row, verdict.column, "quiet", self._verdict(asked, block), 0.0)
        text = checked(roughness(asked, verdict.text(), _range(judged.halves)), block)
        pattern.live(rough.row, rough.column, "quiet", text, 0.0)

    def _verdict(self, asked: BlankCell, block: BlankBlock) -> str:
        switches, typed = self._switches, asked.typed
        rules, grain = self._exercise.rules, grain_of(self._exercise.program)
        found = VerdictFormula(asked, rules, switches.absolute, switches.relative, grain)
        blank = f'IF(TRIM({typed})="",{int(Verdict.BLANK)},{int(Verdict.NOT_A_NUMBER)})'
        none = f"IF(ISERROR({typed}),{int(Verdict.NOT_A_NUMBER)},{blank})"
        return checked(f"IF(ISNUMBER({typed}),{found.text()},{none})", block)

    def _used(self, block: BlankBlock, index: Index) -> list[Used]:
        """Return the blanks that an element is calculated from."""
        found, trace = [], self._exercise.trace
        for made, key, origin in made_from(trace, block.assignment, index, block.iteration):
            judged = self.judged.get((made, key))
            if judged is not None and judged.block.asked[origin]:
                found.append((judged, origin, made != block.iteration))
        return found

    def _hidden(self, used: Used, name: str) -> Place:
        """Return where a hidden number of a blank stands; the blank itself for `area`."""
        judged, origin, elsewhere = used
        area = judged.block.area if name == "area" else getattr(judged, name)
        place = _at(area, origin)
        sheet = quoted_sheet(judged.block.sheet) if elsewhere else ""
        return replace(place, sheet=sheet)

    def _leans(self, used: list[Used]) -> str:
        """Return the formula that counts zeros that are no answers among some blanks."""
        typed = ranges(self._hidden(u, "area") for u in used)
        verdicts = ranges(self._hidden(u, "verdicts") for u in used)
        follows = int(Verdict.FOLLOWS)
        parts = (
            f"SUMPRODUCT(({one}=0)*({other}<{follows}))"
            for one, other in zip(typed, verdicts, strict=True)
        )
        return "+".join(parts)

    def _old(self, block: BlankBlock, index: Index) -> str:
        """Return where the value before an update stands; "" for what is no update."""
        trace = self._exercise.trace
        old = old_slot(trace.program, block.slot)
        if old is None:
            return ""
        for cell in cells(element(block.assignment.equation.expression, index)):
            if trace.program.slot(cell.name).key == old.key and cell.origin == index:
                place = block.operands[leaf_key(cell.leaf)].place(cell.index)
                assert place is not None
                return place.text()
        return number_text(float(trace.value(old, max(1, block.iteration))[index]))

    def _caused(self, block: BlankBlock, index: Index) -> tuple[str, float]:
        """Return the formula for what rounding can cause in an element; "" for none.

        And what it gives while nothing is filled in: a copy of a blank is a text, which can't
        be calculated with.
        """
        trace = self._exercise.trace

        def blank(cell: Leaf) -> Used | None:
            slot = trace.program.slot(cell.name)
            made, source, origin = made_in(trace, slot, cell.origin, block.iteration)
            judged = self.judged.get((made, source.key))
            if judged is None or not judged.block.asked[origin]:
                return None
            return judged, origin, made != block.iteration

        def where(cell: Leaf) -> Place:
            used = blank(cell) if isinstance(cell, Roundness) else None
            if used is not None:
                return self._hidden(used, "rough")
            place = block.operands[leaf_key(cell.leaf)].place(cell.index)
            assert place is not None
            return place

        tree = element(block.assignment.equation.expression, index)
        bound = rounding(tree, lambda cell: blank(cell) is not None)
        if bound is None:
            return "", 0.0
        own = students_own(self._exercise, block.iteration)
        waits = any(blank(c) and not isinstance(c, Roundness) for c in _calculated_with(bound))
        try:
            return formula(spared_on_sheets(bound, own), where), float(
                UNKNOWN_SPREAD if waits else 0
            )
        except FormulaTooLong:
            raise too_long(block) from None

    # -- what is seen beside a block ----------------------------------------------------

    def _show(self, judged: HiddenNumbers, pattern: Pattern) -> None:
        """Draw the symbols, the counter below them, and the exact numbers to be shown on demand."""
        block, wording = judged.block, self._exercise.wording
        column, right = right_of(block), judged.counted(Verdict.RIGHT)
        text = wording("practice.counter", count=int(block.asked.sum()))
        below = block.area.row + block.area.shown[0]
        mark = f"{SYMBOLS[Verdict.RIGHT]} "
        counted = f'"{mark}"&{right}+{judged.counted(Verdict.ROUNDED)}&"{text}"'
        pattern.live(below, column, "counter", counted, f"{mark}0{text}")
        listed = ",".join(f'"{SYMBOLS[verdict]}"' for verdict in sorted(SYMBOLS))
        rows: dict[int, list[str]] = {}
        shown = f'{self._switches.show}="{wording("practice.yes")}"'
        for place, _ in block.cells():
            i, j = place.row - block.area.row, place.column - block.area.column
            verdict = _place(judged.verdicts, i, j).text()
            rows.setdefault(place.row, []).append(f"CHOOSE({verdict}+1,{listed})")
            exact = _place(judged.exact, i, j).text()
            answer, form = f'IF({shown},{exact},"")', self._formats[block.slot.key]
            pattern.live(place.row, _exact_at(block) + j, "quiet", answer, "", form)
        for row, parts in rows.items():
            now = " ".join([SYMBOLS[Verdict.BLANK]] * len(parts))
            pattern.live(row, column, "symbols", checked('&" "&'.join(parts), block), now)
        heading = f'IF({shown},"{wording("practice.answers")}","")'
        pattern.live(block.area.row - 1, _exact_at(block), "counter", heading, "")


def _exact_at(block: BlankBlock) -> int:
    """Return the first column of a block's exact numbers, right of its symbols."""
    return right_of(block) + -(-block.area.shown[1] // SYMBOLS_A_COLUMN) + 1


def _calculated_with(tree: Element) -> Iterator[Leaf]:
    """Yield the cells whose numbers an element needs, and not only how they compare."""
    match tree:
        case Leaf():
            yield tree
        case Compute(function=function, args=parts) | Reduce(function=function, terms=parts):
            for part in () if is_comparison(function) else parts:
                yield from _calculated_with(part)


def _range(where: Area) -> str:
    return area(where.row, where.column, *where.shown, fixed=False)


def _at(where: Area, index: Index) -> Place:
    place = where.place(index)
    assert place is not None  # a block with blanks is always shown whole
    return place


def _place(where: Area, i: int, j: int) -> Place:
    return Place(where.row + i, where.column + j)
