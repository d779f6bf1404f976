"""The process that opens strangers' files: a request a line, an answer a line.

It imports only the standard library, so that it starts quickly and needs little memory, and
may be killed at any time.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracer.practice.safe import limits
from tracer.practice.safe.flat import FLAT_SUFFIXES, read_flat
from tracer.practice.safe.limits import RefusedError
from tracer.practice.safe.opendocument import read_sheets


def main() -> None:
    """Answer requests until there are no more."""
    _limit_memory()
    for line in sys.stdin:
        sys.stdout.write(answer(json.loads(line)) + "\n")
        sys.stdout.flush()


def answer(request: dict[str, Any]) -> str:
    """Return the answer to one request as a line of JSON.

    It is {"found": …} or {"refused": [key, values]}.
    """
    try:
        path = Path(request["path"])
        if path.suffix.lower() in FLAT_SUFFIXES:
            found = read_flat(path)
        else:
            found = read_sheets(path, request["wanted"])
        text = json.dumps({"found": found})
        if len(text) > limits.ANSWER_CHARACTERS:
            raise RefusedError("too_much")
    except RefusedError as refused:
        return _refused(refused.key, refused.values)
    except MemoryError:
        return _refused("memory", {})
    except Exception as error:  # whatever a broken file raises ends with a line about it
        return _refused("broken", {"kind": type(error).__name__})
    return text


def _refused(key: str, values: Mapping[str, object]) -> str:
    return json.dumps({"refused": [key, values]})


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows: the limits of the readers themselves must do
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
