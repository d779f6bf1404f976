"""Which terms a lesson's glossary has: those that occur in its words, equations or workbook.

Lessons are written in English, so the table has English words; where a workbook speaks another
language, a term also occurs if it stands itself among the words of a template in that language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tracer.backward.vocabulary import RATE_NAMES
from tracer.language.drawing import AXIS_ARROWS
from tracer.language.expression import Apply, Helper, Node, Operation, Transpose, key, walk
from tracer.language.functions import PRIMITIVES
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording, load

#: How the key of a term ends; its meaning has the key without.
TERM = "_term"
#: What is nonlinear and turns a sum into what a neuron passes on.
ACTIVATIONS = frozenset(
    ("sigmoid", "tanh", "relu", "softmax", "leaky_relu", "elu", "softplus", "silu", "gelu", "step")
)
ELEMENTWISE = ("+", "-", "*", "/", "**")


class Occurs(NamedTuple):
    """Where else a term occurs: a pattern of English words, and signs of which one is enough."""

    words: str = ""
    signs: frozenset[str] = frozenset()


def _of(words: str = "", *signs: str) -> Occurs:
    return Occurs(words, frozenset(signs))


#: Term → where it occurs. Signs are functions, operators with what they do to blocks, and, in
#: angle brackets, what the program has.
OCCURS: dict[str, Occurs] = {
    "accuracy": _of(r"accuracy"),
    "activation": _of(r"activation", *ACTIVATIONS),
    "adagrad": _of(r"adagrad"),
    "adam": _of(r"\badam|\bbeta1\b"),
    "attention": _of(r"\bquery\b"),
    "backward": _of(r"backward pass", "<backward>"),
    "batch": _of(r"\bbatch", "<batch>"),
    "bias": _of(r"\bbias(?! correction|-)"),
    "chain_rule": _of(r"chain rule"),
    "cross_entropy": _of(r"cross-entropy"),
    "delta": _of(r"\bdelta"),
    "difference": _of(r"central difference", "<check>"),
    "dot": _of("", "@"),
    "epoch": _of(r"\bepoch", "<batch>"),
    "error": _of(r"\berror"),
    "forward": _of(r"forward pass", "<backward>"),
    "full_batch": _of(r"full batch"),
    "gate": _of(r"\bgate"),
    "gradient": _of(r"\bgradient", "<check>"),
    "gradient_descent": _of(r"gradient descent"),
    "hidden_state": _of(r"hidden state"),
    "iteration": _of("", "<always>"),
    "kernel": _of(r"\bkernel"),
    "layer": _of(r"\blayer"),
    "learning_rate": _of(r"learning rate", "<rate>"),
    "loss": _of(r"\bloss", "<loss>"),
    "momentum": _of(r"momentum"),
    "nearly": _of("", "<always>"),
    "parameter": _of(r"\bparameter", "<parameters>"),
    "pooling": _of(r"\bpool"),
    "pre_activation": _of(r"pre-activation"),
    "relu": _of("", "relu"),
    "rmsprop": _of(r"rmsprop|\bdecay\b"),
    "sample": _of(r"\bsample", "<batch>"),
    "saturation": _of(r"saturated"),
    "sgd": _of(r"stochastic|\bsgd\b"),
    "sigmoid": _of("", "sigmoid"),
    "sigmoid_slope": _of(r"slope of the sigmoid|sigmoid's slope", "<sigmoid slope>"),
    "slope": _of(r"\bslope"),
    "softmax": _of("", "softmax"),
    "squared_error": _of(r"squared (error|difference)|sum of the squares"),
    "stretched": _of("", "stretched"),
    "sum_across": _of("", "sum →", "mean →"),
    "sum_down": _of("", "sum ↓", "mean ↓"),
    "tanh": _of("", "tanh"),
    "target": _of(r"\btarget"),
    "threshold": _of(r"\bthreshold"),
    "times": _of("", "×"),
    "transpose": _of(r"\btranspos", "T"),
    "update": _of("", "<update>"),
    "weight": _of(r"\bweight"),
    "why_transposed": _of("", "<transposed backwards>"),
}


def terms(trace: ProgramTrace, wording: Wording) -> list[str]:
    """Return the keys of the terms that occur, in the order of the language's alphabet."""
    texts = wording.section("glossary")
    said, signs = _said(trace), set(_signs(trace))
    known = [name.removesuffix(TERM) for name in texts if name.endswith(TERM)]
    foreign = wording.language != load().language
    found = [
        name
        for name in known
        if _occurs(OCCURS[name], said, signs)
        or (foreign and _stands(_head(texts[name + TERM]), said))
    ]
    return sorted(found, key=lambda name: texts[name + TERM].casefold())


def _head(term: str) -> str:
    """Return a term without what stands in brackets or after a comma, in small letters."""
    return re.split(r"[(,:]", term)[0].strip().casefold()


def _stands(term: str, said: str) -> bool:
    """Say whether a term, and no mere sign, stands among words, maybe with an ending."""
    pattern = rf"(?<!\w){re.escape(term)}(?!-)"
    return len(term) > 2 and re.search(pattern, said) is not None


def _occurs(where: Occurs, said: str, signs: set[str]) -> bool:
    found = where.words and re.search(where.words, said)
    return bool(found) or not where.signs.isdisjoint(signs)


def _said(trace: ProgramTrace) -> str:
    """Return all words of a lesson: its title, its sentences, its quantities' names."""
    template, steps = trace.template, trace.program.steps
    texts = [template.title, template.about, *trace.program.quantities()]
    texts += [text for step in steps for text in (step.title, step.explain)]
    texts += [text for note in template.errata for text in (note.place, note.text)]
    return " ".join(texts).replace("_", " ").casefold()


def _signs(trace: ProgramTrace) -> Iterator[str]:
    """Yield what the program and its equations have."""
    program = trace.program
    phases = {step.phase for step in program.steps}
    yield "<always>"
    has = {
        "<batch>": program.batch is not None,
        "<loss>": program.loss is not None,
        "<parameters>": bool(program.of_role("parameter")),
        "<backward>": "backward" in phases,
        "<update>": "update" in phases,
        "<check>": program.loss is not None and "update" in phases,
        "<rate>": not {slot.name for slot in program.of_role("given")}.isdisjoint(RATE_NAMES),
    }
    yield from (sign for sign, there in has.items() if there)
    for assignment in program.assignments:
        backwards = program.steps[assignment.step].phase in ("backward", "update")
        for node in walk(assignment.equation.expression):
            yield from _signs_of(node)
            if backwards and isinstance(node, Transpose):
                yield "<transposed backwards>"
            if backwards and _is_sigmoid_slope(node):
                yield "<sigmoid slope>"


def _signs_of(node: Node) -> Iterator[str]:
    match node:
        case Transpose():
            yield "T"
        case Operation(operator="@"):
            yield "@"
        case Operation(operator=operator, args=(left, right)) if operator in ELEMENTWISE:
            sizes = [_size(left), _size(right)]
            if min(sizes) > 1 and left.shape == right.shape and operator == "*":
                yield "×"
            if min(sizes) >= 1 and max(sizes) > 1 and _stretched(left, right):
                yield "stretched"
        case Apply(function=function, axis=axis):
            arrow = AXIS_ARROWS[axis] if PRIMITIVES[function].kind == "reduction" else ""
            yield f"{function}{arrow}"
        case Helper(name=name, table=True):
            yield name


def _stretched(left: Node, right: Node) -> bool:
    """Say whether a row or a column is used for every row or column of a larger block."""
    return left.shape != right.shape and len(left.shape) == len(right.shape) == 2


def _size(node: Node) -> int:
    count = 1
    for side in node.shape:
        count *= side
    return count


def _is_sigmoid_slope(node: Node) -> bool:
    """Say whether a node is `a * (1 - a)`."""
    match node:
        case Operation(operator="*", args=(left, Operation(operator="-", args=(_, right)))):
            return key(left) == key(right)
    return False
