"""`tracer new` as its users type it: what it writes, says and refuses."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from tracer.backward.optimizers import OPTIMIZERS, SCHEDULES
from tracer.backward.vocabulary import VOCABULARIES
from tracer.commands.main import main
from tracer.data.made import MADE
from tracer.data.outside import reading_outside
from tracer.network.activations import ACTIVATIONS
from tracer.network.initialisations import INITIALISATIONS
from tracer.network.losses import LOSSES
from tracer.network.scalings import SCALINGS
from tracer.template.lessons import folder
from tracer.template.read import read_template

EXAM = "hours,sleep,score\n2,9,92\n1,5,86\n3,6,89\n"


@pytest.fixture(autouse=True)
def in_a_folder_with_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "exam.csv").write_text(EXAM, "utf-8")
    monkeypatch.chdir(tmp_path)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_the_session_of_the_page() -> None:
    section = (folder().parent / "docs" / "networks.md").read_text("utf-8")
    data = re.search(r"```csv\n(.*?)```", section, re.DOTALL)
    commands = re.findall(r"^    tracer (.*)$", section.replace(" \\\n", " "), re.MULTILINE)
    assert data is not None and data[1] == EXAM and len(commands) >= 4
    for command in commands:
        done = call(*shlex.split(command))
        assert done.exit_code == 0, done.output
    for name, iterations in (("exam", "Iteration 200"), ("iris", "Iteration 150")):
        book = openpyxl.load_workbook(f"outputs/{name}.xlsx", read_only=True)
        assert book.sheetnames[-1] == iterations
        assert "Predict" in book.sheetnames
    shown = re.findall(r"^    (\w+): (.*loss .*)$", section, re.MULTILINE)
    assert [name for name, _ in shown] == ["exam", "iris"]
    for name, line in shown:
        said = call("trace", f"{name}.toml", "-o", f"{name}-run.csv").output.splitlines()[0]
        first, _, last = line.partition("…")
        assert said.startswith(f"{name}: {first.rstrip()}") and said.endswith(last)


def test_what_is_said_and_written() -> None:
    done = call("new", "exam.toml", "--data", "exam.csv", "--target", "score", "--layers", "3,1")
    assert done.output.splitlines() == [
        "exam.toml",
        "  2-3-1 network, 13 weights and biases, 3 rows",
        "  inputs: hours, sleep, divided by the largest of each column",
        "  target: score, a number, divided by the largest of each column",
        (
            "  output identity, loss mean_squared_error, gradient_descent with learning rate 0.1,"
            " 200 iterations of all rows"
        ),
        "next: tracer trace exam.toml",
    ]
    text = Path("exam.toml").read_text("utf-8")
    assert text.startswith(
        "# Made by: tracer new exam.toml --data exam.csv --target score --layers 3,1\n"
    )
    made = read_template(Path("exam.toml"))
    # From the vocabulary of the articles.
    names = made.program().quantities()
    assert {"hidden_layer_input", "hiddenlayer_activations", "wh", "bh", "wout", "bout"} < {*names}


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--layers", "3,1", "--names", "ng"), {"Z1", "A1", "W1", "b1", "Z2", "A2", "Y", "dZ1"}),
        (("--layers", "3,2,1"), {"wh1", "hidden_layer_2_input", "hiddenlayer_2_activations"}),
        (("--layers", "1"), {"wout", "bout", "output_layer_input", "output"}),
        (("--layers", "3,1", "--dropout", "0.2"), {"dropout_mask", "dropped", "output_plain"}),
        (("--layers", "3,1", "--batch-norm"), {"gamma", "beta", "batch_mean", "running_mean"}),
        (("--l1", "0.1", "--l2", "0.1"), {"penalty", "data_loss"}),
    ],
)
def test_names(options: tuple[str, ...], names: set[str]) -> None:
    done = call("new", "t.toml", "--data", "moons", "--quiet", *options)
    assert (done.exit_code, done.output) == (0, "")
    assert names <= {*read_template(Path("t.toml")).program().quantities()}


def test_dropout_is_not_used_for_answers(tmp_path: Path) -> None:
    call("new", "t.toml", "--data", "moons", "--samples", "10", "--dropout", "0.5")
    made = read_template(Path("t.toml"))
    mask = made.given["dropout_mask"]
    assert mask.shape == (81, 4) and set(mask.flat) == {0.0, 1.0}
    assert made.predict is not None and made.predict.output == ("output_plain",)
    assert made.batch is not None and dict(made.batch.cycle).keys() == {"dropout_mask"}
    again = read_template(Path("t.toml"), seed=9)
    assert (again.given["dropout_mask"] != mask).any()


def test_the_template_finds_its_data_from_its_own_folder() -> None:
    Path("lessons").mkdir()
    done = call("new", "lessons/e.toml", "--data", "exam.csv", "--target", "score")
    assert done.exit_code == 0
    assert 'file = "../exam.csv"' in Path("lessons/e.toml").read_text("utf-8")
    with reading_outside():
        assert read_template(Path("lessons/e.toml")).given["inputs"].shape == (3, 2)


def test_a_data_set_that_comes_along_is_copied() -> None:
    done = call("new", "i.toml", "--data", "iris.csv", "--target", "species", "--layers", "3,3")
    assert done.exit_code == 0, done.output
    assert "iris.csv: copied from the data that come along." in done.output
    assert Path("iris.csv").read_bytes() == (folder() / "iris.csv").read_bytes()
    Path("iris.csv").unlink()
    assert call("new", "j.toml", "--data", "iris.csv", "--target", "spcies").exit_code == 2
    assert not Path("iris.csv").exists() and not Path("j.toml").exists()


def test_iris_is_fishers() -> None:
    rows = (folder() / "iris.csv").read_text("utf-8").splitlines()
    assert len(rows) == 151
    numbers = [[float(x) for x in row.split(",")[:4]] for row in rows[1:]]
    # The sums of the four columns of each species, as in Fisher's table of means (× 50).
    expected = [[250.3, 171.4, 73.1, 12.3], [296.8, 138.5, 213, 66.3], [329.4, 148.7, 277.6, 101.3]]
    for number, sums in enumerate(expected):
        part = numbers[50 * number : 50 * number + 50]
        assert [sum(column) for column in zip(*part, strict=True)] == pytest.approx(sums)


def test_an_existing_template_stays() -> None:
    Path("t.toml").write_text("mine", "utf-8")
    done = call("new", "t.toml", "--data", "xor")
    assert (done.exit_code, done.output) == (
        2,
        (
            "Error: t.toml: the file exists; --force replaces it:"
            " tracer new t.toml --data xor --force\n"
        ),
    )
    assert Path("t.toml").read_text("utf-8") == "mine"
    assert call("new", "t.toml", "--data", "xor", "--force", "--quiet").exit_code == 0


EXAM_ARGUMENTS = ("--data", "exam.csv", "--target", "score")
WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no data": ((), "--data: say what is to be learnt: a .csv or .xlsx file, or xor."),
    "no file": (("--data", "none.csv"), "none.csv: there is no such file."),
    "neither": (("--data", "mons"), "Did you mean moons?"),
    "target of made-up data": (
        ("--data", "moons", "--target", "a"),
        "--target: is for files, and 'moons' is made-up",
    ),
    "no target": (
        ("--data", "exam.csv"),
        "--target: say which column is to be learnt: hours, sleep, score.",
    ),
    "other target": (("--data", "exam.csv", "--target", "scor"), "Did you mean score?"),
    "layers": ((*EXAM_ARGUMENTS, "--layers", "3,x"), "--layers: 'x' is not a whole number."),
    "layers end": (
        (*EXAM_ARGUMENTS, "--layers", "3,2"),
        (
            "--layers: 3,2 ends in 2, but the last is the output layer and score is a number: write"
            " 3,1, or 3,2,1."
        ),
    ),
    "layers of nothing": ((*EXAM_ARGUMENTS, "--layers", "0,1"), "--layers: 0 is out of range;"),
    "empty layers": ((*EXAM_ARGUMENTS, "--layers", ""), "--layers: '' has an empty part;"),
    "huge layers": ((*EXAM_ARGUMENTS, "--layers", "2000,2000,1"), "--layers: at most 20 layers"),
    "activation": ((*EXAM_ARGUMENTS, "--activation", "tan"), "Did you mean tanh?"),
    "activations": (
        (*EXAM_ARGUMENTS, "--activation", "tanh,relu"),
        "--activation: 2 for 1 hidden layer;",
    ),
    "no hidden layer": (
        (*EXAM_ARGUMENTS, "--layers", "1", "--activation", "relu"),
        "and there is none;",
    ),
    "output": ((*EXAM_ARGUMENTS, "--output-activation", "step"), "the slope of step is 0"),
    "loss": ((*EXAM_ARGUMENTS, "--loss", "bce"), "doesn't fit score, which is a number."),
    "optimizer": ((*EXAM_ARGUMENTS, "--optimizer", "adm"), "Did you mean adam or adamw?"),
    "its setting": ((*EXAM_ARGUMENTS, "--optimizer", "adam:beta=1"), "has no setting 'beta'."),
    "its text": ((*EXAM_ARGUMENTS, "--optimizer", "adam:beta1"), "'beta1' can't be read;"),
    "rate": ((*EXAM_ARGUMENTS, "--rate", "0,1"), "is not a number (write a point, not a comma)."),
    "rate 0": ((*EXAM_ARGUMENTS, "--rate", "0"), "it must be above 0 and at most 1e+06."),
    "schedule": ((*EXAM_ARGUMENTS, "--schedule", "step"), "write step:every=…."),
    "schedule over nothing": (
        (*EXAM_ARGUMENTS, "--schedule", "cosine:over=0"),
        "over must be a whole number from 1",
    ),
    "l1": ((*EXAM_ARGUMENTS, "--l1", "-1"), "--l1: -1 is out of range;"),
    "l2": ((*EXAM_ARGUMENTS, "--l2", "x"), "--l2: 'x' is not a number."),
    "clip": ((*EXAM_ARGUMENTS, "--clip", "0"), "--clip: 0 is out of range;"),
    "dropout": ((*EXAM_ARGUMENTS, "--dropout", "1"), "--dropout: 1 is out of range;"),
    "dropouts": ((*EXAM_ARGUMENTS, "--dropout", "0,0.1"), "--dropout: 2 for 1 hidden layer;"),
    "batch norm": ((*EXAM_ARGUMENTS, "--batch-norm", "--batch", "1"), "at least 2 rows."),
    "init": ((*EXAM_ARGUMENTS, "--init", "xavir"), "Did you mean xavier"),
    "init std": ((*EXAM_ARGUMENTS, "--init", "normal:std=-1"), "--init: std must be from 0."),
    "scale": ((*EXAM_ARGUMENTS, "--scale", "log"), "--scale: 'log' is not known."),
    "scale target": (
        ("--data", "xor", "--scale-target", "max"),
        "--scale-target: the target is classes;",
    ),
    "batch": ((*EXAM_ARGUMENTS, "--batch", "9"), "it must be from 1 to 3."),
    "iterations": ((*EXAM_ARGUMENTS, "--iterations", "-1"), "--iterations: -1 is out of range;"),
    "epochs": ((*EXAM_ARGUMENTS, "--epochs", "1.5"), "--epochs: '1.5' is not a whole number."),
    "both": (
        (*EXAM_ARGUMENTS, "--epochs", "1", "--iterations", "1"),
        "not both.",
    ),
    "test": ((*EXAM_ARGUMENTS, "--test", "3"), "--test: 3 of 3 rows leaves nothing to train with."),
    "test parts": ((*EXAM_ARGUMENTS, "--test", "1.5"), "neither a share below 1"),
    "a tiny test": ((*EXAM_ARGUMENTS, "--test", "1%"), "leaves nothing to test with."),
    "columns": ((*EXAM_ARGUMENTS, "--columns", "score"), "it can't be an input too."),
    "columns twice": ((*EXAM_ARGUMENTS, "--columns", "hours,hours"), "is named twice."),
    "task": ((*EXAM_ARGUMENTS, "--task", "class"), "Did you mean classes?"),
    "separator": ((*EXAM_ARGUMENTS, "--separator", "x"), "--separator: 'x' is not known."),
    "decimal": ((*EXAM_ARGUMENTS, "--decimal", "'"), "--decimal: ''' is not known."),
    "commas": (
        (*EXAM_ARGUMENTS, "--decimal", ",", "--separator", "comma"),
        "can't both be a comma.",
    ),
    "sheet": ((*EXAM_ARGUMENTS, "--sheet", "x"), "--sheet: is for Excel files,"),
    "encoding": ((*EXAM_ARGUMENTS, "--encoding", "x"), "--encoding: 'x' is not known."),
    "header": ((*EXAM_ARGUMENTS, "--header", "-1"), "--header: -1 is out of range;"),
    "samples": (("--data", "moons", "--samples", "1"), "--samples: 1 is out of range;"),
    "samples of a file": ((*EXAM_ARGUMENTS, "--samples", "9"), "--samples: is for made-up data,"),
    "noise": (("--data", "xor", "--noise", "1"), "--noise: xor is four fixed points."),
    "seed": ((*EXAM_ARGUMENTS, "--seed", ""), "--seed: '' is not a whole number."),
    "names": ((*EXAM_ARGUMENTS, "--names", "german"), "--names: 'german' is not known."),
    "title": ((*EXAM_ARGUMENTS, "--title", " "), "--title: write a line of text."),
    "language": ((*EXAM_ARGUMENTS, "--lang", "xx"), "'xx' is not a language of workbooks: de, en."),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_typed_wrong_gets_one_line(case: str) -> None:
    arguments, message = WRONG[case]
    done = call("new", "t.toml", *arguments)
    assert done.exit_code == 2, done.output
    assert message in done.output and done.output.startswith("Error: ")
    assert len(done.output.splitlines()) == 1
    assert not Path("t.toml").exists()


def test_every_option_has_a_wrong_value() -> None:
    from tracer.commands.new import new

    options = {p.opts[0] for p in new.params} - {
        "template",
        "--force",
        "--quiet",
        "--drop-missing",
        "--in-order",
    }
    typed = {word for arguments, _ in WRONG.values() for word in arguments}
    assert options <= typed


@pytest.mark.parametrize("name", ["t.txt", "t", "none/t.toml"])
def test_where_to_write(name: str) -> None:
    done = call("new", name, "--data", "xor")
    assert done.exit_code == 2 and len(done.output.splitlines()) == 1


def test_a_name_that_toml_must_quote() -> None:
    Path("odd.csv").write_text('"say ""hi"" \\ now",y\n1,a b\n2,"c""d"\n', "utf-8")
    done = call("new", "t.toml", "--data", "odd.csv", "--target", "y", "--title", 'A "title" \\')
    assert done.exit_code == 0, done.output
    made = read_template(Path("t.toml"))
    assert made.title == 'A "title" \\'
    assert made.predict is not None and made.predict.names == ("a b", 'c"d')


def test_the_help_names_every_row_of_the_tables() -> None:
    from tracer.commands.new_words import SHORT

    words = set(re.findall(r"[\w-]+", " ".join(call("new", "--help").output.split())))
    tables: tuple[Iterable[str], ...] = (
        MADE,
        ACTIVATIONS,
        (SHORT.get(name, name) for name in LOSSES),
        OPTIMIZERS,
        (name for name, row in SCHEDULES.items() if row.settings),
        INITIALISATIONS,
        SCALINGS,
        VOCABULARIES,
    )
    assert {name for table in tables for name in table} - words == set()
