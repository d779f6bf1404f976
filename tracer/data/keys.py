"""What a table of a TOML file may hold: one row for each key.

A row is the only place that knows its key: what it takes, what stands for it where it is left
out, and what the documentation says of it. From it a table is read, checked and written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from sys import float_info
from typing import Any, TypeGuard

from tracer.errors import did_you_mean

#: Whole numbers may be larger; nothing can be computed with those.
_LARGEST = float_info.max
#: What a value must be, if it isn't: "a text".
Rule = Callable[[Any], str | None]


@dataclass(frozen=True)
class Key:
    """A key: what it takes, what the page of the format says of it, what it is without it."""

    name: str
    rule: Rule
    says: str
    default: Any = None


@dataclass(frozen=True)
class KeyTable:
    """The keys of one kind of table, in the order in which they are listed and written.

    `unknown` is what another key is not: "a key of batch".
    """

    unknown: str
    keys: Mapping[str, Key]

    def faults(
        self, raw: Mapping[str, Any], label: str = "", prefix: str = "", unknown: str = ""
    ) -> list[str]:
        """Return what is wrong with a table: unknown keys, then values, in the table's order.

        `label` stands before the name of a key whose value won't do ("batch: "); `prefix` before
        that of any key ("rules."); `unknown` is said instead of the table's own.
        """
        known = ", ".join(self.keys)
        found = [
            f"'{prefix}{name}' is not {unknown or self.unknown}.{did_you_mean(name, self.keys)}"
            f" Known: {known}."
            for name in raw
            if name not in self.keys
        ]
        return found + [
            f"{label}{prefix}{name} must be {wanted}" + "." * (not wanted.endswith("?"))
            for name, key in self.keys.items()
            if name in raw and (wanted := key.rule(raw[name]))
        ]

    def filled(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return a sound table with every key: what is left out has its default."""
        return {name: raw.get(name, key.default) for name, key in self.keys.items()}

    def written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a table that reads as these values: what is as by default is left out."""
        return {
            name: values[name]
            for name, key in self.keys.items()
            if name in values and values[name] is not None and values[name] != key.default
        }


def table(unknown: str, *keys: Key) -> KeyTable:
    """Return the keys of one kind of table."""
    return KeyTable(unknown, {key.name: key for key in keys})


# -- rules ------------------------------------------------------------------------------------


def is_whole(value: object) -> TypeGuard[int]:
    """Say whether a value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[float]:
    """Say whether a value is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST


def is_texts(value: object) -> bool:
    """Say whether a value is a list of nothing but texts."""
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def wanted(words: str, test: Callable[[Any], bool]) -> Rule:
    """Return the rule that a value must pass a test, in words."""
    return lambda value: None if test(value) else words


def quoted(rule: Rule) -> Rule:
    """Return a rule whose words say what the value is instead."""

    def wrong(value: Any) -> str | None:
        words = rule(value)
        return None if words is None else f"{words}, not {value!r}"

    return wrong


def text(words: str = "a text") -> Rule:
    """Return the rule for a text."""
    return wanted(words, lambda value: isinstance(value, str))


def truth() -> Rule:
    """Return the rule for true and false."""
    return wanted("true or false", lambda value: isinstance(value, bool))


def subtable() -> Rule:
    """Return the rule for a table."""
    return wanted("a table", lambda value: isinstance(value, dict))


def number(low: float, high: float) -> Rule:
    """Return the rule for a number from `low` to `high`."""
    return wanted(
        f"a number from {low:g} to {high:g}",
        lambda value: is_number(value) and low <= value <= high,
    )


def whole(low: int, high: int | None = None) -> Rule:
    """Return the rule for a whole number from `low`, to `high` if there is such a bound."""
    end = "" if high is None else f" to {high:,}"
    return wanted(
        f"a whole number from {low}{end}",
        lambda value: is_whole(value) and low <= value and (high is None or value <= high),
    )


def texts(words: str = "a list of texts", *, some: bool = False) -> Rule:
    """Return the rule for a list of texts; with `some`, it must hold one at least."""
    return wanted(words, lambda value: is_texts(value) and (not some or bool(value)))


def one_of(names: Iterable[str]) -> Rule:
    """Return the rule for one of these names."""
    known = tuple(names)
    return wanted(f"one of {', '.join(known)}", lambda value: value in known)


def nearest(names: Iterable[str]) -> Rule:
    """Return the rule for one of these names; it says which one may have been meant."""
    known = tuple(names)

    def wrong(value: Any) -> str | None:
        if isinstance(value, str) and value in known:
            return None
        near = did_you_mean(str(value), known)
        return f"one of {', '.join(known)}" + (f".{near}" if near else "")

    return wrong


def either(*names: str) -> Rule:
    """Return the rule for one of a few texts, as they are typed."""
    return wanted(" or ".join(f'"{name}"' for name in names), lambda value: value in names)
