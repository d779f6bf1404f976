"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tracer.errors import FileExistsAlreadyError, OutputError


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
            raise FileExistsAlreadyError(f"{path}: the file exists; --force replaces it.")
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}.") from None
    return path


def check_inputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Raise OutputError where an output is a file that is read, however its name is spelled."""
    read = {found for path in inputs if (found := _identity(path)) is not None}
    for path in outputs:
        if read and _identity(path) in read:
            raise OutputError(
                f"{path}: this file is read here, and what is read is never replaced, not even"
                " with --force. Name another file to write."
            )


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file apart on this machine, through links; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


@contextmanager
def written(path: str | Path, *, force: bool = False) -> Iterator[Path]:
    """Give a temporary path; on success put its file in place, else nothing is left of it.

    Raises OutputError for whatever keeps the file from being written.
    """
    path = check_output(path, force=force)
    _clear_up(path.parent)
    nameless = _nameless(path.parent)
    try:
        temporary = _named(path.parent) if nameless is None else Path(f"/proc/self/fd/{nameless}")
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror}.") from None
    beside = temporary if nameless is None else path.parent / f"{_prefix()}{nameless}{SUFFIX}"
    try:
        yield temporary
        _permissions(temporary, path)
        if nameless is not None:
            _give_name(nameless, beside if force else path)
        if nameless is None or force:
            beside.replace(path)
    except OSError as error:
        # Windows keeps a file that a spreadsheet program has open from being replaced.
        in_use = isinstance(error, PermissionError) and path.exists()
        hint = " If it is open in another program, close it there." if in_use else ""
        raise OutputError(
            f"{path}: can't be written: {error.strerror or error}. Nothing was changed.{hint}"
        ) from None
    finally:
        if nameless is not None:
            os.close(nameless)
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def aside(parent: Path) -> Iterator[Path]:
    """Give a folder to prepare several files in, on the disk of `parent`; then remove it.

    Raises OutputError where none can be made.
    """
    _clear_up(parent)
    try:
        folder = Path(tempfile.mkdtemp(prefix=_prefix(), suffix=SUFFIX, dir=parent))
    except OSError as error:
        raise OutputError(f"{parent}: can't be written to: {error.strerror}.") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


#: What temporary files are called: this, the number of the process, and something random.
PREFIX, SUFFIX = ".tracer-", ".tmp"


def _prefix() -> str:
    return f"{PREFIX}{os.getpid()}-"


def _nameless(folder: Path) -> int | None:
    """Open a file without a name: a process that is killed leaves nothing of it behind.

    None where the system or the file system has no such files.
    """
    if not hasattr(os, "O_TMPFILE") or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
    except OSError:
        return None


def _give_name(nameless: int, path: Path) -> None:
    # Only with a folder's handle does Python follow the link to the file; its path is absolute,
    # so the folder itself doesn't matter.
    folder = os.open("/", os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{nameless}", path, src_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _named(folder: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=_prefix(), suffix=SUFFIX, dir=folder)
    os.close(handle)
    return Path(name)


def _clear_up(folder: Path) -> None:
    """Remove what processes that were killed have left in a folder."""
    if os.name != "posix":
        return
    with suppress(OSError):
        for left in folder.glob(f"{PREFIX}*{SUFFIX}"):
            owner = left.name.removeprefix(PREFIX).split("-")[0]
            if owner.isdigit() and not _runs(int(owner)):
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    with suppress(OSError):
                        left.unlink()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


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
