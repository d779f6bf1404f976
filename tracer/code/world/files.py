"""Data files that a program loads: those it is given, and those in its own folder."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from tracer.code.values.faults import Refusal
from tracer.errors import in_line
from tracer.paths import is_file, lies_in

#: The largest data file, also once it is unpacked.
LARGEST_DATA = 100_000_000

_ADVICE = (
    "Give the file with --data NAME=FILE; NAME is the name that stands here, or the variable's."
)
#: What a line assigns: `X, y = …`, and `with … as f:`.
_ASSIGNED = re.compile(r"^\s*(?P<names>[A-Za-z_][\w.,()\[\]'\" ]*?)\s*=(?!=)")
_OPENED = re.compile(r"\bas\s+(\w+)\s*:")


class Files:
    """Finds the file that a program means; nothing outside its folder but what is given."""

    def __init__(self, folder: Path | None = None, given: Mapping[str, Path] | None = None) -> None:
        self._folder = folder
        self._given = dict(given or {})
        self.used: set[str] = set()

    def unused(self) -> list[str]:
        """Return the names under which nothing was loaded."""
        return [name for name in self._given if name not in self.used]

    def given(self, name: str) -> Path | None:
        """Return the file that is given for a variable."""
        if name in self._given:
            self.used.add(name)
        return self._given.get(name)

    def find(self, written: object, line: str) -> Path:
        """Return the file that the program writes so in a line. Raises Refusal."""
        name = self._named(written, line)
        if name is not None:
            self.used.add(name)
            return self._given[name]
        if not isinstance(written, str):
            raise Refusal("a file whose name isn't known here", _ADVICE)
        inside = self._inside(written)
        if inside is None:
            raise Refusal(f"'{in_line(written)}' lies outside of the program's folder", _ADVICE)
        if not self._owns(inside):
            raise Refusal(f"the file '{in_line(written)}' isn't in the program's folder", _ADVICE)
        return inside

    def is_there(self, written: object) -> bool:
        """Say whether the program would find a file."""
        if self._named(written, "") is not None:
            return True
        inside = self._inside(written) if isinstance(written, str) else None
        return inside is not None and self._owns(inside)

    def _named(self, written: object, line: str) -> str | None:
        """Return the name under which the file was given."""
        names = [written] if isinstance(written, str) else []
        names += [re.split(r"[\\/]", n)[-1] for n in names]
        found = _ASSIGNED.match(line)
        if found:
            names += [n.strip(" ()[]") for n in found["names"].split(",")]
        names += _OPENED.findall(line)
        return next((n for n in names if n in self._given), None)

    def _inside(self, written: str) -> Path | None:
        """Return where a relative path leads; None where that is outside of the folder."""
        pure = PurePosixPath(written.replace("\\", "/"))
        outside = pure.is_absolute() or ".." in pure.parts or ":" in written or "\0" in written
        return None if outside or self._folder is None else self._folder.joinpath(*pure.parts)

    def _owns(self, path: Path) -> bool:
        """Say whether a file of that name is there and lies in the folder, links followed."""
        return self._folder is not None and is_file(path) and lies_in(path, self._folder)


def content(path: Path, *, unpacked: bool = False) -> bytes:
    """Return a file's bytes, on request unpacked with gzip. Raises Refusal."""
    try:
        if path.stat().st_size > LARGEST_DATA:
            raise _too_large(path)
        if not unpacked:
            return path.read_bytes()
        with gzip.open(path) as packed:
            found = packed.read(LARGEST_DATA + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal(f"{path.name} can't be read: {in_line(str(error))}") from None
    if len(found) > LARGEST_DATA:
        raise _too_large(path)
    return found


def check_archive(held: bytes) -> None:
    """Raise Refusal for an archive that would be too large once it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(held)) as archive:
        size = sum(info.file_size for info in archive.infolist())
    if size > LARGEST_DATA:
        raise Refusal(f"a file of {size:,} bytes once it is unpacked", "Give a smaller part.")


def _too_large(path: Path) -> Refusal:
    return Refusal(f"{path.name} is larger than {LARGEST_DATA:,} bytes", "Give a smaller part.")
