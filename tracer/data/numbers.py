"""Text → number as a person writes it: `0,5`, `−0.5`, `50 %`, `1/2`, `1 234.5`, `1,5 · 10⁻³`."""

from __future__ import annotations

import math
import re
import unicodedata

#: Longer texts are numbers only where a program has written them: plain digits.
LONGEST = 60
_MINUS = str.maketrans(dict.fromkeys("−‒–—﹣－‐‑", "-"))
_SIGNS = str.maketrans({"⁄": "/", "÷": "/", "’": "'", "ʼ": "'", "`": "'", "٫": ".", "٬": "'"})
#: What LaTeX writes, and what is left of it: powers of ten, and marks of formulas.
_LATEX = (("\\cdot", "·"), ("\\times", "×"), ("{", ""), ("}", ""))
_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_RAISED = str.maketrans(_RAISED_DIGITS, "0123456789-+")
_POWER = re.compile(r"[x×·⋅*]10(?:\^|\*\*)?\(?([+-]?\d+)\)?$", re.IGNORECASE)
_RAISED_POWER = re.compile(f"10([{_RAISED_DIGITS}]+)$")
_FRACTION = re.compile(r"([+-]?)(?:(\d+) +)?(\d+)/(\d+)")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
#: Digits in groups of three (in India, of two before the last three), with one kind of sign
#: between the groups.
_GROUPS = re.compile(
    r"[+-]?\d{1,3}(?:(?P<sign>[ '.,])(?:\d{3}(?P=sign))*|,(?:\d\d,)+)\d{3}(?:[.,]\d*)?"
)
#: Digits in groups of three behind the decimal sign, too, as ISO 80000 has them: `0.123 456`.
_GROUPED_FRACTION = re.compile(r"([+-]?[\d ']*[.,])((?:\d{3} )+\d{1,3})")
#: A power of ten that a space alone multiplies.
_SPACED_POWER = re.compile(r"(?<=\d)\s+(?=10(?:\^|\*\*))")
#: What could be a decimal fraction or grouped digits.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
_PARTS = {"%": 100, "‰": 1000}


def read_number(text: str, decimal: str | None = None) -> float | None:
    """Return the finite number that a text stands for, or None.

    `decimal` is the decimal sign of the file that the text is from, a point or a comma. Then
    the other of the two only groups digits: `1,234.5`, `1,234,567`, `1,234`; `0,123` is no
    number. Without one, as where a student types a number, a single comma is a decimal sign;
    so is the last of several different signs.

    Percent, fractions, powers of ten, also as LaTeX has them, Unicode minus signs, digits of other
    scripts, grouped digits, signs of currencies, a `=` before a number and marks that can't be
    seen are understood. Words, "nan", "inf", "1_000", dates, other formulas and numbers too large
    for a double are not numbers.
    """
    try:
        number = float(text)
    except ValueError:
        return _read_by_people(text.strip(), decimal)
    if decimal == "," and "." in text:
        return _read_by_people(text.strip(), decimal)
    return None if "_" in text else _finite(number)


def two_meanings(text: str) -> str | None:
    """Return the sign of a text that is a fraction or grouped digits, such as `1,234`."""
    match = _EITHER.fullmatch(_plain(text)) if len(text) <= LONGEST else None
    return match[1] if match else None


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
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    plain = unicodedata.normalize("NFKC", _parted(seen)).translate(_MINUS)
    plain = "".join(str(unicodedata.decimal(c, c)) for c in plain).translate(_SIGNS).strip()
    for sign in "=≈~":
        plain = plain.removeprefix(sign).strip()
    plain = re.sub(r"^([+-])\s+", r"\1", _without_latex(plain))
    return _without_currency(plain)


def _without_latex(text: str) -> str:
    """Return a number without what LaTeX writes around it: `$1.5 \\cdot 10^{-3}$`."""
    if len(text) > 1 and text[0] == text[-1] == "$":
        text = text.strip("$").strip()
    for written, plain in _LATEX:
        text = text.replace(written, plain)
    return text


def _without_currency(text: str) -> str:
    """Return an amount without the sign of its currency, which stands before or behind it."""
    sign = text[:1] if text[:1] in ("+", "-") else ""
    amount = text[len(sign) :]
    if amount and unicodedata.category(amount[0]) == "Sc":
        return sign + amount[1:].strip()
    if amount and unicodedata.category(amount[-1]) == "Sc":
        return sign + amount[:-1].strip()
    return text


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
    text = _SPACED_POWER.sub("·", text)
    power = _POWER.search(re.sub(r"\s+", "", text))
    if power:
        text = re.sub(r"\s+", "", text)[: power.start()] + f"e{power[1]}"
    elif re.fullmatch(r"10\^\(?[+-]?\d+\)?", text):
        text = f"1e{text[3:].strip('()')}"
    text = _with_point(_ungrouped(text, decimal), decimal)
    return float(text) if _PLAIN.fullmatch(text) else None


def _ungrouped(text: str, decimal: str | None) -> str:
    """Return a number without the signs between its groups of digits."""
    behind = _GROUPED_FRACTION.fullmatch(text)
    if behind:
        text = behind[1] + behind[2].replace(" ", "")
    match = _GROUPS.fullmatch(text)
    sign = (match["sign"] or ",") if match else decimal
    if match is None or sign is None or sign == decimal:
        return text
    if decimal is not None and text.lstrip("+-").startswith("0"):
        return text
    # One comma or point alone is a decimal sign unless the other of the two is said to be it.
    others = (set(text) & {".", ","}) - {sign}
    groups = sign in " '" or text.count(sign) > 1 or others or decimal is not None
    return text.replace(sign, "") if groups else text


def _with_point(text: str, decimal: str | None) -> str:
    """Return a number with a decimal point; as it is where its sign is not the one said."""
    if decimal == "," and "." in text:
        return ""
    single = text.count(",") == 1 and "." not in text
    return text.replace(",", ".") if single and decimal != "." else text
