"""What looks like the language but isn't: refused by name, with what to write instead."""

from __future__ import annotations

import ast

#: What is refused by name, and what to write instead.
REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.BitXor: ("^ is not a power here", "Write ** for a power: x ** 2."),
    ast.BitAnd: ("& is not part of the language", "Multiply comparisons: (a > 0) * (b > 0)."),
    ast.BitOr: ("| is not part of the language", "Write maximum(a > 0, b > 0)."),
    ast.LShift: ("<< is not part of the language", "Write a multiplication."),
    ast.RShift: (">> is not part of the language", "Write a division."),
    ast.Not: ("'not' is not part of the language", "Write 1 - condition."),
    ast.Invert: ("~ is not part of the language", "Write 1 - condition."),
    ast.BoolOp: (
        "'and' and 'or' are not part of the language",
        "Multiply comparisons, or write maximum(a > 0, b > 0).",
    ),
    ast.IfExp: ("'if' is not part of the language", "Write where(condition, a, b)."),
    ast.Lambda: ("'lambda' is not part of the language", "Define a helper: f(a) = …"),
    ast.ListComp: ("loops are not part of the language", "Write the array operation."),
    ast.GeneratorExp: ("loops are not part of the language", "Write the array operation."),
    ast.JoinedStr: ("text is not part of the language", "Only numbers and names."),
    ast.Starred: ("* before a name is not part of the language", "Write the elements out."),
    ast.NamedExpr: (":= is not part of the language", "Make it an equation of its own."),
    ast.Dict: ("{ } is not part of the language", "Write [ ] for an array."),
    ast.Set: ("{ } is not part of the language", "Write [ ] for an array."),
}
#: The hint for whatever else is refused.
ELSE_REFUSED = "The language is NumPy's arithmetic on arrays; templates/README.md lists it."
