"""Activation functions, exponentials, logarithms, rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import log

from tracer.language.expression import Apply, Helper, Name, Node, is_leaf, map_parts, walk
from tracer.practice.mistakes.attempt import NOWHERE, Attempt
from tracer.practice.mistakes.kinds import (
    ACTIVATIONS,
    Change,
    Mistake,
    activation,
    applied,
    arguments,
    elementwise,
    is_operation,
    number,
    operation,
    renamed,
)


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
                yield applied(other, found[1]), f"{other} in place of {found[0]}"


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
            "no reciprocal": below,
            "no sign": operation(
                "/", number(1), operation("+", number(1), applied("exp", found[1]))
            ),
            "exponential alone": power,
            "minus": operation("/", number(1), operation("-", number(1), power)),
            "growing": operation("/", applied("exp", found[1]), below),
        }[form]
        yield made, attempt.text(found[1])

    return change


def _function_left_out(attempt: Attempt, node: Node) -> Iterator[Change]:
    if elementwise(node) and isinstance(node, Apply) and node.function not in ACTIVATIONS:
        yield node.args[0], node.function


def _exponent_turned(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Apply) and node.function == "exp":
        arg = node.args[0]
        turned = arguments(arg)[0] if is_operation(arg, "neg") else operation("neg", arg)
        yield applied("exp", turned), attempt.text(node)


def _log_base_10(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Take every logarithm to base 10: nobody mixes them."""
    if any(isinstance(part, Apply) and part.function == "log" for part in walk(node)):
        yield _with_log_10(node), ""


def _with_log_10(node: Node) -> Node:
    inner = map_parts(node, _with_log_10)
    if isinstance(inner, Apply) and inner.function == "log":
        return operation("/", inner, number(log(10)))
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
            shown = attempt.text(found[1]) if not is_leaf(found[1]) else _called(found[1])
            yield renamed(node, name, found[1]), f"{shown} in place of {name.id}"


def _after_activation(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Read the activation where the pre-activation is meant."""
    for name in attempt.names:
        for slot, expression in attempt.uses(name):
            found = activation(attempt, expression)
            if found is not None and isinstance(found[1], Name) and slot.key != attempt.slot.key:
                yield renamed(node, name, attempt.name(slot)), f"{slot.name} in place of {name.id}"


def _called(node: Node) -> str:
    return node.id if isinstance(node, Name) else "the pre-activation"


def _rounded_leaves(attempt: Attempt, node: Node) -> Iterator[Change]:
    for decimals in (1, 2, 3):
        yield _rounded(node, decimals, leaves_only=True), f"all numbers rounded {_to(decimals)}"
        for name in attempt.names if len(attempt.names) > 1 else ():
            rounded = applied("round", name, number(decimals))
            yield renamed(node, name, rounded), f"{name.id} rounded {_to(decimals)}"


def _rounded_parts(attempt: Attempt, node: Node) -> Iterator[Change]:
    for decimals in (1, 2, 3):
        yield _rounded(node, decimals, leaves_only=False), _to(decimals)


def _to(count: int) -> str:
    return "to one decimal" if count == 1 else f"to {count} decimals"


def _rounded(node: Node, decimals: int, *, leaves_only: bool) -> Node:
    if isinstance(node, Name):
        return applied("round", node, number(decimals))
    inner = map_parts(node, lambda part: _rounded(part, decimals, leaves_only=leaves_only))
    arithmetic = isinstance(node, Apply) or is_operation(node, "*", "/", "**", "@")
    if leaves_only or not arithmetic:
        return inner
    return applied("round", inner, number(decimals))


FUNCTIONS = (
    Mistake("activation forgotten", "the activation {} is left out", "part", _left_out, 1),
    Mistake("activation twice", "the activation {} is applied twice", "part", _twice, 1),
    Mistake("activation too early", "the activation {} is applied already here", "whole",
            _applied_unasked, 1),
    Mistake("another activation", "{}", "part", _another),
    Mistake("reciprocal forgotten", "1 + exp(−x) is taken, its reciprocal forgotten, with x = {}",
            "part", _sigmoid("no reciprocal"), 1),
    Mistake("exponential's sign", "exp(x) stands for exp(−x), with x = {}", "part",
            _sigmoid("no sign"), 1),
    Mistake("exponential alone", "only exp(−x) is taken, with x = {}", "part",
            _sigmoid("exponential alone")),
    Mistake("sigmoid with minus", "1 − exp(−x) stands below the line, with x = {}", "part",
            _sigmoid("minus")),
    Mistake("sigmoid's numerator", "exp(x) stands above the line, with x = {}", "part",
            _sigmoid("growing"), 3),
    Mistake("exponent turned", "the exponent's sign in {} is turned", "part", _exponent_turned, 1),
    Mistake("function forgotten", "{} is left out", "part", _function_left_out),
    Mistake("logarithm to base 10", "the logarithm is taken to base 10{}, not the natural one",
            "whole", _log_base_10, 1),
    Mistake("softmax without exponential", "{} is divided by its sum, without the exponential",
            "part", _softmax_linear, 1),
    Mistake("softmax not divided", "the exponentials of {} are not divided by their sum", "part",
            _softmax_unnormalised, 1),
    Mistake("softmax the wrong way", "the softmax of {} adds up along the wrong side", "part",
            _softmax_other_way, 1),
    Mistake("pre-activation used", "{}: the value before the activation", "whole",
            _before_activation, 1),
    Mistake("activation used", "{}: the value after the activation", "whole",
            _after_activation, 1),
    Mistake("rounded too early", "calculated with {}", "whole",
            _rounded_leaves, 3),
    Mistake("rounded on the way", "every result on the way was rounded {}", "whole",
            _rounded_parts, 3),
)  # fmt: skip
