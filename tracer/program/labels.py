"""What may say by label which numbers are picked: data, or the places that argmax finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

from tracer.language.expression import Apply, EquationError, Hits, Name, Node, names, walk
from tracer.program.model import Role

#: What doesn't change while training runs, so that its labels can be checked beforehand.
DATA: tuple[Role, ...] = ("given", "prepared", "batch")


def labels_in(expression: Node) -> Iterator[Hits]:
    """Yield each place where numbers are chosen by label."""
    return (part for part in walk(expression) if isinstance(part, Hits))


def check_labels(expression: Node, role_of: Callable[[Name], Role]) -> None:
    """Raise EquationError where labels are computed, and might be no labels."""
    for hits in labels_in(expression):
        (labels,) = hits.args
        if _places(labels) <= hits.size:
            continue
        if any(role_of(name) not in DATA for name in names(labels)):
            raise EquationError(
                f"labels must be given: they are whole numbers from 0 to {hits.size - 1}",
                labels.span,
                "Computed ones can only be those of argmax, written here:"
                " eye(3)[argmax(p, axis=1)].",
            )


def _places(labels: Node) -> float:
    """Return how many places labels may say at most, by how they are computed."""
    if isinstance(labels, Apply) and labels.function in ("argmax", "argmin"):
        arg = labels.args[0]
        return prod(arg.shape) if labels.axis is None else arg.shape[labels.axis]
    return float("inf")
