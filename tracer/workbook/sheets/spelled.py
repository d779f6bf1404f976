"""Arithmetic spelled out by a spreadsheet: live text, and the same text as it stands now.

A line says what a calculator gives: from the digits shown follows the result as shown. So
each line asks itself, with the numbers of the moment, whether a few digits are enough for
that; if not it shows more, and if none are it says ≈.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from tracer.language.elements import Element, Leaf, cells, value
from tracer.language.formula import FormulaTooLong, formula
from tracer.language.pieces import Pieces
from tracer.language.places import Place, Text
from tracer.language.words import left_out, shortened, words_with_gaps
from tracer.wording import Wording, load
from tracer.workbook.sheets.digits import FINE, FULL, MANY, NEAR, RESULTS, SMALL, Exactness
from tracer.workbook.sheets.digits import Shown as Shown

#: How many terms of a sum are spelled out, if there is room; else fewer.
TERMS = (8, 5, 3, 2)
LONGEST_TEXT, LONGEST_FORMULA, LONGEST_LITERAL = 150, 7_500, 250
#: How many numbers a line shows with all their digits.
MOST_IN_FULL = 4
#: How exactly a line may show its numbers: the first that fits, ever less to choose from.
CHOICES: Sequence[Sequence[Exactness]] = (
    (NEAR, FINE, SMALL, FULL),
    (NEAR, FINE, SMALL, MANY),
    (NEAR, FINE, SMALL),
    (NEAR, FINE),
    (FINE,),
)
EQUAL, NEARLY = " = ", " ≈ "
#: A result is that of the numbers shown if it is nearer than half a unit of its last digit.
_HALF = 0.499_999


@dataclass(frozen=True, slots=True)
class _Operand:
    """A gap for a number of the arithmetic, counted in its order; perhaps one in brackets."""

    position: int
    bracketed: bool


@dataclass(frozen=True, slots=True)
class _Calculated(Place):
    """A number as a formula calculates it, in the place of its cell."""

    written: str = ""

    def reference(self) -> Text:
        """Return the number as a part of a formula."""
        return self.written


def literal(text: str) -> str:
    """Return a text as a formula writes it; no piece longer than a spreadsheet takes."""
    # Programs count signs that take two units twice.
    longest = LONGEST_LITERAL if text.isascii() else LONGEST_LITERAL // 2
    pieces = [text[i : i + longest] for i in range(0, len(text), longest)]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces or [""])


def spelled(
    tree: Element,
    operand: Callable[[int], Shown],
    result: Shown,
    wording: Wording | None = None,
) -> tuple[str, str]:
    """Return the formula that spells an element out, and the text it gives now.

    `operand` tells each number of the arithmetic, counted in its order. Sums too long to
    follow leave out terms and say how many there are.
    """
    wording = wording or load()
    numbers = {id(cell): position for position, cell in enumerate(cells(tree))}
    made: dict[int, Shown] = {}
    for most in TERMS:
        short = shortened(tree, most)
        plain, bracketed = (_later(numbers, brackets, wording) for brackets in (False, True))
        text = words_with_gaps(short, plain, bracketed, wording)
        pieces = (text,) if isinstance(text, str) else text.pieces
        for piece in pieces:
            if isinstance(piece, _Operand) and piece.position not in made:
                made[piece.position] = operand(piece.position)
        whole = not any(left_out(cell, wording) for cell in cells(short))
        line = _Line(tree, pieces, made, numbers, result, whole)
        room = LONGEST_TEXT if most > TERMS[-1] else LONGEST_TEXT * 2
        found = line.fitting(room)
        if found is not None:
            return found
    text = f"{wording('explore.too_long')}{EQUAL}"
    return f"{literal(text)}&{result.formula()}", text + result.text()


def _later(
    numbers: dict[int, int], bracketed: bool, wording: Wording
) -> Callable[[Leaf], str | Pieces[_Operand]]:
    def show(cell: Leaf) -> str | Pieces[_Operand]:
        said = left_out(cell, wording)
        return said or Pieces((_Operand(numbers[id(cell)], bracketed),))

    return show


@dataclass(frozen=True)
class _Line:
    """The arithmetic of an element in pieces, and its numbers."""

    tree: Element
    pieces: Sequence[str | _Operand]
    made: Mapping[int, Shown]
    numbers: Mapping[int, int]
    result: Shown
    #: Whether it has every number that the result is computed from.
    whole: bool

    @property
    def checked(self) -> bool:
        """Whether the line can know that it adds up: all of it is there."""
        return self.whole and all(n.known for n in (self.result, *self.made.values()))

    def fitting(self, room: int) -> tuple[str, str] | None:
        """Return the live text and what it says now; None if it is too long, however inexact."""
        for choice in self._choices():
            if FULL in choice and len(self.made) > MOST_IN_FULL:
                continue
            now = self._now(choice)
            if len(now) > room:
                continue
            try:
                live = self._live(choice)
            except FormulaTooLong:
                continue
            if len(live) <= LONGEST_FORMULA:
                return live, now
        return None

    def _choices(self) -> Sequence[Sequence[Exactness]]:
        if self.checked:
            return CHOICES
        return ((NEAR, SMALL), (FINE,)) if self.result.known else ((SMALL,), (FINE,))

    def _live(self, choice: Sequence[Exactness]) -> str:
        last = SMALL if SMALL in choice else choice[-1]
        found = self._formula(last, NEARLY if self.checked else EQUAL)
        if self.result.known:
            for exactness in reversed(choice):
                adds_up = f"IFERROR({self._test(exactness)},FALSE)"
                found = f"IF({adds_up},{self._formula(exactness, EQUAL)},{found})"
        # Computed numbers come with a hyphen, which is no minus sign.
        return f'SUBSTITUTE({found},"-","−")'

    def _now(self, choice: Sequence[Exactness]) -> str:
        last = SMALL if SMALL in choice else choice[-1]
        adds_up = [e for e in choice if self.result.known and self._test_now(e)]
        sign = NEARLY if self.checked and not adds_up else EQUAL
        return self._text(adds_up[0] if adds_up else last, sign).replace("-", "−")

    def _formula(self, exactness: Exactness, sign: str) -> str:
        """Return the formula that writes texts and numbers and the result."""
        found: list[str] = []
        for piece in self._joined(sign):
            if isinstance(piece, str):
                found.append(literal(piece))
                continue
            shown = self.made[piece.position]
            one = shown.formula(exactness)
            if piece.bracketed:
                negative = f"IF({shown.reference}<0,"
                one = f'{negative}"(","")&{one}&{negative}")","")'
            found.append(one)
        return "&".join([*found, self.result.formula(_of_result(exactness))])

    def _text(self, exactness: Exactness, sign: str) -> str:
        found: list[str] = []
        for piece in self._joined(sign):
            if isinstance(piece, str):
                found.append(piece)
                continue
            shown = self.made[piece.position]
            text = shown.text(exactness)
            found.append(f"({text})" if piece.bracketed and shown.value < 0 else text)
        return "".join([*found, self.result.text(_of_result(exactness))])

    def _joined(self, sign: str) -> list[str | _Operand]:
        """Return the pieces of the arithmetic with the sign before the result at their end."""
        *most, last = self.pieces
        return [*most, last + sign] if isinstance(last, str) else [*most, last, sign]

    def _test(self, exactness: Exactness) -> str:
        """Return the formula that tells whether the numbers shown give the result shown."""
        shown, ref = self.result.rounded(_of_result(exactness)), self.result.reference
        places = self.result.places(_of_result(exactness))
        tests = [f"({shown}=0)=({ref}=0)"]
        if self.checked:

            def place(cell: Leaf) -> Place:
                number = self.made[self.numbers[id(cell)]].rounded(exactness)
                return _Calculated(1, 1, alone=True, written=number)

            found = formula(self.tree, place)
            tests.append(f"ABS({found}-{shown})<{_HALF}*10^-({places})")
        return f"AND({','.join(tests)})"

    def _test_now(self, exactness: Exactness) -> bool:
        of_result = _of_result(exactness)
        shown, places = self.result.now(of_result), self.result.places_now(of_result)
        if places is None or (shown == 0) != (self.result.value == 0):
            return False
        if not self.checked:
            return True
        with np.errstate(all="ignore"):
            found = value(self.tree, lambda cell: self.made[self.numbers[id(cell)]].now(exactness))
        return isfinite(found) and abs(found - shown) < _HALF * 10.0**-places


def _of_result(exactness: Exactness) -> Exactness:
    return RESULTS[exactness]
