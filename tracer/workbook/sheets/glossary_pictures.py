"""Pictures of a few cells for signs in equations: operands, the sign, and what comes out, live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tracer.language.functions import Array
from tracer.language.operators import OPERATORS
from tracer.language.places import Place
from tracer.workbook.plan.plan import Pattern, area

#: How the result's cell (row, column) is written, given the operands.
Formula = Callable[[int, int, "list[_Placed]"], str]
ROW = np.array([[1.0, 2.0, 3.0]])
OTHER = np.array([[4.0, 5.0, 6.0]])


@dataclass(frozen=True)
class SignPicture:
    """What stands before, between and after the operands, and how the result is calculated."""

    operands: tuple[Array, ...]
    result: Callable[..., Array]
    formula: Formula
    before: str = ""
    between: str = ""
    after: str = ""


@dataclass(frozen=True)
class _Placed:
    """A block of numbers and its upper left cell."""

    numbers: Array
    row: int
    column: int

    def at(self, i: int, j: int) -> str:
        """Return a cell's address."""
        return Place(self.row + i, self.column + j).text()

    def all(self) -> str:
        """Return the whole block's range."""
        height, width = self.numbers.shape
        return area(self.row, self.column, height, width, fixed=False)


PICTURES: dict[str, SignPicture] = {
    "dot": SignPicture(
        (ROW, OTHER.T),
        np.matmul,
        lambda i, j, of: "+".join(f"{of[0].at(i, k)}*{of[1].at(k, j)}" for k in range(3)),
        between=OPERATORS["@"].sign,
    ),
    "times": SignPicture(
        (ROW, OTHER),
        np.multiply,
        lambda i, j, of: f"{of[0].at(i, j)}*{of[1].at(i, j)}",
        between=OPERATORS["*"].sign,
    ),
    "transpose": SignPicture((ROW,), np.transpose, lambda i, j, of: of[0].at(j, i), after="ᵀ"),
    "sum_down": SignPicture(
        (ROW.T,),
        lambda block: block.sum(axis=0, keepdims=True),
        lambda i, j, of: f"SUM({of[0].all()})",
        before="↓",
    ),
    "sum_across": SignPicture(
        (ROW,),
        lambda block: block.sum(axis=1, keepdims=True),
        lambda i, j, of: f"SUM({of[0].all()})",
        before="→",
    ),
    "stretched": SignPicture(
        (ROW.T, np.array([[10.0]])),
        np.add,
        lambda i, j, of: f"{of[0].at(i, j)}+{of[1].at(0, 0)}",
        between=OPERATORS["+"].sign,
    ),
}


def draw_picture(pattern: Pattern, picture: SignPicture, row: int, column: int) -> int:
    """Draw a picture from a cell on; return the first row below it."""
    placed: list[_Placed] = []

    def sign(text: str) -> None:
        nonlocal column
        if text:
            pattern.text(row, column, "sign", text)
            column += 1

    sign(picture.before)
    for number, block in enumerate(picture.operands):
        sign(picture.between if number else "")
        placed.append(_Placed(block, row, column))
        for (i, j), value in np.ndenumerate(block):
            pattern.number(row + i, column + j, "operand", float(value), "0")
        column += block.shape[1]
    sign(picture.after)
    sign("=")
    result = picture.result(*picture.operands)
    for (i, j), value in np.ndenumerate(result):
        formula = picture.formula(i, j, placed)
        pattern.live(row + i, column + j, "result", formula, float(value), "0")
    return row + max(len(block) for block in (*picture.operands, result))
