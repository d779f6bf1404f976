"""XML read piece by piece, with counts: no document type, no entities, no tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from tracer.practice.safe import limits
from tracer.practice.safe.limits import RefusedError

Attributes = dict[str, str]
DEEPEST = 200


class _EnoughError(Exception):
    """The rest of the part isn't needed."""


class MarkupReader:
    """What happens at each element; text is collected only where `collect` asked for it.

    Subclasses have methods `start_NAME(attributes)` and `end_NAME(text)`, by local names.
    Ends are only seen between `collect()` and `release()`. Nothing is read from an element of
    `last` on.
    """

    last: frozenset[str] = frozenset()
    #: Elements within a text, and what they are of it.
    inline: Mapping[str, Callable[[Attributes], str]] = {}

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.EntityDeclHandler = _refuse
        self._starts = _methods(self, "start_")
        self._ends = _methods(self, "end_")
        self._count = 0
        self._depth = 0
        self._kept: list[str] = []
        self._length = 0

    def read(self, chunks: Iterable[bytes]) -> None:
        """Read a part to its end. Raises RefusedError."""
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
            self._parser.Parse(b"", True)
        except _EnoughError:
            return
        except expat.ExpatError as error:
            raise RefusedError("not_xml", line=str(error.lineno)) from None
        except (ValueError, LookupError):
            raise RefusedError("unknown_encoding") from None

    def collect(self) -> None:
        """See ends and text from here on."""
        self._kept, self._length, self._depth = [], 0, 0
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def release(self) -> None:
        """Look at starts only."""
        self._parser.EndElementHandler = None
        self._parser.CharacterDataHandler = None

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._count += 1
        self._depth += 1
        if self._depth > DEEPEST and self._parser.EndElementHandler is not None:
            raise RefusedError("nested_parts")
        handler = self._starts.get(tag)
        if handler is None:
            if self._count > limits.ELEMENTS:
                raise RefusedError("many_elements", count=limits.ELEMENTS)
            local = tag.rpartition(":")[2]
            if local in self.last:
                raise _EnoughError
            handler = self._starts.get(local)
            if handler is None and local in self.inline:
                self._text(self.inline[local](attributes))
        if handler is not None:
            self._kept, self._length = [], 0
            handler(attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        handler = self._ends.get(tag.rpartition(":")[2])
        if handler is not None:
            handler("".join(self._kept))

    def _text(self, text: str) -> None:
        if self._length < limits.TEXT:
            self._kept.append(text[: limits.TEXT - self._length])
            self._length += len(text)


def _methods(reader: MarkupReader, prefix: str) -> dict[str, Callable[..., None]]:
    return {
        name.removeprefix(prefix): getattr(reader, name)
        for name in dir(reader)
        if name.startswith(prefix)
    }


def _refuse(*_: object) -> None:
    raise RefusedError("document_type")


def attribute(attributes: Attributes, name: str) -> str | None:
    """Return an attribute by its local name."""
    for key, value in attributes.items():
        if key.rpartition(":")[2] == name:
            return value
    return None
