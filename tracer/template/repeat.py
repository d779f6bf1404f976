"""Loops of a template: `for = "t in 1..8"` writes its steps and arrays once for each value.

A loop is unrolled when the template is read, so everything that comes after knows plain steps
only. In the texts of what is repeated, `{t}` stands for the value and `{t - 1}` for the one
before; in an equation, `[h{t} for t in 1..8]` is a list over a loop.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from tracer import limits
from tracer.data.keys import is_whole
from tracer.errors import TemplateError, did_you_mean
from tracer.language.naming import as_name
from tracer.template.positions import Place

#: What names stand for: the template's sizes and the loops' values.
Values = Mapping[str, int]

MOST_STEPS, MOST_EQUATIONS = limits.LOOPED.most, limits.EQUATIONS.most
MOST_CHARACTERS, LARGEST = limits.WRITTEN.most, limits.SIZE.most
_LOOP = re.compile(r"\s*([A-Za-z_]\w*)\s+in\s+(.+?)\s*\.\.\s*(.+?)\s*")
_BRACES = re.compile(r"\{([^{}]*)\}")
_OPERATIONS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_OPEN, _CLOSED = "[(", "])"
#: Texts of a step in which a loop's value is put.
_TEXTS = ("number", "title", "explain")
_LISTS = ("equations", "shows")


def unrolled(
    raw: dict[str, Any], where: str, lines: Mapping[Place, int]
) -> tuple[dict[str, Any], Mapping[Place, int]]:
    """Return a template's sound raw content without loops, and the lines of its texts.

    `where` names the template. Raises TemplateError for a loop that can't be understood, and
    where more comes of it than a template may hold.
    """
    sizes = _sizes(raw.get("sizes", {}), where)
    if not sizes and not any("for" in each for each in _tables(raw)) and not _lists_over(raw):
        return raw, lines
    rest = {key: value for key, value in raw.items() if key != "sizes"}
    for key in ("given", "parameters"):
        if key in raw:
            rest[key] = dict(_arrays(raw[key], sizes, f"{where}: {key}"))
    steps = _Unrolled(sizes, where, lines)
    rest["steps"] = steps.unrolled(raw["steps"])
    return rest, {**{p: n for p, n in lines.items() if p[0] != "steps"}, **steps.lines}


def _tables(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what may be repeated."""
    yield from raw["steps"]
    for key in ("given", "parameters"):
        yield from (value for value in raw.get(key, {}).values() if isinstance(value, dict))


def _lists_over(raw: Mapping[str, Any]) -> bool:
    """Say whether an equation may have a list over a loop."""
    return any(
        " for " in text and ".." in text for s in raw["steps"] for text in s.get("equations", ())
    )


def _sizes(raw: Mapping[str, Any], where: str) -> dict[str, int]:
    """Return a template's sizes by name."""
    for name, value in raw.items():
        if not name.isidentifier() or not is_whole(value) or not 0 <= value <= LARGEST:
            raise TemplateError(
                f"{where}: sizes.{name} must be a name and a whole number from 0 to {LARGEST:,}."
            )
    return dict(raw)


def _arrays(raw: Mapping[str, Any], sizes: Values, where: str) -> Iterator[tuple[str, Any]]:
    """Yield a table's arrays, each as often as it says, their shapes in numbers."""
    seen: set[str] = set()
    for name, value in raw.items():
        what = f"{where}.{name}"
        for said, table in _repeated(name, value, sizes, what):
            if said in seen:
                raise TemplateError(f"{what}: '{said}' comes twice: write {{…}} into the name.")
            if len(seen) == MOST_STEPS:
                raise TemplateError(f"{what}: this makes more than {MOST_STEPS:,} arrays.")
            seen.add(said)
            yield said, table


def _repeated(name: str, value: Any, sizes: Values, what: str) -> Iterator[tuple[str, Any]]:
    """Yield an array under each of its names."""
    if not isinstance(value, dict):
        yield filled(name, sizes, what), value
        return
    table = {key: item for key, item in value.items() if key != "for"}
    if isinstance(shape := table.get("shape"), list):
        table["shape"] = [
            number(size, sizes, f"{what}: shape") if isinstance(size, str) else size
            for size in shape
        ]
    for values in _each(_loops(value.get("for", ()), what), sizes, what):
        yield filled(name, values, what), table


class _Unrolled:
    """Unrolls a list of steps and follows the lines of their texts."""

    def __init__(self, sizes: Values, where: str, lines: Mapping[Place, int]) -> None:
        self._sizes = sizes
        self._where = where
        self._from = lines
        self._made: list[dict[str, Any]] = []
        self._equations = 0
        self._characters = 0
        self.lines: dict[Place, int] = {}

    def unrolled(self, steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        said = [
            (position, step, _loops(step.get("for", ()), f"{self._where}: step {position + 1}"))
            for position, step in enumerate(steps)
        ]
        self._repeat(said, 0, self._sizes)
        return self._made

    def _repeat(
        self,
        steps: Sequence[tuple[int, Mapping[str, Any], tuple[str, ...]]],
        depth: int,
        values: Values,
    ) -> None:
        """Make steps; those beside each other with the same loop take turns."""
        for loop, group in groupby(steps, key=lambda one: one[2][depth : depth + 1]):
            together = list(group)
            if not loop:
                for position, step, _ in together:
                    self._make(position, step, values)
                continue
            for more in _each(loop, values, f"{self._where}: step {together[0][0] + 1}"):
                self._repeat(together, depth + 1, more)

    def _make(self, position: int, step: Mapping[str, Any], values: Values) -> None:
        where = f"{self._where}: step {position + 1}"
        repeated = "for" in step
        made = {key: value for key, value in step.items() if key != "for"}
        for key in _TEXTS:
            if repeated and isinstance(made.get(key), str):
                made[key] = filled(made[key], values, where)
        for key in _LISTS:
            if key in made:
                made[key] = [written_out(text, values, where) for text in made[key]]
        place = len(self._made)
        for at, text in enumerate(made.get("equations", ())):
            self._characters += len(text)
            if (line := self._from.get(("steps", position, "equations", at))) is not None:
                self.lines["steps", place, "equations", at] = line
        self._equations += len(made.get("equations", ()))
        if (
            place >= MOST_STEPS
            or self._equations > MOST_EQUATIONS
            or self._characters > MOST_CHARACTERS
        ):
            raise TemplateError(
                f"{where}: with what is repeated, the template has more than {MOST_STEPS:,} steps,"
                f" {MOST_EQUATIONS:,} equations or {MOST_CHARACTERS:,} characters of them."
            )
        self._made.append(made)


def _loops(said: Any, where: str) -> tuple[str, ...]:
    """Return what is repeated over: one loop, or several within each other."""
    loops = [said] if isinstance(said, str) else said
    if not isinstance(loops, list | tuple) or not all(isinstance(loop, str) for loop in loops):
        raise TemplateError(f'{where}: for must be a text such as "t in 1..8", or several.')
    return tuple(" ".join(loop.split()) for loop in loops)


def _each(loops: Sequence[str], values: Values, where: str) -> Iterator[Values]:
    """Yield what names stand for, once for each turn of loops within each other."""
    if not loops:
        yield values
        return
    match = _LOOP.fullmatch(loops[0])
    if not match:
        raise TemplateError(f'{where}: for = "{loops[0]}" must be as in "t in 1..8".')
    name, *ends = match.groups()
    name = as_name(name)
    if name in values:
        raise TemplateError(f'{where}: for = "{loops[0]}": {name} is a loop or a size already.')
    first, last = (number(end, values, f'{where}: for = "{loops[0]}"') for end in ends)
    # A backward pass goes from the last to the first.
    turns = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    if len(turns) > MOST_EQUATIONS:
        raise TemplateError(
            f'{where}: for = "{loops[0]}" has {len(turns):,} turns; {MOST_EQUATIONS:,} at most.'
        )
    for turn in turns:
        yield from _each(loops[1:], {**values, name: turn}, where)


def written_out(text: str, values: Values, where: str) -> str:
    """Return an equation with its lists over loops written out, and its `{…}` as numbers."""
    return filled(_lists_written(text, values, where), values, where)


def _lists_written(text: str, values: Values, where: str) -> str:
    found, at = "", 0
    while at < len(text):
        end = _matching(text, at) if text[at] == "[" else None
        match = None if end is None else _split(text[at + 1 : end])
        if end is None or match is None:
            found, at = found + text[at], at + 1
            continue
        body, loop = match
        items = [written_out(body, more, where) for more in _each([loop.strip()], values, where)]
        found, at = f"{found}[{', '.join(items)}]", end + 1
        if len(found) > MOST_CHARACTERS:
            raise TemplateError(f"{where}: a list over a loop is too long: {text[:60]}")
    return found


def _split(inner: str) -> tuple[str, str] | None:
    """Return what stands for each value in a list, and over which loop; None for another list."""
    for match in re.finditer(r"\s+for\s+(?=[A-Za-z_]\w*\s+in\s+[^\[\]]+\.\.)", inner):
        before = inner[: match.start()]
        if all(before.count(a) == before.count(b) for a, b in zip(_OPEN, _CLOSED, strict=True)):
            return before, inner[match.end() :]
    return None


def _matching(text: str, start: int) -> int | None:
    """Return where the bracket that opens at `start` is closed."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in _OPEN) - (text[at] in _CLOSED)
        if not depth:
            return at
    return None


def filled(text: str, values: Values, where: str) -> str:
    """Return a text with a number for each `{…}`."""

    def put(match: re.Match[str]) -> str:
        found = number(match[1], values, f"{where}: {match[0]}")
        before = text[match.start() - 1 : match.start()]
        if found < 0 and (before.isalnum() or before in ("_", "}")):
            raise TemplateError(
                f"{where}: {match[0]} is {found} here, which can't be a part of a name."
            )
        return str(found)

    return _BRACES.sub(put, text)


def number(text: str, values: Values, where: str) -> int:
    """Return what `t - 1` is: whole numbers and names, with + - * // % and brackets."""
    try:
        found = _value(ast.parse(text.strip(), mode="eval").body, values, where)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        raise TemplateError(
            f"{where}: '{text}' must be a whole number: of numbers, sizes and the loops' names,"
            " with + - * // %."
        ) from None
    return _bounded(found, LARGEST, where)


def _bounded(found: int, most: int, where: str) -> int:
    if abs(found) > most:
        raise TemplateError(f"{where}: a number is too large here: at most {LARGEST:,}.")
    return found


def _value(node: ast.expr, values: Values, where: str) -> int:
    match node:
        case ast.Constant(value=int(whole)) if not isinstance(whole, bool):
            return _bounded(whole, LARGEST**2, where)
        case ast.Name(id=name):
            if name not in values:
                raise TemplateError(
                    f"{where}: '{name}' is neither a loop's name here nor one of [sizes]."
                    f"{did_you_mean(name, values)}{_known(values)}"
                )
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=of):
            return -_value(of, values, where)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATIONS:
            ends = _value(left, values, where), _value(right, values, where)
            return _bounded(_OPERATIONS[type(sign)](*ends), LARGEST**2, where)
    raise ValueError


def _known(names: Iterable[str]) -> str:
    known = ", ".join(names)
    return f" Known: {known}." if known else ""
