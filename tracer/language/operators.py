"""The table of operators: a row holds what NumPy, spreadsheets and drawings make of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.language.nearly import AS_THEY_ARE, COMPARISONS


@dataclass(frozen=True)
class Operator:
    """An operator: its NumPy, its spreadsheet and drawn signs, how tightly it binds."""

    compute: Callable[..., Any]
    excel: str
    sign: str
    binding: int


COMPARISON, ADDITIVE, MULTIPLICATIVE, POWER, NEGATIVE = 1, 2, 3, 4, 5

#: Comparisons of numbers as they are: their NumPy, their spreadsheet and drawn signs.
_COMPARED: dict[str, tuple[np.ufunc, str, str]] = {
    "<": (np.less, "<", "<"),
    "<=": (np.less_equal, "<=", "≤"),
    ">": (np.greater, ">", ">"),
    ">=": (np.greater_equal, ">=", "≥"),
    "==": (np.equal, "=", "="),
    "!=": (np.not_equal, "<>", "≠"),
}

#: A comparison has two rows: one in which nearly equal numbers are equal, one for whole numbers.
OPERATORS: dict[str, Operator] = {
    "+": Operator(np.add, "+", "+", ADDITIVE),
    "-": Operator(np.subtract, "-", "−", ADDITIVE),
    "*": Operator(np.multiply, "*", "×", MULTIPLICATIVE),
    "/": Operator(np.divide, "/", "÷", MULTIPLICATIVE),
    "@": Operator(np.dot, "", "·", MULTIPLICATIVE),
    "**": Operator(np.power, "^", "^", POWER),
    "neg": Operator(np.negative, "-", "−", NEGATIVE),
    **{
        s: Operator(COMPARISONS[s], "", drawn, COMPARISON) for s, (_, _, drawn) in _COMPARED.items()
    },
    **{
        s + AS_THEY_ARE: Operator(ufunc, excel, drawn, COMPARISON)
        for s, (ufunc, excel, drawn) in _COMPARED.items()
    },
}


def is_comparison(operator: str) -> bool:
    """Say whether an operator gives 1 where something holds, else 0."""
    row = OPERATORS.get(operator)
    return row is not None and row.binding == COMPARISON
