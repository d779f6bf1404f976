"""Ctrl-C as a wish to stop, not as an end: what was done is kept."""

from __future__ import annotations

import signal
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
