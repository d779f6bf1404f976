from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.refused import REFUSED
from tests.work import calls
from tracer.language.as_written import ByLabel, Join, OwnSum, PutAt
from tracer.language.calls import Definition
from tracer.language.evaluate import evaluate
from tracer.language.expression import (
    Apply,
    Constants,
    Equation,
    EquationError,
    Fill,
    Helper,
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
from tracer.language.functions import known_functions
from tracer.language.parse import (
    parse_definition,
    parse_equation,
    parse_expression,
)
from tracer.language.shapes import shaped


def helpers(*texts: str) -> dict[str, Definition]:
    """Parse definitions, each with those before it."""
    found: dict[str, Definition] = {}
    for text in texts:
        definition = parse_definition(text, found)
        found[definition.name] = definition
    return found


def bare(node: Node) -> str:
    """Write an expression in full brackets, so that a table can say what was understood."""
    match node:
        case Number(value=value):
            return f"{value:g}"
        case Name(id=name):
            return name
        case Operation(operator="neg", args=(arg,)):
            return f"(-{bare(arg)})"
        case Operation(operator=operator, args=(left, right)):
            return f"({bare(left)} {operator} {bare(right)})"
        case Apply(function=function, args=args, axis=axis, keepdims=keepdims):
            options = (
                f"; {axis}{' kept' if keepdims else ''}" if axis is not None or keepdims else ""
            )
            return f"{function}({', '.join(map(bare, args))}{options})"
        case Helper(name=name, args=args, body=body):
            return f"{name}<{', '.join(map(bare, args))}>{{{bare(body)}}}"
        case Transpose(arg=arg):
            return f"{bare(arg)}'"
        case Pick(arg=arg, items=items):
            return f"{bare(arg)}{list(items)}"
    return bare_array(node)


def bare_array(node: Node) -> str:
    """Write what builds or reshapes arrays."""
    match node:
        case Stack(args=args, axis=axis):
            return f"stack{axis}({', '.join(map(bare, args))})"
        case Literal(rows=rows, vector=vector):
            texts = ["[" + ", ".join(map(bare, row)) + "]" for row in rows]
            return texts[0] if vector else "[" + ", ".join(texts) + "]"
        case Fill(arg=arg, value=value):
            return f"fill({bare(arg)}, {value:g})"
        case Put(arg=arg, items=items, value=value):
            return f"{bare(arg)} with {list(items)}: {bare(value)}"
        case Join(function=function, args=args, axis=axis):
            return f"{function}{axis}({', '.join(map(bare, args))})"
        case Reshape(arg=arg, sizes=sizes, like=None):
            return f"reshape({bare(arg)}; {', '.join(map(bare, sizes))})"
        case Reshape(arg=arg, like=Node() as like):
            return f"reshape({bare(arg)} like {bare(like)})"
        case Constants(function=function, args=args):
            return f"{function}<{', '.join(map(bare, args))}>"
        case ByLabel(arg=arg, labels=labels, counted=counted, axis=axis):
            beside = "" if counted is None else f" beside {bare(counted)} of axis {1 - axis}"
            return f"{bare(arg)} by {bare(labels)}{beside}"
        case PutAt(arg=arg, at=at, value=value, operator=operator):
            return f"{bare(arg)} at {bare(at)}: {operator}{bare(value)}"
        case OwnSum(arg=arg):
            return f"own {bare(arg)}"
        case Length(arg=arg, axis=axis):
            return f"size({bare(arg)}, {axis})"
    raise AssertionError(node)


UNDERSTOOD = {
    "X @ wh + bh": "((X @ wh) + bh)",
    "np.dot(a, b)": "(a @ b)",
    "numpy.dot(a, b)": "(a @ b)",
    "a.dot(b)": "(a @ b)",
    "a.dot(b).dot(c)": "((a @ b) @ c)",
    "np.matmul(a, b)": "(a @ b)",
    "np.multiply(a, b) + np.subtract(a, b)": "((a * b) + (a - b))",
    "np.divide(a, np.add(b, c))": "(a / (b + c))",
    "np.power(a, 2)": "(a ** 2)",
    "a.T @ b": "(a' @ b)",
    "a.T.T": "a''",
    "np.transpose(a)": "a'",
    "a.transpose()": "a'",
    "a - b - c": "((a - b) - c)",
    "a ** b ** c": "(a ** (b ** c))",
    "-a ** 2": "(-(a ** 2))",
    "(-a) ** 2": "((-a) ** 2)",
    "-2 ** 2": "(-(2 ** 2))",
    "a ** -1": "(a ** -1)",
    "+a - +3": "(a - 3)",
    "a > 0": "(a > 0)",
    "(a <= b) * (b != c)": "((a <= b) * (b != c))",
    "np.sum(x, axis=0, keepdims=True)": "sum(x; 0 kept)",
    "np.sum(x, axis=-1, keepdims=False)": "sum(x; -1)",
    "np.sum(x, 1)": "sum(x; 1)",
    "x.sum(axis=1)": "sum(x; 1)",
    "x.sum(0)": "sum(x; 0)",
    "x.mean()": "mean(x)",
    "sum(x, axis=None)": "sum(x)",
    "np.average(x)": "mean(x)",
    "np.amax(x) - np.amin(x)": "(max(x) - min(x))",
    "np.absolute(x)": "abs(x)",
    "ln(x)": "log(x)",
    "np.round_(x, 2)": "round(x, 2)",
    "round(x)": "round(x, 0)",
    "np.around(x, decimals=3)": "round(x, 3)",
    "x.round(1)": "round(x, 1)",
    "np.where(a > b, a, b)": "where((a > b), a, b)",
    "np.maximum(0, x)": "maximum(0, x)",
    "X[0]": "X[0]",
    "X[-1, 2]": "X[-1, 2]",
    "X[:, 1]": "X[slice(None, None, None), 1]",
    "X[1:3, ::-1]": "X[slice(1, 3, None), slice(None, None, -1)]",
    "v[:, None]": "v[slice(None, None, None), None]",
    "v[np.newaxis, :]": "v[None, slice(None, None, None)]",
    "X[0][1]": "X[0][1]",
    "X[2.0]": "X[2]",
    "[1, -2, a]": "[1, -2, a]",
    "(1, 2)": "[1, 2]",
    "np.array([[1, 2], [3, b]])": "[[1, 2], [3, b]]",
    "np.array([[1, 2]], dtype=np.float64)": "[[1, 2]]",
    "np.array(x, dtype=float)": "x",
    "len(X)": "size(X, 0)",
    "X.shape[0] * X.shape[-1]": "(size(X, 0) * size(X, -1))",
    "(a @ b).shape[1]": "size((a @ b), 1)",
    "np.zeros_like(x) + ones_like(x)": "(fill(x, 0) + fill(x, 1))",
    "np.vstack([a, b])": "stack0(a, b)",
    "np.hstack((a, b, c))": "stack1(a, b, c)",
    "np.concatenate([a, b], axis=1)": "concatenate1(a, b)",
    "np.concatenate((a, b), 1)": "concatenate1(a, b)",
    "np.c_[a, b] - np.r_[a]": "(c_0(a, b) - r_0(a))",
    "column_stack([a, b])": "column_stack0(a, b)",
    "a.reshape(2, -1)": "reshape(a; 2, -1)",
    "np.reshape(a, (2, 3))": "reshape(a; 2, 3)",
    "a.reshape(b.shape)": "reshape(a like b)",
    "a.ravel() + a.flatten()": "(reshape(a; -1) + reshape(a; -1))",
    "np.squeeze(a)": "reshape(a; )",
    "np.zeros((2, len(a)), dtype=float)": "zeros<2, size(a, 0)>",
    "np.zeros(a.shape)": "fill(a, 0)",
    "np.full((2, 3), b)": "(ones<2, 3> * b)",
    "np.eye(3) - identity(n)": "(eye<3> - eye<n>)",
    "np.arange(1, 5)": "arange<1, 5>",
    "len(a) // 2 % 3": "((size(a, 0) // 2) % 3)",
    "np.linalg.norm(a, axis=1)": "norm(a; 1)",
    "a.std(0) + a.argmax(axis=1)": "(std(a; 0) + argmax(a; 1))",
    "a.clip(0, 1)": "clip<a, 0, 1>{minimum(maximum(a, 0), 1)}",
    "a.copy()": "a",
    "p[arange(3), y]": "p by y beside arange<3> of axis 0",
    "p[y, range(len(y))]": "p by y beside arange<size(y, 0)> of axis 1",
    "p[y] + p[[0, 1]]": "(p by y + p by [0, 1])",
    "sum(a * sum(b)) + sum(sum(c))": "(sum((a * own sum(b))) + sum(sum(c)))",
    "sum(a * max(b)) + np.sum(sum(c))": "(sum((a * max(b))) + sum(sum(c)))",
    "np.pi * np.e": "(3.14159 * 2.71828)",
    "1e-3 + 0x10 + 1_000 + .5": "(((0.001 + 16) + 1000) + 0.5)",
    "True + x": "(1 + x)",
    "square(x)": "square<x>{(x ** 2)}",
    "leaky_relu(x)": "leaky_relu<x>{where((x > 0), x, (0.01 * x))}",
    "leaky_relu(x, slope=0.2)": "leaky_relu<x, 0.2>{where((x > 0), x, (0.2 * x))}",
    "leaky_relu(x, 0.2)": "leaky_relu<x, 0.2>{where((x > 0), x, (0.2 * x))}",
    "softmax(x, axis=0)": (
        "softmax<x>{(exp((x - max(x; 0 kept))) / sum(exp((x - max(x; 0 kept))); 0 kept))}"
    ),
    "δ_größe * ŷ": "(δ_größe * ŷ)",
    "a + b  # the comment (is not read": "(a + b)",
    "(a\n  + b)": "(a + b)",
    "AXIS_1": "AXIS_1",
}


@pytest.mark.parametrize("text", UNDERSTOOD, ids=str)
def test_understands_numpy_notation(text: str) -> None:
    assert bare(parse_expression(text)) == UNDERSTOOD[text]


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("h = X @ w", "h", "(X @ w)"),
        ("b += d * lr", "b", "(b + (d * lr))"),
        ("b -= d * lr", "b", "(b - (d * lr))"),
        ("b *= 1 + d", "b", "(b * (1 + d))"),
        ("b /= 2", "b", "(b / 2)"),
        ("b **= 2", "b", "(b ** 2)"),
        ("b @= c", "b", "(b @ c)"),
        ("b //= 2", "b", "(b // 2)"),
        ("b[y > 0] = 0", "b", "b at (y > 0): 0"),
        ("b[arange(3), y] -= 1", "b", "b at b by y beside arange<3> of axis 0: -1"),
        ("b[0] = c", "b", "b with [0]: c"),
        (
            "b[:, 1] -= c",
            "b",
            "b with [slice(None, None, None), 1]: (b[slice(None, None, None), 1] - c)",
        ),
        ("ŷ = σ", "ŷ", "σ"),
        ("a = b # why = because", "a", "b"),
        ("a = b;", "a", "b"),
    ],
)
def test_reads_equations(text: str, target: str, expected: str) -> None:
    equation = parse_equation(text)
    assert (equation.target, bare(equation.expression), equation.text) == (target, expected, text)


@pytest.mark.parametrize("name", known_functions())
def test_reads_every_known_function_also_after_np(name: str) -> None:
    for count in (1, 2, 3):
        args = ", ".join(["x", "2", "3"][:count])
        args = "[x]" if name in ("vstack", "hstack", "concatenate", "column_stack") else args
        try:
            plain = parse_expression(f"{name}({args})")
        except EquationError as error:
            assert "takes" in error.message
        else:
            assert bare(plain) == bare(parse_expression(f"np.{name}({args})"))
            return
    pytest.fail(f"{name} takes neither 1, 2 nor 3 arguments")


class TestHelpers:
    def test_put_their_arguments_in(self) -> None:
        known = helpers("d(a) = a * (1 - a)", "twice(a, b=2) = d(a) * b")
        assert bare(parse_expression("d(x + 1)", known)) == (
            "d<(x + 1)>{((x + 1) * (1 - (x + 1)))}"
        )
        assert bare(parse_expression("twice(x)", known)) == "twice<x>{(d<x>{(x * (1 - x))} * 2)}"
        assert bare(parse_expression("twice(b=y, a=x)", known)) == (
            "twice<x, y>{(d<x>{(x * (1 - x))} * y)}"
        )

    def test_their_parts_stand_where_the_call_stands(self) -> None:
        text = "1 + d(x)"
        call = parse_expression(text, helpers("d(a) = a * 2"))
        inside = {text[part.span.start : part.span.end] for part in walk(call)}
        assert inside == {text, "1", "d(x)", "x"}

    @pytest.mark.parametrize(
        ("text", "defaults"),
        [
            ("f(a) = a * 2  # twice", (None,)),
            ("  f ( a ) =a", (None,)),
            ("f(a, slope=0.01) = slope * a", (None, 0.01)),
            ("f(a, b = -1e-2) = a * b", (None, -0.01)),
            ("größe(ü) = ü ** 2", (None,)),
        ],
    )
    def test_definitions(self, text: str, defaults: tuple[float | None, ...]) -> None:
        assert parse_definition(text).defaults == defaults

    @pytest.mark.parametrize(
        ("text", "message", "under", "hint"),
        [
            ("f = a", "this is not a helper", "f = a", "Write: name(a) = expression over a"),
            ("f(a) == a", "this is not a helper", "f(a) == a", "Write: name(a) ="),
            ("f() = 1", "'' can't be a parameter", "", "Give each parameter a name of its own"),
            ("f(a, a) = a", "'a' can't be a parameter", "a, a", "Give each parameter a name"),
            ("f(2) = 2", "'2' can't be a parameter", "2", "Give each parameter a name"),
            ("f(if) = 1", "'if' can't be a parameter", "if", "Give each parameter a name"),
            ("f(a, b=x) = a * b", "'x' can't be a default value", "a, b=x", "is a number"),
            ("f(a, b=nan) = a * b", "'nan' can't be a default value", "a, b=nan", "is a number"),
            ("f(a, b=1e999) = a", "'1e999' can't be a default value", "a, b=1e999", "is a number"),
            (
                "f(a) = a * lr",
                "the helper uses 'lr', which is not one of its parameters",
                "lr",
                "Make it a parameter: f(a, lr) = …",
            ),
            ("f(a) = a ^ 2", "^ is not a power here", "a ^ 2", "Write ** for a power"),
            ("f(a) = a) * (a", "this can't be read: unmatched ')'", ")", "as in NumPy"),
            ("f(a) = a = 2", "this is not an equation", "f(a) = a = 2", "Write: name ="),
            ("f(a) =", "this can't be read: invalid syntax", "=", "as in NumPy"),
            ("f(a) = f(a)", "'f' is not a known function", "f(a)", "A template may define"),
        ],
    )
    def test_refused_definitions(self, text: str, message: str, under: str, hint: str) -> None:
        with pytest.raises(EquationError) as caught:
            parse_definition(text)
        _assert_error(caught.value, text, message, under, hint)

    @pytest.mark.parametrize("call", ["d()", "d(x, y, z)", "d(x, c=1)", "d(b=1)", "d(x, a=1)"])
    def test_refused_calls(self, call: str) -> None:
        with pytest.raises(EquationError) as caught:
            parse_expression(call, helpers("d(a, b=2) = a * b"))
        _assert_error(caught.value, call, "d takes (a, b)", call, "Give each of them once.")


def _assert_error(error: EquationError, text: str, message: str, under: str, hint: str) -> None:
    shown = (error.message, text[error.span.start : error.span.end])
    assert shown == (message, under)
    assert hint in error.hint if hint else error.hint == ""


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_refuses_everything_else_by_name(text: str) -> None:
    message, under, hint = REFUSED[text]
    with pytest.raises(EquationError) as caught:
        parse_equation(text)
    _assert_error(caught.value, text, message, under, hint)


BOMBS = helpers("f(a) = a + a", "g(a) = a * 2", "deep(a) = " + "exp(" * 60 + "a" + ")" * 60)
#: what comes in → the message it must be refused with
HOSTILE = {
    "brackets": ("x = " + "(" * 10_000 + "1" + ")" * 10_000, "longer than 4,000 characters"),
    "long": ("x = " + "+".join(["a"] * 5_000), "longer than 4,000 characters"),
    "nested brackets": ("x = " + "(" * 1_900 + "1" + ")" * 1_900, "too many nested parentheses"),
    "nested lists": ("x = " + "[" * 1_900 + "]" * 1_900, "too many nested parentheses"),
    "minus signs": ("x = " + "-" * 3_900 + "1", "nested too deeply"),
    "plus signs": ("x = " + "+" * 90 + "a" + "+1" * 50, "nested too deeply"),
    "transposes": ("x = a" + ".T" * 1_900, "nested too deeply"),
    "picks": ("x = a" + "[0]" * 1_200, "nested too deeply"),
    "sum": ("x = a" + "+a" * 1_900, "nested too deeply"),
    "powers": ("x = a" + "**a" * 1_200, "nested too deeply"),
    "calls": ("x = " + "exp(" * 150 + "a" + ")" * 150, "nested too deeply"),
    "nots": ("x = " + "not " * 900 + "a", "'not' is not part of the language"),
    "lambdas": ("x = " + "lambda:" * 500 + "a", "'lambda' is not part of the language"),
    "attributes": ("x = a" + ".a" * 1_500, "is not part of the language"),
    "dtype": ("x = np.array(a, dtype=b" + ".T" * 1_900 + ")", "no keyword 'dtype'"),
    "wide": ("x = [" + "1," * 1_990 + "]", None),
    "null byte": ("x = \0", "null bytes"),
    "surrogate": ("x = \ud800", "can't be read"),
    "huge number": ("x = 1" + "0" * 3_900, "this number is too large"),
    "huge index": ("x = a[1" + "0" * 3_900 + "]", "this number is too large"),
    "doubling helpers": ("x = " + "f(" * 40 + "a" + ")" * 40, "unfold to too long"),
    "helpers in a row": ("x = " + "g(" * 40 + "a" + ")" * 40, "unfold to too long"),
    "deep helpers": ("x = " + "deep(" * 8 + "a" + ")" * 8, "unfold to too long"),
    "softmaxes": ("x = " + "softmax(" * 12 + "a" + ")" * 12, "unfold to too long"),
    "indentation": (" " * 3_000 + "x = 1", "unexpected indent"),
    "tabs": ("if x:\n\ty = 1\n        z = 2", "can't be read"),
    "continuation": ("x = \\", "can't be read"),
    "f-strings": ("x = " + "f'{" * 50, "can't be read"),
    "walrus": ("x = [(a := a) for _ in b]", "loops are not part of the language"),
    "code": ("x = __import__('os').system('ls')", "'.system()' is not part of the language"),
    "subclasses": ("x = ().__class__.__mro__[1]", "'.__mro__' is not part of the language"),
    "open": ("x = open('/etc/passwd')", "'open' is not a known function"),
    "eval": ("x = eval('1')", "'eval' is not a known function"),
}


#: The longest of these take 75,000 calls, about a tenth of a second.
MOST_CALLS = 300_000


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_ends_quickly(name: str) -> None:
    text, message = HOSTILE[name]

    def read() -> None:
        if message is None:
            assert parse_equation(text, BOMBS).target == "x"
        else:
            with pytest.raises(EquationError) as caught:
                parse_equation(text, BOMBS)
            assert message in caught.value.message

    assert calls(read) < MOST_CALLS


def test_definitions_that_double_each_other_end_quickly() -> None:
    known = helpers("f0(a) = a + a")

    def read() -> None:
        with pytest.raises(EquationError, match="unfold to too long"):
            for i in range(1, 40):
                known.update(helpers("z(a) = a"))
                definition = parse_definition(f"f{i}(a) = f{i - 1}(f{i - 1}(a))", known)
                known[definition.name] = definition

    assert calls(read) < MOST_CALLS


def test_the_largest_helpers_allowed_can_be_checked_and_computed() -> None:
    text = "x = " + "g(" * 8 + "3" + ")" * 8
    expression = shaped(parse_equation(text, BOMBS).expression, lambda _: (0, ()))
    assert float(evaluate(expression, lambda _: pytest.fail("no names"))) == 3 * 2**8


def test_a_tower_of_powers_is_floating_point() -> None:
    expression = shaped(parse_expression("9**9**9"), lambda _: (0, ()))
    assert float(evaluate(expression, lambda _: pytest.fail("no names"))) == float("inf")


_PIECES = st.sampled_from(
    [
        *("x", "ü", "=", "+=", "(", ")", "[", "]", ",", ":", "-", "*", "**", "@", "<", "#"),
        *("np.", "sum", "exp", "d", "softmax", "vstack", "array", "len", ".T", ".dot", ".shape"),
        *("axis=", "keepdims=", "True", "None", "1", "0.5", "1e999", "if", "lambda", "AXIS"),
        *("\n", " ", "\\", "'", "\0"),
    ]
)


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(_PIECES, max_size=25).map("".join),
        st.lists(_PIECES, max_size=25).map(lambda pieces: "x = " + "".join(pieces)),
    )
)
def test_any_text_is_an_equation_or_an_equation_error(text: str) -> None:
    known = helpers("d(a, b=2) = a * b")
    for parse in (parse_equation, parse_definition, parse_expression):
        try:
            result = parse(text, known)
        except EquationError as error:
            assert error.message
            assert 0 <= error.span.start <= error.span.end
        else:
            assert isinstance(result, Equation | Definition | Node)
            root = result.expression if isinstance(result, Equation) else result
            if isinstance(root, Node):
                spans = [part.span for part in walk(root)]
                assert all(0 <= span.start <= span.end <= len(text) for span in spans)
