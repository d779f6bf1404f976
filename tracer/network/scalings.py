"""Scalings: one row for each. They become visible prepare steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracer.language.functions import Array


@dataclass(frozen=True)
class Scaling:
    """How columns are brought to a common size.

    All are formats over `{x}` (the raw array) and `{n}` (its name, which the constants'
    names end in). `constants` are taken from the training rows, as name and expression; the
    one called `divisor` can be 0, where `zero` says so. `forward` scales, `back` undoes it,
    `unit` is what one unit of the scaled numbers is worth. The wording says it under `said`.
    """

    name: str
    constants: tuple[tuple[str, str], ...]
    divisor: str
    zero: str
    forward: str
    back: str
    unit: str
    said: str


SCALINGS: dict[str, Scaling] = {
    row.name: row
    for row in (
        Scaling("none", (), "", "", "{x}", "{x}", "1", "none"),
        Scaling(
            "max",
            (("largest_{n}", "max(abs({x}), axis=0)"),),
            "largest_{n}",
            "max(abs({x}), axis=0) == 0",
            "{x} / largest_{n}",
            "{x} * largest_{n}",
            "largest_{n}",
            "max",
        ),
        Scaling(
            "min-max",
            (
                ("smallest_{n}", "min({x}, axis=0)"),
                ("range_{n}", "max({x}, axis=0) - min({x}, axis=0)"),
            ),
            "range_{n}",
            "max({x}, axis=0) == min({x}, axis=0)",
            "({x} - smallest_{n}) / range_{n}",
            "{x} * range_{n} + smallest_{n}",
            "range_{n}",
            "min_max",
        ),
        Scaling(
            "standardise",
            (("mean_{n}", "mean({x}, axis=0)"), ("deviation_{n}", "sqrt(var({x}, axis=0))")),
            "deviation_{n}",
            "max({x}, axis=0) == min({x}, axis=0)",
            "({x} - mean_{n}) / deviation_{n}",
            "{x} * deviation_{n} + mean_{n}",
            "deviation_{n}",
            "standardise",
        ),
    )
}
SCALING_ALIASES = {
    "minmax": "min-max",
    "min_max": "min-max",
    "standardize": "standardise",
    "standard": "standardise",
    "z-score": "standardise",
    "zscore": "standardise",
}


#: The same without the signs that no number has.
_PLAIN_MAX = replace(
    SCALINGS["max"],
    constants=(("largest_{n}", "max({x}, axis=0)"),),
    zero="max({x}, axis=0) == 0",
    said="plain_max",
)


def simplest(scaling: Scaling, values: Array) -> Scaling:
    """Return the scaling in the plainest form that does for these numbers."""
    return _PLAIN_MAX if scaling.name == "max" and values.min() >= 0 else scaling


def constant_equations(scaling: Scaling, raw: str, *, guarded: bool) -> list[str]:
    """Return the equations of what a scaling takes from the training rows.

    `guarded`: a column that is the same everywhere is divided by 1 instead of by 0.
    """
    texts = []
    for name, expression in scaling.constants:
        text = expression.format(x=raw)
        if guarded and name == scaling.divisor:
            text = f"where({scaling.zero.format(x=raw)}, 1, {text})"
        texts.append(f"{name.format(n=raw)} = {text}")
    return texts
