"""Text → number as a teacher reads it: `0,5`, `−0.5`, `50 %`, `1/2`, `1,5 · 10⁻³`."""

from __future__ import annotations

import math
import re
import unicodedata

LONGEST = 60
_MINUS = str.maketrans(dict.fromkeys("−‒–—﹣－‐‑", "-"))
_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_RAISED = str.maketrans(_RAISED_DIGITS, "0123456789-+")
_POWER = re.compile(r"[x×·⋅*]10(?:\^|\*\*)?\(?([+-]?\d+)\)?$", re.IGNORECASE)
_RAISED_POWER = re.compile(f"10([{_RAISED_DIGITS}]+)$")
_FRACTION = re.compile(r"([+-]?)(?:(\d+) +)?(\d+)/(\d+)")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
#: Digits in groups of three, with one kind of sign between the groups.
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:(?P<sign>[ '.,])\d{3})(?:(?P=sign)\d{3})*(?:[.,]\d*)?")


def parse_number(text: str) -> float | None:
    """Return the number that a text stands for, or None.

    A single comma is a decimal sign; so is the last of several different signs. Percent,
    fractions, powers of ten, Unicode minus signs and grouped digits are understood. Words,
    "nan", "inf", "1_000", dates, formulas and numbers too large for a double are not numbers.
    """
    if len(text) > LONGEST:
        return None
    raised = _RAISED_POWER.search(text.strip())
    if raised:
        text = text.strip()[: raised.start()] + "10^" + raised[1].translate(_RAISED)
    if any(character in _RAISED_DIGITS for character in text):
        return None
    plain = unicodedata.normalize("NFKC", _parted(text)).translate(_MINUS)
    plain = plain.replace("⁄", "/").replace("’", "'").strip()
    plain = plain.removeprefix("≈").removeprefix("~").strip()
    plain = re.sub(r"^([+-])\s+", r"\1", plain)
    scale = 1.0
    if plain.endswith(("%", "‰")):
        scale = 0.01 if plain.endswith("%") else 0.001
        plain = plain[:-1].strip()
    number = _fraction(plain)
    if number is None:
        number = _decimal(plain)
    if number is None or not math.isfinite(number):
        return None
    return number * scale if scale == 1 else number / round(1 / scale)


def _parted(text: str) -> str:
    """Set a fraction that is one character apart from the digits before it."""
    return re.sub(r"([½⅓⅔¼¾⅕-⅞])", r" \1", text)


def _fraction(text: str) -> float | None:
    match = _FRACTION.fullmatch(text)
    if match is None or int(match[4]) == 0:
        return None
    size = int(match[2] or 0) + int(match[3]) / int(match[4])
    return -size if match[1] == "-" else size


def _decimal(text: str) -> float | None:
    power = _POWER.search(re.sub(r"\s+", "", text))
    if power and re.search(r"[x×·⋅*]", text, re.IGNORECASE):
        text = re.sub(r"\s+", "", text)[: power.start()] + f"e{power[1]}"
    elif re.fullmatch(r"10\^\(?[+-]?\d+\)?", text):
        text = f"1e{text[3:].strip('()')}"
    text = _ungrouped(text)
    if _PLAIN.fullmatch(text) is None or not text.isascii():
        return None
    try:
        return float(text)
    except (ValueError, OverflowError):
        return None


def _ungrouped(text: str) -> str:
    """Return a number with a decimal point and no signs between its digits."""
    match = _GROUPS.fullmatch(text)
    if match is not None:
        sign = match["sign"]
        # One comma or point alone is a decimal sign, not a group's.
        if sign in " '" or text.count(sign) > 1 or (set(text) & {".", ","}) - {sign}:
            text = text.replace(sign, "")
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
