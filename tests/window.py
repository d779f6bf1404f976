"""A spreadsheet program in a window, on a screen of its own: what a person types, and gets."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.spreadsheet import SOFFICE

_TOOLS = [shutil.which(tool) for tool in ("Xvfb", "xdotool")]
#: LibreOffice without its windows has none of these.
_WINDOWS = [*Path("/usr/lib/libreoffice/program").glob("libvclplug_gtk3lo.so")]
needs_window = pytest.mark.skipif(
    SOFFICE is None or not all(_TOOLS) or not _WINDOWS,
    reason="needs LibreOffice with windows, Xvfb and xdotool",
)
SCREEN = "1366x768x24"
# A file in another format than its own is saved without a question.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Save/Document">
<prop oor:name="WarnAlienFormat" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-US</value></prop></item>
</oor:items>
"""
_BARE = {"SAL_USE_VCLPLUGIN": "gtk3", "NO_AT_BRIDGE": "1", "GTK_USE_PORTAL": "0"}
#: How often (in seconds), and how many times, is looked whether the program is ready.
_PAUSE, _LOOKS, _STARTS = "0.1", 250, 3
#: So many ticks the program takes while it does nothing but blink.
_IDLE = 1


class Window:
    """A workbook open in a window; keys go to it."""

    def __init__(self, environment: Mapping[str, str], process: int) -> None:
        self._environment = {**environment}
        self._process = process

    def _tool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False
        )
        return done.stdout

    def there(self) -> bool:
        """Wait until the window is there and has nothing more to do; False if none comes."""
        for _ in range(_LOOKS):
            if self._tool("search", "--onlyvisible", "--name", "Calc").strip():
                self._settle()
                return True
            self._tool("sleep", _PAUSE)
        return False

    def _settle(self) -> None:
        """Wait until the program takes no more processor time: it has done what keys asked for."""
        quiet, before = 0, self._work()
        for _ in range(_LOOKS):
            self._tool("sleep", _PAUSE)
            now = self._work()
            quiet = quiet + 1 if now - before <= _IDLE else 0
            if quiet == 3:
                return
            before = now
        raise AssertionError("LibreOffice doesn't come to rest")

    def _work(self) -> int:
        """Return the processor time that the program has taken, in the system's ticks."""
        taken = 0
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text("utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            # Of its group: user and system time.
            if int(fields[2]) == self._process:
                taken += int(fields[11]) + int(fields[12])
        return taken

    def type(self, where: str, text: str) -> None:
        """Go to a cell, as `Sheet.B4`, and type into it."""
        self._tool("key", "ctrl+shift+t")
        self._settle()
        self._tool("type", "--delay", "30", where)
        self._tool("key", "Return")
        self._settle()
        # One key after the other, as people type: the program completes what it can meanwhile.
        for key in text:
            self._tool("type", key)
            self._settle()
        self._tool("key", "Return")
        self._settle()

    def save(self, path: Path) -> None:
        """Save the file, and wait until it is written."""
        before = path.stat().st_mtime_ns
        for _ in range(_STARTS):
            self._tool("key", "ctrl+s")
            self._settle()
            if path.stat().st_mtime_ns != before:
                return
        raise AssertionError("the file wasn't saved")


@contextmanager
def _started(
    path: Path, profile: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Start LibreOffice with a workbook; it is ended at the end."""
    assert SOFFICE is not None
    # Of a start before this that hung.
    path.with_name(f".~lock.{path.name}#").unlink(missing_ok=True)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
    options = [f"-env:UserInstallation={profile.as_uri()}", "--norestore", "--nologo", "--calc"]
    office = subprocess.Popen(
        [SOFFICE, *options, str(path)],
        env={**environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield office
    finally:
        os.killpg(office.pid, 9)
        office.wait()


@contextmanager
def opened(path: Path, folder: Path) -> Iterator[Window]:
    """Open a workbook in a window of LibreOffice, on a screen of 1366 × 768."""
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        # Without what a bare machine hasn't: services for reading aloud, and portals.
        environment = {**os.environ, "DISPLAY": f":{display}", **_BARE}
        # The program sometimes hangs as it starts; then it is started again.
        for attempt in range(_STARTS):
            with _started(path, folder / f"profile-{attempt}", environment) as office:
                window = Window(environment, office.pid)
                if window.there():
                    yield window
                    return
        pytest.skip("LibreOffice's window doesn't come up on this machine")
    finally:
        screen.kill()
        screen.wait()
