"""Predict: type new rows, see the whole forward pass with the weights of any iteration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracer.language.addresses import column_letters
from tracer.language.elements import Leaf
from tracer.language.formula import FormulaTooLong, moving_formula, rounded
from tracer.language.functions import Array
from tracer.language.places import ROW, Place, Text, written
from tracer.run.forward import Forward, Quantity, Ref, reference
from tracer.template.prediction import MOST_ROWS
from tracer.workbook.plan.headings import heading_height, heading_width
from tracer.workbook.plan.numbers import Formats, widened
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.paging import PAGE_COLUMNS
from tracer.workbook.plan.plan import Choice, Highlight, Pattern, Sheet, area, picked
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.chosen import Chosen, as_shown
from tracer.workbook.sheets.predict_wanted import Wanted, quoted

STEP_ROW, NAME_ROW, INDEX_ROW = 7, 8, 9
FIRST_ROW = INDEX_ROW + 1
LAST_ROW = FIRST_ROW + MOST_ROWS - 1
FIRST_COLUMN = 2
#: How many training rows it opens with where the template names none: room to type is left.
MOST_OPENED = 10
#: In characters; longer names of classes are cut by what stands beside them.
WIDEST_ANSWER = 24.0


def predict_sheet(chosen: Chosen, formats: Formats) -> Sheet | str:
    """Return the Predict sheet, or why the workbook has none."""
    try:
        return _Predict(chosen, formats).sheet()
    except FormulaTooLong:
        return chosen.wording("left_out.too_long")


def opening_rows(forward: Forward) -> Array:
    """Return the rows that the sheet opens with."""
    prediction, given = forward.prediction, forward.trace.template.given
    if prediction.rows:
        return np.array(prediction.rows)
    return training_rows(forward, given)[:MOST_OPENED]


def training_rows(forward: Forward, given: Mapping[str, Array]) -> Array:
    """Return the training samples, one a row."""
    names = forward.prediction.input
    first = given[names[0]]
    if not first.ndim:
        return np.array([[float(given[name]) for name in names]])
    if first.ndim == 1:
        return first[:, None]
    return first.T if forward.prediction.in_columns else first


def _filled(known: int, inputs: int, outputs: int, answer: int) -> list[Highlight]:
    """Return what marks cells in which something stands: rows without are quiet.

    The sheet opens with so many `known` rows; `answer` is the column of the class, 0 for none.
    """
    row, rest = FIRST_ROW + known, MOST_ROWS - known
    marked: list[tuple[CellRole, tuple[int, int, int, int]]] = [
        ("typed", (FIRST_ROW, FIRST_COLUMN, MOST_ROWS, inputs)),
        ("result", (row, FIRST_COLUMN + inputs, rest, outputs)),
        ("answer", (row, answer, rest, 1)),
    ]
    return [
        Highlight(area(*where, fixed=False), f'{column_letters(where[1])}{where[0]}<>""', role)
        for role, where in marked
        if where[1] and where[2]
    ]


def _formulas(
    chosen: Chosen, quantities: Sequence[Quantity], columns: Mapping[Ref, int]
) -> dict[Ref, Text]:
    """Return the formula of every number, the same in each row."""

    def place(cell: Leaf) -> Place:
        column = columns.get(reference(cell))
        return chosen.place(cell) if column is None else Place(0, column, down=ROW)

    return {
        ref: rounded(moving_formula(tree, place), chosen.forward.decimals)
        for quantity in quantities
        for ref, tree in zip(quantity.refs, quantity.trees, strict=True)
    }


class _Predict:
    def __init__(self, chosen: Chosen, formats: Formats) -> None:
        self.chosen = chosen
        self.forward = chosen.forward
        self.wording = chosen.wording
        self.formats = formats
        self.pattern = Pattern()
        self._said: list[str] = []
        self.rows = opening_rows(self.forward)
        self.values = self.forward.run(self.rows, chosen.last)
        outputs = set(self.forward.outputs)
        every = self.forward.quantities
        # Outputs stand first and side by side, beside the inputs: nobody should have to scroll to
        # an answer.
        self.quantities = [q for q in every if set(q.refs) & outputs]
        answered = [ref for q in self.quantities for ref in q.refs]
        self.quantities += [q for q in every if not set(q.refs) & outputs]
        self.columns: dict[Ref, int] = {}
        self.formulas: dict[Ref, Text] = {}
        self.widths = {1: 12.0}
        for ref in (*self.forward.inputs, *answered):
            self.columns[ref] = FIRST_COLUMN + len(self.columns)
        #: The class that is answered, then the one wanted and whether they are the same.
        self.answer = FIRST_COLUMN + len(self.columns)
        names = self._names() or self.chosen.class_names()
        self._truth = Wanted(self.forward, chosen.inputs, names)
        self.wanted = self.answer + 1 if self._answers() and self._truth.known() else 0
        after = self.answer + self._answers() + 2 * bool(self.wanted)
        self.after = after
        others = [ref for q in self.quantities for ref in q.refs if ref not in self.columns]
        self.columns |= {ref: after + number for number, ref in enumerate(others)}

    def sheet(self) -> Sheet:
        pattern, wording = self.pattern, self.wording
        says = wording("predict.subtitle")
        if self.forward.prediction.in_columns or self._turned():
            says = f"{says} {wording('predict.turned')}"
        page = Page(
            wording.sheet("predict"),
            about=wording("about.predict"),
            back=(6, wording.sheet("start")),
            subtitle=says,
            pattern=pattern,
        )
        page.hold(FIRST_ROW, 2)
        self.chosen.draw_choice(page.sheet)
        page.sheet.choices.append(self._input_choice())
        answer = self.answer if self._answers() else 0
        inputs, outputs = len(self.forward.inputs), len(self.forward.outputs)
        page.sheet.highlights += _filled(len(self.rows), inputs, outputs, answer)
        threshold = self.chosen.draw_threshold(pattern)
        self._headings()
        row = LAST_ROW + 2
        pattern.band(row, 1, self._last_column(), wording("predict.same"))
        fixed = self.forward.fixed
        scaled = any(item.slot is None or item.slot.role == "prepared" for item in fixed)
        says = wording("predict.scaled" if scaled else "predict.weights")
        pattern.text(row + 1, 1, "note", says)
        across = min(max(8, len(self.columns)), PAGE_COLUMNS - FIRST_COLUMN)
        self.chosen.draw_fixed(pattern, row + 2, FIRST_COLUMN, across)
        self.formulas = _formulas(self.chosen, self.quantities, self.columns)
        for number in range(MOST_ROWS):
            self._row(number, threshold)
        self._across(page.sheet)
        page.sheet.widths = widened(self.widths, pattern)
        return page.sheet

    def _across(self, sheet: Sheet) -> None:
        """Say where pages may end: before a quantity; in one that is wider, all others do."""
        for quantity in self.quantities:
            first = self.columns[quantity.refs[0]]
            if first >= self.after:
                sheet.parts.add(first)
            if sheet.across is None and len(quantity.refs) > PAGE_COLUMNS:
                sheet.across = max(PAGE_COLUMNS, first)

    def _answers(self) -> bool:
        """Say whether the last column says which class is answered."""
        return bool(self._names()) or self.forward.prediction.threshold is not None

    def _last_column(self) -> int:
        return max(self.after - 1, *self.columns.values())

    def _turned(self) -> bool:
        """Say whether preparation turns the samples into columns."""
        slots = [q.slot for q in self.quantities]
        samples = len(training_rows(self.forward, self.forward.trace.template.given))
        return samples > 1 and all(
            len(s.shape) == 2 and s.shape[1] == samples and s.shape[0] != samples
            for s in slots
            if s.role == "computed"
        )

    def _input_choice(self) -> Choice:
        first = column_letters(FIRST_COLUMN)
        last = column_letters(FIRST_COLUMN + len(self.forward.inputs) - 1)
        return Choice(
            f"{first}{FIRST_ROW}:{last}{LAST_ROW}",
            "decimal",
            low="-1E+300",
            high="1E+300",
            title=self.wording("predict.input_title"),
            error=self.wording("common.number_only"),
        )

    def _headings(self) -> None:
        pattern, wording = self.pattern, self.wording
        pattern.text(STEP_ROW, 1, "head_left", "")
        pattern.text(NAME_ROW, 1, "subhead", wording("predict.row"))
        pattern.text(INDEX_ROW, 1, "index", "")
        for k, label in enumerate(self.forward.input_labels):
            column = FIRST_COLUMN + k
            self._head(column, wording("predict.type_here") if k == 0 else "", label, "", "heading")
            digits = max(len(f"{value:.10g}") for value in self.rows[:, k])
            self.widths[column] = max(heading_width(label), digits + 2.5)
        pattern.heights[NAME_ROW] = heading_height(self.forward.input_labels)
        for quantity in self.quantities:
            self._quantity_head(quantity)
        if self._answers():
            named = max(map(len, self._names() or self.chosen.class_names()))
            width = min(max(12.0, named + 4.0), WIDEST_ANSWER)
            self._head(self.answer, wording("predict.answer"), wording("common.class"), "")
            self.widths[self.answer] = width
            if self.wanted:
                self._head(self.wanted, "", wording("predict.wanted"), "")
                self._head(self.wanted + 1, "", wording("predict.agrees"), "")
                self.widths |= {self.wanted: width, self.wanted + 1: 8.0}

    def _quantity_head(self, quantity: Quantity) -> None:
        """Write above a quantity's columns its step, its name, and which element each is."""
        names = dict(zip(self.forward.outputs, self._names(), strict=False))
        count, label = len(quantity.refs), self.wording.say(quantity.slot.label)
        step = self.forward.trace.program.step_of(quantity.slot.key)
        assert step is not None  # only what is computed stands here
        heads = [self.wording("common.step", number=step.number), *[""] * (count - 1)]
        for k, (ref, head) in enumerate(zip(quantity.refs, heads, strict=True)):
            number = names.get(ref) or (str(k + 1) if count > 1 else "")
            self._head(self.columns[ref], head, "" if k else label, number)
            self.widths[self.columns[ref]] = max(10.0, (len(label) * 1.15 + 1) / count)

    def _head(
        self, column: int, step: str, name: str, index: str, role: CellRole = "subhead_left"
    ) -> None:
        self.pattern.text(STEP_ROW, column, "head_left", step)
        self.pattern.text(NAME_ROW, column, role, name)
        self.pattern.text(INDEX_ROW, column, "index", index)

    def _names(self) -> tuple[str, ...]:
        """Return the name of each class that the largest output may mean."""
        prediction, count = self.forward.prediction, len(self.forward.outputs)
        if not prediction.classes or count < 2:
            return ()
        named = prediction.names
        if len(named) == count:
            return named
        return tuple(self.wording("common.class_number", number=k + 1) for k in range(count))

    def _row(self, number: int, threshold: Place | None) -> None:
        row, pattern = FIRST_ROW + number, self.pattern
        known = number < len(self.rows)
        pattern.text(row, 1, "index", str(number + 1))
        for k in range(len(self.forward.inputs)):
            value = float(self.rows[number, k]) if known else None
            pattern.number(row, FIRST_COLUMN + k, "to_type", value)
        count = len(self.forward.inputs)
        first, last = column_letters(FIRST_COLUMN), column_letters(FIRST_COLUMN + count - 1)
        where = f"{first}{row}:{last}{row}" if count > 1 else f"{first}{row}"
        complete = f"COUNT({where})={count}"
        for quantity in self.quantities:
            self._quantity(quantity, number, complete)
        self._answer(row, number, complete, threshold)
        if self.wanted and known:
            self._compare(row, number, complete)

    def _quantity(self, quantity: Quantity, number: int, complete: str) -> None:
        row = FIRST_ROW + number
        form = self.formats[quantity.slot.key]
        answers = set(self.forward.outputs)
        for ref in quantity.refs:
            role: CellRole = "result" if ref in answers and number < len(self.rows) else "shown"
            text = f'IF({complete},{written(self.formulas[ref], {ROW: row})},"")'
            now: str | float = ""
            if number < len(self.rows):
                now = as_shown(float(self.values[ref][number]))
            self.pattern.live(row, self.columns[ref], role, text, now, form)

    def _answer(self, row: int, number: int, complete: str, threshold: Place | None) -> None:
        outputs = self.forward.outputs
        letters = [column_letters(self.columns[ref]) for ref in outputs]
        known = number < len(self.rows)
        values = [float(self.values[ref][number]) for ref in outputs] if known else []
        names = self._names()
        if names:
            where = f"{letters[0]}{row}:{letters[-1]}{row}"
            size = 1, len(letters)
            heads = area(INDEX_ROW, self.columns[outputs[0]], *size)
            text = picked(heads, size, f"MATCH(MAX({where}),{where},0)")
            said = names[int(np.argmax(values))] if known else ""
        elif threshold is not None and len(outputs) == 1:
            below, above = self.chosen.class_names()
            text = f"IF({letters[0]}{row}>{threshold.text()},{quoted(above)},{quoted(below)})"
            said = ""
            if known:
                above_it = values[0] > (self.forward.prediction.threshold or 0)
                said = above if above_it else below
        else:
            return
        answer = f'IF({complete},{text},"")'
        self.pattern.live(row, self.answer, "answer" if known else "plain", answer, said)
        self._said.append(said)

    def _compare(self, row: int, number: int, complete: str) -> None:
        """Write beside the answer the class that was wanted, and whether they are the same."""
        now, pattern = self._truth.now(number), self.pattern
        text = self._truth.formula(number, row, FIRST_COLUMN, complete)
        pattern.live(row, self.wanted, "plain", text, now)
        wanted, answer = (f"{column_letters(c)}{row}" for c in (self.wanted, self.answer))
        agrees = f'IF({wanted}="","",IF({wanted}={answer},"✓","✗"))'
        said = "✓" if now == self._said[number] else "✗"
        pattern.live(row, self.wanted + 1, "count", agrees, said)
