"""The training of a small neural network, every number in its own spreadsheet cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tracer.catalogue import load_template, template_names
    from tracer.errors import TracerError
    from tracer.template import Template
    from tracer.tracing import Trace

__all__ = [
    "Template",
    "Trace",
    "TracerError",
    "__version__",
    "load_template",
    "template_names",
    "trace",
]

_HOMES = {
    "Template": "tracer.template",
    "Trace": "tracer.tracing",
    "TracerError": "tracer.errors",
    "load_template": "tracer.catalogue",
    "template_names": "tracer.catalogue",
}


def trace(
    template: str | Template,
    iterations: int | None = None,
    *,
    seed: int | None = None,
    decimals: int | None = None,
    **values: Any,
) -> Trace:
    """Run a template and return its trace.

    Args:
        template: a lesson's name, the path of a template, or a loaded Template.
        iterations: how many; the template's own number if not given.
        seed: replaces the seed of every random array.
        decimals: rounds every result to so many decimals, as one does by hand.
        values: other givens or starting parameters by name: `lr=1.0`, `X=my_array`.

    Raises:
        TracerError: for anything wrong with the template, the values or the numbers.

    """
    import numpy as np

    from tracer.catalogue import load_template
    from tracer.errors import TracerError
    from tracer.tracing import trace_template

    if iterations is not None and iterations < 1:
        raise TracerError("iterations must be at least 1.")
    loaded = load_template(template, seed=seed) if isinstance(template, str) else template
    if values:
        from tracer.data import as_array

        plain = {n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in values.items()}
        loaded = loaded.with_values({name: as_array(v, name) for name, v in plain.items()})
    return trace_template(loaded, iterations, decimals=decimals)


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tracer' has no attribute '{name}'")
