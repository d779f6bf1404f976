"""What PyTorch makes of equations: values and gradients that share no rule with the tracer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np
import pytest

from tracer.language.evaluate import evaluate
from tracer.language.expression import (
    Apply,
    Constants,
    Fill,
    Helper,
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
)
from tracer.language.functions import Array
from tracer.program.model import Program
from tracer.run.machine import Machine, schedule

torch = pytest.importorskip("torch")
Tensor = Any

OPERATORS: dict[str, Callable[..., Tensor]] = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": torch.div,
    "@": torch.matmul,
    "**": torch.pow,
    "neg": torch.neg,
    "<": torch.lt,
    "<=": torch.le,
    ">": torch.gt,
    ">=": torch.ge,
    "==": torch.eq,
    "!=": torch.ne,
}
FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "exp": torch.exp,
    "log": torch.log,
    "log2": torch.log2,
    "log10": torch.log10,
    "log1p": torch.log1p,
    "expm1": torch.expm1,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "sign": torch.sign,
    "floor": torch.floor,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "where": lambda condition, yes, no: torch.where(condition != 0, yes, no),
    "round": lambda x, decimals: (torch.round(x * 10**decimals) / 10**decimals).detach(),
}
#: Functions that the language defines and PyTorch has by itself.
DEFINED: dict[str, Callable[..., Tensor]] = {
    "softplus": torch.nn.functional.softplus,
    "silu": torch.nn.functional.silu,
    "elu": lambda x, alpha=1.0: torch.nn.functional.elu(x, float(alpha)),
    "gelu": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
    "leaky_relu": lambda x, slope=0.01: torch.nn.functional.leaky_relu(x, float(slope)),
}


def tensor(array: Any) -> Tensor:
    """Return numbers as a tensor of doubles."""
    return torch.tensor(np.asarray(array, np.float64))


def compute(node: Node, of: Callable[[Name], Tensor]) -> Tensor:
    """Compute a shaped expression."""
    match node:
        case Number(value=value):
            return tensor(value)
        case Name():
            return of(node)
        case Operation(operator=operator, args=args):
            result = OPERATORS[operator](*(compute(arg, of) for arg in args))
            return result.double()
        case Apply(function=function, args=args, axis=axis, keepdims=keepdims):
            tensors = [compute(arg, of) for arg in args]
            if function in FUNCTIONS:
                return FUNCTIONS[function](*tensors)
            return _reduce(function, tensors[0], axis, keepdims)
        case Helper(name=name, args=args, table=True) if name in DEFINED:
            return DEFINED[name](*(compute(arg, of) for arg in args))
        case Helper(name="softmax", args=(arg,), table=True, axis=axis):
            logits = compute(arg, of)
            flat = logits.reshape(-1) if axis is None else logits
            return torch.softmax(flat, axis or 0).reshape(logits.shape)
        case Helper(body=body):
            return compute(body, of)
        case Transpose(arg=arg):
            return compute(arg, of).T
        case Pick(arg=arg, items=items):
            return _pick(compute(arg, of), items)
    return _put_together(node, of)


def _put_together(node: Node, of: Callable[[Name], Tensor]) -> Tensor:
    match node:
        case Put(arg=arg, items=items, value=value):
            # PyTorch's own assignment takes no negative steps: by numbers instead.
            places = torch.arange(prod(node.shape)).reshape(node.shape)
            order = _pick(places, items).reshape(-1)
            part = torch.broadcast_to(compute(value, of), _pick(places, items).shape)
            whole = compute(arg, of).reshape(-1)
            return whole.index_copy(0, order, part.reshape(-1)).reshape(node.shape)
        case Stack(args=args, axis=axis):
            stack = torch.hstack if axis else torch.vstack
            return stack([compute(arg, of) for arg in args])
        case Literal(rows=rows):
            parts = [compute(part, of) for row in rows for part in row]
            return torch.stack(parts).reshape(node.shape)
        case Constants():
            return tensor(evaluate(node, lambda name: np.empty(name.shape)))
        case Reshape(arg=arg, shape=shape):
            return compute(arg, of).reshape(shape)
        case Fill(value=value, shape=shape):
            return torch.full(shape, value, dtype=torch.double)
    raise AssertionError(f"no rule for {type(node).__name__}")


def _pick(array: Tensor, items: tuple[Any, ...]) -> Tensor:
    # PyTorch takes no negative steps: pick by numbers instead, axis by axis.
    axis = 0
    for item in items:
        if item is None:
            array = array.unsqueeze(axis)
            axis += 1
        elif isinstance(item, int):
            array = array.select(axis, item)
        else:
            array = array.index_select(
                axis, torch.arange(array.shape[axis])[_places(item, array.shape[axis])]
            )
            axis += 1
    return array


def _places(item: slice, size: int) -> list[int]:
    return list(range(size)[item])


def _reduce(function: str, x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    axes = list(range(x.ndim)) if axis is None else [axis]
    if not axes:
        return torch.zeros(()) * x if function in ("var", "std", "argmax", "argmin") else x
    options = {"dim": axes, "keepdim": keepdims}
    if function in ("var", "std"):
        return getattr(x, function)(correction=0, **options)
    if function in ("argmax", "argmin"):
        return getattr(x, function)(dim=axis, keepdim=keepdims).double()
    if function == "norm":
        return (x * x).sum(**options).sqrt()
    return {"sum": x.sum, "mean": x.mean, "max": x.amax, "min": x.amin}[function](**options)


def gradients(program: Program, values: Mapping[str, Array]) -> dict[str, Array]:
    """Return the loss's gradient by every parameter, in the first iteration."""
    tensors: dict[tuple[str, int], Tensor] = {}
    wanted = {}
    for slot in program.of_role("given", "parameter"):
        tensors[slot.key] = tensor(values[slot.name])
        if slot.role == "parameter":
            wanted[slot.name] = tensors[slot.key].requires_grad_()
    loss = forward(program, tensors)
    loss.backward()
    return {
        name: (t.grad if t.grad is not None else torch.zeros_like(t)).numpy()
        for name, t in wanted.items()
    }


def forward(program: Program, tensors: dict[tuple[str, int], Tensor], rows: Any = None) -> Tensor:
    """Compute all up to the loss, putting every value in `tensors`; return the loss.

    `rows` are the samples of a batch; without them those of the first iteration are used.
    """

    def of(name: Name) -> Tensor:
        return tensors[name.id, name.version]

    for assignment in program.prepare:
        tensors[assignment.slot.key] = compute(assignment.equation.expression, of)
    if program.batch is not None:
        if rows is None:
            rows = schedule(program.batch, program.samples, 1)[0]
        for slot in program.of_role("batch"):
            whole = tensors[program.whole(slot).key]
            tensors[slot.key] = whole.index_select(program.batch.axis, torch.as_tensor(rows))
    assert program.loss is not None
    for assignment in program.iterate:
        tensors[assignment.slot.key] = compute(assignment.equation.expression, of)
        if assignment.slot.name == program.loss:
            return tensors[assignment.slot.key].reshape(())
    raise AssertionError("the loss is not computed")


def by_template(
    program: Program, values: Mapping[str, Array], names: Mapping[str, str]
) -> dict[str, Array]:
    """Return the gradients that a program's own equations give in the first iteration."""
    machine = Machine(program, values)
    with np.errstate(all="ignore"):
        for call in machine.prepare:
            call()
        if program.batch is not None:
            machine.batches(program.batch)(schedule(program.batch, program.samples, 1)[0])
        for call in machine.iterate:
            call()
    return {p: machine.views[program.newest(g).key].copy() for p, g in names.items()}
