"""Text → number as a person writes it: `0,5`, `−0.5`, `50 %`, `1/2`, `1 234.5`, `1,5 · 10⁻³`."""

from __future__ import annotations

import math
import re
import unicodedata

#: Longer texts are numbers only where a program has written them: plain digits.
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
_PARTS = {"%": 100, "‰": 1000}


def read_number(text: str, decimal: str | None = None) -> float | None:
    """Return the finite number that a text stands for, or None.

    `decimal` is the decimal sign of the file that the text is from, a point or a comma. Then
    the other of the two only groups digits, and only where it can be nothing else: `1,234.5`,
    `1,234,567`; `1,234` could mean two numbers, and is none. Without one, as where a student
    types a number, a single comma is a decimal sign; so is the last of several different signs.

    Percent, fractions, powers of ten, Unicode minus signs, digits of other scripts and grouped
    digits are understood. Words, "nan", "inf", "1_000", dates, formulas and numbers too large
    for a double are not numbers.
    """
    try:
        number = float(text)
    except ValueError:
        return _read_by_people(text.strip(), decimal)
    return None if "_" in text or (decimal == "," and "." in text) else _finite(number)


def _read_by_people(text: str, decimal: str | None) -> float | None:
    """Return the number that a text is which no program would write, or None."""
    if not text or len(text) > LONGEST:
        return None
    raised = _RAISED_POWER.search(text)
    if raised:
        text = text[: raised.start()] + "10^" + raised[1].translate(_RAISED)
    if any(character in _RAISED_DIGITS for character in text):
        return None
    return _written(_plain(text), decimal)


def _plain(text: str) -> str:
    """Return a text in the characters of a keyboard, without what only stands around numbers."""
    plain = unicodedata.normalize("NFKC", _parted(text)).translate(_MINUS)
    plain = plain.replace("⁄", "/").replace("’", "'").strip()
    plain = plain.removeprefix("≈").removeprefix("~").strip()
    return re.sub(r"^([+-])\s+", r"\1", plain)


def _parted(text: str) -> str:
    """Set a fraction that is one character apart from the digits before it."""
    return re.sub(r"([½⅓⅔¼¾⅕-⅞])", r" \1", text)


def _written(text: str, decimal: str | None) -> float | None:
    parts = _PARTS.get(text[-1:], 1)
    if parts > 1:
        text = text[:-1].strip()
    number = _fraction(text)
    if number is None:
        number = _decimal(text, decimal)
    return None if number is None else _finite(number / parts)


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _fraction(text: str) -> float | None:
    match = _FRACTION.fullmatch(text)
    if match is None or int(match[4]) == 0:
        return None
    size = int(match[2] or 0) + int(match[3]) / int(match[4])
    return -size if match[1] == "-" else size


def _decimal(text: str, decimal: str | None) -> float | None:
    power = _POWER.search(re.sub(r"\s+", "", text))
    if power:
        text = re.sub(r"\s+", "", text)[: power.start()] + f"e{power[1]}"
    elif re.fullmatch(r"10\^\(?[+-]?\d+\)?", text):
        text = f"1e{text[3:].strip('()')}"
    text = _with_point(_ungrouped(text, decimal), decimal)
    return float(text) if _PLAIN.fullmatch(text) else None


def _ungrouped(text: str, decimal: str | None) -> str:
    """Return a number without the signs between its groups of digits."""
    match = _GROUPS.fullmatch(text)
    if match is None or match["sign"] == decimal:
        return text
    sign = match["sign"]
    # One comma or point alone is a decimal sign, not a group's.
    groups = sign in " '" or text.count(sign) > 1 or (set(text) & {".", ","}) - {sign}
    return text.replace(sign, "") if groups else text


def _with_point(text: str, decimal: str | None) -> str:
    """Return a number with a decimal point; as it is where its sign is not the one said."""
    if decimal == "," and "." in text:
        return ""
    single = text.count(",") == 1 and "." not in text
    return text.replace(",", ".") if single and decimal != "." else text
