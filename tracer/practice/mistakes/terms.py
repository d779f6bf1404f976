"""Terms, factors and signs: left out, turned, confused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tracer.language.expression import Apply, Name, Node, Number
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
    number,
    operation,
)
from tracer.practice.mistakes.scene import Scene

Test = Callable[[Scene, Node], bool]
Rule = Callable[[Scene, Node], Iterator[Change]]


def _terms(test: Test) -> Rule:
    """Leave out a term of a sum or difference, if it is one of these."""

    def change(scene: Scene, node: Node) -> Iterator[Change]:
        if not is_operation(node, "+", "-"):
            return
        left, right = arguments(node)
        if test(scene, right):
            yield left, scene.text(right)
        if test(scene, left):
            yield right if is_operation(node, "+") else operation("neg", right), scene.text(left)

    return change


def _factors(test: Test) -> Rule:
    """Leave out a factor of a product, if it is one of these."""

    def change(scene: Scene, node: Node) -> Iterator[Change]:
        if not is_operation(node, "*"):
            return
        left, right = arguments(node)
        if test(scene, right):
            yield left, scene.text(right)
        if test(scene, left):
            yield right, scene.text(left)

    return change


def _divisors(test: Test) -> Rule:
    """Leave out a division by one of these."""

    def change(scene: Scene, node: Node) -> Iterator[Change]:
        if is_operation(node, "/") and test(scene, arguments(node)[1]):
            yield arguments(node)[0], scene.text(arguments(node)[1])

    return change


def _other_term(scene: Scene, node: Node) -> bool:
    return not is_bias(scene, node)


def _other_factor(scene: Scene, node: Node) -> bool:
    special = (is_rate, is_slope, is_mask, _is_number)
    return not any(test(scene, node) for test in special)


def _other_divisor(scene: Scene, node: Node) -> bool:
    return not is_count(scene, node) and not is_correction(scene, node)


def _is_number(scene: Scene, node: Node) -> bool:
    return isinstance(node, Number)


def _mask_of_where(scene: Scene, node: Node) -> Iterator[Change]:
    yield from _factors(is_mask)(scene, node)
    if isinstance(node, Apply) and node.function == "where":
        condition, yes, no = node.args
        yield yes, scene.text(condition)
        yield no, scene.text(condition)


def _replaced(operator: str, by: str) -> Rule:
    def change(scene: Scene, node: Node) -> Iterator[Change]:
        if is_operation(node, operator):
            yield operation(by, *arguments(node)), scene.text(node)

    return change


def _exchanged(operator: str) -> Rule:
    def change(scene: Scene, node: Node) -> Iterator[Change]:
        if is_operation(node, operator):
            left, right = arguments(node)
            yield operation(operator, right, left), scene.text(node)

    return change


def _negated(scene: Scene, node: Node) -> Iterator[Change]:
    yield operation("neg", node), scene.slot.name


def _error_turned(scene: Scene, node: Node) -> Iterator[Change]:
    """Turn an error that the equation reads: the same as if it had been taken the other way."""
    if isinstance(node, Name):
        made = scene.made(node)
        if made is not None and is_operation(made, "-"):
            yield operation("neg", node), scene.text(node)


def _minus_left_out(scene: Scene, node: Node) -> Iterator[Change]:
    if is_operation(node, "neg"):
        yield arguments(node)[0], scene.text(node)
    if is_operation(node, "-") and isinstance(arguments(node)[0], Number):
        # 1 - a, read as a
        yield arguments(node)[1], scene.text(node)


def _square_left_out(scene: Scene, node: Node) -> Iterator[Change]:
    if is_operation(node, "**"):
        yield arguments(node)[0], scene.text(node)


def _square_as_product(scene: Scene, node: Node) -> Iterator[Change]:
    if is_operation(node, "**"):
        yield operation("*", *arguments(node)), scene.text(node)


def _whole_factor(*factors: float) -> Rule:
    """Multiply a loss, or what is derived from it, by a constant."""

    def change(scene: Scene, node: Node) -> Iterator[Change]:
        if (
            scene.slot.size == 1
            or scene.phase == "backward"
            or "**" in scene.assignment.equation.text
        ):
            for factor in factors:
                sign = "2" if factor == 2 else "1/2"
                yield operation("*", node, number(factor)), sign

    return change


TERMS = (
    Mistake("bias forgotten", "the bias {} is left out", "part", _terms(is_bias), 1),
    Mistake("term forgotten", "the term {} is left out", "part", _terms(_other_term)),
    Mistake("learning rate forgotten", "the learning rate {} is left out", "part",
            _factors(is_rate), 1),
    Mistake("slope forgotten", "the slope {} is left out", "part", _factors(is_slope), 1),
    Mistake("mask forgotten", "the condition {} is ignored", "part", _mask_of_where, 1),
    Mistake("constant forgotten", "the factor {} is left out", "part", _factors(_is_number), 1),
    Mistake("factor forgotten", "the factor {} is left out", "part", _factors(_other_factor), 1),
    Mistake("summed, not averaged", "the division by {} is left out", "part",
            _divisors(is_count), 1),
    Mistake("bias correction forgotten", "the bias correction, the division by {}, is left out",
            "part", _divisors(is_correction), 1),
    Mistake("divisor forgotten", "the division by {} is left out", "part",
            _divisors(_other_divisor)),
    Mistake("sign turned", "the sign of {} is turned", "whole", _negated, 1),
    Mistake("error turned", "{} enters with the opposite sign", "part", _error_turned),
    Mistake("difference turned", "the difference {} is taken the other way round", "part",
            _exchanged("-"), 1),
    Mistake("added, not subtracted", "in {}, plus stands for minus", "part",
            _replaced("-", "+"), 1),
    Mistake("subtracted, not added", "in {}, minus stands for plus", "part",
            _replaced("+", "-"), 1),
    Mistake("minus forgotten", "{} is taken without its minus", "part", _minus_left_out),
    Mistake("multiplied, not divided", "in {}, multiplied instead of divided", "part",
            _replaced("/", "*")),
    Mistake("divided, not multiplied", "in {}, divided instead of multiplied", "part",
            _replaced("*", "/"), 3),
    Mistake("added, not multiplied", "in {}, added instead of multiplied", "part",
            _replaced("*", "+"), 3),
    Mistake("quotient turned", "the quotient {} is taken the other way round", "part",
            _exchanged("/"), 3),
    Mistake("square forgotten", "the square of {} is not taken", "part", _square_left_out, 1),
    Mistake("doubled, not squared", "{} is read as a product", "part", _square_as_product),
    Mistake("factor 2 or 1/2", "a factor {} too much", "whole", _whole_factor(2, 0.5)),
)  # fmt: skip
