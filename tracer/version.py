"""Which version this is: stated once, read by the build and written into every workbook."""

from __future__ import annotations

__version__ = "0.1.0"
