"""`tracer check`: what its options change."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracer.commands.main import main

#: One output of `ray`, 0.789…: right, near, and of another learning rate or rounding.
CASES = {
    "exact": ("output,0.789324,0.798059,0.789329", [], "3 right"),
    "near": ("output,0.785,0.798059,0.789329", [], "2 right, 1 wrong"),
    "within 0.005": ("output,0.785,0.798059,0.789329", ["--tolerance", "0.005"], "3 right"),
    "old learning rate": ("bout,0.636371", [], "1 wrong"),
    "new learning rate": ("bout,0.626322", ["--set", "lr=1"], "1 right"),
    "rounded at the end": ("loss,0.4", [], "1 rounded"),
    "rounded on the way": ("loss,0.4", ["--round", "1"], "1 right"),
}


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.mark.parametrize("name", CASES)
def test_options_of_loose_answers(name: str, tmp_path: Path) -> None:
    line, options, counts = CASES[name]
    path = tmp_path / "page.csv"
    path.write_text(f"{line}\n", "utf-8")
    done = call("check", "ray", str(path), *options)
    assert done.output.splitlines()[0].endswith(f": {counts}"), done.output
    assert done.exit_code == ("wrong" in counts)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tolerance", "1"], "--tolerance is for loose answers"),
        (["--round", "2"], "--round is for loose answers"),
        (["--set", "lr=1"], "--set is for loose answers"),
        (["--iteration", "2"], "--iteration is for loose answers"),
    ],
)
def test_a_practice_workbook_says_itself(options: list[str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    assert call("practice", "exam-hand", "-o", str(path), "--quiet").exit_code == 0
    done = call("check", str(path), *options)
    assert (done.exit_code, said in done.output) == (2, True), done.output


@pytest.mark.parametrize("tolerance", ["-1", "nan"])
def test_a_tolerance_is_a_number_from_0(tolerance: str, tmp_path: Path) -> None:
    (tmp_path / "page.csv").write_text("loss,1\n", "utf-8")
    done = call("check", "ray", str(tmp_path / "page.csv"), "--tolerance", tolerance)
    assert done.exit_code == 2 and "--tolerance must be a number from 0" in done.output
