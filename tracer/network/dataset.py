"""The data of a new network: which columns go in, what is wanted, and what kind that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tracer.data.made import MADE, make
from tracer.data.numbers import read_number
from tracer.data.tables import TextTable
from tracer.errors import DataError, TracerError, in_line
from tracer.language.functions import Array
from tracer.network.choices import listed
from tracer.network.inputs import (
    MOST_TEXTS,
    InputColumn,
    check_numbers,
    input_column,
    is_numeric,
    pasted,
    use_of,
)
from tracer.network.losses import NUMBER, SEVERAL, TWO
from tracer.network.reading import DataOptions, TableReader
from tracer.wording import Said

TASKS = ("number", "classes")
MOST_CLASSES, MOST_INPUTS = 50, 1_000


@dataclass(frozen=True)
class Data:
    """Samples in rows: `x` (rows, inputs); `y` (rows, targets) numbers or class positions.

    `input_source` and `target_source` are what a template says under `[given]` to get them.
    `classes` names the classes, in the order of their positions; with `one_hot`, the file has
    a column for each already. `columns` are the file's columns that go in: one of texts gives
    an input for each of them.
    """

    name: Said | str
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    kind: str
    x: Array
    y: Array
    input_source: Any
    target_source: Any
    classes: tuple[str, ...] = ()
    notes: tuple[Said, ...] = ()
    one_hot: bool = False
    columns: tuple[InputColumn, ...] = ()
    #: Which kind of made-up data it is, if it is.
    made: str = ""

    @property
    def coded(self) -> bool:
        """Say whether some column of the inputs holds texts."""
        return any(column.texts for column in self.columns)

    @property
    def rows(self) -> int:
        """How many samples there are."""
        return len(self.x)


def made_up(name: str, samples: int | None, noise: float | None, seed: int) -> Data:
    """Return made-up data. Raises TracerError for options that this kind has no use for."""
    kind = MADE[name]
    if kind.fixed and (samples is not None or noise is not None):
        option = "--samples" if samples is not None else "--noise"
        raise TracerError(f"{option}: {name} is four fixed points.")
    spec: dict[str, Any] = {"made": name}
    if not kind.fixed:
        spec |= {
            "samples": 100 if samples is None else samples,
            "noise": kind.noise if noise is None else noise,
            "seed": seed,
        }
    x = make({**spec, "part": "inputs"}, "--data")
    y = make({**spec, "part": "targets"}, "--data")
    sources: list[Any] = [{**spec, "part": "inputs"}, {**spec, "part": "targets"}]
    if kind.fixed:
        sources = [x.tolist(), y.tolist()]
    headings = ("x",) if x.shape[1] == 1 else ("x1", "x2")
    return Data(
        name=Said("new.made", {"name": name}),
        inputs=headings,
        targets=("y",) if kind.numbers else ("class",),
        kind=NUMBER if kind.numbers else TWO,
        x=x,
        y=y,
        input_source=sources[0],
        target_source=sources[1],
        classes=() if kind.numbers else ("0", "1"),
        notes=(Said(f"new_made.{name}"),),
        made=name,
    )


def from_file(path: Path, shown: str, wanted: DataOptions) -> Data:
    """Return the data of a CSV or Excel file; `shown` is its path as the template says it.

    Raises DataError or TracerError: one line with what, where and what to do.
    """
    return _FileReader(path, shown, wanted).data()


@dataclass
class _FileReader:
    path: Path
    shown: str
    wanted: DataOptions
    notes: list[Said] = field(default_factory=list)

    @cached_property
    def reader(self) -> TableReader:
        """What reads the table, and notes what it found out."""
        return TableReader(self.path, self.wanted, self.notes)

    def _others(self, table: TextTable, targets: list[str]) -> list[str]:
        """Return all columns but the targets; those of no use stay out, with a note."""
        kinds: dict[str, list[str]] = {"": [], "left_out": [], "too_many": [], "nothing": []}
        for place, heading in enumerate(table.headings):
            if heading not in targets:
                kinds[use_of(table, place)].append(heading or f"{place + 1}")
        for key in ("left_out", "too_many"):
            named = ", ".join(f"'{in_line(heading)}'" for heading in kinds[key])
            values = {"file": self.path.name, "columns": named, "most": MOST_TEXTS}
            self.notes += [Said(f"new.data_{key}", values)] if named else []
        return kinds[""]

    def data(self) -> Data:
        table = self.reader.table()
        targets = self._headings("--target", self.wanted.targets, table)
        if not targets:
            raise TracerError(
                f"--target: say which column is to be learnt: {', '.join(table.headings)}."
            )
        inputs = self._headings("--columns", self.wanted.columns, table) or self._others(
            table, targets
        )
        self._check_headings(table, inputs, targets)
        source = self.reader.source(self.shown)
        table = self._without_gaps(table, [*inputs, *targets], source)
        if not table.rows:
            raise DataError(f"{self.path}: the file has headings but no rows.")
        columns = tuple(input_column(table, heading, inputs) for heading in inputs)
        x = np.hstack([column.numbers for column in columns])
        coded = {column.heading: list(column.texts) for column in columns if column.texts}
        input_source = {**source, "columns": inputs, **({"classes": coded} if coded else {})}
        kind, y, classes, named = self._target(table, targets)
        target_source = {**source, "columns": targets, **({"classes": classes} if named else {})}
        return Data(
            name=self.path.name,
            inputs=tuple(name for column in columns for name in column.names),
            targets=tuple(targets),
            kind=kind,
            x=x,
            y=y,
            input_source=input_source,
            target_source=target_source,
            classes=tuple(classes),
            notes=tuple(self.notes),
            one_hot=kind == SEVERAL and len(targets) > 1,
            columns=columns,
        )

    def _headings(self, option: str, texts: Sequence[str], table: TextTable) -> list[str]:
        found: list[str] = []
        for text in texts:
            for heading in [text] if text in table.headings else listed(option, text):
                self.reader.check_heading(table, heading)
                if heading in found:
                    raise TracerError(f"{option}: '{heading}' is named twice.")
                found.append(heading)
        return found

    def _check_headings(self, table: TextTable, inputs: list[str], targets: list[str]) -> None:
        both = [heading for heading in targets if heading in inputs]
        if both:
            raise TracerError(f"--columns: '{both[0]}' is the target; it can't be an input too.")
        if not inputs:
            raise TracerError(f"{self.path}: there is no column but the target.")
        if len(inputs) > MOST_INPUTS:
            raise TracerError(
                f"{self.path}: {len(inputs):,} columns; choose at most {MOST_INPUTS:,} with"
                " --columns."
            )
        for heading in (*inputs, *targets):
            if not heading:
                place = table.headings.index(heading) + 1
                raise DataError(f"{self.path}: column {place} has no heading; give it one.")
            if table.headings.count(heading) > 1:
                raise DataError(f"{self.path}: two columns are called '{heading}'; rename one.")

    def _without_gaps(self, table: TextTable, used: list[str], source: dict[str, Any]) -> TextTable:
        gaps = [(row, heading) for heading in used for row in table.gaps(heading)]
        if not gaps:
            return table
        rows = sorted({row for row, _ in gaps})
        named = ", ".join(dict.fromkeys(f"'{heading}'" for _, heading in gaps))
        listed_rows = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
        what = f"{len(rows)} of {len(table.rows):,} rows"
        if len(rows) == len(table.rows):
            formulas = (
                "; formulas without a stored number count as empty: open the file in a spreadsheet"
                " program and save it"
            )
            raise DataError(
                f"{self.path}: every row has an empty cell (column {named}); choose other"
                f" columns with --columns{formulas if self.path.suffix == '.xlsx' else ''}."
            )
        without = self._mostly_empty(table, used)
        if not self.wanted.drop_missing:
            choices = "or leave these rows out with --drop-missing"
            if without:
                kept = "keep {left:,} rows without {columns}: {option}".format_map(without)
                choices = f"leave these rows out with --drop-missing, or {kept}"
            raise DataError(
                f"{self.path}: {what} have an empty cell (row {listed_rows}; column {named});"
                f" fill them, {choices}."
            )
        source["filled"] = used
        self.notes.append(
            Said(
                "new.data_gaps",
                {
                    "file": self.path.name,
                    "rows": len(rows),
                    "count": len(table.rows),
                    "columns": named,
                },
            )
        )
        if without:
            self.notes.append(Said("new.data_mostly_empty", without))
        return table.filled(used)

    def _mostly_empty(self, table: TextTable, used: list[str]) -> dict[str, Any]:
        """Return how many rows stay without the inputs that are empty in most, and how to say so.

        Nothing where none is, or where nothing else would be left.
        """
        targets = [heading for heading in used if heading in self.wanted.targets]
        empty = [h for h in used if len(table.gaps(h)) * 2 > len(table.rows) and h not in targets]
        kept = [heading for heading in used if heading not in (*empty, *targets)]
        if not empty or not kept:
            return {}
        named = ", ".join(f"'{in_line(heading)}'" for heading in empty)
        left = len(table.filled([*kept, *targets]).rows)
        return {"left": left, "columns": named, "option": pasted(kept)}

    def _target(self, table: TextTable, targets: list[str]) -> tuple[str, Array, list[str], bool]:
        """Return the kind of target, its numbers, its classes, and whether they are texts."""
        columns = [[text.strip() for _, text in table.texts(heading)] for heading in targets]
        numeric = all(is_numeric(table, heading) for heading in targets)
        task = self.wanted.task
        if not numeric:
            self._check_texts(table, targets)
        values = np.column_stack([table.column(h) for h in targets]) if numeric else None
        if values is not None and task != "number" and _one_hot(values):
            return SEVERAL, values.argmax(axis=1)[:, None].astype(float), targets, False
        if values is not None and task != "classes":
            if task is None and len(targets) == 1 and set(values.flat) == {0.0, 1.0}:
                return TWO, values, ["0", "1"], False
            return NUMBER, values, [], False
        if len(targets) > 1:
            raise TracerError(
                f"--task: classes stand in one column, or each class has a column of 0 and 1 that"
                f" add up to 1 in every row; those of {', '.join(targets)} don't."
            )
        classes = self._classes(columns[0], targets[0], numeric, table)
        y = table.positions(targets[0], classes)[:, None]
        return (TWO if len(classes) == 2 else SEVERAL), y, classes, True

    def _check_texts(self, table: TextTable, targets: list[str]) -> None:
        """Raise DataError for targets that can't be read as the numbers which they seem to be."""
        if self.wanted.task == "classes" and len(targets) == 1:
            return
        if self.wanted.task == "number" or len(targets) > 1:
            for heading in targets:
                check_numbers(table, heading, [])
        heading = targets[0]
        texts = [text.strip() for _, text in table.texts(heading)]
        amounts = len(texts) > 2 and all(text[:1].isdigit() for text in texts)
        if table.is_words(heading) and not (amounts and len(set(texts)) == len(texts)):
            return
        row, text = next((row, t) for row, t, number in table.numbers(heading) if number is None)
        raise DataError(
            f"{self.path}: row {row}, column '{in_line(heading)}': '{in_line(text.strip())}' is"
            " not a number; give it one, or say --task classes if all of these are names."
        )

    def _classes(
        self, texts: list[str], heading: str, numeric: bool, table: TextTable
    ) -> list[str]:
        def order(text: str) -> tuple[float, str]:
            return (read_number(text, table.decimal) or 0.0 if numeric else 0.0), text

        classes = sorted(set(texts), key=order)
        if len(classes) < 2:
            raise DataError(
                f"{self.path}: column '{heading}' says '{in_line(classes[0])}' in every row; to"
                " learn classes there must be at least two."
            )
        if len(classes) > MOST_CLASSES:
            raise DataError(
                f"{self.path}: column '{heading}' has {len(classes):,} different texts; at most"
                f" {MOST_CLASSES} classes can be learnt."
            )
        return classes


def _one_hot(values: Array) -> bool:
    """Say whether several columns are those of classes: one 1 in each row, else 0."""
    zero_or_one = np.isin(values, (0.0, 1.0)).all()
    return values.shape[1] > 1 and bool(zero_or_one) and bool((values.sum(axis=1) == 1).all())
