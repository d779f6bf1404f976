"""Files are written whole or not at all."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from tracer.errors import OutputError
from tracer.output import check_output, written


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with written(path) as temporary:
        temporary.write_text("half")
        assert not path.exists()
        assert temporary.parent == tmp_path
    assert path.read_text() == "half"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), ValueError("no")])
def test_what_fails_leaves_the_old_file_and_nothing_else(
    failure: Exception, tmp_path: Path
) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")
    wanted = OutputError if isinstance(failure, OSError) else ValueError
    with pytest.raises(wanted), written(path, force=True) as temporary:
        temporary.write_text("half")
        raise failure
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    message = "out.txt: can't be written: No space left on device. Nothing was changed."
    with pytest.raises(OutputError, match=message), written(tmp_path / "out.txt"):
        raise OSError(28, "No space left on device")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")
def test_permissions_are_an_ordinary_files(tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.write_text("")
    with written(tmp_path / "new") as temporary:
        temporary.write_text("")
    assert (tmp_path / "new").stat().st_mode == ordinary.stat().st_mode
    (tmp_path / "new").chmod(0o640)
    with written(tmp_path / "new", force=True) as temporary:
        temporary.write_text("")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("there.txt", "there.txt: the file exists; --force replaces it."),
        ("folder", "folder: this is a folder; name a file in it."),
        ("no/out.txt", "the folder .*no does not exist."),
        ("x" * 300, "File name too long"),
        ("a\0b", "null"),
    ],
)
def test_where_nothing_can_be_written(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=message):
        check_output(tmp_path / name, force=False)


def test_names_of_every_script(tmp_path: Path) -> None:
    path = tmp_path / "Ünï 网络 & «x» %s.xlsx"
    with written(path) as temporary:
        temporary.write_text("ok")
    assert path.read_text() == "ok"
