"""The training of a small neural network, every number in its own spreadsheet cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tracer.api import Trace, check, trace
    from tracer.catalogue import load_template, template_names
    from tracer.errors import TracerError
    from tracer.template import Template

__all__ = [
    "Template",
    "Trace",
    "TracerError",
    "__version__",
    "check",
    "load_template",
    "template_names",
    "trace",
]

_HOMES = {
    "Template": "tracer.template",
    "Trace": "tracer.api",
    "check": "tracer.api",
    "trace": "tracer.api",
    "TracerError": "tracer.errors",
    "load_template": "tracer.catalogue",
    "template_names": "tracer.catalogue",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tracer' has no attribute '{name}'")
