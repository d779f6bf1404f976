"""Names in lines that are short enough for Explore's columns."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from math import ceil

#: A name is broken into lines of so many characters, each so many points high.
NAME_CHARACTERS, NAME_LINE = 10, 10.5


@cache
def broken(name: str) -> str:
    """Return a name in lines that fit a column: broken behind an underscore or a space."""
    lines = [""]
    for piece in chain.from_iterable(map(_halved, re.findall(r"[^_ ]*[_ ]?", name))):
        if len(lines[-1]) + len(piece.rstrip()) > NAME_CHARACTERS:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.strip() for line in lines if line.strip())


def _halved(word: str) -> list[str]:
    """Return a word in pieces that are short enough and about as long as each other."""
    count = max(1, ceil(len(word) / NAME_CHARACTERS))
    length = ceil(len(word) / count) or 1
    return [word[k : k + length] for k in range(0, len(word), length)]
