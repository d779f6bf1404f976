"""The ways in which a random expression is made of smaller ones, a row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tracer.language.expression import Shape

Choose = Callable[[Sequence[str]], str]
#: Returns the text of a smaller expression of a shape.
Deeper = Callable[[Shape], str]

ELEMENTWISE = (
    "exp(tanh({}))",
    "log(1.5 + abs({}))",
    "sqrt(abs({}))",
    "log2(1.5 + abs({}))",
    "log10(1.5 + abs({}))",
    "log1p(abs({}) * 1e-05) * 1e5",
    "np.expm1(tanh({}) * 1e-05) * 1e5",
    "np.expm1(tanh({}))",
    "clip({}, -0.7654321, 0.7654321)",
    "({}) * (len(A) // 2) + len(A) % 2",
    "({}) * full((), 1.5)",
    "np.abs({})",
    "np.tanh({})",
    "sigmoid({})",
    "relu({})",
    "leaky_relu({})",
    "leaky_relu({}, slope=0.2)",
    "softplus({})",
    "square({})",
    "floor({} * 3.1234567)",
    "sin({})",
    "np.cos({})",
    "step({} - 0.1234567)",
    "elu({})",
    "elu({}, alpha=0.7)",
    "silu({})",
    "gelu({})",
    "sign({} - 0.1234567)",
    "round({} * 1.0123456, 2)",
    "round({} * 10.123456)",
    "-{}",
    "({}) ** 2",
    "-({}) ** 2",
    "(-({})) ** 3",
    "(0.1 + abs({})) ** -0.5",
    "2 ** tanh({})",
    "({}) * 1e-05",
    "np.multiply({}, -0.3)",
    "({}) * (len(A) - A.shape[1])",
    "({}) + zeros_like(s)",
    "({}) - ones_like(s) / np.pi",
)
PAIRED = (
    "({}) + ({})",
    "({}) - ({})",
    "({}) * ({})",
    "({}) / (1.25 + abs({}))",
    "-({}) - -({})",
    "maximum({}, {})",
    "np.minimum({}, {})",
    "1.0 * (({}) > ({}) + 0.1234567)",
    "1.0 * (({}) <= ({}) - 0.1234567) - 0.5",
    "where({} < 0.1234567, {}, 0.5)",
    "1.5 * ((({}) >= 0.1234567) == (({}) >= 0.7654321))",
    "1.5 * ((({}) >= 0.1234567) != (({}) >= 0.7654321))",
)
#: Not Python's own sum: inside another it may mean two things.
REDUCTIONS = ("np.sum", "np.mean", "max", "np.min", "var")


def _paired(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    other = tuple(1 if choose(("all", "all", "one")) == "one" else n for n in shape)
    other = other[int(choose("001")) :] if other else ()
    texts = [deeper(shape), deeper(other)]
    swapped = choose(("as they are", "swapped")) == "swapped"
    return choose(PAIRED).format(*(texts[::-1] if swapped else texts))


def _product(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    matrix_first = len(shape) == 2 or choose(("left", "right")) == "left"
    left = (*shape[:-1], k) if matrix_first else (k,)
    right = (k, *shape[len(left) - 1 :])
    form = choose(("({}) @ ({})", "np.dot({}, {})", "({}).dot({})"))
    return form.format(deeper(left), deeper(right))


def _reduced(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    function = choose(REDUCTIONS)
    if choose("abc") == "a":
        return _irregular(choose, shape)
    if shape == ():
        whole = ((k,), (3, 4), (k, 3), ())[int(choose("0123"))]
        return f"{function}({deeper(whole)})"
    axis = int(choose("01"))
    if len(shape) == 1:
        full = (k, shape[0]) if axis == 0 else (shape[0], k)
        return f"{function}({deeper(full)}, axis={choose((str(axis), str(axis - 2)))})"
    if 1 not in shape:
        return f"({deeper(shape)} - {function}({deeper(shape)}, axis={axis}, keepdims=True))"
    axis = 0 if shape[0] == 1 else 1
    full = (k, shape[1]) if axis == 0 else (shape[0], k)
    method = function.removeprefix("np.")
    return f"({deeper(full)}).{method}(axis={axis}, keepdims=True)"


def _irregular(choose: Choose, shape: Shape) -> str:
    """Return a reduction of data, in which no numbers are alike."""
    along = {(): "", (3,): ", axis=1", (4,): ", axis=0"}
    along |= {(1, 4): ", axis=0, keepdims=True", (3, 1): ", axis=1, keepdims=True"}
    if shape not in along:
        return f"ones({shape}) * std(A)"
    function = choose(("np.std", "np.linalg.norm", "argmax", "1.0 * np.argmin"))
    return f"{function}({choose(('A', 'A - s', 'A + B'))}{along[shape]})"


def _sliced(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    if len(shape) == 1:
        size = shape[0]
        forms = {
            "({})[1]": (3, size),
            "({})[-1, :]": (3, size),
            "({})[:, 0]": (size, 3),
            "({})[::-1]": (size,),
            "({})[1:]": (size + 1,),
            "({})[:-2]": (size + 2,),
        }
    elif shape[1] == 1:
        forms = {"({})[:, None]": shape[:1], "({})[:, 1:2]": (shape[0], 3)}
    elif shape[0] == 1:
        forms = {"({})[np.newaxis, :]": shape[1:], "({})[2:]": (3, shape[1])}
    else:
        forms = {
            "({})[::-1, ::-1]": shape,
            "({})[:, 1:]": (shape[0], shape[1] + 1),
            "({})[::2]": (2 * shape[0] - 1, shape[1]),
        }
    form = choose(list(forms))
    return form.format(deeper(forms[form]))


def _reshaped(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    if len(shape) == 1:
        before = [shape, (1, *shape), (*shape, 1)]
        before += [(2, shape[0] // 2)] * (shape[0] % 2 == 0)
        whole = deeper(before[int(choose("0123")) % len(before)])
        return choose(
            ("ravel({})", "({}).reshape(-1)", "({}).flatten()", f"reshape({{}}, {shape[0]})")
        ).format(whole)
    rows, columns = shape
    whole = deeper(((rows * columns,), (columns, rows), shape)[int(choose("012"))])
    forms = (
        f"({{}}).reshape({rows}, {columns})",
        f"reshape({{}}, ({rows}, -1))",
        f"({{}}).reshape((-1, {columns}))",
    )
    return choose(forms).format(whole)


def _joined(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    if len(shape) == 1:
        if shape[0] == 1:
            return f"np.r_[{deeper(())}]"
        form = choose(
            ("concatenate([{}, {}])", "np.r_[{}, {}]", "np.concatenate(({}, {}), axis=0)")
        )
        return form.format(deeper((shape[0] - 1,)), deeper((1,)))
    rows, columns = shape
    if columns > 1:
        form = choose(("column_stack([{}, {}])", "np.c_[{}, {}]"))
        return form.format(deeper((rows,)), deeper((rows, columns - 1)))
    if rows > 1:
        form = choose(("concatenate([{}, {}])", "concatenate(({}, {}), axis=-2)", "np.r_[{}, {}]"))
        return form.format(deeper((rows - 1, columns)), deeper((1, columns)))
    return f"ones((1, 1)) * ({deeper(())})"


def _labelled(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    known = {
        (3,): ["({})[arange(3), [2, 0, 3]]"],
        (4,): ["({})[[2, 0, 1, 1], range(4)]"],
        (3, 4): ["({})[[2, 0, 0]]"],
        (3, 3): ["eye(3)[[1, 2, 0]] * ({})[:, :3]", "eye(3)[argmax(Q, axis=1)] - ({})[:, :3]"],
    }
    return choose(known[shape]).format(deeper((3, 4))) if shape in known else deeper(shape)


def _stacked(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    if len(shape) == 1:
        if shape == (1,) or choose(("literal", "stack")) == "literal":
            return f"np.array([{', '.join(deeper(()) for _ in range(shape[0]))}])"
        return f"hstack([{deeper((shape[0] - 1,))}, {deeper(())}])"
    rows, columns = shape
    if rows > 1 and choose(("rows", "columns")) == "rows":
        return f"vstack([{deeper((rows - 1, columns))}, {deeper((columns,))}])"
    if columns > 1:
        return f"np.hstack([{deeper((rows, 1))}, {deeper((rows, columns - 1))}])"
    return f"np.array([{', '.join(f'[{deeper(())}]' for _ in range(rows))}])"


def _elementwise(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    return choose(ELEMENTWISE).format(deeper(shape))


def _transposed(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    return f"({deeper(shape[::-1])}).T"


def _softmax(choose: Choose, deeper: Deeper, shape: Shape, k: int) -> str:
    return f"softmax({deeper(shape)}{choose(('', ', axis=0'))})"


ANY, ARRAYS, MATRICES = (0, 1, 2), (1, 2), (2,)
#: way → of how many dimensions, and what writes it
WAYS: dict[str, tuple[tuple[int, ...], Callable[[Choose, Deeper, Shape, int], str]]] = {
    "elementwise": (ANY, _elementwise),
    "paired": (ANY, _paired),
    "product": (ANY, _product),
    "reduced": (ANY, _reduced),
    "transposed": (MATRICES, _transposed),
    "sliced": (ARRAYS, _sliced),
    "stacked": (ARRAYS, _stacked),
    "reshaped": (ARRAYS, _reshaped),
    "joined": (ARRAYS, _joined),
    "softmax": (ARRAYS, _softmax),
    "labelled": (ARRAYS, _labelled),
}
