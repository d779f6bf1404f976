"""Writing files whole or not at all: one, or several together."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import FrameType

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
            what = "is a file, no folder" if path.parent.exists() else "does not exist"
            raise OutputError(f"{path}: the folder {path.parent} {what}.")
        if not _real(path).parent.is_dir():
            raise OutputError(f"{path}: this is a link into a folder that does not exist.")
        if path.exists() and not path.is_file():
            raise OutputError(f"{path}: this is a device or the like, not a file to write.")
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


def check_apart(outputs: Sequence[Path]) -> None:
    """Raise OutputError where two outputs are one file, however their names are spelled."""
    seen = set()
    for path in outputs:
        # On some systems names that differ only in capitals are one.
        one = _identity(path) or str(_real(path)).casefold()
        if one in seen:
            raise OutputError(f"{path}: two outputs can't have the same name.")
        seen.add(one)


def _real(path: Path) -> Path:
    """Return the file that a link points to, perhaps over others; else the path itself."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file apart on this machine, through links; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


@contextmanager
def written(path: str | Path, *, force: bool = False, private: bool = False) -> Iterator[Path]:
    """Give a temporary path; on success put its file in place, else nothing is left of it.

    Of a link, the file that it points to is written. A new file that is `private` can be read by
    nobody else. Raises OutputError for whatever keeps the file from being written.
    """
    path = check_output(path, force=force)
    target = _real(path)
    _clear_up(target.parent)
    nameless = _nameless(target.parent)
    try:
        temporary = _named(target.parent) if nameless is None else Path(f"/proc/self/fd/{nameless}")
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror}.") from None
    beside = temporary if nameless is None else target.parent / f"{_prefix()}{nameless}{SUFFIX}"
    try:
        yield temporary
        _permissions(temporary, target, private=private)
        if nameless is not None:
            _give_name(nameless, beside if force else target)
        elif not force:
            _as_new(beside, target)
        if force:
            beside.replace(target)
    except FileExistsError:
        raise FileExistsAlreadyError(f"{path}: the file exists; --force replaces it.") from None
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        if nameless is not None:
            os.close(nameless)
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _not_written(path: Path, error: OSError) -> OutputError:
    # Windows keeps a file that a spreadsheet program has open from being replaced.
    in_use = isinstance(error, PermissionError) and path.exists()
    hint = " If it is open in another program, close it there." if in_use else ""
    why = error.strerror or error
    return OutputError(f"{path}: can't be written: {why}. Nothing was changed.{hint}")


def put_in_place(ready: Sequence[tuple[Path, Path]], private: Collection[Path] = ()) -> None:
    """Put files or whole folders, prepared aside, in their places: (source, target), all or none.

    A folder's place must be free. New files whose targets are `private` can be read by nobody
    else. Raises OutputError; then everything is as it was.
    """
    done: list[tuple[Path, Path, Path | None]] = []
    staged: list[Path] = []
    path = Path()
    with undisturbed():
        try:
            for number, (source, path) in enumerate(ready):
                target = _real(path)
                before = _keep(target, source.parent / f"before-{number}")
                if source.is_file():
                    _permissions(source, target, private=path in private)
                _on_the_same_disk(source, target, staged).replace(target)
                done.append((source, target, before))
        except OSError as error:
            _undo(done)
            raise _not_written(path, error) from None
        finally:
            for left in staged:
                with suppress(OSError):
                    left.unlink(missing_ok=True)


def _keep(target: Path, kept: Path) -> Path | None:
    """Keep a file under another name, so that it can come back; None where there is none."""
    if not target.exists():
        return None
    try:
        kept.hardlink_to(target)
    except OSError:  # there are file systems without such links
        shutil.copy2(target, kept)
    return kept


def _on_the_same_disk(source: Path, target: Path, staged: list[Path]) -> Path:
    """Return a file where it can be moved from; a copy beside the target, if it is elsewhere."""
    if source.stat().st_dev == target.parent.stat().st_dev:
        return source
    staged.append(_named(target.parent))
    shutil.copy(source, staged[-1])
    return staged[-1]


def _undo(done: Sequence[tuple[Path, Path, Path | None]]) -> None:
    for source, target, before in reversed(done):
        with suppress(OSError):
            if before is not None:
                shutil.move(before, target)
            elif source.exists():  # what was put in place is a copy
                target.unlink()
            else:
                target.replace(source)


#: What would end a program, or a command of it, in the middle.
_SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put off what would end the program until this is done."""
    came: list[int] = []

    def later(number: int, frame: FrameType | None) -> None:
        came.append(number)

    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {n: handler for n in _SIGNALS if (handler := signal.getsignal(n)) is not None}
    try:
        for number in before:
            signal.signal(number, later)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came[:1]:
            signal.raise_signal(number)


@contextmanager
def aside(parent: Path) -> Iterator[Path]:
    """Give a folder to prepare several files in, on the disk of `parent`; then remove it.

    Raises OutputError where none can be made, and says of one in it only where it was to go.
    """
    _clear_up(parent)
    try:
        folder = Path(tempfile.mkdtemp(prefix=_prefix(), suffix=SUFFIX, dir=parent))
    except OSError as error:
        raise OutputError(f"{parent}: can't be written to: {error.strerror}.") from None
    try:
        yield folder
    except OutputError as error:
        said = str(error)
        if not said.startswith(str(folder)):
            raise
        raise OutputError(f"{parent}: {said.partition(': ')[2]}") from None
    finally:
        try:
            with undisturbed():
                shutil.rmtree(folder, ignore_errors=True)
        finally:  # what ended it may have come before it could be put off
            shutil.rmtree(folder, ignore_errors=True)


#: What temporary files are called: this, where and in which process, and something random.
PREFIX, SUFFIX = ".tracer-", ".tmp"
#: So many seconds old, also what other machines have left is nobody's any more: a week.
FORGOTTEN = 7 * 24 * 3600


@cache
def _machine() -> str:
    """Return what tells a machine from others that share its disks: a container is one, too."""
    said = [platform.node()]
    with suppress(OSError):
        said.append(Path("/etc/machine-id").read_text("utf-8"))
    with suppress(OSError):  # in a container, the numbers of processes are others
        said.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("|".join(said).encode()).hexdigest()[:8]


def _prefix() -> str:
    return f"{PREFIX}{_machine()}-{os.getpid()}-"


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


def _as_new(beside: Path, path: Path) -> None:
    """Give a file a name that nothing has. Raises FileExistsError."""
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:  # there are file systems without such links
        beside.replace(path)


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
            if _is_left(left):
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    with suppress(OSError):
                        left.unlink()


def _is_left(path: Path) -> bool:
    """Say whether the process that made a temporary file is gone; of others' one can't know."""
    machine, owner, *_ = [*path.name.removeprefix(PREFIX).split("-"), ""]
    if machine == _machine() and owner.isdigit():
        return not _runs(int(owner))
    return time.time() - path.lstat().st_mtime > FORGOTTEN


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _permissions(temporary: Path, path: Path, *, private: bool) -> None:
    """Give the new file what an ordinary new file, or the file it replaces, would have."""
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:
        mode = 0o600 if private else 0o666 & ~mask()
    with suppress(OSError):
        temporary.chmod(mode)


def mask() -> int:
    """Return which permissions new files don't get."""
    found = os.umask(0)
    os.umask(found)
    return found
