"""The columns of a file that go into a network: numbers, or texts with a column for each."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracer.data.tables import TextTable, is_nothing
from tracer.errors import DataError, in_line
from tracer.language.functions import Array

#: A column of more different texts is a name or a remark rather than a kind.
MOST_TEXTS = 30
#: Headings of columns that have none; the second kind is one that pandas makes up.
NAMELESS = re.compile(r"|Unnamed: \d+")
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}([ T].*)?")


@dataclass(frozen=True)
class InputColumn:
    """A column as inputs: `numbers` (rows, 1), or of texts (rows, texts) with 0 and 1."""

    heading: str
    numbers: Array
    texts: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What its inputs are called."""
        return tuple(f"{self.heading}={text}" for text in self.texts) or (self.heading,)


def input_column(table: TextTable, heading: str, inputs: Sequence[str]) -> InputColumn:
    """Return a column as inputs; `inputs` are all that were chosen.

    Raises DataError for a number that can't be read, for dates and for too many texts.
    """
    if is_numeric(table, heading):
        return InputColumn(heading, table.column(heading)[:, None])
    texts = _texts(table, heading)
    if not table.is_words(heading) or all(map(_DATE.fullmatch, texts)):
        check_numbers(table, heading, inputs)
    if len(texts) > MOST_TEXTS:
        raise DataError(
            f"{table.path}: column '{in_line(heading)}' has {len(texts):,} different texts; at"
            f" most {MOST_TEXTS} can each be an input{_without(table, inputs)}."
        )
    places = table.positions(heading, texts)[:, None]
    return InputColumn(heading, (places == np.arange(len(texts))).astype(float), tuple(texts))


def use_of(table: TextTable, place: int) -> str:
    """Return "" for a column that can go in, else why it stays out where none were chosen."""
    heading = table.headings[place]
    empty = all(is_nothing(texts[place]) for _, texts in table.rows)
    empty = empty and not table.is_words(heading)
    # The last separator of each line makes a column of nothing at all.
    if empty and not heading:
        return "nothing"
    if empty or NAMELESS.fullmatch(heading):
        return "left_out"
    return "too_many" if _too_many_texts(table, heading) else ""


def _too_many_texts(table: TextTable, heading: str) -> bool:
    """Say whether a column has more different texts than can be inputs; dates are none."""
    if is_numeric(table, heading) or not table.is_words(heading):
        return False
    texts = _texts(table, heading)
    return len(texts) > MOST_TEXTS and not all(map(_DATE.fullmatch, texts))


def _can_go_in(table: TextTable, heading: str) -> bool:
    texts = _texts(table, heading)
    kinds = table.is_words(heading) and len(texts) <= MOST_TEXTS
    return is_numeric(table, heading) or (kinds and not all(map(_DATE.fullmatch, texts)))


def is_numeric(table: TextTable, heading: str) -> bool:
    """Say whether every text of a column is a number."""
    return all(number is not None for _, _, number in table.numbers(heading))


def check_numbers(table: TextTable, heading: str, inputs: Sequence[str]) -> None:
    """Raise DataError for a column of numbers with a text that is none."""
    wrong = [(row, text.strip()) for row, text, number in table.numbers(heading) if number is None]
    if not wrong:
        return
    row, text = wrong[0]
    instead = _without(table, inputs).removeprefix("; ")
    kind = "a date, not a number" if _DATE.fullmatch(text) else "not a number"
    raise DataError(
        f"{table.path}: row {row}, column '{in_line(heading)}': '{in_line(text)}' is"
        f" {kind}; {f'{instead}, or give' if instead else 'give'} it numbers."
    )


def pasted(headings: Sequence[str]) -> str:
    """Return the option that names columns, so that it can be pasted into a command."""
    if all(shlex.quote(heading) == heading and "," not in heading for heading in headings):
        return f"--columns {','.join(headings)}"
    return " ".join(f"--columns {shlex.quote(in_line(heading))}" for heading in headings)


def _texts(table: TextTable, heading: str) -> list[str]:
    return sorted({text.strip() for _, text in table.texts(heading)} - {""})


def _without(table: TextTable, inputs: Sequence[str]) -> str:
    """Return which columns can be chosen instead."""
    good = [h for h in inputs if _can_go_in(table, h)]
    return f"; choose the inputs with {pasted(good)}" if good else ""
