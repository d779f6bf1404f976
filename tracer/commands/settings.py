"""`--set NAME=VALUE`: other givens and starting parameters from the command line."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import replace

from tracer.data.arrays import as_array
from tracer.errors import DataError, TracerError
from tracer.language.functions import Array
from tracer.template.template import Template


def changed(template: Template, settings: Sequence[str]) -> Template:
    """Return the template with the values that texts such as `lr=1` set.

    Raises TracerError for a text that isn't one, or that doesn't fit the template.
    """
    changes: dict[str, Array] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        name = name.strip()
        if not equals or not name:
            raise TracerError(f"--set {setting}: write NAME=VALUE, such as --set lr=1.")
        if name in changes:
            raise TracerError(f"--set {name}: this is set twice.")
        changes[name] = as_array(_value(name, text), f"--set {name}")
    if not changes:
        return template
    said = tuple(f"--set {shlex.quote(setting)}" for setting in settings)
    return replace(template.with_values(changes), settings=(*template.settings, *said))


def _value(name: str, text: str) -> object:
    try:
        found = tomllib.loads(f"value = {text.strip()}")
        if len(found) > 1:
            raise ValueError
        return found["value"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        raise DataError(
            f"--set {name}: '{text}' is neither a number nor a list like [[1, 2], [3, 4]]."
        ) from None
