"""Text → equation. Python's own parser reads the notation; nothing of it is ever run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from keyword import iskeyword
from math import e, nan, pi
from typing import Any

from tracer import limits
from tracer.language.calls import DEEPEST, MOST_PARTS, Definition, is_numpy
from tracer.language.expression import (
    Equation,
    EquationError,
    Literal,
    Name,
    Node,
    Number,
    Operation,
    Span,
    Transpose,
    names,
)
from tracer.language.functions import DEFINED
from tracer.language.indexing import IndexReader
from tracer.language.naming import as_name
from tracer.language.nearly import LARGEST_WRITTEN, SMALLEST_NUMBER
from tracer.language.refusals import ELSE_REFUSED, REFUSED

LONGEST_EQUATION = limits.EQUATION.most

_BINARY: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_COMPARE: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def parse_equation(text: str, helpers: Mapping[str, Definition] | None = None) -> Equation:
    """Parse `target = expression`, `target += expression`, or the same of a part: `target[0] = …`.

    Raises EquationError, with the span of the fault.
    """
    reader = _EquationReader(text, helpers or {})
    tree = reader.tree("exec")
    whole = Span(0, len(text))
    if len(tree.body) != 1:
        raise EquationError("one equation is wanted here", whole, "Write: name = expression")
    statement = tree.body[0]
    operator = ""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = reader.target(statement.targets[0])
    elif isinstance(statement, ast.AugAssign):
        operator = reader.operator(statement.op, reader.span(statement))
        target = reader.target(statement.target)
    else:
        raise EquationError("this is not an equation", whole, "Write: name = expression")
    value = reader.assigned(target, operator, reader.node(statement.value), whole)
    return Equation(target.name.id, value, text)


def parse_expression(text: str, helpers: Mapping[str, Definition] | None = None) -> Node:
    """Parse an expression that stands alone."""
    reader = _EquationReader(text, helpers or {})
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
        if not parameter.isidentifier() or iskeyword(parameter) or as_name(parameter) in parameters:
            raise EquationError(
                f"'{parameter}' can't be a parameter",
                head,
                "Give each parameter a name of its own: f(a, b) = …",
            )
        parameters.append(as_name(parameter))
        try:
            defaults.append(float(default) if default else None)
        except ValueError:
            defaults.append(nan)
        if defaults[-1] is not None and _no_number(defaults[-1]):
            raise EquationError(
                f"'{default}' can't be a default value",
                head,
                "A default is a number: f(a, slope=0.01) = …",
            )
    # A short name stands in for the head, so that every column stays where it is in the text.
    padded = "_" + " " * (match.end() - 2) + "=" + text[match.end() :]
    body = parse_equation(padded, helpers).expression
    for name in names(body):
        if name.id not in parameters:
            raise EquationError(
                f"the helper uses '{name.id}', which is not one of its parameters",
                name.span,
                f"Make it a parameter: {match[1]}({', '.join([*parameters, name.id])}) = …",
            )
    return Definition(as_name(match[1]), tuple(parameters), tuple(defaults), body)


class _EquationReader(IndexReader):
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
                f"the equation is longer than {LONGEST_EQUATION:,} characters",
                Span(0, 20),
                "Split it into several.",
            )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text, mode=mode)
        except SyntaxError as error:
            start = self.line_start(error.lineno or 1) + max((error.offset or 1) - 1, 0)
            start = min(start, max(len(self.text) - 1, 0))
            raise EquationError(
                f"this can't be read: {error.msg}",
                Span(start, start + 1),
                "Equations are written as in NumPy: hidden = sigmoid(X @ W + b)",
            ) from None
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

    def builtin(self, name: str, axis: int | None) -> Definition:
        return parse_definition(DEFINED[name].text(axis))

    def operator(self, op: ast.AST, span: Span) -> str:
        if type(op) in _BINARY:
            return _BINARY[type(op)]
        message, hint = REFUSED.get(type(op), ("this operator is not part of the language", ""))
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
                unknown = f"'{type(tree).__name__}' is not part of the language", ELSE_REFUSED
                message, hint = REFUSED.get(type(tree), unknown)
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
        if fault := _no_number(value):
            raise EquationError(fault, self.span(tree))
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
        if is_numpy(tree.value):
            constants = {"pi": pi, "e": e}
            if tree.attr in constants:
                return Number(value=constants[tree.attr], span=span)
            raise EquationError(f"'np.{tree.attr}' is not part of the language", span)
        if tree.attr == "T":
            return Transpose(arg=self.node(tree.value), span=span)
        hint = "Write X.shape[0] or X.shape[1]." if tree.attr == "shape" else ""
        raise EquationError(f"'.{tree.attr}' is not part of the language", span, hint)

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


def _no_number(value: float) -> str:
    """Return why spreadsheets have no such number; nothing where they have."""
    if not abs(value) <= LARGEST_WRITTEN:
        return "this number is too large: formulas take numbers up to 9.99E307"
    if 0 < abs(value) < SMALLEST_NUMBER:
        return "this number is too small: spreadsheets take numbers below 2.23E-308 as 0"
    return ""
