"""What derived quantities and steps are called: one row per kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One kind of derived quantity: its name in either vocabulary, and its step's words."""

    words: str
    ng: str
    title: str
    explain: str


KINDS: dict[str, Row] = {
    "error": Row(
        "error_at_{}", "d{}", "Error at {}",
        "How much the loss grows for a small growth of each of these numbers: what comes back"
        " from all that is computed from them.",
    ),
    "slope": Row(
        "slope_of_{}", "slope_{}", "Slope of {}",
        "How strongly each of these numbers answers to a small change of what goes into its"
        " function.",
    ),
    "delta": Row(
        "delta_{}", "d{}", "Delta at {}",
        "The error times the slope: how much the loss grows for a small growth of what goes into"
        " the function.",
    ),
    "combined": Row(
        "delta_{}", "d{}", "Delta at {}",
        "The slope of the activation and that of the cross-entropy cancel: what remains is"
        " prediction minus target.",
    ),
    "inside": Row(
        "error_inside_{}", "d_{}", "Error inside {}",
        "How much the loss grows for a small growth of a part of this equation.",
    ),
    "gradient": Row(
        "gradient_{}", "d{}", "Gradients of {}",
        "How much the loss grows for a small growth of each parameter: what came in, times the"
        " delta behind it, added up over the samples.",
    ),
}  # fmt: skip
#: What is said where one step holds several kinds of them; else each has its own sentence.
TOGETHER: dict[frozenset[str], str] = {
    frozenset({"error", "slope", "delta"}): (
        "The error that comes back from all that is computed from these numbers, times the slope"
        " of their function, is the delta: how much the loss grows for a small growth of what goes"
        " into the function."
    ),
    frozenset({"slope", "delta"}): (
        "The error that comes back, times the slope of the function, is the delta: how much the"
        " loss grows for a small growth of what goes into the function."
    ),
    frozenset({"error", "delta"}): (
        "The error that comes back, and the delta: how much the loss grows for a small growth of"
        " what goes into the function."
    ),
    frozenset({"error", "inside"}): (
        "The error that comes back, and how much of it reaches each part of this equation."
    ),
    frozenset({"error", "inside", "slope", "delta"}): (
        "The error that comes back, how much of it reaches each part, and times the slope of the"
        " function the delta."
    ),
}
VOCABULARIES = ("words", "ng")


def name_of(kind: str, about: str, vocabulary: str) -> str:
    """Return the name of a derived quantity."""
    row = KINDS[kind]
    return (row.words if vocabulary == "words" else row.ng).format(about)


def explained(kinds: Iterable[str]) -> str:
    """Return the sentences of a step that holds derived quantities of these kinds."""
    kinds = tuple(dict.fromkeys(kinds))
    together = TOGETHER.get(frozenset(kinds))
    return together or " ".join(KINDS[kind].explain for kind in kinds)


def spoken(name: str) -> str:
    """Return a quantity's name as it reads in a title."""
    return name.replace("_", " ").strip()
