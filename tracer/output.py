"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tracer.errors import OutputError


def check_output(path: str | Path, *, force: bool) -> Path:
    """Return the path if a file may be written there; raise OutputError with the reason if not."""
    path = Path(path)
    if "\0" in str(path):
        raise OutputError(f"{str(path)!r}: a file's name can't hold a null character.")
    try:
        if path.is_dir():
            raise OutputError(f"{path}: this is a folder; name a file in it.")
        if not path.parent.is_dir():
            raise OutputError(f"{path}: the folder {path.parent} does not exist.")
        if path.exists() and not force:
            raise OutputError(f"{path}: the file exists; --force replaces it.")
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}.") from None
    return path


@contextmanager
def written(path: str | Path, *, force: bool = False) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success put its file in place, else remove it.

    Raises OutputError for whatever keeps the file from being written.
    """
    path = check_output(path, force=force)
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror}.") from None
    temporary = Path(name)
    try:
        yield temporary
        _permissions(temporary, path)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: can't be written: {error.strerror or error}. Nothing was changed."
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _permissions(temporary: Path, path: Path) -> None:
    """Give the new file what an ordinary new file, or the file it replaces, would have."""
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with suppress(OSError):
        temporary.chmod(mode)
