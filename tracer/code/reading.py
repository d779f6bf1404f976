"""A program → a template: its training loop's first turns, as equations, numbers and steps."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tracer.code.align import Mismatch
from tracer.code.drawn import Drawn
from tracer.code.equations import Equations
from tracer.code.merged import Joined
from tracer.code.options import Options
from tracer.code.probe import Key, Loop, Probe, ProbeEnough, training_loops, ways
from tracer.code.python.machine import Interpreter
from tracer.code.record.graph import Shape, Value
from tracer.code.record.places import Path
from tracer.code.source import Beside, ProgramText
from tracer.code.turns import Enough, Follower, Turn
from tracer.code.uncalled import how_to_call
from tracer.code.unchanged import unchanged
from tracer.code.values.faults import CodeError, Refusal, Text
from tracer.code.variants import More, Variants
from tracer.code.world.files import Files

#: How many turns are read at the most: a workbook of more is of no use.
MOST_TURNS = 5_000
#: What one turn carries over only the next one shows.
FEWEST_TURNS = 2
#: Bytes of a number of full precision.
_DOUBLE = 8
#: How often a loop is followed, each time for more of what it carries over.
_MOST_READINGS = 8


class Unmoved(BaseException):
    """A loop changes no numbers that it starts from."""


@dataclass
class Read:
    """What was read of a program."""

    text: Text
    tree: ast.Module
    loop: Loop
    turns: int
    equations: Equations
    alignment: Joined
    first: Turn
    losses: list[Value]
    left: dict[str, list[int]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    #: What looks as if it were updated and never is, and the line that does.
    unchanged: dict[str, int] = field(default_factory=dict)
    #: What stood in each carried place after the last turn.
    last: dict[Path, Any] = field(default_factory=dict)
    #: It computes in numbers of seven digits.
    single: bool = False
    #: Data that was given and never loaded.
    unused: list[str] = field(default_factory=list)


def read_code(program: ProgramText, options: Options, *, every: bool = False) -> Read:
    """Read a program; with `every`, each of its turns is followed.

    Raises CodeError for what can't be read, at its line.
    """
    text, tree, folder = program.text, program.tree, program.path.parent
    beside, files = Beside(folder), Files(folder, options.data)

    def machine() -> Interpreter:
        return Interpreter(
            text, tree, beside=beside, files=files, seed=options.seed, known=program.values
        )

    found: CodeError | None = None
    for chosen, whole in _loops(text, tree, machine(), options.loop):
        try:
            return _LoopReader(text, tree, machine, chosen, whole, files).read(
                max(FEWEST_TURNS, options.iterations or MOST_TURNS), every=every
            )
        except Mismatch as mismatch:
            line = mismatch.value.line or mismatch.other.line or chosen.key[1]
            what = "this is not the same calculation in each turn of the loop"
        except Unmoved:
            line, what = chosen.key[1], "this loop changes no numbers that it starts from"
        found = found or text.fault(line, 0, what)
    raise found or AssertionError("there is a loop")


@dataclass(frozen=True)
class _LoopReader:
    """The reading of one loop."""

    text: Text
    tree: ast.Module
    make: Callable[[], Interpreter]
    loop: Loop
    #: The loop that the training ends with: this one, or one around it.
    whole: Loop
    files: Files

    def read(self, most: int, *, every: bool) -> Read:
        """Follow the loop, as often as what it carries over makes necessary.

        Raises Mismatch where its turns are not alike, Unmoved where they change nothing, CodeError.
        """
        paths: dict[Path, Any] = {}
        widened: dict[Path, Shape] = {}
        drawn: frozenset[Drawn] = frozenset()
        for _ in range(_MOST_READINGS):
            try:
                return self._read(most, Variants(paths, drawn, every=every), widened)
            except More as more:
                paths, widened = more.paths, {**widened, **more.widened}
                drawn |= more.drawn
        raise Unmoved

    def _read(self, most: int, variants: Variants, widened: dict[Path, Shape]) -> Read:
        """Follow the loop. Raises More where it has to be followed again."""
        text, line, machine = self.text, self.loop.key[1], self.make()
        whole = (self.whole.key, self.whole.chosen.number)
        follower = Follower(machine, self.loop.key, whole, variants.take, most, widened)
        with suppress(Enough):
            machine.run()
        if not variants.variants:
            raise Unmoved
        alignment = variants.joined()
        first = alignment.turn
        try:
            equations = Equations(
                alignment.ends, alignment.extra, alignment.varying, alignment.moving
            )
        except Refusal as refusal:
            raise text.fault(refusal.line or line, 0, refusal.what, refusal.advice) from None
        return Read(
            text,
            self.tree,
            self.loop,
            follower.turns - variants.dropped,
            equations,
            alignment,
            first,
            alignment.extra,
            machine.left,
            machine.remarks,
            unchanged(first, equations.givens.values(), alignment.ends, alignment.extra),
            {p: follower.last[p] for p in alignment.ends if p in follower.last},
            any(map(_single, first.values)),
            self.files.unused(),
        )


def _single(value: Value) -> bool:
    """Say whether a value is of numbers of seven digits or fewer."""
    kind = np.asarray(value.real).dtype
    return kind.kind == "f" and kind.itemsize < _DOUBLE


def _loops(
    text: Text, tree: ast.Module, running: Interpreter, line: int | None
) -> list[tuple[Loop, Loop]]:
    """Return the loops that may train, the likeliest first, each with what it ends with.

    Raises CodeError where there is none.
    """
    probe = Probe(running)
    fault: CodeError | None = None
    try:
        with suppress(ProbeEnough):
            running.run()
    except CodeError as error:
        fault = error
    if line is not None:
        return _at(text, probe.loops, line)
    found = training_loops(probe.loops)
    if not found:
        raise fault or _none(text, tree, running, probe.loops)
    return found


def _at(text: Text, loops: dict[Key, Loop], line: int) -> list[tuple[Loop, Loop]]:
    """Return how the loop at a line may be read. Raises CodeError where none stands there."""
    found = [loop for loop in loops.values() if loop.key[1] == line]
    if not found:
        known = ", ".join(str(k[1]) for k, loop in loops.items() if loop.trained())
        raise text.fault(line, 0, "no loop that runs stands here", f"Loops that train: {known}.")
    return [way for way in ways(loops, found[0]) if way[0] is found[0]]


def _none(text: Text, tree: ast.Module, running: Interpreter, loops: dict[Key, Loop]) -> CodeError:
    """Return what is said where no loop trains: what is to be called, or which changes nothing."""
    ran = [loop for loop in loops.values() if loop.most > 1]
    call = how_to_call(tree, running.unit.names, [loop.key[1] for loop in ran])
    if call or not ran:
        return text.fault(
            1, 0, "no loop trains here", call or "Call what trains, or say so with --call."
        )
    longest = max(ran, key=lambda loop: loop.steps)
    return text.fault(
        longest.key[1],
        0,
        "no turn of this loop changes what the next one starts from: nothing is trained",
        "Is a result kept where the next turn reads it? Is a slope always 0?",
    )
