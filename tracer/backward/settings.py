"""The table [optimizer] of a template: how a derived update is to move the parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracer.backward.optimizers import CLIPS, OPTIMIZER_ALIASES, OPTIMIZERS, SCHEDULES
from tracer.backward.vocabulary import VOCABULARIES
from tracer.data.keys import Key, KeyTable, Rule, is_number, nearest, quoted, table, texts, wanted
from tracer.errors import TemplateError

#: A table [optimizer], or several of them that each move some of the parameters.
Optimizers = Mapping[str, Any] | Sequence[Mapping[str, Any]]
_NUMBER = quoted(wanted("a number", is_number))
_POSITIVE = quoted(wanted("a number above 0", lambda value: is_number(value) and value > 0))


def _name(value: Any) -> str | None:
    known = nearest(OPTIMIZERS)
    return None if isinstance(value, str) and value in OPTIMIZER_ALIASES else known(value)


def _settings_of(names: Mapping[str, Mapping[str, float | None]]) -> str:
    """Return which settings the rows of a table have, and what they are without being said."""
    return ", ".join(
        f"`{name}`" + (f" ({', '.join(map(_usual, settings.items()))})" if settings else "")
        for name, settings in names.items()
    )


def _usual(setting: tuple[str, float | None]) -> str:
    name, value = setting
    return f"`{name}`" if value is None else f"`{name}` {value:g}"


OPTIMIZER = table(
    "a setting",
    Key(
        "name",
        _name,
        _settings_of({name: row.settings for name, row in OPTIMIZERS.items()})
        + " (default: the first); settings as in PyTorch; "
        + " and ".join(f"`{alias}`" for alias in OPTIMIZER_ALIASES)
        + " are gradient descent",
        "gradient_descent",
    ),
    Key(
        "of", texts("a list of parameters"), "the parameters it moves, where there are several", ()
    ),
    Key(
        "names",
        nearest(VOCABULARIES),
        'what derived quantities are called: `"words"` (`delta_z`, `gradient_w`) or `"ng"`'
        " (`dz`, `dw`)",
        "words",
    ),
    Key(
        "rate",
        lambda value: None if isinstance(value, str) else _NUMBER(value),
        "the learning rate, or the name of a given number (default: a given `lr`, else 0.1)",
    ),
    Key(
        "schedule",
        lambda value: None,  # a table of its own
        "how the rate changes: "
        + _settings_of({name: row.settings for name, row in SCHEDULES.items()}),
        "constant",
    ),
    Key("clip", _POSITIVE, "the largest norm of all gradients together"),
    Key("clip_each", _POSITIVE, "instead: the largest size of each gradient"),
)


@dataclass(frozen=True)
class Settings:
    """A table [optimizer] of a template, checked; `of` names the parameters it moves."""

    name: str = "gradient_descent"
    rate: float | str | None = None
    hyper: Mapping[str, float] = field(default_factory=dict)
    schedule: str = "constant"
    schedule_hyper: Mapping[str, float] = field(default_factory=dict)
    clips: Mapping[str, float] = field(default_factory=dict)
    vocabulary: str = "words"
    of: tuple[str, ...] = ()


def read_settings(raw: Optimizers, where: str) -> list[Settings]:
    """Check the table [optimizer], or several. Raises TemplateError with every fault found."""
    if isinstance(raw, Mapping):
        return [_read(raw, f"{where}: optimizer")]
    if not raw or not all(isinstance(table, Mapping) for table in raw):
        raise TemplateError(f"{where}: optimizer must be a table, or several: [[optimizer]].")
    return [_read(table, f"{where}: optimizer {n}") for n, table in enumerate(raw, 1)]


def _read(raw: Mapping[str, Any], where: str) -> Settings:
    asked = raw.get("name", "gradient_descent")
    asked = OPTIMIZER_ALIASES.get(asked, asked) if isinstance(asked, str) else asked
    name = asked if isinstance(asked, str) and asked in OPTIMIZERS else "gradient_descent"
    own = OPTIMIZERS[name].settings
    keys = _with_numbers(OPTIMIZER, own, _NUMBER)
    faults = keys.faults(raw, unknown=f"a setting of {name}")
    schedule, schedule_hyper = _schedule(raw.get("schedule", "constant"), faults)
    clips = {key: raw[key] for key in CLIPS if key in raw}
    if len(clips) > 1:
        faults.append(f"give one of {', '.join(CLIPS)}, not both.")
    if faults:
        raise TemplateError("\n".join(f"{where}: {fault}" for fault in faults))
    said = keys.filled(raw)
    rate = said["rate"]
    return Settings(
        name,
        float(rate) if is_number(rate) else rate,
        {key: float(said[key]) for key in own},
        schedule,
        schedule_hyper,
        {key: float(value) for key, value in clips.items()},
        said["names"],
        tuple(said["of"]),
    )


def _with_numbers(keys: KeyTable, settings: Mapping[str, float | None], rule: Rule) -> KeyTable:
    """Return a table's keys, and one for each of these settings."""
    return table(
        keys.unknown,
        *keys.keys.values(),
        *(Key(name, rule, "", usual) for name, usual in settings.items()),
    )


def _schedule(raw: Any, faults: list[str]) -> tuple[str, dict[str, float]]:
    said = raw if isinstance(raw, dict) else {"name": raw}
    name = said.get("name", "constant")
    wrong = nearest(SCHEDULES)(name)
    if wrong:
        faults.append(f"schedule must be {wrong}" + "." * (not wrong.endswith("?")))
        return "constant", {}
    keys = _with_numbers(table(""), SCHEDULES[name].settings, _POSITIVE)
    settings = {key: value for key, value in said.items() if key != "name"}
    faults += keys.faults(settings, "schedule: ", unknown=f"a setting of {name}")
    filled = keys.filled(settings)
    faults += [
        f"schedule: {name} needs {key} = …." for key, value in filled.items() if value is None
    ]
    return name, {key: float(value) for key, value in filled.items() if is_number(value)}
