"""What derived quantities and steps are called: one row per kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracer.program.model import Step
from tracer.wording import Said, load


@dataclass(frozen=True)
class QuantityKind:
    """One kind of derived quantity: its name in either vocabulary.

    The wording has the title of its step, and under the same key the sentence about it.
    """

    words: str
    ng: str


KINDS: dict[str, QuantityKind] = {
    "error": QuantityKind("error_at_{}", "d{}"),
    "slope": QuantityKind("slope_of_{}", "slope_{}"),
    "delta": QuantityKind("delta_{}", "d{}"),
    "combined": QuantityKind("delta_{}", "d{}"),
    "inside": QuantityKind("error_inside_{}", "d_{}"),
    "gradient": QuantityKind("gradient_{}", "d{}"),
}
#: Kinds that one sentence is said of where a step holds them; else each has its own sentence.
TOGETHER = (
    ("error", "slope", "delta"),
    ("slope", "delta"),
    ("error", "delta"),
    ("error", "inside"),
    ("error", "inside", "slope", "delta"),
)
#: What a learning rate is called where a template has one without naming it as the rate.
RATE_NAMES = ("lr", "learning_rate", "eta", "alpha", "rate", "step_size")
VOCABULARIES = ("words", "ng")


def name_of(kind: str, about: str, vocabulary: str) -> str:
    """Return the name of a derived quantity."""
    row = KINDS[kind]
    return (row.words if vocabulary == "words" else row.ng).format(about)


def titled(kind: str, subject: str) -> Said:
    """Return the title of a step that holds one derived quantity."""
    return Said(f"derived_titles.{kind}", {"name": spoken(subject)})


def explained(kinds: Iterable[str]) -> Said:
    """Return the sentences of a step that holds derived quantities of these kinds."""
    kinds = tuple(dict.fromkeys(kinds))
    for together in TOGETHER:
        if set(together) == set(kinds):
            return Said(f"derived.{'_'.join(together)}")
    each = [Said(f"derived.{kind}") for kind in kinds]
    sentences = [part for said in each for part in (said, " ")][:-1]
    return each[0] if len(each) == 1 else Said("derived.sentences", {"all": tuple(sentences)})


def gradients_of(names: Sequence[str]) -> Said:
    """Return the title of the step that holds the gradients of these parameters."""
    if len(names) == 1:
        return titled("gradient", names[0])
    texts = [spoken(name) for name in names]
    return Said("derived_titles.gradients", {"names": ", ".join(texts[:-1]), "last": texts[-1]})


def step_of(phase: str, title: Said, equations: Sequence[str], explain: Said) -> Step:
    """Return a derived step, its texts in the commands' language until another is wanted."""
    step = Step("", "", phase, tuple(equations), said=(title, explain))
    return step.worded(load())


def spoken(name: str) -> str:
    """Return a quantity's name as it reads in a title."""
    return name.replace("_", " ").strip()


def free_name(name: str, taken: set[str]) -> str:
    """Return a name that nothing has yet, and take it."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found)
    return found
