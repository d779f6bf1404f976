"""Lessons and their traces, each read and run once, for comparing published figures."""

from __future__ import annotations

from functools import cache

import tracer
from tracer.template.template import Template
from tracer.verify.published import disagreements, figure, half_a_unit

__all__ = ["disagreements", "figure", "half_a_unit", "template", "traced"]


@cache
def template(name: str) -> Template:
    """Return a lesson, read once."""
    return tracer.load_template(name)


@cache
def traced(name: str, iterations: int) -> tracer.Trace:
    """Return a lesson's trace over so many iterations, run once."""
    return tracer.trace(template(name), max(1, iterations))
