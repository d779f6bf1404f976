"""How a gradient goes back through functions: of the table, or a template's own helpers."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.calculus.algebra import (
    ONE,
    ZERO,
    Term,
    Terms,
    call,
    difference,
    expression,
    operation,
    reduced,
    terms,
    times,
)
from tracer.calculus.builtin import arguments, is_elementwise, parsed, put_in, table_call
from tracer.calculus.cancel import sigmoid_with_cross_entropy, softmax_with_cross_entropy
from tracer.calculus.reductions import through_reduction
from tracer.calculus.shares import Shares
from tracer.language.build import number
from tracer.language.expression import Apply, Helper, Name, Node
from tracer.language.functions import PRIMITIVES


def through_function(pullback: Shares, node: Apply, gradient: Terms, whole: Name | None) -> None:
    """Go back through a function of the table."""
    if node.function == "where":
        _where(pullback, node, expression(pullback.split(node, gradient)))
    elif PRIMITIVES[node.function].kind == "elementwise":
        _elementwise(pullback, node, gradient, whole)
    else:
        through_reduction(pullback, node, gradient)


def _where(pullback: Shares, node: Apply, gradient: Node) -> None:
    condition, yes, no = node.args
    chosen = pullback.of(condition)
    pullback.share(node, yes, terms(call("where", chosen, gradient, number(0))))
    pullback.share(node, no, terms(call("where", chosen, number(0), gradient)))


def _elementwise(pullback: Shares, node: Apply, gradient: Terms, whole: Name | None) -> None:
    values = dict(zip(("x", "b"), map(pullback.of, node.args), strict=False))
    texts = PRIMITIVES[node.function].slopes
    if len(node.args) == 1:
        slope = _slope(texts[0], {**values, "y": pullback.of(node)})
        _chain(pullback, node, node.args[0], gradient, slope, whole)
        return
    gradient = pullback.split(node, gradient)
    for arg, text in zip(node.args, texts, strict=True):
        if pullback.wanted(arg):
            slope = _slope(text, {**values, "y": pullback.of(node)})
            pullback.share(node, arg, times(gradient, slope))


def _slope(text: str, values: Mapping[str, Node]) -> Terms:
    found = terms(put_in(parsed(text), values))
    return found if len(found) < 2 else (Term(over=(expression(found),)),)


def _chain(
    pullback: Shares, node: Node, arg: Node, gradient: Terms, slope: Terms, whole: Name | None
) -> None:
    """Go through an elementwise function: its delta is the error times its slope."""
    combined = ZERO
    if isinstance(node, Apply) and node.function == "sigmoid":
        combined = sigmoid_with_cross_entropy(pullback.of(node), gradient)
    if combined:
        if whole is not None:
            combined = pullback.namer.name("combined", combined, _about(arg, whole))
    elif whole is not None and not _is_ordinary(node):
        gradient = pullback.namer.name("error", gradient, whole)
        slope = pullback.namer.name("slope", slope, whole)
        combined = pullback.namer.name("delta", times(gradient, slope), _about(arg, whole))
    else:
        combined = times(gradient, slope)
    pullback.share(node, arg, combined)


def through_helper(pullback: Shares, node: Helper, gradient: Terms, whole: Name | None) -> None:
    """Go back through a helper: as through the function of the table that it is, or its body."""
    meant = table_call(node)
    if meant and meant.function.name == "softmax" and meant.axis is not None:
        _softmax(pullback, node, meant.axis, gradient, whole)
    elif meant and meant.function.slope:
        values = arguments(node, [pullback.of(arg) for arg in node.args], meant.axis)
        slope = _slope(meant.function.slope, {**values, "y": pullback.of(node)})
        _chain(pullback, node, node.args[0], gradient, slope, whole)
    elif whole is not None and len(node.args) == 1 and is_elementwise(node, node.args[0]):
        inner = pullback.up_to(node.args[0])
        inner.pull(node.body, ONE)
        _chain(pullback, node, node.args[0], gradient, inner.at_leaf, whole)
    else:
        pullback.pull(node.body, gradient)


def _softmax(
    pullback: Shares, node: Helper, axis: int, gradient: Terms, whole: Name | None
) -> None:
    p, arg = pullback.of(node), node.args[0]
    combined = softmax_with_cross_entropy(p, axis, gradient, pullback.namer.adds_up_to_one)
    if combined:
        delta = combined
        if whole is not None:
            delta = pullback.namer.name("combined", delta, _about(arg, whole))
    else:
        if whole is not None:
            gradient = pullback.namer.name("error", gradient, whole)
        error = expression(gradient)
        mixed = reduced("sum", operation("*", error, p), axis, True)
        delta = times((Term(over=(p,)),), difference(error, mixed))
        if whole is not None:
            delta = pullback.namer.name("delta", delta, _about(arg, whole))
    pullback.pull(arg, delta)


def _is_ordinary(node: Node) -> bool:
    """Say whether a function is one of calculus, not an activation with a slope to look at."""
    return isinstance(node, Apply) and not PRIMITIVES[node.function].activation


def _about(arg: Node, whole: Name) -> Node:
    """Return the quantity that a delta is named after: the pre-activation if it has a name."""
    return arg if isinstance(arg, Name) else whole
