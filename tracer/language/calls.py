"""Function calls: which function is meant, and whether its arguments are of its form."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracer.errors import did_you_mean
from tracer.language.expression import (
    Apply,
    EquationError,
    Fill,
    Helper,
    Length,
    Name,
    Node,
    Number,
    Operation,
    Span,
    Stack,
    Transpose,
    map_parts,
    parts,
)
from tracer.language.functions import (
    ALIASES,
    DEFINITIONS,
    OPERATOR_CALLS,
    PRIMITIVES,
    known_functions,
)

MOST_PARTS = 2_000
DEEPEST = 100
_METHODS = ("sum", "mean", "max", "min", "var", "round", "dot", "transpose")


@dataclass(frozen=True)
class Definition:
    """A function defined in the language: its parameters, defaults and body."""

    name: str
    parameters: tuple[str, ...]
    defaults: tuple[float | None, ...]
    body: Node


class CallReader(ABC):
    """Reads calls; what surrounds them is read by the class that builds on it."""

    helpers: Mapping[str, Definition]
    count: int
    depth: int

    @abstractmethod
    def node(self, tree: ast.AST) -> Node:
        """Return the node of any part of an expression."""

    @abstractmethod
    def span(self, node: Any) -> Span:
        """Return where a part stands in the text."""

    @abstractmethod
    def whole(self, tree: ast.expr) -> int:
        """Return a whole number that is written out."""

    @abstractmethod
    def builtin(self, name: str, axis: int | None) -> Definition:
        """Return a function that the table defines in the language."""

    def _call(self, tree: ast.Call) -> Node:
        span = self.span(tree)
        for keyword in tree.keywords:
            if keyword.arg is None:
                raise EquationError("** is not part of the language in a call", span)
            if [k.arg for k in tree.keywords].count(keyword.arg) > 1:
                raise EquationError(f"'{keyword.arg}' is given twice", self.span(keyword))
        keywords = {str(k.arg): k.value for k in tree.keywords}
        if isinstance(tree.func, ast.Name):
            return self._function(tree.func.id, list(tree.args), keywords, span)
        if isinstance(tree.func, ast.Attribute):
            if is_numpy(tree.func.value):
                return self._function(tree.func.attr, list(tree.args), keywords, span)
            if tree.func.attr in _METHODS:
                arguments = [tree.func.value, *tree.args]
                return self._function(tree.func.attr, arguments, keywords, span)
            raise EquationError(
                f"'.{tree.func.attr}()' is not part of the language",
                span,
                "Methods known: " + ", ".join(f".{m}()" for m in _METHODS),
            )
        raise EquationError("this can't be called", span)

    def _function(
        self, written: str, args: list[ast.expr], keywords: dict[str, ast.expr], span: Span
    ) -> Node:
        name = ALIASES.get(written, written)
        if written in self.helpers:
            return self._defined(self.helpers[written], args, keywords, span)
        if name in DEFINITIONS:
            axis = self._take_axis(keywords, args, 1, -1) if "AXIS" in DEFINITIONS[name] else None
            return self._defined(self.builtin(name, axis), args, keywords, span)
        if name in OPERATOR_CALLS:
            self._count(written, args, keywords, (2, 2), span)
            pair = (self.node(args[0]), self.node(args[1]))
            return Operation(operator=OPERATOR_CALLS[name], args=pair, span=span)
        if name in PRIMITIVES:
            return self._primitive(name, written, args, keywords, span)
        structural: Callable[..., Node] | None = getattr(self, f"_make_{name}", None)
        if structural is not None:
            return structural(written, args, keywords, span)
        raise EquationError(
            f"'{written}' is not a known function",
            span,
            (
                did_you_mean(written, [*known_functions(), *self.helpers]).strip()
                or "A template may define helpers of its own: f(a) = …"
            ),
        )

    def _primitive(
        self,
        name: str,
        written: str,
        args: list[ast.expr],
        keywords: dict[str, ast.expr],
        span: Span,
    ) -> Node:
        row = PRIMITIVES[name]
        axis, keepdims = None, False
        if row.kind == "reduction":
            axis = self._take_axis(keywords, args, 1, None)
            if "keepdims" in keywords:
                keepdims = self._truth(keywords.pop("keepdims"))
        elif "decimals" in keywords:
            args = [*args, keywords.pop("decimals")]
        self._count(written, args, keywords, row.arguments, span)
        nodes = [self.node(arg) for arg in args]
        if name == "round":
            if len(nodes) == 1:
                nodes.append(Number(value=0.0, span=span))
            if not isinstance(nodes[1], Number) or nodes[1].value not in range(-15, 16):
                raise EquationError(
                    "round takes a whole number of decimals from -15 to 15",
                    span,
                    "Write round(x, 2).",
                )
        return Apply(function=name, args=tuple(nodes), axis=axis, keepdims=keepdims, span=span)

    def _defined(
        self,
        definition: Definition,
        args: list[ast.expr],
        keywords: dict[str, ast.expr],
        span: Span,
    ) -> Node:
        values: dict[str, Node] = {}
        for parameter, arg in zip(definition.parameters, args, strict=False):
            values[parameter] = self.node(arg)
        for parameter in definition.parameters:
            if parameter in keywords and parameter not in values:
                values[parameter] = self.node(keywords.pop(parameter))
        args_given = tuple(values[p] for p in definition.parameters if p in values)
        for parameter, default in zip(definition.parameters, definition.defaults, strict=True):
            if parameter not in values and default is not None:
                values[parameter] = Number(value=default, span=span)
        needed = len(definition.parameters)
        if len(args) > needed or len(values) < needed or keywords:
            takes = ", ".join(definition.parameters)
            raise EquationError(
                f"{definition.name} takes ({takes})", span, "Give each of them once."
            )
        sizes = {name: measure(node) for name, node in values.items()}
        body = self._put_in(definition.body, values, sizes, span, self.depth)
        return Helper(name=definition.name, args=args_given, body=body, span=span)

    def _put_in(
        self,
        node: Node,
        values: Mapping[str, Node],
        sizes: Mapping[str, tuple[int, int]],
        span: Span,
        depth: int,
    ) -> Node:
        """Return a helper's body with the call's arguments in place of its parameters."""
        size, deep = sizes[node.id] if isinstance(node, Name) else (1, 1)
        self.count += size
        if self.count > MOST_PARTS or depth + deep > DEEPEST:
            raise EquationError("the helpers unfold to too long an equation", span, "Split it.")
        if isinstance(node, Name):
            return values[node.id]

        def put(part: Node) -> Node:
            return self._put_in(part, values, sizes, span, depth + 1)

        return map_parts(replace(node, span=span), put)

    def _take_axis(
        self, keywords: dict[str, ast.expr], args: list[ast.expr], place: int, default: int | None
    ) -> int | None:
        tree = keywords.pop("axis", None)
        if tree is None and len(args) > place:
            tree = args.pop(place)
        if tree is None:
            return default
        if isinstance(tree, ast.Constant) and tree.value is None:
            return None
        node = self.node(tree)
        if not isinstance(node, Number) or node.value not in (-2, -1, 0, 1):
            raise EquationError(
                "axis must be 0 (down the columns) or 1 (along the rows)", self.span(tree)
            )
        return int(node.value)

    def _truth(self, tree: ast.expr) -> bool:
        if isinstance(tree, ast.Constant) and isinstance(tree.value, bool | int):
            return bool(tree.value)
        raise EquationError("keepdims is True or False", self.span(tree))

    def _count(
        self,
        written: str,
        args: Sequence[ast.expr],
        keywords: Mapping[str, ast.expr],
        bounds: tuple[int, int],
        span: Span,
    ) -> None:
        if keywords:
            name, tree = next(iter(keywords.items()))
            raise EquationError(
                f"{written} has no keyword '{name}' here",
                self.span(tree),
                "Leave it out." if name != "axis" else "Only sum, mean, max, min, var take axis.",
            )
        low, high = bounds
        if not low <= len(args) <= high:
            wanted = str(low) if low == high else f"{low} to {high}"
            noun = "argument" if wanted == "1" else "arguments"
            raise EquationError(f"{written} takes {wanted} {noun}, not {len(args)}", span)

    def _make_array(self, written: str, args: Any, keywords: Any, span: Span) -> Node:
        if _is_float(keywords.get("dtype")):
            del keywords["dtype"]
        self._count(written, args, keywords, (1, 1), span)
        return replace(self.node(args[0]), span=span)

    def _make_transpose(self, written: str, args: Any, keywords: Any, span: Span) -> Node:
        self._count(written, args, keywords, (1, 1), span)
        return Transpose(arg=self.node(args[0]), span=span)

    def _make_len(self, written: str, args: Any, keywords: Any, span: Span) -> Node:
        self._count(written, args, keywords, (1, 1), span)
        return Length(arg=self.node(args[0]), axis=0, span=span)

    def _make_zeros_like(self, written: str, args: Any, keywords: Any, span: Span) -> Node:
        self._count(written, args, keywords, (1, 1), span)
        return Fill(arg=self.node(args[0]), value=float(written == "ones_like"), span=span)

    _make_ones_like = _make_zeros_like

    def _make_vstack(self, written: str, args: Any, keywords: Any, span: Span) -> Node:
        self._count(written, args, keywords, (1, 1), span)
        if not isinstance(args[0], ast.List | ast.Tuple) or not args[0].elts:
            raise EquationError(
                f"{written} takes a list of arrays", span, f"Write {written}([a, b])."
            )
        pieces = tuple(map(self.node, args[0].elts))
        return Stack(args=pieces, axis=int(written == "hstack"), span=span)

    _make_hstack = _make_vstack


def measure(node: Node) -> tuple[int, int]:
    """Return how many parts an expression has, unfolded, and how deep they are nested."""
    inside = [*parts(node), *(node.args if isinstance(node, Helper) else ())]
    measured = [measure(part) for part in inside]
    return 1 + sum(size for size, _ in measured), 1 + max((deep for _, deep in measured), default=0)


def _is_float(tree: ast.AST | None) -> bool:
    if isinstance(tree, ast.Attribute):
        return is_numpy(tree.value) and tree.attr in ("float64", "float_", "double")
    return isinstance(tree, ast.Name) and tree.id == "float"


def is_numpy(tree: ast.AST) -> bool:
    """Say whether this is the name that people import NumPy by."""
    return isinstance(tree, ast.Name) and tree.id in ("np", "numpy")
