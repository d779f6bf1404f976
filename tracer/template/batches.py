"""`batch` in a template: which samples of which arrays one iteration uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracer.errors import TemplateError, wrong_keys
from tracer.language.functions import Array
from tracer.program.model import Batch

BATCH_KEYS = ("size", "of", "axis", "order", "seed", "cycle")


def read_batch(raw: Any, given: Mapping[str, Array], where: str) -> Batch | None:
    """Return what a template's `batch` says; None for all samples at once.

    `given` are its arrays, `where` names it in messages. Raises TemplateError with every
    fault found.
    """
    table = raw if isinstance(raw, dict) else {"size": raw}
    if table.get("size") == "all":
        return None
    faults = wrong_keys(table, BATCH_KEYS, "batch")
    size, axis = table.get("size"), table.get("axis", "rows")
    order, seed = table.get("order", "in order"), table.get("seed", 1)
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        faults.append('batch: size must be "all" or a whole number from 1.')
    if axis not in ("rows", "columns"):
        faults.append('batch: axis must be "rows" or "columns".')
    if order not in ("in order", "shuffled"):
        faults.append('batch: order must be "in order" or "shuffled".')
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        faults.append("batch: seed must be a whole number from 0.")
    named, cycle = table.get("of"), table.get("cycle", [])
    faults += [
        f"batch: {key} must be a list of names."
        for key, value in (("of", named), ("cycle", cycle))
        if value is not None
        and (not isinstance(value, list) or any(not isinstance(name, str) for name in value))
    ]
    if faults:
        raise TemplateError("\n".join(f"{where}: {fault}" for fault in faults))
    along = 0 if axis == "rows" else 1
    if named is None:
        wide = [
            n for n, a in given.items() if a.ndim == 2 and a.shape[along] > 1 and n not in cycle
        ]
        count = given[wide[0]].shape[along] if wide else 0
        named = [n for n in wide if given[n].shape[along] == count]
    if not named:
        raise TemplateError(f'{where}: batch: name the arrays to split: of = ["X", "y"].')
    return Batch(size or 1, tuple(named), along, order == "shuffled", seed, tuple(cycle))
