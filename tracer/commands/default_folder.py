"""The folder that commands write into when they aren't told where."""

from __future__ import annotations

from pathlib import Path

from tracer.errors import OutputError

OUTPUTS = Path("outputs")


def default_folder() -> Path:
    """Return the folder, made where it is missing. Raises OutputError where it can't be."""
    try:
        OUTPUTS.mkdir(exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{OUTPUTS}: a file is called so, and no folder can be.") from None
    except OSError as error:
        raise OutputError(f"{OUTPUTS}: can't be made: {error.strerror}.") from None
    return OUTPUTS
