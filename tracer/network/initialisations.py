"""Initialisations: how weights start, one row for each."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Initialisation:
    """A way to draw weights: its options with the values used unless others are given."""

    name: str
    words: str
    options: dict[str, float] = field(default_factory=dict)


INITIALISATIONS: dict[str, Initialisation] = {
    row.name: row
    for row in (
        Initialisation("glorot_uniform", "uniform within ±sqrt(6 / (inputs + outputs))"),
        Initialisation("glorot_normal", "normal with variance 2 / (inputs + outputs)"),
        Initialisation("he_uniform", "uniform within ±sqrt(6 / inputs)"),
        Initialisation("he_normal", "normal with variance 2 / inputs"),
        Initialisation("lecun_uniform", "uniform within ±sqrt(3 / inputs)"),
        Initialisation("lecun_normal", "normal with variance 1 / inputs"),
        Initialisation("uniform", "uniform", {"low": -0.5, "high": 0.5}),
        Initialisation("normal", "normal", {"mean": 0, "std": 0.5}),
        Initialisation("constant", "all the same", {"value": 0.1}),
        Initialisation("zeros", "all 0"),
    )
}
INITIALISATION_ALIASES = {
    "xavier": "glorot_uniform",
    "glorot": "glorot_uniform",
    "xavier_uniform": "glorot_uniform",
    "xavier_normal": "glorot_normal",
    "he": "he_normal",
    "kaiming": "he_normal",
    "kaiming_uniform": "he_uniform",
    "kaiming_normal": "he_normal",
    "lecun": "lecun_normal",
    "zero": "zeros",
}
