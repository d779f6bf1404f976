"""The same inputs give the same bytes, whatever the surroundings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SURROUNDINGS = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"},
    {
        "TZ": "Pacific/Apia",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "4711",
        "OMP_NUM_THREADS": "4",
        "OPENBLAS_NUM_THREADS": "4",
        "PYTHONUTF8": "1",
    },
)
COMMANDS = {
    "workbook": "trace iris -n 12 -o FOLDER/out.xlsx",
    "German workbook": "trace ray --lang de --palette grey -o FOLDER/out.xlsx",
    "table": "trace ray -o FOLDER/out.csv",
    "template": "new FOLDER/out.toml --data moons --layers 4,1 --dropout 0.2",
    "practice": "practice ray --share 0.5 --seed 3 -o FOLDER/out.xlsx",
}


@pytest.mark.parametrize("what", COMMANDS)
def test_the_surroundings_change_no_byte(what: str, tmp_path: Path) -> None:
    made = []
    for number, settings in enumerate(SURROUNDINGS):
        folder = tmp_path / str(number)
        folder.mkdir()
        words = [word.replace("FOLDER", ".") for word in COMMANDS[what].split()]
        subprocess.run(
            [sys.executable, "-m", "tracer", *words],
            cwd=folder,
            check=True,
            capture_output=True,
            env={**os.environ, **settings},
        )
        (file,) = folder.glob("out.*")
        made.append(file.read_bytes())
    assert made[0] == made[1]
    assert len(made[0]) > 500
