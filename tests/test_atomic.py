"""Files are written whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tracer import atomic as output
from tracer.atomic import aside, check_apart, check_output, put_in_place, written
from tracer.errors import FileExistsAlreadyError, OutputError


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with written(path) as temporary:
        temporary.write_text("half", "utf-8")
        assert not path.exists()
    assert path.read_text("utf-8") == "half"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), ValueError("no")])
def test_what_fails_leaves_the_old_file_and_nothing_else(
    failure: Exception, tmp_path: Path
) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old", "utf-8")
    wanted = OutputError if isinstance(failure, OSError) else ValueError
    with pytest.raises(wanted), written(path, force=True) as temporary:
        temporary.write_text("half", "utf-8")
        raise failure
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    message = "out.txt: can't be written: No space left on device. Nothing was changed."
    with pytest.raises(OutputError, match=message), written(tmp_path / "out.txt"):
        raise OSError(28, "No space left on device")


def test_a_file_that_is_open_elsewhere_stays_and_the_message_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old", "utf-8")

    def replace(beside: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", replace)
    message = "denied. Nothing was changed. If it is open in another program, close it there."
    with pytest.raises(OutputError, match=message), written(path, force=True) as temporary:
        temporary.write_text("new", "utf-8")
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")
def test_permissions_are_an_ordinary_files(tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.write_text("", "utf-8")
    with written(tmp_path / "new") as temporary:
        temporary.write_text("", "utf-8")
    assert (tmp_path / "new").stat().st_mode == ordinary.stat().st_mode
    (tmp_path / "new").chmod(0o640)
    with written(tmp_path / "new", force=True) as temporary:
        temporary.write_text("", "utf-8")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("there.txt", "there.txt: the file exists; --force replaces it."),
        ("folder", "folder: this is a folder; name a file in it."),
        ("no/out.txt", "the folder .*no does not exist."),
        ("there.txt/out.txt", "the folder .*there.txt is a file, no folder."),
        ("x" * 300, "File name too long"),
        ("a\0b", "null"),
    ],
)
def test_where_nothing_can_be_written(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("", "utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=message):
        check_output(tmp_path / name, force=False)


def test_names_of_every_script(tmp_path: Path) -> None:
    path = tmp_path / "Ünï 网络 & «x» %s.xlsx"
    with written(path) as temporary:
        temporary.write_text("ok", "utf-8")
    assert path.read_text("utf-8") == "ok"


@pytest.mark.parametrize("nameless", [True, False])
def test_a_killed_process_leaves_the_old_file_or_a_whole_new_one(
    nameless: bool, tmp_path: Path
) -> None:
    """Kill it between writing and the end; what is left goes with the next file written."""
    path = tmp_path / "out.txt"
    path.write_text("old", "utf-8")
    program = (
        "import os, sys, tracer.atomic as o\n"
        f"o._nameless = o._nameless if {nameless} else lambda folder: None\n"
        f"with o.written({str(path)!r}, force=True) as t:\n"
        "    t.write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert done.returncode == -9
    assert path.read_text("utf-8") == "old"
    left = [p for p in tmp_path.iterdir() if p != path]
    assert len(left) <= (0 if nameless and _has_nameless(tmp_path) else 1)
    with written(path, force=True) as temporary:
        temporary.write_text("new", "utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]
    assert path.read_text("utf-8") == "new"


def _has_nameless(folder: Path) -> bool:
    handle = output._nameless(folder)
    if handle is not None:
        os.close(handle)
    return handle is not None


#: Runs the command in a hundred copies of this process, each killed at another moment: moments
#: are calls of functions, counted, so that they are the same on a slow or a busy machine. Half
#: of them are spread over the whole run, the others follow each other closely at its end, where
#: the file gets its name.
KILLED = """
import os, sys
from pathlib import Path
from tracer.commands.main import main

def copy(at):
    child = os.fork()
    if child == 0:
        count = 0
        def called(frame, event, of):
            nonlocal count
            count += event in ("call", "c_call")
            if count == at:
                os.kill(os.getpid(), 9)
        sys.setprofile(called)
        try:
            main(sys.argv[1:], standalone_mode=False)
        finally:
            sys.setprofile(None)
            Path("calls").write_text(str(count))
        os._exit(0)
    return os.waitpid(child, 0)[1]

main(sys.argv[1:], standalone_mode=False)  # imports what the copies then needn't
assert copy(-1) == 0
total = int(Path("calls").read_text())
Path("calls").unlink()
whole, finished = Path("ray.xlsx").read_bytes(), 0
Path("ray.xlsx").write_bytes(b"old")
for at in [total * k // 50 for k in range(1, 51)] + [total - 8 * k for k in range(1, 51)]:
    if os.WTERMSIG(copy(at)) != 9:
        Path("calls").unlink()
        continue
    assert Path("ray.xlsx").read_bytes() in (b"old", whole), at
    left = sorted(path.name for path in Path().iterdir())
    assert left == ["ray.xlsx"] or not NAMELESS and len(left) == 2, (at, left)
    if Path("ray.xlsx").read_bytes() == whole:
        finished += 1
        Path("ray.xlsx").write_bytes(b"old")
main(sys.argv[1:], standalone_mode=False)
assert [path.name for path in Path().iterdir()] == ["ray.xlsx"]
print(finished)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills processes as Unix does")
def test_killed_at_a_hundred_moments(tmp_path: Path) -> None:
    program = f"NAMELESS = {_has_nameless(tmp_path)}{KILLED}"
    words = ["trace", "ray", "-n", "9", "-o", "ray.xlsx", "--force", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    # Some are killed before the file has its name, some after.
    assert 0 < int(done.stdout) < 100


def test_a_folder_to_prepare_files_in_is_gone_afterwards(tmp_path: Path) -> None:
    """Also one that a killed process has left, with what is in it."""
    program = (
        "import os, pathlib, tracer.atomic as o\n"
        f"with o.aside(pathlib.Path({str(tmp_path)!r})) as folder:\n"
        "    (folder / 'a.xlsx').write_text('answers')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert len(list(tmp_path.rglob("a.xlsx"))) == 1
    with aside(tmp_path) as folder:
        (folder / "b.xlsx").write_text("new", "utf-8")
    assert list(tmp_path.iterdir()) == []


# -- several files together ---------------------------------------------------------------------


def _ready(folder: Path) -> list[tuple[Path, Path]]:
    """Prepare new files and a folder beside old ones of which the second is to be replaced."""
    (folder / "aside" / "whole").mkdir(parents=True)
    (folder / "aside" / "whole" / "a").write_text("new a", "utf-8")
    for name in ("1", "2", "3"):
        (folder / "aside" / name).write_text(f"new {name}", "utf-8")
    (folder / "2").write_text("old 2", "utf-8")
    (folder / "3").write_text("old 3", "utf-8")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "3").write_text("old 3", "utf-8")
    (folder / "3").unlink()
    (folder / "3").symlink_to("elsewhere/3")
    names = {"1": "1", "2": "2", "whole": "whole", "3": "3"}
    return [(folder / "aside" / source, folder / name) for source, name in names.items()]


def _state(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file() and "aside" not in p.parts)
    return {str(p.relative_to(folder)): p.read_text("utf-8") for p in files}


OLD = {"2": "old 2", "3": "old 3", "elsewhere/3": "old 3"}
NEW = {
    "1": "new 1",
    "2": "new 2",
    "3": "new 3",
    "elsewhere/3": "new 3",
    "whole/a": "new a",
}


def test_all_files_come_into_their_places(tmp_path: Path) -> None:
    put_in_place(_ready(tmp_path))
    assert _state(tmp_path) == NEW and (tmp_path / "3").is_symlink()


def _failing(at: int, failure: BaseException) -> Callable[[Path, Path], Path]:
    calls, replace = [], Path.replace

    def fails(source: Path, target: Path) -> Path:
        calls.append(source)
        if len(calls) == at:
            raise failure
        return replace(source, target)

    return fails


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_or_none_of_them(at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = _ready(tmp_path)
    failure = PermissionError(13, "Permission denied")
    monkeypatch.setattr(Path, "replace", _failing(at, failure))
    path = tmp_path / ("1", "2", "whole", "3")[at - 1]
    with pytest.raises(OutputError, match="can't be written: Permission denied") as caught:
        put_in_place(ready)
    assert str(caught.value).startswith(f"{path}: ")
    assert _state(tmp_path) == OLD


@pytest.mark.parametrize("at", [1, 3])
def test_without_hard_links_too(at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    monkeypatch.setattr(Path, "replace", _failing(at, OSError(28, "No space left on device")))
    with pytest.raises(OutputError, match="No space left"):
        put_in_place(_ready(tmp_path))
    assert _state(tmp_path) == OLD


@pytest.mark.skipif(os.name != "posix", reason="sends a signal as Unix does")
def test_what_would_end_the_program_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def ended(source: Path, target: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return replace(source, target)

    ready = _ready(tmp_path)
    monkeypatch.setattr(Path, "replace", ended)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored
    with pytest.raises(KeyboardInterrupt):
        put_in_place(ready)
    signal.signal(signal.SIGINT, before)
    assert _state(tmp_path) == NEW


# -- links, devices, two at once, other machines --------------------------------------------------


def test_a_link_stays_one_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for name in ("old.txt", "new.txt"):
        (tmp_path / name).symlink_to(f"there/{name}")
    (tmp_path / "there/old.txt").write_text("old", "utf-8")
    for name, force in (("old.txt", True), ("new.txt", False)):
        with written(tmp_path / name, force=force) as temporary:
            temporary.write_text("written", "utf-8")
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / "there" / name).read_text("utf-8") == "written"
    (tmp_path / "lost").symlink_to("nowhere/x.txt")
    with pytest.raises(OutputError, match="a link into a folder that does not exist"):
        check_output(tmp_path / "lost", force=True)


@pytest.mark.skipif(os.name != "posix", reason="a device of Unix")
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(OutputError, match="a device or the like"):
        check_output("/dev/null", force=True)


@pytest.mark.parametrize("nameless", [True, False])
def test_the_second_of_two_at_once_replaces_nothing(
    nameless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not nameless:
        monkeypatch.setattr(output, "_nameless", lambda folder: None)
    path = tmp_path / "out.txt"
    with pytest.raises(FileExistsAlreadyError, match="--force"), written(path) as temporary:
        temporary.write_text("second", "utf-8")
        path.write_text("first", "utf-8")
    assert path.read_text("utf-8") == "first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("first", "second"),
    [("a", "./a"), ("a", "A"), ("a", "link"), ("old", "same"), ("old", "link to old")],
)
def test_two_outputs_are_never_one_file(first: str, second: str, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old", "utf-8")
    os.link(tmp_path / "old", tmp_path / "same")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "link to old").symlink_to("old")
    with pytest.raises(OutputError, match="two outputs can't have the same name"):
        check_apart([Path(f"{tmp_path}/{first}"), Path(f"{tmp_path}/{second}")])
    check_apart([tmp_path / "a", tmp_path / "b", tmp_path / "old"])


GONE = 2**22 + 1  # no process has such a number


def test_what_other_machines_are_writing_stays(tmp_path: Path) -> None:
    mine = tmp_path / f".tracer-{output._machine()}-{GONE}-x.tmp"
    theirs = tmp_path / f".tracer-0123abcd-{GONE}-x.tmp"
    forgotten = tmp_path / f".tracer-0123abcd-{GONE}-y.tmp"
    running = tmp_path / f".tracer-{output._machine()}-{os.getpid()}-x.tmp"
    for folder in (mine, theirs, forgotten, running):
        folder.mkdir()
        (folder / "a.xlsx").write_text("answers", "utf-8")
    os.utime(forgotten, (0, 0))
    with aside(tmp_path):
        assert not mine.exists() and not forgotten.exists()
    assert sorted(tmp_path.iterdir()) == sorted([theirs, running])


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_what_is_private_can_be_read_by_nobody_else(tmp_path: Path) -> None:
    with written(tmp_path / "secret", private=True) as temporary:
        temporary.write_text("", "utf-8")
    ready = _ready(tmp_path)
    put_in_place(ready, {tmp_path / "1"})
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("secret", "1", "2")}
    assert modes["secret"] == modes["1"] == 0o600
    assert modes["2"] != 0o600  # what it replaces wasn't


def test_what_fails_aside_is_told_by_the_name_of_its_place(tmp_path: Path) -> None:
    message = f"{tmp_path}: can't be written: No space left on device. Nothing was changed."
    failure = OSError(28, "No space left on device")
    with pytest.raises(OutputError) as caught, aside(tmp_path) as at, written(at / "1.xlsx"):
        raise failure
    assert str(caught.value) == message
