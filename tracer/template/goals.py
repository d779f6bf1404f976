"""What training makes small: one loss, or several, each for its own parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tracer.data.keys import is_texts
from tracer.errors import TemplateError, did_you_mean

#: What `loss` must be, if it isn't.
WORDS = "text, or a table [loss] of several with the parameters of each"


def wrong_loss(value: Any) -> str | None:
    """Return what `loss` must be, if it isn't."""
    if isinstance(value, str):
        return None
    sound = isinstance(value, dict) and value and all(v and is_texts(v) for v in value.values())
    return None if sound else WORDS


def read_losses(
    raw: str | Mapping[str, list[str]] | None, parameters: Collection[str], where: str
) -> tuple[str | None, dict[str, str]]:
    """Return the loss that charts show, and of several which one each parameter follows.

    Raises TemplateError where a parameter is unknown or follows two.
    """
    if raw is None or isinstance(raw, str):
        return raw, {}
    found: dict[str, str] = {}
    for loss, names in raw.items():
        for name in names:
            if name not in parameters:
                raise TemplateError(
                    f"{where}: loss.{loss}: '{name}' is not a parameter."
                    f"{did_you_mean(name, parameters)}"
                )
            if name in found:
                raise TemplateError(
                    f"{where}: loss.{loss}: '{name}' follows {found[name]} already: one loss each."
                )
            found[name] = loss
    return next(iter(raw)), found


def written(loss: str | None, losses: Mapping[str, str]) -> str | dict[str, list[str]] | None:
    """Return `loss` as a template has it."""
    if not losses:
        return loss
    each = dict.fromkeys(losses.values())
    return {one: [name for name, of in losses.items() if of == one] for one in each}
