"""When a value is from, how often the learning rate is in, and what optimizers get wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tracer.language.build import applied, number, operation
from tracer.language.expression import Apply, Name, Node, Number, is_leaf
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.kinds import (
    Change,
    Mistake,
    arguments,
    detail,
    is_operation,
    is_rate,
    renamed,
    substituted,
)
from tracer.program.model import Role, Slot

#: What no training changes: given, made of it, or the samples of an iteration.
DATA = ("given", "prepared", "batch")
#: What a lesson prints, and a student may have numbers of their own for.
STARTS: tuple[Role, ...] = ("given", "batch", "parameter")
#: So many iterations before, at most, whose samples are tried.
MOST_BACK = 6


def _rate_twice(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Name) and is_rate(attempt, node):
        yield operation("*", node, node), node.id


def _rate_early(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Multiply by the learning rate before the update does."""
    if attempt.phase == "backward":
        for slot in attempt.rates:
            if all(name.id != slot.name for name in attempt.names):
                yield operation("*", node, attempt.name(slot)), slot.name


def _momentum_forms(attempt: Attempt, node: Node) -> Iterator[tuple[Change, Node]]:
    """Yield the terms of a running sum that are new, with what the old one is multiplied by."""
    if attempt.slot.role != "updated" or not is_operation(node, "+"):
        return
    for kept, fresh in (arguments(node), arguments(node)[::-1]):
        if not is_operation(kept, "*"):
            continue
        for old, share in (arguments(kept), arguments(kept)[::-1]):
            if isinstance(old, Name) and old.id == attempt.slot.name and isinstance(share, Name):
                yield (fresh, attempt.text(fresh)), share


def _rate_in_velocity(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Multiply the gradient by the rate as it enters the velocity, as TensorFlow does."""
    for (fresh, _), _share in _momentum_forms(attempt, node):
        for slot in attempt.rates:
            if all(name.id != slot.name for name in attempt.names):
                inside = operation("*", fresh, attempt.name(slot))
                yield substituted(node, fresh, inside), slot.name
                # And with a minus, as Keras does: its update adds the velocity.
                turned = operation("neg", inside)
                yield substituted(node, fresh, turned), f"−{slot.name}"


def _share_in_velocity(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Multiply the gradient by 1 - momentum, which makes the velocity a running mean."""
    for (fresh, text), share in _momentum_forms(attempt, node):
        rest = operation("*", fresh, operation("-", number(1), share))
        concerned = detail("one_minus_times", share=attempt.text(share), part=text)
        yield substituted(node, fresh, rest), concerned


def _corrected_carried_on(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Carry on what was made of a running mean by division, as Adam's corrected ones."""
    if attempt.iteration < 2 or attempt.slot.role != "updated":
        return
    for name in attempt.names:
        if name.id != attempt.slot.name:
            continue
        for slot, expression in attempt.uses(attempt.name(attempt.slot)):
            if slot.shape == name.shape and is_operation(expression, "/"):
                old = attempt.hold(attempt.own(slot, attempt.iteration - 1))
                before = detail("of_iteration", name=slot.name, number=attempt.iteration - 1)
                yield renamed(node, name, old), detail("in_place", one=before, other=name.id)


def _data_of_another(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Read the data of an iteration before: another sample's."""
    for name in attempt.names:
        slot = attempt.slot_of(name)
        if slot is None or slot.role != "batch":
            continue
        for before in range(max(1, attempt.iteration - MOST_BACK), attempt.iteration):
            old = attempt.hold(attempt.own(slot, before))
            concerned = detail("of_iteration", name=name.id, number=before)
            yield renamed(node, name, old), detail("in_place", one=concerned, other=name.id)


def _printed_numbers(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Use the lesson's own numbers where the student has others."""
    numbers, iteration = attempt.numbers, max(1, attempt.iteration)
    read = {name: slot for name in attempt.names if (slot := attempt.slot_of(name)) is not None}
    for slots in printed_sets(numbers, tuple(read.values()), iteration):
        changed = node
        for name, slot in read.items():
            if numbers.printed is not None and slot in slots:
                held = attempt.hold(numbers.printed.value(slot, iteration))
                changed = renamed(changed, name, held)
        yield changed, ", ".join(slot.name for slot in slots)


def printed_sets(
    numbers: OwnNumbers, slots: Sequence[Slot], iteration: int
) -> tuple[tuple[Slot, ...], ...]:
    """Return which of some slots may have been read from the lesson: one, the parameters, all.

    Only where the student's numbers are others; each choice once.
    """
    if numbers.printed is None:
        return ()
    printed = numbers.printed
    others = [
        slot
        for slot in slots
        if slot.role in STARTS
        and not np.array_equal(printed.value(slot, iteration), numbers.exact(slot, iteration))
    ]
    parameters = tuple(slot for slot in others if slot.role == "parameter")
    choices = [*((slot,) for slot in others), parameters, tuple(others)]
    return tuple(dict.fromkeys(choice for choice in choices if choice))


def _updated_early(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Use weights that this iteration has updated already, or is yet to update."""
    both = node
    changes = 0
    for name in attempt.names:
        slot = attempt.slot_of(name)
        if slot is None or slot.role != "parameter":
            continue
        newest = attempt.program.newest(slot.name)
        if (
            newest.role == "updated"
            and newest.shape == slot.shape
            and slot.name != attempt.slot.name
        ):
            yield renamed(node, name, attempt.name(newest)), name.id
            both = renamed(both, name, attempt.name(newest))
            changes += 1
    if changes > 1:
        yield both, detail("all")


def _old_for_new(attempt: Attempt, node: Node) -> Iterator[Change]:
    for name in attempt.names:
        slot = attempt.slot_of(name)
        if slot is not None and slot.role == "updated":
            yield renamed(node, name, attempt.name(attempt.program.start(slot.name))), name.id


def _stale(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Use values of the iteration before: one of them, or all that training changes."""
    if attempt.iteration < 2:
        return
    everything, changes = node, 0
    for name in attempt.names:
        slot = attempt.slot_of(name)
        if slot is None or slot.role in DATA:
            continue
        old = attempt.hold(attempt.own(slot, attempt.iteration - 1))
        concerned = detail("of_iteration", name=name.id, number=attempt.iteration - 1)
        yield renamed(node, name, old), concerned
        everything, changes = renamed(everything, name, old), changes + 1
    if changes > 1:
        yield everything, detail("values_of_iteration", number=attempt.iteration - 1)


def _first_forever(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Use the values of the first iteration, as a forward pass that is never computed again."""
    if attempt.iteration < 3:
        return
    for name in attempt.names:
        slot = attempt.slot_of(name)
        if slot is not None and slot.role not in DATA:
            first = attempt.hold(attempt.own(slot, 1))
            yield renamed(node, name, first), detail("of_iteration", name=name.id, number=1)


def _own_value_before(attempt: Attempt, node: Node) -> Iterator[Change]:
    if attempt.iteration >= 2:
        yield attempt.hold(attempt.own(attempt.slot, attempt.iteration - 1)), attempt.slot.name


def _not_updated(attempt: Attempt, node: Node) -> Iterator[Change]:
    if attempt.slot.role == "updated":
        yield attempt.name(attempt.program.start(attempt.slot.name)), attempt.slot.name


def _another_quantity(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Fill in what belongs to another quantity of the same shape."""
    read = {name.key for name in attempt.names}
    for slot in attempt.program.slots:
        if attempt.slot.size == 1 and slot.key not in read:
            continue  # single numbers look like too many others
        if (
            slot.shape == attempt.slot.shape
            and slot.key != attempt.slot.key
            and _before(attempt, slot)
        ):
            yield attempt.name(slot), slot.label or slot.name


def _before(attempt: Attempt, slot: Slot) -> bool:
    """Say whether a quantity is known by then: nobody copies what comes later."""
    known = {a.slot.key for a in attempt.program.iterate}
    order = [a.slot.key for a in attempt.program.iterate]
    if attempt.slot.key not in known:
        return slot.role in ("given", "prepared")
    return slot.key not in known or order.index(slot.key) < order.index(attempt.slot.key) + 3


def _epsilon_inside(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "+"):
        root, small = arguments(node)
        if isinstance(root, Apply) and root.function == "sqrt" and is_leaf_or_number(small):
            yield applied("sqrt", operation("+", root.args[0], small)), attempt.text(small)
    if isinstance(node, Apply) and node.function == "sqrt" and is_operation(node.args[0], "+"):
        inner, small = arguments(node.args[0])
        yield operation("+", applied("sqrt", inner), small), attempt.text(small)


def is_leaf_or_number(node: Node) -> bool:
    """Say whether a term is a single quantity or constant."""
    return is_leaf(node) or isinstance(node, Number)


def _step_count(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "**") and not isinstance(arguments(node)[1], Number):
        power, exponent = arguments(node)
        for by, key in ((-1.0, "one_less"), (1.0, "one_more")):
            off = operation("+", exponent, number(by))
            yield operation("**", power, off), detail(key, part=attempt.text(exponent))


def _shares_exchanged(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Exchange beta and 1 − beta in a running mean."""
    rests = [n for n in attempt.names if n.shape == () or attempt.program.slot(n).size == 1]
    written = attempt.assignment.equation.text.replace(" ", "")
    for name in rests:
        if f"1-{name.id}" in written:
            yield renamed(node, name, operation("-", number(1), name)), name.id


def _betas(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Use another given number of a similar name, such as beta2 for beta1."""
    for name in attempt.names:
        slot = attempt.slot_of(name)
        if slot is None or slot.size != 1 or slot.role != "given":
            continue
        for other in attempt.program.of_role("given"):
            alike = other.name[:2] == name.id[:2] or {other.name, name.id} <= {"rho", "beta"}
            if other.size == 1 and other.name != name.id and alike:
                yield (
                    renamed(node, name, attempt.name(other)),
                    detail("in_place", one=other.name, other=name.id),
                )


TIMING = (
    Mistake("rate_twice", "part", _rate_twice, 1),
    Mistake("rate_too_early", "whole", _rate_early, 1),
    Mistake("rate_in_the_velocity", "part", _rate_in_velocity, 1),
    Mistake("share_in_the_velocity", "part", _share_in_velocity, 1),
    Mistake("corrected_carried_on", "whole", _corrected_carried_on, 1),
    Mistake("printed_numbers", "whole", _printed_numbers, 1),
    Mistake("data_of_another", "whole", _data_of_another),
    Mistake("updated_too_early", "whole", _updated_early, 1),
    Mistake("old_value_used", "whole", _old_for_new, 1),
    Mistake("stale", "whole", _stale, 1),
    Mistake("stale_for_ever", "whole", _first_forever),
    Mistake("value_of_the_iteration_before", "whole", _own_value_before, 1),
    Mistake("not_updated", "whole", _not_updated, 1),
    Mistake("another_quantity", "whole", _another_quantity),
    Mistake("epsilon_in_the_root", "part", _epsilon_inside, 1),
    Mistake("step_count", "part", _step_count, 1),
    Mistake("betas_swapped", "whole", _betas, 1),
    Mistake("shares_exchanged", "whole", _shares_exchanged, 1),
)
