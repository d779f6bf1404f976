"""What stands at a path, also where the system can't even look: of names that can't be any."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def is_file(path: str | Path) -> bool:
    """Say whether a path is a file's; not of a name that is too long or holds what none may."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: str | Path) -> bool:
    """Say whether a path is a folder's; not of a name that is too long or holds what none may."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def exists(path: str | Path) -> bool:
    """Say whether anything is there."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def lies_in(path: Path, folder: Path) -> bool:
    """Say whether a path leads into a folder, also where links are followed.

    Raises OSError, ValueError or RuntimeError for a name that is none, or links in a circle.
    """
    return path.resolve().is_relative_to(folder.resolve())


def check_ordinary(path: Path) -> None:
    """Raise OSError for a pipe or a device: to read one may wait, or never end."""
    if path.exists() and not path.is_file() and not path.is_dir():
        number = errno.EINVAL
        raise OSError(number, "this is no ordinary file", os.fspath(path))
