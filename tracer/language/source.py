"""Expression → text in the template's language, as a person would type it."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.language.expression import (
    Apply,
    Constants,
    Fill,
    Helper,
    Hits,
    Item,
    Labelled,
    Length,
    Literal,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    Put,
    Reshape,
    Stack,
    Transpose,
    walk,
)
from tracer.language.functions import DEFINED, OWN
from tracer.language.operators import COMPARISON, MULTIPLICATIVE, OPERATORS

_ATOM = 9
#: What takes a shape; others take their sizes one by one.
_SHAPED = ("zeros", "ones")
#: Operators that only numbers have that are known beforehand.
_WHOLE = ("//", "%")
#: In Python a minus binds less tightly than a power (in spreadsheets it is the other way).
_NEGATIVE = MULTIPLICATIVE + 0.5


def source(node: Node) -> str:
    """Return an expression's text; parsing it gives the expression again."""
    return _written(node)[0]


def equation_source(target: str, expression: Node) -> str:
    """Return an equation's text."""
    if isinstance(expression, Put):
        return f"{target}{_picked(expression.items)} = {source(expression.value)}"
    return f"{target} = {source(expression)}"


def typed_number(value: float) -> str:
    """Return a number as people type it: 2, 0.5, 1e-08."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _written(node: Node) -> tuple[str, float]:
    """Return a part's text and how tightly its outermost operator binds."""
    match node:
        case Number(value=value, text=text):
            if text:
                return text, _ATOM
            return typed_number(value), _ATOM if value >= 0 else _NEGATIVE
        case Name(id=name):
            return name, _ATOM
        case Operation(operator=operator, args=args):
            return _operation(operator, args)
        case Apply(function=function, args=args, axis=axis, keepdims=keepdims):
            listed = [source(arg) for arg in args]
            function = f"np.{function}" if _is_ambiguous(node) else function
            listed += [] if axis is None else [f"axis={axis}"]
            listed += ["keepdims=True"] if keepdims else []
            return f"{function}({', '.join(listed)})", _ATOM
        case Hits(body=body):
            return _written(body)
        case Labelled():
            return _labelled(node), _ATOM
        case Helper():
            return _helper(node), _ATOM
        case Transpose(arg=arg):
            return f"{_inside(arg, _ATOM)}.T", _ATOM
        case Pick(arg=arg, items=items):
            return f"{_inside(arg, _ATOM)}{_picked(items)}", _ATOM
    return _array(node), _ATOM


def _array(node: Node) -> str:
    """Return the text of what builds or reshapes arrays, or asks for their sizes."""
    match node:
        case Stack(args=args, axis=axis):
            return f"{('vstack', 'hstack')[axis]}([{_listed(args)}])"
        case Reshape(arg=arg, shape=shape):
            return f"reshape({source(arg)}, {_shape(tuple(map(str, shape)))})"
        case Constants(function=function, args=args):
            sizes = tuple(map(source, args))
            listed = _shape(sizes) if function in _SHAPED else ", ".join(sizes)
            return f"{function}({listed})"
        case Literal(rows=rows, vector=vector):
            shown = [f"[{_listed(row)}]" for row in rows]
            return shown[0] if vector else f"[{', '.join(shown)}]"
        case Fill(arg=arg, value=value):
            return f"{'ones_like' if value else 'zeros_like'}({source(arg)})"
        case Length(arg=arg, axis=axis):
            return length_text(arg, axis)
    raise AssertionError(f"no rule for {type(node).__name__}")


def _labelled(node: Labelled) -> str:
    table, labels = node.args
    array, label = _inside(table, _ATOM), source(labels)
    if node.name == "rows":
        return f"{array}[{label}]"
    if node.name == "across":
        return f"{array}[arange({length_text(table, 0)}), {label}]"
    return f"{array}[{label}, arange({length_text(table, 1)})]"


def _is_ambiguous(node: Apply) -> bool:
    """Say whether Python's own function would add up a matrix inside in another way."""
    if not _is_own(node):
        return False
    within = (part for part in walk(node.args[0]) if part is not node.args[0])
    return any(
        isinstance(part, Apply)
        and part.function == "sum"
        and _is_own(part)
        and len(part.args[0].shape) == 2
        for part in within
    )


def _is_own(node: Apply) -> bool:
    """Say whether a call is written as one of Python's own."""
    return node.function in OWN and node.axis is None and not node.keepdims


def _shape(sizes: Sequence[str]) -> str:
    return sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})"


def _helper(node: Helper) -> str:
    listed = [source(arg) for arg in node.args]
    takes_axis = node.table and DEFINED[node.name].takes_axis
    # The last axis is what such a function works along by itself.
    if takes_axis and node.axis not in (-1, len(node.shape) - 1):
        listed.append(f"axis={node.axis}")
    return f"{node.name}({', '.join(listed)})"


def _operation(operator: str, args: tuple[Node, ...]) -> tuple[str, float]:
    if operator == "neg":
        return f"-{_inside(args[0], MULTIPLICATIVE)}", _NEGATIVE
    binding = MULTIPLICATIVE if operator in _WHOLE else OPERATORS[operator].binding
    # Powers group from the right, everything else from the left.
    first, second = (binding + 1, binding) if operator == "**" else (binding, binding + 1)
    # Comparisons can't be chained.
    first += binding == COMPARISON
    return f"{_inside(args[0], first)} {operator} {_inside(args[1], second)}", binding


def length_text(array: Node, axis: int) -> str:
    """Return how people write an array's size along an axis."""
    return f"{_inside(array, _ATOM)}.shape[{axis}]" if axis else f"len({source(array)})"


def _inside(node: Node, binding: float) -> str:
    text, own = _written(node)
    return f"({text})" if own < binding else text


def _listed(nodes: Sequence[Node]) -> str:
    return ", ".join(map(source, nodes))


def _picked(items: Sequence[Item]) -> str:
    return f"[{', '.join(map(_item, items))}]"


def _item(item: Item) -> str:
    if item is None:
        return "None"
    if isinstance(item, int):
        return str(item)
    start, stop = ("" if end is None else str(end) for end in (item.start, item.stop))
    return f"{start}:{stop}" + ("" if item.step is None else f":{item.step}")
