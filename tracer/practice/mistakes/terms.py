"""Terms, factors and signs: left out, turned, confused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tracer.language.build import number, operation
from tracer.language.expression import Apply, Name, Node, Number, Operation
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.kinds import (
    Change,
    Mistake,
    arguments,
    is_bias,
    is_correction,
    is_count,
    is_mask,
    is_operation,
    is_rate,
    is_slope,
)

Test = Callable[[Attempt, Node], bool]
Rule = Callable[[Attempt, Node], Iterator[Change]]


def _terms(test: Test) -> Rule:
    """Leave out a term of a sum or difference, if it is one of these."""

    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        if not is_operation(node, "+", "-"):
            return
        left, right = arguments(node)
        if test(attempt, right):
            yield left, attempt.text(right)
        if test(attempt, left):
            yield right if is_operation(node, "+") else operation("neg", right), attempt.text(left)

    return change


def _factors(test: Test) -> Rule:
    """Leave out a factor of a product, if it is one of these."""

    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        if not is_operation(node, "*"):
            return
        left, right = arguments(node)
        if test(attempt, right):
            yield left, attempt.text(right)
        if test(attempt, left):
            yield right, attempt.text(left)

    return change


def _matrix_factor(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Leave out a factor of a matrix product: its other one stands there alone."""
    if is_operation(node, "@"):
        left, right = arguments(node)
        yield right, attempt.text(left)
        yield left, attempt.text(right)


def _as_ones(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Take a factor of a matrix product as ones, as a derivative that is thought to be 1."""
    if is_operation(node, "@"):
        left, right = arguments(node)
        yield operation("@", _ones(left), right), attempt.text(left)
        yield operation("@", left, _ones(right)), attempt.text(right)


def _ones(node: Node) -> Node:
    return operation("+", operation("*", node, number(0)), number(1))


def _divisors(test: Test) -> Rule:
    """Leave out a division by one of these."""

    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        if is_operation(node, "/") and test(attempt, arguments(node)[1]):
            yield arguments(node)[0], attempt.text(arguments(node)[1])

    return change


def _other_term(attempt: Attempt, node: Node) -> bool:
    return not is_bias(attempt, node)


def _other_factor(attempt: Attempt, node: Node) -> bool:
    special = (is_rate, is_slope, is_mask, _is_number)
    return not any(test(attempt, node) for test in special)


def _other_divisor(attempt: Attempt, node: Node) -> bool:
    return not is_count(attempt, node) and not is_correction(attempt, node)


def _is_number(attempt: Attempt, node: Node) -> bool:
    return isinstance(node, Number)


def _mask_of_where(attempt: Attempt, node: Node) -> Iterator[Change]:
    yield from _factors(is_mask)(attempt, node)
    if isinstance(node, Apply) and node.function == "where":
        condition, yes, no = node.args
        yield yes, attempt.text(condition)
        yield no, attempt.text(condition)


def _replaced(operator: str, by: str) -> Rule:
    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        if is_operation(node, operator):
            yield operation(by, *arguments(node)), attempt.text(node)

    return change


def _exchanged(operator: str) -> Rule:
    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        if is_operation(node, operator):
            left, right = arguments(node)
            yield operation(operator, right, left), attempt.text(node)

    return change


def _negated(attempt: Attempt, node: Node) -> Iterator[Change]:
    yield operation("neg", node), attempt.slot.name


def _error_turned(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Turn an error that the equation reads: the same as if it had been taken the other way."""
    if isinstance(node, Name):
        made = attempt.made(node)
        if made is not None and is_operation(made, "-"):
            yield operation("neg", node), attempt.text(node)


def _minus_left_out(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "neg"):
        yield arguments(node)[0], attempt.text(node)
    if is_operation(node, "-") and isinstance(arguments(node)[0], Number):
        # 1 - a, read as a
        yield arguments(node)[1], attempt.text(node)


def _first_sign(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Turn the sign of a sum's first term; the others' are plus for minus, minus for plus."""
    if is_operation(node, "+", "-") and isinstance(node, Operation):
        left, right = arguments(node)
        yield operation(node.operator, operation("neg", left), right), attempt.text(left)


def _term_times(factor: float) -> Rule:
    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        """Multiply one term of a sum or difference, whichever it is."""
        if is_operation(node, "+", "-") and isinstance(node, Operation):
            left, right = arguments(node)
            by = number(factor)
            yield operation(node.operator, operation("*", left, by), right), attempt.text(left)
            yield operation(node.operator, left, operation("*", right, by)), attempt.text(right)

    return change


def _square_left_out(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "**"):
        yield arguments(node)[0], attempt.text(node)


def _square_as_product(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "**"):
        yield operation("*", *arguments(node)), attempt.text(node)


def _whole_factor(*factors: float) -> Rule:
    """Multiply a loss, or what is derived from it, by a constant."""

    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        if (
            attempt.slot.size == 1
            or attempt.phase == "backward"
            or "**" in attempt.assignment.equation.text
        ):
            for factor in factors:
                sign = "2" if factor == 2 else "1/2"
                yield operation("*", node, number(factor)), sign

    return change


TERMS = (
    Mistake("bias_forgotten", "part", _terms(is_bias), 1),
    Mistake("term_forgotten", "part", _terms(_other_term)),
    Mistake("rate_forgotten", "part", _factors(is_rate), 1),
    Mistake("slope_forgotten", "part", _factors(is_slope), 1),
    Mistake("mask_forgotten", "part", _mask_of_where, 1),
    Mistake("constant_forgotten", "part", _factors(_is_number), 1),
    Mistake("factor_forgotten", "part", _factors(_other_factor), 1),
    Mistake("matrix_factor_forgotten", "part", _matrix_factor),
    Mistake("factor_taken_as_ones", "part", _as_ones),
    Mistake("count_forgotten", "part", _divisors(is_count), 1),
    Mistake("correction_forgotten", "part", _divisors(is_correction), 1),
    Mistake("divisor_forgotten", "part", _divisors(_other_divisor)),
    Mistake("sign_turned", "whole", _negated, 1),
    Mistake("error_turned", "part", _error_turned),
    Mistake("difference_turned", "part", _exchanged("-"), 1),
    Mistake("added_not_subtracted", "part", _replaced("-", "+"), 1),
    Mistake("subtracted_not_added", "part", _replaced("+", "-"), 1),
    Mistake("term_sign_turned", "part", _first_sign),
    Mistake("minus_forgotten", "part", _minus_left_out),
    Mistake("multiplied_not_divided", "part", _replaced("/", "*")),
    Mistake("divided_not_multiplied", "part", _replaced("*", "/"), 3),
    Mistake("added_not_multiplied", "part", _replaced("*", "+"), 3),
    Mistake("quotient_turned", "part", _exchanged("/"), 3),
    Mistake("square_forgotten", "part", _square_left_out, 1),
    Mistake("doubled_not_squared", "part", _square_as_product),
    Mistake("factor_2_or_half", "whole", _whole_factor(2, 0.5)),
    Mistake("term_doubled", "part", _term_times(2)),
    Mistake("term_halved", "part", _term_times(0.5)),
)
