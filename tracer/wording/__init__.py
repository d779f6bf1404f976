"""What the project says: one catalogue of texts per language, each a data file.

Imports nothing. Called by every room that shows a text to a person.
"""

from __future__ import annotations

from tracer.wording.catalogue import LANGUAGES, Said, Wording, load

__all__ = ["LANGUAGES", "Said", "Wording", "load"]
