"""Broken input by the million: `python -m tests.fuzz.commands`, `python -m tests.fuzz.programs`."""
