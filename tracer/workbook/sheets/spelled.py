"""Arithmetic spelled out by a spreadsheet: live text, and the same text as it stands now."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from math import floor, log10

from tracer.language.elements import Element, Leaf, cells
from tracer.language.words import left_out, shortened, words
from tracer.wording import Wording, load

#: How many terms of a sum are spelled out, if there is room; else fewer.
TERMS = (8, 5, 3, 2)
LONGEST_TEXT, LONGEST_FORMULA, LONGEST_LITERAL = 150, 7_500, 250
_PLAIN, _BRACKETED, _END = "\ue100", "\ue101", "\ue102"
_ANY_SIZE = Context(prec=400)
_NUMBER = re.compile(f"([{_PLAIN}{_BRACKETED}])(\\d+){_END}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A number of the arithmetic: the reference to its cell, its format, its value now."""

    reference: str
    format: str
    value: float
    #: What the reader's spreadsheet puts between a number and its decimals.
    decimal: str = "."

    def formula(self) -> str:
        """Return what writes the number, as the sheet shows it, in any locale."""
        ref = self.reference
        if self.format == "General":
            return f'{ref}&""'
        significant = f'ROUND({ref},2-INT(LN(ABS({ref}))/LN(10)))&""'
        if "E" in self.format:
            return f'IF({ref}=0,"0",{significant})'
        decimals = _decimals(self.format)
        # A small number that isn't 0 must not read as 0: its digits make the result.
        least, plain = f"{_least(decimals):.15G}", f"FIXED({ref},{decimals},TRUE)"
        return f"IF(AND({ref}<>0,ABS({ref})<{least}),{significant},{plain})"

    def text(self) -> str:
        """Return what that writes now."""
        if self.format == "General":
            text = general(self.value)
        elif "E" in self.format or 0 < abs(self.value) < _least(_decimals(self.format)):
            text = general(_significant(self.value))
        else:
            text = fixed(self.value, _decimals(self.format))
        return text.replace(".", self.decimal)


def _decimals(number_format: str) -> int:
    return len(number_format.partition(".")[2])


def _least(decimals: int) -> float:
    """Return the smallest number that so many decimals don't show as 0."""
    return float(f"5E-{decimals + 1}")


def _significant(value: float) -> float:
    return 0.0 if value == 0 else round(value, 2 - floor(log10(abs(value))))


def fixed(value: float, decimals: int) -> str:
    """Return what FIXED(value, decimals, TRUE) gives."""
    step = Decimal(1).scaleb(-decimals)
    return f"{Decimal(repr(value + 0.0)).quantize(step, ROUND_HALF_UP, _ANY_SIZE):f}"


def general(value: float) -> str:
    """Return what a spreadsheet makes of a number joined to a text: 15 digits at most."""
    text = f"{value:.15G}"
    digits, mark, exponent = text.partition("E")
    if not mark:
        return text
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{digits}E{exponent[0]}{exponent[1:].zfill(2)}"


def literal(text: str) -> str:
    """Return a text as a formula writes it; no piece longer than a spreadsheet takes."""
    pieces = [text[i : i + LONGEST_LITERAL] for i in range(0, len(text), LONGEST_LITERAL)]
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
        plain, bracketed = (_marker(numbers, mark, wording) for mark in (_PLAIN, _BRACKETED))
        text = words(short, plain, bracketed, wording)
        pieces = _NUMBER.split(text)
        for position in map(int, pieces[2::3]):
            if position not in made:
                made[position] = operand(position)
        formula, now = _joined(pieces, made, result)
        room = LONGEST_TEXT if most > TERMS[-1] else LONGEST_TEXT * 2
        if len(now) <= room and len(formula) <= LONGEST_FORMULA:
            return formula, now
    return _joined([wording("explore.too_long")], made, result)


def _marker(numbers: dict[int, int], mark: str, wording: Wording) -> Callable[[Leaf], str]:
    return lambda cell: left_out(cell, wording) or f"{mark}{numbers[id(cell)]}{_END}"


def _joined(pieces: Sequence[str], made: dict[int, Shown], result: Shown) -> tuple[str, str]:
    """Join texts, each followed by a number's mark and position."""
    formula: list[str] = []
    now: list[str] = []
    for at in range(0, len(pieces), 3):
        text = pieces[at] + (" = " if at + 1 >= len(pieces) else "")
        if text:
            formula.append(literal(text))
            now.append(text)
        if at + 1 < len(pieces):
            shown = made[int(pieces[at + 2])]
            one, number = shown.formula(), shown.text()
            if pieces[at + 1] == _BRACKETED:
                one = f'IF({shown.reference}<0,"("&{one}&")",{one})'
                number = f"({number})" if shown.value < 0 else number
            formula.append(one)
            now.append(number)
    return "&".join([*formula, result.formula()]), "".join([*now, result.text()])
