"""Messages in Python's words: `force=True` where a command says `--force`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tracer.errors import TracerError

#: Options whose arguments are called otherwise in Python.
_NAMES = {
    "force": "force=True",
    "outside": "outside=True",
    "round": "decimals",
    "set": "a keyword",
    "blank": "blank",
    "until-error": "until_error=True",
}
_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\b")
_COMMANDS = (
    ("'tracer templates' lists them", "tracer.template_names() lists them"),
    ("such as 'tracer practice ray'", 'such as tracer.practice("ray")'),
)


def in_python(text: str) -> str:
    """Return what a command says in the words of its Python function."""
    for command, function in _COMMANDS:
        text = text.replace(command, function)
    return _OPTION.sub(lambda found: _NAMES.get(found[1], found[1].replace("-", "_")), text)


@contextmanager
def python_words() -> Iterator[None]:
    """Let errors from inside speak Python; what a command would say stays in `typed`."""
    try:
        yield
    except TracerError as error:
        if not error.typed:
            error.typed = str(error)
            error.args = (in_python(error.typed), *error.args[1:])
        raise
