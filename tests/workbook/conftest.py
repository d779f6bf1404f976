"""Every lesson's workbook, written once for all tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import tracer
from tests.workbook.made import Made, make


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    folder = tmp_path_factory.mktemp("books")
    return _Books(folder)


class _Books(dict[str, Made]):
    """Makes each lesson's workbook when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __missing__(self, name: str) -> Made:
        assert name in tracer.template_names()
        self[name] = make(tracer.load_template(name), self.folder / f"{name}.xlsx")
        return self[name]
