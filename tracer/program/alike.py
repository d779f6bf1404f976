"""Which of the followed numbers are of one kind: those that are compared with each other."""

from __future__ import annotations

import re
from dataclasses import replace

from tracer.language.expression import Name, Node, Pick, key, map_parts
from tracer.program.model import Program

#: Words that say of which rows a number is; it is of the same kind as that of other rows.
SPLITS = frozenset(("train", "training", "test", "validation", "val"))


def of_one_kind(program: Program) -> list[list[str]]:
    """Return the loss and the metrics in groups of one kind, in order, each once.

    Of one kind are numbers whose names differ only in which rows they are of (`loss` and
    `loss_test`), and those whose names share a word and whose equations have the same form
    (`size_1 = mean(abs(gradient_W1))` and `size_2 = mean(abs(gradient_W2))`).
    """
    groups: list[list[str]] = []
    for name in dict.fromkeys((program.loss, *program.metrics)):
        if name is None:
            continue
        group = next((g for g in groups if _alike(program, g[0], name)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return groups


def shared_words(names: list[str]) -> str:
    """Return the words that names share, as they stand in the first: what to call them all."""
    first, *others = map(_words, names)
    shared = [word for word in first if all(word in other for other in others)]
    return "_".join(re.findall(rf"(?i)\b(?:{'|'.join(shared)})\b", names[0].replace("_", " ")))


def _alike(program: Program, one: str, other: str) -> bool:
    first, second = _words(one), _words(other)
    plain = [[word for word in words if word not in SPLITS] for words in (first, second)]
    if first != second and plain[0] == plain[1]:
        return True
    return bool({*plain[0]} & {*plain[1]}) and _form(program, one) == _form(program, other)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", name.casefold())


def _form(program: Program, name: str) -> tuple[object, ...]:
    """Return what the equation of a quantity looks like whatever it is computed from.

    Of one that only picks a number from another quantity, it is that quantity's.
    """
    made = program.made(program.newest(name).key)
    while made is not None:
        node = made.equation.expression
        while isinstance(node, Pick):
            node = node.arg
        before = program.made(node.key) if isinstance(node, Name) else None
        if before is None:
            return key(_without_names(node))
        made = before
    return (name,)


def _without_names(node: Node) -> Node:
    if isinstance(node, Name):
        return replace(node, id="", version=0)
    plain = replace(node, items=()) if isinstance(node, Pick) else node
    return map_parts(plain, _without_names)
