"""What a row of the catalogue is, and the small words that rows are written with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tracer.language.build import operation
from tracer.language.expression import (
    Apply,
    Helper,
    Index,
    Name,
    Node,
    Number,
    Operation,
    Shape,
    base,
    is_leaf,
    map_parts,
    parts,
    walk,
)
from tracer.language.functions import PRIMITIVES, Array, is_activation
from tracer.language.operators import is_comparison
from tracer.practice.mistakes.attempt import Attempt
from tracer.wording import Said

#: What a mistake concerns: a part of the equation as it is written, or what has words.
Part = str | Said
#: A transformed equation, and what its mistake concerns.
Change = tuple[Node, Part]
#: A value for one cell, and what its mistake concerns.
Candidate = tuple[float, Part]


@dataclass(frozen=True)
class Mistake:
    """A row of the catalogue.

    `tried` is where the change is tried: "part" at every part of the equation, "whole" on
    the equation. `change` yields what may stand in its place. What it says stands in the
    wording's section `mistakes`. `common` is 1 for the mistakes that are made most, 3 for the
    rarest: rarer ones need more evidence. `typing` mistakes are made where numbers are typed,
    not while they are calculated.
    """

    key: str
    tried: Literal["part", "whole"]
    change: Callable[[Attempt, Node], Iterator[Change]]
    common: int = 2
    typing: bool = False


@dataclass(frozen=True)
class CellMistake:
    """A row of the catalogue for slips that concern single cells.

    `values` yields what a cell could hold; its last argument is how many decimals the student
    types. `copied` numbers are not calculated with, so they agree to the last digit.
    """

    key: str
    values: Callable[[Attempt, Index, float, int], Iterator[Candidate]]
    copied: bool = False


def said(row: Mistake | CellMistake, part: Part) -> Said:
    """Return what a row says of what its mistake concerns."""
    return Said(f"mistakes.{row.key}", {"part": part})


def detail(key: str, **values: object) -> Said:
    """Return what a mistake may concern, other than a part of the equation."""
    return Said(f"details.{key}", values)


def changed(attempt: Attempt, row: Mistake) -> Iterator[Change]:
    """Yield the whole equation with a row's change, wherever it can be made."""
    whole = attempt.expression
    if row.tried == "whole":
        yield from row.change(attempt, whole)
        return
    for part in walk(whole):
        for node, concerned in row.change(attempt, part):
            yield substituted(whole, part, node), concerned


def variants(attempt: Attempt, rows: Sequence[Mistake]) -> Iterator[tuple[Mistake, Part, Array]]:
    """Yield what rows of the catalogue give, wherever each can be made."""
    for row in rows:
        for node, concerned in changed(attempt, row):
            for values in attempt.results(node):
                yield row, concerned, values


def left_out(attempt: Attempt, row: Mistake) -> tuple[Node | None, tuple[Part, ...]]:
    """Return the equation with all left out that a row leaves out, and what that is.

    Of factors only parameters, which are what is left out in a whole chain. None where a row
    leaves out nothing, or where shapes wouldn't fit.
    """
    if row.tried == "whole":
        return None, ()
    concerned: list[Part] = []
    weights = {slot.name for slot in attempt.program.of_role("parameter", "updated")}

    def without(node: Node) -> Node:
        for made, part in row.change(attempt, node):
            inside = any(made is other for other in walk(node))
            if inside and (not row.key.endswith("factor_forgotten") or part in weights):
                concerned.append(part)
                return map_parts(made, without)
        return map_parts(node, without)

    node = attempt.fitting(without(attempt.expression))
    return (node, tuple(concerned)) if concerned else (None, ())


def substituted(node: Node, old: Node, new: Node) -> Node:
    """Return an expression with the one part that `old` is replaced."""
    if node is old:
        return new
    return map_parts(node, lambda part: substituted(part, old, new))


def renamed(node: Node, old: Name, new: Node) -> Node:
    """Return an expression with a name replaced wherever it occurs."""
    if isinstance(node, Name) and node.key == old.key:
        return new
    return map_parts(node, lambda part: renamed(part, old, new))


def is_operation(node: Node, *operators: str) -> bool:
    """Say whether a node is one of these operators, applied."""
    return isinstance(node, Operation) and node.operator in operators


def arguments(node: Node) -> tuple[Node, ...]:
    """Return what an operator or a function is applied to."""
    return node.args if isinstance(node, Operation | Apply) else ()


def same(a: Node, b: Node) -> bool:
    """Say whether two parts compute the same, wherever they stand."""
    return _plain(a) == _plain(b)


def _plain(node: Node) -> object:
    """Return a node without the places it stands at."""
    if isinstance(node, Helper):
        return _plain(node.body)
    facts = [
        getattr(node, name, None)
        for name in ("value", "id", "version", "operator", "function", "axis", "items", "keepdims")
    ]
    return type(node).__name__, str(facts), tuple(_plain(part) for part in parts(node))


# -- what a part is for ---------------------------------------------------------------------


def leaf_role(attempt: Attempt, node: Node) -> str:
    """Return the role of the quantity that a part shows, or nothing where it is computed here."""
    if not is_leaf(node):
        return ""
    slot = attempt.slot_of(base(node))
    return "" if slot is None else slot.role


def is_bias(attempt: Attempt, node: Node) -> bool:
    """Say whether an added term is a bias: a parameter or setting on the way forward."""
    return attempt.phase not in ("backward", "update") and leaf_role(attempt, node) in (
        "parameter",
        "updated",
        "given",
    )


def is_rate(attempt: Attempt, node: Node) -> bool:
    """Say whether a factor is the learning rate."""
    return is_leaf(node) and any(base(node).id == slot.name for slot in attempt.rates)


def is_slope(attempt: Attempt, node: Node) -> bool:
    """Say whether a factor is an activation's derivative: a(1 − a), 1 − t², or called so."""
    if isinstance(node, Helper):
        called = node.name.lower()
        return any(word in called for word in ("deriv", "prime", "slope", "grad")) or is_slope(
            attempt, node.body
        )
    if isinstance(node, Name):
        made = attempt.made(node)
        return made is not None and not isinstance(made, Name) and is_slope(attempt, made)
    if is_operation(node, "*"):
        left, right = arguments(node)
        rest = arguments(right)
        return is_operation(right, "-") and same(rest[1], left) and _is_number(rest[0], 1)
    if is_operation(node, "-"):
        one, square = arguments(node)
        return _is_number(one, 1) and is_operation(square, "**")
    return False


def is_mask(attempt: Attempt, node: Node) -> bool:
    """Say whether a factor is 1 where something holds and 0 elsewhere."""
    if isinstance(node, Name):
        made = attempt.made(node)
        return made is not None and not isinstance(made, Name) and is_mask(attempt, made)
    if isinstance(node, Helper):
        return is_mask(attempt, node.body)
    return isinstance(node, Operation) and is_comparison(node.operator)


def is_count(attempt: Attempt, node: Node) -> bool:
    """Say whether a divisor is a whole number: a count of samples, or a 2."""
    if isinstance(node, Number):
        return node.value == int(node.value)
    if is_leaf(node):
        slot = attempt.slot_of(base(node))
        return slot is not None and slot.size == 1 and bool((attempt.exact(slot) % 1 == 0).all())
    return is_operation(node, "*") and all(is_count(attempt, arg) for arg in arguments(node))


def is_correction(attempt: Attempt, node: Node) -> bool:
    """Say whether a divisor corrects an optimizer's start: 1 − beta ** t."""
    if isinstance(node, Name):
        made = attempt.made(node)
        return made is not None and not isinstance(made, Name) and is_correction(attempt, made)
    return (
        is_operation(node, "-")
        and is_operation(arguments(node)[1], "**")
        and _is_number(arguments(node)[0], 1)
    )


def _is_number(node: Node, value: float) -> bool:
    return isinstance(node, Number) and node.value == value


def activation(attempt: Attempt, node: Node) -> tuple[str, Node] | None:
    """Return an activation function's name and what it is applied to."""
    if isinstance(node, Apply) and is_activation(node.function):
        return node.function, node.args[0]
    if isinstance(node, Helper) and node.args and not is_slope(attempt, node):
        alone = len(node.args) == 1 and node.shape == node.body.shape
        if (alone or is_activation(node.name)) and node.args[0].shape == node.shape:
            return node.name, node.args[0]
    power = _sigmoid_power(node)
    return None if power is None else ("sigmoid", operation("neg", power))


def _sigmoid_power(node: Node) -> Node | None:
    """Return the exponent of a sigmoid that is written out, -x of 1 / (1 + exp(-x))."""
    if not is_operation(node, "/") or not _is_number(arguments(node)[0], 1):
        return None
    below = arguments(node)[1]
    if not is_operation(below, "+") or not _is_number(arguments(below)[0], 1):
        return None
    power = arguments(below)[1]
    return power.args[0] if isinstance(power, Apply) and power.function == "exp" else None


def elementwise(node: Node) -> bool:
    """Say whether a node is an elementwise function of one argument."""
    return (
        isinstance(node, Apply)
        and PRIMITIVES[node.function].kind == "elementwise"
        and len(node.args) == 1
    )


def flat(shape: Shape) -> bool:
    """Say whether an array has at most one row or column: transposing it changes no number."""
    return len(shape) < 2 or 1 in shape
