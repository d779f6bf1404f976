"""The training of a small neural network, every number in its own spreadsheet cell."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tracer.version import __version__

if TYPE_CHECKING:
    from tracer.api.making import grade, new, practice, verify
    from tracer.api.public import check, load_template, trace
    from tracer.api.reading import read
    from tracer.api.traced import Trace
    from tracer.errors import TracerError
    from tracer.template.lessons import template_names
    from tracer.template.template import Template

__all__ = [
    "Template",
    "Trace",
    "TracerError",
    "__version__",
    "check",
    "grade",
    "load_template",
    "new",
    "practice",
    "read",
    "template_names",
    "trace",
    "verify",
]

_HOMES = {
    "Template": "tracer.template.template",
    "Trace": "tracer.api.traced",
    "check": "tracer.api.public",
    "grade": "tracer.api.making",
    "new": "tracer.api.making",
    "practice": "tracer.api.making",
    "read": "tracer.api.reading",
    "trace": "tracer.api.public",
    "verify": "tracer.api.making",
    "TracerError": "tracer.errors",
    "load_template": "tracer.api.public",
    "template_names": "tracer.template.lessons",
}


class _Package(ModuleType):
    """Keeps functions where rooms of the same name would take their place once imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tracer' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
