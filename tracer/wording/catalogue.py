"""Texts by key: sections and keys of a language's file, placeholders by name.

A text may have forms, of which a count chooses one: `{ one = "1 blank", other = "{count}
blanks" }`. Which forms a language has, and for which counts, its section `plurals` says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from string import Formatter

from tracer.errors import TracerError

FOLDER = Path(__file__).parent
LANGUAGES: tuple[str, ...] = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
#: The language of the commands, and of workbooks unless asked otherwise.
FIRST = "en"
#: The form of a text for every count that no other form is for.
OTHER = "other"
#: The line with which a section begins.
_HEAD = re.compile(r"^\[(\w+)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """A text that has no language yet: its key, and what its placeholders hold.

    Among the values may be others, alone or several in a tuple, which then follow each other.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Wording:
    """One language's texts, and what every text may name, such as the colours in use.

    Calling it gives a text: `wording("inputs.name", name="lr")`. Numbers among the values are
    written as the language writes them. A key that isn't there raises KeyError: the tests see
    to it that there is none, and that all languages have the same keys and placeholders.
    """

    language: str
    texts: Catalogue
    known: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text with its placeholders filled, in the form for the value `count`."""
        shown = {name: self._shown(value) for name, value in values.items()}
        text = (
            self.texts[key]
            if key in self.texts
            else self.texts[f"{key}.{self._form(shown.get('count', ''))}"]
        )
        return text.format(**{**self.known, **shown})

    def parts(self, key: str, /, **values: object) -> list[object]:
        """Return a text in parts: what stands between the placeholders, and each one's value."""
        found: list[object] = []
        for text, name, _, _ in Formatter().parse(self.texts[key]):
            found += [text] if text else []
            found += [] if name is None else [values[name]]
        return found

    def _form(self, count: str) -> str:
        """Return which form of a text a count takes: the first whose pattern its digits match."""
        fitting = (form for form, counts in self._plurals.items() if counts.fullmatch(count))
        return next(fitting, OTHER)

    @cached_property
    def _plurals(self) -> Mapping[str, re.Pattern[str]]:
        """The forms that texts may have, each with a pattern of the counts that it is for."""
        return {key: re.compile(rule) for key, rule in self.section("plurals").items()}

    def say(self, said: Said | str) -> str:
        """Return a text that was said without a language; one that is a text is that."""
        return said if isinstance(said, str) else self(said.key, **said.values)

    def section(self, name: str) -> dict[str, str]:
        """Return the keys and texts of a section, in the order of the file."""
        return {key: self(f"{name}.{key}") for key in self.texts.section(name)}

    def sheet(self, name: str) -> str:
        """Return the title of a sheet."""
        return self(f"sheets.{name}")

    def number(self, text: str) -> str:
        """Return a number's text, written with points, as the language writes it."""
        return text.replace(".", self.texts["numbers.decimal"])

    def digits(self, value: float, most: int = 6) -> str:
        """Return a number for reading: so many digits that matter."""
        return self.number(f"{value + 0.0:.{most}g}".replace("-", "−"))

    def whole(self, number: int) -> str:
        """Return a whole number with its thousands apart."""
        return f"{number:,}".replace(",", self.texts["numbers.thousands"])

    def size(self, shape: Sequence[int]) -> str:
        """Return a shape as people write it: `3 × 4`, `vector of 3`, `number`."""
        if not shape:
            return self("sizes.number")
        if len(shape) == 1:
            return self("sizes.vector", count=str(shape[0]))
        return " × ".join(map(str, shape))

    def naming(self, **names: str) -> Wording:
        """Return the wording with more that every text may name."""
        return replace(self, known={**self.known, **names})

    def _shown(self, value: object) -> str:
        match value:
            case Said():
                return self.say(value)
            case tuple():
                return "".join(map(self._shown, value))
            case int():
                return self.whole(value)
            case float():
                return self.number(f"{value:g}")
        return str(value)


@lru_cache
def load(language: str = FIRST) -> Wording:
    """Return a language's wording.

    Raises TracerError for a language there is no file of.
    """
    if language not in LANGUAGES:
        raise TracerError(f"'{language}' is not a language of workbooks: {', '.join(LANGUAGES)}.")
    texts = Catalogue((FOLDER / f"{language}.toml").read_text("utf-8"))
    titles = texts.section("sheets")
    return Wording(language, texts, {f"{k}_sheet": t for k, t in titles.items() if "{" not in t})


class Catalogue(Mapping[str, str]):
    """The texts of a file by `section.key`; a section is parsed when it is first asked for.

    Most commands say little of what could be said, and reading all of it takes longer than
    tracing a small network.
    """

    def __init__(self, content: str) -> None:
        """Split a file's content into its sections; what stands before the first is a comment."""
        _, *parts = _HEAD.split(content)
        self._unread = dict(zip(parts[::2], parts[1::2], strict=True))
        self._sections: dict[str, dict[str, str]] = {}

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Catalogue:
        """Return texts that are known by their keys already."""
        made = cls("")
        for key, text in texts.items():
            section, _, name = key.partition(".")
            made._sections.setdefault(section, {})[name] = text
        return made

    def section(self, name: str) -> dict[str, str]:
        """Return the keys and texts of a section, in the order of the file; empty without one."""
        if name in self._unread:
            pairs = tomllib.loads(self._unread.pop(name))
            self._sections[name] = {
                f"{key}{form}": text
                for key, forms in pairs.items()
                for form, text in _by_form(forms)
            }
        return self._sections.get(name, {})

    def __getitem__(self, key: str) -> str:
        section, _, name = key.partition(".")
        return self.section(section)[name]

    def __contains__(self, key: object) -> bool:
        section, _, name = str(key).partition(".")
        return name in self.section(section)

    def __iter__(self) -> Iterator[str]:
        for section in [*self._sections, *self._unread]:
            yield from (f"{section}.{name}" for name in self.section(section))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _by_form(forms: str | Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what to add to the key of a text for each of its forms, and the form."""
    if isinstance(forms, str):
        return [("", forms)]
    return [(f".{form}", text) for form, text in forms.items()]
