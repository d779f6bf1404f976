"""The names in a template's raw content, as equations have them."""

from __future__ import annotations

from typing import Any

from tracer import limits
from tracer.errors import TemplateError
from tracer.language.naming import as_name

#: Keys whose texts are names of quantities, wherever they stand.
_NAMING = frozenset(
    (
        *("loss", "metrics", "shows", "quantity", "input", "output", "target"),
        *("of", "weights", "cycle", "rate"),
    )
)
#: Keys whose texts are as long as an equation may be.
_EQUATIONS = frozenset(("equations", "helpers"))
#: Tables whose keys are names of quantities.
_NAMED = frozenset(("given", "parameters", "headings", "cycle", "sizes", "loss"))
#: Tables whose values are lists of names.
_OF_NAMES = frozenset(("loss",))
#: Tables whose values name files and ways to draw.
_ARRAYS = frozenset(("given", "parameters"))


def with_names(raw: dict[str, Any], where: str) -> dict[str, Any]:
    """Return a template's content with its names as equations have them.

    Raises TemplateError where two are the same then, and for a text that is too long.
    """
    return {key: _read(key, value, where) for key, value in raw.items()}


def _read(key: str, value: Any, where: str) -> Any:
    if isinstance(value, str):
        if key not in _EQUATIONS and len(value) > limits.TEXT.most:
            raise TemplateError(
                f"{where}: {key}: a text of {len(value):,} characters; at most"
                f" {limits.TEXT.most:,} can be shown."
            )
        return as_name(value) if key in _NAMING else value
    if isinstance(value, list):
        return [_read(key, item, where) for item in value]
    if not isinstance(value, dict):
        return value
    if key in _NAMED:
        value = _keys(value, where)
    if key in _ARRAYS:
        return value
    return {k: _read(key if key in _OF_NAMES else k, v, where) for k, v in value.items()}


def _keys(table: dict[str, Any], where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in table.items():
        if as_name(name) in found:
            raise TemplateError(f"{where}: '{name}' stands there twice: in equations both are one.")
        found[as_name(name)] = value
    return found
