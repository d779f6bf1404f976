"""`tracer practice` as its users type it: what it writes, prints and refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import tracer
from tests.spreadsheet import sheet_parts
from tracer.commands.main import main

CLASS = "id,name\n00123,Ann\n00124,Bob\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text(CLASS, "utf-8")


def call(*words: str) -> Result:
    return CliRunner().invoke(main, ["practice", *words])


def files() -> list[str]:
    return sorted(str(p) for p in Path().rglob("*") if p.is_file() and p.name != "class.csv")


def test_help_fits_a_terminal() -> None:
    done = call("--help")
    assert done.exit_code == 0 and max(map(len, done.output.splitlines())) <= 80


def test_self_study() -> None:
    done = call("ray", "--blank", "backward, update", "-n", "2")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == "ray: 104 blanks in 9 results, 2 iterations"
    assert files() == ["outputs/ray-practice.xlsx"]
    titles = list(sheet_parts(Path("outputs/ray-practice.xlsx")))
    assert titles == ["Practice", "Iteration 1", "Iteration 2", "Made from"]
    assert call("ray").exit_code == 2
    assert call("ray", "--force", "--quiet").output == ""


def test_an_assignment_for_everyone_and_for_a_class() -> None:
    done = call("ray", "--blank", "backward", "--assignment", "hw.toml", "--due", "Friday")
    assert done.exit_code == 0, done.output
    assert files() == ["hw.toml", "outputs/hw-answers.xlsx", "outputs/hw.xlsx"]
    before = Path("hw.toml").read_bytes()
    words = ("--assignment", "hw.toml", "--students", "class.csv")
    assert call(*words, "-o", "class").exit_code == 0
    assert files() == [
        "class-answers.xlsx",
        "class/00123.xlsx",
        "class/00124.xlsx",
        "hw.toml",
        "outputs/hw-answers.xlsx",
        "outputs/hw.xlsx",
    ]
    first = {name: Path(name).read_bytes() for name in files()}
    assert call(*words, "-o", "class").exit_code == 2
    assert call(*words, "-o", "class", "--force").exit_code == 0
    assert {name: Path(name).read_bytes() for name in files()} == first
    assert Path("hw.toml").read_bytes() == before
    secret = before.split(b'secret     = "')[1].split(b'"')[0]
    assert len(secret) == 40


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name a template"),
        (("rai",), "Did you mean ray?"),
        (("ray", "-b", "updat"), "Did you mean update?"),
        (("ray", "--share", "1.5"), "--share must be above 0 and at most 1, not 1.5."),
        (("ray", "--share", "0"), "--share must be above 0"),
        (("ray", "--share", "nan"), "--share must be above 0"),
        (("ray", "--seed", "3"), "--seed changes nothing without --share."),
        (("ray", "--tolerance", "-1"), "--tolerance must be a number from 0"),
        (("ray", "--tolerance", "nan"), "--tolerance must be a number from 0"),
        (("ray", "--set", "lr"), "write NAME=VALUE"),
        (("ray", "-n", "51"), "51"),
        (("ray", "-o", "x.csv"), "must end in .xlsx"),
        (("ray", "-o", "no/x.xlsx"), "the folder no does not exist"),
        (("ray", "--students", "class.csv"), "add --assignment FILE.toml"),
        (("ray", "--due", "x"), "add --assignment FILE.toml"),
        (("--assignment", "hw.toml"), "name a template"),
        (("ray", "--assignment", "hw.txt"), "must end in .toml"),
        (("ray", "--assignment", "no/hw.toml"), "the folder no does not exist"),
        (("ray", "--set", "lr=1", "--assignment", "hw.toml"), "--set: an assignment's numbers"),
        (("ray", "--assignment", "hw.toml", "--students", "none.csv"), "none.csv: this can't"),
        (("ray", "--assignment", "hw.toml", "--students", "bad.csv"), "bad.csv, line 3: the id"),
        (("ray", "--assignment", "hw.toml", "-o", "x.txt"), "must end in .xlsx"),
        (
            ("ray", "--assignment", "hw.toml", "--students", "class.csv", "-o", "class.csv"),
            "this is a file",
        ),
        (
            ("ray", "--assignment", "hw.toml", "--students", "class.csv", "-o", "no/class"),
            "the folder no does not exist",
        ),
    ],
)
def test_bad_input_says_so_and_writes_nothing(words: tuple[str, ...], message: str) -> None:
    Path("bad.csv").write_text("id\n1\n1\n", "utf-8")
    done = call(*words)
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output
    assert [name for name in files() if name != "bad.csv"] == []


def test_an_existing_assignment_file_has_the_say() -> None:
    assert call("ray", "--assignment", "hw.toml").exit_code == 0
    done = call("ray", "-b", "loss", "--assignment", "hw.toml", "--force")
    assert done.exit_code == 2 and "hw.toml is there already" in done.output


def test_a_fault_half_way_leaves_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    from tracer.errors import TracerError
    from tracer.practice.exercise.assignment import ClassAssignment

    real = ClassAssignment.exercise_of

    def broken(self: ClassAssignment, student: str) -> object:
        if student == "00124":
            raise TracerError("no sound numbers")
        return real(self, student)

    monkeypatch.setattr(ClassAssignment, "exercise_of", broken)
    done = call("ray", "--assignment", "hw.toml", "--students", "class.csv", "-o", "class")
    assert done.exit_code == 2 and "no sound numbers" in done.output
    assert files() == [] and not Path("class").exists()


def test_files_already_there_are_kept_without_force() -> None:
    Path("class").mkdir()
    Path("class/00124.xlsx").write_text("handed in", "utf-8")
    words = ("ray", "--assignment", "hw.toml", "--students", "class.csv", "-o", "class")
    done = call(*words)
    assert done.exit_code == 2 and "00124.xlsx: the file exists" in done.output
    assert files() == ["class/00124.xlsx"]
    Path("class/notes.txt").write_text("mine", "utf-8")
    assert call(*words, "--force").exit_code == 0
    assert Path("class/notes.txt").read_text("utf-8") == "mine"


def _locked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a file from being replaced, as one that is open in Excel."""
    replace = Path.replace

    def refused(source: Path, target: Path) -> Path:
        if target.name == name:
            raise PermissionError(13, "Permission denied")
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", refused)


@pytest.mark.parametrize("name", ["00124.xlsx", "class-answers.xlsx"])
def test_a_set_is_replaced_as_a_whole_or_not_at_all(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--assignment", "hw.toml", "--students", "class.csv", "-o", "class")
    assert call("ray", "-b", "loss", *words).exit_code == 0
    before = {name: Path(name).read_bytes() for name in files()}
    other = Path("hw.toml").read_text("utf-8").replace('"loss"', '"update"')
    Path("hw.toml").write_text(other, "utf-8")
    before["hw.toml"] = other.encode()
    _locked(name, monkeypatch)
    done = call(*words, "--force")
    assert done.exit_code == 2
    assert f"{name}: can't be written: Permission denied. Nothing was changed." in done.output
    assert {name: Path(name).read_bytes() for name in files()} == before


def test_a_new_secret_outlives_whatever_fails_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("class-answers.xlsx").write_text("old", "utf-8")
    _locked("class-answers.xlsx", monkeypatch)
    words = ("--assignment", "hw.toml", "--students", "class.csv", "-o", "class", "--force")
    done = call("ray", "-b", "loss", *words)
    assert done.exit_code == 2 and "But hw.toml is made, with its secret" in done.output
    assert files() == ["class-answers.xlsx", "hw.toml"]
    assert Path("class-answers.xlsx").read_text("utf-8") == "old"
    monkeypatch.undo()
    monkeypatch.chdir(Path.cwd())


def test_what_gives_answers_away_is_the_teacher_s_alone() -> None:
    words = ("--assignment", "hw.toml", "--students", "class.csv", "-o", "class")
    assert call("ray", "-b", "loss", *words).exit_code == 0
    modes = {name: Path(name).stat().st_mode & 0o777 for name in files()}
    assert modes["hw.toml"] == modes["class-answers.xlsx"] == 0o600
    assert modes["class/00123.xlsx"] != 0o600


def test_a_second_command_beside_it_never_takes_its_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another command makes the same file while the sheets of this one are being written."""
    from tracer.practice.sheets import handing_out

    real = handing_out.prepared

    def meanwhile(target: Path, folder: Path, names: Mapping[Path, str]) -> object:
        Path("hw.toml").write_text("another's", "utf-8")
        return real(target, folder, names)

    monkeypatch.setattr(handing_out, "prepared", meanwhile)
    done = call("ray", "--assignment", "hw.toml", "--students", "class.csv", "-o", "class")
    assert done.exit_code == 2 and "hw.toml: the file exists" in done.output
    assert files() == ["hw.toml"] and Path("hw.toml").read_text("utf-8") == "another's"


def test_a_template_of_ones_own_is_found_from_the_assignment_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("deep").mkdir()
    Path("own.toml").write_text(
        'title = "t"\n[parameters]\nw = 0.5\n[[steps]]\nequations = ["a = w * 2"]\n', "utf-8"
    )
    assert call("own.toml", "--assignment", "deep/hw.toml").exit_code == 0
    monkeypatch.chdir(tmp_path / "deep")
    done = call("--assignment", "hw.toml", "-o", "again.xlsx")
    assert done.exit_code == 0, done.output


#: Templates whose practice sheets carry more than a lesson's: what `tracer new` makes them with.
MADE = {
    "dropout": ("--data", "moons", "--layers", "4,1", "--dropout", "0.25", "--batch", "10"),
    "batch normalisation": ("--data", "moons", "--layers", "4,1", "--batch-norm"),
    "shuffled batches": ("--data", "moons", "--layers", "3,1", "--batch", "8"),
    "held out rows": ("--data", "spiral", "--layers", "4,2", "--test", "10"),
    "adam, scheduled": ("--data", "line", "--optimizer", "adam", "--schedule", "warm_up:over=5"),
}


@pytest.mark.parametrize("case", MADE)
def test_a_sheet_of_any_template_can_be_checked(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    commands = (
        ["new", "d.toml", "--samples", "40", "--quiet", *MADE[case]],
        ["practice", "d.toml", "-b", "loss", "-o", "d.xlsx", "--quiet"],
        ["check", "d.xlsx"],
    )
    for command in commands:
        done = runner.invoke(main, command)
        assert done.exit_code in ((0, 1) if command[0] == "check" else (0,)), done.output
    assert done.output.startswith("d.xlsx: 1 number: 1 blank\n")


def test_a_tolerance_that_tells_nothing_is_said() -> None:
    said = (
        "0 or the old value is right in 24 of 52 blanks: the tolerance of 0.005 is wider than what"
        " is asked there. A smaller one, or none, tells them apart."
    )
    words = ("ray", "-b", "backward,update")
    assert said not in call(*words).output
    assert said in call(*words, "--tolerance", "0.005", "--force").output
    made = call(*words, "--tolerance", "0.005", "--assignment", "hw.toml")
    assert said in made.output and 'each          = "result"' in Path("hw.toml").read_text("utf-8")
    with pytest.warns(UserWarning, match="right in 24 of 52 blanks"):
        tracer.practice("ray", "w.xlsx", blank="backward,update", tolerance=0.005)
