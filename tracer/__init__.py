"""The training of a small neural network, every number in its own spreadsheet cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracer.version import __version__

if TYPE_CHECKING:
    from tracer.api.public import Trace, check, trace
    from tracer.errors import TracerError
    from tracer.template.lessons import load_template, template_names
    from tracer.template.template import Template

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
    "Template": "tracer.template.template",
    "Trace": "tracer.api.public",
    "check": "tracer.api.public",
    "trace": "tracer.api.public",
    "TracerError": "tracer.errors",
    "load_template": "tracer.template.lessons",
    "template_names": "tracer.template.lessons",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tracer' has no attribute '{name}'")
