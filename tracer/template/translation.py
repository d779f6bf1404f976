"""A template's texts in another language: a file beside it, such as `ray.de.toml` of `ray.toml`.

It holds each text as the template has it, and its translation. A text without one stays as it
is; so does one that has been changed in the template since.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.data.keys import Key, subtable, table
from tracer.errors import TemplateError
from tracer.paths import is_file
from tracer.template.source import read_toml
from tracer.template.template import Template

if TYPE_CHECKING:
    from tracer.program.model import Program, Step
    from tracer.wording import Wording

#: Says a text in another language.
Say = Callable[[str], str]

#: What stands for a loop's value in a text.
_VALUE = re.compile(r"\{([^{}]*)\}")

TRANSLATION = table(
    "a key of a translation",
    Key("texts", subtable(), "`[texts]`: a text of the template, and its translation", {}),
)


def translation_path(template: Path, language: str) -> Path:
    """Return where a template's texts in a language stand, if they do."""
    return template.with_suffix(f".{language}{template.suffix}")


def read_translation(path: Path) -> dict[str, str]:
    """Return the texts of a file, each with its translation. Raises TemplateError."""
    raw = read_toml(path)
    faults = TRANSLATION.faults(raw)
    texts = TRANSLATION.filled(raw)["texts"]
    if not faults:
        faults = [f"{text!r}: a text is needed." for text, to in texts.items() if not _is_text(to)]
    if faults:
        raise TemplateError("\n".join(f"{path}: {fault}" for fault in faults))
    return {_flat(text): said for text, said in texts.items()}


def translated(template: Template, language: str) -> Template:
    """Return the template with its texts in a language, as far as they have been translated.

    Raises TemplateError for a translation that can't be read.
    """
    say = _say(template, language)
    if say is None:
        return template
    reading = replace(template.reading, part=say(template.reading.part))
    told = replace(
        template,
        title=say(template.title),
        about=say(template.about),
        source=reading.source if reading.article else say(template.source),
        reading=reading,
        steps=tuple(_step(step, say) for step in template.steps),
        published=tuple(
            replace(item, place=say(item.place), note=say(item.note)) for item in template.published
        ),
        unreproducible=tuple(
            replace(item, place=say(item.place), text=say(item.text))
            for item in template.unreproducible
        ),
        errata=tuple(
            replace(item, place=say(item.place), text=say(item.text)) for item in template.errata
        ),
        pictures=tuple(
            replace(item, place=say(item.place), text=say(item.text)) for item in template.pictures
        ),
        places={number: say(place) for number, place in template.places.items()},
        headings={name: tuple(map(say, texts)) for name, texts in template.headings.items()},
        predict=template.predict
        and replace(template.predict, names=tuple(map(say, template.predict.names))),
        images=template.images
        and replace(template.images, names=tuple(map(say, template.images.names))),
    )
    return template.told(told)


def spoken(program: Program, template: Template, wording: Wording) -> Program:
    """Return a template's program with the texts of all its steps in a language."""
    from tracer.program.layout import in_words

    told, say = in_words(program, wording), _say(template, wording.language)
    if say is None:
        return told
    return replace(told, steps=tuple(_step(step, say) for step in told.steps))


def _say(template: Template, language: str) -> Say | None:
    path = translation_path(template.path, language)
    if not is_file(path):
        return None
    texts = read_translation(path)
    repeated = [_TurnText(text, said) for text, said in texts.items() if _VALUE.search(text)]

    def say(text: str) -> str:
        flat = _flat(text)
        if flat in texts:
            return texts[flat]
        return next((said for one in repeated if (said := one.of(flat)) is not None), text)

    return say


class _TurnText:
    """A text of a step that is repeated: `Time step {t}` is said of each of its values."""

    def __init__(self, text: str, said: str) -> None:
        self._values = _VALUE.findall(text)
        self._pattern = re.compile(r"(-?\d+)".join(map(re.escape, _VALUE.split(text)[::2])))
        self._said = said

    def of(self, text: str) -> str | None:
        """Return what is said of a text, or None where it is another."""
        match = self._pattern.fullmatch(text)
        if match is None:
            return None
        numbers = dict(zip(self._values, match.groups(), strict=True))
        return _VALUE.sub(lambda value: numbers.get(value[1], value[0]), self._said)


def _step(step: Step, say: Say) -> Step:
    """Return a step in a language; what the tracer writes of a step is in it already."""
    title, explain = step.said
    return replace(
        step,
        title=step.title if title else say(step.title),
        explain=step.explain if explain else say(step.explain),
    )


def _flat(text: str) -> str:
    """Return a text on one line: how it is broken into lines says nothing."""
    return " ".join(text.split())


def _is_text(value: object) -> bool:
    return isinstance(value, str)
