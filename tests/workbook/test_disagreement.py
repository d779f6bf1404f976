"""A small part of the search for disagreement: see `python -m tests.disagreement`."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.disagreement.__main__ import size_of, workbooks
from tests.disagreement.search import Tally, compare
from tests.spreadsheet import needs_office
from tests.workbook.engines import ENGINES

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_office]


def test_spreadsheet_programs_compute_what_was_recorded(tmp_path: Path) -> None:
    tally = Tally()
    compare([*islice(workbooks(tmp_path, 1, tally), 3)], tmp_path / "out", tally, size_of)
    assert tally.differences == []
    assert tally.equations["written"] > 40
    assert tally.cells["LibreOffice"] > 5_000
    assert not ENGINES["Gnumeric"].here or tally.cells["Gnumeric"] == tally.cells["LibreOffice"]
