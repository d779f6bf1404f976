"""A calculator for lines of arithmetic as the sheets spell them out, of its own making.

It knows no more than what stands in the line: signs, brackets, a few functions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from itertools import pairwise

_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?(?:[Ee][+−-]\d+)?)|(rounded to|mean of|place from 0 of the largest of"
    r"|largest of|smallest of|variance of|sum of|decimals"
    r"|if|else|exp|ln|sign|sin|cos|tanh|sigmoid|max|min|[-−+×÷^()|⌊⌋√,<>≤≥=≠]))"
)
_CONTEXT = Context(prec=60, Emax=10**6, Emin=-(10**6))


def _sigmoid(x: Decimal) -> Decimal:
    return 1 / (1 + (-x).exp())


def _tanh(x: Decimal) -> Decimal:
    return 2 * _sigmoid(2 * x) - 1


def _mean(*x: Decimal) -> Decimal:
    return sum(x, Decimal(0)) / len(x)


def _variance(*x: Decimal) -> Decimal:
    return _mean(*((one - _mean(*x)) ** 2 for one in x))


_FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "exp": Decimal.exp,
    "ln": lambda x: max(x, Decimal("1E-300")).ln(),
    "√": Decimal.sqrt,
    "sign": lambda x: Decimal((x > 0) - (x < 0)),
    "sin": lambda x: Decimal(math.sin(x)),
    "cos": lambda x: Decimal(math.cos(x)),
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "max": max,
    "min": min,
    "largest of": max,
    "place from 0 of the largest of": lambda *x: Decimal(x.index(max(x))),
    "smallest of": min,
    "sum of": lambda *x: sum(x, Decimal(0)),
    "mean of": _mean,
    "variance of": _variance,
}
_COMPARES: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "≤": lambda a, b: a <= b,
    "≥": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
}


class _Calculator:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            assert found is not None, f"{text!r} at {place}"
            self._tokens.append(found[1] or found[2])
            place = found.end()

    @property
    def next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def take(self, token: str = "") -> str:
        assert self._tokens and token in ("", self._tokens[0]), (token, self._tokens)
        return self._tokens.pop(0)

    def whole(self) -> Decimal:
        found = self.line()
        assert not self._tokens, self._tokens
        return found

    def line(self) -> Decimal:
        left = self.total()
        if self.next in _COMPARES:
            left = Decimal(_COMPARES[self.take()](left, self.total()))
        if self.next == "rounded to":
            self.take()
            places = int(self.total())
            self.take("decimals")
            left = left.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        return left

    def total(self) -> Decimal:
        found = self.product()
        while self.next in ("+", "−"):
            found = found + self.product() if self.take() == "+" else found - self.product()
        return found

    def product(self) -> Decimal:
        found = self.signed()
        while self.next in ("×", "÷"):
            found = found * self.power() if self.take() == "×" else found / self.power()
        return found

    def signed(self) -> Decimal:
        # A sign stands at the very start, or a bracket is before it.
        if self.next == "−":
            self.take()
            return -self.power()
        return self.power()

    def power(self) -> Decimal:
        found = self.one()
        if self.next == "^":
            self.take()
            exponent = self.one()
            whole = exponent == exponent.to_integral_value()
            found = found ** int(exponent) if whole else found**exponent
        return found

    def one(self) -> Decimal:
        token = self.take()
        if token[0].isdigit():
            return Decimal(token.replace("−", "-"))
        if token in ("|", "⌊"):
            inner = self.line()
            self.take("|" if token == "|" else "⌋")
            return abs(inner) if token == "|" else inner.to_integral_value("ROUND_FLOOR")
        if token in _FUNCTIONS:
            self.take("(")
            args = [self.line()]
            while self.next == ",":
                self.take()
                args.append(self.line())
            self.take(")")
            return _FUNCTIONS[token](*args)
        assert token == "(", token
        found = self.line()
        if self.next == "if":
            self.take()
            holds = self.line()
            self.take(",")
            self.take("else")
            other = self.line()
            found = found if holds else other
        self.take(")")
        return found


def calculated(arithmetic: str) -> Decimal:
    """Return what a line of arithmetic gives, its numbers taken as they are written."""
    with localcontext(_CONTEXT):
        return _Calculator(arithmetic).whole()


def adds_up(line: str) -> bool:
    """Say whether `arithmetic = result` is true: what it gives, rounded, is what it says."""
    arithmetic, _, said = line.rpartition(" = ")
    shown = Decimal(said.replace("−", "-"))
    with localcontext(_CONTEXT):
        step = Decimal(1).scaleb(int(shown.as_tuple().exponent))
        return calculated(arithmetic).quantize(step, ROUND_HALF_UP) == shown


def holds(line: str) -> bool:
    """Say whether `arithmetic = result` or `arithmetic = result ≈ rounded` is true."""
    arithmetic, sign, said = line.rpartition(" = ")
    assert sign, line
    given = [
        calculated(arithmetic),
        *(Decimal(text.replace("−", "-")) for text in said.split(" ≈ ")),
    ]
    return all(is_rounded(before, after) for before, after in pairwise(given))


def is_rounded(number: Decimal, shown: Decimal) -> bool:
    step = Decimal(1).scaleb(int(shown.as_tuple().exponent))
    return abs(number - shown) <= step / 2 * Decimal("1.000000001")
