"""Ids as names of files: letters of every script stay, and every system takes them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

#: Beside letters, digits and their marks, what stays in a name.
KEPT = "_@.-"
INSTEAD = "_"
#: What Windows takes for devices, whatever follows a full stop.
DEVICES = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)
#: File systems take names of 255 bytes; a suffix, and what course systems put before, need some.
MOST_BYTES = 160
#: So many letters of a digest tell ids apart whose names are the same.
TELLING = 6


def folded(text: str) -> str:
    """Return a text as names are compared: on some systems capitals and composed letters count."""
    return unicodedata.normalize("NFC", text).casefold()


def file_name(student: str) -> str:
    """Return the name of a student's file, without its ending: the id, safe on every system."""
    text = "".join(sign if _stays(sign) else "\0" for sign in unicodedata.normalize("NFC", student))
    name = re.sub("\0+", INSTEAD, text).strip(".") or INSTEAD
    if len(name.encode()) > MOST_BYTES:
        name = telling(name.encode()[: MOST_BYTES - TELLING - 1].decode(errors="ignore"), student)
    return DEVICES.sub(rf"\1{INSTEAD}", name) if DEVICES.match(name) else name


def telling(name: str, student: str) -> str:
    """Return a name that tells an id apart from others with the same name: always the same."""
    return f"{name}-{hashlib.sha256(student.encode()).hexdigest()[:TELLING]}"


def words(name: str) -> list[str]:
    """Return the parts of a file's name between what no name of a student's file holds."""
    parted = "".join(sign if _stays(sign) and sign != "_" else " " for sign in name)
    return parted.split()


def shared(students: Iterable[str]) -> set[str]:
    """Return the ids whose names others have, too; of those, one that is its own name isn't."""
    by_name: dict[str, list[str]] = {}
    for student in students:
        by_name.setdefault(folded(file_name(student)), []).append(student)
    return {
        student
        for name, several in by_name.items()
        if len(several) > 1
        for student in several
        if folded(student) != name
    }


def _stays(sign: str) -> bool:
    return sign in KEPT or sign.isalnum() or unicodedata.category(sign).startswith("M")
