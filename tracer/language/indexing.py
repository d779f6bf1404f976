"""Square brackets: indices, slices, labels and masks; what stands left of an equals sign."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tracer.language.as_written import ByLabel, Join, PutAt
from tracer.language.calls import CallReader, is_numpy
from tracer.language.expression import (
    Constants,
    EquationError,
    Item,
    Length,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    Put,
    Span,
)
from tracer.language.labels import is_truth
from tracer.language.structural import BRACKETED

#: What stands between square brackets: an index, or an expression for labels or a mask.
Inside = Item | Node


@dataclass(frozen=True)
class LeftSide:
    """What an equation assigns: a name, or a part of what it stands for (`inside`)."""

    name: Name
    inside: tuple[Inside, ...] | None
    span: Span


class IndexReader(CallReader):
    """Reads square brackets."""

    def target(self, tree: ast.AST) -> LeftSide:
        """Return what stands left of an equals sign. Raises EquationError."""
        span = self.span(tree)
        if isinstance(tree, ast.Name):
            return LeftSide(Name(id=tree.id, span=span), None, span)
        if not isinstance(tree, ast.Subscript) or not isinstance(tree.value, ast.Name):
            raise EquationError(
                "only a name, or a part of one, can stand left of '='",
                span,
                "Write: name = expression, or name[0] = expression",
            )
        inside = self._inside(tree)
        if None in inside:
            raise EquationError("a part that is assigned has no new axis", self.span(tree.slice))
        return LeftSide(Name(id=tree.value.id, span=self.span(tree.value)), inside, span)

    def assigned(self, target: LeftSide, operator: str, right: Node, span: Span) -> Node:
        """Return a target's new value; with an operator, that of its old one and `right`."""
        name, inside = target.name, target.inside
        items = None if inside is None else _plain(inside)
        if inside is not None and items is None:
            mask = inside[0]
            at = mask if isinstance(mask, Node) and len(inside) == 1 and is_truth(mask) else None
            at = at or self._by_label(name, inside, target.span)
            return PutAt(arg=name, at=at, value=right, operator=operator, span=span)
        old: Node = name
        if items is not None:
            old = Pick(arg=name, items=items, span=target.span)
        value = Operation(operator=operator, args=(old, right), span=span) if operator else right
        return value if items is None else Put(arg=name, items=items, value=value, span=span)

    def _subscript(self, tree: ast.Subscript) -> Node:
        span, value = self.span(tree), tree.value
        if isinstance(value, ast.Attribute) and value.attr in BRACKETED and is_numpy(value.value):
            return Join(function=value.attr, args=tuple(map(self.node, _parts(tree))), span=span)
        inside = self._inside(tree)
        if isinstance(value, ast.Attribute) and value.attr == "shape":
            if len(inside) != 1 or not isinstance(inside[0], int):
                raise EquationError("shape takes one number", span, "Write X.shape[0].")
            return Length(arg=self.node(value.value), axis=inside[0], span=span)
        items = _plain(inside)
        if items is None:
            return self._by_label(self.node(value), inside, span)
        return Pick(arg=self.node(value), items=items, span=span)

    def _inside(self, tree: ast.Subscript) -> tuple[Inside, ...]:
        return tuple(map(self._item, _parts(tree)))

    def _item(self, tree: ast.expr) -> Inside:
        if isinstance(tree, ast.Slice):
            bounds = [
                None if part is None else self.whole(part)
                for part in (tree.lower, tree.upper, tree.step)
            ]
            if bounds[2] == 0:
                raise EquationError("a slice's step can't be 0", self.span(tree))
            return slice(*bounds)
        if isinstance(tree, ast.Constant) and tree.value is None:
            return None
        if isinstance(tree, ast.Attribute) and tree.attr == "newaxis" and is_numpy(tree.value):
            return None
        match tree:
            case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]) if 1 <= len(args) <= 3:
                # In square brackets, Python's own range means what arange does.
                counted = tuple(map(self.node, args))
                return Constants(function="arange", args=counted, span=self.span(tree))
        node = self.node(tree)
        return self._whole_number(node, tree) if isinstance(node, Number) else node

    def _by_label(self, arg: Node, inside: tuple[Inside, ...], span: Span) -> ByLabel:
        """Return an index by labels. Raises EquationError for any other that isn't written out."""
        mask = next((one for one in inside if isinstance(one, Node) and is_truth(one)), None)
        if mask is not None:
            raise EquationError(
                "how many numbers a mask picks isn't known beforehand",
                mask.span,
                "Write where(mask, a, 0), or assign it by itself: a[mask] = 0.",
            )
        match inside:
            case (Node() as labels,):
                return ByLabel(arg=arg, labels=labels, span=span)
            case (Constants(function="arange") as counted, Node() as labels):
                return ByLabel(arg=arg, labels=labels, counted=counted, axis=1, span=span)
            case (Node() as labels, Constants(function="arange") as counted):
                return ByLabel(arg=arg, labels=labels, counted=counted, axis=0, span=span)
        wrong = next(one for one in inside if isinstance(one, Node))
        raise _not_written_out(wrong.span)

    def whole(self, tree: ast.expr) -> int:
        """Return a whole number that is written out. Raises EquationError."""
        return self._whole_number(self.node(tree), tree)

    def _whole_number(self, node: Node, tree: ast.expr) -> int:
        truth = isinstance(tree, ast.Constant) and isinstance(tree.value, bool)
        if isinstance(node, Number) and node.value == int(node.value) and not truth:
            return int(node.value)
        raise _not_written_out(self.span(tree))


def _parts(tree: ast.Subscript) -> list[ast.expr]:
    return tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]


def _plain(inside: tuple[Inside, ...]) -> tuple[Item, ...] | None:
    """Return the items of an index that is written out; None where a part isn't."""
    items = tuple(item for item in inside if not isinstance(item, Node))
    return items if len(items) == len(inside) else None


def _not_written_out(span: Span) -> EquationError:
    return EquationError(
        "an index must be a whole number written out",
        span,
        "Write X[0], X[:, 1], or p[arange(len(p)), y] to pick by label.",
    )
