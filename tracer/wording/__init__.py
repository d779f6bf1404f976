"""What the project says: one catalogue of texts per language, each a data file."""

from __future__ import annotations

from tracer.wording.catalogue import LANGUAGES, Said, Wording, load

__all__ = ["LANGUAGES", "Said", "Wording", "load"]
