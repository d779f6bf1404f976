"""Picking by label: which number of each row, written with what the language has already.

`p[arange(len(p)), y]` picks from row i the number at place y[i]. It is a sum of which only the
number at the label's place counts; assigning such places is a choice between new and old. So
formulas, words and slopes follow.
"""

from __future__ import annotations

from dataclasses import replace

from tracer.language.as_written import ByLabel, PutAt
from tracer.language.build import NOWHERE, applied, number, operation
from tracer.language.expression import (
    Apply,
    Constants,
    EquationError,
    Hits,
    Item,
    Labelled,
    Node,
    Operation,
    Pick,
    Span,
    shape_text,
)
from tracer.language.operators import is_comparison

_ALL = slice(None)
_COLUMN, _ROW = (_ALL, None), (None, _ALL)


def picked_by_label(node: ByLabel) -> Node:
    """Return what an index by labels gives; its parts have their shapes. Raises EquationError."""
    table, labels = node.arg, node.labels
    if node.counted is not None:
        hits = _hits_of(node)
        chosen = applied("where", hits, table, number(0))
        body: Node = Apply(function="sum", args=(chosen,), axis=node.axis, span=NOWHERE)
        return _labelled(node, "across" if node.axis else "down", body)
    _check_vector(labels)
    if not table.shape:
        raise EquationError("a number has no places to pick", node.span)
    hits = _hits(labels, table.shape[0], 1, node.span)
    if (
        isinstance(table, Constants)
        and table.function == "eye"
        and table.shape[0] == table.shape[1]
    ):
        return hits
    return _labelled(node, "rows", operation("@", hits, table))


def chosen_places(node: PutAt) -> Node:
    """Return what an array is after assigning the places of a mask, or those of labels."""
    arg, at, value = node.arg, node.at, node.value
    if isinstance(at, ByLabel):
        if at.counted is None:
            raise EquationError(
                "whole rows can't be assigned by label: two labels may be the same",
                at.span,
                "Write d[arange(len(d)), y] for one number of each row.",
            )
        value = _one_a_line(value, at)
        at = _hits_of(at)
    else:
        at = _as_mask(at, arg)
        if value.shape:
            raise EquationError(
                f"where a mask is true, a single number is assigned, not a"
                f" {shape_text(value.shape)}",
                value.span,
                "Write name = where(mask, value, name).",
            )
    new = operation(node.operator, arg, value) if node.operator else value
    return Apply(function="where", args=(at, new, arg), span=node.span)


def is_truth(node: Node) -> bool:
    """Say whether an expression is true or false in NumPy, too, not a number."""
    match node:
        case Operation(operator="*", args=args) | Apply(function="maximum" | "minimum", args=args):
            return all(map(is_truth, args))
        case Operation(operator=sign):
            return is_comparison(sign)
    return False


def _as_mask(mask: Node, arg: Node) -> Node:
    if mask.shape == arg.shape:
        return mask
    if len(arg.shape) == 2 and mask.shape == arg.shape[:1]:
        return _pick(mask, _COLUMN)
    raise EquationError(
        f"the mask is a {shape_text(mask.shape)}, and what it is for a {shape_text(arg.shape)}",
        mask.span,
        "A mask has the array's shape, or is a vector with one for each row.",
    )


def _hits_of(node: ByLabel) -> Hits:
    """Return where the labels of each row (or column) point. Raises EquationError."""
    assert node.counted is not None
    table, labels, axis = node.arg, node.labels, node.axis
    _check_vector(labels)
    if len(table.shape) != 2:
        raise EquationError(
            f"this picks one number of each row, and a {shape_text(table.shape)} has none",
            node.span,
            "Write v[y] to pick from a vector.",
        )
    lines = table.shape[1 - axis]
    if not labels.shape[0] == node.counted.shape[0] == lines:
        raise EquationError(
            f"there are {labels.shape[0]} labels, {node.counted.shape[0]} places counted, and"
            f" {lines} {'rows' if axis else 'columns'}",
            node.span,
            "Each row needs one label: p[arange(len(p)), y].",
        )
    return _hits(labels, table.shape[axis], axis, node.span)


def _hits(labels: Node, size: int, axis: int, span: Span) -> Hits:
    counts: Node = Constants(function="arange", args=(number(size),), span=NOWHERE)
    if not axis:
        counts = _pick(counts, _COLUMN)
    same = operation("==", _pick(labels, _COLUMN if axis else _ROW), counts)
    body = replace(same, exact=True)
    return Hits(name="hits", args=(labels,), body=body, span=span, size=size)


def _one_a_line(value: Node, at: ByLabel) -> Node:
    """Return what is assigned to one number of each row, as a column; a number stays one."""
    if not value.shape:
        return value
    if value.shape != at.labels.shape:
        raise EquationError(
            f"the part is a {shape_text(at.labels.shape)}, and what is assigned to it a"
            f" {shape_text(value.shape)}",
            value.span,
            "What is assigned must have the part's sizes, or be a number.",
        )
    return _pick(value, _COLUMN if at.axis else _ROW)


def _check_vector(labels: Node) -> None:
    if len(labels.shape) != 1:
        raise EquationError(
            "an index is a whole number written out, or a vector of labels, and this is a"
            f" {shape_text(labels.shape)}",
            labels.span,
            "Write X[0], X[:, 1], or p[arange(len(p)), y].",
        )


def _labelled(node: ByLabel, name: str, body: Node) -> Labelled:
    return Labelled(name=name, args=(node.arg, node.labels), body=body, span=node.span)


def _pick(node: Node, items: tuple[Item, ...]) -> Pick:
    return Pick(arg=node, items=items, span=NOWHERE)
