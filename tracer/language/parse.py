"""Text → equation. Python's own parser reads the notation; nothing of it is ever run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from keyword import iskeyword
from math import e, isfinite, nan, pi
from typing import Any

from tracer.errors import did_you_mean
from tracer.language.expression import (
    Apply,
    Equation,
    EquationError,
    Fill,
    Helper,
    Item,
    Length,
    Literal,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    Span,
    Stack,
    Transpose,
    names,
    parts,
)
from tracer.language.functions import (
    ALIASES,
    DEFINITIONS,
    OPERATOR_CALLS,
    PRIMITIVES,
    known_functions,
)

LONGEST_EQUATION = 4_000
MOST_PARTS = 2_000
DEEPEST = 100

_BINARY: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@",
}  # fmt: skip
_COMPARE: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
#: What is refused by name, and what to write instead.
_REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.FloorDiv: ("// is not part of the language", "Write round(a / b) or a / b."),
    ast.Mod: ("% is not part of the language", "Compute it before, and give it as data."),
    ast.BitXor: ("^ is not a power here", "Write ** for a power: x ** 2."),
    ast.BitAnd: ("& is not part of the language", "Multiply comparisons: (a > 0) * (b > 0)."),
    ast.BitOr: ("| is not part of the language", "Write maximum(a > 0, b > 0)."),
    ast.LShift: ("<< is not part of the language", "Write a multiplication."),
    ast.RShift: (">> is not part of the language", "Write a division."),
    ast.Not: ("'not' is not part of the language", "Write 1 - condition."),
    ast.Invert: ("~ is not part of the language", "Write 1 - condition."),
    ast.BoolOp: ("'and' and 'or' are not part of the language",
                 "Multiply comparisons, or write maximum(a > 0, b > 0)."),
    ast.IfExp: ("'if' is not part of the language", "Write where(condition, a, b)."),
    ast.Lambda: ("'lambda' is not part of the language", "Define a helper: f(a) = …"),
    ast.ListComp: ("loops are not part of the language", "Write the array operation."),
    ast.GeneratorExp: ("loops are not part of the language", "Write the array operation."),
    ast.JoinedStr: ("text is not part of the language", "Only numbers and names."),
    ast.Starred: ("* before a name is not part of the language", "Write the elements out."),
    ast.NamedExpr: (":= is not part of the language", "Make it an equation of its own."),
    ast.Dict: ("{ } is not part of the language", "Write [ ] for an array."),
    ast.Set: ("{ } is not part of the language", "Write [ ] for an array."),
}  # fmt: skip
_METHODS = ("sum", "mean", "max", "min", "var", "round", "dot", "transpose")


@dataclass(frozen=True)
class Definition:
    """A function defined in the language: its parameters, defaults and body."""

    name: str
    parameters: tuple[str, ...]
    defaults: tuple[float | None, ...]
    body: Node


def parse_equation(text: str, helpers: Mapping[str, Definition] | None = None) -> Equation:
    """Parse `target = expression` (or `target += expression`).

    Raises EquationError, with the span of the fault.
    """
    reader = _Reader(text, helpers or {})
    tree = reader.tree("exec")
    whole = Span(0, len(text))
    if len(tree.body) != 1:
        raise EquationError("one equation is wanted here", whole, "Write: name = expression")
    statement = tree.body[0]
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], reader.node(statement.value)
    elif isinstance(statement, ast.AugAssign):
        target = statement.target
        operator = reader.operator(statement.op, reader.span(statement))
        if not isinstance(target, ast.Name):
            raise reader.bad_target(target)
        left = Name(id=target.id, span=reader.span(target))
        right = reader.node(statement.value)
        value = Operation(operator=operator, args=(left, right), span=whole)
    else:
        raise EquationError("this is not an equation", whole, "Write: name = expression")
    if not isinstance(target, ast.Name):
        raise reader.bad_target(target)
    return Equation(target.id, value, text)


def parse_expression(text: str, helpers: Mapping[str, Definition] | None = None) -> Node:
    """Parse an expression that stands alone."""
    reader = _Reader(text, helpers or {})
    return reader.node(reader.tree("eval").body)


def parse_definition(text: str, helpers: Mapping[str, Definition] | None = None) -> Definition:
    """Parse a helper: `name(a, b) = expression over a and b`."""
    match = re.match(r"\s*([^\W\d]\w*)\s*\(([^()]*)\)\s*=(?!=)", text)
    if match is None:
        raise EquationError(
            "this is not a helper", Span(0, len(text)), "Write: name(a) = expression over a"
        )
    parameters: list[str] = []
    defaults: list[float | None] = []
    for part in match[2].split(","):
        parameter, _, default = (piece.strip() for piece in part.partition("="))
        head = Span(match.start(2), match.end(2))
        if not parameter.isidentifier() or iskeyword(parameter) or parameter in parameters:
            raise EquationError(
                f"'{parameter}' can't be a parameter", head,
                "Give each parameter a name of its own: f(a, b) = …",
            )  # fmt: skip
        parameters.append(parameter)
        try:
            defaults.append(float(default) if default else None)
        except ValueError:
            defaults.append(nan)
        if defaults[-1] is not None and not isfinite(defaults[-1]):
            raise EquationError(
                f"'{default}' can't be a default value", head,
                "A default is a number: f(a, slope=0.01) = …",
            )  # fmt: skip
    # A short name stands in for the head, so that every column stays where it is in the text.
    padded = "_" + " " * (match.end() - 2) + "=" + text[match.end() :]
    body = parse_equation(padded, helpers).expression
    for name in names(body):
        if name.id not in parameters:
            raise EquationError(
                f"the helper uses '{name.id}', which is not one of its parameters", name.span,
                f"Make it a parameter: {match[1]}({', '.join([*parameters, name.id])}) = …",
            )  # fmt: skip
    return Definition(match[1], tuple(parameters), tuple(defaults), body)


class _Reader:
    """Reads one text: turns Python's syntax tree into nodes and refuses the rest by name."""

    def __init__(self, text: str, helpers: Mapping[str, Definition]) -> None:
        self.text = text
        self.helpers = helpers
        self.count = 0
        self.depth = 0

    def tree(self, mode: str) -> Any:
        whole = Span(0, len(self.text))
        if len(self.text) > LONGEST_EQUATION:
            raise EquationError(
                f"the equation is longer than {LONGEST_EQUATION:,} characters", Span(0, 20),
                "Split it into several.",
            )  # fmt: skip
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text, mode=mode)
        except SyntaxError as error:
            start = self.line_start(error.lineno or 1) + max((error.offset or 1) - 1, 0)
            start = min(start, max(len(self.text) - 1, 0))
            raise EquationError(
                f"this can't be read: {error.msg}", Span(start, start + 1),
                "Equations are written as in NumPy: hidden = sigmoid(X @ W + b)",
            ) from None  # fmt: skip
        except (RecursionError, MemoryError, ValueError) as error:
            reason = "it is nested too deeply" if not isinstance(error, ValueError) else str(error)
            raise EquationError(f"this can't be read: {reason}", whole, "Split it.") from None

    def span(self, node: Any) -> Span:
        return Span(
            self.position(node.lineno, node.col_offset),
            self.position(node.end_lineno, node.end_col_offset),
        )

    def position(self, line: int, column: int) -> int:
        # Python counts columns in bytes of UTF-8; carets need characters.
        start = self.line_start(line)
        return start + len(self.text[start:].encode()[:column].decode(errors="ignore"))

    def line_start(self, line: int) -> int:
        ends = [match.end() for match in re.finditer(r"\r\n|\r|\n", self.text)]
        return ends[line - 2] if 2 <= line <= len(ends) + 1 else 0

    def bad_target(self, target: ast.AST) -> EquationError:
        return EquationError(
            "only a plain name can stand left of '='", self.span(target),
            "Parts of an array can't be assigned: compute the whole with vstack, hstack or where.",
        )  # fmt: skip

    def operator(self, op: ast.AST, span: Span) -> str:
        if type(op) in _BINARY:
            return _BINARY[type(op)]
        message, hint = _REFUSED.get(type(op), ("this operator is not part of the language", ""))
        raise EquationError(message, span, hint)

    def node(self, tree: ast.AST) -> Node:
        self.count += 1
        self.depth += 1
        if self.depth > DEEPEST or self.count > MOST_PARTS:
            what = "nested too deeply" if self.depth > DEEPEST else "too long"
            raise EquationError(f"the equation is {what}", self.span(tree), "Split it.")
        try:
            read = getattr(self, f"_{type(tree).__name__.lower()}", None)
            if read is None:
                message, hint = _REFUSED.get(
                    type(tree),
                    (f"'{type(tree).__name__}' is not part of the language",
                     "The language is NumPy's arithmetic on arrays; templates/README.md lists it."),
                )  # fmt: skip
                raise EquationError(message, self.span(tree), hint)
            result: Node = read(tree)
            return result
        finally:
            self.depth -= 1

    def _constant(self, tree: ast.Constant) -> Node:
        if isinstance(tree.value, bool):
            return Number(value=float(tree.value), span=self.span(tree))
        if not isinstance(tree.value, int | float):
            raise EquationError("only numbers and names can be used", self.span(tree))
        try:
            value = float(tree.value)
        except OverflowError:
            value = float("inf")
        if not isfinite(value):
            raise EquationError("this number is too large", self.span(tree))
        return Number(value=value, span=self.span(tree))

    def _name(self, tree: ast.Name) -> Node:
        if tree.id == "AXIS":
            raise EquationError("'AXIS' can't be used as a name", self.span(tree))
        return Name(id=tree.id, span=self.span(tree))

    def _binop(self, tree: ast.BinOp) -> Node:
        operator = self.operator(tree.op, self.span(tree))
        args = (self.node(tree.left), self.node(tree.right))
        return Operation(operator=operator, args=args, span=self.span(tree))

    def _unaryop(self, tree: ast.UnaryOp) -> Node:
        if isinstance(tree.op, ast.UAdd):
            return self.node(tree.operand)
        if not isinstance(tree.op, ast.USub):
            self.operator(tree.op, self.span(tree))
        arg = self.node(tree.operand)
        if isinstance(arg, Number):
            return replace(arg, value=-arg.value, span=self.span(tree))
        return Operation(operator="neg", args=(arg,), span=self.span(tree))

    def _compare(self, tree: ast.Compare) -> Node:
        if len(tree.ops) > 1:
            raise EquationError(
                "comparisons can't be chained", self.span(tree), "Write (a < b) * (b < c)."
            )
        operator = _COMPARE.get(type(tree.ops[0]))
        if operator is None:
            raise EquationError("only < <= > >= == != compare here", self.span(tree))
        args = (self.node(tree.left), self.node(tree.comparators[0]))
        return Operation(operator=operator, args=args, span=self.span(tree))

    def _attribute(self, tree: ast.Attribute) -> Node:
        span = self.span(tree)
        if _is_numpy(tree.value):
            constants = {"pi": pi, "e": e}
            if tree.attr in constants:
                return Number(value=constants[tree.attr], span=span)
            raise EquationError(f"'np.{tree.attr}' is not part of the language", span)
        if tree.attr == "T":
            return Transpose(arg=self.node(tree.value), span=span)
        hint = "Write X.shape[0] or X.shape[1]." if tree.attr == "shape" else ""
        raise EquationError(f"'.{tree.attr}' is not part of the language", span, hint)

    def _subscript(self, tree: ast.Subscript) -> Node:
        span, value = self.span(tree), tree.value
        items = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
        picked = tuple(self._item(item) for item in items)
        if isinstance(value, ast.Attribute) and value.attr == "shape":
            if len(picked) != 1 or not isinstance(picked[0], int):
                raise EquationError("shape takes one number", span, "Write X.shape[0].")
            return Length(arg=self.node(value.value), axis=picked[0], span=span)
        return Pick(arg=self.node(value), items=picked, span=span)

    def _item(self, tree: ast.expr) -> Item:
        if isinstance(tree, ast.Slice):
            bounds = [
                None if part is None else self._whole(part)
                for part in (tree.lower, tree.upper, tree.step)
            ]
            if bounds[2] == 0:
                raise EquationError("a slice's step can't be 0", self.span(tree))
            return slice(*bounds)
        if isinstance(tree, ast.Constant) and tree.value is None:
            return None
        if isinstance(tree, ast.Attribute) and tree.attr == "newaxis" and _is_numpy(tree.value):
            return None
        return self._whole(tree)

    def _whole(self, tree: ast.expr) -> int:
        node = self.node(tree)
        truth = isinstance(tree, ast.Constant) and isinstance(tree.value, bool)
        if isinstance(node, Number) and node.value == int(node.value) and not truth:
            return int(node.value)
        raise EquationError(
            "an index must be a whole number written out", self.span(tree), "Write X[0], X[:, 1]."
        )

    def _list(self, tree: ast.List | ast.Tuple) -> Node:
        span = self.span(tree)
        nested = [isinstance(element, ast.List | ast.Tuple) for element in tree.elts]
        if not tree.elts or (any(nested) and not all(nested)):
            raise EquationError("an array needs rows of numbers", span, "Write [[1, 2], [3, 4]].")
        if not nested[0]:
            return Literal(rows=(tuple(map(self.node, tree.elts)),), vector=True, span=span)
        rows = tuple(
            tuple(map(self.node, row.elts))
            for row in tree.elts
            if isinstance(row, ast.List | ast.Tuple)
        )
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise EquationError("the rows of an array must be equally long", span)
        return Literal(rows=rows, vector=False, span=span)

    _tuple = _list

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
            if _is_numpy(tree.func.value):
                return self._function(tree.func.attr, list(tree.args), keywords, span)
            if tree.func.attr in _METHODS:
                arguments = [tree.func.value, *tree.args]
                return self._function(tree.func.attr, arguments, keywords, span)
            raise EquationError(
                f"'.{tree.func.attr}()' is not part of the language", span,
                "Methods known: " + ", ".join(f".{m}()" for m in _METHODS),
            )  # fmt: skip
        raise EquationError("this can't be called", span)

    def _function(
        self, written: str, args: list[ast.expr], keywords: dict[str, ast.expr], span: Span
    ) -> Node:
        name = ALIASES.get(written, written)
        if written in self.helpers:
            return self._defined(self.helpers[written], args, keywords, span)
        if name in DEFINITIONS:
            axis = self._take_axis(keywords, args, 1, -1) if "AXIS" in DEFINITIONS[name] else None
            return self._defined(_builtin(name, axis), args, keywords, span)
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
            f"'{written}' is not a known function", span,
            (did_you_mean(written, [*known_functions(), *self.helpers]).strip()
             or "A template may define helpers of its own: f(a) = …"),
        )  # fmt: skip

    def _primitive(
        self, name: str, written: str, args: list[ast.expr],
        keywords: dict[str, ast.expr], span: Span,
    ) -> Node:  # fmt: skip
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
                    "round takes a whole number of decimals from -15 to 15", span,
                    "Write round(x, 2).",
                )  # fmt: skip
        return Apply(function=name, args=tuple(nodes), axis=axis, keepdims=keepdims, span=span)

    def _defined(
        self, definition: Definition, args: list[ast.expr],
        keywords: dict[str, ast.expr], span: Span,
    ) -> Node:  # fmt: skip
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
        sizes = {name: _measure(node) for name, node in values.items()}
        body = self._put_in(definition.body, values, sizes, span, self.depth)
        return Helper(name=definition.name, args=args_given, body=body, span=span)

    def _put_in(
        self, node: Node, values: Mapping[str, Node],
        sizes: Mapping[str, tuple[int, int]], span: Span, depth: int,
    ) -> Node:  # fmt: skip
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
        self, written: str, args: Sequence[ast.expr], keywords: Mapping[str, ast.expr],
        bounds: tuple[int, int], span: Span,
    ) -> None:  # fmt: skip
        if keywords:
            name, tree = next(iter(keywords.items()))
            raise EquationError(
                f"{written} has no keyword '{name}' here", self.span(tree),
                "Leave it out." if name != "axis" else "Only sum, mean, max, min, var take axis.",
            )  # fmt: skip
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


def map_parts(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return `node` with `change` applied to each node directly inside it."""
    match node:
        case Operation(args=args) | Apply(args=args) | Stack(args=args):
            return replace(node, args=tuple(map(change, args)))
        case Helper(args=args, body=body):
            return replace(node, args=tuple(map(change, args)), body=change(body))
        case Transpose(arg=arg) | Pick(arg=arg) | Fill(arg=arg) | Length(arg=arg):
            return replace(node, arg=change(arg))
        case Literal(rows=rows):
            return replace(node, rows=tuple(tuple(map(change, row)) for row in rows))
    return node


def _measure(node: Node) -> tuple[int, int]:
    """Return how many parts an expression has, unfolded, and how deep they are nested."""
    inside = [*parts(node), *(node.args if isinstance(node, Helper) else ())]
    measured = [_measure(part) for part in inside]
    return 1 + sum(size for size, _ in measured), 1 + max((deep for _, deep in measured), default=0)


def _is_float(tree: ast.AST | None) -> bool:
    if isinstance(tree, ast.Attribute):
        return _is_numpy(tree.value) and tree.attr in ("float64", "float_", "double")
    return isinstance(tree, ast.Name) and tree.id == "float"


def _is_numpy(tree: ast.AST) -> bool:
    return isinstance(tree, ast.Name) and tree.id in ("np", "numpy")


def _builtin(name: str, axis: int | None) -> Definition:
    text = DEFINITIONS[name].replace(", axis=-1", "").replace("AXIS", str(axis))
    return parse_definition(text)
