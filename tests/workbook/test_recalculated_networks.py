"""Workbooks of newly written networks, recalculated by LibreOffice."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.network.made import templated
from tests.spreadsheet import differences, needs_office, recalculated
from tests.workbook.made import Made, make
from tracer.backward.optimizers import OPTIMIZERS, SCHEDULES
from tracer.network.activations import ACTIVATIONS
from tracer.network.losses import LOSSES

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_office]

TABLE = "a,b,kind\n" + "".join(f"{i % 5},{i * 7 % 4},{'xyz'[i % 3]}\n" for i in range(12))
NETWORKS: dict[str, tuple[str, dict[str, object]]] = {
    "dropout, shuffled batches, test rows": (
        "moons",
        {
            "samples": "12",
            "layers": "4,3,1",
            "dropout": "0.25,0",
            "batch": "5",
            "test": "3",
            "optimizer": "adam",
            "schedule": "cosine:over=50",
            "l2": "0.01",
            "clip": "1",
            "names": "ng",
        },
    ),
    "batch normalisation": (
        "moons",
        {"samples": "11", "batch_norm": True, "loss": "hinge", "activation": "gelu"},
    ),
    "more rows than a function takes arguments": ("moons", {"samples": "300"}),
    "three classes": (
        "three.csv",
        {
            "target": ("kind",),
            "dropout": "0.5",
            "batch_norm": True,
            "activation": "silu",
            "batch": "5",
            "optimizer": "adamw",
        },
    ),
    "numbers": (
        "line",
        {"samples": "9", "activation": "elu", "loss": "huber", "scale_target": "standardise"},
    ),
}


#: Data for a kind of target.
DATA: dict[str, tuple[str, dict[str, object]]] = {
    "number": ("line", {"samples": "7"}),
    "two": ("circles", {"samples": "8"}),
    "several": ("three.csv", {"target": ("kind",)}),
}
#: Every activation, loss, optimizer and schedule at least once.
SETTINGS = {
    "step": ":every=3",
    "exponential": ":factor=0.9",
    "cosine": ":over=9",
    "warm_up": ":over=4",
}
for place, (activation, loss, optimizer, schedule) in enumerate(
    zip(
        *(islice(cycle(table), 11) for table in (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES)),
        strict=True,
    )
):
    kind = LOSSES[loss].kinds[place % len(LOSSES[loss].kinds)]
    data, options = DATA[kind]
    NETWORKS[f"{activation}, {loss}, {optimizer}, {schedule}"] = (
        data,
        {
            **options,
            "activation": activation,
            "loss": loss,
            "optimizer": optimizer,
            "schedule": schedule + SETTINGS.get(schedule, ""),
        },
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Made, Path]]:
    folder = tmp_path_factory.mktemp("networks")
    (folder / "three.csv").write_text(TABLE, "utf-8")
    books = {}
    for number, (name, (data, options)) in enumerate(NETWORKS.items()):
        template = templated(folder, data, **{**options, "iterations": "12"})
        books[name] = make(template, folder / f"n{number}.xlsx")
    files = recalculated([book.path for book in books.values()], folder / "out")
    return {name: (books[name], file) for name, file in zip(books, files, strict=True)}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_numbers_are_the_recorded_ones(
    name: str, made: Mapping[str, tuple[Made, Path]]
) -> None:
    book, recomputed = made[name]
    assert book.live
    found = differences(book.path, recomputed)
    if dict(NETWORKS[name][1]).get("batch_norm"):
        # What batch normalisation adds up over a batch is 0 but for the last bits.
        found = [d for d in found if not _is_noise(d[1], d[2])]
    assert found == []


def _is_noise(a: object, b: object) -> bool:
    return isinstance(a, int | float) and isinstance(b, int | float) and abs(a - b) < 1e-15


def test_every_row_of_the_tables_is_among_them() -> None:
    used = " ".join(NETWORKS)
    for table in (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES):
        assert [name for name in table if name not in used] == []
