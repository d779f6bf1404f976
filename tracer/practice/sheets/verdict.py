"""The formula of one verdict: it says what marking.py says of a number, in its order."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.language.formula import number_text
from tracer.practice.answers.marks import Rules, Verdict
from tracer.practice.marking.tolerance import (
    APART,
    DIGIT,
    HUNDREDTH,
    INCLUSIVE,
    MOST_DECIMALS,
    SAME,
    coarsest,
)

#: So that the logarithm of 0 is none; far below every number.
NEAR_NOTHING = "1E-300"


@dataclass(frozen=True)
class BlankCell:
    """One blank as its formula sees it: references, and what of it never changes.

    `half`, `follows`, `spread`, `old` and `least` are references or formulas, empty where there
    is none; `leans` counts zeros that are no answers among what it is calculated from. `size`
    is what a relative tolerance is of, `apart` and `noise` bound it.
    """

    typed: str
    exact: str
    half: str
    follows: str
    spread: str
    old: str
    least: str
    leans: str
    wanted: float
    size: float
    apart: float
    noise: float
    counts: bool
    moves: bool


@dataclass(frozen=True)
class VerdictFormula:
    """Writes the verdict's formula over the switches of a workbook.

    `grain` is half a unit of the decimals that the calculation itself rounds to, or 0.
    """

    asked: BlankCell
    rules: Rules
    absolute: str
    relative: str
    grain: float = 0.0

    def text(self) -> str:
        """Return the formula of a cell that holds a number."""
        right = self._off(self.asked.exact, self._allowed())
        rest = self._rounded(self._wrong())
        if self.asked.follows:
            rest = f"IF({self._near_follows()},{self._followed()},{rest})"
        if idle := self._idle():
            rest = f"IF({idle},{self._on_idle()},{rest})"
        return f"IF({right},{int(Verdict.RIGHT)},{rest})"

    def _off(self, wanted: str, within: str) -> str:
        return f"ABS({self.asked.typed}-{wanted})<=({within})*{number_text(INCLUSIVE)}"

    def _allowed(self) -> str:
        asked = self.asked
        own = f"{self.relative}*{number_text(asked.size)}"
        if asked.apart != float("inf"):
            own = f"MIN({own},{number_text(asked.apart)})"
        return f"MAX({own},{number_text(asked.noise)},{self.absolute})"

    def _rounding(self, least: float | None = None) -> str:
        return self._typed(number_text(coarsest(self.asked.wanted, self.rules, least)))

    def _typed(self, most: str) -> str:
        rounding = f"MIN({self.asked.half},{most})"
        return f"MAX({rounding},{number_text(self.grain)})" if self.grain else rounding

    def _rounded(self, otherwise: str) -> str:
        test = self._off(self.asked.exact, self._rounding())
        return f"IF({test},{int(Verdict.ROUNDED)},{otherwise})"

    def _wrong(self) -> str:
        if not self.asked.spread:
            return str(int(Verdict.WRONG))
        anything = f"AND({self.asked.spread}<0,ISNUMBER({self.asked.follows}))"
        return f"IF({anything},{int(Verdict.VAGUE)},{int(Verdict.WRONG)})"

    # -- what follows ------------------------------------------------------------------

    def _within(self) -> str:
        asked = self.asked
        step = f"{asked.follows}-{asked.old}" if asked.old else asked.follows
        same = f"{number_text(SAME)}*ABS({asked.follows})"
        share = f"MIN({self.relative},{number_text(APART)})"
        return f"MAX({share}*ABS({step}),{same},{self.absolute})"

    def _near_follows(self, least: float | None = None) -> str:
        """Say whether the number is what follows, rounded; FALSE where nothing follows."""
        asked, rules = self.asked, self.rules
        floor = coarsest(0.0, rules, least)
        digits = f"LN(ABS({asked.follows})+{NEAR_NOTHING})/LN(10)+{number_text(DIGIT)}"
        more = 1 - rules.fewest_digits
        place = f"INT({digits}){f'{more:+d}' if more else ''}"
        most = self._typed(f"MAX({number_text(floor)},0.5*10^({place}))")
        spread = _more(asked)
        test = self._off(asked.follows, f"{self._within()}+{most}{spread}")
        return f"IF(ISNUMBER({asked.follows}),{test},FALSE)"

    def _followed(self) -> str:
        asked = self.asked
        spread = _more(asked)
        drift = self._off(asked.exact, f"{self._allowed()}+{self._rounding()}{spread}")
        exactly = self._off(asked.follows, self._within())
        right = f"AND({asked.least}>={int(Verdict.RIGHT)},{exactly})"
        found = f"IF({right},{int(Verdict.RIGHT)},{int(Verdict.ROUNDED)})"
        sound = f"AND({asked.least}>={int(Verdict.ROUNDED)},{drift})"
        return f"IF({sound},{found},{self._rounded(str(int(Verdict.FOLLOWS)))})"

    # -- 0, and the old value ------------------------------------------------------------

    def _idle(self) -> str:
        asked, tests = self.asked, []
        if asked.counts:
            tests.append(f"{asked.typed}=0")
        if asked.moves:
            same = f"MAX({asked.half}*{number_text(INCLUSIVE)},{_last(asked.old)})"
            near = f"ABS({asked.typed}-{asked.old})<={same}"
            tests.append(f"IF(ISNUMBER({asked.old}),{near},FALSE)")
        return f"OR({','.join(tests)})" if len(tests) > 1 else "".join(tests)

    def _on_idle(self) -> str:
        asked = self.asked
        least = max(HUNDREDTH, coarsest(0.0, self.rules))
        vague = self._off(asked.exact, self._rounding(least))
        if not asked.follows:
            return f"IF({vague},{int(Verdict.VAGUE)},{int(Verdict.WRONG)})"
        vague = f"OR({vague},{self._near_follows(least)})"
        rest = f"IF({vague},{int(Verdict.VAGUE)},{int(Verdict.WRONG)})"
        target = f"IF({asked.typed}=0,0,{asked.old})" if asked.old else "0"
        same = f"ABS({asked.follows}-{target})<={number_text(SAME)}*ABS({target})"
        earned = f"IF(ISNUMBER({asked.follows}),AND({asked.leans}=0,{same}),FALSE)"
        return f"IF({earned},{int(Verdict.FOLLOWS)},{rest})"


def _more(asked: BlankCell) -> str:
    """Return what rounding adds to a tolerance; below 0 stands for anything, which adds nothing."""
    return f"+MAX(0,{asked.spread})" if asked.spread else ""


def _last(number: str) -> str:
    return f"{number_text(SAME)}*ABS({number})"


def half_unit(typed: str) -> str:
    """Return the formula for half a unit of the last decimal of a number; "" for what is none."""
    text = "0"
    for decimals in range(MOST_DECIMALS, -1, -1):
        same = f"ABS({typed}-ROUND({typed},{decimals}))<={number_text(SAME)}*ABS({typed})"
        text = f"IF({same},{number_text(0.5 * 10.0**-decimals)},{text})"
    return f'IF(ISNUMBER({typed}),{text},"")'


def roughness(asked: BlankCell, verdict: str, halves: str) -> str:
    """Return the formula for how far a number may be from what was calculated with."""
    typed = asked.typed
    slip = f"MIN(MIN({halves}),{number_text(HUNDREDTH)}*MAX(1,ABS({typed})))"
    text = f"IF({verdict}>={int(Verdict.WRONG)},{slip},0)"
    off = f"ABS({typed}-{asked.exact})"
    if asked.follows:
        follows = f"ABS({typed}-{asked.follows}){_more(asked)}"
        text = f"IF({verdict}={int(Verdict.FOLLOWS)},{follows},{text})"
        near = f"ABS({typed}-{asked.follows})<=({asked.half}{_more(asked)})*{INCLUSIVE!r}"
        after_slip = f"IF(ISNUMBER({asked.follows}),IF({near},{follows},0),0)"
        off = f"MAX({off},IF({asked.least}>={int(Verdict.ROUNDED)},0,{after_slip}))"
    return f"IF({verdict}>={int(Verdict.ROUNDED)},{off},{text})"
