"""`batch` in a template: which samples of which arrays one iteration uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracer.data.keys import Key, either, is_texts, is_whole, table, texts, wanted, whole
from tracer.errors import TemplateError
from tracer.language.functions import Array
from tracer.program.model import Batch

AXES = {"rows": 0, "columns": 1}


def _is_order(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(is_whole(number) and number >= 0 for number in value)
    return value in ("in order", "shuffled")


def _is_cycle(value: Any) -> bool:
    if isinstance(value, dict):
        return all(is_whole(count) and count >= 1 for count in value.values())
    return is_texts(value)


BATCH = table(
    "a key of batch",
    Key(
        "size",
        wanted('"all" or a whole number from 1', lambda value: is_whole(value) and value >= 1),
        "how many samples; required, unless `of` is empty",
    ),
    Key(
        "of",
        texts("a list of names"),
        "which arrays (default: all given matrices with as many samples as the first);"
        " `[]`: only those of `cycle`",
    ),
    Key("axis", either("rows", "columns"), '`"rows"` (default) or `"columns"`', "rows"),
    Key(
        "order",
        wanted('"in order", "shuffled" or a list of sample numbers from 0', _is_order),
        '`"in order"` (default), `"shuffled"`, or `[3, 0, 2]`: which samples, counted from 0, the'
        " iterations take one after the other, `size` at a time, over and over",
        "in order",
    ),
    Key("seed", whole(0), "of the order (default 1)", 1),
    Key(
        "cycle",
        wanted("a list of names, or a table of names with how many rows of each", _is_cycle),
        'arrays with a length of their own: `["mask"]`, or `{ mask = 4 }` where an iteration'
        " takes so many of their rows instead of `size`",
        (),
    ),
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
    alone = said.get("of") == [] and bool(said.get("cycle"))
    if "size" not in said and not (alone and isinstance(said.get("cycle"), dict)):
        faults.append('batch: size must be "all" or a whole number from 1.')
    if faults:
        raise TemplateError("\n".join(f"{where}: {fault}" for fault in faults))
    read = BATCH.filled(said)
    named, cycle, order = read["of"], _turns(read["cycle"], read["size"]), read["order"]
    along = AXES[read["axis"]]
    if named is None:
        wide = [
            n for n, a in given.items() if a.ndim == 2 and a.shape[along] > 1 and n not in cycle
        ]
        count = given[wide[0]].shape[along] if wide else 0
        named = [n for n in wide if given[n].shape[along] == count]
    if not named and not alone:
        raise TemplateError(f'{where}: batch: name the arrays to split: of = ["X", "y"].')
    return Batch(
        size=read["size"] if named else 0,
        names=tuple(named),
        axis=along,
        shuffled=order == "shuffled",
        seed=read["seed"],
        cycle=tuple(cycle.items()),
        order=tuple(order) if isinstance(order, list) else (),
    )


def _turns(cycle: Sequence[str] | Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many rows an iteration takes of each array with a length of its own."""
    return dict(cycle) if isinstance(cycle, Mapping) else dict.fromkeys(cycle, size)


def written(batch: Batch | None) -> dict[str, Any] | str:
    """Return a template's `batch` that reads as this one, every key written out."""
    if batch is None:
        return "all"
    axes = {number: name for name, number in AXES.items()}
    table: dict[str, Any] = {
        "size": batch.size,
        "of": list(batch.names),
        "axis": axes[batch.axis],
        "order": list(batch.order) or ("shuffled" if batch.shuffled else "in order"),
        "seed": batch.seed,
    }
    if not batch.size:
        del table["size"]
    if not batch.cycle:
        return table
    alike = batch.size and set(batch.turns.values()) == {batch.size}
    return {**table, "cycle": list(batch.turns) if alike else dict(batch.turns)}
