"""A share of the fuzzed command lines; `python -m tests.fuzz.commands` runs more."""

from __future__ import annotations

import os
import random

import pytest

from tests.fuzz import commands
from tests.fuzz.words import Speaker
from tracer.commands.main import COMMANDS

LINES = 600


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the time limit needs Unix signals")
def test_every_line_ends_in_order() -> None:
    found = commands.run(LINES, 21)
    assert found.faults == []
    assert sum(found.ended.values()) == LINES
    assert min(found.ended[0], found.ended[2]) > LINES // 5


def test_every_option_of_every_command_is_spoken() -> None:
    speaker = Speaker(random.Random(1))
    said = {word for _ in range(8_000) for word in speaker.line()}
    assert {*COMMANDS} <= said
    for command in speaker.known.values():
        for parameter in command.params:
            assert said & {*parameter.opts} or parameter.opts[0].isidentifier()
