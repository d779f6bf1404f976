"""Live marking: formulas beside the blanks that say what marking.py says, without macros.

Hidden columns hold, for every blank, the exact number, what the equation gives from the
student's own numbers (once all of them are there), and the verdict. The colours, the symbols
and every counter read the verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracer.language.expression import Index, SlotKey
from tracer.language.formula import number_text, quoted_sheet
from tracer.language.places import Place
from tracer.practice.answers.marks import Verdict
from tracer.practice.answers.wording import SYMBOLS
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.made import made_from
from tracer.practice.marking.marking import DRIFT, INCLUSIVE, SAME, roundings
from tracer.practice.sheets.paper import BlankBlock, Paper, checked, right_of
from tracer.practice.sheets.paper import follows as follows_formula
from tracer.practice.sheets.references import least
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.plan import Highlight, Pattern, Sheet, area
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.band import Area

#: Which looks a verdict's colour; the others leave a blank as it is.
LOOKS: Mapping[Verdict, CellRole] = {
    Verdict.RIGHT: "right",
    Verdict.ROUNDED: "right",
    Verdict.FOLLOWS: "follows",
    Verdict.WRONG: "wrong",
    Verdict.NOT_A_NUMBER: "wrong",
}
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
    verdicts: Area

    def counted(self, verdict: Verdict, *, sheet: bool = False) -> str:
        """Return the formula that counts a verdict in the block, from its sheet or another."""
        there = quoted_sheet(self.block.sheet) if sheet else ""
        corner = self.verdicts.row, self.verdicts.column
        where = area(*corner, *self.verdicts.shown, sheet=there, fixed=False)
        return f"COUNTIF({where},{int(verdict)})"


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
            parts = [replace(block.area, column=first + width * part) for part in range(3)]
            self.judged[iteration, block.slot.key] = HiddenNumbers(block, *parts)
            last = max(last, first + 3 * width - 1)
        self.hidden[iteration] = range(first, last + 1)

    # -- the verdicts -------------------------------------------------------------------

    def _judge(self, judged: HiddenNumbers, pattern: Pattern) -> None:
        block = judged.block
        exact = self._exercise.trace.value(block.slot, max(1, block.iteration))
        for place, index in block.cells():
            i, j = place.row - block.area.row, place.column - block.area.column
            wanted = float(exact[index])
            spot = _place(judged.exact, i, j)
            pattern.number(spot.row, spot.column, "quiet", wanted)
            used = self._used(block, index)
            follows = None
            if used:
                follows = _place(judged.follows, i, j)
                text = follows_formula(block, index, self._exercise.program.decimals)
                pattern.live(follows.row, follows.column, "quiet", text, "")
            verdict = _place(judged.verdicts, i, j)
            text = self._verdict(judged, place, spot, follows, wanted, used)
            pattern.live(verdict.row, verdict.column, "quiet", text, float(Verdict.BLANK))

    def _used(self, block: BlankBlock, index: Index) -> list[Place]:
        """Return where the verdicts stand of the blanks that an element is calculated from."""
        found, trace = [], self._exercise.trace
        for made, key, origin in made_from(trace, block.assignment, index, block.iteration):
            judged = self.judged.get((made, key))
            if judged is not None and judged.block.asked[origin]:
                place = judged.verdicts.place(origin)
                assert place is not None
                sheet = quoted_sheet(judged.block.sheet) if made != block.iteration else ""
                found.append(replace(place, sheet=sheet))
        return found

    def _verdict(
        self,
        judged: HiddenNumbers,
        answer: Place,
        exact: Place,
        follows: Place | None,
        wanted: float,
        used: list[Place],
    ) -> str:
        """Return the formula that says what marking.py says; in its order."""
        typed = answer.text()
        nearly = [
            f"ABS({typed}-{number_text(one)})<={number_text(SAME)}"
            for one in roundings(wanted, self._exercise.rules)
        ]

        def unless_rounded(otherwise: Verdict) -> str:
            if not nearly:
                return str(int(otherwise))
            test = nearly[0] if len(nearly) == 1 else f"OR({','.join(nearly)})"
            return f"IF({test},{int(Verdict.ROUNDED)},{int(otherwise)})"

        wrong = unless_rounded(Verdict.WRONG)
        if follows is not None:
            drift = self._near(typed, exact.text(), DRIFT)
            right = f"AND({least(used)}>={int(Verdict.RIGHT)},{drift})"
            followed = f"IF({right},{int(Verdict.RIGHT)},{unless_rounded(Verdict.FOLLOWS)})"
            at = follows.text()
            wrong = f"IF(ISNUMBER({at}),IF({self._near(typed, at)},{followed},{wrong}),{wrong})"
        number = f"IF({self._near(typed, exact.text())},{int(Verdict.RIGHT)},{wrong})"
        blank = f'IF(TRIM({typed})="",{int(Verdict.BLANK)},{int(Verdict.NOT_A_NUMBER)})'
        none = f"IF(ISERROR({typed}),{int(Verdict.NOT_A_NUMBER)},{blank})"
        return checked(f"IF(ISNUMBER({typed}),{number},{none})", judged.block)

    def _near(self, typed: str, wanted: str, tolerances: int = 1) -> str:
        switches = self._switches
        factor = number_text(tolerances * INCLUSIVE)
        allowed = f"MAX({switches.absolute},{switches.relative}*ABS({wanted}))*{factor}"
        return f"ABS({typed}-{wanted})<={allowed}"

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


def _place(where: Area, i: int, j: int) -> Place:
    return Place(where.row + i, where.column + j)
