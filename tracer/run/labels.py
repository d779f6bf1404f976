"""Labels among the data: whole numbers from 0 that say which number of a row is picked."""

from __future__ import annotations

import numpy as np

from tracer.errors import RunError
from tracer.language.evaluate import evaluate
from tracer.language.expression import Name, Node, Reshape, Shape, map_parts, names
from tracer.language.functions import Array
from tracer.language.shapes import shaped
from tracer.program.labels import DATA, labels_in
from tracer.program.model import Program, Slot
from tracer.run.machine import Machine


def check_labels(program: Program, machine: Machine) -> None:
    """Raise RunError where a label of the data is none: of all samples, also of later ones."""
    for assignment in program.assignments:
        for hits in labels_in(assignment.equation.expression):
            (labels,) = hits.args
            if any(program.slot(name).role not in DATA for name in names(labels)):
                continue
            found = _of_all_samples(program, machine, labels)
            wrong = found[(found != np.floor(found)) | (found < 0) | (found >= hits.size)]
            if wrong.size:
                step = program.steps[assignment.step]
                named = ", ".join(dict.fromkeys(name.id for name in names(labels))) or "a list"
                raise RunError(
                    f'step {step.number} "{step.title}": {named} says {wrong.flat[0]:g} as a label,'
                    f" but labels are whole numbers from 0 to {hits.size - 1}.",
                    0,
                )


def _of_all_samples(program: Program, machine: Machine, labels: Node) -> Array:
    def slot_of(name: Name) -> Slot:
        slot = program.slot(name)
        return program.whole(slot) if slot.role == "batch" else slot

    def lookup(name: Name) -> tuple[int, Shape]:
        slot = slot_of(name)
        return slot.version, slot.shape

    whole = shaped(_in_any_shape(labels), lookup)
    return evaluate(whole, lambda name: machine.views[program.slot(name).key])


def _in_any_shape(labels: Node) -> Node:
    """Return labels without a change of shape, which would be that of a batch."""
    inner = map_parts(labels, _in_any_shape)
    return inner.arg if isinstance(inner, Reshape) else inner
