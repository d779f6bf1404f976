"""A program → a template: its training loop's first turns, as equations, numbers and steps."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from tracer.code.align import Alignment, Mismatch, carried, dependent
from tracer.code.equations import Equations
from tracer.code.loss import losses, once
from tracer.code.probe import Key, Loop, Probe, ProbeEnough, training_loops, ways
from tracer.code.python.machine import Interpreter
from tracer.code.record.graph import Value
from tracer.code.record.places import Path
from tracer.code.source import Beside, read_program
from tracer.code.turns import Enough, Follower, Turn
from tracer.code.uncalled import how_to_call
from tracer.code.unchanged import unchanged
from tracer.code.values.faults import CodeError, Refusal, Text
from tracer.code.world.files import Files
from tracer.code.world.random_module import OUR_SEED

#: How many turns are read at the most: a workbook of more is of no use.
MOST_TURNS = 5_000
#: What one turn carries over only the next one shows.
FEWEST_TURNS = 2
#: How many turns are followed before the rest is trusted to be alike.
FOLLOWED = 12


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
    alignment: Alignment
    first: Turn
    losses: list[Value]
    left: dict[str, list[int]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    #: What looks as if it were updated and never is, and the line that does.
    unchanged: dict[str, int] = field(default_factory=dict)
    #: What stood in each carried place after the last turn.
    last: dict[Path, Any] = field(default_factory=dict)
    #: Data that was given and never loaded.
    unused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """How a program is to be read: which loop, how many of its turns, with which data."""

    loop: int | None = None
    iterations: int | None = None
    #: The files that it loads, by the variable's name or as the program writes theirs.
    data: Mapping[str, File] = field(default_factory=dict)
    #: Statements that are run after the program's own.
    call: str = ""
    #: What unseeded random numbers start from.
    seed: int = OUR_SEED


def read_code(path: File, options: Options, *, every: bool = False) -> Read:
    """Read a program; with `every`, each of its turns is followed.

    Raises CodeError for what can't be read, at its line.
    """
    text, tree = read_program(path, options.call)
    beside, files = Beside(path.parent), Files(path.parent, options.data)

    def machine() -> Interpreter:
        return Interpreter(text, tree, beside=beside, files=files, seed=options.seed)

    found: CodeError | None = None
    for chosen, whole in _loops(text, tree, machine(), options.loop):
        try:
            return _LoopReader(text, tree, machine(), chosen, whole, files).read(
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
    machine: Interpreter
    loop: Loop
    #: The loop that the training ends with: this one, or one around it.
    whole: Loop
    files: Files

    def read(self, most: int, *, every: bool) -> Read:
        """Follow the loop.

        Raises Mismatch where its turns are not alike, Unmoved where they change nothing, CodeError.
        """
        text, line, machine = self.text, self.loop.key[1], self.machine
        watcher = _Watcher(most, every=every)
        whole = (self.whole.key, self.whole.chosen.number)
        follower = Follower(machine, self.loop.key, whole, watcher.take, most)
        with suppress(Enough):
            machine.run()
        first, alignment = watcher.first, watcher.alignment
        if first is None or alignment is None:
            raise Unmoved
        try:
            equations = Equations(
                alignment.ends, alignment.extra, alignment.varying, alignment.moving
            )
        except Refusal as refusal:
            raise text.fault(line, 0, refusal.what, refusal.advice) from None
        return Read(
            text,
            self.tree,
            self.loop,
            follower.turns,
            equations,
            alignment,
            first,
            alignment.extra,
            machine.left,
            machine.remarks,
            unchanged(first, equations.givens.values(), alignment.ends, alignment.extra),
            {p: follower.last[p] for p in alignment.ends if p in follower.last},
            self.files.unused(),
        )


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


class _Watcher:
    """Takes the turns: compares each with the first, and keeps what varies.

    Where nothing varied in the first turns, the others are not followed, unless `every`.
    """

    def __init__(self, most: int, *, every: bool = False) -> None:
        self.most = most
        self.every = every
        self.first: Turn | None = None
        self.alignment: Alignment | None = None

    def take(self, turn: Turn) -> bool:
        """Take a turn; say whether the next one is to be followed."""
        if self.first is None:
            self.first = turn
            return True
        if self.alignment is None:
            self.alignment = self._alignment(self.first, turn)
        if self.alignment is not None:
            self.alignment.take(turn, _matching(self.alignment.extra, self.first, turn))
        followed = self.alignment.turns if self.alignment else 0
        return self.every or followed < FOLLOWED or bool(self.alignment and self.alignment.varying)

    @staticmethod
    def _alignment(first: Turn, turn: Turn) -> Alignment | None:
        both = {**carried(turn), **carried(first)}
        ends = {p: first.ends[p] for p in both if p in first.ends}
        if not ends:
            return None
        return Alignment(first, ends, losses(first, dependent(first, set(ends)), ends))


def _matching(extra: list[Value], first: Turn, turn: Turn) -> list[Value]:
    """Return the values of another turn that are called or shown as these are in the first."""
    found: list[Value] = []
    for value in extra:
        if value.name:
            named = [once(v) for v in turn.values if v.name == value.name]
            found += [v for v in named if (v.line, v.what) == (value.line, value.what)][-1:]
        elif value in first.shown and first.shown.index(value) < len(turn.shown):
            found.append(turn.shown[first.shown.index(value)])
    return found if len(found) == len(extra) else []
