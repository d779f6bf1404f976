"""A checked forward pass → the steps of its backward pass, as a person would write them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tracer.backward.vocabulary import (
    explained,
    free_name,
    gradients_of,
    name_of,
    spoken,
    step_of,
    titled,
)
from tracer.calculus.algebra import ONE, Term, Terms, expression, filled, is_plain, operation
from tracer.calculus.builtin import is_elementwise, table_call
from tracer.calculus.derive import Pullback
from tracer.calculus.shares import Kind, Namer
from tracer.errors import TemplateError
from tracer.language.build import named
from tracer.language.evaluate import evaluate
from tracer.language.expression import (
    Apply,
    Fill,
    Helper,
    Literal,
    Name,
    Node,
    SlotKey,
    key,
    names,
    parts,
    walk,
)
from tracer.language.functions import PRIMITIVES, Array
from tracer.language.source import source
from tracer.program.model import Assignment, Program, Slot, Step
from tracer.wording import Said

#: The phases of steps that are derived.
WRITTEN = ("backward", "update")
#: How near to 1 the numbers of a one-hot row must add up.
NEAR_ONE = 1e-12
#: A table written out of more operands than this gets an equation for each of its numbers.
MOST_IN_A_TABLE = 6


@dataclass(frozen=True)
class Derived:
    """Derived steps, in order, and which quantity is the gradient of which parameter."""

    steps: tuple[Step, ...]
    gradients: Mapping[str, str]


def derive(
    program: Program,
    values: Mapping[str, Array],
    vocabulary: str,
    source_name: str,
    *,
    only: Collection[str] | None = None,
    taken: Iterable[str] = (),
) -> Derived:
    """Return the backward pass of a program's loss, for every parameter it is computed from.

    `values` are the givens, `only` the parameters that follow this loss where not all do, and
    `taken` names that are in use besides the program's. Raises TemplateError where there is no
    loss, where no gradient reaches a parameter, or where a value is needed that a later equation
    has replaced.
    """
    return _Derivation(program, values, vocabulary, source_name, only, taken).derived()


@dataclass(frozen=True)
class _DerivedEquation:
    """One derived equation: what it is, and of which quantity."""

    kind: Kind
    subject: str
    equation: str


class _Derivation(Namer):
    def __init__(
        self,
        program: Program,
        values: Mapping[str, Array],
        vocabulary: str,
        source_name: str,
        only: Collection[str] | None,
        taken: Iterable[str],
    ) -> None:
        self._program = program
        self._only = only
        self._values = values
        self._vocabulary = vocabulary
        self._where = source_name
        self._steps: list[Step] = []
        self._taken = {*program.quantities(), *taken}
        self._newest = {slot.name: slot.version for slot in program.slots}
        self._known = {
            key(a.equation.expression): _name(a.slot)
            for a in program.iterate
            if self._newest[a.slot.name] == a.slot.version
        }
        self._active = self._find_active()
        self._about = ""
        self._parts: list[_DerivedEquation] = []

    def derived(self) -> Derived:
        program = self._program
        if program.loss is None:
            raise TemplateError(
                f'{self._where}: backward = "derived" needs a loss: loss = "…", the quantity'
                " to be made small."
            )
        loss = program.newest(program.loss)
        trained = [s for s in program.of_role("parameter") if s.key in self._active]
        if loss.key not in self._active:
            raise TemplateError(
                f"{self._where}: the loss '{program.loss}' is not computed from any"
                f" {'parameter' if self._only is None else 'of its parameters'},"
                " so there is nothing to derive."
            )
        pullback = Pullback(self)
        pullback.add(loss.key, ONE)
        for assignment in reversed(program.iterate):
            self._go_back(pullback, assignment)
        gradients = self._gradients(pullback, trained, loss)
        return Derived(tuple(self._steps), gradients)

    def _find_active(self) -> set[SlotKey]:
        """Return the keys of what changes with the parameters that follow this loss.

        What another loss's parameters were moved to is taken as it is: no gradient goes through
        an update.
        """
        program = self._program
        assigned = {a.slot.name for a in program.iterate}
        found = {
            slot.key
            for slot in program.of_role("parameter")
            if slot.name not in assigned and (self._only is None or slot.name in self._only)
        }
        for assignment in program.iterate:
            differentiated = program.steps[assignment.step].phase not in WRITTEN
            if differentiated and any(s.key in found for s in program.reads(assignment)):
                found.add(assignment.slot.key)
        return found

    def _go_back(self, pullback: Pullback, assignment: Assignment) -> None:
        self._about = assignment.slot.name
        gradient = pullback.gradient(assignment.slot.key)
        whole = _name(assignment.slot)
        node = assignment.equation.expression
        if not _names_itself(node):
            gradient = self.name("error", gradient, whole)
        pullback.pull(node, gradient, whole)
        self._finish_step()

    def _finish_step(self) -> None:
        """Make one step of what going back through an equation took."""
        if not self._parts:
            return
        first = self._parts[0]
        title = titled(first.kind, first.subject)
        if len(self._parts) > 1:
            title = Said("derived_titles.through", {"name": spoken(self._about)})
        explain = explained(part.kind for part in self._parts)
        equations = [part.equation for part in self._parts]
        self._steps.append(step_of("backward", title, equations, explain))
        self._parts = []

    def _gradients(self, pullback: Pullback, trained: Sequence[Slot], loss: Slot) -> dict[str, str]:
        found: dict[str, str] = {}
        layers: dict[frozenset[int], dict[str, list[str]]] = {}
        behind = self._program.behind(loss)
        for slot in trained:
            gradient = pullback.gradient(slot.key)
            if slot.key not in behind:
                continue
            if not gradient:
                raise TemplateError(
                    f"{self._where}: no gradient reaches '{slot.name}': all that leads from it to"
                    f" the loss has the slope 0 (step, sign, round, comparisons). Use a smooth"
                    " function, or write the update yourself."
                )
            node = expression(gradient)
            if node.shape != slot.shape:
                node = operation("*", node, filled(_name(slot), 1))
            name = free_name(name_of("gradient", slot.name, self._vocabulary), self._taken)
            self._check_current(node)
            layer = layers.setdefault(self._steps_that_read(slot), {})
            layer[slot.name] = [*self._split_up(name, node)]
            found[slot.name] = name
        for layer in layers.values():
            equations = [text for texts in layer.values() for text in texts]
            self._steps.append(
                step_of("backward", gradients_of([*layer]), equations, explained(["gradient"]))
            )
        return found

    def _split_up(self, name: str, node: Node) -> Iterator[str]:
        """Yield the equations of a gradient; a long table's numbers get equations of their own."""
        operands = sum(isinstance(part, Name) for part in walk(node))
        if not isinstance(node, Literal) or operands <= MOST_IN_A_TABLE:
            yield f"{name} = {source(node)}"
            return
        rows: list[list[str]] = []
        for i, row in enumerate(node.rows):
            rows.append([])
            for j, part in enumerate(row):
                # As the equations count: from 0.
                own = free_name(f"{name}_{j}" if node.vector else f"{name}_{i}_{j}", self._taken)
                rows[-1].append(own)
                yield f"{own} = {source(part)}"
        table = ", ".join(f"[{', '.join(row)}]" for row in rows)
        yield f"{name} = {table}" if node.vector else f"{name} = [{table}]"

    def _steps_that_read(self, slot: Slot) -> frozenset[int]:
        """Return the positions of the steps whose equations read a parameter: its layer."""
        return frozenset(assignment.step for assignment in self._program.readers(slot.key))

    # -- what the derivation of one equation asks ---------------------------------------

    def name(self, kind: Kind, gradient: Terms, about: Node | None) -> Terms:
        if is_plain(gradient):
            return gradient
        node = expression(gradient)
        self._check_current(node)
        subject = about.id if isinstance(about, Name) else self._about
        name = free_name(name_of(kind, subject, self._vocabulary), self._taken)
        self._parts.append(_DerivedEquation(kind, subject, f"{name} = {source(node)}"))
        return (Term(over=(Name(id=name, span=node.span, shape=node.shape),)),)

    def active(self, name: Name) -> bool:
        return name.key in self._active

    def known(self, node: Node) -> Node | None:
        return None if isinstance(node, Name) else self._known.get(key(node))

    def adds_up_to_one(self, node: Node, axis: int) -> bool:
        if not isinstance(node, Name) or self._depends_on_training(node):
            return False
        values = self._constant(node)
        return bool(np.all(np.abs(values.sum(axis=axis) - 1) <= NEAR_ONE))

    def _depends_on_training(self, name: Name) -> bool:
        return self._program.slot(name).role not in ("given", "prepared", "batch")

    def _constant(self, name: Name) -> Array:
        """Return a given or prepared array; of a batch all samples."""
        slot = self._program.slot(name)
        if slot.role == "batch":
            slot = self._program.whole(slot)
        made = self._program.made(slot.key)
        if made is None:
            return self._values[slot.name]
        return evaluate(made.equation.expression, self._constant)

    def _check_current(self, node: Node) -> None:
        if isinstance(node, Fill) and all(map(self._is_as_large, names(node))):
            return
        if isinstance(node, Name) and self._newest.get(node.id, node.version) != node.version:
            raise TemplateError(
                f"{self._where}: the derived backward pass needs a value of '{node.id}' that"
                " a later equation replaces: give the later one a name of its own."
            )
        for part in parts(node):
            self._check_current(part)

    def _is_as_large(self, name: Name) -> bool:
        """Say whether the newest value of a name has the shape of this one."""
        if name.id not in self._newest:
            return True
        return self._program.newest(name.id).shape == name.shape


def _names_itself(node: Node) -> bool:
    """Say whether what comes back through an equation gets its name on the way."""
    if isinstance(node, Apply):
        return len(node.args) == 1 and PRIMITIVES[node.function].kind == "elementwise"
    if not isinstance(node, Helper) or not node.args:
        return False
    meant = table_call(node)
    if meant is not None:
        return bool(meant.function.slope) or meant.axis is not None
    return len(node.args) == 1 and is_elementwise(node, node.args[0])


def _name(slot: Slot) -> Name:
    return named(slot.key, slot.shape)
