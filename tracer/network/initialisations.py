"""Initialisations: how weights start, one row for each way to draw that suits weights."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Initialisation:
    """A way to draw weights: its options with the values used unless others are given."""

    name: str
    options: dict[str, float] = field(default_factory=dict)


INITIALISATIONS: dict[str, Initialisation] = {
    row.name: row
    for row in (
        Initialisation("glorot_uniform"),
        Initialisation("glorot_normal"),
        Initialisation("he_uniform"),
        Initialisation("he_normal"),
        Initialisation("lecun_uniform"),
        Initialisation("lecun_normal"),
        Initialisation("uniform", {"low": -0.5, "high": 0.5}),
        Initialisation("normal", {"mean": 0, "std": 0.5}),
        Initialisation("constant", {"value": 0.1}),
        Initialisation("zeros"),
    )
}
