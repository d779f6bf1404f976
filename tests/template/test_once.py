"""An equation is parsed once and checked once, however often a command needs its program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

import tracer
from tracer.commands.main import main
from tracer.language.parse import parse_equation
from tracer.program import compile as compiling
from tracer.program.compile import Compiler
from tracer.program.model import Step

COMMANDS = {
    "trace": ("trace", "{name}", "-n", "2", "-o", "book.xlsx", "--quiet"),
    "trace as a table": ("trace", "{name}", "-n", "2", "-o", "book.csv", "--quiet"),
    "trace with two decimals": ("trace", "{name}", "-n", "2", "--round", "2", "--quiet"),
    "verify": ("verify", "{name}"),
    "practice": ("practice", "{name}", "-o", "sheet.xlsx", "--quiet"),
}


@pytest.mark.parametrize("name", ["ray", "xor"])
@pytest.mark.parametrize("command", COMMANDS)
def test_equations_are_read_once(
    command: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    equations = [t for step in tracer.load_template(name).steps for t in step.equations]
    monkeypatch.chdir(tmp_path)
    parsed: Counter[str] = Counter()
    programs: list[str] = []
    finish = Compiler.start

    def counted(text: str, helpers: object = None) -> object:
        parsed[text] += 1
        return parse_equation(text, helpers)  # type: ignore[arg-type]

    def started(self: Compiler, steps: Sequence[Step], parameters: object) -> None:
        # The forward pass for other numbers of samples is a program of its own, of read equations.
        programs.extend([] if all(step.trees for step in steps) else [self.source])
        finish(self, steps, parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(compiling, "parse_equation", counted)
    monkeypatch.setattr(Compiler, "start", started)
    done = CliRunner().invoke(main, [word.format(name=name) for word in COMMANDS[command]])
    assert done.exit_code == 0, done.output
    assert parsed == Counter(equations)
    assert len(programs) == 1
