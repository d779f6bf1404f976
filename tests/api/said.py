"""How what is wrong is said to those who call the tracer from Python."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import tracer


def says_in_one_line(wrong: Callable[[], object], message: str) -> None:
    """Fail unless a call raises one line that begins so and names no option of a command."""
    with pytest.raises(tracer.TracerError) as caught:
        wrong()
    said = str(caught.value)
    assert said.startswith(message) and "--" not in said and "\n" not in said
