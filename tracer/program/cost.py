"""What one iteration of a program costs, told from its shapes alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from tracer.language.expression import Node, Operation, walk
from tracer.program.model import Program

#: What calling NumPy once costs, in numbers that it computes meanwhile.
CALL = 500
#: How many products of a matrix product take as long as one other operation.
PRODUCTS = 20


@dataclass(frozen=True)
class Cost:
    """How many numbers an iteration holds, parts of equations included, and its operations."""

    numbers: int
    work: int


def cost(program: Program) -> Cost:
    """Return what one iteration costs, with the prepare steps."""
    nodes = [node for made in program.assignments for node in walk(made.equation.expression)]
    numbers = sum(prod(node.shape) for node in nodes)
    return Cost(numbers + program.size, sum(map(_work, nodes)) + numbers + CALL * len(nodes))


def _work(node: Node) -> int:
    """Return what a matrix product takes besides writing its numbers."""
    if isinstance(node, Operation) and node.operator == "@":
        return prod(node.shape) * node.args[0].shape[-1] // PRODUCTS
    return 0
