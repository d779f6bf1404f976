"""The commands, as their users type them: what they print, write and refuse."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import tracer
from tracer.commands.main import main
from tracer.commands.sheet_list import parse_sheets
from tracer.errors import TracerError
from tracer.wording import LANGUAGES

LINE = """
title = "Line"
iterations = 2
loss = "loss"
[given]
x = [[0], [1]]
y = [[1], [3]]
[parameters]
w = [[1.0]]
[[steps]]
equations = ["e = y - x @ w", "loss = sum(e ** 2)"]
[[steps]]
phase = "update"
equations = ["w = w + 0.1 * x.T @ e"]
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_version_and_help() -> None:
    assert call("--version").output == f"tracer {tracer.__version__}\n"
    commands = ("templates", "trace", "practice", "check", "grade", "verify", "new")
    for words in ((), *((command,) for command in commands)):
        done = call(*words, "--help")
        assert done.exit_code == 0
        assert done.output.startswith("Usage: ")
        assert max(map(len, done.output.splitlines())) <= 80
    listed = call("--help").output
    assert all(f"{command} " in listed for command in commands)


@pytest.mark.parametrize(
    "option",
    [
        *("--output", "--iterations", "--sheets", "--set", "--seed", "--round", "--decimals"),
        *("--lang", "--palette", "--data", "--until-error", "--force", "--quiet"),
    ],
)
def test_every_option_is_explained(option: str) -> None:
    assert option in call("trace", "--help").output


HEAVY = {
    "numpy",
    "openpyxl",
    "pandas",
    "tracer.commands.new",
    "tracer.practice",
    "tracer.workbook.writer",
}


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        (("templates",), set()),
        (("templates", "ray"), {"numpy"}),
        (("trace", "ray", "-o", "ray.csv"), {"numpy", "pandas"}),
        (("trace", "ray", "-o", "ray.xlsx"), {"numpy", "openpyxl", "tracer.workbook.writer"}),
        (("new", "my.toml", "--data", "xor"), {"numpy", "tracer.commands.new"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(
    words: tuple[str, ...], loaded: set[str]
) -> None:
    code = (
        "import sys; from tracer.commands.main import main;"
        "main(sys.argv[1:], standalone_mode=False);"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    assert HEAVY & set(done.stdout.splitlines()[-1].split()) == loaded


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tracer", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"tracer {tracer.__version__}\n"


def test_one_template_is_described() -> None:
    text = call("templates", "ray").output
    for part in (
        "4-3-1",
        "X: 3 × 4: 1 0 1 0 / 1 0 1 1 / 0 1 0 1",
        "lr = 0.1",
        "hidden_layer_input = X @ wh + bh",
        "Published",
        "Mistakes in the source",
        "Sunil Ray",
    ):
        assert part in text


@pytest.mark.parametrize("name", tracer.template_names())
def test_every_template_can_be_described(name: str) -> None:
    done = call("templates", name)
    assert done.exit_code == 0
    assert max(map(len, done.output.splitlines())) < 4_000


def test_trace_writes_where_nothing_is_said() -> None:
    done = call("trace", "ray")
    assert done.exit_code == 0, done.output
    first, sheets, live, where = done.output.splitlines()
    assert first == "ray: 1,000 iterations, loss 0.354106 → 0.0621956"
    titles = openpyxl.load_workbook("outputs/ray.xlsx").sheetnames
    assert sheets.startswith(f"{len(titles)} sheets: Start, Inputs, Training, ")
    assert sheets.endswith("Iteration 1000")
    assert live.endswith(" live cells")
    assert where.startswith(str(Path("outputs", "ray.xlsx")))
    assert Path("outputs/ray.xlsx").is_file()


def test_trace_with_every_option() -> None:
    words = (
        "trace ray -n 40 --sheets 1-3,10,last --set lr=1 --set wout=[[0.1],[0.2],[0.3]]"
        " --round 4 --decimals 5 -o big.xlsx --quiet"
    )
    done = call(*words.split())
    assert done.exit_code == 0, done.output
    assert done.output == ""
    book = openpyxl.load_workbook("big.xlsx")
    assert book.sheetnames[-5:] == [f"Iteration {k}" for k in (1, 2, 3, 10, 40)]
    texts = [cell.value for row in book["Start"].iter_rows() for cell in row if cell.value]
    made = next(i for i, text in enumerate(texts) if str(text).startswith("Made by"))
    assert " ".join(map(str, texts[made:])) == (
        f"Made by step-tracer {tracer.__version__} with: tracer trace ray -n 40"
        " --sheets 1,2,3,10,40 --set lr=1 --set 'wout=[[0.1],[0.2],[0.3]]' --round 4 --decimals 5"
    )
    values = openpyxl.load_workbook("big.xlsx", data_only=True)["Training"]
    rounded = [values.cell(8, c).value for c in range(12, values.max_column + 1)]
    numbers = [v for v in rounded if isinstance(v, float)]
    assert numbers and all(round(v, 4) == v for v in numbers)
    formulas = [book["Training"].cell(8, c).value for c in range(12, 40)]
    assert any(str(f).startswith("=ROUND(") for f in formulas)


def test_a_workbook_in_another_language_and_other_colours() -> None:
    done = call("trace", "ray", "--lang", "de", "--palette", "okabe-ito", "-o", "de.xlsx")
    assert done.exit_code == 0, done.output
    # What the command prints stays English, but for the sheets' names.
    assert "13 sheets: Start, Eingaben, Training, Erkunden, " in done.output
    book = openpyxl.load_workbook("de.xlsx")
    assert "Gradientenprüfung" in book.sheetnames
    assert book.defined_names["lr"].attr_text == "Eingaben!$B$16"
    fills = {cell.fill.start_color.rgb for row in book["Iteration 1"].iter_rows() for cell in row}
    assert {"00F0E442", "0056B4E9"} <= fills and "00FFFF66" not in fills


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--lang", "xx", f"--lang: 'xx' is not a language of workbooks: {', '.join(LANGUAGES)}."),
        (
            "--palette",
            "gray",
            "--palette: 'gray' is not a palette: tutorial, okabe-ito, grey. Did you mean grey?",
        ),
    ],
)
def test_languages_and_palettes_there_are_none_of(option: str, value: str, message: str) -> None:
    done = call("trace", "ray", option, value)
    assert done.exit_code == 2
    assert done.output == f"Error: {message}\n"
    assert not Path("outputs").exists()


def test_trace_to_csv() -> None:
    done = call("trace", "ray", "-n", "2", "-o", "ray.csv")
    assert done.exit_code == 0, done.output
    table = pd.read_csv("ray.csv")
    assert list(table.columns) == ["iteration", "step", "quantity", "row", "column", "value"]
    losses = table[(table.quantity == "loss")].value
    assert list(losses) == pytest.approx(list(tracer.trace("ray", 2)["loss"]), rel=1e-15)


def test_trace_a_file_of_ones_own() -> None:
    Path("my-own.toml").write_text(LINE, "utf-8")
    done = call("trace", "my-own.toml")
    assert done.exit_code == 0, done.output
    assert Path("outputs/my-own.xlsx").is_file()


def test_the_seed_changes_what_is_drawn() -> None:
    first = call("trace", "loy", "-n", "1", "-o", "a.xlsx").output.splitlines()[0]
    second = call("trace", "loy", "-n", "1", "-o", "b.xlsx", "--seed", "9").output.splitlines()[0]
    assert first != second


def test_an_existing_file_is_kept_and_forced() -> None:
    Path("old.xlsx").write_text("old", "utf-8")
    done = call("trace", "ray", "-o", "old.xlsx")
    assert done.exit_code == 2
    again = "tracer trace ray -o old.xlsx --force"
    assert done.output == f"Error: old.xlsx: the file exists; --force replaces it: {again}\n"
    assert Path("old.xlsx").read_text("utf-8") == "old"
    assert call("trace", "ray", "-o", "old.xlsx", "--force").exit_code == 0
    assert Path("old.xlsx").stat().st_size > 10_000


BAD = {
    "unknown template": (["rey"], "there is no template 'rey'. Did you mean ray"),
    "unknown file": (["no.toml"], "no.toml: there is no such file."),
    "file without suffix": (["mine"], "'mine' is not a lesson; for the file write mine.toml."),
    "broken TOML": (["broken.toml"], "broken.toml: this is not TOML: "),
    "sheets outside": (
        ["ray", "-n", "3", "--sheets", "1-9"],
        "--sheets: '1-9' is outside the iterations 1 to 3.",
    ),
    "sheets unreadable": (["ray", "--sheets", "one"], "--sheets: 'one' can't be read"),
    "sheets backwards": (["ray", "--sheets", "3-1"], "is outside the iterations 1 to 1,000."),
    "set without value": (["ray", "--set", "lr"], "--set lr: write NAME=VALUE"),
    "set of text": (["ray", "--set", "lr=fast"], "--set lr: 'fast' is neither a number nor"),
    "set of an unknown name": (
        ["ray", "--set", "wot=1"],
        "'wot' is neither given nor a parameter of ray. Did you mean wout",
    ),
    "set of a wrong shape": (
        ["ray", "--set", "wout=[1, 2]"],
        "wout is 3 × 1 in ray, not vector of 2.",
    ),
    "set of ragged rows": (
        ["ray", "--set", "X=[[1, 2], [3]]"],
        "--set X: row 2 has 1 numbers, row 1 has 2",
    ),
    "set twice": (["ray", "--set", "lr=1", "--set", "lr=2"], "--set lr: this is set twice."),
    "set of two": (["ray", "--set", "lr=1\nwh=2"], "is neither a number nor"),
    "endless": (["ray", "-n", "9" * 30], "iterations: 1 to 100,000,000 can be traced."),
    "set of infinity": (["ray", "--set", "lr=inf"], "--set lr: inf is not a finite number."),
    "seed without chance": (["ray", "--seed", "1"], "--seed changes nothing"),
    "other suffix": (["ray", "-o", "ray.pdf"], "ray.pdf: the name must end in .xlsx"),
    "missing folder": (["ray", "-o", "no/ray.xlsx"], "the folder no does not exist."),
    "a folder": (["ray", "-o", "folder.xlsx"], "folder.xlsx: this is a folder"),
    "data is no folder": (["ray", "--data", "nowhere"], "--data: nowhere is not a folder."),
    "zero iterations": (["ray", "-n", "0"], "Invalid value for '-n'"),
    "iterations in words": (["ray", "-n", "many"], "'many' is not a valid integer"),
    "unknown option": (["ray", "--lr", "1"], "No such option"),
    "a fault in an equation": (["faulty.toml"], "'z' is not known here"),
    "NaN": (["nan.toml"], 'iteration 1, step 1 "Step 1": b is not a number (NaN) (b = sqrt(a))'),
    "infinity later": (["grows.toml", "-n", "9"], "iteration 5, step 1"),
    "what to do then": (["grows.toml", "-n", "9"], "--until-error writes the iterations before"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_message(case: str, tmp_path: Path) -> None:
    words, message = BAD[case]
    Path("mine.toml").write_text(LINE, "utf-8")
    Path("broken.toml").write_text("title = \n", "utf-8")
    Path("faulty.toml").write_text(LINE.replace("y - x @ w", "y - z @ w"), "utf-8")
    Path("nan.toml").write_text(
        'title="n"\n[given]\na=-1\n[[steps]]\nequations=["b = sqrt(a)"]\n', "utf-8"
    )
    Path("grows.toml").write_text(
        'title="g"\n[parameters]\na=1e10\n[[steps]]\nequations=["a = a ** 2"]\n', "utf-8"
    )
    Path("folder.xlsx").mkdir()
    before = sorted(tmp_path.rglob("*"))
    done = call("trace", *words)
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output
    assert sorted(tmp_path.rglob("*")) == before


def test_the_workbook_up_to_the_error_on_request() -> None:
    Path("grows.toml").write_text(
        'title="g"\n[parameters]\na=1e10\n[[steps]]\nequations=["a = a ** 2"]\n', "utf-8"
    )
    done = call("trace", "grows.toml", "-n", "9", "--until-error", "-o", "grows.xlsx")
    assert done.exit_code == 0, done.output
    assert "grows: 4 iterations" in done.output
    assert openpyxl.load_workbook("grows.xlsx").sheetnames[-1] == "Iteration 4"


def test_a_read_only_folder_and_a_full_disk_leave_nothing(tmp_path: Path) -> None:
    # A limit on the size of files stands in for a full disk: writing fails half way.
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from tracer.commands.main import main\n"
        "main(['trace', 'ray', '-n', '500', '-o', 'full.xlsx'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Error: full.xlsx: can't be written: ")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1-3,10,last", [1, 2, 3, 10, 20]),
        ("all", list(range(1, 21))),
        ("none", []),
        ("last", [20]),
        (" 2 , 2-3 ", [2, 3]),
        ("18-last", [18, 19, 20]),
        (None, None),
    ],
)
def test_sheets(text: str | None, wanted: list[int] | None) -> None:
    assert parse_sheets(text, 20) == wanted


@pytest.mark.parametrize("text", ["", "0", "21", "1-", "-3", "a-b", "1.5", "¹", "9" * 50])
def test_sheets_that_are_refused(text: str) -> None:
    with pytest.raises(TracerError, match="--sheets: "):
        parse_sheets(text, 20)


def test_the_shell_can_complete_names() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from tracer.commands.main import main; main(prog_name='tracer')"],
        env={
            **os.environ,
            "_TRACER_COMPLETE": "bash_complete",
            "COMP_WORDS": "tracer trace ray-m",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "plain,ray-moons" in done.stdout


# -- verify ----------------------------------------------------------------------------


def test_verify_prints_gradients_and_figures() -> None:
    done = call("verify", "ray")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == "ray: One hidden layer, step by step"
    (wh,) = [line.split() for line in lines if line.startswith("wh ")]
    assert wh[:8] == ["wh", "4", "×", "3", "12", "of", "12", "lr"]
    assert wh[9:] == ["✓", "agrees"]
    assert "Printed by the source: 7 of 7 agree." in lines
    at = next(i for i, line in enumerate(lines) if "hidden_layer_input, iteration 1" in line)
    assert lines[at + 1] == "  printed   1.48 1.78 1.10 2.40 1.89 1.62 1.48 1.56 1.28"
    assert lines[at + 2] == "  computed  1.48 1.78 1.10 2.40 1.89 1.62 1.48 1.56 1.28"
    assert "✗" not in done.output
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ray-r", 'bh: step 11 "New hidden weights and biases" is the first that disagrees'),
        ("ray-step7", "the learning rate lr is applied twice"),
        ("two-class-as-coded", 'weights_y: step 8 "Gradients of the output weights" is the first'),
    ],
)
def test_verify_names_the_first_wrong_step(name: str, words: str) -> None:
    done = call("verify", name)
    assert done.exit_code == 1
    assert words in " ".join(done.output.split())
    assert "✗ differs" in done.output


def test_verify_without_gradients_checks_the_figures() -> None:
    done = call("verify", "exam-hand")
    assert done.exit_code == 0
    assert "The template names no loss, so there are no gradients to check." in done.output
    assert "Printed by the source: 8 of 8 agree." in done.output
    assert "Not printed, computed from it for this lesson: 4 of 4 agree." in done.output
    assert "Not on the page: what the corrected example leads to." in done.output


def test_verify_finds_a_wrong_figure() -> None:
    published = '[[published]]\nplace = "Page 1"\nquantity = "loss"\nprinted = "4.0"\n'
    Path("mine.toml").write_text(LINE + published, "utf-8")
    done = call("verify", "mine.toml")
    assert done.exit_code == 1
    assert "✗ differs  Page 1: loss, iteration 1" in done.output
    assert "number 1: printed 4.0, computed 5." in done.output
    Path("mine.toml").write_text(LINE, "utf-8")
    done = call("verify", "mine.toml")
    assert done.exit_code == 0
    assert "The template lists no published figures." in done.output


def test_verify_refuses_what_it_cannot_use() -> None:
    Path("mine.toml").write_text(LINE.replace("x = [[0], [1]]", "x = [[0], [1e200]]"), "utf-8")
    for words in (("nothing",), ("mine.toml",)):
        done = call("verify", *words)
        assert done.exit_code == 2
        assert done.output.startswith("Error: ")
        assert "Traceback" not in done.output


def test_the_readme_shows_what_is_printed() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    for line in call("trace", "ray").output.splitlines()[:3]:
        assert f"    {line}\n" in readme
    page = (Path(__file__).parents[2] / "docs" / "practice.md").read_text("utf-8")
    line = call("practice", "ray", "--blank", "backward,update").output.splitlines()[0]
    assert f"    {line}\n" in page


def test_a_loss_of_nothing_has_no_minus_sign() -> None:
    text = LINE.replace("loss = sum(e ** 2)", "loss = -sum(e * 0)")
    Path("line.toml").write_text(text, "utf-8")
    assert call("trace", "line.toml").output.startswith("line: 2 iterations, loss 0 → 0\n")
