"""What must hold for a program as a whole: its batch, what it carries on, its single numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tracer.errors import did_you_mean
from tracer.language.expression import Shape, shape_text
from tracer.program.model import Batch, Slot


def split_sizes(batch: Batch, current: Mapping[str, Slot], faults: list[str]) -> dict[str, int]:
    """Return how many samples each batched array has; add to `faults` what can't be split."""
    counts: dict[str, int] = {}
    for name in (*batch.names, *batch.turns):
        slot = current.get(name)
        if slot is not None and slot.role == "parameter":
            faults.append(f"batch: '{name}' is a parameter; only data can be split.")
        elif slot is None or slot.role not in ("given", "prepared"):
            near = did_you_mean(name, current)
            faults.append(f"batch: '{name}' is not given or prepared.{near}")
        elif len(slot.shape) <= batch.axis:
            faults.append(f"batch: {name} is a {shape_text(slot.shape)} and can't be split.")
        else:
            counts[name] = slot.shape[batch.axis]
    return counts


def samples_of(batch: Batch, counts: Mapping[str, int], faults: list[str]) -> int:
    """Return how many samples the batched arrays have together; 0 where there are none."""
    split = {name: count for name, count in counts.items() if name not in batch.turns}
    if len(set(split.values())) > 1:
        listed = ", ".join(f"{name} has {count}" for name, count in split.items())
        faults.append(f"batch: the arrays must have equally many samples: {listed}.")
    both = [name for name in batch.turns if name in batch.names]
    faults += [f"batch: '{name}' is both in of and in cycle." for name in both]
    samples = next(iter(split.values()), 0)
    if split and not 1 <= batch.size <= samples:
        faults.append(f"batch: {batch.size} samples at a time, but there are {samples}.")
    beyond = [number for number in batch.order if number >= samples]
    if split and beyond:
        faults.append(
            f"batch: order has sample {beyond[0]}, but there are {samples}, counted from 0."
        )
    return samples


def batched(name: str, shape: Shape, batch: Batch) -> Shape:
    """Return the shape that one iteration sees of an array that is split."""
    return (*shape[: batch.axis], batch.taken(name), *shape[batch.axis + 1 :])


def wrong_number(what: str, name: str, current: Mapping[str, Slot]) -> Iterator[str]:
    """Yield why a quantity can't be the loss or a metric."""
    slot = current.get(name)
    if slot is None:
        yield f"the {what} '{name}' is not computed by any step.{did_you_mean(name, current)}"
    elif slot.size != 1:
        yield (
            f"the {what} '{name}' must be a single number, not {shape_text(slot.shape)}:"
            " take its sum or mean."
        )
