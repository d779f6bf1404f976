"""Texts by key: sections and keys of a language's file, placeholders by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from tracer.errors import TracerError

FOLDER = Path(__file__).parent
LANGUAGES: tuple[str, ...] = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
#: The language of the commands, and of workbooks unless asked otherwise.
FIRST = "en"


@dataclass(frozen=True)
class Said:
    """A text that has no language yet: its key, and what its placeholders hold.

    Among the values may be others, alone or several in a tuple, which then follow each other.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Wording:
    """One language's texts, and what every text may name, such as the colours in use.

    Calling it gives a text: `wording("inputs.name", name="lr")`. Numbers among the values are
    written as the language writes them. A key that isn't there raises KeyError: the tests see
    to it that there is none, and that all languages have the same keys and placeholders.
    """

    language: str
    texts: Mapping[str, str]
    known: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text with its placeholders filled."""
        shown = {name: self._shown(value) for name, value in values.items()}
        return self.texts[key].format(**{**self.known, **shown})

    def say(self, said: Said) -> str:
        """Return a text that was said without a language."""
        return self(said.key, **said.values)

    def section(self, name: str) -> dict[str, str]:
        """Return the keys and texts of a section, in the order of the file."""
        start = f"{name}."
        return {key.removeprefix(start): self(key) for key in self.texts if key.startswith(start)}

    def sheet(self, name: str) -> str:
        """Return the title of a sheet."""
        return self(f"sheets.{name}")

    def number(self, text: str) -> str:
        """Return a number's text, written with points, as the language writes it."""
        return text.replace(".", self.texts["numbers.decimal"])

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
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    texts = {
        f"{section}.{key}": text
        for section, pairs in content.items()
        for key, text in pairs.items()
    }
    titles = {f"{k}_sheet": title for k, title in content["sheets"].items() if "{" not in title}
    return Wording(language, texts, titles)
