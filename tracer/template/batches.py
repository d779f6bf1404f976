"""`batch` in a template: which samples of which arrays one iteration uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracer.data.keys import Key, either, is_whole, table, texts, wanted, whole
from tracer.errors import TemplateError
from tracer.language.functions import Array
from tracer.program.model import Batch

AXES = {"rows": 0, "columns": 1}
BATCH = table(
    "a key of batch",
    Key(
        "size",
        wanted('"all" or a whole number from 1', lambda value: is_whole(value) and value >= 1),
        "how many samples; required",
    ),
    Key(
        "of",
        texts("a list of names"),
        "which arrays (default: all given matrices with as many samples as the first)",
    ),
    Key("axis", either("rows", "columns"), '`"rows"` (default) or `"columns"`', "rows"),
    Key(
        "order",
        either("in order", "shuffled"),
        '`"in order"` (default) or `"shuffled"`',
        "in order",
    ),
    Key("seed", whole(0), "of the order (default 1)", 1),
    Key("cycle", texts("a list of names"), "arrays with a length of their own", ()),
)


def read_batch(raw: Any, given: Mapping[str, Array], where: str) -> Batch | None:
    """Return what a template's `batch` says; None for all samples at once.

    `given` are its arrays, `where` names it in messages. Raises TemplateError with every
    fault found.
    """
    said = raw if isinstance(raw, dict) else {"size": raw}
    if said.get("size") == "all":
        return None
    faults = BATCH.faults(said, "batch: ")
    if "size" not in said:
        faults.append('batch: size must be "all" or a whole number from 1.')
    if faults:
        raise TemplateError("\n".join(f"{where}: {fault}" for fault in faults))
    read = BATCH.filled(said)
    named, cycle = read["of"], read["cycle"]
    along = AXES[read["axis"]]
    if named is None:
        wide = [
            n for n, a in given.items() if a.ndim == 2 and a.shape[along] > 1 and n not in cycle
        ]
        count = given[wide[0]].shape[along] if wide else 0
        named = [n for n in wide if given[n].shape[along] == count]
    if not named:
        raise TemplateError(f'{where}: batch: name the arrays to split: of = ["X", "y"].')
    shuffled = read["order"] == "shuffled"
    return Batch(read["size"], tuple(named), along, shuffled, read["seed"], tuple(cycle))


def written(batch: Batch | None) -> dict[str, Any] | str:
    """Return a template's `batch` that reads as this one, every key written out."""
    if batch is None:
        return "all"
    axes = {number: name for name, number in AXES.items()}
    table: dict[str, Any] = {
        "size": batch.size,
        "of": list(batch.names),
        "axis": axes[batch.axis],
        "order": "shuffled" if batch.shuffled else "in order",
        "seed": batch.seed,
    }
    return {**table, "cycle": list(batch.cycle)} if batch.cycle else table
