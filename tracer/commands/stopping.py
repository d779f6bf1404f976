"""Being stopped: Ctrl-C in a long run keeps what was done; other signals end in good order."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stoppable(say: Callable[[str], object]) -> Iterator[Callable[[], bool]]:
    """Give what tells whether Ctrl-C was pressed; `say` answers it. A second one ends the program.

    Outside the main thread, where Python hears no signals, nothing is changed.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        say("Stopping: what was done so far is written. Ctrl-C once more gives it up.")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


#: What ends a command from outside, where the system has it.
ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
#: In the middle of Python's own importing nothing may be raised: its locks would stay closed, and
#: the command wait for them for ever. After so many seconds it is tried again.
IMPORTING, SOON = "<frozen importlib", 0.01


@contextmanager
def ended() -> Iterator[None]:
    """Make signals that would end the program at once end it in good order.

    What was begun is then taken back, temporary files and other processes go. The second such
    signal ends it at once. Somebody else's handlers stay as they are.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        if _put_off(frame, lambda later: end(number, later)):
            return
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        signal.signal(number, signal.SIG_DFL)
        sys.exit(128 + number)

    before = {number: signal.getsignal(number) for number in (*ENDING, signal.SIGINT)}
    usual = (signal.SIG_DFL, signal.default_int_handler)
    ours = [number for number, handler in before.items() if handler in usual]
    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _put_off(frame: FrameType | None, end: Callable[[FrameType | None], object]) -> bool:
    """Try again soon where nothing may be raised now; say whether that is so."""
    importing = frame is not None and frame.f_code.co_filename.startswith(IMPORTING)
    if not importing or not hasattr(signal, "setitimer"):
        return False
    signal.signal(signal.SIGALRM, lambda number, later: end(later))
    signal.setitimer(signal.ITIMER_REAL, SOON)
    return True
