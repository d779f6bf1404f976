"""What may be called how: names as Python's parser takes them."""

from __future__ import annotations

from keyword import iskeyword
from unicodedata import normalize

from tracer import limits

#: What names mean already.
TAKEN = frozenset(("np", "numpy", "AXIS"))


def as_name(text: str) -> str:
    """Return a name as the parser reads it (NFKC): µ as keyboards type it is the Greek μ."""
    return text if text.isascii() else normalize("NFKC", text)


def may_be_name(name: str) -> bool:
    """Say whether an equation can use this as a name; `True` is a number for it."""
    sound = name.isidentifier() and not iskeyword(name) and name not in TAKEN
    return sound and len(name) <= limits.NAME.most
