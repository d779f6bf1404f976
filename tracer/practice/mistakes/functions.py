"""Activation functions, exponentials, logarithms, rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import log

from tracer.language.build import NOWHERE, applied, number, operation
from tracer.language.expression import Apply, Helper, Name, Node, is_leaf, map_parts, walk
from tracer.language.functions import is_activation
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.kinds import (
    Change,
    Mistake,
    Part,
    activation,
    arguments,
    detail,
    elementwise,
    is_operation,
    renamed,
)
from tracer.wording import Said


def _left_out(attempt: Attempt, node: Node) -> Iterator[Change]:
    found = activation(attempt, node)
    if found is not None:
        yield found[1], found[0]


def _twice(attempt: Attempt, node: Node) -> Iterator[Change]:
    found = activation(attempt, node)
    if found is not None and isinstance(node, Apply):
        yield replace(node, args=(node,)), found[0]
    elif found is not None and isinstance(node, Helper):
        once, inner = node.body, found[1]
        if isinstance(inner, Name):
            yield renamed(once, inner, once), found[0]


def _another(attempt: Attempt, node: Node) -> Iterator[Change]:
    found = activation(attempt, node)
    if found is not None:
        for other in ("sigmoid", "tanh", "relu"):
            if other != found[0]:
                yield applied(other, found[1]), detail("in_place", one=other, other=found[0])


def _applied_unasked(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Apply the activation that the next step would apply."""
    own = attempt.name(attempt.slot)
    for _, expression in attempt.uses(own):
        found = activation(attempt, expression)
        if found is not None and isinstance(expression, Apply) and expression.args[0] == found[1]:
            yield applied(expression.function, node), found[0]


def _sigmoid(form: str) -> Callable[[Attempt, Node], Iterator[Change]]:
    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        found = activation(attempt, node)
        if found is None or found[0] != "sigmoid":
            return
        power = applied("exp", operation("neg", found[1]))
        below = operation("+", number(1), power)
        made = {
            "no_reciprocal": below,
            "no_sign": operation(
                "/", number(1), operation("+", number(1), applied("exp", found[1]))
            ),
            "exponential_alone": power,
            "minus": operation("/", number(1), operation("-", number(1), power)),
            "no_one": operation("/", number(1), power),
            "bipolar": operation("-", operation("/", number(2), below), number(1)),
            "growing": operation("/", applied("exp", found[1]), below),
        }[form]
        yield made, attempt.text(found[1])

    return change


def _function_left_out(attempt: Attempt, node: Node) -> Iterator[Change]:
    if elementwise(node) and isinstance(node, Apply) and not is_activation(node.function):
        yield node.args[0], node.function


def _exponent_turned(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Apply) and node.function == "exp":
        arg = node.args[0]
        turned = arguments(arg)[0] if is_operation(arg, "neg") else operation("neg", arg)
        yield applied("exp", turned), attempt.text(node)


def _log_base(base: int) -> Callable[[Attempt, Node], Iterator[Change]]:
    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        """Take every logarithm to another base: nobody mixes them."""
        if any(isinstance(part, Apply) and part.function == "log" for part in walk(node)):
            yield _with_base(node, base), ""

    return change


def _with_base(node: Node, base: int) -> Node:
    inner = map_parts(node, lambda part: _with_base(part, base))
    if isinstance(inner, Apply) and inner.function == "log":
        return operation("/", inner, number(log(base)))
    return inner


def _softmax_linear(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Helper) and node.name == "softmax":
        yield operation("/", node.args[0], _total(node, node.args[0])), attempt.text(node.args[0])


def _softmax_unnormalised(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Helper) and node.name == "softmax":
        yield applied("exp", node.args[0]), attempt.text(node.args[0])


def _softmax_other_way(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Helper) and node.name == "softmax" and len(node.shape) == 2:
        powers = applied("exp", node.args[0])
        yield operation("/", powers, _total(node, powers, other=True)), attempt.text(node.args[0])


def _total(node: Helper, values: Node, *, other: bool = False) -> Node:
    axes = [p.axis for p in walk(node.body) if isinstance(p, Apply) and p.function == "sum"]
    axis = (axes[0] if axes and axes[0] is not None else -1) % max(1, len(node.shape))
    along = 1 - axis if other else axis
    return Apply(function="sum", args=(values,), axis=along, keepdims=True, span=NOWHERE)


def _before_activation(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Read the pre-activation where the activation is meant."""
    for name in attempt.names:
        made = attempt.made(name)
        found = None if made is None else activation(attempt, made)
        if found is not None:
            shown = _called(found[1]) if is_leaf(found[1]) else attempt.text(found[1])
            concerned = detail("in_place", one=shown, other=name.id)
            yield renamed(node, name, found[1]), concerned


def _after_activation(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Read the activation where the pre-activation is meant."""
    for name in attempt.names:
        for slot, expression in attempt.uses(name):
            found = activation(attempt, expression)
            if found is not None and isinstance(found[1], Name) and slot.key != attempt.slot.key:
                concerned = detail("in_place", one=slot.name, other=name.id)
                yield renamed(node, name, attempt.name(slot)), concerned


def _called(node: Node) -> Part:
    return node.id if isinstance(node, Name) else detail("pre_activation")


def _rounded_leaves(attempt: Attempt, node: Node) -> Iterator[Change]:
    for decimals in (1, 2, 3):
        every = detail("all_rounded", to=_to(decimals))
        yield _rounded(node, decimals, leaves_only=True), every
        for name in attempt.names if len(attempt.names) > 1 else ():
            rounded = applied("round", name, number(decimals))
            one = detail("one_rounded", name=name.id, to=_to(decimals))
            yield renamed(node, name, rounded), one


def _rounded_parts(attempt: Attempt, node: Node) -> Iterator[Change]:
    for decimals in (1, 2, 3):
        yield _rounded(node, decimals, leaves_only=False), _to(decimals)


def _to(count: int) -> Said:
    return detail("to_decimals", count=count)


def _rounded(node: Node, decimals: int, *, leaves_only: bool) -> Node:
    if isinstance(node, Name):
        return applied("round", node, number(decimals))
    inner = map_parts(node, lambda part: _rounded(part, decimals, leaves_only=leaves_only))
    arithmetic = isinstance(node, Apply) or is_operation(node, "*", "/", "**", "@")
    if leaves_only or not arithmetic:
        return inner
    return applied("round", inner, number(decimals))


FUNCTIONS = (
    Mistake("activation_forgotten", "part", _left_out, 1),
    Mistake("activation_twice", "part", _twice, 1),
    Mistake("activation_too_early", "whole", _applied_unasked, 1),
    Mistake("another_activation", "part", _another),
    Mistake("reciprocal_forgotten", "part", _sigmoid("no_reciprocal"), 1),
    Mistake("exponential_sign", "part", _sigmoid("no_sign"), 1),
    Mistake("exponential_alone", "part", _sigmoid("exponential_alone")),
    Mistake("sigmoid_with_minus", "part", _sigmoid("minus")),
    Mistake("sigmoid_without_one", "part", _sigmoid("no_one")),
    Mistake("sigmoid_bipolar", "part", _sigmoid("bipolar")),
    Mistake("sigmoid_numerator", "part", _sigmoid("growing"), 3),
    Mistake("exponent_turned", "part", _exponent_turned, 1),
    Mistake("function_forgotten", "part", _function_left_out),
    Mistake("log_base_10", "whole", _log_base(10), 1),
    Mistake("log_base_2", "whole", _log_base(2)),
    Mistake("softmax_without_exponential", "part", _softmax_linear, 1),
    Mistake("softmax_not_divided", "part", _softmax_unnormalised, 1),
    Mistake("softmax_wrong_way", "part", _softmax_other_way, 1),
    Mistake("pre_activation_used", "whole", _before_activation, 1),
    Mistake("activation_used", "whole", _after_activation, 1),
    Mistake("rounded_too_early", "whole", _rounded_leaves, 3),
    Mistake("rounded_on_the_way", "whole", _rounded_parts, 3),
)
