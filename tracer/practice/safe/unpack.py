"""A zip archive that a stranger made: looked at before anything in it is unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracer.practice.safe import limits
from tracer.practice.safe.limits import RefusedError

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_END, _END_SIZE = b"PK\x05\x06", 22
_FAR_END = b"PK\x06\x07"
_CHUNK = 65_536
MEGABYTE = 1_000_000
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    OverflowError,
    UnicodeError,
)


def check_file(path: Path) -> bytes:
    """Return a file's first bytes; raise RefusedError for what can't be one to read."""
    try:
        if not path.is_file():
            raise RefusedError("folder" if path.is_dir() else "no_file")
        size = path.stat().st_size
        if size == 0:
            raise RefusedError("empty")
        if size > limits.FILE_BYTES:
            raise RefusedError("large_file", count=limits.FILE_BYTES // MEGABYTE)
        with path.open("rb") as stream:
            return stream.read(8)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RefusedError("unreadable", why=str(reason)) from None


class Archive:
    """The parts of an archive, unpacked within one budget."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = limits.UNPACKED_BYTES
        self.names = {info.filename for info in archive.infolist()}

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece. Raises RefusedError where it is missing or damaged."""
        if name not in self.names:
            raise RefusedError("part_missing", name=repr(name[:80]))
        try:
            with self._archive.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise _large()
                    yield chunk
        except _DAMAGED:
            raise RefusedError("part_damaged", name=repr(name[:80])) from None

    def read(self, name: str) -> bytes:
        """Return a whole part."""
        return b"".join(self.chunks(name))


def _large() -> RefusedError:
    return RefusedError("large_unpacked", count=limits.UNPACKED_BYTES // MEGABYTE)


@contextmanager
def opened(path: Path, otherwise: str = "not_a_workbook") -> Iterator[Archive]:
    """Give an archive that keeps to the limits. Raises RefusedError, for no archive `otherwise`."""
    head = check_file(path)
    if head.startswith(_OLD_EXCEL):
        raise RefusedError("password")
    if not head.startswith(b"PK"):
        raise RefusedError(otherwise)
    with path.open("rb") as stream:
        _check_directory(stream.read())
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED:
        raise RefusedError("damaged") from None
    with archive:
        _check_members(archive.infolist())
        yield Archive(archive)


def _check_directory(raw: bytes) -> None:
    """Refuse a table of contents that would take long to read."""
    end = raw.rfind(_END)
    if end < 0 or len(raw) - end < _END_SIZE:
        raise RefusedError("damaged")
    size = struct.unpack_from("<L", raw, end + 12)[0]
    if size > limits.DIRECTORY_BYTES or raw[max(0, end - 20) : end].startswith(_FAR_END):
        raise RefusedError("many_parts", count=limits.MEMBERS)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > limits.MEMBERS:
        raise RefusedError("many_parts", count=limits.MEMBERS)
    if len({info.filename for info in members}) < len(members):
        raise RefusedError("part_twice")
    if sum(info.file_size for info in members) > limits.UNPACKED_BYTES:
        raise _large()
    for info in members:
        if info.flag_bits & 1:
            raise RefusedError("encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RefusedError("packed_unusually")
        if info.file_size > limits.PART_BYTES:
            raise RefusedError("large_part", count=limits.PART_BYTES // MEGABYTE)
        packed = max(1, info.compress_size)
        if info.file_size > limits.RATIO_FROM and info.file_size > limits.RATIO * packed:
            raise RefusedError("packed_tightly")
