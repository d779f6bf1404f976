"""Marking many files on all processors: each student's work is done whole, in one place."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracer.atomic import undisturbed
from tracer.errors import OutputError, TracerError
from tracer.practice.answers.plain import plain
from tracer.practice.exercise.assignment import ClassAssignment
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.by_hand import NOTHING, ByHand
from tracer.practice.grading.judging import Sheets, StudentMarks, judge, numbers_in
from tracer.practice.grading.points import Scheme, scheme
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.sheets.anchors import expected
from tracer.practice.sheets.paper import layout

#: Fewer files are marked before other processes would have started.
WORTH_IT = 24
MOST_PROCESSES = 8
AT_A_TIME = 4


@dataclass(frozen=True)
class Task:
    """A file to mark: whose it is, whose numbers it has, its cells, and where a copy goes.

    The copy also has what the teacher typed `by_hand` before.
    """

    student: Student
    numbers: str
    cells: Mapping[str, Any]
    copy: Path | None = None
    by_hand: ByHand = NOTHING


class Marker:
    """Marks one file after another for one assignment."""

    def __init__(self, assignment: ClassAssignment) -> None:
        self.assignment = assignment
        #: What the sheets that come back hold: in the language in which they were handed out.
        self.expected = expected(assignment.handed_out)
        told = assignment.exercise.lang == assignment.handed_out.lang
        blocks = self.expected.blocks if told else layout(assignment.exercise)
        self.sheets = Sheets.of(blocks, self.expected.blocks)
        self.scheme: Scheme = scheme(assignment, blocks)

    def mark(self, task: Task) -> StudentMarks | str:
        """Return what marking finds, or why it can't be done; whatever happens, others go on."""
        try:
            exercise = self.assignment.exercise_of(task.numbers)
            self.expected.check_order(exercise, task.cells)
            own = numbers_in(exercise, self.sheets, task.cells)
            judged = judge(exercise, self.sheets, own, task.student.id)
            if task.copy is not None:
                self._copy(task, task.copy, exercise, own, judged)
        except OutputError:  # of the marked copy: no fault of the file
            raise
        except TracerError as error:
            return plain(" ".join(str(error).split()))
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            # A fault of ours that one file brings to light must not cost the class its marks.
            wording = self.assignment.exercise.wording
            return wording("grading.failed", kind=type(error).__name__)
        return judged

    def _copy(
        self, task: Task, path: Path, exercise: Exercise, own: OwnNumbers, judged: StudentMarks
    ) -> None:
        # Loaded only where copies are wanted: without them the processes start sooner.
        from tracer.practice.grading.marked_copy import Feedback, marked_copy
        from tracer.workbook.book import write_book

        marked = self.scheme.points(judged.verdicts, judged.formulas)
        points = task.by_hand.earned(marked, self.scheme.numbers).tolist()
        title = self.assignment.path.stem
        feedback = Feedback(
            task.student, exercise, own, judged, points, self.scheme, title, task.by_hand.more
        )
        write_book(marked_copy(feedback, self.sheets, task.cells), path)


_marker: Marker | None = None


def _begin(assignment: ClassAssignment) -> None:
    global _marker
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _marker = Marker(assignment)


def _end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, however that came."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _mark(task: Task) -> StudentMarks | str:
    assert _marker is not None
    return _marker.mark(task)


def mark_all(marker: Marker, tasks: Sequence[Task]) -> Generator[Any]:
    """Yield for each task what marking found, or why it couldn't be done, in order.

    Once closed, nothing is being written any more.
    """
    processes = min(MOST_PROCESSES, os.cpu_count() or 1)
    if len(tasks) < WORTH_IT or processes < 2:
        yield from map(marker.mark, tasks)
        return
    # Started anew, not forked: the reading has threads, and Windows knows nothing else.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (marker.assignment,)) as crew:
        try:
            with undisturbed(), _without_interrupts():  # else they are begun and left half done
                found = crew.map(_mark, tasks, chunksize=AT_A_TIME)
            yield from found
        except BrokenExecutor:
            raise TracerError("a process that marks was ended from outside; mark again.") from None
        except BaseException:
            crew.shutdown(wait=False, cancel_futures=True)  # what isn't begun, nobody waits for
            raise


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from processes that are started here: the one that starts them ends them.

    Windows has no such thing.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
