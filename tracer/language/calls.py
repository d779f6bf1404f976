"""Function calls: which function is meant, and whether its arguments are of its form."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tracer import limits
from tracer.errors import did_you_mean
from tracer.language.as_written import OwnSum
from tracer.language.expression import (
    Apply,
    EquationError,
    Helper,
    Name,
    Node,
    Number,
    Operation,
    Span,
    map_parts,
    parts,
)
from tracer.language.functions import (
    ALIASES,
    DEFINED,
    OPERATOR_CALLS,
    OWN,
    PRIMITIVES,
    known_functions,
)
from tracer.language.structural import MAKERS, TYPED, ArrayCall

MOST_PARTS = limits.PARTS.most
DEEPEST = limits.DEPTH.most
_METHODS = (
    *(name for name, row in PRIMITIVES.items() if row.kind == "reduction" and name != "norm"),
    *("round", "clip", "dot", "transpose"),
    *("reshape", "ravel", "flatten", "squeeze", "copy"),
)


_REDUCTIONS = ", ".join(name for name, row in PRIMITIVES.items() if row.kind == "reduction")


@dataclass(frozen=True)
class Definition:
    """A function defined in the language: its parameters, defaults and body."""

    name: str
    parameters: tuple[str, ...]
    defaults: tuple[float | None, ...]
    body: Node


@dataclass
class _Called:
    """A call as it is written; what has been read of its arguments is taken away."""

    written: str
    args: list[ast.expr]
    keywords: dict[str, ast.expr]
    span: Span


class CallReader(ABC):
    """Reads calls; what surrounds them is read by the class that builds on it."""

    helpers: Mapping[str, Definition]
    count: int
    depth: int
    #: The call of one of Python's own functions that is being read.
    around: ast.Call | None = None

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
            return self._own(tree, _Called(tree.func.id, [*tree.args], keywords, span))
        if isinstance(tree.func, ast.Attribute):
            if is_numpy(tree.func.value) or _is_norm(tree.func):
                return self._function(_Called(tree.func.attr, [*tree.args], keywords, span))
            if tree.func.attr in _METHODS:
                arguments = [tree.func.value, *tree.args]
                return self._function(_Called(tree.func.attr, arguments, keywords, span))
            raise EquationError(
                f"'.{tree.func.attr}()' is not part of the language",
                span,
                "Methods known: " + ", ".join(f".{m}()" for m in _METHODS),
            )
        raise EquationError("this can't be called", span)

    def _own(self, tree: ast.Call, call: _Called) -> Node:
        """Read a call without np.: where two of Python's own are nested, a sum is marked."""
        alone = len(call.args) == 1 and not call.keywords
        if call.written not in OWN or call.written in self.helpers or not alone:
            return self._function(call)
        around, self.around = self.around, tree
        node = self._function(call)
        self.around = around
        # sum(sum(X)) is the same either way.
        same = around is not None and call.written == "sum" and _sums(around, tree)
        if around is None or call.written != "sum" or same:
            return node
        return OwnSum(arg=node, span=call.span)

    def _function(self, call: _Called) -> Node:
        written, span = call.written, call.span
        name = ALIASES.get(written, written)
        if written in self.helpers:
            return self._defined(self.helpers[written], call)
        if name in DEFINED:
            axis = self._take_axis(call, -1) if DEFINED[name].takes_axis else None
            return self._defined(self.builtin(name, axis), call, axis, table=True)
        if name in OPERATOR_CALLS:
            self._count(call, (2, 2))
            pair = (self.node(call.args[0]), self.node(call.args[1]))
            return Operation(operator=OPERATOR_CALLS[name], args=pair, span=span)
        if name in PRIMITIVES:
            return self._primitive(name, call)
        if name in MAKERS:
            maker = MAKERS[name]
            if name in TYPED and _is_float(call.keywords.get("dtype")):
                del call.keywords["dtype"]
            taken = [key for key in call.keywords if key in maker.keywords]
            keywords = {key: call.keywords.pop(key) for key in taken}
            self._count(call, maker.arguments)
            return maker.make(ArrayCall(written, call.args, keywords, span, self.node))
        raise EquationError(
            f"'{written}' is not a known function",
            span,
            (
                did_you_mean(written, [*known_functions(), *self.helpers]).strip()
                or "A template may define helpers of its own: f(a) = …"
            ),
        )

    def _primitive(self, name: str, call: _Called) -> Node:
        row, span = PRIMITIVES[name], call.span
        axis, keepdims = None, False
        if row.kind == "reduction":
            axis = self._take_axis(call, None, second=row.axis_second)
            if "keepdims" in call.keywords:
                keepdims = self._truth(call.keywords.pop("keepdims"))
        elif "decimals" in call.keywords:
            call.args.append(call.keywords.pop("decimals"))
        self._count(call, row.arguments)
        nodes = [self.node(arg) for arg in call.args]
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
        call: _Called,
        axis: int | None = None,
        *,
        table: bool = False,
    ) -> Node:
        args, keywords, span = call.args, call.keywords, call.span
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
        return Helper(
            name=definition.name, args=args_given, body=body, axis=axis, table=table, span=span
        )

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

    def _take_axis(self, call: _Called, default: int | None, *, second: bool = True) -> int | None:
        """Return the axis that a call names; where `second`, also without its keyword."""
        tree = call.keywords.pop("axis", None)
        if tree is None and len(call.args) > 1 and second:
            tree = call.args.pop(1)
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

    def _count(self, call: _Called, bounds: tuple[int, int]) -> None:
        written, args, keywords, span = call.written, call.args, call.keywords, call.span
        if keywords:
            name, tree = next(iter(keywords.items()))
            raise EquationError(
                f"{written} has no keyword '{name}' here",
                self.span(tree),
                "Leave it out." if name != "axis" else f"Only {_REDUCTIONS} take axis.",
            )
        low, high = bounds
        if not low <= len(args) <= high:
            wanted = str(low) if low == high else f"{low} to {high}"
            noun = "argument" if wanted == "1" else "arguments"
            raise EquationError(f"{written} takes {wanted} {noun}, not {len(args)}", span)


def measure(node: Node) -> tuple[int, int]:
    """Return how many parts an expression has, unfolded, and how deep they are nested."""
    inside = [*parts(node), *(node.args if isinstance(node, Helper) else ())]
    measured = [measure(part) for part in inside]
    return 1 + sum(size for size, _ in measured), 1 + max((deep for _, deep in measured), default=0)


def _sums(around: ast.Call, inner: ast.Call) -> bool:
    """Say whether one call adds up just what another gives."""
    function = around.func
    return isinstance(function, ast.Name) and function.id == "sum" and around.args[0] is inner


def _is_float(tree: ast.AST | None) -> bool:
    if isinstance(tree, ast.Attribute):
        return is_numpy(tree.value) and tree.attr in ("float64", "float_", "double")
    return isinstance(tree, ast.Name) and tree.id == "float"


def _is_norm(tree: ast.Attribute) -> bool:
    """Say whether this is `np.linalg.norm`, or `linalg.norm`."""
    match tree.value:
        case ast.Name(id="linalg"):
            return tree.attr == "norm"
        case ast.Attribute(attr="linalg", value=module):
            return tree.attr == "norm" and is_numpy(module)
    return False


def is_numpy(tree: ast.AST) -> bool:
    """Say whether this is the name that people import NumPy by."""
    return isinstance(tree, ast.Name) and tree.id in ("np", "numpy")
